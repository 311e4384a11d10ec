//! `keystead bench timing`: whether time tells an unknown id, a wrong secret and an ended pair apart, in the manner of
//! dudect.
//!
//! Requests of the three classes come in an order drawn at random and are timed one by one. Two classes are compared by
//! Welch's t, over all samples and over those below a number of percentiles, because the long tail of a machine that does
//! other things drowns small differences; the largest |t| is told. Below 4.5 nothing was found with so many samples.

use std::fmt;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::net::TcpStream;

use domain::Timestamp;
use rand_core::Rng as _;
use serde::Serialize;
use verify::{Ask, Credentials, Index, Uptime, Verdict};

use super::child::{ChildArguments, Program, apply, ended, filled, peppers};
use super::load::Expected;
use super::sample::{header, request, sample};
use super::watch::{cores, pin};
use super::{SERVER_CORE, median, sorted};
use crate::clock::SystemClock;

/// What is said to have been found above this.
pub const T_FOUND: f64 = 4.5;
/// The classes, in the order of the numbers below.
const CLASSES: [&str; 3] = ["unknown id", "wrong secret", "ended pair"];
/// Requests of each class.
const EACH: usize = 4_096;

/// What to measure.
#[derive(Clone, Debug)]
pub struct TimingBench {
    /// Pairs in the index; half of as many more are ended.
    pub pairs: usize,
    /// Samples of each class in process.
    pub samples: usize,
    /// Samples of each class over loopback.
    pub over_loopback: usize,
    /// This program.
    pub program: Program,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct TimingReport {
    /// Pairs in the index.
    pub pairs: usize,
    /// In process, from the text of a header to the verdict.
    pub core: Vec<Comparison>,
    /// Over a connection on loopback, from sending the request to its answer.
    pub loopback: Vec<Comparison>,
}

/// Two classes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Their names.
    pub classes: (&'static str, &'static str),
    /// Samples of each.
    pub samples: usize,
    /// The t that is farthest from 0.
    pub t: f64,
    /// The part of the samples, the quickest, that it was found among.
    pub among: f64,
    /// The first one's median less the second one's, in nanoseconds.
    pub median_difference_ns: f64,
}

/// Measures.
pub fn timing(bench: &TimingBench, talk: &mut dyn FnMut(&str)) -> io::Result<TimingReport> {
    let headers = [0, 1, 2].map(|class| headers(class, bench.pairs));
    talk("Timing verdicts in process");
    pin(SERVER_CORE)?;
    let core = {
        let index = prepared(bench.pairs);
        let samples = samples(bench.samples, |class, number| {
            let text = headers[class][number % EACH].as_bytes();
            let start = SystemClock.nanoseconds();
            let refused = is_refused(&index, black_box(text));
            let took = SystemClock.nanoseconds() - start;
            assert!(refused, "all three classes are refused");
            Ok(took)
        })?;
        compared(&samples)
    };
    talk("Timing answers over loopback");
    let on = ChildArguments { pairs: bench.pairs, threads: 1, cores: vec![SERVER_CORE] };
    let server = bench.program.child("refusing", &on)?;
    pin(cores() - 1)?;
    let requests = headers.map(|headers| headers.iter().map(|header| request(header)).collect::<Vec<_>>());
    let mut line = TcpStream::connect(server.address)?;
    line.set_nodelay(true)?;
    let expected = Expected::learned(Some(&mut line), &requests[0], b"401")?;
    let loopback = samples(bench.over_loopback, |class, number| {
        let start = SystemClock.nanoseconds();
        line.write_all(&requests[class][number % EACH])?;
        expected.receive(&mut line)?;
        Ok(SystemClock.nanoseconds() - start)
    })?;
    Ok(TimingReport { pairs: bench.pairs, core, loopback: compared(&loopback) })
}

/// An index with that many good pairs and half of as many ended ones.
pub(super) fn prepared(pairs: usize) -> Index {
    let index = filled(pairs);
    let peppers = peppers();
    for number in 0..ended_pairs(pairs) {
        apply(&index, peppers.newest(), &sample(pairs + number), ended());
    }
    index
}

const fn ended_pairs(pairs: usize) -> usize {
    if pairs < 2 * EACH { EACH } else { pairs / 2 }
}

fn is_refused(index: &Index, text: &[u8]) -> bool {
    let now = Timestamp::from_millis(2);
    Credentials::from_basic(text).is_ok_and(|credentials| {
        matches!(index.verify(&credentials, &Ask::default(), now, Uptime::default()), Verdict::Refused { .. })
    })
}

/// Headers of a class, all of one length, from all over the index.
fn headers(class: usize, pairs: usize) -> Vec<String> {
    let ended = ended_pairs(pairs);
    let text = |turn: usize| {
        let (id, secret) = match class {
            // Nobody's, with a secret that is somebody's.
            0 => (pairs + ended + turn, pairs + ended + turn),
            1 => (turn * 7_919 % pairs.max(1), pairs + ended + turn),
            _ => (pairs + turn * 7_919 % ended, pairs + turn * 7_919 % ended),
        };
        header(&sample(id).key_id, sample(secret).secret.reveal())
    };
    (0..EACH).map(text).collect()
}

/// Times of each class, in an order of classes and requests that is drawn at random.
fn samples(
    of_each: usize,
    mut take: impl FnMut(usize, usize) -> io::Result<i64>,
) -> io::Result<[Vec<u32>; 3]> {
    let mut rng = domain::seeded(18);
    let mut all = [0; 3].map(|_: usize| Vec::with_capacity(of_each));
    // The first ones fill caches.
    for number in 0..EACH {
        take(number % 3, number)?;
    }
    while all.iter().any(|samples| samples.len() < of_each) {
        let drawn = rng.next_u64();
        let class = (drawn % 3) as usize;
        let took = take(class, (drawn >> 8) as usize % EACH)?;
        all[class].push(u32::try_from(took).unwrap_or(u32::MAX));
    }
    Ok(all)
}

