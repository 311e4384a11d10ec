//! Answers as Envoy reads them: a CheckResponse behind its gRPC prefix, written into one buffer.
//!
//! A granted request gets identity headers that overwrite whatever a client sent under the same names, and loses its
//! `authorization`. Everything else is denied with the status, headers and words of the gateway listener; what is always
//! the same is written once, at the start.

use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use server::gateway::{Desk, Outcome, Requested, allowance};
use verify::{IDENTITY_HEADER, Identity};

use crate::frame::PREFIX;

// The numbers of envoy/service/auth/v3/external_auth.proto, google/rpc/status.proto, envoy/type/v3/http_status.proto and
// envoy/config/core/v3/base.proto, each with its wire type: 2 is bytes, 0 a number.
const STATUS: u8 = 1 << 3 | 2;
const DENIED_RESPONSE: u8 = 2 << 3 | 2;
const OK_RESPONSE: u8 = 3 << 3 | 2;
const STATUS_CODE: u8 = 1 << 3;
const DENIED_STATUS: u8 = 1 << 3 | 2;
const HTTP_STATUS_CODE: u8 = 1 << 3;
const DENIED_BODY: u8 = 3 << 3 | 2;
/// Both in OkHttpResponse and in DeniedHttpResponse.
const HEADERS: u8 = 2 << 3 | 2;
const HEADERS_TO_REMOVE: u8 = 5 << 3 | 2;
const RESPONSE_HEADERS: u8 = 6 << 3 | 2;
const OPTION_HEADER: u8 = 1 << 3 | 2;
const HEADER_KEY: u8 = 1 << 3 | 2;
const HEADER_VALUE: u8 = 2 << 3 | 2;
/// `append_action: OVERWRITE_IF_EXISTS_OR_ADD`.
const OVERWRITE: [u8; 2] = [3 << 3, 2];

/// The body of an error once more, for gateways that cannot pass on a body. Envoy can.
const ERROR_HEADER: HeaderName = HeaderName::from_static("x-keystead-error");

/// gRPC's words for what becomes of the request, for Envoy's logs.
const UNAUTHENTICATED: u8 = 16;
const PERMISSION_DENIED: u8 = 7;
const RESOURCE_EXHAUSTED: u8 = 8;
const UNAVAILABLE: u8 = 14;

/// Answers of one listener.
#[derive(Debug)]
pub(crate) struct Answers {
    missing: Bytes,
    refused: Bytes,
    cannot_say: Bytes,
}

impl Answers {
    pub(crate) fn of(desk: &Desk) -> Self {
        let told = |outcome| desk.told_instead(&outcome).map(|answer| denied(&answer)).unwrap_or_default();
        Self {
            missing: told(Outcome::Missing),
            refused: told(Outcome::Refused),
            cannot_say: told(Outcome::CannotSay),
        }
    }

    /// A CheckResponse, length and all.
    pub(crate) fn to(&self, desk: &Desk, outcome: &Outcome<'_>, requested: Option<Requested<'_>>) -> Bytes {
        match outcome {
            Outcome::Granted(identity) => {
                let signed = requested.and_then(|requested| desk.signed_for(&requested, identity));
                granted(identity, signed.as_ref())
            }
            Outcome::Missing => self.missing.clone(),
            Outcome::Refused => self.refused.clone(),
            // No two are the same: each says when to come again.
            Outcome::Limited(_) => {
                desk.told_instead(outcome).map(|answer| denied(&answer)).unwrap_or_default()
            }
            Outcome::CannotSay => self.cannot_say.clone(),
        }
    }
}

fn granted(identity: &Identity<'_>, signed: Option<&HeaderValue>) -> Bytes {
    let headers: [(&[u8], &[u8]); 5] = [
        (b"x-key-id", identity.key_id.as_str().as_bytes()),
        (b"x-key-mode", identity.mode.as_str().as_bytes()),
        (b"x-account-id", identity.account.as_str().as_bytes()),
        (b"x-brand", identity.brand.as_str().as_bytes()),
        (IDENTITY_HEADER.as_bytes(), signed.map_or(&[], |signed| signed.as_bytes())),
    ];
    let headers = if signed.is_some() { &headers[..] } else { &headers[..4] };
    let removed = b"authorization";
    let told = allowance(identity);
    let told: Vec<(&[u8], &[u8])> =
        told.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())).collect();
    let response = headers_length(headers) + field_length(removed.len()) + headers_length(&told);
    let message = field_length(0) + field_length(response);

    let mut out = framed(message);
    put_length(&mut out, STATUS, 0);
    put_length(&mut out, OK_RESPONSE, response);
    put_headers(&mut out, HEADERS, headers);
    put(&mut out, HEADERS_TO_REMOVE, removed);
    put_headers(&mut out, RESPONSE_HEADERS, &told);
    debug_assert_eq!(out.len(), PREFIX + message, "lengths are said before what they count");
    out.into()
}

