//! Restoring: a database from a backup, and what a restore must never do, bring an ended pair back to life.
//!
//! A restored database says in itself that it is unfinished until the endings of the journals are written again, and no process vouches
//! on it before. The same ends the quarantine of a database that lost its tail in a failover.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use domain::{Peppers, Quarantine, QuarantineReason, Timestamp, restored};
use engine::{EngineError, Recovered, recover};
use store::{
    Backup, BackupError, Driver, HeadAs, PepperCheck, RelocateError, Sqlite, SqliteError, Store, StoreError,
    check_backup,
};

use crate::fleet::ProcessFile;
use crate::installation::Installation;
use crate::journal::{Contents, cover};
use crate::random::RandomSource;
use crate::start::{DATABASE_FILE, PEPPER_FILE, StartError, read_pepper};

/// Where it is put together.
const UNFINISHED: &str = "restore.unfinished";

/// What is wished for.
#[derive(Debug, Default)]
pub struct Wish<'a> {
    /// The backup; without one a database that is there is finished.
    pub backup: Option<&'a Path>,
    /// The journals of the data folders that ran until the end.
    pub journals: &'a [PathBuf],
    /// Whoever decides knows that endings may be lost for good.
    pub accepts_lost_endings: bool,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What was restored, if a backup was.
    pub backup: Option<Backup>,
    /// How it was finished; `None`: it is not.
    pub finished: Option<Finished>,
}

/// A database on which processes may vouch again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// What was written again.
    pub recovered: Recovered,
    /// The last position that any journal tells of; what came after it is in none of them.
    pub journals_end: i64,
    /// Lines of the journals that cannot be read.
    pub damaged: usize,
}

/// Why nothing was restored, or not all.
#[derive(Debug, thiserror::Error)]
pub enum NotRestored {
    /// The installation, or its pepper, cannot be used.
    #[error(transparent)]
    Installation(#[from] StartError),
    /// The backup cannot be used.
    #[error("the backup cannot be used: {0}")]
    Backup(#[from] BackupError),
    /// It was made with another pepper.
    #[error(
        "the pepper in {0} is not the one this backup was made with; put back the pepper file that belongs to it"
    )]
    WrongPepper(PathBuf),
    /// The target holds a database.
    #[error(
        "{0} is there already; put it away first, or restore into a folder that holds nothing but the pepper"
    )]
    NotEmpty(PathBuf),
    /// Another process runs on the folder.
    #[error("another Keystead process is using {0}; stop it first")]
    InUse(PathBuf),
    /// A file or folder cannot be used.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The embedded database cannot be opened.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// The database on PostgreSQL cannot be filled.
    #[error(transparent)]
    Relocate(#[from] RelocateError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// The endings could not be written again.
    #[error("the endings could not be written again: {0}")]
    Endings(#[from] EngineError),
    /// It is whole.
    #[error("this database is not quarantined: nobody has to decide anything")]
    NothingToDecide,
    /// Endings may be missing.
    #[error(
        "the journals here do not cover what is missing: {0}. Nothing was written. Add the journals of other data folders with --journal; or, if there \
         are none, say with --accept-lost-endings that pairs which were ended after that may work again"
    )]
    NotCovered(String),
}

fn unusable(path: &Path) -> impl Fn(io::Error) -> NotRestored + '_ {
    move |source| NotRestored::File { path: path.to_owned(), source }
}

/// Does what is wished for.
pub async fn restore(
    installation: &Installation,
    wish: &Wish<'_>,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<Restored, NotRestored> {
    let peppers = read_pepper(installation.folder())?;
    let journals = wish.journals.iter().map(|path| Contents::read(path).map_err(unusable(path)));
    let journals = journals.collect::<Result<Vec<_>, _>>()?;
    let plan =
        Plan { peppers: &peppers, journals: &journals, accepts: wish.accepts_lost_endings, now, random };
    match wish.backup {
        Some(backup) => from_backup(installation, backup, &plan).await,
        None => {
            let (store, _) = installation.open_store(&peppers, random).await?;
            Ok(Restored { backup: None, finished: Some(plan.finish(&store).await?) })
        }
    }
}