fn compared(samples: &[Vec<u32>; 3]) -> Vec<Comparison> {
    [(0, 1), (1, 2), (0, 2)]
        .into_iter()
        .map(|(a, b)| compare((CLASSES[a], CLASSES[b]), &samples[a], &samples[b]))
        .collect()
}

fn compare(classes: (&'static str, &'static str), a: &[u32], b: &[u32]) -> Comparison {
    let mut both: Vec<u32> = a.iter().chain(b).copied().collect();
    both.sort_unstable();
    let (mut t, mut among) = (0.0f64, 1.0);
    for part in [1.0, 0.999, 0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5] {
        let place = (both.len() as f64 * part) as usize;
        let below = both.get(place).copied().unwrap_or(u32::MAX);
        let here = welch(a.iter().filter(|x| **x <= below), b.iter().filter(|x| **x <= below));
        if t.abs() < here.abs() {
            (t, among) = (here, part);
        }
    }
    let middle = |samples: &[u32]| median(&sorted(samples.iter().map(|x| f64::from(*x))));
    Comparison {
        classes,
        samples: a.len().min(b.len()),
        t,
        among,
        median_difference_ns: middle(a) - middle(b),
    }
}

/// Welch's t of two sets; 0 when there is nothing to compare.
fn welch<'a>(a: impl Iterator<Item = &'a u32>, b: impl Iterator<Item = &'a u32>) -> f64 {
    let (a, b) = (Moments::of(a), Moments::of(b));
    let deviation = (a.variance() / a.count + b.variance() / b.count).sqrt();
    let t = (a.mean - b.mean) / deviation;
    if t.is_finite() { t } else { 0.0 }
}

/// Mean and spread, summed up in one pass (Welford).
#[derive(Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn of<'a>(values: impl Iterator<Item = &'a u32>) -> Self {
        let mut sums = Self::default();
        for value in values {
            sums.count += 1.0;
            let apart = f64::from(*value) - sums.mean;
            sums.mean += apart / sums.count;
            sums.squares += apart * (f64::from(*value) - sums.mean);
        }
        sums
    }

    fn variance(&self) -> f64 {
        self.squares / (self.count - 1.0)
    }
}

impl TimingReport {
    /// Whether no two classes were told apart.
    pub fn is_even(&self) -> bool {
        self.core.iter().chain(&self.loopback).all(|comparison| comparison.t.abs() < T_FOUND)
    }
}

impl fmt::Display for TimingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} pairs and {} ended ones", self.pairs, ended_pairs(self.pairs))?;
        writeln!(f, "where       classes                          samples        t   among   medians apart")?;
        for (place, comparisons) in [("in process", &self.core), ("loopback", &self.loopback)] {
            for Comparison { classes: (a, b), samples, t, among, median_difference_ns } in comparisons {
                let (classes, percent) = (format!("{a}, {b}"), among * 100.0);
                writeln!(
                    f,
                    "{place:<11} {classes:<28} {samples:>11} {t:>8.2} {percent:>5.1} %  {median_difference_ns:>9.0} ns"
                )?;
            }
        }
        match self.is_even() {
            true => write!(f, "nothing was found: every |t| is below {T_FOUND}"),
            false => write!(
                f,
                "a |t| of {T_FOUND} or more says that two classes differ; the medians say by how much"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use verify::Reason;

    use super::*;

    fn drawn(mean: u32, seed: u64) -> Vec<u32> {
        let mut rng = domain::seeded(seed);
        (0..20_000).map(|_| mean + (rng.next_u64() % 200) as u32).collect()
    }

    #[test]
    fn classes_of_one_kind_are_not_told_apart() {
        let comparison = compare(("a", "b"), &drawn(1_000, 1), &drawn(1_000, 0xD134_2543_DE82_EF95));
        assert!(comparison.t.abs() < T_FOUND, "{comparison:?}");
    }

    #[test]
    fn a_small_difference_is_found() {
        let comparison = compare(("a", "b"), &drawn(1_000, 1), &drawn(1_005, 0xD134_2543_DE82_EF95));
        assert!(comparison.t < -T_FOUND, "{comparison:?}");
        assert!((-9.0..-1.0).contains(&comparison.median_difference_ns), "{comparison:?}");
    }

    #[test]
    fn a_difference_under_a_long_tail_is_found_among_the_quick_ones() {
        let tailed = |mean, seed| {
            let mut all = drawn(mean, seed);
            all.iter_mut().step_by(50).for_each(|slow| *slow = *slow * 7_919 % 10_000_000);
            all
        };
        let comparison = compare(("a", "b"), &tailed(1_000, 1), &tailed(1_005, 0xD134_2543_DE82_EF95));
        assert!(comparison.t < -T_FOUND && comparison.among < 1.0, "{comparison:?}");
    }

    #[test]
    fn the_three_classes_are_refused_for_three_reasons() {
        let index = prepared(16);
        let reasons = [0, 1, 2].map(|class| {
            let text = headers(class, 16).swap_remove(5);
            let credentials = Credentials::from_basic(text.as_bytes()).expect("well formed");
            let now = Timestamp::from_millis(2);
            match index.verify(&credentials, &Ask::default(), now, Uptime::default()) {
                Verdict::Refused { reason, .. } => Reason::CODES[reason.index()],
                other => unreachable!("{other:?}"),
            }
        });
        assert_eq!(reasons, ["unknown_key", "wrong_secret", "ended"]);
    }
}
