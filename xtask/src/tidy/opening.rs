//! Every Rust file opens with `//!`: what it promises, before anything else.

use super::Finding;

/// The file's first line, when it is something else.
pub(super) fn findings(path: &str, text: &str) -> Option<Finding> {
    if !path.ends_with(".rs") || text.starts_with("//! ") {
        return None;
    }
    Some(Finding::new(path, 1, "open the file with `//!` and say what it promises"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_opens_with_anything_else_is_found() {
        for bad in [
            "",
            "use std::fs;\n//! late\n",
            "// a plain comment\n",
            "//!\n//! an empty first line\n",
            "\n//! a\n",
        ] {
            assert!(findings("domain/src/lib.rs", bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn a_promise_on_the_first_line_is_enough_and_other_files_have_no_need_of_it() {
        assert_eq!(findings("domain/src/lib.rs", "//! Decides.\n"), None);
        assert_eq!(findings("README.md", "# Keystead\n"), None);
    }
}
