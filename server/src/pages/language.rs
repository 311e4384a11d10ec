//! The form that chooses the language of the pages, on the profile and below the login.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::words::{Saying, Words};

/// A choice of languages. In a template `{{ form }}` becomes the form.
#[derive(Clone, Debug, Template)]
#[template(path = "language.html")]
pub struct LanguageForm {
    words: Words,
    action: String,
    offered: Vec<Offered>,
}

/// One language to choose.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Its BCP 47 tag.
    pub tag: &'static str,
    /// What its own readers call it.
    pub name: &'static str,
    /// Whether the page is in it.
    pub is_read: bool,
}

// The template of the form escapes what stands in it.
impl HtmlSafe for LanguageForm {}

impl LanguageForm {
    /// A form that is sent to an address of this site.
    pub fn new(words: Words, action: String, offered: Vec<Offered>) -> LanguageForm {
        LanguageForm { words, action, offered }
    }

    fn say<'a>(&'a self, id: &'a str) -> Saying<'a> {
        self.words.say(id)
    }
}

#[cfg(test)]
pub(crate) fn sample(look: &super::brand::BrandLook, action: &str) -> LanguageForm {
    let own = look.words.language();
    let offered = domain::Language::ALL.map(|language| Offered {
        tag: language.as_str(),
        name: language.own_name(),
        is_read: language == own,
    });
    LanguageForm::new(look.words.clone(), action.to_owned(), offered.into())
}
