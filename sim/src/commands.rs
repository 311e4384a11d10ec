//! Commands: what operators ask for, how they ask again when no answer comes, and what the recorder is told of it.

use std::sync::Arc;

use domain::{
    Actor, DAY, GenerateRequest, IdempotencyKey, KeyId, KeyRef, Mode, OldPair, RegenerateRequest, Timestamp,
};
use engine::{EngineError, Issued, Replaced};
use store::StoreError;
use tokio::sync::oneshot;

use crate::clocks::START;
use crate::fleet::{AHEAD_MAX, Fleet};
use crate::node::Node;
use crate::recorder::{Ended, Pair, Told, Violation};
use crate::turns::{Moment, first};

/// How long somebody waits for an answer before asking elsewhere.
const WAITS: i64 = 4_000;
/// How often a command is sent that may be sent again.
const SENDINGS: u32 = 5;

/// What somebody wants.
#[derive(Clone, Copy, Debug)]
pub enum Wish {
    /// A first pair.
    Generate {
        /// The account.
        shop: usize,
        /// The mode.
        mode: Mode,
        /// The key's name.
        name: &'static str,
    },
    /// Another pair.
    Regenerate {
        /// The account.
        shop: usize,
        /// The key.
        key: KeyRef,
        /// How.
        request: RegenerateRequest,
    },
    /// An end.
    Deactivate {
        /// The key.
        key: KeyRef,
        /// The pair.
        key_id: KeyId,
    },
}

/// What came back.
#[derive(Debug)]
pub enum Reply<T> {
    /// It is done.
    Done(T),
    /// It is not, and never will be by this request.
    NotDone,
    /// Nobody knows.
    Unknown,
}

/// What an outcome tells whoever asked.
pub fn reply<T>(outcome: Result<T, EngineError>) -> Reply<T> {
    match outcome {
        Ok(done) => Reply::Done(done),
        Err(
            EngineError::Store(StoreError::Unknown | StoreError::Broken(_) | StoreError::Damaged(_))
            | EngineError::Unwritten(_),
        ) => Reply::Unknown,
        Err(EngineError::Store(
            StoreError::Unreachable(_)
            | StoreError::Conflict
            | StoreError::Full
            | StoreError::Quarantined
            | StoreError::PepperMissing(_),
        )) => Reply::NotDone,
        Err(
            EngineError::Refused(_)
            | EngineError::Contended
            | EngineError::Busy
            | EngineError::UnknownBrand(_),
        ) => Reply::NotDone,
    }
}

/// What a command did.
enum Done {
    Issued(Issued, i64),
    Replaced(Replaced, Timestamp),
    Ended(i64),
}

impl Fleet {
    /// Carries a wish out, asking again where that is safe.
    pub async fn carry_out(self: Arc<Self>, wish: Wish) {
        let turns = self.turns.clone();
        let again = matches!(wish, Wish::Deactivate { .. }) || turns.per_mille(700);
        let (command, by) = self.sends(&wish);
        let idempotency = format!("{:032x}", turns.below(u64::MAX));
        let mut doubt = false;
        for _ in 0..if again { SENDINGS } else { 1 } {
            let Some(node) = self.any_node() else { break };
            let number = node.process.node;
            self.sea.tell(format_args!("{by} sends {} to n{number}", name(&wish)));
            let key = again.then(|| idempotency.clone());
            let answer = self.handled(node, wish, by.clone(), key);
            match first(answer, turns.after(WAITS)).await {
                Some(Ok(Reply::Done(done))) => {
                    self.sea.tell(format_args!("{by} is told by n{number}: done"));
                    return self.told_done(command, &wish, number, done);
                }
                Some(Ok(Reply::NotDone)) => {
                    self.sea.tell(format_args!("{by} is told by n{number}: not done"));
                    // An earlier sending may have done it all the same.
                    let told = if doubt { Told::Doubt } else { Told::NotDone };
                    return self.recorder.lock().settles(command, told);
                }
                Some(Ok(Reply::Unknown) | Err(_)) | None => {
                    self.sea.tell(format_args!("{by} is told nothing by n{number}"));
                    doubt = true;
                }
            }
            turns.after(turns.between(100, 1_500)).await;
        }
    }

