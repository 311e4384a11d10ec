//! Loops: the only file with timers. Each calls something that may run twice, late or not at all without making any
//! answer wrong; if one stopped for a week, pairs would still end on time and no letter would be lost.

use std::sync::atomic::Ordering;
use std::time::Duration;

use engine::{Delay, Wrapping};
use store::Driver as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::app::App;
use crate::fleet::{
    CLOCK_OFFSET_MS_MAX, Pace, Reporter, Reports, Told, ToldOfHistory, confirm, knows_server, learn_time,
};
use crate::pepper::Watch;
use crate::post::{Post, Senders, Settled};
use crate::public::told;
use crate::snapshot::SnapshotFile;

/// How often this node asks the store for changes, when nobody else writes to it. A process that writes also looks after each write.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);
/// The same when others write too, and a hint got lost.
const FOLLOW_OTHERS_EVERY: Duration = Duration::from_millis(200);
/// How often the database is asked for its time.
const TIME_EVERY_MS: i64 = 1_000;
/// How often a process says that it is there when it has nothing new to say.
const REPORT_EVERY: Duration = Duration::from_secs(3);
/// How often somebody looks whether a process lost its node.
const SHADOWS_EVERY: Duration = Duration::from_secs(5);
/// How often owed letters are looked for when nobody rings.
const LETTERS_EVERY: Duration = Duration::from_secs(1);
/// How often uses are written down.
const USAGE_EVERY: Duration = Duration::from_secs(5);
/// How often refusals are taken over from the threads that verify, which remember few of them.
const TAKE_OVER_EVERY: Duration = Duration::from_millis(250);
/// How often refusals are written down.
const REFUSALS_EVERY: Duration = Duration::from_secs(15);
/// How often letters that wait or were given up are counted, for the ops listener.
const COUNTED_EVERY: Duration = Duration::from_secs(15);
/// How often the index is written down, if it has changed: a start reads what came later from the database.
const SNAPSHOT_EVERY: Duration = Duration::from_secs(600);
/// The same where a start may have to do without the database.
const SNAPSHOT_OF_A_NODE_EVERY: Duration = Duration::from_secs(60);
/// The same while nothing may be vouched for yet.
const SNAPSHOT_AGAIN: Duration = Duration::from_secs(1);
/// A pause is at least this many times as long as the writing before it.
const SNAPSHOT_PART: u32 = 20;
/// How often what may not be kept is erased.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// How often the pepper file is looked at, and whether a newer version can be used.
const PEPPER_EVERY: Duration = Duration::from_secs(2);
/// A pause between two wrappings is at least this many times as long as the one before it.
const WRAPPING_PART: u32 = 3;

/// Starts all loops.
pub(crate) fn spawn(
    app: &App,
    senders: Senders,
    snapshot: &SnapshotFile,
    reporter: &Reporter,
    stopping: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    let seed = app.rng().next_u64();
    let mut loops = vec![tokio::spawn(follow(app.clone(), reporter.clone(), seed, stopping.clone()))];
    if !matches!(reporter.reports, Reports::Nowhere) {
        loops.push(tokio::spawn(say(app.clone(), reporter.clone(), seed.rotate_left(32), stopping.clone())));
    }
    let take_over = every(TAKE_OVER_EVERY, stopping, app, |app| async move {
        app.refusals.take_over_once();
    });
    loops.push(tokio::spawn(peppers(app.clone(), stopping.clone())));
    loops.extend([
        take_over,
        tokio::spawn(snapshots(app.clone(), snapshot.clone(), reporter.clone(), stopping.clone())),
    ]);
    if !app.config.role.writes() {
        let reporter = reporter.clone();
        loops.push(every(USAGE_EVERY, stopping, app, move |_| {
            let reporter = reporter.clone();
            async move { reporter.tell_uses().await }
        }));
    }
    if app.config.role.writes() {
        loops.extend(writing(app, senders, stopping));
    }
    loops
}