async fn from_backup(
    installation: &Installation,
    file: &Path,
    plan: &Plan<'_>,
) -> Result<Restored, NotRestored> {
    let folder = installation.folder();
    let target = folder.join(DATABASE_FILE);
    let postgres = installation.postgres(plan.random)?;
    // What is left of another database must not be taken for a part of this one.
    let beside = ["", "-wal", "-shm", "-journal"].map(|end| folder.join(format!("{DATABASE_FILE}{end}")));
    if let (None, Some(there)) = (&postgres, beside.into_iter().find(|path| path.exists())) {
        return Err(NotRestored::NotEmpty(there));
    }
    let _held = match postgres {
        // Other processes may use this folder; only their database is made anew.
        Some(_) => None,
        None => {
            let held = ProcessFile::hold(folder).map_err(unusable(folder))?;
            Some(held.ok_or_else(|| NotRestored::InUse(folder.to_owned()))?)
        }
    };
    let backup = check_backup(file, Some(plan.peppers)).await?;
    let reads = Store::new(Sqlite::open_file(file)?);
    if reads.check_pepper(plan.peppers).await? != PepperCheck::Right {
        return Err(NotRestored::WrongPepper(folder.join(PEPPER_FILE)));
    }
    drop(reads);

    let work = folder.join(UNFINISHED);
    let _ = std::fs::remove_dir_all(&work);
    std::fs::DirBuilder::new().mode(0o700).create(&work).map_err(unusable(&work))?;
    let made = put_together(&work, file, &backup, plan).await;
    let outcome = match (made, &postgres) {
        (Err(error), _) => Err(error),
        (Ok(finished), Some(postgres)) => {
            postgres.take_back(&work, plan.peppers).await.map(|_| finished).map_err(Into::into)
        }
        (Ok(finished), None) => {
            let made = work.join(DATABASE_FILE);
            std::fs::rename(&made, &target).map_err(unusable(&target))?;
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(unusable(folder))?;
            Ok(finished)
        }
    };
    let _ = std::fs::remove_dir_all(&work);
    Ok(Restored { backup: Some(backup), finished: outcome? })
}

/// Copies a backup into a folder of its own, begins its new life there, and finishes it if it can be.
async fn put_together(
    work: &Path,
    file: &Path,
    backup: &Backup,
    plan: &Plan<'_>,
) -> Result<Option<Finished>, NotRestored> {
    let made = work.join(DATABASE_FILE);
    let mut from = File::open(file).map_err(unusable(file))?;
    let mut to =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&made).map_err(unusable(&made))?;
    io::copy(&mut from, &mut to).and_then(|_| to.sync_all()).map_err(unusable(&made))?;
    drop(to);
    let store = Store::new(Sqlite::open(work)?);
    // A loss that was known when the backup was taken is not forgotten with it.
    let known = store.head_as("", 0).await?.quarantine.map_or(0, |quarantine| quarantine.seen);
    let seen = backup.position.max(known);
    store.commit(restored(backup.position, seen, backup.taken_at, plan.now), plan.peppers).await?;
    if plan.journals.is_empty() && !plan.accepts {
        return Ok(None);
    }
    plan.finish(&store).await.map(Some)
}

/// What there is to finish a database with.
struct Plan<'a> {
    peppers: &'a Peppers,
    journals: &'a [Contents],
    accepts: bool,
    now: Timestamp,
    random: &'a dyn RandomSource,
}

impl Plan<'_> {
    /// Writes endings again that a quarantined database lacks, in one commit, and ends its quarantine.
    async fn finish<D: Driver>(&self, store: &Store<D>) -> Result<Finished, NotRestored> {
        let head = store.head_as("", 0).await?;
        let quarantine = head.quarantine.as_ref().ok_or(NotRestored::NothingToDecide)?;
        if !self.accepts {
            self.must_cover(store, &head, quarantine).await?;
        }
        let lines = self.journals.iter().flat_map(|journal| &journal.lines);
        let journals_end = self.journals.iter().map(Contents::highest).max().unwrap_or_default();
        let rng = &mut *self.random.source();
        let recovered =
            recover(store, self.peppers, lines, journals_end, self.accepts, self.now, rng).await?;
        let damaged = self.journals.iter().map(|journal| journal.damaged).sum();
        Ok(Finished { recovered, journals_end, damaged })
    }

    /// Refuses journals in which something may be missing: between the database and what somebody had seen, or was told.
    async fn must_cover<D: Driver>(
        &self,
        store: &Store<D>,
        head: &HeadAs,
        quarantine: &Quarantine,
    ) -> Result<(), NotRestored> {
        let mut own = Vec::new();
        for journal in self.journals {
            // Two histories of one database have the same numbers: the marks say whether it is the same one.
            let shared = journal.places.iter().rev();
            let mut shared =
                shared.filter(|one| one.incarnation == head.incarnation && one.position <= head.head);
            let is_own = match shared.next() {
                Some(place) => store.head_as("", place.position).await?.remembered == place.mark,
                None => true,
            };
            own.extend(is_own.then_some(journal));
        }
        let Quarantine { why, by, seen, .. } = quarantine;
        cover(&own, head.incarnation, head.head, *seen).map_err(|reached| {
            let what = match why {
                QuarantineReason::Unfinished => {
                    format!("what came after change {}, at which the backup was taken", head.head)
                }
                QuarantineReason::HistoryLost => {
                    format!("what came after change {}; node {by} had seen change {seen}", head.head)
                }
            };
            let reached = reached.map(|end| format!(" (they tell everything up to change {end})"));
            NotRestored::NotCovered(format!("{what}{}", reached.unwrap_or_default()))
        })
    }
}
