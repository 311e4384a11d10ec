//! Mobile numbers (ITU-T E.164), and how often a code may be sent to one.

use std::fmt;
use std::str::FromStr;

use phonenumber::Mode;

use crate::brand::BrandId;
use crate::letter::Recipient;
use crate::refusal::Refusal;
use crate::send_limits::SendLimit;
use crate::time::{DAY, Duration, HOUR, SECOND, Timestamp};

/// Shortest pause between two codes to a number.
const PAUSE: Duration = SECOND.times(30);
/// Codes an hour to a number.
const HOURLY: usize = 5;
/// Codes a day to a number.
pub(crate) const DAILY: usize = 10;

/// A number in international form, for example `+919876543210`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mobile(String);

/// A text that is not a mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid mobile number")]
pub struct MobileError;

impl Mobile {
    /// Reads what somebody typed; a number without `+` or `00` gets the brand's dial code. However it is spelled, what is
    /// kept is its one E.164 form, because limits are counted by it: trunk zeros go, and those of Italy, which belong to the
    /// number, stay. TM-56
    pub fn parse(text: &str, default: &DialCode) -> Result<Self, MobileError> {
        if 32 < text.len() {
            return Err(MobileError);
        }
        let bare: String =
            text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
        let full = match (bare.strip_prefix('+'), bare.strip_prefix("00")) {
            (Some(rest), _) | (None, Some(rest)) => format!("+{rest}"),
            (None, None) => format!("{}{bare}", default.0),
        };
        if !full[1..].bytes().all(|b| b.is_ascii_digit()) {
            return Err(MobileError);
        }
        let number = phonenumber::parse(None, &full).map_err(|_| MobileError)?;
        if !phonenumber::is_valid(&number) {
            return Err(MobileError);
        }
        Ok(Self(number.format().mode(Mode::E164).to_string()))
    }

    /// A number read back from the store.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The number in international form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as a page may show it: the dial code's first digits and the last three, the rest hidden.
    pub fn masked(&self) -> String {
        let digits = self.0.len();
        let (front, back) = (&self.0[..3.min(digits)], &self.0[digits.saturating_sub(3)..]);
        format!("{front} ••••• ••{back}")
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A country's dial code, for example `+91`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialCode(String);

impl DialCode {
    /// The code with its plus sign.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DialCode {
    type Err = MobileError;
    fn from_str(text: &str) -> Result<Self, MobileError> {
        let digits = text.strip_prefix('+').ok_or(MobileError)?;
        if (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MobileError)
        }
    }
}

/// Which codes to a number or an address count together. Each class has the limits to itself, so a stranger who tries a
/// number keeps nobody from the codes to their own. TM-56
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendClass {
    /// Those to somebody's own: a verified number, or the address they log in with.
    Own,
    /// Those that would show a number to be somebody's, whoever asks in this brand.
    New(BrandId),
}

impl fmt::Display for SendClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendClass::Own => f.write_str("own"),
            SendClass::New(brand) => write!(f, "new {brand}"),
        }
    }
}

/// When codes of a class were sent to a number or an address: at most the last ten, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendHistory {
    /// To where.
    pub to: Recipient,
    /// Which of the codes that go there.
    pub class: SendClass,
    /// The last sends, oldest first.
    pub sends: Vec<Timestamp>,
    /// Grows by one with each change; 0 when there is no row yet.
    pub version: i64,
}

impl SendHistory {
    /// The history of where nothing was sent to.
    pub fn empty(to: Recipient, class: SendClass) -> Self {
        Self { to, class, sends: Vec::new(), version: 0 }
    }

    /// When the next code may be sent, if not now.
    pub fn wait(&self, now: Timestamp) -> Result<(), Refusal> {
        let within = |span: Duration| self.sends.iter().filter(move |sent| !(**sent + span).reached(now));
        let frees = |span: Duration, limit: usize| {
            let inside: Vec<_> = within(span).collect();
            inside.len().checked_sub(limit).map(|over| *inside[over] + span)
        };
        if let Some(last) = self.sends.last().filter(|last| !(**last + PAUSE).reached(now)) {
            return Err(Refusal::CodeJustSent { again_at: *last + PAUSE });
        }
        match frees(HOUR, HOURLY).max(frees(DAY, DAILY)) {
            Some(again_at) => Err(Refusal::TooManyCodes { again_at, limit: SendLimit::Recipient }),
            None => Ok(()),
        }
    }

