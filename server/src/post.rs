//! Post: letters on their way out, several at once.
//!
//! Each channel has its own few places, so that a provider of text messages that is slow, or gone, does not hold up
//! e-mails, nor one slow letter all others. Whatever happens here, a letter that is not settled is due again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::{Channel, Letter, LetterId, Recipient, Timestamp};
use engine::{EngineError, OwedLetter};
use store::LetterFate;
use tokio::task::{Id, JoinSet};

use crate::app::App;
use crate::config::Config;
use crate::letters::{EmailSender, Message, SendError, SmsSender, Stamp, next_try, words};

/// The longest that one letter may be under way, whatever its provider does.
const WITHIN: Duration = Duration::from_secs(90);

/// For how long other processes leave a letter alone that one has taken up: as long as it may be under way, and some.
const TAKEN_UP_FOR: domain::Duration = domain::SECOND.times(120);

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

    fn places(&self, channel: Channel) -> usize {
        match channel {
            Channel::Sms => self.sms.at_once(),
            Channel::Email => self.email.at_once(),
        }
    }
}

/// What became of a letter that was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// A provider took it.
    Left,
    /// It did not leave, and what happens next with it is written.
    Kept,
    /// What became of it could not be written: it is due as before, and should be left alone for a while.
    Unwritten,
}

/// Letters under way.
pub struct Post {
    app: App,
    senders: Arc<Senders>,
    sending: JoinSet<Settled>,
    under_way: HashMap<Id, (Channel, LetterId)>,
}

impl Post {
    /// Nothing is under way yet.
    pub fn new(app: &App, senders: Senders) -> Self {
        Self {
            app: app.clone(),
            senders: Arc::new(senders),
            sending: JoinSet::new(),
            under_way: HashMap::new(),
        }
    }

    /// Takes up letters that are due, as many as there are places for.
    pub async fn take_up_once(&mut self) -> Result<(), EngineError> {
        let now = self.app.now();
        for channel in [Channel::Sms, Channel::Email] {
            let taken: HashSet<_> =
                self.under_way.values().filter(|(its, _)| *its == channel).map(|(_, id)| *id).collect();
            let free = self.senders.places(channel).saturating_sub(taken.len());
            if free == 0 {
                continue;
            }
            for owed in self.app.engine.owed_by(channel, &taken, free, now).await? {
                let id = owed.letter.id;
                let sent = settle(self.app.clone(), self.senders.clone(), owed, now);
                let task = self.sending.spawn(sent).id();
                self.under_way.insert(task, (channel, id));
            }
        }
        Ok(())
    }

    /// Waits until one letter has left, or has not. `None` if none is under way.
    pub async fn next(&mut self) -> Option<Settled> {
        let (task, settled) = match self.sending.join_next_with_id().await? {
            Ok(done) => done,
            Err(panicked) => (panicked.id(), Settled::Unwritten),
        };
        self.under_way.remove(&task);
        Some(settled)
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }
}

/// Sends every letter that is due and writes what became of each. Returns how many left.
pub async fn send_letters_once(app: &App, senders: &Senders) -> Result<usize, EngineError> {
    let mut post = Post::new(app, senders.clone());
    let mut left = 0;
    loop {
        post.take_up_once().await?;
        match post.next().await {
            Some(Settled::Left) => left += 1,
            Some(Settled::Kept) => {}
            Some(Settled::Unwritten) | None => return Ok(left),
        }
    }
}

/// Sends one letter and writes at once what became of it: one that left must not leave again because of another.
async fn settle(app: App, senders: Arc<Senders>, owed: OwedLetter, now: Timestamp) -> Settled {
    if app.config.database_url.is_some() {
        let until = now + TAKEN_UP_FOR;
        match app.engine.take_up_letter(&owed.letter.id, now, until).await {
            Ok(true) => {}
            // Another process sends it.
            Ok(false) => return Settled::Kept,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "A letter could not be taken up");
                return Settled::Unwritten;
            }
        }
    }
    let outcome = tokio::time::timeout(WITHIN, send(&app, &senders, &owed, now)).await;
    let outcome = outcome.unwrap_or_else(|_| Err(SendError::Retry("it took too long".to_owned())));
    let left = outcome.is_ok();
    let fate = fate(outcome, owed.tries, now);
    log_fate(&owed.letter, &fate);
    app.meters().settled(&fate);
    match app.engine.settle_letters(vec![(owed.letter.id, fate)]).await {
        Ok(()) if left => Settled::Left,
        Ok(()) => Settled::Kept,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "A letter's fate could not be written");
            Settled::Unwritten
        }
    }
}

async fn send(app: &App, senders: &Senders, owed: &OwedLetter, now: Timestamp) -> Result<(), SendError> {
    let letter = &owed.letter;
    let brand = app
        .config
        .brand(&letter.brand)
        .ok_or_else(|| SendError::Retry(format!("the configuration has no brand {}", letter.brand)))?;
    if let Recipient::Sms(number) = &letter.to
        && !brand.texts_to(number)
    {
        // The list of countries may have become shorter since the number was verified. TM-56
        return Err(SendError::Reject("no text messages are sent to that country".to_owned()));
    }
    let said = app.words.words(&letter.brand, letter.language);
    let message = words::render(letter, &owed.enclosed, brand, &said)
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
