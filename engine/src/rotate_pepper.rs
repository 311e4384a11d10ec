//! Rotate the pepper: take over versions that a file brings, put the newest to use when everybody holds it, wrap what stands under
//! older ones.
//!
//! Nothing here has to happen for any answer to be right. A version that nobody uses yet changes nothing; one that is used and not
//! held here makes this process unready; a pair that is not wrapped yet is verified as before.

use std::fmt;

use domain::{KeyContext, Pepper, Peppers, Timestamp, Wrap, nodes_lacking, use_pepper, wrap_pairs};
use store::{Driver, FeedPlace, PairRow, PepperStanding, StoreError};

use crate::{Engine, EngineError};

/// Pairs looked at in one turn, and wrapped in one commit at most: others wait for their turn to write meanwhile.
const PAIRS_AT_A_TIME: i64 = 250;
/// Pairs named to whoever has to do something about them.
const NAMED: i64 = 20;

/// What came of a pepper file that was read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// These versions are held from now on; the newest last.
    These(Vec<u8>),
    /// They were held before.
    AsBefore,
}

/// Why a pepper file is not taken over. What was held before goes on.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A version under which something stands is gone.
    #[error("version {0} is gone from it, and pairs stand under that version or it is in use")]
    Gone(u8),
    /// A version is another one than before, or than the database knows.
    #[error("version {0} in it is another one than this installation's")]
    Another(u8),
    /// The database could not be asked.
    #[error("the database could not be asked whether the versions in it are its own")]
    Unknown(#[source] StoreError),
}

/// Why a newer version is not used yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delay {
    /// There is none.
    NothingNewer,
    /// These nodes may vouch and did not say that they hold it.
    Nodes(Vec<String>),
    /// These pairs, and perhaps more, can be wrapped no more.
    Full(Vec<domain::KeyId>),
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delay::NothingNewer => f.write_str("there is none that is newer than the one in use"),
            Delay::Nodes(nodes) => write!(f, "it is not in the pepper file of {}", nodes.join(", ")),
            Delay::Full(pairs) => {
                let pairs: Vec<&str> = pairs.iter().map(domain::KeyId::as_str).collect();
                write!(
                    f,
                    "pairs were wrapped twice and cannot be once more; regenerate their keys first: {}",
                    pairs.join(", ")
                )
            }
        }
    }
}

/// How far wrapping has come, in this process's eyes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wrapping {
    /// Which version is put around.
    version: u8,
    /// Everything up to here stands under it, or can be wrapped no more.
    place: Option<FeedPlace>,
    /// The position up to which everything was looked at; `None` while there is more. A process that had not heard yet of the
    /// version in use may have made a pair after that.
    seen: Option<i64>,
}

impl Wrapping {
    fn is_done(&self, version: u8, position: i64) -> bool {
        self.version == version && self.seen == Some(position)
    }
}

impl<D: Driver> Engine<D> {
    /// The version of the pepper that is in use.
    pub fn pepper_in_use(&self) -> u8 {
        self.peppers.read().version_in_use()
    }

    /// The versions of the pepper that this process holds.
    pub fn held_peppers(&self) -> Vec<u8> {
        self.peppers.read().versions().rev().map(Pepper::version).collect()
    }

    /// Takes over the versions of a pepper file that was read again, each from the moment at which the database knows it.
    /// `may_tell`: whether this process may tell the database of those that it has not met.
    pub async fn take_peppers(&self, file: &Peppers, may_tell: bool) -> Result<Held, Unusable> {
        let held = self.peppers();
        for version in held.versions() {
            match file.version(version.version()) {
                Some(same) if same.known_answer() == version.known_answer() => {}
                Some(_) => return Err(Unusable::Another(version.version())),
                None if self.index.needed_peppers().contains(&version.version()) => {
                    return Err(Unusable::Gone(version.version()));
                }
                None => {}
            }
        }
        let versions =
            |peppers: &Peppers| -> Vec<u8> { peppers.versions().rev().map(Pepper::version).collect() };
        if versions(file) == versions(&held) {
            return Ok(Held::AsBefore);
        }
        let mut known = self.store.know_peppers(file).await.map_err(Unusable::Unknown)?;
        for (version, standing) in &mut known {
            if *standing == PepperStanding::Unmet && may_tell {
                let unmet = file.version(*version).expect("it was asked about because it is held");
                match self.store.meet_pepper(unmet).await {
                    Ok(()) => *standing = PepperStanding::Known,
                    // Another process was quicker, and the next look finds what it told.
                    Err(StoreError::Conflict) => {}
                    Err(failure) => return Err(Unusable::Unknown(failure)),
                }
            }
            if *standing == PepperStanding::Another {
                return Err(Unusable::Another(*version));
            }
        }
        let is_known = |version| known.contains(&(version, PepperStanding::Known));
        let Some(usable) = file.only(|pepper| is_known(pepper.version())) else { return Ok(Held::AsBefore) };
        if versions(&usable) == versions(&held) {
            return Ok(Held::AsBefore);
        }
        // The index first: nothing may stand under a version that verification does not know.
        self.index.learn(usable.verification_keys());
        let mut held = self.peppers.write();
        *held = usable.using(held.version_in_use());
        Ok(Held::These(versions(&usable)))
    }

