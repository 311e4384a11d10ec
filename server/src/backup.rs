//! Taking a backup: a file that appears whole or not at all, readable by its owner alone, never beside a pepper.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::{Peppers, Timestamp};
use store::{Backup, BackupError, check_backup, copy_embedded, stamp};

use crate::installation::Installation;
use crate::random::RandomSource;
use crate::start::{PEPPER_FILE, StartError, read_pepper};

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum NoBackup {
    /// Whoever took the one would have the other.
    #[error(
        "{0} holds the pepper, and a backup beside its pepper opens every key that is in it; name a file in another folder, kept elsewhere"
    )]
    BesidePepper(PathBuf),
    /// A backup is never written over another.
    #[error("{0} is there already; name a file that is not")]
    Exists(PathBuf),
    /// A file or folder cannot be used.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The installation cannot be opened.
    #[error(transparent)]
    Installation(#[from] StartError),
    /// It could not be copied, or the copy is not whole.
    #[error("no backup was made: {0}")]
    Copy(#[from] BackupError),
}

/// Takes a backup of an installation. Without its pepper everything is checked but the audit chain.
pub async fn back_up(
    installation: &Installation,
    to: &Path,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<Backup, NoBackup> {
    let folder = folder_of(to)?;
    refuse_beside_pepper(&folder, installation.folder())?;
    if to.symlink_metadata().is_ok() {
        return Err(NoBackup::Exists(to.to_owned()));
    }
    let peppers = pepper_of(installation)?;
    let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unfinished = folder.join(format!(".{name}.unfinished"));
    let taken = write(installation, &unfinished, peppers.as_ref(), now, random).await;
    let placed = taken.and_then(|backup| {
        let failed = |source| NoBackup::File { path: to.to_owned(), source };
        // Linked and not renamed: one that came meanwhile is not written over.
        std::fs::hard_link(&unfinished, to).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => NoBackup::Exists(to.to_owned()),
            _ => failed(error),
        })?;
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(backup)
    });
    let _ = std::fs::remove_file(&unfinished);
    placed
}

async fn write(
    installation: &Installation,
    file: &Path,
    peppers: Option<&Peppers>,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<Backup, NoBackup> {
    let failed = |source| NoBackup::File { path: file.to_owned(), source };
    // Never through a name that is there: it may be another file's, or a whole backup's that a kill left with two names.
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    drop(made.map_err(failed)?);
    match installation.postgres(random)? {
        Some(postgres) => postgres.back_up(file).await?,
        None => copy_embedded(installation.folder(), file)?,
    }
    stamp(file, now)?;
    File::open(file).and_then(|file| file.sync_all()).map_err(failed)?;
    Ok(check_backup(file, peppers).await?)
}

fn folder_of(file: &Path) -> Result<PathBuf, NoBackup> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    folder.canonicalize().map_err(|source| NoBackup::File { path: folder.to_owned(), source })
}

/// A folder with a pepper in it, or anywhere in the data folder.
fn refuse_beside_pepper(folder: &Path, data: &Path) -> Result<(), NoBackup> {
    let is_in_data = data.canonicalize().is_ok_and(|data| folder.starts_with(data));
    if is_in_data || folder.join(PEPPER_FILE).exists() {
        return Err(NoBackup::BesidePepper(folder.to_owned()));
    }
    Ok(())
}

/// The pepper of an installation, if it is here: a machine that takes backups of a database elsewhere need not have it.
fn pepper_of(installation: &Installation) -> Result<Option<Peppers>, NoBackup> {
    match read_pepper(installation.folder()) {
        Ok(peppers) => Ok(Some(peppers)),
        Err(StartError::PepperMissing(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}
