//! How long a deactivation takes to be refused everywhere, and whether any is accepted later than was promised.
//!
//! From: the moment of the commit as PostgreSQL wrote it down (`track_commit_timestamp`), which is before the commit was on the disk
//! and at the standby, and so before anybody could see it. To: the moment the first refusal was *there*, on the node that refused
//! last. Between two questions about a pair some milliseconds pass, and they are part of the figure.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::database::Commits;
use crate::fleet::{Fleet, Settings, line};
use crate::history::{Asked, Ending, Presented, Said};
use crate::judge::{self, Violation};
use crate::load::Load;
use crate::moments::{self, MILLISECOND, Moment, SECOND};
use crate::network::{Host, Network};
use crate::operators::{Operator, Shared};

/// Long enough that every node has been asked about a pair before it ends.
const WATCHED_FOR: Duration = Duration::from_millis(25);
/// How long a deactivation waits for everybody, in milliseconds.
const WITHIN_MS: u64 = 5_000;
/// Operators at once where one node is asked.
const AT_ONCE: u64 = 4;
/// What the product does by itself.
const LEASE: &str = "10s";
const SERVE_STALE: &str = "5min";

/// What came of it.
#[derive(Debug)]
pub struct Figures {
    nodes: usize,
    deactivations: usize,
    asked: usize,
    rate: f64,
    late: usize,
    /// The same if the database's time could be read without any error.
    late_to_the_letter: usize,
    /// From the commit to the refusal on the last node, in order; on one node: from the answer to the question that followed it.
    spans: Vec<Moment>,
    /// Everything that must never happen, and did.
    pub violations: Vec<Violation>,
}

/// On three nodes.
pub fn on_three(folder: &Path, network: Network, count: usize, rate: u64) -> io::Result<Figures> {
    let settings = Settings {
        lease: LEASE.to_owned(),
        serve_stale: SERVE_STALE.to_owned(),
        commits: Commits::Synchronous,
        is_durable: true,
    };
    let mut fleet = Fleet::make(folder, network, &settings)?;
    let shared = Shared::default();
    let mut operator = Operator::new(&fleet.api, &fleet.account, 0, 0, &[Host::One], &shared);
    for _ in 0..count {
        operator.generates().ok_or_else(|| io::Error::other("a key cannot be generated"))?;
    }
    let last = shared.deck.read().presents(count - 1).unwrap_or_default();
    for host in Host::GATEWAYS {
        let mut line = line(host);
        fleet.sees("every node knows every pair", |_| line.asks(&last) == Said::Granted)?;
    }
    let load = Load::begin(&Host::GATEWAYS, rate, 0, &shared.deck, None);
    let begun = moments::now();
    let mut ended = Vec::new();
    for number in 0..count {
        shared.deck.write().watches(number);
        std::thread::sleep(WATCHED_FOR);
        ended.extend(operator.deactivates_first(WITHIN_MS));
        let is_refused = |_: &mut Fleet| shared.deck.read().is_refused_by(&Host::GATEWAYS);
        fleet.sees("every node refuses the pair", is_refused)?;
    }
    let lasted = moments::now() - begun;
    let asked = load.stop();
    let committed = commits(&fleet);
    if committed.len() != ended.len() {
        let what = format!("{} deactivations, {} commits of one", ended.len(), committed.len());
        return Err(io::Error::other(what));
    }
    let firsts = first_refusals(&asked, count);
    let mut spans: Vec<Moment> = ended
        .iter()
        .zip(committed)
        .filter_map(|(pair, committed)| Some(firsts[*pair].iter().copied().max()? - committed))
        .collect();
    spans.sort_unstable();
    Ok(figures(&shared, asked, spans, Host::GATEWAYS.len(), lasted))
}

/// On one node with the embedded database: after each answer the same node is asked at once.
pub fn on_one(folder: &Path, count: usize, rate: u64) -> io::Result<Figures> {
    let settings = Settings {
        lease: LEASE.to_owned(),
        serve_stale: SERVE_STALE.to_owned(),
        commits: Commits::Synchronous,
        is_durable: true,
    };
    let (process, api, account) = Fleet::single(folder, &settings)?;
    let shared = Shared::default();
    let load = Load::begin(&[Host::One], rate, 0, &shared.deck, None);
    let begun = moments::now();
    let share = count / AT_ONCE as usize;
    let working: Vec<_> = (0..AT_ONCE)
        .map(|number| {
            let operator = Operator::new(&api, &account, number, 0, &[Host::One], &shared);
            let shared = shared.clone();
            std::thread::spawn(move || ends(operator, &shared, share))
        })
        .collect();
    let own = working.into_iter().map(|one| one.join().expect("an operator does not panic"));
    let mut own: Vec<Asked> = own.flatten().collect();
    let lasted = moments::now() - begun;
    drop(process);
    let history = shared.history.lock();
    let mut spans: Vec<Moment> = own
        .iter()
        .filter_map(|asked| match &history.pairs[asked.pair].ending {
            Ending::Told(ended) if ended.told < asked.at => Some(asked.at - ended.told),
            _ => None,
        })
        .collect();
    drop(history);
    spans.sort_unstable();
    own.extend(load.stop());
    Ok(figures(&shared, own, spans, 1, lasted))
}

