//! Step-up in the dashboard: the pages between pressing a button and doing what it says, the same for every action.
//!
//! A [`Flow`] knows its purpose, its paths and its words. Asking for a code is always a POST; the GET page shows whatever is next.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Challenge, Password, Purpose, Refusal};
use engine::{EngineError, NewNumber, Step};
use serde::Deserialize;

use crate::dashboard::member::{Member, hand_over};
use crate::dashboard::trouble::{page, page_of, sentence};
use crate::pages::form::{self, Hidden, steps};
use crate::pages::layout::{Frame, Link, Place};
use crate::pages::mobile::MobilePage;
use crate::pages::otp::{OtpPage, masked};

/// The number and password typed on the page that verifies a number.
#[derive(Deserialize)]
pub struct MobileForm {
    #[serde(default)]
    mobile: String,
    #[serde(default)]
    password: String,
}

/// The code typed on the OTP page.
#[derive(Deserialize)]
pub struct OtpForm {
    #[serde(default)]
    pub otp: String,
}

/// One action that needs a step-up.
pub struct Flow {
    /// What the code will be for.
    pub purpose: Purpose,
    /// The action's pages, without the mode: `/keys/key_…/regenerate`.
    pub base: String,
    /// Where the action's next page is, once the step-up is done; often the base itself.
    pub then: String,
    /// What the code is for, as a sentence that ends where the SMS does.
    pub words: String,
    /// The action's own last steps, for the line of steps above the page.
    pub steps: &'static [&'static str],
    /// Where the page's title places it.
    pub title: &'static str,
    /// The way out, without the mode.
    pub cancel: &'static str,
}

impl Flow {
    /// The page of whatever is next before the action; `None` if nothing is.
    pub async fn next(&self, member: &Member) -> Result<Option<Response>, EngineError> {
        Ok(match member.app.engine.step(&member.view, &self.purpose, member.now).await? {
            Step::Clear => None,
            Step::VerifyMobile => Some(page(&self.mobile_page(member, None, String::new()))),
            Step::Answer(challenge) => Some(page(&self.otp_page(member, &challenge, None).await?)),
            Step::Ask => match member.app.engine.open_challenge(&member.view, &self.purpose).await? {
                Some(challenge) => Some(page(&self.otp_page(member, &challenge, None).await?)),
                None => Some(self.ask(member).await?),
            },
        })
    }

    /// Starts: asks for a code if one is due and none is out, then shows the page.
    pub async fn begin(&self, member: &Member) -> Result<Response, EngineError> {
        if member.app.engine.step(&member.view, &self.purpose, member.now).await? == Step::Ask {
            return self.ask(member).await;
        }
        Ok(member.to(&self.then))
    }

    /// Sends a code to the verified number.
    async fn ask(&self, member: &Member) -> Result<Response, EngineError> {
        let asked =
            member.app.engine.ask(&member.view, self.purpose, member.now, &mut *member.app.rng()).await;
        match asked {
            Ok(_) => {
                member.app.letters.notify_one();
                Ok(member.to(&self.then))
            }
            Err(EngineError::Refused(
                refusal @ (Refusal::CodeJustSent { .. } | Refusal::TooManyCodes { .. }),
            )) => {
                let open = member.app.engine.open_challenge(&member.view, &self.purpose).await?;
                let words = sentence(&refusal, &member.site.look.zone, member.now);
                let wait = match refusal {
                    Refusal::CodeJustSent { again_at } | Refusal::TooManyCodes { again_at } => again_at,
                    _ => member.now,
                };
                let page = match open {
                    Some(challenge) => self.otp_page(member, &challenge, Some(words)).await?,
                    None => self.otp_page_without_code(member, wait, words),
                };
                Ok(page_of(StatusCode::TOO_MANY_REQUESTS, &page))
            }
            Err(other) => Err(other),
        }
    }

    /// Sends another code.
    pub async fn resend(&self, member: &Member) -> Result<Response, EngineError> {
        self.ask(member).await
    }

    /// Sends a code to a new number.
    pub async fn mobile(&self, member: &Member, form: MobileForm) -> Result<Response, EngineError> {
        let new = NewNumber { mobile: form.mobile.clone(), password: Password::new(&form.password) };
        let allowed = domain::Mobile::parse(&form.mobile, &member.site.brand.rules.default_dial_code)
            .map_or(true, |number| member.site.brand.texts_to(&number));
        let asked = if allowed {
            let rng = &mut *member.app.rng();
            member.app.engine.ask_new_number(&member.view, self.purpose, new, member.now, rng).await
        } else {
            Err(Refusal::invalid(
                "mobile",
                "Codes are not sent to numbers of that country. Use another number.",
            )
            .into())
        };
        match asked {
            Ok(_) => {
                member.app.letters.notify_one();
                Ok(member.to(&self.then))
            }
            Err(EngineError::Refused(
                refusal @ (Refusal::Invalid { .. }
                | Refusal::WrongPassword
                | Refusal::TooManyAttempts { .. }
                | Refusal::CodeJustSent { .. }
                | Refusal::TooManyCodes { .. }),
            )) => {
                let words = sentence(&refusal, &member.site.look.zone, member.now);
                Ok(page_of(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    &self.mobile_page(member, Some(words), form.mobile),
                ))
            }
            Err(other) => Err(other),
        }
    }

