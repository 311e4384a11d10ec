//! A race: servers are asked in turns by one generator, and compared with the first of them.
//!
//! Only ratios travel between machines, and neighbours on a machine come and go: so each round asks everybody once, a
//! ratio is taken within a round, and what is told is the median of all rounds with the smallest and the largest.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use serde::Serialize;

use super::load::Load;
use super::watch::{cores, pin, spent};
use super::{CONNECTIONS, LOAD_BUSY, median, sorted};
use crate::clock::{Clock, SystemClock};

/// A server with what it is asked.
pub(super) struct Rival<'a> {
    pub(super) name: String,
    pub(super) address: SocketAddr,
    /// Every process whose time an answer takes.
    pub(super) processes: Vec<u32>,
    pub(super) requests: &'a [Vec<u8>],
    /// The status of every answer.
    pub(super) status: &'static [u8],
}

/// How long to ask.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// Seconds of each turn.
    pub seconds: u64,
    /// Turns of each server.
    pub rounds: usize,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct RaceReport {
    /// What was measured, in words.
    pub title: String,
    /// The first is the one that the others are compared with.
    pub rows: Vec<Row>,
    /// What should be known about the figures.
    pub remarks: Vec<String>,
}

/// One server.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its turns, in the order in which they were measured.
    pub turns: Vec<Turn>,
    /// Its rate divided by the first one's in the same round: median, smallest, largest.
    pub ratio: (f64, f64, f64),
    /// The first one's CPU time for an answer divided by its own: what the ratio would be if nothing but the servers were
    /// slow.
    pub cpu_ratio: f64,
}

/// One turn of one server.
#[derive(Clone, Debug, Serialize)]
pub struct Turn {
    /// Answers a second.
    pub rate: f64,
    /// CPU time of each process for each answer, in microseconds.
    pub cpu_us: Vec<f64>,
    /// The part of its core that the generator used.
    pub load_share: f64,
}

impl Turn {
    fn cpu(&self) -> f64 {
        self.cpu_us.iter().sum()
    }
}

