//! Counts of the minutes of an hour, or of the hours of a day, packed: only parts that have any take room.
//!
//! As bytes, each part is its number and then its count, seven bits to a byte, the lowest first; a set eighth bit says that more follow.

/// Parts with any uses, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts(Vec<(u8, u64)>);

/// Parts of the span that has most: the minutes of an hour.
const PARTS_MAX: u8 = 60;

impl Parts {
    /// Counts uses in a part.
    pub(super) fn add(&mut self, number: u8, count: u32) {
        match self.0.binary_search_by_key(&number, |(number, _)| *number) {
            Ok(place) => self.0[place].1 = self.0[place].1.saturating_add(u64::from(count)),
            Err(place) => self.0.insert(place, (number, u64::from(count))),
        }
    }

    /// The parts, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, u64)> + '_ {
        self.0.iter().copied()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        for (number, mut count) in self.iter() {
            bytes.push(number);
            while 0x80 <= count {
                bytes.push(count as u8 | 0x80);
                count >>= 7;
            }
            bytes.push(count as u8);
        }
        bytes
    }

    /// What [`Parts::to_bytes`] gave. `None` for anything else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut parts: Vec<(u8, u64)> = Vec::with_capacity(bytes.len() / 2);
        let mut rest = bytes.iter().copied();
        while let Some(number) = rest.next() {
            let in_order = parts.last().is_none_or(|(last, _)| *last < number);
            if !in_order || PARTS_MAX <= number {
                return None;
            }
            parts.push((number, count(&mut rest)?));
        }
        Some(Self(parts))
    }
}

fn count(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let mut count = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = bytes.next()?;
        let bits = u64::from(byte & 0x7f);
        // The tenth byte has room for one bit.
        if bits.leading_zeros() < shift {
            return None;
        }
        count |= bits << shift;
        if byte < 0x80 {
            return Some(count);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_back_from_their_bytes_in_order_and_added_up() {
        let mut parts = Parts::default();
        for (number, count) in [(59, 1), (0, 127), (7, 128), (0, 1), (23, u32::MAX)] {
            parts.add(number, count);
        }
        let counted: Vec<_> = parts.iter().collect();
        assert_eq!(counted, [(0, 128), (7, 128), (23, u64::from(u32::MAX)), (59, 1)]);
        let bytes = parts.to_bytes();
        assert_eq!(bytes.len(), 3 + 3 + 6 + 2);
        assert_eq!(Parts::from_bytes(&bytes), Some(parts));
    }

    #[test]
    fn a_count_stops_at_the_top_and_sixty_of_them_fit_into_a_row() {
        let mut parts = Parts((0..PARTS_MAX).map(|number| (number, u64::MAX)).collect());
        parts.add(3, 5);
        let bytes = parts.to_bytes();
        assert_eq!(bytes.len(), 660, "as the schema allows");
        assert_eq!(Parts::from_bytes(&bytes), Some(parts));
    }

    #[test]
    fn what_was_never_written_is_not_guessed_at() {
        let over = [&[1][..], &[0xff; 10]].concat();
        for wrong in [&[1][..], &[1, 0x80], &[2, 1, 1, 1], &[1, 1, 1, 1], &[60, 1], &over] {
            assert_eq!(Parts::from_bytes(wrong), None, "{wrong:?}");
        }
        assert_eq!(Parts::from_bytes(&[]), Some(Parts::default()));
    }
}
