//! What Envoy asks: the few fields of a CheckRequest that a verdict depends on.
//!
//! Only what Envoy itself vouches for is read. The demanded mode comes from the route's own configuration
//! (`context_extensions`), never from a header, because headers are the end client's. The address is the one Envoy
//! states as the source, for the same reason. Method and path are those that Envoy routes by and passes on.

use std::net::IpAddr;

use domain::Mode;
use server::gateway::{Asked, Authorization, Requested};

use crate::fields::{Fields, Malformed, Value};

// The numbers of envoy/service/auth/v3/external_auth.proto and attribute_context.proto.
const CHECK_ATTRIBUTES: u32 = 1;
const ATTRIBUTES_SOURCE: u32 = 1;
const ATTRIBUTES_REQUEST: u32 = 4;
const ATTRIBUTES_CONTEXT_EXTENSIONS: u32 = 10;
const PEER_ADDRESS: u32 = 1;
const REQUEST_HTTP: u32 = 2;
const HTTP_METHOD: u32 = 2;
const HTTP_HEADERS: u32 = 3;
const HTTP_PATH: u32 = 4;
const HTTP_HEADER_MAP: u32 = 13;
// envoy/config/core/v3/address.proto and base.proto.
const ADDRESS_SOCKET_ADDRESS: u32 = 1;
const SOCKET_ADDRESS_ADDRESS: u32 = 2;
const HEADER_MAP_HEADERS: u32 = 1;
const HEADER_VALUE_RAW: u32 = 3;
// An entry of any map.
const KEY: u32 = 1;
const VALUE: u32 = 2;

/// What a route says about the mode, in its `context_extensions`.
const REQUIRE_MODE: &[u8] = b"require_mode";

/// Why a question cannot be answered at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unclear {
    /// It is no CheckRequest.
    Malformed,
    /// The route demands a mode that does not exist. Fails closed: it must not become "either".
    NoSuchMode,
}

impl From<Malformed> for Unclear {
    fn from(Malformed: Malformed) -> Self {
        Unclear::Malformed
    }
}

/// Reads a CheckRequest.
pub(crate) fn read(message: &[u8]) -> Result<Asked<'_>, Unclear> {
    let mut asked = Asked {
        authorization: Authorization::Missing,
        mode: None,
        address: None,
        agent: None,
        requested: None,
    };
    let (mut method, mut target) = (Said::Never, Said::Never);
    let mut has_demand = false;
    let mut check = Fields::of(message);
    while let Some(attributes) = check.find(CHECK_ATTRIBUTES)? {
        let mut attributes = Fields::of(attributes);
        while let Some((field, value)) = attributes.next()? {
            let Value::Bytes(content) = value else { continue };
            match field {
                ATTRIBUTES_SOURCE => asked.address = address(content)?.or(asked.address),
                ATTRIBUTES_REQUEST => request(content, &mut asked, &mut method, &mut target)?,
                ATTRIBUTES_CONTEXT_EXTENSIONS => {
                    let (name, value) = entry(content)?;
                    if name == REQUIRE_MODE {
                        if has_demand {
                            return Err(Unclear::NoSuchMode);
                        }
                        has_demand = true;
                        asked.mode = demand(value)?;
                    }
                }
                _ => {}
            }
        }
    }
    if let (Some(method), Some(target)) = (method.once(), target.once()) {
        asked.requested = Some(Requested { method, target });
    }
    Ok(asked)
}

/// A text that says something only if it was said once.
#[derive(Clone, Copy)]
enum Said<'a> {
    Never,
    Once(&'a [u8]),
    Again,
}

impl<'a> Said<'a> {
    const fn hear(&mut self, text: &'a [u8]) {
        *self = match self {
            Said::Never => Said::Once(text),
            Said::Once(_) | Said::Again => Said::Again,
        };
    }

    fn once(self) -> Option<&'a [u8]> {
        match self {
            Said::Once(text) => Some(text).filter(|text| !text.is_empty()),
            Said::Never | Said::Again => None,
        }
    }
}

fn demand(value: &[u8]) -> Result<Option<Mode>, Unclear> {
    match value {
        b"" => Ok(None),
        b"live" => Ok(Some(Mode::Live)),
        b"test" => Ok(Some(Mode::Test)),
        _ => Err(Unclear::NoSuchMode),
    }
}

/// The address of a peer; a pipe has none.
fn address(peer: &[u8]) -> Result<Option<IpAddr>, Malformed> {
    let Some(address) = Fields::of(peer).find(PEER_ADDRESS)? else { return Ok(None) };
    let Some(socket) = Fields::of(address).find(ADDRESS_SOCKET_ADDRESS)? else { return Ok(None) };
    let text = Fields::of(socket).find(SOCKET_ADDRESS_ADDRESS)?;
    Ok(text.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok()))
}

fn request<'a>(
    request: &'a [u8],
    asked: &mut Asked<'a>,
    method: &mut Said<'a>,
    target: &mut Said<'a>,
) -> Result<(), Malformed> {
    let mut request = Fields::of(request);
    while let Some(http) = request.find(REQUEST_HTTP)? {
        let mut http = Fields::of(http);
        while let Some((field, value)) = http.next()? {
            match (field, value) {
                (HTTP_METHOD, Value::Bytes(content)) => method.hear(content),
                (HTTP_PATH, Value::Bytes(content)) => target.hear(content),
                (HTTP_HEADERS, Value::Bytes(content)) => {
                    let (name, value) = entry(content)?;
                    header(name, value, asked);
                }
                // What Envoy sends instead with `encode_raw_headers`.
                (HTTP_HEADER_MAP, Value::Bytes(content)) => {
                    let mut headers = Fields::of(content);
                    while let Some(content) = headers.find(HEADER_MAP_HEADERS)? {
                        let (name, value) = entry(content)?;
                        header(name, Fields::of(content).find(HEADER_VALUE_RAW)?.unwrap_or(value), asked);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn header<'a>(name: &[u8], value: &'a [u8], asked: &mut Asked<'a>) {
    if name.eq_ignore_ascii_case(b"authorization") {
        asked.authorization = match asked.authorization {
            Authorization::Missing if value.is_empty() => Authorization::Missing,
            Authorization::Missing => Authorization::One(value),
            Authorization::One(first) | Authorization::Several { first } => Authorization::Several { first },
        };
    } else if name.eq_ignore_ascii_case(b"user-agent") {
        asked.agent = Some(value);
    }
}

/// A name and its value. What is missing is empty, as the wire format has it.
fn entry(entry: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let (mut name, mut text) = (&[][..], &[][..]);
    let mut fields = Fields::of(entry);
    while let Some((field, value)) = fields.next()? {
        match (field, value) {
            (KEY, Value::Bytes(content)) => name = content,
            (VALUE, Value::Bytes(content)) => text = content,
            _ => {}
        }
    }
    Ok((name, text))
}

#[cfg(test)]
mod tests;
