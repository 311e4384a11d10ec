//! What letters say, in the brand's name and spelling.
//!
//! A text message that carries a code holds exactly one run of six digits, so that phones offer to type it; key ids
//! appear there by their last four characters only. No letter ever holds a secret.

use domain::{Code, KeyId, Letter, LetterKind, Mode, Purpose, Recipient, Timestamp};
use jiff::Zoned;
use secrecy::SecretString;

use super::page::Page;
use super::{Email, Message, Sms};
use crate::config::Brand;

/// The message of a letter. `code` is the unsealed code of a letter that carries one; without it such a letter
/// has nothing to say.
pub fn render(letter: &Letter, code: Option<&Code>, brand: &Brand) -> Option<Message> {
    let said = said(letter, code, brand)?;
    Some(match &letter.to {
        Recipient::Sms(number) => Message::Sms(Sms {
            to: number.as_str().to_owned(),
            text: SecretString::from(said.short),
            about: said.about,
        }),
        Recipient::Email(address) => Message::Email(Email {
            from_name: brand.name.clone(),
            from: brand.email_from.clone(),
            to: address.clone(),
            subject: format!("{}: {}", brand.name, said.page.heading),
            text: SecretString::from(said.page.text(brand)),
            html: SecretString::from(said.page.html(brand)),
            about: said.about,
        }),
    })
}

/// The same matter in both lengths.
struct Said {
    short: String,
    page: Page,
    about: &'static str,
}

fn said(letter: &Letter, code: Option<&Code>, brand: &Brand) -> Option<Said> {
    let at = ("When", moment(letter.created_at, brand));
    let (about, page) = match &letter.kind {
        LetterKind::Code { purpose, expires_at, .. } => {
            return Some(one_time(purpose, code?, *expires_at, brand));
        }
        LetterKind::AccountOpened { account } => ("account opened", account_opened(account, letter, brand)),
        LetterKind::KeyGenerated { key_id, mode } => {
            ("key generated", key_generated(*key_id, *mode, at, brand))
        }
        LetterKind::KeyRegenerated { key_id, old, mode, old_until } => {
            ("key regenerated", key_regenerated(*key_id, *old, *mode, *old_until, at, brand))
        }
        LetterKind::KeyDeactivated { key_id, mode } => {
            ("key deactivated", key_deactivated(*key_id, *mode, at, brand))
        }
        LetterKind::MemberLocked => ("member locked", member_locked(at, brand)),
        LetterKind::MobileChanged { number } => {
            ("mobile changed", mobile_changed(&number.masked(), at, brand))
        }
        LetterKind::TwoFactorChanged { on } => ("two-factor changed", two_factor_changed(*on, at, brand)),
    };
    Some(Said { short: format!("{}: {}.", brand.name, page.heading), page, about })
}

fn one_time(purpose: &Purpose, code: &Code, expires_at: Timestamp, brand: &Brand) -> Said {
    let (digits, name) = (code.reveal(), &brand.name);
    let action = action(purpose, brand);
    let until = clock(expires_at, brand);
    let short = format!(
        "{digits} is your {name} OTP to {action}. It works until {until}. Never share it with anyone."
    );
    let page = Page {
        heading: format!("Your OTP to {action}"),
        paragraphs: vec![format!("{digits} is your OTP to {action}. It works until {until}, once.")],
        caution: Some(
            "Never share it with anyone. If you did not ask for it, change your password.".to_owned(),
        ),
        ..Page::default()
    };
    Said { short, page, about: "one-time password" }
}

/// What a code is for, to go after "OTP to".
fn action(purpose: &Purpose, brand: &Brand) -> String {
    match purpose {
        Purpose::LogIn => format!("log in to the {}", brand.dashboard_name),
        Purpose::GenerateLive => "generate a Live API key".to_owned(),
        Purpose::Regenerate { mode, .. } => format!("regenerate your {} API key", mode_name(*mode)),
        Purpose::Deactivate { key_id, mode } => {
            let (word, mode, end) = (&brand.deactivate_word, mode_name(*mode), last_four(key_id));
            format!("{word} the {mode} API key ending {end}")
        }
        Purpose::VerifyMobile => "verify this mobile number".to_owned(),
        Purpose::TwoFactorOn => "turn on two-factor authentication".to_owned(),
        Purpose::TwoFactorOff => "turn off two-factor authentication".to_owned(),
    }
}

fn account_opened(account: &str, letter: &Letter, brand: &Brand) -> Page {
    let login = match &letter.to {
        Recipient::Email(address) => vec![("Email", address.clone())],
        Recipient::Sms(_) => Vec::new(),
    };
    Page {
        heading: format!("Your account on the {}", brand.dashboard_name),
        paragraphs: vec![
            format!("The account {account} was opened for you on the {}.", brand.dashboard_name),
            "Log in with your e-mail address. Test keys can be generated right away.".to_owned(),
        ],
        facts: login,
        link: Some(("Log in".to_owned(), format!("{}/login", brand.url))),
        caution: Some("If you do not know what this is about, ignore this e-mail.".to_owned()),
    }
}

