//! Step-up in the dashboard: the pages between pressing a button and doing what it says, the same for every action.
//!
//! An action says who may want it, what its code is for and what comes after ([`Guarded`]); everything else is here once. A GET
//! shows whatever is next and sends nothing; codes are asked for by a POST.

use axum::Form;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Challenge, Dispatch, Mobile, Password, Purpose, Refusal, SendClass, Timestamp, Way};
use engine::{EngineError, NewNumber, Step};
use serde::Deserialize;

use crate::app::{App, Engine};
use crate::dashboard::member::{Member, hand_over, named};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::pages::form::{self, Hidden, steps};
use crate::pages::layout::{Frame, Link, Place};
use crate::pages::mobile::MobilePage;
use crate::pages::otp::{BACKUP, CodeState, OtpPage, Source, Typed, masked};
use crate::words;

/// The first steps of an action that verifies a number on its way, and of one that does not.
const WITH_NUMBER: &[&str] = &[words::named("step-mobile"), words::named("step-otp")];
const WITHOUT_NUMBER: &[&str] = &["step-otp"];

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
    with: Option<String>,
}

impl OtpForm {
    /// What the page shows again if the code is not right.
    pub fn typed(&self) -> Typed {
        Typing { with: self.with.clone() }.typed()
    }
}

/// What the OTP page should take: a code, or one that was written down.
#[derive(Deserialize)]
pub struct Typing {
    with: Option<String>,
}

impl Typing {
    /// As the page knows it.
    pub fn typed(&self) -> Typed {
        match self.with.as_deref() {
            Some(BACKUP) => Typed::BackupCode,
            _ => Typed::Code,
        }
    }
}

/// An action that may need a code first.
pub trait Guarded: Sized + Send + Sync + 'static {
    /// What the path names, or nothing if it names nothing. Refuses whoever may not do this to it.
    fn find(member: &Member, named: &str) -> impl Future<Output = Result<Self, EngineError>> + Send;

    /// What its code is for, its paths and its words.
    fn flow(&self, member: &Member) -> Flow;

    /// What comes when no code is due.
    fn ready(&self, member: &Member) -> impl Future<Output = Result<Response, EngineError>> + Send;
}

/// The paths and words of an action that may need a code first.
pub struct Flow {
    /// What the code will be for.
    pub purpose: Purpose,
    /// The action's address without the mode: `/keys/key_…/regenerate`.
    pub base: String,
    /// Where a new number is sent, without the mode.
    pub number: String,
    /// Where the code is typed, without the mode.
    pub page: String,
    /// Where the right code leads, without the mode.
    pub done: String,
    /// What the code is for, as a part of a sentence: "to regenerate your Live key …". See `purpose-…` in the catalogue.
    pub words: String,
    /// The ids of the action's own last steps, for the line of steps above the page.
    pub steps: &'static [&'static str],
    /// The id of the page's title.
    pub title: &'static str,
    /// The way out, without the mode.
    pub cancel: &'static str,
    /// Whether a first code may be asked for with a button alone. If not, a form with the account password comes first.
    pub asks_freely: bool,
}

/// A guarded action with the member who wants it, read from a request.
pub struct Wanted<A> {
    /// Who.
    pub member: Member,
    /// What.
    pub action: A,
}

impl<A: Guarded> FromRequestParts<App> for Wanted<A> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let member = Member::from_request_parts(parts, app).await?;
        let named = named(parts, app).await;
        match A::find(&member, &named).await {
            Ok(action) => Ok(Wanted { member, action }),
            Err(error) => Err(member.trouble(error)),
        }
    }
}

/// Whatever is next: a step before the action, or the action's own page.
pub async fn page<A: Guarded>(
    Wanted { member, action }: Wanted<A>,
    Query(typing): Query<Typing>,
) -> Response {
    let next = async {
        match action.flow(&member).next(&member, typing.typed()).await? {
            Some(next) => Ok(next),
            None => action.ready(&member).await,
        }
    };
    next.await.unwrap_or_else(|error| member.trouble(error))
}

/// Begins: sends a code if one is due and none is out, then leads to what is next.
pub async fn begin<A: Guarded>(Wanted { member, action }: Wanted<A>) -> Response {
    action.flow(&member).begin(&member).await.unwrap_or_else(|error| member.trouble(error))
}

