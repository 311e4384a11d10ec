//! The program's own pages, an operator's folder over them, and the page that this product makes true.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use super::*;
use crate::config::Config;

/// The folder of the program's own pages.
fn shipped_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../help")
}

fn sample_brands() -> Vec<Brand> {
    Config::brands_of(include_str!("../../../brands.toml")).expect("the sample brands")
}

fn help_over(folder: Option<&Path>) -> (Vec<Brand>, Help) {
    let brands = sample_brands();
    let words = Catalogue::new(&brands);
    let help = Help::of(&brands, &words, folder);
    (brands, help)
}

fn files_of(folder: &Path, below: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let entry = entry.expect("an entry of the folder");
        let name = format!("{below}{}", entry.file_name().to_str().expect("plain names"));
        match entry.path().is_dir() {
            true => files_of(&entry.path(), &format!("{name}/"), found),
            false => drop(found.insert(name)),
        }
    }
}

/// What is in a page: headings, steps, links and pictures, without its sentences.
fn outline(page: &Page) -> String {
    let mut told = format!("{}\n", page.title);
    let mut steps = 0;
    for tag in page.html.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').expect("every tag is closed");
        let value = |name: &str| {
            let (_, after) = tag.split_once(&format!("{name}=\""))?;
            after.split_once('"').map(|(value, _)| value)
        };
        match tag.split(' ').next().unwrap_or_default() {
            name @ ("h2" | "h3") => {
                writeln!(told, "{name} {} #{}", text.trim(), value("id").unwrap_or_default())
                    .expect("memory");
            }
            "ol" => steps = 0,
            "li" => steps += 1,
            "/ol" => writeln!(told, "  {steps} steps").expect("memory"),
            "a" if value("class").is_none() => {
                let out = if value("target").is_some() { " (elsewhere)" } else { "" };
                writeln!(told, "  link {text} → {}{out}", value("href").unwrap_or_default()).expect("memory");
            }
            "img" => writeln!(told, "  picture {}", value("src").unwrap_or_default()).expect("memory"),
            "div" => writeln!(told, "  {}", value("class").unwrap_or_default()).expect("memory"),
            _ => {}
        }
    }
    told
}

/// Addresses that do not change when a picture is taken anew.
struct Plain;

impl Addresses for Plain {
    fn page(&self, page: &str) -> String {
        format!("/help/{page}")
    }

    fn picture(&self, file: &str) -> String {
        format!("/help/{file}")
    }
}

#[test]
fn every_file_of_the_folder_is_in_the_binary_and_no_other() {
    let mut there = BTreeSet::new();
    files_of(&shipped_folder(), "", &mut there);
    there.retain(|file| !file.ends_with(".json"));
    let texts = shipped::TEXTS.iter().map(|(file, _)| (*file).to_owned());
    let pictures = shipped::PICTURES.iter().map(|(file, _)| (*file).to_owned());
    assert_eq!(texts.chain(pictures).collect::<BTreeSet<_>>(), there);
}

#[test]
fn the_programs_own_pages_have_no_slip_and_every_brand_has_all_of_them() {
    let (brands, help) = help_over(None);
    assert_eq!(help.check_all(), []);
    for brand in &brands {
        let names: Vec<&str> = help.pages(&brand.rules.id).iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "index",
                "payments/dashboard/settings/api-keys",
                "api/best-practices",
                "payments/dashboard/faqs",
                "payments/dashboard/settings/configuration",
                "payments/dashboard/settings/two-factor",
                "api/glossary",
            ]
        );
    }
}

#[test]
fn every_brand_reads_its_own_words_and_nobody_elses() {
    let (brands, help) = help_over(None);
    for brand in &brands {
        let all: String = help
            .pages(&brand.rules.id)
            .iter()
            .filter_map(|(name, _)| help.page(&brand.rules.id, name, &Plain))
            .map(|shown| {
                format!("{} {} {}", shown.page.title, shown.page.desc.unwrap_or_default(), shown.page.html)
            })
            .collect();
        let label = if brand.deactivate_word == "de-activate" { "De-activate" } else { "Deactivate" };
        assert!(all.contains(&format!("{label} old key in 24 hours")));
        assert_eq!(all.contains("under Website and app settings"), brand.settings_groups, "{}", brand.name);
        assert!(all.contains(&format!("{}_live_", brand.rules.key_prefix.as_str())));
        for other in brands.iter().filter(|other| other.name != brand.name) {
            assert!(!all.contains(&other.name), "{} speaks of {}", brand.name, other.name);
        }
        let has_picture = help.pictures(&brand.rules.id).next().is_some();
        assert_eq!(has_picture, brand.name == "Razorpay", "pictures show one brand's pages");
    }
}

