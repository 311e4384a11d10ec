//! Addresses: what a link or a picture in a text leads to, and whether it may.

/// Where pages and pictures stand for the reader; whoever prints pages decides.
pub trait Addresses {
    /// The address of a page: `api/glossary`; the first page is `index`.
    fn page(&self, page: &str) -> String;

    /// The address of a picture: `assets/images/settings.jpg`.
    fn picture(&self, file: &str) -> String;
}

/// The first page.
pub(crate) const INDEX: &str = "index";

/// The beginning of all internal addresses, as authors write them.
const INTERNAL: &str = "/docs";

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A page of this handbook.
    Page { page: String, anchor: Option<String> },
    /// A place on the same page.
    Here(String),
    /// Somewhere else, over https or http.
    Elsewhere(String),
    /// A letter to somebody.
    Letter(String),
}

/// What an address means; `None` for one that no page may lead to.
pub(crate) fn target(href: &str) -> Option<Target> {
    let href = href.trim();
    if href.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    if let Some(anchor) = href.strip_prefix('#') {
        return (!anchor.is_empty()).then(|| Target::Here(anchor.to_owned()));
    }
    if let Some(inside) = internal(href) {
        let (path, anchor) =
            inside.split_once('#').map_or((inside, None), |(path, anchor)| (path, Some(anchor)));
        let path = path.split('?').next().unwrap_or_default().trim_matches('/');
        let page = if path.is_empty() { INDEX } else { path };
        let anchor = anchor.filter(|anchor| !anchor.is_empty()).map(str::to_owned);
        return crate::is_file_name(page).then(|| Target::Page { page: page.to_owned(), anchor });
    }
    let lower = href.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return Some(Target::Elsewhere(href.to_owned()));
    }
    if lower.starts_with("mailto:") {
        return Some(Target::Letter(href.to_owned()));
    }
    None
}

/// The file of a picture; `None` for one that is not ours.
pub(crate) fn picture(src: &str) -> Option<String> {
    let file = internal(src.trim())?.trim_start_matches('/');
    crate::is_file_name(file).then(|| file.to_owned())
}

fn internal(address: &str) -> Option<&str> {
    let rest = address.strip_prefix(INTERNAL)?;
    (rest.is_empty() || rest.starts_with(['/', '#', '?'])).then_some(rest)
}

/// What a heading can be linked as: its words in small letters with hyphens between.
pub(crate) fn anchor(heading: &str) -> String {
    let mut anchor = String::new();
    for letter in heading.trim().chars() {
        match letter {
            ' ' => anchor.push('-'),
            '-' | '_' => anchor.push(letter),
            letter if letter.is_alphanumeric() => anchor.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    if anchor.is_empty() { "section".to_owned() } else { anchor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(page: &str, anchor: Option<&str>) -> Option<Target> {
        Some(Target::Page { page: page.to_owned(), anchor: anchor.map(str::to_owned) })
    }

    #[test]
    fn addresses_below_docs_are_pages_of_the_handbook() {
        assert_eq!(target("/docs/api/best-practices"), page("api/best-practices", None));
        assert_eq!(target("/docs/api/glossary/"), page("api/glossary", None));
        assert_eq!(target("/docs/faqs#2-i-cannot"), page("faqs", Some("2-i-cannot")));
        assert_eq!(target("/docs"), page("index", None));
        assert_eq!(target("/docs/?from=home#top"), page("index", Some("top")));
    }

    #[test]
    fn nothing_leads_to_a_script_or_out_of_the_shelf() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/docs/../secret",
            "/docs/a//b",
            "/settings",
            "page",
            "",
            "#",
            "vbscript:x",
            "/docsx",
            "https://a b",
        ] {
            assert_eq!(target(bad), None, "{bad}");
        }
        assert_eq!(
            target("https://a.example/#/x"),
            Some(Target::Elsewhere("https://a.example/#/x".to_owned()))
        );
        assert_eq!(picture("/docs/assets/images/a.jpg").as_deref(), Some("assets/images/a.jpg"));
        assert_eq!(picture("https://a.example/a.jpg"), None);
        assert_eq!(picture("/docs/../a.jpg"), None);
    }

    #[test]
    fn a_heading_is_linked_by_its_words() {
        assert_eq!(
            anchor("2. I cannot generate live mode API keys"),
            "2-i-cannot-generate-live-mode-api-keys"
        );
        assert_eq!(anchor("Account & Settings"), "account--settings");
        assert_eq!(anchor("!?"), "section");
    }
}
