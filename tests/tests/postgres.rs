//! The built program on PostgreSQL: set up, served, moved there, cut off from it, and told nothing when it cannot know.

use std::sync::atomic::{AtomicBool, Ordering};

use keystead_tests::caller::{Asking, Pair, agent};
use keystead_tests::installation::{Installation, done, said};
use keystead_tests::operator::{Operator, Told, text};
use serde_json::{Value, json};
use test_postgres::{Cluster, Proxy, Traffic};

fn name(url: &str) -> &str {
    url.rsplit('/').next().expect("a URL ends with a name")
}

fn generates(operator: &Operator, account: &str, name: &str) -> (String, Pair) {
    let told = operator.generates(account, name);
    let pair = told.pair();
    (text(&told.body, "key"), pair)
}

fn regenerates(operator: &Operator, account: &str, key: &str, idempotency: &str) -> Told {
    let path = format!("/accounts/{account}/keys/{key}/regenerate");
    operator.asks(&path, &json!({ "deactivate_old": "now" }), idempotency).expect("an answer")
}

#[test]
fn an_installation_on_postgresql_is_set_up_served_examined_and_audited() {
    let cluster = Cluster::start();
    let url = cluster.database();
    let installation = Installation::fresh_at(&url);
    assert!(
        !installation.folder().join("keystead.db").exists(),
        "the folder holds the pepper and no database"
    );

    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("first");
    let (key, old) = generates(&operator, &account, "Default");
    let new = regenerates(&operator, &account, &key, "regenerate-the-first").pair();
    let gateway = Asking::at(served.gateway);
    assert_eq!((gateway.authenticate(&old), gateway.authenticate(&new)), (401, 200));

    let told = done(&mut installation.command(&["doctor"]));
    let (found, talk) = (String::from_utf8_lossy(&told.stdout).into_owned(), said(&told));
    for point in
        ["this version's", "this user may write", "ms from this machine's", "told to every process at once"]
    {
        assert!(found.contains(point), "{point}: {found}{talk}");
    }
    // The servers of tests do without what only a power loss would miss.
    assert!(found.contains("fsync or full_page_writes is off"), "{found}{talk}");
    let listed = done(&mut installation.command(&["operator", "list"]));
    assert!(String::from_utf8_lossy(&listed.stdout).contains("first"), "{}", said(&listed));
    served.stop();
    assert_eq!(installation.whole_audit()["whole"], true);

    let again = installation.serve();
    assert_eq!(Asking::at(again.gateway).authenticate(&new), 200, "from the snapshot and the database");
    let second = Installation::fresh();
    let refused = done(&mut second.at(&url).command(&["audit", "verify"]));
    assert!(!refused.status.success(), "another pepper does not hold the chain");
}

#[test]
fn a_database_without_its_schema_and_one_that_belongs_to_somebody_are_refused_with_what_to_do() {
    let cluster = Cluster::start();
    let url = cluster.database();
    let installation = Installation::fresh().at(&url);
    let told = said(&done(&mut installation.serving()));
    assert!(told.contains("make it with: keystead migrate --database-url URL"), "{told}");
    let examined = done(&mut installation.command(&["doctor"]));
    assert!(String::from_utf8_lossy(&examined.stdout).contains("run `keystead migrate --database-url URL`"));

    let owner = Installation::fresh_at(&cluster.database());
    drop(owner);
    let taken = cluster.url("test_1");
    let mut command =
        keystead_tests::installation::keystead(["init", "--data-dir", "/nowhere", "--database-url", &taken]);
    let told = said(&done(&mut command));
    assert!(told.contains("belongs to an installation already"), "{told}");
}

#[test]
fn of_an_unfinished_database_doctor_says_the_whole_command_that_finishes_it() {
    let cluster = Cluster::start();
    let installation = Installation::fresh_at(&cluster.database());
    let beside = tempfile::tempdir().expect("a folder");
    let backup = beside.path().join("backup.db");
    let taken = done(installation.command(&["backup"]).arg("--to").arg(&backup));
    assert!(taken.status.success(), "{}", said(&taken));
    let installation = installation.at(&cluster.database());
    let restored = done(installation.command(&["restore"]).arg(&backup));
    assert!(restored.status.success(), "{}", said(&restored));
    let command = format!(
        "keystead restore --journal FILE --data-dir {} --database-url URL",
        installation.folder().display()
    );
    assert!(said(&restored).contains(&command), "{}", said(&restored));
    let starts = said(&done(&mut installation.serving()));
    assert!(starts.contains(&command), "{starts}");
    let examined = done(&mut installation.command(&["doctor"]));
    let found = String::from_utf8_lossy(&examined.stdout).into_owned();
    assert!(!examined.status.success() && found.contains("unfinished: restored from a backup"), "{found}");
    assert!(found.contains(&command), "{found}");
}

