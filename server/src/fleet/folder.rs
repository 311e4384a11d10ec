//! The file that remembers which process used a data folder last. Whoever holds the folder's lock and finds a process in it knows
//! that it is gone: a process that stopped without a word need not be waited for by receipts.
//!
//! The lock is this file's own, beside the embedded database's: a folder without a database has one process, too.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::ProcessId;

/// In the data folder.
const FILE: &str = "node.process";
/// The file while it is being written.
const UNFINISHED: &str = "node.process.new";

/// Whose lock says that a process runs on the folder.
const LOCK: &str = "node.lock";

/// Where a folder remembers its process. The folder is this process's alone for as long as this exists.
#[derive(Debug)]
pub(crate) struct ProcessFile {
    folder: PathBuf,
    _lock: File,
}

impl ProcessFile {
    /// Takes a folder. `None`: another process has it.
    pub(crate) fn hold(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(LOCK);
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { folder: folder.to_owned(), _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(failure)) => Err(failure),
        }
    }

    /// The process that used the folder last. What cannot be read is not known, which costs a receipt some time and nothing else.
    pub(crate) fn last(&self) -> Option<ProcessId> {
        std::fs::read_to_string(self.folder.join(FILE)).ok()?.trim().parse().ok()
    }

    /// Remembers a process.
    pub(crate) fn remember(&self, process: &ProcessId) -> io::Result<()> {
        let unfinished = self.folder.join(UNFINISHED);
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        writeln!(file, "{process}")?;
        file.sync_data()?;
        std::fs::rename(unfinished, self.folder.join(FILE))?;
        File::open(&self.folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_remembers_its_last_process_and_makes_up_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = ProcessFile::hold(folder.path()).expect("a folder").expect("nobody else has it");
        assert!(ProcessFile::hold(folder.path()).expect("a folder").is_none(), "one process at a time");
        assert_eq!(file.last(), None);
        for n in [1, 2] {
            let process = ProcessId::draw(&mut domain::seeded(n));
            file.remember(&process).expect("written");
            assert_eq!(file.last(), Some(process));
        }
        std::fs::write(folder.path().join(FILE), "nonsense").expect("written");
        assert_eq!(file.last(), None);
    }
}
