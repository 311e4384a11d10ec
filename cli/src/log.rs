//! Where the log goes; and, with the feature `otel`, where spans of requests go.

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// How lines look.
#[derive(Clone, Copy)]
pub enum Lines {
    /// For machines: one JSON object each.
    Json,
    /// For people.
    Plain,
}

/// What must stay until the process ends, so that the last spans are sent.
pub struct Log {
    #[cfg(feature = "otel")]
    spans: Option<crate::spans::Spans>,
}

/// Logs to stderr from now on; `RUST_LOG` chooses how much, and `default` does where it says nothing.
pub fn start(lines: Lines, default: &str) -> Log {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let printed = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let printed = match lines {
        Lines::Json => printed.json().with_filter(filter).boxed(),
        Lines::Plain => printed.with_filter(filter).boxed(),
    };
    #[cfg(feature = "otel")]
    {
        let (layer, spans) = crate::spans::layer().unzip();
        tracing_subscriber::registry().with(layer).with(printed).init();
        Log { spans }
    }
    #[cfg(not(feature = "otel"))]
    {
        tracing_subscriber::registry().with(printed).init();
        Log {}
    }
}

impl Log {
    /// Sends what has not been sent.
    pub fn end(self) {
        #[cfg(feature = "otel")]
        if let Some(spans) = self.spans {
            spans.end();
        }
    }
}
