//! A real mail server, and what a mail program shows of the messages it took.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

use crate::official_client::python;

/// Who may send.
pub const LOGIN: (&str, &str) = ("keystead", "a password for mail");

/// A message, as a mail program shows it.
#[derive(Debug, Deserialize)]
pub struct Mail {
    /// The sender's address in the envelope.
    pub envelope_from: String,
    /// The recipients in the envelope.
    pub envelope_to: Vec<String>,
    /// What the sender is called.
    pub from_name: String,
    /// The sender's address.
    pub from_address: String,
    /// Its recipients.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Its own name.
    pub message_id: String,
    /// The names of its headers, in lower case.
    pub headers: Vec<String>,
    /// What is wrong with its form (RFC 5322, MIME).
    pub defects: Vec<String>,
    /// Its longest line, in bytes.
    pub longest_line: usize,
    /// The part for people who read text.
    pub text: String,
    /// The part for everybody else.
    pub html: String,
}

/// The server, until it is dropped.
pub struct MailServer {
    process: Child,
    /// It ends when this does.
    _stdin: Option<ChildStdin>,
    told: BufReader<ChildStdout>,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

#[derive(Deserialize)]
struct Listens {
    port: u16,
}

impl MailServer {
    /// Listens on a free port and takes messages of those who log in.
    pub fn opens() -> MailServer {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/mail_server.py");
        let mut process = Command::new(python())
            .arg(script)
            .args([LOGIN.0, LOGIN.1])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the Python of the tests can be started");
        let stdin = process.stdin.take();
        let mut told = BufReader::new(process.stdout.take().expect("it was piped"));
        let Listens { port } = next(&mut told);
        MailServer { process, _stdin: stdin, told, port }
    }

    /// The next message, waited for.
    pub fn next_mail(&mut self) -> Mail {
        next(&mut self.told)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn next<T: for<'a> Deserialize<'a>>(told: &mut BufReader<ChildStdout>) -> T {
    let mut line = String::new();
    told.read_line(&mut line).expect("the mail server goes on talking");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}; what it says is above"))
}
