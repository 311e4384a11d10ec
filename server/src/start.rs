//! Starting and stopping: from a checked configuration to listeners that answer, in the order that makes each next step safe.
//!
//! Pepper, then database, then the question whether the two belong together, then the index, and only then listeners.
//! Whatever fails on the way is a sentence that says what to do; nothing is half started.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Brand, Duration, PepperError, Peppers, ProcessId, QuarantineReason, SessionLimits, Timestamp};
use engine::{EngineError, Heavy, Rules};
use secrecy::ExposeSecret;
use store::{PostgresError, SqliteError, StoreError};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use verify::Refusals;
use zeroize::Zeroizing;

use crate::app::{App, Engine, Parts};
use crate::clock::{Clock, DatabaseClock, boot_id};
use crate::config::Config;
use crate::dashboard::Sites;
use crate::demo::Demo;
use crate::fleet::{Candidate, Fleet, KnownFile, ProcessFile, Reporter, Reports};
use crate::gateway::{Desk, Gateway, GatewayHandle, GatewaySettings};
use crate::help::Help;
use crate::installation::Installation;
use crate::journal::JournalFile;
use crate::letters::SendError;
use crate::ops::{Ops, OpsHandle};
use crate::random::RandomSource;
use crate::snapshot::SnapshotFile;
use crate::words::Catalogue;
use crate::{fleet, heavy, journal, loops, post, public};

/// The pepper's file in the data folder.
pub(crate) const PEPPER_FILE: &str = "pepper";

/// The embedded database in the data folder.
pub(crate) const DATABASE_FILE: &str = "keystead.db";

/// Is in the data folder until the installation's database has been made, and never again.
pub(crate) const UNMADE_FILE: &str = "database.unmade";

/// Why the server does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder was never set up, or has lost its pepper; a new one would make every key of the installation look wrong.
    #[error(
        "{0} is missing; put back the copy that is kept safe (`keystead init` makes one for a new installation only)"
    )]
    PepperMissing(PathBuf),
    /// The folder has no pepper and is not a new installation's.
    #[error(
        "{folder} belongs to an installation, as {found} in it shows, so no new pepper is made in it: every key would look wrong. \
         Put back the copy of its pepper that is kept safe, or name another folder"
    )]
    PepperLost {
        /// The folder.
        folder: PathBuf,
        /// What only an installation writes.
        found: &'static str,
    },
    /// The folder was set up before.
    #[error("{0} is a Keystead data folder already; start it with: keystead serve --data-dir {0}")]
    AlreadyInitialised(PathBuf),
    /// The pepper's file can be read by others.
    #[error("{path} can be read by others (mode {mode:o}); allow only its owner: chmod 600 {path}")]
    PepperOpen {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The pepper's file is damaged.
    #[error("{path}: {source}; restore the file from where it was kept safe")]
    PepperDamaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: PepperError,
    },
    /// The pepper is not the one of this database.
    #[error(
        "{0} is not the pepper this database was made with; every key would look wrong, so nothing is started. \
         Put back the pepper file that belongs to this database"
    )]
    WrongPepper(PathBuf),
    /// The embedded database cannot be opened.
    #[error(transparent)]
    Database(#[from] SqliteError),
    /// The database on PostgreSQL cannot be used.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// The store failed while starting.
    #[error("the database failed while starting: {0}")]
    Store(#[from] StoreError),
    /// Loading failed.
    #[error("the keys could not be loaded: {0}")]
    Load(#[from] EngineError),
    /// A listener's address cannot be had.
    #[error(
        "cannot listen on {address} for the {listener}: {source}; free the port or choose another address"
    )]
    Listen {
        /// Which listener.
        listener: &'static str,
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database is away, and nobody may vouch for what the process before knew.
    #[error(
        "the database cannot be reached, and what the process before this one knew is too old to be vouched for; start again when \
         the database answers"
    )]
    TooOld,
    /// An installation has no database where it should be.
    #[error(
        "there is no {DATABASE_FILE} in {folder}, and it is not made anew: every key would be unknown. Restore a backup \
         (keystead restore FILE --data-dir {folder}); or, if the database is on PostgreSQL, give its URL",
        folder = .0.display()
    )]
    DatabaseMissing(PathBuf),
    /// The database was restored, and what ended after the backup is not written again.
    #[error(
        "the database was restored from a backup, and what ended after it is not written again yet, so nothing is started. Run: {0}, \
         with the journals ({file}) of the data folders that ran until the end",
        file = journal::FILE
    )]
    Unfinished(String),
    /// Another process runs under this one's name.
    #[error(
        "another Keystead process runs as the node {0} on this database; give this one a [node] name of its own, or wait \
         some seconds if the other one was just killed"
    )]
    NodeInUse(String),
    /// Another process runs on the folder.
    #[error("another Keystead process is using {0}; stop it first, or give this one its own --data-dir")]
    FolderInUse(PathBuf),
    /// A file or folder cannot be used.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A provider for letters cannot be used as configured.
    #[error("letters cannot be sent as configured: {0}")]
    Letters(#[from] SendError),
    /// The database cannot be trusted any more; the process must stop.
    #[error("stopped, because the database failed: {0}. Nothing was acknowledged after that")]
    Broken(String),
}

