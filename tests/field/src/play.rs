//! Plays a schedule on a fleet, under load and changes, and judges what everybody was told.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::api::text;
use crate::database::Commits;
use crate::fleet::{Fleet, Settings, line};
use crate::history::{Ending, History, Said};
use crate::judge::{self, InDatabase, Violation};
use crate::load::{Load, Wrong};
use crate::moments::{self, Moment, SECOND};
use crate::network::{Host, Network};
use crate::operators::{Operator, Shared};
use crate::schedule::{Event, Schedule, Trouble};

/// How long a node of a schedule vouches: short, so that spans run out while it is played.
const LEASE: &str = "2s";
const SERVE_STALE: &str = "4s";
/// How often the fleet is looked after.
const TENDED_EVERY: Duration = Duration::from_millis(20);
/// How long a node may need to hear of everything when nothing is in its way.
const AGREE_WITHIN: Moment = 20 * SECOND;
/// How long the standby hears nothing before a failover that is to lose something.
const DEAF: Moment = SECOND;

/// How a schedule is played.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Verifications a second, in all.
    pub rate: u64,
    /// What is wrong on purpose.
    pub wrong: Option<Wrong>,
    /// Whether each trouble is told when it begins and ends.
    pub is_told: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Promises that were broken.
    pub violations: Vec<Violation>,
    /// Acknowledged changes that the database has lost, where that is allowed; as sentences.
    pub losses: Vec<String>,
    /// Verifications: granted, refused, silent, without an answer.
    pub asked: [usize; 4],
    /// Changes that were asked for.
    pub commands: u64,
    /// Pairs that have ended.
    pub ended: usize,
    /// How long it took until everybody was ready again.
    pub ready_after: Moment,
    /// The ends of all logs, if something was broken.
    pub logs: String,
}

/// Plays a schedule in a folder of its own.
pub fn play(
    folder: &Path,
    network: Network,
    schedule: &Schedule,
    manner: Manner,
) -> io::Result<(Outcome, Network)> {
    let settings = Settings {
        lease: LEASE.to_owned(),
        serve_stale: SERVE_STALE.to_owned(),
        // What is lost on purpose must be possible, and is judged as if it were not.
        commits: if manner.wrong == Some(Wrong::Loss) { Commits::Asynchronous } else { schedule.commits },
        is_durable: false,
    };
    let mut fleet = Fleet::make(folder, network, &settings)?;
    let shared = Shared::default();
    let operators = Operator::several(&fleet.api, &fleet.account, schedule.seed, &Host::CONTROLS, &shared);
    let load = Load::begin(&Host::GATEWAYS, manner.rate, schedule.seed, &shared.deck, manner.wrong);
    let working: Vec<_> = operators.into_iter().map(Operator::work).collect();

    troubles(&mut fleet, schedule, manner)?;
    shared.quiet.store(true, Ordering::SeqCst);
    let over = moments::now();
    let mut violations = Vec::new();
    if let Err(error) = fleet.sees("every node is ready again", Fleet::is_ready) {
        violations.push(Violation { promise: "every_node_comes_back", what: error.to_string() });
    }
    let ready_after = moments::now() - over;
    let commands =
        working.into_iter().map(|operator| operator.join().expect("an operator does not panic")).sum();
    let history = shared.history.lock().clone();
    let (lost, losses) = compared(&mut fleet, &history)?;
    violations.extend(disagreements(&mut fleet, &history, &shared, &lost)?);
    let asked = load.stop();

    violations.extend(judge::of_answers(&history, &asked, judge::READING, &lost));
    let losses = match schedule.commits {
        Commits::Asynchronous => {
            if !losses.is_empty() && !is_reported(&fleet) {
                let what = format!("{} acknowledged changes were lost, and no node says so", losses.len());
                violations.push(Violation { promise: "every_loss_is_reported", what });
            }
            // Until somebody notices, what was lost is not known, or not as it was told: a change of it is refused.
            let is_of_lost =
                |what: &str| !losses.is_empty() && [": 404 ", ": 409 "].iter().any(|it| what.contains(it));
            violations.retain(|one| one.promise != "every_change_is_answered" || !is_of_lost(&one.what));
            losses
        }
        Commits::Synchronous => {
            if history.is_quarantined {
                let what = "changes are refused until a person has decided".to_owned();
                violations.push(Violation { promise: "every_change_is_answered", what });
            }
            let promise = "an_acknowledged_change_is_there";
            violations.extend(losses.into_iter().map(|what| Violation { promise, what }));
            Vec::new()
        }
    };
    let count = |wanted: Said| asked.iter().filter(|one| one.said == wanted).count();
    let outcome = Outcome {
        logs: if violations.is_empty() { String::new() } else { fleet.logs() },
        violations,
        losses,
        asked: [Said::Granted, Said::Refused, Said::Silent, Said::Nothing].map(count),
        commands,
        ended: history.pairs.iter().filter(|pair| matches!(pair.ending, Ending::Told(_))).count(),
        ready_after,
    };
    let Fleet { network, .. } = fleet;
    Ok((outcome, network))
}

