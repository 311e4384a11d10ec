//! What each part of the language becomes.

use handbook::{Handbook, Texts};
use insta::assert_snapshot;

use crate::world::{Help, axis, brands, curlec, html, page, page_on, razorpay, slips};

#[test]
fn frontmatter_is_overridden_for_one_brand_and_falls_back() {
    let text = "---\ntitle: API Keys\nrazorpay-MY-title: Keys of <brand-name/>\ndesc: \"All: about keys\"\n\
                axis-IN-heading: Keys\ntags: [api, 'keys']\n---\ntext\n";
    let seen = |edition| {
        let page = page(text, &edition);
        assert_eq!(page.findings, []);
        assert_eq!(
            (page.desc.as_deref(), page.tags),
            (Some("All: about keys"), vec!["api".into(), "keys".into()])
        );
        format!("{} | {}", page.title, page.heading)
    };
    assert_eq!(seen(razorpay()), "API Keys | API Keys");
    assert_eq!(seen(curlec()), "Keys of Curlec | Keys of Curlec");
    assert_eq!(seen(axis()), "API Keys | Keys");
}

#[test]
fn a_partial_stands_where_it_is_included_whatever_else_is_on_the_line() {
    let shelf = Texts::default()
        .with("partials/how/to.md", "---\ntitle: not shown\n---\n1. One.\n1. Two.\n")
        .with("partials/who.md", "<show-if org=\"axis\">\n\nAxis only.\n\n</show-if>\n");
    let text = "---\ntitle: T\n---\nBefore.\n\n      @include how/to and more words\n\n@include who\n";
    assert_snapshot!(page_on(shelf.clone(), text, &razorpay()).html, @r"
    <p>Before.</p>
    <ol>
    <li>One.</li>
    <li>Two.</li>
    </ol>
    ");
    assert!(
        page_on(shelf, text, &axis()).html.contains("Axis only."),
        "conditions are read after partials are put in"
    );
}

#[test]
fn comments_are_nowhere_and_pictures_are_by_name() {
    let shelf = Texts::default().with_picture("assets/images/a.jpg");
    let text = "---\ntitle: T\n---\nOne.\n  @// nobody reads this\n@image a.jpg The \"first\" picture\n";
    let page = page_on(shelf, text, &razorpay());
    assert_eq!(page.findings, []);
    assert_snapshot!(page.html, @r#"
    <p>One.
    <img src="/help/assets/images/a.jpg" alt="The &quot;first&quot; picture" loading="lazy"></p>
    "#);
}

#[test]
fn each_brand_sees_its_own_blocks_in_both_forms() {
    let text = "---\ntitle: T\n---\nall\n\n<show-if org=\"razorpay\">\nrazorpay\n</show-if>\n\
        <show-if org='razorpay' country=\"MY\">\nmy\n</show-if>\n\
        <show-if org-country = 'axis-IN, razorpay-IN'>\nin\n</show-if>\n<show-if org=axis>\naxis\n</show-if>\n";
    let words = |edition| {
        let page = page(text, &edition);
        assert_eq!(page.findings, []);
        page.html.replace("<p>", "").replace("</p>\n", " ")
    };
    assert_eq!(words(razorpay()), "all razorpay in ");
    assert_eq!(words(curlec()), "all razorpay my ");
    assert_eq!(words(axis()), "all in axis ");
}

#[test]
fn a_list_goes_on_around_a_block_for_one_brand_and_a_callout() {
    assert_snapshot!(html("1. One.\n\n<show-if org=\"axis\">\n\n1. Axis.\n\n</show-if>\n\n1. Two.\n\n   <callout warn>\n   **Careful**\n\n   With *this*.\n   </callout>\n\n1. Three.\n"), @r#"
    <ol>
    <li><p>One.</p>
    </li>
    <li><p>Two.</p>
    <div class="callout warn" role="note">
    <p class="strong">Careful</p>
    <p>With <em>this</em>.</p>
    </div>
    </li>
    <li><p>Three.</p>
    </li>
    </ol>
    "#);
}

#[test]
fn callouts_have_a_kind_and_perhaps_a_title() {
    assert_snapshot!(html("<callout info>\n\n**The `title` of <brand-name/>**\n\ntext\n</callout>\n<callout success>\ntext **bold**\n</callout>\n<callout>\n- a\n- b\n</callout>\n"), @r#"
    <div class="callout info" role="note">
    <p class="strong">The title of Razorpay</p>
    <p>text</p>
    </div>
    <div class="callout success" role="note">
    <p>text <strong>bold</strong></p>
    </div>
    <div class="callout" role="note">
    <ul>
    <li>a</li>
    <li>b</li>
    </ul>
    </div>
    "#);
}

#[test]
fn links_inside_stay_here_and_links_outside_open_elsewhere() {
    let shelf = Texts::default().with("api/glossary.md", "---\ntitle: G\n---\n# Key Id\n");
    let text = "---\ntitle: T\n---\n# Here\n\
        <a href=\"/docs/api/glossary/\" target=\"_blank\">one</a> [two](/docs/api/glossary#key-id) [three](#here)\n\
        <a href=\"https://a.example/?a=1&amp;b=2\" target=\"_blank\">four</a> <five@a.example> <support/>\n";
    let page = page_on(shelf, text, &razorpay());
    assert_eq!(page.findings, []);
    assert_snapshot!(page.html, @r##"
    <h2 id="here">Here <a class="anchor" href="#here" aria-hidden="true" tabindex="-1">#</a></h2>
    <p><a href="/help/api/glossary">one</a> <a href="/help/api/glossary#key-id">two</a> <a href="#here">three</a>
    <a href="https://a.example/?a=1&amp;b=2" target="_blank" rel="noopener">four</a> <a href="mailto:five@a.example">five@a.example</a> <a href="https://razorpay.com/support/" target="_blank" rel="noopener">Contact support</a></p>
    "##);
}

#[test]
fn pictures_keep_their_size_and_an_animation_can_be_put_away() {
    let shelf = Texts::default().with_picture("assets/images/a.jpg").with_picture("assets/images/b.gif");
    let text = "---\ntitle: T\n---\n<img src=\"/docs/assets/images/a.jpg\" alt=\"A <dashboard-name/>\" width=\"800\" onerror=\"x\"/>\n\n\
        <img src=\"/docs/assets/images/b.gif\" alt=\"B\" width=\"80%\">\n\n![C *c*](/docs/assets/images/a.jpg)\n";
    let page = page_on(shelf, text, &curlec());
    assert_eq!(page.findings, []);
    assert_snapshot!(page.html, @r#"
    <img src="/help/assets/images/a.jpg" alt="A Curlec Dashboard" width="800" loading="lazy">
    <details class="moving" open><summary>Show or hide the animation</summary><img src="/help/assets/images/b.gif" alt="B" loading="lazy"></details>

    <p><img src="/help/assets/images/a.jpg" alt="C c" loading="lazy"></p>
    "#);
}

#[test]
fn a_table_in_the_short_form_is_a_table() {
    assert_snapshot!(html("Name | Meaning\n---\n`key_id` | names *you*\n---\n`key_secret` | proves it\n---\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n"), @r#"
    <div class="scroll" tabindex="0" role="group" aria-label="Table"><table>
    <thead><tr><th scope="col">Name</th><th scope="col">Meaning</th></tr></thead><tbody>
    <tr><td><code>key_id</code></td><td>names <em>you</em></td></tr>
    <tr><td><code>key_secret</code></td><td>proves it</td></tr>
    </tbody></table></div>
    <div class="scroll" tabindex="0" role="group" aria-label="Table"><table>
    <thead><tr><th scope="col" class="right">a</th><th scope="col" class="centre">b</th></tr></thead><tbody>
    <tr><td class="right">1</td><td class="centre">2</td></tr>
    </tbody></table></div>
    "#);
}

#[test]
fn chained_fences_are_tabs_and_a_single_label_stands_above() {
    let tabs = html("```curl: Curl\ncurl -u <key-prefix/>_test_1\n```java: Java\nnew Client(\"a\");\n```\n");
    assert_snapshot!(tabs, @r#"
    <div class="tabs" role="group" aria-label="Examples">
    <input type="radio" name="tabs-0" id="tab-0-0" checked><label for="tab-0-0">Curl</label>
    <input type="radio" name="tabs-0" id="tab-0-1"><label for="tab-0-1">Java</label>
    <div class="panel">
    <pre><code>curl -u rzp_test_1
    </code></pre>
    </div>
    <div class="panel">
    <pre><code>new Client(&quot;a&quot;);
    </code></pre>
    </div>
    </div>
    "#);
    let apart =
        html("```curl: Curl\ncurl -u <key-prefix/>_test_1\n```\n```java: Java\nnew Client(\"a\");\n```\n");
    assert_eq!(tabs, apart, "a fence may also end before the next begins");
    assert_snapshot!(html("```bash: Request\n@include nothing\n```\n\n```\n<show-if org=\"axis\">\n```\n"), @r#"
    <p class="label">Request</p>
    <pre><code>@include nothing
    </code></pre>
    <pre><code>&lt;show-if org=&quot;axis&quot;&gt;
    </code></pre>
    "#);
}

#[test]
fn cards_tabs_and_faqs_enclose_markdown() {
    let shelf = Texts::default().with("a.md", "---\ntitle: A\n---\ntext\n");
    let text = "---\ntitle: T\n---\n<cards>\n<card title=\"To A\" href=\"/docs/a\">\nWith **words**.\n</card>\n</cards>\n\n\
        <tabs>\n<tab title=\"One\">\nfirst\n</tab>\n<tab title=\"Two\">\nsecond\n</tab>\n</tabs>\n\n\
        <faqs>\n## 1. Why?\n\nBecause.\n</faqs>\n";
    let page = page_on(shelf, text, &razorpay());
    assert_eq!(page.findings, []);
    assert_snapshot!(page.html, @r##"
    <div class="tiles">
    <div class="tile">
    <p class="strong"><a href="/help/a">To A</a></p>
    <p>With <strong>words</strong>.</p>
    </div>
    </div>
    <div class="tabs" role="group" aria-label="Examples">
    <input type="radio" name="tabs-4" id="tab-4-0" checked><label for="tab-4-0">One</label>
    <input type="radio" name="tabs-4" id="tab-4-1"><label for="tab-4-1">Two</label>
    <div class="panel">
    <p>first</p>
    </div>
    <div class="panel">
    <p>second</p>
    </div>
    </div>
    <div class="faqs">
    <h2 id="1-why">1. Why? <a class="anchor" href="#1-why" aria-hidden="true" tabindex="-1">#</a></h2>
    <p>Because.</p>
    </div>
    "##);
}

#[test]
fn headings_come_below_the_title_and_skip_no_level() {
    let page = page("---\ntitle: T\n---\n### Deep\n# Twice\n# Twice\n##### Deeper\n# Content\n", &razorpay());
    let seen: Vec<String> =
        page.contents.iter().map(|entry| format!("{} {}", entry.level, entry.anchor)).collect();
    assert_eq!(seen, ["2 deep", "2 twice", "2 twice-1", "3 deeper", "2 content-1"]);
}

#[test]
fn place_holders_are_the_brands_words_everywhere() {
    let text = "---\ntitle: Keys in the <dashboard-name/>\n---\n# About <brand-name/>\n`<key-prefix/>_test`, <brand-name />\n";
    let page = page(text, &axis());
    assert_eq!(page.title, "Keys in the Dashboard");
    assert_snapshot!(page.html, @r##"
    <h2 id="about-axis--sons">About Axis &lt;&amp;&gt; Sons <a class="anchor" href="#about-axis--sons" aria-hidden="true" tabindex="-1">#</a></h2>
    <p><code>axis_test</code>, Axis &lt;&amp;&gt; Sons</p>
    "##);
}

#[test]
fn a_page_with_nothing_for_a_brand_is_not_there_for_it() {
    let shelf = Texts::default()
        .with("index.md", "---\ntitle: Help\n---\n[b](/docs/b) <show-if org=\"axis\">\n</show-if>\n")
        .with("a.md", "---\ntitle: A\n---\n<show-if org=\"axis\">\ntext\n</show-if>\n")
        .with("b.md", "---\ntitle: B\n---\ntext\n")
        .with("partials/p.md", "text\n");
    let brands = brands();
    let handbook = Handbook::new(&shelf, &brands);
    assert!(handbook.page("a", &razorpay(), &Help).is_none());
    assert!(handbook.page("a", &axis(), &Help).is_some());
    assert!(handbook.page("partials/p", &axis(), &Help).is_none(), "a partial is no page");
    let names = |edition| handbook.order(&edition).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(razorpay()), ["index", "b"]);
    assert_eq!(names(axis()), ["index", "b", "a"]);
}

#[test]
fn a_text_without_any_slip_is_told_nothing() {
    assert_eq!(slips("# One\n\n- [here](#one)\n- **bold**\n"), "");
}
