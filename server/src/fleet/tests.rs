//! Processes of each role, and a node that reports to a control plane that runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use domain::{Actor, Mode, NodeRole, ProcessId, Timestamp};
use secrecy::SecretString;
use verify::Uptime;

use super::control::{Control, Told};
use super::{Candidate, Change, KnownFile, ProcessFile, Reporter, Reports, samples};
use crate::clock::{DatabaseClock, ManualClock};
use crate::config::Config;
use crate::random::{RandomSource, SeededRandom};
use crate::start::{Options, Running, make_folder, open_engine, start};

/// 2026-11-23T06:00:00Z.
const BEGIN: Timestamp = Timestamp::from_millis(1_795_413_600_000);

fn config(folder: &Path) -> Config {
    let brands = include_str!("../../../brands.toml");
    let mut config = Config::demo(folder, 8080, brands).expect("the sample brands");
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    (config.listen.public, config.listen.gateway, config.listen.ops) = (any_port, any_port, any_port);
    config
}

/// A process on a folder of its own.
async fn running(folder: &Path, seed: u64, change: impl FnOnce(&mut Config)) -> Running {
    let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(seed));
    let mut config = config(folder);
    change(&mut config);
    if !folder.exists() {
        make_folder(folder, &*random).expect("a fresh folder");
    }
    let engine = open_engine(&config, &*random).await.expect("a database");
    let clock = Arc::new(ManualClock::at(BEGIN));
    let options = Options { config, clock, random, demo: None };
    start(engine, options, |_, _| ()).await.expect("a server")
}

fn vouches(running: &Running) -> bool {
    let app = running.app();
    app.engine.index().lease().check(app.clock.uptime()).is_ok()
}