/// Makes and ends every trouble in its time. In the end all is well.
fn troubles(fleet: &mut Fleet, schedule: &Schedule, manner: Manner) -> io::Result<()> {
    let mut moments_of: Vec<(Moment, bool, Trouble)> = Vec::new();
    for Event { from, to, trouble } in &schedule.events {
        moments_of.push((*from, true, *trouble));
        moments_of.push((*to, false, *trouble));
        if manner.wrong == Some(Wrong::Loss) && *trouble == Trouble::FailOver {
            moments_of.push((from - DEAF, true, Trouble::Apart(Host::Primary, Host::Standby)));
        }
    }
    moments_of.sort_by_key(|(at, begins, _)| (*at, *begins));
    let begun = moments::now();
    let until = |fleet: &mut Fleet, at: Moment| -> io::Result<()> {
        while moments::now() < begun + at {
            fleet.tend()?;
            std::thread::sleep(TENDED_EVERY);
        }
        Ok(())
    };
    for (at, begins, trouble) in moments_of {
        until(fleet, at)?;
        if manner.is_told {
            let verb = if begins { "begins" } else { "ends" };
            eprintln!("{:>7}  {trouble}: {verb}", moments::shown(moments::now() - begun));
        }
        if begins { begin(fleet, trouble)? } else { end(fleet, trouble)? }
    }
    until(fleet, schedule.length)?;
    fleet.network.mend_all()
}

fn others(host: Host) -> impl Iterator<Item = Host> {
    Host::ALL.into_iter().filter(move |other| *other != host)
}

fn begin(fleet: &mut Fleet, trouble: Trouble) -> io::Result<()> {
    match trouble {
        Trouble::OneWay(from, to) => fleet.network.cut(from, to),
        Trouble::Apart(one, other) => {
            fleet.network.cut(one, other)?;
            fleet.network.cut(other, one)
        }
        Trouble::Alone(host) => others(host).try_for_each(|other| {
            fleet.network.cut(host, other)?;
            fleet.network.cut(other, host)
        }),
        Trouble::Killed(host) => fleet.node(host).kill(),
        Trouble::Restarted(host) => fleet.node(host).ask_to_restart(),
        Trouble::Frozen(host) => fleet.node(host).freeze(),
        Trouble::Clock(host, seconds) => fleet.node(host).set_clock(seconds),
        Trouble::DatabaseCrashes => fleet.database.crash(),
        Trouble::DatabaseFrozen => fleet.database.freeze(),
        Trouble::FailOver => fleet.database.fail_over(),
    }
}

