//! Randomness as a parameter: base62 text drawn by rejection, so that every character is equally likely.

use rand_core::Rng;

/// A source of cryptographically strong randomness. The server passes the operating system's.
pub type Random<'a> = &'a mut dyn Rng;

/// The alphabet of ids and secrets: digits, upper case, lower case.
pub(crate) const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Fills `out` with base62 characters.
///
/// A byte of 248 or more is thrown away: 248 is the largest multiple of 62 below 256, and keeping the rest
/// would make the first characters of the alphabet likelier.
pub fn base62(out: &mut [u8], rng: Random<'_>) {
    let mut pool = [0u8; 64];
    let mut filled = 0;
    while filled < out.len() {
        rng.fill_bytes(&mut pool);
        for byte in pool {
            if byte < 248 && filled < out.len() {
                out[filled] = BASE62[usize::from(byte) % 62];
                filled += 1;
            }
        }
    }
    zeroize::Zeroize::zeroize(&mut pool);
}

/// Whether all of `text` is base62.
#[inline]
pub(crate) fn is_base62(text: &[u8]) -> bool {
    every(text, |byte| byte.is_ascii_alphanumeric())
}

/// Whether something is true of every byte. All are looked at, many at a time, which is faster than to stop early.
#[inline]
pub(crate) fn every(text: &[u8], is_right: impl Fn(u8) -> bool) -> bool {
    text.iter().fold(true, |all, byte| all & is_right(*byte))
}

/// A number drawn uniformly from `0..bound`, by rejection.
pub(crate) fn below(bound: u32, rng: Random<'_>) -> u32 {
    let limit = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = rng.next_u32();
        if drawn < limit {
            return drawn % bound;
        }
    }
}

/// A fixed, worthless source for tests and stories: the same `seed` always tells the same story.
pub fn seeded(seed: u64) -> impl Rng {
    SplitMix(seed)
}

/// Sebastiano Vigna's SplitMix64: enough for stories, useless for secrets.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl rand_core::TryRng for SplitMix {
    type Error = rand_core::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.next() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in out.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_the_alphabet_is_about_equally_likely() {
        let mut text = vec![0u8; 62_000];
        base62(&mut text, &mut seeded(1));
        for character in BASE62 {
            let count = text.iter().filter(|byte| *byte == character).count();
            assert!((850..1150).contains(&count), "{} drawn {count} times", *character as char);
        }
    }

    #[test]
    fn the_same_seed_tells_the_same_story() {
        let (mut one, mut two) = ([0u8; 14], [0u8; 14]);
        base62(&mut one, &mut seeded(7));
        base62(&mut two, &mut seeded(7));
        assert_eq!(one, two);
    }
}
