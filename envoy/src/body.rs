//! The body of an answer: one message in one frame and the trailers that gRPC ends with, or nothing.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Bytes, Frame};

use crate::status;

/// What is still to be sent.
#[derive(Debug)]
pub(crate) enum Body {
    Message(Bytes),
    Trailers,
    Done,
}

impl Body {
    /// A message, length and all.
    pub(crate) const fn message(framed: Bytes) -> Self {
        Body::Message(framed)
    }

    /// The status stood in the head.
    pub(crate) const fn empty() -> Self {
        Body::Done
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let (frame, rest) = match std::mem::replace(&mut *self, Body::Done) {
            Body::Message(framed) => (Frame::data(framed), Body::Trailers),
            Body::Trailers => (Frame::trailers(status::done()), Body::Done),
            Body::Done => return Poll::Ready(None),
        };
        *self = rest;
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Done)
    }
}
