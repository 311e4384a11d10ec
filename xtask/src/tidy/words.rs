//! Words that must not reach the repository: marks of unfinished work, tests that are switched off, and the folders
//! of whoever's machine the text was written on.

use super::Finding;

struct Forbidden {
    word: &'static str,
    says: &'static str,
}

const UNFINISHED: &str = "finish it, or leave it out and say so in the handbook";
const MACHINE: &str = "a path of one machine; write it relative to the repository or to the user's folders";

/// Each in two halves, so that this file does not name what it forbids.
const FORBIDDEN: [Forbidden; 7] = [
    Forbidden { word: concat!("TO", "DO"), says: UNFINISHED },
    Forbidden { word: concat!("FIX", "ME"), says: UNFINISHED },
    Forbidden { word: concat!("to", "do!("), says: UNFINISHED },
    Forbidden { word: concat!("unimple", "mented!("), says: UNFINISHED },
    Forbidden {
        word: concat!("#[ig", "nore"),
        says: "a test that does not run promises nothing; mend it or remove it",
    },
    Forbidden { word: concat!("/ro", "ot/"), says: MACHINE },
    Forbidden { word: concat!("/wo", "rk/"), says: MACHINE },
];

/// Lines that hold one of the words, standing for itself.
pub(super) fn findings(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for forbidden in FORBIDDEN.iter().filter(|forbidden| stands_in(line, forbidden.word)) {
            findings.push(Finding::new(path, index + 1, format!("`{}`: {}", forbidden.word, forbidden.says)));
        }
    }
    findings
}

/// Whether the word is in the line and not a part of a longer one, as a folder's name can be of a longer path.
fn stands_in(line: &str, word: &str) -> bool {
    let is_inner = |letter: char| letter.is_alphanumeric() || letter == '_';
    let ends_inner = word.ends_with(is_inner);
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        let goes_on = before.is_some_and(is_inner) || (ends_inner && after.is_some_and(is_inner));
        !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forbidden_word_is_found_where_it_stands() {
        for Forbidden { word, .. } in FORBIDDEN {
            let found = findings("docs/start.md", &format!("first\nthen {word} x\n"));
            assert!(found.iter().any(|finding| finding.line == 2), "{word}: {found:?}");
        }
    }

    #[test]
    fn a_part_of_a_longer_word_is_not_one() {
        let fine = concat!(
            "MASTO",
            "DONS\nhttps://example.com",
            "/net/wo",
            "rkers\nun",
            "to",
            "do!(\nmy",
            "/ro",
            "ots\n"
        );
        assert_eq!(findings("docs/start.md", fine), []);
    }
}