/// What only a process does that may write to the database.
fn writing(app: &App, senders: Senders, stopping: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let usage = every(USAGE_EVERY, stopping, app, |app| async move {
        report("Uses of keys could not be written", app.engine.flush_usage_once().await);
        report("The day's use of limited keys could not be written", app.engine.flush_key_days_once().await);
    });
    let forget = every(FORGET_EVERY, stopping, app, |app| async move {
        report("Old answers could not be erased", app.engine.store().forget_answers(app.now()).await);
        report("Old counts of uses could not be erased", app.engine.forget_usage_once(app.now()).await);
    });
    let refusals = every(REFUSALS_EVERY, stopping, app, |app| async move {
        let outcome = app.engine.flush_refusals_once(&app.refusals, app.now()).await;
        report("Refusals could not be written down", outcome);
    });
    let shadows = every(SHADOWS_EVERY, stopping, app, |app| async move {
        let seen = async {
            let unseen = app.engine.unseen_shadows().await?;
            if !unseen.is_empty() {
                // The moment after they were read.
                app.engine.shadows_were_seen(unseen, app.now()).await?;
            }
            Ok::<_, engine::EngineError>(())
        };
        report("Processes that lost their node could not be looked for", seen.await);
    });
    let counted = every(COUNTED_EVERY, stopping, app, |app| async move {
        match app.engine.store().letter_counts().await {
            Ok((owed, given_up)) => app.meters().letters(owed, given_up),
            outcome @ Err(_) => report("Letters could not be counted", outcome),
        }
    });
    let letters = tokio::spawn(letters(app.clone(), senders, stopping.clone()));
    let rotating = tokio::spawn(rotate(app.clone(), stopping.clone()));
    vec![usage, refusals, shadows, counted, forget, letters, rotating]
}

/// Follows the feed: polling is the truth, a hint only shortens the wait.
async fn follow(app: App, reporter: Reporter, seed: u64, mut stopping: watch::Receiver<bool>) {
    let others_write = app.config.database_url.is_some();
    let mut hints = app.engine.store().driver().hints();
    let mut pace = Pace::new(if others_write { FOLLOW_OTHERS_EVERY } else { FOLLOW_EVERY }, seed);
    let (mut asked_time_at, mut was_seated, mut was_off) = (i64::MIN, true, false);
    let mut told_of_history = ToldOfHistory::default();
    let lease_ms = i64::try_from(app.config.gateway.lease.as_millis()).unwrap_or(i64::MAX);
    app.meters().fleet.lease_ms.store(lease_ms, Ordering::Relaxed);
    loop {
        // The moment before the store is asked: what was committed by then is in the answer.
        let asked_at = app.clock.uptime();
        if TIME_EVERY_MS <= asked_at.as_millis().saturating_sub(asked_time_at) {
            asked_time_at = asked_at.as_millis();
            report("The database's time could not be read", learn_time(&app.engine, &app.fleet.clock).await);
        }
        let caught_up = match confirm(&app).await {
            Ok(true) => app.engine.catch_up(asked_at).await,
            // Told to whoever runs this program; it stops.
            Ok(false) => return,
            Err(error) => Err(error),
        };
        pace.took(caught_up.is_ok());
        let fleet = &app.meters().fleet;
        match &caught_up {
            Ok(caught_up) => {
                fleet.is_seated.store(caught_up.allowed.is_some(), Ordering::Relaxed);
                fleet.is_unseated.store(caught_up.allowed.is_none(), Ordering::Relaxed);
                let known = &reporter.known;
                let kept = match (was_seated, caught_up.allowed) {
                    // Of another history a position is none that the snapshot could be complete at.
                    (true, Some(_)) if app.engine.lost().is_some() => Ok(()),
                    (true, Some(_)) => {
                        known.read(caught_up.position, asked_at, app.fleet.clock.ahead_of_uptime())
                    }
                    (false, Some(allowed)) => known.begin(&reporter.candidate.seat(), allowed),
                    // Nobody goes on with what a process knew that is no node any more.
                    (_, None) => known.end(),
                };
                report("What a later process may go on with could not be written down", kept);
            }
            Err(_) => drop(fleet.failed_reads.fetch_add(1, Ordering::Relaxed)),
        }
        let unwritten = caught_up.as_ref().ok().and_then(|caught_up| caught_up.unwritten.clone());
        told_of_history.look(&app, unwritten).await;
        if let Some(offset_ms) = app.fleet.clock.offset_ms() {
            fleet.clock_offset_ms.store(offset_ms, Ordering::Relaxed);
            fleet.is_clock_known.store(true, Ordering::Relaxed);
            let is_off = CLOCK_OFFSET_MS_MAX < offset_ms.unsigned_abs();
            if is_off && !std::mem::replace(&mut was_off, is_off) {
                tracing::warn!(
                    offset_ms,
                    "This machine's clock is {offset_ms} ms ahead of the database's time, by which deadlines go; set it"
                );
            }
            was_off = is_off;
        }
        if let Ok(caught_up) = &caught_up
            && let is_seated = caught_up.allowed.is_some()
            && std::mem::replace(&mut was_seated, is_seated) != is_seated
        {
            match is_seated {
                true => tracing::info!("This process vouches as its node"),
                false => tracing::warn!(
                    "This process does not run as its node: not registered yet, removed from the list, or replaced by another \
                     process; it vouches for nothing"
                ),
            }
        }
        report("Changes could not be read", caught_up);
        tokio::select! {
            () = sleep(pace.wait()) => {}
            () = app.fleet.hint.notified(), if pace.hears_hints() => {}
            () = hinted(&mut hints), if pace.hears_hints() => {}
            () = told(&mut stopping) => return,
        }
    }
}

