//! Every slip is found, with its line and a mend, and the page is still a page.

use handbook::{Handbook, Texts};
use insta::assert_snapshot;

use crate::world::{axis, brands, curlec, html, page_on, razorpay, slips, slips_on, told};

#[test]
fn a_block_for_the_wrong_brand() {
    assert_snapshot!(slips("<show-if org=\"axis\" country=\"MY\">\n\ntext\n\n</show-if>\n"), @"page.md 1 [wrong_brand] The block is for a brand that does not exist, so nobody sees it. The brands are razorpay/IN, razorpay/MY, axis/IN.");
    assert_snapshot!(slips("<show-if org=\"razorpay\" country=\"MY\">\n\nLog in to the Razorpay Dashboard.\n\n</show-if>\n"), @"page.md 3 [wrong_brand] The block is not for razorpay/IN, but speaks of `Razorpay Dashboard`. Mend the words, or the brand of the block.");
    assert_snapshot!(slips("<show-if org=\"axis\">\n\n<a href=\"https://dashboard.curlec.com/\">Dashboard</a>\n\n</show-if>\n"), @"page.md 3 [wrong_brand] The block is not for razorpay/MY, but speaks of `dashboard.curlec.com`. Mend the words, or the brand of the block.");
    assert_eq!(
        slips("<show-if org=\"razorpay\">\n\nRazorpay Dashboard, Curlec Dashboard\n\n</show-if>\n"),
        ""
    );
    assert_eq!(
        slips("<show-if org=\"axis\">\n\n[Dashboard](https://axis.razorpay.com/)\n\n</show-if>\n"),
        ""
    );
}

