//! The trace: what happened, line by line, and one number for all of it. The same seed writes the same trace.

use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use crate::turns::Moment;

/// What happened so far.
pub struct Trace(Mutex<Inner>);

struct Inner {
    digest: Sha256,
    lines: Option<Vec<String>>,
    count: u64,
}

impl Trace {
    /// A trace whose lines are kept, or only counted and summed up.
    pub fn new(kept: bool) -> Self {
        Self(Mutex::new(Inner { digest: Sha256::new(), lines: kept.then(Vec::new), count: 0 }))
    }

    /// Writes a line.
    pub fn line(&self, at: Moment, line: std::fmt::Arguments<'_>) {
        let text = format!("{:>3}.{:03} {line}", at / 1_000, at % 1_000);
        let mut inner = self.0.lock();
        inner.digest.update(text.as_bytes());
        inner.digest.update(b"\n");
        inner.count += 1;
        if let Some(lines) = &mut inner.lines {
            lines.push(text);
        }
    }

    /// The first eight bytes of the digest of all lines.
    pub fn sum(&self) -> u64 {
        let digest = self.0.lock().digest.clone().finalize();
        u64::from_be_bytes(*digest.first_chunk().expect("a digest is longer than eight bytes"))
    }

    /// How many lines there are.
    pub fn count(&self) -> u64 {
        self.0.lock().count
    }

    /// The lines, if they were kept.
    pub fn take(&self) -> Vec<String> {
        self.0.lock().lines.take().unwrap_or_default()
    }
}
