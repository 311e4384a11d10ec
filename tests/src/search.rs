//! Searching for secrets where none may be: as they are, and in every spelling in which they might have been written down.

use std::collections::HashMap;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

/// All spellings are at least this long, so that one look into a table says whether one may begin here.
const BEGINNING: usize = 6;

/// A set of secrets to look for.
#[derive(Default)]
pub struct Search {
    spellings: HashMap<[u8; BEGINNING], Vec<Spelling>>,
    /// How many secrets are looked for.
    pub secrets: usize,
}

struct Spelling {
    what: String,
    bytes: Vec<u8>,
    /// Six digits inside a longer number are not a code.
    stands_alone: bool,
}

impl Search {
    /// Adds a secret.
    pub fn add(&mut self, what: &str, secret: &str) {
        self.secrets += 1;
        for (spelling, bytes) in spellings(secret) {
            let stands_alone = bytes.iter().all(u8::is_ascii_digit);
            let what = format!("{what} ({spelling})");
            let beginning = *bytes.first_chunk().expect("no secret is shorter than a code");
            self.spellings.entry(beginning).or_default().push(Spelling { what, bytes, stands_alone });
        }
    }

    /// What is found in `place`, one line each.
    pub fn finds(&self, place: &str, text: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, beginning) in text.windows(BEGINNING).enumerate() {
            let beginning: &[u8; BEGINNING] = beginning.try_into().expect("a window has its width");
            for spelling in self.spellings.get(beginning).into_iter().flatten() {
                if spelling.is_at(text, at) {
                    found.push(format!("{} in {place} at byte {at}", spelling.what));
                }
            }
        }
        found
    }

    /// What is found in the files of a folder and of the folders in it. `read` may change a file before it is searched.
    pub fn finds_in_folder(&self, folder: &Path, read: &impl Fn(&Path, Vec<u8>) -> Vec<u8>) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(self.finds_in_folder(&path, read));
            } else {
                let text = std::fs::read(&path).expect("a file of the folder can be read");
                found.extend(self.finds(&path.display().to_string(), &read(&path, text)));
            }
        }
        found
    }
}

impl Spelling {
    fn is_at(&self, text: &[u8], at: usize) -> bool {
        let end = at + self.bytes.len();
        let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        text[at..].starts_with(&self.bytes)
            && !(self.stands_alone && (digit(end) || at.checked_sub(1).is_some_and(digit)))
    }
}

/// Each spelling with its name.
pub fn spellings(secret: &str) -> Vec<(String, Vec<u8>)> {
    let bytes = secret.as_bytes();
    let written =
        |one: fn(u8) -> String| bytes.iter().map(|byte| one(*byte)).collect::<String>().into_bytes();
    let mut all = vec![
        ("as it is".to_owned(), bytes.to_vec()),
        ("reversed".to_owned(), bytes.iter().rev().copied().collect()),
        ("hex".to_owned(), written(|byte| format!("{byte:02x}"))),
        ("HEX".to_owned(), written(|byte| format!("{byte:02X}"))),
        ("percent-encoded".to_owned(), written(|byte| format!("%{byte:02x}"))),
        ("PERCENT-encoded".to_owned(), written(|byte| format!("%{byte:02X}"))),
        ("numbers of bytes".to_owned(), written(|byte| format!("{byte}, "))),
    ];
    // Inside a longer text, as after the id in a Basic header, a secret begins at any of three places of a group.
    for before in 0..3 {
        let text = [&[0; 3][..before], bytes].concat();
        let open_end = text.len() % 3 != 0;
        for (name, encoded) in [
            ("base64", BASE64_STANDARD_NO_PAD.encode(&text)),
            ("base64url", BASE64_URL_SAFE_NO_PAD.encode(&text)),
        ] {
            // Letters that also depend on the neighbours are left out.
            let own = &encoded[[0, 2, 3][before]..encoded.len() - usize::from(open_end)];
            all.push((format!("{name} from place {before}"), own.as_bytes().to_vec()));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling_and_nothing_else_is() {
        let mut search = Search::default();
        search.add("secret", "Zk3vQx9LrXb5TzM0aYw8Pd2N");
        for (name, bytes) in spellings("Zk3vQx9LrXb5TzM0aYw8Pd2N") {
            let text = [b"before ", &bytes[..], b" after"].concat();
            assert!(!search.finds("here", &text).is_empty(), "{name}");
        }
        for encoded in ["rzp_test_1:", "rzp_live_12:", "rzp_live_123:"] {
            let text = BASE64_STANDARD_NO_PAD.encode(format!("{encoded}Zk3vQx9LrXb5TzM0aYw8Pd2N\n"));
            assert!(!search.finds("a header", text.as_bytes()).is_empty(), "{encoded}");
        }
        assert_eq!(search.finds("here", b"Zk3vQx9LrXb5TzM0aYw8Pd2 N"), [""; 0]);
    }

    #[test]
    fn a_code_is_found_alone_and_not_inside_a_longer_number() {
        let mut search = Search::default();
        search.add("code", "402918");
        assert_eq!(search.finds("a line", b"the code 402918.").len(), 1);
        assert_eq!(search.finds("a line", b"at 1402918 or 4029180"), [""; 0]);
    }
}
