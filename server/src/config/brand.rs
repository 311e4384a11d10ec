//! What a brand is: one org in one country, with its hosts, looks, words and rules.
//!
//! The program knows no brand. All of them come from the configuration, and everything that differs between
//! two brands is a field here.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use ::config::Value;
use domain::{BrandId, DialCode, KeyPrefix, Language, Mobile, Role, SecretStyle, StepUpRule};
use jiff::tz::TimeZone;
use lettre::Address;

use super::problem::Problems;
use super::reading::Section;
use crate::words::OwnWords;

const ONE_DAY: Duration = Duration::from_secs(24 * 3600);

/// A logo larger than this would slow down each page that shows it.
const LOGO_BYTES_MAX: u64 = 256 * 1024;

/// A name longer than this breaks headings and makes two messages of one.
const NAME_CHARS_MAX: usize = 40;

const DIAL_CODE_FORM: &str = "Write a plus sign and up to three digits, such as \"+91\".";

/// One brand, complete and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// Which brand it is and what its keys must obey.
    pub rules: domain::Brand,
    /// Exact host names in lower case, without port. No host belongs to two brands.
    pub hosts: Vec<String>,
    /// Where the dashboard is reached, without a slash at the end. Letters link to it.
    pub url: String,
    /// What people call the brand, as in "Curlec".
    pub name: String,
    /// What people call its dashboard, as in "Curlec Dashboard".
    pub dashboard_name: String,
    /// Colours for light and dark.
    pub colours: Colours,
    /// A picture instead of the written name.
    pub logo: Option<Logo>,
    /// Whom members turn to.
    pub support: Support,
    /// Whether API Keys stands in a group "Website and app settings" or directly in the settings.
    pub settings_groups: bool,
    /// Countries to which one-time passwords are sent at all.
    pub sms_dial_codes: Vec<DialCode>,
    /// IANA name of the time zone in which pages and letters print time.
    pub time_zone: String,
    /// "deactivate" or how the brand spells it, in lower case.
    pub deactivate_word: String,
    /// What members may read the pages in; the first one where nobody has chosen.
    pub languages: Vec<Language>,
    /// Texts that the brand says differently, and where they were read from.
    pub words: OwnWords,
    /// The folder of those texts.
    pub words_dir: Option<PathBuf>,
    /// The sender of this brand's e-mails, where it differs from `[email] from`.
    pub email_from: Option<String>,
    /// The sender of this brand's text messages, where it differs from `[sms] from`.
    pub sms_from: Option<String>,
    /// The brand's own templates for text messages, before those of `[sms.templates]`: purpose and id.
    pub sms_templates: Vec<(String, String)>,
}

impl Brand {
    /// Whether the brand sends text messages to this number.
    pub fn texts_to(&self, number: &Mobile) -> bool {
        self.sms_dial_codes.iter().any(|code| number.as_str().starts_with(code.as_str()))
    }

    /// The time zone itself.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).expect("reading the brand looked the time zone up")
    }
}

/// The brand's colour in both themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colours {
    /// Buttons and links on a light page.
    pub accent: Colour,
    /// Buttons and links on a dark page.
    pub accent_dark: Colour,
}

/// A colour as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NotAColour)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| NotAColour);
        Ok(Self { red: part(0)?, green: part(2)?, blue: part(4)? })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// The text is not `#` and six hexadecimal digits.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAColour;

/// A logo, read when the program starts.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// Where it was read from.
    pub path: PathBuf,
    /// `image/svg+xml`, `image/png` or `image/webp`.
    pub media_type: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logo").field("path", &self.path).field("bytes", &self.bytes.len()).finish()
    }
}

/// Whom members turn to. Both may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// A page.
    pub url: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
}

/// Where dashboards without a `url` of their own are reached.
pub(super) struct Reach {
    pub(super) https: bool,
    pub(super) port: u16,
}

impl Reach {
    /// Where a host is reached.
    pub(super) fn address(&self, host: &str) -> String {
        match (self.https, self.port) {
            (true, _) => format!("https://{host}"),
            (false, 80) => format!("http://{host}"),
            (false, port) => format!("http://{host}:{port}"),
        }
    }
}

