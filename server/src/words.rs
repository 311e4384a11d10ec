//! The catalogue: every text that people read, by id, in the reader's language and the brand's words.
//!
//! Texts are Fluent files in `server/words`, inside the binary. English is complete; another language lies on top of it, and on
//! top of each language whatever a brand says in its own words. So a text that is missing somewhere is read in the next best
//! form, and a text that exists nowhere is a failed test, never a hole in a page.

mod files;
pub(crate) mod own;
mod saying;
mod shape;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use domain::{BrandId, Language};
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use unic_langid::LanguageIdentifier;

pub use own::OwnWords;
pub(crate) use saying::Escaped;
pub use saying::{Fact, Saying, Shown};

use crate::config::Brand;

/// All texts of all brands in all their languages; cheap to clone.
#[derive(Clone, Debug)]
pub struct Catalogue(Arc<Shelves>);

#[derive(Debug)]
struct Shelves {
    /// In the order of the brand's own list of languages.
    brands: Vec<(BrandId, Vec<Words>)>,
    unbranded: Words,
}

impl Catalogue {
    /// The catalogue of these brands.
    pub fn new(brands: &[Brand]) -> Self {
        let texts = Texts::embedded();
        let of_brand = |brand: &Brand| {
            let words = brand.languages.iter().map(|&language| texts.spoken(language, Some(brand)));
            (brand.rules.id.clone(), words.collect())
        };
        Self(Arc::new(Shelves {
            brands: brands.iter().map(of_brand).collect(),
            unbranded: texts.spoken(Language::English, None),
        }))
    }

    /// A brand's words in a language; where the brand does not offer it, in the brand's first.
    pub fn words(&self, brand: &BrandId, language: Option<Language>) -> Words {
        let offered = self.offered(brand);
        let wanted = offered.iter().find(|words| Some(words.language()) == language);
        wanted.or(offered.first()).unwrap_or(&self.0.unbranded).clone()
    }

    /// What a brand offers to choose from, its own first language first.
    pub fn offered(&self, brand: &BrandId) -> &[Words] {
        self.0.brands.iter().find(|(id, _)| id == brand).map_or(&[], |(_, words)| words)
    }

    /// For pages that belong to no brand: English, in nobody's name.
    pub fn unbranded(&self) -> Words {
        self.0.unbranded.clone()
    }
}

/// All texts in one language, in one brand's words; cheap to clone.
#[derive(Clone)]
pub struct Words(Arc<Spoken>);

struct Spoken {
    language: Language,
    texts: FluentBundle<Arc<FluentResource>>,
}

impl Words {
    /// The language.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// A text of the catalogue; what it speaks of is added with [`Saying::with`].
    pub fn say<'a>(&'a self, id: &'a str) -> Saying<'a> {
        Saying::new(self, id)
    }

    fn texts(&self) -> &FluentBundle<Arc<FluentResource>> {
        &self.0.texts
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.0.language.as_str()).finish()
    }
}

/// The id of a text that is said elsewhere. It marks the literal, so that the walk over all sources knows of it.
pub const fn named(id: &'static str) -> &'static str {
    id
}

/// The parsed files of the binary.
struct Texts(Vec<(Language, Vec<Arc<FluentResource>>)>);

impl Texts {
    fn embedded() -> Self {
        Self(Language::ALL.map(|language| (language, parsed(language))).into())
    }

    /// English, then the language, each followed by what the brand says instead.
    fn spoken(&self, language: Language, brand: Option<&Brand>) -> Words {
        let mut texts = FluentBundle::new_concurrent(vec![tag(language)]);
        // The marks that isolate directions would be read as part of keys and codes.
        texts.set_use_isolating(false);
        for (_, files) in self.0.iter().filter(|(one, _)| *one == Language::English) {
            files.iter().for_each(|file| texts.add_resource_overriding(file.clone()));
        }
        if let Some(brand) = brand {
            texts.add_resource_overriding(read(names(brand)));
            add_own(&mut texts, brand, Language::English);
        }
        if language != Language::English {
            for (_, files) in self.0.iter().filter(|(one, _)| *one == language) {
                files.iter().for_each(|file| texts.add_resource_overriding(file.clone()));
            }
            if let Some(brand) = brand {
                add_own(&mut texts, brand, language);
            }
        }
        Words(Arc::new(Spoken { language, texts }))
    }
}

fn add_own(texts: &mut FluentBundle<Arc<FluentResource>>, brand: &Brand, language: Language) {
    if let Some(text) = brand.words.in_language(language) {
        texts.add_resource_overriding(read(text.to_owned()));
    }
}

fn parsed(language: Language) -> Vec<Arc<FluentResource>> {
    files::of(language).map(|(_, text)| read(text.to_owned())).collect()
}

/// A file's texts. What cannot be read is left out: a test reads every file of the binary, the configuration every file of a brand.
fn read(text: String) -> Arc<FluentResource> {
    Arc::new(FluentResource::try_new(text).unwrap_or_else(|(readable, _)| readable))
}

fn tag(language: Language) -> LanguageIdentifier {
    language.as_str().parse().expect("each language is named by a BCP 47 tag")
}

/// The brand's names as terms, so that every text can speak of them.
fn names(brand: &Brand) -> String {
    let literal = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"");
    let deactivate = &brand.deactivate_word;
    format!(
        "-brand-name = {{ \"{}\" }}\n-dashboard-name = {{ \"{}\" }}\n-deactivate = {deactivate}\n-Deactivate = {}\n",
        literal(&brand.name),
        literal(&brand.dashboard_name),
        capitalised(deactivate),
    )
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}
