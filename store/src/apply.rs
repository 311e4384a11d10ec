//! Applying work in a transaction: written once, run by every driver.
//!
//! A decision takes the end of the audit chain first, and then, if it changes keys, its position. Both row locks are held until
//! commit: decisions of any number of processes are written one after the other, so what a condition was checked on still
//! holds when it is written, and positions become visible in order, so a follower can never miss one. Each statement must
//! touch exactly the rows it says; another number undoes all.

use domain::{
    Allowance, ChainHead, Change, Decision, Gone, HistoryChange, LetterId, Pepper, Peppers, ProcessId, Row,
    SessionId, Timestamp,
};

use crate::driver::{StoreError, Transaction};
use crate::letters::LetterFate;
use crate::limits::KeyDay;
use crate::nodes::{NodeReport, Registration};
use crate::refusals::RefusalChanges;
use crate::server::TakenOver;
use crate::usage::{KeptSpan, UsageRow};
use crate::value::params;
use crate::{
    accounts, answers, audit, backup_codes, challenges, console_sessions, devices, followers, history,
    invitations, keys, letters, limits, meta, nodes, operators, refusals, reset_password, send_counts, sends,
    server, sessions, usage, users,
};

/// Something to write.
#[derive(Debug)]
pub enum Work {
    /// A decision, with the pepper: the version in use chains its audit entry.
    Decision(Box<Decision>, Peppers),
    /// What became of letters that were sent or not. Not a change anybody made, so no audit entry.
    Letters(Vec<(domain::LetterId, LetterFate)>),
    /// How often pairs were used and when last.
    Usage(Vec<UsageRow>),
    /// Erases some of what was counted of pairs' uses.
    ForgetUsage {
        /// Hours or days.
        span: KeptSpan,
        /// That began before this moment.
        before: Timestamp,
        /// This many rows, at most.
        limit: i64,
    },
    /// Refusals that were remembered or forgotten since they were last written down. Decides nothing, so no audit entry.
    Refusals(RefusalChanges),
    /// What limited keys were used on a day.
    KeyDays(Vec<KeyDay>),
    /// When a session was last seen.
    Seen(SessionId, Timestamp),
    /// When a session of the console was last seen.
    ConsoleSeen(SessionId, Timestamp),
    /// An allowance of codes was used up when somebody asked. Not a change anybody made, so no audit entry.
    LimitHit(Allowance, Timestamp),
    /// Erases what need not or may not be kept: sealed answers that are over, counts of windows that are over, shadows that
    /// cannot vouch any more.
    Forget(Timestamp),
    /// A process takes up a letter that is due at a moment; to others it is due again at a later one.
    TakeUpLetter(LetterId, Timestamp, Timestamp),
    /// A process takes a node for itself, before it vouches. Not a change anybody made, so no audit entry.
    Register(Registration),
    /// What a process says about itself.
    Report(NodeReport),
    /// A process that vouches for nothing any more leaves its node.
    Leave(String, ProcessId),
    /// Somebody had read all shadows by this moment.
    ShadowsSeen(Vec<ProcessId>, Timestamp),
    /// The database has another server than somebody remembers.
    TakenOver(TakenOver),
    /// Remembers what a pepper version answers, when the database meets it. The first one that it meets is in use.
    KnownAnswer(Pepper),
}

/// What a commit returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The position the work got, if it changed a key.
    pub position: Option<i64>,
}

/// What was written, but not committed yet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Applied {
    /// The position it takes.
    pub(crate) position: Option<i64>,
    /// Where the audit chain ends with it, if it is a decision.
    pub(crate) end: Option<ChainHead>,
}

impl Applied {
    /// What whoever asked is told after the commit.
    pub(crate) const fn committed(&self) -> Committed {
        Committed { position: self.position }
    }
}

/// Applies `work`. An error means that the caller must undo everything this call did.
pub(crate) async fn apply<T: Transaction>(tx: &mut T, work: &Work) -> Result<Applied, StoreError> {
    let mut applied = Applied::default();
    match work {
        Work::Decision(decision, peppers) => applied = decide(tx, decision, peppers).await?,
        Work::Letters(fates) => {
            for (id, fate) in fates {
                letters::settle(tx, id, fate).await?;
            }
        }
        Work::Usage(rows) => usage::write(tx, rows).await?,
        Work::ForgetUsage { span, before, limit } => usage::forget(tx, *span, *before, *limit).await?,
        Work::Refusals(changes) => refusals::write(tx, changes).await?,
        Work::KeyDays(rows) => {
            for row in rows {
                limits::counted(tx, row).await?;
            }
        }
        Work::Seen(session, at) => sessions::seen(tx, session, *at).await?,
        Work::ConsoleSeen(session, at) => console_sessions::seen(tx, session, *at).await?,
        Work::LimitHit(allowance, now) => send_counts::refused(tx, allowance, *now).await?,
        Work::Forget(now) => {
            answers::forget(tx, *now).await?;
            send_counts::forget(tx, *now).await?;
            nodes::forget_shadows(tx, *now).await?;
        }
        Work::Register(registration) => nodes::register(tx, registration).await?,
        Work::Report(report) => nodes::report(tx, report).await?,
        Work::Leave(node, process) => nodes::leave(tx, node, process).await?,
        Work::TakeUpLetter(id, now, until) => letters::take_up(tx, id, *now, *until).await?,
        Work::ShadowsSeen(processes, at) => nodes::shadows_seen(tx, processes, *at).await?,
        Work::TakenOver(found) => server::taken_over(tx, found).await?,
        Work::KnownAnswer(pepper) => meta::remember_known_answer(tx, pepper).await?,
    }
    tx.settle().await?;
    Ok(applied)
}

