//! What every page has around its content: the brand, the modes, the way to settings and help, the member.

use std::fmt;

use askama::filters::HtmlSafe;
pub use domain::Mode;

use super::assets;
use super::brand::BrandLook;
use crate::words::{Saying, Words};

/// A mode as people read it.
pub fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "Test",
        Mode::Live => "Live",
    }
}

/// Which entry of the navigation is lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The page itself is in no section of the navigation.
    Elsewhere,
    /// Account & Settings itself.
    Settings,
    /// A page inside Account & Settings.
    InsideSettings,
    /// The help pages.
    Help,
}

impl Place {
    /// How the link to Account & Settings is marked.
    pub fn in_settings(self) -> Mark {
        match self {
            Place::Settings => Mark(r#" class="here" aria-current="page""#),
            Place::InsideSettings => Mark(r#" class="here""#),
            Place::Elsewhere | Place::Help => Mark(""),
        }
    }

    /// How the link to Help is marked.
    pub fn in_help(self) -> Mark {
        match self {
            Place::Help => Mark(r#" class="here" aria-current="page""#),
            Place::Elsewhere | Place::Settings | Place::InsideSettings => Mark(""),
        }
    }
}

/// Attributes that mark a link of the navigation; always one of our own literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(&'static str);

impl Mark {
    /// How a link of the navigation is marked: as the present page, or not at all.
    pub fn here(is_here: bool) -> Mark {
        Mark(if is_here { r#" class="here" aria-current="page""# } else { "" })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.0)
    }
}

impl HtmlSafe for Mark {}

/// What surrounds a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's own name, first in the window's title.
    pub title: String,
    /// Who the page belongs to.
    pub brand: BrandBar,
    /// The mode switch; only for members who are logged in.
    pub mode: Option<ModeBar>,
    /// Who is logged in.
    pub member: Option<MemberBar>,
    /// Which entry of the navigation is lit.
    pub place: Place,
    /// One message about what has just happened.
    pub notice: Option<Notice>,
    /// What the page's texts are taken from.
    pub words: Words,
}

/// The brand's part of the frame.
#[derive(Clone, Debug)]
pub struct BrandBar {
    /// Beside the logo.
    pub name: String,
    /// Last in the window's title.
    pub dashboard_name: String,
    /// The first letter of the name, drawn where there is no logo.
    pub monogram: String,
    /// Address of the logo.
    pub logo: Option<String>,
    /// Language of the page.
    pub language: String,
    /// Address of the brand's style sheet; none on pages without a brand.
    pub stylesheet: Option<String>,
    /// Where help is, as a link.
    pub support: Option<Link>,
}

/// The mode's part of the frame: where this page is in the other mode, and where the rest is in this one.
#[derive(Clone, Debug)]
pub struct ModeBar {
    /// The mode shown.
    pub mode: Mode,
    /// What follows the mode in this page's path: "/keys", or nothing at home.
    pub path: String,
}

/// Who is logged in.
#[derive(Clone, Debug)]
pub struct MemberBar {
    /// The person's name.
    pub name: String,
    /// The role, as people read it.
    pub role: String,
    /// The account's name.
    pub account: String,
    /// The other accounts they can switch to.
    pub others: Vec<OtherAccount>,
    /// Whether they may leave the account: everybody but its owner.
    pub leaves: bool,
}

/// An account to switch to.
#[derive(Clone, Debug)]
pub struct OtherAccount {
    /// What the form sends.
    pub id: String,
    /// The account's name.
    pub name: String,
    /// What the member is there, as people read it.
    pub role: String,
}

/// A place to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where.
    pub href: String,
    /// What the link says.
    pub words: String,
}

impl Link {
    /// A link.
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Link {
        Link { href: href.into(), words: words.into() }
    }
}

/// A message above the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something was done.
    Done(String),
    /// Something did not work; it is read out at once.
    Trouble(String),
}

impl Frame {
    /// For somebody who is logged in. `path` is what follows the mode: "/keys", or "" at home.
    pub fn inside(
        look: &BrandLook,
        title: impl Into<String>,
        mode: Mode,
        path: &str,
        place: Place,
        member: MemberBar,
    ) -> Frame {
        let mode = Some(ModeBar { mode, path: path.to_owned() });
        Frame { mode, member: Some(member), place, ..Frame::outside(look, title) }
    }

    /// For somebody who is not logged in (yet).
    pub fn outside(look: &BrandLook, title: impl Into<String>) -> Frame {
        Frame {
            title: title.into(),
            brand: BrandBar {
                name: look.name.clone(),
                dashboard_name: look.dashboard_name.clone(),
                monogram: look.name.chars().take(1).collect(),
                logo: look.logo.clone(),
                language: look.language(),
                stylesheet: Some(look.stylesheet_path()),
                support: look.support.as_ref().map(|support| support.link(&look.words)),
            },
            mode: None,
            member: None,
            place: Place::Elsewhere,
            notice: None,
            words: look.words.clone(),
        }
    }

    /// For pages that belong to no brand: an unknown host, the demo's own pages.
    pub fn unbranded(words: Words, title: impl Into<String>) -> Frame {
        Frame {
            title: title.into(),
            brand: BrandBar {
                name: "Keystead".to_owned(),
                dashboard_name: "Keystead".to_owned(),
                monogram: "K".to_owned(),
                logo: None,
                language: "en".to_owned(),
                stylesheet: None,
                support: None,
            },
            mode: None,
            member: None,
            place: Place::Elsewhere,
            notice: None,
            words,
        }
    }

    /// A text of the catalogue, in the page's language and the brand's words.
    pub fn say<'a>(&'a self, id: &'a str) -> Saying<'a> {
        self.words.say(id)
    }

    /// The same frame with a message.
    pub fn with_notice(self, notice: Notice) -> Frame {
        Frame { notice: Some(notice), ..self }
    }

    /// The first segment of every link on the page; before login, Test.
    pub fn segment(&self) -> &'static str {
        self.mode_or_test().as_str()
    }

    /// "Test" or "Live"; before login, Test.
    pub fn mode_word(&self) -> &'static str {
        mode_word(self.mode_or_test())
    }