impl StartError {
    /// Whether the database is one that does not answer, and nothing else is wrong.
    fn is_about_an_absent_database(&self) -> bool {
        matches!(
            self,
            StartError::Postgres(PostgresError::Unreachable(_))
                | StartError::Store(StoreError::Unreachable(_))
        )
    }
}

/// What a server is started with.
pub struct Options {
    /// Checked settings.
    pub config: Config,
    /// Where `now` comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn RandomSource>,
    /// The sample's logins, if this is the sample.
    pub demo: Option<Demo>,
}

/// A server that answers.
pub struct Running {
    app: App,
    /// `None`: people are served elsewhere.
    public: Option<SocketAddr>,
    /// `None`: gateways ask elsewhere.
    gateway: Option<GatewayHandle>,
    ops: OpsHandle,
    snapshot: SnapshotFile,
    reporter: Reporter,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Reads the pepper of a data folder, refusing one that others can read.
pub fn read_pepper(folder: &Path) -> Result<Peppers, StartError> {
    let text = pepper_text(folder)?;
    let path = folder.join(PEPPER_FILE);
    Peppers::parse(&text).map_err(|source| StartError::PepperDamaged { path, source })
}

/// What stands in the pepper's file.
pub(crate) fn pepper_text(folder: &Path) -> Result<Zeroizing<String>, StartError> {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(PEPPER_FILE);
    let file = |source| StartError::File { path: path.clone(), source };
    let found = match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StartError::PepperMissing(path));
        }
        other => other.map_err(file)?,
    };
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(StartError::PepperOpen { path, mode });
    }
    Ok(Zeroizing::new(std::fs::read_to_string(&path).map_err(file)?))
}

/// Makes a data folder: the folder (0700) and a fresh pepper (0600). Refuses one that is set up already, or was and lost its pepper.
pub fn make_folder(folder: &Path, random: &dyn RandomSource) -> Result<(), StartError> {
    use std::io::Write;
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| StartError::File { path, source }
    };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(file(folder))?;
    let path = folder.join(PEPPER_FILE);
    let is_there = |name: &str| folder.join(name).symlink_metadata().is_ok();
    if let (false, Some(found)) =
        (is_there(PEPPER_FILE), [DATABASE_FILE, journal::FILE].into_iter().find(|name| is_there(name)))
    {
        return Err(StartError::PepperLost { folder: folder.to_owned(), found });
    }
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let mut pepper = match opened {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(StartError::AlreadyInitialised(folder.to_owned()));
        }
        other => other.map_err(file(&path))?,
    };
    let unmade = folder.join(UNMADE_FILE);
    std::fs::File::create(&unmade).map_err(file(&unmade))?;
    pepper.write_all(Peppers::fresh(&mut *random.source()).as_bytes()).map_err(file(&path))?;
    pepper.sync_all().map_err(file(&path))?;
    // The name must survive a power loss too: keys made with a pepper that is gone are gone.
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(file(folder))
}

/// An engine on an installation's database, with an index that is empty or as its snapshot says.
pub async fn open_engine(config: &Config, random: &dyn RandomSource) -> Result<Engine, StartError> {
    open_engine_hashing(config, random, heavy::on_blocking_threads()).await
}

