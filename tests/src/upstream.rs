//! The API behind the gateway: a small one that answers orders as the payment platform's does and remembers who asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// What the API saw of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Method and path.
    pub line: String,
    /// `X-Key-Id`.
    pub key_id: String,
    /// `X-Key-Mode`.
    pub mode: String,
    /// `X-Account-Id`.
    pub account: String,
    /// `X-Brand`.
    pub brand: String,
    /// `Authorization`, which must never come this far.
    pub authorization: Option<String>,
}

/// The API, until it is dropped.
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<Seen>>,
    closing: AtomicBool,
}

impl Upstream {
    /// Listens on a free port.
    pub fn opens() -> Upstream {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared::default());
        let others = shared.clone();
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if others.closing.load(Ordering::SeqCst) {
                    return;
                }
                // One request a connection, so that no thread outlives what it serves.
                others.answers(stream);
            }
        });
        Upstream { address, shared, accepting: Some(accepting) }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it saw since the last time it was asked.
    pub fn saw(&self) -> Vec<Seen> {
        std::mem::take(&mut self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, so that it sees the word.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl Shared {
    fn answers(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            match reader.read_line(&mut line) {
                Ok(1..) if line.trim_end().is_empty() => break,
                Ok(1..) => lines.push(line.trim_end().to_owned()),
                _ => return,
            }
        }
        let header = |name: &str| {
            let same = |line: &&String| line.split(':').next().is_some_and(|n| n.eq_ignore_ascii_case(name));
            let line = lines.iter().skip(1).find(same)?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let length = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let line = lines.first().map(|line| line.trim_end_matches(" HTTP/1.1").to_owned());
        let seen = Seen {
            line: line.unwrap_or_default(),
            key_id: header("x-key-id").unwrap_or_default(),
            mode: header("x-key-mode").unwrap_or_default(),
            account: header("x-account-id").unwrap_or_default(),
            brand: header("x-brand").unwrap_or_default(),
            authorization: header("authorization"),
        };
        let answer = orders(&seen.line, &body);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        // A client that went away has no use for an answer.
        let _ = reader.get_mut().write_all(answer.as_bytes());
    }
}

/// Answers `GET` and `POST /v1/orders`.
fn orders(line: &str, body: &[u8]) -> String {
    let order = |id: &str, amount: &serde_json::Value| {
        serde_json::json!({
            "id": id, "entity": "order", "amount": amount, "amount_paid": 0, "amount_due": amount,
            "currency": "INR", "receipt": "receipt-1", "offer_id": null, "status": "created", "attempts": 0,
            "notes": [], "created_at": 1_795_413_600,
        })
    };
    let (status, answer) = match line.split(['?', ' ']).take(2).collect::<Vec<_>>()[..] {
        ["GET", "/v1/orders"] => {
            let items = [order("order_00000000000001", &50_000.into())];
            ("200 OK", serde_json::json!({ "entity": "collection", "count": items.len(), "items": items }))
        }
        ["POST", "/v1/orders"] => {
            let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            ("200 OK", order("order_00000000000002", &asked["amount"]))
        }
        _ => ("404 Not Found", serde_json::json!({ "error": { "code": "BAD_REQUEST_ERROR" } })),
    };
    let answer = answer.to_string();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    )
}