/// Reads all brands and refuses those that stand in each other's way.
pub(super) fn read_all(values: &[Value], reach: &Reach, problems: &mut Problems) -> Vec<Brand> {
    let mut brands: Vec<Brand> = Vec::new();
    let mut taken: HashMap<String, String> = HashMap::new();
    for value in values {
        let Some(mut section) = Section::of_list("brand", value, problems) else { continue };
        let Some(brand) = read(&mut section, reach) else { continue };
        let id = brand.rules.id.to_string();
        if let Some(first) = taken.get(&id) {
            let hint = format!("It stands at {first} already; each org and country is one brand.");
            section.refuse("org", format!("says {id} a second time"), hint);
        }
        for host in &brand.hosts {
            if let Some(first) = brands.iter().find(|first| first.hosts.contains(host)) {
                let hint = format!("{} has it already; a host shows one brand.", first.rules.id);
                section.refuse("hosts", format!("holds `{host}`, which is taken"), hint);
            }
        }
        taken.entry(id).or_insert_with(|| section.place_of("org"));
        brands.push(brand);
    }
    brands
}

/// One brand; `None` when a part without which it cannot be named or used is missing, which is then a
/// problem.
fn read(section: &mut Section<'_>, reach: &Reach) -> Option<Brand> {
    let id = id(section);
    let hosts = hosts(section);
    let url = url(section, &hosts, reach);
    let name = name(section, "name");
    let dashboard_name = match (section.has("dashboard_name"), &name) {
        (false, Some(name)) => Some(format!("{name} Dashboard")),
        (_, _) => name_if_set(section, "dashboard_name"),
    };
    let key_prefix: Option<KeyPrefix> = form(
        section,
        "key_prefix",
        "\"exa\"",
        "Write 2 to 12 small letters and digits, a letter first, such as \"exa\"; the _ is added.",
    );
    let styles = [("scannable", SecretStyle::Scannable), ("plain", SecretStyle::Plain)];
    let secret_style = section.choice("secret_style", &styles);
    let default_dial_code: Option<DialCode> = form(section, "default_dial_code", "\"+91\"", DIAL_CODE_FORM);
    let sms_dial_codes = section
        .parsed_list("sms_dial_codes", DIAL_CODE_FORM)
        .or(default_dial_code.clone().map(|code| vec![code]));
    if sms_dial_codes.as_ref().is_some_and(Vec::is_empty) {
        let hint = "Leave the line out to allow the default dial code, or list the codes.";
        section.refuse("sms_dial_codes", "is empty, so nobody would get a one-time password", hint);
    }
    let roles = roles(section);
    let settings_groups = section.yes_no("settings_groups", true);
    let time_zone = time_zone(section);
    let words = [("deactivate", "deactivate"), ("de-activate", "de-activate")];
    let deactivate_word = section.choice("deactivate_word", &words).to_owned();
    let languages = languages(section);
    let words_dir = section.path("words_dir");
    let words = words_dir.as_deref().map_or_else(OwnWords::default, |folder| own_words(section, folder));
    let email_from = email_from(section);
    let sms_from = section.text("sms_from");
    let sms_templates = super::sms::templates(section, "sms_templates");
    let logo = logo(section);
    let colours = colours(&mut section.section("colours"));
    let support = support(&mut section.section("support"));
    let mut step_up = section.section("step_up");
    let moments = [("unless_login_otp", StepUpRule::UnlessLoginOtp), ("always", StepUpRule::Always)];
    let regenerate = step_up.choice("regenerate", &moments);
    let generate_live = step_up.yes_no("generate_live", false);
    let mobile_hold = step_up.duration("mobile_hold", ONE_DAY, Duration::ZERO..=ONE_DAY * 7);
    let mut live = section.section("live");
    let require_activation = live.yes_no("require_activation", true);
    let require_website = live.yes_no("require_website", true);
    Some(Brand {
        rules: domain::Brand {
            id: id?,
            key_prefix: key_prefix?,
            secret_style,
            regenerate,
            generate_live,
            mobile_hold: domain::Duration::from_millis(
                i64::try_from(mobile_hold.as_millis()).unwrap_or(i64::MAX),
            ),
            require_activation,
            require_website,
            roles,
            default_dial_code: default_dial_code?,
        },
        hosts,
        url,
        name: name?,
        dashboard_name: dashboard_name?,
        colours,
        logo,
        support,
        settings_groups,
        sms_dial_codes: sms_dial_codes?,
        time_zone,
        deactivate_word,
        languages,
        words,
        words_dir,
        email_from,
        sms_from,
        sms_templates,
    })
}

