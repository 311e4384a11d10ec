//! The pepper: the one secret of an installation, kept beside (never in) the database.
//!
//! Everything the database knows about a secret is `HMAC-SHA-256(subkey, context ‖ value)`. The context names
//! what the value is for, length-prefixed, so a digest moved to another account, mode or id matches nothing; the
//! subkeys are drawn from the pepper by HKDF (RFC 5869) under one label for each use, so a digest of one
//! kind is never a digest of another. Without the pepper a stolen or edited database authenticates nobody.
//!
//! The file may hold several versions. One of them is in use: whatever is made is made under it. What was made under another
//! one is recognised as long as the file holds that.

use std::fmt;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::ids::{AccountId, ChallengeId, KeyIdText, LetterId, Mode};
use crate::layers::Layers;
use crate::random::Random;
use crate::secret::{Code, Presented, Secret, Token};
use crate::totp::TotpSecret;
use crate::verification_keys::{VerificationKey, VerificationKeys};

/// HMAC-SHA-256 with its key already absorbed.
pub(crate) type Keyed = Hmac<Sha256>;

/// Nonce bytes in front of a sealed value (XChaCha20: random nonces are safe).
const NONCE: usize = 24;

/// What the database may know of a secret: 32 bytes that say nothing without the pepper.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// A digest read back from the store.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest as the store keeps it.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether two digests are the same, in time that does not depend on where they differ. TM-14
    pub fn matches(&self, other: &Digest) -> bool {
        // Word by word: as constant as byte by byte, and a verification waits for it.
        let ((ours, _), (theirs, _)) = (self.0.as_chunks::<8>(), other.0.as_chunks::<8>());
        let differing = ours.iter().zip(theirs).fold(0, |differing, (ours, theirs)| {
            differing | (u64::from_ne_bytes(*ours) ^ u64::from_ne_bytes(*theirs))
        });
        bool::from(differing.ct_eq(&0))
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest")
    }
}

/// What the digest of a key secret is bound to. Moving any part makes the digest match nothing.
#[derive(Clone, Copy, Debug)]
pub struct KeyContext<'a> {
    /// The brand, as `org/country`.
    pub brand: &'a str,
    /// The account the pair belongs to.
    pub account: &'a AccountId,
    /// The mode the pair works in.
    pub mode: Mode,
    /// The pair's public half.
    pub key_id: KeyIdText<'a>,
}

/// A pepper that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PepperError {
    /// The file's text is not `version hex` lines.
    #[error("line {line} of the pepper is not a version number and 64 hexadecimal digits")]
    Malformed {
        /// Counted from 1.
        line: usize,
    },
    /// There is no line at all.
    #[error("the pepper is empty")]
    Empty,
    /// Two lines have the same version.
    #[error("the pepper has version {version} twice")]
    Twice {
        /// The repeated version.
        version: u8,
    },
    /// Version 255 is there, and no greater number.
    #[error("the pepper has version 255, the last there is")]
    Last,
}

/// One version of the pepper, under which things are made, and the others that are held, under which they are recognised too.
/// Cheap to clone.
#[derive(Clone)]
pub struct Pepper {
    subkeys: Arc<Subkeys>,
    /// The newest first; these know of no others.
    others: Arc<[Pepper]>,
}

/// The subkeys of a version.
struct Subkeys {
    key: VerificationKey,
    code: Keyed,
    token: Keyed,
    audit: Keyed,
    idempotency: Keyed,
    known: Keyed,
    backup: Keyed,
    snapshot: Keyed,
    receipt: Zeroizing<[u8; 32]>,
    seal: XChaCha20Poly1305,
    totp: XChaCha20Poly1305,
}

