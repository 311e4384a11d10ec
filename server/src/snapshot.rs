//! The snapshot file: what the index knew when it was written, so that a start need not read the whole database.
//!
//! It stands beside the embedded database and is only a shortcut: a file that is missing, damaged, of another pepper or
//! of another history of the database is left alone with a line in the log, and the database is read instead.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::{Digest, Pepper, Peppers, VerificationKeys};
use store::{Driver, Mark, Store, StoreError};
use verify::{Index, Sealer, Snapshot, SnapshotHead};

/// In the data folder.
const FILE: &str = "index.snapshot";
/// The file while it is being written.
const UNFINISHED: &str = "index.snapshot.new";
/// Bytes read or written at a time.
const BUFFER: usize = 1 << 20;

/// A position that no snapshot has.
const NONE: i64 = -1;

/// Where an installation keeps its snapshot.
#[derive(Clone, Debug)]
pub(crate) struct SnapshotFile {
    folder: PathBuf,
    peppers: Peppers,
    /// The position of the file, as far as this process knows.
    position: Arc<AtomicI64>,
}

impl SnapshotFile {
    pub(crate) fn in_folder(folder: &Path, peppers: &Peppers) -> Self {
        let position = Arc::new(AtomicI64::new(NONE));
        Self { folder: folder.to_owned(), peppers: peppers.clone(), position }
    }

    /// An index as the file says, if the file belongs to this database; a new and empty one otherwise.
    pub(crate) async fn index<D: Driver>(
        &self,
        store: &Store<D>,
        keys: VerificationKeys,
        seed: [u64; 2],
    ) -> Result<Index, StoreError> {
        let fresh = || Index::new(keys.clone(), seed);
        let Some(head) = self.head() else { return Ok(fresh()) };
        if !belongs(store, &head).await? {
            tracing::warn!(
                "The snapshot of the index is of another time or another database; reading the database"
            );
            return Ok(fresh());
        }
        let (this, index) = (self.clone(), fresh());
        let filled = tokio::task::spawn_blocking(move || {
            this.told(|sealer, file| Snapshot::open(sealer, file)?.fill(&index))?;
            Some(index)
        });
        Ok(filled.await.ok().flatten().unwrap_or_else(fresh))
    }

    /// An index as the file says, without a database to ask whether it belongs there; and what the file says of itself.
    pub(crate) async fn index_alone(
        &self,
        keys: VerificationKeys,
        seed: [u64; 2],
    ) -> Option<(Index, SnapshotHead)> {
        let (this, index) = (self.clone(), Index::new(keys, seed));
        let filled = tokio::task::spawn_blocking(move || {
            this.told(|sealer, file| {
                let snapshot = Snapshot::open(sealer, file)?;
                let head = snapshot.head();
                snapshot.fill(&index)?;
                Ok((index, head))
            })
        });
        filled.await.ok().flatten()
    }

    /// Writes the file anew if the index has moved on since it was written, to a place that it has come to. Returns the position that
    /// is in it now, if any.
    pub(crate) async fn write_once(
        &self,
        place: Option<(i64, Mark)>,
        index: &Arc<Index>,
    ) -> io::Result<Option<i64>> {
        let Some((position, mark)) = place else { return Ok(None) };
        if self.position.load(Ordering::Relaxed) == position {
            return Ok(Some(position));
        }
        let has_it = || self.head().is_some_and(|head| (head.mark, head.position) == (mark, position));
        if self.position.load(Ordering::Relaxed) == NONE && has_it() {
            self.position.store(position, Ordering::Relaxed);
            return Ok(Some(position));
        }
        let (this, index) = (self.clone(), index.clone());
        let writing = tokio::task::spawn_blocking(move || this.write(&index, mark, position));
        writing.await.map_err(io::Error::other)??;
        self.position.store(position, Ordering::Relaxed);
        Ok(Some(position))
    }

    /// What the file says of itself, if there is one.
    pub(crate) fn head(&self) -> Option<SnapshotHead> {
        self.told(|sealer, file| Ok(Snapshot::open(sealer, file)?.head()))
    }

    fn write(&self, index: &Index, mark: [u8; 16], position: i64) -> io::Result<()> {
        let unfinished = self.folder.join(UNFINISHED);
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        let mut out = BufWriter::with_capacity(BUFFER, file);
        index.write_snapshot(mark, position, &self.sealer(), &mut out)?;
        out.flush()?;
        // The name must not come before the content; a content that is lost all the same breaks its seals.
        out.get_ref().sync_data()?;
        std::fs::rename(unfinished, self.folder.join(FILE))
    }

    /// What `read` finds in the file. `None`, with a line in the log, when there is nothing to be found.
    fn told<T>(&self, read: impl FnOnce(Sealer<'_>, &mut BufReader<File>) -> io::Result<T>) -> Option<T> {
        let file = match File::open(self.folder.join(FILE)) {
            Ok(file) => file,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => return None,
            Err(failure) => {
                tracing::warn!(%failure, "The snapshot of the index cannot be opened; reading the database");
                return None;
            }
        };
        let mut file = BufReader::with_capacity(BUFFER, file);
        let sealed_by = match self.sealed_by(&mut file) {
            Ok(pepper) => pepper,
            Err(failure) => {
                tracing::warn!(%failure, "The snapshot of the index cannot be used; reading the database");
                return None;
            }
        };
        match read(&|parts| sealed_by.digest_snapshot(parts), &mut file) {
            Ok(told) => Some(told),
            Err(failure) => {
                tracing::warn!(%failure, "The snapshot of the index cannot be used; reading the database");
                None
            }
        }
    }

    fn sealer(&self) -> impl Fn(&[&[u8]]) -> Digest + '_ {
        |parts| self.peppers.in_use().digest_snapshot(parts)
    }

    /// The version of the pepper that sealed the file: it may have been written before the pepper was rotated.
    fn sealed_by(&self, file: &mut BufReader<File>) -> io::Result<&Pepper> {
        let mut failure = None;
        for pepper in self.peppers.in_use().each() {
            let opened = Snapshot::open(&|parts| pepper.digest_snapshot(parts), file).map(|_| ());
            file.rewind()?;
            match opened {
                Ok(()) => return Ok(pepper),
                Err(broken) => failure = Some(broken),
            }
        }
        Err(failure.expect("there is always at least one version"))
    }
}

/// Whether this database has gone through the moment that a snapshot is of.
pub(crate) async fn belongs<D: Driver>(store: &Store<D>, head: &SnapshotHead) -> Result<bool, StoreError> {
    Ok(mark(store, head.position).await? == Some(head.mark))
}

/// What names the history of a database at a position: the link of the audit entry that took it. Another history has
/// another link, however it came to the same position.
async fn mark<D: Driver>(store: &Store<D>, position: i64) -> Result<Option<[u8; 16]>, StoreError> {
    let link = store.link_at(position).await?;
    Ok(link.map(|link| *link.first_chunk().expect("a link is longer than a mark")))
}
