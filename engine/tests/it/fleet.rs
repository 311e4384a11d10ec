//! Several nodes over one database: who may vouch, until when, and what a receipt says about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{
    Duration, GenerateRequest, Heard, MINUTE, Mode, NodeRole, ProcessId, SECOND, Spans, Timestamp, hear,
    seeded,
};
use engine::{Engine, Rules, Seat, in_place};
use store::{Committed, Driver, NodeReport, Record, Registration, Sqlite, Store, StoreError, Value, Work};
use verify::{Ask, Credentials, Index, Silence, Uptime, Verdict};

use crate::shop::{Figures, Held, MS, START, Shop, peppers};

const LEASE: Duration = SECOND.times(10);

/// A way to the database that can be cut.
struct Way {
    database: Arc<Sqlite>,
    is_cut: AtomicBool,
}

impl Driver for Way {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        self.open()?;
        self.database.commit(work).await
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.open()?;
        self.database.rows(sql, params).await
    }
}

impl Way {
    fn open(&self) -> Result<(), StoreError> {
        match self.is_cut.load(Ordering::Acquire) {
            true => Err(StoreError::Broken("nobody answers".to_owned())),
            false => Ok(()),
        }
    }
}

/// A shop's database with nodes around it. A node's uptime begins with the story.
struct Fleet {
    shop: Shop,
    database: Arc<Sqlite>,
}

struct Node {
    name: &'static str,
    engine: Engine<Way>,
    process: ProcessId,
    spans: Spans,
}

fn up(now: Timestamp) -> Uptime {
    Uptime::from_millis(now.as_millis() - START.as_millis())
}

impl Fleet {
    async fn begins() -> Self {
        let mut shop = Shop::open(Figures::default()).await;
        shop.make_live_ready().await;
        let folder = shop.folder.path().to_owned();
        shop.stop().await;
        let database = Arc::new(Sqlite::open(&folder).expect("nobody else uses the folder"));
        Self { shop, database }
    }

    /// A node that is loaded and has not registered.
    async fn starts(&self, name: &'static str, n: u64, stale: Spans) -> Node {
        let way = Way { database: self.database.clone(), is_cut: AtomicBool::new(false) };
        let add = |stale: Duration| Duration::from_millis(LEASE.as_millis() + stale.as_millis());
        let spans = Spans { test: add(stale.test), live: add(stale.live) };
        let rules = Rules { vouch_for: spans, ..self.shop.rules.clone() };
        let index = Arc::new(Index::new(peppers().verification_keys(), [3, n]));
        let engine = Engine::new(Store::new(way), peppers(), rules, index, in_place());
        let process = ProcessId::draw(&mut seeded(n));
        engine.sit(Seat { node: name.to_owned(), process });
        engine.load(up(START), |_, _| ()).await.expect("a whole database");
        Node { name, engine, process, spans }
    }

    /// A node that vouches.
    async fn node(&self, name: &'static str, n: u64, stale: Spans) -> Node {
        let node = self.starts(name, n, stale).await;
        assert!(node.registers(None).await);
        node.reads(START).await;
        node
    }

    async fn generates(&self, node: &Node, mode: Mode) -> Held {
        let request = GenerateRequest { mode, name: None, expires_at: None };
        let (actor, account, rng) = (&self.shop.operator, &self.shop.account.id, &mut seeded(5));
        let issued = node.engine.generate_by_operator(actor, account, &request, None, START, rng).await;
        issued.expect("nothing is in the way").into()
    }

    /// Deactivates a pair on a node and returns the position. The commit has returned when this does.
    async fn deactivates(&self, node: &Node, held: &Held, now: Timestamp) -> i64 {
        let (actor, rng) = (&self.shop.operator, &mut seeded(6));
        let ended = node.engine.deactivate_by_operator(actor, &held.key_id, now, rng).await;
        ended.expect("nothing is in the way").position
    }
}

impl Node {
    async fn registers(&self, former: Option<ProcessId>) -> bool {
        self.registers_for(self.spans, former).await
    }