fn key_generated(key_id: KeyId, mode: Mode, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: format!("A {} API key was generated", mode_name(mode)),
        paragraphs: vec![
            "It works from now on. Its Key Secret was shown once and is known to nobody else.".to_owned(),
        ],
        facts: vec![("Key Id", key_id.to_string()), at],
        link: Some(to_keys(mode, brand)),
        caution: Some(not_you(brand)),
    }
}

fn key_regenerated(
    key_id: KeyId,
    old: KeyId,
    mode: Mode,
    old_until: Option<Timestamp>,
    at: (&'static str, String),
    brand: &Brand,
) -> Page {
    let old_key = match old_until {
        Some(until) => format!(
            "The old key works until {}. Replace it with the new one wherever it is used before then.",
            moment(until, brand)
        ),
        None => "The old key no longer works. Replace it with the new one wherever it is used.".to_owned(),
    };
    Page {
        heading: format!("A {} API key was regenerated", mode_name(mode)),
        paragraphs: vec![old_key],
        facts: vec![("New Key Id", key_id.to_string()), ("Old Key Id", old.to_string()), at],
        link: Some(to_keys(mode, brand)),
        caution: Some(not_you(brand)),
    }
}

fn key_deactivated(key_id: KeyId, mode: Mode, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: format!("A {} API key was {}d", mode_name(mode), brand.deactivate_word),
        paragraphs: vec!["It no longer works. Requests that still use it are refused.".to_owned()],
        facts: vec![("Key Id", key_id.to_string()), at],
        link: Some(to_keys(mode, brand)),
        caution: Some(not_you(brand)),
    }
}

fn member_locked(at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: "Your login was locked".to_owned(),
        paragraphs: vec![
            format!(
                "Too many wrong OTPs were entered, so your login to the {} was locked.",
                brand.dashboard_name
            ),
            "The owner of your account can unlock it. If you are the owner, contact support. \
             API keys keep working."
                .to_owned(),
        ],
        facts: vec![at],
        caution: Some("If it was not you, somebody knows your password: change it once unlocked.".to_owned()),
        ..Page::default()
    }
}

fn mobile_changed(masked: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: "Your mobile number was verified".to_owned(),
        paragraphs: vec![format!("OTPs for the {} go to this number from now on.", brand.dashboard_name)],
        facts: vec![("Mobile number", masked.to_owned()), at],
        caution: Some(not_you(brand)),
        ..Page::default()
    }
}

fn two_factor_changed(on: bool, at: (&'static str, String), brand: &Brand) -> Page {
    let (state, sentence) = match on {
        true => ("on", "From now on a login needs your password and an OTP."),
        false => ("off", "From now on a login needs your password alone."),
    };
    Page {
        heading: format!("Two-factor authentication was turned {state}"),
        paragraphs: vec![sentence.to_owned()],
        facts: vec![at],
        caution: Some(not_you(brand)),
        ..Page::default()
    }
}

fn not_you(brand: &Brand) -> String {
    format!(
        "If it was not you or your team, log in to the {}, change your password, and {} keys you do not know.",
        brand.dashboard_name, brand.deactivate_word
    )
}

fn to_keys(mode: Mode, brand: &Brand) -> (String, String) {
    ("See your API keys".to_owned(), format!("{}/{}/keys", brand.url, mode.as_str()))
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "Test",
        Mode::Live => "Live",
    }
}

fn last_four(key_id: &KeyId) -> &str {
    let text = key_id.as_str();
    &text[text.len() - 4..]
}

/// A moment such as "24 Nov 2026, 10:35 am IST".
fn moment(at: Timestamp, brand: &Brand) -> String {
    let local = local(at, brand);
    format!("{}, {}", local.strftime("%-d %b %Y"), clock(at, brand))
}

/// A time of day such as "10:35 am IST".
fn clock(at: Timestamp, brand: &Brand) -> String {
    let local = local(at, brand);
    let zone = local.strftime("%Z").to_string();
    // Zones without a name of letters are called by their distance.
    let zone = if zone.starts_with(['+', '-']) { format!("UTC{zone}") } else { zone };
    format!("{} {zone}", local.strftime("%-I:%M %P"))
}

fn local(at: Timestamp, brand: &Brand) -> Zoned {
    let instant = jiff::Timestamp::from_millisecond(at.as_millis());
    instant.expect("letters are written in this age of the world").to_zoned(brand.zone())
}
