//! Who may do what: one table.
//!
//! Deny is the default. Roles are read from the store on each request, so a changed role counts at once.

use std::fmt;
use std::str::FromStr;

use crate::ids::{AccountId, IdError, SessionId, UserId};
use crate::refusal::Refusal;
use crate::user::Member;

/// What a member is in an account. Exactly one for each member and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// May do everything; there is always one.
    Owner,
    /// Sees and changes keys; does not manage the team.
    Admin,
    /// No keys.
    Manager,
    /// No keys.
    Operations,
    /// No keys.
    Finance,
    /// No keys.
    Support,
    /// No keys. Not offered in MY.
    Epos,
    /// No keys; changes nothing.
    ViewOnly,
}

impl Role {
    /// All roles, the most powerful first.
    pub const ALL: [Role; 8] = [
        Role::Owner,
        Role::Admin,
        Role::Manager,
        Role::Operations,
        Role::Finance,
        Role::Support,
        Role::Epos,
        Role::ViewOnly,
    ];

    /// The word used in the store, the API and the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Manager => "manager",
            Role::Operations => "operations",
            Role::Finance => "finance",
            Role::Support => "support",
            Role::Epos => "epos",
            Role::ViewOnly => "view-only",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(IdError {
            expected: "owner, admin, manager, operations, finance, support, epos or view-only",
        })
    }
}

/// Something a person or program may or may not do in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See keys, their pairs and why requests were refused.
    SeeKeys,
    /// Give a key its first pair.
    Generate,
    /// Give a key a new pair.
    Regenerate,
    /// End a pair.
    Deactivate,
    /// Change how often, and from where, a key may be used.
    ChangeLimits,
    /// See and change the team.
    ManageTeam,
    /// Make another member the owner.
    TransferOwnership,
    /// Leave the account.
    Leave,
    /// Tell what live mode asks for: the website or app, and whose business it is.
    SubmitWebsite,
    /// Activate the account, verify its website, open accounts: the platform's own business.
    Operate,
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 10] = [
        Action::SeeKeys,
        Action::Generate,
        Action::Regenerate,
        Action::Deactivate,
        Action::ChangeLimits,
        Action::ManageTeam,
        Action::TransferOwnership,
        Action::Leave,
        Action::SubmitWebsite,
        Action::Operate,
    ];
}

/// A member acting through a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberActor {
    /// Who.
    pub user: UserId,
    /// In which account.
    pub account: AccountId,
    /// As what, read from the store for this request.
    pub role: Role,
    /// Through which session.
    pub session: SessionId,
    /// From which address, for the audit.
    pub origin: String,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member, through the dashboard.
    Member(MemberActor),
    /// The platform's operator, through the management API or the command line.
    Operator {
        /// The operator's name.
        name: String,
        /// From which address, for the audit.
        origin: String,
    },
}

impl Actor {
    /// Who, as the audit names them.
    pub fn name(&self) -> String {
        match self {
            Actor::Member(member) => member.user.to_string(),
            Actor::Operator { name, .. } => format!("operator:{name}"),
        }
    }

    /// From where.
    pub fn origin(&self) -> &str {
        match self {
            Actor::Member(member) => &member.origin,
            Actor::Operator { origin, .. } => origin,
        }
    }
}

/// Refuses whoever does not run the platform.
pub(crate) fn operators_only(actor: &Actor) -> Result<(), Refusal> {
    match actor {
        Actor::Operator { .. } => Ok(()),
        Actor::Member(_) => Err(Refusal::PermissionDenied),
    }
}

/// Refuses unless `actor` may do `action` in `account`. Another account's things look like unknown ones.
pub fn may(actor: &Actor, action: Action, account: &AccountId) -> Result<(), Refusal> {
    match actor {
        Actor::Operator { .. } => Ok(()),
        Actor::Member(member) if member.account != *account => Err(Refusal::NotFound),
        Actor::Member(member) if role_may(member.role, action) => Ok(()),
        Actor::Member(_) => Err(Refusal::PermissionDenied),
    }
}

fn role_may(role: Role, action: Action) -> bool {
    match action {
        Action::SeeKeys
        | Action::Generate
        | Action::Regenerate
        | Action::Deactivate
        | Action::ChangeLimits
        | Action::SubmitWebsite => {
            matches!(role, Role::Owner | Role::Admin)
        }
        Action::ManageTeam | Action::TransferOwnership => role == Role::Owner,
        // An account always has one owner; whoever wants to leave as one makes another the owner first.
        Action::Leave => role != Role::Owner,
        Action::Operate => false,
    }
}

impl Role {
    /// Whether somebody in this role is told what happens to the account's keys: whoever may see them.
    pub fn hears_of_keys(self) -> bool {
        role_may(self, Action::SeeKeys)
    }
}

impl Member {
    /// This member as an actor of a session.
    pub fn acting(&self, session: SessionId, origin: &str) -> Actor {
        Actor::Member(MemberActor {
            user: self.user,
            account: self.account,
            role: self.role,
            session,
            origin: origin.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded;

    #[test]
    fn every_role_and_action_has_its_expected_answer() {
        let rng = &mut seeded(1);
        let (home, other) = (AccountId::draw(rng), AccountId::draw(rng));
        let (user, session) = (UserId::draw(rng), SessionId::draw(rng));
        let mut table = String::new();
        for role in Role::ALL {
            let actor = Member { account: home, user, role, version: 0 }.acting(session, "192.0.2.1");
            let row: Vec<&str> = Action::ALL
                .iter()
                .map(|action| {
                    assert_eq!(
                        may(&actor, *action, &other),
                        Err(Refusal::NotFound),
                        "{role} in another account"
                    );
                    if may(&actor, *action, &home).is_ok() { "yes" } else { "-" }
                })
                .collect();
            table += &format!("{:10} {}\n", role.as_str(), row.join(" "));
        }
        //  SeeKeys Generate Regenerate Deactivate ChangeLimits ManageTeam TransferOwnership Leave SubmitWebsite Operate
        insta::assert_snapshot!(table, @r"
        owner      yes yes yes yes yes yes yes - yes -
        admin      yes yes yes yes yes - - yes yes -
        manager    - - - - - - - yes - -
        operations - - - - - - - yes - -
        finance    - - - - - - - yes - -
        support    - - - - - - - yes - -
        epos       - - - - - - - yes - -
        view-only  - - - - - - - yes - -
        ");
    }
}
