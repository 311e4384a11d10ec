//! Where a review stands, as pages show it: the parts that Business website details, account activation and the list of
//! what live mode asks for have in common.

use askama::Template;
use askama::filters::HtmlSafe;

use super::layout::{Frame, Link};
use super::moment::Moment;
use crate::words::Words;

/// Where a review stands.
#[derive(Clone, Debug)]
pub enum Standing {
    /// Nothing has been told yet.
    Nothing,
    /// It is being looked at.
    Waiting {
        /// Since when.
        since: Moment,
    },
    /// It was found good.
    Good {
        /// When.
        at: Moment,
    },
    /// It was returned.
    Returned {
        /// When.
        at: Moment,
        /// What has to be mended, in the reviewer's words.
        reason: String,
    },
}

impl Standing {
    /// Whether it was found good.
    pub fn is_good(&self) -> bool {
        matches!(self, Standing::Good { .. })
    }
}

/// What live mode asks for. In a template `{{ gate }}` becomes the list.
#[derive(Clone, Debug, Template)]
#[template(path = "live_gate.html")]
pub struct LiveGate {
    words: Words,
    /// The parts, each done or not.
    pub steps: Vec<GateStep>,
    /// Whether the reader may see to what is missing.
    pub may_submit: bool,
}

// The template of the list escapes what stands in it.
impl HtmlSafe for LiveGate {}

/// One thing that live mode asks for.
#[derive(Clone, Debug)]
pub struct GateStep {
    /// Whether nothing is left to do.
    pub done: bool,
    /// What it is.
    title: String,
    /// Where it stands: HTML of the catalogue, with what it speaks of escaped.
    sentence: String,
    /// Where to see to it.
    link: Option<Link>,
}

impl LiveGate {
    /// The list for an account whose brand asks for `activation` and `website`: each as it stands, or not at all.
    pub fn new(
        words: &Words,
        mode: &str,
        activation: Option<Standing>,
        website: Option<Standing>,
        may_submit: bool,
    ) -> LiveGate {
        let activation = activation.map(|standing| {
            let (sentence, link) = match &standing {
                Standing::Good { .. } => (words.say("gate-activation-done"), None),
                Standing::Nothing => {
                    (words.say("gate-activation-open"), Some(words.say("gate-activation-enter")))
                }
                Standing::Waiting { since } => (
                    words.say("gate-activation-waiting").with("since", since),
                    Some(words.say("gate-activation-see")),
                ),
                Standing::Returned { at, reason } => (
                    words.say("gate-activation-returned").with("at", at).with("reason", reason),
                    Some(words.say("gate-activation-mend")),
                ),
            };
            GateStep {
                done: standing.is_good(),
                title: words.say("gate-activation").text(),
                sentence: sentence.to_string(),
                link: link.map(|link| Link::new(format!("/{mode}/activation"), link.text())),
            }
        });
        let website = website.map(|standing| {
            let (sentence, link) = match &standing {
                Standing::Good { .. } => (words.say("gate-website-done"), None),
                Standing::Nothing => (words.say("gate-website-open"), Some(words.say("gate-website-enter"))),
                Standing::Waiting { since } => (
                    words.say("gate-website-waiting").with("since", since),
                    Some(words.say("gate-website-see")),
                ),
                Standing::Returned { at, reason } => (
                    words.say("gate-website-returned").with("at", at).with("reason", reason),
                    Some(words.say("gate-website-mend")),
                ),
            };
            GateStep {
                done: standing.is_good(),
                title: words.say("gate-website").text(),
                sentence: sentence.to_string(),
                link: link.map(|link| Link::new(format!("/{mode}/website"), link.text())),
            }
        });
        let steps = activation.into_iter().chain(website).collect();
        LiveGate { words: words.clone(), steps, may_submit }
    }

    /// How many things are left to do.
    pub fn left(&self) -> usize {
        self.steps.iter().filter(|step| !step.done).count()
    }
}

/// What a form says about one of its fields: which one, and what to give instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// What to give instead.
    pub words: String,
}

/// A text field of a form. In a template `{{ field }}` becomes label, input, hint and what is wrong with it.
#[derive(Clone, Debug, Template)]
#[template(path = "text_field.html")]
pub struct TextField {
    /// Names it in the form.
    pub name: &'static str,
    /// Names it on the page, where other forms may have a field of the same name.
    pub id: String,
    /// What stands above it.
    pub label: String,
    /// What stands below it; empty for nothing.
    pub hint: String,
    /// What is in it.
    pub value: String,
    /// Characters at most.
    pub most: usize,
    /// Whether browsers ask for it.
    pub required: bool,
    /// `text`, `url`, `password`, …; `lines` is a field of several lines.
    pub kind: &'static str,
    /// What is wrong with it.
    pub error: Option<String>,
}

// The template of the field escapes what stands in it.
impl HtmlSafe for TextField {}

impl TextField {
    /// A field that has to be filled in.
    pub fn new(name: &'static str, label: impl Into<String>, value: impl Into<String>) -> TextField {
        TextField {
            name,
            id: name.to_owned(),
            label: label.into(),
            hint: String::new(),
            value: value.into(),
            most: 200,
            required: true,
            kind: "text",
            error: None,
        }
    }

    /// The same with a hint.
    pub fn hint(self, hint: impl Into<String>) -> TextField {
        TextField { hint: hint.into(), ..self }
    }

    /// The same under another name on the page.
    pub fn called(self, id: impl Into<String>) -> TextField {
        TextField { id: id.into(), ..self }
    }

    /// The same for an address of the web.
    pub fn address(self) -> TextField {
        TextField { kind: "url", most: 512, ..self }
    }

    /// The same, which may be left empty.
    pub fn optional(self) -> TextField {
        TextField { required: false, ..self }
    }

    /// The same with what is wrong, if it is this field that is wrong.
    pub fn checked(self, error: Option<&FieldError>) -> TextField {
        let error = error.filter(|error| error.field == self.name).map(|error| error.words.clone());
        TextField { error, ..self }
    }

    /// The ids of what describes the input.
    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let error = self.error.is_some().then(|| format!("{}-error", self.id));
        error.into_iter().chain(hint).collect::<Vec<_>>().join(" ")
    }
}

/// Who can be asked when a review takes long, as a sentence of the page.
pub(super) fn takes_longer(frame: &Frame) -> String {
    match &frame.brand.support {
        Some(support) => {
            let link = Link::new(support.href.clone(), frame.say("review-longer-link").text());
            frame.say("review-longer").with("support", link).to_string()
        }
        None => frame.say("review-longer-nobody").to_string(),
    }
}