    async fn registers_for(&self, spans: Spans, former: Option<ProcessId>) -> bool {
        let registration = Registration {
            node: self.name.to_owned(),
            process: self.process,
            former,
            role: NodeRole::All,
            version: "1".to_owned(),
            lease: LEASE,
            spans,
            at: START,
            admit: true,
        };
        self.engine.register(registration).await.expect("the database answers")
    }

    /// Follows the feed with a read that starts now. Says whether it may vouch for what it read.
    async fn reads(&self, now: Timestamp) -> bool {
        self.engine.catch_up(up(now)).await.expect("the database answers").allowed.is_some()
    }

    async fn reports(&self, now: Timestamp) -> bool {
        let report = NodeReport {
            node: self.name.to_owned(),
            process: self.process,
            position: self.engine.index().position(),
            mark: self.engine.place().map(|(_, mark)| mark),
            at: now,
            clock_offset_ms: None,
            pairs: 1,
            peppers: self.engine.held_peppers(),
        };
        self.engine.report(report).await.expect("the database answers")
    }

    async fn heard(&self, position: i64, mode: Mode, known_by: Timestamp, now: Timestamp) -> Heard {
        let (nodes, shadows) =
            self.engine.fleet(self.engine.index().position()).await.expect("the database answers");
        hear(position, mode, known_by, &nodes, &shadows, now)
    }

    fn cut(&self, is_cut: bool) {
        self.engine.store().driver().is_cut.store(is_cut, Ordering::Release);
    }

    fn says(&self, held: &Held, now: Timestamp) -> Verdict<'_> {
        let credentials = Credentials::new(held.key_id.as_str(), &held.secret).expect("well formed");
        self.engine.index().verify(&credentials, &Ask::default(), now, up(now))
    }

    fn grants(&self, held: &Held, now: Timestamp) -> bool {
        matches!(self.says(held, now), Verdict::Granted(_))
    }

    fn is_silent(&self, held: &Held, now: Timestamp) -> bool {
        matches!(self.says(held, now), Verdict::CannotSay(Silence::TooOld))
    }
}

const STALE: Spans = Spans::even(MINUTE.times(5));

// G3, TM-20, TM-25
#[tokio::test]
async fn a_node_that_was_paused_through_a_deactivation_accepts_nothing_after_guaranteed_by() {
    let fleet = Fleet::begins().await;
    let (one, other) = (fleet.node("one", 1, STALE).await, fleet.node("other", 2, STALE).await);
    let held = fleet.generates(&one, Mode::Test).await;
    let commit = START + SECOND;
    // Its last good read begins a moment before the commit, and then it hears nothing.
    assert!(other.reads(commit - MS).await);
    other.reports(commit - MS).await;
    let position = fleet.deactivates(&one, &held, commit).await;

    let heard = one.heard(position, Mode::Test, commit, commit + MS).await;
    assert_eq!((heard.nodes, heard.acknowledged), (2, 1));
    assert_eq!(heard.pending.iter().map(|silent| silent.node.as_str()).collect::<Vec<_>>(), ["other"]);
    assert_eq!(heard.guaranteed_by, heard.pending[0].until);
    assert!(other.grants(&held, commit + MINUTE), "it does not know, and may not");
    assert!(other.is_silent(&held, heard.guaranteed_by), "neither yes nor no from then on");

    // The time that is promised is over: nobody waits for it any more.
    let later = one.heard(position, Mode::Test, commit, heard.guaranteed_by).await;
    assert_eq!((later.acknowledged, later.pending.len()), (1, 0));

    other.reads(heard.guaranteed_by).await;
    assert!(matches!(other.says(&held, heard.guaranteed_by), Verdict::Refused { .. }));
    other.reports(heard.guaranteed_by).await;
    assert_eq!(one.heard(position, Mode::Test, commit, heard.guaranteed_by).await.acknowledged, 2);
}

