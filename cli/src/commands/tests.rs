//! The command line as an operator sees it: the real commands against a real server on a free port.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use clap::{CommandFactory, Parser};
use domain::Timestamp;
use server::clock::{Clock, ManualClock};
use server::config::Config;
use server::random::{RandomSource, SeededRandom};
use server::start::{Options, Running, make_folder, open_engine, start};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::commands::{account, brand, demo, docs, follower, key, member, node, receipt};
use crate::failure::Failure;
use crate::remote::Remote;
use crate::report::Report;

/// 2026-11-23T06:00:00Z.
const BEGIN: i64 = 1_795_413_600_000;

/// What can be typed after `keystead`.
#[derive(Debug, Parser)]
enum Typed {
    #[command(subcommand)]
    Brand(brand::Command),
    #[command(subcommand)]
    Account(account::Command),
    #[command(subcommand)]
    Key(key::Command),
    #[command(subcommand)]
    Member(member::Command),
    #[command(subcommand)]
    Node(node::Command),
    #[command(subcommand)]
    Follower(follower::Command),
}

/// An operator at a terminal, and a server.
struct Story {
    runtime: Runtime,
    running: Running,
    clock: Arc<ManualClock>,
    remote: Remote,
    told: String,
    _folder: TempDir,
}

impl Story {
    fn begins() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the story");
        let data = folder.path().join("data");
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(BEGIN)));
        let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(7));
        let mut config =
            Config::demo(&data, 8080, include_str!("../../../brands.toml")).expect("the sample brands");
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        config.listen.public = any_port;
        config.listen.gateway = any_port;
        config.listen.ops = any_port;
        make_folder(&data, &*random).expect("a fresh folder");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let (running, token) = runtime.block_on(async {
            let engine = open_engine(&config, &*random).await.expect("a fresh database");
            let token =
                engine.appoint("first", clock.now(), &mut *random.source()).await.expect("an operator");
            let options = Options { config, clock: clock.clone(), random, demo: None };
            (start(engine, options, |_, _| ()).await.expect("a server"), token)
        });
        let url = format!("http://{}", running.public().expect("it has a dashboard"));
        let remote = Remote::new(&url, token.reveal(), Arc::new(SeededRandom::new(8)))
            .expect("a token and an address");
        Self { runtime, running, clock, remote, told: String::new(), _folder: folder }
    }

    /// Types a command and writes down what it prints.
    fn types(&mut self, command: &str) -> String {
        let words = std::iter::once("keystead").chain(command.split(' '));
        let outcome = match Typed::try_parse_from(words).expect("a command") {
            Typed::Brand(command) => command.report(&self.remote),
            Typed::Account(command) => command.report(&self.remote),
            Typed::Key(command) => command.report(&self.remote),
            Typed::Member(command) => command.report(&self.remote),
            Typed::Node(command) => command.report(&self.remote),
            Typed::Follower(command) => command.report(&self.remote),
        };
        let said = told(outcome);
        self.told += &format!("$ keystead {command}\n{said}\n");
        said
    }

    /// Lets time pass; the server hears from its database at the end of it, as it would all along.
    fn waits(&self, span: domain::Duration) {
        self.clock.advance(span);
        let caught_up = self.runtime.block_on(self.running.app().engine.catch_up(self.clock.uptime()));
        caught_up.expect("a database that answers");
    }

    /// Asks the gateway listener about credentials, as a merchant's own gateway would.
    fn grants(&self, key_id: &str, secret: &str) -> bool {
        let url = format!("http://{}/v1/verify", self.running.gateway().expect("it answers gateways"));
        let asked = serde_json::json!({ "key_id": key_id, "key_secret": secret });
        let mut answer =
            ureq::post(url).header("User-Agent", "checkout/1.4").send_json(asked).expect("an answer");
        let verdict: serde_json::Value = answer.body_mut().read_json().expect("JSON");
        verdict["granted"].as_bool().expect("a verdict")
    }

    fn ends(self) -> String {
        let url = format!("http://{}", self.running.public().expect("it has a dashboard"));
        self.runtime.block_on(self.running.stop());
        self.told.replace(&url, "http://127.0.0.1:8080")
    }
}

