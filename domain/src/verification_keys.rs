//! Verification keys: the part of the pepper that saying yes or no to a key needs, and nothing else of it.
//!
//! Of each pepper version only the subkey of key secrets. Whoever holds these can compute the digest of a secret that is
//! presented to them; they cannot make a session, a code, a link or a seal, and cannot go back to the pepper. So they may
//! leave the machine that keeps the pepper, for a service that verifies by itself.

use std::fmt;

use zeroize::Zeroizing;

use crate::brand::BRAND_MAX;
use crate::ids::{KEY_ID_MAX, Mode};
use crate::pepper::{Digest, KeyContext};
use crate::prepared_mac::{Message, Prepared};
use crate::secret::{PRESENTED_MAX, Presented};
use crate::tail::RANDOM;

/// Bytes of one key.
const KEY: usize = 32;
/// What an export begins with: what it is, and the form of what follows.
const HEAD: &[u8] = b"keystead verification keys 1\n";
/// What a digest's message begins with.
const VERSION: &[u8] = b"ks1";
/// What the message begins with when a digest is wrapped: no secret passes for a digest.
const WRAP: &[u8] = b"kw1";
/// Blocks that hold the message of every secret that was ever drawn for a brand with a name of usual length.
const SHORT: usize = 3;
/// Blocks that hold every message: the longest name of a brand, the longest key id, the longest secret that is read.
const LONGEST: usize = 7;
const _: () = assert!(AROUND + BRAND_MAX + KEY_ID_MAX + PRESENTED_MAX <= Message::<LONGEST>::MAX);
/// What of a message never varies in length: version, account, mode, and four lengths.
const AROUND: usize = VERSION.len() + "acc_".len() + RANDOM + 1 + 4 * size_of::<u32>();

/// The subkey of key secrets of one pepper version. Cannot be printed.
#[derive(Clone)]
pub struct VerificationKey {
    version: u8,
    bytes: Zeroizing<[u8; KEY]>,
    prepared: Prepared,
}

impl VerificationKey {
    /// A key from its bytes.
    pub(crate) fn new(version: u8, bytes: Zeroizing<[u8; KEY]>) -> Self {
        let prepared = Prepared::new(&bytes);
        Self { version, bytes, prepared }
    }

    /// The pepper version it belongs to, 1 to 255.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// The digest of a key secret. Exactly one HMAC; verification calls this once a request.
    pub fn digest_secret(&self, context: &KeyContext<'_>, secret: &Presented<'_>) -> Digest {
        self.digest(VERSION, context, secret.as_bytes())
    }

    /// This version around a digest of the same pair. Exactly one HMAC.
    pub fn wrap(&self, context: &KeyContext<'_>, digest: &Digest) -> Digest {
        self.digest(WRAP, context, digest.as_bytes())
    }

    #[inline]
    fn digest(&self, kind: &'static [u8], context: &KeyContext<'_>, told: &[u8]) -> Digest {
        let varying = context.brand.len() + context.key_id.as_bytes().len() + told.len();
        let digest = match AROUND + varying <= Message::<SHORT>::MAX {
            true => self.prepared.digest(&mut message::<SHORT>(kind, context, told)),
            false => self.prepared.digest(&mut message::<LONGEST>(kind, context, told)),
        };
        Digest::from_bytes(digest)
    }
}

/// What is digested: what it is, then brand, account, mode and key id, then secret or digest, each with its length where it varies.
#[inline]
fn message<const BLOCKS: usize>(
    kind: &'static [u8],
    context: &KeyContext<'_>,
    told: &[u8],
) -> Message<BLOCKS> {
    let mut message = Message::new();
    let mut lengths_first = |before: &[u8], part: &[u8]| {
        message.push(before);
        message.push(&(part.len() as u32).to_be_bytes());
        message.push(part);
    };
    lengths_first(kind, context.brand.as_bytes());
    lengths_first(&[], context.account.as_bytes());
    let mode = match context.mode {
        Mode::Test => b"t",
        Mode::Live => b"l",
    };
    lengths_first(mode, context.key_id.as_bytes());
    lengths_first(&[], told);
    message
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationKey(version {})", self.version)
    }
}

/// The verification keys of all versions that a process holds; at least one, oldest first.
#[derive(Clone, Debug)]
pub struct VerificationKeys(Vec<VerificationKey>);

impl VerificationKeys {
    /// From at least one key, oldest first, as [`crate::Peppers`] keeps them.
    pub(crate) fn new(keys: Vec<VerificationKey>) -> Self {
        assert!(!keys.is_empty(), "a pepper has at least one version");
        Self(keys)
    }

    /// The newest version.
    pub fn newest(&self) -> &VerificationKey {
        self.0.last().expect("an empty set is never made")
    }

    /// A version, if this process holds it.
    pub fn version(&self, version: u8) -> Option<&VerificationKey> {
        self.0.iter().find(|key| key.version == version)
    }

