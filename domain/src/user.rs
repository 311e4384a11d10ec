//! People: a user logs in to one brand; a member is a user in an account, with one role.

use crate::access::Role;
use crate::brand::BrandId;
use crate::ids::{AccountId, UserId};
use crate::language::Language;
use crate::mobile::Mobile;
use crate::password::PasswordHash;
use crate::random::Random;
use crate::time::Timestamp;

/// How many wrong codes in a row lock a member.
pub(crate) const WRONG_CODES_MAX: u32 = 9;

/// A mobile number that its user has answered a code from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedMobile {
    /// The number.
    pub number: Mobile,
    /// When it was verified.
    pub verified_at: Timestamp,
}

/// An authenticator app that its user has answered a code from (RFC 6238).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totp {
    /// The shared secret, sealed by the pepper for this user alone.
    pub sealed: Vec<u8>,
    /// When it was set up.
    pub confirmed_at: Timestamp,
    /// The last time step whose code was accepted; only later ones are.
    pub last_step: i64,
}

/// Somebody who logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The brand it belongs to; the same person at two brands is two users.
    pub brand: BrandId,
    /// What to call them.
    pub name: String,
    /// Unique in its brand, compared in lower case.
    pub email: String,
    /// `None` until an invitation was accepted.
    pub password: Option<PasswordHash>,
    /// `None` until a number was verified.
    pub mobile: Option<VerifiedMobile>,
    /// When another number took the place of the one before; the first one was no change.
    pub mobile_changed_at: Option<Timestamp>,
    /// `None` until an authenticator app was set up.
    pub totp: Option<Totp>,
    /// Whether a code is asked for at login.
    pub two_factor: bool,
    /// Wrong codes in a row, over all challenges; a right one resets it, asking again does not.
    pub wrong_codes: u32,
    /// When the member was locked; the owner (for owners: the operator) unlocks.
    pub locked_at: Option<Timestamp>,
    /// What they read; `None` until they chose.
    pub language: Option<Language>,
    /// When the user was made.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: i64,
}

/// What proves, beside the password, who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor<'a> {
    /// Their authenticator app.
    App(&'a Totp),
    /// Their mobile number.
    Mobile(&'a Mobile),
}

impl User {
    /// The second factor that codes are asked from. Whoever has an app is never asked by SMS instead: a stronger choice
    /// that anybody could trade for a weaker one would be none.
    pub fn factor(&self) -> Option<Factor<'_>> {
        match (&self.totp, &self.mobile) {
            (Some(totp), _) => Some(Factor::App(totp)),
            (None, Some(mobile)) => Some(Factor::Mobile(&mobile.number)),
            (None, None) => None,
        }
    }

    /// Whether logging in takes a second factor.
    pub fn logs_in_with_two(&self) -> bool {
        self.two_factor && self.factor().is_some()
    }

    /// Somebody new, without password or second factor yet; version 0 until the store has them.
    pub fn new(brand: BrandId, name: String, email: String, now: Timestamp, rng: Random<'_>) -> Self {
        Self {
            id: UserId::draw(rng),
            brand,
            name,
            email,
            password: None,
            mobile: None,
            mobile_changed_at: None,
            totp: None,
            two_factor: false,
            wrong_codes: 0,
            locked_at: None,
            language: None,
            created_at: now,
            version: 0,
        }
    }
}

/// A user in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// What they are there.
    pub role: Role,
    /// Grows by one with each change.
    pub version: i64,
}
