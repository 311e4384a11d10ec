//! All samples of all pages: what they promise together, their snapshots, and a folder to look at.
//!
//! `KEYSTEAD_GALLERY=folder cargo nextest run -p keystead-server gallery` writes every sample as a file, with
//! the assets beside it, for any static file server and a browser.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use askama::Template;

use super::moment::{Moment, Zone};
use super::{assets, brand};

const PRESENT_MS: i64 = 1_795_496_700_000;

/// A moment some minutes from the gallery's present.
pub(crate) fn moment(minutes: i64) -> Moment {
    let zone = Zone::named("Asia/Kolkata").expect("a zone of the bundled database");
    Moment::at(PRESENT_MS + minutes * 60_000, &zone)
}

/// A page as it is sent.
pub(crate) fn html(page: &impl Template) -> String {
    page.render().expect("writing to a string does not fail")
}

/// A page's file name, and its samples by name.
type Samples = (&'static str, Vec<(&'static str, String)>);

fn all() -> Vec<Samples> {
    vec![
        ("activation", super::activation::samples()),
        ("app", super::authenticator::samples()),
        ("backup", super::backup_codes::samples()),
        ("deactivate", super::deactivate::samples()),
        ("demo", super::demo::samples()),
        ("generate", super::generate::samples()),
        ("help", super::help::samples()),
        ("home", super::home::samples()),
        ("invitation", super::invitation::samples()),
        ("keys", super::keys::samples()),
        ("limits", super::limits::samples()),
        ("login", super::login::samples()),
        ("mobile", super::mobile::samples()),
        ("otp", super::otp::samples()),
        ("password", super::password::samples()),
        ("problem", super::problem::samples()),
        ("profile", super::profile::samples()),
        ("refusals", super::refusals::samples()),
        ("regenerate", super::regenerate::samples()),
        ("set_up", super::set_up::samples()),
        ("settings", super::settings::samples()),
        ("team", super::team::samples()),
        ("website", super::website::samples()),
    ]
}

fn each_sample(mut look: impl FnMut(&str, &str)) {
    for (page, samples) in all() {
        for (name, html) in samples {
            look(&format!("{page}_{name}"), &html);
        }
    }
}

/// Lines without the blanks that only templates need, and without the fingerprints of colours and assets.
fn normalised(html: &str) -> String {
    let lines = html.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n").replace(assets::VERSION, "VERSION")
}

/// What stands in the page's main part.
fn main_part(html: &str) -> &str {
    let (_, after) = html.split_once("<main").expect("every page has a main part");
    let (_, after) = after.split_once('>').expect("the tag is closed");
    after.split_once("</main>").expect("the main part ends").0
}

/// All opening tags, without their angle brackets.
fn tags(html: &str) -> Vec<&str> {
    let rest = html.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!']));
    rest.map(|tag| tag.split_once('>').expect("every tag is closed").0).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    Some(after.split_once('"')?.0)
}

#[test]
fn pages_look_as_agreed() {
    each_sample(|name, html| insta::assert_snapshot!(name.to_owned(), normalised(main_part(html))));
}

#[test]
fn what_surrounds_a_page_looks_as_agreed() {
    let whole = |page: &str, name: &str| {
        let (_, samples) = all().into_iter().find(|(at, _)| *at == page).expect("the page is in the list");
        let (_, html) = samples.into_iter().find(|(at, _)| *at == name).expect("the sample is in the list");
        let main = main_part(&html).to_owned();
        normalised(&html.replace(&main, "…"))
    };
    insta::assert_snapshot!("frame_test", whole("keys", "empty"));
    insta::assert_snapshot!("frame_live_curlec", whole("keys", "replaced_curlec"));
    insta::assert_snapshot!("frame_longest", whole("keys", "many"));
    insta::assert_snapshot!("frame_login", whole("login", "plain"));
    insta::assert_snapshot!("frame_unbranded", whole("problem", "unknown_host"));
}

#[test]
fn the_content_security_policy_never_has_to_look_away() {
    each_sample(needs_no_inline);
}

/// Nothing on a page asks for more than the content security policy allows.
pub(crate) fn needs_no_inline(name: &str, html: &str) {
    for tag in tags(html) {
        assert!(!tag.starts_with("style"), "{name}: inline style sheet");
        assert!(!tag.starts_with("script") || tag.contains(" src=\"/assets/"), "{name}: <{tag}>");
        for attribute in tag.split_whitespace().skip(1) {
            let attribute = attribute.to_ascii_lowercase();
            assert!(!attribute.starts_with("style="), "{name}: <{tag}>");
            let (before, _) = attribute.split_once('=').unwrap_or((&attribute, ""));
            assert!(!before.starts_with("on"), "{name}: <{tag}>");
        }
        assert!(!tag.contains("javascript:"), "{name}: <{tag}>");
    }
}

