//! The audit in the store: appended in the same transaction as the change, chained, never updated.

use domain::{
    AccountId, AuditEntry, ChainBreak, ChainHead, ChainLink, DAY, Pepper, Peppers, Timestamp, check_link,
};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::meta::{PepperCheck, PepperMisfit, version};
use crate::value::{Record, params};

/// Takes the chain's end. The row lock is held until commit: from here on no other decision is under way.
pub(crate) const TAKE_HEAD: &str = "
    UPDATE audit_head
       SET sequence = sequence + 1
     WHERE id = 1
    RETURNING sequence - 1, link, pepper
";

const SET_LINK: &str = "
    UPDATE audit_head
       SET link = $1
     WHERE id = 1
       AND sequence = $2
";

const INSERT: &str = "
    INSERT INTO audit (sequence, at, actor, origin, account, action, target, facts, position, link)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
";

const AFTER: &str = "
    SELECT sequence, at, actor, origin, account, action, target, facts, position, link
      FROM audit
     WHERE sequence > $1
     ORDER BY sequence
     LIMIT $2
";

const OF_ACCOUNT_AFTER: &str = "
    SELECT sequence, at, actor, origin, account, action, target, facts, position, link
      FROM audit
     WHERE account = $1
       AND sequence > $2
     ORDER BY sequence
     LIMIT $3
";

const BEFORE: &str = "
    SELECT sequence, at, actor, origin, account, action, target, facts, position, link
      FROM audit
     WHERE sequence < $1
     ORDER BY sequence DESC
     LIMIT $2
";

const OF_ACCOUNT_BEFORE: &str = "
    SELECT sequence, at, actor, origin, account, action, target, facts, position, link
      FROM audit
     WHERE account = $1
       AND sequence < $2
     ORDER BY sequence DESC
     LIMIT $3
";

const OF_ACTOR_BEFORE: &str = "
    SELECT sequence, at, actor, origin, account, action, target, facts, position, link
      FROM audit
     WHERE actor = $1
       AND sequence < $2
     ORDER BY sequence DESC
     LIMIT $3
";

const OF_ACTION_BEFORE: &str = "
    SELECT sequence, at, actor, origin, account, action, target, facts, position, link
      FROM audit
     WHERE action = $1
       AND sequence < $2
     ORDER BY sequence DESC
     LIMIT $3
";

/// The entry with the latest moment before one.
const LAST_BEFORE: &str = "
    SELECT sequence
      FROM audit
     WHERE at < $1
     ORDER BY at DESC, sequence DESC
     LIMIT 1
";

const HEAD: &str = "
    SELECT sequence, link
      FROM audit_head
     WHERE id = 1
";

/// Entries read at a time while looking for those that a filter wants.
const LOOK_AT: i64 = 500;
/// How often that is done for one page.
const LOOKS_MAX: usize = 10;
/// Positions start at one; the condition is the index's own.
const LINK_AT: &str = "
    SELECT link
      FROM audit
     WHERE position = $1
       AND position > 0
";

/// Entries read at a time while checking the chain.
const CHECK_AT_A_TIME: i64 = 1_000;

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, from 1, without gaps.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// From where.
    pub origin: String,
    /// In which account; empty for none.
    pub account: String,
    /// What.
    pub action: String,
    /// On what.
    pub target: String,
    /// What else.
    pub facts: String,
    /// The position the change got; 0 if it changed no key.
    pub position: i64,
    /// Its link in the chain.
    pub link: [u8; 32],
}

impl AuditRow {
    fn link(&self) -> ChainLink<'_> {
        ChainLink {
            at: self.at,
            actor: &self.actor,
            origin: &self.origin,
            account: &self.account,
            action: &self.action,
            target: &self.target,
            facts: &self.facts,
            position: self.position,
        }
    }
}

/// Which entries are wanted. All of it has to fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// In this account.
    pub account: Option<AccountId>,
    /// By this actor, as the audit names them.
    pub actor: Option<String>,
    /// Of this kind.
    pub action: Option<String>,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

impl AuditFilter {
    /// Whether an entry is wanted.
    pub fn wants(&self, row: &AuditRow) -> bool {
        self.account.as_ref().is_none_or(|account| account.as_str() == row.account)
            && self.actor.as_ref().is_none_or(|actor| *actor == row.actor)
            && self.action.as_ref().is_none_or(|action| *action == row.action)
            && self.from.is_none_or(|from| from <= row.at)
            && self.until.is_none_or(|until| row.at < until)
    }
}

/// Some of the entries that are wanted, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries.
    pub rows: Vec<AuditRow>,
    /// Where to go on looking; `None` when everything was looked at. There may be no further entry.
    pub before: Option<i64>,
}

