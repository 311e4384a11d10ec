//! Reading: what a follower knows of the feed, and what an answer changes about it.
//!
//! A page is believed whole or not at all: it must be the answer to this very question, tell pairs in order after the place
//! that was asked for, and not end before what is known already. Everything in it is understood before anything of it is put
//! into the index. When it is complete, the lease runs from the moment the question left, plus or minus what the server says
//! of the age of its own knowledge; never longer than the server would vouch itself.

use std::sync::Arc;

use domain::{
    AccountId, BrandId, Digest, EndReason, KeyId, KeyRef, Layers, Limits, Mode, PairState, Timestamp,
    VerificationKeys,
};
use wire::feed::{self, Mark, NoPage, Page, Pair, State, TAIL};

use crate::index::Index;
use crate::record::PairRecord;
use crate::uptime::Uptime;

/// What is known of the feed.
pub(super) struct Reading {
    index: Arc<Index>,
    keys: VerificationKeys,
    /// Everything up to here is in the index …
    after: i64,
    /// … and of the positions above everything up to this pair, while pages are incomplete.
    key_id: Option<KeyId>,
    known: Option<(i64, Mark)>,
}

/// What came of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Took {
    /// There is more; ask again at once.
    Part,
    /// A pair stands under a version of the pepper whose key is not known here: nothing was taken, the keys come first.
    NothingYet,
    /// Everything that the server knows is known.
    All {
        /// How many pairs the page told.
        pairs: usize,
        /// The server holds a newer verification key than this follower.
        newer_key: bool,
    },
}

/// Why an answer was not believed. Nothing of it has changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unbelieved {
    /// It is no page.
    NoPage(NoPage),
    /// It answers another question: an answer of before, from some cache.
    OtherQuestion,
    /// It ends before what is known already.
    Backwards,
    /// Its pairs are not in order after the place that was asked for.
    OutOfOrder,
    /// It tells a pair that cannot be.
    Nonsense,
}

impl Reading {
    /// Knows nothing yet.
    pub(super) fn new(keys: VerificationKeys, seed: [u64; 2]) -> Self {
        Self { index: Arc::new(Index::new(keys.clone(), seed)), keys, after: 0, key_id: None, known: None }
    }

    /// Takes over the keys that the server has now. `false`: they are no more than were known.
    pub(super) fn learn(&mut self, keys: VerificationKeys) -> bool {
        let is_more = self.keys.newest().version() < keys.newest().version();
        if is_more {
            self.index.learn(keys.clone());
            self.keys = keys;
        }
        is_more
    }

    pub(super) const fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// The next question. Only who knows everything waits for more.
    pub(super) fn ask(&self, wait: u64, nonce: u64) -> feed::Ask {
        let is_at_end = self.known.is_some() && self.key_id.is_none();
        feed::Ask {
            after: self.after,
            key_id: self.key_id.map(|key_id| key_id.as_str().to_owned()),
            known: self.known,
            wait: if is_at_end { wait } else { 0 },
            nonce,
        }
    }

    /// Takes the answer to [`Reading::ask`] that was sent at `began` and arrived at `arrived`.
    pub(super) fn take(
        &mut self,
        answer: &[u8],
        nonce: u64,
        began: Uptime,
        arrived: Uptime,
        vouch_for_ms: i64,
    ) -> Result<Took, Unbelieved> {
        let page = feed::decode(answer).map_err(Unbelieved::NoPage)?;
        if page.nonce != nonce {
            return Err(Unbelieved::OtherQuestion);
        }
        if page.head < self.known.map_or(0, |(position, _)| position) {
            return Err(Unbelieved::Backwards);
        }
        let brands = page.brands.iter().map(|brand| brand.parse());
        let brands: Vec<BrandId> = brands.collect::<Result<_, _>>().map_err(|_| Unbelieved::Nonsense)?;
        let records = self.records(&page, &brands)?;
        let is_held = |(record, _): &(PairRecord<'_>, Limits)| {
            record.layers.versions().iter().all(|version| self.keys.version(*version).is_some())
        };
        if !records.iter().all(is_held) {
            return Ok(Took::NothingYet);
        }

        for (record, limits) in &records {
            // Limits first: a pair whose record says that it is limited finds them.
            self.index.limiters().set(&record.key, limits);
            self.index.apply(record);
        }
        self.known = Some((page.head, page.mark));
        if !page.complete {
            let last = records.last().ok_or(Unbelieved::Nonsense)?;
            let position = page.pairs.last().map_or(self.after, |pair| pair.position);
            (self.after, self.key_id) = (position, Some(last.0.key_id));
            return Ok(Took::Part);
        }
        (self.after, self.key_id) = (page.head, None);
        self.index.set_position(page.head);
        // A server whose clock runs wild must not make this knowledge younger than its arrival.
        let true_at = began.plus(page.age_ms.saturating_neg()).min(arrived);
        let servers_own = i64::try_from(page.vouch_ms).unwrap_or(i64::MAX);
        self.index.lease().renew(true_at, vouch_for_ms.min(servers_own));
        self.index.lease().ready();
        Ok(Took::All { pairs: records.len(), newer_key: self.keys.newest().version() < page.newest_key })
    }

