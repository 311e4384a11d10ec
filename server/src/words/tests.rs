//! The catalogue against the sources, language against language, and what a text may and may not do to a page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use domain::{Language, SendLimit};
use fluent_bundle::FluentResource;

use super::own::OwnWords;
use super::shape::{Shape, shapes};
use super::{Catalogue, Words, files};
use crate::config::{Brand, Config};
use crate::pages::layout::Link;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn resource(name: &str, text: &str) -> FluentResource {
    FluentResource::try_new(text.to_owned()).unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"))
}

/// All texts of a language with the file that says them.
fn texts(language: Language) -> BTreeMap<String, (&'static str, Shape)> {
    let mut all = BTreeMap::new();
    for (name, text) in files::of(language) {
        for (id, shape) in shapes(&resource(name, text)) {
            let twice = all.insert(id.clone(), (name, shape));
            assert!(twice.is_none(), "{language}: `{id}` stands in {name} and before");
        }
    }
    all
}

/// Every source and template of the server, with its path.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src"), root().join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the sources") {
            let path = entry.expect("an entry of the folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
                let text = fs::read_to_string(&path).expect("a source");
                found.push((path, text));
            }
        }
    }
    found.retain(|(path, _)| !path.ends_with("words/tests.rs"));
    found
}

fn brands() -> Vec<Brand> {
    let config = Config::demo(Path::new("sample"), 8080, include_str!("../../../brands.toml"));
    config.expect("the sample configuration is valid").brands
}

/// The first sample brand's words with some texts said differently.
fn saying(own: &str, language: Language) -> Words {
    let folder = tempfile::tempdir().expect("a folder for the brand's words");
    fs::write(folder.path().join(format!("{language}.ftl")), own).expect("the file can be written");
    let mut brand = brands().remove(0);
    brand.languages = Language::ALL.to_vec();
    brand.words = OwnWords::read(folder.path()).expect("the brand's words are right");
    Catalogue::new(std::slice::from_ref(&brand)).words(&brand.rules.id, Some(language))
}

#[test]
fn every_file_of_the_folder_is_in_the_binary_and_can_be_read() {
    for language in Language::ALL {
        let folder = root().join("words").join(language.as_str());
        let on_disk: BTreeSet<String> = fs::read_dir(folder)
            .expect("each language has a folder")
            .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").display().to_string())
            .collect();
        let inside: BTreeSet<String> = files::of(language).map(|(name, _)| name.to_owned()).collect();
        assert_eq!(on_disk, inside, "{language}");
        texts(language);
    }
}

#[test]
fn every_text_that_is_said_exists() {
    let known = texts(Language::English);
    for (path, source) in sources() {
        for marker in [".say(\"", " named(\"", "(named(\"", "[named(\"", "words::named(\""] {
            for (at, _) in source.match_indices(marker) {
                let id = source[at + marker.len()..].split('"').next().unwrap_or_default();
                assert!(known.contains_key(id), "{}: no text is called `{id}`", path.display());
            }
        }
    }
}

#[test]
fn every_text_is_said_somewhere() {
    let sources: String = sources().into_iter().map(|(_, source)| source).collect();
    let known = texts(Language::English);
    let referred: BTreeSet<&String> = known.values().flat_map(|(_, shape)| &shape.texts).collect();
    for (id, (file, _)) in &known {
        let said = sources.contains(&format!("\"{id}\"")) || referred.contains(id);
        // What brands call themselves is there for every text, used today or not.
        assert!(said || *file == "brand", "nobody says `{id}` of {file}.ftl");
    }
}

#[test]
fn translations_say_the_same_texts_of_the_same_things() {
    let english = texts(Language::English);
    for language in [Language::Hindi, Language::Malay] {
        for (id, (_, shape)) in texts(language) {
            let (_, original) =
                english.get(&id).unwrap_or_else(|| panic!("{language}: English has no `{id}`"));
            assert_eq!(original.facts, shape.facts, "{language}: `{id}` speaks of something else");
        }
    }
}

#[test]
fn every_text_that_members_read_exists_in_every_language() {
    for language in [Language::Hindi, Language::Malay] {
        let translated = texts(language);
        for (id, (file, _)) in texts(Language::English) {
            // Operators read English, and a brand's names are the brand's in every language.
            let is_for_members = !["operator", "brand"].contains(&file);
            assert!(!is_for_members || translated.contains_key(&id), "{language} lacks `{id}` of {file}.ftl");
        }
    }
}

#[test]
fn texts_refer_to_texts_that_exist_and_hold_only_tags_of_ours() {
    for language in Language::ALL {
        let known = texts(language);
        let english = texts(Language::English);
        for (id, (_, shape)) in &known {
            for text in &shape.texts {
                let exists = known.contains_key(text) || english.contains_key(text);
                assert!(exists, "{language}: `{id}` refers to `{text}`, which is no text");
            }
        }
        for (name, text) in files::of(language) {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                for tag in line.split('<').skip(1) {
                    let tag = tag.split('>').next().unwrap_or_default();
                    let ours = ["strong", "em", "mono", "id", "nowrap", "link"]
                        .contains(&tag.trim_start_matches('/'));
                    assert!(ours, "{language}, {name}: <{tag}>");
                }
                let (opened, closed) = (line.matches('<').count(), line.matches("</").count());
                assert_eq!(opened, closed * 2, "{language}, {name}: tags stand in pairs on one line: {line}");
            }
        }
    }
}

