//! Refusals and failures as pages: what happened, what to do, and one way on. One place for every handler.

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use domain::{Refusal, Timestamp};
use engine::EngineError;

use crate::app::App;
use crate::dashboard::member::Member;
use crate::dashboard::site::{At, Site};
use crate::pages::brand::BrandLook;
use crate::pages::layout::{Frame, Link, Place};
use crate::pages::moment::{Moment, time_left};
use crate::pages::otp::{EXPIRED_CODE, wrong_code};
use crate::pages::problem::ProblemPage;

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
    page_of(StatusCode::NOT_FOUND, &ProblemPage::not_found(Frame::outside(&site.look, "Not found")))
}

/// The page for an answer that no handler of ours wrote: a form that cannot be read, a method a page does not have.
pub fn unwritten(frame: impl Fn(&str) -> Frame, status: StatusCode) -> ProblemPage {
    let (title, words) = match status {
        StatusCode::FORBIDDEN => (
            "Not sent from here",
            "Your browser says that another site caused this request, so nothing was done. Open the page here and \
             press its button.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "Nothing to see here",
            "This address only takes what a form sends, or only shows a page. Nothing was done. Go back to the page \
             and press its button again.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "Too much in one form",
            "What was sent is larger than any form of this dashboard. Nothing was done.",
        ),
        StatusCode::REQUEST_TIMEOUT => {
            ("That took too long", "The request did not arrive in time. Nothing was done. Try again.")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            return ProblemPage::unavailable(frame("Not available at the moment"));
        }
        status if status.is_server_error() => return ProblemPage::failure(frame("That did not work")),
        _ => (
            "That form cannot be read",
            "What was sent is not what this page's form sends. Nothing was done. Open the page again and use its form.",
        ),
    };
    let frame = frame(title);
    let home = Link::new(format!("/{}", frame.segment()), "Back to home");
    ProblemPage::new(frame, status, title, words).with_link(home)
}

/// An error before anybody is logged in.
pub fn outside(site: &Site, error: EngineError, now: Timestamp) -> Response {
    let frame = |title: &str| Frame::outside(&site.look, title);
    problem(frame, &site.look, now, error)
}

/// An error inside the dashboard.
pub fn inside(member: &Member, error: EngineError) -> Response {
    let frame = |title: &str| member.frame(title, "/keys", Place::InsideSettings);
    problem(frame, &member.site.look, member.now, error)
}

fn problem(frame: impl Fn(&str) -> Frame, look: &BrandLook, now: Timestamp, error: EngineError) -> Response {
    let page = match error {
        EngineError::Refused(refusal) => refused(frame, look, now, refusal),
        EngineError::Contended => ProblemPage::unavailable(frame("Not available at the moment")),
        EngineError::Store(store::StoreError::Full) => {
            tracing::error!("No space is left on the disk of the database");
            ProblemPage::unavailable(frame("Not available at the moment"))
        }
        other @ (EngineError::Store(_) | EngineError::UnknownBrand(_)) => {
            tracing::error!(error = &other as &dyn std::error::Error, "A page could not do its work");
            ProblemPage::failure(frame("That did not work"))
        }
    };
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page_of(status, &page)
}

fn refused(frame: impl Fn(&str) -> Frame, look: &BrandLook, now: Timestamp, refusal: Refusal) -> ProblemPage {
    let at = |moment: Timestamp| Moment::at(moment.as_millis(), &look.zone).text().to_owned();
    let keys = |frame: &Frame| Link::new(format!("/{}/keys", frame.segment()), "Back to API Keys");
    match refusal {
        Refusal::PermissionDenied => ProblemPage::permission_denied(frame("Permission Denied")),
        Refusal::NotFound => ProblemPage::not_found(frame("Not found")),
        Refusal::MemberLocked => ProblemPage::locked(frame("Your login is locked")),
        Refusal::LostRace { current: Some(current), at: made } => {
            let made = made.map(at).unwrap_or_default();
            ProblemPage::lost_race(frame("Somebody was faster"), current.as_str(), &made)
        }
        Refusal::CodeJustSent { again_at }
        | Refusal::TooManyCodes { again_at }
        | Refusal::TooManyAttempts { again_at } => {
            let again = time_left(&look.words, now.as_millis(), again_at.as_millis());
            ProblemPage::too_many(frame("Too many requests"), &again)
        }
        other => {
            let frame = frame("Not possible");
            let link = keys(&frame);
            let (status, title) = match &other {
                Refusal::AlreadyGenerated { .. } => (StatusCode::CONFLICT, "There is a key already"),
                Refusal::LostRace { .. } => (StatusCode::CONFLICT, "Somebody was faster"),
                Refusal::StillRetiring { .. } => (StatusCode::CONFLICT, "Two pairs work already"),
                Refusal::AlreadyEnded { .. } => (StatusCode::CONFLICT, "It has ended already"),
                Refusal::Outdated { .. } => (StatusCode::CONFLICT, "It was changed meanwhile"),
                Refusal::LiveNotReady { .. } => (StatusCode::FORBIDDEN, "Not ready for Live keys"),
                _ => (StatusCode::UNPROCESSABLE_ENTITY, "That is not possible"),
            };
            ProblemPage::new(frame, status, title, &sentence(&other, look, now)).with_link(link)
        }
    }
}

