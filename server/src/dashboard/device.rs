//! Devices: a cookie of its own by which a browser is known again, so that a login from another one can be told by letter.
//!
//! It opens nothing: whoever has it is spared a letter, and that is all it is worth.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use domain::{BrandId, Timestamp, Token};

use crate::app::App;
use crate::config::Public;
use crate::dashboard::member::cookies;

/// How long a browser keeps it: as long as browsers keep anything.
const KEPT_SECONDS: u32 = 400 * 24 * 60 * 60;

fn cookie_name(public: &Public) -> &'static str {
    if public.https { "__Host-device" } else { "device" }
}

/// Hands a login's answer on, with the browser recognised if the login is complete. What goes wrong here is logged and spoils no
/// login: the next one tells its user.
pub async fn recognised(
    app: &App,
    brand: &BrandId,
    headers: &HeaderMap,
    session: &Token,
    now: Timestamp,
    answer: Response,
) -> Response {
    let Ok(view) = app.engine.view_setting_up(session, brand, now).await else { return answer };
    let mut kept = cookies(headers).filter(|(name, _)| *name == cookie_name(&app.config.public));
    let known = kept.next().and_then(|(_, value)| Token::parse(value));
    match app.engine.recognise(&view, known, now, &mut *app.rng()).await {
        Ok(Some(token)) => {
            app.letters.notify_one();
            remember(answer, &token, &app.config.public)
        }
        Ok(None) => answer,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "A browser could not be recognised");
            answer
        }
    }
}

fn remember(mut response: Response, token: &Token, public: &Public) -> Response {
    let secure = if public.https { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={KEPT_SECONDS}{secure}",
        cookie_name(public),
        token.reveal()
    );
    let mut value = HeaderValue::from_str(&cookie).expect("a token is base62");
    value.set_sensitive(true);
    response.headers_mut().append(SET_COOKIE, value);
    response
}
