//! A database that lost its tail, in the place of the one that was there: noticed, refused, and nothing that ended works again.

use std::sync::Arc;

use domain::{
    GenerateRequest, Incarnation, KeyId, Mode, PairState, QuarantineReason, Timestamp, recover, seeded,
};
use engine::{Engine, EngineError, Journal, Kept, Lack, Line, Place, in_place};
use parking_lot::Mutex;
use store::{Committed, Driver, Record, Sqlite, Store, StoreError, Value, Work, copy_embedded};
use tempfile::TempDir;
use verify::{Index, Uptime};

use crate::shop::{Figures, Held, START, Shop, peppers, works};

/// A way to a database in whose place another one can be put.
#[derive(Clone)]
struct Way(Arc<Mutex<Arc<Sqlite>>>);

impl Driver for Way {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let database = self.0.lock().clone();
        database.commit(work).await
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        let database = self.0.lock().clone();
        database.rows(sql, params).await
    }
}

/// A journal in memory, which can be full.
#[derive(Default)]
struct Notebook(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    place: Option<Place>,
    waiting: Vec<Line>,
    lines: Vec<Line>,
    begun_at: Vec<i64>,
    is_full: bool,
}

impl Journal for Notebook {
    fn place(&self) -> Option<Place> {
        self.0.lock().place
    }

    fn take(&self, lines: &[Line]) {
        self.0.lock().waiting.extend_from_slice(lines);
    }