/// What checking the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Entries that hold.
    pub entries: i64,
    /// The last link that holds.
    pub head: [u8; 32],
    /// What is wrong, in words; `None` if nothing is.
    pub broken: Option<String>,
    /// The versions of the pepper that entries which hold were made under, the oldest first, each with how many.
    pub under: Vec<(u8, i64)>,
}

/// The end of the chain, and the version of the pepper in use, from the first answer of those that took the locks.
pub(crate) fn taken_head(answers: &[Vec<Record>]) -> Result<(ChainHead, u8), StoreError> {
    let taken = answers.first().and_then(|rows| rows.first());
    let taken = taken.ok_or_else(|| StoreError::damaged("the audit chain has no head"))?;
    let head = ChainHead { sequence: taken.integer(0)?, link: taken.bytes32(1)? };
    Ok((head, version(taken, 2)?))
}

/// Appends an entry after the end that was taken, and returns the new end.
pub(crate) async fn append<T: Transaction>(
    tx: &mut T,
    head: ChainHead,
    entry: &AuditEntry,
    position: i64,
    pepper: &Pepper,
) -> Result<ChainHead, StoreError> {
    let account = entry.account.as_ref().map_or("", AccountId::as_str);
    let link = ChainLink {
        at: entry.at,
        actor: &entry.actor,
        origin: &entry.origin,
        account,
        action: entry.action,
        target: &entry.target,
        facts: &entry.facts,
        position,
    };
    let head = head.append(&link, pepper);
    let params = params![
        head.sequence,
        entry.at,
        entry.actor.as_str(),
        entry.origin.as_str(),
        account,
        entry.action,
        entry.target.as_str(),
        entry.facts.as_str(),
        position,
        head.link.to_vec(),
    ];
    exactly_one(tx, INSERT, params).await?;
    exactly_one(tx, SET_LINK, params![head.link.to_vec(), head.sequence]).await?;
    Ok(head)
}

/// Checks an entry under the oldest version that is left, the last one, or under a newer one, which then is the oldest.
fn check_under(
    peppers: &mut Vec<&Pepper>,
    head: &ChainHead,
    row: &AuditRow,
) -> Result<ChainHead, ChainBreak> {
    let check = |pepper: &Pepper| check_link(head, row.sequence, &row.link, &row.link(), pepper);
    let oldest = peppers.last().expect("there is always at least one version");
    let broken = match check(oldest) {
        Ok(next) => return Ok(next),
        Err(broken) => broken,
    };
    let newer = peppers.iter().rposition(|pepper| check(pepper).is_ok()).ok_or(broken)?;
    peppers.truncate(newer + 1);
    check(peppers[newer])
}

fn row(record: &Record) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        sequence: record.integer(0)?,
        at: record.moment(1)?,
        actor: record.text(2)?.to_owned(),
        origin: record.text(3)?.to_owned(),
        account: record.text(4)?.to_owned(),
        action: record.text(5)?.to_owned(),
        target: record.text(6)?.to_owned(),
        facts: record.text(7)?.to_owned(),
        position: record.integer(8)?,
        link: record.bytes32(9)?,
    })
}

impl<D: Driver> Store<D> {
    /// Up to `limit` entries after a number, oldest first.
    pub async fn audit(&self, after: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        self.driver.rows(AFTER, params![after, limit]).await?.iter().map(row).collect()
    }

    /// Up to `limit` entries of an account after a number, oldest first.
    pub async fn audit_of(
        &self,
        account: &AccountId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let records = self.driver.rows(OF_ACCOUNT_AFTER, params![account.as_str(), after, limit]).await?;
        records.iter().map(row).collect()
    }

    /// The newest up to `limit` entries before a number that a filter wants. Looks at a bounded number of entries, so that
    /// a filter that hardly anything fits costs no more than another; the page then says where to go on.
    pub async fn audit_before(
        &self,
        filter: &AuditFilter,
        before: i64,
        limit: usize,
    ) -> Result<AuditPage, StoreError> {
        let mut before = match filter.until {
            Some(until) => before.min(self.beyond(until).await?),
            None => before,
        };
        let mut page = AuditPage::default();
        for _ in 0..LOOKS_MAX {
            let found = self.audit_part_before(filter, before).await?;
            let Some(last) = found.last() else { return Ok(page) };
            // Numbers follow the clock but for its corrections; a day behind the beginning nothing can follow.
            let is_past = filter.from.is_some_and(|from| last.at < from - DAY);
            let is_all = found.len() < LOOK_AT as usize || is_past;
            before = last.sequence;
            for row in found.into_iter().filter(|row| filter.wants(row)) {
                if page.rows.len() == limit {
                    page.before = page.rows.last().map(|row| row.sequence);
                    return Ok(page);
                }
                page.rows.push(row);
            }
            if is_all {
                return Ok(page);
            }
        }
        page.before = Some(before);
        Ok(page)
    }

