//! Refusals and failures as pages: what happened, what to do, and one way on. One place for every handler.

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use domain::{Refusal, Timestamp};
use engine::EngineError;

use crate::app::App;
use crate::dashboard::hints;
use crate::dashboard::member::Member;
use crate::dashboard::site::{At, Site};
use crate::pages::brand::BrandLook;
use crate::pages::layout::{Frame, Link, Place};
use crate::pages::moment::{Moment, time_left};
use crate::pages::otp::wrong_code;
use crate::pages::problem::ProblemPage;
use crate::words::{Words, named};

/// A page as a response.
pub fn page(page: &impl Template) -> Response {
    page_of(StatusCode::OK, page)
}

/// A page with a status.
pub fn page_of(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "A page could not be printed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Nothing has this address.
pub async fn not_found(State(app): State<App>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    nothing_at(&mut parts, &app).await
}

/// The page for an address that is nothing's. Somebody who is logged in keeps their way back.
pub async fn nothing_at(parts: &mut Parts, app: &App) -> Response {
    match (Member::from_request_parts(parts, app).await, At::from_request_parts(parts, app).await) {
        (Ok(member), _) => member.trouble(Refusal::NotFound.into()),
        (Err(_), Ok(At(site))) => nothing_here(&site),
        (Err(_), Err(unknown_host)) => unknown_host,
    }
}

/// The page for an address that is nothing's, for somebody who is not logged in.
pub fn nothing_here(site: &Site) -> Response {
    page_of(
        StatusCode::NOT_FOUND,
        &ProblemPage::not_found(Frame::outside(&site.look, site.words().say("trouble-not-found"))),
    )
}

/// The page for an answer that no handler of ours wrote: a form that cannot be read, a method a page does not have.
pub fn unwritten(words: &Words, frame: impl Fn(String) -> Frame, status: StatusCode) -> ProblemPage {
    let titled = |id: &'static str| frame(words.say(id).text());
    let (title, sentence) = match status {
        StatusCode::FORBIDDEN => (named("trouble-elsewhere"), named("trouble-elsewhere-sentence")),
        StatusCode::METHOD_NOT_ALLOWED => (named("trouble-method"), named("trouble-method-sentence")),
        StatusCode::PAYLOAD_TOO_LARGE => (named("trouble-too-large"), named("trouble-too-large-sentence")),
        StatusCode::REQUEST_TIMEOUT => (named("trouble-slow"), named("trouble-slow-sentence")),
        StatusCode::SERVICE_UNAVAILABLE => return ProblemPage::unavailable(titled("trouble-unavailable")),
        status if status.is_server_error() => return ProblemPage::failure(titled("trouble-failure")),
        _ => (named("trouble-unreadable"), named("trouble-unreadable-sentence")),
    };
    let frame = titled(title);
    let home = Link::new(format!("/{}", frame.segment()), words.say("back-home"));
    let (title, sentence) = (words.say(title).text(), words.say(sentence).text());
    ProblemPage::new(frame, status, &title, &sentence).with_link(home)
}

/// An error before anybody is logged in.
pub fn outside(site: &Site, error: EngineError, now: Timestamp) -> Response {
    problem(|title| Frame::outside(&site.look, title), &site.look, now, error)
}

/// An error inside the dashboard.
pub fn inside(member: &Member, error: EngineError) -> Response {
    let frame = |title: String| member.frame(title, "/keys", Place::InsideSettings);
    problem(frame, &member.site.look, member.now, error)
}

fn problem(
    frame: impl Fn(String) -> Frame,
    look: &BrandLook,
    now: Timestamp,
    error: EngineError,
) -> Response {
    let titled = |id: &'static str| frame(look.words.say(id).text());
    let is_busy = matches!(error, EngineError::Busy | EngineError::Store(store::StoreError::Unreachable(_)));
    let page = match error {
        EngineError::Refused(refusal) => refused(titled, look, now, refusal),
        EngineError::Busy => ProblemPage::busy(titled("trouble-busy")),
        EngineError::Contended => ProblemPage::unavailable(titled("trouble-unavailable")),
        EngineError::Store(store::StoreError::Full) => {
            tracing::error!("No space is left on the disk of the database");
            ProblemPage::unavailable(titled("trouble-unavailable"))
        }
        EngineError::Store(store::StoreError::Unreachable(why)) => {
            tracing::warn!(why, "The database cannot be reached");
            ProblemPage::unavailable(titled("trouble-unavailable"))
        }
        EngineError::Store(store::StoreError::Quarantined) => {
            tracing::warn!("The database is quarantined, so no key is changed");
            ProblemPage::unavailable(titled("trouble-unavailable"))
        }
        other @ (EngineError::Store(_) | EngineError::UnknownBrand(_) | EngineError::Unwritten(_)) => {
            tracing::error!(error = &other as &dyn std::error::Error, "A page could not do its work");
            ProblemPage::failure(titled("trouble-failure"))
        }
    };
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let response = page_of(status, &page);
    if is_busy { soon(response) } else { response }
}

/// Says to programs too that there will be room in a moment.
pub fn soon(mut response: Response) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// A refusal as a page; `frame` is given the id of its title.
fn refused(
    frame: impl Fn(&'static str) -> Frame,
    look: &BrandLook,
    now: Timestamp,
    refusal: Refusal,
) -> ProblemPage {
    let at = |moment: Timestamp| Moment::at(moment.as_millis(), &look.zone).text().to_owned();
    match refusal {
        Refusal::PermissionDenied => ProblemPage::permission_denied(frame(named("trouble-denied"))),
        Refusal::NotFound => ProblemPage::not_found(frame("trouble-not-found")),
        Refusal::MemberLocked => ProblemPage::locked(frame("trouble-locked")),
        Refusal::LostRace { current: Some(current), at: made } => {
            let made = made.map(at).unwrap_or_default();
            ProblemPage::lost_race(frame("trouble-lost-race"), current.as_str(), &made)
        }
        Refusal::CodeJustSent { again_at }
        | Refusal::TooManyCodes { again_at, .. }
        | Refusal::TooManyAttempts { again_at } => {
            let again = time_left(&look.words, now.as_millis(), again_at.as_millis());
            ProblemPage::too_many(frame("trouble-too-many"), &again)
        }
        Refusal::InvitationOver => {
            let frame = frame(named("invitation-over-title"));
            let (title, words) =
                (frame.say("invitation-over-title").text(), frame.say("invitation-over").text());
            ProblemPage::new(frame, StatusCode::GONE, &title, &words)
        }
        other => {
            let frame = frame(named("trouble-not-possible"));
            let link = Link::new(format!("/{}/keys", frame.segment()), frame.say("back-keys"));
            let (status, title) = match &other {
                Refusal::AlreadyGenerated { .. } => (StatusCode::CONFLICT, named("trouble-generated")),
                Refusal::LostRace { .. } => (StatusCode::CONFLICT, named("trouble-lost-race")),
                Refusal::StillRetiring { .. } => (StatusCode::CONFLICT, named("trouble-retiring")),
                Refusal::MobileChangedLately { .. } => (StatusCode::FORBIDDEN, named("trouble-held")),
                Refusal::AlreadyEnded { .. } => (StatusCode::CONFLICT, named("trouble-ended")),
                Refusal::Outdated { .. } | Refusal::LimitsChanged { .. } => {
                    (StatusCode::CONFLICT, named("trouble-outdated"))
                }
                Refusal::LiveNotReady { .. } => (StatusCode::FORBIDDEN, named("trouble-live")),
                Refusal::OwnerStays => (StatusCode::CONFLICT, named("trouble-not-possible-title")),
                Refusal::OperatorNeeded => (StatusCode::FORBIDDEN, named("trouble-not-possible-title")),
                _ => (StatusCode::UNPROCESSABLE_ENTITY, named("trouble-not-possible-title")),
            };
            let title = frame.say(title).text();
            ProblemPage::new(frame, status, &title, &sentence(&other, look, now)).with_link(link)
        }
    }
}

/// A refusal as one or two sentences for people: what is, and what to do. The one place where a refusal becomes a text of the
/// catalogue; the management API says it from `wire::codes`, for programs.
pub fn sentence(refusal: &Refusal, look: &BrandLook, now: Timestamp) -> String {
    let words = &look.words;
    let at = |moment: Timestamp| Moment::at(moment.as_millis(), &look.zone);
    let wait = |moment: Timestamp| time_left(words, now.as_millis(), moment.as_millis());
    let said = match refusal {
        Refusal::PermissionDenied => words.say("refusal-permission-denied"),
        Refusal::NotFound => words.say("refusal-not-found"),
        Refusal::WrongCredentials => words.say("refusal-wrong-credentials"),
        Refusal::WrongPassword => words.say("refusal-wrong-password"),
        Refusal::TooManyAttempts { again_at } => {
            words.say("refusal-too-many-attempts").with("again", wait(*again_at))
        }
        Refusal::MemberLocked => words.say("refusal-locked"),
        Refusal::LogInFirst => words.say("refusal-log-in-first"),
        Refusal::StepUpNeeded => words.say("refusal-step-up-needed"),
        Refusal::MobileNeeded => words.say("refusal-mobile-needed"),
        Refusal::SecondFactorOwed => words.say("refusal-second-factor-owed"),
        Refusal::SecondFactorRequired => words.say("refusal-second-factor-required"),
        Refusal::LinkOver => words.say("refusal-link-over"),
        Refusal::WrongCode { tries_left } => return wrong_code(words, *tries_left),
        Refusal::CodeExpired => words.say("otp-expired"),
        Refusal::CodeUsed => words.say("refusal-code-used"),
        Refusal::NoTriesLeft => return wrong_code(words, 0),
        Refusal::CodeJustSent { again_at } => {
            let seconds = (again_at.left(now).as_millis() + 999) / 1000;
            words.say("refusal-code-just-sent").with("seconds", seconds)
        }
        Refusal::TooManyCodes { again_at, limit } => {
            words.say("refusal-too-many-codes").kind("limit", limit.as_str()).with("again", wait(*again_at))
        }
        Refusal::AlreadyGenerated { key_id } => {
            words.say("refusal-already-generated").with("key", key_id.as_str())
        }
        Refusal::NothingToRegenerate => words.say("refusal-nothing-to-regenerate"),
        Refusal::LiveNotReady { activation, website } => match (activation, website) {
            (true, true) => words.say("refusal-live-both"),
            (true, false) => words.say("refusal-live-activation"),
            (false, _) => words.say("refusal-live-website"),
        },
        Refusal::LostRace { .. } => words.say("refusal-lost-race"),
        Refusal::LimitsChanged { at: changed, .. } => {
            words.say("refusal-limits-changed").with("at", at(*changed))
        }
        Refusal::StillRetiring { key_id, until } => {
            words.say("refusal-still-retiring").with("key", key_id.as_str()).with("until", at(*until))
        }
        Refusal::MobileChangedLately { until } => words.say("refusal-held").with("until", at(*until)),
        Refusal::AlreadyEnded { key_id, at: ended } => {
            words.say("refusal-already-ended").with("key", key_id.as_str()).with("at", at(*ended))
        }
        Refusal::Invalid { hint, .. } => return hints::said(words, hint),
        Refusal::Taken { field } => words.say("refusal-taken").kind("field", field),
        Refusal::Outdated { .. } => words.say("refusal-outdated"),
        Refusal::NotLocked { .. } => words.say("refusal-not-locked"),
        Refusal::NotInAccount => words.say("account-closed"),
        Refusal::InvitationOver | Refusal::InvitationForOther => words.say("invitation-over"),
        Refusal::TooManyInvitations { again_at } => {
            words.say("team-too-often").with("again", wait(*again_at))
        }
        Refusal::TooManyPending { most } => words.say("team-too-many-pending").with("most", *most),
        Refusal::AlreadyInTeam => words.say("team-in-team"),
        Refusal::AlreadyInvited => words.say("team-invited-already"),
        Refusal::TwoFactorFirst => words.say("team-all-first"),
        Refusal::OwnerStays => words.say("team-owner-stays"),
        Refusal::OperatorNeeded => words.say("team-elsewhere"),
        Refusal::IdempotencyMismatch => words.say("refusal-idempotency-mismatch"),
        Refusal::SecretGone { key_id } => words.say("refusal-secret-gone").with("key", key_id.as_str()),
    };
    said.text()
}
