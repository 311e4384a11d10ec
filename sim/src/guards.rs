//! Guards: what the product does so that the invariants hold, and what a run looks like without one of them.
//!
//! The product has no switch for any of this. A guard is taken out around it: in the statements that the simulated
//! database runs, in what its connections do, or in what a node's own loop does. Each must be caught by the invariant
//! it is there for.

use std::borrow::Cow;

/// Something that a fleet cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guard {
    /// A verification asks the lease last.
    LeaseIsAsked,
    /// A lease counts from the moment before the feed was asked, not from its answer.
    LeaseCountsFromTheQuestion,
    /// A lease is counted on a clock that goes on while the machine sleeps.
    LeaseCountsSleep,
    /// A lease is not counted in wall time, which can be set.
    LeaseIgnoresWallTime,
    /// A lease is renewed by reading the feed, and by nothing else.
    LeaseNeedsTheFeed,
    /// The feed is read where changes are written, not from a copy that lags.
    FeedOfThePrimary,
    /// A change holds its position locked until it is committed, so positions become visible in order.
    PositionIsLocked,
    /// A node that has not loaded every pair says nothing.
    LoadedBeforeAnswering,
    /// Wall time is read for each verification.
    TimeOfEachVerification,
    /// A change names the version it was based on, and the schema keeps one current pair to a key.
    ChangesAreConditional,
    /// A commit whose outcome is unknown is not sent again behind the caller's back.
    UnknownIsTold,
    /// What an idempotency key was answered is remembered with the change.
    AnswersAreRemembered,
    /// The audit entry is written with the change.
    AuditedTogether,
    /// A try at a code is written on the condition that no other was written meanwhile.
    TriesAreConditional,
    /// The mode that a gateway demands is part of the question.
    ModeIsAsked,
    /// A session counts under its own brand's hosts alone.
    SessionIsOfTheHost,
}

impl Guard {
    /// All of them.
    pub const ALL: [Guard; 16] = [
        Guard::LeaseIsAsked,
        Guard::LeaseCountsFromTheQuestion,
        Guard::LeaseCountsSleep,
        Guard::LeaseIgnoresWallTime,
        Guard::LeaseNeedsTheFeed,
        Guard::FeedOfThePrimary,
        Guard::PositionIsLocked,
        Guard::LoadedBeforeAnswering,
        Guard::TimeOfEachVerification,
        Guard::ChangesAreConditional,
        Guard::UnknownIsTold,
        Guard::AnswersAreRemembered,
        Guard::AuditedTogether,
        Guard::TriesAreConditional,
        Guard::ModeIsAsked,
        Guard::SessionIsOfTheHost,
    ];

    /// A word for the command line and the handbook.
    pub const fn word(self) -> &'static str {
        match self {
            Guard::LeaseIsAsked => "lease-is-asked",
            Guard::LeaseCountsFromTheQuestion => "lease-counts-from-the-question",
            Guard::LeaseCountsSleep => "lease-counts-sleep",
            Guard::LeaseIgnoresWallTime => "lease-ignores-wall-time",
            Guard::LeaseNeedsTheFeed => "lease-needs-the-feed",
            Guard::FeedOfThePrimary => "feed-of-the-primary",
            Guard::PositionIsLocked => "position-is-locked",
            Guard::LoadedBeforeAnswering => "loaded-before-answering",
            Guard::TimeOfEachVerification => "time-of-each-verification",
            Guard::ChangesAreConditional => "changes-are-conditional",
            Guard::UnknownIsTold => "unknown-is-told",
            Guard::AnswersAreRemembered => "answers-are-remembered",
            Guard::AuditedTogether => "audited-together",
            Guard::TriesAreConditional => "tries-are-conditional",
            Guard::ModeIsAsked => "mode-is-asked",
            Guard::SessionIsOfTheHost => "session-is-of-the-host",
        }
    }

    /// The invariant that it is there for.
    pub const fn upholds(self) -> &'static str {
        match self {
            Guard::FeedOfThePrimary => "g1_ended_where_it_returned",
            Guard::LeaseIsAsked
            | Guard::LeaseCountsFromTheQuestion
            | Guard::LeaseCountsSleep
            | Guard::LeaseIgnoresWallTime
            | Guard::LeaseNeedsTheFeed
            | Guard::PositionIsLocked => "g3_nobody_accepts_after_the_receipt",
            Guard::LoadedBeforeAnswering => "g4_a_good_pair_is_never_refused",
            Guard::TimeOfEachVerification => "g7_24_hours_are_exact_to_2_seconds",
            Guard::ChangesAreConditional => "g8_one_current_one_retiring",
            Guard::UnknownIsTold | Guard::AnswersAreRemembered | Guard::AuditedTogether => {
                "g9_one_entry_for_each_change"
            }
            Guard::ModeIsAsked | Guard::SessionIsOfTheHost => "g11_nothing_crosses",
            Guard::TriesAreConditional => "g12_a_code_is_tried_five_times",
        }
    }

    /// The guard of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.word() == word)
    }

    /// The indexes that go with a guard.
    pub const fn indexes(self) -> &'static [&'static str] {
        match self {
            Guard::ChangesAreConditional => &["one_current_pair_per_key", "one_retiring_pair_per_key"],
            _ => &[],
        }
    }
}

/// A statement without the guard that is off, if it was in it. Every parameter is still named.
pub fn without(off: Option<Guard>, sql: &'static str) -> Cow<'static, str> {
    let edited = match off {
        Some(Guard::ChangesAreConditional) if sql.contains("UPDATE keys") => {
            sql.replace("AND version = $4", "AND $4 = $4")
        }
        Some(Guard::TriesAreConditional) if sql.contains("UPDATE challenges") => {
            sql.replace("AND version = $8", "AND $8 = $8")
        }
        Some(Guard::TriesAreConditional)
            if sql.contains("UPDATE users") || sql.contains("UPDATE sessions") =>
        {
            version_of_any(sql)
        }
        Some(Guard::AnswersAreRemembered) if sql.contains("INSERT INTO answers") => nothing(5),
        Some(Guard::AuditedTogether) if sql.contains("INSERT INTO audit (") => nothing(10),
        _ => return Cow::Borrowed(sql),
    };
    Cow::Owned(edited)
}

/// A statement that touches one row, takes that many parameters and changes nothing.
fn nothing(parameters: usize) -> String {
    let named: Vec<String> = (1..=parameters).map(|number| format!("${number} IS ${number}")).collect();
    format!("UPDATE feed SET id = id WHERE id = 1 AND {}", named.join(" AND "))
}

/// Whatever parameter the version is held against, it is held against itself.
fn version_of_any(sql: &str) -> String {
    match sql.split_once("AND version = $") {
        Some((before, after)) => {
            let number: String = after.chars().take_while(char::is_ascii_digit).collect();
            let rest = &after[number.len()..];
            format!("{before}AND ${number} = ${number}{rest}")
        }
        None => sql.to_owned(),
    }
}