fn end(fleet: &mut Fleet, trouble: Trouble) -> io::Result<()> {
    match trouble {
        Trouble::OneWay(from, to) => fleet.network.mend(from, to),
        Trouble::Apart(one, other) => {
            fleet.network.mend(one, other)?;
            fleet.network.mend(other, one)
        }
        Trouble::Alone(host) => others(host).try_for_each(|other| {
            fleet.network.mend(host, other)?;
            fleet.network.mend(other, host)
        }),
        Trouble::Killed(host) => fleet.node(host).start(),
        Trouble::Frozen(host) => fleet.node(host).thaw(),
        Trouble::DatabaseCrashes => {
            fleet.database.restart();
            Ok(())
        }
        Trouble::DatabaseFrozen => fleet.database.thaw(),
        // A wall clock stays as it was set, and who has taken over stays the primary.
        Trouble::Restarted(_) | Trouble::Clock(..) | Trouble::FailOver => Ok(()),
    }
}

/// Which pairs the database does not have as somebody was told, and how so.
fn compared(fleet: &mut Fleet, history: &History) -> io::Result<(BTreeSet<usize>, Vec<String>)> {
    let (mut lost, mut losses) = (BTreeSet::new(), Vec::new());
    for (number, pair) in history.pairs.iter().enumerate() {
        let path = format!("/pairs/{}", pair.key_id);
        let mut told = None;
        fleet.sees("the management API tells what a pair is", |fleet| {
            let answer = fleet.api.reads(Host::One, &path);
            told = answer.filter(|answer| [200, 404].contains(&answer.status));
            told.is_some()
        })?;
        let told = told.expect("it was just seen");
        let state = match (told.status, told.body["state"].as_str()) {
            (404, _) => InDatabase::Missing,
            (_, Some("ended")) => InDatabase::Ended,
            _ => {
                let until = text(&told.body, "deactivates_at");
                InDatabase::Works { until: (!until.is_empty()).then_some(until) }
            }
        };
        if let Some(what) = judge::an_acknowledged_change_is_there(pair, &state) {
            lost.insert(number);
            losses.push(format!("{} {what}", pair.key_id));
        }
    }
    Ok((lost, losses))
}

/// Whether any node says that the database lacks what it has seen of it.
fn is_reported(fleet: &Fleet) -> bool {
    let says = |host| {
        let metrics = fleet.api.ops(host, "/metrics").unwrap_or_default();
        metrics.lines().any(|line| line.starts_with("keystead_history_lost") && !line.ends_with(" 0"))
    };
    Host::NODES.into_iter().any(says)
}

/// When all is quiet, every node says the same, and it is what people were told. One that has just been reached again may need
/// a moment.
fn disagreements(
    fleet: &mut Fleet,
    history: &History,
    shared: &Shared,
    lost: &BTreeSet<usize>,
) -> io::Result<Vec<Violation>> {
    let mut found = Vec::new();
    for host in Host::GATEWAYS {
        let mut line = line(host);
        for (number, pair) in history.pairs.iter().enumerate().filter(|(number, _)| !lost.contains(number)) {
            let expected = match pair.ending {
                Ending::None => Said::Granted,
                Ending::Told(_) => Said::Refused,
                Ending::Doubtful(_) => continue,
            };
            let Some(basic) = shared.deck.read().presents(number) else { continue };
            let mut said = line.asks(&basic);
            let asked = moments::now();
            while said != expected && moments::now() < asked + AGREE_WITHIN {
                fleet.tend()?;
                std::thread::sleep(TENDED_EVERY);
                said = line.asks(&basic);
            }
            if said != expected {
                let what = format!("{} says {said:?} about {}, not {expected:?}", host.name(), pair.key_id);
                found.push(Violation { promise: "all_agree_when_it_is_quiet", what });
                break;
            }
        }
    }
    Ok(found)
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [granted, refused, silent, nothing] = self.asked;
        write!(
            f,
            "{granted} granted, {refused} refused, {silent} times 503, {nothing} without an answer; {} changes, {} ended; \
             ready again after {}",
            self.commands,
            self.ended,
            moments::shown(self.ready_after)
        )
    }
}
