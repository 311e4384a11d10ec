//! G5 on the built program: killed again and again under a stream of changes, it keeps every change it acknowledged, makes
//! none that nobody asked for, and tells those who got no answer what became of their change.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};

use domain::seeded;
use keystead_tests::caller::{Asking, Pair};
use keystead_tests::installation::Installation;
use keystead_tests::operator::{Operator, text};
use rand_core::Rng;
use serde_json::{Value, json};

/// The engine goes through many more, without HTTP around it, in `kill.rs`.
const ROUNDS: usize = 200;
const CALLERS: usize = 4;
/// Acknowledged changes of a round, at most.
const CHANGES_MAX: u64 = 40;
const SEED: u64 = 20_261_123;
/// Pairs that a key is shown with: the newest.
const LISTED: usize = 100;

/// A change to the test key of an account.
#[derive(Clone, Debug)]
enum Change {
    Generate,
    Regenerate { key: String, current: String, old: &'static str },
    Deactivate { key_id: String },
}

/// A caller with an account of its own, so that what must be true of its key is never in doubt.
struct Caller {
    account: String,
    rng: Box<dyn Rng + Send>,
    key: Option<String>,
    current: Option<Pair>,
    retiring: Option<Pair>,
    ended: Vec<Pair>,
    /// Every pair it ever got, the newest last.
    made: Vec<String>,
    /// Changes that have happened.
    done: usize,
    /// The change that got no answer, and the name of the attempt.
    open: Option<(Change, String)>,
}

impl Caller {
    fn new(account: String, seed: u64) -> Caller {
        let rng = Box::new(seeded(seed));
        let (ended, made) = (Vec::new(), Vec::new());
        Caller { account, rng, key: None, current: None, retiring: None, ended, made, done: 0, open: None }
    }

    fn wishes(&mut self) -> Change {
        let (Some(key), Some(current)) = (self.key.clone(), self.current.as_ref()) else {
            return Change::Generate;
        };
        let current = current.key_id.clone();
        match (self.rng.next_u32() % 3, &self.retiring) {
            (0, Some(retiring)) => Change::Deactivate { key_id: retiring.key_id.clone() },
            (0, None) => Change::Deactivate { key_id: current },
            (1, None) => Change::Regenerate { key, current, old: "in_24_hours" },
            _ => Change::Regenerate { key, current, old: "now" },
        }
    }

    /// Asks for the open change; `false` when no answer came.
    fn asks(&mut self, operator: &Operator) -> bool {
        let (change, attempt) = self.open.clone().expect("only an open change is asked for");
        let at = format!("/accounts/{}", self.account);
        let (path, body) = match &change {
            Change::Generate => (format!("{at}/keys"), json!({ "mode": "test" })),
            Change::Regenerate { key, current, old } => {
                let body = json!({ "deactivate_old": old, "expected_current": current });
                (format!("{at}/keys/{key}/regenerate"), body)
            }
            Change::Deactivate { key_id } => (format!("{at}/pairs/{key_id}/deactivate"), json!({})),
        };
        let Some(told) = operator.asks(&path, &body, &attempt) else { return false };
        match change {
            Change::Generate => {
                self.key = Some(text(&told.body, "key"));
                self.current = Some(self.gets(told.pair()));
            }
            Change::Regenerate { old, .. } => {
                let new = self.gets(told.pair());
                let replaced = self.current.replace(new).expect("only a current pair is replaced");
                if old == "now" { self.ended.push(replaced) } else { self.retiring = Some(replaced) }
            }
            Change::Deactivate { key_id } => {
                assert_eq!(told.status, 200, "{told:?}");
                let place = [&mut self.current, &mut self.retiring];
                let ended = place.into_iter().find_map(|pair| pair.take_if(|pair| pair.key_id == key_id));
                self.ended.push(ended.expect("only a pair that works is deactivated"));
            }
        }
        self.done += 1;
        self.open = None;
        true
    }

    fn gets(&mut self, new: Pair) -> Pair {
        self.made.push(new.key_id.clone());
        new
    }

    /// Changes its key without pause until the server is gone; tells of each change that was acknowledged.
    fn works(&mut self, operator: &Operator, acknowledged: &Sender<()>) {
        loop {
            let attempt = format!("attempt-{:016x}", self.rng.next_u64());
            self.open = Some((self.wishes(), attempt));
            if !self.asks(operator) {
                return;
            }
            // Nobody counts any more when the server is being killed.
            let _ = acknowledged.send(());
        }
    }

