//! The built program as a fleet: one process that writes and two that only read, on one PostgreSQL. Deactivations reach all of
//! them, receipts say so, and what is gone is not missed before its time.

use std::time::Duration;

use keystead_tests::caller::{Asking, Pair};
use keystead_tests::installation::{Installation, Served};
use keystead_tests::operator::{Operator, text};
use serde_json::{Value, json};
use test_postgres::{Cluster, Proxy, Traffic};

/// How often a test looks whether another process has done something, and how often at most.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS: u32 = 1_000;

struct Fleet {
    cluster: Cluster,
    name: String,
    installation: Installation,
    served: Served,
    /// The way of nodes that only read to the database.
    proxy: Proxy,
}

impl Fleet {
    fn begins(more: &str) -> Self {
        let cluster = Cluster::start();
        let url = cluster.database();
        let name = url.rsplit('/').next().expect("a URL ends with a name").to_owned();
        let installation = Installation::fresh_at(&url);
        installation.configure(&format!("[node]\nname = \"one\"\n{more}"));
        cluster.sql(&name, "CREATE ROLE reader LOGIN");
        cluster.sql(&name, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        let served = installation.serve();
        let proxy = Proxy::to(&cluster);
        Self { cluster, name, installation, served, proxy }
    }

    /// A node that may only read, on its way through the proxy.
    fn node(&self, name: &str, more: &str) -> Installation {
        let url = self.proxy.url(&self.name).replacen("postgres@", "reader@", 1);
        assert!(url.contains("reader@"), "{url}");
        self.installation.node(&self.served, name, &url, more)
    }

    fn operator(&self) -> Operator {
        Operator::of(&self.installation, &self.served)
    }
}

/// Ends a pair and returns the receipt, which waited for at most so long.
fn deactivates(operator: &Operator, account: &str, pair: &Pair, within_ms: u32) -> Value {
    let path =
        format!("/accounts/{account}/pairs/{}/deactivate?wait=fleet&within_ms={within_ms}", pair.key_id);
    let told = operator.asks(&path, &json!({}), &format!("deactivate-{}", pair.key_id)).expect("an answer");
    assert_eq!(told.status, 200, "{told:?}");
    told.body["receipt"].clone()
}

/// Looks until something is so.
fn sees(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if so() {
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("never: {what}");
}

#[test]
fn a_deactivation_is_known_by_three_of_three_nodes_and_refused_by_each_when_the_receipt_says_so() {
    let fleet = Fleet::begins("");
    let (two, three) = (fleet.node("two", "").serve(), fleet.node("three", "").serve());
    assert_eq!(two.public.port(), 0, "a node that only reads has no public listener");
    sees("both register and read", || two.is_ready() && three.is_ready());
    let operator = fleet.operator();
    let account = operator.opens_account("three-nodes");
    let gateways = [&fleet.served, &two, &three].map(|served| Asking::at(served.gateway));
    let mut slowest = 0;
    for n in 0..50 {
        let pair = operator.generates(&account, &format!("Key-{n}")).pair();
        for gateway in &gateways {
            assert_eq!(gateway.authenticate(&pair), 200, "from the moment it is shown");
        }
        let receipt = deactivates(&operator, &account, &pair, 5_000);
        assert_eq!((&receipt["nodes"], &receipt["acknowledged"]), (&json!(3), &json!(3)), "{receipt}");
        for gateway in &gateways {
            assert_eq!(gateway.verify(&pair), "ended", "from guaranteed_by on: {receipt}");
        }
        slowest = slowest.max(receipt["elapsed_ms"].as_i64().expect("a number"));
    }
    println!("50 deactivations, the slowest known by all after {slowest} ms");
    assert!(slowest <= 1_000, "{slowest} ms");

    // What a node that only reads has granted is known all the same.
    let pair = operator.generates(&account, "Used").pair();
    sees("the pair works at one that only reads", || gateways[1].authenticate(&pair) == 200);
    sees("its use is told", || !operator.reads(&format!("/pairs/{}", pair.key_id))["last_used_at"].is_null());

    let nodes = operator.reads("/nodes");
    let told: Vec<String> = nodes["items"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| format!("{} {} {}", text(node, "node"), text(node, "role"), node["ready"]))
        .collect();
    assert_eq!(told, ["one all true", "three verify true", "two verify true"]);
    for node in nodes["items"].as_array().expect("nodes") {
        let offset = node["clock_offset_ms"].as_i64().unwrap_or_else(|| panic!("no offset: {node}"));
        assert!(offset.abs() <= 2_000, "one machine has one clock: {node}");
    }

    // One that stops in order is not waited for; one that dies is.
    let (status, log) = two.stop();
    assert!(status.success(), "{log}");
    let pair = operator.generates(&account, "Without-two").pair();
    assert_eq!(deactivates(&operator, &account, &pair, 5_000)["nodes"], 2);
    three.kill();
    let pair = operator.generates(&account, "Without-three").pair();
    let receipt = deactivates(&operator, &account, &pair, 100);
    assert_eq!((&receipt["acknowledged"], &receipt["pending"][0]["node"]), (&json!(1), &json!("three")));
    assert_eq!(receipt["guaranteed_by"], receipt["pending"][0]["until"]);
}

#[test]
fn a_node_that_is_cut_off_goes_on_for_its_span_then_says_503_and_comes_back_by_itself() {
    let fleet = Fleet::begins("");
    let short = "[gateway]\nlease = \"2s\"\nserve_stale = \"6s\"\n";
    let node = fleet.node("short", short).serve();
    sees("it registers and reads", || node.is_ready());
    let operator = fleet.operator();
    let account = operator.opens_account("cut");
    let (kept, ended) =
        (operator.generates(&account, "Kept").pair(), operator.generates(&account, "Ended").pair());
    let gateway = Asking::at(node.gateway);
    sees("both work there", || [&kept, &ended].iter().all(|pair| gateway.authenticate(pair) == 200));

    fleet.proxy.set(Traffic::Refused);
    let made = operator.generates(&account, "Made-meanwhile").pair();
    assert_eq!(gateway.authenticate(&made), 503, "shown when nobody says any more that there is none such");
    assert_eq!(gateway.verify(&kept.with_a_wrong_secret()), "wrong_secret", "what it knows it says");
    let receipt = deactivates(&operator, &account, &ended, 100);
    assert_eq!(receipt["pending"][0]["node"], "short", "{receipt}");
    let mut answers = Vec::new();
    sees("it is silent", || {
        answers.push(gateway.authenticate(&kept));
        answers.last() == Some(&503)
    });
    assert!(!answers.contains(&401), "never a false no: {answers:?}");
    assert!(answers.contains(&200), "it went on for a while: {answers:?}");
    assert_eq!(
        node.readiness(),
        (503, "not ready: the database has not been reached within the lease\n".to_owned())
    );
    assert_eq!(gateway.authenticate(&ended), 503);

    fleet.proxy.set(Traffic::Passes);
    sees("it is back without a restart", || {
        [&kept, &made].iter().all(|pair| gateway.authenticate(pair) == 200)
    });
    assert_eq!(gateway.verify(&ended), "ended");

    let told = operator.asks("/nodes/short/remove", &json!({}), "remove-the-short-one").expect("an answer");
    assert_eq!(told.status, 200, "{told:?}");
    sees("it vouches for nothing, and says why", || {
        node.readiness().1.contains("does not run as its node") && gateway.authenticate(&kept) == 503
    });
}

#[test]
fn a_node_that_dies_without_its_database_starts_again_with_what_it_knew_and_not_with_less() {
    let mut fleet = Fleet::begins("");
    let node = fleet.node("cold", "");
    let served = node.serve();
    sees("it registers and reads", || served.is_ready());
    let operator = fleet.operator();
    let account = operator.opens_account("cold");
    let pair = operator.generates(&account, "Kept").pair();
    let gateway = Asking::at(served.gateway);
    sees("the pair works there", || gateway.authenticate(&pair) == 200);
    // It stops in order and begins anew: a snapshot of everything is there from its first moment on.
    served.stop();
    let served = node.serve();
    let known = node.folder().join("node.known");
    sees("it has written down what it knows", || known.exists());
    sees("it registers and reads", || served.is_ready());
    fleet.cluster.stop();
    served.kill();

    let served = node.serve();
    assert!(served.is_ready(), "within the allowance");
    assert_eq!(Asking::at(served.gateway).authenticate(&pair), 200);
    assert_eq!(Asking::at(served.gateway).verify(&pair.with_a_wrong_secret()), "wrong_secret");
    fleet.cluster.restart();
    sees("it has heard of the database and says so", || {
        let ended = operator.asks(
            &format!("/accounts/{account}/pairs/{}/deactivate?wait=fleet&within_ms=0", pair.key_id),
            &json!({}),
            "deactivate-when-it-is-back",
        );
        ended.is_some_and(|told| told.body["receipt"]["acknowledged"] == 2)
    });

    assert_eq!(Asking::at(served.gateway).verify(&pair), "ended");

    // What it has said to know since is not in its snapshot: it does not go on with less than it said.
    fleet.cluster.stop();
    served.kill();
    let told = keystead_tests::installation::done(&mut node.serving());
    let said = keystead_tests::installation::said(&told);
    assert!(!told.status.success() && said.contains("the database cannot be reached"), "{said}");
}

#[test]
fn a_second_process_under_a_name_that_is_heard_from_does_not_silence_the_first() {
    let fleet = Fleet::begins("");
    let second = fleet.node("second", "").at(&fleet.cluster.url(&fleet.name));
    second.configure("[node]\nname = \"one\"\n");
    let told = keystead_tests::installation::done(&mut second.serving());
    let said = keystead_tests::installation::said(&told);
    assert!(!told.status.success() && said.contains("runs as the node one on this database"), "{said}");
    assert!(fleet.served.is_ready());
}