    /// The database says which version is in use.
    pub(crate) fn follows_pepper(&self, in_use: u8) {
        self.index.uses_pepper(in_use);
        let mut held = self.peppers.write();
        *held = held.using(in_use);
    }

    /// Puts the newest version to use, if everybody who may vouch holds it. Says which it is now, or why it is not.
    pub async fn use_newest_pepper_once(&self, now: Timestamp) -> Result<Result<u8, Delay>, EngineError> {
        let held = self.peppers();
        let newest = held.newest().version();
        if newest <= held.version_in_use() {
            return Ok(Err(Delay::NothingNewer));
        }
        let (nodes, _) = self.fleet(self.index.position()).await?;
        let lacking = nodes_lacking(newest, &nodes, now);
        if !lacking.is_empty() {
            return Ok(Err(Delay::Nodes(lacking.into_iter().map(str::to_owned).collect())));
        }
        let full = self.store.pairs_in_full_layers(NAMED).await?;
        if !full.is_empty() {
            return Ok(Err(Delay::Full(full)));
        }
        // Another process may have been quicker: then there is nothing newer.
        match self.write(use_pepper(newest, now)).await? {
            Some(_) => Ok(Ok(newest)),
            None => Ok(Err(Delay::NothingNewer)),
        }
    }

    /// Wraps some of the pairs that stand under older versions than the one in use, from where the last turn ended, and says where
    /// this one did. Whoever begins anew finds what was wrapped before, and goes past it.
    pub async fn wrap_pairs_once(&self, before: Wrapping, now: Timestamp) -> Result<Wrapping, EngineError> {
        let (held, seen) = (self.peppers(), self.index.position());
        let version = held.version_in_use();
        let is_rotated = held.versions().any(|pepper| pepper.version() < version);
        let pepper = held.version(version).filter(|_| is_rotated && !before.is_done(version, seen));
        // Nothing stands under an older version, this process cannot wrap, or it has seen everything.
        let Some(pepper) = pepper else { return Ok(before) };
        let place = before.place.filter(|_| before.version == version);
        let place = place.unwrap_or_else(|| FeedPlace::after(0));
        let rows = self.store.pairs_changed(&place, PAIRS_AT_A_TIME).await?;
        let wraps: Vec<Wrap> = rows.iter().filter_map(|row| wrap(pepper, row)).collect();
        // If another process was quicker nothing of it is written, and the next turn reads what that one wrote.
        if !wraps.is_empty() && self.write(wrap_pairs(wraps, version, now)).await?.is_none() {
            return Ok(Wrapping { version, place: Some(place), seen: None });
        }
        let last = rows.last().map(|row| FeedPlace { position: row.position, key_id: Some(row.key_id) });
        // What was wrapped stands at the end of the feed now, and is gone past in its turn.
        let is_all = (rows.len() as i64) < PAIRS_AT_A_TIME;
        Ok(Wrapping { version, place: last.or(Some(place)), seen: is_all.then_some(seen) })
    }
}

/// `None`: it stands under this version already, or can be wrapped no more.
fn wrap(pepper: &Pepper, row: &PairRow) -> Option<Wrap> {
    let brand = row.brand.to_string();
    let context =
        KeyContext { brand: &brand, account: &row.account, mode: row.mode, key_id: row.key_id.text() };
    let (digest, layers) = pepper.wrap(&context, &row.digest, row.layers)?;
    Some(Wrap { key_id: row.key_id, inner: (row.layers, row.digest), outer: (layers, digest) })
}
