//! What letters say, in the brand's name and spelling.
//!
//! A text message that carries a code holds exactly one run of six digits, so that phones offer to type it;
//! key ids appear there by their last four characters only. No letter ever holds a secret.

use domain::{Code, KeyId, Letter, LetterKind, MemberChange, Mode, Purpose, Recipient, Role, Timestamp};
use engine::Enclosed;
use jiff::Zoned;
use secrecy::SecretString;

use super::page::Page;
use super::{Email, Message, Sms};
use crate::config::Brand;

/// The message of a letter with what goes with it. A letter without the code or link it should carry has nothing to say.
pub fn render(letter: &Letter, enclosed: &Enclosed, brand: &Brand) -> Option<Message> {
    let said = said(letter, enclosed, brand)?;
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

fn said(letter: &Letter, enclosed: &Enclosed, brand: &Brand) -> Option<Said> {
    let at = ("When", moment(letter.created_at, brand));
    let (about, page) = match &letter.kind {
        LetterKind::Code { purpose, expires_at, .. } => {
            let Enclosed::Code(code) = enclosed else { return None };
            return Some(one_time(purpose, code, *expires_at, brand));
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
        LetterKind::TwoFactorReset => ("two-factor reset", two_factor_reset(at, brand)),
        LetterKind::KeyEnding { key_id, mode, until } => {
            let Enclosed::LastUse(last_use) = enclosed else { return None };
            ("key ending", key_ending(*key_id, *mode, *until, *last_use, brand))
        }
        LetterKind::MemberChanged { member, what } => {
            ("member changed", member_changed(member, *what, at, brand))
        }
        LetterKind::Invited { account, role, inviter, expires_at, .. } => {
            let Enclosed::Link(token) = enclosed else { return None };
            let url = format!("{}/invitation/{}", brand.url, token.reveal());
            // The operator speaks in the brand's name.
            let inviter = if inviter.is_empty() { &brand.name } else { inviter };
            ("invitation", invited(account, *role, inviter, url, *expires_at, brand))
        }
        LetterKind::RoleChanged { account, role } => {
            ("role changed", role_changed(account, *role, at, brand))
        }
        LetterKind::RemovedFromAccount { account } => {
            ("removed from account", removed_from_account(account, at, brand))
        }
        LetterKind::OwnershipTransferred { account, to } => {
            ("ownership transferred", ownership_transferred(account, to, at, brand))
        }
        LetterKind::PasswordReset { expires_at, .. } => {
            let Enclosed::Link(token) = enclosed else { return None };
            let url = format!("{}/reset/{}", brand.url, token.reveal());
            ("password reset", password_reset(url, *expires_at, brand))
        }
        LetterKind::PasswordChanged => ("password changed", password_changed(at, brand)),
        LetterKind::SignedIn { address, agent } => ("new login", signed_in(address, agent, at, brand)),
        LetterKind::AccountActivated { account } => {
            ("account activated", account_activated(account, at, brand))
        }
        LetterKind::ActivationReturned { account, reason } => {
            ("activation returned", activation_returned(account, reason, at, brand))
        }
        LetterKind::WebsiteReviewed { url, verified: true, .. } => {
            ("website verified", website_verified(url, at, brand))
        }
        LetterKind::WebsiteReviewed { url, verified: false, reason } => {
            ("website returned", website_returned(url, reason, at, brand))
        }
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
        Purpose::SendInvitation { .. } => "invite an Admin".to_owned(),
        Purpose::MakeAdmin { .. } => "make a member an Admin".to_owned(),
        Purpose::ResetTwoFactor { .. } => "reset a member's two-factor".to_owned(),
        Purpose::TransferOwnership { .. } => "transfer the ownership of your account".to_owned(),
        Purpose::TeamTwoFactorOff => "stop requiring two-factor of your team".to_owned(),
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
            "It works from now on. Its Key Secret was shown once and cannot be shown again.".to_owned(),
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

fn key_ending(
    key_id: KeyId,
    mode: Mode,
    until: Timestamp,
    last_use: Option<Timestamp>,
    brand: &Brand,
) -> Page {
    let used = match last_use {
        Some(at) => format!(
            "It is still in use: the last request with it came on {}. Replace it with the new key before then, \
             or those requests will be refused.",
            moment(at, brand)
        ),
        None => "No request has been made with it. Nothing else has to be done.".to_owned(),
    };
    Page {
        heading: format!("An old {} API key stops working soon", mode_name(mode)),
        paragraphs: vec![format!("The old key works until {}.", moment(until, brand)), used],
        facts: vec![("Old Key Id", key_id.to_string()), ("Works until", moment(until, brand))],
        link: Some(to_keys(mode, brand)),
        caution: None,
    }
}

fn two_factor_reset(at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: "Two-factor authentication was reset".to_owned(),
        paragraphs: vec![
            format!(
                "Your mobile number and authenticator app no longer count for the {}, and you were logged out \
                 everywhere.",
                brand.dashboard_name
            ),
            "Log in with your password and set up two-factor authentication again.".to_owned(),
        ],
        facts: vec![at],
        link: Some(to_login(brand)),
        caution: Some(not_asked(brand)),
    }
}

fn member_changed(member: &str, what: MemberChange, at: (&'static str, String), brand: &Brand) -> Page {
    let (heading, sentence) = match what {
        MemberChange::MobileChanged => {
            ("A team member's mobile number was changed", "OTPs go to another number from now on.")
        }
        MemberChange::TwoFactorOn => (
            "A team member turned on two-factor authentication",
            "Their login needs a password and an OTP from now on.",
        ),
        MemberChange::TwoFactorOff => (
            "A team member turned off two-factor authentication",
            "Their login needs a password alone from now on.",
        ),
        MemberChange::TwoFactorReset => (
            "A team member's two-factor authentication was reset",
            "They have to set it up again at their next login.",
        ),
        MemberChange::Locked => (
            "A team member was locked",
            "Too many wrong OTPs were entered. You can unlock them under Manage Team. API keys keep working.",
        ),
        MemberChange::PasswordChanged => {
            ("A team member's password was changed", "Their other sessions were ended.")
        }
    };
    Page {
        heading: heading.to_owned(),
        paragraphs: vec![sentence.to_owned()],
        facts: vec![("Team member", member.to_owned()), at],
        link: Some(("Manage Team".to_owned(), format!("{}/team", brand.url))),
        caution: Some(
            "If they do not know about it, remove them from the team until it is clear.".to_owned(),
        ),
    }
}

fn invited(
    account: &str,
    role: Role,
    inviter: &str,
    url: String,
    expires_at: Timestamp,
    brand: &Brand,
) -> Page {
    Page {
        heading: format!("You are invited to {account}"),
        paragraphs: vec![
            format!("{inviter} invites you to the account {account} on the {}.", brand.dashboard_name),
            format!("The invitation works once, until {}.", moment(expires_at, brand)),
        ],
        facts: vec![("Account", account.to_owned()), ("Role", role_name(role).to_owned())],
        link: Some(("Accept the invitation".to_owned(), url)),
        caution: Some("If you do not know what this is about, ignore this e-mail.".to_owned()),
    }
}

fn role_changed(account: &str, role: Role, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: format!("Your role in {account} was changed"),
        paragraphs: vec![format!("From now on you are {} there.", role_name(role))],
        facts: vec![("Account", account.to_owned()), ("Role", role_name(role).to_owned()), at],
        link: Some(to_login(brand)),
        caution: None,
    }
}

fn removed_from_account(account: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: format!("You were removed from {account}"),
        paragraphs: vec![format!(
            "You can no longer open this account on the {}. If that is a mistake, ask its owner.",
            brand.dashboard_name
        )],
        facts: vec![("Account", account.to_owned()), at],
        ..Page::default()
    }
}

fn ownership_transferred(account: &str, to: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: format!("{account} has a new owner"),
        paragraphs: vec![format!(
            "{to} owns the account {account} from now on. Who owned it before is an admin."
        )],
        facts: vec![("Account", account.to_owned()), ("Owner", to.to_owned()), at],
        link: Some(to_login(brand)),
        caution: Some(not_asked(brand)),
    }
}

fn password_reset(url: String, expires_at: Timestamp, brand: &Brand) -> Page {
    Page {
        heading: "Set a new password".to_owned(),
        paragraphs: vec![
            format!("Somebody, probably you, asked for a new password for the {}.", brand.dashboard_name),
            format!("The link works once, until {}.", moment(expires_at, brand)),
        ],
        link: Some(("Set a new password".to_owned(), url)),
        caution: Some("If you did not ask for it, do nothing: your password stays as it is.".to_owned()),
        ..Page::default()
    }
}

fn password_changed(at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: "Your password was changed".to_owned(),
        paragraphs: vec!["Your other sessions were ended.".to_owned()],
        facts: vec![at],
        link: Some(("I did not do this".to_owned(), format!("{}/login/forgot", brand.url))),
        caution: Some(not_asked(brand)),
    }
}

