//! Brands: what they are configured to be, and previews of their pages and letters with made-up data.
//!
//! A preview is the real page in the brand's words and colours, drawn in the theme that is asked for, whatever the browser
//! prefers. Nothing in it can be sent, and nothing in it is anybody's.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use domain::{
    BrandId, DAY, KeyId, Language, Letter, LetterKind, MINUTE, Mode, Recipient, Refusal, Timestamp,
    UsageSpan, seeded,
};
use engine::Enclosed;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::trouble::nothing_at;
use super::who::{Operator, params};
use crate::app::App;
use crate::dashboard::{Site, page as show};
use crate::letters::{Message, words};
use crate::pages::assets;
use crate::pages::brand::BrandLook;
use crate::pages::console::brands::{BrandPage, BrandRow, BrandsPage, Preview, PreviewChoice};
use crate::pages::console::frame::Place;
use crate::pages::keys::{KeyCard, KeysPage, PairRow, PairStatus, PairTable};
use crate::pages::layout::{Frame, MemberBar, Place as DashboardPlace};
use crate::pages::login::LoginPage;
use crate::pages::moment::{Moment, time_left};
use crate::pages::usage::{Lane, LaneState, SpanChoice, UsageCharts, span_word};

/// What a preview may do: show itself in a frame of the console. Its forms lead nowhere.
const PREVIEW_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'none'; \
     frame-ancestors 'self'; base-uri 'none'";
/// A letter carries its own style.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
     frame-ancestors 'self'; base-uri 'none'";
/// What the console's own page needs beyond any other page: to hold the frames.
const FRAMES_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// Draws the made-up ids of previews: the same each time.
const SEED: u64 = 7;

/// All brands.
pub async fn list(operator: Operator) -> Response {
    let row = |brand: &crate::config::Brand| {
        let asks = [
            (brand.rules.require_activation, "activation"),
            (brand.rules.require_website, "a verified website"),
        ];
        let asks: Vec<&str> = asks.into_iter().filter(|(asked, _)| *asked).map(|(_, what)| what).collect();
        BrandRow {
            id: brand.rules.id.to_string(),
            name: brand.name.clone(),
            url: brand.url.clone(),
            live: if asks.is_empty() { "nothing".to_owned() } else { asks.join(", ") },
            languages: brand
                .languages
                .iter()
                .map(|language| language.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            prefix: brand.rules.key_prefix.as_str().to_owned(),
        }
    };
    show(&BrandsPage {
        frame: operator.frame("Brands", Place::Brands),
        brands: operator.app.config.brands.iter().map(row).collect(),
    })
}

/// What can be previewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Keys,
    LogIn,
    Letter,
}

impl What {
    const ALL: [(What, &'static str, &'static str); 3] = [
        (What::Keys, "keys", "API Keys"),
        (What::LogIn, "login", "Log in"),
        (What::Letter, "letter", "A letter"),
    ];

    fn named(word: &str) -> Option<What> {
        What::ALL.into_iter().find(|(_, own, _)| *own == word).map(|(what, _, _)| what)
    }

    fn word(self) -> &'static str {
        What::ALL.into_iter().find(|(what, _, _)| *what == self).map_or("", |(_, word, _)| word)
    }
}

/// A brand that a path names, in a language, and what of it.
pub struct Previewed {
    operator: Operator,
    id: BrandId,
    /// What follows the brand in the path.
    rest: String,
}

impl FromRequestParts<App> for Previewed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let operator = Operator::from_request_parts(parts, app).await?;
        let params = params(parts, app).await;
        let part = |at: usize| params.get(at).cloned().unwrap_or_default();
        match BrandId::new(&part(0), &part(1)) {
            Ok(id) if app.config.brand(&id).is_some() => Ok(Previewed { operator, id, rest: part(2) }),
            Ok(_) | Err(_) => Err(nothing_at(parts, app).await),
        }
    }
}

/// How to draw a preview.
#[derive(Debug, Default, Deserialize)]
pub struct Look {
    #[serde(default)]
    page: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    language: String,
}

impl Previewed {
    fn site(&self, look: &Look) -> Option<Arc<Site>> {
        let first =
            self.operator.app.config.brand(&self.id).and_then(|brand| brand.languages.first().copied());
        let language: Language = look.language.parse().ok().or(first).unwrap_or_default();
        let sites = &self.operator.app.sites;
        sites
            .in_language(&self.id, language)
            .or_else(|| sites.in_language(&self.id, first.unwrap_or_default()))
    }

    fn at(&self, path: &str, theme: &str, language: &str) -> String {
        format!("/brands/{}/{path}?theme={theme}&language={language}", self.id)
    }
}

