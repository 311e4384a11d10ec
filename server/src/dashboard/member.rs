//! The member behind a request: read from cookie and store each time, with the mode that the path names.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams};
use axum::http::header::{COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Mode, Origin, Refusal, Role, Timestamp, Token, owes};
use engine::{EngineError, Holder, View};
use store::OwnAccount;

use crate::app::App;
use crate::config::Public;
use crate::dashboard::site::{At, Site};
use crate::dashboard::{switch, trouble};
use crate::pages::brand::role_word;
use crate::pages::layout::{Frame, MemberBar, Place};
use crate::pages::moment::Moment;
use crate::words::Saying;

/// What an address says for which account a form was made.
const ACCOUNT: &str = "account";

/// Longest browser description kept of a session.
const AGENT_MAX: usize = 200;

/// A logged-in member, in a mode, on a brand's site.
pub struct Member {
    /// The app.
    pub app: App,
    /// The brand.
    pub site: Arc<Site>,
    /// Who, from the store.
    pub view: View,
    /// The accounts they are in, this one among them.
    pub accounts: Vec<OwnAccount>,
    /// The mode the path names.
    pub mode: Mode,
    /// When this request happens.
    pub now: Timestamp,
    /// Whether a second factor is owed before anything else can be seen.
    pub sets_up: bool,
}

/// Where a second factor is set up, behind the mode: all that somebody who owes one may see.
pub const SET_UP: &str = "/two-factor";

impl FromRequestParts<App> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let At(site) = At::from_request_parts(parts, app).await?;
        let path = parts.uri.path();
        let mode = path.split('/').nth(1).and_then(|segment| segment.parse().ok());
        let mode: Mode = mode.ok_or_else(|| trouble::nothing_here(&site))?;
        let now = app.now();
        let found = match token(&parts.headers, &app.config.public) {
            Some(token) => app.engine.view_setting_up(&token, &site.brand.rules.id, now).await,
            None => Err(Refusal::LogInFirst.into()),
        };
        match found {
            Ok(view) => {
                let sets_up = owes(&view.user, &view.session, &view.account).is_some();
                let is_there = path.split('/').nth(2) == SET_UP.strip_prefix('/');
                if sets_up && !is_there {
                    return Err(Redirect::to(&format!("/{mode}{SET_UP}")).into_response());
                }
                let language = view.user.language.unwrap_or(site.words().language());
                let own = app.sites.in_language(&site.brand.rules.id, language);
                let site = own.unwrap_or(site);
                match app.engine.own_accounts(&view.user.id).await {
                    Ok(accounts) => {
                        let member = Member { app: app.clone(), site, view, accounts, mode, now, sets_up };
                        let meant =
                            made_for(&parts.uri).is_none_or(|id| id == member.view.account.id.as_str());
                        if meant { Ok(member) } else { Err(switch::switched_meanwhile(&member)) }
                    }
                    Err(error) => Err(trouble::outside(&site, error, now)),
                }
            }
            Err(EngineError::Refused(Refusal::LogInFirst)) => Err(to_login(&parts.method, path)),
            Err(EngineError::Refused(Refusal::NotInAccount)) => Err(match holder(parts, app, mode).await {
                Ok(holder) => switch::elsewhere(&holder).await,
                Err(response) => response,
            }),
            Err(error) => Err(trouble::outside(&site, error, now)),
        }
    }
}

/// The account that the form behind a request was made for, if its address says so.
fn made_for(uri: &Uri) -> Option<&str> {
    let mut pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == ACCOUNT).map(|(_, id)| id)
}

/// Somebody who is logged in, even if the account that their session looks at is closed to them by now.
pub struct LoggedIn {
    /// The app.
    pub app: App,
    /// The brand.
    pub site: Arc<Site>,
    /// Who.
    pub holder: Holder,
    /// The mode the path names.
    pub mode: Mode,
    /// When this request happens.
    pub now: Timestamp,
}

impl FromRequestParts<App> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let At(site) = At::from_request_parts(parts, app).await?;
        let mode = parts.uri.path().split('/').nth(1).and_then(|segment| segment.parse().ok());
        holder(parts, app, mode.ok_or_else(|| trouble::nothing_here(&site))?).await
    }
}

async fn holder(parts: &mut Parts, app: &App, mode: Mode) -> Result<LoggedIn, Response> {
    let At(site) = At::from_request_parts(parts, app).await?;
    let now = app.now();
    let found = match token(&parts.headers, &app.config.public) {
        Some(token) => app.engine.holder(&token, &site.brand.rules.id, now).await,
        None => Err(Refusal::LogInFirst.into()),
    };
    match found {
        Ok(holder) => {
            let language = holder.user.language.unwrap_or(site.words().language());
            let own = app.sites.in_language(&site.brand.rules.id, language);
            Ok(LoggedIn { app: app.clone(), site: own.unwrap_or(site), holder, mode, now })
        }
        Err(EngineError::Refused(Refusal::LogInFirst)) => Err(to_login(&parts.method, parts.uri.path())),
        Err(error) => Err(trouble::outside(&site, error, now)),
    }
}

impl Member {
    /// The frame of a page of this member. `path` is where the other mode's link leads, behind the mode.
    pub fn frame(&self, title: impl Into<String>, path: &str, place: Place) -> Frame {
        let member = MemberBar {
            name: self.view.user.name.clone(),
            role: role_word(self.site.words(), self.view.member.role),
            account: self.view.account.name.clone(),
            others: switch::others(self.site.words(), &self.accounts, Some(&self.view.account.id)),
            leaves: self.view.member.role != Role::Owner,
        };
        Frame::inside(&self.site.look, title, self.mode, path, place, member)
    }