impl Subkeys {
    fn new(version: u8, root: &[u8; 32]) -> Self {
        let source = Hkdf::<Sha256>::new(Some(b"keystead"), root);
        let subkey = |label: &str| {
            let mut bytes = Zeroizing::new([0u8; 32]);
            source.expand(label.as_bytes(), &mut *bytes).expect("32 bytes are within HKDF's limit");
            bytes
        };
        let keyed =
            |label: &str| Keyed::new_from_slice(&*subkey(label)).expect("HMAC takes keys of any length");
        Self {
            key: VerificationKey::new(version, subkey("ks1-key")),
            code: keyed("ks1-otp"),
            token: keyed("ks1-sess"),
            audit: keyed("ks1-audit"),
            idempotency: keyed("ks1-idem"),
            known: keyed("ks1-known"),
            backup: keyed("ks1-backup"),
            snapshot: keyed("ks1-snap"),
            receipt: subkey("ks1-receipt"),
            seal: XChaCha20Poly1305::new_from_slice(&*subkey("ks1-seal")).expect("the key is 32 bytes"),
            totp: XChaCha20Poly1305::new_from_slice(&*subkey("ks1-totp")).expect("the key is 32 bytes"),
        }
    }
}

impl Pepper {
    /// A pepper from its 32 root bytes, with no other version.
    pub fn new(version: u8, root: &[u8; 32]) -> Self {
        Self { subkeys: Arc::new(Subkeys::new(version, root)), others: Arc::new([]) }
    }

    /// Which version this is, 1 to 255.
    pub fn version(&self) -> u8 {
        self.subkeys.key.version()
    }

    /// This version, and then the others that are held: what is to be recognised was made under one of them.
    pub fn each(&self) -> impl Iterator<Item = &Pepper> {
        std::iter::once(self).chain(self.others.iter())
    }

    /// What `digest` makes of something under each version, this one first.
    pub fn digests(&self, digest: impl FnMut(&Pepper) -> Digest) -> Vec<Digest> {
        self.each().map(digest).collect()
    }

    /// The digest of a key secret, for a pair that is made; who verifies has [`VerificationKeys`].
    pub fn digest_secret(&self, context: &KeyContext<'_>, secret: &Presented<'_>) -> Digest {
        self.subkeys.key.digest_secret(context, secret)
    }

    /// The digest that a pair has when this version is put around another digest of it, and the layers it then stands under.
    /// `None`: nothing can be put around it any more, or this version is no newer.
    pub fn wrap(
        &self,
        context: &KeyContext<'_>,
        digest: &Digest,
        layers: Layers,
    ) -> Option<(Digest, Layers)> {
        let wrapped = layers.wrapped(self.version())?;
        Some((self.subkeys.key.wrap(context, digest), wrapped))
    }

    /// The digest of a one-time code, bound to the challenge it answers and to what that challenge is for.
    pub fn digest_code(&self, challenge: &ChallengeId, bound_to: &str, code: &Code) -> Digest {
        let mut mac = self.subkeys.code.clone();
        lengths_first(&mut mac, challenge.as_str().as_bytes());
        lengths_first(&mut mac, bound_to.as_bytes());
        lengths_first(&mut mac, code.reveal().as_bytes());
        finish(mac)
    }

    /// The digest of a session cookie or an operator token.
    pub fn digest_token(&self, token: &Token) -> Digest {
        let mut mac = self.subkeys.token.clone();
        lengths_first(&mut mac, token.reveal().as_bytes());
        finish(mac)
    }

    /// The digest of a token in a link, bound to what the link is for: none passes for another kind of link, nor for a cookie.
    pub fn digest_link(&self, purpose: &str, token: &Token) -> Digest {
        let mut mac = self.subkeys.token.clone();
        lengths_first(&mut mac, purpose.as_bytes());
        lengths_first(&mut mac, token.reveal().as_bytes());
        finish(mac)
    }

    /// The digest of a backup code, bound to whose it is.
    pub(crate) fn digest_backup_code(&self, owner: &str, code: &str) -> Digest {
        let mut mac = self.subkeys.backup.clone();
        lengths_first(&mut mac, owner.as_bytes());
        lengths_first(&mut mac, code.as_bytes());
        finish(mac)
    }

