//! Operators: appointing them, and who is behind a token.

use domain::{Actor, Refusal, Timestamp, Token, appoint};
use rand_core::Rng;
use store::Driver;

use crate::{Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Appoints an operator. The token is in the answer and nowhere else.
    pub async fn appoint(
        &self,
        name: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Token, EngineError> {
        let (decision, token) = appoint(name, &self.pepper(), now, lend(rng))?;
        match self.write(decision).await? {
            Some(_) => Ok(token),
            None => Err(Refusal::Taken { field: "name" }.into()),
        }
    }

    /// The operator behind a token.
    pub async fn operator(&self, token: &str, origin: &str) -> Result<Actor, EngineError> {
        let token = Token::parse(token).ok_or(Refusal::LogInFirst)?;
        let digests = self.pepper().digests(|pepper| pepper.digest_token(&token));
        let operator = self.store.operator_by_digest(&digests).await?.ok_or(Refusal::LogInFirst)?;
        Ok(Actor::Operator { name: operator.name, origin: origin.to_owned() })
    }
}
