//! A file as mailbox: one JSON line for each message, appended whole or not at all.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

use super::SendError;

/// One message as it stands in the file. An SMS has no subject and no HTML.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    pub(super) at: String,
    pub(super) to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<&'a str>,
    #[serde(serialize_with = "revealed")]
    pub(super) text: &'a SecretString,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "revealed_if_any")]
    pub(super) html: Option<&'a SecretString>,
}

fn revealed<S: Serializer>(text: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.expose_secret())
}

fn revealed_if_any<S: Serializer>(text: &Option<&SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.map_or("", |text| text.expose_secret()))
}

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

    pub(super) async fn append(&self, line: &Line<'_>) -> Result<(), SendError> {
        let path = self.path.clone();
        let line = serde_json::to_string(line).expect("texts become JSON") + "\n";
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
