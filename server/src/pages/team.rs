//! Manage Team: who can log in to this account, as what, and who is asked to join.

use askama::Template;

use super::form::{Hidden, Step};
use super::layout::Frame;
use super::moment::Moment;
use crate::words::Words;

/// The members of an account, and everything its owner decides about all of them.
#[derive(Clone, Debug, Template)]
#[template(path = "team.html")]
pub struct TeamPage {
    /// Around the page.
    pub frame: Frame,
    /// The account's name.
    pub account: String,
    /// The members, the owner first.
    pub members: Vec<MemberRow>,
    /// The invitations that nobody accepted or cancelled.
    pub invitations: Vec<InvitationRow>,
    /// The form that invites.
    pub invite: InviteForm,
    /// Whether everybody needs a second factor to log in.
    pub two_factor_required: bool,
    /// The roles of this brand, as one sentence.
    pub roles_sentence: String,
    /// What the addresses of its forms end in: the account they were made for.
    pub here: String,
}

/// One member.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// Names the member in addresses.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The address for logging in.
    pub email: String,
    /// The role, as people read it.
    pub role: String,
    /// Whether it is the one who looks.
    pub is_you: bool,
    /// Whether logging in needs a code.
    pub two_factor: bool,
    /// Whether too many wrong codes have locked the login.
    pub locked: bool,
    /// When they were last in this account.
    pub last_seen: Option<Moment>,
    /// The member's own page; the owner has none.
    pub page: Option<String>,
    /// Where unlocking is sent; only for the owner, and only for locked members.
    pub unlock: Option<String>,
}

/// One pending invitation.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// Names it in addresses.
    pub id: String,
    /// Who is asked.
    pub email: String,
    /// As what, as people read it.
    pub role: String,
    /// How it stands.
    pub state: InvitationStanding,
}

/// How a pending invitation stands.
#[derive(Clone, Debug)]
pub enum InvitationStanding {
    /// Its link works.
    Works {
        /// Until then.
        until: Moment,
    },
    /// Its link is too old.
    Over {
        /// Since then.
        until: Moment,
    },
    /// It waits for a code of its sender.
    Held,
    /// Whoever sent it may not any more.
    Dead,
}

/// The form that invites somebody.
#[derive(Clone, Debug)]
pub struct InviteForm {
    /// What was typed last time.
    pub email: String,
    /// The roles to choose from.
    pub roles: Vec<RoleChoice>,
    /// Why the last try was not accepted.
    pub error: Option<String>,
}

/// A role that can be given.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// The word that the form sends.
    pub value: String,
    /// As people read it.
    pub words: String,
    /// Whether it is the one chosen.
    pub chosen: bool,
}

/// One member, and what the owner can do about them.
#[derive(Clone, Debug, Template)]
#[template(path = "team_member.html")]
pub struct MemberPage {
    /// Around the page.
    pub frame: Frame,
    /// The account's name.
    pub account: String,
    /// Where the forms are sent: the member's own address.
    pub base: String,
    /// The person's name.
    pub name: String,
    /// The address for logging in.
    pub email: String,
    /// The role, as people read it.
    pub role: String,
    /// The roles to choose from.
    pub roles: Vec<RoleChoice>,
    /// Whether logging in needs a code.
    pub two_factor: bool,
    /// Whether too many wrong codes have locked the login.
    pub locked: bool,
    /// When they were last in this account.
    pub last_seen: Option<Moment>,
    /// Whether they are in other accounts too, so that only the operator may unlock and reset.
    pub elsewhere: bool,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// What the addresses of its forms end in: the account they were made for.
    pub here: String,
}

/// One more look before something about the team is done.
#[derive(Clone, Debug, Template)]
#[template(path = "team_confirm.html")]
pub struct ConfirmPage {
    /// Around the page.
    pub frame: Frame,
    /// The steps of the whole, or none.
    pub progress: Vec<Step>,
    /// What will be done, as a question.
    pub heading: String,
    /// What it means.
    pub words: String,
    /// Whether it takes something away.
    pub harms: bool,
    /// Whether the account password is asked for.
    pub password: bool,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Where the answer is sent.
    pub action: String,
    /// What the form carries.
    pub hidden: Hidden,
    /// What the button says.
    pub button: String,
    /// The way out.
    pub cancel: String,
}

