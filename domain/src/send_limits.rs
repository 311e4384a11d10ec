//! How many codes may be sent by SMS around a number, and in a brand's name. TM-56
//!
//! Messages cost money, and some numbers earn it: whoever owns a block of expensive ones has codes sent to each in turn, so a
//! limit for each number alone stops nobody. These two count together what many accounts, sessions and numbers ask for.
//! Each counts in windows that begin at whole multiples of their length; the commit that sends a code counts it.

use crate::brand::BrandId;
use crate::mobile::Mobile;
use crate::time::{DAY, Duration, MINUTE, Timestamp};

/// Digits at the end of a number in which its neighbours differ.
const NEIGHBOURS: usize = 4;

/// Which allowance of codes is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SendLimit {
    /// That of the one number or address.
    Recipient,
    /// That of the numbers around it.
    Nearby,
    /// That of the brand for a day.
    Brand,
}

impl SendLimit {
    /// All of them.
    pub const ALL: [SendLimit; 3] = [SendLimit::Recipient, SendLimit::Nearby, SendLimit::Brand];

    /// The word in the store, in texts and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            SendLimit::Recipient => "recipient",
            SendLimit::Nearby => "nearby",
            SendLimit::Brand => "brand",
        }
    }
}

/// The figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendLimits {
    /// Codes to numbers that differ in their last four digits alone, in one window.
    pub nearby: u32,
    /// How long that window is.
    pub nearby_within: Duration,
    /// Codes by SMS in one brand's name, a day (UTC).
    pub daily: u32,
}

impl Default for SendLimits {
    fn default() -> Self {
        Self { nearby: 20, nearby_within: MINUTE.times(10), daily: 10_000 }
    }
}

/// What may be sent of something in one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Which one.
    pub limit: SendLimit,
    /// In whose name.
    pub brand: BrandId,
    /// Of what: the numbers' common beginning, for example. Never a whole number.
    pub subject: String,
    /// When the window began.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// How many.
    pub most: u32,
}

impl SendLimits {
    /// What a code to a number counts against.
    pub fn allowances(&self, brand: &BrandId, number: &Mobile, now: Timestamp) -> [Allowance; 2] {
        let text = number.as_str();
        let block = &text[..text.len().saturating_sub(NEIGHBOURS)];
        [
            window(SendLimit::Nearby, brand, format!("{block}••••"), self.nearby_within, self.nearby, now),
            window(SendLimit::Brand, brand, brand.to_string(), DAY, self.daily, now),
        ]
    }
}

impl Allowance {
    /// The allowance of one number or address, as far as it is worth telling an operator that it was used up.
    pub fn of_recipient(brand: &BrandId, masked: String, until: Timestamp, now: Timestamp) -> Self {
        let own = window(SendLimit::Recipient, brand, masked, DAY, u32::MAX, now);
        Allowance { until: if own.until.reached(until) { until } else { own.until }, ..own }
    }
}

fn window(
    limit: SendLimit,
    brand: &BrandId,
    subject: String,
    length: Duration,
    most: u32,
    now: Timestamp,
) -> Allowance {
    let into = now.as_millis().rem_euclid(length.as_millis());
    let since = now - Duration::from_millis(into);
    Allowance { limit, brand: brand.clone(), subject, since, until: since + length, most }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_an_allowance_and_a_window_ends_when_the_next_begins() {
        let brand = BrandId::new("razorpay", "IN").expect("a brand");
        let limits = SendLimits::default();
        let of = |number: &str, millis| {
            let number = Mobile::from_stored(number.to_owned());
            limits.allowances(&brand, &number, Timestamp::from_millis(millis))
        };
        let [nearby, daily] = of("+919876543210", 1_800_000_000_000);
        assert_eq!(nearby.subject, "+91987654••••");
        assert_eq!(daily.subject, "razorpay/IN");
        assert_eq!(of("+919876549999", 1_800_000_000_000)[0], nearby);
        assert_ne!(of("+919876553210", 1_800_000_000_000)[0], nearby);
        let last = nearby.until.as_millis() - 1;
        assert_eq!(of("+919876543210", last)[0], nearby);
        assert_eq!(of("+919876543210", last + 1)[0].since, nearby.until);
        assert_eq!(daily.until, daily.since + DAY);
        assert_eq!(of("+1", 0)[0].subject, "••••", "whatever was stored");
    }
}
