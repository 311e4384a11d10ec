//! What letters say, in the reader's language and the brand's name and spelling.
//!
//! A text message that carries a code holds exactly one run of six digits, so that phones offer to type it;
//! key ids appear there by their last four characters only, and nothing that somebody wrote. No letter ever holds a secret.

use domain::{
    Duration, HOUR, KeyId, Letter, LetterKind, MemberChange, Mode, Purpose, Recipient, Timestamp, Token,
};
use engine::Enclosed;
use secrecy::SecretString;

use super::page::{Frame, Page};
use super::{Email, Message, Parts, Sms};
use crate::config::Brand;
use crate::pages::brand::role_word;
use crate::pages::moment::{Moment, Zone, clock};
use crate::pages::profile::device;
use crate::words::{Saying, Words};

/// A key that was used this long before its reminder is one that somebody still uses.
const LATELY: Duration = HOUR.times(6);

/// The message of a letter with what goes with it. A letter without the code or link it should carry has nothing to say, nor
/// has one by SMS that is made for e-mail.
pub fn render(letter: &Letter, enclosed: &Enclosed, brand: &Brand, words: &Words) -> Option<Message> {
    let zone = Zone::from(brand.zone()).said_in(words);
    let voice = Voice { letter, brand, words, zone };
    let about = letter.kind.about();
    Some(match &letter.to {
        Recipient::Sms(number) => {
            let (text, parts) = voice.in_short(enclosed)?;
            let to = number.as_str().to_owned();
            Message::Sms(Sms {
                to,
                text: SecretString::from(text),
                about,
                from: brand.sms_from.clone(),
                parts,
            })
        }
        Recipient::Email(address) => {
            let page = voice.at_length(enclosed)?;
            let frame = voice.frame();
            Message::Email(Email {
                from_name: brand.name.clone(),
                from: brand.email_from.clone(),
                to: address.clone(),
                subject: words.say("letters-subject").with("heading", &page.heading).text(),
                text: SecretString::from(page.text(&frame)),
                html: SecretString::from(page.html(&frame)),
                about,
            })
        }
    })
}

/// One letter about to be said.
struct Voice<'a> {
    letter: &'a Letter,
    brand: &'a Brand,
    words: &'a Words,
    zone: Zone,
}

