//! The pepper file: replaced whole or not at all, and taken over by a process that runs only where it can be used.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use domain::Timestamp;

use super::*;
use crate::clock::ManualClock;
use crate::config::Config;
use crate::random::SeededRandom;
use crate::start::{Options, Running, make_folder, open_engine, start};

fn text(folder: &Path) -> String {
    std::fs::read_to_string(folder.join(PEPPER_FILE)).expect("it is there")
}

fn held(folder: &Path) -> Vec<u8> {
    let peppers = read_pepper(folder).expect("it can be used");
    peppers.versions().rev().map(domain::Pepper::version).collect()
}

fn adds(folder: &Path, stops_at: Option<Step>) -> Result<u8, StartError> {
    let random = SeededRandom::new(8);
    let reached = |step| match stops_at == Some(step) {
        true => Err(io::Error::other("the power is gone")),
        false => Ok(()),
    };
    replace(folder, |text| Peppers::with_another(text, 0, &mut *random.source()), reached)
}

// TM-11: whatever the moment at which the power goes, there is a pepper that fits the database, and rotating goes on.
#[test]
fn a_version_is_added_whole_or_not_at_all_wherever_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_folder(&folder.join("data"), &SeededRandom::new(7)).expect("a fresh folder");
    let folder = &folder.join("data");
    let before = text(folder);
    for (step, versions) in
        [(Step::Begun, 1..=1), (Step::Written, 1..=1), (Step::Forced, 1..=1), (Step::Renamed, 1..=2)]
    {
        std::fs::write(folder.join(PEPPER_FILE), &before).expect("room for a file");
        assert!(adds(folder, Some(step)).is_err(), "{step:?}");
        assert_eq!(held(folder), versions.collect::<Vec<u8>>(), "{step:?}");
        assert!(text(folder).starts_with(&before), "the old version is always there: {step:?}");
        // What was left unfinished is nobody's pepper, and in nobody's way.
        let next = adds(folder, None).expect("it goes on");
        assert_eq!(held(folder).last(), Some(&next), "{step:?}");
        assert!(!folder.join(UNFINISHED).exists(), "{step:?}");
        let mode = std::fs::metadata(folder.join(PEPPER_FILE)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{step:?}");
    }
}

#[test]
fn a_damaged_file_is_not_rotated_and_two_never_change_it_at_once() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = &place.path().join("data");
    make_folder(folder, &SeededRandom::new(7)).expect("a fresh folder");
    let before = text(folder);
    let other = File::open(folder.canonicalize().expect("it is there")).expect("it is there");
    other.lock().expect("nobody else holds it");
    assert!(adds(folder, None).is_err_and(|error| error.to_string().contains("somebody else")));
    other.unlock().expect("it is held");
    std::fs::write(folder.join(PEPPER_FILE), &before[..20]).expect("room for a file");
    assert!(matches!(adds(folder, None), Err(StartError::PepperDamaged { .. })));
    assert_eq!(text(folder), before[..20], "nothing is made worse");
    std::fs::write(folder.join(PEPPER_FILE), &before).expect("room for a file");
    adds(folder, None).expect("it goes on");
    let both = text(folder);
    remove_version(folder, 2).expect("there is another one");
    assert_eq!(text(folder), before);
    let copy = folder.join(BEFORE);
    assert_eq!(std::fs::read_to_string(&copy).expect("it is kept"), both);
    assert_eq!(std::fs::metadata(copy).expect("it is kept").permissions().mode() & 0o777, 0o600);
    assert!(remove_version(folder, 1).is_err(), "never the last one");
    assert_eq!(text(folder), before);
}

/// A process on a folder of its own, whose clock stands: loops that wait for time do nothing.
async fn running(folder: &Path) -> Running {
    let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(7));
    let brands = include_str!("../../../brands.toml");
    let mut config = Config::demo(folder, 8080, brands).expect("the sample brands");
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    (config.listen.public, config.listen.gateway, config.listen.ops) = (any_port, any_port, any_port);
    if !folder.exists() {
        make_folder(folder, &*random).expect("a fresh folder");
    }
    let engine = open_engine(&config, &*random).await.expect("a database");
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_795_413_600_000)));
    start(engine, Options { config, clock, random, demo: None }, |_, _| ()).await.expect("a server")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_process_takes_over_a_new_version_and_goes_on_with_what_it_holds_where_it_cannot() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = &place.path().join("data");
    let running = running(folder).await;
    let (app, mut watch) = (running.app(), Watch::default());
    watch.look_once(app).await;
    assert_eq!((app.engine.held_peppers(), &watch.trouble), (vec![1], &None));
    let signed_by = app.fleet.seal().public_keys().to_vec();
    let good = text(folder);

    for bad in ["", "nonsense", &good.replace("1 ", "2 "), &good.replace('a', "b")] {
        std::fs::write(folder.join(PEPPER_FILE), bad).expect("room for a file");
        watch.look_once(app).await;
        assert_eq!(app.engine.held_peppers(), [1], "{bad:?}");
        assert!(watch.trouble.is_some(), "{bad:?}");
    }
    let path = folder.join(PEPPER_FILE);
    std::fs::write(&path, &good).expect("room for a file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("our own file");
    watch.look_once(app).await;
    assert!(watch.trouble.as_ref().is_some_and(|why| why.contains("can be read by others")));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("our own file");
    watch.look_once(app).await;
    assert_eq!(watch.trouble, None);

    add_version(folder, 0, &SeededRandom::new(9)).expect("a whole file");
    watch.look_once(app).await;
    assert_eq!((app.engine.held_peppers(), app.engine.peppers().version_in_use()), (vec![1, 2], 1));
    assert_eq!(app.fleet.seal().public_keys()[0], signed_by[0], "signed under the version in use");
    assert_eq!(app.fleet.seal().public_keys().len(), 2);
    let used = app.engine.use_newest_pepper_once(app.now()).await.expect("the database answers");
    // The process's own loop may have been quicker.
    assert!(matches!(used, Ok(2) | Err(engine::Delay::NothingNewer)), "{used:?}");
    watch.look_once(app).await;
    assert_ne!(app.fleet.seal().public_keys()[0], signed_by[0]);
    assert!(
        app.fleet.seal().public_keys().contains(&signed_by[0]),
        "receipts that were given stay checkable"
    );

    // A start with an older file: it runs, and says that it is not ready and why.
    running.stop().await;
    std::fs::write(&path, &good).expect("room for a file");
    let before = self::running(folder).await;
    let asked = |path: &str| format!("http://{}{path}", before.ops());
    let (status, said) = get(asked("/readyz")).await;
    assert_eq!(status, 503);
    assert!(said.contains("version 2 of the pepper is missing"), "{said}");
    before.stop().await;
}

async fn get(url: String) -> (u16, String) {
    let asked = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.get(url).call().expect("it answers");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    });
    asked.await.expect("it does not panic")
}
