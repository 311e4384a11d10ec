//! A span for each request of the public listener, for whoever collects them: named by its route in the tables, never by
//! what was asked. TM-78

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use tracing::field::Empty;

/// What the spans belong to. Nobody sees them unless a collector asks for this.
pub const TARGET: &str = "keystead::request";

/// A layer for routes, inside the router that found them.
pub(crate) async fn traced(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let method = request.method().as_str();
    let span = tracing::debug_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    let answer = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", answer.status().as_u16());
    answer
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Arc;

    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use parking_lot::Mutex;
    use tower::ServiceExt as _;
    use tracing_subscriber::fmt::format::FmtSpan;

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_span_names_the_route_and_not_what_was_asked() {
        let page = Page::default();
        let writer = page.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::DEBUG)
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(move || writer.clone())
            .finish();
        let router = Router::new().route("/{mode}/keys/{key}", get(|| async {}));
        let router = Router::new().nest("/api", router.route_layer(from_fn(traced)));
        let request = Request::get("/api/test/keys/key_00000000000001?token=abc")
            .header("Authorization", "Bearer hush")
            .body(Body::empty())
            .expect("a request");
        let guard = tracing::subscriber::set_default(subscriber);
        router.oneshot(request).await.expect("answers");
        drop(guard);
        let page = String::from_utf8(page.0.lock().clone()).expect("text");
        assert!(page.contains(r#""otel.name":"GET /api/{mode}/keys/{key}""#), "{page}");
        assert!(page.contains(r#""http.response.status_code":200"#), "{page}");
        for asked in ["key_0000", "abc", "hush", "test/keys"] {
            assert!(!page.contains(asked), "{asked} in {page}");
        }
    }
}