fn told(outcome: Result<Report, Failure>) -> String {
    match outcome {
        Ok(report) => report.told(),
        Err(failure) => format!("{failure:?}\n"),
    }
}

/// The text of a JSON member in what was printed.
fn found(said: &str, name: &str) -> String {
    let (_, rest) = said.split_once(&format!("\"{name}\":\"")).expect("a member");
    rest.split('"').next().expect("a text").to_owned()
}

#[test]
fn an_operator_takes_an_account_from_nothing_to_a_replaced_key() {
    let mut story = Story::begins();
    story.types("brand list");
    let opened = story.types(
        "account create --org razorpay --country IN --name Books --owner-name Asha --owner-email asha@books.example",
    );
    let account = found(&opened, "id");
    story.types(&format!("key generate {account} --mode live"));
    story.types(&format!("account activate {account}"));
    story.types(&format!("account website {account} https://books.example"));
    story.types(&format!("account verify-website {account}"));
    let live = story.types(&format!("key generate {account} --mode live"));
    let (first, secret) = (found(&live, "key_id"), found(&live, "key_secret"));
    story.types(&format!("key usage {first} --span hour"));
    assert!(story.grants(&first, &secret));

    story.waits(domain::HOUR);
    let replaced = story.types(&format!("key regenerate {first} --deactivate-old in-24-hours --wait"));
    let second = found(&replaced, "key_id");
    story.types(&format!("key regenerate {first} --deactivate-old now"));
    story.types(&format!("key regenerate {second} --deactivate-old in-24-hours"));
    story.types(&format!("key deactivate {first} --wait fleet"));
    assert!(!story.grants(&first, &secret));
    story.types(&format!("key list {account}"));
    story.types(&format!("key why {first}"));
    story.types(&format!("key why {second}"));
    story.types("account list");
    story.types(&format!("member list {account}"));
    story.types("node list");
    insta::assert_snapshot!(story.ends());
}

#[test]
fn limits_are_shown_and_changed_one_by_one() {
    let mut story = Story::begins();
    let opened = story.types(
        "account create --org razorpay --country IN --name Books --owner-name Asha --owner-email asha@books.example",
    );
    let issued = story.types(&format!("key generate {} --mode test", found(&opened, "id")));
    let (key_id, secret) = (found(&issued, "key_id"), found(&issued, "key_secret"));
    story.types(&format!("key limits {key_id}"));
    story.types(&format!("key limits {key_id} --per-day 2 --allow 127.0.0.0/8 --allow 2001:db8::/32"));
    assert_eq!([(); 3].map(|()| story.grants(&key_id, &secret)), [true, true, false]);
    story.types(&format!("key limits {key_id} --per-second 5"));
    story.types(&format!("key limits {key_id} --allow 127.0.0.1/8"));
    story.types(&format!("key limits {key_id} --per-second any --per-day any --allow-any"));
    assert!(story.grants(&key_id, &secret));
    story.types(&format!("key why {key_id}"));
    insta::assert_snapshot!(story.ends());
}

