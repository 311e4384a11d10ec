//! A client that sends exactly the bytes it is told to: libraries would tidy up what these tests are about.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine as _;

use crate::caller::Pair;

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// The first value of a header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// How many values a header has.
    pub fn count(&self, name: &str) -> usize {
        self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).count()
    }
}

/// Sends one request and reads its answer. `lines` are the request line and headers without `Host`.
pub fn ask(address: SocketAddr, lines: &[&str]) -> Answer {
    let answers = exchange(address, request(lines).as_bytes());
    answers.into_iter().next().unwrap_or_else(|| panic!("no answer to {:?}", lines.first()))
}

/// Sends bytes and reads all answers until the connection ends or is silent for two seconds.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<Answer> {
    exchange_on(TcpStream::connect(address).expect("somebody listens"), bytes)
}

/// [`ask`] from another address of this machine.
pub fn ask_from(source: IpAddr, address: SocketAddr, lines: &[&str]) -> Answer {
    use socket2::{Domain, Socket, Type};
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("there are sockets");
    socket.bind(&SocketAddr::new(source, 0).into()).expect("an address of this machine");
    socket.connect(&address.into()).expect("somebody listens");
    let answers = exchange_on(socket.into(), request(lines).as_bytes());
    answers.into_iter().next().unwrap_or_else(|| panic!("no answer to {:?}", lines.first()))
}

fn request(lines: &[&str]) -> String {
    format!("{}\r\nHost: api.example.com\r\nConnection: close\r\n\r\n", lines.join("\r\n"))
}

fn exchange_on(mut stream: TcpStream, bytes: &[u8]) -> Vec<Answer> {
    stream.set_read_timeout(Some(Duration::from_secs(2))).expect("a socket takes a time limit");
    stream.set_write_timeout(Some(Duration::from_secs(5))).expect("a socket takes a time limit");
    // Whoever has read enough may close before all of it is sent.
    let _ = stream.write_all(bytes);
    let mut got = Vec::new();
    let mut piece = [0; 16 * 1024];
    while let Ok(length @ 1..) = stream.read(&mut piece) {
        got.extend_from_slice(&piece[..length]);
    }
    answers(&got)
}

/// The answers that stand one after the other in what was received.
fn answers(mut got: &[u8]) -> Vec<Answer> {
    let mut all = Vec::new();
    while let Some(head_end) = got.windows(4).position(|part| part == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&got[..head_end]);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let Some(status) = status else { break };
        let header = |line: &str| line.split_once(':').map(|(n, v)| (n.to_owned(), v.trim().to_owned()));
        let headers: Vec<(String, String)> = lines.filter_map(header).collect();
        let mut answer = Answer { status, headers, body: String::new() };
        got = &got[head_end + 4..];
        // Words on the way to an answer.
        if status < 200 {
            continue;
        }
        if answer.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
            let end = got.windows(5).position(|part| part == b"0\r\n\r\n").map_or(got.len(), |at| at + 5);
            answer.body = unchunked(&got[..end]);
            got = &got[end..];
        } else {
            let length = answer.header("content-length").parse().unwrap_or(got.len()).min(got.len());
            answer.body = String::from_utf8_lossy(&got[..length]).into_owned();
            got = &got[length..];
        }
        all.push(answer);
    }
    all
}

fn unchunked(mut chunks: &[u8]) -> String {
    let mut body = Vec::new();
    while let Some(end) = chunks.windows(2).position(|part| part == b"\r\n") {
        let size =
            std::str::from_utf8(&chunks[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size @ 1..) = size else { break };
        let from = end + 2;
        body.extend_from_slice(chunks.get(from..from + size).unwrap_or_default());
        chunks = chunks.get(from + size + 2..).unwrap_or_default();
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// An `Authorization` line.
pub fn basic(pair: &Pair) -> String {
    let text = base64::prelude::BASE64_STANDARD.encode(format!("{}:{}", pair.key_id, pair.secret));
    format!("Authorization: Basic {text}")
}