/// One brand, with previews in light and dark.
pub async fn page(previewed: Previewed, Query(look): Query<Look>) -> Response {
    let Some(site) = previewed.site(&look) else {
        return previewed.operator.trouble(Refusal::NotFound.into());
    };
    let what = What::named(&look.page).unwrap_or(What::Keys);
    let language = site.words().language();
    let here = format!("/brands/{}", previewed.id);
    let of_page = What::ALL.into_iter().map(|(one, word, words)| PreviewChoice {
        words: words.to_owned(),
        href: format!("{here}?page={word}&language={language}"),
        is_here: one == what,
    });
    let of_language = site.brand.languages.iter().map(|one| PreviewChoice {
        words: one.own_name().to_owned(),
        href: format!("{here}?page={}&language={one}", what.word()),
        is_here: *one == language,
    });
    let themes: &[(&'static str, &str)] = match what {
        What::Keys | What::LogIn => &[("Light", "light"), ("Dark", "dark")],
        // Mail programs colour letters as they like.
        What::Letter => &[("As sent", "light")],
    };
    let preview = |&(theme, word): &(&'static str, &str)| Preview {
        theme,
        href: previewed.at(&format!("preview/{}", what.word()), word, language.as_str()),
    };
    let page = BrandPage {
        frame: previewed.operator.frame(&site.brand.name, Place::Brands),
        id: previewed.id.to_string(),
        name: site.brand.name.clone(),
        choices: of_page.chain(of_language).collect(),
        previews: themes.iter().map(preview).collect(),
    };
    with_policy(show(&page), FRAMES_POLICY)
}

/// A page or letter of a brand, with made-up data.
pub async fn preview(previewed: Previewed, Query(look): Query<Look>) -> Response {
    let (site, what) = (previewed.site(&look), What::named(&previewed.rest));
    let (Some(site), Some(what)) = (site, what) else {
        return previewed.operator.trouble(Refusal::NotFound.into());
    };
    let theme = if look.theme == "dark" { "dark" } else { "light" };
    let drawn = Drawn { previewed: &previewed, site: &site, theme };
    match what {
        What::Keys => with_policy(drawn.keys(), PREVIEW_POLICY),
        What::LogIn => with_policy(drawn.log_in(), PREVIEW_POLICY),
        What::Letter => with_policy(drawn.letter(), LETTER_POLICY),
    }
}

/// A brand's page, drawn in a theme.
struct Drawn<'a> {
    previewed: &'a Previewed,
    site: &'a Site,
    theme: &'static str,
}

