//! A gateway's connection to a node: one question after the other on a connection that stays open, made anew when it broke.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::history::Said;

/// How long a connection may take to be made.
const CONNECTS_WITHIN: Duration = Duration::from_secs(1);
/// How long a question waits for its answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// A connection.
pub struct Line {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Line {
    /// To a gateway listener.
    pub const fn to(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Asks whether a pair is good; `basic` is what stands behind `Authorization: Basic`.
    pub fn asks(&mut self, basic: &str) -> Said {
        // A connection that failed in any way carries no further question: the answer to an old one may still come.
        match self.asks_now(basic) {
            Ok(status) => match status {
                200 => Said::Granted,
                401 => Said::Refused,
                503 => Said::Silent,
                other => Said::Other(other),
            },
            Err(_) => {
                self.stream = None;
                Said::Nothing
            }
        }
    }

    fn asks_now(&mut self, basic: &str) -> io::Result<u16> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            empty => empty.insert(connected(self.address)?),
        };
        let question =
            format!("GET /v1/authenticate HTTP/1.1\r\nHost: keys\r\nAuthorization: Basic {basic}\r\n\r\n");
        stream.write_all(question.as_bytes())?;
        let (mut bytes, mut length) = ([0; 4096], 0);
        loop {
            let read = stream.read(&mut bytes[length..])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            length += read;
            if let Some(status) = whole(&bytes[..length])? {
                return Ok(status);
            }
        }
    }
}

fn connected(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, CONNECTS_WITHIN)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
    Ok(stream)
}

/// The status of an answer that is there as a whole.
fn whole(bytes: &[u8]) -> io::Result<Option<u16>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let unlike = || io::Error::other("this is no answer");
    let head = std::str::from_utf8(&bytes[..end]).map_err(io::Error::other)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(unlike)?;
    let mut lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let body = lengths.next().unwrap_or_default();
    Ok((end + 4 + body <= bytes.len()).then_some(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_when_all_of_it_is_there() {
        let answer = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nbody";
        for end in 0..answer.len() {
            assert_eq!(whole(&answer[..end]).expect("text"), None, "{end}");
        }
        assert_eq!(whole(answer).expect("text"), Some(401));
        assert_eq!(whole(b"HTTP/1.1 200 OK\r\n\r\n").expect("text"), Some(200));
    }
}