#[tokio::test]
async fn a_report_that_gets_lost_makes_a_receipt_later_and_never_wrong() {
    let fleet = Fleet::begins().await;
    let (one, other) = (fleet.node("one", 1, STALE).await, fleet.node("other", 2, STALE).await);
    let held = fleet.generates(&one, Mode::Test).await;
    let position = fleet.deactivates(&one, &held, START).await;
    // It knows, and nobody hears that it does.
    other.reads(START + SECOND).await;
    assert!(!other.grants(&held, START + SECOND));
    let heard = one.heard(position, Mode::Test, START, START + SECOND).await;
    assert_eq!((heard.acknowledged, heard.pending.len()), (1, 1));
    other.reports(START + SECOND).await;
    let heard = one.heard(position, Mode::Test, START, START + SECOND).await;
    assert_eq!((heard.acknowledged, heard.guaranteed_by), (2, START + SECOND + MS));
}

// G4
#[tokio::test]
async fn with_the_database_stopped_for_twenty_minutes_keys_work_for_fifteen_and_then_nobody_says_anything() {
    let fleet = Fleet::begins().await;
    let node = fleet.node("one", 1, Spans::even(MINUTE.times(15))).await;
    let held = fleet.generates(&node, Mode::Live).await;
    let other = Held { secret: "a".repeat(24), ..held.clone() };
    node.reads(START).await;
    node.cut(true);
    let ends = START + LEASE + MINUTE.times(15);
    let mut now = START;
    while !(START + MINUTE.times(20)).reached(now) {
        assert!(node.engine.catch_up(up(now)).await.is_err(), "it is away");
        if ends.reached(now) {
            assert!(node.is_silent(&held, now) && node.is_silent(&other, now), "{now:?}: never a false no");
        } else {
            assert!(node.grants(&held, now), "{now:?}: no error before");
            assert!(matches!(node.says(&other, now), Verdict::Refused { .. }), "{now:?}");
        }
        now = now + SECOND;
    }
    node.cut(false);
    assert!(node.reads(now).await);
    assert!(node.grants(&held, now), "without a restart");
}

#[tokio::test]
async fn strict_is_for_the_mode_that_asks_for_it() {
    let fleet = Fleet::begins().await;
    let stale = Spans { test: MINUTE.times(5), live: Duration::default() };
    let (one, other) = (fleet.node("one", 1, stale).await, fleet.node("other", 2, stale).await);
    let (live, test) = (fleet.generates(&one, Mode::Live).await, fleet.generates(&one, Mode::Test).await);
    other.reads(START).await;
    let ends = START + LEASE;
    assert!(other.grants(&live, ends - MS) && other.grants(&test, ends - MS));
    assert!(other.is_silent(&live, ends) && other.grants(&test, ends));
    let position = fleet.deactivates(&one, &live, START).await;
    let promised = async |mode| one.heard(position, mode, START, START + MS).await.guaranteed_by;
    assert_eq!(promised(Mode::Live).await, START + LEASE + Duration::from_millis(20 + 250));
    assert!((START + MINUTE.times(5)).reached(promised(Mode::Test).await));
}

#[tokio::test]
async fn a_process_that_has_not_registered_never_vouches() {
    let fleet = Fleet::begins().await;
    let one = fleet.node("one", 1, STALE).await;
    let held = fleet.generates(&one, Mode::Test).await;
    let stranger = fleet.starts("stranger", 2, STALE).await;
    assert!(!stranger.reads(START).await);
    assert!(stranger.is_silent(&held, START), "though it has loaded everything");
    assert!(stranger.registers(None).await);
    assert!(stranger.is_silent(&held, START), "what it read before it registered does not count");
    assert!(stranger.reads(START).await && stranger.grants(&held, START));
}

