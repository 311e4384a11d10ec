//! Where a pair was used from on a day: the last few networks, however many there were.
//!
//! Only the source of the last use of each drain is known, so these are networks that were seen, not all there were.

use domain::{Network, Timestamp};

/// Networks remembered of a pair and day.
const SOURCES_MAX: usize = 8;

/// A network that a pair was used from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageSource {
    /// Which; `None` when nobody told.
    pub network: Option<Network>,
    /// When it was first seen, since it is remembered.
    pub first_at: Timestamp,
    /// When it was last seen.
    pub last_at: Timestamp,
}

/// The last few networks, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sources(Vec<UsageSource>);

impl Sources {
    /// A use came from there.
    pub(super) fn see(&mut self, network: Option<Network>, at: Timestamp) {
        match self.0.iter_mut().find(|seen| seen.network == network) {
            Some(seen) => {
                seen.first_at = seen.first_at.min(at);
                seen.last_at = seen.last_at.max(at);
            }
            None => self.0.push(UsageSource { network, first_at: at, last_at: at }),
        }
        // Of what was seen at the same moment the order stays.
        self.0.sort_by_key(|seen| std::cmp::Reverse(seen.last_at));
        self.0.truncate(SOURCES_MAX);
    }

    pub(super) fn into_vec(self) -> Vec<UsageSource> {
        self.0
    }

    /// As text, one source a line.
    pub(super) fn to_text(&self) -> String {
        let lines = self.0.iter().map(|seen| {
            let network = seen.network.map(|network| network.to_string()).unwrap_or_default();
            format!("{network}\t{}\t{}", seen.first_at.as_millis(), seen.last_at.as_millis())
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// What [`Sources::to_text`] gave. Lines that it never gives are left out: nothing hangs on them.
    pub(super) fn from_text(text: &str) -> Self {
        let moment = |text: Option<&str>| Some(Timestamp::from_millis(text?.parse().ok()?));
        let seen = |line: &str| {
            let mut parts = line.split('\t');
            let network = match parts.next()? {
                "" => None,
                network => Some(network.parse().ok()?),
            };
            let (first_at, last_at) = (moment(parts.next())?, moment(parts.next())?);
            Some(UsageSource { network, first_at, last_at })
        };
        Self(text.lines().filter_map(seen).take(SOURCES_MAX).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn network(n: usize) -> Option<Network> {
        format!("2001:db8:{n:x}::/64").parse().ok()
    }

    #[test]
    fn a_ninth_network_takes_the_place_of_the_one_that_was_silent_longest() {
        let mut sources = Sources::default();
        for n in 0..8 {
            sources.see(network(n), at(n as i64));
        }
        sources.see(network(0), at(8));
        sources.see(None, at(9));
        let seen: Vec<_> = sources.clone().into_vec().iter().map(|seen| seen.network).collect();
        let expected: Vec<_> = [None, network(0)].into_iter().chain((2..8).rev().map(network)).collect();
        assert_eq!(seen, expected);
        assert_eq!(sources.0[1], UsageSource { network: network(0), first_at: at(0), last_at: at(8) });
        assert_eq!(Sources::from_text(&sources.to_text()), sources);
    }

    #[test]
    fn a_use_that_arrives_late_moves_nothing_back() {
        let mut sources = Sources::default();
        sources.see(network(1), at(5));
        sources.see(network(1), at(3));
        assert_eq!(sources.0, [UsageSource { network: network(1), first_at: at(3), last_at: at(5) }]);
    }

    #[test]
    fn the_longest_names_fit_into_a_row_and_nonsense_is_left_out() {
        let mut sources = Sources::default();
        for n in 0xfff0..0xfff8 {
            sources.see(format!("ffff:ffff:ffff:{n:x}::/64").parse().ok(), at(i64::MIN));
        }
        assert!(sources.to_text().len() <= 1_000, "as the schema allows");
        assert_eq!(Sources::from_text("").0, []);
        for wrong in ["192.0.2.1", "192.0.2.1\t1", "nowhere\t1\t2", "192.0.2.1\tx\t2"] {
            assert_eq!(Sources::from_text(wrong).0, [], "{wrong}");
        }
    }
}
