//! Accept: the page that an invitation's link leads to, and its form. Opening the link only shows; a POST accepts.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{HeaderValue, REFERRER_POLICY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{Inviter, Offer, Password, Refusal, Role, Timestamp, Token};
use engine::{EngineError, Holder};
use serde::Deserialize;

use crate::app::App;
use crate::dashboard::device::recognised;
use crate::dashboard::member::{From, hand_over, token};
use crate::dashboard::site::{At, Site};
use crate::dashboard::step_up::lead;
use crate::dashboard::trouble::{outside, page_of, sentence};
use crate::pages::brand::role_word;
use crate::pages::invitation::{InvitationPage, NextStep};
use crate::pages::layout::{Frame, Link};
use crate::pages::moment::Moment;

/// What somebody without a login chooses.
#[derive(Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

/// A link that was opened, with whoever is logged in in this browser.
struct Opened {
    app: App,
    site: Arc<Site>,
    link: Token,
    holder: Option<Holder>,
    now: Timestamp,
}

/// The page. It changes nothing: programs that look at links in letters use up no invitation.
pub async fn page(
    State(app): State<App>,
    At(site): At,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Response {
    let opened = Opened::of(app, site, &link, &headers).await;
    quietly(match opened {
        Ok(opened) => opened.shown(StatusCode::OK, String::new(), None).await,
        Err(response) => response,
    })
}

/// Accepts.
pub async fn submit(
    State(app): State<App>,
    At(site): At,
    Path(link): Path<String>,
    From(origin): From,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Response {
    let opened = match Opened::of(app, site, &link, &headers).await {
        Ok(opened) => opened,
        Err(response) => return quietly(response),
    };
    let Opened { app, site, link, holder, now } = &opened;
    let brand = &site.brand.rules.id;
    let joined = async {
        let offer = app.engine.offer(link, brand, *now).await?;
        match holder {
            Some(holder) => {
                let token = app.engine.accept_as_user(link, holder, *now, &mut *app.rng()).await?;
                Ok((token, "/test"))
            }
            None if offer.must_log_in() => Err(Refusal::LogInFirst.into()),
            None => {
                let (password, rng) = (Password::new(&chosen.password), &mut *app.rng());
                let logged =
                    app.engine.accept_as_new(link, brand, &chosen.name, password, origin, *now, rng).await?;
                Ok((logged.token, if logged.code_owed { "/login/otp" } else { "/test" }))
            }
        }
    };
    let joined: Result<_, EngineError> = joined.await;
    app.letters.notify_one();
    quietly(match joined {
        Ok((token, next)) => {
            let answer = hand_over(lead(next), &token, &app.config.public);
            recognised(app, brand, &headers, &token, *now, answer).await
        }
        Err(EngineError::Refused(Refusal::LogInFirst)) => lead(&log_in_first(link)),
        Err(EngineError::Refused(Refusal::InvitationForOther)) => {
            opened.shown(StatusCode::FORBIDDEN, chosen.name, None).await
        }
        Err(EngineError::Refused(refusal @ Refusal::Invalid { .. })) => {
            let words = sentence(&refusal, &site.look, *now);
            opened.shown(StatusCode::UNPROCESSABLE_ENTITY, chosen.name, Some(words)).await
        }
        Err(error) => outside(site, error, *now),
    })
}

impl Opened {
    async fn of(app: App, site: Arc<Site>, link: &str, headers: &HeaderMap) -> Result<Self, Response> {
        let now = app.now();
        let Some(link) = Token::parse(link) else {
            return Err(outside(&site, Refusal::InvitationOver.into(), now));
        };
        let holder = match token(headers, &app.config.public) {
            Some(token) => app.engine.holder(&token, &site.brand.rules.id, now).await,
            None => Err(Refusal::LogInFirst.into()),
        };
        match holder {
            Ok(holder) => Ok(Opened { app, site, link, holder: Some(holder), now }),
            Err(EngineError::Refused(_)) => Ok(Opened { app, site, link, holder: None, now }),
            Err(error) => Err(outside(&site, error, now)),
        }
    }

    /// The page of the link as it stands, or that it is over.
    async fn shown(&self, status: StatusCode, name: String, error: Option<String>) -> Response {
        match self.page(name, error).await {
            Ok(page) => page_of(status, &page),
            Err(error) => outside(&self.site, error, self.now),
        }
    }

    async fn page(&self, name: String, error: Option<String>) -> Result<InvitationPage, EngineError> {
        let Opened { app, site, link, holder, now } = self;
        let words = site.words();
        let offer = app.engine.offer(link, &site.brand.rules.id, *now).await?;
        let invited = &offer.invitation;
        let next = match holder {
            Some(holder) if Some(holder.user.id) == offer.user.as_ref().map(|user| user.id) => {
                NextStep::Accept
            }
            Some(holder) => NextStep::OtherLogin { email: holder.user.email.clone() },
            None if offer.must_log_in() => {
                NextStep::LogIn { link: Link::new(log_in_first(link), words.say("invitation-log-in")) }
            }
            // Whoever opened the account may have said what to call its owner.
            None => NextStep::Begin {
                name: match &offer.user {
                    Some(user) if name.is_empty() => user.name.clone(),
                    _ => name,
                },
            },
        };
        Ok(InvitationPage {
            frame: Frame::outside(&site.look, words.say("invitation-title")),
            sentence: self.sentence(&offer).await?,
            email: invited.email.clone(),
            role: role_word(words, invited.role),
            until: Moment::at(invited.expires_at.as_millis(), &site.look.zone),
            next,
            error,
            action: format!("/invitation/{}", link.reveal()),
        })
    }

    async fn sentence(&self, offer: &Offer) -> Result<String, EngineError> {
        let (words, account) = (self.site.words(), &offer.account.name);
        let inviter = match &offer.invitation.inviter {
            Inviter::Member(user) => self.app.engine.store().user(user).await?.map(|user| user.name),
            Inviter::Operator(_) => None,
        };
        Ok(match inviter {
            Some(name) => words.say("invitation-by").with("inviter", &name).with("account", account).text(),
            None if offer.invitation.role == Role::Owner => {
                words.say("invitation-owner").with("account", account).text()
            }
            None => words.say("invitation-by-brand").with("account", account).text(),
        })
    }
}

fn log_in_first(link: &Token) -> String {
    format!("/login?next=/invitation/{}", link.reveal())
}

/// The address holds the link: no other page, not even one of ours, is told of it. `no-referrer` would say no more, and would make
/// browsers send `Origin: null` with the form.
fn quietly(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    response
}