/// Runs a race. There must be a rival and a round.
pub(super) fn race(
    title: String,
    rivals: &[Rival<'_>],
    turns: Turns,
    talk: &mut dyn FnMut(&str),
) -> io::Result<RaceReport> {
    if cores() < 2 {
        return Err(io::Error::other(
            "measuring needs two cores: one for the servers, one for the generator",
        ));
    }
    pin(cores() - 1)?;
    talk("Warming up");
    for rival in rivals {
        turn(rival, 500)?;
    }
    let mut all: Vec<Vec<Turn>> = rivals.iter().map(|_| Vec::with_capacity(turns.rounds)).collect();
    for number in 1..=turns.rounds.max(1) {
        for (rival, turns_so_far) in rivals.iter().zip(&mut all) {
            turns_so_far.push(turn(rival, i64::try_from(turns.seconds.max(1) * 1_000).unwrap_or(i64::MAX))?);
        }
        let rates = all.iter().map(|of| of.last().map_or(0.0, |turn| turn.rate));
        let rates: Vec<String> = rates.map(|rate| format!("{rate:.0}")).collect();
        talk(&format!("Round {number} of {}: {}", turns.rounds.max(1), rates.join(", ")));
    }
    Ok(RaceReport::of(title, rivals.iter().map(|rival| rival.name.clone()).zip(all).collect()))
}

fn turn(rival: &Rival<'_>, milliseconds: i64) -> io::Result<Turn> {
    let mut load = Load::new(rival.address, CONNECTIONS, rival.requests, rival.status)?;
    let spent_by_all =
        || rival.processes.iter().map(|process| spent(*process)).collect::<io::Result<Vec<_>>>();
    let clock = SystemClock;
    let (before, mine, start) = (spent_by_all()?, clock.thread_nanoseconds(), clock.nanoseconds());
    let end = clock.uptime().as_millis() + milliseconds;
    let mut answers = 0u64;
    while clock.uptime().as_millis() < end {
        answers += load.go(500)?;
    }
    let took = (clock.nanoseconds() - start) as f64 / 1e9;
    let mine = (clock.thread_nanoseconds() - mine) as f64 / 1e9;
    let after = spent_by_all()?;
    let each = |(after, before): (std::time::Duration, std::time::Duration)| {
        after.saturating_sub(before).as_secs_f64() * 1e6 / answers as f64
    };
    Ok(Turn {
        rate: answers as f64 / took,
        cpu_us: after.into_iter().zip(before).map(each).collect(),
        load_share: mine / took,
    })
}

impl RaceReport {
    fn of(title: String, all: Vec<(String, Vec<Turn>)>) -> Self {
        let first = all.first().map(|(_, turns)| turns.clone()).unwrap_or_default();
        let rows: Vec<Row> = all
            .into_iter()
            .map(|(name, turns)| {
                let pairs = || turns.iter().zip(&first);
                let ratios = sorted(pairs().map(|(turn, first)| turn.rate / first.rate));
                let cpu = sorted(pairs().map(|(turn, first)| first.cpu() / turn.cpu()));
                let ends = (ratios.first().copied(), ratios.last().copied());
                let ratio = (median(&ratios), ends.0.unwrap_or(f64::NAN), ends.1.unwrap_or(f64::NAN));
                Row { name, ratio, cpu_ratio: median(&cpu), turns }
            })
            .collect();
        let remarks = rows.iter().filter_map(Row::remark).collect();
        Self { title, rows, remarks }
    }

    /// What of each row's CPU time is the last process's, the one that is asked.
    pub(super) fn asked_us(&self) -> String {
        let asked = self.rows.iter().map(|row| {
            let of_asked = row.middle(|turn| turn.cpu_us.last().copied().unwrap_or(f64::NAN));
            format!("{} {of_asked:.2} µs", row.name)
        });
        format!("CPU time of the one that is asked: {}", asked.collect::<Vec<_>>().join(", "))
    }

    /// Something else that should be known.
    pub(super) fn remark(mut self, remark: String) -> Self {
        self.remarks.insert(0, remark);
        self
    }
}

impl Row {
    fn middle(&self, of: impl Fn(&Turn) -> f64) -> f64 {
        median(&sorted(self.turns.iter().map(of)))
    }

    /// Why its rate is not to be believed, if it is not.
    fn remark(&self) -> Option<String> {
        let (load, server) =
            (self.middle(|turn| turn.load_share), self.middle(|turn| turn.rate * turn.cpu() / 1e6));
        if LOAD_BUSY < load {
            let percent = load * 100.0;
            return Some(format!(
                "{}: the generator was busy {percent:.0} % of its core and may have been the slower side; look at the CPU time",
                self.name
            ));
        }
        (server < super::CORE_SHARE_MIN).then(|| {
            let percent = server * 100.0;
            format!(
                "{}: only {percent:.0} % of a core; something else was running, or it waits. Only the CPU time counts",
                self.name
            )
        })
    }
}

impl fmt::Display for RaceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(6);
        let against = self.rows.first().map_or("", |row| row.name.as_str());
        writeln!(f, "{}", self.title)?;
        writeln!(f, "{:<width$}   answers/s   CPU µs   generator   ÷ {against}, by CPU time", "server")?;
        for (place, row) in self.rows.iter().enumerate() {
            let (rate, cpu) = (row.middle(|turn| turn.rate), row.middle(Turn::cpu));
            let load = row.middle(|turn| turn.load_share) * 100.0;
            write!(f, "{:<width$}   {rate:>9.0}   {cpu:>6.2}   {load:>7.0} %", row.name)?;
            if 0 < place {
                let (middle, low, high) = row.ratio;
                write!(f, "   {middle:.2} (from {low:.2} to {high:.2}), {:.2}", row.cpu_ratio)?;
            }
            writeln!(f)?;
        }
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(rates: &[f64], cpu_us: &[f64], load_share: f64) -> Vec<Turn> {
        rates.iter().map(|rate| Turn { rate: *rate, cpu_us: cpu_us.to_vec(), load_share }).collect()
    }

    #[test]
    fn a_report_compares_within_rounds_and_tells_the_spread() {
        let report = RaceReport::of(
            "one core".to_owned(),
            vec![
                ("nginx return 204".to_owned(), turns(&[200_000.0, 100_000.0, 210_000.0], &[5.0], 0.6)),
                ("keystead, granted".to_owned(), turns(&[180_000.0, 95_000.0, 210_000.0], &[4.0, 1.0], 0.97)),
            ],
        )
        .remark("1000 pairs".to_owned());
        insta::assert_snapshot!(report, @r"
        one core
        server              answers/s   CPU µs   generator   ÷ nginx return 204, by CPU time
        nginx return 204       200000     5.00        60 %
        keystead, granted      180000     5.00        97 %   0.95 (from 0.90 to 1.00), 1.00
        1000 pairs
        keystead, granted: the generator was busy 97 % of its core and may have been the slower side; look at the CPU time
        ");
    }

    #[test]
    fn a_report_says_when_a_server_did_not_have_its_core() {
        let report =
            RaceReport::of("".to_owned(), vec![("nginx".to_owned(), turns(&[100_000.0], &[5.0], 0.4))]);
        assert_eq!(
            report.remarks,
            ["nginx: only 50 % of a core; something else was running, or it waits. Only the CPU time counts"]
        );
    }
}