    /// After a restart: what was acknowledged is there, what was not happened once or not at all, and asking again tells.
    fn looks(&mut self, operator: &Operator, gateway: &Asking) {
        let found = self.found(operator);
        let before = self.believed();
        if self.open.is_some() {
            assert!(self.asks(operator), "a running server answers");
            let after = self.believed();
            assert!(found == before || found == after, "{found:?} is neither {before:?} nor {after:?}");
            assert_eq!(self.found(operator), after, "asking again does it once, and only once");
        } else {
            assert_eq!(found, before, "what was acknowledged, and nothing else");
        }
        let latest = self.ended.iter().rev().take(3);
        for (pair, state) in
            self.current.iter().map(|pair| (pair, "current")).chain(latest.map(|pair| (pair, "ended")))
        {
            assert_eq!(gateway.verify(pair), state, "{pair:?}");
        }
        if let Some(retiring) = &self.retiring {
            assert_eq!(gateway.verify(retiring), "retiring", "{retiring:?}");
        }
    }

    fn believed(&self) -> BTreeMap<String, String> {
        self.made.iter().rev().take(LISTED).map(|key_id| (key_id.clone(), self.state_of(key_id))).collect()
    }

    fn state_of(&self, key_id: &str) -> String {
        let is = |pair: &Option<Pair>| pair.as_ref().is_some_and(|pair| pair.key_id == key_id);
        let ended = if is(&self.retiring) { "retiring" } else { "ended" };
        if is(&self.current) { "current" } else { ended }.to_owned()
    }

    fn found(&self, operator: &Operator) -> BTreeMap<String, String> {
        let told = operator.reads(&format!("/accounts/{}/keys?mode=test", self.account));
        let keys = told["items"].as_array().expect("a list of keys");
        assert!(keys.len() <= 1, "{told}");
        let pairs = keys.iter().flat_map(|key| key["pairs"].as_array().expect("a list of pairs"));
        pairs.map(|pair| (text(pair, "key_id"), text(pair, "state"))).collect()
    }
}

#[test]
fn killed_200_times_under_a_stream_of_changes_it_keeps_what_it_acknowledged_and_no_more() {
    let installation = Installation::fresh();
    let mut rng = seeded(SEED);
    let mut callers = {
        let served = installation.serve();
        let operator = Operator::of(&installation, &served);
        let named = (0..CALLERS as u64).map(|n| Caller::new(operator.opens_account(&format!("shop{n}")), n));
        named.collect::<Vec<_>>()
    };
    for _ in 0..ROUNDS {
        let served = installation.serve();
        let gateway = Asking::at(served.gateway);
        // Everybody has looked before anybody works: the server must not be killed under somebody who looks.
        std::thread::scope(|scope| {
            for caller in &mut callers {
                let (operator, gateway) = (Operator::of(&installation, &served), &gateway);
                scope.spawn(move || caller.looks(&operator, gateway));
            }
        });
        let (acknowledged, told) = channel();
        std::thread::scope(|scope| {
            for caller in &mut callers {
                let (operator, acknowledged) = (Operator::of(&installation, &served), acknowledged.clone());
                scope.spawn(move || caller.works(&operator, &acknowledged));
            }
            drop(acknowledged);
            wait_for(&told, rng.next_u64() % CHANGES_MAX);
            // Not always right after an answer: others are under way, at different points of their journey.
            (0..rng.next_u32() % 2_000).for_each(|_| std::thread::yield_now());
            served.kill();
        });
    }
    let served = installation.serve();
    let (operator, gateway) = (Operator::of(&installation, &served), Asking::at(served.gateway));
    for caller in &mut callers {
        caller.looks(&operator, &gateway);
        for key_id in &caller.made {
            let pair = operator.reads(&format!("/pairs/{key_id}"));
            assert_eq!(pair["state"], caller.state_of(key_id), "however old it is: {pair}");
        }
    }
    assert_eq!(installation.whole_audit()["whole"], true);
    let audit = installation.audit();
    for caller in &callers {
        let entries = audit.iter().filter(|entry| is_change_of(entry, &caller.account));
        assert_eq!(entries.count(), caller.done, "exactly one audit entry for each change");
    }
    assert!(
        callers.iter().map(|caller| caller.done).sum::<usize>() > ROUNDS,
        "there was a stream of changes"
    );
}

/// Waits for that many acknowledged changes, or until no caller is left.
fn wait_for(told: &Receiver<()>, changes: u64) {
    (0..changes).all(|_| told.recv().is_ok());
}

fn is_change_of(entry: &Value, account: &str) -> bool {
    let changes = ["key.generated", "key.regenerated", "key.deactivated"];
    entry["account"] == account && changes.iter().any(|change| entry["action"] == *change)
}
