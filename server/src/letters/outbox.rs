//! A file as mailbox: one JSON line for each message, appended whole or not at all.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::SendError;

/// A file that collects messages. Only the owner can read it: codes stand in it.
#[derive(Clone, Debug)]
pub struct Outbox {
    path: PathBuf,
}

impl Outbox {
    /// An outbox at a path. Nothing is made before the first message.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(super) async fn append(&self, line: &serde_json::Value) -> Result<(), SendError> {
        let path = self.path.clone();
        let line = format!("{line}\n");
        let written = tokio::task::spawn_blocking(move || append(&path, line.as_bytes())).await;
        let blocked =
            |reason: String| SendError::Retry(format!("cannot write {}: {reason}", self.path.display()));
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(blocked(error.to_string())),
            Err(_) => Err(blocked("the program is stopping".to_owned())),
        }
    }
}

/// One write of the whole line, so that two programs on the same file never mix theirs.
fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(line)
}