#[test]
fn a_text_becomes_html_or_plain_text_and_never_markup_by_accident() {
    let own = "frame-stuck = Ask <strong>us & { $support }</strong> <script>now</script> \"please\"";
    let words = saying(own, Language::English);
    let said = words.say("frame-stuck").with("support", "<b>'Tea' & \"Sons\"</b> <strong>");
    assert_eq!(
        said.to_string(),
        "Ask <strong>us &amp; &#60;b&#62;&#39;Tea&#39; &#38; &#34;Sons&#34;&#60;/b&#62; &#60;strong&#62;</strong> \
         &lt;script&gt;now&lt;/script&gt; &quot;please&quot;"
    );
    assert_eq!(said.text(), "Ask us & <b>'Tea' & \"Sons\"</b> <strong> <script>now</script> \"please\"");
    let link = Link::new("/help?a=\"&b", "<Help>");
    assert_eq!(
        words
            .say("frame-stuck")
            .with("support", &link)
            .to_string()
            .split_once("us &amp; ")
            .map(|(_, rest)| rest),
        Some(
            "<a href=\"/help?a=&#34;&#38;b\">&#60;Help&#62;</a></strong> &lt;script&gt;now&lt;/script&gt; &quot;please&quot;"
        )
    );
    let words = saying("frame-stuck = { $support } <link>this way</link>", Language::English);
    let said = words.say("frame-stuck").with("support", "\u{e000}\u{e001}").leading_to("/test/keys");
    assert_eq!(said.to_string(), "\u{e000}\u{e001} <a href=\"/test/keys\">this way</a>");
    assert_eq!(said.text(), "\u{e000}\u{e001} this way");
}

#[test]
fn numbers_choose_the_plural_form_of_the_language() {
    let own = "time-left-days = { $days ->\n    [one] one { $days }\n   *[other] other { $days }\n }\n";
    let said = |language, days: i64| {
        let words = saying(own, language);
        words.say("time-left-days").with("days", days).text()
    };
    assert_eq!(said(Language::English, 1), "one 1");
    assert_eq!(said(Language::English, 0), "other 0");
    assert_eq!(said(Language::Hindi, 0), "one 0", "Hindi counts nought as one");
    assert_eq!(said(Language::Hindi, 2), "other 2");
    assert_eq!(said(Language::Malay, 1), "other 1", "Malay has one form");
    assert_eq!(said(Language::English, 1_234_567), "other 1234567", "digits stand together");
}

#[test]
fn each_limit_on_codes_is_told_in_words_of_its_own() {
    for language in Language::ALL {
        let words = saying("", language);
        let said = |limit: SendLimit| {
            words.say("refusal-too-many-codes").kind("limit", limit.as_str()).with("again", "later").text()
        };
        // Half of the neighbours' codes or all of them: to whoever reads it, that is one.
        assert_eq!(said(SendLimit::NewNearby), said(SendLimit::Nearby), "{language:?}");
        let different: BTreeSet<String> = SendLimit::ALL.into_iter().map(said).collect();
        assert_eq!(different.len(), SendLimit::ALL.len() - 1, "{language:?}: {different:?}");
    }
}

#[test]
fn a_brand_says_texts_differently_without_a_new_program() {
    let plain = Catalogue::new(&brands());
    let id = brands()[0].rules.id.clone();
    assert_eq!(plain.words(&id, None).say("frame-help").text(), "Help");
    let own = saying("frame-help = Ask { -brand-name }", Language::English);
    assert_eq!(own.say("frame-help").text(), "Ask Razorpay");
    assert_eq!(own.say("frame-log-out").text(), "Log out");
}

#[test]
fn every_slip_in_a_brands_own_words_is_found_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder for the brand's words");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("the file can be written");
    };
    write("en.ftl", "# Ours\nframe-hlep = Help\nframe-stuck = Ask { $suport } or { frame-hepl }\n");
    write("ms.ftl", "letters-code-sms = Kod anda sudah sampai { $until }\n");
    write("hi.ftl", "frame-help = { $\n");
    write("fr.ftl", "frame-help = Aide\n");
    write("notes.txt", "not a text");
    let slips = OwnWords::read(folder.path()).expect_err("there are slips");
    let told = slips.iter().map(|slip| format!("{}: {}\n    {}", slip.place, slip.what, slip.hint));
    let told = told.collect::<Vec<_>>().join("\n").replace(&folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(told, @r#"
    DIR/en.ftl, line 2: no text is called `frame-hlep`
        The nearest is `frame-help`; a file says known texts differently.
    DIR/en.ftl, line 3: nothing fills `$suport` into `frame-stuck`
        It may hold: { $support }.
    DIR/en.ftl, line 3: `frame-stuck` refers to `frame-hepl`, which is no text
        The nearest is `frame-help`.
    DIR/fr.ftl: names no language
        Call it one of en.ftl, hi.ftl, ms.ftl.
    DIR/hi.ftl, line 1: this cannot be read: Expected one of "a-zA-Z"
        Write `id = text`; further lines of a text are indented, and braces stand in pairs.
    DIR/ms.ftl, line 1: `letters-code-sms` leaves out `$code`, without which nobody can use it
        Write { $code } where it belongs.
    "#);
    assert!(OwnWords::read(Path::new("/nowhere")).is_err());
}

#[test]
fn a_language_that_a_brand_does_not_offer_is_read_in_its_first() {
    let brands = brands();
    let words = Catalogue::new(&brands);
    let india = &brands[0].rules.id;
    assert_eq!(words.words(india, Some(Language::Hindi)).language(), Language::Hindi);
    assert_eq!(words.words(india, Some(Language::Malay)).language(), Language::English);
    assert_eq!(words.words(india, None).language(), Language::English);
}