    /// The earliest moment at which another code may be sent, if it is not now.
    pub fn again_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.wait(now) {
            Err(Refusal::CodeJustSent { again_at } | Refusal::TooManyCodes { again_at, .. }) => {
                Some(again_at)
            }
            _ => None,
        }
    }

    /// The history after one more code, or when to ask again.
    pub fn sent(&self, now: Timestamp) -> Result<Self, Refusal> {
        self.wait(now)?;
        let mut sends = self.sends.clone();
        sends.push(now);
        let forgotten = sends.len().saturating_sub(DAILY);
        sends.drain(..forgotten);
        Ok(Self { sends, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn india() -> DialCode {
        "+91".parse().expect("a dial code")
    }

    #[test]
    fn numbers_are_read_however_they_are_typed() {
        for (typed, read) in [
            ("+91 98765 43210", Some("+919876543210")),
            ("9876543210", Some("+919876543210")),
            ("098765-43210", Some("+919876543210")),
            ("0060 12-345 6789", Some("+60123456789")),
            ("+91 12", None),
            ("+91 98765 4321O", None),
            ("", None),
            ("+", None),
            ("+é", None),
        ] {
            assert_eq!(Mobile::parse(typed, &india()).ok().as_ref().map(Mobile::as_str), read, "{typed:?}");
        }
    }

    // TM-56
    #[test]
    fn all_spellings_of_a_number_are_the_same_number() {
        for (spellings, number) in [
            ("+919812345670 9812345670 09812345670 00919812345670", "+919812345670"),
            ("+9109812345670 +91009812345670 +91(0)98123-45670 +91-0-98123.45670", "+919812345670"),
            ("+60123456789 +600123456789 0060123456789 00600123456789", "+60123456789"),
            ("+447400123456 +4407400123456 +44(0)7400123456", "+447400123456"),
            // A zero that belongs to the number.
            ("+390612345678 00390612345678 +39(0)612345678", "+390612345678"),
            ("+2250712345678", "+2250712345678"),
            // Other countries dial something else before it, or in the middle of it.
            ("+36201234567 +3606201234567", "+36201234567"),
            ("+5491123456789 +54111523456789", "+5491123456789"),
        ] {
            for typed in spellings.split(' ') {
                let read = Mobile::parse(typed, &india()).expect(typed);
                assert_eq!(read.as_str(), number, "{typed}");
                assert_eq!(Mobile::parse(read.as_str(), &india()), Ok(read), "what is kept stays as it is");
            }
        }
        for typed in
            ["+910009812345670", "+91919812345670", "+91+9812345670", "+910091 9812345670", "919812345670"]
        {
            assert_eq!(Mobile::parse(typed, &india()), Err(MobileError), "{typed}");
        }
    }

    // TM-56
    #[test]
    fn a_number_gets_a_code_each_thirty_seconds_five_an_hour_and_ten_a_day() {
        let mut history =
            SendHistory::empty(Recipient::from_stored("+919876543210".to_owned()), SendClass::Own);
        let mut now = Timestamp::from_millis(0);
        let mut sent = Vec::new();
        while sent.len() < 11 {
            match history.sent(now) {
                Ok(after) => {
                    history = after;
                    sent.push(now.as_millis() / 1000);
                }
                Err(Refusal::CodeJustSent { again_at } | Refusal::TooManyCodes { again_at, .. }) => {
                    assert!(
                        history.sent(again_at - Duration::from_millis(1)).is_err(),
                        "not a moment earlier"
                    );
                    now = again_at;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        insta::assert_snapshot!(format!("{sent:?}"), @"[0, 30, 60, 90, 120, 3600, 3630, 3660, 3690, 3720, 86400]");
    }

    #[test]
    fn a_masked_number_hides_its_middle() {
        assert_eq!(Mobile::from_stored("+919876543210".to_owned()).masked(), "+91 ••••• ••210");
    }
}
