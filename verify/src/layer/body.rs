//! Bodies: the service's own, or a few bytes of the layer's.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// A body of the service behind a layer, or of the layer itself.
    #[derive(Debug)]
    pub struct AnswerBody<R> {
        #[pin]
        kind: Kind<R>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProjection]
    enum Kind<R> {
        Service {
            #[pin]
            body: R,
        },
        Layer {
            bytes: Option<Bytes>,
        },
    }
}

impl<R> AnswerBody<R> {
    pub(super) const fn of_service(body: R) -> Self {
        Self { kind: Kind::Service { body } }
    }

    pub(super) fn of_layer(body: AnswerBody<Infallible>) -> Self {
        match body.kind {
            Kind::Layer { bytes } => Self { kind: Kind::Layer { bytes } },
            Kind::Service { body } => match body {},
        }
    }
}

impl AnswerBody<Infallible> {
    pub(super) fn bytes(bytes: Bytes) -> Self {
        Self { kind: Kind::Layer { bytes: (!bytes.is_empty()).then_some(bytes) } }
    }
}

impl<R: Body<Data = Bytes>> Body for AnswerBody<R> {
    type Data = Bytes;
    type Error = R::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, R::Error>>> {
        match self.project().kind.project() {
            KindProjection::Service { body } => body.poll_frame(cx),
            KindProjection::Layer { bytes } => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Service { body } => body.is_end_stream(),
            Kind::Layer { bytes } => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Service { body } => body.size_hint(),
            Kind::Layer { bytes } => SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64)),
        }
    }
}
