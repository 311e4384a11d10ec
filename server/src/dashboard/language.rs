//! The language of the pages: chosen by a member in their profile, or before the login for this browser.

use axum::Form;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use domain::{Language, Refusal};
use serde::Deserialize;

use crate::app::App;
use crate::config::Public;
use crate::dashboard::member::{Member, cookies};
use crate::dashboard::site::{At, Site};
use crate::dashboard::step_up::lead;
use crate::dashboard::trouble::outside;
use crate::pages::language::{LanguageForm, Offered};

/// How long a browser remembers.
const REMEMBERED_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The form of a choice.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    language: String,
}

impl Choice {
    /// The language, if the brand offers it.
    fn among(&self, site: &Site) -> Result<Language, Refusal> {
        let chosen = self.language.parse().ok();
        let offered = chosen.filter(|language| site.brand.languages.contains(language));
        offered.ok_or_else(|| Refusal::invalid("language", site.words().say("language-choose")))
    }
}

/// What a member reads from now on.
pub async fn change(member: Member, Form(choice): Form<Choice>) -> Response {
    let changed = async {
        let language = choice.among(&member.site)?;
        member.app.engine.change_language(&member.view, language, member.now).await?;
        Ok(remember(member.to("/profile"), language, &member.app.config.public))
    };
    changed.await.unwrap_or_else(|error| member.trouble(error))
}

/// What this browser shows before somebody logs in.
pub async fn choose(State(app): State<App>, At(site): At, Form(choice): Form<Choice>) -> Response {
    match choice.among(&site) {
        Ok(language) => remember(lead("/login"), language, &app.config.public),
        Err(refusal) => outside(&site, refusal.into(), app.now()),
    }
}

/// The form that offers a site's languages; none where there is nothing to choose.
pub fn form(site: &Site, action: String) -> Option<LanguageForm> {
    let languages = &site.brand.languages;
    let offered = languages.iter().map(|&language| Offered {
        tag: language.as_str(),
        name: language.own_name(),
        is_read: language == site.words().language(),
    });
    (1 < languages.len()).then(|| LanguageForm::new(site.words().clone(), action, offered.collect()))
}

/// Adds the header that makes the browser remember a language. It is no secret and opens nothing.
fn remember(mut response: Response, language: Language, public: &Public) -> Response {
    let secure = if public.https { "; Secure" } else { "" };
    let cookie = format!(
        "{}={language}; Path=/; HttpOnly; SameSite=Lax; Max-Age={REMEMBERED_SECONDS}{secure}",
        cookie_name(public)
    );
    let value = HeaderValue::from_str(&cookie).expect("the cookie is made of fixed texts");
    response.headers_mut().append(SET_COOKIE, value);
    response
}

fn cookie_name(public: &Public) -> &'static str {
    if public.https { "__Host-language" } else { "language" }
}

/// The language that this browser was told to show.
pub fn remembered(headers: &HeaderMap, public: &Public) -> Option<Language> {
    cookies(headers).find(|(name, _)| *name == cookie_name(public))?.1.parse().ok()
}
