//! The operator behind a request: read from cookie and store each time.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Actor, Refusal, Timestamp, Token};
use engine::{ConsoleView, EngineError};

use super::trouble;
use crate::app::App;
use crate::config::Public;
use crate::dashboard::cookies;
use crate::pages::console::frame::{Frame, Place};
use crate::pages::layout::Notice;
use crate::pages::moment::{Moment, Zone};

/// An operator who is logged in.
pub struct Operator {
    /// The app.
    pub app: App,
    /// Who, from the store.
    pub view: ConsoleView,
    /// When this request happens.
    pub now: Timestamp,
}

impl FromRequestParts<App> for Operator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let now = app.now();
        let found = match token(&parts.headers, &app.config.public) {
            Some(token) => app.engine.console_view(&token, now).await,
            None => Err(Refusal::LogInFirst.into()),
        };
        match found {
            Ok(view) => Ok(Operator { app: app.clone(), view, now }),
            Err(EngineError::Refused(Refusal::LogInFirst)) => Err(to_login(parts)),
            Err(error) => Err(trouble::outside(error, now)),
        }
    }
}

impl Operator {
    /// The frame of a page of this operator.
    pub fn frame(&self, title: &str, place: Place) -> Frame {
        Frame::inside(title, place, &self.view.operator.name)
    }

    /// The operator as an actor.
    pub fn actor(&self) -> Actor {
        self.view.actor()
    }

    /// The page for an error.
    pub fn trouble(&self, error: EngineError) -> Response {
        trouble::inside(self, error)
    }
}

/// A moment as operators read it: in UTC, until their browser says otherwise.
pub fn moment(at: Timestamp) -> Moment {
    Moment::at(at.as_millis(), &Zone::utc())
}

/// Where somebody without a session goes; a page that was wanted comes after the login.
fn to_login(parts: &Parts) -> Response {
    let wanted = (parts.method == Method::GET).then(|| safe_next(parts.uri.path())).flatten();
    let next = wanted.map(|path| format!("?next={path}")).unwrap_or_default();
    Redirect::to(&format!("/login{next}")).into_response()
}

/// A path of the console that a login may lead on to: nothing that could lead elsewhere.
pub fn safe_next(path: &str) -> Option<String> {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-'));
    (path.len() > 1 && path.starts_with('/') && plain && !path.contains("//")).then(|| path.to_owned())
}

/// The one id in a path. A text that is no such id names nothing.
pub struct Named<T>(pub T);

impl<T: FromStr + Send> FromRequestParts<App> for Named<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let read = params(parts, app).await.first().and_then(|text| text.parse().ok());
        match read {
            Some(named) => Ok(Named(named)),
            None => Err(trouble::nothing_at(parts, app).await),
        }
    }
}

/// The two ids in a path.
pub struct NamedTwo<A, B>(pub A, pub B);

impl<A: FromStr + Send, B: FromStr + Send> FromRequestParts<App> for NamedTwo<A, B> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let params = params(parts, app).await;
        let read = |at: usize| params.get(at).map(String::as_str).unwrap_or_default();
        match (read(0).parse().ok(), read(1).parse().ok()) {
            (Some(first), Some(second)) => Ok(NamedTwo(first, second)),
            (_, _) => Err(trouble::nothing_at(parts, app).await),
        }
    }
}

/// The variable parts of a path, in order.
pub async fn params(parts: &mut Parts, app: &App) -> Vec<String> {
    match RawPathParams::from_request_parts(parts, app).await {
        Ok(params) => params.iter().map(|(_, text)| text.to_owned()).collect(),
        Err(_) => Vec::new(),
    }
}

/// The cookie's name. With https the browser itself guarantees that no other host, and no plain http, can have set it.
fn cookie_name(public: &Public) -> &'static str {
    if public.https { "__Host-keystead-console" } else { "keystead-console" }
}

/// The session's token, if the request has exactly one that could be ours.
pub fn token(headers: &HeaderMap, public: &Public) -> Option<Token> {
    let name = cookie_name(public);
    let mut found = cookies(headers).filter(|(own, _)| *own == name);
    let (_, value) = found.next()?;
    if found.next().is_some() { None } else { Token::parse(value) }
}

/// Adds the header that hands a token to the browser. No other site can make the browser send it, not even by a link.
pub fn hand_over(mut response: Response, token: &Token, public: &Public) -> Response {
    let secure = if public.https { "; Secure" } else { "" };
    let cookie =
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict{secure}", cookie_name(public), token.reveal());
    let mut value = HeaderValue::from_str(&cookie).expect("a token is base62");
    value.set_sensitive(true);
    response.headers_mut().append(SET_COOKIE, value);
    response
}

/// Adds the headers that make the browser forget the session.
pub fn take_back(mut response: Response, public: &Public) -> Response {
    let secure = if public.https { "; Secure" } else { "" };
    let cookie = format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}", cookie_name(public));
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, HeaderValue::from_str(&cookie).expect("the cookie is made of fixed texts"));
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// What a page says after an action that led back to it: `?done=…` names one of our own sentences.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// The sentence.
    pub fn notice(&self) -> Option<Notice> {
        let words = match self.done.as_str() {
            "activated" => "The account is activated. Its owner gets a letter.",
            "activation-returned" => {
                "The business details are returned. The owner gets a letter with your reason."
            }
            "verified" => "The website is verified. The owner gets a letter.",
            "website-returned" => "The website is returned. The owner gets a letter with your reason.",
            "unlocked" => "The login is unlocked.",
            "reset" => "The second factor is gone. They set up another one at their next login.",
            "retried" => "The letter is tried again at once.",
            "removed" => "The operator is removed: token, login and sessions have stopped working.",
            "ended" => "The session has ended.",
            _ => return None,
        };
        Some(Notice::Done(words.to_owned()))
    }
}
