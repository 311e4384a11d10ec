//! `GET /v1/whoami`: whom a key speaks for. On the gateway listener and on the public one.

use domain::Mode;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{HeaderMap, Response};
use verify::Identity;
use wire::gateway::WhoAmI;

use super::answer::json;
use super::caller::Caller;
use super::desk::{Desk, Outcome, rfc3339};
use super::limits;
use super::tally::Tally;

/// Answers a whoami from the credentials in `headers`. It counts against the key's limits like every other use.
pub fn whoami(desk: &Desk, headers: &HeaderMap, caller: Caller, tally: &Tally) -> Response<Full<Bytes>> {
    match desk.decide(headers, None, caller, tally) {
        Outcome::Granted(identity) => {
            let mut response = json(&told(desk, &identity));
            if let Some(allowance) = &identity.allowance {
                limits::tell(response.headers_mut(), allowance);
            }
            response
        }
        Outcome::Missing => desk.answers().missing(),
        Outcome::Refused => desk.answers().failed(),
        Outcome::Limited(exceeded) => desk.answers().limited(&exceeded),
        Outcome::CannotSay => desk.answers().silent(),
    }
}

/// An identity as JSON tells it.
pub(super) fn told(desk: &Desk, identity: &Identity<'_>) -> WhoAmI {
    let life = desk.index().life(identity.slot);
    WhoAmI {
        key_id: identity.key_id.to_string(),
        mode: match identity.mode {
            Mode::Test => wire::gateway::Mode::Test,
            Mode::Live => wire::gateway::Mode::Live,
        },
        account_id: identity.account.to_string(),
        brand: identity.brand.as_str().to_owned(),
        state: identity.state().to_owned(),
        created_at: rfc3339(life.created_at),
        expires_at: life.expires_at.map(rfc3339),
        deactivates_at: identity.retiring_until.map(rfc3339),
    }
}