    /// Writes down that a command is sent.
    fn sends(&self, wish: &Wish) -> (usize, String) {
        let now = self.turns.now();
        let mut recorder = self.recorder.lock();
        let operator = format!("op{}", recorder.commands.len());
        let writes = !matches!(wish, Wish::Deactivate { .. });
        let command = recorder.sends(format!("operator:{operator}"), name(wish).to_owned(), writes);
        match wish {
            Wish::Generate { .. } => {}
            Wish::Regenerate { key, request, .. } => {
                recorder.may_end(command, *key, None, ends_from(request, now));
            }
            Wish::Deactivate { key, key_id } => recorder.may_end(command, *key, Some(*key_id), now),
        }
        (command, operator)
    }

    /// Hands a wish to a node, which works on it until it is killed.
    async fn handled(
        &self,
        node: Node,
        wish: Wish,
        by: String,
        idempotency: Option<String>,
    ) -> Result<Reply<Done>, oneshot::error::RecvError> {
        let (tell, told) = oneshot::channel();
        let (turns, now) = (self.turns.clone(), self.wall(node.process.node));
        let shop = match wish {
            Wish::Generate { shop, .. } => Some(self.shop(shop).id),
            Wish::Regenerate { .. } | Wish::Deactivate { .. } => None,
        };
        turns.clone().spawn(Some(node.process), async move {
            let engine = &node.engine;
            let actor = Actor::Operator { name: by.clone(), origin: "192.0.2.9".to_owned() };
            let rng = &mut turns.source();
            let key = idempotency.map(|key| {
                IdempotencyKey::new(&key, &by, name(&wish).as_bytes(), engine.peppers().newest())
                    .expect("thirty-two digits are a good key")
            });
            let done = match wish {
                Wish::Generate { mode, name, .. } => {
                    let request = GenerateRequest { mode, name: Some(name.to_owned()), expires_at: None };
                    let shop = shop.expect("a wish to generate names its account");
                    let issued =
                        engine.generate_by_operator(&actor, &shop, &request, key.as_ref(), now, rng).await;
                    issued.map(|issued| Done::Issued(issued, engine.index().position()))
                }
                Wish::Regenerate { key: of, request, .. } => {
                    let replaced =
                        engine.regenerate_by_operator(&actor, &of, &request, key.as_ref(), now, rng).await;
                    replaced.map(|replaced| Done::Replaced(replaced, now))
                }
                Wish::Deactivate { key_id, .. } => {
                    let ended = engine.deactivate_by_operator(&actor, &key_id, now, rng).await;
                    ended.map(|ended| Done::Ended(ended.position))
                }
            };
            // Whoever asked may have given up.
            let _ = tell.send(reply(done));
        });
        told.await
    }

    fn told_done(self: &Arc<Self>, command: usize, wish: &Wish, by: usize, done: Done) {
        self.recorder.lock().settles(command, Told::Done);
        match (wish, done) {
            (Wish::Generate { shop, .. }, Done::Issued(issued, position)) => {
                self.told_shown(*shop, by, issued, position);
            }
            (Wish::Regenerate { shop, request, .. }, Done::Replaced(replaced, now)) => {
                self.told_replaced(command, *shop, by, request, replaced, now);
            }
            (Wish::Deactivate { key_id, .. }, Done::Ended(position)) => {
                self.told_ended(key_id, by, position);
            }
            _ => unreachable!("each wish has its own answer"),
        }
    }

    fn told_shown(self: &Arc<Self>, shop: usize, by: usize, issued: Issued, position: i64) {
        let pair = Pair {
            key: issued.key.id,
            key_id: issued.key_id,
            secret: issued.secret.reveal().to_owned(),
            shop,
            mode: issued.key.mode,
            shown: self.turns.now(),
            by,
            position,
            doubts: Vec::new(),
            ended: None,
            until: None,
        };
        let number = {
            let mut recorder = self.recorder.lock();
            recorder.shown(pair, issued.replayed);
            recorder.pair(&issued.key_id)
        };
        if let Some(number) = number {
            self.sea.tell(format_args!("pair {number} is shown by n{by}"));
            self.ask(by, number, None, None);
        }
    }