    fn records<'b>(
        &self,
        page: &Page<'_>,
        brands: &'b [BrandId],
    ) -> Result<Vec<(PairRecord<'b>, Limits)>, Unbelieved> {
        let mut before = (self.after, self.key_id);
        let mut records = Vec::with_capacity(page.pairs.len());
        for pair in &page.pairs {
            let brand = brands.get(usize::from(pair.brand)).ok_or(Unbelieved::Nonsense)?;
            let limits = limits(pair).ok_or(Unbelieved::Nonsense)?;
            let record = record(pair, brand).ok_or(Unbelieved::Nonsense)?;
            let comes_after = match before.1 {
                None => before.0 < pair.position,
                Some(key_id) => (before.0, key_id) < (pair.position, record.key_id),
            };
            if !comes_after {
                return Err(Unbelieved::OutOfOrder);
            }
            before = (pair.position, Some(record.key_id));
            records.push((record, limits));
        }
        Ok(records)
    }
}

fn record<'b>(pair: &Pair<'_>, brand: &'b BrandId) -> Option<PairRecord<'b>> {
    let mode = if pair.live { Mode::Live } else { Mode::Test };
    let key_id: KeyId = pair.key_id.parse().ok()?;
    let layers = Layers::of_versions(&[&[pair.pepper], pair.around].concat())?;
    // An id says its mode itself.
    if key_id.mode() != mode {
        return None;
    }
    Some(PairRecord {
        key_id,
        key: whole(b"key_", &pair.key)?.parse::<KeyRef>().ok()?,
        account: whole(b"acc_", &pair.account)?.parse::<AccountId>().ok()?,
        brand,
        mode,
        digest: Digest::from_bytes(pair.digest),
        layers,
        state: state(pair.state),
        created_at: Timestamp::from_millis(pair.created_at),
        expires_at: pair.expires_at.map(Timestamp::from_millis),
        limited: pair.limits.is_some(),
    })
}

/// What the pair's key is limited to; no limits for most.
fn limits(pair: &Pair<'_>) -> Option<Limits> {
    let Some(limits) = &pair.limits else { return Some(Limits::default()) };
    let count = |count: u64| (count != 0).then_some(count);
    let networks = limits.networks.split(' ').filter(|network| !network.is_empty());
    let limits = Limits::checked(count(limits.per_second), count(limits.per_day), networks).ok()?;
    // A limited pair without a limit is a slip that would let everything through.
    (!limits.is_none()).then_some(limits)
}

/// An id with its front again.
fn whole(front: &[u8; 4], tail: &[u8; TAIL]) -> Option<String> {
    String::from_utf8([front.as_slice(), tail].concat()).ok()
}

const fn state(state: State) -> PairState {
    let (at, why) = match state {
        State::Current => return PairState::Current,
        State::Retiring(until) => return PairState::Retiring { until: Timestamp::from_millis(until) },
        State::Replaced(at) => (at, EndReason::Replaced),
        State::GraceOver(at) => (at, EndReason::GraceOver),
        State::Deactivated(at) => (at, EndReason::Deactivated),
        State::Expired(at) => (at, EndReason::Expired),
    };
    PairState::Ended { at: Timestamp::from_millis(at), why }
}

#[cfg(test)]
mod tests;
