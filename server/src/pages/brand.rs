//! How a brand looks and speaks: everything white-label that pages need, and its style sheet.
//!
//! Pages know no brand by name. They print what stands here.

use super::colour::Colour;
use super::layout::Link;
use super::moment::Zone;
use crate::words::{Words, named};

/// The ground colours that the style sheet uses; brand colours are fitted to the least favourable of them.
const LIGHT_GROUND: Colour = Colour::rgb(0xf0, 0xf2, 0xf6);
const DARK_GROUND: Colour = Colour::rgb(0x1e, 0x23, 0x2e);

/// One brand, as its pages show it.
#[derive(Clone, Debug)]
pub struct BrandLook {
    /// The short name beside the logo: "Razorpay".
    pub name: String,
    /// What the product calls itself in titles and sentences: "Razorpay Dashboard".
    pub dashboard_name: String,
    /// ISO 3166 code; with it pages say in which English they are written.
    pub country: String,
    /// "deactivate" or "de-activate", in lower case.
    pub deactivate_word: String,
    /// Whether API Keys stands under "Website and app settings" or directly in Account & Settings.
    pub settings_groups: bool,
    /// Where people get help; not every brand names a place.
    pub support: Option<Support>,
    /// The accent colours.
    pub colours: Colours,
    /// Address of an image, under our own origin; without one the first letter of the name is drawn.
    pub logo: Option<String>,
    /// The zone in which times are printed before the browser translates them.
    pub zone: Zone,
    /// What a number starts with when the member types none: "+91".
    pub default_dial_code: String,
    /// What the brand's key ids start with: "rzp".
    pub key_prefix: String,
    /// The roles that exist at this brand, as people read them.
    pub roles: Vec<String>,
    /// What its texts are taken from, in one of its languages.
    pub words: Words,
}

/// Where a brand's customers get help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// A page.
    Page(String),
    /// An e-mail address.
    Email(String),
}

impl Support {
    /// What a link to it points at.
    pub fn href(&self) -> String {
        match self {
            Support::Page(address) => address.clone(),
            Support::Email(address) => format!("mailto:{address}"),
        }
    }

    /// A link to it.
    pub fn link(&self, words: &Words) -> Link {
        let says = match self {
            Support::Page(_) => words.say("frame-support").text(),
            Support::Email(address) => address.clone(),
        };
        Link::new(self.href(), says)
    }
}

/// A brand's accent, and the one for dark pages when it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colours {
    /// For buttons, links and the logo's tile.
    pub accent: Colour,
    /// The same on dark ground.
    pub accent_dark: Option<Colour>,
}

impl BrandLook {
    /// How a configured brand looks to readers of a language.
    pub fn of(brand: &crate::config::Brand, words: Words) -> BrandLook {
        let id = &brand.rules.id;
        let colour = |colour: crate::config::Colour| Colour::rgb(colour.red, colour.green, colour.blue);
        let page = brand.support.url.clone().map(Support::Page);
        BrandLook {
            name: brand.name.clone(),
            dashboard_name: brand.dashboard_name.clone(),
            country: id.country().to_owned(),
            deactivate_word: brand.deactivate_word.clone(),
            settings_groups: brand.settings_groups,
            support: page.or_else(|| brand.support.email.clone().map(Support::Email)),
            colours: Colours {
                accent: colour(brand.colours.accent),
                accent_dark: Some(colour(brand.colours.accent_dark)),
            },
            logo: brand.logo.as_ref().map(|logo| {
                let version = super::assets::fingerprint(&logo.bytes);
                format!("/assets/logo?v={}", std::str::from_utf8(&version).expect("hexadecimal digits"))
            }),
            zone: Zone::from(brand.zone()).said_in(&words),
            default_dial_code: brand.rules.default_dial_code.as_str().to_owned(),
            key_prefix: brand.rules.key_prefix.as_str().to_owned(),
            roles: brand.rules.roles.iter().map(|&role| role_word(&words, role)).collect(),
            words,
        }
    }

    /// The language of the pages, for screen readers and date formats: "en-IN", "hi-IN".
    pub fn language(&self) -> String {
        format!("{}-{}", self.words.language(), self.country)
    }

    /// The verb at the start of a label: "Deactivate", "De-activate".
    pub fn deactivate_label(&self) -> String {
        let mut letters = self.deactivate_word.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    }

