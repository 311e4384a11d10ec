//! Nodes: enrolling and removing processes that verify, and who is behind a node's credential.

use domain::{
    Actor, IdempotencyKey, Node, Refusal, Timestamp, Token, enrol_node, enrolled_token, node_digest,
    remove_node,
};
use rand_core::Rng;
use store::Driver;

use crate::{DECISIONS_MAX, Engine, EngineError, lend, written};

/// A node that was enrolled, now or by the first of several identical requests.
#[derive(Debug)]
pub struct EnrolledNode {
    /// The node.
    pub node: Node,
    /// Its credential; here and nowhere else.
    pub token: Token,
    /// Whether an earlier request enrolled it.
    pub replayed: bool,
}

impl<D: Driver> Engine<D> {
    /// Enrols a node, or finds the one that an earlier request with the same idempotency key enrolled.
    pub async fn enrol_node(
        &self,
        actor: &Actor,
        name: &str,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<EnrolledNode, EngineError> {
        if let Some(enrolled) = self.enrolled_before(idempotency, now).await? {
            return Ok(enrolled);
        }
        let pepper = &self.pepper();
        let (decision, token) = enrol_node(actor, name, idempotency, pepper, now, lend(rng))?;
        if self.write(decision).await?.is_none() {
            // The same request may have been sent twice at once; otherwise the name is somebody else's.
            let before = self.enrolled_before(idempotency, now).await?;
            return before.ok_or(Refusal::Taken { field: "name" }.into());
        }
        let node = self.store.node_by_digest(&[node_digest(&token, pepper)]).await.map_err(written)?;
        Ok(EnrolledNode { node: node.ok_or(Refusal::NotFound)?, token, replayed: false })
    }

    async fn enrolled_before(
        &self,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Option<EnrolledNode>, EngineError> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        let Some(found) = self.store.answer(&idempotency.digests()).await? else { return Ok(None) };
        let pepper = &self.pepper();
        let replay = idempotency.replay(&found, pepper, now)?;
        let node = self.store.node(&replay.target).await?.ok_or(Refusal::IdempotencyMismatch)?;
        // As with a pair's secret, a credential can be told again for ten minutes and no longer.
        let token = enrolled_token(&node, idempotency, pepper).filter(|_| !found.expires_at.reached(now));
        let token = token.ok_or(Refusal::Taken { field: "name" })?;
        Ok(Some(EnrolledNode { node, token, replayed: true }))
    }

    /// Takes a node off the list. Its name can be given again.
    pub async fn remove_node(&self, actor: &Actor, name: &str, now: Timestamp) -> Result<Node, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let node = self.store.node(name).await?.ok_or(Refusal::NotFound)?;
            if self.write(remove_node(actor, &node, now)?).await?.is_some() {
                return Ok(node);
            }
        }
        Err(EngineError::Contended)
    }

    /// The node behind a credential. Unknown and removed look the same.
    pub async fn node(&self, token: &str) -> Result<Node, EngineError> {
        let token = Token::parse(token).ok_or(Refusal::LogInFirst)?;
        let digests = self.pepper().digests(|pepper| node_digest(&token, pepper));
        Ok(self.store.node_by_digest(&digests).await?.ok_or(Refusal::LogInFirst)?)
    }
}
