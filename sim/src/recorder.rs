//! The recorder: an independent memory of what people were told. It knows no engine and no database; whether an answer
//! was right is judged against this alone, in [`crate::invariants`].

use std::collections::{BTreeMap, BTreeSet};

use domain::{KeyId, KeyRef, Mode, Timestamp};

use crate::node::Said;
use crate::population::Shop;
use crate::turns::Moment;

/// A pair that somebody was shown.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Its key.
    pub key: KeyRef,
    /// The public half.
    pub key_id: KeyId,
    /// The secret half.
    pub secret: String,
    /// Whose.
    pub shop: usize,
    /// Its mode.
    pub mode: Mode,
    /// When it was shown, by which node, and a position at which everybody knows of it.
    pub shown: Moment,
    /// See `shown`.
    pub by: usize,
    /// See `shown`.
    pub position: i64,
    /// Commands that may have ended it, and from when.
    pub doubts: Vec<(usize, Moment)>,
    /// That it has ended, once somebody was told so.
    pub ended: Option<Ended>,
    /// The moment it stops, once somebody was told so.
    pub until: Option<Timestamp>,
}

/// An ending that somebody was told of.
#[derive(Clone, Debug)]
pub struct Ended {
    /// When they were told.
    pub told: Moment,
    /// By which node.
    pub by: usize,
    /// From when no node may accept it: the receipt, for each node.
    pub guaranteed: Vec<Moment>,
}

/// What became of a command, as far as whoever sent it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing that says whether it was done.
    Doubt,
    /// It was done.
    Done,
    /// It was not done.
    NotDone,
}

/// A change that somebody asked for.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who asked, as the audit names them. An operator has a name for each command.
    pub by: String,
    /// What they asked for.
    pub what: String,
    /// What they were told.
    pub told: Told,
    /// Whether being done means that there is exactly one audit entry; a second ending of an ended pair writes none.
    pub writes: bool,
}

/// What was told about one challenge.
#[derive(Clone, Debug, Default)]
pub struct Quiz {
    /// The numbers of tries that were said to be left.
    pub left: Vec<u32>,
    /// How often a code was right.
    pub right: u32,
    /// How often what it granted was done.
    pub granted: u32,
}

/// A verification, and what came of it.
#[derive(Debug)]
pub struct Asked {
    /// When.
    pub at: Moment,
    /// Which node.
    pub node: usize,
    /// The position it knew.
    pub position: i64,
    /// Since when it has had to answer, if it has: it read the feed lately and nothing was in its way.
    pub able: bool,
    /// The pair, if it was one.
    pub pair: Option<usize>,
    /// Whether the secret was the pair's.
    pub right: bool,
    /// The mode that was demanded.
    pub mode: Option<Mode>,
    /// The answer.
    pub said: Said,
}

/// Something that must never happen, and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's name.
    pub invariant: &'static str,
    /// What happened.
    pub what: String,
}

/// Everything that people were told.
#[derive(Debug, Default)]
pub struct Recorder {
    /// Pairs, in the order they were shown.
    pub pairs: Vec<Pair>,
    /// Commands, in the order they were sent.
    pub commands: Vec<Command>,
    /// Challenges, by id.
    pub quizzes: BTreeMap<String, Quiz>,
    /// What must never happen, and did.
    pub violations: Vec<Violation>,
    /// Pairs that ended before they were shown.
    early: BTreeMap<KeyId, (Option<Ended>, Option<Timestamp>)>,
    /// Pairs that regenerations replaced.
    replaced: BTreeSet<KeyId>,
    /// A pair that two of them replaced.
    pub replaced_twice: Option<KeyId>,
    /// Regenerations that ended whatever pair of their key still retired.
    swept: Vec<(usize, KeyRef, Moment)>,
    by_id: BTreeMap<KeyId, usize>,
    /// Commands that are not settled, with the key they touch and from when they may end its pairs.
    open: BTreeMap<usize, (KeyRef, Option<KeyId>, Moment)>,
    /// Verifications so far.
    pub asked: u64,
    /// Of them, granted.
    pub granted: u64,
}

impl Recorder {
    /// Somebody sends a command.
    pub fn sends(&mut self, by: String, what: String, writes: bool) -> usize {
        self.commands.push(Command { by, what, told: Told::Doubt, writes });
        self.commands.len() - 1
    }

    /// A command may end pairs of a key, or one pair of it, from a moment on.
    pub fn may_end(&mut self, command: usize, key: KeyRef, pair: Option<KeyId>, from: Moment) {
        self.open.insert(command, (key, pair, from));
        let touched = |one: &&mut Pair| one.key == key && pair.is_none_or(|pair| pair == one.key_id);
        self.pairs.iter_mut().filter(touched).for_each(|one| one.doubts.push((command, from)));
    }