    /// The keys as bytes, for the one who may verify too. They are secret: wiped when dropped.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Room for everything at once: a buffer that grows leaves copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD.len() + self.0.len() * (1 + KEY)));
        bytes.extend_from_slice(HEAD);
        for key in &self.0 {
            bytes.push(key.version);
            bytes.extend_from_slice(&*key.bytes);
        }
        bytes
    }

    /// Reads what [`VerificationKeys::to_bytes`] wrote. `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let keys = bytes.strip_prefix(HEAD)?;
        if keys.is_empty() || keys.len() % (1 + KEY) != 0 {
            return None;
        }
        let mut read: Vec<VerificationKey> = Vec::with_capacity(keys.len() / (1 + KEY));
        for entry in keys.chunks_exact(1 + KEY) {
            let (version, key) = (entry[0], &entry[1..]);
            // Oldest first, each once: the newest is the last.
            if read.last().map_or(0, VerificationKey::version) >= version {
                return None;
            }
            let mut bytes = Zeroizing::new([0; KEY]);
            bytes.copy_from_slice(key);
            read.push(VerificationKey::new(version, bytes));
        }
        Some(Self(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pepper::Peppers;

    fn peppers() -> Peppers {
        Peppers::parse(&format!("1 {}\n7 {}\n", "07".repeat(32), "08".repeat(32))).expect("two versions")
    }

    #[test]
    fn verification_keys_say_what_the_pepper_says_also_after_a_journey() {
        let account = "acc_00000000000000".parse().expect("an account id");
        let key_id: crate::ids::KeyId = "rzp_test_00000000000000".parse().expect("a key id");
        let context =
            KeyContext { brand: "razorpay/IN", account: &account, mode: Mode::Test, key_id: key_id.text() };
        let presented = Presented::parse(b"000000000000000000000000").expect("well formed");
        let keys = peppers().verification_keys();
        let travelled = VerificationKeys::from_bytes(&keys.to_bytes()).expect("what was written");
        for version in [1, 7] {
            let own = peppers().version(version).expect("held").digest_secret(&context, &presented);
            for held in [&keys, &travelled] {
                let held = held.version(version).expect("all versions travel");
                assert!(own.matches(&held.digest_secret(&context, &presented)), "{version}");
            }
        }
        assert_eq!((keys.newest().version(), travelled.newest().version()), (7, 7));
        assert!(travelled.version(2).is_none());
    }

    // The form of a wrapped digest is stored: it is the same in every release.
    #[test]
    fn a_wrapped_digest_is_bound_to_its_pair_and_is_no_digest_of_a_secret() {
        let account = "acc_00000000000000".parse().expect("an account id");
        let other = "acc_00000000000001".parse().expect("an account id");
        let key_id: crate::ids::KeyId = "rzp_test_00000000000000".parse().expect("a key id");
        let context =
            KeyContext { brand: "razorpay/IN", account: &account, mode: Mode::Test, key_id: key_id.text() };
        let presented = Presented::parse(b"000000000000000000000000").expect("well formed");
        let (keys, inner) = (peppers().verification_keys(), peppers().version(1).expect("held").clone());
        let inner = inner.digest_secret(&context, &presented);
        let outer = keys.newest().wrap(&context, &inner);
        let hex: String = outer.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        insta::assert_snapshot!(hex, @"a83e87e647662b6b3cba945d6d3e898e0e8316f6ecd20f037188e72480b52952");
        let moved = KeyContext { account: &other, ..context };
        assert!(!outer.matches(&keys.newest().wrap(&moved, &inner)), "moved to another account");
        let as_secret = keys.newest().digest(VERSION, &context, inner.as_bytes());
        assert!(!outer.matches(&as_secret), "nobody can present a digest as a secret");
    }

    #[test]
    fn keys_that_were_cut_or_are_out_of_order_are_no_keys() {
        let whole = peppers().verification_keys().to_bytes();
        for length in 0..whole.len() {
            let cut = VerificationKeys::from_bytes(&whole[..length]);
            // After the first whole key a cut cannot be told from a set of one; the transport's length says it.
            let is_first_alone = length == HEAD.len() + 1 + KEY;
            assert_eq!(cut.is_some(), is_first_alone, "{length}");
        }
        let mut turned = whole.clone();
        turned[HEAD.len()..].rotate_left(1 + KEY);
        assert!(VerificationKeys::from_bytes(&turned).is_none(), "newest first");
        let mut nought = whole.clone();
        nought[HEAD.len()] = 0;
        assert!(VerificationKeys::from_bytes(&nought).is_none(), "there is no version 0");
    }

    // TM-9
    #[test]
    fn verification_keys_are_not_the_pepper_and_cannot_be_printed() {
        let keys = peppers().verification_keys();
        assert_eq!(
            format!("{keys:?}"),
            "VerificationKeys([VerificationKey(version 1), VerificationKey(version 7)])"
        );
        let bytes = keys.to_bytes();
        let holds = |root: u8| bytes.windows(KEY).any(|window| window == [root; KEY]);
        assert!(!holds(7) && !holds(8), "the pepper's root stays where it is");
    }
}
