//! The head of a request in the lane: read once, by the letter, and only when it is the one question that the lane
//! is for. Everything else is somebody else's work.

use std::mem::MaybeUninit;

use domain::Mode;
use httparse::{Header, Request, Status};

use crate::gateway::asked::Authorization;
use crate::gateway::caller::{Stated, X_FORWARDED_FOR, X_REAL_IP};

/// The one path of the lane.
const PATH: &str = "/v1/authenticate";
/// More headers than any gateway adds to any browser's.
const HEADERS_MAX: usize = 64;
/// The longest head of the lane. It is below the limit of the listener, which answers for longer ones.
pub(super) const HEAD_MAX: usize = 8 * 1024;

/// What stands at the beginning of what a caller sent.
pub(super) enum Read<'a> {
    /// A question of the lane, and how many bytes it has.
    Question(Head<'a>, usize),
    /// The beginning of something.
    Partial,
    /// Lines that end in another way than HTTP's: two readers could see two different requests. TM-30
    Crooked,
    /// Any other request, or none: hyper's work.
    Other,
}

/// What an answer depends on.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    pub(super) authorization: Authorization<'a>,
    pub(super) mode: Option<Mode>,
    pub(super) token: Option<&'a [u8]>,
    pub(super) stated: Stated<'a>,
    pub(super) agent: Option<&'a [u8]>,
    /// The gateway says what was requested, so that an identity can be signed for it.
    pub(super) names_request: bool,
    /// The caller will send no more.
    pub(super) is_last: bool,
}

