//! HMAC-SHA-256 (RFC 2104) of one short message: the digest that every verification waits for.
//!
//! The key is absorbed once. A message is written into the blocks that SHA-256 reads, padding and all, so that a digest
//! costs the compressions it takes and hardly anything else. The `hmac` crate, which makes all other digests here, is held
//! against it in the tests.

use sha2::block_api::compress256;
use zeroize::{DefaultIsZeroes, Zeroize, ZeroizeOnDrop};

/// Bytes that SHA-256 takes at a time.
const BLOCK: usize = 64;
/// What stands behind a message at least: a bit, and the length in 64 bits.
const PADDING: usize = 1 + 8;
/// Where SHA-256 begins (FIPS 180-4, 5.3.3).
const BEGINNING: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A key that is absorbed already, in both of its forms.
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct Prepared {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Prepared {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let absorbed = |pad: u8| {
            let mut block = [pad; BLOCK];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let mut state = BEGINNING;
            compress256(&mut state, &[block]);
            block.zeroize();
            state
        };
        Self { inner: absorbed(0x36), outer: absorbed(0x5c) }
    }

    /// The digest of a message, which is closed by this.
    pub(crate) fn digest<const BLOCKS: usize>(&self, message: &mut Message<BLOCKS>) -> [u8; 32] {
        let mut state = self.inner;
        compress256(&mut state, message.closed());
        let mut last = Message::<1>::new();
        state.iter().for_each(|word| last.push(&word.to_be_bytes()));
        let mut state = self.outer;
        compress256(&mut state, last.closed());
        let mut digest = [0; 32];
        digest.as_chunks_mut().0.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
        digest
    }
}

/// A message that is being written. Wiped from memory when dropped.
pub(crate) struct Message<const BLOCKS: usize> {
    blocks: Blocks<BLOCKS>,
    length: usize,
}

/// Wiped at once, not byte by byte.
#[derive(Clone, Copy)]
struct Blocks<const BLOCKS: usize>([[u8; BLOCK]; BLOCKS]);

impl<const BLOCKS: usize> Default for Blocks<BLOCKS> {
    fn default() -> Self {
        Self([[0; BLOCK]; BLOCKS])
    }
}

impl<const BLOCKS: usize> DefaultIsZeroes for Blocks<BLOCKS> {}

impl<const BLOCKS: usize> Message<BLOCKS> {
    /// The longest message, in bytes.
    pub(crate) const MAX: usize = BLOCKS * BLOCK - PADDING;

    pub(crate) fn new() -> Self {
        Self { blocks: Blocks::default(), length: 0 }
    }

    /// Adds a part. The whole must not become longer than [`Message::MAX`].
    #[inline]
    pub(crate) fn push(&mut self, part: &[u8]) {
        let room = &mut self.blocks.0.as_flattened_mut()[self.length..][..part.len()];
        match part.len() {
            16..=32 => copy_ends::<16>(room, part),
            8..16 => copy_ends::<8>(room, part),
            _ => room.copy_from_slice(part),
        }
        self.length += part.len();
    }

    /// The blocks with the padding of a message that follows one block, the key's.
    fn closed(&mut self) -> &[[u8; BLOCK]] {
        let used = (self.length + PADDING).div_ceil(BLOCK);
        let bytes = self.blocks.0.as_flattened_mut();
        bytes[self.length] = 0x80;
        let bits = ((BLOCK + self.length) * 8) as u64;
        bytes[used * BLOCK - 8..][..8].copy_from_slice(&bits.to_be_bytes());
        &self.blocks.0[..used]
    }
}

/// Copies between `END` and twice as many bytes as two ends that may overlap: a few moves instead of a call.
#[inline]
fn copy_ends<const END: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<END>(), from.first_chunk::<END>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<END>(), from.last_chunk::<END>()) {
        *to = *from;
    }
}

impl<const BLOCKS: usize> Drop for Message<BLOCKS> {
    fn drop(&mut self) {
        self.blocks.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::Sha256;

    use super::*;

    fn ours(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
        let mut message = Message::<4>::new();
        parts.iter().for_each(|part| message.push(part));
        Prepared::new(key).digest(&mut message)
    }

    #[test]
    fn a_digest_is_what_the_hmac_crate_makes_of_it_at_every_length() {
        let key: [u8; 32] = std::array::from_fn(|n| n as u8 * 7 + 1);
        let text: Vec<u8> = (0..Message::<4>::MAX).map(|n| n as u8 ^ 0x5a).collect();
        for length in 0..=text.len() {
            let mut theirs = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
            theirs.update(&text[..length]);
            let (front, back) = text[..length].split_at(length / 3);
            assert_eq!(ours(&key, &[front, back])[..], theirs.finalize().into_bytes()[..], "{length}");
        }
    }

    // The key of RFC 4231, test case 1, is its twenty bytes and noughts: a short key is filled up with noughts.
    #[test]
    fn the_first_case_of_rfc_4231_comes_out() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let digest = ours(&key, &[b"Hi ", b"There"]);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    #[test]
    #[should_panic = "range end index"]
    fn a_message_that_is_too_long_is_not_cut() {
        Message::<1>::new().push(&[0; 65]);
    }
}
