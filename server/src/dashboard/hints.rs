//! What to give instead of a field that cannot be what was given: the domain says it in English, which programs read; people read
//! the same sentence from the catalogue, in their language.

use crate::words::{Words, named};

/// Each sentence that members can be told, and the id of its text.
const HINTS: [(&str, &str); 5] = [
    ("Give a name without invisible characters.", named("hint-name")),
    ("Enter a mobile number with its country code, such as +91 98765 43210.", named("hint-mobile")),
    (
        "Choose a password of 8 to 256 characters. Four or five words make a good one.",
        named("hint-password-length"),
    ),
    (
        "That password is one of the first that somebody would try. Choose another one; four or five words make a good one.",
        named("hint-password-common"),
    ),
    ("Two-factor authentication is off already.", named("hint-two-factor-off")),
];

/// A hint of the domain in the reader's language; one that only programs can cause stays as it is.
pub fn said(words: &Words, hint: &str) -> String {
    let found = HINTS.iter().find(|(english, _)| *english == hint);
    found.map_or_else(|| hint.to_owned(), |(_, id)| words.say(id).text())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::words::Catalogue;

    #[test]
    fn every_hint_is_the_domains_own_sentence_and_the_catalogues() {
        let words = Catalogue::new(&[]).unbranded();
        let sources = ["domain/src", "engine/src"].map(|folder| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
            let files =
                fs::read_dir(folder).expect("the crate's sources").map(|file| file.expect("a file").path());
            let files =
                files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).expect("a source"));
            files.collect::<String>()
        });
        // Long sentences stand on several lines there.
        let sources: Vec<String> =
            sources.concat().split("\\\n").map(|part| part.trim_start().to_owned()).collect();
        let sources = sources.concat();
        for (hint, id) in HINTS {
            assert_eq!(words.say(id).text(), hint);
            assert!(sources.contains(&format!("\"{hint}\"")), "nobody says any more: {hint}");
        }
    }
}