    /// The brand's style sheet: custom properties only, for light and dark.
    pub fn stylesheet(&self) -> String {
        let light = properties(self.colours.accent, Colour::WHITE, LIGHT_GROUND);
        let dark_accent = self.colours.accent_dark.unwrap_or(self.colours.accent);
        let dark = properties(dark_accent, Colour::rgb(0x17, 0x1b, 0x24), DARK_GROUND);
        format!(":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
    }

    /// Where the style sheet is. The address changes with the colours, so it can be cached for ever.
    pub fn stylesheet_path(&self) -> String {
        let version = super::assets::fingerprint(self.stylesheet().as_bytes());
        format!("/assets/brand.css?v={}", std::str::from_utf8(&version).expect("hexadecimal digits"))
    }
}

/// A role as people read it.
pub fn role_word(words: &Words, role: domain::Role) -> String {
    let id = match role {
        domain::Role::Owner => named("role-owner"),
        domain::Role::Admin => named("role-admin"),
        domain::Role::Manager => named("role-manager"),
        domain::Role::Operations => named("role-operations"),
        domain::Role::Finance => named("role-finance"),
        domain::Role::Support => named("role-support"),
        domain::Role::Epos => named("role-epos"),
        domain::Role::ViewOnly => named("role-view-only"),
    };
    words.say(id).text()
}

fn properties(accent: Colour, surface: Colour, ground: Colour) -> String {
    let (on_accent, link, soft) = (accent.text_on(), accent.as_text_on(ground), surface.mixed(accent, 0.1));
    let hover = accent.mixed(on_accent.text_on(), 0.12);
    format!("--accent:{accent};--accent-hover:{hover};--on-accent:{on_accent};--link:{link};--soft:{soft}")
}

#[cfg(test)]
pub(crate) mod samples {
    use domain::Language;

    use super::*;
    use crate::config::Config;
    use crate::words::Catalogue;

    /// A brand of the sample under other names, in English.
    fn words(country: &str, name: &str, dashboard_name: &str) -> Words {
        spoken(Language::English, country, name, dashboard_name)
    }

    /// The same in any language.
    pub(crate) fn spoken(language: Language, country: &str, name: &str, dashboard_name: &str) -> Words {
        let folder = std::path::Path::new("sample");
        let config = Config::demo(folder, 8080, include_str!("../../../brands.toml"));
        let brands = config.expect("the sample configuration is valid").brands;
        let brand = brands.into_iter().find(|brand| brand.rules.id.country() == country);
        let mut brand = brand.expect("the sample has a brand in each country");
        brand.name = name.to_owned();
        brand.dashboard_name = dashboard_name.to_owned();
        brand.languages = Language::ALL.to_vec();
        Catalogue::new(std::slice::from_ref(&brand)).words(&brand.rules.id, Some(language))
    }

    /// The three brands of the product's own page, and one nobody would design for.
    pub(crate) fn brands() -> [BrandLook; 4] {
        [razorpay(), curlec(), axis(), longest()]
    }

    pub(crate) fn razorpay() -> BrandLook {
        BrandLook {
            name: "Razorpay".to_owned(),
            dashboard_name: "Razorpay Dashboard".to_owned(),
            country: "IN".to_owned(),
            deactivate_word: "deactivate".to_owned(),
            settings_groups: true,
            support: Some(Support::Page("https://razorpay.com/support/".to_owned())),
            colours: colours("#2b5bd7", Some("#5b8cff")),
            logo: None,
            zone: zone("Asia/Kolkata"),
            default_dial_code: "+91".to_owned(),
            key_prefix: "rzp".to_owned(),
            roles: roles(&[
                "Owner",
                "Admin",
                "Manager",
                "Operations",
                "Finance",
                "Support",
                "ePos",
                "View-Only",
            ]),
            words: words("IN", "Razorpay", "Razorpay Dashboard"),
        }
    }

    pub(crate) fn curlec() -> BrandLook {
        BrandLook {
            name: "Curlec".to_owned(),
            dashboard_name: "Curlec Dashboard".to_owned(),
            country: "MY".to_owned(),
            deactivate_word: "de-activate".to_owned(),
            support: Some(Support::Email("support@curlec.example".to_owned())),
            colours: colours("#5a2dd0", Some("#9d7bff")),
            zone: zone("Asia/Kuala_Lumpur"),
            default_dial_code: "+60".to_owned(),
            roles: roles(&["Owner", "Admin", "Manager", "Operations", "Finance", "Support", "View-Only"]),
            words: words("MY", "Curlec", "Curlec Dashboard"),
            ..razorpay()
        }
    }

