//! One version and the next, side by side on one PostgreSQL: the database is brought to the new schema beside a server of the old
//! version, both change keys, both verify, nodes of each report to a control plane of the other, and at no moment is a good key
//! refused or an ended one let in.
//!
//! `KEYSTEAD_TEST_BEFORE` names the program of the version before, `cargo xtask upgrade` builds it. Nothing here asks what
//! the versions differ in: the next one differs in something else.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use keystead_tests::caller::{Asking, Pair};
use keystead_tests::installation::{Installation, Served, done, keystead, program, said};
use keystead_tests::operator::Operator;
use serde_json::{Value, json};
use test_postgres::Cluster;

/// How often a test looks whether another process has done something, and how often at most.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS: u32 = 1_500;

fn before() -> PathBuf {
    let named = std::env::var_os("KEYSTEAD_TEST_BEFORE").map(PathBuf::from);
    let how = "run the tests with `cargo xtask test`, or this one with `cargo xtask upgrade --from REVISION`: they build it";
    named.unwrap_or_else(|| panic!("KEYSTEAD_TEST_BEFORE names no program of the version before; {how}"))
}

fn deactivates(operator: &Operator, account: &str, pair: &Pair) -> Value {
    let path = format!("/accounts/{account}/pairs/{}/deactivate?wait=fleet&within_ms=10000", pair.key_id);
    let told = operator.asks(&path, &json!({}), &format!("deactivate-{}", pair.key_id)).expect("an answer");
    assert_eq!(told.status, 200, "{told:?}");
    told.body["receipt"].clone()
}

