//! `POST /v1/verify`: one pair or up to a hundred, with the reason of each refusal. For trusted callers that
//! speak JSON.

use domain::Mode;
use hyper::Response;
use verify::{Credentials, Source, Verdict};
use wire::gateway::{VERIFY_MAX, VerifyAnswer, VerifyRequest};
use zeroize::Zeroizing;

use super::answer::json;
use super::body::Body;
use super::caller::Caller;
use super::desk::{Desk, asked};
use super::tally::Tally;
use super::whoami::told;

/// Answers a question that has been read.
pub(super) fn verify_call(
    desk: &Desk,
    question: &[u8],
    caller: Caller,
    source: Source<'_>,
    tally: &Tally,
) -> Response<Body> {
    let is_array = question.trim_ascii_start().first() == Some(&b'[');
    let questions = if is_array {
        serde_json::from_slice::<Vec<VerifyRequest>>(question)
    } else {
        serde_json::from_slice::<VerifyRequest>(question).map(|one| vec![one])
    };
    let questions = match questions {
        Ok(questions) if VERIFY_MAX < questions.len() => {
            return desk.answers().bad_request(&format!(
                "The array has {} elements; ask about at most {VERIFY_MAX} keys at a time.",
                questions.len()
            ));
        }
        Ok(questions) => questions,
        Err(wrong) => return desk.answers().bad_request(&sentence(&wrong)),
    };

    let mut told = Vec::with_capacity(questions.len());
    for request in questions {
        // Some good and one unknown is still "cannot say": half an array would be read as a whole one.
        match answer(desk, request, caller, source, tally) {
            Some(answer) => told.push(answer),
            None => return desk.answers().silent(),
        }
    }
    match (is_array, told.first()) {
        (false, Some(only)) => json(only),
        _ => json(&told),
    }
}

fn answer(
    desk: &Desk,
    request: VerifyRequest,
    caller: Caller,
    source: Source<'_>,
    tally: &Tally,
) -> Option<VerifyAnswer> {
    let secret = Zeroizing::new(request.key_secret.into_inner());
    let read = Credentials::new(&request.key_id, &secret);
    let mode = request.mode.map(|mode| match mode {
        wire::gateway::Mode::Test => Mode::Test,
        wire::gateway::Mode::Live => Mode::Live,
    });
    match desk.verdict(&read, &asked(mode, caller), desk.moment(), || source, tally) {
        Verdict::Granted(identity) => {
            Some(VerifyAnswer::Granted { granted: true, identity: told(desk, &identity) })
        }
        Verdict::Refused { reason, .. } => {
            Some(VerifyAnswer::Refused { granted: false, code: reason.code().to_owned(), retry_after: None })
        }
        Verdict::Limited { exceeded, .. } => {
            let (code, retry_after) = (exceeded.reason().code().to_owned(), exceeded.retry_after_s);
            Some(VerifyAnswer::Refused { granted: false, code, retry_after })
        }
        Verdict::CannotSay(_) => None,
    }
}

/// What is wrong with the JSON. Names fields and places; a value that was sent is never repeated, it may be a
/// secret.
fn sentence(wrong: &serde_json::Error) -> String {
    let shape = "{\"key_id\", \"key_secret\", \"mode\"?} or an array of them";
    let place = format!("line {} column {}", wrong.line(), wrong.column());
    let text = wrong.to_string();
    if wrong.classify() == serde_json::error::Category::Data {
        let known = ["unknown field", "missing field", "duplicate field"];
        if known.iter().any(|start| text.starts_with(start)) {
            return format!("{text}. Send {shape}.");
        }
        return format!(
            "A value at {place} has the wrong type or is not one of those allowed. Send {shape}."
        );
    }
    format!("The body is not valid JSON at {place}. Send {shape}.")
}