#[test]
fn an_operators_folder_lies_over_the_programs_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, text: &[u8]| {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    };
    write("api/glossary.md", b"---\ntitle: Our words\n---\n@include who\n");
    write("own/page.md", b"---\ntitle: Own\n---\n@image a.png A picture\n\n@include nowhere\n");
    write("assets/images/a.png", b"png");
    write("assets/images/evil.svg", b"<svg/>");
    write(".hidden.md", b"---\ntitle: Hidden\n---\ntext\n");
    write("bad bytes.md", b"text");
    write("broken.md", b"---\ntitle: Br\xFFken\n---\n<show-if org=\"x\n");
    let (brands, help) = help_over(Some(folder.path()));
    let page = |name: &str| help.page(&brands[0].rules.id, name, &Plain);
    assert!(
        page("api/glossary")
            .is_some_and(|shown| shown.page.title == "Our words" && shown.page.html.contains("admins"))
    );
    assert!(page("own/page").is_some_and(|shown| shown.page.html.contains("/help/assets/images/a.png")));
    assert!(help.picture(&brands[0].rules.id, "assets/images/a.png").is_some());
    assert!(help.picture(&brands[0].rules.id, "assets/images/evil.svg").is_none());
    assert!(page(".hidden").is_none() && page("bad bytes").is_none() && page("../Cargo").is_none());
    assert!(page("broken").is_some(), "a broken page is still a page");
    let slips: Vec<String> =
        help.check().iter().map(|slip| format!("{}:{} {}", slip.file, slip.line, slip.slip.code())).collect();
    assert!(slips.contains(&"own/page.md:6 missing_partial".to_owned()), "{slips:?}");
    // Links to the headings of the page that was replaced are the operator's to mend.
    assert!(
        slips.iter().all(|slip| slip.starts_with("own/page.md") || slip.starts_with("broken.md")),
        "{slips:?}"
    );
}

#[test]
fn an_installation_with_other_brands_hears_nothing_of_ours() {
    let brands = r#"
        [[brand]]
        org = "acme"
        country = "SG"
        hosts = ["acme.example"]
        name = "Acme"
        key_prefix = "acm"
        default_dial_code = "+65"
    "#;
    let brands = Config::brands_of(brands).expect("a brand");
    let help = Help::of(&brands, &Catalogue::new(&brands), None);
    assert_eq!(help.check(), []);
    assert!(
        help.page(&brands[0].rules.id, INDEX, &Plain)
            .is_some_and(|shown| shown.page.html.contains("Acme Dashboard"))
    );
}

#[test]
fn a_site_of_files_holds_everything_its_pages_lead_to() {
    let (brands, help) = help_over(None);
    let words = Catalogue::new(&brands);
    for brand in &brands {
        let look = BrandLook::of(brand, words.words(&brand.rules.id, None));
        let files = site(&help, &brand.rules.id, &look);
        let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        for file in files.iter().filter(|file| file.path.ends_with(".html")) {
            let html = String::from_utf8_lossy(&file.bytes);
            for kind in ["href=\"", "src=\""] {
                for to in html.split(kind).skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
                    if to.is_empty() || to.contains(':') {
                        continue;
                    }
                    let mut at: Vec<&str> = file.path.split('/').collect();
                    at.pop();
                    for part in to.split('/') {
                        match part {
                            ".." => assert!(at.pop().is_some(), "{} leads out", file.path),
                            part => at.push(part),
                        }
                    }
                    assert!(paths.contains(at.join("/").as_str()), "{} leads to {to}", file.path);
                }
            }
        }
    }
}

/// The page that this product makes true is the platform's text, so it stands beside the repository and not in it.
#[test]
fn the_platforms_own_page_is_right_for_each_brand() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/mission/api-keys-page.md");
    let Ok(text) = fs::read_to_string(&source) else {
        eprintln!("the platform's page is not beside the repository; nothing to compare");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("mission")).expect("the folder can be made");
    fs::write(folder.path().join("mission/api-keys.md"), text).expect("the file can be written");
    let (brands, help) = help_over(Some(folder.path()));
    assert_eq!(help.check_all(), [], "the page has no slip, and everything it leads to is there");

    let page = |at: usize| help.page(&brands[at].rules.id, "mission/api-keys", &Plain).expect("a page").page;
    let [razorpay, curlec, axis] = [page(0), page(1), page(2)];
    assert_snapshot!("platforms_page_razorpay", outline(&razorpay));
    assert_snapshot!("platforms_page_curlec", outline(&curlec));
    assert_snapshot!("platforms_page_axis", outline(&axis));
    for page in [&razorpay, &curlec, &axis] {
        assert!(page.html.contains("<p class=\"strong\">Two-Factor Authentication</p>"));
        assert_eq!(
            page.html.matches("immediately or in 24 hours").count(),
            1,
            "one brand's block and no other"
        );
    }
    assert!(
        curlec.html.contains("de-activate the old key") && !curlec.html.contains("dashboard.razorpay.com")
    );
    assert!(!razorpay.html.contains("de-activate") && !axis.html.contains("de-activate"));
    assert!(!axis.html.contains("under Website and app settings") && !axis.html.contains("<img"));
}
