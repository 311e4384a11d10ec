//! The recorder: what people were told and what gateways were answered, with the moments around each. It knows no engine, no database
//! and no node; whether something was right is judged against this alone, in [`crate::judge`].

use crate::moments::Moment;

/// A pair that somebody was shown.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Its public half.
    pub key_id: String,
    /// When the answer that shows it was there.
    pub shown: Moment,
    /// The host that gave the answer.
    pub by: usize,
    /// Whether it has ended.
    pub ending: Ending,
    /// From when it retires by itself, as the management API wrote it.
    pub until: Option<String>,
}

/// What is known of a pair's ending.
#[derive(Clone, Debug)]
pub enum Ending {
    /// Nobody has asked for it.
    None,
    /// Somebody has, at that moment, and nobody knows what became of it.
    Doubtful(Moment),
    /// It has ended.
    Told(Ended),
}

/// An ending that somebody was told of.
#[derive(Clone, Debug)]
pub struct Ended {
    /// When it was first asked for.
    pub sent: Moment,
    /// When the answer was there.
    pub told: Moment,
    /// The host that gave it.
    pub by: usize,
    /// The receipt in it.
    pub receipt: Option<Receipt>,
}

/// Who had heard of an ending, as the answer says.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// From when no node accepts the pair.
    pub guaranteed_by: Moment,
    /// Those who have not heard, each with the moment until which it may accept the pair.
    pub pending: Vec<(usize, Moment)>,
}

/// What was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// A pair, as it was shown.
    Right,
    /// Its key id with another secret.
    WrongSecret,
    /// Its secret with another key id.
    UnknownId,
}

/// What a gateway was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// 200.
    Granted,
    /// 401.
    Refused,
    /// 503.
    Silent,
    /// No whole answer.
    Nothing,
    /// Anything else; nobody may be told that.
    Other(u16),
}

/// A verification.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Before the question was sent.
    pub at: Moment,
    /// After the answer was there.
    pub answered: Moment,
    /// Which node.
    pub node: usize,
    /// The number of the pair.
    pub pair: usize,
    /// What of it.
    pub presented: Presented,
    /// The answer.
    pub said: Said,
}

/// Everything that was told.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Pairs, in the order they were shown.
    pub pairs: Vec<Pair>,
    /// Whether somebody was told that no key is changed until a person has decided, because the database has lost changes.
    pub is_quarantined: bool,
    /// Answers of the management API that nobody may be given.
    pub odd_answers: Vec<String>,
}

impl History {
    /// A pair is shown; its number.
    pub fn shows(&mut self, key_id: String, shown: Moment, by: usize) -> usize {
        self.pairs.push(Pair { key_id, shown, by, ending: Ending::None, until: None });
        self.pairs.len() - 1
    }

    /// Somebody asks for the end of a pair.
    pub fn asks_to_end(&mut self, pair: usize, sent: Moment) {
        if let Ending::None = self.pairs[pair].ending {
            self.pairs[pair].ending = Ending::Doubtful(sent);
        }
    }

    /// Somebody is told that it has ended.
    pub fn ends(&mut self, pair: usize, ended: Ended) {
        self.pairs[pair].ending = Ending::Told(ended);
    }
}
