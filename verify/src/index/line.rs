//! A pair as words: a line of eight (64 bytes, one cache line) with what a verdict needs, and a margin of three
//! with what only its owner asks for.
//!
//! | word | bits from below |
//! |---|---|
//! | 0 | 16 turn (see `records`), 48 the moment of its state |
//! | 1 | 60 tail of the key id, 3 which state, 1 whether there is an expiry date |
//! | 2 | 60 tail of the account, 1 whether its key has limits, 3 free |
//! | 3 | 24 rest of the key id's tail, 24 rest of the account's, 16 kind |
//! | 4–7 | digest |
//! | margin 0 | 60 tail of the key, 4 free |
//! | margin 1 | 16 of the rest of the key's tail, 48 when it was made |
//! | margin 2 | the other 8 of it, 8 free, 48 the expiry date |
//!
//! Moments are milliseconds since 1970 in 48 bits, which last until the year 10889.

use domain::{Digest, EndReason, PairState, Tail, Timestamp};

/// Words of a line.
pub(super) const LINE: usize = 8;
/// Words of a margin.
pub(super) const MARGIN: usize = 3;

/// Bits of a tail's lower part.
const TAIL: u64 = (1 << 60) - 1;
/// Bits of a moment.
const MOMENT_MAX: i64 = (1 << 48) - 1;
/// Bits of the turn.
const TURN: u64 = 0xFFFF;

/// What a verdict needs to know of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) tail: Tail,
    pub(super) account: Tail,
    /// The number of its kind.
    pub(super) kind: u16,
    pub(super) state: PairState,
    /// Whether there is an expiry date in the margin.
    pub(super) expires: bool,
    /// Whether its key has limits.
    pub(super) limited: bool,
    pub(super) digest: Digest,
}

/// What is known of a pair and no verdict needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aside {
    pub(super) key: Tail,
    pub(super) created_at: Timestamp,
    /// The expiry date; meaningful when the fact says that there is one.
    pub(super) expires_at: Timestamp,
}

impl Fact {
    /// What is known of nobody. No secret is right for it.
    pub(super) const NOBODY: Self = Self {
        tail: Tail { lower: 0, upper: 0 },
        account: Tail { lower: 0, upper: 0 },
        kind: u16::MAX,
        state: PairState::Ended { at: Timestamp::from_millis(0), why: EndReason::Deactivated },
        expires: false,
        limited: false,
        digest: Digest::from_bytes([0; 32]),
    };

    /// The line, with a turn of nought.
    pub(super) fn to_line(self) -> [u64; LINE] {
        let (state, moment) = pack(self.state);
        let digest = self.digest.as_bytes();
        let quarter = |n: usize| {
            u64::from_le_bytes(*digest[8 * n..].first_chunk().expect("a digest has four times eight bytes"))
        };
        [
            bits_of(moment) << 16,
            self.tail.lower | state << 60 | u64::from(self.expires) << 63,
            self.account.lower | u64::from(self.limited) << 60,
            u64::from(self.tail.upper) | u64::from(self.account.upper) << 24 | u64::from(self.kind) << 48,
            quarter(0),
            quarter(1),
            quarter(2),
            quarter(3),
        ]
    }

    /// What [`Fact::to_line`] gave.
    #[inline]
    pub(super) fn of_line(line: &[u64; LINE]) -> Self {
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(8).zip(&line[4..]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self {
            tail: Tail { lower: line[1] & TAIL, upper: line[3] as u32 & 0xFF_FFFF },
            account: Tail { lower: line[2] & TAIL, upper: (line[3] >> 24) as u32 & 0xFF_FFFF },
            kind: (line[3] >> 48) as u16,
            state: unpack((line[1] >> 60) & 7, Timestamp::from_millis((line[0] >> 16) as i64)),
            expires: line[1] >> 63 == 1,
            limited: (line[2] >> 60) & 1 == 1,
            digest: Digest::from_bytes(digest),
        }
    }
}

impl Aside {
    pub(super) fn to_margin(self) -> [u64; MARGIN] {
        let upper = u64::from(self.key.upper);
        [
            self.key.lower,
            upper & 0xFFFF | bits_of(self.created_at) << 16,
            upper >> 16 | bits_of(self.expires_at) << 16,
        ]
    }

