//! Invitations in the store.

use domain::{AccountId, BrandId, Digest, Invitation, InvitationId, InvitationState, Timestamp};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};

const INSERT: &str = "
    INSERT INTO invitations (id, account, email, role, inviter, state, digest, settled_by, settled_at, sent, sent_at,
                             expires_at, created_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
";

const UPDATE: &str = "
    UPDATE invitations
       SET role = $2, inviter = $3, state = $4, digest = $5, settled_by = $6, settled_at = $7, sent = $8, sent_at = $9,
           expires_at = $10, version = version + 1
     WHERE id = $1
       AND version = $11
";

const BY_ID: &str = "
    SELECT id, account, email, role, inviter, state, digest, settled_by, settled_at, sent, expires_at, created_at, version
      FROM invitations
     WHERE id = $1
";

const BY_DIGEST: &str = "
    SELECT id, account, email, role, inviter, state, digest, settled_by, settled_at, sent, expires_at, created_at, version
      FROM invitations
     WHERE digest = $1
";

const OF_ADDRESS: &str = "
    SELECT id, account, email, role, inviter, state, digest, settled_by, settled_at, sent, expires_at, created_at, version
      FROM invitations
     WHERE account = $1
       AND email = $2
";

const PENDING: &str = "
    SELECT id, account, email, role, inviter, state, digest, settled_by, settled_at, sent, expires_at, created_at, version
      FROM invitations
     WHERE account = $1
       AND settled_at IS NULL
     ORDER BY created_at, id
";

const COUNTED: &str = "
    SELECT count(*)
      FROM invitations
     WHERE account = $1
       AND (settled_at IS NULL OR sent_at > $2)
";

const TO_WHICH_ACCOUNT: &str = "
    SELECT accounts.id
      FROM invitations
      JOIN accounts ON accounts.id = invitations.account
     WHERE invitations.email = $1
       AND invitations.state = 'open'
       AND invitations.expires_at > $2
       AND accounts.org = $3
       AND accounts.country = $4
     ORDER BY accounts.id
     LIMIT 1
";

/// A state's facts, flattened into columns: word, digest, by, at.
type StateColumns = (&'static str, Option<Digest>, Option<String>, Option<Timestamp>);

fn state_columns(state: &InvitationState) -> StateColumns {
    match state {
        InvitationState::Held => ("held", None, None, None),
        InvitationState::Open { digest } => ("open", Some(*digest), None, None),
        InvitationState::Accepted { by, at } => ("accepted", None, Some(by.to_string()), Some(*at)),
        InvitationState::Cancelled { at } => ("cancelled", None, None, Some(*at)),
    }
}

fn packed(sent: &[Timestamp]) -> Vec<u8> {
    sent.iter().flat_map(|moment| moment.as_millis().to_be_bytes()).collect()
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, invitation: &Invitation) -> Result<(), StoreError> {
    let (state, digest, by, at) = state_columns(&invitation.state);
    let params = params![
        invitation.id.as_str(),
        invitation.account.as_str(),
        invitation.email.as_str(),
        invitation.role.as_str(),
        invitation.inviter.to_string(),
        state,
        digest,
        by,
        at,
        packed(&invitation.sent),
        invitation.sent.last().copied(),
        invitation.expires_at,
        invitation.created_at,
    ];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, invitation: &Invitation) -> Result<(), StoreError> {
    let (state, digest, by, at) = state_columns(&invitation.state);
    let params = params![
        invitation.id.as_str(),
        invitation.role.as_str(),
        invitation.inviter.to_string(),
        state,
        digest,
        by,
        at,
        packed(&invitation.sent),
        invitation.sent.last().copied(),
        invitation.expires_at,
        invitation.version,
    ];
    exactly_one(tx, UPDATE, params).await
}

fn invitation(record: &Record) -> Result<Invitation, StoreError> {
    let state = match record.text(5)? {
        "held" => InvitationState::Held,
        "open" => InvitationState::Open { digest: record.digest(6)? },
        "accepted" => InvitationState::Accepted { by: record.parsed(7)?, at: record.moment(8)? },
        "cancelled" => InvitationState::Cancelled { at: record.moment(8)? },
        other => return Err(StoreError::damaged(format!("an invitation that is {other:?}"))),
    };
    let sent = record.maybe_blob(9)?.unwrap_or_default().chunks_exact(8);
    let sent = sent.map(|bytes| i64::from_be_bytes(bytes.try_into().expect("chunks of eight")));
    Ok(Invitation {
        id: record.parsed(0)?,
        account: record.parsed(1)?,
        email: record.text(2)?.to_owned(),
        role: record.parsed(3)?,
        inviter: record.parsed(4)?,
        state,
        sent: sent.map(Timestamp::from_millis).collect(),
        expires_at: record.moment(10)?,
        created_at: record.moment(11)?,
        version: record.integer(12)?,
    })
}

impl<D: Driver> Store<D> {
    /// An invitation.
    pub async fn invitation(&self, id: &InvitationId) -> Result<Option<Invitation>, StoreError> {
        self.one(BY_ID, params![id.as_str()]).await?.as_ref().map(invitation).transpose()
    }

    /// The invitation whose link has one of a token's digests.
    pub async fn invitation_by_digest(&self, digests: &[Digest]) -> Result<Option<Invitation>, StoreError> {
        self.first_of(BY_DIGEST, digests).await?.as_ref().map(invitation).transpose()
    }

    /// The invitation of an address to an account, whatever became of it.
    pub async fn invitation_of(
        &self,
        account: &AccountId,
        email: &str,
    ) -> Result<Option<Invitation>, StoreError> {
        let params = params![account.as_str(), email.trim().to_lowercase()];
        self.one(OF_ADDRESS, params).await?.as_ref().map(invitation).transpose()
    }

    /// An account's invitations that nobody accepted or cancelled, oldest first.
    pub async fn pending_invitations(&self, account: &AccountId) -> Result<Vec<Invitation>, StoreError> {
        self.driver.rows(PENDING, params![account.as_str()]).await?.iter().map(invitation).collect()
    }

    /// How many of an account's invitations are pending, or were sent after a moment.
    pub async fn invitations_counted(
        &self,
        account: &AccountId,
        after: Timestamp,
    ) -> Result<usize, StoreError> {
        let counted = self.one(COUNTED, params![account.as_str(), after]).await?;
        let counted = counted.map_or(Ok(0), |record| record.integer(0))?;
        Ok(usize::try_from(counted).unwrap_or(usize::MAX))
    }

    /// An account of a brand that an address is invited to, by a link that is out.
    pub async fn account_that_invited(
        &self,
        brand: &BrandId,
        email: &str,
        now: Timestamp,
    ) -> Result<Option<AccountId>, StoreError> {
        let params = params![email.trim().to_lowercase(), now, brand.org(), brand.country()];
        self.one(TO_WHICH_ACCOUNT, params).await?.map(|record| record.parsed(0)).transpose()
    }
}