fn signed_in(address: &str, agent: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: "You logged in from a new device".to_owned(),
        paragraphs: vec![format!(
            "Somebody logged in to the {} with your password from a device that was not seen before.",
            brand.dashboard_name
        )],
        facts: vec![("Address", address.to_owned()), ("Browser", agent.to_owned()), at],
        link: Some(to_login(brand)),
        caution: Some(not_you(brand)),
    }
}

fn account_activated(account: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: format!("{account} was activated"),
        paragraphs: vec![format!("The account {account} is active on the {}.", brand.dashboard_name)],
        facts: vec![("Account", account.to_owned()), at],
        link: Some(to_keys(Mode::Live, brand)),
        caution: None,
    }
}

fn activation_returned(account: &str, reason: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: format!("{account} cannot be activated yet"),
        paragraphs: vec![
            "Something has to be mended first. Mend it and submit the details again.".to_owned(),
        ],
        facts: vec![("Account", account.to_owned()), ("Reason", reason.to_owned()), at],
        link: Some(("See what is missing".to_owned(), format!("{}/live/activation", brand.url))),
        caution: None,
    }
}

fn website_verified(url: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: "Your website or app was verified".to_owned(),
        paragraphs: vec!["It counts for Live Mode from now on.".to_owned()],
        facts: vec![("Address", url.to_owned()), at],
        link: Some(to_keys(Mode::Live, brand)),
        caution: None,
    }
}

fn website_returned(url: &str, reason: &str, at: (&'static str, String), brand: &Brand) -> Page {
    Page {
        heading: "Your website or app could not be verified yet".to_owned(),
        paragraphs: vec![
            "Something has to be mended first. Mend it and submit the details again.".to_owned(),
        ],
        facts: vec![("Address", url.to_owned()), ("Reason", reason.to_owned()), at],
        link: Some(("Business website details".to_owned(), format!("{}/live/website", brand.url))),
        caution: None,
    }
}

fn not_asked(brand: &Brand) -> String {
    match brand.support.email.as_deref().or(brand.support.url.as_deref()) {
        Some(support) => format!("If you did not expect this, tell us at once: {support}"),
        None => "If you did not expect this, tell us at once.".to_owned(),
    }
}

fn to_login(brand: &Brand) -> (String, String) {
    ("Log in".to_owned(), format!("{}/login", brand.url))
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Manager => "Manager",
        Role::Operations => "Operations",
        Role::Finance => "Finance",
        Role::Support => "Support",
        Role::Epos => "ePos",
        Role::ViewOnly => "View only",
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
