//! Backup codes: ten to write down, for the day the phone or the app is gone. Each works once.
//!
//! A code is twelve characters of an alphabet without look-alikes, 60 bits. Shown once; the store knows digests, each
//! bound to whose it is. A new set ends the old one.

use std::fmt;

use zeroize::Zeroizing;

use crate::decision::{Decision, Row};
use crate::ids::UserId;
use crate::pepper::{Digest, Pepper};
use crate::random::{Random, below};
use crate::time::Timestamp;

/// Codes in a set.
pub const BACKUP_CODES: usize = 10;
/// Characters of a code, without the dashes.
const LENGTH: usize = 12;
/// Digits and letters without `i`, `l`, `o` and `u` (Crockford's base32), so that what is read is what was written.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The codes somebody has left, as the store knows them. One row for each user, so that a code which two try at once
/// is used by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupCodes {
    /// Whose.
    pub user: UserId,
    /// The digests of those not used yet.
    pub unused: Vec<Digest>,
    /// When the set was drawn.
    pub made_at: Timestamp,
    /// Grows by one with each change; 0 when there is no row yet.
    pub version: i64,
}

impl BackupCodes {
    /// The codes of somebody who never drew any.
    pub fn none(user: UserId) -> Self {
        Self { user, unused: Vec::new(), made_at: Timestamp::default(), version: 0 }
    }

    /// A new set in the place of this one, and the codes to show once.
    pub(crate) fn renewed(
        &self,
        pepper: &Pepper,
        now: Timestamp,
        rng: Random<'_>,
    ) -> (Self, Vec<BackupCode>) {
        let codes = BackupCode::draw_set(rng);
        let unused = codes.iter().map(|code| code.digest(self.user.as_str(), pepper)).collect();
        (Self { unused, made_at: now, ..self.clone() }, codes)
    }

    /// What is left when `typed` has been used; `None` if it is none of these.
    pub(crate) fn without(&self, typed: &BackupCode, pepper: &Pepper) -> Option<Self> {
        let digests = pepper.digests(|pepper| typed.digest(self.user.as_str(), pepper));
        let left: Vec<Digest> =
            self.unused.iter().copied().filter(|unused| !digests.contains(unused)).collect();
        (left.len() < self.unused.len()).then(|| Self { unused: left, ..self.clone() })
    }

    /// This row as a change.
    pub(crate) fn written(self, decision: &mut Decision) {
        let is_new = self.version == 0;
        let row = Row::BackupCodes(self);
        if is_new { decision.insert(row) } else { decision.update(row) }
    }
}

/// A code to write down.
#[derive(Clone)]
pub struct BackupCode(Zeroizing<String>);

impl BackupCode {
    /// Draws a code.
    pub fn draw(rng: Random<'_>) -> Self {
        let drawn = (0..LENGTH).map(|_| char::from(ALPHABET[below(32, rng) as usize]));
        Self(Zeroizing::new(drawn.collect()))
    }

    /// Draws a whole set.
    pub fn draw_set(rng: Random<'_>) -> Vec<Self> {
        (0..BACKUP_CODES).map(|_| Self::draw(rng)).collect()
    }

    /// Accepts what could be a code, however it was typed: with or without dashes, in capitals, `o` for nought.
    pub fn parse(text: &str) -> Option<Self> {
        if 64 < text.len() {
            return None;
        }
        let plain: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .filter(|c| !c.is_whitespace() && *c != '-')
                .map(|c| match c.to_ascii_lowercase() {
                    'o' => '0',
                    'i' | 'l' => '1',
                    other => other,
                })
                .collect(),
        );
        (plain.len() == LENGTH && plain.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(Self(plain))
    }

    /// The code in groups of four, for the page that shows it once.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}-{}-{}", &self.0[..4], &self.0[4..8], &self.0[8..]))
    }

    /// What the store keeps of it. `owner` is whose it is: a user's id, an operator's name.
    pub fn digest(&self, owner: &str, pepper: &Pepper) -> Digest {
        pepper.digest_backup_code(owner, &self.0)
    }
}

impl fmt::Debug for BackupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pepper::samples::pepper;
    use crate::seeded;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = BackupCode::draw(&mut seeded(4));
        let shown = code.reveal();
        insta::assert_snapshot!(shown.as_str(), @"jawc-r05r-akej");
        let digest = code.digest("usr_1", &pepper());
        for typed in [
            shown.to_string(),
            shown.replace('-', ""),
            shown.to_uppercase(),
            format!("  {}\n", shown.replace('-', " ")),
            shown.replace('0', "O").replace('1', "l"),
        ] {
            let read = BackupCode::parse(&typed).expect("well formed");
            assert_eq!(read.digest("usr_1", &pepper()), digest, "{typed}");
        }
        for typed in ["", "123456", "uuuu-uuuu-uuuu", &shown[1..], &format!("{}0", *shown), &"0".repeat(99)] {
            assert!(BackupCode::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_code_is_nobody_elses_and_no_two_are_alike() {
        let set = BackupCode::draw_set(&mut seeded(4));
        let digests: Vec<_> = set.iter().map(|code| code.digest("usr_1", &pepper())).collect();
        assert_eq!(digests.len(), BACKUP_CODES);
        for (n, digest) in digests.iter().enumerate() {
            assert!(digests.iter().skip(n + 1).all(|other| other != digest));
            assert!(*digest != set[n].digest("usr_2", &pepper()), "bound to whose it is");
        }
        assert_eq!(format!("{:?}", set[0]), "BackupCode");
    }
}
