//! The operator behind a request: a bearer token, asked for before anything else of the request is looked at.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use domain::{Actor, Refusal};
use engine::EngineError;
use wire::codes::Code;

use super::problem::Problem;
use crate::app::App;
use crate::config::Public;

/// Who asks.
pub(super) struct Operator(pub(super) Actor);

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = token(parts).ok_or_else(|| Problem::new(Code::TokenNeeded))?;
        match app.engine.operator(token, &origin(parts, &app.config.public)).await {
            Ok(actor) => Ok(Self(actor)),
            Err(EngineError::Refused(Refusal::LogInFirst)) => Err(Problem::new(Code::TokenUnknown)),
            Err(other) => Err(other.into()),
        }
    }
}

/// The token of the one `Authorization: Bearer` header. With two headers nobody can say which is meant.
pub(super) fn token(parts: &Parts) -> Option<&str> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else { return None };
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The caller's address for the audit: the neighbour's own, or what it says when it is a proxy that is trusted.
fn origin(parts: &Parts, public: &Public) -> String {
    let Some(ConnectInfo(neighbour)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return String::new();
    };
    let forwarded = parts.headers.get_all("x-forwarded-for").iter();
    let forwarded = forwarded.filter_map(|header| header.to_str().ok()).flat_map(|header| header.split(','));
    let told: Vec<Option<IpAddr>> = forwarded.map(|address| address.trim().parse().ok()).collect();
    let mut caller = neighbour.ip();
    // From the nearest hop outwards; the first address that no trusted proxy vouches for is the caller.
    for hop in told.into_iter().rev() {
        let (true, Some(hop)) = (public.trusts(caller), hop) else { break };
        caller = hop;
    }
    caller.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(neighbour: &str, forwarded: &str) -> String {
        let mut request = axum::http::Request::new(());
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().expect("a header"));
        let (mut parts, ()) = request.into_parts();
        let neighbour: IpAddr = neighbour.parse().expect("an address");
        parts.extensions.insert(ConnectInfo(SocketAddr::from((neighbour, 4711))));
        let proxies = ["10.0.0.0/8".parse().expect("a network")].to_vec();
        origin(&parts, &Public { https: true, trusted_proxies: proxies })
    }

    #[test]
    fn only_a_trusted_proxy_may_say_on_whose_behalf_it_calls() {
        for (neighbour, forwarded, caller) in [
            ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
            ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
            ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
            ("10.0.0.1", "nonsense", "10.0.0.1"),
        ] {
            assert_eq!(told(neighbour, forwarded), caller, "{neighbour} says {forwarded}");
        }
    }
}