/// Generates a pair, asks, ends it, and asks again, many times; what was asked.
fn ends(mut operator: Operator, shared: &Shared, count: usize) -> Vec<Asked> {
    let mut line = line(Host::One);
    let mut asked = Vec::new();
    for _ in 0..count {
        let Some(pair) = operator.generates() else { continue };
        let Some(basic) = shared.deck.read().presents(pair) else { continue };
        let mut ask = || {
            let at = moments::now();
            let said = line.asks(&basic);
            let (node, presented) = (Host::One.number(), Presented::Right);
            asked.push(Asked { at, answered: moments::now(), node, pair, presented, said });
        };
        ask();
        operator.deactivates_first(WITHIN_MS);
        ask();
    }
    asked
}

/// When deactivations were committed, in their order.
fn commits(fleet: &Fleet) -> Vec<Moment> {
    let told = fleet.database.sql(
        "SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint
           FROM audit
          WHERE action = 'key.deactivated'
          ORDER BY sequence",
    );
    told.lines().filter_map(|line| line.parse().ok()).map(moments::of_wall).collect()
}

/// For each pair, the moment the first refusal was there on each node that refused it.
fn first_refusals(asked: &[Asked], pairs: usize) -> Vec<Vec<Moment>> {
    let mut firsts = vec![vec![Moment::MAX; Host::GATEWAYS.len()]; pairs];
    for one in asked.iter().filter(|one| one.said == Said::Refused && one.presented == Presented::Right) {
        let first = &mut firsts[one.pair][one.node];
        *first = one.answered.min(*first);
    }
    for first in &mut firsts {
        first.retain(|moment| *moment != Moment::MAX);
    }
    firsts
}

fn figures(shared: &Shared, asked: Vec<Asked>, spans: Vec<Moment>, nodes: usize, lasted: Moment) -> Figures {
    let history = shared.history.lock();
    // One node alone reads its own clock.
    let reading = if nodes == 1 { 0 } else { judge::READING };
    let violations = judge::of_answers(&history, &asked, reading, &BTreeSet::new());
    let to_the_letter = judge::of_answers(&history, &asked, 0, &BTreeSet::new());
    Figures {
        nodes,
        deactivations: history.pairs.iter().filter(|pair| matches!(pair.ending, Ending::Told(_))).count(),
        asked: asked.len(),
        rate: asked.len() as f64 * SECOND as f64 / lasted as f64,
        late: late(&violations),
        late_to_the_letter: late(&to_the_letter),
        spans,
        violations,
    }
}

fn late(violations: &[Violation]) -> usize {
    let late = ["nobody_accepts_after_the_receipt", "ended_where_it_was_answered"];
    violations.iter().filter(|violation| late.contains(&violation.promise)).count()
}

impl Figures {
    /// Prints them as a table.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let at = |part: f64| {
            let last = self.spans.len().saturating_sub(1);
            let index = (part * last as f64).ceil() as usize;
            self.spans.get(index).map_or("none".to_owned(), |span| milliseconds(*span))
        };
        let what = if self.nodes == 1 {
            "from the answer to the next question, which was refused"
        } else {
            "from commit to refusal on the last node"
        };
        writeln!(
            out,
            "| nodes | deactivations | verifications | a second | accepted later than promised | to the letter |"
        )?;
        writeln!(out, "|---|---|---|---|---|---|")?;
        let Self { nodes, deactivations, asked, rate, late, late_to_the_letter, .. } = self;
        writeln!(
            out,
            "| {nodes} | {deactivations} | {asked} | {rate:.0} | {late} | {late_to_the_letter} |\n"
        )?;
        writeln!(out, "| {what} | seen | p50 | p99 | p99.9 | longest |")?;
        writeln!(out, "|---|---|---|---|---|---|")?;
        let seen = self.spans.len();
        writeln!(out, "| | {seen} | {} | {} | {} | {} |", at(0.5), at(0.99), at(0.999), at(1.0))
    }
}

fn milliseconds(span: Moment) -> String {
    format!("{:.1} ms", span as f64 / MILLISECOND as f64)
}
