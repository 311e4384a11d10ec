//! Manage Team: who can log in to this account, and as what.

use askama::Template;

use super::layout::Frame;

/// The members of an account.
#[derive(Clone, Debug, Template)]
#[template(path = "team.html")]
pub struct TeamPage {
    /// Around the page.
    pub frame: Frame,
    /// The account's name.
    pub account: String,
    /// The members, the owner first.
    pub members: Vec<MemberRow>,
    /// The roles of this brand, as one sentence.
    pub roles: String,
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
    /// Where unlocking is sent; only for the owner, and only for locked members.
    pub unlock: Option<String>,
}

/// The sentence that names a brand's roles.
pub fn roles_sentence(roles: &[String]) -> String {
    match roles {
        [] => String::new(),
        [only] => format!("There is one role: {only}."),
        [first @ .., last] => format!("There are {} roles: {} and {last}.", roles.len(), first.join(", ")),
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::gallery::html;
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};

    let owner = MemberRow {
        id: "mem_1".to_owned(),
        name: "Asha Rao".to_owned(),
        email: "asha@acme.example".to_owned(),
        role: "Owner".to_owned(),
        is_you: true,
        two_factor: true,
        locked: false,
        unlock: None,
    };
    let locked = MemberRow {
        id: "mem_2".to_owned(),
        name: "Farid Khan".to_owned(),
        email: "farid@acme.example".to_owned(),
        role: "Operations".to_owned(),
        is_you: false,
        two_factor: false,
        locked: true,
        unlock: Some("/test/team/mem_2/unlock".to_owned()),
    };
    let longest = MemberRow {
        id: "mem_3".to_owned(),
        name: "Wolfeschlegelsteinhausenbergerdorff-O'Brien <script>".to_owned(),
        email: format!("{}@{}.example", "a".repeat(64), "b".repeat(63)),
        ..locked.clone()
    };
    let alone = TeamPage {
        frame: Frame::inside(&razorpay(), "Manage Team", Mode::Test, "/team", Place::InsideSettings, asha()),
        account: "Acme Traders".to_owned(),
        members: vec![owner.clone()],
        roles: roles_sentence(&razorpay().roles),
    };
    let many = TeamPage {
        frame: longest_frame("Manage Team", "/team"),
        members: vec![owner, locked, longest],
        ..alone.clone()
    };
    vec![("alone", html(&alone)), ("many", html(&many))]
}

#[cfg(test)]
mod tests {
    use super::roles_sentence;

    #[test]
    fn roles_are_named_in_one_sentence() {
        let roles = ["Owner", "Admin", "View-Only"].map(str::to_owned);
        assert_eq!(roles_sentence(&roles), "There are 3 roles: Owner, Admin and View-Only.");
    }
}
