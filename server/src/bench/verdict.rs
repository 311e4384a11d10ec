//! `keystead bench verdict`: a whole verdict from the text of a header, in process, beside one HMAC-SHA-256 of the same
//! input and one dependent memory access over as many cache lines.

use std::fmt;
use std::hint::black_box;
use std::io;

use domain::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;
use verify::{Ask, Credentials, Index, Uptime, Verdict};

use super::child::filled;
use super::sample::{Sample, header, place, sample};
use super::watch::pin;
use super::{SERVER_CORE, median, sorted};
use crate::clock::SystemClock;

/// Different headers for the random rows: far more records than any cache holds.
const HEADERS: usize = 1_000_000;
/// Verdicts of one turn.
const TURN: usize = 102_400;
/// Requests that are ready at once.
pub const TOGETHER: usize = 16;

/// What was measured, in nanoseconds: median, smallest, largest of all rounds.
#[derive(Clone, Debug, Serialize)]
pub struct VerdictReport {
    /// Pairs in the index.
    pub pairs: usize,
    /// One HMAC-SHA-256 of what a verdict digests, from a key and a message.
    pub hmac_ns: (f64, f64, f64),
    /// The same with a key that was absorbed before, as verifying does it.
    pub kept_hmac_ns: (f64, f64, f64),
    /// A verdict on the same pair again and again.
    pub hot_ns: (f64, f64, f64),
    /// A verdict on a pair drawn at random.
    pub random_ns: (f64, f64, f64),
    /// The same for requests that are ready together, as many as `TOGETHER`, memory asked for before it is needed.
    pub together_ns: (f64, f64, f64),
    /// A verdict on an id that nobody has.
    pub unknown_ns: (f64, f64, f64),
    /// A load from a cache line drawn at random whose address the load before it gave.
    pub access_ns: (f64, f64, f64),
    /// A hot verdict divided by one HMAC, in the same round.
    pub hot_by_hmac: (f64, f64, f64),
    /// The same by one whose key was absorbed before.
    pub hot_by_kept_hmac: (f64, f64, f64),
}

/// Measures.
pub fn verdict(pairs: usize, rounds: usize, talk: &mut dyn FnMut(&str)) -> io::Result<VerdictReport> {
    pin(SERVER_CORE)?;
    let pairs = pairs.max(1);
    talk(&format!("Filling an index with {pairs} pairs"));
    let index = filled(pairs);
    let random = Texts::of((0..HEADERS.min(pairs)).map(|turn| text_of(place(turn, pairs))));
    let hot = Texts::of([text_of(0)]);
    let unknown = Texts::of((0..HEADERS.min(pairs)).map(|turn| text_of(pairs + 1 + turn)));
    let mut lines = Lines::over(pairs);
    let keyed = || Hmac::new_from_slice(black_box(&[7; 32])).expect("HMAC takes keys of any length");
    let kept = keyed();
    let message = message_of(&sample(0));
    let rounds = rounds.max(1);
    let [mut hmac, mut kept_hmac, mut at_home, mut anywhere, mut together, mut nobody, mut access] =
        [const { Vec::new() }; 7];
    let mut ready = Vec::with_capacity(TOGETHER);
    for round in 0..=rounds {
        let this = [
            timed(|_| digest(&keyed(), &message)),
            timed(|_| digest(&kept, &message)),
            timed(|n| verify(&index, hot.at(n), true)),
            timed(|n| verify(&index, random.at(n + round * TURN), true)),
            timed(|n| {
                if n % TOGETHER == 0 {
                    let texts = (n..n + TOGETHER).map(|n| random.at(n + round * TURN));
                    verify_together(&index, texts, &mut ready);
                }
            }),
            timed(|n| verify(&index, unknown.at(n + round * TURN), false)),
            timed(|_| lines.next()),
        ];
        // The first round fills caches and page tables.
        if 0 < round {
            let all = [
                &mut hmac,
                &mut kept_hmac,
                &mut at_home,
                &mut anywhere,
                &mut together,
                &mut nobody,
                &mut access,
            ];
            all.into_iter().zip(this).for_each(|(all, one)| all.push(one));
        }
    }
    let by = |hmac: &[f64]| spread(at_home.iter().zip(hmac).map(|(hot, hmac)| hot / hmac).collect());
    let (hot_by_hmac, hot_by_kept_hmac) = (by(&hmac), by(&kept_hmac));
    Ok(VerdictReport {
        pairs,
        hmac_ns: spread(hmac),
        kept_hmac_ns: spread(kept_hmac),
        hot_ns: spread(at_home),
        random_ns: spread(anywhere),
        together_ns: spread(together),
        unknown_ns: spread(nobody),
        access_ns: spread(access),
        hot_by_hmac,
        hot_by_kept_hmac,
    })
}

fn spread(values: Vec<f64>) -> (f64, f64, f64) {
    let values = sorted(values.into_iter());
    let ends = (values.first().copied(), values.last().copied());
    (median(&values), ends.0.unwrap_or(f64::NAN), ends.1.unwrap_or(f64::NAN))
}