fn id(section: &mut Section<'_>) -> Option<BrandId> {
    let org = section.required("org", "\"example\"");
    let country = section.required("country", "\"IN\"");
    let org_is_right = org.as_deref().map(|org| BrandId::new(org, "IN").is_ok() && org.len() <= 32);
    if org_is_right == Some(false) {
        let hint = "Write up to 32 small letters, digits and hyphens, a letter first, such as \"example\".";
        section.refuse(
            "org",
            format!("is `{}`, which is not a short name", org.as_deref().unwrap_or_default()),
            hint,
        );
    }
    let country_is_right = country.as_deref().map(|country| BrandId::new("any", country).is_ok());
    if country_is_right == Some(false) {
        let what = format!("is `{}`, which is not a country code", country.as_deref().unwrap_or_default());
        section.refuse(
            "country",
            what,
            "Write the two capital letters of ISO 3166, such as \"IN\" or \"MY\".",
        );
    }
    BrandId::new(&org?, &country?).ok()
}

/// A required text with a form of its own.
fn form<T: FromStr>(section: &mut Section<'_>, key: &str, example: &str, hint: &str) -> Option<T> {
    let text = section.required(key, example)?;
    let parsed = text.parse().ok();
    if parsed.is_none() {
        section.refuse(key, format!("is `{text}`"), hint);
    }
    parsed
}

fn name(section: &mut Section<'_>, key: &str) -> Option<String> {
    section.required(key, "\"Example\"")?;
    name_if_set(section, key)
}

/// A name as it may stand on pages, in subjects and in text messages.
fn name_if_set(section: &mut Section<'_>, key: &str) -> Option<String> {
    let name = section.text(key)?;
    if NAME_CHARS_MAX < name.chars().count() || name.contains(char::is_control) {
        let hint = format!("Write up to {NAME_CHARS_MAX} characters on one line.");
        section.refuse(key, "is too long or not on one line", hint);
    }
    // Text messages hold one run of six digits, the code, and phones offer to type it.
    let longest_run = name.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    if 6 <= longest_run {
        section.refuse(
            key,
            "holds six digits in a row, like a one-time password",
            "Choose a name without them.",
        );
    }
    Some(name)
}

fn hosts(section: &mut Section<'_>) -> Vec<String> {
    if !section.has("hosts") {
        let hint =
            "Write the names under which its dashboard is opened: hosts = [\"dashboard.example.com\"].";
        section.refuse("hosts", "is missing", hint);
    }
    host_names(section)
}

/// The names in `hosts`; empty where there is no such setting.
pub(super) fn host_names(section: &mut Section<'_>) -> Vec<String> {
    let Some(items) = section.list("hosts") else { return Vec::new() };
    if items.is_empty() {
        let hint = "Write at least one: hosts = [\"dashboard.example.com\"].";
        section.refuse("hosts", "is an empty list", hint);
    }
    let mut hosts = Vec::new();
    for item in items {
        let host = item.text.to_ascii_lowercase();
        if is_host_name(&host) {
            hosts.push(host);
        } else {
            let hint = "Write the name alone, such as \"dashboard.example.com\": no https://, no port, no path, no *.";
            section.problems.add(item.place, format!("`{}` is not a host name", item.text), hint);
        }
    }
    hosts
}

fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        let inner = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        !label.is_empty() && label.len() <= 63 && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

fn url(section: &mut Section<'_>, hosts: &[String], reach: &Reach) -> String {
    let usual = reach.address(hosts.first().map_or("", String::as_str));
    let Some(url) = section.text("url") else { return usual };
    let url = url.trim_end_matches('/').to_owned();
    if !is_web_address(&url) {
        let hint = "Write the address of the dashboard, such as \"https://dashboard.example.com\".";
        section.refuse("url", format!("is `{url}`, which is not a web address"), hint);
    }
    url
}

pub(super) fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let clean = !url.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>\\".contains(c));
    clean && rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
}

fn colours(section: &mut Section<'_>) -> Colours {
    // A blue that is readable on white, and its lighter sister for dark pages.
    let accent = colour(section, "accent").unwrap_or(Colour { red: 0x1d, green: 0x4e, blue: 0xd8 });
    let set_dark = colour(section, "accent_dark");
    let usual_dark =
        if section.has("accent") { accent } else { Colour { red: 0x8a, green: 0xb4, blue: 0xff } };
    Colours { accent, accent_dark: set_dark.unwrap_or(usual_dark) }
}

