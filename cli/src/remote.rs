//! A running server, spoken to over its management API.
//!
//! Each POST carries a fresh `Idempotency-Key`, so when a connection breaks, or the server cannot know what became of it, the
//! request is sent once more without doing anything twice. What the server refuses becomes a failure with its sentence and a hint for the command line.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use server::random::{RandomSource, SystemRandom};
use ureq::Agent;
use ureq::http::Response;
use wire::codes::Code;
use wire::page::Page;
use wire::problem::Problem;

use crate::failure::Failure;
use crate::output::Output;
use crate::report::Report;

/// How long a request may take in all.
const WITHIN: Duration = Duration::from_secs(60);
/// How long to wait before asking again for what may have been done.
const UNTIL_KNOWN: Duration = Duration::from_secs(2);
/// Characters of an idempotency key.
const IDEMPOTENCY_KEY: usize = 32;

/// Which server, as whom, and how to print what it says.
#[derive(Debug, clap::Args)]
#[group(id = "remote")]
pub struct Arguments {
    /// Address of the running server
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "KEYSTEAD_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    url: String,
    /// File with the operator token, - for standard input; without it the environment's KEYSTEAD_TOKEN is used
    #[arg(long, global = true, value_name = "FILE", env = "KEYSTEAD_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// How to print what is found
    #[arg(long, global = true, value_enum, default_value_t)]
    output: Output,
}

/// A server and the token to speak to it.
pub struct Remote {
    agent: Agent,
    url: String,
    token: String,
    random: Arc<dyn RandomSource>,
}

/// An answer, as text and read.
pub struct Answer<T> {
    /// The body, exactly.
    pub body: String,
    /// What it says.
    pub read: T,
}

impl Arguments {
    /// How to print what is found without a server.
    pub const fn output(&self) -> Output {
        self.output
    }

    /// Whether somebody said where a token is.
    pub fn has_token(&self) -> bool {
        self.token_file.is_some() || std::env::var("KEYSTEAD_TOKEN").is_ok_and(|token| !token.is_empty())
    }

    /// Does something with the server and prints what came of it.
    pub fn run(self, work: impl FnOnce(&Remote) -> Result<Report, Failure>) -> Result<(), Failure> {
        let token = match &self.token_file {
            Some(path) => token_in(path)?,
            None => std::env::var("KEYSTEAD_TOKEN").unwrap_or_default(),
        };
        let remote = Remote::new(&self.url, &token, Arc::new(SystemRandom))?;
        work(&remote)?.print(self.output)
    }
}

fn token_in(path: &PathBuf) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| {
        Failure::new(format!("the operator token cannot be read from {}: {error}", path.display()))
    })?;
    Ok(text)
}

impl Remote {
    /// A server at an address, with an operator's token.
    pub fn new(url: &str, token: &str, random: Arc<dyn RandomSource>) -> Result<Self, Failure> {
        let token = token.trim();
        if token.is_empty() {
            return Err(Failure::usage("no operator token was given").hint(TOKEN_HINT));
        }
        if !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(
                Failure::usage("the operator token holds characters that no token has").hint(TOKEN_HINT)
            );
        }
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Failure::usage(format!("{url} is not an address"))
                .hint("write it in full, such as https://dashboard.example.com or http://127.0.0.1:8080"));
        }
        let agent = Agent::config_builder()
            .timeout_global(Some(WITHIN))
            .http_status_as_error(false)
            // A token must not follow a redirect to who knows where.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build();
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { agent: agent.into(), url, token: token.to_owned(), random })
    }

    /// Reads something.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Answer<T>, Failure> {
        let request = self.agent.get(self.address(path)).header("Authorization", self.authorization());
        self.read(path, request.call())
    }

    /// Reads something that may not be there.
    pub fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<Answer<T>>, Failure> {
        let request = self.agent.get(self.address(path)).header("Authorization", self.authorization());
        match self.answer(request.call())? {
            Ok(answer) => Ok(Some(answer)),
            Err(problem) if problem.code == Code::NotFound.row().code => Ok(None),
            Err(problem) => Err(failure(path, problem)),
        }
    }

    /// Reads all pages of a list; `path` may have parameters.
    pub fn list<T: DeserializeOwned + Serialize>(&self, path: &str) -> Result<Answer<Vec<T>>, Failure> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let page: Answer<Page<T>> = self.get(&format!("{path}{joint}limit=200{after}"))?;
            items.extend(page.read.items);
            match page.read.next {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let whole = Page { items, next: None };
        Ok(Answer { body: serde_json::to_string(&whole)?, read: whole.items })
    }

    /// Asks for something to be done.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<Answer<T>, Failure> {
        let idempotency = self.idempotency_key();
        let send = || {
            self.agent
                .post(self.address(path))
                .header("Authorization", self.authorization())
                .header("Idempotency-Key", &idempotency)
                .send_json(body)
        };
        let first = send();
        match first {
            // It may have been done already; the key sees to it that it is not done again.
            Err(ureq::Error::Io(ref error)) if error.kind() != std::io::ErrorKind::ConnectionRefused => {
                self.read(path, send())
            }
            first => match self.answer(first)? {
                Err(problem) if problem.code == Code::OutcomeUnknown.row().code => {
                    std::thread::sleep(UNTIL_KNOWN);
                    self.read(path, send())
                }
                answer => answer.map_err(|problem| failure(path, problem)),
            },
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.url)
    }

    fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn idempotency_key(&self) -> String {
        let mut key = [0; IDEMPOTENCY_KEY];
        domain::base62(&mut key, &mut *self.random.source());
        key.map(char::from).iter().collect()
    }

    fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        outcome: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer<T>, Failure> {
        self.answer(outcome)?.map_err(|problem| failure(path, problem))
    }

    /// What the server said: an answer, or why there is none.
    fn answer<T: DeserializeOwned>(
        &self,
        outcome: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Result<Answer<T>, Problem>, Failure> {
        let unreachable = |error: ureq::Error| {
            Failure::new(format!("cannot reach the server at {}: {error}", self.url)).hint(
                "see that `keystead serve` runs there, or name another address with --url or KEYSTEAD_URL",
            )
        };
        let mut response = outcome.map_err(unreachable)?;
        let status = response.status();
        let body = response.body_mut().read_to_string().map_err(unreachable)?;
        if status.is_success() {
            if let Ok(read) = serde_json::from_str(&body) {
                return Ok(Ok(Answer { body, read }));
            }
        } else if let Ok(problem) = serde_json::from_str::<Problem>(&body) {
            return Ok(Err(problem));
        }
        Err(Failure::new(format!("{} answered {status}, but not as the management API does", self.url))
            .hint("see that the address is Keystead's public listener, and not a proxy's error page"))
    }
}

