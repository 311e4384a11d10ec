//! `POST /v1/verify`: one pair or up to a hundred, with the reason of each refusal. For trusted callers that
//! speak JSON.

use domain::{Mode, Network};
use hyper::Response;
use verify::{Ask, Credentials, Source, Verdict};
use wire::gateway::{VERIFY_MAX, VerifyAnswer, VerifyRequest};
use zeroize::Zeroizing;

use super::answer::json;
use super::body::Body;
use super::desk::Desk;
use super::tally::Tally;
use super::whoami::told;

/// Answers a question that has been read.
pub(super) fn verify_call(desk: &Desk, question: &[u8], source: Source<'_>, tally: &Tally) -> Response<Body> {
    let is_array = question.trim_ascii_start().first() == Some(&b'[');
    let asked = if is_array {
        serde_json::from_slice::<Vec<VerifyRequest>>(question)
    } else {
        serde_json::from_slice::<VerifyRequest>(question).map(|one| vec![one])
    };
    let asked = match asked {
        Ok(asked) if VERIFY_MAX < asked.len() => {
            return desk.answers().bad_request(&format!(
                "The array has {} elements; ask about at most {VERIFY_MAX} keys at a time.",
                asked.len()
            ));
        }
        Ok(asked) => asked,
        Err(wrong) => return desk.answers().bad_request(&sentence(&wrong)),
    };

    let mut told = Vec::with_capacity(asked.len());
    for request in asked {
        // Some good and one unknown is still "cannot say": half an array would be read as a whole one.
        match answer(desk, request, source, tally) {
            Some(answer) => told.push(answer),
            None => return desk.answers().silent(),
        }
    }
    match (is_array, told.first()) {
        (false, Some(only)) => json(only),
        _ => json(&told),
    }
}

fn answer(desk: &Desk, request: VerifyRequest, source: Source<'_>, tally: &Tally) -> Option<VerifyAnswer> {
    let secret = Zeroizing::new(request.key_secret.into_inner());
    let read = Credentials::new(&request.key_id, &secret);
    let mode = request.mode.map(|mode| match mode {
        wire::gateway::Mode::Test => Mode::Test,
        wire::gateway::Mode::Live => Mode::Live,
    });
    let ask = Ask { mode, from: source.address.and_then(Network::of) };
    match desk.verdict(&read, &ask, desk.moment(), || source, tally) {
        Verdict::Granted(identity) => {
            Some(VerifyAnswer::Granted { granted: true, identity: told(desk, &identity) })
        }
        Verdict::Refused { reason, .. } => {
            Some(VerifyAnswer::Refused { granted: false, code: reason.code().to_owned() })
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