#[test]
fn an_org_or_country_that_nobody_has() {
    assert_snapshot!(slips("<show-if org=\"razorpai\" country=\"in\">\na\n</show-if>\n<show-if org-country=\"axis-IN,acme-SG\">\nb\n</show-if>\n"), @r"
    page.md 1 [unknown_brand] No brand has the country `in`. Did you mean `IN`?
    page.md 1 [unknown_brand] No brand has the org `razorpai`. Did you mean `razorpay`?
    page.md 4 [unknown_brand] No brand has the country `SG`. Known are IN, MY.
    page.md 4 [unknown_brand] No brand has the org `acme`. Known are axis, razorpay.
    ");
}

#[test]
fn a_condition_without_org_is_for_nobody() {
    let body =
        "<show-if country=\"IN\" lang=\"en\">\nsecret\n</show-if>\n<show-if>\nsecret\n</show-if>\nrest\n";
    assert_snapshot!(slips(body), @r#"
    page.md 1 [condition] `show-if` does not say `org`, so nobody sees the block. Write org="…", with country="…" if it matters.
    page.md 4 [condition] `show-if` does not say `org`, so nobody sees the block. Write org="…", with country="…" if it matters.
    "#);
    assert_snapshot!(html(body), @"<p>rest</p>");
}

#[test]
fn content_glued_to_a_tag() {
    let body = "<show-if org=\"axis\">For Axis.\n</show-if>After.\n\nBefore <callout info>inside</callout>\n";
    assert_snapshot!(slips(body), @r"
    page.md 1 [glued] A tag shares its line with something else. Give the tag a line to itself, with nothing before or after it.
    page.md 2 [glued] A tag shares its line with something else. Give the tag a line to itself, with nothing before or after it.
    page.md 4 [glued] A tag shares its line with something else. Give the tag a line to itself, with nothing before or after it.
    ");
    assert_snapshot!(html(body), @r#"
    <p>After.</p>
    <p>Before</p>
    <div class="callout info" role="note">
    <p>inside</p>
    </div>
    "#);
}

#[test]
fn a_tag_that_is_never_closed() {
    let body = "<show-if org=\"axis\">\n\nAxis.\n\n<show-if org=\"razorpay\">\n\nRazorpay.\n\n</show-if>\n\n<callout info>\ntext\n";
    assert_snapshot!(slips(body), @r"
    page.md 1 [unclosed] The `show-if` that begins here is never closed. Write </show-if> on a line of its own where the block ends.
    page.md 11 [unclosed] The `callout` that begins here is never closed. Write </callout> on a line of its own where it ends.
    ");
    assert_snapshot!(html(body), @r#"
    <p>Razorpay.</p>
    <div class="callout info" role="note">
    <p>text</p>
    </div>
    "#);
    assert_snapshot!(slips("text\n```bash\ncurl\n"), @"page.md 2 [unclosed] The block of code that begins here never ends. Close it with the same characters on a line of their own.");
    assert_snapshot!(slips("a <b>bold\n\nnext\n\n- <a href=\"https://a.example\">x\n- y\n"), @r"
    page.md 1 [unclosed] The `b` that begins here does not end in the same paragraph, list or cell. Close it at the same indent at which it begins.
    page.md 5 [unclosed] The `a` that begins here does not end in the same paragraph, list or cell. Close it at the same indent at which it begins.
    ");
}

#[test]
fn a_tag_that_was_never_opened() {
    assert_snapshot!(slips("</show-if>\n\n</callout>\n\nx</b>\n\n<card title=\"a\">\n</card>\n"), @r"
    page.md 1 [stray] A `show-if` is closed that was never opened. Remove the tag, or open a block above it.
    page.md 3 [stray] A `callout` is closed that was never opened. Remove the tag, or open it above.
    page.md 5 [stray] A `b` is closed that is not open here. Remove the tag, or open it in the same paragraph.
    page.md 7 [stray] A `card` stands outside of `cards`. Put it between <cards> and </cards>.
    ");
}

#[test]
fn a_block_inside_a_block() {
    let body = "<show-if org=\"razorpay\">\nouter\n<show-if org=\"razorpay\" country=\"MY\">\ninner\n</show-if>\n</show-if>\nrest\n";
    assert_snapshot!(slips(body), @"page.md 3 [nested] This `show-if` stands inside the one of line 4. Close the outer block before it and open it again behind it, or name all brands in org-country.");
    assert_snapshot!(html(body), @r"
    <p>outer</p>
    <p>rest</p>
    ");
}

#[test]
fn a_callout_that_begins_in_a_list_and_ends_outside() {
    let body = "1. One.\n\n   <callout info>\n   text\n\nafter\n\n</callout>\n";
    assert_snapshot!(slips(body), @"page.md 3 [unclosed] The `callout` that begins here does not end in the same paragraph, list or cell. Close it at the same indent at which it begins.");
    assert_snapshot!(html(body), @r#"
    <ol>
    <li><p>One.</p>
    <div class="callout info" role="note">
    <p>text</p>
    </div>
    </li>
    </ol>
    <p>after</p>
    "#);
}

#[test]
fn a_partial_that_is_not_there_or_leads_out() {
    assert_snapshot!(slips("@include nothing\n@include ../../etc/passwd\n@include\n@inclde x\n@image\n@razorpay\n"), @r"
    page.md 1 [missing_partial] There is no partial `nothing`. Write the file `partials/nothing.md`, or mend the name.
    page.md 2 [missing_partial] `../../etc/passwd` is no name of a partial. Write letters, digits, `-`, `_` and `/` for folders.
    page.md 3 [directive] `@include` names no partial. Write `@include name`.
    page.md 4 [directive] `@inclde` is no directive and stays on the page as text. Did you mean `@include`?
    page.md 5 [directive] `@image` names no picture. Write `@image name.jpg`.
    ");
}

#[test]
fn partials_that_include_each_other_end_at_once() {
    let shelf = Texts::default()
        .with("partials/a.md", "a\n\n@include b\n\n@include a\n")
        .with("partials/b.md", "b\n\n@include a\n");
    assert_snapshot!(slips_on(shelf.clone(), "@include a\n"), @r"
    partials/a.md 3 [nested] A partial includes `b`, but partials are put in once and not inside each other. Include both partials from the page, or write the text here.
    partials/a.md 5 [nested] The partial includes itself (`a`), which would never end. Include both partials from the page, or write the text here.
    ");
    assert_snapshot!(page_on(shelf, "---\ntitle: T\n---\n@include a\n", &razorpay()).html, @"<p>a</p>");
}

#[test]
fn a_page_does_not_grow_without_end() {
    let shelf = Texts::default().with("partials/a.md", "many words\n\n".repeat(10_000));
    let page = page_on(shelf, &format!("---\ntitle: T\n---\n{}", "@include a\n".repeat(1_000)), &razorpay());
    assert!(page.html.len() < 1024 * 1024, "{}", page.html.len());
    assert_eq!(page.findings.iter().map(|finding| finding.slip.code()).collect::<Vec<_>>(), ["too_long"]);
}

#[test]
fn a_callout_of_no_kind() {
    assert_snapshot!(slips("<callout warning>\na\n</callout>\n<callout type=\"info\">\nb\n</callout>\n<callout xyz>\nc\n</callout>\n"), @r"
    page.md 1 [unknown_callout] There is no callout `warning` of this form. Write <callout warn>.
    page.md 4 [unknown_callout] There is no callout `info` of this form. Write <callout info>.
    page.md 7 [unknown_callout] There is no callout `xyz` of this form. Write <callout info>, <callout warn>, <callout success> or <callout>.
    ");
}

#[test]
fn a_wrong_anchor_and_a_dead_link() {
    let shelf = Texts::default()
        .with("faqs.md", "---\ntitle: F\n---\n## 2. I cannot generate live mode API keys\n<show-if org=\"axis\">\n# Axis\n</show-if>\n")
        .with("only.md", "---\ntitle: O\n---\n<show-if org=\"axis\">\ntext\n</show-if>\n");
    let body = "[a](/docs/faqs#2-i-cannot-generate-live-mode-api-key) [b](#nowhere) [c](/docs/gone) [d](/docs/faqs#axis)\n\
        [e](/docs/only)\n[f](relative) <a href=\"javascript:alert(1)\">g</a>\n";
    assert_snapshot!(slips_on(shelf, body), @r"
    page.md 1 [wrong_anchor] `faqs` has no heading `#2-i-cannot-generate-live-mode-api-key`. Did you mean `#2-i-cannot-generate-live-mode-api-keys`?
    page.md 1 [wrong_anchor] `faqs` has no heading `#axis` (for razorpay/IN, razorpay/MY). Mend the anchor, or the heading.
    page.md 1 [wrong_anchor] `page` has no heading `#nowhere`. Mend the anchor, or the heading.
    page.md 1 [dead_link] The link leads to `/docs/gone`, and there is no page `gone`. Mend the address, or write the page.
    page.md 2 [dead_link] The link leads to `only`, which has nothing for this brand (for razorpay/IN, razorpay/MY). Put the link into a block for the brands that see the page.
    page.md 3 [address] The link leads to `javascript:alert(1)`, which no page may lead to. Write /docs/… for a page, #… for a heading, or an address with https://.
    page.md 3 [address] The link leads to `relative`, which no page may lead to. Write /docs/… for a page, #… for a heading, or an address with https://.
    ");
}

#[test]
fn a_picture_that_is_missing_or_says_nothing() {
    let shelf = Texts::default().with_picture("assets/images/a.jpg");
    let body = "![](/docs/assets/images/a.jpg) ![b](/docs/assets/images/b.jpg)\n\n<img src=\"https://a.example/c.jpg\" alt=\"c\">\n\n@image a.jpg\n";
    assert_snapshot!(slips_on(shelf, body), @r#"
    page.md 1 [missing_picture] There is no picture `assets/images/b.jpg`. Mend the name, or add the file.
    page.md 1 [missing_alt] The picture `/docs/assets/images/a.jpg` says nothing to people who cannot see it. Write alt="…": what the picture shows.
    page.md 3 [address] The picture `https://a.example/c.jpg` is not of this handbook. Put it into assets/images and write /docs/assets/images/….
    page.md 5 [missing_alt] The picture `/docs/assets/images/a.jpg` says nothing to people who cannot see it. Write alt="…": what the picture shows.
    "#);
}

#[test]
fn frontmatter_that_means_nothing() {
    let text = "---\ntitel: T\naxis-MY-title: T\nno line\ndesc: a\ndesc: b\nrazorpay-IN-tag: c\n---\ntext\n";
    let shelf = Texts::default().with("a.md", text).with("b.md", "---\ntitle: B\n\ntext\n");
    let brands = brands();
    assert_snapshot!(told(Handbook::new(&shelf, &brands).check()), @r"
    a.md 1 [missing_title] The page has no title. Write `title: …` between two lines of `---` at the top.
    a.md 2 [frontmatter] `titel` is no key of frontmatter. Did you mean `title`?
    a.md 3 [unknown_brand] `axis-MY-title` is for `axis-MY`, which is no brand. Did you mean `axis-IN`?
    a.md 4 [frontmatter] `no line` is no line of frontmatter. Write `key: value`.
    a.md 6 [frontmatter] `desc` stands here a second time. Keep one of the two.
    a.md 7 [frontmatter] `razorpay-IN-tag` is no key of frontmatter. The keys are title, desc, heading, tags.
    b.md 1 [unclosed] The frontmatter that begins here never ends. Write a line of `---` after the last key.
    b.md 1 [missing_title] The page has no title. Write `title: …` between two lines of `---` at the top.
    ");
}

#[test]
fn tags_and_place_holders_that_do_not_exist() {
    assert_snapshot!(slips("<marquee>x</marquee> <brand-nam/> <xyz-abc/>\n\n<div>\n\ntext\n\n</div>\n"), @r"
    page.md 1 [unknown_word] There is no place-holder `brand-nam`. Did you mean <brand-name/>?
    page.md 1 [unknown_word] There is no place-holder `xyz-abc`. The place-holders are brand-name, dashboard-name, key-prefix, support.
    page.md 1 [tag] The tag `marquee` is not printed. Write it in Markdown, or leave it out.
    page.md 3 [tag] The tag `div` is not printed. Write it in Markdown, or leave it out.
    ");
}

#[test]
fn a_row_of_another_length() {
    assert_snapshot!(slips("a | b\n---\nc\n---\nd | e | f\n"), @r"
    page.md 3 [table] The row has 1 cells, its table 2. Write one cell for each column; a `|` inside one is `\|`.
    page.md 5 [table] The row has 3 cells, its table 2. Write one cell for each column; a `|` inside one is `\|`.
    ");
}

#[test]
fn a_broken_page_shows_each_brand_nothing_of_another() {
    let text = "---\ntitle: T\n---\n<show-if org=\"axis\">Axis one\n<show-if org=\"razorpay\" country=\"MY\">Malaysia\n</show-if>\n";
    let seen = |edition| page_on(Texts::default(), text, &edition).html;
    assert!(!seen(razorpay()).contains("Axis") && !seen(razorpay()).contains("Malaysia"));
    assert!(!seen(curlec()).contains("Axis"));
    assert!(!seen(axis()).contains("Malaysia"));
}
