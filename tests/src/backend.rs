//! An API that keeps connections open as real ones do, and every byte that a gateway sends it.
//!
//! It reads requests strictly: what it cannot read without guessing ends the connection and is remembered as such.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Method, target and version.
    pub line: String,
    /// Every header line, in order, with the name as it was written.
    pub headers: Vec<(String, String)>,
    /// The body, without its framing.
    pub body: Vec<u8>,
}

impl Arrived {
    /// The values under a name, read as frameworks read it that turn every odd character into the same one.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let folded = |name: &str| -> String {
            let fold = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
            name.chars().map(fold).collect()
        };
        let wanted = folded(name);
        self.headers.iter().filter(|(n, _)| folded(n) == wanted).map(|(_, value)| value.as_str()).collect()
    }
}

/// The API, until it is dropped.
pub struct Backend {
    address: SocketAddr,
    kept: Arc<Kept>,
}

#[derive(Default)]
struct Kept {
    arrived: Mutex<Vec<Arrived>>,
    unclear: Mutex<Vec<String>>,
    closing: AtomicBool,
}

impl Backend {
    /// Listens on a free port.
    pub fn opens() -> Backend {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let kept = Arc::new(Kept::default());
        let others = kept.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if others.closing.load(Ordering::SeqCst) {
                    return;
                }
                let kept = others.clone();
                std::thread::spawn(move || kept.serve(stream));
            }
        });
        Backend { address, kept }
    }

    /// Where it is.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What arrived since the last time it was asked.
    pub fn arrived(&self) -> Vec<Arrived> {
        std::mem::take(&mut self.kept.arrived.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What arrived that could be read in more than one way.
    pub fn unclear(&self) -> Vec<String> {
        std::mem::take(&mut self.kept.unclear.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.kept.closing.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, so that it sees the word.
        drop(TcpStream::connect(self.address));
    }
}

impl Kept {
    fn serve(&self, mut stream: TcpStream) {
        let mut got = Vec::new();
        loop {
            match read(&mut stream, &mut got) {
                Ok(Some(arrived)) => {
                    self.arrived.lock().unwrap_or_else(PoisonError::into_inner).push(arrived);
                    if stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napi").is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(unclear) => {
                    let told = format!("{unclear}: {}", String::from_utf8_lossy(&got));
                    self.unclear.lock().unwrap_or_else(PoisonError::into_inner).push(told);
                    return;
                }
            }
        }
    }
}

/// Takes one request off the front of what has arrived; `None` when the connection ended between two.
fn read(stream: &mut TcpStream, got: &mut Vec<u8>) -> Result<Option<Arrived>, &'static str> {
    let head_end = loop {
        if let Some(end) = find(got, b"\r\n\r\n") {
            break end;
        }
        if !more(stream, got) {
            // A gateway that gave up on its client half-way has asked nothing.
            return Ok(None);
        }
    };
    let head = got[..head_end].to_vec();
    let head = std::str::from_utf8(&head).map_err(|_| "a head that is not text")?;
    let mut lines = head.split("\r\n");
    let line = lines.next().unwrap_or_default().to_owned();
    if line.split(' ').count() != 3 || line.contains(['\n', '\r', '\0']) {
        return Err("a request line that is not three words");
    }
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or("a header line without a colon")?;
        if name.is_empty() || name.contains([' ', '\t']) {
            return Err("white space in a header name, or a folded line");
        }
        if line.contains(['\n', '\r', '\0']) {
            return Err("a bare line end or a nought in a header");
        }
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    got.drain(..head_end + 4);

    let framing = |name: &str| -> Vec<String> {
        let same = headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.clone()).collect()
    };
    let body = match (&framing("transfer-encoding")[..], &framing("content-length")[..]) {
        ([], []) => Vec::new(),
        ([], [length]) if length.bytes().all(|b| b.is_ascii_digit()) => {
            let length = length.parse().map_err(|_| "a length that is no number")?;
            take(stream, got, length)?
        }
        ([], _) => return Err("more than one length, or one that is no number"),
        ([coding], []) if coding.eq_ignore_ascii_case("chunked") => chunks(stream, got)?,
        ([_], []) => return Err("a transfer coding other than chunked"),
        _ => return Err("a length and a transfer coding, or two codings"),
    };
    Ok(Some(Arrived { line, headers, body }))
}

fn chunks(stream: &mut TcpStream, got: &mut Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let mut body = Vec::new();
    loop {
        let line_end = loop {
            if let Some(end) = find(got, b"\r\n") {
                break end;
            }
            if !more(stream, got) {
                return Ok(body);
            }
        };
        let size: Vec<u8> = got.drain(..line_end + 2).take(line_end).collect();
        let size = std::str::from_utf8(&size).map_err(|_| "a chunk size that is not text")?;
        if !size.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err("a chunk size with something else in it");
        }
        let size = usize::from_str_radix(size, 16).map_err(|_| "a chunk size that is no number")?;
        if size == 0 {
            return trailers(stream, got).map(|()| body);
        }
        body.extend(take(stream, got, size)?);
        if take(stream, got, 2)? != *b"\r\n" {
            return Err("a chunk that does not end where it said");
        }
    }
}

/// Steps over what stands behind the last chunk: whoever reads such lines as headers reads what nobody has vouched for.
fn trailers(stream: &mut TcpStream, got: &mut Vec<u8>) -> Result<(), &'static str> {
    loop {
        match find(got, b"\r\n") {
            Some(end) => {
                let line: Vec<u8> = got.drain(..end + 2).collect();
                if end == 0 {
                    return Ok(());
                }
                if line[..end].contains(&b'\n') || !line.contains(&b':') {
                    return Err("a line behind the last chunk that is no header");
                }
            }
            None if more(stream, got) => {}
            None => return Ok(()),
        }
    }
}

fn take(stream: &mut TcpStream, got: &mut Vec<u8>, length: usize) -> Result<Vec<u8>, &'static str> {
    while got.len() < length {
        if !more(stream, got) {
            return Ok(std::mem::take(got));
        }
    }
    Ok(got.drain(..length).collect())
}

fn more(stream: &mut TcpStream, got: &mut Vec<u8>) -> bool {
    let mut piece = [0; 16 * 1024];
    match stream.read(&mut piece) {
        Ok(0) | Err(_) => false,
        Ok(length) => {
            got.extend_from_slice(&piece[..length]);
            true
        }
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|part| part == what)
}
