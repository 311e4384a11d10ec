//! An installation: the folder with its pepper, and its database, which is in the folder or on PostgreSQL.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use domain::{Pepper, Peppers};
use secrecy::{ExposeSecret, SecretString};
use store::{Database, PepperCheck, PepperStanding, Postgres, Sqlite, Store};

use crate::config::Config;
use crate::metered::Metered;
use crate::random::RandomSource;
use crate::start::{DATABASE_FILE, PEPPER_FILE, StartError, UNMADE_FILE};

/// Where an installation is.
#[derive(Clone, Debug)]
pub struct Installation {
    folder: PathBuf,
    database_url: Option<SecretString>,
}

impl Installation {
    /// The installation of a folder; without a URL its database is in there too.
    pub fn new(folder: &Path, database_url: Option<SecretString>) -> Self {
        Self { folder: folder.to_owned(), database_url }
    }

    /// The installation that a configuration speaks of.
    pub fn of(config: &Config) -> Self {
        Self::new(&config.data_dir, config.database_url.clone())
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The command that ends the quarantine of its database with a journal.
    pub fn ending_quarantine(&self, journal: &str) -> String {
        let command = format!("keystead restore --journal {journal} --data-dir {}", self.folder.display());
        match self.database_url {
            // Not in its own words: a password may be among them, and this is logged.
            Some(_) => format!("{command} --database-url URL"),
            None => command,
        }
    }

    /// The same in words, where a server may be running.
    pub fn how_to_end_quarantine(&self, journal: &str) -> String {
        let command = self.ending_quarantine(journal);
        match self.database_url {
            Some(_) => format!("run: {command}"),
            None => format!("stop the server and run: {command}"),
        }
    }

    /// Its database on PostgreSQL, if it is there. Nothing is asked of it yet.
    pub fn postgres(&self, random: &dyn RandomSource) -> Result<Option<Postgres>, StartError> {
        let Some(url) = &self.database_url else { return Ok(None) };
        Ok(Some(Postgres::at(url.expose_secret(), random.source().next_u64())?))
    }

    /// Opens its database. One in the folder is this process's alone, and brought to this version's schema; one on PostgreSQL
    /// has to have it.
    pub async fn open(&self, random: &dyn RandomSource) -> Result<Store<Metered<Database>>, StartError> {
        let database = match self.postgres(random)? {
            Some(postgres) => {
                postgres.check_schema().await?;
                Database::from(postgres)
            }
            None => {
                let folder = self.folder.clone();
                let is_there = |name: &str| folder.join(name).symlink_metadata().is_ok();
                if !is_there(DATABASE_FILE) && !is_there(UNMADE_FILE) {
                    return Err(StartError::DatabaseMissing(folder));
                }
                // The writer inherits the place of the thread that starts it: behind those that verify.
                let opening = tokio::task::spawn_blocking(move || Sqlite::open(&folder));
                Database::from(opening.await.map_err(|failure| StartError::Broken(failure.to_string()))??)
            }
        };
        match std::fs::remove_file(self.folder.join(UNMADE_FILE)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(StartError::File { path: self.folder.join(UNMADE_FILE), source: error });
            }
            _ => {}
        }
        Ok(Store::new(Metered::new(database)))
    }

    /// Its database on PostgreSQL without asking anything of it: for a process that goes on with what the one before it knew.
    pub fn unseen(&self, random: &dyn RandomSource) -> Result<Option<Store<Metered<Database>>>, StartError> {
        Ok(self.postgres(random)?.map(|postgres| Store::new(Metered::new(Database::from(postgres)))))
    }

    /// Opens its database to read it, whoever else uses it.
    pub async fn open_to_read(&self, random: &dyn RandomSource) -> Result<Store<Database>, StartError> {
        let database = match self.postgres(random)? {
            Some(postgres) => {
                postgres.check_schema().await?;
                Database::from(postgres)
            }
            None => Database::from(Sqlite::open_read_only(&self.folder)?),
        };
        Ok(Store::new(database))
    }

    /// Opens its database and sees that it belongs to the pepper. Says with it which versions of the pepper the database knows, and
    /// which is in use; one that it has not met yet has to be known to everybody before it counts.
    pub async fn open_store(
        &self,
        file: &Peppers,
        random: &dyn RandomSource,
    ) -> Result<(Store<Metered<Database>>, Peppers), StartError> {
        let store = self.open(random).await?;
        match store.check_pepper(file).await? {
            PepperCheck::Right => {}
            PepperCheck::New => store.meet_pepper(file.newest()).await?,
            PepperCheck::Wrong => return Err(StartError::WrongPepper(self.folder.join(PEPPER_FILE))),
        }
        let known = store.know_peppers(file).await?;
        let is_known = |pepper: &Pepper| known.contains(&(pepper.version(), PepperStanding::Known));
        let peppers =
            file.only(is_known).ok_or_else(|| StartError::WrongPepper(self.folder.join(PEPPER_FILE)))?;
        let in_use = store.pepper_in_use().await?;
        Ok((store, peppers.using(in_use)))
    }
}
