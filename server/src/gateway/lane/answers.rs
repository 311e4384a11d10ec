//! Answers of the lane as bytes: all that can be written beforehand is.

use domain::{Mode, Timestamp};
use hyper::{HeaderMap, StatusCode};
use verify::{Exceeded, Identity, Limit};

use crate::gateway::limits;

/// Answers that are always the same.
pub(in crate::gateway) struct Prepared {
    pub(in crate::gateway) missing: Written,
    pub(in crate::gateway) failed: Written,
    pub(in crate::gateway) too_many: Written,
    pub(in crate::gateway) address_not_allowed: Written,
    pub(in crate::gateway) silent: Written,
    pub(in crate::gateway) wrong_token: Written,
    /// After it the connection is closed.
    pub(in crate::gateway) crooked: Written,
}

/// An answer whose date alone is missing.
pub(in crate::gateway) struct Written {
    before_date: Box<[u8]>,
    /// The empty line and the body.
    after_date: Box<[u8]>,
}

impl Written {
    pub(in crate::gateway) fn new(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        closing: bool,
    ) -> Self {
        let reason = status.canonical_reason().unwrap_or_default();
        let mut before = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        put(headers, &mut before);
        if closing {
            before.extend_from_slice(b"connection: close\r\n");
        }
        before.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
        Self { before_date: before.into(), after_date: [b"\r\n", body].concat().into() }
    }

    /// The same with more headers.
    fn write_with(&self, more: &HeaderMap, date: &Date, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.before_date);
        out.extend_from_slice(date.line());
        put(more, out);
        out.extend_from_slice(&self.after_date);
    }

    pub(super) fn write(&self, date: &Date, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.before_date);
        out.extend_from_slice(date.line());
        out.extend_from_slice(&self.after_date);
    }
}

impl Prepared {
    /// 429 or 403, with what is known of the limit.
    pub(super) fn limited(&self, exceeded: &Exceeded, date: &Date, out: &mut Vec<u8>) {
        let written = match exceeded.limit {
            Limit::Address => &self.address_not_allowed,
            Limit::Day | Limit::Second => &self.too_many,
        };
        let mut more = HeaderMap::with_capacity(4);
        limits::refuse(&mut more, exceeded);
        written.write_with(&more, date, out);
    }
}

fn put(headers: &HeaderMap, out: &mut Vec<u8>) {
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
}

/// 200 with the identity.
pub(super) fn granted(identity: &Identity<'_>, date: &Date, out: &mut Vec<u8>) {
    let mode: &[u8] = match identity.mode {
        Mode::Test => b"\r\nx-key-mode: test\r\nx-account-id: ",
        Mode::Live => b"\r\nx-key-mode: live\r\nx-account-id: ",
    };
    for part in [
        b"HTTP/1.1 200 OK\r\nx-key-id: ",
        identity.key_id.as_bytes(),
        mode,
        identity.account.as_str().as_bytes(),
        b"\r\nx-brand: ",
        identity.brand.as_str().as_bytes(),
        b"\r\ncache-control: no-store\r\ncontent-length: 0\r\n",
        date.line(),
    ] {
        out.extend_from_slice(part);
    }
    if let Some(allowance) = &identity.allowance {
        let mut more = HeaderMap::with_capacity(2);
        limits::tell(&mut more, allowance);
        put(&more, out);
    }
    out.extend_from_slice(b"\r\n");
}

/// The `Date` line, written anew when a second has passed.
pub(super) struct Date {
    second: i64,
    line: Vec<u8>,
}

impl Date {
    pub(super) fn at(now: Timestamp) -> Self {
        let mut date = Self { second: i64::MIN, line: Vec::new() };
        date.set(now);
        date
    }

    pub(super) fn set(&mut self, now: Timestamp) {
        let second = now.as_millis().div_euclid(1_000);
        if second != self.second {
            self.second = second;
            let moment = jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            // RFC 9110 §5.6.7: the fixed form, always in GMT.
            let text = moment.strftime("date: %a, %d %b %Y %H:%M:%S GMT\r\n").to_string();
            self.line = text.into_bytes();
        }
    }

    fn line(&self) -> &[u8] {
        &self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_http_wants_it() {
        let mut date = Date::at(Timestamp::from_millis(784_111_777_999));
        assert_eq!(date.line(), b"date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
        date.set(Timestamp::from_millis(784_111_778_000));
        assert_eq!(date.line(), b"date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
    }

    #[test]
    fn an_answer_is_whole_with_its_length_and_its_date() {
        let headers = [(hyper::header::RETRY_AFTER, "2".parse().expect("a value"))].into_iter().collect();
        let written = Written::new(StatusCode::SERVICE_UNAVAILABLE, &headers, b"later", true);
        let mut out = Vec::new();
        written.write(&Date::at(Timestamp::from_millis(0)), &mut out);
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 5\r\n\
             date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\nlater"
        );
    }
}
