//! Counts over time in a fixed number of buckets: a ring that forgets its oldest bucket when a newer one begins.
//!
//! However many are counted it takes the same room, in memory and written down.

use domain::{HOUR, MINUTE, Timestamp};

/// Refusals of the last hour, minute by minute.
pub type Minutes = Buckets<60, { MINUTE.as_millis() }>;
/// Refusals of the last two days, hour by hour.
pub type Hours = Buckets<48, { HOUR.as_millis() }>;

/// `N` buckets of `SPAN` milliseconds each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets<const N: usize, const SPAN: i64> {
    /// The number of the newest bucket in use: a moment divided by the span.
    newest: i64,
    /// The bucket with number `n` stands at `n` modulo `N`.
    counts: [u32; N],
}

impl<const N: usize, const SPAN: i64> Buckets<N, SPAN> {
    /// How many bytes [`Buckets::to_bytes`] gives.
    pub const BYTES: usize = 8 + 4 * N;

    /// Nothing counted yet.
    pub const fn new() -> Self {
        Self { newest: i64::MIN / 2, counts: [0; N] }
    }

    /// Counts so many more.
    pub fn count(&mut self, times: u64, at: Timestamp) {
        let number = at.as_millis().div_euclid(SPAN);
        if self.newest < number {
            let first_stale = (self.newest + 1).max(number - N as i64 + 1);
            (first_stale..=number).for_each(|stale| self.counts[place::<N>(stale)] = 0);
            self.newest = number;
        }
        // A clock that went back far counts nothing: its bucket is gone.
        if self.holds(number) {
            let count = &mut self.counts[place::<N>(number)];
            *count = count.saturating_add(u32::try_from(times).unwrap_or(u32::MAX));
        }
    }

    /// The buckets that end with the one of `now`, oldest first, each with the moment at which it begins.
    pub fn until(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, u32)> + use<'_, N, SPAN> {
        let last = now.as_millis().div_euclid(SPAN);
        (last - N as i64 + 1..=last).map(|number| {
            let count = if self.holds(number) { self.counts[place::<N>(number)] } else { 0 };
            (Timestamp::from_millis(number.saturating_mul(SPAN)), count)
        })
    }

    /// How many there were in all those buckets.
    pub fn sum(&self, now: Timestamp) -> u64 {
        self.until(now).map(|(_, count)| u64::from(count)).sum()
    }

    /// How many there were in the last `buckets` of them, the one of `now` included.
    pub fn sum_of_last(&self, buckets: usize, now: Timestamp) -> u64 {
        self.until(now).skip(N.saturating_sub(buckets)).map(|(_, count)| u64::from(count)).sum()
    }

    /// As bytes, always as many.
    pub fn to_bytes(&self) -> Vec<u8> {
        let counts = self.counts.iter().flat_map(|count| count.to_be_bytes());
        self.newest.to_be_bytes().into_iter().chain(counts).collect()
    }

    /// What [`Buckets::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (newest, rest) = bytes.split_first_chunk::<8>()?;
        let (counts, rest) = rest.as_chunks::<4>();
        let counts: Vec<u32> = counts.iter().map(|count| u32::from_be_bytes(*count)).collect();
        let counts = counts.try_into().ok().filter(|_| rest.is_empty())?;
        // A number beyond all moments would overflow when it is counted on.
        let newest = i64::from_be_bytes(*newest).clamp(i64::MIN / 2, i64::MAX / SPAN);
        Some(Self { newest, counts })
    }

    fn holds(&self, number: i64) -> bool {
        self.newest - (N as i64) < number && number <= self.newest
    }
}

impl<const N: usize, const SPAN: i64> Default for Buckets<N, SPAN> {
    fn default() -> Self {
        Self::new()
    }
}

fn place<const N: usize>(number: i64) -> usize {
    number.rem_euclid(N as i64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    type Four = Buckets<4, 1_000>;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn counted(moments: &[i64]) -> Four {
        let mut buckets = Four::new();
        moments.iter().for_each(|moment| buckets.count(1, at(*moment)));
        buckets
    }

    fn told(buckets: &Four, now: i64) -> Vec<u32> {
        buckets.until(at(now)).map(|(_, count)| count).collect()
    }

    #[test]
    fn a_bucket_is_forgotten_when_as_many_newer_ones_have_begun() {
        let buckets = counted(&[5_000, 5_999, 6_000, 8_500]);
        assert_eq!(told(&buckets, 8_999), [2, 1, 0, 1]);
        assert_eq!(told(&buckets, 9_000), [1, 0, 1, 0]);
        assert_eq!(told(&buckets, 12_000), [0, 0, 0, 0]);
        assert_eq!((buckets.sum(at(8_500)), buckets.sum_of_last(2, at(8_500))), (4, 1));
        let starts: Vec<i64> = buckets.until(at(8_500)).map(|(start, _)| start.as_millis()).collect();
        assert_eq!(starts, [5_000, 6_000, 7_000, 8_000]);
    }

    #[test]
    fn a_long_silence_and_a_clock_that_goes_back_leave_no_old_counts() {
        let mut buckets = counted(&[1_000, 2_000, 3_000, 4_000]);
        buckets.count(1, at(1_000_000));
        assert_eq!(told(&buckets, 1_000_000), [0, 0, 0, 1]);
        buckets.count(1, at(999_000));
        buckets.count(1, at(5));
        assert_eq!(told(&buckets, 1_000_000), [0, 0, 1, 1]);
        assert_eq!(told(&buckets, 5), [0, 0, 0, 0]);
        buckets.count(1, at(i64::MAX));
        buckets.count(1, at(i64::MIN));
        assert_eq!(buckets.sum(at(1_000_000)), 0);
    }

    #[test]
    fn counts_come_back_from_their_bytes_and_nonsense_does_not() {
        let buckets = counted(&[1_000, 2_000, 2_000]);
        let bytes = buckets.to_bytes();
        assert_eq!(bytes.len(), Four::BYTES);
        assert_eq!(Four::from_bytes(&bytes), Some(buckets));
        for wrong in [&bytes[..23], &bytes[..8], &[][..], &[0; 25][..]] {
            assert_eq!(Four::from_bytes(wrong), None);
        }
        let mut extreme = Four::from_bytes(&[0xff; 24]).expect("as many bytes");
        extreme.count(1, at(0));
        let mut extreme = Four::from_bytes(&[0x7f; 24]).expect("as many bytes");
        extreme.count(1, at(i64::MAX));
    }

    #[test]
    fn a_flood_takes_no_more_room_and_stops_counting_only_at_the_top() {
        let mut buckets = counted(&[1_000]);
        (0..100_000).for_each(|_| buckets.count(1, at(1_500)));
        assert_eq!(told(&buckets, 1_500), [0, 0, 0, 100_001]);
        assert_eq!(buckets.to_bytes().len(), Four::BYTES);
    }
}