    fn keep(&self, place: Place, from: bool) -> Kept {
        let mut pages = self.0.lock();
        if pages.is_full {
            return Box::pin(std::future::ready(Err("no page is left".to_owned())));
        }
        let waiting = std::mem::take(&mut pages.waiting);
        pages.lines.extend(waiting);
        pages.place = Some(place);
        if from {
            pages.begun_at.push(place.position);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn endings(&self) -> Result<Vec<(KeyId, PairState)>, String> {
        let pages = self.0.lock();
        let dead = pages.lines.iter().filter(|line| line.state != PairState::Current);
        Ok(dead.map(|line| (line.key_id, line.state)).collect())
    }
}

struct Story {
    shop: Shop,
    way: Way,
    folders: Vec<TempDir>,
}

struct Process {
    engine: Engine<Way>,
    journal: Arc<Notebook>,
}

impl Story {
    async fn begins() -> Self {
        let mut shop = Shop::open(Figures::default()).await;
        let folder = shop.folder.path().to_owned();
        shop.stop().await;
        let database = Arc::new(Sqlite::open(&folder).expect("nobody else uses the folder"));
        Self { shop, way: Way(Arc::new(Mutex::new(database))), folders: Vec::new() }
    }

    /// What the database is now, to be put in its place later. Not for what came after another was put there.
    fn copy(&mut self) -> Arc<Sqlite> {
        let folder = tempfile::tempdir().expect("a folder");
        copy_embedded(self.shop.folder.path(), &folder.path().join("keystead.db")).expect("copied");
        let copy = Sqlite::open(folder.path()).expect("nobody else uses the folder");
        self.folders.push(folder);
        Arc::new(copy)
    }

    fn put(&self, database: Arc<Sqlite>) -> Arc<Sqlite> {
        std::mem::replace(&mut *self.way.0.lock(), database)
    }

    async fn starts(&self, journal: Arc<Notebook>) -> Process {
        let index = Arc::new(Index::new(peppers().verification_keys(), [3, 4]));
        let (store, rules) = (Store::new(self.way.clone()), self.shop.rules.clone());
        let engine = Engine::new(store, peppers(), rules, index, in_place());
        engine.keep_journal(journal.clone());
        engine.load(up(0), |_, _| ()).await.expect("a whole database");
        Process { engine, journal }
    }

    async fn process(&self) -> Process {
        self.starts(Arc::default()).await
    }

    async fn generates(&self, process: &Process, name: &str) -> Result<Held, EngineError> {
        let request = GenerateRequest { mode: Mode::Test, name: Some(name.to_owned()), expires_at: None };
        let (actor, account) = (&self.shop.operator, &self.shop.account.id);
        let rng = &mut seeded(name.bytes().map(u64::from).sum());
        let issued = process.engine.generate_by_operator(actor, account, &request, None, START, rng).await;
        issued.map(Held::from)
    }

    async fn deactivates(&self, process: &Process, held: &Held) -> Result<i64, EngineError> {
        let (actor, rng) = (&self.shop.operator, &mut seeded(6));
        let ended = process.engine.deactivate_by_operator(actor, &held.key_id, START, rng).await;
        ended.map(|ended| ended.position)
    }
}

impl Process {
    async fn reads(&self) {
        self.engine.catch_up(up(1)).await.expect("the database answers");
    }

    fn grants(&self, held: &Held) -> bool {
        works(self.engine.index(), held, START)
    }

    fn lack(&self) -> Option<Lack> {
        self.engine.lost().map(|lost| lost.lack)
    }

    async fn recovers(&self, above: i64) {
        let head = self.engine.store().head_as("", 0).await.expect("readable");
        // If nobody has noticed anything yet.
        self.engine.quarantine_as("somebody", head.incarnation, 0, START).await.expect("written");
        let life = Incarnation::draw(&mut seeded(above.unsigned_abs()));
        let decision = recover(life, above, Vec::new(), &[], true, START);
        self.engine.store().commit(decision, &peppers()).await.expect("written");
    }
}

fn up(millis: i64) -> Uptime {
    Uptime::from_millis(millis)
}

fn is_quarantined<T: std::fmt::Debug>(outcome: Result<T, EngineError>) {
    assert!(matches!(outcome, Err(EngineError::Store(StoreError::Quarantined))), "{outcome:?}");
}

#[tokio::test]
async fn a_database_that_lost_its_tail_is_noticed_and_changes_nothing_and_what_had_ended_stays_ended() {
    let mut story = Story::begins().await;
    let (one, two) = (story.process().await, story.process().await);
    let ended = story.generates(&one, "Ended").await.expect("nothing is in the way");
    let kept = story.generates(&one, "Kept").await.expect("nothing is in the way");
    let older = story.copy();
    story.deactivates(&one, &ended).await.expect("nothing is in the way");
    let newer = story.generates(&one, "Newer").await.expect("nothing is in the way");
    two.reads().await;
    let seen = two.engine.index().position();

    story.put(older);
    for process in [&one, &two] {
        process.reads().await;
        let lost = process.engine.lost().expect("it has seen more");
        assert_eq!((lost.lack, lost.seen, lost.head), (Lack::Changes, seen, seen - 2));
        assert!(!process.grants(&ended), "it had ended");
        assert!(process.grants(&kept) && process.grants(&newer), "verification goes on with what is known");
        is_quarantined(story.generates(process, "Refused").await);
        is_quarantined(story.deactivates(process, &kept).await);
        assert_eq!(process.engine.place(), None, "it says to know nothing of this history");
    }
    assert_eq!(one.journal.endings().expect("readable").len(), 1);

    one.engine.quarantine_once(START).await.expect("written");
    two.engine.quarantine_once(START).await.expect("it is marked");
    two.reads().await;
    let marked = two.engine.quarantined().expect("it is marked");
    assert_eq!((marked.why, marked.seen), (QuarantineReason::HistoryLost, seen));
    let fresh = story.process().await;
    assert_eq!(fresh.lack(), None, "it has seen nothing");
    is_quarantined(story.generates(&fresh, "Refused").await);
}

// A number alone is reached again, and then looks like what is known.
#[tokio::test]
async fn a_history_that_came_to_the_same_number_by_other_changes_is_another() {
    let mut story = Story::begins().await;
    let one = story.process().await;
    let ended = story.generates(&one, "Ended").await.expect("nothing is in the way");
    let older = story.copy();
    story.deactivates(&one, &ended).await.expect("nothing is in the way");
    let position = one.engine.index().position();
    let newer = story.put(older.clone());
    // A process that was away when the deactivation was made.
    let other = story.process().await;
    story.generates(&other, "Other").await.expect("it knows of nothing else");
    assert_eq!(other.engine.index().position(), position, "the same number");
    one.reads().await;
    assert_eq!(one.lack(), Some(Lack::Changes));
    assert!(!one.grants(&ended));

    story.put(newer);
    one.reads().await;
    assert_eq!(one.lack(), None, "the database that it belongs to is back");
    assert_eq!(one.engine.place().map(|(known, _)| known), Some(position));
    story.generates(&one, "After").await.expect("nothing is in the way");
}

#[tokio::test]
async fn a_change_made_in_a_database_that_has_forgotten_others_is_never_told_as_done() {
    let mut story = Story::begins().await;
    let one = story.process().await;
    story.generates(&one, "First").await.expect("nothing is in the way");
    let older = story.copy();
    story.generates(&one, "Second").await.expect("nothing is in the way");
    story.put(older);
    // It has not read since: its own change is what it reads first.
    let outcome = story.generates(&one, "Third").await;
    assert!(matches!(outcome, Err(EngineError::Store(StoreError::Unknown))), "{outcome:?}");
    assert_eq!(one.lack(), Some(Lack::Changes));
}

#[tokio::test]
async fn a_process_that_starts_on_an_older_copy_remembers_by_its_journal() {
    let mut story = Story::begins().await;
    let before = story.process().await;
    let ended = story.generates(&before, "Ended").await.expect("nothing is in the way");
    let older = story.copy();
    story.deactivates(&before, &ended).await.expect("nothing is in the way");
    story.put(older);
    let after = story.starts(before.journal.clone()).await;
    assert_eq!(after.lack(), Some(Lack::Changes));
    assert!(!after.grants(&ended), "the journal knows that it ended");
    is_quarantined(story.generates(&after, "Refused").await);
    after.engine.quarantine_once(START).await.expect("written");
    // And so does whoever starts after that.
    let third = story.starts(before.journal.clone()).await;
    assert!(!third.grants(&ended) && third.lack() == Some(Lack::Changes));
    let without = story.process().await;
    assert!(without.grants(&ended), "the journal is what knows it");
}

#[tokio::test]
async fn whoever_decides_is_believed_unless_pairs_work_again_that_are_known_to_have_ended() {
    let mut story = Story::begins().await;
    let (one, other) = (story.process().await, story.process().await);
    let ended = story.generates(&one, "Ended").await.expect("nothing is in the way");
    other.reads().await;
    let older = story.copy();
    let lost = story.generates(&one, "Lost").await.expect("nothing is in the way");
    other.reads().await;
    story.deactivates(&one, &ended).await.expect("nothing is in the way");
    let seen = one.engine.index().position();
    story.put(older);
    one.reads().await;
    other.reads().await;
    assert!(one.grants(&lost) && other.grants(&lost), "until somebody decides");

    one.recovers(seen).await;
    other.reads().await;
    assert_eq!((other.lack(), other.engine.quarantined()), (None, None), "it knew of no ending");
    assert!(!other.grants(&lost), "nobody could end it any more");
    assert!(other.grants(&ended), "the endings were given up");
    assert_eq!(other.engine.index().position(), seen + 1);
    story.generates(&other, "After").await.expect("nothing is in the way");
    assert_eq!(other.journal.0.lock().begun_at.len(), 2, "another life begins in its journal");

    one.reads().await;
    assert_eq!(one.lack(), Some(Lack::Endings(1)));
    assert!(!one.grants(&ended));
    is_quarantined(story.generates(&one, "Refused").await);
    one.engine.quarantine_once(START).await.expect("written");
    other.reads().await;
    is_quarantined(story.generates(&other, "Refused").await);
}

#[tokio::test]
async fn what_is_not_in_the_journal_is_not_told_as_done_and_counts_all_the_same() {
    let story = Story::begins().await;
    let one = story.process().await;
    let held = story.generates(&one, "Default").await.expect("nothing is in the way");
    let place = one.engine.place();
    one.journal.0.lock().is_full = true;
    let outcome = story.deactivates(&one, &held).await;
    assert!(matches!(outcome, Err(EngineError::Store(StoreError::Unknown))), "{outcome:?}");
    assert!(!one.grants(&held), "who knows better does not vouch for it");
    assert_eq!(one.engine.place(), place, "nobody is told that it is known");
    let caught_up = one.engine.catch_up(up(2)).await.expect("the database answers");
    assert_eq!(caught_up.unwritten.as_deref(), Some("no page is left"));
    assert!(caught_up.allowed.is_some(), "it goes on vouching");

    one.journal.0.lock().is_full = false;
    let caught_up = one.engine.catch_up(up(3)).await.expect("the database answers");
    assert_eq!((caught_up.unwritten, caught_up.position), (None, place.map_or(0, |(known, _)| known) + 1));
    assert_eq!(one.journal.endings().expect("readable").len(), 1);
    assert_eq!(one.journal.0.lock().begun_at.len(), 1, "without a gap");
}

#[tokio::test]
async fn an_unfinished_database_is_not_read_and_what_is_known_counts_for_as_long_as_it_does() {
    let story = Story::begins().await;
    let one = story.process().await;
    let held = story.generates(&one, "Default").await.expect("nothing is in the way");
    let decision = domain::restored(1, 1, None, Timestamp::from_millis(1));
    one.engine.store().commit(decision, &peppers()).await.expect("written");
    let read = one.engine.catch_up(up(9)).await;
    assert!(matches!(read, Err(EngineError::Store(StoreError::Quarantined))), "{read:?}");
    assert!(one.grants(&held));
    let age = one.engine.index().lease().age_ms(up(9));
    assert_eq!(age, Some(9), "its lease runs out by itself");
    let index = Arc::new(Index::new(peppers().verification_keys(), [3, 4]));
    let (store, rules) = (Store::new(story.way.clone()), story.shop.rules.clone());
    let fresh = Engine::new(store, peppers(), rules, index, in_place());
    assert!(fresh.load(up(9), |_, _| ()).await.is_err(), "nobody starts on it");
    one.recovers(1).await;
    one.reads().await;
    assert!(one.grants(&held) && one.lack().is_none());
}

#[tokio::test]
async fn a_journal_begins_where_it_is_made_and_says_what_became_of_pairs_from_there() {
    let story = Story::begins().await;
    let first = story.process().await;
    let old = story.generates(&first, "Old").await.expect("nothing is in the way");
    let second = story.process().await;
    assert_eq!(second.journal.0.lock().lines, [], "what was there before is not written again");
    assert_eq!(second.journal.0.lock().begun_at, [1]);
    let new = story.generates(&second, "New").await.expect("nothing is in the way");
    story.deactivates(&second, &old).await.expect("nothing is in the way");
    let lines: Vec<_> =
        second.journal.0.lock().lines.iter().map(|line| (line.key_id, line.position)).collect();
    assert_eq!(lines, [(new.key_id, 2), (old.key_id, 3)]);
    let third = story.starts(second.journal.clone()).await;
    assert_eq!(third.journal.0.lock().lines.len(), 2, "a start writes nothing twice");
}

#[tokio::test]
async fn nobody_uses_up_all_positions_by_telling_of_one_that_nobody_can_have_seen() {
    let story = Story::begins().await;
    let process = story.process().await;
    let head = process.engine.store().head_as("", 0).await.expect("readable");
    for seen in [-1, i64::MAX] {
        let told = process.engine.quarantine_as("eu-1", head.incarnation, seen, START).await;
        assert!(matches!(told, Err(EngineError::Refused(_))), "{seen}: {told:?}");
    }
    process.engine.quarantine_as("eu-1", head.incarnation, 9, START).await.expect("written");
    let (store, rng) = (process.engine.store(), &mut seeded(1));
    let recovered = engine::recover(store, &peppers(), &[] as &[Line], i64::MAX, true, START, rng)
        .await
        .expect("somebody decides");
    assert!(9 < recovered.position && recovered.position < i64::MAX / 2, "{recovered:?}");
}