/// Why no position was taken: of a recovery, because somebody has decided already.
const fn not_taken(decision: &Decision) -> StoreError {
    match decision.history {
        Some(HistoryChange::Recovered { .. }) => StoreError::Conflict,
        _ => StoreError::Quarantined,
    }
}

async fn decide<T: Transaction>(
    tx: &mut T,
    decision: &Decision,
    peppers: &Peppers,
) -> Result<Applied, StoreError> {
    let mut locks = vec![(audit::TAKE_HEAD, params![])];
    match &decision.history {
        Some(HistoryChange::Recovered { incarnation, above }) => {
            locks.push((history::RECOVER, params![*above, incarnation.as_bytes().to_vec()]));
        }
        _ if decision.changes_keys() => locks.push((history::TAKE_POSITION, params![])),
        _ => {}
    }
    let taken = tx.rows_of_each(locks).await?;
    let (head, in_use) = audit::taken_head(&taken)?;
    // Known only now, when no other decision is under way: the chain goes on under it from its first entry to its last.
    let pepper = peppers.version(in_use).ok_or(StoreError::PepperMissing(in_use))?;
    let position = match taken.get(1) {
        Some(rows) => Some(rows.first().ok_or_else(|| not_taken(decision))?.integer(0)?),
        None => None,
    };
    if let Some(change) = &decision.history {
        history::change(tx, change).await?;
    }
    for change in &decision.changes {
        write(tx, change, position.unwrap_or(0)).await?;
    }
    for letter in &decision.letters {
        letters::insert(tx, letter).await?;
    }
    for allowance in &decision.counts {
        send_counts::count(tx, allowance).await?;
    }
    if let Some(letter) = &decision.retried {
        letters::retry(tx, letter, decision.audit.at).await?;
    }
    if let Some(remembered) = &decision.remember {
        answers::insert(tx, remembered).await?;
    }
    let end = audit::append(tx, head, &decision.audit, position.unwrap_or(0), pepper).await?;
    Ok(Applied { position, end: Some(end) })
}

async fn write<T: Transaction>(tx: &mut T, change: &Change, position: i64) -> Result<(), StoreError> {
    match change {
        Change::Insert(Row::Account(account)) => accounts::insert(tx, account).await,
        Change::Update(Row::Account(account)) => accounts::update(tx, account).await,
        Change::Insert(Row::User(user)) => users::insert(tx, user).await,
        Change::Update(Row::User(user)) => users::update(tx, user).await,
        Change::Insert(Row::Member(member)) => users::insert_member(tx, member).await,
        Change::Update(Row::Member(member)) => users::update_member(tx, member).await,
        Change::Insert(Row::Key(key)) => keys::insert(tx, key, position).await,
        Change::Update(Row::Key(key)) => keys::update(tx, key, position).await,
        Change::Insert(Row::Pair { key, pair }) => keys::insert_pair(tx, key, pair, position).await,
        Change::Update(Row::Pair { key, pair }) => keys::update_pair(tx, key, pair, position).await,
        Change::Insert(Row::Session(session)) => sessions::insert(tx, session).await,
        Change::Update(Row::Session(session)) => sessions::update(tx, session).await,
        Change::Insert(Row::Challenge(challenge)) => challenges::insert(tx, challenge).await,
        Change::Update(Row::Challenge(challenge)) => challenges::update(tx, challenge).await,
        Change::Insert(Row::Sends(history)) => sends::insert(tx, history).await,
        Change::Update(Row::Sends(history)) => sends::update(tx, history).await,
        Change::Insert(Row::BackupCodes(codes)) => backup_codes::insert(tx, codes).await,
        Change::Update(Row::BackupCodes(codes)) => backup_codes::update(tx, codes).await,
        Change::Insert(Row::PasswordReset(reset)) => reset_password::insert(tx, reset).await,
        Change::Update(Row::PasswordReset(reset)) => reset_password::update(tx, reset).await,
        Change::Insert(Row::Devices(known)) => devices::insert(tx, known).await,
        Change::Update(Row::Devices(known)) => devices::update(tx, known).await,
        Change::Insert(Row::Operator(operator)) => operators::insert(tx, operator).await,
        Change::Update(Row::Operator(operator)) => operators::update(tx, operator).await,
        Change::Insert(Row::ConsoleSession(session)) => console_sessions::insert(tx, session).await,
        Change::Update(Row::ConsoleSession(session)) => console_sessions::update(tx, session).await,
        Change::Insert(Row::Invitation(invitation)) => invitations::insert(tx, invitation).await,
        Change::Update(Row::Invitation(invitation)) => invitations::update(tx, invitation).await,
        Change::Insert(Row::Follower(follower)) => followers::insert(tx, follower).await,
        Change::Update(Row::Follower(follower)) => followers::update(tx, follower).await,
        Change::Insert(Row::Node(node)) => nodes::insert(tx, node).await,
        // What an operator says of a node is said once; the rest its process says.
        Change::Update(Row::Node(_)) => Err(StoreError::Conflict),
        Change::Remove(Gone::Member(member)) => users::remove_member(tx, member).await,
        Change::Remove(Gone::Node(name)) => nodes::remove(tx, name).await,
        Change::Wrap(wrap) => keys::wrap(tx, wrap, position).await,
        Change::UsePepper(version) => meta::use_pepper(tx, *version).await,
    }
}

/// Runs a statement that must touch exactly one row.
pub(crate) async fn exactly_one<T: Transaction>(
    tx: &mut T,
    sql: &'static str,
    params: Vec<crate::value::Value>,
) -> Result<(), StoreError> {
    tx.exactly_one(sql, params).await
}
