//! A caller that sends exactly the bytes it is told to: libraries would tidy up what these tests are about.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine as _;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The only value of a header; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let value = found.next().map_or("", |(_, value)| value);
        assert!(found.next().is_none(), "{name} came twice");
        value
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Everything a caller can tell answers apart by.
    pub(crate) fn seen(&self) -> String {
        let mut headers: Vec<_> =
            self.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("date")).collect();
        headers.sort();
        format!("{} {headers:?} {}", self.status, self.body)
    }
}

/// A connection that stays open.
pub(crate) struct Caller(BufReader<TcpStream>);

impl Caller {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the listener listens on loopback");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket takes a time limit");
        Self(BufReader::new(stream))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).expect("the listener reads what it is sent");
    }

    /// Sends `lines` as a request head without a body.
    pub(crate) fn ask(&mut self, lines: &[&str]) -> Answer {
        self.write(format!("{}\r\nHost: gateway\r\n\r\n", lines.join("\r\n")).as_bytes());
        self.read().expect("an answer")
    }

    /// Reads an answer; `None` when the connection was closed instead.
    pub(crate) fn read(&mut self) -> Option<Answer> {
        let mut line = String::new();
        self.0.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().expect("a status");
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a whole head");
            let line = line.trim_end();
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let by_name: HashMap<String, &str> =
            headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
        let mut body = Vec::new();
        if by_name.get("transfer-encoding") == Some(&"chunked") {
            loop {
                let mut size = String::new();
                self.0.read_line(&mut size).expect("a chunk size");
                let size = usize::from_str_radix(size.trim(), 16).expect("a hexadecimal size");
                let mut chunk = vec![0; size + 2];
                self.0.read_exact(&mut chunk).expect("a whole chunk");
                body.extend_from_slice(&chunk[..size]);
                if size == 0 {
                    break;
                }
            }
        } else {
            let length = by_name.get("content-length").map_or(0, |length| length.parse().expect("a length"));
            body = vec![0; length];
            self.0.read_exact(&mut body).expect("a whole body");
        }
        let body = String::from_utf8(body).expect("text");
        Some(Answer { status, headers, body })
    }

    /// Whether the other side has closed.
    pub(crate) fn is_closed(&mut self) -> bool {
        matches!(self.0.read(&mut [0]), Ok(0) | Err(_))
    }
}

pub(crate) fn ask(address: SocketAddr, lines: &[&str]) -> Answer {
    Caller::to(address).ask(lines)
}

pub(crate) fn post(address: SocketAddr, path: &str, body: &str) -> Answer {
    let mut caller = Caller::to(address);
    caller.write(
        format!(
            "POST {path} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .as_bytes(),
    );
    caller.read().expect("an answer")
}

/// An `Authorization` line.
pub(crate) fn basic(key_id: &str, secret: &str) -> String {
    basic_of(&format!("{key_id}:{secret}"))
}

pub(crate) fn basic_of(text: &str) -> String {
    format!("Authorization: Basic {}", base64::prelude::BASE64_STANDARD.encode(text))
}
