//! Whatever an author writes, a page holds only what was meant to be on it.

use crate::world::{html, page, razorpay};

#[test]
fn no_script_style_or_handler_gets_through() {
    for bad in [
        "<script>alert(1)</script>",
        "text <script>alert(1)</script> text",
        "<img src=x onerror=alert(1)>",
        "<img src=\"/docs/assets/images/a.jpg\" alt=\"a\" onerror=\"alert(1)\" style=\"x\">",
        "<a href=\"javascript:alert(1)\">a</a>",
        "<a href=\" javascript:alert(1)\" onclick=\"x\">a</a>",
        "[a](javascript:alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe src=\"https://evil.example\"></iframe>",
        "<style>body{display:none}</style>",
        "<p style=\"display:none\" onclick=\"x\">p</p>",
        "<!--><script>alert(1)</script>-->",
        "<form action=\"https://evil.example\"><input name=password></form>",
        "<details ontoggle=alert(1)>\n<summary onclick=x>s</summary>\n</details>",
        "```x\" onload=\"alert(1)\ncode\n```",
        "```a: <script>alert(1)</script>\nb\n```c: \"><script>\nd\n```",
        "<callout info>\n**<script>alert(1)</script>**\n</callout>",
        "<card title=\"<script>alert(1)</script>\" href=\"javascript:x\">\n</card>",
        "# <script>alert(1)</script>\" onload=\"x",
        "![\"><script>alert(1)</script>](x)",
        "<base href=\"https://evil.example\"><meta http-equiv=refresh content=0>",
    ] {
        let html = html(bad);
        let lower = html.to_lowercase();
        for tag in lower.split('<').skip(1) {
            let tag = tag.split('>').next().expect("a split has a first part");
            let name =
                tag.trim_start_matches('/').split([' ', '\n']).next().expect("a split has a first part");
            assert!(ALLOWED.contains(&name), "{bad}: <{tag}> in {html}");
            assert!(
                !tag.contains(" on") && !tag.contains("style=") && !tag.contains("javascript:"),
                "{bad}: {html}"
            );
        }
    }
}

/// Every tag that a page can hold.
pub(crate) const ALLOWED: [&str; 36] = [
    "a",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "kbd",
    "label",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

#[test]
fn a_title_is_text_and_not_html() {
    let page = page("---\ntitle: <script>alert(1)</script>\n---\ntext\n", &razorpay());
    assert_eq!(page.title, "<script>alert(1)</script>", "whoever prints it escapes it, as with every text");
}
