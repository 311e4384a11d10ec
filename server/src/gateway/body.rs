//! Bodies: answers are whole and short, questions are short or refused.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};

/// The body of an answer: one piece, known beforehand.
pub(super) type Body = Full<Bytes>;

/// The largest question.
const QUESTION_MAX: usize = 16 * 1024;
/// How long it may take to arrive.
const QUESTION_WITHIN: Duration = Duration::from_secs(10);

/// Why a question was not read.
pub(super) enum Unread {
    TooLarge,
    TooSlow,
    /// The caller went away or sent broken chunks.
    Broken,
}

/// Reads a question.
pub(super) async fn read(body: Incoming) -> Result<Bytes, Unread> {
    if body.size_hint().lower() > QUESTION_MAX as u64 {
        return Err(Unread::TooLarge);
    }
    match tokio::time::timeout(QUESTION_WITHIN, Limited::new(body, QUESTION_MAX).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(failure)) if failure.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Ok(Err(_)) => Err(Unread::Broken),
        Err(_) => Err(Unread::TooSlow),
    }
}
