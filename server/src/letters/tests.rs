//! What leaves, in which form, and what happens when it cannot.
//!
//! The providers here are real servers on free loopback ports: they read what arrives and answer what the
//! test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use domain::{
    BrandId, Code, KeyId, KeyRef, Language, Letter, LetterKind, MemberChange, Mobile, Mode, Purpose,
    Recipient, Role, Timestamp, Token, seeded,
};
use engine::Enclosed;
use insta::assert_snapshot;
use secrecy::ExposeSecret;

use super::*;
use crate::config::{Brand, Config, Flags, SMS_PURPOSES};
use crate::words::{Catalogue, Words};

/// 24 Nov 2026, 10:35 in Kolkata.
const AT_MS: i64 = 1_795_496_700_000;
const STAMP: Stamp<'_> = Stamp { letter: "let_00000000000000", at_ms: AT_MS };

/// Settings as an operator writes them, with the three sample brands.
fn config(settings: &str) -> Config {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("keystead.toml");
    let text = format!("{settings}\n{}", include_str!("../../../brands.toml"));
    std::fs::write(&path, text).expect("the folder is ours");
    Config::load(Some(&path), &[], Flags::default()).expect("the test writes right settings")
}

fn brand(name: &str) -> Brand {
    config("").brands.into_iter().find(|brand| brand.name == name).expect("the sample holds this brand")
}

fn sms() -> Sms {
    Sms {
        to: "+919876543210".to_owned(),
        text: SecretString::from("428113 is \"it\" & more"),
        about: "test",
        from: None,
        parts: Parts {
            purpose: "regenerate".to_owned(),
            code: Some(SecretString::from("428113")),
            action: "regenerate your Live API key".to_owned(),
            until: "10:40 am IST".to_owned(),
            brand: "Curlec".to_owned(),
            ..Parts::default()
        },
    }
}

fn email() -> Email {
    Email {
        from_name: "Curlec, Malaysia".to_owned(),
        from: None,
        to: "aisha@example.com".to_owned(),
        subject: "Curlec: Grüße".to_owned(),
        text: SecretString::from("Plain words"),
        html: SecretString::from("<p>Rich words</p>"),
        about: "test",
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be started").block_on(work)
}

// Files

#[test]
fn an_outbox_holds_one_json_line_for_each_message_and_belongs_to_its_owner() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let sms_path = folder.path().join("outbox/sms.jsonl");
    let email_path = folder.path().join("outbox/email.jsonl");
    let texts = SmsSender::new(&config::Sms::File { path: sms_path.clone() });
    let mails =
        EmailSender::new(&config::Email::File { path: email_path.clone() }).expect("a file needs no name");
    run(async {
        texts.send(&sms(), STAMP).await.expect("the folder is writable");
        texts.send(&sms(), Stamp { at_ms: AT_MS + 1, ..STAMP }).await.expect("the folder is writable");
        mails.send(&email(), STAMP).await.expect("the folder is writable");
    });
    let read = |path| std::fs::read_to_string(path).expect("the outbox was written");
    assert_snapshot!(read(&sms_path), @r#"
    {"at":"2026-11-24T05:05:00.000Z","to":"+919876543210","text":"428113 is \"it\" & more"}
    {"at":"2026-11-24T05:05:00.001Z","to":"+919876543210","text":"428113 is \"it\" & more"}
    "#);
    assert_snapshot!(read(&email_path), @r#"{"at":"2026-11-24T05:05:00.000Z","to":"aisha@example.com","subject":"Curlec: Grüße","text":"Plain words","html":"<p>Rich words</p>"}"#);
    let mode = |path: &std::path::Path| path.metadata().expect("it exists").permissions().mode() & 0o777;
    assert_eq!(
        (mode(&folder.path().join("outbox")), mode(&sms_path), mode(&email_path)),
        (0o700, 0o600, 0o600)
    );
}

#[test]
fn an_outbox_that_cannot_be_written_delays_the_letter() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("file/sms.jsonl");
    std::fs::write(folder.path().join("file"), "in the way").expect("the folder is ours");
    let texts = SmsSender::new(&config::Sms::File { path });
    let error = run(texts.send(&sms(), STAMP)).expect_err("a file stands where the folder should be");
    assert!(matches!(&error, SendError::Retry(reason) if reason.starts_with("cannot write ")), "{error}");
}

// HTTP

/// A provider that takes one request, answers, and hands the request over.
struct Provider {
    port: u16,
    requests: Receiver<String>,
    thread: JoinHandle<()>,
}

impl Provider {
    fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let (sender, requests) = channel();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("the test connects");
            sender.send(read_request(&stream)).expect("the test waits for the request");
            // The client may hang up first: it does not read bodies.
            let _ = stream.write_all(answer.as_bytes());
            let _ = stream.shutdown(Shutdown::Write);
        });
        Self { port, requests, thread }
    }

    fn received(self) -> String {
        let request = self.requests.recv().expect("a request came");
        self.thread.join().expect("the provider is content");
        request.replace(&self.port.to_string(), "PORT")
    }
}

fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("the client sends lines");
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length is a number");
        }
        request.push_str(line.trim_end());
        request.push('\n');
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body is as long as announced");
    request + &String::from_utf8(body).expect("bodies are text")
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

fn json_settings(port: u16) -> String {
    format!(
        r#"
[sms]
provider = "http"
url = "http://127.0.0.1:{port}/v1/messages?ref={{id}}"
headers = {{ Authorization = "Bearer {{token}}" }}
body = '{{"to":"{{to}}","text":"{{text}}"}}'
token = "s3cret"
timeout = "5s"
"#
    )
}

fn sent_to(provider: &Provider, settings: &str) -> Result<(), SendError> {
    let sender = SmsSender::new(&config(&settings.replace("PORT", &provider.port.to_string())).sms);
    run(sender.send(&sms(), STAMP))
}

#[test]
fn a_json_provider_gets_the_message_escaped_and_the_token_in_its_header() {
    let provider = Provider::answering(OK);
    sent_to(&provider, &json_settings(provider.port)).expect("the provider answers 200");
    assert_snapshot!(provider.received(), @r#"
    POST /v1/messages?ref=let_00000000000000 HTTP/1.1
    content-length: 55
    user-agent: keystead
    accept: */*
    host: 127.0.0.1:PORT
    content-type: application/json
    authorization: Bearer s3cret

    {"to":"+919876543210","text":"428113 is \"it\" & more"}
    "#);
}

#[test]
fn a_form_provider_gets_the_message_encoded() {
    let provider = Provider::answering("HTTP/1.1 204 No Content\r\n\r\n");
    let settings = r#"
[sms]
provider = "http"
url = "http://127.0.0.1:PORT/send"
content_type = "application/x-www-form-urlencoded"
body = "key={token}&to={to_digits}&text={text}"
token = "a+b"
"#;
    sent_to(&provider, settings).expect("the provider answers 204");
    assert_snapshot!(provider.received(), @r"
    POST /send HTTP/1.1
    content-length: 66
    user-agent: keystead
    accept: */*
    host: 127.0.0.1:PORT
    content-type: application/x-www-form-urlencoded

    key=a%2Bb&to=919876543210&text=428113%20is%20%22it%22%20%26%20more
    ");
}

#[test]
fn a_provider_may_be_asked_by_address_alone() {
    let provider = Provider::answering(OK);
    let settings =
        "[sms]\nprovider = \"http\"\nmethod = \"GET\"\nurl = \"http://127.0.0.1:PORT/{to}?text={text}\"\n";
    sent_to(&provider, settings).expect("the provider answers 200");
    assert_snapshot!(provider.received(), @r"
    GET /%2B919876543210?text=428113%20is%20%22it%22%20%26%20more HTTP/1.1
    user-agent: keystead
    accept: */*
    host: 127.0.0.1:PORT
    ");
}

#[test]
fn the_status_says_whether_a_letter_waits_or_ends() {
    for (answer, expected) in [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "refused: the SMS provider answered 400"),
        ("HTTP/1.1 422 No\r\n\r\n", "refused: the SMS provider answered 422"),
        ("HTTP/1.1 401 Who\r\n\r\n", "not sent yet: the SMS provider answered 401; check [sms]"),
        ("HTTP/1.1 408 Slow\r\n\r\n", "not sent yet: the SMS provider answered 408; check [sms]"),
        ("HTTP/1.1 429 Many\r\n\r\n", "not sent yet: the SMS provider answered 429; check [sms]"),
        ("HTTP/1.1 503 Down\r\n\r\n", "not sent yet: the SMS provider answered 503"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "not sent yet: the SMS provider's answer was not HTTP"),
    ] {
        let provider = Provider::answering(answer);
        let error = sent_to(&provider, &json_settings(provider.port)).expect_err("the provider refuses");
        assert_eq!(error.to_string(), expected);
        provider.received();
    }
}

/// Sends the sample message through a provider that answers so; what it received, and what became of the message.
fn through(settings: &str, answer: &'static str) -> (String, Result<(), SendError>) {
    let provider = Provider::answering(answer);
    let settings = settings.replace("PORT", &provider.port.to_string());
    let outcome = run(SmsSender::new(&config(&settings).sms).send(&sms(), STAMP));
    (provider.received(), outcome)
}

const TWILIO: &str = r#"
[sms]
provider = "twilio"
account_sid = "AC0123456789abcdef0123456789abcdef"
token = "s3cret"
from = "+15005550006"
base_url = "http://127.0.0.1:PORT/"
"#;

const MSG91: &str = r#"
[sms]
provider = "msg91"
token = "s3cret"
from = "EXAMPL"
base_url = "http://127.0.0.1:PORT"
templates = { default = "65a0", regenerate = "65a1", regenerate_hi = "65a2" }
variables = { otp = "code", VAR1 = "action", till = "until" }
"#;

#[test]
fn twilio_gets_a_form_with_the_accounts_login() {
    let (request, outcome) = through(TWILIO, "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}");
    outcome.expect("it was taken");
    assert_snapshot!(request, @r"
    POST /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json HTTP/1.1
    content-length: 79
    user-agent: keystead
    host: 127.0.0.1:PORT
    authorization: Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpzM2NyZXQ=
    accept: application/json
    content-type: application/x-www-form-urlencoded

    To=%2B919876543210&From=%2B15005550006&Body=428113%20is%20%22it%22%20%26%20more
    ");
    let service = TWILIO.replace("from = \"+15005550006\"", "messaging_service = \"MG01\"");
    let (request, outcome) = through(&service, "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
    outcome.expect("it was taken");
    assert!(request.contains("&MessagingServiceSid=MG01&Body="), "{request}");
}

#[test]
fn twilios_error_number_says_whether_a_letter_waits_or_ends() {
    let about_the_number = "HTTP/1.1 400 Bad Request\r\n\r\n{\"code\":21211,\"message\":\"The 'To' number +919876543210 \
                            is not a valid phone number.\",\"more_info\":\"https://…\",\"status\":400}";
    for (answer, expected) in [
        (about_the_number, "refused: Twilio answered 400, error 21211"),
        ("HTTP/1.1 400 No\r\n\r\n{\"code\":21610}", "refused: Twilio answered 400, error 21610"),
        (
            "HTTP/1.1 400 No\r\n\r\n{\"code\":21606}",
            "not sent yet: Twilio answered 400, error 21606; check [sms]",
        ),
        (
            "HTTP/1.1 401 No\r\n\r\n{\"code\":20003}",
            "not sent yet: Twilio answered 401, error 20003; check [sms]",
        ),
        ("HTTP/1.1 429 Many\r\n\r\n{\"code\":20429}", "not sent yet: Twilio answered 429, error 20429"),
        ("HTTP/1.1 503 Down\r\n\r\n<html>", "not sent yet: Twilio answered 503"),
        ("HTTP/1.1 404 None\r\n\r\n", "not sent yet: Twilio answered 404; check [sms]"),
    ] {
        let (_, outcome) = through(TWILIO, answer);
        assert_eq!(outcome.expect_err("Twilio refuses").to_string(), expected);
    }
}

#[test]
fn msg91_gets_the_template_of_the_purpose_and_its_variables() {
    let taken = "HTTP/1.1 200 OK\r\n\r\n{\"message\":\"5762846b4f8d285d378b4567\",\"type\":\"success\"}";
    let (request, outcome) = through(MSG91, taken);
    outcome.expect("it was taken");
    assert_snapshot!(request, @r#"
    POST /api/v5/flow/ HTTP/1.1
    content-length: 173
    user-agent: keystead
    host: 127.0.0.1:PORT
    authkey: s3cret
    accept: application/json
    content-type: application/json

    {"recipients":[{"VAR1":"regenerate your Live API key","mobiles":"919876543210","otp":"428113","till":"10:40 am IST"}],"sender":"EXAMPL","short_url":"0","template_id":"65a1"}
    "#);
}

#[test]
fn msg91_chooses_the_brands_own_template_then_the_language_then_the_purpose() {
    let chosen = |purpose: &str, language, own: &[(&str, &str)]| {
        let taken = "HTTP/1.1 200 OK\r\n\r\n{\"message\":\"57\",\"type\":\"success\"}";
        let provider = Provider::answering(taken);
        let settings = MSG91.replace("PORT", &provider.port.to_string());
        let mut sms = sms();
        sms.parts.purpose = purpose.to_owned();
        sms.parts.language = language;
        sms.parts.templates = own.iter().map(|(name, id)| ((*name).to_owned(), (*id).to_owned())).collect();
        run(SmsSender::new(&config(&settings).sms).send(&sms, STAMP)).expect("it was taken");
        let request = provider.received();
        let (_, rest) = request.split_once("\"template_id\":\"").expect("a template");
        rest[..4].to_owned()
    };
    assert_eq!(chosen("regenerate", Language::English, &[]), "65a1");
    assert_eq!(chosen("regenerate", Language::Hindi, &[]), "65a2");
    assert_eq!(chosen("log_in", Language::Hindi, &[]), "65a0");
    assert_eq!(chosen("regenerate", Language::English, &[("regenerate", "own1")]), "own1");
    assert_eq!(chosen("log_in", Language::English, &[("default", "own0")]), "own0");
}

#[test]
fn msg91_may_refuse_with_200_and_is_asked_again() {
    for (answer, expected) in [
        (
            "HTTP/1.1 200 OK\r\n\r\n{\"message\":\"no +919876543210\",\"type\":\"error\"}",
            "not sent yet: MSG91 answered 200, an error; check [sms]",
        ),
        (
            "HTTP/1.1 401 No\r\n\r\n{\"message\":\"key\",\"type\":\"error\",\"code\":\"207\"}",
            "not sent yet: MSG91 answered 401, error 207; check [sms]",
        ),
        ("HTTP/1.1 200 OK\r\n\r\n<html>", "not sent yet: MSG91's answer was not understood"),
        ("HTTP/1.1 500 Down\r\n\r\n", "not sent yet: MSG91 answered 500"),
        ("HTTP/1.1 429 Many\r\n\r\n", "not sent yet: MSG91 answered 429"),
    ] {
        let (_, outcome) = through(MSG91, answer);
        assert_eq!(outcome.expect_err("MSG91 refuses").to_string(), expected);
    }
    let none = MSG91.replace("default = \"65a0\", regenerate = \"65a1\", ", "");
    let settings = none.replace("PORT", "1");
    let error = run(SmsSender::new(&config(&settings).sms).send(&sms(), STAMP)).expect_err("no template");
    assert_eq!(error.to_string(), "not sent yet: there is no template for regenerate in [sms.templates]");
}

#[test]
fn everything_that_is_sent_by_sms_can_have_a_template() {
    let brand = brand("Razorpay");
    let kinds = purposes().into_iter().map(code_for).chain(notices());
    for kind in kinds {
        let letter = by_sms(kind);
        let message = words::render(&letter, &enclosed(&letter), &brand, &said(&brand, None));
        if let Some(Message::Sms(sms)) = message {
            let purpose = sms.parts.purpose.as_str();
            assert!(SMS_PURPOSES.contains(&purpose), "{purpose} is not in the list of the configuration");
        }
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let answer = format!(
        "HTTP/1.1 307 Moved\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
        elsewhere.local_addr().expect("it is bound")
    );
    let provider = Provider::answering(answer.leak());
    let error = sent_to(&provider, &json_settings(provider.port)).expect_err("a redirect is no success");
    assert_eq!(
        error.to_string(),
        "not sent yet: the SMS provider answered 307, a redirect; check url in [sms]"
    );
    elsewhere.set_nonblocking(true).expect("a listener can be asked without waiting");
    assert!(elsewhere.accept().is_err(), "nobody may be led to another address with a code");
}

#[test]
fn a_silent_or_absent_provider_delays_the_letter() {
    // Accepted by the kernel's queue, answered by nobody.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let port = silent.local_addr().expect("it is bound").port();
    let settings = json_settings(port).replace("\"5s\"", "\"150ms\"");
    let error = run(SmsSender::new(&config(&settings).sms).send(&sms(), STAMP)).expect_err("nobody answers");
    assert_eq!(error.to_string(), "not sent yet: the SMS provider did not answer within 150 ms");
    drop(silent);
    let error = run(SmsSender::new(&config(&settings).sms).send(&sms(), STAMP)).expect_err("nobody listens");
    assert_eq!(error.to_string(), "not sent yet: the SMS provider cannot be reached (connection refused)");
}

// SMTP

/// A mail server for one conversation. `refusal` is what it says to one command instead of yes.
fn mail_server(refusal: Option<(&'static str, &'static str)>) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("the test connects");
        converse(&stream, refusal)
    });
    (port, thread)
}

fn converse(mut stream: &TcpStream, refusal: Option<(&str, &str)>) -> String {
    let mut reader = BufReader::new(stream);
    let mut heard = String::new();
    let mut say = |words: &str| {
        // The client may hang up after a refusal.
        let _ = stream.write_all(format!("{words}\r\n").as_bytes());
    };
    say("220 sink ESMTP");
    let mut in_message = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return heard;
        }
        heard.push_str(&line);
        let command = line.trim_end();
        match (in_message, refusal) {
            (true, _) if command == "." => {
                in_message = false;
                say("250 taken");
            }
            (true, _) => {}
            (false, Some((prefix, answer))) if command.starts_with(prefix) => say(answer),
            (false, _) if command.starts_with("EHLO") => say("250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN"),
            (false, _) if command.starts_with("AUTH") => say("235 welcome"),
            (false, _) if command == "DATA" => {
                in_message = true;
                say("354 go on");
            }
            (false, _) if command == "QUIT" => {
                say("221 bye");
                return heard;
            }
            (false, _) => say("250 yes"),
        }
    }
}

fn mailed(port: u16) -> Result<(), SendError> {
    let settings = format!(
        "[email]\nprovider = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nusername = \"keystead\"\n\
         password = \"s3cret\"\nfrom = \"no-reply@example.com\"\ntimeout = \"5s\"\n"
    );
    let sender = EmailSender::new(&config(&settings).email).expect("the host has a name");
    run(sender.send(&email(), STAMP))
}

#[test]
fn a_mail_server_gets_text_and_html_in_the_brands_name() {
    let (port, server) = mail_server(None);
    mailed(port).expect("the server takes it");
    let heard = server.join().expect("the server is content");
    let (envelope, message) = heard.split_once("DATA\r\n").expect("a message came");
    assert!(envelope.contains("AUTH PLAIN "), "{envelope}");
    assert!(envelope.contains("MAIL FROM:<no-reply@example.com>"), "{envelope}");
    assert!(envelope.contains("RCPT TO:<aisha@example.com>"), "{envelope}");
    let header = |name: &str| {
        let found = message.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.unwrap_or_else(|| panic!("no {name} in {message}")).to_owned()
    };
    assert_eq!(header("From"), "=?utf-8?b?Q3VybGVjLCBNYWxheXNpYQ==?= <no-reply@example.com>");
    assert_eq!(header("To"), "aisha@example.com");
    assert_eq!(header("Subject"), "Curlec: =?utf-8?b?R3LDvMOfZQ==?=");
    assert_eq!(header("Message-ID"), "<let_00000000000000@example.com>");
    assert_eq!(header("Date"), "Tue, 24 Nov 2026 05:05:00 +0000");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert!(message.contains("Plain words") && message.contains("<p>Rich words</p>"), "{message}");
}

#[test]
fn only_a_refusal_of_this_very_message_ends_a_letter() {
    for (command, answer, expected) in [
        ("RCPT", "550 aisha@example.com is unknown", "refused: the mail server answered 550"),
        ("DATA", "554 no", "refused: the mail server answered 554"),
        ("RCPT", "450 mailbox busy", "not sent yet: the mail server answered 450"),
        ("MAIL", "421 closing", "not sent yet: the mail server answered 421"),
        ("AUTH", "535 wrong password", "not sent yet: the mail server answered 535"),
        ("EHLO", "gibberish", "not sent yet: the mail server's answer was not SMTP"),
    ] {
        let (port, server) = mail_server(Some((command, answer)));
        let error = mailed(port).expect_err("the server refuses");
        assert_eq!(error.to_string(), expected, "after {command}");
        server.join().expect("the server is content");
    }
}

#[test]
fn an_absent_mail_server_delays_the_letter() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    let error = mailed(port).expect_err("nobody listens");
    assert_eq!(error.to_string(), "not sent yet: the mail server cannot be reached");
}

#[test]
fn a_password_never_leaves_without_tls_when_tls_is_asked_for() {
    let (port, server) = mail_server(None);
    let settings = format!(
        "[email]\nprovider = \"smtp\"\nhost = \"localhost\"\nport = {port}\ntls = \"starttls\"\nusername = \"keystead\"\n\
         password = \"s3cret\"\nfrom = \"no-reply@example.com\"\ntimeout = \"5s\"\n"
    );
    let sender = EmailSender::new(&config(&settings).email).expect("the host has a name");
    run(sender.send(&email(), STAMP)).expect_err("the server offers no STARTTLS");
    let heard = server.join().expect("the server is content");
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
}

// Waiting

#[test]
fn the_pause_between_attempts_doubles_from_five_seconds_to_ten_minutes() {
    let pauses: Vec<i64> = (0..10).map(|attempts| (next_try(attempts, AT_MS) - AT_MS) / 1000).collect();
    assert_eq!(pauses, [5, 5, 10, 20, 40, 80, 160, 320, 600, 600]);
    assert_eq!(next_try(u32::MAX, AT_MS), AT_MS + 600_000);
    assert_eq!(next_try(3, i64::MAX), i64::MAX);
}

// Words

/// A key id whose end is all digits: the worst for whoever looks for a code.
fn key_id(text: &str) -> KeyId {
    text.parse().expect("the test writes well-formed key ids")
}

fn letter(to: Recipient, kind: LetterKind) -> Letter {
    let id = BrandId::new("razorpay", "IN").expect("a brand of the sample");
    Letter {
        created_at: Timestamp::from_millis(AT_MS),
        due_at: Timestamp::from_millis(AT_MS),
        ..Letter::new(&id, to, kind, Timestamp::from_millis(0), &mut seeded(1))
    }
}

fn by_sms(kind: LetterKind) -> Letter {
    letter(Recipient::Sms(Mobile::from_stored("+919876543210".to_owned())), kind)
}

fn by_email(kind: LetterKind) -> Letter {
    letter(Recipient::Email("aisha@example.com".to_owned()), kind)
}

fn code_for(purpose: Purpose) -> LetterKind {
    let expires_at = Timestamp::from_millis(AT_MS + 300_000);
    LetterKind::Code { purpose, sealed: Vec::new(), expires_at }
}

fn purposes() -> Vec<Purpose> {
    let key: KeyRef = "key_12345678901234".parse().expect("a well-formed id");
    vec![
        Purpose::LogIn,
        Purpose::GenerateLive,
        Purpose::Regenerate { key, mode: Mode::Live },
        Purpose::Deactivate { key_id: key_id("rzp_test_12345678901234"), mode: Mode::Test },
        Purpose::VerifyMobile,
        Purpose::TwoFactorOn,
        Purpose::TwoFactorOff,
    ]
}

fn token() -> Token {
    Token::parse("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq").expect("43 letters")
}

/// What goes with a letter.
fn enclosed(letter: &Letter) -> Enclosed {
    match &letter.kind {
        LetterKind::Code { .. } => Enclosed::Code(Code::parse("042811").expect("six digits")),
        LetterKind::Invited { .. } | LetterKind::PasswordReset { .. } => Enclosed::Link(token()),
        LetterKind::KeyEnding { .. } => Enclosed::LastUse(Some(Timestamp::from_millis(AT_MS - 600_000))),
        _ => Enclosed::Nothing,
    }
}

fn said(brand: &Brand, language: Option<Language>) -> Words {
    Catalogue::new(std::slice::from_ref(brand)).words(&brand.rules.id, language)
}

fn text_of(letter: &Letter, brand: &Brand) -> String {
    maybe_text_of(letter, brand).expect("it has something to say")
}

/// What a letter says; `None` for a text message that is made for e-mail.
fn maybe_text_of(letter: &Letter, brand: &Brand) -> Option<String> {
    match words::render(letter, &enclosed(letter), brand, &said(brand, letter.language))? {
        Message::Sms(sms) => Some(sms.text.expose_secret().to_owned()),
        Message::Email(email) => Some(format!("{}\n\n{}", email.subject, email.text.expose_secret())),
    }
}

#[test]
fn each_code_says_what_it_is_for_in_the_brands_words() {
    let texts = |name: &str| {
        let brand = brand(name);
        let texts = purposes().into_iter().map(|purpose| text_of(&by_sms(code_for(purpose)), &brand));
        texts.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(texts("Razorpay"), @r"
    042811 is your Razorpay OTP to log in to the Razorpay Dashboard. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Razorpay OTP to generate a Live API key. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Razorpay OTP to regenerate your Live API key. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Razorpay OTP to deactivate the Test API key ending 1234. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Razorpay OTP to verify this mobile number. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Razorpay OTP to turn on two-factor authentication. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Razorpay OTP to turn off two-factor authentication. It works until 10:40 am IST. Never share it with anyone.
    ");
    assert_snapshot!(texts("Curlec"), @r"
    042811 is your Curlec OTP to log in to the Curlec Dashboard. It works until 1:10 pm GMT+8. Never share it with anyone.
    042811 is your Curlec OTP to generate a Live API key. It works until 1:10 pm GMT+8. Never share it with anyone.
    042811 is your Curlec OTP to regenerate your Live API key. It works until 1:10 pm GMT+8. Never share it with anyone.
    042811 is your Curlec OTP to de-activate the Test API key ending 1234. It works until 1:10 pm GMT+8. Never share it with anyone.
    042811 is your Curlec OTP to verify this mobile number. It works until 1:10 pm GMT+8. Never share it with anyone.
    042811 is your Curlec OTP to turn on two-factor authentication. It works until 1:10 pm GMT+8. Never share it with anyone.
    042811 is your Curlec OTP to turn off two-factor authentication. It works until 1:10 pm GMT+8. Never share it with anyone.
    ");
    assert_snapshot!(texts("Axis"), @r"
    042811 is your Axis OTP to log in to the Dashboard. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Axis OTP to generate a Live API key. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Axis OTP to regenerate your Live API key. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Axis OTP to deactivate the Test API key ending 1234. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Axis OTP to verify this mobile number. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Axis OTP to turn on two-factor authentication. It works until 10:40 am IST. Never share it with anyone.
    042811 is your Axis OTP to turn off two-factor authentication. It works until 10:40 am IST. Never share it with anyone.
    ");
}

#[test]
fn a_text_message_holds_exactly_one_run_of_six_digits_and_is_one_message() {
    for name in ["Razorpay", "Curlec", "Axis"] {
        let brand = brand(name);
        for purpose in purposes() {
            let text = text_of(&by_sms(code_for(purpose)), &brand);
            let long_runs: Vec<&str> =
                text.split(|c: char| !c.is_ascii_digit()).filter(|run| 5 <= run.len()).collect();
            assert_eq!(long_runs, ["042811"], "{text}");
            assert!(text.is_ascii() && text.len() <= 160, "{} characters: {text}", text.len());
        }
    }
}

/// What a browser calls itself.
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn notices() -> Vec<LetterKind> {
    let (new, old) = (key_id("rzp_live_1DP5mmOlF5G5ag"), key_id("rzp_live_AAAAbbbbCCCCdd"));
    let tomorrow = Timestamp::from_millis(AT_MS + 86_400_000);
    vec![
        LetterKind::KeyGenerated { key_id: new, mode: Mode::Live },
        LetterKind::KeyRegenerated { key_id: new, old, mode: Mode::Live, old_until: Some(tomorrow) },
        LetterKind::KeyRegenerated { key_id: new, old, mode: Mode::Live, old_until: None },
        LetterKind::KeyDeactivated { key_id: old, mode: Mode::Live },
        LetterKind::MemberLocked,
        LetterKind::MobileChanged { number: Mobile::from_stored("+60123456789".to_owned()) },
        LetterKind::TwoFactorChanged { on: true },
        LetterKind::TwoFactorChanged { on: false },
        LetterKind::AppRemoved { two_factor: true },
        LetterKind::AppRemoved { two_factor: false },
        LetterKind::TwoFactorReset,
        LetterKind::KeyEnding { key_id: old, mode: Mode::Live, until: tomorrow },
        LetterKind::Invited {
            account: "Chai & Sons <script>".to_owned(),
            role: Role::ViewOnly,
            inviter: "Aisha".to_owned(),
            sealed: Vec::new(),
            expires_at: tomorrow,
        },
        LetterKind::RoleChanged { account: "Chai & Sons".to_owned(), role: Role::Admin },
        LetterKind::RemovedFromAccount { account: "Chai & Sons".to_owned() },
        LetterKind::OwnershipTransferred { account: "Chai & Sons".to_owned(), to: "Bina".to_owned() },
        LetterKind::PasswordReset { sealed: Vec::new(), expires_at: tomorrow },
        LetterKind::PasswordChanged,
        LetterKind::SignedIn { address: "203.0.113.9".to_owned(), agent: FIREFOX.to_owned() },
        LetterKind::AccountActivated { account: "Chai & Sons".to_owned() },
        LetterKind::ActivationReturned {
            account: "Chai & Sons".to_owned(),
            reason: "The name on the certificate\nis another one.".to_owned(),
        },
        LetterKind::WebsiteReviewed {
            url: "https://chai.example".to_owned(),
            verified: true,
            reason: String::new(),
        },
        LetterKind::WebsiteReviewed {
            url: "https://chai.example".to_owned(),
            verified: false,
            reason: "There is no page about refunds.".to_owned(),
        },
    ]
    .into_iter()
    .chain(MemberChange::ALL.map(|what| LetterKind::MemberChanged { member: "Bina".to_owned(), what }))
    .collect()
}

#[test]
fn a_browser_that_calls_itself_by_an_address_puts_no_address_into_a_letter() {
    let brand = brand("Curlec");
    for (agent, called) in [
        (FIREFOX, "Firefox on Linux"),
        ("Verify at https://evil.example/login Windows", "Windows"),
        ("https://evil.example/login", "Unknown device"),
    ] {
        let kind = LetterKind::SignedIn { address: "203.0.113.9".to_owned(), agent: agent.to_owned() };
        let text = text_of(&by_email(kind), &brand);
        assert!(text.contains(called) && !text.contains("evil"), "{text}");
    }
}

#[test]
fn each_notice_says_what_happened_and_what_to_do() {
    let brand = brand("Curlec");
    let texts: Vec<String> = notices().into_iter().map(|kind| text_of(&by_email(kind), &brand)).collect();
    assert_snapshot!(texts.join("\n────────\n"));
}

#[test]
fn the_html_of_a_notice_says_the_same_and_escapes_what_people_wrote() {
    let brand = brand("Razorpay");
    let letter = by_email(LetterKind::AccountActivated { account: "Chai & Sons <script>".to_owned() });
    let Some(Message::Email(email)) = words::render(&letter, &Enclosed::Nothing, &brand, &said(&brand, None))
    else {
        panic!("it goes by e-mail")
    };
    assert_snapshot!(email.html.expose_secret(), @r#"
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>Chai &amp; Sons &lt;script&gt; was activated</title></head>
    <body style="margin:0;padding:24px 12px;background:#f3f4f6;color:#1b1f24;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Devanagari',sans-serif">
    <div style="max-width:560px;margin:0 auto">
    <div style="padding:28px;background:#ffffff;border:1px solid #dfe3e8;border-top:4px solid #2350d8;border-radius:8px">
    <p style="margin:0 0 20px;font-weight:700;color:#2350d8">Razorpay</p>
    <h1 style="margin:0 0 16px;font-size:21px;line-height:1.3">Chai &amp; Sons &lt;script&gt; was activated</h1>
    <p style="margin:0 0 12px">The account Chai &amp; Sons &lt;script&gt; is active on the Razorpay Dashboard.</p>
    <table role="presentation" style="margin:16px 0;border-collapse:collapse;width:100%">
    <tr><td style="padding:6px 16px 6px 0;border-top:1px solid #e6e9ed;color:#57606a;vertical-align:top;white-space:nowrap">Account</td><td style="padding:6px 0;border-top:1px solid #e6e9ed;font-weight:600;word-break:break-word">Chai &amp; Sons &lt;script&gt;</td></tr>
    <tr><td style="padding:6px 16px 6px 0;border-top:1px solid #e6e9ed;color:#57606a;vertical-align:top;white-space:nowrap">When</td><td style="padding:6px 0;border-top:1px solid #e6e9ed;font-weight:600;word-break:break-word">24 Nov 2026, 10:35 am IST</td></tr>
    </table>
    <p style="margin:20px 0 8px"><a href="https://dashboard.razorpay.com/live/keys" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#2350d8;color:#ffffff;font-weight:600;text-decoration:none">See your API keys</a></p>
    <p style="margin:0 0 16px;font-size:13px;color:#57606a">Or open this address: <a href="https://dashboard.razorpay.com/live/keys" style="color:#2350d8;word-break:break-all">https://dashboard.razorpay.com/live/keys</a></p>
    </div>
    <p style="margin:12px 28px 0;font-size:13px;color:#57606a">Help: https://razorpay.com/support/</p>
    <p style="margin:12px 28px 0;font-size:13px;color:#57606a">The Razorpay Dashboard sent this e-mail by itself. Answers to it are not read.</p>
    </div>
    </body></html>
    "#);
}

/// `KEYSTEAD_GALLERY=folder` writes every letter of every brand in every language it offers, to look at.
#[test]
fn every_letter_is_complete_in_every_brand_and_language() {
    let folder =
        std::env::var_os("KEYSTEAD_GALLERY").map(|folder| std::path::Path::new(&folder).join("letters"));
    for name in ["Razorpay", "Curlec", "Axis"] {
        let brand = brand(name);
        for language in brand.languages.clone() {
            for (at, kind) in notices().into_iter().chain([code_for(Purpose::LogIn)]).enumerate() {
                let about = kind.about();
                let letter = by_email(kind).spoken(Some(language));
                let enclosed = enclosed(&letter);
                let words = said(&brand, letter.language);
                let Some(Message::Email(email)) = words::render(&letter, &enclosed, &brand, &words) else {
                    panic!("{about} says nothing")
                };
                let html = email.html.expose_secret();
                assert!(
                    html.contains(&format!("<html lang=\"{language}\">")) && html.contains(name),
                    "{html}"
                );
                for nothing in ["<script>", "http-equiv", "<img", "<link", "url(", "<style"] {
                    assert!(!html.contains(nothing), "{about}: {nothing}");
                }
                let Some(folder) = &folder else { continue };
                std::fs::create_dir_all(folder).expect("the folder can be made");
                let file = folder.join(format!("{}-{language}-{at:02}-{about}", name.to_lowercase()));
                std::fs::write(file.with_extension("html"), html).expect("the folder can be written to");
                std::fs::write(file.with_extension("txt"), email.text.expose_secret()).expect("as above");
            }
        }
    }
}

#[test]
fn a_notice_by_sms_carries_nothing_like_a_code() {
    let texts = notices().into_iter().filter_map(|kind| maybe_text_of(&by_sms(kind), &brand("Axis")));
    let texts: Vec<String> = texts.collect();
    assert_eq!(texts.len(), 1, "all others go by e-mail alone: {texts:?}");
    for text in texts {
        assert!(!text.split(|c: char| !c.is_ascii_digit()).any(|run| 5 <= run.len()), "{text}");
    }
}

#[test]
fn a_letter_without_the_code_or_link_it_carries_has_nothing_to_say() {
    let expires_at = Timestamp::from_millis(AT_MS);
    for kind in [code_for(Purpose::LogIn), LetterKind::PasswordReset { sealed: Vec::new(), expires_at }] {
        let brand = brand("Axis");
        for letter in [by_sms(kind.clone()), by_email(kind)] {
            assert!(words::render(&letter, &Enclosed::Nothing, &brand, &said(&brand, None)).is_none());
        }
    }
}

#[test]
fn messages_and_senders_do_not_print_what_they_carry() {
    let config = config(&json_settings(1));
    let printed = format!("{:?} {:?} {:?}", sms(), email(), SmsSender::new(&config.sms));
    for secret in ["428113", "9876543210", "aisha", "words", "s3cret", "127.0.0.1"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
