//! Operators: programs that generate, regenerate and deactivate keys, each its own keys, at whichever control plane answers. One that
//! gets no answer sends the same again with the same idempotency key, until it is told what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use keystead_tests::caller::Pair;
use parking_lot::{Mutex, RwLock};
use serde_json::{Value, json};

use crate::api::{Answer, Api, receipt, text};
use crate::dice::Dice;
use crate::history::{Ended, History};
use crate::load::Deck;
use crate::moments::{self, Moment, SECOND};
use crate::network::Host;

/// Operators at once.
const AT_ONCE: u64 = 3;
/// Before the same is sent again.
const AGAIN_AFTER: Duration = Duration::from_millis(150);
/// How long somebody goes on sending the same when everything else has become quiet.
const GIVES_UP_AFTER: Moment = 30 * SECOND;
/// Keys of an operator that are left alone: they have to work all the time.
const LEFT_ALONE: usize = 4;

/// What operators and gateways share.
#[derive(Clone, Default)]
pub struct Shared {
    /// What was told.
    pub history: Arc<Mutex<History>>,
    /// What gateways know.
    pub deck: Arc<RwLock<Deck>>,
    /// Whether no new change is begun.
    pub quiet: Arc<AtomicBool>,
}

/// A pair of an operator, and its key.
#[derive(Clone, Debug)]
struct Own {
    number: usize,
    key_id: String,
    key: String,
    /// Whether it retires.
    retires: bool,
}

/// An operator.
pub struct Operator {
    api: Api,
    account: String,
    name: String,
    dice: Dice,
    shared: Shared,
    controls: Vec<Host>,
    pairs: Vec<Own>,
    commands: u64,
}

/// What came of a command.
enum Outcome {
    /// It was done. When it was first sent, when the answer was there, who gave it.
    Done(Answer, Moment, Moment, usize),
    /// It was not.
    NotDone,
}

impl Operator {
    /// An operator of an account.
    pub fn new(api: &Api, account: &str, number: u64, seed: u64, controls: &[Host], shared: &Shared) -> Self {
        Self {
            api: api.clone(),
            account: account.to_owned(),
            name: format!("operator-{seed}-{number}"),
            dice: Dice::of(seed ^ ((number + 1) << 40)),
            shared: shared.clone(),
            controls: controls.to_vec(),
            pairs: Vec::new(),
            commands: 0,
        }
    }

    /// Several, with some keys each, which everybody will know before the trouble begins.
    pub fn several(api: &Api, account: &str, seed: u64, controls: &[Host], shared: &Shared) -> Vec<Self> {
        let new = |number| Self::new(api, account, number, seed, controls, shared);
        let mut operators: Vec<Self> = (0..AT_ONCE).map(new).collect();
        for operator in &mut operators {
            for _ in 0..3 * LEFT_ALONE {
                operator.generates();
            }
        }
        operators
    }

    /// Works until it is quiet; how many commands that were.
    pub fn work(mut self) -> JoinHandle<u64> {
        std::thread::spawn(move || {
            while !self.shared.quiet.load(Ordering::SeqCst) {
                match (self.dice.below(100), self.pairs.len() <= LEFT_ALONE) {
                    (_, true) | (0..25, _) => _ = self.generates(),
                    (25..70, _) => self.deactivates_one(),
                    (70..88, _) => self.regenerates_one(true),
                    (_, _) => self.regenerates_one(false),
                }
                let pause = self.dice.between(50, 400);
                std::thread::sleep(Duration::from_millis(pause));
            }
            self.commands
        })
    }

    /// Generates a key; the number of its pair.
    pub fn generates(&mut self) -> Option<usize> {
        let body = json!({ "mode": "test", "name": format!("{}-{}", self.name, self.commands) });
        let outcome = self.carries_out(&format!("/accounts/{}/keys", self.account), &body);
        let Outcome::Done(answer, _, told, by) = outcome else { return None };
        self.is_shown(&answer.body, told, by)
    }

    fn deactivates_one(&mut self) {
        let one = self.draws();
        let within = self.dice.one(&[0, 200, 1_000, 2_000]);
        self.deactivates(one, within);
    }

    /// Ends the pair that was generated first of those that are left; its number.
    pub fn deactivates_first(&mut self, within_ms: u64) -> Option<usize> {
        let number = self.pairs.first()?.number;
        self.deactivates(0, within_ms);
        Some(number)
    }

