//! A batch: what the callers of one turn have sent, and their answers.

use std::io::{ErrorKind, Read as _};
use std::net::IpAddr;
use std::ops::Range;

use verify::{Ask, Credentials, Index, Malformed, Source, Verdict};

use super::answers::{Date, Prepared, granted};
use super::head::{HEAD_MAX, Head, Read, read};
use super::visit::{End, Visit};
use crate::gateway::asked::Authorization;
use crate::gateway::desk::asked;
use crate::gateway::service::GatewayService;

/// Bytes read from a caller at a time: some dozens of requests that were sent at once.
const READ: usize = 2 * HEAD_MAX;
/// Questions of one turn.
const QUESTIONS: usize = 64;
/// Room for what is read in one turn.
const ROOM: usize = 16 * READ;

pub(super) struct Batch {
    /// What was read, of one caller after another.
    sent: Vec<u8>,
    used: usize,
    questions: Vec<Question>,
    turns: Vec<Turn>,
    answers: Vec<u8>,
    prepared: Prepared,
    date: Date,
}

/// What one caller asked.
struct Turn {
    visit: usize,
    /// His questions end before this one.
    until: usize,
    /// Whether an answer that lines are crooked comes last.
    is_crooked: bool,
    end: End,
    /// Where the answers are, once they are written.
    answers: Range<usize>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are of the large kind, and a box would cost each of them"
)]
enum Question {
    /// Credentials, good or bad, and where the request came from.
    Verdict { read: Result<Credentials, Malformed>, ask: Ask, from: IpAddr, agent: Option<Range<usize>> },
    /// No credentials.
    Missing,
    /// No proof of being a gateway.
    Stranger,
}

impl Batch {
    pub(super) fn new(service: &GatewayService) -> Self {
        Self {
            sent: vec![0; ROOM],
            used: 0,
            questions: Vec::with_capacity(QUESTIONS),
            turns: Vec::with_capacity(QUESTIONS),
            answers: Vec::new(),
            prepared: service.desk().answers().prepared(),
            date: Date::at(service.desk().clock().now()),
        }
    }

    /// Whether the next caller may not find room.
    pub(super) const fn is_full(&self) -> bool {
        QUESTIONS <= self.questions.len() || ROOM < self.used + HEAD_MAX + READ
    }

    /// Reads what a caller sent. `false`: he has gone.
    pub(super) fn read(
        &mut self,
        number: usize,
        visit: &mut Visit,
        service: &GatewayService,
        seconds: u32,
    ) -> bool {
        let begun = visit.begun();
        let (start, mut end) = (self.used, self.used + begun.len());
        self.sent[start..end].copy_from_slice(&begun);
        match visit.stream().read(&mut self.sent[end..end + READ]) {
            Ok(0) => return false,
            Ok(length) => end += length,
            Err(failure) if matches!(failure.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                visit.keep(&begun, seconds);
                return true;
            }
            Err(_) => return false,
        }
        self.used = end;

        let (mut place, mut is_crooked, mut then) = (start, false, End::Stay);
        while place < end && matches!(then, End::Stay) {
            match read(&self.sent[place..end]) {
                // Signing is hyper's work: it costs as much as the verdict, and few want it.
                Read::Question(head, _) if head.names_request && service.desk().signs() => {
                    then = End::HandOver(self.sent[place..end].to_vec());
                }
                Read::Question(head, length) => {
                    if head.is_last {
                        then = End::Leave;
                    }
                    let question = question(&head, visit.peer().ip(), service, &self.sent);
                    self.questions.push(question);
                    place += length;
                }
                Read::Partial => break,
                Read::Crooked => (is_crooked, then) = (true, End::Leave),
                Read::Other => then = End::HandOver(self.sent[place..end].to_vec()),
            }
        }
        let rest = if matches!(then, End::Stay) { place..end } else { end..end };
        visit.keep(&self.sent[rest], seconds);
        let until = self.questions.len();
        self.turns.push(Turn { visit: number, until, is_crooked, end: then, answers: 0..0 });
        true
    }

    /// Writes the answers to everything that was read.
    pub(super) fn decide(&mut self, service: &GatewayService) {
        if self.turns.is_empty() {
            return;
        }
        self.fetch(service.desk().index());
        // Once a turn, after all has been read and memory has been asked for: whatever was true before a request
        // was sent is in the index by now.
        let moment = service.desk().moment();
        self.date.set(moment.now);
        let Self { sent, questions, turns, answers, prepared, date, .. } = self;
        let mut next = 0;
        for turn in turns {
            let start = answers.len();
            for question in &questions[next..turn.until] {
                match question {
                    Question::Verdict { read, ask, from, agent } => {
                        let agent = agent.clone().map(|range| &sent[range]);
                        let source = Source { address: Some(*from), agent };
                        match service.desk().verdict(read, ask, moment, || source, service.tally()) {
                            Verdict::Granted(identity) => granted(&identity, date, answers),
                            Verdict::Refused { .. } => prepared.failed.write(date, answers),
                            Verdict::Limited { exceeded, .. } => prepared.limited(&exceeded, date, answers),
                            Verdict::CannotSay(_) => prepared.silent.write(date, answers),
                        }
                    }
                    Question::Missing => {
                        service.tally().missing();
                        prepared.missing.write(date, answers);
                    }
                    Question::Stranger => prepared.wrong_token.write(date, answers),
                }
            }
            if turn.is_crooked {
                prepared.crooked.write(date, answers);
            }
            next = turn.until;
            turn.answers = start..answers.len();
        }
    }

    /// Callers with their answers, in the order in which they were read.
    pub(super) fn turns(&mut self) -> impl Iterator<Item = (usize, &[u8], End)> {
        let answers = &self.answers;
        self.turns.drain(..).map(|turn| (turn.visit, &answers[turn.answers], turn.end))
    }

    /// Forgets everything: there were secrets in it.
    pub(super) fn forget(&mut self) {
        self.sent[..self.used].fill(0);
        self.used = 0;
        self.questions.clear();
        self.turns.clear();
        self.answers.clear();
    }

    /// Has the memory that verdicts will wait for brought nearer, for all questions at once.
    fn fetch(&self, index: &Index) {
        if self.questions.len() < 2 {
            return;
        }
        let all = || self.questions.iter().filter_map(Question::credentials);
        all().for_each(|credentials| index.fetch_place(credentials));
        all().for_each(|credentials| index.fetch_record(credentials));
    }
}

impl Question {
    const fn credentials(&self) -> Option<&Credentials> {
        match self {
            Question::Verdict { read: Ok(credentials), .. } => Some(credentials),
            Question::Verdict { .. } | Question::Missing | Question::Stranger => None,
        }
    }
}

/// What a head asks. Places in `sent` are kept, not copies.
fn question(head: &Head<'_>, gateway: IpAddr, service: &GatewayService, sent: &[u8]) -> Question {
    if !service.is_trusted(head.token) {
        return Question::Stranger;
    }
    let read = match head.authorization {
        Authorization::Missing | Authorization::One(b"") => return Question::Missing,
        Authorization::One(only) => Credentials::from_basic(only),
        Authorization::Several { first } => Err(Malformed::two_headers(first)),
    };
    let caller = service.caller_stated(head.stated, gateway);
    let place = |part: &[u8]| {
        let start = part.as_ptr() as usize - sent.as_ptr() as usize;
        start..start + part.len()
    };
    let ask = asked(head.mode, caller);
    Question::Verdict { read, ask, from: caller.address, agent: head.agent.map(place) }
}
