//! Business website details: where customers pay, what the review found, and the form to tell it.

use askama::Template;

use super::layout::{Frame, Link};
use super::review::{FieldError, Standing, TextField, takes_longer};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "website.html")]
pub struct WebsitePage {
    /// Around the page.
    pub frame: Frame,
    /// Whether the page stands under "Website and app settings" or directly in the list.
    pub grouped: bool,
    /// Where the review stands.
    pub standing: Standing,
    /// What the account told; none while it told nothing.
    pub told: Option<Website>,
    /// The form, for those who may tell.
    pub form: Option<WebsiteForm>,
    /// Where activation stands.
    pub activation: Standing,
}

/// What an account told about its website or app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Website {
    /// An app rather than a website.
    pub is_app: bool,
    /// Its address.
    pub url: String,
    /// Where its terms stand; empty for nowhere.
    pub terms: String,
    /// Where its privacy policy stands.
    pub privacy: String,
    /// Where it says how money comes back.
    pub refunds: String,
    /// Where it says how to be reached.
    pub contact: String,
    /// How a reviewer gets in.
    pub note: String,
}

/// The form.
#[derive(Clone, Debug)]
pub struct WebsiteForm {
    /// Where it is sent.
    pub action: String,
    /// What is in its fields.
    pub typed: Website,
    /// Which field is wrong.
    pub error: Option<FieldError>,
}

impl WebsiteForm {
    fn error_of(&self, field: &str) -> Option<&FieldError> {
        self.error.as_ref().filter(|error| error.field == field)
    }
}

impl WebsitePage {
    /// The pages that customers look for, with the word for each.
    fn policies(&self) -> Vec<Link> {
        let Some(told) = &self.told else { return Vec::new() };
        let all = [
            (&told.terms, self.frame.say("website-terms")),
            (&told.privacy, self.frame.say("website-privacy")),
            (&told.refunds, self.frame.say("website-refunds")),
            (&told.contact, self.frame.say("website-contact")),
        ];
        let there = all.into_iter().filter(|(href, _)| !href.is_empty());
        there.map(|(href, words)| Link::new(href.clone(), words.text())).collect()
    }

    fn fields(&self, form: &WebsiteForm) -> Vec<TextField> {
        let say = |id| self.frame.say(id).text();
        let (typed, error) = (&form.typed, form.error.as_ref());
        let page = |name, label, value: &String| {
            TextField::new(name, label, value.clone()).address().optional().checked(error)
        };
        vec![
            page("terms", say("website-terms"), &typed.terms).hint(say("website-terms-hint")),
            page("privacy", say("website-privacy"), &typed.privacy),
            page("refunds", say("website-refunds"), &typed.refunds),
            page("contact", say("website-contact"), &typed.contact),
        ]
    }

    fn address(&self, form: &WebsiteForm) -> TextField {
        TextField::new("url", self.frame.say("website-address").text(), form.typed.url.clone())
            .address()
            .hint(self.frame.say("website-address-hint").text())
            .checked(form.error.as_ref())
    }

    fn note(&self, form: &WebsiteForm) -> TextField {
        let note =
            TextField::new("note", self.frame.say("website-note-label").text(), form.typed.note.clone())
                .hint(self.frame.say("website-note-hint").text())
                .optional()
                .checked(form.error.as_ref());
        TextField { kind: "lines", most: 500, ..note }
    }

    fn longer(&self) -> String {
        takes_longer(&self.frame)
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, razorpay};
    use super::gallery::{html, moment};
    use super::layout::samples::asha;
    use super::layout::{Mode, Place};

    let frame = |look: &super::brand::BrandLook| {
        let place = Place::InsideSettings;
        Frame::inside(look, "Business website details", Mode::Live, "/website", place, asha())
    };
    let form = |typed: &Website| {
        Some(WebsiteForm { action: "/live/website".to_owned(), typed: typed.clone(), error: None })
    };
    let none = WebsitePage {
        frame: frame(&razorpay()),
        grouped: true,
        standing: Standing::Nothing,
        told: None,
        form: form(&Website::default()),
        activation: Standing::Nothing,
    };
    let told = Website {
        is_app: false,
        url: "https://shop.acme.example/a/very/long/path/that/goes/on?and=on&and=on".to_owned(),
        terms: "https://shop.acme.example/terms".to_owned(),
        privacy: "https://shop.acme.example/privacy".to_owned(),
        refunds: "https://shop.acme.example/refunds".to_owned(),
        contact: "https://shop.acme.example/contact".to_owned(),
        note: "Log in as <script> & press \"Pay\".".to_owned(),
    };
    let checking = WebsitePage {
        frame: frame(&axis()),
        grouped: false,
        standing: Standing::Waiting { since: moment(-600) },
        told: Some(told.clone()),
        form: form(&told),
        activation: Standing::Good { at: moment(-900) },
    };
    let reader = WebsitePage { form: None, ..checking.clone() };
    let returned = WebsitePage {
        standing: Standing::Returned {
            at: moment(-30),
            reason: "The refund policy cannot be opened.".to_owned(),
        },
        ..checking.clone()
    };
    let refused = WebsitePage {
        form: form(&Website { url: "shop".to_owned(), is_app: true, ..told.clone() }).map(|form| {
            let words = "Give the full public address.".to_owned();
            WebsiteForm { error: Some(FieldError { field: "url", words }), ..form }
        }),
        ..none.clone()
    };
    let ready = WebsitePage { standing: Standing::Good { at: moment(-60) }, ..checking.clone() };
    vec![
        ("none", html(&none)),
        ("checking", html(&checking)),
        ("reader", html(&reader)),
        ("returned", html(&returned)),
        ("refused", html(&refused)),
        ("ready", html(&ready)),
    ]
}