    /// Writes down what a regeneration was answered with.
    pub(crate) fn told_replaced(
        self: &Arc<Self>,
        command: usize,
        shop: usize,
        by: usize,
        request: &RegenerateRequest,
        replaced: Replaced,
        now: Timestamp,
    ) {
        let Replaced { issued, old, old_until, position } = replaced;
        let key = issued.key.id;
        let retiring: Vec<KeyId> = {
            let mut recorder = self.recorder.lock();
            recorder.replaces(&old);
            if request.end_retiring {
                recorder.ended_what_retired(command, key, self.turns.now());
            }
            if request.old == OldPair::In24Hours {
                if !issued.replayed && old_until != now + DAY {
                    let what = format!("24 hours from {now:?} were said to be {old_until:?}");
                    let invariant = "g7_24_hours_are_exact_to_2_seconds";
                    recorder.violations.push(Violation { invariant, what });
                }
                if issued.replayed && in_truth(old_until) <= self.turns.now() + AHEAD_MAX {
                    // A repeat, and somebody has ended the old pair meanwhile: that is the moment it tells, by that one's clock.
                    recorder.may_have_ended(&old, command, self.turns.now());
                } else {
                    recorder.retires(&old, old_until);
                }
            }
            let also = |pair: &&Pair| pair.key == key && pair.until.is_some() && pair.key_id != old;
            let retiring: Vec<KeyId> = recorder.pairs.iter().filter(also).map(|pair| pair.key_id).collect();
            if issued.replayed && request.end_retiring {
                // What retires now may have been working when this was done.
                retiring.iter().for_each(|pair| recorder.may_have_ended(pair, command, self.turns.now()));
                Vec::new()
            } else {
                retiring
            }
        };
        self.told_shown(shop, by, issued, position);
        if request.old == OldPair::Now {
            self.told_ended(&old, by, position);
            if request.end_retiring {
                retiring.iter().for_each(|pair| self.told_ended(pair, by, position));
            }
        }
    }

    /// Writes down that a pair was said to have ended, and asks about it when nobody may accept it any more.
    pub(crate) fn told_ended(self: &Arc<Self>, key_id: &KeyId, by: usize, position: i64) {
        let told = self.turns.now();
        let guaranteed = self.receipt(by, position);
        let last = guaranteed.iter().copied().max().unwrap_or(told);
        let number = {
            let mut recorder = self.recorder.lock();
            recorder.ends(key_id, Ended { told, by, guaranteed });
            recorder.pair(key_id)
        };
        let Some(number) = number else { return };
        self.sea.tell(format_args!("pair {number} ended at n{by}, guaranteed by {last}"));
        self.ask(by, number, None, None);
        let fleet = self.clone();
        self.turns.spawn(None, async move {
            for at in [told + 20, told + 300, last, last + 50] {
                fleet.turns.until(at).await;
                (0..fleet.len()).for_each(|node| fleet.ask(node, number, None, None));
            }
        });
    }
}

/// From when a regeneration may refuse a pair of its key.
pub(crate) const fn ends_from(request: &RegenerateRequest, now: Moment) -> Moment {
    match request.old {
        OldPair::Now => now,
        // Clocks are off by less than that.
        OldPair::In24Hours => now + DAY.as_millis() - 5_000,
    }
}

/// Where a deadline lies in true time.
pub(crate) const fn in_truth(until: Timestamp) -> Moment {
    until.as_millis() - START
}

const fn name(wish: &Wish) -> &'static str {
    match wish {
        Wish::Generate { .. } => "generate",
        Wish::Regenerate { request: RegenerateRequest { old: OldPair::Now, .. }, .. } => "regenerate now",
        Wish::Regenerate { .. } => "regenerate in 24 hours",
        Wish::Deactivate { .. } => "deactivate",
    }
}