#[test]
fn a_failing_command_says_what_to_do() {
    let mut story = Story::begins();
    story.types("account activate acc_00000000000000");
    story.types("account activate ../brands");
    story.types("key why rzp_test_00000000000000");
    story.types(
        "account create --org razorpay --country SG --name A --owner-name A --owner-email a@a.example",
    );

    story.told += "-- with a token that nobody has\n";
    let url = format!("http://{}", story.running.public().expect("it has a dashboard"));
    let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(9));
    story.remote = Remote::new(&url, &"A".repeat(43), random.clone()).expect("the form of a token");
    story.types("brand list");

    story.told += "-- at the wrong listener\n";
    let ops = format!("http://{}", story.running.ops());
    story.remote = Remote::new(&ops, &"A".repeat(43), random.clone()).expect("the form of a token");
    let said = story.types("node list").replace(&ops, "http://127.0.0.1:9090");
    assert!(said.contains("not as the management API does"), "{said}");

    story.told = story.told.replace(&ops, "http://127.0.0.1:9090");
    story.told += "-- without a token, with half of one, without a scheme\n";
    for (url, token) in [(url.as_str(), " \n"), (url.as_str(), "Bearer abc"), ("127.0.0.1:8080", "abc")] {
        let refused = Remote::new(url, token, random.clone()).err();
        story.told += &format!("{refused:?}\n");
    }
    insta::assert_snapshot!(story.ends());
}

#[test]
fn a_server_that_does_not_run_is_named_with_a_hint() {
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = taken.local_addr().expect("its address");
    drop(taken);
    let url = format!("http://{address}");
    let remote = Remote::new(&url, "abc", Arc::new(SeededRandom::new(1))).expect("the form of a token");
    let said = told(brand::Command::List.report(&remote)).replace(&url, "http://127.0.0.1:8080");
    insta::assert_snapshot!(said);
}

#[test]
fn a_slip_in_a_help_page_is_told_with_file_line_and_mend() {
    let brands = Config::brands_of(demo::BRANDS).expect("the sample brands");
    let folder = tempfile::tempdir().expect("a folder for the page");
    let clean = docs::check(&brands, Some(folder.path()));
    assert_eq!((clean.0.told().as_str(), clean.1), ("[]\nNo slip in the help pages of 3 brands.\n", 0));
    let text = "---\ntitle: Ours\n---\n<show-if org=\"axi\">Text\n</show-if>\n\n@include nowhere\n";
    std::fs::write(folder.path().join("ours.md"), text).expect("the page can be written");
    let (report, slips) = docs::check(&brands, Some(folder.path()));
    assert_eq!(slips, 3);
    insta::assert_snapshot!(report.told());
}

#[test]
fn every_command_and_flag_can_stand_beside_the_others() {
    crate::Arguments::command().debug_assert();
}

#[test]
fn the_sample_is_not_put_into_an_installation() {
    let folder = tempfile::tempdir().expect("a folder for the story");
    let data = folder.path().join("data");
    make_folder(&data, &SeededRandom::new(7)).expect("a fresh folder");
    let files = || -> Vec<_> {
        let files = std::fs::read_dir(&data).expect("readable").map(|file| file.expect("a file").path());
        files.map(|path| (std::fs::read(&path).expect("readable"), path)).collect()
    };
    let before = files();
    let asked = demo::Arguments { data_dir: Some(data.clone()), port: 8080, pairs: 0 };
    let refused = format!("{:?}", demo::run(&asked).expect_err("it is somebody's"));
    assert!(refused.contains("holds an installation that is not the sample"), "{refused}");
    assert!(refused.contains("name a new folder with --data-dir"), "{refused}");
    assert!(!before.is_empty());
    assert_eq!(files(), before, "nothing is written");
}

#[test]
fn a_follower_is_added_seen_and_revoked() {
    let mut story = Story::begins();
    let added = story.types("follower add payments-eu");
    let token = found(&added, "token");
    assert_eq!(token.len(), 43);
    let again = story.types("follower add payments-eu");
    assert!(again.contains("exists already"), "{again}");
    let list = story.types("follower list");
    assert!(list.contains("not since the server started") && !list.contains(&token), "{list}");
    assert!(story.types("follower revoke payments-eu").contains("revoked 2026-11-23T06:00:00.000Z"));
    let nobody = story.types("follower revoke nobody");
    assert!(
        nobody.contains("Nothing with this name is here") && nobody.contains("follower list"),
        "{nobody}"
    );
    assert!(story.types("follower revoke ../audit").contains("is not a follower's name"));
    story.ends();
}