    /// The link of an audit entry: what it says, chained to the link before it.
    pub(crate) fn digest_audit(&self, previous: &[u8; 32], entry: &[u8]) -> [u8; 32] {
        let mut mac = self.subkeys.audit.clone();
        mac.update(previous);
        mac.update(entry);
        finish(mac).0
    }

    /// The name under which an idempotent answer is remembered.
    pub(crate) fn digest_idempotency(&self, parts: &[&[u8]]) -> Digest {
        let mut mac = self.subkeys.idempotency.clone();
        for part in parts {
            lengths_first(&mut mac, part);
        }
        finish(mac)
    }

    /// The seal of a part of an index's snapshot: whoever can edit the file cannot make it.
    pub fn digest_snapshot(&self, parts: &[&[u8]]) -> Digest {
        let mut mac = self.subkeys.snapshot.clone();
        for part in parts {
            lengths_first(&mut mac, part);
        }
        finish(mac)
    }

    /// What receipts are signed with: the seed of an Ed25519 key. All processes with this pepper sign alike.
    pub fn receipt_seed(&self) -> &Zeroizing<[u8; 32]> {
        &self.subkeys.receipt
    }

    /// A fixed question whose answer only the right pepper knows; kept in the database, asked at each start. TM-11
    pub fn known_answer(&self) -> Digest {
        let mut mac = self.subkeys.known.clone();
        mac.update(b"is this the pepper of this database?");
        finish(mac)
    }

    /// Seals a code for the one letter that carries it.
    pub fn seal_code(&self, letter: &LetterId, code: &Code, rng: Random<'_>) -> Vec<u8> {
        seal(&self.subkeys.seal, letter.as_str().as_bytes(), code.reveal().as_bytes(), rng)
    }

    /// Opens a letter's code. `None` if it was sealed for another letter, edited, or sealed by another pepper.
    pub fn unseal_code(&self, letter: &LetterId, sealed: &[u8]) -> Option<Code> {
        let open = |pepper: &Pepper| unseal(&pepper.subkeys.seal, letter.as_str().as_bytes(), sealed);
        Code::parse(&self.each().find_map(open)?)
    }

    /// Seals the secret of somebody's authenticator app. `owner` is their id, so a sealed secret that is moved to
    /// somebody else opens nothing.
    pub fn seal_totp(&self, owner: &str, secret: &TotpSecret, rng: Random<'_>) -> Vec<u8> {
        seal(&self.subkeys.totp, owner.as_bytes(), secret.as_bytes(), rng)
    }

    /// Opens what [`Pepper::seal_totp`] sealed for the same owner.
    pub fn unseal_totp(&self, owner: &str, sealed: &[u8]) -> Option<TotpSecret> {
        let open = |pepper: &Pepper| unseal_bytes(&pepper.subkeys.totp, owner.as_bytes(), sealed);
        TotpSecret::from_bytes(&self.each().find_map(open)?)
    }

    /// Seals a link's token for the one letter that carries it.
    pub fn seal_token(&self, letter: &LetterId, token: &Token, rng: Random<'_>) -> Vec<u8> {
        seal(&self.subkeys.seal, &link_in(letter), token.reveal().as_bytes(), rng)
    }

    /// Opens a letter's token. `None` if it was sealed for another letter, edited, or sealed by another pepper.
    pub fn unseal_token(&self, letter: &LetterId, sealed: &[u8]) -> Option<Token> {
        let open = |pepper: &Pepper| unseal(&pepper.subkeys.seal, &link_in(letter), sealed);
        Token::parse(&self.each().find_map(open)?)
    }

    /// Seals a secret so that only somebody who repeats `key` (an idempotency key) can have it again. The sealing
    /// key is drawn from pepper and `key` together: neither the database nor the pepper alone opens it.
    pub(crate) fn seal_secret(
        &self,
        key: &str,
        bound_to: &[u8],
        secret: &Secret,
        rng: Random<'_>,
    ) -> Vec<u8> {
        seal(&self.repeat_cipher(key), bound_to, secret.reveal().as_bytes(), rng)
    }