    /// What [`Aside::to_margin`] gave.
    pub(super) const fn of_margin(margin: &[u64; MARGIN]) -> Self {
        let upper = margin[1] & 0xFFFF | (margin[2] & 0xFF) << 16;
        Self {
            key: Tail { lower: margin[0] & TAIL, upper: upper as u32 },
            created_at: Timestamp::from_millis((margin[1] >> 16) as i64),
            expires_at: Timestamp::from_millis((margin[2] >> 16) as i64),
        }
    }
}

/// The turn of a first word.
pub(super) const fn turn_of(word: u64) -> u64 {
    word & TURN
}

/// A first word with another turn.
pub(super) const fn with_turn(word: u64, turn: u64) -> u64 {
    word & !TURN | turn & TURN
}

fn bits_of(moment: Timestamp) -> u64 {
    moment.as_millis().clamp(0, MOMENT_MAX) as u64
}

const fn pack(state: PairState) -> (u64, Timestamp) {
    match state {
        PairState::Current => (0, Timestamp::from_millis(0)),
        PairState::Retiring { until } => (1, until),
        PairState::Ended { at, why } => (
            match why {
                EndReason::Replaced => 2,
                EndReason::GraceOver => 3,
                EndReason::Deactivated => 4,
                EndReason::Expired => 5,
            },
            at,
        ),
    }
}

/// Numbers that are never packed stand for an ended pair: whatever went wrong, it lets nobody in.
const fn unpack(state: u64, moment: Timestamp) -> PairState {
    match state {
        0 => PairState::Current,
        1 => PairState::Retiring { until: moment },
        2 => PairState::Ended { at: moment, why: EndReason::Replaced },
        3 => PairState::Ended { at: moment, why: EndReason::GraceOver },
        5 => PairState::Ended { at: moment, why: EndReason::Expired },
        _ => PairState::Ended { at: moment, why: EndReason::Deactivated },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tail() -> impl Strategy<Value = Tail> {
        (0..1u64 << 60, 0..1u32 << 24).prop_map(|(lower, upper)| Tail { lower, upper })
    }

    fn moment() -> impl Strategy<Value = Timestamp> {
        (0..=MOMENT_MAX).prop_map(Timestamp::from_millis)
    }

    fn state() -> impl Strategy<Value = PairState> {
        let why = prop_oneof![
            Just(EndReason::Replaced),
            Just(EndReason::GraceOver),
            Just(EndReason::Deactivated),
            Just(EndReason::Expired),
        ];
        prop_oneof![
            Just(PairState::Current),
            moment().prop_map(|until| PairState::Retiring { until }),
            (moment(), why).prop_map(|(at, why)| PairState::Ended { at, why }),
        ]
    }

    proptest! {
        #[test]
        fn a_pair_comes_out_of_its_words_as_it_went_in(
            (tail, account, key) in (tail(), tail(), tail()),
            kind in any::<u16>(),
            state in state(),
            (expires, limited) in any::<(bool, bool)>(),
            digest in any::<[u8; 32]>(),
            (created_at, expires_at) in (moment(), moment()),
            turn in 0..=TURN,
        ) {
            let digest = Digest::from_bytes(digest);
            let fact = Fact { tail, account, kind, state, expires, limited, digest };
            let mut line = fact.to_line();
            prop_assert_eq!(turn_of(line[0]), 0);
            line[0] = with_turn(line[0], turn);
            prop_assert_eq!(turn_of(line[0]), turn);
            prop_assert_eq!(Fact::of_line(&line), fact);

            let aside = Aside { key, created_at, expires_at };
            prop_assert_eq!(Aside::of_margin(&aside.to_margin()), aside);
        }
    }

    #[test]
    fn a_moment_out_of_range_is_the_nearest_one_in_it() {
        assert_eq!(bits_of(Timestamp::from_millis(-1)), 0);
        assert_eq!(bits_of(Timestamp::from_millis(i64::MAX)), MOMENT_MAX as u64);
    }
}
