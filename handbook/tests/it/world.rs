//! Three brands and a shelf, as small as a test wants them.

use handbook::{Addresses, Edition, Finding, Handbook, Page, Texts};

pub(crate) fn razorpay() -> Edition {
    Edition::new("razorpay", "IN")
        .at(["dashboard.razorpay.com"])
        .with("brand-name", "Razorpay")
        .with("dashboard-name", "Razorpay Dashboard")
        .with("key-prefix", "rzp")
        .with_link("support", "https://razorpay.com/support/", "Contact support")
}

pub(crate) fn curlec() -> Edition {
    Edition::new("razorpay", "MY")
        .at(["dashboard.curlec.com"])
        .with("brand-name", "Curlec")
        .with("dashboard-name", "Curlec Dashboard")
        .with("key-prefix", "rzp")
        .with_link("support", "mailto:support@curlec.com", "support@curlec.com")
}

pub(crate) fn axis() -> Edition {
    Edition::new("axis", "IN")
        .at(["axis.razorpay.com"])
        .with("brand-name", "Axis <&> Sons")
        .with("dashboard-name", "Dashboard")
        .with("key-prefix", "axis")
        .with("support", "the person who set up your account")
}

pub(crate) fn brands() -> Vec<Edition> {
    vec![razorpay(), curlec(), axis()]
}

/// Addresses as a dashboard has them.
pub(crate) struct Help;

impl Addresses for Help {
    fn page(&self, page: &str) -> String {
        if page == "index" { "/help".to_owned() } else { format!("/help/{page}") }
    }

    fn picture(&self, file: &str) -> String {
        format!("/help/{file}")
    }
}

/// A page of this text in an edition, with what else the shelf holds.
pub(crate) fn page_on(shelf: Texts, text: &str, edition: &Edition) -> Page {
    let shelf = shelf.with("page.md", text);
    let brands = brands();
    let handbook = Handbook::new(&shelf, &brands);
    handbook.page("page", edition, &Help).unwrap_or_default()
}

/// The same of a text that needs nothing else.
pub(crate) fn page(text: &str, edition: &Edition) -> Page {
    page_on(Texts::default(), text, edition)
}

/// What a body looks like under a title, for the first brand.
pub(crate) fn html(body: &str) -> String {
    page(&format!("---\ntitle: T\n---\n{body}"), &razorpay()).html
}

/// What is wrong with a body under a title; line 1 is its first.
pub(crate) fn slips(body: &str) -> String {
    slips_on(Texts::default(), body)
}

pub(crate) fn slips_on(shelf: Texts, body: &str) -> String {
    let shelf = shelf.with("page.md", format!("---\ntitle: T\n---\n{body}"));
    let brands = brands();
    told(Handbook::new(&shelf, &brands).check())
}

pub(crate) fn told(findings: Vec<Finding>) -> String {
    let line = |finding: &Finding| {
        let line = if finding.file == "page.md" { finding.line.saturating_sub(3) } else { finding.line };
        format!("{} {line} [{}] {}. {}\n", finding.file, finding.slip.code(), finding.says, finding.mend)
    };
    findings.iter().map(line).collect()
}
