//! A brand's rules: what its keys look like and what must be true before they may be made or replaced.
//!
//! What a brand looks like (names, colours, words) is the server's business; the domain knows only policies.

use std::fmt;
use std::str::FromStr;

use crate::access::Role;
use crate::ids::IdError;
use crate::mobile::DialCode;
use crate::random::every;
use crate::secret::SecretStyle;
use crate::time::Duration;

/// The longest name of an org: as long as a label of a host name may be.
const ORG_MAX: usize = 63;
/// The longest text of a brand: an org, a stroke, two capitals.
pub(crate) const BRAND_MAX: usize = ORG_MAX + 3;

/// One org in one country, for example `razorpay/IN`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrandId {
    org: String,
    country: String,
}

impl BrandId {
    /// A brand from its org (`[a-z][a-z0-9-]{0,62}`) and its ISO 3166 country code.
    pub fn new(org: &str, country: &str) -> Result<Self, IdError> {
        let org_is_right = org.len() <= ORG_MAX
            && org.starts_with(|c: char| c.is_ascii_lowercase())
            && org.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let country_is_right = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        if org_is_right && country_is_right {
            Ok(Self { org: org.to_owned(), country: country.to_owned() })
        } else {
            Err(IdError {
                expected: "an org of at most 63 lower-case characters and a country of two capitals, such as razorpay/IN",
            })
        }
    }

    /// The org, for example `razorpay`.
    pub fn org(&self) -> &str {
        &self.org
    }

    /// Whether `text` is how this brand is written.
    pub fn is(&self, text: &str) -> bool {
        text.split_once('/') == Some((self.org(), self.country()))
    }

    /// The country, for example `IN`.
    pub fn country(&self) -> &str {
        &self.country
    }
}

impl fmt::Display for BrandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.org, self.country)
    }
}

impl FromStr for BrandId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (org, country) = text.split_once('/').unwrap_or((text, ""));
        Self::new(org, country)
    }
}

/// What a brand's key ids begin with: `[a-z][a-z0-9]{1,11}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    pub(crate) fn is_valid(text: &[u8]) -> bool {
        (2..=12).contains(&text.len())
            && text[0].is_ascii_lowercase()
            && every(text, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    }

    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyPrefix {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        if Self::is_valid(text.as_bytes()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError { expected: "a lower-case letter and 1 to 11 lower-case letters or digits" })
        }
    }
}

/// When regenerating asks for a one-time password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepUpRule {
    /// Not when one was answered at this login. What the page promises.
    UnlessLoginOtp,
    /// Every time.
    Always,
}

/// The rules of one brand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// Which brand this is.
    pub id: BrandId,
    /// What its key ids begin with.
    pub key_prefix: KeyPrefix,
    /// What its secrets look like.
    pub secret_style: SecretStyle,
    /// Step-up before regenerating or deactivating.
    pub regenerate: StepUpRule,
    /// Whether generating a live key needs a step-up too.
    pub generate_live: bool,
    /// How long a member who changed their mobile number cannot regenerate live keys.
    pub mobile_hold: Duration,
    /// Whether live keys need an activated account.
    pub require_activation: bool,
    /// Whether live keys need a verified website or app.
    pub require_website: bool,
    /// The roles its members may have.
    pub roles: Vec<Role>,
    /// The dial code assumed for a mobile number written without one.
    pub default_dial_code: DialCode,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::time::DAY;

    /// A brand with the page's rules.
    pub(crate) fn brand() -> Brand {
        Brand {
            id: BrandId::new("razorpay", "IN").expect("a brand of the page"),
            key_prefix: "rzp".parse().expect("a prefix of the page"),
            secret_style: SecretStyle::Plain,
            regenerate: StepUpRule::UnlessLoginOtp,
            generate_live: false,
            mobile_hold: DAY,
            require_activation: true,
            require_website: true,
            roles: Role::ALL.to_vec(),
            default_dial_code: "+91".parse().expect("a dial code"),
        }
    }
}