fn sees(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if so() {
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("never: {what}");
}

/// Gateways that ask a process about a good key, an ended one and a wrong secret, over and over, until it is to stop.
struct Load {
    over: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
    asking: JoinHandle<Vec<String>>,
}

impl Load {
    /// On a process that has said to be ready.
    fn on(served: &Served, good: &Pair, ended: &Pair) -> Self {
        let (over, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (gateway, good, ended) = (Asking::at(served.gateway), good.clone(), ended.clone());
        let (told, counted) = (over.clone(), asked.clone());
        let asking = std::thread::spawn(move || {
            let mut wrong = Vec::new();
            let wrong_secret = good.with_a_wrong_secret();
            while !told.load(Ordering::Relaxed) {
                for (pair, right) in [(&good, 200), (&ended, 401), (&wrong_secret, 401)] {
                    let status = gateway.authenticate(pair);
                    if status != right {
                        wrong.push(format!("{status} instead of {right} for {pair:?}"));
                    }
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            }
            wrong
        });
        Self { over, asked, asking }
    }

    /// Nothing was answered wrong, and something was asked.
    fn ends(self) {
        self.over.store(true, Ordering::Relaxed);
        let wrong = self.asking.join().expect("every question was answered");
        assert!(wrong.is_empty(), "{} wrong answers: {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
        assert!(10 < self.asked.load(Ordering::Relaxed), "nobody asked");
    }
}

struct Scene {
    cluster: Cluster,
    name: String,
    older: PathBuf,
}

impl Scene {
    fn opens() -> Self {
        let cluster = Cluster::start();
        let url = cluster.database();
        let name = url.rsplit('/').next().expect("a URL ends with a name").to_owned();
        Self { cluster, name, older: before() }
    }

    fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// A node that only reads, enrolled at a server, by a program.
    fn node(&self, name: &str, control: (&Installation, &Served), program: &Path) -> Installation {
        let (installation, served) = control;
        let url = self.url().replacen("postgres@", "reader@", 1);
        installation.node(served, name, &url, "").by(program)
    }

    /// Whoever only reads may read what a new schema added.
    fn lets_readers_in(&self) {
        self.cluster.sql(&self.name, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
    }
}

#[test]
fn one_version_and_the_next_serve_side_by_side_while_a_fleet_is_upgraded() {
    let scene = Scene::opens();
    let first = Installation::fresh_by(&scene.older, &scene.url());
    scene.cluster.sql(&scene.name, "CREATE ROLE reader LOGIN");
    scene.lets_readers_in();
    first.configure("[node]\nname = \"one\"\n");
    let old = first.serve();
    let operator = Operator::of(&first, &old);
    let account = operator.opens_account("upgraded");
    let (good, ended) =
        (operator.generates(&account, "Good").pair(), operator.generates(&account, "Ended").pair());
    deactivates(&operator, &account, &ended);
    let old_node = scene.node("old-at-old", (&first, &old), &scene.older);
    let old_verify = old_node.serve();
    sees("the old node is ready", || old_verify.is_ready());
    let loads = [Load::on(&old, &good, &ended), Load::on(&old_verify, &good, &ended)];

    // The new schema, beside servers of the old version that are asked all the time.
    let second = first.neighbour("two").upgraded();
    let told = done(&mut keystead(["migrate", "--database-url", &scene.url()]));
    assert!(told.status.success(), "{}", said(&told));
    scene.lets_readers_in();
    let pair = operator.generates(&account, "On-the-new-schema").pair();
    let receipt = deactivates(&operator, &account, &pair);
    assert_eq!((&receipt["nodes"], &receipt["acknowledged"]), (&json!(2), &json!(2)), "{receipt}");

    // A control plane of the new version beside the old one; nodes of both versions at it.
    let new = second.serve();
    let new_operator = Operator::of(&second, &new);
    let at_new = [("old-at-new", scene.older.clone()), ("new-at-new", program())]
        .map(|(name, program)| scene.node(name, (&second, &new), &program).serve());
    sees("an old and a new node are ready at the new control plane", || at_new.iter().all(Served::is_ready));
    let mut loads = Vec::from(loads);
    loads.extend([&new, &at_new[0], &at_new[1]].map(|served| Load::on(served, &good, &ended)));

    // What either of them changes all know; receipts of either count all.
    let everybody = [&old, &old_verify, &new, &at_new[0], &at_new[1]];
    let gateways = everybody.map(|served| Asking::at(served.gateway));
    for (round, (changer, other)) in
        [(&operator, &new_operator), (&new_operator, &operator)].into_iter().cycle().take(6).enumerate()
    {
        let pair = changer.generates(&account, &format!("Round-{round}")).pair();
        sees("the pair works everywhere", || gateways.iter().all(|one| one.authenticate(&pair) == 200));
        let receipt = deactivates(other, &account, &pair);
        assert_eq!((&receipt["nodes"], &receipt["acknowledged"]), (&json!(5), &json!(5)), "{receipt}");
        for gateway in &gateways {
            assert_eq!(gateway.verify(&pair), "ended", "{receipt}");
        }
    }

    // A new node at an old control plane is not what the handbook says to do. Whether they understand each other or not, it is
    // ready or silent, and never wrong.
    let early = scene.node("new-at-old", (&first, &old), &program()).serve();
    let early_gateway = Asking::at(early.gateway);
    for _ in 0..50 {
        let statuses = [&good, &ended].map(|pair| early_gateway.authenticate(pair));
        assert!([[200, 401], [503, 503]].contains(&statuses), "{statuses:?}");
        std::thread::sleep(LOOK_EVERY);
    }
    let understood = early.is_ready();
    println!("a new node at an old control plane is {}", if understood { "ready" } else { "silent" });

    // The rest of the fleet follows: the process that wrote first, then its node.
    for load in loads {
        load.ends();
    }
    early.stop();
    let (status, log) = old.stop();
    assert!(status.success(), "{log}");
    let first = first.upgraded();
    let upgraded = first.serve();
    old_verify.stop();
    let old_node = old_node.upgraded();
    // It asks for the control plane where that was; the one that was upgraded listens elsewhere now.
    let text_of_node = std::fs::read_to_string(old_node.config()).expect("it was written by this test");
    let moved = text_of_node
        .lines()
        .map(|line| match line.starts_with("control_url") {
            true => format!("control_url = \"http://{}\"", upgraded.public),
            false => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    std::fs::write(old_node.config(), moved).expect("room for a file");
    let upgraded_verify = old_node.serve();
    sees("the node that was upgraded is ready", || upgraded_verify.is_ready());
    let operator = Operator::of(&first, &upgraded);
    let pair = operator.generates(&account, "Upgraded").pair();
    let receipt = deactivates(&operator, &account, &pair);
    assert_eq!(receipt["nodes"], receipt["acknowledged"], "{receipt}");
    assert_eq!(Asking::at(upgraded_verify.gateway).authenticate(&good), 200);
    assert_eq!(first.whole_audit()["whole"], true);
}

#[test]
fn the_version_before_starts_again_on_the_new_schema_or_says_why_not() {
    let scene = Scene::opens();
    let installation = Installation::fresh_by(&scene.older, &scene.url());
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("back");
    let (good, ended) =
        (operator.generates(&account, "Good").pair(), operator.generates(&account, "Ended").pair());
    served.stop();

    let told = done(&mut keystead(["migrate", "--database-url", &scene.url()]));
    assert!(told.status.success(), "{}", said(&told));
    let installation = installation.upgraded();
    let served = installation.serve();
    deactivates(&Operator::of(&installation, &served), &account, &ended);
    served.stop();

    let installation = installation.by(&scene.older);
    let refused = scene.cluster.sql(&scene.name, "SELECT name FROM meta WHERE name = 'oldest_schema_served'");
    if !refused.contains("oldest_schema_served") {
        let served = installation.serve();
        let gateway = Asking::at(served.gateway);
        assert_eq!((gateway.authenticate(&good), gateway.verify(&ended)), (200, "ended".to_owned()));
        served.stop();
        let served = installation.upgraded().serve();
        assert_eq!(Asking::at(served.gateway).verify(&ended), "ended");
    } else {
        let told = done(&mut installation.serving());
        assert_eq!(told.status.code(), Some(1));
        assert!(said(&told).contains("schema"), "{}", said(&told));
    }
}
