//! Answers to come: the service's own, or the layer's, which is there already.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

use super::body::AnswerBody;

pin_project! {
    /// The answer to come of a service behind a layer, or of the layer itself.
    #[derive(Debug)]
    pub struct Answering<F> {
        #[pin]
        kind: Kind<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProjection]
    enum Kind<F> {
        Service {
            #[pin]
            future: F,
        },
        Layer {
            answer: Option<Response<AnswerBody<Infallible>>>,
        },
    }
}

impl<F> Answering<F> {
    pub(super) const fn of_service(future: F) -> Self {
        Self { kind: Kind::Service { future } }
    }

    pub(super) const fn of_layer(answer: Response<AnswerBody<Infallible>>) -> Self {
        Self { kind: Kind::Layer { answer: Some(answer) } }
    }
}

impl<F, R, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<AnswerBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match self.project().kind.project() {
            KindProjection::Service { future } => {
                ready!(future.poll(cx)).map(|answer| answer.map(AnswerBody::of_service))
            }
            KindProjection::Layer { answer } => {
                let answer = answer.take().expect("a future is not asked again after it has answered");
                Ok(answer.map(AnswerBody::of_layer))
            }
        })
    }
}