/// Sends a code to a new number, whose right answer verifies it.
pub async fn mobile<A: Guarded>(
    Wanted { member, action }: Wanted<A>,
    Form(form): Form<MobileForm>,
) -> Response {
    action.flow(&member).mobile(&member, form).await.unwrap_or_else(|error| member.trouble(error))
}

/// Judges a code.
pub async fn otp<A: Guarded>(Wanted { member, action }: Wanted<A>, Form(form): Form<OtpForm>) -> Response {
    action.flow(&member).answer(&member, &form).await.unwrap_or_else(|error| member.trouble(error))
}

/// Sends another code, or the first to a number that is verified already.
pub async fn resend<A: Guarded>(Wanted { member, action }: Wanted<A>) -> Response {
    action.flow(&member).resend(&member).await.unwrap_or_else(|error| member.trouble(error))
}

/// Sends a code by e-mail that stands in for a number which is lost.
pub async fn by_email<A: Guarded>(Wanted { member, action }: Wanted<A>) -> Response {
    action.flow(&member).by_email(&member).await.unwrap_or_else(|error| member.trouble(error))
}

impl Flow {
    /// The page of whatever is next before the action; `None` if nothing is.
    async fn next(&self, member: &Member, typed: Typed) -> Result<Option<Response>, EngineError> {
        let engine = &member.app.engine;
        let step = engine.step(&member.view, &self.purpose, member.now).await?;
        if step == Step::Clear {
            return Ok(None);
        }
        let latest = engine.open_challenge(&member.view, &self.purpose).await?;
        if let Some(challenge) = latest.filter(|challenge| self.goes_on(member, challenge)) {
            return Ok(Some(show(&self.otp_page(member, &challenge, typed, None).await?)));
        }
        Ok(match (self.asks_freely, step) {
            (false, _) => None,
            (true, Step::VerifyMobile) => Some(show(&self.mobile_page(member, None, String::new()))),
            (true, _) => Some(show(&self.first_page(member, None).await?)),
        })
    }

    /// Whether a challenge that waits for its code has tries left; if not, the member starts again.
    fn goes_on(&self, member: &Member, challenge: &Challenge) -> bool {
        challenge.tries < member.app.engine.rules().otp.tries
    }

    /// Where somebody goes who left a step out, without the mode.
    fn begins(&self) -> &str {
        if self.purpose == Purpose::VerifyMobile { &self.number } else { &self.page }
    }

    /// Starts: asks for a code if one is due and none is out, then shows the page.
    pub async fn begin(&self, member: &Member) -> Result<Response, EngineError> {
        if member.app.engine.step(&member.view, &self.purpose, member.now).await? == Step::Ask {
            return self.ask(member).await;
        }
        Ok(member.to(&self.page))
    }

    /// Sends another code. One that begins with a password begins with it again once its tries are used up.
    async fn resend(&self, member: &Member) -> Result<Response, EngineError> {
        let latest = member.app.engine.open_challenge(&member.view, &self.purpose).await?;
        let goes_on = latest.is_some_and(|challenge| self.goes_on(member, &challenge));
        let has_factor = member.view.user.factor().is_some();
        match goes_on || (self.asks_freely && has_factor) {
            true => self.ask(member).await,
            false => Ok(member.to(&self.page)),
        }
    }

    /// Sends a code: to where the last one went, or to the verified number.
    async fn ask(&self, member: &Member) -> Result<Response, EngineError> {
        let rng = &mut *member.app.rng();
        match member.app.engine.ask(&member.view, self.purpose, member.now, rng).await {
            Ok(_) => {
                member.app.letters.notify_one();
                Ok(member.to(&self.page))
            }
            Err(EngineError::Refused(
                refusal @ (Refusal::CodeJustSent { .. } | Refusal::TooManyCodes { .. }),
            )) => {
                let words = sentence(&refusal, &member.site.look, member.now);
                let open = member.app.engine.open_challenge(&member.view, &self.purpose).await?;
                let page = match open {
                    Some(challenge) => self.otp_page(member, &challenge, Typed::Code, Some(words)).await?,
                    None => self.first_page(member, Some(words)).await?,
                };
                Ok(page_of(StatusCode::TOO_MANY_REQUESTS, &page))
            }
            Err(other) => Err(other),
        }
    }