    fn deactivates(&mut self, one: usize, within_ms: u64) {
        let pair = self.pairs.remove(one);
        let path = format!(
            "/accounts/{}/pairs/{}/deactivate?wait=fleet&within_ms={within_ms}",
            self.account, pair.key_id
        );
        self.is_about_to_end(&pair);
        if let Outcome::Done(answer, sent, told, by) = self.carries_out(&path, &json!({})) {
            let ended = Ended { sent, told, by, receipt: receipt(&answer.body) };
            self.is_told(&pair, ended);
        }
    }

    fn regenerates_one(&mut self, now: bool) {
        let one = self.draws();
        let pair = self.pairs[one].clone();
        // A key has one retiring pair at most, and a retiring one is not replaced.
        let retiring = self.pairs.iter().any(|other| other.key == pair.key && other.retires);
        if pair.retires || (retiring && !now) {
            return self.deactivates(one, 200);
        }
        let within = self.dice.one(&[0, 200, 1_000]);
        let path =
            format!("/accounts/{}/keys/{}/regenerate?wait=fleet&within_ms={within}", self.account, pair.key);
        let old = if now { "now" } else { "in_24_hours" };
        let body = json!({ "deactivate_old": old, "expected_current": pair.key_id });
        if now {
            self.is_about_to_end(&pair);
            self.pairs.remove(one);
        }
        let Outcome::Done(answer, sent, told, by) = self.carries_out(&path, &body) else { return };
        self.is_shown(&answer.body, told, by);
        if now {
            let ended = Ended { sent, told, by, receipt: receipt(&answer.body) };
            self.is_told(&pair, ended);
        } else {
            self.pairs[one].retires = true;
            let until = text(&answer.body["old"], "deactivates_at");
            self.shared.history.lock().pairs[pair.number].until = Some(until);
        }
    }

    /// One of the pairs that are not left alone.
    fn draws(&mut self) -> usize {
        LEFT_ALONE + self.dice.below((self.pairs.len() - LEFT_ALONE) as u64) as usize
    }

    fn is_shown(&mut self, body: &Value, told: Moment, by: usize) -> Option<usize> {
        let pair = Pair { key_id: text(body, "key_id"), secret: text(body, "key_secret") };
        if pair.secret.is_empty() {
            let what = format!("a pair was not shown: {body}");
            self.shared.history.lock().odd_answers.push(what);
            return None;
        }
        let number = self.shared.history.lock().shows(pair.key_id.clone(), told, by);
        self.shared.deck.write().adds(number, &pair);
        self.pairs.push(Own { number, key_id: pair.key_id, key: text(body, "key"), retires: false });
        Some(number)
    }

    fn is_about_to_end(&self, pair: &Own) {
        self.shared.deck.write().touches(pair.number);
        self.shared.history.lock().asks_to_end(pair.number, moments::now());
    }

    fn is_told(&self, pair: &Own, ended: Ended) {
        self.shared.history.lock().ends(pair.number, ended);
        self.shared.deck.write().touches(pair.number);
    }

    /// Sends a command until somebody says what became of it.
    fn carries_out(&mut self, path: &str, body: &Value) -> Outcome {
        self.commands += 1;
        let idempotency = format!("{}-command-{}", self.name, self.commands);
        let sent = moments::now();
        let mut quiet_since = None;
        let mut at = self.dice.below(self.controls.len() as u64) as usize;
        loop {
            let host = self.controls[at % self.controls.len()];
            at += 1;
            match self.api.posts(host, path, body, &idempotency) {
                Some(answer) if (200..300).contains(&answer.status) => {
                    return Outcome::Done(answer, sent, moments::now(), host.number());
                }
                // Nobody will be told until a person has decided: it stays in doubt.
                Some(answer) if text(&answer.body, "code") == "quarantined" => {
                    self.shared.history.lock().is_quarantined = true;
                    return Outcome::NotDone;
                }
                // Nothing was done, or nobody knows: the same again tells.
                Some(Answer { status: 503, .. }) | None => {}
                Some(answer) => {
                    let what = format!("{path} at {}: {} {}", host.name(), answer.status, answer.body);
                    self.shared.history.lock().odd_answers.push(what);
                    return Outcome::NotDone;
                }
            }
            if self.shared.quiet.load(Ordering::SeqCst) {
                let since = *quiet_since.get_or_insert_with(moments::now);
                if since + GIVES_UP_AFTER < moments::now() {
                    let what = format!("{path}: nobody says what became of it, long after it was quiet");
                    self.shared.history.lock().odd_answers.push(what);
                    return Outcome::NotDone;
                }
            }
            std::thread::sleep(AGAIN_AFTER);
        }
    }
}
