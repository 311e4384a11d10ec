//! Spans of requests, sent to an OpenTelemetry collector over HTTP in batches, from a thread of their own.
//!
//! `OTEL_EXPORTER_OTLP_ENDPOINT` names the collector; without it nothing is collected. A span says which route was asked,
//! how long it took and with what status; never what was asked.

use std::time::Duration;

use bytes::Bytes;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// What names the collector.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// The longest that a batch may take.
const WITHIN: Duration = Duration::from_secs(10);
/// The largest answer of a collector that is read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Spans on their way.
pub struct Spans(SdkTracerProvider);

/// What collects the spans of requests, if a collector is named.
pub fn layer<S>() -> Option<(impl Layer<S>, Spans)>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
{
    std::env::var_os(ENDPOINT).filter(|endpoint| !endpoint.is_empty())?;
    let config = ureq::Agent::config_builder().timeout_global(Some(WITHIN)).http_status_as_error(false);
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client(config.build().into()))
        .with_protocol(Protocol::HttpBinary)
        .build();
    let exporter = match exporter {
        Ok(exporter) => exporter,
        Err(error) => {
            eprintln!("{ENDPOINT}: spans are not sent: {error}");
            return None;
        }
    };
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("keystead").build())
        .build();
    // Other spans may say more than a stranger's collector should hear.
    let requests = Targets::new().with_target(server::traced::TARGET, tracing::Level::DEBUG);
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("keystead"));
    Some((layer.with_filter(requests), Spans(provider)))
}

impl Spans {
    /// Sends what has not been sent.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown() {
            eprintln!("The last spans were not sent: {error}");
        }
    }
}

/// The HTTP client that letters go with. It waits in the thread that sends spans, which has nothing else to do.
#[derive(Debug)]
struct Client(ureq::Agent);

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let answer = self.0.run(http::Request::from_parts(head, body.to_vec()))?;
        let (head, mut body) = answer.into_parts();
        let body = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(http::Response::from_parts(head, body.into()))
    }
}