#[tokio::test]
async fn nobody_vouches_longer_than_was_registered_and_who_shall_registers_as_another_process() {
    let fleet = Fleet::begins().await;
    let one = fleet.node("one", 1, STALE).await;
    let held = fleet.generates(&one, Mode::Test).await;
    // It would vouch for an hour, but registered for ten seconds.
    let greedy = fleet.starts("greedy", 2, Spans::even(MINUTE.times(60))).await;
    assert!(greedy.registers_for(Spans::even(LEASE), None).await);
    assert!(greedy.reads(START).await);
    assert!(greedy.grants(&held, START + LEASE - MS) && greedy.is_silent(&held, START + LEASE));
    assert!(greedy.registers(None).await, "it is registered");
    assert!(greedy.reads(START).await);
    assert!(greedy.is_silent(&held, START + LEASE), "for what it registered first");

    let raised = fleet.starts("greedy", 3, Spans::even(MINUTE.times(60))).await;
    assert!(raised.registers(Some(greedy.process)).await);
    assert!(raised.reads(START).await && raised.grants(&held, START + MINUTE));
    let position = fleet.deactivates(&one, &held, START).await;
    let heard = one.heard(position, Mode::Test, START, START + MS).await;
    assert!((START + MINUTE.times(60)).reached(heard.guaranteed_by), "receipts count on the longer span");
    assert!(raised.is_silent(&held, heard.guaranteed_by));
}

#[tokio::test]
async fn a_node_that_was_removed_stops_when_it_reads_that_and_counts_until_it_must_have() {
    let fleet = Fleet::begins().await;
    let (one, other) = (fleet.node("one", 1, STALE).await, fleet.node("other", 2, STALE).await);
    let held = fleet.generates(&one, Mode::Test).await;
    other.reads(START).await;
    let removed = one.engine.remove_node(&fleet.shop.operator, "other", START).await;
    assert_eq!(removed.expect("it is on the list").name, "other");
    let position = fleet.deactivates(&one, &held, START + MS).await;
    assert!(other.grants(&held, START + MINUTE), "it has not read it");
    let heard = one.heard(position, Mode::Test, START + MS, START + MS).await;
    assert_eq!((heard.nodes, heard.pending.len()), (2, 1));
    assert!(other.is_silent(&held, heard.guaranteed_by));

    assert!(!other.reads(START + MINUTE).await);
    assert!(other.is_silent(&held, START + MINUTE), "at once");
    assert!(!other.reports(START + MINUTE).await);

    let unseen = one.engine.unseen_shadows().await.expect("the database answers");
    assert_eq!(unseen.len(), 1);
    one.engine.shadows_were_seen(unseen, START + MINUTE).await.expect("the database answers");
    assert_eq!(one.engine.unseen_shadows().await.expect("the database answers"), []);
    let much_later = START + MINUTE.times(30);
    assert_eq!(one.heard(position, Mode::Test, much_later, much_later).await.nodes, 1, "it is over");
}

#[tokio::test]
async fn of_two_processes_with_one_node_s_credential_the_later_one_vouches_and_both_are_counted() {
    let fleet = Fleet::begins().await;
    let one = fleet.node("one", 1, STALE).await;
    let held = fleet.generates(&one, Mode::Test).await;
    let earlier = fleet.node("copied", 2, STALE).await;
    let later = fleet.node("copied", 3, STALE).await;
    let position = fleet.deactivates(&one, &held, START).await;
    later.reads(START).await;
    later.reports(START).await;
    let heard = one.heard(position, Mode::Test, START, START + MS).await;
    assert_eq!((heard.nodes, heard.acknowledged, heard.pending.len()), (3, 2, 1));
    assert!(earlier.is_silent(&held, heard.guaranteed_by));
    assert!(!earlier.reads(START + MS).await, "it reads that it was replaced");
    assert!(earlier.is_silent(&held, START + MS));
}

#[tokio::test]
async fn a_process_that_stops_in_order_is_not_waited_for() {
    let fleet = Fleet::begins().await;
    let (one, other) = (fleet.node("one", 1, STALE).await, fleet.node("other", 2, STALE).await);
    let held = fleet.generates(&one, Mode::Test).await;
    other.engine.index().lease().doubt();
    other.engine.leave_fleet(other.engine.seat().expect("it has one")).await.expect("the database answers");
    let position = fleet.deactivates(&one, &held, START).await;
    let heard = one.heard(position, Mode::Test, START, START + MS).await;
    assert_eq!((heard.nodes, heard.acknowledged, heard.pending.len()), (1, 1, 0));
}
