//! The parts that forms share: hidden fields, a step that somebody is at, a form that is only a button.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::words::Words;

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
    pub words: String,
    /// It is behind us.
    pub done: bool,
    /// We are at it.
    pub now: bool,
}

/// Steps, named by the ids of their texts, of which the one at index `now` is the present one.
pub fn steps(words: &Words, ids: &[&str], now: usize) -> Vec<Step> {
    let step =
        |(at, id): (usize, &&str)| Step { words: words.say(id).text(), done: at < now, now: at == now };
    ids.iter().enumerate().map(step).collect()
}