    /// Whether nothing on the page is real.
    pub fn is_test(&self) -> bool {
        self.mode_or_test() == Mode::Test
    }

    fn mode_or_test(&self) -> Mode {
        self.mode.as_ref().map_or(Mode::Test, |bar| bar.mode)
    }

    /// Fingerprint in the address of the static files.
    pub fn assets(&self) -> &'static str {
        assets::VERSION
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::pages::brand::samples::{longest, razorpay};

    pub(crate) fn asha() -> MemberBar {
        MemberBar {
            name: "Asha Rao".to_owned(),
            role: "Owner".to_owned(),
            account: "Acme Traders".to_owned(),
            others: Vec::new(),
            leaves: false,
        }
    }

    pub(crate) fn others() -> Vec<OtherAccount> {
        let other = |id: &str, name: &str, role: &str| OtherAccount {
            id: id.to_owned(),
            name: name.to_owned(),
            role: role.to_owned(),
        };
        vec![
            other("acc_4pT0nZ7bQk2W9s", "Brew & Sons <script>", "Owner"),
            other("acc_8yV2cD6nQx1RfK", "Chai House", "View-Only"),
        ]
    }

    pub(crate) fn keys_frame(mode: Mode) -> Frame {
        Frame::inside(&razorpay(), "API Keys", mode, "/keys", Place::InsideSettings, asha())
    }

    /// The longest names that fit in the database, with characters that mean something in HTML.
    pub(crate) fn longest_frame(title: &str, path: &str) -> Frame {
        let member = MemberBar {
            name: "Wolfeschlegelsteinhausenbergerdorff-O'Brien <script>".to_owned(),
            role: "Operations".to_owned(),
            account: "\"Brüder & Schwestern\" Großhandelsgesellschaft für Bürobedarf mbH & Co. KG".to_owned(),
            others: others(),
            leaves: true,
        };
        Frame::inside(&longest(), title, Mode::Test, path, Place::InsideSettings, member)
    }
}