#[test]
fn a_node_is_enrolled_seen_and_removed() {
    let mut story = Story::begins();
    let enrolled = story.types("node enrol eu-1");
    let credential = found(&enrolled, "credential");
    assert_eq!(credential.len(), 43);
    assert!(story.types("node enrol eu-1").contains("exists already"));
    let list = story.types("node list");
    assert!(list.contains("eu-1 | nothing runs") && list.contains("local | all"), "{list}");
    assert!(!list.contains(&credential), "{list}");
    assert!(story.types("node remove eu-1").contains("eu-1 is not on the list any more."));
    let nobody = story.types("node remove eu-1");
    assert!(nobody.contains("Nothing with this name is here") && nobody.contains("node list"), "{nobody}");
    assert!(story.types("node remove ../audit").contains("is not a node's name"));
    story.ends();
}

#[test]
fn a_receipt_that_was_kept_is_checked_with_the_public_key_alone() {
    let mut story = Story::begins();
    let opened = story.types(
        "account create --org razorpay --country IN --name Books --owner-name Asha --owner-email asha@books.example",
    );
    let issued = story.types(&format!("key generate {} --mode test", found(&opened, "id")));
    let key_id = found(&issued, "key_id");
    let ended = story.types(&format!("key deactivate {key_id} --wait fleet"));
    assert!(ended.contains("1 of 1 nodes have confirmed; guaranteed everywhere from "), "{ended}");
    let answer = ended.lines().find(|line| line.starts_with('{')).expect("the API's JSON").to_owned();
    let key = found(&ended, "public_key");
    story.ends();

    let (trusted, stranger) = (std::slice::from_ref(&key), ["00".repeat(32)]);
    let said = receipt::checked(&answer, trusted).expect("a good receipt").told();
    assert!(said.contains(&format!("{key_id} is refused from 2026-11-23T06:00:00.000Z on.")), "{said}");
    for (what, edited, trusted, why) in [
        ("a later guarantee", answer.replace("\"acknowledged\":1", "\"acknowledged\":2"), trusted, "changed"),
        (
            "another pair",
            answer.replace(&format!("\"pairs\":[{{\"key_id\":\"{key_id}"), "\"pairs\":[{\"key_id\":\"x"),
            trusted,
            "changed",
        ),
        ("another signer", answer.clone(), &stranger[..], "not trusted"),
        (
            "no signature",
            answer.replace("\"signature\":\"", "\"signature\":\"\",\"was\":\""),
            trusted,
            "not signed",
        ),
        ("no receipt", "{}".to_owned(), trusted, "no receipt"),
        ("no JSON", "hello".to_owned(), trusted, "not JSON"),
    ] {
        let refused = receipt::checked(&edited, trusted).err();
        let said = format!("{:?}", refused.unwrap_or_else(|| panic!("{what} was believed")));
        assert!(said.contains(why), "{what}: {said}");
    }
}

#[test]
fn whoever_checks_a_receipt_without_a_key_or_a_server_hears_of_the_flag_for_the_key() {
    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        arguments: receipt::Arguments,
    }
    let folder = tempfile::tempdir().expect("a folder for the story");
    let token = folder.path().join("token");
    std::fs::write(&token, "0123456789abcdef").expect("room for a file");
    let token = token.to_str().expect("a path that is text");
    // Nobody listens on port 9.
    let away = ["--url", "http://127.0.0.1:9", "--token-file", token];
    for (words, why) in [(&[][..], "no public key was given"), (&away[..], "cannot reach the server")] {
        let typed = [&["receipt", "verify", token], words].concat();
        let arguments = Alone::try_parse_from(typed).expect("a command").arguments;
        let refused = format!("{:?}", receipt::run(arguments).expect_err("there is no key"));
        assert!(refused.contains(why) && refused.contains("--public-key-file"), "{refused}");
    }
}