fn colour(section: &mut Section<'_>, key: &str) -> Option<Colour> {
    let text = section.text(key)?;
    let parsed = text.parse().ok();
    if parsed.is_none() {
        let hint = format!("Write # and six hexadecimal digits, such as {key} = \"#1d4ed8\".");
        section.refuse(key, format!("is `{text}`, which is not a colour"), hint);
    }
    parsed
}

fn logo(section: &mut Section<'_>) -> Option<Logo> {
    let path = section.path("logo")?;
    let media_type = match path.extension().and_then(|end| end.to_str()) {
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        _ => {
            let what = format!("is `{}`, which is no picture that all browsers show", path.display());
            section.refuse("logo", what, "Name a file that ends in .svg, .png or .webp.");
            return None;
        }
    };
    let too_large = std::fs::metadata(&path).is_ok_and(|file| file.len() > LOGO_BYTES_MAX);
    if too_large {
        let what = format!("names {}, which is larger than {} KiB", path.display(), LOGO_BYTES_MAX / 1024);
        section.refuse("logo", what, "Use a smaller picture; pages show it 32 pixels high.");
        return None;
    }
    match std::fs::read(&path) {
        Ok(bytes) => Some(Logo { path, media_type, bytes }),
        Err(error) => {
            let what = format!("names {}, which cannot be read ({error})", path.display());
            section.refuse("logo", what, "Check the path, or leave the line out: the name is shown instead.");
            None
        }
    }
}

fn support(section: &mut Section<'_>) -> Support {
    let url = section.text("url");
    if let Some(url) = url.as_deref().filter(|url| !is_web_address(url)) {
        let what = format!("is `{url}`, which is not a web address");
        section.refuse("url", what, "Write it whole, such as \"https://example.com/support\".");
    }
    let email = section.text("email");
    if let Some(email) = email.as_deref().filter(|email| email.parse::<Address>().is_err()) {
        let what = format!("is `{email}`, which is not an e-mail address");
        section.refuse("email", what, "Write it such as \"support@example.com\".");
    }
    Support { url, email }
}

fn roles(section: &mut Section<'_>) -> Vec<Role> {
    let hint = format!("The roles are: {}.", Role::ALL.map(Role::as_str).join(", "));
    let Some(wanted) = section.parsed_list::<Role>("roles", &hint) else { return Role::ALL.to_vec() };
    if !wanted.contains(&Role::Owner) {
        section.refuse("roles", "has no owner", "Add \"owner\": each account has one, always.");
    }
    // One order everywhere, whatever the order in the file.
    Role::ALL.into_iter().filter(|role| wanted.contains(role)).collect()
}

fn languages(section: &mut Section<'_>) -> Vec<Language> {
    let names = Language::ALL.map(|language| format!("\"{language}\"")).join(", ");
    let hint = format!("The languages are: {names}.");
    let Some(wanted) = section.parsed_list::<Language>("languages", &hint) else {
        return vec![Language::English];
    };
    if wanted.is_empty() {
        section.refuse("languages", "is empty", "Leave the line out for English, or list the languages.");
    }
    // The order is the brand's: the first is read where nobody has chosen.
    let mut languages = Vec::new();
    for language in wanted {
        if languages.contains(&language) {
            section.refuse("languages", format!("holds `{language}` twice"), "Name each language once.");
        } else {
            languages.push(language);
        }
    }
    languages
}

fn own_words(section: &mut Section<'_>, folder: &Path) -> OwnWords {
    match OwnWords::read(folder) {
        Ok(words) => words,
        Err(slips) => {
            for slip in slips {
                section.problems.add(slip.place, slip.what, slip.hint);
            }
            OwnWords::default()
        }
    }
}

fn time_zone(section: &mut Section<'_>) -> String {
    let name = section.text("time_zone").unwrap_or_else(|| "UTC".to_owned());
    if TimeZone::get(&name).is_err() {
        let hint = "Write a name of the IANA list, such as \"Asia/Kolkata\" or \"UTC\".";
        section.refuse("time_zone", format!("is `{name}`, which is not a time zone"), hint);
    }
    name
}

fn email_from(section: &mut Section<'_>) -> Option<String> {
    let from = section.text("email_from")?;
    if from.parse::<Address>().is_err() {
        let what = format!("is `{from}`, which is not an e-mail address");
        section.refuse(
            "email_from",
            what,
            "Write it such as \"no-reply@example.com\"; the name is the brand's.",
        );
    }
    Some(from)
}
