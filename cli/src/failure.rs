//! How a command fails: one sentence, what to do, and an exit status.

use std::error::Error;
use std::process::ExitCode;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    status: u8,
}

impl Failure {
    /// The command was understood but could not be done.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, status: 1 }
    }

    /// The command cannot mean what was typed.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, status: 2 }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Prints itself and returns the exit status.
    pub fn report(self) -> ExitCode {
        eprintln!("error: {}", self.message);
        if let Some(hint) = self.hint {
            eprintln!("hint: {hint}");
        }
        ExitCode::from(self.status)
    }
}

impl<E: Error> From<E> for Failure {
    /// The whole chain of causes, each once.
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let inner_message = inner.to_string();
            if !message.contains(&inner_message) {
                message = format!("{message}: {inner_message}");
            }
            cause = inner.source();
        }
        Self::new(message)
    }
}
