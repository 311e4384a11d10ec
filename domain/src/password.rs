//! Passwords: Argon2id (RFC 9106) with OWASP's parameters, costly on purpose.

use std::fmt;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use zeroize::Zeroizing;

use crate::random::Random;
use crate::refusal::Refusal;

/// Shortest password we take (NIST SP 800-63B-4 §3.1.1.2: 8 where a second factor is offered).
const LENGTH_MIN: usize = 8;
/// Longest; only to bound the work.
const LENGTH_MAX: usize = 256;

/// A password as it was typed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes what was typed, whatever it is. Whether it may become somebody's password is [`Password::acceptable`].
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// Refuses what is too short or too long to become a password.
    pub fn acceptable(&self) -> Result<(), Refusal> {
        let length = self.0.chars().count();
        if length < LENGTH_MIN || LENGTH_MAX < self.0.len() {
            return Err(Refusal::invalid("password", "Choose a password of 8 to 256 characters."));
        }
        Ok(())
    }

    /// Hashes it; takes some 20 ms on purpose.
    pub fn hash(&self, rng: Random<'_>) -> PasswordHash {
        let mut salt = [0u8; 16];
        rng.fill_bytes(&mut salt);
        let hash = hasher()
            .hash_password_with_salt(self.0.as_bytes(), &salt)
            .expect("fixed parameters and a 16-byte salt are within Argon2's limits");
        PasswordHash(hash.to_string())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// A password's hash as a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash read back from the store.
    pub fn from_phc(text: String) -> Self {
        Self(text)
    }

    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `password` is the right one.
    pub fn matches(&self, password: &Password) -> bool {
        if LENGTH_MAX < password.0.len() {
            return false;
        }
        phc::PasswordHash::new(&self.0)
            .is_ok_and(|hash| hasher().verify_password(password.0.as_bytes(), &hash).is_ok())
    }

    /// Does the work of a comparison for somebody who does not exist, so that time says nothing. TM-49
    pub fn waste_time(password: &Password) {
        let mut out = [0u8; 32];
        let typed = &password.0.as_bytes()[..password.0.len().min(LENGTH_MAX)];
        hasher()
            .hash_password_into(typed, b"nobody's salt...", &mut out)
            .expect("fixed parameters and salt are within Argon2's limits");
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).expect("OWASP's parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded;

    #[test]
    fn only_the_right_password_matches() {
        let hash = Password::new("correct horse").hash(&mut seeded(1));
        assert!(hash.matches(&Password::new("correct horse")));
        assert!(!hash.matches(&Password::new("correct horse ")));
        assert!(!hash.matches(&Password::new("")));
        assert!(!PasswordHash::from_phc("nonsense".to_owned()).matches(&Password::new("x")));
    }

    #[test]
    fn a_short_password_is_refused_with_what_to_do() {
        assert!(Password::new("1234567").acceptable().is_err());
        assert!(Password::new("12345678").acceptable().is_ok());
        assert!(Password::new(&"x".repeat(300)).acceptable().is_err());
    }
}
