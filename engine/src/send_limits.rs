//! Limits on what text messages may cost: counted in the commit that sends, told to the operator when they are hit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Allowance, Asked, BrandId, Recipient, Refusal, SendLimit, Timestamp};
use store::Driver;

use crate::{Engine, EngineError};

/// How often codes were refused since the start, by limit; for metrics.
#[derive(Debug, Default)]
pub struct SendTally([AtomicU64; SendLimit::ALL.len()]);

impl SendTally {
    /// Each limit's word with how often it was hit.
    pub fn sums(&self) -> impl Iterator<Item = (&'static str, u64)> {
        SendLimit::ALL
            .into_iter()
            .zip(&self.0)
            .map(|(limit, sum)| (limit.as_str(), sum.load(Ordering::Relaxed)))
    }

    fn count(&self, limit: SendLimit) {
        let place = SendLimit::ALL.iter().position(|one| *one == limit).expect("all limits are in the list");
        self.0[place].fetch_add(1, Ordering::Relaxed);
    }
}

impl<D: Driver> Engine<D> {
    /// Has what was asked count the codes it sends by SMS, or refuses it where too many were sent already. The store looks
    /// once more when it counts: of many who ask at once no more get a code than are allowed.
    pub(crate) async fn within_limits(
        &self,
        brand: &BrandId,
        to: Option<&Recipient>,
        asked: Result<Asked, Refusal>,
        now: Timestamp,
    ) -> Result<Result<Asked, Refusal>, EngineError> {
        let mut asked = match (asked, to) {
            (Ok(asked), _) => asked,
            (Err(Refusal::TooManyCodes { again_at, limit }), Some(to)) => {
                self.limit_hit(Allowance::of_recipient(brand, to.masked(), again_at, now), now).await?;
                return Ok(Err(Refusal::TooManyCodes { again_at, limit }));
            }
            (Err(other), _) => return Ok(Err(other)),
        };
        let (account, challenge) = (&asked.account, &asked.challenge);
        for allowance in self.rules.otp.sends.allowances(brand, account, &challenge.user, &challenge.way, now)
        {
            if i64::from(allowance.most) <= self.store.sent_of(&allowance).await? {
                let refusal = Refusal::TooManyCodes { again_at: allowance.until, limit: allowance.limit };
                self.limit_hit(allowance, now).await?;
                return Ok(Err(refusal));
            }
            asked.decision.counts.push(allowance);
        }
        Ok(Ok(asked))
    }

    /// How often codes were refused since the start.
    pub fn send_tally(&self) -> &Arc<SendTally> {
        &self.sends
    }

    async fn limit_hit(&self, allowance: Allowance, now: Timestamp) -> Result<(), EngineError> {
        self.sends.count(allowance.limit);
        Ok(self.store.limit_hit(allowance, now).await?)
    }
}
