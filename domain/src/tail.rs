//! The tail of an id: its 14 random characters in 84 bits, for those who hold millions of ids.

use crate::random::BASE62;

/// How many random characters an id has.
pub(crate) const RANDOM: usize = 14;
/// Bits of a character.
const BITS: usize = 6;
/// Characters in the lower part; the others are in the upper one.
const LOWER: usize = 10;

/// The number of each character of the alphabet; no other byte is ever asked for.
const NUMBERS: [u8; 256] = {
    let mut numbers = [0; 256];
    let mut number = 0;
    while number < BASE62.len() {
        numbers[BASE62[number] as usize] = number as u8;
        number += 1;
    }
    numbers
};

/// The characters by number. The last two numbers stand for nothing and are never made.
const CHARACTERS: [u8; 64] = {
    let mut characters = [b'0'; 64];
    let mut number = 0;
    while number < BASE62.len() {
        characters[number] = BASE62[number];
        number += 1;
    }
    characters
};

/// The 14 random characters of an id, six bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tail {
    /// The first ten characters: 60 bits.
    pub lower: u64,
    /// The last four: 24 bits.
    pub upper: u32,
}

impl Tail {
    /// The tail of an id; every character must be base62.
    pub(crate) fn of(random: &[u8; RANDOM]) -> Self {
        let pack = |part: &[u8]| {
            part.iter()
                .rev()
                .fold(0u64, |packed, byte| packed << BITS | u64::from(NUMBERS[usize::from(*byte)]))
        };
        Self { lower: pack(&random[..LOWER]), upper: pack(&random[LOWER..]) as u32 }
    }

    /// The characters.
    pub(crate) fn to_bytes(self) -> [u8; RANDOM] {
        let mut random = [0; RANDOM];
        let unpack = |packed: u64, place: usize| CHARACTERS[(packed >> (place * BITS)) as usize % 64];
        for (place, byte) in random[..LOWER].iter_mut().enumerate() {
            *byte = unpack(self.lower, place);
        }
        for (place, byte) in random[LOWER..].iter_mut().enumerate() {
            *byte = unpack(u64::from(self.upper), place);
        }
        random
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_tail_comes_back_as_it_went_in(random in "[0-9A-Za-z]{14}") {
            let random: [u8; RANDOM] = random.as_bytes().try_into().expect("fourteen characters");
            let tail = Tail::of(&random);
            prop_assert_eq!(tail.to_bytes(), random);
            prop_assert!(tail.lower < 1 << 60 && tail.upper < 1 << 24);
        }
    }
}