/// Writes the index down, if it has changed: seldom on the embedded database, which is there at each start; more often where a start
/// may have to do without one. However large it is, it is written for a small part of the time.
async fn snapshots(
    app: App,
    snapshot: SnapshotFile,
    reporter: Reporter,
    mut stopping: watch::Receiver<bool>,
) {
    let least = if app.config.database_url.is_some() { SNAPSHOT_OF_A_NODE_EVERY } else { SNAPSHOT_EVERY };
    loop {
        let began = app.clock.uptime();
        // Read before the position: what is in the index by then was complete at that moment, or later.
        let complete_at = app.engine.index().lease().renewed_at();
        match snapshot.write_once(app.engine.place(), app.engine.index()).await {
            Ok(Some(position)) => {
                if let Some(complete_at) = complete_at {
                    let kept = reporter.known.wrote_snapshot(position, complete_at);
                    report("What a later process may go on with could not be written down", kept);
                }
            }
            Ok(None) => {}
            outcome @ Err(_) => report("The snapshot of the index could not be written", outcome),
        }
        let took = app.clock.uptime().as_millis().saturating_sub(began.as_millis()).unsigned_abs();
        let pause = match complete_at {
            Some(_) => least.max(Duration::from_millis(took) * SNAPSHOT_PART),
            // A node that waits for its registration.
            None => SNAPSHOT_AGAIN,
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = told(&mut stopping) => return,
        }
    }
}

/// Waits for a hint that somebody changed keys. Who gets none waits for ever, beside something that does not.
async fn hinted(hints: &mut Option<watch::Receiver<i64>>) {
    let is_over = match hints {
        Some(heard) => heard.changed().await.is_err(),
        None => std::future::pending().await,
    };
    if is_over {
        *hints = None;
    }
}

/// Says how far this process is: at once when it knows something new, and now and then that it is there.
async fn say(app: App, reporter: Reporter, seed: u64, mut stopping: watch::Receiver<bool>) {
    let mut pace = Pace::new(REPORT_EVERY, seed);
    let mut positions = app.engine.positions();
    let mut is_registered = app.config.role.writes();
    let mut server = app.engine.server();
    loop {
        positions.mark_unchanged();
        let mut outcome = match is_registered {
            true => reporter.report(&app.engine, app.now()).await.map(|_| ()),
            false => Err(Told::NotIn),
        };
        if outcome == Err(Told::NotIn)
            && (!is_registered || may_return(&app, &reporter, server.as_deref()).await)
        {
            outcome = match reporter.register(&app.engine, app.now()).await {
                Told::Taken => {
                    is_registered = true;
                    server = app.engine.server();
                    // It may vouch for what it reads from now on.
                    app.fleet.hint.notify_one();
                    Ok(())
                }
                lost => Err(lost),
            };
        }
        pace.took(outcome.is_ok());
        app.meters().fleet.reports[usize::from(outcome.is_err())].fetch_add(1, Ordering::Relaxed);
        match &outcome {
            Ok(()) => {}
            Err(Told::Lost(why)) => {
                tracing::warn!(%why, "A report could not be made; receipts wait for this node until it can");
            }
            Err(Told::NotIn | Told::Taken) => {
                tracing::warn!(
                    "The fleet does not list this process: enrol its node, or give it a credential of its own"
                );
            }
        }
        tokio::select! {
            () = sleep(pace.wait()) => {}
            Ok(()) = positions.changed(), if pace.hears_hints() => {}
            () = told(&mut stopping) => return,
        }
    }
}