fn operator() -> Actor {
    Actor::Operator { name: "ops".to_owned(), origin: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_listens_where_it_answers_and_nowhere_else() {
    for (role, people, gateways) in
        [(NodeRole::All, true, true), (NodeRole::Control, true, false), (NodeRole::Verify, false, true)]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let process = running(&folder.path().join("data"), 7, |config| config.role = role).await;
        assert_eq!(process.public().is_some(), people, "{role}");
        assert_eq!(process.gateway().is_some(), gateways, "{role}");
        // One that may not write has to wait until the control plane has written for it.
        assert_eq!(vouches(&process), role.writes(), "{role}");
        process.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_after_another_on_the_same_folder_leaves_no_shadow_however_the_first_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut processes = Vec::new();
    for seed in 7..10 {
        let process = running(&data, seed, |_| ()).await;
        let (nodes, shadows) = process.app().engine.fleet(0).await.expect("the database answers");
        assert_eq!((nodes.len(), shadows.len()), (1, 0));
        processes.push(nodes[0].run.as_ref().expect("it runs").process);
        process.stop().await;
    }
    processes.dedup();
    assert_eq!(processes.len(), 3, "each run is a process of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_only_reads_registers_reports_and_leaves_over_http() {
    let folder = tempfile::tempdir().expect("a folder");
    let control = running(&folder.path().join("data"), 7, |_| ()).await;
    let app = control.app().clone();
    let enrolled = app.engine.enrol_node(&operator(), "eu-1", None, BEGIN, &mut *app.rng()).await;
    let credential = SecretString::from(enrolled.expect("a new name").token.reveal().to_owned());
    let url = format!("http://{}", control.public().expect("it has one"));
    let nodes_folder = ProcessFile::hold(folder.path()).expect("a folder").expect("nobody else has it");
    let nodes_folder = Arc::new(nodes_folder);
    let reporter = |n: u64, credential: SecretString| Reporter {
        candidate: Arc::new(Candidate {
            node: "eu-1".to_owned(),
            process: ProcessId::draw(&mut domain::seeded(100 + n)),
            former: None,
            role: NodeRole::Verify,
            lease: domain::Duration::from_millis(if n == 4 { 30_000 } else { 1_000 }),
            spans: app.engine.rules().vouch_for,
        }),
        reports: Reports::ToControl(Control::new(&url, "eu-1", credential)),
        index: app.engine.index().clone(),
        clock: Arc::new(DatabaseClock::over(Arc::new(ManualClock::at(BEGIN)))),
        known: Arc::new(KnownFile::in_folder(folder.path(), &app.engine.peppers(), None)),
        _folder: nodes_folder.clone(),
    };
    let (engine, one) = (&app.engine, reporter(1, credential.clone()));
    assert_eq!(one.report(engine, BEGIN).await, Err(Told::NotIn), "it has not registered");
    assert_eq!(one.register(engine, BEGIN).await, Told::Taken);
    assert_eq!(one.report(engine, BEGIN).await, Ok(engine.index().position()));
    let stranger = reporter(2, SecretString::from("A".repeat(43)));
    assert_eq!(stranger.register(engine, BEGIN).await, Told::NotIn);

    let change = Change { position: 1, mode: Mode::Test, known_by: BEGIN };
    let silent = app.fleet.room.look(&app, change).await.expect("the database answers");
    assert_eq!(silent.nodes, 2);
    one.leave(engine).await;
    let left = app.fleet.room.look(&app, change).await.expect("the database answers");
    assert_eq!(left.nodes, 1, "nobody waits for who has left");

    let may_return =
        async |before, at| one.may_return(engine, before, at).await.expect("the database answers");
    let later = BEGIN + domain::MINUTE;
    assert!(may_return(None, BEGIN).await, "nobody runs as it");
    // However short the other one's lease is, and however long.
    for (n, silent_ms) in [(3, 10_000), (4, 30_000)] {
        assert_eq!(reporter(n, credential.clone()).register(engine, BEGIN).await, Told::Taken);
        assert_eq!(one.report(engine, BEGIN).await, Err(Told::NotIn));
        let soon = BEGIN + domain::Duration::from_millis(silent_ms - 1);
        assert!(!may_return(None, soon).await, "the other one was heard from");
        assert!(may_return(None, later).await, "it was not for long");
    }
    engine.remove_node(&operator(), "eu-1", BEGIN).await.expect("it is listed");
    assert!(!may_return(None, later).await, "it was removed");
    assert!(may_return(Some("1/00000001"), later).await, "another server never had it");

    control.stop().await;
    assert!(matches!(one.report(engine, BEGIN).await, Err(Told::Lost(_))));
}

// Whoever goes on without the database after a crash must not go on with less than a receipt was given for.
#[tokio::test(flavor = "multi_thread")]
async fn this_process_is_among_those_who_have_heard_only_once_that_is_written_down() {
    let (folder, beside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (data, random) = (folder.path().join("data"), SeededRandom::new(7));
    make_folder(&data, &random).expect("a fresh folder");
    let engine = &open_engine(&config(&data), &random).await.expect("a database");
    let clock = Arc::new(ManualClock::at(BEGIN));
    let fleet = samples::alone(engine, clock).await;
    let boot = Some("this start of the machine".to_owned());
    let known = Arc::new(KnownFile::in_folder(beside.path(), &engine.peppers(), boot));
    known.begin(engine.seat().expect("it has one"), engine.rules().vouch_for).expect("a folder");
    known.wrote_snapshot(0, Uptime::default()).expect("a folder");
    let fleet = fleet.writing_down(known.clone());
    let heard = async || {
        let (nodes, _) = fleet.listed(engine).await.expect("the database answers");
        nodes[0].run.as_ref().expect("it runs").position
    };
    assert!(known.last().is_some(), "the snapshot has everything that was said to be known");

    engine.index().set_position(5);
    assert_eq!(heard().await, 5);
    assert!(known.last().is_none(), "the snapshot lacks what a receipt was given for");

    beside.close().expect("it is there");
    engine.index().set_position(6);
    assert!(heard().await < 6, "it could not be written down");
}