/// A refusal as one or two sentences for people: what is, and what to do.
pub fn sentence(refusal: &Refusal, look: &BrandLook, now: Timestamp) -> String {
    let at = |moment: Timestamp| Moment::at(moment.as_millis(), &look.zone).text().to_owned();
    let wait = |moment: Timestamp| time_left(&look.words, now.as_millis(), moment.as_millis());
    match refusal {
        Refusal::PermissionDenied => "Permission Denied. Please contact the owner.".to_owned(),
        Refusal::NotFound => "There is no such thing here.".to_owned(),
        Refusal::WrongCredentials => "E-mail or password is not right.".to_owned(),
        Refusal::WrongPassword => "That password is not right. Enter the one you log in with.".to_owned(),
        Refusal::TooManyAttempts { again_at } => {
            format!("Too many wrong passwords from here. You can try again {}.", wait(*again_at))
        }
        Refusal::MemberLocked => "Your login is locked after nine wrong codes in a row.".to_owned(),
        Refusal::LogInFirst => "Log in first.".to_owned(),
        Refusal::StepUpNeeded => "Enter an OTP first; the one before was used or is too old.".to_owned(),
        Refusal::MobileNeeded => "Verify your mobile number first.".to_owned(),
        Refusal::WrongCode { tries_left } => wrong_code(*tries_left),
        Refusal::CodeExpired => EXPIRED_CODE.to_owned(),
        Refusal::CodeUsed => "That code was used already. Start again to get a new one.".to_owned(),
        Refusal::NoTriesLeft => wrong_code(0),
        Refusal::CodeJustSent { again_at } => {
            let seconds = (again_at.left(now).as_millis() + 999) / 1000;
            format!(
                "A code was sent to this number a moment ago. Use it, or ask for another one in {seconds} seconds."
            )
        }
        Refusal::TooManyCodes { again_at } => {
            format!(
                "This number has had as many codes as it may for now. You can ask again {}.",
                wait(*again_at)
            )
        }
        Refusal::AlreadyGenerated { key_id } => {
            format!("This key has a working pair, {key_id}. Regenerate it if you need a new secret.")
        }
        Refusal::NothingToRegenerate => {
            "No pair of this key works any more; generate one instead.".to_owned()
        }
        Refusal::LiveNotReady { activation, website } => match (activation, website) {
            (true, true) => {
                "The account has to be activated and its website or app verified first.".to_owned()
            }
            (true, false) => "The account has to be activated first.".to_owned(),
            (false, _) => "The account's website or app has to be verified first.".to_owned(),
        },
        Refusal::LostRace { .. } => {
            "The key was changed after you had opened the page. Nothing was changed by your request."
                .to_owned()
        }
        Refusal::StillRetiring { key_id, until } => format!(
            "{key_id} is still retiring, until {}, and only two pairs of a key may work at once. End it early, or \
             choose to end the old key immediately.",
            at(*until)
        ),
        Refusal::AlreadyEnded { key_id, at: ended } => format!("{key_id} ended on {}.", at(*ended)),
        Refusal::Invalid { hint, .. } => hint.clone(),
        Refusal::Taken { field } => format!("That {} is taken.", field.replace(['.', '_'], " ")),
        Refusal::Outdated { .. } => {
            "It was changed after you had looked at it. Nothing was done; look at it again.".to_owned()
        }
        Refusal::NotLocked { .. } => "That member is not locked.".to_owned(),
        Refusal::IdempotencyMismatch => {
            "That form was used for another request already. Start again.".to_owned()
        }
        Refusal::SecretGone { key_id } => format!(
            "{key_id} was made, but its secret was to be had for ten minutes only. Regenerate the key to get a new one."
        ),
    }
}
