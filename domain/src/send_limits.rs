//! How many codes may be sent by SMS around a number, and in a brand's name. TM-56
//!
//! Messages cost money, and some numbers earn it: whoever owns a block of expensive ones has codes sent to each in turn, so a
//! limit for each number alone stops nobody. These count together what many accounts, sessions and numbers ask for.
//! Each counts in windows that begin at whole multiples of their length; the commit that sends a code counts it.
//!
//! Anybody may ask for a code to a number that nobody has verified. Such codes are few for each user and account, and have
//! half of what all share: the other half always remains for those who log in.

use crate::brand::BrandId;
use crate::ids::{AccountId, UserId};
use crate::mobile::Mobile;
use crate::time::{DAY, Duration, MINUTE, Timestamp};
use crate::way::Way;

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
    /// That of a user for codes to new numbers.
    User,
    /// That of an account for codes to new numbers.
    Account,
    /// The half of [`SendLimit::Nearby`] that new numbers may use.
    NewNearby,
    /// The half of [`SendLimit::Brand`] that new numbers may use.
    NewBrand,
}

impl SendLimit {
    /// All of them.
    pub const ALL: [SendLimit; 7] = [
        SendLimit::Recipient,
        SendLimit::Nearby,
        SendLimit::Brand,
        SendLimit::User,
        SendLimit::Account,
        SendLimit::NewNearby,
        SendLimit::NewBrand,
    ];

    /// The word in the store, in texts and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            SendLimit::Recipient => "recipient",
            SendLimit::Nearby => "nearby",
            SendLimit::Brand => "brand",
            SendLimit::User => "user",
            SendLimit::Account => "account",
            SendLimit::NewNearby => "new_nearby",
            SendLimit::NewBrand => "new_brand",
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
    /// Of these, codes that one user may have sent to numbers nobody has verified, a day.
    pub new_by_user: u32,
    /// The same for everybody in an account together.
    pub new_by_account: u32,
}

impl Default for SendLimits {
    fn default() -> Self {
        Self {
            nearby: 20,
            nearby_within: MINUTE.times(10),
            daily: 10_000,
            new_by_user: 5,
            new_by_account: 30,
        }
    }
}

/// What may be sent of something in one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Which one.
    pub limit: SendLimit,
    /// In whose name.
    pub brand: BrandId,
    /// Of what: the numbers' common beginning or a user's id, for example. Never a whole number.
    pub subject: String,
    /// When the window began.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// How many.
    pub most: u32,
}

impl SendLimits {
    /// What a code counts against that a user of an account has sent.
    pub fn allowances(
        &self,
        brand: &BrandId,
        account: &AccountId,
        user: &UserId,
        way: &Way,
        now: Timestamp,
    ) -> Vec<Allowance> {
        match way {
            Way::Sms(number) => self.shared(brand, number, now).to_vec(),
            Way::NewNumber(number) => {
                let [nearby, daily] = self.shared(brand, number, now);
                vec![
                    window(SendLimit::User, brand, user.to_string(), DAY, self.new_by_user, now),
                    window(SendLimit::Account, brand, account.to_string(), DAY, self.new_by_account, now),
                    nearby.half(SendLimit::NewNearby),
                    daily.half(SendLimit::NewBrand),
                    nearby,
                    daily,
                ]
            }
            Way::Email(_) | Way::App | Way::NewApp { .. } => Vec::new(),
        }
    }

    /// What all codes by SMS share.
    fn shared(&self, brand: &BrandId, number: &Mobile, now: Timestamp) -> [Allowance; 2] {
        let text = number.as_str();
        let block = &text[..text.len().saturating_sub(NEIGHBOURS)];
        [
            window(SendLimit::Nearby, brand, format!("{block}••••"), self.nearby_within, self.nearby, now),
            window(SendLimit::Brand, brand, brand.to_string(), DAY, self.daily, now),
        ]
    }
}

impl Allowance {
    /// Half of it. Of one code it is that one: nobody could ever verify a number otherwise.
    fn half(&self, limit: SendLimit) -> Self {
        Allowance { limit, most: self.most.div_ceil(2), ..self.clone() }
    }

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
    use crate::random::seeded;

    #[test]
    fn neighbours_share_an_allowance_and_a_window_ends_when_the_next_begins() {
        let brand = BrandId::new("razorpay", "IN").expect("a brand");
        let limits = SendLimits::default();
        let of = |number: &str, millis| {
            limits.shared(&brand, &Mobile::from_stored(number.to_owned()), Timestamp::from_millis(millis))
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

    #[test]
    fn a_code_to_a_new_number_counts_for_who_asks_and_against_half_of_what_all_share() {
        let brand = BrandId::new("razorpay", "IN").expect("a brand");
        let rng = &mut seeded(1);
        let (account, user) = (AccountId::draw(rng), UserId::draw(rng));
        let number = Mobile::from_stored("+919876543210".to_owned());
        let of = |limits: SendLimits, way| {
            let all = limits.allowances(&brand, &account, &user, &way, Timestamp::from_millis(0));
            all.into_iter().map(|one| (one.limit, one.subject, one.most)).collect::<Vec<_>>()
        };
        let (block, whole) = ("+91987654••••".to_owned(), "razorpay/IN".to_owned());
        let shared = [(SendLimit::Nearby, block.clone(), 20), (SendLimit::Brand, whole.clone(), 10_000)];
        let own = [
            (SendLimit::User, user.to_string(), 5),
            (SendLimit::Account, account.to_string(), 30),
            (SendLimit::NewNearby, block, 10),
            (SendLimit::NewBrand, whole, 5_000),
        ];
        let usual = SendLimits::default();
        assert_eq!(of(usual, Way::Sms(number.clone())), shared);
        assert_eq!(of(usual, Way::NewNumber(number.clone())), [&own[..], &shared[..]].concat());
        assert_eq!(of(usual, Way::Email("owner@shop.example".to_owned())), []);
        let one = SendLimits { daily: 1, ..usual };
        assert_eq!(of(one, Way::NewNumber(number))[3].2, 1, "or nobody could verify a number");
    }
}
