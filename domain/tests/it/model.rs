//! The model: what a key's secrets must do, in as few words as possible. No ids, no digests, no audit; a list of moments
//! at which each secret ever issued stops.

use domain::Refusal;

/// A day in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// What can be done to one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Generate,
    RegenerateNow,
    RegenerateNowEndingRetiring,
    RegenerateIn24Hours,
    DeactivateCurrent,
    DeactivateRetiring,
    /// So many milliseconds.
    Wait(i64),
}

impl Command {
    /// All commands; the waits are the ones around which a deadline can go wrong.
    pub(crate) const ALL: [Command; 9] = [
        Command::Generate,
        Command::RegenerateNow,
        Command::RegenerateNowEndingRetiring,
        Command::RegenerateIn24Hours,
        Command::DeactivateCurrent,
        Command::DeactivateRetiring,
        Command::Wait(DAY - 1),
        Command::Wait(1),
        Command::Wait(DAY),
    ];
}

/// What a command is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Done,
    /// There is a current pair already.
    AlreadyThere,
    /// There is no pair to do it to.
    NothingThere,
    /// Two pairs work already.
    StillRetiring,
}

/// A refusal in the model's words.
pub(crate) fn said(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::AlreadyGenerated { .. } => Said::AlreadyThere,
        Refusal::NothingToRegenerate => Said::NothingThere,
        Refusal::StillRetiring { .. } => Said::StillRetiring,
        other => panic!("no command of the model is refused like this: {other:?}"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secret {
    Current,
    Until(i64),
    Over,
}

/// Every secret ever issued for one key, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    secrets: Vec<Secret>,
}

impl Model {
    fn current(&mut self) -> Option<&mut Secret> {
        self.secrets.iter_mut().find(|secret| **secret == Secret::Current)
    }

    fn retiring(&mut self, now: i64) -> Option<&mut Secret> {
        self.secrets.iter_mut().find(|secret| matches!(secret, Secret::Until(until) if now < *until))
    }

    /// Does `command` at `now` and says what must be answered.
    pub(crate) fn run(&mut self, command: Command, now: i64) -> Said {
        let replace = |model: &mut Self, old| match model.current() {
            None => Said::NothingThere,
            Some(current) => {
                *current = old;
                model.secrets.push(Secret::Current);
                Said::Done
            }
        };
        let end = |secret: Option<&mut Secret>| match secret {
            None => Said::NothingThere,
            Some(secret) => {
                *secret = Secret::Over;
                Said::Done
            }
        };
        match command {
            Command::Generate if self.current().is_some() => Said::AlreadyThere,
            Command::Generate => {
                self.secrets.push(Secret::Current);
                Said::Done
            }
            Command::RegenerateNow => replace(self, Secret::Over),
            Command::RegenerateNowEndingRetiring => {
                let said = replace(self, Secret::Over);
                if said == Said::Done {
                    end(self.retiring(now));
                }
                said
            }
            Command::RegenerateIn24Hours if self.current().is_some() && self.retiring(now).is_some() => {
                Said::StillRetiring
            }
            Command::RegenerateIn24Hours => replace(self, Secret::Until(now + DAY)),
            Command::DeactivateCurrent => end(self.current()),
            Command::DeactivateRetiring => end(self.retiring(now)),
            Command::Wait(_) => Said::Done,
        }
    }

    /// Which secrets work at `now`, in the order in which they were issued.
    pub(crate) fn works(&self, now: i64) -> Vec<bool> {
        let works = |secret: &Secret| match secret {
            Secret::Current => true,
            Secret::Until(until) => now < *until,
            Secret::Over => false,
        };
        self.secrets.iter().map(works).collect()
    }
}
