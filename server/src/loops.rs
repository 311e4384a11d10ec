//! Loops: the only file with timers. Each calls something that may run twice, late or not at all without making any
//! answer wrong; if one stopped for a week, pairs would still end on time and no letter would be lost.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::post::{Post, Senders, Settled};
use crate::public::told;
use crate::snapshot::SnapshotFile;

/// How often this node asks the store for changes. A process that writes also looks after each write.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);
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
/// How often what may not be kept is erased.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Starts all loops.
pub(crate) fn spawn(
    app: &App,
    senders: Senders,
    snapshot: &SnapshotFile,
    stopping: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    let follow = every(FOLLOW_EVERY, stopping, app, |app| async move {
        let asked_at = app.clock.uptime();
        report("Changes could not be read", app.engine.catch_up(asked_at).await);
    });
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
    let take_over = every(TAKE_OVER_EVERY, stopping, app, |app| async move {
        app.refusals.take_over_once();
    });
    let counted = every(COUNTED_EVERY, stopping, app, |app| async move {
        match app.engine.store().letter_counts().await {
            Ok((owed, given_up)) => app.meters().letters(owed, given_up),
            outcome @ Err(_) => report("Letters could not be counted", outcome),
        }
    });
    let snapshot = snapshot.clone();
    let snapshots = every(SNAPSHOT_EVERY, stopping, app, move |app| {
        let snapshot = snapshot.clone();
        async move {
            let outcome = snapshot.write_once(app.engine.store(), app.engine.index()).await;
            report("The snapshot of the index could not be written", outcome);
        }
    });
    let letters = tokio::spawn(letters(app.clone(), senders, stopping.clone()));
    vec![follow, usage, take_over, refusals, counted, forget, snapshots, letters]
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