/// Reads what stands at the beginning of `sent`.
pub(super) fn read(sent: &[u8]) -> Read<'_> {
    let mut headers = [const { MaybeUninit::<Header<'_>>::uninit() }; HEADERS_MAX];
    let mut request = Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(sent, &mut headers) {
        Ok(Status::Complete(length)) if length <= HEAD_MAX => length,
        Ok(Status::Partial) if sent.len() < HEAD_MAX => return Read::Partial,
        Ok(_) | Err(_) => return Read::Other,
    };
    let is_plain = request.path == Some(PATH)
        && request.version == Some(1)
        // An answer to HEAD has no body, whatever its length says.
        && !matches!(request.method, Some("HEAD" | "CONNECT") | None);
    if !is_plain {
        return if is_straight(&sent[..length]) { Read::Other } else { Read::Crooked };
    }
    if !is_straight(&sent[..length]) {
        return Read::Crooked;
    }
    let mut head = Head::default();
    for header in &*request.headers {
        if !head.take(header) {
            return Read::Other;
        }
    }
    Read::Question(head, length)
}

impl<'a> Head<'a> {
    /// Takes a header over. `false`: with this header it is no question of the lane.
    fn take(&mut self, header: &Header<'a>) -> bool {
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        // By length first: most headers of a request say nothing to us.
        match header.name.len() {
            // Said twice, it takes more to know who speaks for whom.
            9 if is(X_REAL_IP) => return self.stated.real_ip.replace(header.value).is_none(),
            10 if is("user-agent") => self.agent = self.agent.or(Some(header.value)),
            10 if is("connection") => self.is_last |= names_close(header.value),
            13 if is("authorization") => self.authorization = self.authorization.and(header.value),
            14 if is("x-require-mode") => {
                return match header.value {
                    _ if self.mode.is_some() => false,
                    // A gateway's variable that is empty for this location.
                    b"" => true,
                    b"live" => self.demand(Mode::Live),
                    b"test" => self.demand(Mode::Test),
                    _ => false,
                };
            }
            14 if is("x-original-uri") => self.names_request = true,
            15 if is("x-forwarded-uri") => self.names_request = true,
            17 if is("x-original-method") => self.names_request = true,
            18 if is("x-forwarded-method") => self.names_request = true,
            15 if is(X_FORWARDED_FOR) => {
                return self.stated.forwarded_for.replace(header.value).is_none();
            }
            24 if is("x-keystead-gateway-token") => self.token = self.token.or(Some(header.value)),
            // A body, or the wish for one to be waited for.
            14 if is("content-length") => return header.value == b"0",
            17 if is("transfer-encoding") => return false,
            6 if is("expect") => return false,
            7 if is("upgrade") => return false,
            _ => {}
        }
        true
    }

    fn demand(&mut self, mode: Mode) -> bool {
        self.mode = Some(mode);
        true
    }
}

/// Whether every line ends with CR LF and none begins with a blank. The parser takes a bare LF for an end of line
/// too, and skips empty lines before a request.
fn is_straight(head: &[u8]) -> bool {
    let mut before = 0;
    for found in memchr::memchr_iter(b'\n', head) {
        if found == before || head[found - 1] != b'\r' {
            return false;
        }
        before = found + 1;
    }
    !head.starts_with(b"\r")
}

fn names_close(value: &[u8]) -> bool {
    value.split(|byte| *byte == b',').any(|part| part.trim_ascii().eq_ignore_ascii_case(b"close"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(sent: &str) -> &'static str {
        match read(sent.as_bytes()) {
            Read::Question(..) => "question",
            Read::Partial => "partial",
            Read::Crooked => "crooked",
            Read::Other => "other",
        }
    }

    #[test]
    fn the_lane_takes_its_one_question_and_nothing_else() {
        for (lines, expected) in [
            ("GET /v1/authenticate HTTP/1.1\r\n\r\n", "question"),
            ("GET /v1/authenticate HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "question"),
            ("POST /v1/authenticate HTTP/1.1\r\nHost: a\r\n\r\n", "question"),
            ("PROPFIND /v1/authenticate HTTP/1.1\r\n\r\n", "question"),
            ("GET /v1/authenticate HTTP/1.1\r\n", "partial"),
            ("", "partial"),
            ("HEAD /v1/authenticate HTTP/1.1\r\n\r\n", "other"),
            ("GET /v1/authenticate HTTP/1.0\r\n\r\n", "other"),
            ("GET /v1/authenticate?a HTTP/1.1\r\n\r\n", "other"),
            ("GET /v1/authenticate/ HTTP/1.1\r\n\r\n", "other"),
            ("GET /v1/whoami HTTP/1.1\r\n\r\n", "other"),
            ("GET http://a/v1/authenticate HTTP/1.1\r\n\r\n", "other"),
            ("POST /v1/authenticate HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "other"),
            ("POST /v1/authenticate HTTP/1.1\r\nContent-Length: 00\r\n\r\n", "other"),
            ("POST /v1/authenticate HTTP/1.1\r\nContent-Length: +0\r\n\r\n", "other"),
            ("POST /v1/authenticate HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "other"),
            ("GET /v1/authenticate HTTP/1.1\r\nExpect: 100-continue\r\n\r\n", "other"),
            ("GET /v1/authenticate HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", "other"),
            ("GET /v1/authenticate HTTP/1.1\r\nX-Require-Mode: both\r\n\r\n", "other"),
            (
                "GET /v1/authenticate HTTP/1.1\r\nX-Real-IP: 192.0.2.1\r\nx-real-ip: 192.0.2.1\r\n\r\n",
                "other",
            ),
            ("GET /v1/authenticate HTTP/1.1\r\nX-Forwarded-For: a\r\nX-Forwarded-For: b\r\n\r\n", "other"),
            (
                "GET /v1/authenticate HTTP/1.1\r\nX-Require-Mode: live\r\nX-Require-Mode: test\r\n\r\n",
                "other",
            ),
            ("GET /v1/authenticate HTTP/1.1\r\nA : b\r\n\r\n", "other"),
            ("GET /v1/authenticate HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "other"),
            ("GET /v1/authenticate HTTP/1.1\r\nA: b\0\r\n\r\n", "other"),
            ("\0\0\0\0\r\n\r\n", "other"),
            ("GET /v1/authenticate HTTP/1.1\n\n", "crooked"),
            ("GET /v1/authenticate HTTP/1.1\r\nA: b\nAuthorization: c\r\n\r\n", "crooked"),
            ("GET /v1/authenticate HTTP/1.1\r\nA: b\r\n\n", "crooked"),
            ("GET /v1/whoami HTTP/1.1\nA: b\n\n", "crooked"),
            ("\r\nGET /v1/authenticate HTTP/1.1\r\n\r\n", "crooked"),
        ] {
            assert_eq!(kind(lines), expected, "{lines:?}");
        }
        let padded = |length: usize| format!("GET {PATH} HTTP/1.1\r\nA: {}\r\n\r\n", "x".repeat(length));
        let rest = padded(0).len();
        assert_eq!(kind(&padded(HEAD_MAX - rest)), "question");
        assert_eq!(kind(&padded(HEAD_MAX - rest + 1)), "other");
        assert_eq!(kind(&padded(HEAD_MAX)[..HEAD_MAX]), "other", "a head without end");
        let many = format!("GET {PATH} HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(HEADERS_MAX + 1));
        assert_eq!(kind(&many), "other");
    }

    #[test]
    fn what_an_answer_depends_on_is_taken_from_the_head_in_any_case_of_letters() {
        let sent = b"GET /v1/authenticate HTTP/1.1\r\nAUTHORIZATION: Basic a\r\nuser-AGENT: shop\r\n\
            X-Require-Mode: live\r\nx-keystead-gateway-TOKEN: t\r\nX-Real-IP: 192.0.2.1\r\n\
            X-Forwarded-For: 192.0.2.2, 192.0.2.3\r\nConnection: te, Close\r\n\r\nGET";
        let Read::Question(head, length) = read(sent) else { panic!("a question") };
        assert_eq!(length, sent.len() - 3);
        assert_eq!(head.authorization, Authorization::One(b"Basic a"));
        assert_eq!((head.mode, head.is_last), (Some(Mode::Live), true));
        assert_eq!((head.token, head.agent), (Some(&b"t"[..]), Some(&b"shop"[..])));
        assert_eq!(head.stated.real_ip, Some(&b"192.0.2.1"[..]));
        assert_eq!(head.stated.forwarded_for, Some(&b"192.0.2.2, 192.0.2.3"[..]));

        let twice = b"GET /v1/authenticate HTTP/1.1\r\nAuthorization: a\r\nauthorization: b\r\n\r\n";
        let Read::Question(head, _) = read(twice) else { panic!("a question") };
        assert_eq!(head.authorization, Authorization::Several { first: b"a" });
        assert!(!head.is_last);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_fail_and_a_longer_text_never_changes_a_question(
            sent in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
            cut in 0..200usize,
        ) {
            let _ = read(&sent);
            let good = b"GET /v1/authenticate HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n";
            let whole = [&good[..], &sent[..]].concat();
            let is_question = matches!(read(&whole), Read::Question(_, length) if length == good.len());
            proptest::prop_assert!(is_question);
            let cut = &good[..cut.min(good.len() - 1)];
            proptest::prop_assert!(matches!(read(cut), Read::Partial));
        }
    }
}