impl Drawn<'_> {
    /// A frame whose style sheet and logo come from the console's own host.
    fn frame(&self, frame: Frame) -> Frame {
        let mut frame = frame;
        let language = self.site.words().language();
        frame.brand.stylesheet = Some(self.previewed.at("preview.css", self.theme, language.as_str()));
        if frame.brand.logo.is_some() {
            frame.brand.logo = Some(format!("/brands/{}/logo", self.previewed.id));
        }
        frame
    }

    fn log_in(&self) -> Response {
        let frame = Frame::outside(&self.site.look, self.site.words().say("login-title"));
        printed(&LoginPage {
            frame: self.frame(frame),
            email: "asha@books.example".to_owned(),
            next: None,
            error: None,
            language: None,
        })
    }

    fn keys(&self) -> Response {
        let (look, now) = (&self.site.look, self.previewed.operator.now);
        let member = MemberBar {
            name: "Asha Rao".to_owned(),
            role: look.roles.first().cloned().unwrap_or_default(),
            account: "Asha Books".to_owned(),
            others: Vec::new(),
            leaves: false,
        };
        let frame = Frame::inside(
            look,
            self.site.words().say("settings-keys"),
            Mode::Live,
            "/keys",
            DashboardPlace::InsideSettings,
            member,
        );
        let moment = |at: Timestamp| Moment::at(at.as_millis(), &look.zone);
        let rng = &mut seeded(SEED);
        let mut pair = |made: Timestamp, status| PairRow {
            key_id: KeyId::draw(&self.site.brand.rules.key_prefix, Mode::Live, rng).to_string(),
            created_at: moment(made),
            expiry: None,
            status,
            last_used: Some(moment(now - MINUTE)),
            last_used_from: Some("192.0.2.1".to_owned()),
            deactivate: None,
        };
        let until = now + DAY - MINUTE;
        let left = time_left(self.site.words(), now.as_millis(), until.as_millis());
        let retiring = PairStatus::Retiring { until: moment(until), left };
        let rows = vec![pair(now - MINUTE, PairStatus::Current), pair(now - DAY, retiring)];
        let usage = usage_of(look, &rows, now);
        printed(&KeysPage {
            frame: self.frame(frame),
            receipt: None,
            grouped: look.settings_groups,
            gate: None,
            generate_first: None,
            keys: vec![KeyCard {
                id: "key_preview".to_owned(),
                name: "Default".to_owned(),
                pairs: PairTable::working(look, rows),
                ended: PairTable::ended(look, Vec::new()),
                ended_title: "keys-ended",
                usage,
                limits: "/preview".to_owned(),
                regenerate: Some("/preview".to_owned()),
                generate: None,
            }],
            still_used: Vec::new(),
            retiring_used: Vec::new(),
            shows_refusals: true,
            refusals: Vec::new(),
        })
    }

    fn letter(&self) -> Response {
        let now = self.previewed.operator.now;
        let (rng, prefix) = (&mut seeded(SEED), &self.site.brand.rules.key_prefix);
        let kind = LetterKind::KeyRegenerated {
            key_id: KeyId::draw(prefix, Mode::Live, rng),
            old: KeyId::draw(prefix, Mode::Live, rng),
            mode: Mode::Live,
            old_until: Some(now + DAY),
        };
        let to = Recipient::Email("asha@books.example".to_owned());
        let letter = Letter::new(&self.previewed.id, to, kind, now, rng);
        match words::render(&letter, &Enclosed::Nothing, &self.site.brand, self.site.words()) {
            Some(Message::Email(email)) => Html(email.html.expose_secret().to_owned()).into_response(),
            Some(Message::Sms(_)) | None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// Charts in which both kinds of bars are seen.
fn usage_of(look: &BrandLook, pairs: &[PairRow], now: Timestamp) -> UsageCharts {
    let span = UsageSpan::Day;
    let (begins, ends_at) = span.around(now);
    let moment = |at: Timestamp| Moment::at(at.as_millis(), &look.zone);
    let steps = (0..span.steps()).map(|step| moment(begins + span.step().times(step as i64)));
    let choices = UsageSpan::ALL.into_iter().map(|one| SpanChoice {
        words: span_word(one),
        href: "/preview".to_owned(),
        is_here: one == span,
    });
    let lanes = pairs.iter().zip([LaneState::Current, LaneState::Retiring]).map(|(pair, state)| {
        let counts = (0..span.steps() as u64).map(|step| match state {
            LaneState::Current => step.saturating_sub(24) * 5,
            LaneState::Retiring | LaneState::Ended => 48u64.saturating_sub(step) * 3,
        });
        Lane { key_id: pair.key_id.clone(), state, counts: counts.collect(), sources: Vec::new() }
    });
    let key = "key_preview".to_owned();
    UsageCharts::new(look, key, span, choices.collect(), (steps.collect(), moment(ends_at)), lanes.collect())
}

fn printed(page: &impl Template) -> Response {
    show(page)
}

fn with_policy(mut response: Response, policy: &'static str) -> Response {
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// The style sheets of a brand's pages in one theme, whatever the browser prefers.
pub async fn stylesheet(previewed: Previewed, Query(look): Query<Look>) -> Response {
    let Some(site) = previewed.site(&look) else {
        return previewed.operator.trouble(Refusal::NotFound.into());
    };
    let css = in_theme(&(assets::keystead_css().to_owned() + &site.look.stylesheet()), look.theme == "dark");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// A style sheet that no longer asks what the browser prefers.
fn in_theme(css: &str, dark: bool) -> String {
    let (always, scheme) = if dark { ("all", "dark") } else { ("not all", "light") };
    css.replace("(prefers-color-scheme: dark)", always)
        .replace("(prefers-color-scheme:dark)", always)
        .replace("color-scheme: light dark", &format!("color-scheme: {scheme}"))
}

/// A brand's logo, under the console's own host.
pub async fn logo(previewed: Previewed) -> Response {
    match previewed.operator.app.config.brand(&previewed.id).and_then(|brand| brand.logo.as_ref()) {
        Some(logo) => assets::logo(logo),
        None => previewed.operator.trouble(Refusal::NotFound.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::in_theme;
    use crate::pages::assets::keystead_css;

    #[test]
    fn a_preview_asks_the_browser_for_no_theme() {
        for dark in [false, true] {
            let css = in_theme(keystead_css(), dark);
            assert!(!css.contains("prefers-color-scheme"), "dark: {dark}");
            assert!(!css.contains("light dark"), "dark: {dark}");
        }
    }
}