    /// Opens what [`Pepper::seal_secret`] sealed under the same `key`.
    pub(crate) fn unseal_secret(&self, key: &str, bound_to: &[u8], sealed: &[u8]) -> Option<Secret> {
        let open = |pepper: &Pepper| unseal(&pepper.repeat_cipher(key), bound_to, sealed);
        self.each().find_map(open).map(Secret::unsealed)
    }

    fn repeat_cipher(&self, key: &str) -> XChaCha20Poly1305 {
        let mut mac = self.subkeys.idempotency.clone();
        mac.update(b"seal");
        lengths_first(&mut mac, key.as_bytes());
        let key = Zeroizing::new(finish(mac).0);
        XChaCha20Poly1305::new_from_slice(&*key).expect("the key is 32 bytes")
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pepper(version {})", self.version())
    }
}

/// The versions of the pepper that a process holds, and which of them is in use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Peppers {
    /// The oldest first; each knows the others.
    all: Arc<[Pepper]>,
    in_use: u8,
}

impl Peppers {
    /// Reads the text of a pepper file: one line `version hex` for each version. The newest is taken to be in use.
    pub fn parse(text: &str) -> Result<Self, PepperError> {
        let mut peppers: Vec<Pepper> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let (version, root) = version_of(line).ok_or(PepperError::Malformed { line: index + 1 })?;
            if peppers.iter().any(|pepper| pepper.version() == version) {
                return Err(PepperError::Twice { version });
            }
            peppers.push(Pepper::new(version, &root));
        }
        Self::of(peppers).ok_or(PepperError::Empty)
    }

    /// `None`: there is none.
    fn of(mut peppers: Vec<Pepper>) -> Option<Self> {
        peppers.sort_by_key(Pepper::version);
        let alone = |pepper: &Pepper| Pepper { subkeys: pepper.subkeys.clone(), others: Arc::new([]) };
        let with_others = |pepper: &Pepper| Pepper {
            subkeys: pepper.subkeys.clone(),
            others: peppers.iter().rev().filter(|o| o.version() != pepper.version()).map(alone).collect(),
        };
        let in_use = peppers.last()?.version();
        Some(Self { all: peppers.iter().map(with_others).collect(), in_use })
    }

    /// The text of a fresh pepper file with one version.
    pub fn fresh(rng: Random<'_>) -> Zeroizing<String> {
        line_of(1, rng)
    }

    /// The text of a pepper file with one more version, and which that is: newer than those in it, and than `above`.
    pub fn with_another(
        text: &str,
        above: u8,
        rng: Random<'_>,
    ) -> Result<(Zeroizing<String>, u8), PepperError> {
        let newest = Self::parse(text)?.newest().version().max(above);
        let version = newest.checked_add(1).ok_or(PepperError::Last)?;
        let added = line_of(version, rng);
        let line_end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        // Room for everything at once: a text that grows leaves copies behind that nobody wipes.
        let mut whole = Zeroizing::new(String::with_capacity(text.len() + line_end.len() + added.len()));
        [text, line_end, &added].iter().for_each(|part| whole.push_str(part));
        Ok((whole, version))
    }

    /// The text of a pepper file without a version.
    pub fn without(text: &str, version: u8) -> Result<Zeroizing<String>, PepperError> {
        Self::parse(text)?;
        let mut left = Zeroizing::new(String::with_capacity(text.len() + 1));
        for line in text.lines().filter(|line| version_of(line).is_none_or(|(found, _)| found != version)) {
            left.push_str(line);
            left.push('\n');
        }
        Self::parse(&left)?;
        Ok(left)
    }

    /// The same with another version in use, whether it is held or not.
    #[must_use]
    pub fn using(&self, version: u8) -> Self {
        Self { all: self.all.clone(), in_use: version }
    }

    /// The same without those versions that `is_held` does not want. `None`: nothing is left.
    pub fn only(&self, is_held: impl Fn(&Pepper) -> bool) -> Option<Self> {
        let left: Vec<Pepper> = self.all.iter().filter(|pepper| is_held(pepper)).cloned().collect();
        Self::of(left).map(|left| left.using(self.in_use))
    }

    /// The version in use: whatever is made is made under it. Whoever does not hold it can have nothing written; of what they hold
    /// this is the newest then.
    pub fn in_use(&self) -> &Pepper {
        self.version(self.in_use).unwrap_or_else(|| self.newest())
    }

    /// Which version is in use, whether it is held or not.
    pub const fn version_in_use(&self) -> u8 {
        self.in_use
    }

    /// The newest version that is held. It may not be in use yet.
    pub fn newest(&self) -> &Pepper {
        self.all.last().expect("there is always at least one version")
    }

    /// A version, if this process holds it.
    pub fn version(&self, version: u8) -> Option<&Pepper> {
        self.all.iter().find(|pepper| pepper.version() == version)
    }

    /// All versions, the newest first.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = &Pepper> {
        self.all.iter().rev()
    }

    /// What verification needs of all versions, and nothing else.
    pub fn verification_keys(&self) -> VerificationKeys {
        VerificationKeys::new(self.all.iter().map(|pepper| pepper.subkeys.key.clone()).collect())
    }
}