/// The same with another way to hash passwords.
pub(crate) async fn open_engine_hashing(
    config: &Config,
    random: &dyn RandomSource,
    heavy: Heavy,
) -> Result<Engine, StartError> {
    let file = read_pepper(&config.data_dir)?;
    let installation = Installation::of(config);
    let opened = installation.open_store(&file, random).await;
    let mut source = random.source();
    let seed = [source.next_u64(), source.next_u64()];
    let snapshot = SnapshotFile::in_folder(&config.data_dir, &file);
    let (store, peppers) = match opened {
        Err(away) if away.is_about_an_absent_database() => {
            let known = known_file(config, &file);
            let revived = fleet::revived(&known, &snapshot, file.verification_keys(), seed).await;
            let (Some((index, known)), Some(store)) = (revived, installation.unseen(random)?) else {
                return Err(away);
            };
            // Of a newer version the database has to say that it is its own.
            let newest = index.needed_peppers().last().copied().unwrap_or_default();
            let peppers = file.only(|pepper| pepper.version() <= newest).unwrap_or(file);
            tracing::warn!(%away, "The database is away; going on with what the process before this one knew");
            let engine = Engine::new(store, peppers, rules(config), Arc::new(index), heavy);
            engine.sit(known.seat);
            return Ok(engine);
        }
        opened => opened?,
    };
    let index = Arc::new(snapshot.index(&store, peppers.verification_keys(), seed).await?);
    Ok(Engine::new(store, peppers, rules(config), index, heavy))
}

/// Where a process keeps what one after it may go on with. On the embedded database nobody could: the database is in the same folder.
fn known_file(config: &Config, peppers: &Peppers) -> KnownFile {
    let boot = config.database_url.as_ref().and_then(|_| boot_id());
    KnownFile::in_folder(&config.data_dir, peppers, boot)
}