#[test]
fn an_installation_moves_to_postgresql_with_one_command_and_the_same_keys_work() {
    let cluster = Cluster::start();
    let installation = Installation::fresh();
    let (mut current, mut ended) = (Vec::new(), Vec::new());
    let served = installation.serve();
    {
        let operator = Operator::of(&installation, &served);
        let account = operator.opens_account("mover");
        for n in 0..5 {
            let (key, old) = generates(&operator, &account, &format!("Key-{n}"));
            if n % 2 == 0 {
                current
                    .push(regenerates(&operator, &account, &key, &format!("regenerate-number-{n}")).pair());
                ended.push(old);
            } else {
                current.push(old);
            }
        }
    }
    let url = cluster.database();
    let from = installation.folder().display().to_string();
    let moves = || {
        let arguments = ["migrate", "--from-data-dir", &from, "--database-url", &url, "--output", "json"];
        done(&mut keystead_tests::installation::keystead(arguments))
    };
    let told = moves();
    assert!(said(&told).contains("stop it first"), "a server uses the folder: {}", said(&told));
    served.stop();
    let before = installation.whole_audit();

    let told = moves();
    assert!(told.status.success(), "{}", said(&told));
    let moved: Value = serde_json::from_slice(&told.stdout).expect("one JSON line");
    assert_eq!(moved["audit_entries"], before["entries"]);
    let told = moves();
    assert!(said(&told).contains("is not empty"), "twice is not possible: {}", said(&told));

    let installation = installation.at(&url);
    assert_eq!(installation.whole_audit()["head"], before["head"], "the same chain");
    let served = installation.serve();
    let gateway = Asking::at(served.gateway);
    assert!(current.iter().all(|pair| gateway.authenticate(pair) == 200));
    assert!(ended.iter().all(|pair| gateway.verify(pair) == "ended"));
    let operator = Operator::of(&installation, &served);
    operator.opens_account("settler");
    assert_eq!(installation.whole_audit()["whole"], true);
}

/// A fresh installation whose way to its database can be cut, with the URL that goes another way.
fn behind_a_proxy() -> (Cluster, String, Proxy, Installation) {
    let cluster = Cluster::start();
    let url = cluster.database();
    let installation = Installation::fresh_at(&url);
    let proxy = Proxy::to(&cluster);
    let installation = installation.at(&proxy.url(name(&url)));
    (cluster, url, proxy, installation)
}

#[test]
fn an_unknown_outcome_is_told_as_such_and_the_same_idempotency_key_tells_what_became_of_it() {
    let (cluster, url, proxy, installation) = behind_a_proxy();
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("careful");
    let (key, old) = generates(&operator, &account, "Default");
    let entries = |action: &str| {
        cluster.sql(name(&url), &format!("SELECT count(*) FROM audit WHERE action = '{action}'"))
    };

    // The database cannot be asked what became of it: nobody may say that it was done, nor that it was not.
    proxy.set(Traffic::CutAfterCommitForGood);
    let unknown = regenerates(&operator, &account, &key, "the-same-key-again-and-again");
    assert_eq!((unknown.status, text(&unknown.body, "code")), (503, "outcome_unknown".to_owned()));
    assert_eq!(entries("key.regenerated"), "1", "it had been written");
    proxy.set(Traffic::Passes);
    let told = regenerates(&operator, &account, &key, "the-same-key-again-and-again");
    let new = told.pair();
    let gateway = Asking::at(served.gateway);
    assert_eq!((gateway.authenticate(&new), gateway.verify(&old)), (200, "ended".to_owned()));
    assert_eq!(entries("key.regenerated"), "1", "it was done once");

    // When it can be asked, nobody notices.
    for (n, traffic) in [Traffic::CutAfterCommit, Traffic::CutBeforeCommit].into_iter().enumerate() {
        proxy.set(traffic);
        let pair = regenerates(&operator, &account, &key, &format!("another-key-number-{n}")).pair();
        assert_eq!(gateway.authenticate(&pair), 200, "{traffic:?}");
        assert_eq!(entries("key.regenerated"), (n + 2).to_string(), "{traffic:?}");
    }
    assert_eq!(installation.whole_audit()["whole"], true);
}

#[test]
fn while_the_database_is_gone_keys_work_changes_are_refused_and_nothing_has_to_be_restarted() {
    let (_cluster, _, proxy, installation) = behind_a_proxy();
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("patient");
    let (key, pair) = generates(&operator, &account, "Default");

    let gone = AtomicBool::new(true);
    proxy.set(Traffic::Refused);
    std::thread::scope(|scope| {
        let verifying = scope.spawn(|| {
            let gateway = Asking::at(served.gateway);
            let mut asked = 0;
            while gone.load(Ordering::SeqCst) {
                assert_eq!(gateway.authenticate(&pair), 200, "verification reads no database");
                asked += 1;
            }
            asked
        });
        // Longer than it takes the server to ask for changes, and to be told nothing.
        for n in 0..10 {
            let refused = regenerates(&operator, &account, &key, &format!("asked-while-it-is-gone-{n}"));
            assert_eq!(
                (refused.status, text(&refused.body, "code")),
                (503, "database_unreachable".to_owned())
            );
        }
        let page =
            agent().get(format!("http://{}/login", served.public)).header("Host", "dashboard.razorpay.com");
        let mut page = page.call().expect("an answer");
        assert!([200, 503].contains(&page.status().as_u16()), "{:?}", page.body_mut().read_to_string());
        gone.store(false, Ordering::SeqCst);
        assert!(verifying.join().expect("no panic") > 0);
    });
    proxy.set(Traffic::Passes);
    let new = regenerates(&operator, &account, &key, "asked-when-it-is-back").pair();
    assert_eq!(Asking::at(served.gateway).authenticate(&new), 200);
    assert!(served.is_ready());
}