impl Voice<'_> {
    /// As a text message, whole and in parts.
    fn in_short(&self, enclosed: &Enclosed) -> Option<(String, Parts)> {
        let parts = Parts {
            purpose: self.letter.kind.about().to_owned(),
            language: self.words.language(),
            templates: self.brand.sms_templates.clone(),
            brand: self.brand.name.clone(),
            ..Parts::default()
        };
        match (&self.letter.kind, enclosed) {
            (LetterKind::Code { purpose, expires_at, .. }, Enclosed::Code(code)) => {
                let (action, until) = (self.action(purpose), self.clock(*expires_at));
                let text = self.say("letters-code-sms").with("code", code.reveal()).with("action", &action);
                let text = text.with("until", &until).text();
                let code = Some(SecretString::from(code.reveal()));
                let purpose = purpose.to_string();
                let purpose = purpose.split(':').next().unwrap_or_default().to_owned();
                Some((text, Parts { purpose, code, action, until, ..parts }))
            }
            (LetterKind::MobileChanged { .. }, _) => Some((self.say("letters-mobile-sms").text(), parts)),
            _ => None,
        }
    }

    /// As an e-mail.
    fn at_length(&self, enclosed: &Enclosed) -> Option<Page> {
        Some(match (&self.letter.kind, enclosed) {
            (LetterKind::Code { purpose, expires_at, .. }, Enclosed::Code(code)) => {
                let (action, until) = (self.action(purpose), self.clock(*expires_at));
                let text = self.say("letters-code-text").with("code", code.reveal()).with("action", &action);
                Page::new(self.say("letters-code-heading").with("action", &action))
                    .paragraph(text.with("until", &until))
                    .caution(self.say("letters-code-caution"))
            }
            (LetterKind::Invited { .. } | LetterKind::PasswordReset { .. }, Enclosed::Link(token)) => {
                self.with_link(token)
            }
            (LetterKind::KeyEnding { key_id, mode, until }, Enclosed::LastUse(last_use)) => {
                self.key_ending(*key_id, *mode, *until, *last_use)
            }
            (LetterKind::Code { .. } | LetterKind::Invited { .. }, _)
            | (LetterKind::PasswordReset { .. } | LetterKind::KeyEnding { .. }, _) => return None,
            _ => self.notice(),
        })
    }

    fn with_link(&self, token: &Token) -> Page {
        let url = &self.brand.url;
        match &self.letter.kind {
            LetterKind::Invited { account, role, inviter, expires_at, .. } => {
                // The operator speaks in the brand's name.
                let inviter = if inviter.is_empty() { &self.brand.name } else { inviter };
                let heading = self.say("letters-invited-heading").with("account", account);
                let text = self.say("letters-invited-text").with("inviter", inviter).with("account", account);
                Page::new(heading)
                    .paragraph(text)
                    .paragraph(self.say("letters-invited-until").with("until", self.moment(*expires_at)))
                    .fact(self.say("letters-account"), account)
                    .fact(self.say("letters-role"), role_word(self.words, *role))
                    .link(self.say("letters-invited-accept"), format!("{url}/invitation/{}", token.reveal()))
                    .caution(self.say("letters-ignore"))
            }
            LetterKind::PasswordReset { expires_at, .. } => {
                Page::new(self.say("letters-new-password-heading"))
                    .paragraph(self.say("letters-new-password-text"))
                    .paragraph(self.say("letters-new-password-until").with("until", self.moment(*expires_at)))
                    .link(self.say("letters-new-password-heading"), format!("{url}/reset/{}", token.reveal()))
                    .caution(self.say("letters-new-password-caution"))
            }
            _ => unreachable!("only these two carry a link"),
        }
    }

    fn key_ending(&self, key_id: KeyId, mode: Mode, until: Timestamp, last_use: Option<Timestamp>) -> Page {
        let until = self.moment(until);
        let text = match last_use {
            Some(at) if (self.letter.due_at - LATELY).reached(at) => {
                self.say("letters-ending-used").with("at", self.moment(at))
            }
            Some(at) => self.say("letters-ending-unused").with("at", self.moment(at)),
            None => self.say("letters-ending-never-used"),
        };
        let page = Page::new(self.say("letters-ending-heading").kind("mode", mode.as_str()))
            .paragraph(text.with("until", &until))
            .fact(self.say("letters-old-key-id"), key_id.as_str())
            .fact(self.say("letters-works-until"), until);
        let page = match last_use {
            Some(at) => page.fact(self.say("letters-last-used"), self.moment(at)),
            None => page,
        };
        self.to_keys(page, mode)
    }

    /// What tells of something that has happened.
    fn notice(&self) -> Page {
        let at = self.letter.created_at;
        self.about_access()
            .unwrap_or_else(|| self.about_account())
            .fact(self.say("letters-when"), self.moment(at))
    }

    /// Keys, and how somebody logs in.
    fn about_access(&self) -> Option<Page> {
        Some(match &self.letter.kind {
            LetterKind::KeyGenerated { key_id, mode } => {
                let page = Page::new(self.say("letters-generated-heading").kind("mode", mode.as_str()))
                    .paragraph(self.say("letters-generated-text"))
                    .fact(self.say("letters-key-id"), key_id.as_str());
                self.not_you(self.to_keys(page, *mode))
            }
            LetterKind::KeyRegenerated { key_id, old, mode, old_until } => {
                let text = match old_until {
                    Some(until) => self.say("letters-regenerated-later").with("until", self.moment(*until)),
                    None => self.say("letters-regenerated-now"),
                };
                let page = Page::new(self.say("letters-regenerated-heading").kind("mode", mode.as_str()))
                    .paragraph(text)
                    .fact(self.say("letters-new-key-id"), key_id.as_str())
                    .fact(self.say("letters-old-key-id"), old.as_str());
                self.not_you(self.to_keys(page, *mode))
            }
            LetterKind::KeyDeactivated { key_id, mode } => {
                let page = Page::new(self.say("letters-deactivated-heading").kind("mode", mode.as_str()))
                    .paragraph(self.say("letters-deactivated-text"))
                    .fact(self.say("letters-key-id"), key_id.as_str());
                self.not_you(self.to_keys(page, *mode))
            }
            LetterKind::MemberLocked => Page::new(self.say("letters-locked-heading"))
                .paragraph(self.say("letters-locked-text"))
                .paragraph(self.say("letters-locked-unlock"))
                .caution(self.say("letters-locked-caution")),
            LetterKind::MobileChanged { number } => {
                let page = Page::new(self.say("letters-mobile-heading"))
                    .paragraph(self.say("letters-mobile-text"))
                    .fact(self.say("letters-mobile"), number.masked());
                self.not_you(page)
            }
            LetterKind::TwoFactorChanged { on: true } => {
                let page = Page::new(self.say("letters-two-factor-on-heading"));
                self.not_you(page.paragraph(self.say("letters-two-factor-on-text")))
            }
            LetterKind::TwoFactorChanged { on: false } => {
                let page = Page::new(self.say("letters-two-factor-off-heading"));
                self.not_you(page.paragraph(self.say("letters-two-factor-off-text")))
            }
            LetterKind::AppRemoved { two_factor } => {
                let text = match two_factor {
                    true => self.say("letters-app-removed-sms"),
                    false => self.say("letters-two-factor-off-text"),
                };
                self.not_you(Page::new(self.say("letters-app-removed-heading")).paragraph(text))
            }
            LetterKind::TwoFactorReset => {
                let page = Page::new(self.say("letters-reset-factor-heading"))
                    .paragraph(self.say("letters-reset-factor-text"))
                    .paragraph(self.say("letters-reset-factor-next"));
                self.tell_us(self.to_login(page))
            }
            LetterKind::PasswordChanged => {
                let page = Page::new(self.say("letters-password-heading"))
                    .paragraph(self.say("letters-password-text"))
                    .link(self.say("letters-password-not-me"), self.url("/login/forgot"));
                self.tell_us(page)
            }
            LetterKind::SignedIn { address, agent } => {
                let page = Page::new(self.say("letters-signed-in-heading"))
                    .paragraph(self.say("letters-signed-in-text"))
                    .fact(self.say("letters-network-address"), address)
                    // As pages call it: a browser calls itself what it likes, an address to click on too.
                    .fact(self.say("letters-browser"), device(self.words, agent));
                self.not_you(self.to_login(page))
            }
            _ => return None,
        })
    }

    /// Accounts, and who is in them.
    fn about_account(&self) -> Page {
        match &self.letter.kind {
            LetterKind::MemberChanged { member, what } => self.member_changed(member, *what),
            LetterKind::RoleChanged { account, role } => {
                let role = role_word(self.words, *role);
                let page = Page::new(self.say("letters-role-heading").with("account", account))
                    .paragraph(self.say("letters-role-text").with("role", &role))
                    .fact(self.say("letters-account"), account)
                    .fact(self.say("letters-role"), role);
                self.to_login(page)
            }
            LetterKind::RemovedFromAccount { account } => {
                Page::new(self.say("letters-removed-heading").with("account", account))
                    .paragraph(self.say("letters-removed-text"))
                    .fact(self.say("letters-account"), account)
            }
            LetterKind::OwnershipTransferred { account, to } => {
                let text = self.say("letters-ownership-text").with("owner", to).with("account", account);
                let page = Page::new(self.say("letters-ownership-heading").with("account", account))
                    .paragraph(text)
                    .fact(self.say("letters-account"), account)
                    .fact(self.say("letters-owner"), to);
                self.tell_us(self.to_login(page))
            }
            LetterKind::AccountActivated { account } => {
                let page = Page::new(self.say("letters-activated-heading").with("account", account))
                    .paragraph(self.say("letters-activated-text").with("account", account))
                    .fact(self.say("letters-account"), account);
                self.to_keys(page, Mode::Live)
            }
            LetterKind::ActivationReturned { account, reason } => {
                Page::new(self.say("letters-returned-heading").with("account", account))
                    .paragraph(self.say("letters-mend"))
                    .fact(self.say("letters-account"), account)
                    .fact(self.say("letters-reason"), reason)
                    .link(self.say("letters-returned-link"), self.url("/live/activation"))
            }
            LetterKind::WebsiteReviewed { url, verified: true, .. } => {
                let page = Page::new(self.say("letters-website-verified-heading"))
                    .paragraph(self.say("letters-website-verified-text"))
                    .fact(self.say("letters-website"), url);
                self.to_keys(page, Mode::Live)
            }
            LetterKind::WebsiteReviewed { url, verified: false, reason } => {
                Page::new(self.say("letters-website-returned-heading"))
                    .paragraph(self.say("letters-mend"))
                    .fact(self.say("letters-website"), url)
                    .fact(self.say("letters-reason"), reason)
                    .link(self.say("letters-website-link"), self.url("/live/website"))
            }
            LetterKind::Code { .. }
            | LetterKind::KeyGenerated { .. }
            | LetterKind::KeyRegenerated { .. }
            | LetterKind::KeyDeactivated { .. }
            | LetterKind::KeyEnding { .. }
            | LetterKind::MemberLocked
            | LetterKind::MobileChanged { .. }
            | LetterKind::TwoFactorChanged { .. }
            | LetterKind::AppRemoved { .. }
            | LetterKind::TwoFactorReset
            | LetterKind::Invited { .. }
            | LetterKind::PasswordReset { .. }
            | LetterKind::PasswordChanged
            | LetterKind::SignedIn { .. } => unreachable!("the functions above say these"),
        }
    }

    fn member_changed(&self, member: &str, what: MemberChange) -> Page {
        let (heading, text) = match what {
            MemberChange::MobileChanged => {
                (self.say("letters-member-mobile-heading"), self.say("letters-member-mobile-text"))
            }
            MemberChange::TwoFactorOn => {
                (self.say("letters-member-on-heading"), self.say("letters-member-on-text"))
            }
            MemberChange::TwoFactorOff => {
                (self.say("letters-member-off-heading"), self.say("letters-member-off-text"))
            }
            MemberChange::TwoFactorReset => {
                (self.say("letters-member-reset-heading"), self.say("letters-member-reset-text"))
            }
            MemberChange::Locked => {
                (self.say("letters-member-locked-heading"), self.say("letters-member-locked-text"))
            }
            MemberChange::PasswordChanged => {
                (self.say("letters-member-password-heading"), self.say("letters-member-password-text"))
            }
        };
        Page::new(heading)
            .paragraph(text)
            .fact(self.say("letters-member"), member)
            .link(self.say("letters-manage-team"), self.url("/live/team"))
            .caution(self.say("letters-member-caution"))
    }

    /// What a code is for, to go after "OTP to".
    fn action(&self, purpose: &Purpose) -> String {
        let said = match purpose {
            Purpose::LogIn => self.say("letters-action-log-in"),
            Purpose::GenerateLive => self.say("letters-action-generate-live"),
            Purpose::Regenerate { mode, .. } => {
                self.say("letters-action-regenerate").kind("mode", mode.as_str())
            }
            Purpose::Deactivate { key_id, mode } => {
                let end = last_four(key_id);
                self.say("letters-action-deactivate").kind("mode", mode.as_str()).with("end", end)
            }
            Purpose::ChangeLimits { mode, .. } => {
                self.say("letters-action-change-limits").kind("mode", mode.as_str())
            }
            Purpose::VerifyMobile => self.say("letters-action-verify-mobile"),
            Purpose::TwoFactorOn => self.say("letters-action-two-factor-on"),
            Purpose::TwoFactorOff => self.say("letters-action-two-factor-off"),
            Purpose::SendInvitation { .. } => self.say("letters-action-invite-admin"),
            Purpose::MakeAdmin { .. } => self.say("letters-action-make-admin"),
            Purpose::ResetTwoFactor { .. } => self.say("letters-action-reset-two-factor"),
            Purpose::TransferOwnership { .. } => self.say("letters-action-transfer-ownership"),
            Purpose::TeamTwoFactorOff => self.say("letters-action-team-two-factor-off"),
            Purpose::ChangeMobile => self.say("letters-action-change-mobile"),
            Purpose::SetUpApp => self.say("letters-action-set-up-app"),
            Purpose::ChangeApp => self.say("letters-action-change-app"),
            Purpose::BackupCodes => self.say("letters-action-backup-codes"),
            Purpose::ChangePassword => self.say("letters-action-change-password"),
        };
        said.text()
    }

    fn say<'s>(&'s self, id: &'s str) -> Saying<'s> {
        self.words.say(id)
    }

    fn moment(&self, at: Timestamp) -> String {
        Moment::at(at.as_millis(), &self.zone).text().to_owned()
    }

    fn clock(&self, at: Timestamp) -> String {
        clock(at.as_millis(), &self.zone)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.brand.url)
    }

    fn to_keys(&self, page: Page, mode: Mode) -> Page {
        page.link(self.say("letters-see-keys"), self.url(&format!("/{mode}/keys")))
    }

    fn to_login(&self, page: Page) -> Page {
        page.link(self.say("letters-log-in"), self.url("/login"))
    }

    fn not_you(&self, page: Page) -> Page {
        page.caution(self.say("letters-not-you"))
    }

    fn tell_us(&self, page: Page) -> Page {
        page.caution(match self.support() {
            Some(support) => self.say("letters-tell-us").with("support", support),
            None => self.say("letters-tell-somebody"),
        })
    }

    fn support(&self) -> Option<&str> {
        self.brand.support.url.as_deref().or(self.brand.support.email.as_deref())
    }

    fn frame(&self) -> Frame<'_> {
        Frame {
            brand: self.brand,
            words: self.words,
            help: self.support().map(|support| self.say("letters-help").with("support", support).text()),
        }
    }
}

fn last_four(key_id: &KeyId) -> &str {
    let text = key_id.as_str();
    &text[text.len() - 4..]
}
