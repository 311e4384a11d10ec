//! The database is away: nodes go on answering for as long as they may vouch, then say 503, never a false 401, and come back by
//! themselves.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use crate::database::Commits;
use crate::fleet::{Fleet, Settings, line};
use crate::history::{Asked, Presented, Said};
use crate::judge::{self, Violation};
use crate::load::Load;
use crate::moments::{self, Moment, SECOND};
use crate::network::{Host, Network};
use crate::operators::{Operator, Shared};

/// Pairs that gateways ask about.
const PAIRS: usize = 50;
/// A node reads the feed several times a second; its last read before the end is no older than this.
const READ_BEFORE: Moment = SECOND;

/// What is asked of the fleet.
#[derive(Clone, Debug)]
pub struct Absence {
    /// How long the database is away.
    pub lasts: Moment,
    /// `lease`, as the configuration has it.
    pub lease: String,
    /// `serve_stale`, likewise.
    pub serve_stale: String,
    /// Verifications a second, in all.
    pub rate: u64,
}

/// What came of it, for each node.
#[derive(Debug)]
pub struct Figures {
    nodes: Vec<Node>,
    /// Everything that must never happen, and did.
    pub violations: Vec<Violation>,
}

#[derive(Debug)]
struct Node {
    name: &'static str,
    granted_while_away: usize,
    last_granted: Option<Moment>,
    first_503: Option<Moment>,
    refused: usize,
    back_after: Moment,
    restarts: u32,
}

/// Stops the database for a while under load.
pub fn measure(folder: &Path, network: Network, absence: &Absence) -> io::Result<Figures> {
    let span = |text: &str| moments::span(text).map_err(io::Error::other);
    let span = span(&absence.lease)? + span(&absence.serve_stale)?;
    let settings = Settings {
        lease: absence.lease.clone(),
        serve_stale: absence.serve_stale.clone(),
        commits: Commits::Synchronous,
        is_durable: false,
    };
    let mut fleet = Fleet::make(folder, network, &settings)?;
    let shared = Shared::default();
    let mut operator = Operator::new(&fleet.api, &fleet.account, 0, 0, &[Host::One], &shared);
    for _ in 0..PAIRS {
        operator.generates().ok_or_else(|| io::Error::other("a key cannot be generated"))?;
    }
    all_grant(&mut fleet, &shared)?;
    let starts = |fleet: &mut Fleet, host| fleet.node(host).starts;
    let before = Host::GATEWAYS.map(|host| starts(&mut fleet, host));
    let load = Load::begin(&Host::GATEWAYS, absence.rate, 0, &shared.deck, None);

    fleet.database.stop_all();
    let stopped = moments::now();
    while moments::now() < stopped + absence.lasts {
        fleet.tend()?;
        std::thread::sleep(super::LOOK_EVERY);
    }
    let restarted = moments::now();
    fleet.database.start_all();
    all_grant(&mut fleet, &shared)?;
    let asked = load.stop();

    let history = shared.history.lock().clone();
    let mut violations = judge::of_answers(&history, &asked, judge::READING, &BTreeSet::new());
    let mut nodes = Vec::new();
    for (host, before) in Host::GATEWAYS.into_iter().zip(before) {
        let restarts = starts(&mut fleet, host) - before;
        let own = asked.iter().filter(|one| one.node == host.number() && one.presented == Presented::Right);
        let own: Vec<&Asked> = own.collect();
        violations.extend(wrong(host, &own, stopped, restarted, span, restarts));
        let away = || own.iter().filter(|one| stopped < one.at && one.answered < restarted);
        let of = |said: Said| away().filter(move |one| one.said == said).map(|one| one.at - stopped);
        let back = own.iter().filter(|one| restarted < one.at && one.said == Said::Granted);
        nodes.push(Node {
            name: host.name(),
            granted_while_away: of(Said::Granted).count(),
            last_granted: of(Said::Granted).max(),
            first_503: of(Said::Silent).min(),
            refused: own.iter().filter(|one| one.said == Said::Refused).count(),
            back_after: back.map(|one| one.answered - restarted).min().unwrap_or_default(),
            restarts,
        });
    }
    Ok(Figures { nodes, violations })
}

/// What one node did wrong, of each kind the first.
fn wrong(
    host: Host,
    own: &[&Asked],
    stopped: Moment,
    restarted: Moment,
    span: Moment,
    restarts: u32,
) -> Vec<Violation> {
    let name = host.name();
    let told = |promise, what: String| Violation { promise, what };
    let early =
        own.iter().find(|one| one.answered < stopped + span - READ_BEFORE && one.said != Said::Granted);
    let early = early.map(|one| {
        let what = format!("{name} said {:?} {} after the end", one.said, moments::shown(one.at - stopped));
        told("no_error_before_the_span_is_over", what)
    });
    let late = own
        .iter()
        .find(|one| stopped + span < one.at && one.answered < restarted && one.said != Said::Silent);
    let late = late.map(|one| {
        let what = format!("{name} said {:?} {} after the end", one.said, moments::shown(one.at - stopped));
        told("silent_when_the_span_is_over", what)
    });
    let again = (0 < restarts)
        .then(|| told("it_comes_back_by_itself", format!("{name} started {restarts} times more")));
    [early, late, again].into_iter().flatten().collect()
}

/// Waits until every node grants every pair.
fn all_grant(fleet: &mut Fleet, shared: &Shared) -> io::Result<()> {
    for host in Host::GATEWAYS {
        let mut line = line(host);
        for pair in 0..PAIRS {
            let basic = shared.deck.read().presents(pair).unwrap_or_default();
            fleet.sees("every node grants every pair", |_| line.asks(&basic) == Said::Granted)?;
        }
    }
    Ok(())
}

impl Figures {
    /// Prints them as a table.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "| node | granted while away | last of them after | first 503 after | 401 | granted again after | restarts |"
        )?;
        writeln!(out, "|---|---|---|---|---|---|---|")?;
        for node in &self.nodes {
            let shown = |moment: Option<Moment>| moment.map_or("never".to_owned(), moments::shown);
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} |",
                node.name,
                node.granted_while_away,
                shown(node.last_granted),
                shown(node.first_503),
                node.refused,
                moments::shown(node.back_after),
                node.restarts,
            )?;
        }
        Ok(())
    }
}
