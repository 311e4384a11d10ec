//! Bad starts: each ends with a sentence that says what to do and an exit status, and changes nothing.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use keystead_tests::caller::agent;
use keystead_tests::installation::{Installation, done, keystead, said};

/// Runs a start that must fail and returns what it said.
fn refused(command: &mut Command, status: i32) -> String {
    let ended = done(command);
    let said = said(&ended);
    assert_eq!(ended.status.code(), Some(status), "{said}");
    assert!(said.contains("error: "), "{said}");
    assert!(ended.stdout.is_empty(), "talk goes to standard error");
    said
}

#[test]
fn a_second_server_on_the_same_folder_is_told_that_it_is_in_use_and_the_first_goes_on() {
    let installation = Installation::fresh();
    let first = installation.serve();
    let said = refused(&mut installation.serving(), 1);
    let folder = installation.folder();
    let sentence = format!("another Keystead process is using {}; stop it first", folder.display());
    assert!(said.contains(&sentence), "{said}");
    refused(&mut installation.command(&["migrate"]), 1);

    let ready = agent().get(format!("http://{}/readyz", first.ops)).call().expect("the first answers");
    assert_eq!(ready.status(), 200);
    let (status, log) = first.stop();
    assert!(status.success(), "{log}");
    installation.serve();
}

#[test]
fn a_demo_is_refused_on_an_installation_and_beside_a_server_on_its_own_folder_is_told_the_same() {
    let installation = Installation::fresh();
    let _first = installation.serve();
    let said = refused(&mut installation.command(&["demo"]), 1);
    assert!(said.contains("holds an installation that is not the sample"), "{said}");
    std::fs::write(installation.folder().join("demo-state.json"), "{}").expect("room for a file");
    let said = refused(&mut installation.command(&["demo"]), 1);
    assert!(said.contains("another Keystead process is using"), "{said}");
}

#[test]
fn a_pepper_of_another_installation_starts_nothing_and_the_right_one_starts_again() {
    let installation = Installation::fresh();
    let pepper = installation.folder().join("pepper");
    let right = std::fs::read(&pepper).unwrap();
    let other = Installation::fresh();
    std::fs::copy(other.folder().join("pepper"), &pepper).unwrap();

    let said = refused(&mut installation.serving(), 1);
    assert!(said.contains("is not the pepper this database was made with"), "{said}");
    assert!(said.contains("Put back the pepper file"), "{said}");
    std::fs::write(&pepper, right).unwrap();
    installation.serve();
}

#[test]
fn a_pepper_that_others_can_read_starts_nothing_and_the_message_has_the_command() {
    let installation = Installation::fresh();
    let pepper = installation.folder().join("pepper");
    std::fs::set_permissions(&pepper, PermissionsExt::from_mode(0o644)).unwrap();
    let said = refused(&mut installation.serving(), 1);
    assert!(said.contains("can be read by others (mode 644)"), "{said}");
    assert!(said.contains(&format!("chmod 600 {}", pepper.display())), "{said}");
}

#[test]
fn a_damaged_or_missing_pepper_starts_nothing() {
    let installation = Installation::fresh();
    let pepper = installation.folder().join("pepper");
    std::fs::write(&pepper, "not a pepper\n").unwrap();
    let said = refused(&mut installation.serving(), 1);
    assert!(said.contains("restore the file from where it was kept safe"), "{said}");
    std::fs::remove_file(&pepper).unwrap();
    let said = refused(&mut installation.serving(), 1);
    let sentence = format!("{} is missing; put back the copy that is kept safe", pepper.display());
    assert!(said.contains(&sentence), "{said}");
    let said = refused(&mut installation.command(&["init"]), 1);
    assert!(said.contains("as keystead.db in it shows"), "{said}");
    assert!(!pepper.exists(), "a new pepper would make every key of the database look wrong");
}

#[test]
fn a_damaged_database_starts_nothing_and_stays_as_it_is() {
    let installation = Installation::fresh();
    let folder = installation.folder();
    let file = std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path());
    let database = file.into_iter().find(|path| path.extension().is_some_and(|end| end == "db"));
    let database = database.expect("the database is a file of the folder");
    let garbage = vec![b'?'; 8192];
    std::fs::write(&database, &garbage).unwrap();
    let said = refused(&mut installation.serving(), 1);
    assert!(said.contains("the database in the data folder cannot be opened"), "{said}");
    assert_eq!(std::fs::read(&database).unwrap(), garbage);
}

#[test]
fn a_setting_that_does_not_exist_is_refused_with_the_nearest_that_does() {
    let installation = Installation::fresh();
    installation.configure("[gateway]\nthreds = 1\n");
    let said = refused(&mut installation.serving(), 1);
    assert!(said.contains("threds") && said.contains("threads"), "{said}");
    assert!(said.contains("hint: "), "{said}");
}

#[test]
fn a_configuration_that_is_not_toml_is_refused_with_the_place() {
    let installation = Installation::fresh();
    std::fs::write(installation.config(), "[listen\npublic = 1\n").unwrap();
    let said = refused(&mut installation.serving(), 1);
    assert!(said.contains("keystead.toml") && said.contains("line 1"), "{said}");
}

#[test]
fn a_flag_that_does_not_exist_is_a_usage_error() {
    let ended = done(&mut keystead(["serve", "--dir", "x"]));
    assert_eq!(ended.status.code(), Some(2), "{}", said(&ended));
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let installation = Installation::fresh();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for (listener, setting) in
        [("dashboard", "PUBLIC"), ("gateway listener", "GATEWAY"), ("ops listener", "OPS")]
    {
        let mut serving = installation.serving();
        let said = refused(serving.env(format!("KEYSTEAD__LISTEN__{setting}"), address.to_string()), 1);
        assert!(said.contains(&format!("cannot listen on {address} for the {listener}")), "{said}");
        assert!(said.contains("free the port or choose another address"), "{said}");
    }
}

#[test]
fn a_folder_that_was_never_set_up_is_named_with_the_command_that_does() {
    let place = tempfile::tempdir().unwrap();
    let installation = Installation::fresh();
    let mut serving = keystead(["serve", "--config"]);
    serving.arg(installation.config()).arg("--data-dir").arg(place.path());
    let said = refused(&mut serving, 1);
    assert!(said.contains(&format!("{}/pepper is missing", place.path().display())), "{said}");
    assert!(said.contains("`keystead init` makes one for a new installation"), "{said}");
}

#[test]
fn an_unknown_host_is_told_so_and_shown_nothing_of_any_brand() {
    let installation = Installation::fresh();
    let served = installation.serve();
    for path in ["/", "/login", "/test/keys"] {
        let mut answer = agent()
            .get(format!("http://{}{path}", served.public))
            .header("Host", "elsewhere.example")
            .call()
            .expect("every host gets an answer");
        assert_eq!(answer.status(), 421, "{path}");
        let page = answer.body_mut().read_to_string().unwrap();
        for brand in ["Razorpay", "Curlec", "Axis"] {
            assert!(!page.contains(brand), "{path} tells of {brand}");
        }
    }
}
