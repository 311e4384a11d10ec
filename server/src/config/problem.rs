//! What is wrong with a configuration: where, what, and what to write instead. Always all of it at once.

use std::fmt;

/// One thing to mend in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file and line, the environment variable, or the flag.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// What to write instead.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.place, self.what, self.hint)
    }
}

/// A configuration that cannot be used, with every problem that was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Never empty; in the order of reading: sources first, then settings, then brands.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => write!(f, "the configuration has a problem")?,
            many => write!(f, "the configuration has {many} problems")?,
        }
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Where problems gather while reading goes on.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, place: impl Into<String>, what: impl Into<String>, hint: impl Into<String>) {
        self.0.push(Problem { place: place.into(), what: what.into(), hint: hint.into() });
    }

    pub(super) fn none_or_error(&mut self) -> Result<(), ConfigError> {
        let problems = std::mem::take(&mut self.0);
        if problems.is_empty() { Ok(()) } else { Err(ConfigError { problems }) }
    }
}