/// Whether a process that lost its node takes it again. `before`: the server that it registered with.
async fn may_return(app: &App, reporter: &Reporter, before: Option<&str>) -> bool {
    let looked = async {
        if app.config.role.writes() {
            knows_server(app).await?;
        }
        reporter.may_return(&app.engine, before, app.now()).await
    };
    looked.await.unwrap_or_else(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "Who runs as this process's node could not be read"
        );
        false
    })
}

/// Looks at the pepper file: a version that was added is held without a restart.
async fn peppers(app: App, mut stopping: watch::Receiver<bool>) {
    let mut watch = Watch::default();
    loop {
        watch.look_once(&app).await;
        tokio::select! {
            () = sleep(PEPPER_EVERY) => {}
            () = told(&mut stopping) => return,
        }
    }
}

/// Uses the newest version of the pepper when everybody holds it, and wraps what stands under older ones, for a part of the time.
async fn rotate(app: App, mut stopping: watch::Receiver<bool>) {
    let (mut wrapping, mut waits_for) = (Wrapping::default(), None);
    loop {
        let began = app.clock.uptime();
        match app.engine.use_newest_pepper_once(app.now()).await {
            Ok(Ok(version)) => tracing::info!(version, "Version {version} of the pepper is in use"),
            Ok(Err(delay)) => {
                if waits_for.as_ref() != Some(&delay) && delay != Delay::NothingNewer {
                    tracing::warn!("The newest version of the pepper is not used yet: {delay}");
                }
                waits_for = Some(delay);
            }
            outcome @ Err(_) => report("The newest version of the pepper could not be used", outcome),
        }
        let before = wrapping;
        match app.engine.wrap_pairs_once(before, app.now()).await {
            Ok(after) => wrapping = after,
            outcome @ Err(_) => report("Pairs could not be wrapped with the pepper in use", outcome),
        }
        let took = app.clock.uptime().as_millis().saturating_sub(began.as_millis()).unsigned_abs();
        let pause = if wrapping == before {
            PEPPER_EVERY
        } else {
            Duration::from_millis(took.max(1)) * WRAPPING_PART
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = told(&mut stopping) => return,
        }
    }
}

fn every<F: Future<Output = ()> + Send + 'static>(
    period: Duration,
    stopping: &watch::Receiver<bool>,
    app: &App,
    turn: impl Fn(App) -> F + Send + 'static,
) -> JoinHandle<()> {
    let (app, mut stopping) = (app.clone(), stopping.clone());
    tokio::spawn(async move {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {
                    turn(app.clone()).await;
                    // From its end on: a turn that takes longer than its period must not follow itself without a rest.
                    ticks.reset();
                }
                () = told(&mut stopping) => return,
            }
        }
    })
}

async fn letters(app: App, senders: Senders, mut stopping: watch::Receiver<bool>) {
    let mut ticks = interval(LETTERS_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut post = Post::new(&app, senders);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.letters.notified() => {}
            Some(settled) = post.next(), if !post.is_empty() => {
                if settled == Settled::Unwritten {
                    continue;
                }
            }
            () = told(&mut stopping) => break,
        }
        report("Letters could not be sent", post.take_up_once().await);
    }
    // What is under way is finished, so that it is not sent again at the next start.
    while post.next().await.is_some() {}
}

fn report<T, E: std::error::Error + 'static>(what: &str, outcome: Result<T, E>) {
    if let Err(error) = outcome {
        tracing::warn!(error = &error as &dyn std::error::Error, "{what}");
    }
}