/// What a line of a pepper file says.
fn version_of(line: &str) -> Option<(u8, Zeroizing<[u8; 32]>)> {
    let (version, hex) = line.trim().split_once(' ')?;
    let version = version.parse().ok().filter(|version| 0 < *version)?;
    Some((version, root_from_hex(hex)?))
}

/// A line with a version that is drawn.
fn line_of(version: u8, rng: Random<'_>) -> Zeroizing<String> {
    let mut root = Zeroizing::new([0u8; 32]);
    rng.fill_bytes(&mut *root);
    let mut text = Zeroizing::new(String::with_capacity(70));
    text.push_str(&format!("{version} "));
    for byte in root.iter() {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    text.push('\n');
    text
}

fn root_from_hex(hex: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut root = Zeroizing::new([0u8; 32]);
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (index, byte) in root.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(root)
}

pub(crate) fn lengths_first(mac: &mut Keyed, part: &[u8]) {
    mac.update(&(part.len() as u32).to_be_bytes());
    mac.update(part);
}

/// What a link's token is bound to: its letter, under another name than a code's, so that neither passes for the other.
fn link_in(letter: &LetterId) -> Vec<u8> {
    [b"link ", letter.as_str().as_bytes()].concat()
}

pub(crate) fn finish(mac: Keyed) -> Digest {
    Digest(mac.finalize().into_bytes().into())
}

fn seal(cipher: &XChaCha20Poly1305, bound_to: &[u8], value: &[u8], rng: Random<'_>) -> Vec<u8> {
    let mut nonce = [0u8; NONCE];
    rng.fill_bytes(&mut nonce);
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: value, aad: bound_to })
        .expect("sealing a short value cannot fail");
    [&nonce[..], &sealed].concat()
}

fn unseal(cipher: &XChaCha20Poly1305, bound_to: &[u8], sealed: &[u8]) -> Option<Zeroizing<String>> {
    let value = unseal_bytes(cipher, bound_to, sealed)?;
    Some(Zeroizing::new(std::str::from_utf8(&value).ok()?.to_owned()))
}