fn rules(config: &Config) -> Rules {
    let span = |span: std::time::Duration| {
        Duration::from_millis(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
    };
    Rules {
        brands: config.brands.iter().map(|brand| brand.rules.clone()).collect::<Vec<Brand>>(),
        otp: domain::OtpLimits {
            lifetime: span(config.otp.lifetime),
            sends: config.sms_limits,
            ..domain::OtpLimits::default()
        },
        session: SessionLimits { idle: span(config.session.idle), absolute: span(config.session.absolute) },
        vouch_for: config.gateway.spans(),
    }
}

/// Starts everything on an engine that was opened with the same options. `progress` is told how many pairs are loaded.
pub async fn start(
    engine: Engine,
    options: Options,
    progress: impl Fn(usize, usize),
) -> Result<Running, StartError> {
    let Options { config, clock, random, demo } = options;
    crate::process::allow_open_files();
    let clock = Arc::new(DatabaseClock::over(clock));
    let refusals = Arc::new(Refusals::over(engine.index().clone()));
    let snapshot = SnapshotFile::in_folder(&config.data_dir, &engine.peppers());
    if config.database_url.is_some() {
        // Others make pairs, too.
        engine.index().lease().certain_for(domain::CERTAIN_FOR.as_millis());
    }
    let goes_on = engine.seat().is_some();
    let reporter = if goes_on {
        let reporter = take_over_seat(&engine, &config, &clock)?;
        keep_journal(&engine, &config)?;
        // What the process before told of may be newer than what it left to go on with.
        engine.end_as_journalled().map_err(StartError::Load)?;
        reporter
    } else {
        refuse_unfinished(&engine, &config).await?;
        fleet::learn_time(&engine, &clock).await?;
        let reporter = take_seat(&engine, &config, &clock, &*random).await?;
        keep_journal(&engine, &config)?;
        engine.load(clock.uptime(), progress).await?;
        engine.recall_limits(clock.now()).await?;
        engine.recall_refusals(&refusals, clock.now()).await?;
        reporter
    };
    let unconfirmed = if goes_on { snapshot.head() } else { None };
    let realm = "API keys";
    let desk = Desk::new(engine.index().clone(), clock.clone(), realm, config.gateway.errors);
    let desk = match &config.gateway.identity {
        Some(keys) => desk.signing(keys.clone(), random.source().next_u64()),
        None => desk,
    };
    let desk = Arc::new(desk);
    let senders = post::Senders::new(&config)?;
    let listen = config.listen;
    let doors = Gateway { desk: desk.clone(), settings: settings(&config) };
    let sends = engine.send_tally().clone();
    let meters = engine.store().driver().meters().clone();
    let watched = Ops { desk: desk.clone(), refusals: refusals.clone(), sends, meters, clock: clock.clone() };
    let tally = desk.tally();
    let words = Catalogue::new(&config.brands);
    let sites = Sites::new(&config, &words);
    let help = Help::of(&config.brands, &words, config.help_dir.as_deref());
    help.log_findings();
    let app = App::new(Parts {
        fleet: Fleet::new(clock.clone(), &engine.peppers())
            .unconfirmed(unconfirmed)
            .writing_down(reporter.known.clone()),
        engine,
        sites,
        help,
        words,
        config,
        clock,
        random,
        refusals,
        desk,
        tally,
        feed: crate::feed::FeedDesk::new(),
        letters: Notify::new(),
        demo,
    });

    let taken = |listener, address| move |source| StartError::Listen { listener, address, source };
    let role = app.config.role;
    let listener = match role.serves_people() {
        true => Some(public::bind(listen.public).map_err(taken("dashboard", listen.public))?),
        false => None,
    };
    let public = listener.as_ref().map(TcpListener::local_addr).transpose();
    let public = public.map_err(taken("dashboard", listen.public))?;
    let gateway = match role.answers_gateways() {
        true => Some(doors.listen(listen.gateway).map_err(taken("gateway listener", listen.gateway))?),
        false => None,
    };
    let ops = watched.listen(listen.ops).map_err(taken("ops listener", listen.ops))?;

    let (stop, stopping) = watch::channel(false);
    let visitors = app.meters().visitors.clone();
    let mut tasks: Vec<JoinHandle<()>> = listener
        .map(|listener| {
            tokio::spawn(public::serve(listener, crate::routes::router(&app), visitors, stopping.clone()))
        })
        .into_iter()
        .collect();
    tasks.extend(loops::spawn(&app, senders, &snapshot, &reporter, &stopping));
    Ok(Running { app, public, gateway, ops, snapshot, reporter, stop, tasks })
}

/// Goes on as the process before this one, without the database.
fn take_over_seat(
    engine: &Engine,
    config: &Config,
    clock: &Arc<DatabaseClock>,
) -> Result<Reporter, StartError> {
    let unusable = |source| StartError::File { path: config.data_dir.clone(), source };
    let file = ProcessFile::hold(&config.data_dir).map_err(unusable)?;
    let file = file.ok_or_else(|| StartError::FolderInUse(config.data_dir.clone()))?;
    let known = known_file(config, &engine.peppers());
    if !fleet::go_on(engine, &known, clock) {
        return Err(StartError::TooOld);
    }
    let process = engine.seat().expect("whoever goes on has the seat of the one before").process;
    let candidate = Candidate::of(config, process, None);
    Ok(reporter(engine, config, clock, candidate, known, file))
}

fn reporter(
    engine: &Engine,
    config: &Config,
    clock: &Arc<DatabaseClock>,
    candidate: Candidate,
    known: KnownFile,
    file: ProcessFile,
) -> Reporter {
    Reporter {
        candidate: Arc::new(candidate),
        reports: Reports::of(config),
        index: engine.index().clone(),
        clock: clock.clone(),
        known: Arc::new(known),
        _folder: Arc::new(file),
    }
}

/// From here on nobody is told of a change that is not in the folder's journal. The folder is this process's alone by now.
fn keep_journal(engine: &Engine, config: &Config) -> Result<(), StartError> {
    let unusable = |source| StartError::File { path: config.data_dir.join(journal::FILE), source };
    engine.keep_journal(Arc::new(JournalFile::in_folder(&config.data_dir).map_err(unusable)?));
    Ok(())
}

async fn refuse_unfinished(engine: &Engine, config: &Config) -> Result<(), StartError> {
    let quarantine = engine.store().head_as("", 0).await?.quarantine;
    match quarantine.map(|quarantine| quarantine.why) {
        Some(QuarantineReason::Unfinished) => {
            Err(StartError::Unfinished(Installation::of(config).ending_quarantine("FILE")))
        }
        Some(QuarantineReason::HistoryLost) | None => Ok(()),
    }
}

/// Two processes of one machine have one name unless they are given two: the second one must not silence the first by mistake.
async fn refuse_taken(engine: &Engine, candidate: &Candidate, now: Timestamp) -> Result<(), StartError> {
    let node = engine.store().node(&candidate.node).await?;
    let Some(run) = node.and_then(|node| node.run) else { return Ok(()) };
    if run.is_heard(now) && Some(run.process) != candidate.former {
        return Err(StartError::NodeInUse(candidate.node.clone()));
    }
    Ok(())
}

/// Takes this process's place in the fleet: after this it vouches for what it reads, or when the control plane has heard of it.
async fn take_seat(
    engine: &Engine,
    config: &Config,
    clock: &Arc<DatabaseClock>,
    random: &dyn RandomSource,
) -> Result<Reporter, StartError> {
    let unusable = |source| StartError::File { path: config.data_dir.clone(), source };
    let file = ProcessFile::hold(&config.data_dir).map_err(unusable)?;
    let file = file.ok_or_else(|| StartError::FolderInUse(config.data_dir.clone()))?;
    let former = file.last();
    let process = ProcessId::draw(&mut *random.source());
    // First: a process that is gone without having been written down would count as one that may still run.
    file.remember(&process).map_err(unusable)?;
    let candidate = Candidate::of(config, process, former);
    if config.database_url.is_some() && config.role.writes() {
        refuse_taken(engine, &candidate, clock.now()).await?;
        // Before anybody registers here.
        fleet::counts_with_server(engine, config.standby, || ProcessId::draw(&mut *random.source())).await?;
    }
    let known = known_file(config, &engine.peppers());
    known.begin(&candidate.seat(), candidate.spans).map_err(unusable)?;
    let reporter = reporter(engine, config, clock, candidate, known, file);
    if config.role.writes() {
        match reporter.candidate.register(engine, clock.now()).await {
            // Nobody else vouches for what is in this folder, so keys go on working while there is no room to write down who does.
            Err(EngineError::Store(StoreError::Full)) if config.database_url.is_none() => {
                tracing::warn!(
                    "The disk of the database is full; receipts name this process once there is room"
                );
                return Ok(reporter);
            }
            outcome => {
                if !outcome? {
                    // Somebody else took it in the same moment.
                    return Err(StartError::NodeInUse(reporter.candidate.node.clone()));
                }
            }
        }
    }
    engine.sit(reporter.candidate.seat());
    Ok(reporter)
}

fn settings(config: &Config) -> GatewaySettings {
    let default = GatewaySettings::default();
    GatewaySettings {
        threads: config.gateway.threads.map_or(default.threads, usize::from),
        token: config
            .gateway
            .token
            .as_ref()
            .map(|token| zeroize::Zeroizing::new(token.expose_secret().to_owned())),
        proxies: config.gateway.proxies.clone(),
        ..default
    }
}

/// Waits until there is a reason to stop.
async fn told_why(reasons: Option<watch::Receiver<Option<String>>>) -> String {
    let Some(mut reasons) = reasons else { return std::future::pending().await };
    match reasons.wait_for(Option::is_some).await {
        Ok(reason) => reason.clone().unwrap_or_default(),
        Err(_) => "its writer has stopped".to_owned(),
    }
}

impl Running {
    /// The handle that handlers use.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where the dashboard and the management API listen.
    pub fn public(&self) -> Option<SocketAddr> {
        self.public
    }

    /// Where gateways ask.
    pub fn gateway(&self) -> Option<SocketAddr> {
        self.gateway.as_ref().map(GatewayHandle::local_addr)
    }

    /// Where health and metrics are.
    pub fn ops(&self) -> SocketAddr {
        self.ops.local_addr()
    }

    /// Waits until the database cannot be trusted any more, which may be for ever.
    pub async fn until_broken(&self) -> StartError {
        let (failed, broken) =
            (self.app.fleet.failed.subscribe(), self.app.engine.store().driver().inner().broken());
        let reason = tokio::select! {
            reason = told_why(Some(failed)) => reason,
            reason = told_why(broken) => reason,
        };
        StartError::Broken(reason)
    }

    /// Stops listening, finishes what is under way and writes what was counted.
    pub async fn stop(self) {
        let Running { app, gateway, ops, snapshot, reporter, stop, tasks, .. } = self;
        stop.send_replace(true);
        app.feed.close();
        // Joining threads waits; it must not hold up the tasks that finish meanwhile.
        let join = move || {
            if let Some(gateway) = gateway {
                gateway.stop();
            }
            ops.stop();
        };
        let _ = tokio::task::spawn_blocking(join).await;
        for task in tasks {
            let _ = task.await;
        }
        let engine = &app.engine;
        // Nobody can ask any more. Only a process that vouches for nothing may say that it leaves.
        engine.index().lease().doubt();
        if let Err(failure) = reporter.known.end() {
            tracing::warn!(%failure, "What this process knew could not be taken out of its folder");
        }
        reporter.tell_uses().await;
        reporter.leave(engine).await;
        if let Err(error) = snapshot.write_once(engine.place(), engine.index()).await {
            tracing::warn!(error = %error, "The snapshot of the index could not be written");
        }
        if !app.config.role.writes() {
            return;
        }
        if let Err(error) = engine.flush_usage_once().await {
            tracing::warn!(error = %error, "Uses of keys could not be written");
        }
        if let Err(error) = engine.flush_key_days_once().await {
            tracing::warn!(error = %error, "The day's use of limited keys could not be written");
        }
        if let Err(error) = engine.flush_refusals_once(&app.refusals, app.now()).await {
            tracing::warn!(error = %error, "Refusals could not be written down");
        }
    }
}