/// Nanoseconds for each of a turn's calls.
fn timed(mut call: impl FnMut(usize)) -> f64 {
    let start = SystemClock.nanoseconds();
    (0..TURN).for_each(&mut call);
    (SystemClock.nanoseconds() - start) as f64 / TURN as f64
}

fn verify(index: &Index, text: &[u8], good: bool) {
    // Time is given to a verdict; reading the clock is the listener's business.
    let now = Timestamp::from_millis(2);
    let verdict = match Credentials::from_basic(text) {
        Ok(credentials) => index.verify(&credentials, &Ask::default(), now, Uptime::default()),
        Err(malformed) => unreachable!("the sample's headers are well formed: {malformed:?}"),
    };
    assert_eq!(matches!(verdict, Verdict::Granted(_)), good, "the sample's credentials are what they are");
    black_box(&verdict);
}

/// All headers are read, then all memory is asked for, then each gets its verdict.
fn verify_together<'t>(index: &Index, texts: impl Iterator<Item = &'t [u8]>, ready: &mut Vec<Credentials>) {
    ready.extend(texts.filter_map(|text| Credentials::from_basic(text).ok()));
    ready.iter().for_each(|credentials| index.fetch_place(credentials));
    ready.iter().for_each(|credentials| index.fetch_record(credentials));
    for credentials in ready.drain(..) {
        let verdict =
            index.verify(&credentials, &Ask::default(), Timestamp::from_millis(2), Uptime::default());
        assert!(matches!(verdict, Verdict::Granted(_)), "the sample's credentials are good");
        black_box(&verdict);
    }
}

/// As many bytes as a verdict digests, digested alone by the library that makes no verdicts.
fn digest(key: &Hmac<Sha256>, message: &[u8]) {
    let mut mac = key.clone();
    mac.update(black_box(message));
    black_box(mac.finalize());
}

/// What a verdict digests.
fn message_of(sample: &Sample) -> Vec<u8> {
    let mut message = b"ks1".to_vec();
    let id = (sample.account.as_bytes(), sample.key_id.as_bytes());
    for part in [b"razorpay/IN", id.0, id.1, sample.secret.reveal().as_bytes()] {
        message.extend_from_slice(&(part.len() as u32).to_be_bytes());
        message.extend_from_slice(part);
    }
    message.push(b't');
    message
}

fn text_of(number: usize) -> String {
    let sample = sample(number);
    header(&sample.key_id, sample.secret.reveal())
}

/// Headers one after the other in memory, all of one length: reading them is not what is measured.
struct Texts {
    all: Vec<u8>,
    length: usize,
    count: usize,
}

impl Texts {
    fn of(texts: impl IntoIterator<Item = String>) -> Self {
        let (mut all, mut length, mut count) = (Vec::new(), 0, 0);
        for text in texts {
            length = text.len();
            count += 1;
            all.extend_from_slice(text.as_bytes());
        }
        assert_eq!(all.len(), length * count, "the sample's ids and secrets have one length each");
        Self { all, length, count }
    }

    fn at(&self, number: usize) -> &[u8] {
        let start = number % self.count * self.length;
        &self.all[start..start + self.length]
    }
}

/// Cache lines, each with the number of another one, in one circle through all of them.
struct Lines {
    all: Vec<[u64; 8]>,
    at: usize,
}

impl Lines {
    fn over(count: usize) -> Self {
        let count = count.max(2);
        let mut order: Vec<u32> = (0..count as u32).collect();
        // Sattolo's shuffle makes one circle. The source needs no quality, only no order.
        let mut state = 0x9E37_79B9_7F4A_7C15u64;
        for place in (1..count).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(place, (state >> 33) as usize % place);
        }
        let mut all = vec![[0u64; 8]; count];
        for (from, to) in order.iter().zip(order.iter().cycle().skip(1)) {
            all[*from as usize][0] = u64::from(*to);
        }
        Self { all, at: 0 }
    }

    fn next(&mut self) {
        self.at = black_box(self.all[self.at][0]) as usize;
    }
}

impl fmt::Display for VerdictReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "in process, one core, {} pairs", self.pairs)?;
        for (name, (middle, low, high)) in [
            ("one HMAC-SHA-256 of the same input", self.hmac_ns),
            ("the same, its key absorbed before", self.kept_hmac_ns),
            ("verdict from header text, one pair", self.hot_ns),
            ("verdict from header text, at random", self.random_ns),
            ("the same, 16 ready at once", self.together_ns),
            ("verdict on an unknown id", self.unknown_ns),
            ("one dependent memory access", self.access_ns),
        ] {
            writeln!(f, "{name:<38} {middle:>6.0} ns   (from {low:.0} to {high:.0})")?;
        }
        let (middle, low, high) = self.hot_by_hmac;
        writeln!(f, "one pair ÷ one HMAC {middle:.2} (from {low:.2} to {high:.2})")?;
        let (middle, low, high) = self.hot_by_kept_hmac;
        write!(f, "one pair ÷ one HMAC, its key absorbed before {middle:.2} (from {low:.2} to {high:.2})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_over_memory_visits_every_line_before_it_comes_back() {
        let mut lines = Lines::over(1_000);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1_000 {
            assert!(seen.insert(lines.at));
            lines.next();
        }
        assert_eq!(lines.at, 0);
    }
}