    pub(crate) fn axis() -> BrandLook {
        BrandLook {
            name: "Axis".to_owned(),
            dashboard_name: "Dashboard".to_owned(),
            settings_groups: false,
            support: None,
            colours: colours("#97144d", Some("#e0679b")),
            key_prefix: "axis".to_owned(),
            words: words("IN", "Axis", "Dashboard"),
            ..razorpay()
        }
    }

    pub(crate) fn longest() -> BrandLook {
        BrandLook {
            name: "Sparkassenverrechnungsgemeinschaft <Süd> & Söhne".to_owned(),
            dashboard_name: "Sparkassenverrechnungsgemeinschaft Merchant Self-Service Dashboard".to_owned(),
            colours: colours("#ffd400", None),
            zone: zone("America/Argentina/ComodRivadavia"),
            words: words(
                "IN",
                "Sparkassenverrechnungsgemeinschaft <Süd> & Söhne",
                "Sparkassenverrechnungsgemeinschaft Merchant Self-Service Dashboard",
            ),
            ..razorpay()
        }
    }

    fn colours(accent: &str, dark: Option<&str>) -> Colours {
        Colours {
            accent: Colour::parse(accent).expect("six hexadecimal digits"),
            accent_dark: dark.and_then(Colour::parse),
        }
    }

    fn zone(name: &str) -> Zone {
        Zone::named(name).expect("a zone of the bundled database")
    }

    fn roles(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::pages::colour::TEXT_CONTRAST_MIN;

    /// The value of a custom property, in the light or the dark part.
    fn colour(sheet: &str, part: usize, property: &str) -> Colour {
        let block = sheet.lines().nth(part).expect("one line a theme");
        let (_, after) = block.split_once(&format!("--{property}:")).expect("the property is there");
        Colour::parse(&after[..7]).expect("a colour")
    }

    /// The brands of the sample configuration.
    fn shipped() -> Vec<BrandLook> {
        let folder = std::path::Path::new("sample");
        let config = Config::demo(folder, 8080, include_str!("../../../brands.toml"));
        let brands = config.expect("the sample configuration is valid").brands;
        let words = crate::words::Catalogue::new(&brands);
        brands.iter().map(|brand| BrandLook::of(brand, words.words(&brand.rules.id, None))).collect()
    }

    #[test]
    fn the_sample_configuration_says_how_its_brands_look_and_speak() {
        let words: Vec<String> = shipped()
            .iter()
            .map(|look| {
                let roles = look.roles.len();
                format!("{} {} {} {}", look.dashboard_name, look.language(), look.deactivate_label(), roles)
            })
            .collect();
        assert_eq!(
            words,
            [
                "Razorpay Dashboard en-IN Deactivate 8",
                "Curlec Dashboard en-MY De-activate 7",
                "Dashboard en-IN Deactivate 8"
            ]
        );
    }

    #[test]
    fn every_brand_is_readable_in_light_and_dark() {
        for brand in samples::brands().into_iter().chain(shipped()) {
            let sheet = brand.stylesheet();
            for (part, ground) in [(0, LIGHT_GROUND), (1, DARK_GROUND)] {
                let [accent, hover, on_accent, link, soft] =
                    ["accent", "accent-hover", "on-accent", "link", "soft"]
                        .map(|property| colour(&sheet, part, property));
                assert!(
                    on_accent.contrast(accent) >= TEXT_CONTRAST_MIN,
                    "{} button, part {part}",
                    brand.name
                );
                assert!(on_accent.contrast(hover) >= TEXT_CONTRAST_MIN, "{} hover, part {part}", brand.name);
                assert!(link.contrast(ground) >= TEXT_CONTRAST_MIN, "{} link, part {part}", brand.name);
                assert!(link.contrast(soft) >= TEXT_CONTRAST_MIN, "{} link on soft, part {part}", brand.name);
            }
        }
    }

    #[test]
    fn a_changed_colour_changes_the_address_of_the_style_sheet() {
        assert_ne!(samples::razorpay().stylesheet_path(), samples::curlec().stylesheet_path());
    }

    #[test]
    fn the_word_of_the_brand_starts_a_label() {
        assert_eq!(samples::razorpay().deactivate_label(), "Deactivate");
        assert_eq!(samples::curlec().deactivate_label(), "De-activate");
    }
}