/// Where the token comes from.
const TOKEN_HINT: &str =
    "set KEYSTEAD_TOKEN, or name a file with --token-file; `keystead init` prints the first token";

fn failure(path: &str, problem: Problem) -> Failure {
    let hint = hint(path, &problem);
    Failure::new(problem.detail).hint(hint)
}

/// What to type next, after something was asked of a path.
fn hint(path: &str, problem: &Problem) -> String {
    let pair = problem.members.key_id.as_deref().unwrap_or("KEY_ID");
    match problem.code.as_str() {
        "token_needed" | "token_unknown" => TOKEN_HINT.to_owned(),
        "not_found" if path.starts_with("/nodes") => "`keystead node list` shows what there is".to_owned(),
        "not_found" if path.starts_with("/followers") => {
            "`keystead follower list` shows what there is".to_owned()
        }
        "not_found" => {
            "`keystead account list` and `keystead key list ACCOUNT` show what there is".to_owned()
        }
        "live_not_ready" => "keystead account activate ACCOUNT; keystead account website ACCOUNT URL; \
                             keystead account verify-website ACCOUNT"
            .to_owned(),
        "already_generated" | "secret_gone" => {
            format!("keystead key regenerate {pair} --deactivate-old in-24-hours")
        }
        "nothing_to_regenerate" => "keystead key generate ACCOUNT --mode MODE".to_owned(),
        "lost_race" => {
            let current = problem.members.current.as_deref().unwrap_or("KEY_ID");
            format!("keystead key regenerate {current} --deactivate-old in-24-hours")
        }
        "still_retiring" => format!("keystead key deactivate {pair}"),
        "invalid" | "wrong_shape" | "taken" => "--help after the command explains each argument".to_owned(),
        "contended" | "database_unreachable" => "run the command again in a moment".to_owned(),
        "outcome_unknown" => "look at the present state before you run the command again".to_owned(),
        "store_failed" | "store_damaged" | "database_full" => {
            "keystead doctor --data-dir DIR, on the server's machine".to_owned()
        }
        "quarantined" => {
            "run `keystead doctor` with the server's configuration, on its machine: it says what the database lacks, and the command that \
             ends the quarantine"
                .to_owned()
        }
        code => format!("the management API calls this `{code}`"),
    }
}

/// An id as it may stand in an address. Anything else would name something else there.
pub fn id<'a>(what: &str, text: &'a str) -> Result<&'a str, Failure> {
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_id {
        Ok(text)
    } else {
        Err(Failure::usage(format!("`{text}` is not {what}: ids are letters, digits and _")))
    }
}

/// A body for requests that need none.
pub fn nothing() -> serde_json::Value {
    serde_json::json!({})
}