fn denied(answer: &Response<Bytes>) -> Bytes {
    let kept = |name: &&HeaderName| **name != ERROR_HEADER && **name != CONTENT_LENGTH;
    let headers: Vec<(&[u8], &[u8])> = answer
        .headers()
        .iter()
        .filter(|(name, _)| kept(name))
        .map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))
        .collect();
    let code = match answer.status() {
        StatusCode::UNAUTHORIZED => UNAUTHENTICATED,
        StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE,
        StatusCode::TOO_MANY_REQUESTS => RESOURCE_EXHAUSTED,
        _ => PERMISSION_DENIED,
    };
    let http_status = number(answer.status().as_u16().into());
    let http_status_length = 1 + http_status.len();
    let response =
        field_length(http_status_length) + headers_length(&headers) + field_length(answer.body().len());
    let message = field_length(2) + field_length(response);

    let mut out = framed(message);
    put(&mut out, STATUS, &[STATUS_CODE, code]);
    put_length(&mut out, DENIED_RESPONSE, response);
    put_length(&mut out, DENIED_STATUS, http_status_length);
    out.push(HTTP_STATUS_CODE);
    out.extend_from_slice(&http_status);
    put_headers(&mut out, HEADERS, &headers);
    put(&mut out, DENIED_BODY, answer.body());
    debug_assert_eq!(out.len(), PREFIX + message, "lengths are said before what they count");
    out.into()
}

/// A message that is these bytes.
pub(crate) fn verbatim(message: &[u8]) -> Bytes {
    let mut out = framed(message.len());
    out.extend_from_slice(message);
    out.into()
}

/// A buffer for a message of this length, beginning with gRPC's prefix.
fn framed(length: usize) -> Vec<u8> {
    let said = u32::try_from(length).expect("an answer is a few hundred bytes");
    let mut out = Vec::with_capacity(PREFIX + length);
    out.push(0);
    out.extend_from_slice(&said.to_be_bytes());
    out
}

fn headers_length(headers: &[(&[u8], &[u8])]) -> usize {
    headers.iter().map(|(name, value)| field_length(option_length(name, value))).sum()
}

fn option_length(name: &[u8], value: &[u8]) -> usize {
    field_length(header_length(name, value)) + OVERWRITE.len()
}

fn header_length(name: &[u8], value: &[u8]) -> usize {
    field_length(name.len()) + field_length(value.len())
}

fn put_headers(out: &mut Vec<u8>, tag: u8, headers: &[(&[u8], &[u8])]) {
    for (name, value) in headers {
        put_length(out, tag, option_length(name, value));
        put_length(out, OPTION_HEADER, header_length(name, value));
        put(out, HEADER_KEY, name);
        put(out, HEADER_VALUE, value);
        out.extend_from_slice(&OVERWRITE);
    }
}

/// How long a field is whose content has this length: its tag, its length, its content.
fn field_length(content: usize) -> usize {
    1 + number_length(content) + content
}

fn put(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    put_length(out, tag, content.len());
    out.extend_from_slice(content);
}

fn put_length(out: &mut Vec<u8>, tag: u8, length: usize) {
    out.push(tag);
    put_number(out, length);
}

fn number(of: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(number_length(of));
    put_number(&mut out, of);
    out
}

/// Seven bits a byte, lowest first.
fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while 0x7f < number {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn number_length(number: usize) -> usize {
    (usize::BITS - (number | 1).leading_zeros()).div_ceil(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_as_long_as_was_said() {
        for of in [0, 1, 0x7f, 0x80, 401, 0x3fff, 0x4000, 0xffff_ffff] {
            assert_eq!(number(of).len(), number_length(of), "{of}");
        }
        assert_eq!(number(401), [0x91, 0x03]);
    }
}
