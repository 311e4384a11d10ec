//! Shelves: where texts come from. A text's name is its path: `api/glossary.md`, `partials/generate_api-key.md`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Gives texts by name and says which pictures there are.
pub trait Shelf {
    /// The text of a file, if it is there.
    fn text(&self, file: &str) -> Option<Cow<'_, str>>;

    /// Whether a picture is there: `assets/images/settings.jpg`.
    fn has_picture(&self, file: &str) -> bool;

    /// The files of all pages; partials are none.
    fn pages(&self) -> Vec<String>;
}

/// The folder of partials.
pub(crate) const PARTIALS: &str = "partials/";

/// Whether a path names a file inside a shelf: plain words between slashes, so that nothing leads out of it.
pub fn is_file_name(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain);
    path.len() <= 200 && path.split('/').all(part)
}

/// A shelf in memory.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    files: BTreeMap<String, String>,
    pictures: BTreeSet<String>,
}

impl Texts {
    /// With one more text, in place of another of that name.
    pub fn with(mut self, file: &str, text: impl Into<String>) -> Texts {
        self.put(file, text.into());
        self
    }

    /// With one more picture.
    pub fn with_picture(mut self, file: &str) -> Texts {
        self.pictures.insert(file.to_owned());
        self
    }

    /// Adds a text, in place of another of that name.
    pub fn put(&mut self, file: &str, text: String) {
        self.files.insert(file.to_owned(), text);
    }

    /// Adds the name of a picture.
    pub fn put_picture(&mut self, file: &str) {
        self.pictures.insert(file.to_owned());
    }
}

impl Shelf for Texts {
    fn text(&self, file: &str) -> Option<Cow<'_, str>> {
        self.files.get(file).map(|text| Cow::Borrowed(text.as_str()))
    }

    fn has_picture(&self, file: &str) -> bool {
        self.pictures.contains(file)
    }

    fn pages(&self) -> Vec<String> {
        let is_page = |file: &&String| file.ends_with(".md") && !file.starts_with(PARTIALS);
        self.files.keys().filter(is_page).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_a_shelf() {
        for good in ["generate_api-key", "payments/dashboard/faqs", "assets/images/settings-4.jpg"] {
            assert!(is_file_name(good), "{good}");
        }
        for bad in
            ["", "/etc/passwd", "../secret", "a/../b", "a//b", "a/", ".hidden", "a b", "a\\b", "a\0b", "é"]
        {
            assert!(!is_file_name(bad), "{bad}");
        }
    }
}