/// The sentence that names a brand's roles.
pub fn roles_sentence(words: &Words, roles: &[String]) -> String {
    match roles {
        [] => String::new(),
        [only] => words.say("team-roles-one").with("last", only).text(),
        [first @ .., last] => words
            .say("team-roles-many")
            .with("count", roles.len())
            .with("first", first.join(", "))
            .with("last", last)
            .text(),
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};

    let look = razorpay();
    let owner = MemberRow {
        id: "usr_1".to_owned(),
        name: "Asha Rao".to_owned(),
        email: "asha@acme.example".to_owned(),
        role: "Owner".to_owned(),
        is_you: true,
        two_factor: true,
        locked: false,
        last_seen: Some(moment(0)),
        page: None,
        unlock: None,
    };
    let locked = MemberRow {
        id: "usr_2".to_owned(),
        name: "Farid Khan".to_owned(),
        email: "farid@acme.example".to_owned(),
        role: "Operations".to_owned(),
        is_you: false,
        two_factor: false,
        locked: true,
        last_seen: None,
        page: Some("/test/team/usr_2".to_owned()),
        unlock: Some("/test/team/usr_2/unlock".to_owned()),
    };
    let longest = MemberRow {
        id: "usr_3".to_owned(),
        name: "Wolfeschlegelsteinhausenbergerdorff-O'Brien <script>".to_owned(),
        email: format!("{}@{}.example", "a".repeat(64), "b".repeat(63)),
        unlock: Some("/test/team/usr_3/unlock".to_owned()),
        ..locked.clone()
    };
    let roles: Vec<RoleChoice> = [("admin", "Admin"), ("finance", "Finance"), ("view-only", "View-Only")]
        .map(|(value, words)| RoleChoice {
            value: value.to_owned(),
            words: words.to_owned(),
            chosen: value == "finance",
        })
        .to_vec();
    let here = || "?account=acc_4pT0nZ7bQk2W9s".to_owned();
    let frame = |title: &str| Frame::inside(&look, title, Mode::Test, "/team", Place::InsideSettings, asha());
    let alone = TeamPage {
        frame: frame("Manage Team"),
        account: "Acme Traders".to_owned(),
        members: vec![owner.clone()],
        invitations: Vec::new(),
        invite: InviteForm { email: String::new(), roles: roles.clone(), error: None },
        two_factor_required: false,
        roles_sentence: roles_sentence(&look.words, &look.roles),
        here: here(),
    };
    let asked = |n: u8, state| InvitationRow {
        id: format!("inv_{n}"),
        email: format!("guest{n}@acme.example"),
        role: "Admin".to_owned(),
        state,
    };
    let many = TeamPage {
        frame: longest_frame("Manage Team", "/team"),
        members: vec![owner, locked, longest],
        invitations: vec![
            asked(1, InvitationStanding::Works { until: moment(7 * 24 * 60) }),
            asked(2, InvitationStanding::Over { until: moment(-60) }),
            asked(3, InvitationStanding::Held),
            asked(4, InvitationStanding::Dead),
        ],
        invite: InviteForm {
            email: "guest1@acme.example".to_owned(),
            roles: roles.clone(),
            error: Some("This address is invited already.".to_owned()),
        },
        two_factor_required: true,
        ..alone.clone()
    };
    let member = MemberPage {
        frame: frame("Farid Khan"),
        account: "Acme Traders".to_owned(),
        base: "/test/team/usr_2".to_owned(),
        name: "Farid Khan".to_owned(),
        email: "farid@acme.example".to_owned(),
        role: "Finance".to_owned(),
        roles,
        two_factor: true,
        locked: false,
        last_seen: Some(moment(-90)),
        elsewhere: false,
        error: None,
        here: here(),
    };
    let locked = MemberPage {
        locked: true,
        last_seen: None,
        error: Some("Choose one of the roles.".to_owned()),
        ..member.clone()
    };
    let elsewhere = MemberPage { elsewhere: true, ..locked.clone() };
    let confirm = ConfirmPage {
        frame: frame("Manage Team"),
        progress: super::form::steps(&look.words, &["step-otp", "step-confirm"], 1),
        heading: "Reset the two-factor of Farid Khan?".to_owned(),
        words: "They are logged out everywhere, and set up a new one at their next login.".to_owned(),
        harms: true,
        password: false,
        error: None,
        action: "/test/team/usr_2/reset-two-factor/confirm".to_owned(),
        hidden: Hidden::none(),
        button: "Reset two-factor now".to_owned(),
        cancel: "/test/team/usr_2".to_owned(),
    };
    let transfer = ConfirmPage {
        progress: Vec::new(),
        heading: "Make Farid Khan the owner?".to_owned(),
        harms: false,
        password: true,
        error: Some("That password is not right.".to_owned()),
        button: "Continue".to_owned(),
        ..confirm.clone()
    };
    vec![
        ("alone", html(&alone)),
        ("many", html(&many)),
        ("member", html(&member)),
        ("member_locked", html(&locked)),
        ("member_elsewhere", html(&elsewhere)),
        ("confirm", html(&confirm)),
        ("transfer", html(&transfer)),
    ]
}

#[cfg(test)]
mod tests {
    use super::roles_sentence;
    use crate::pages::brand::samples::razorpay;

    #[test]
    fn roles_are_named_in_one_sentence() {
        let roles = ["Owner", "Admin", "View-Only"].map(str::to_owned);
        let words = razorpay().words;
        assert_eq!(roles_sentence(&words, &roles), "There are 3 roles: Owner, Admin and View-Only.");
    }
}