    /// A text of the catalogue, in the member's language and the brand's words.
    pub fn say<'a>(&'a self, id: &'a str) -> Saying<'a> {
        self.site.words().say(id)
    }

    /// A moment as this brand's readers read it.
    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment::at(at.as_millis(), &self.site.look.zone)
    }

    /// A path in this mode.
    pub fn path(&self, rest: &str) -> String {
        format!("/{}{rest}", self.mode)
    }

    /// Leads on to a path in this mode, after an action.
    pub fn to(&self, rest: &str) -> Response {
        Redirect::to(&self.path(rest)).into_response()
    }

    /// A path for a form that shall do nothing once its member looks at another account: it says for which it was made.
    pub fn own_path(&self, rest: &str) -> String {
        format!("{}{}", self.path(rest), self.here())
    }

    /// What such a form's address ends in.
    pub fn here(&self) -> String {
        format!("?{ACCOUNT}={}", self.view.account.id)
    }

    /// The page for an error inside the dashboard.
    pub fn trouble(&self, error: EngineError) -> Response {
        trouble::inside(self, error)
    }
}

/// Where somebody without a session goes. What they wanted to see comes after the login; what they wanted to do does not, but
/// the page with its button does.
fn to_login(method: &Method, path: &str) -> Response {
    let page = match *method {
        Method::GET | Method::HEAD => path.to_owned(),
        _ => path.split('/').take(3).collect::<Vec<_>>().join("/").replace("/pairs", "/keys"),
    };
    let next = safe_next(Some(&page)).map(|page| format!("?next={page}")).unwrap_or_default();
    Redirect::to(&format!("/login{next}")).into_response()
}

/// A path on this site that a login may lead on to: nothing that could lead elsewhere.
pub fn safe_next(next: Option<&str>) -> Option<String> {
    let path = next?;
    let link = path.strip_prefix("/invitation/").and_then(Token::parse);
    let inside = path.starts_with("/test") || path.starts_with("/live") || link.is_some();
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-'));
    (inside && plain && !path.contains("//")).then(|| path.to_owned())
}

/// The cookie's name. With https the browser itself guarantees that no other host, and no plain http, can have set it.
fn cookie_name(public: &Public) -> &'static str {
    if public.https { "__Host-keystead" } else { "keystead" }
}

/// The session's token, if the request has exactly one that could be ours.
pub fn token(headers: &HeaderMap, public: &Public) -> Option<Token> {
    let name = cookie_name(public);
    let mut found = cookies(headers).filter(|(own, _)| *own == name);
    let (_, value) = found.next()?;
    if found.next().is_some() { None } else { Token::parse(value) }
}

/// The cookies of a request, name and value.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let sent = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    sent.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// Adds the header that hands a token to the browser.
pub fn hand_over(mut response: Response, token: &Token, public: &Public) -> Response {
    let secure = if public.https { "; Secure" } else { "" };
    let cookie =
        format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie_name(public), token.reveal());
    let mut value = HeaderValue::from_str(&cookie).expect("a token is base62");
    value.set_sensitive(true);
    response.headers_mut().append(axum::http::header::SET_COOKIE, value);
    response
}

/// Adds the headers that make the browser forget the session.
pub fn take_back(mut response: Response, public: &Public) -> Response {
    let secure = if public.https { "; Secure" } else { "" };
    let cookie = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", cookie_name(public));
    let headers = response.headers_mut();
    headers.append(
        axum::http::header::SET_COOKIE,
        HeaderValue::from_str(&cookie).expect("the cookie is made of fixed texts"),
    );
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// The text of the one parameter in a path besides the mode; empty if there is none.
pub async fn named(parts: &mut Parts, app: &App) -> String {
    match RawPathParams::from_request_parts(parts, app).await {
        Ok(params) => {
            let named = params.iter().find(|(name, _)| *name != "mode");
            named.map(|(_, text)| text.to_owned()).unwrap_or_default()
        }
        Err(_) => String::new(),
    }
}

/// The one id in a path, besides the mode. A text that is no such id is no such page.
pub struct Named<T>(pub T);

impl<T: FromStr + Send> FromRequestParts<App> for Named<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let named = named(parts, app).await.parse().ok();
        match named {
            Some(named) => Ok(Named(named)),
            None => Err(trouble::nothing_at(parts, app).await),
        }
    }
}

/// Where a request came from, as far as trusted proxies tell.
pub struct From(pub Origin);

impl FromRequestParts<App> for From {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip());
        let address = peer.map(|peer| client(&parts.headers, peer, &app.config.public));
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Ok(From(Origin {
            address: address.map(|address| address.to_string()).unwrap_or_default(),
            agent: agent.chars().take(AGENT_MAX).collect(),
        }))
    }
}

/// The nearest address that is not one of our own proxies. Only what a trusted proxy wrote is read.
pub fn client(headers: &HeaderMap, peer: IpAddr, public: &Public) -> IpAddr {
    let mut nearest = peer;
    if !public.trusts(nearest) {
        return nearest;
    }
    let told: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(','))
        .collect();
    for address in told.iter().rev() {
        let Ok(address) = address.trim().parse::<IpAddr>() else { break };
        nearest = address;
        if !public.trusts(nearest) {
            break;
        }
    }
    nearest
}
