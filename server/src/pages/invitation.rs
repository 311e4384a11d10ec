//! The page that the link of an invitation leads to. It only shows; accepting is a form.

use askama::Template;

use super::layout::{Frame, Link};
use super::moment::Moment;

/// An invitation that stands.
#[derive(Clone, Debug, Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage {
    /// Around the page.
    pub frame: Frame,
    /// Who invites whom to what, as a sentence.
    pub sentence: String,
    /// The invited address.
    pub email: String,
    /// The role, as people read it.
    pub role: String,
    /// When the link stops working.
    pub until: Moment,
    /// What comes next.
    pub next: NextStep,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Where the form is sent: the link itself.
    pub action: String,
}

/// What somebody who opened the link has to do.
#[derive(Clone, Debug)]
pub enum NextStep {
    /// Choose a name and a first password.
    Begin {
        /// What was typed last time.
        name: String,
    },
    /// Log in first.
    LogIn {
        /// Where.
        link: Link,
    },
    /// Only press the button.
    Accept,
    /// Log out first: somebody else is logged in here.
    OtherLogin {
        /// As whom.
        email: String,
    },
}

/// Where somebody goes whose session looks at an account that is closed to them.
#[derive(Clone, Debug, Template)]
#[template(path = "no_account.html")]
pub struct NoAccountPage {
    /// Around the page.
    pub frame: Frame,
    /// Their accounts.
    pub others: Vec<super::layout::OtherAccount>,
    /// The first segment of addresses.
    pub segment: &'static str,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{longest, razorpay};
    use super::gallery::{html, moment};
    use super::layout::samples::others;

    let link = "/invitation/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let fresh = InvitationPage {
        frame: Frame::outside(&razorpay(), "You are invited"),
        sentence: "Asha Rao invites you to the account Acme Traders.".to_owned(),
        email: "farid@acme.example".to_owned(),
        role: "Finance".to_owned(),
        until: moment(7 * 24 * 60),
        next: NextStep::Begin { name: String::new() },
        error: None,
        action: link.to_owned(),
    };
    let refused = InvitationPage {
        frame: Frame::outside(&longest(), "You are invited"),
        next: NextStep::Begin { name: "Wolfeschlegelsteinhausenbergerdorff-O'Brien <script>".to_owned() },
        error: Some("Choose a password of 8 to 256 characters.".to_owned()),
        ..fresh.clone()
    };
    let known = InvitationPage {
        next: NextStep::LogIn { link: Link::new(format!("/login?next={link}"), "Log in to accept") },
        ..fresh.clone()
    };
    let logged_in = InvitationPage { next: NextStep::Accept, ..fresh.clone() };
    let other = InvitationPage {
        next: NextStep::OtherLogin { email: "asha@acme.example".to_owned() },
        ..fresh.clone()
    };
    let closed = NoAccountPage {
        frame: Frame::outside(&razorpay(), "You are not in this account"),
        others: others(),
        segment: "test",
    };
    let none = NoAccountPage { others: Vec::new(), ..closed.clone() };
    vec![
        ("new", html(&fresh)),
        ("refused", html(&refused)),
        ("known", html(&known)),
        ("logged_in", html(&logged_in)),
        ("other", html(&other)),
        ("closed", html(&closed)),
        ("none", html(&none)),
    ]
}
