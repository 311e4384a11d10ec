//! Letters that are owed: which are due, with their codes opened for sending.

use domain::{Code, Letter, LetterId, LetterKind, Timestamp};
use store::{Driver, LetterFate};

use crate::{Engine, EngineError};

/// Letters looked at in one turn.
const AT_A_TIME: i64 = 50;

/// A letter to send now.
#[derive(Debug)]
pub struct OwedLetter {
    /// The letter.
    pub letter: Letter,
    /// Its code, if it carries one.
    pub code: Option<Code>,
    /// Tries so far.
    pub tries: u32,
}

impl<D: Driver> Engine<D> {
    /// The letters that are due. One whose code is worthless by now, or cannot be opened, is given up here.
    pub async fn owed_letters(&self, now: Timestamp) -> Result<Vec<OwedLetter>, EngineError> {
        let mut owed = Vec::new();
        let mut given_up = Vec::new();
        for due in self.store.letters_due(now, AT_A_TIME).await? {
            let code = match &due.letter.kind {
                LetterKind::Code { expires_at, .. } if expires_at.reached(now) => {
                    given_up.push((due.letter.id, give_up("its code expired before it could be sent")));
                    continue;
                }
                LetterKind::Code { sealed, .. } => {
                    match self.peppers.newest().unseal_code(&due.letter.id, sealed) {
                        Some(code) => Some(code),
                        None => {
                            given_up
                                .push((due.letter.id, give_up("its code cannot be opened with this pepper")));
                            continue;
                        }
                    }
                }
                _ => None,
            };
            owed.push(OwedLetter { letter: due.letter, code, tries: due.tries });
        }
        if !given_up.is_empty() {
            self.store.settle_letters(given_up).await?;
        }
        Ok(owed)
    }

    /// Writes what became of letters.
    pub async fn settle_letters(&self, fates: Vec<(LetterId, LetterFate)>) -> Result<(), EngineError> {
        Ok(self.store.settle_letters(fates).await?)
    }
}

fn give_up(why: &str) -> LetterFate {
    LetterFate::GivenUp { failure: why.to_owned() }
}