fn unseal_bytes(cipher: &XChaCha20Poly1305, bound_to: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let nonce = <[u8; NONCE]>::try_from(nonce).ok()?;
    cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: bound_to }).ok().map(Zeroizing::new)
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pepper() -> Pepper {
        Pepper::new(1, &[7; 32])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brand::samples::brand;
    use crate::ids::KeyId;
    use crate::secret::SecretStyle;
    use crate::seeded;

    // TM-9, TM-10
    #[test]
    fn a_digest_moved_to_another_brand_account_mode_or_id_matches_nothing() {
        let rng = &mut seeded(3);
        let (one, other) = (AccountId::draw(rng), AccountId::draw(rng));
        let brand = brand();
        let (id, other_id) = (
            KeyId::draw(&brand.key_prefix, Mode::Test, rng),
            KeyId::draw(&brand.key_prefix, Mode::Test, rng),
        );
        let secret = Secret::draw(SecretStyle::Plain, &brand.key_prefix, Mode::Test, rng);
        let pepper = samples::pepper();
        let home = KeyContext { brand: "razorpay/IN", account: &one, mode: Mode::Test, key_id: id.text() };
        let digest = pepper.digest_secret(&home, &secret.present());

        assert!(digest.matches(&pepper.digest_secret(&home, &secret.present())));
        for moved in [
            KeyContext { brand: "axis/IN", ..home },
            KeyContext { account: &other, ..home },
            KeyContext { mode: Mode::Live, ..home },
            KeyContext { key_id: other_id.text(), ..home },
        ] {
            assert!(!digest.matches(&pepper.digest_secret(&moved, &secret.present())), "{moved:?}");
        }
        let stranger = Pepper::new(1, &[8; 32]);
        assert!(
            !digest.matches(&stranger.digest_secret(&home, &secret.present())),
            "another pepper knows nothing"
        );
    }

    #[test]
    fn the_digest_is_the_one_every_release_must_make() {
        let account = "acc_00000000000000".parse().expect("an account id");
        let key_id: KeyId = "rzp_test_00000000000000".parse().expect("a key id");
        let context =
            KeyContext { brand: "razorpay/IN", account: &account, mode: Mode::Test, key_id: key_id.text() };
        let presented = Presented::parse(b"000000000000000000000000").expect("well formed");
        let digest = samples::pepper().digest_secret(&context, &presented);
        let hex: String = digest.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
        insta::assert_snapshot!(hex, @"a8cbba475055c2e0a1eb04ecabb8bb3d608c83c4f1cef93e03b914e795f9e480");
    }

    #[test]
    fn a_letters_code_opens_only_in_that_letter() {
        let rng = &mut seeded(3);
        let pepper = samples::pepper();
        let (letter, other, code) = (LetterId::draw(rng), LetterId::draw(rng), Code::draw(rng));
        let sealed = pepper.seal_code(&letter, &code, rng);
        assert!(pepper.unseal_code(&letter, &sealed) == Some(code));
        assert!(pepper.unseal_code(&other, &sealed).is_none());
        assert!(pepper.unseal_code(&letter, &sealed[..20]).is_none());
    }

    #[test]
    fn a_letters_link_opens_only_in_that_letter_and_is_no_code() {
        let rng = &mut seeded(3);
        let pepper = samples::pepper();
        let (letter, other, token) = (LetterId::draw(rng), LetterId::draw(rng), Token::draw(rng));
        let sealed = pepper.seal_token(&letter, &token, rng);
        let opened = pepper.unseal_token(&letter, &sealed).expect("sealed for this letter");
        assert!(opened.reveal() == token.reveal());
        assert!(pepper.unseal_token(&other, &sealed).is_none());
        assert!(pepper.unseal_token(&letter, &sealed[..20]).is_none());
        assert!(pepper.unseal_code(&letter, &sealed).is_none());
        assert!(Pepper::new(1, &[8; 32]).unseal_token(&letter, &sealed).is_none(), "another pepper");
    }

    #[test]
    fn a_damaged_pepper_file_names_its_line() {
        let good = Peppers::fresh(&mut seeded(1));
        assert_eq!(Peppers::parse(&good).map(|p| p.newest().version()), Ok(1));
        for (text, error) in [
            ("", PepperError::Empty),
            ("\n1 xyz", PepperError::Malformed { line: 2 }),
            ("nonsense", PepperError::Malformed { line: 1 }),
            (&format!("0 {}", "07".repeat(32)), PepperError::Malformed { line: 1 }),
            (&format!("{}{}", *good, *good), PepperError::Twice { version: 1 }),
        ] {
            assert_eq!(Peppers::parse(text).map(|_| ()), Err(error), "{text:?}");
        }
    }

    fn two() -> Peppers {
        Peppers::parse(&format!("1 {}\n2 {}\n", "07".repeat(32), "08".repeat(32))).expect("two versions")
    }

    #[test]
    fn what_was_made_under_another_version_is_recognised_and_nothing_else_is() {
        let rng = &mut seeded(3);
        let (letter, code, token) = (LetterId::draw(rng), Code::draw(rng), Token::draw(rng));
        let (old, new) = (two().using(1), two());
        let (old, new) = (old.in_use(), new.in_use());
        assert_eq!((old.version(), new.version()), (1, 2));
        for (made, seen) in [(old, new), (new, old), (old, old)] {
            assert!(seen.unseal_code(&letter, &made.seal_code(&letter, &code, rng)) == Some(code.clone()));
            let opened = seen.unseal_token(&letter, &made.seal_token(&letter, &token, rng));
            assert!(opened.is_some_and(|opened| opened.reveal() == token.reveal()));
            let app = TotpSecret::draw(rng);
            let opened = seen.unseal_totp("usr_1", &made.seal_totp("usr_1", &app, rng));
            assert!(opened.is_some_and(|opened| opened.as_bytes() == app.as_bytes()));
            assert!(seen.digests(|pepper| pepper.digest_token(&token)).contains(&made.digest_token(&token)));
        }
        let sealed = new.seal_code(&letter, &code, rng);
        assert!(samples::pepper().unseal_code(&letter, &sealed).is_none(), "without that version");
    }

    #[test]
    fn one_version_is_in_use_and_the_others_are_held() {
        let peppers = two();
        assert_eq!((peppers.in_use().version(), peppers.newest().version()), (2, 2));
        let before = peppers.using(1);
        assert_eq!((before.in_use().version(), before.newest().version()), (1, 2));
        let lacking = peppers.using(9);
        assert_eq!((lacking.in_use().version(), lacking.version_in_use()), (2, 9));
        let left = before.only(|pepper| pepper.version() == 2).expect("one is left");
        assert_eq!(
            (left.version_in_use(), left.in_use().version(), left.version(1).is_some()),
            (1, 2, false)
        );
        assert!(peppers.only(|_| false).is_none());
    }

    #[test]
    fn a_version_is_added_and_taken_away_and_the_others_stay_as_they_are() {
        let rng = &mut seeded(5);
        let first = Peppers::fresh(rng);
        // A file that was typed may lack its last line end.
        for text in [first.as_str(), first.trim_end()] {
            let (both, version) = Peppers::with_another(text, 0, rng).expect("there is room");
            assert_eq!(version, 2);
            assert!(both.starts_with(first.as_str()), "the old one stays, letter by letter");
            assert_eq!(Peppers::parse(&both).map(|p| p.versions().count()), Ok(2));
            assert_eq!(Peppers::without(&both, 2), Ok(first.clone()));
            assert_eq!(Peppers::without(&both, 1).map(|left| Peppers::parse(&left).is_ok()), Ok(true));
        }
        assert_eq!(Peppers::without(&first, 1), Err(PepperError::Empty), "never the only one");
        let (_, version) = Peppers::with_another(&first, 6, rng).expect("there is room");
        assert_eq!(version, 7, "a number that was given once is not given again");
        let last = format!("255 {}", "07".repeat(32));
        assert_eq!(Peppers::with_another(&last, 0, rng).map(|_| ()), Err(PepperError::Last));
        assert_eq!(Peppers::with_another("", 0, rng).map(|_| ()), Err(PepperError::Empty));
    }
}