    /// A command was done, or surely not.
    pub fn settles(&mut self, command: usize, told: Told) {
        self.commands[command].told = told;
        if told == Told::Doubt {
            return;
        }
        self.open.remove(&command);
        self.pairs.iter_mut().for_each(|pair| pair.doubts.retain(|(doubt, _)| *doubt != command));
    }

    /// Somebody is shown a pair, for the first time or, by a repeat, perhaps long after it was made. A repeat must show
    /// the same.
    pub fn shown(&mut self, mut pair: Pair, repeated: bool) {
        if let Some(known) = self.pair(&pair.key_id) {
            if self.pairs[known].secret != pair.secret {
                let what = format!("pair {known} was shown with two secrets");
                self.violations.push(Violation { invariant: "g5_an_acknowledged_change_is_there", what });
            }
            return;
        }
        for (command, (key, one, from)) in &self.open {
            if *key == pair.key && one.is_none_or(|one| one == pair.key_id) {
                pair.doubts.push((*command, *from));
            }
        }
        // Also one that somebody was told to retire before this: a third command, told before both, may have ended it.
        if repeated || self.early.contains_key(&pair.key_id) {
            let swept = self.swept.iter().filter(|(_, key, _)| *key == pair.key);
            pair.doubts.extend(swept.map(|(command, _, at)| (*command, *at)));
        }
        if let Some((ended, until)) = self.early.remove(&pair.key_id) {
            pair.ended = ended;
            pair.until = until;
        }
        self.by_id.insert(pair.key_id, self.pairs.len());
        self.pairs.push(pair);
    }

    /// Somebody is told that a pair has ended.
    pub fn ends(&mut self, key_id: &KeyId, ended: Ended) {
        match self.pair(key_id) {
            // The first receipt stands.
            Some(pair) => _ = self.pairs[pair].ended.get_or_insert(ended),
            None => _ = self.early.entry(*key_id).or_default().0.get_or_insert(ended),
        }
    }

    /// Somebody is told when a pair stops.
    pub fn retires(&mut self, key_id: &KeyId, until: Timestamp) {
        let told = match self.pair(key_id) {
            Some(pair) => self.pairs[pair].until.replace(until),
            None => self.early.entry(*key_id).or_default().1.replace(until),
        };
        if told.is_some_and(|told| told != until) {
            let what = format!("{key_id:?} was given two deadlines");
            self.violations.push(Violation { invariant: "g7_24_hours_are_exact_to_2_seconds", what });
        }
    }

    /// A regeneration that was done ended whatever pair of the key still retired. One that may have been retiring for all
    /// that anybody was told may have ended by it.
    pub fn ended_what_retired(&mut self, command: usize, key: KeyRef, at: Moment) {
        let may = |pair: &&mut Pair| pair.key == key && !pair.doubts.is_empty();
        self.pairs.iter_mut().filter(may).for_each(|pair| pair.doubts.push((command, at)));
        self.swept.push((command, key, at));
    }

    /// A pair may have ended by a command, whatever becomes of others.
    pub fn may_have_ended(&mut self, key_id: &KeyId, command: usize, at: Moment) {
        if let Some(pair) = self.pair(key_id) {
            self.pairs[pair].doubts.push((command, at));
        }
    }

    /// Somebody is told that a regeneration replaced a pair.
    pub fn replaces(&mut self, old: &KeyId) {
        if !self.replaced.insert(*old) {
            self.replaced_twice.get_or_insert(*old);
        }
    }

    /// The number of a pair.
    pub fn pair(&self, key_id: &KeyId) -> Option<usize> {
        self.by_id.get(key_id).copied()
    }

    /// The newest pair of a key that was shown and that nobody was told has ended.
    pub fn newest(&self, key: &KeyRef) -> Option<usize> {
        self.pairs.iter().rposition(|pair| pair.key == *key && pair.ended.is_none() && pair.until.is_none())
    }

    /// The keys of an account that have been seen, each once.
    pub fn keys(&self, of: impl Fn(&Pair) -> bool) -> Vec<KeyRef> {
        let keys: BTreeSet<_> =
            self.pairs.iter().filter(|pair| of(pair)).map(|pair| pair.key.to_string()).collect();
        keys.into_iter().map(|key| key.parse().expect("it was printed from a key")).collect()
    }

    /// What was told about a challenge.
    pub fn quiz(&mut self, challenge: &str) -> &mut Quiz {
        self.quizzes.entry(challenge.to_owned()).or_default()
    }

    /// Judges a verification.
    pub fn hears(&mut self, asked: &Asked, shops: &[Shop]) {
        self.asked += 1;
        self.granted += u64::from(matches!(asked.said, Said::Granted(..)));
        let found = crate::invariants::of_an_answer(self, asked, shops);
        self.violations.extend(found);
    }
}