    /// Judges a typed code; the right one leads on and changes the session's cookie.
    pub async fn answer(&self, member: &Member, form: &OtpForm) -> Result<Response, EngineError> {
        let rng = &mut *member.app.rng();
        match member.app.engine.answer(&member.view, &self.purpose, &form.otp, member.now, rng).await {
            Ok(token) => {
                member.app.letters.notify_one();
                Ok(hand_over(member.to(&self.then), &token, &member.app.config.public))
            }
            Err(EngineError::Refused(
                refusal @ (Refusal::WrongCode { .. }
                | Refusal::CodeExpired
                | Refusal::NoTriesLeft
                | Refusal::CodeUsed),
            )) => {
                let words = sentence(&refusal, &member.site.look.zone, member.now);
                match member.app.engine.open_challenge(&member.view, &self.purpose).await? {
                    Some(challenge) => {
                        let page = self.otp_page(member, &challenge, Some(words)).await?;
                        Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &page))
                    }
                    None => Err(refusal.into()),
                }
            }
            Err(other) => {
                member.app.letters.notify_one();
                Err(other)
            }
        }
    }

    fn frame(&self, member: &Member) -> Frame {
        let place = if self.cancel == "/keys" { Place::InsideSettings } else { Place::Elsewhere };
        member.frame(self.title, self.cancel, place)
    }

    fn progress(&self, verifies: bool, now: usize) -> Vec<form::Step> {
        let first: &[&'static str] = if verifies { &["Mobile number", "OTP"] } else { &["OTP"] };
        if self.steps.is_empty() { Vec::new() } else { steps(&[first, self.steps].concat(), now) }
    }

    fn mobile_page(&self, member: &Member, error: Option<String>, mobile: String) -> MobilePage {
        let look = &member.site.look;
        MobilePage {
            frame: self.frame(member),
            progress: self.progress(true, 0),
            heading: "Verify your mobile number".to_owned(),
            reason: format!(
                "We send a code to your mobile {}. You have not verified a number yet.",
                self.words
            ),
            mobile: if mobile.is_empty() { format!("{} ", look.default_dial_code) } else { mobile },
            dial_code: look.default_dial_code.clone(),
            error,
            action: member.path(&format!("{}/mobile", self.base)),
            hidden: Hidden::none(),
            cancel: Link::new(member.path(self.cancel), "Cancel"),
        }
    }

    async fn otp_page(
        &self,
        member: &Member,
        challenge: &Challenge,
        error: Option<String>,
    ) -> Result<OtpPage, EngineError> {
        let again_at = member.app.engine.again_at(challenge, member.now).await?;
        let open = challenge.is_open(&member.app.engine.rules().otp, member.now);
        let wait = again_at.map_or(0, |at| (at.left(member.now).as_millis() + 999) / 1000);
        Ok(OtpPage {
            frame: self.frame(member),
            progress: self.progress(challenge.verifies, usize::from(challenge.verifies)),
            purpose: format!("Enter the code {}.", self.words),
            open,
            sent_to: masked(&member.site.look.default_dial_code, challenge.to.as_str()),
            expires_at: member.moment(challenge.expires_at),
            wait_seconds: u32::try_from(wait).unwrap_or(u32::MAX),
            error,
            verify_action: member.path(&format!("{}/otp", self.base)),
            resend_action: member.path(&format!("{}/otp/resend", self.base)),
            hidden: Hidden::none(),
            cancel: Link::new(member.path(self.cancel), "Cancel"),
        })
    }

    /// The page when no code could be sent at all: only Resend OTP, and when.
    fn otp_page_without_code(&self, member: &Member, again_at: domain::Timestamp, error: String) -> OtpPage {
        let wait = (again_at.left(member.now).as_millis() + 999) / 1000;
        OtpPage {
            frame: self.frame(member),
            progress: self.progress(false, 0),
            purpose: format!("You need a code {}.", self.words),
            open: false,
            sent_to: String::new(),
            expires_at: member.moment(again_at),
            wait_seconds: u32::try_from(wait).unwrap_or(u32::MAX),
            error: Some(error),
            verify_action: member.path(&format!("{}/otp", self.base)),
            resend_action: member.path(&format!("{}/otp/resend", self.base)),
            hidden: Hidden::none(),
            cancel: Link::new(member.path(self.cancel), "Cancel"),
        }
    }
}

/// Leads to a path on this host.
pub fn lead(path: &str) -> Response {
    Redirect::to(path).into_response()
}
