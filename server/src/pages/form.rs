//! The parts that forms share: hidden fields, a step that somebody is at, a form that is only a button.

use askama::Template;
use askama::filters::HtmlSafe;

/// Values that a form carries along. In a template `{{ hidden }}` becomes the inputs.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "hidden.html")]
pub struct Hidden {
    fields: Vec<(&'static str, String)>,
}

// The template of the inputs escapes what stands in them.
impl HtmlSafe for Hidden {}

impl Hidden {
    /// Nothing to carry.
    pub fn none() -> Hidden {
        Hidden::default()
    }

    /// One more value.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Hidden {
        self.fields.push((name, value.into()));
        self
    }
}

/// A form that shows nothing but its button.
#[derive(Clone, Debug)]
pub struct Press {
    /// Where it is sent.
    pub action: String,
    /// What it carries.
    pub hidden: Hidden,
}

/// One step of several, as shown above a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the step is.
    pub words: &'static str,
    /// It is behind us.
    pub done: bool,
    /// We are at it.
    pub now: bool,
}

/// Steps of which the one at index `now` is the present one.
pub fn steps(words: &[&'static str], now: usize) -> Vec<Step> {
    words.iter().enumerate().map(|(at, &words)| Step { words, done: at < now, now: at == now }).collect()
}
