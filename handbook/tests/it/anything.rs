//! Any text at all: no panic, no unbounded page, tags that nest, and only tags that may be there.

use handbook::{Handbook, Texts};
use proptest::prelude::*;

use crate::safety::ALLOWED;
use crate::world::{Help, brands};

/// Pieces that mean something, in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("<show-if org=\"axis\">"),
        Just("<show-if org=\"razorpay\" country=\"IN\">"),
        Just("</show-if>"),
        Just("<show-if org-country='axis-IN'>"),
        Just("<callout info>"),
        Just("<callout>"),
        Just("</callout>"),
        Just("<cards>"),
        Just("</cards>"),
        Just("<card title=\"a\" href=\"/docs/page\">"),
        Just("</card>"),
        Just("<tabs>"),
        Just("</tabs>"),
        Just("<tab title=\"t\">"),
        Just("</tab>"),
        Just("<faqs>"),
        Just("</faqs>"),
        Just("```a: A"),
        Just("```"),
        Just("~~~"),
        Just("@include p"),
        Just("@image a.jpg alt"),
        Just("@// x"),
        Just("**bold**"),
        Just("*"),
        Just("`"),
        Just("<b>"),
        Just("</b>"),
        Just("<a href=\"#x\">"),
        Just("</a>"),
        Just("<details>"),
        Just("</details>"),
        Just("<p>"),
        Just("</p>"),
        Just("<script>"),
        Just("</script>"),
        Just("<!--"),
        Just("-->"),
        Just("<img src=\"/docs/assets/images/a.jpg\" alt=\"a\">"),
        Just("![x](/docs/y)"),
        Just("[x](/docs/page#y)"),
        Just("a | b"),
        Just("---"),
        Just("| a | b |"),
        Just("# h"),
        Just("1. one"),
        Just("- x"),
        Just("> q"),
        Just("<brand-name/>"),
        Just("&amp;"),
        Just("\u{E000}0\u{E001}"),
        Just("\u{E000}"),
        Just("text"),
    ];
    let gap = prop_oneof![Just("\n"), Just("\n\n"), Just(" "), Just("\n   "), Just("\n      "), Just("")];
    proptest::collection::vec((pieces, gap), 0..60)
        .prop_map(|pieces| pieces.iter().map(|(piece, gap)| format!("{piece}{gap}")).collect())
}

fn must_hold(text: &str) -> Result<(), TestCaseError> {
    let shelf = Texts::default()
        .with("page.md", text)
        .with("partials/p.md", text)
        .with_picture("assets/images/a.jpg");
    let brands = brands();
    let handbook = Handbook::new(&shelf, &brands);
    handbook.check();
    for edition in &brands {
        let Some(page) = handbook.page("page", edition, &Help) else { continue };
        prop_assert!(!page.html.contains(['\u{E000}', '\u{E001}']), "a mark is left in {}", page.html);
        nests(&page.html)?;
    }
    Ok(())
}

/// Every tag that begins also ends, in the right order.
fn nests(html: &str) -> Result<(), TestCaseError> {
    let mut open: Vec<&str> = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().expect("a split has a first part");
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().expect("a split has a first part");
        prop_assert!(ALLOWED.contains(&name), "<{}> in {}", tag, html);
        if tag.starts_with('/') {
            let last = open.pop();
            prop_assert_eq!(last, Some(name), "{}", html);
        } else if !["br", "hr", "img", "input"].contains(&name) {
            open.push(name);
        }
    }
    prop_assert!(open.is_empty(), "{:?} is open at the end of {}", open, html);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_directives_is_a_page(text in soup()) {
        must_hold(&text)?;
    }

    #[test]
    fn any_text_is_a_page(text in any::<String>()) {
        must_hold(&text)?;
    }

    #[test]
    fn any_lines_of_marks_are_a_page(text in "[-<>/a-d`*|#@!&\\[\\]()=\"' \n]{0,300}") {
        must_hold(&text)?;
    }
}

#[test]
fn long_lines_of_the_worst_letters_are_read_in_time() {
    for worst in [
        "<",
        "<a ",
        "[",
        "*",
        "`",
        ">",
        "|",
        "<a href=\"",
        "&",
        "<!--",
        "<callout ",
        "![",
        "- ",
        "<show-if org=\"a\">",
    ] {
        must_hold(&worst.repeat(20_000)).expect("it is a page");
    }
}