    async fn audit_part_before(
        &self,
        filter: &AuditFilter,
        before: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let (statement, params) = match (&filter.account, &filter.actor, &filter.action) {
            (Some(account), _, _) => (OF_ACCOUNT_BEFORE, params![account.as_str(), before, LOOK_AT]),
            (None, Some(actor), _) => (OF_ACTOR_BEFORE, params![actor.as_str(), before, LOOK_AT]),
            (None, None, Some(action)) => (OF_ACTION_BEFORE, params![action.as_str(), before, LOOK_AT]),
            (None, None, None) => (BEFORE, params![before, LOOK_AT]),
        };
        self.driver.rows(statement, params).await?.iter().map(row).collect()
    }

    /// A number that no entry before a moment exceeds, but for corrections of the clock that moved a thousand entries.
    async fn beyond(&self, until: Timestamp) -> Result<i64, StoreError> {
        match self.one(LAST_BEFORE, params![until]).await? {
            Some(record) => Ok(record.integer(0)?.saturating_add(CHECK_AT_A_TIME)),
            None => Ok(i64::MIN),
        }
    }

    /// The link of the entry that took a position: the same position of another history has another one.
    pub async fn link_at(&self, position: i64) -> Result<Option<[u8; 32]>, StoreError> {
        self.one(LINK_AT, params![position]).await?.map(|record| record.bytes32(0)).transpose()
    }

    /// Walks the whole chain as [`Store::check_audit`] does if the pepper fits.
    pub async fn audit_verdict(
        &self,
        peppers: &Peppers,
    ) -> Result<Result<ChainReport, PepperMisfit>, StoreError> {
        if self.check_pepper(peppers).await? == PepperCheck::Wrong {
            return Ok(Err(PepperMisfit::Foreign));
        }
        let mut lacking = self.known_peppers().await?;
        lacking.retain(|version| peppers.version(*version).is_none());
        if lacking.is_empty() {
            return self.check_audit(peppers).await.map(Ok);
        }
        let in_use = self.pepper_in_use().await?;
        if lacking.contains(&in_use) {
            return Ok(Err(PepperMisfit::Lacks(in_use)));
        }
        let mut report = self.check_audit(peppers).await?;
        if let Some(broken) = &mut report.broken {
            // What is lacking may also have been forgotten because it had made nothing; then it is no excuse. No version comes back,
            // so one that is older than what made the last good entry made nothing after it.
            let reached = report.under.last().map_or(0, |(version, _)| *version);
            lacking.retain(|version| reached < *version && *version < in_use);
            if let Some(version) = lacking.first() {
                *broken += &format!(
                    "; the pepper file lacks version {version}, under which entries may have been made"
                );
            }
        }
        Ok(Ok(report))
    }

    /// Walks the whole chain with the pepper that made it. Versions follow one another and none comes back: who holds an old one
    /// only can add nothing to what was written since.
    pub async fn check_audit(&self, peppers: &Peppers) -> Result<ChainReport, StoreError> {
        let end = self
            .one(HEAD, params![])
            .await?
            .ok_or_else(|| StoreError::damaged("the audit chain has no head"))?;
        let end = ChainHead { sequence: end.integer(0)?, link: end.bytes32(1)? };
        let mut head = ChainHead::EMPTY;
        let mut link_at_end = head.link;
        let mut peppers: Vec<&Pepper> = peppers.versions().collect();
        let mut under: Vec<(u8, i64)> = Vec::new();
        let report = |head: ChainHead, broken, under: Vec<(u8, i64)>| ChainReport {
            entries: head.sequence,
            head: head.link,
            broken,
            under,
        };
        // From before the first number there is, so that an entry smuggled in front of the first is found.
        let mut rows = self.audit(i64::MIN, CHECK_AT_A_TIME).await?;
        while !rows.is_empty() {
            for row in &rows {
                head = match check_under(&mut peppers, &head, row) {
                    Ok(next) => next,
                    Err(broken) => return Ok(report(head, Some(broken.to_string()), under)),
                };
                let version = peppers.last().expect("one of them made the entry").version();
                match under.last_mut() {
                    Some((last, entries)) if *last == version => *entries += 1,
                    _ => under.push((version, 1)),
                }
                if head.sequence == end.sequence {
                    link_at_end = head.link;
                }
            }
            rows = self.audit(head.sequence, CHECK_AT_A_TIME).await?;
        }
        // Entries after the recorded end hold too, or we would not be here: a server appended them while we read.
        let broken = if head.sequence < end.sequence {
            Some(format!("entries {} to {} are missing at the end", head.sequence + 1, end.sequence))
        } else if link_at_end != end.link {
            Some("the recorded end of the chain does not match its last entry".to_owned())
        } else {
            None
        };
        Ok(report(head, broken, under))
    }
}