#[test]
fn every_control_that_people_fill_in_has_a_label() {
    each_sample(is_labelled);
}

/// Every control of a page that people fill in has a label.
pub(crate) fn is_labelled(name: &str, html: &str) {
    let tags = tags(html);
    let labelled: BTreeSet<&str> =
        tags.iter().filter(|tag| tag.starts_with("label")).filter_map(|tag| attribute(tag, "for")).collect();
    for tag in tags.iter().filter(|tag| ["input", "select", "textarea"].iter().any(|at| tag.starts_with(at)))
    {
        if attribute(tag, "type") == Some("hidden") {
            continue;
        }
        let id = attribute(tag, "id").unwrap_or_else(|| panic!("{name}: <{tag}> has no id"));
        assert!(labelled.contains(id), "{name}: nothing labels <{tag}>");
    }
}

#[test]
fn every_reference_on_a_page_has_its_target_once() {
    each_sample(refers_to_itself);
}

/// Every reference on a page has its target, once.
pub(crate) fn refers_to_itself(name: &str, html: &str) {
    let tags = tags(html);
    let mut ids = BTreeSet::new();
    for id in tags.iter().filter_map(|tag| attribute(tag, "id")) {
        assert!(ids.insert(id), "{name}: two elements are called {id}");
    }
    for tag in tags {
        for kind in ["aria-labelledby", "aria-describedby", "for", "data-copy"] {
            for id in attribute(tag, kind).into_iter().flat_map(str::split_whitespace) {
                assert!(ids.contains(id), "{name}: <{tag}> refers to {id}");
            }
        }
        if let Some(anchor) = attribute(tag, "href").and_then(|href| href.strip_prefix('#')) {
            assert!(ids.contains(anchor), "{name}: <{tag}> leads nowhere");
        }
    }
}

#[test]
fn every_form_is_sent_as_post_to_this_host() {
    each_sample(|name, html| {
        for tag in tags(html).into_iter().filter(|tag| tag.starts_with("form")) {
            assert_eq!(attribute(tag, "method"), Some("post"), "{name}: <{tag}>");
            let action = attribute(tag, "action").unwrap_or_default();
            assert!(action.starts_with('/') && !action.starts_with("//"), "{name}: <{tag}>");
        }
    });
}

#[test]
fn a_page_has_a_language_a_title_one_heading_and_its_landmarks() {
    each_sample(has_its_landmarks);
}

/// A page has a title, one heading and its landmarks.
pub(crate) fn has_its_landmarks(name: &str, html: &str) {
    for element in ["title", "h1", "main", "header", "footer"] {
        let count = tags(html).iter().filter(|tag| tag.split(' ').next() == Some(element)).count();
        assert_eq!(count, 1, "{name}: <{element}>");
    }
    assert!(html.contains(r##"<a class="skip" href="#content">"##), "{name}");
}

#[test]
fn names_that_look_like_markup_stay_names() {
    each_sample(|name, html| {
        assert!(!html.contains("<script>"), "{name}");
        assert!(!html.contains("<b>Sons"), "{name}");
        assert!(!html.contains("<Süd>"), "{name}");
    });
}

#[test]
fn the_gallery_is_written_where_somebody_wants_to_look_at_it() {
    let Some(folder) = std::env::var_os("KEYSTEAD_GALLERY") else { return };
    let folder = Path::new(&folder);
    let files = folder.join("assets").join(assets::VERSION);
    fs::create_dir_all(&files).expect("the folder can be made");
    for name in ["keystead.css", "keystead.js", "icon.svg"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
        fs::copy(from, files.join(name)).expect("the assets can be copied");
    }
    let looks = brand::samples::brands();
    each_sample(|name, html| {
        // A static file server looks at the path alone: give each brand's style sheet a name of its own.
        let mut html = html.to_owned();
        for (at, look) in looks.iter().enumerate() {
            html = html.replace(&look.stylesheet_path(), &format!("/assets/brand{at}.css"));
        }
        fs::write(folder.join(format!("{name}.html")), html).expect("the folder can be written to");
    });
    for (at, look) in looks.iter().enumerate() {
        let file = folder.join("assets").join(format!("brand{at}.css"));
        fs::write(file, look.stylesheet()).expect("the folder can be written to");
    }
}
