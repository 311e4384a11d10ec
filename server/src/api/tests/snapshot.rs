//! Starting from a snapshot of the index: only from one of this very history, and never with less than the database says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use domain::MINUTE;
use tempfile::TempDir;
use verify::Index;

use super::Story;
use crate::snapshot::SnapshotFile;

struct Kept {
    folder: TempDir,
}

impl Kept {
    fn of(&self, story: &Story) -> SnapshotFile {
        SnapshotFile::in_folder(self.folder.path(), &story.app.engine.peppers())
    }

    async fn written(story: &Story) -> Self {
        let kept = Self { folder: tempfile::tempdir().expect("a folder for the file") };
        let engine = &story.app.engine;
        kept.of(story).write_once(engine.place(), engine.index()).await.expect("written");
        kept
    }

    /// The index that a start would begin with.
    async fn read(&self, story: &Story) -> Index {
        let engine = &story.app.engine;
        let keys = engine.peppers().verification_keys();
        self.of(story).index(engine.store(), keys, [1, 2]).await.expect("the database answers")
    }
}

/// One key, made so many minutes after the story began.
async fn story_of(minutes: i64) -> Story {
    let mut story = Story::begins().await;
    story.clock.advance(MINUTE.times(minutes));
    let account = story.account("Shop").await;
    story.test_key(&account).await;
    story
}

// TM-19
#[tokio::test]
async fn a_start_goes_on_from_a_snapshot_of_this_history() {
    let mut story = story_of(0).await;
    let kept = Kept::written(&story).await;
    let mode =
        fs::metadata(kept.folder.path().join("index.snapshot")).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let account = story.account("Later").await;
    let (_, later) = story.test_key(&account).await;
    let begun = kept.read(&story).await;
    assert_eq!((begun.len(), begun.position()), (1, 1), "as it was when the file was written");
    assert_eq!(begun.slot(&later.parse().expect("a key id")), None, "the feed tells what came later");
    assert!(begun.lease().check(verify::Uptime::default()).is_err(), "and until then nothing is said");
}

// TM-19, TM-72
#[tokio::test]
async fn a_snapshot_of_another_history_is_left_alone() {
    let (one, other) = (story_of(0).await, story_of(1).await);
    let kept = Kept::written(&one).await;
    assert_eq!(kept.read(&one).await.len(), 1);
    assert!(kept.read(&other).await.is_empty(), "the same position, reached another way");

    // A database that was put back to an earlier time.
    let earlier = Story::begins().await;
    assert!(kept.read(&earlier).await.is_empty());
}

#[tokio::test]
async fn a_damaged_or_missing_snapshot_is_left_alone() {
    let story = story_of(0).await;
    let kept = Kept::written(&story).await;
    let path = kept.folder.path().join("index.snapshot");
    let mut bytes = fs::read(&path).expect("the file");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).expect("the file can be edited");
    assert!(kept.read(&story).await.is_empty());
    fs::write(&path, b"").expect("the file can be emptied");
    assert!(kept.read(&story).await.is_empty());
    fs::remove_file(&path).expect("it is there");
    assert!(kept.read(&story).await.is_empty());
}

#[tokio::test]
async fn a_snapshot_is_written_again_only_when_something_has_changed() {
    let mut story = story_of(0).await;
    let kept = Kept::written(&story).await;
    let path = kept.folder.path().join("index.snapshot");
    let file = kept.of(&story);
    let written = fs::read(&path).expect("the file");
    fs::remove_file(&path).expect("it is there");
    file.write_once(story.app.engine.place(), story.app.engine.index()).await.expect("written");
    assert_eq!(fs::read(&path).expect("a file that is gone is written again"), written);
    fs::remove_file(&path).expect("it is there");
    file.write_once(story.app.engine.place(), story.app.engine.index()).await.expect("nothing to do");
    assert!(!path.exists());
    let account = story.account("Later").await;
    story.test_key(&account).await;
    file.write_once(story.app.engine.place(), story.app.engine.index()).await.expect("written");
    assert!(written.len() < fs::read(&path).expect("the file").len());
}
