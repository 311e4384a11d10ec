//! Letters that are owed: which are due, with what they carry opened, and what they tell looked up, for sending.

use std::collections::HashSet;

use domain::{
    Actor, Channel, Code, KeyId, Letter, LetterId, LetterKind, Refusal, Standing, Timestamp, Token,
    retry_letter,
};
use store::{Driver, DueLetter, LetterFate, StoreError, Work};

use crate::{DECISIONS_MAX, Engine, EngineError};

/// Letters looked at in one turn.
const AT_A_TIME: i64 = 50;

/// What a letter's row does not hold in the clear, or does not know yet.
#[derive(Debug)]
pub enum Enclosed {
    /// Nothing: the letter says all.
    Nothing,
    /// A one-time password.
    Code(Code),
    /// A link's token.
    Link(Token),
    /// When the pair it speaks of was last used; `None` for never.
    LastUse(Option<Timestamp>),
}

/// A letter to send now.
#[derive(Debug)]
pub struct OwedLetter {
    /// The letter.
    pub letter: Letter,
    /// What goes with it.
    pub enclosed: Enclosed,
    /// Tries so far.
    pub tries: u32,
}

impl<D: Driver> Engine<D> {
    /// The letters that are due. One that is worthless or pointless by now, or cannot be opened, is settled here.
    pub async fn owed_letters(&self, now: Timestamp) -> Result<Vec<OwedLetter>, EngineError> {
        let due = self.store.letters_due(now, AT_A_TIME).await?;
        self.owed(due, now).await
    }

    /// At most `places` letters of a channel that are due and not under way already.
    pub async fn owed_by(
        &self,
        channel: Channel,
        under_way: &HashSet<LetterId>,
        places: usize,
        now: Timestamp,
    ) -> Result<Vec<OwedLetter>, EngineError> {
        let limit = i64::try_from(places + under_way.len()).unwrap_or(i64::MAX);
        let due = self.store.letters_due_by(channel, now, limit).await?;
        let waiting = due.into_iter().filter(|due| !under_way.contains(&due.letter.id));
        self.owed(waiting.take(places).collect(), now).await
    }

    /// Takes up a letter that is due, before it is sent, where others send letters too: to them it is due again at `until`.
    /// `false`: somebody else has taken it up.
    pub async fn take_up_letter(
        &self,
        id: &LetterId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, EngineError> {
        match self.store.driver().commit(Work::TakeUpLetter(*id, now, until)).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn owed(&self, due: Vec<DueLetter>, now: Timestamp) -> Result<Vec<OwedLetter>, EngineError> {
        let mut owed = Vec::new();
        let mut settled = Vec::new();
        for due in due {
            match self.enclose(&due.letter, now).await? {
                Ok(enclosed) => owed.push(OwedLetter { letter: due.letter, enclosed, tries: due.tries }),
                Err(fate) => settled.push((due.letter.id, fate)),
            }
        }
        if !settled.is_empty() {
            self.store.settle_letters(settled).await?;
        }
        Ok(owed)
    }

    /// What goes with a letter, or what becomes of a letter that must not leave.
    async fn enclose(
        &self,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<Result<Enclosed, LetterFate>, EngineError> {
        let pepper = &self.pepper();
        Ok(match &letter.kind {
            LetterKind::Code { expires_at, .. } if expires_at.reached(now) => {
                Err(give_up("its code expired before it could be sent"))
            }
            LetterKind::Code { sealed, .. } => pepper
                .unseal_code(&letter.id, sealed)
                .map(Enclosed::Code)
                .ok_or_else(|| give_up("its code cannot be opened with this pepper")),
            LetterKind::Invited { expires_at, .. } | LetterKind::PasswordReset { expires_at, .. }
                if expires_at.reached(now) =>
            {
                Err(give_up("its link expired before it could be sent"))
            }
            LetterKind::Invited { sealed, .. } | LetterKind::PasswordReset { sealed, .. } => pepper
                .unseal_token(&letter.id, sealed)
                .map(Enclosed::Link)
                .ok_or_else(|| give_up("its link cannot be opened with this pepper")),
            LetterKind::KeyEnding { key_id, .. } => match self.still_ending(key_id, now).await? {
                Some(last_use) => Ok(Enclosed::LastUse(last_use)),
                None => Err(LetterFate::Dropped),
            },
            _ => Ok(Enclosed::Nothing),
        })
    }

    /// When a pair that still works was last used, by what this node saw and what all have written; `None` if it ended.
    async fn still_ending(
        &self,
        key_id: &KeyId,
        now: Timestamp,
    ) -> Result<Option<Option<Timestamp>>, EngineError> {
        let Some(key) = self.store.key_of_pair(key_id).await? else { return Ok(None) };
        let works = key.pair(key_id).filter(|pair| !matches!(pair.standing(now), Standing::Ended { .. }));
        Ok(works.map(|pair| self.last_use(pair).map(|(at, _)| at)))
    }

    /// Has a letter that failed tried again at once.
    pub async fn retry_letter(
        &self,
        actor: &Actor,
        id: &LetterId,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let failed = self.store.failed_letter(id).await?.ok_or(Refusal::NotFound)?;
            if self.write(retry_letter(actor, &failed, now)?).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Writes what became of letters.
    pub async fn settle_letters(&self, fates: Vec<(LetterId, LetterFate)>) -> Result<(), EngineError> {
        Ok(self.store.settle_letters(fates).await?)
    }
}

fn give_up(why: &str) -> LetterFate {
    LetterFate::GivenUp { failure: why.to_owned() }
}
