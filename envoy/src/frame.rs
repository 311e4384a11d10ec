//! One gRPC message out of the body of a request: a flag, a length, and that many bytes.
//!
//! As a rule all of it is there at the first look, in one piece, and is answered where it lies. Only a question that comes
//! in pieces is put together, and only a question that has to be waited for gets a timer.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body as _, Bytes, Incoming};
use tokio::time::Sleep;

use crate::status::Status;

/// The largest question.
pub(crate) const QUESTION_MAX: usize = 16 * 1024;
/// What stands before a message: whether it is compressed, and its length in four bytes.
pub(crate) const PREFIX: usize = 5;
/// How long a question may take to arrive.
const QUESTION_WITHIN: Duration = Duration::from_secs(10);

/// A question that is arriving.
pub(crate) struct Arriving {
    body: Incoming,
    /// The only piece so far.
    piece: Bytes,
    /// All pieces so far, once there are several.
    pieces: Vec<u8>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Arriving {
    pub(crate) const fn new(body: Incoming) -> Self {
        Self { body, piece: Bytes::new(), pieces: Vec::new(), deadline: None }
    }

    /// The message without its prefix.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Status>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(piece) = frame.into_data() else { continue };
                    if let Some(whole) = self.add(piece).transpose() {
                        return Poll::Ready(whole);
                    }
                }
                // The caller ended too early, or has gone.
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(Err(Status::NotACheck)),
                Poll::Pending => return self.wait(cx),
            }
        }
    }

    fn add(&mut self, piece: Bytes) -> Result<Option<Bytes>, Status> {
        if self.piece.is_empty() {
            self.piece = piece;
        } else {
            if self.pieces.is_empty() {
                self.pieces.extend_from_slice(&self.piece);
            }
            self.pieces.extend_from_slice(&piece);
        }
        let got = if self.pieces.is_empty() { &self.piece[..] } else { &self.pieces[..] };
        Ok(match message_length(got)? {
            Some(length) if got.len() == PREFIX + length => Some(if self.pieces.is_empty() {
                self.piece.split_off(PREFIX)
            } else {
                Bytes::copy_from_slice(&self.pieces[PREFIX..])
            }),
            _ => None,
        })
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Status>> {
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(QUESTION_WITHIN)));
        deadline.as_mut().poll(cx).map(|()| Err(Status::TooSlow))
    }
}

/// The length of the message that begins here; `None` while even that has not arrived.
fn message_length(got: &[u8]) -> Result<Option<usize>, Status> {
    let Some(([compressed, length @ ..], rest)) = got.split_first_chunk::<PREFIX>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*length) as usize;
    match compressed {
        0 if QUESTION_MAX < length => Err(Status::TooLarge),
        // A Check is one question; what follows it belongs to nobody.
        0 if length < rest.len() => Err(Status::NotACheck),
        0 => Ok(Some(length)),
        1 => Err(Status::Compressed),
        _ => Err(Status::NotACheck),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_as_long_as_it_says_and_no_longer_than_is_read() {
        for (got, said) in [
            (&[0, 0, 0, 0][..], Ok(None)),
            (&[0, 0, 0, 0, 0], Ok(Some(0))),
            (&[0, 0, 0, 0, 2, 1], Ok(Some(2))),
            (&[0, 0, 0, 0, 2, 1, 2], Ok(Some(2))),
            (&[0, 0, 0, 0, 2, 1, 2, 3], Err(Status::NotACheck)),
            (&[0, 0, 0, 0x40, 0], Ok(Some(QUESTION_MAX))),
            (&[0, 0, 0, 0x40, 1], Err(Status::TooLarge)),
            (&[0, 0xff, 0xff, 0xff, 0xff], Err(Status::TooLarge)),
            (&[1, 0, 0, 0, 0], Err(Status::Compressed)),
            (&[2, 0, 0, 0, 0], Err(Status::NotACheck)),
        ] {
            assert_eq!(message_length(got), said, "{got:x?}");
        }
    }
}