    async fn by_email(&self, member: &Member) -> Result<Response, EngineError> {
        let rng = &mut *member.app.rng();
        match member.app.engine.ask_by_email(&member.view, self.purpose, member.now, rng).await {
            Ok(_) => {
                member.app.letters.notify_one();
                Ok(member.to(&self.page))
            }
            Err(EngineError::Refused(
                refusal @ (Refusal::CodeJustSent { .. } | Refusal::TooManyCodes { .. }),
            )) => {
                let words = sentence(&refusal, &member.site.look, member.now);
                let page = self.first_page(member, Some(words)).await?;
                Ok(page_of(StatusCode::TOO_MANY_REQUESTS, &page))
            }
            Err(other) => Err(other),
        }
    }

    /// Sends a code to a new number.
    async fn mobile(&self, member: &Member, form: MobileForm) -> Result<Response, EngineError> {
        match self.ask_new_number(member, &form).await {
            Ok(_) => {
                member.app.letters.notify_one();
                Ok(member.to(&self.page))
            }
            Err(EngineError::Refused(
                refusal @ (Refusal::Invalid { .. }
                | Refusal::WrongPassword
                | Refusal::TooManyAttempts { .. }
                | Refusal::CodeJustSent { .. }
                | Refusal::TooManyCodes { .. }),
            )) => {
                let words = sentence(&refusal, &member.site.look, member.now);
                let page = self.mobile_page(member, Some(words), form.mobile);
                Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            // What is there already has to be shown first; the page says how.
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => Ok(member.to(self.begins())),
            Err(other) => Err(other),
        }
    }

    async fn ask_new_number(&self, member: &Member, form: &MobileForm) -> Result<Challenge, EngineError> {
        let brand = &member.site.brand;
        let number = Mobile::parse(&form.mobile, &brand.rules.default_dial_code);
        if number.is_ok_and(|number| !brand.texts_to(&number)) {
            return Err(Refusal::invalid("mobile", member.say("mobile-other-country")).into());
        }
        let new = NewNumber { mobile: form.mobile.clone(), password: Password::new(&form.password) };
        let rng = &mut *member.app.rng();
        member.app.engine.ask_new_number(&member.view, self.purpose, new, member.now, rng).await
    }

    /// Judges a typed code; the right one leads on and changes the session's cookie.
    async fn answer(&self, member: &Member, form: &OtpForm) -> Result<Response, EngineError> {
        let rng = &mut *member.app.rng();
        match member.app.engine.answer(&member.view, &self.purpose, &form.otp, member.now, rng).await {
            Ok(token) => {
                member.app.letters.notify_one();
                Ok(hand_over(member.to(&self.done), &token, &member.app.config.public))
            }
            // The same code was sent twice and this answer came second: whatever is next is shown.
            Err(EngineError::Refused(Refusal::CodeUsed)) => Ok(member.to(&self.page)),
            Err(EngineError::Refused(
                refusal @ (Refusal::WrongCode { .. } | Refusal::CodeExpired | Refusal::NoTriesLeft),
            )) => {
                let words = sentence(&refusal, &member.site.look, member.now);
                match member.app.engine.open_challenge(&member.view, &self.purpose).await? {
                    Some(challenge) => {
                        let page = self.otp_page(member, &challenge, form.typed(), Some(words)).await?;
                        Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &page))
                    }
                    // No code was ever asked for.
                    None => Ok(member.to(&self.page)),
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
        member.frame(member.say(self.title), self.cancel, place)
    }

    fn progress(&self, member: &Member, verifies: bool, now: usize) -> Vec<form::Step> {
        let first: &[&'static str] = if verifies { WITH_NUMBER } else { WITHOUT_NUMBER };
        if self.steps.is_empty() {
            Vec::new()
        } else {
            steps(member.site.words(), &[first, self.steps].concat(), now)
        }
    }

    pub fn mobile_page(&self, member: &Member, error: Option<String>, mobile: String) -> MobilePage {
        let look = &member.site.look;
        let (heading, reason) = match &member.view.user.mobile {
            Some(_) if self.purpose == Purpose::VerifyMobile => {
                (member.say("mobile-change"), member.say("mobile-change-reason"))
            }
            _ => {
                (member.say("mobile-verify"), member.say("mobile-verify-reason").with("purpose", &self.words))
            }
        };
        MobilePage {
            frame: self.frame(member),
            progress: self.progress(member, true, 0),
            heading: heading.text(),
            reason: reason.text(),
            mobile: if mobile.is_empty() { format!("{} ", look.default_dial_code) } else { mobile },
            dial_code: look.default_dial_code.clone(),
            error,
            action: member.path(&self.number),
            hidden: Hidden::none(),
            cancel: Link::new(member.path(self.cancel), member.say("cancel")),
        }
    }

    /// The page of a challenge that waits for its code.
    async fn otp_page(
        &self,
        member: &Member,
        challenge: &Challenge,
        typed: Typed,
        error: Option<String>,
    ) -> Result<OtpPage, EngineError> {
        let engine = &member.app.engine;
        let again_at = engine.again_at(&member.view, challenge, member.now).await?;
        let state = code_state(member, challenge);
        let page = OtpPage { error, ..self.page_for(member, state, &challenge.way, again_at) };
        let page =
            page.with_backup(typed, self.has_backup(member, challenge).await?, &member.path(&self.page));
        let stuck = match challenge.way.recipient() {
            Some(to) => engine.store().code_is_stuck(&to, challenge.asked_at).await?,
            None => false,
        };
        Ok(if stuck { page.delayed() } else { page })
    }

    /// Whether a code that was written down would do too.
    async fn has_backup(&self, member: &Member, challenge: &Challenge) -> Result<bool, EngineError> {
        let left = member.app.engine.backup_codes_left(&member.view).await?;
        Ok(challenge.way.is_own_factor() && left.is_some_and(|(left, _)| 0 < left))
    }

    /// The page before the first code: it is asked for as soon as the button is pressed.
    async fn first_page(&self, member: &Member, error: Option<String>) -> Result<OtpPage, EngineError> {
        let way = Dispatch::ToOwn.way(&member.view.user)?;
        let again_at = match way.recipient() {
            Some(to) => member.app.engine.store().sends(&to, &SendClass::Own).await?.again_at(member.now),
            None => None,
        };
        Ok(OtpPage { error, ..self.page_for(member, CodeState::NotSent, &way, again_at) })
    }

    fn page_for(&self, member: &Member, state: CodeState, way: &Way, again_at: Option<Timestamp>) -> OtpPage {
        let by_email = self.purpose == Purpose::ChangeMobile
            && Engine::may_ask_by_email(&member.view)
            && !matches!(way, Way::Email(_));
        OtpPage {
            frame: self.frame(member),
            progress: self.progress(member, way.verifies(), usize::from(way.verifies())),
            purpose: member.say("otp-needed").with("purpose", &self.words).text(),
            state,
            delayed: false,
            source: source(way, &member.site.look.default_dial_code),
            typed: Typed::Code,
            other: None,
            by_email: by_email.then(|| member.path(&format!("{}/email", self.base))),
            wait_seconds: seconds_until(again_at, member.now),
            error: None,
            verify_action: member.path(&format!("{}/otp", self.base)),
            resend_action: member.path(&format!("{}/otp/resend", self.base)),
            hidden: Hidden::none(),
            cancel: Link::new(member.path(self.cancel), member.say("cancel")),
        }
    }
}

/// Where the codes of a challenge come from, as a page may show it.
pub fn source(way: &Way, dial_code: &str) -> Source {
    match way {
        Way::Sms(number) | Way::NewNumber(number) => Source::Sms(masked(dial_code, number.as_str())),
        Way::Email(address) => Source::Email(address.clone()),
        Way::App | Way::NewApp { .. } => Source::App,
    }
}

fn code_state(member: &Member, challenge: &Challenge) -> CodeState {
    match challenge.is_open(&member.app.engine.rules().otp, member.now) {
        true => CodeState::Out { until: member.moment(challenge.expires_at) },
        false => CodeState::Over,
    }
}

/// Whole seconds until a moment, rounded up; 0 when it has come.
pub fn seconds_until(at: Option<Timestamp>, now: Timestamp) -> u32 {
    let seconds = at.map_or(0, |at| (at.left(now).as_millis() + 999) / 1000);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// Leads to a path on this host.
pub fn lead(path: &str) -> Response {
    Redirect::to(path).into_response()
}
