//! The built program while its pepper is rotated: under load, in a fleet where one node gets the file later, and killed half-way.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use keystead_tests::caller::{Asking, Pair};
use keystead_tests::installation::{Installation, Served, done, keystead, said};
use keystead_tests::operator::Operator;
use serde_json::{Value, json};
use test_postgres::Cluster;

/// How often a test looks whether another process has done something, and how often at most.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS: u32 = 3_000;

fn sees(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if so() {
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("never: {what}");
}

fn status(installation: &Installation) -> Value {
    let told = done(&mut installation.command(&["pepper", "status", "--output", "json"]));
    assert!(told.status.success(), "{}", said(&told));
    serde_json::from_slice(&told.stdout).expect("one JSON object")
}

fn rotates(installation: &Installation) {
    let told = done(&mut installation.command(&["pepper", "rotate"]));
    assert!(told.status.success(), "{}", said(&told));
}

/// What a rotation that is not possible now says.
fn rotates_not(installation: &Installation) -> String {
    let told = done(&mut installation.command(&["pepper", "rotate"]));
    assert_eq!(told.status.code(), Some(1), "{}", said(&told));
    said(&told)
}

fn layers(status: &Value) -> Vec<(String, i64)> {
    let all = status["layers"].as_array().expect("layers").iter();
    all.map(|one| {
        (one["layers"].as_str().expect("text").to_owned(), one["pairs"].as_i64().expect("a number"))
    })
    .collect()
}

/// Asks for all pairs again and again while something is done, and returns how often; every answer has to be 200.
fn under_load(gateways: &[&Served], pairs: &[Pair], done: impl FnOnce()) -> usize {
    let (stop, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for served in gateways {
            let (stop, asked) = (&stop, &asked);
            threads.spawn(move || {
                let asking = Asking::at(served.gateway);
                for pair in pairs.iter().cycle() {
                    let answered = asking.authenticate(pair);
                    assert_eq!(answered, 200, "a good request of {} was refused", pair.key_id);
                    asked.fetch_add(1, Ordering::Relaxed);
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        // A panic in here must not leave the threads asking for ever.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(done));
        stop.store(true, Ordering::Relaxed);
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
    asked.load(Ordering::Relaxed)
}

// TM-13
#[test]
fn a_rotation_under_load_refuses_no_good_request_and_takes_no_restart() {
    let installation = Installation::fresh();
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("rotating");
    let pairs: Vec<Pair> =
        (0..50).map(|n| operator.generates(&account, &format!("Key-{n}")).pair()).collect();
    let asked = under_load(&[&served], &pairs, || {
        rotates(&installation);
        sees("the new version is used and all is wrapped", || {
            let status = status(&installation);
            (&status["in_use"], &status["to_wrap"]) == (&json!(2), &json!(0))
        });
        let new = operator.generates(&account, "New").pair();
        assert_eq!(Asking::at(served.gateway).authenticate(&new), 200);
        assert_eq!(layers(&status(&installation)), [("2".to_owned(), 1), ("1+2".to_owned(), 50)]);
        // Twice more would be too often for the first pairs; a second rotation in a row is not.
        rotates(&installation);
        sees("the third version", || {
            let status = status(&installation);
            (&status["in_use"], &status["to_wrap"]) == (&json!(3), &json!(0))
        });
        let why = rotates_not(&installation);
        assert!(why.contains("wrapped twice") && why.contains(&pairs[0].key_id[..9]), "{why}");
    });
    println!("{asked} good requests during two rotations, none refused");
    assert!(pairs.len() < asked);
    let wrong = Asking::at(served.gateway);
    assert_eq!(wrong.verify(&pairs[0].with_a_wrong_secret()), "wrong_secret");
    assert_eq!(wrong.verify(&pairs[0].with_an_unknown_id()), "unknown_key");
    installation.whole_audit();

    // The operator's token was made under the first version; a start knows all of it.
    served.kill();
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    assert_eq!(operator.reads("/accounts")["items"].as_array().map(Vec::len), Some(1));
    let asking = Asking::at(served.gateway);
    assert!(pairs.iter().all(|pair| asking.authenticate(pair) == 200));
}

#[test]
fn the_file_says_no_to_what_would_lose_something_and_gives_back_what_was_never_used() {
    let installation = Installation::fresh();
    let pepper = installation.folder().join("pepper");
    let before = std::fs::read(&pepper).expect("it is there");
    let forgets = |version: &str| {
        let told = done(&mut installation.command(&["pepper", "forget", version]));
        (told.status.code(), said(&told))
    };
    assert!(forgets("1").1.contains("it is in use"));
    assert!(forgets("2").1.contains("is not in the pepper file"));
    // Nobody serves this folder, so nobody uses it.
    rotates(&installation);
    assert!(rotates_not(&installation).contains("version 2 of the pepper is in the file and not used yet"));
    let both = std::fs::read(&pepper).expect("it is there");
    assert!(both.starts_with(&before));
    assert_eq!(forgets("2").0, Some(0));
    assert_eq!(std::fs::read(&pepper).expect("it is there"), before);
    assert_eq!(std::fs::read(installation.folder().join("pepper.before")).expect("it is kept"), both);

    rotates(&installation);
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("forgetting");
    operator.generates(&account, "Default").pair();
    sees("it is used, and all is wrapped", || {
        let status = status(&installation);
        (&status["in_use"], &status["to_wrap"]) == (&json!(2), &json!(0))
    });
    let (code, why) = forgets("1");
    assert_eq!(code, Some(1));
    assert!(why.contains("1 pairs stand under it (0 of them ended), and "), "{why}");
}

#[test]
fn a_pepper_that_does_not_fit_is_called_that_and_never_a_sign_of_tampering() {
    let installation = Installation::fresh();
    let pepper = installation.folder().join("pepper");
    let old = std::fs::read(&pepper).expect("it is there");
    let served = installation.serve();
    rotates(&installation);
    sees("the new version is used", || status(&installation)["in_use"] == 2);
    served.stop();
    let beside = tempfile::tempdir().expect("a folder");
    let backup = beside.path().join("backup.db");
    let told = done(installation.command(&["backup"]).arg("--to").arg(&backup));
    assert!(told.status.success(), "{}", said(&told));
    let foreign = std::fs::read(Installation::fresh().folder().join("pepper")).expect("it is there");
    for (unfit, why) in
        [(old, "lacks version 2, which is in use"), (foreign, "does not belong to this database")]
    {
        std::fs::write(&pepper, &unfit).expect("room for a file");
        let examined = done(&mut installation.command(&["doctor"]));
        let found = String::from_utf8_lossy(&examined.stdout).into_owned();
        let verified = done(&mut installation.command(&["audit", "verify"]));
        let empty = beside.path().join("data");
        std::fs::create_dir(&empty).expect("room for a folder");
        std::fs::copy(&pepper, empty.join("pepper")).expect("room for a file");
        let mut restoring = keystead(["restore", "--data-dir"]);
        let restored = done(restoring.arg(&empty).arg(&backup));
        assert!(!empty.join("keystead.db").exists(), "nothing is restored");
        std::fs::remove_dir_all(&empty).expect("it is there");
        for (told, status) in
            [(found, examined.status), (said(&verified), verified.status), (said(&restored), restored.status)]
        {
            assert!(!status.success() && told.contains(why), "{told}");
            assert!(told.contains("the audit chain cannot be checked with it"), "{told}");
            assert!(!told.contains("was changed") && !told.contains("evidence"), "{told}");
        }
    }
}

#[test]
fn a_node_that_gets_the_file_later_keeps_the_new_version_waiting_and_one_that_never_got_it_is_not_ready() {
    let cluster = Cluster::start();
    let url = cluster.database();
    let name = url.rsplit('/').next().expect("a URL ends with a name").to_owned();
    let installation = Installation::fresh_at(&url);
    installation.configure("[node]\nname = \"one\"\n");
    cluster.sql(&name, "CREATE ROLE reader LOGIN");
    cluster.sql(&name, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
    let served = installation.serve();
    let reader = url.replacen("postgres@", "reader@", 1);
    let two = installation.node(&served, "two", &reader, "");
    let second = two.serve();
    sees("it is ready", || second.is_ready());
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("fleet");
    let pairs: Vec<Pair> =
        (0..20).map(|n| operator.generates(&account, &format!("Key-{n}")).pair()).collect();
    sees("all work", || pairs.iter().all(|pair| Asking::at(second.gateway).authenticate(pair) == 200));
    let first_file = std::fs::read(two.folder().join("pepper")).expect("it is there");

    let hands_over = |to: &Installation| {
        let file = to.folder().join("pepper.copied");
        std::fs::copy(installation.folder().join("pepper"), &file).expect("room for a file");
        std::fs::rename(file, to.folder().join("pepper")).expect("the same folder");
    };
    under_load(&[&served, &second], &pairs, || {
        rotates(&installation);
        sees("the node that lacks it is named", || {
            let told = rotates_not(&installation);
            told.contains("two") && !told.contains("one,")
        });
        assert_eq!(status(&installation)["in_use"], 1, "nobody uses what not everybody holds");
        hands_over(&two);
        sees("it is used, and all is wrapped", || {
            let status = status(&installation);
            (&status["in_use"], &status["to_wrap"]) == (&json!(2), &json!(0))
        });
    });
    let new = operator.generates(&account, "New").pair();
    sees("a new pair works everywhere", || Asking::at(second.gateway).authenticate(&new) == 200);
    assert!(second.is_ready());

    // A start with the file of before: it cannot say anything of these pairs, and never says no.
    second.kill();
    std::fs::write(two.folder().join("pepper"), first_file).expect("room for a file");
    let second = two.serve();
    sees("it says what it lacks", || second.readiness().1.contains("version 2 of the pepper is missing"));
    let asking = Asking::at(second.gateway);
    for pair in pairs.iter().chain([&new]) {
        assert_eq!(asking.authenticate(pair), 503);
    }
    let is_listed_ready = || {
        let nodes = operator.reads("/nodes");
        let two = nodes["items"].as_array().expect("nodes").iter().find(|node| node["node"] == "two");
        two.expect("it was enrolled")["ready"] == json!(true)
    };
    sees("the list of nodes says so", || !is_listed_ready());
    hands_over(&two);
    sees("it is ready without a restart", || second.is_ready());
    sees("the list of nodes says so too", is_listed_ready);
    assert!(pairs.iter().chain([&new]).all(|pair| asking.authenticate(pair) == 200));
    installation.whole_audit();
}
