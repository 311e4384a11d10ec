//! Loops: the only file with timers. Each calls something that may run twice, late or not at all without making any
//! answer wrong; if one stopped for a week, pairs would still end on time and no letter would be lost.

use std::time::Duration;

use domain::{Letter, LetterId, Timestamp};
use engine::OwedLetter;
use store::LetterFate;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::config::Config;
use crate::letters::{EmailSender, Message, SendError, SmsSender, Stamp, next_try, words};
use crate::public::told;

/// How often this node asks the store for changes. A process that writes also looks after each write.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);
/// How often owed letters are looked for when nobody rings.
const LETTERS_EVERY: Duration = Duration::from_secs(1);
/// How often last uses are written.
const USAGE_EVERY: Duration = Duration::from_secs(5);
/// How often what may not be kept is erased.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Ways for letters to leave.
#[derive(Clone, Debug)]
pub struct Senders {
    sms: SmsSender,
    email: EmailSender,
}

impl Senders {
    /// As configured.
    pub fn new(config: &Config) -> Result<Self, SendError> {
        Ok(Self { sms: SmsSender::new(&config.sms), email: EmailSender::new(&config.email)? })
    }
}

/// Starts all loops.
pub fn spawn(app: &App, senders: Senders, stopping: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let follow = every(FOLLOW_EVERY, stopping, app, |app| async move {
        let asked_at = app.clock.uptime();
        report("Changes could not be read", app.engine.catch_up(asked_at).await);
    });
    let usage = every(USAGE_EVERY, stopping, app, |app| async move {
        report("The last use of keys could not be written", app.engine.flush_usage_once().await);
    });
    let forget = every(FORGET_EVERY, stopping, app, |app| async move {
        report("Old answers could not be erased", app.engine.store().forget_answers(app.now()).await);
    });
    let letters = tokio::spawn(letters(app.clone(), senders, stopping.clone()));
    vec![follow, usage, forget, letters]
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
                _ = ticks.tick() => turn(app.clone()).await,
                () = told(&mut stopping) => return,
            }
        }
    })
}

async fn letters(app: App, senders: Senders, mut stopping: watch::Receiver<bool>) {
    let mut ticks = interval(LETTERS_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.letters.notified() => {}
            () = told(&mut stopping) => return,
        }
        report("Letters could not be sent", send_letters_once(&app, &senders).await);
    }
}

/// Sends every letter that is due and writes what became of each. Returns how many left.
pub async fn send_letters_once(app: &App, senders: &Senders) -> Result<usize, engine::EngineError> {
    let now = app.now();
    let mut sent = 0;
    for owed in app.engine.owed_letters(now).await? {
        let outcome = send(app, senders, &owed, now).await;
        sent += usize::from(outcome.is_ok());
        // Written one by one: a letter that left must not leave again because a later one failed.
        let fate = fate(outcome, owed.tries, now);
        log_fate(&owed.letter, &fate);
        app.engine.settle_letters(vec![(owed.letter.id, fate)]).await?;
    }
    Ok(sent)
}

async fn send(app: &App, senders: &Senders, owed: &OwedLetter, now: Timestamp) -> Result<(), SendError> {
    let letter = &owed.letter;
    let brand = app
        .config
        .brand(&letter.brand)
        .ok_or_else(|| SendError::Retry(format!("the configuration has no brand {}", letter.brand)))?;
    let message = words::render(letter, &owed.enclosed, brand)
        .ok_or_else(|| SendError::Reject("there are no words for it".to_owned()))?;
    let stamp = Stamp { letter: letter.id.as_str(), at_ms: now.as_millis() };
    match message {
        Message::Sms(sms) => senders.sms.send(&sms, stamp).await,
        Message::Email(email) => senders.email.send(&email, stamp).await,
    }
}

fn fate(outcome: Result<(), SendError>, tries: u32, now: Timestamp) -> LetterFate {
    match outcome {
        Ok(()) => LetterFate::Sent { at: now },
        Err(SendError::Reject(failure)) => LetterFate::GivenUp { failure },
        Err(SendError::Retry(failure)) => {
            LetterFate::TryAgain { at: Timestamp::from_millis(next_try(tries + 1, now.as_millis())), failure }
        }
    }
}

fn log_fate(letter: &Letter, fate: &LetterFate) {
    let id: &LetterId = &letter.id;
    match fate {
        LetterFate::Sent { .. } => tracing::debug!(letter.id = %id, "Letter `{id}` left"),
        LetterFate::TryAgain { failure, .. } => {
            tracing::warn!(letter.id = %id, failure, "Letter `{id}` did not leave and will be tried again");
        }
        LetterFate::Dropped => tracing::debug!(letter.id = %id, "Letter `{id}` became pointless"),
        LetterFate::GivenUp { failure } => {
            tracing::error!(letter.id = %id, failure, "Letter `{id}` was given up");
        }
    }
}

fn report<T, E: std::error::Error + 'static>(what: &str, outcome: Result<T, E>) {
    if let Err(error) = outcome {
        tracing::warn!(error = &error as &dyn std::error::Error, "{what}");
    }
}
