//! Passwords: Argon2id (RFC 9106) with OWASP's parameters, costly on purpose.

use std::fmt;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

use crate::random::Random;
use crate::refusal::Refusal;

/// Shortest password we take (OWASP ASVS 5 6.2.1; NIST SP 800-63B-4 §3.1.1.2: 8 where a second factor is offered).
const LENGTH_MIN: usize = 8;
/// Longest; only to bound the work.
const LENGTH_MAX: usize = 256;
/// Fewer different characters than this are a pattern.
const DIFFERENT_MIN: usize = 4;
/// Figures and signs around a common word that do not make it uncommon: `Password123!`.
const ORNAMENT_MAX: usize = 5;
/// The passwords that are tried first: the commonest of public lists, in lower case, the short ones only as words to
/// build on (OWASP ASVS 5 6.2.4 asks for the first 3,000).
const COMMONEST: &str = include_str!("password/commonest.txt");

/// A password as it was typed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes what was typed, whatever it is. Whether it may become somebody's password is [`Password::acceptable`].
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// Refuses what may not become a password: too short, too long, or among the first that anybody would try. `about`
    /// are words that stand for whose it is: the e-mail address, the name, the brand. What it is made of is free.
    pub fn acceptable(&self, about: &[&str]) -> Result<(), Refusal> {
        let length = self.0.chars().count();
        if length < LENGTH_MIN || LENGTH_MAX < self.0.len() {
            return Err(Refusal::invalid(
                "password",
                "Choose a password of 8 to 256 characters. Four or five words make a good one.",
            ));
        }
        if self.is_tried_first(about) {
            return Err(Refusal::invalid(
                "password",
                "That password is one of the first that somebody would try. Choose another one; four or five words \
                 make a good one.",
            ));
        }
        Ok(())
    }

    fn is_tried_first(&self, about: &[&str]) -> bool {
        let lower = Zeroizing::new(self.0.to_lowercase());
        let bare = lower.trim_matches(|c: char| !c.is_alphabetic());
        let is_ornamented = lower.chars().count() - bare.chars().count() <= ORNAMENT_MAX;
        let is_known = |word: &str| *lower == *word || (is_ornamented && bare == word);
        let mut different: Vec<char> = lower.chars().collect();
        different.sort_unstable();
        different.dedup();
        different.len() < DIFFERENT_MIN
            || COMMONEST.lines().any(is_known)
            || about.iter().any(|words| {
                let words = words.to_lowercase();
                let parts = words.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
                // The whole, each of its parts, and the part before an address's @.
                let before_at = words.split('@').next().unwrap_or_default();
                [words.as_str(), before_at]
                    .into_iter()
                    .chain(parts)
                    .any(|word| !word.is_empty() && is_known(word))
            })
    }

    /// Hashes it, in memory of its own; takes some 20 ms on purpose.
    pub fn hash(&self, rng: Random<'_>) -> PasswordHash {
        let mut salt = [0u8; 16];
        rng.fill_bytes(&mut salt);
        self.hash_with(&salt, &mut HashMemory::default())
    }

    /// Hashes it with a salt that was drawn before, for work that is done elsewhere.
    pub fn hash_with(&self, salt: &[u8; 16], memory: &mut HashMemory) -> PasswordHash {
        let params = params();
        let within = "fixed parameters and a 16-byte salt are within Argon2's limits";
        let hash = phc::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: phc::ParamsString::try_from(&params).expect(within),
            salt: Some(phc::Salt::new(salt).expect(within)),
            hash: memory.compute(Algorithm::Argon2id, Version::V0x13, params, self.0.as_bytes(), salt),
        };
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
    pub fn matches(&self, password: &Password, memory: &mut HashMemory) -> bool {
        if LENGTH_MAX < password.0.len() {
            PasswordHash::waste_time(password, memory);
            return false;
        }
        let Ok(hash) = phc::PasswordHash::new(&self.0) else { return false };
        let (Ok(algorithm), Ok(params)) =
            (Algorithm::try_from(hash.algorithm.as_str()), Params::try_from(&hash))
        else {
            return false;
        };
        let Ok(version) = hash.version.map_or(Ok(Version::default()), Version::try_from) else {
            return false;
        };
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return false };
        // Two outputs are compared in constant time.
        memory
            .compute(algorithm, version, params, password.0.as_bytes(), salt)
            .is_some_and(|output| output == *expected)
    }

    /// Does the work of a comparison for somebody who does not exist, so that time says nothing. TM-49
    pub fn waste_time(password: &Password, memory: &mut HashMemory) {
        let typed = &password.0.as_bytes()[..password.0.len().min(LENGTH_MAX)];
        memory.compute(Algorithm::Argon2id, Version::V0x13, params(), typed, b"nobody's salt...");
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// What hashing works in: 19 MiB once it has been used, kept for the next password. Allocated and freed for each, it would stay
/// with the thread that freed it, and a hundred threads would keep two gigabytes.
#[derive(Default)]
pub struct HashMemory {
    blocks: Vec<Block>,
}

impl HashMemory {
    /// How many bytes it keeps.
    pub fn bytes(&self) -> usize {
        self.blocks.capacity() * Block::SIZE
    }

    /// Argon2's output; `None` if its inputs are beyond its limits.
    fn compute(
        &mut self,
        algorithm: Algorithm,
        version: Version,
        params: Params,
        password: &[u8],
        salt: &[u8],
    ) -> Option<phc::Output> {
        let mut output = [0u8; phc::Output::MAX_LENGTH];
        let output = output.get_mut(..params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN))?;
        if self.blocks.len() < params.block_count() {
            self.blocks.resize(params.block_count(), Block::new());
        }
        // What the last password left in the blocks is written over before it is read.
        Argon2::new(algorithm, version, params)
            .hash_password_into_with_memory(password, salt, output, &mut self.blocks)
            .ok()?;
        phc::Output::new(output).ok()
    }
}

impl fmt::Debug for HashMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashMemory")
    }
}

fn params() -> Params {
    Params::new(19 * 1024, 2, 1, Some(32)).expect("OWASP's parameters are valid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded;

    #[test]
    fn only_the_right_password_matches() {
        let memory = &mut HashMemory::default();
        let hash = Password::new("correct horse").hash(&mut seeded(1));
        assert!(hash.matches(&Password::new("correct horse"), memory));
        assert!(!hash.matches(&Password::new("correct horse "), memory));
        assert!(!hash.matches(&Password::new(""), memory));
        assert!(!PasswordHash::from_phc("nonsense".to_owned()).matches(&Password::new("x"), memory));
    }

    /// TM-49
    #[test]
    fn a_password_that_is_too_long_costs_somebody_with_a_login_as_much_as_somebody_without() {
        let hash = Password::new("correct horse").hash(&mut seeded(1));
        let (mut with, mut without) = (HashMemory::default(), HashMemory::default());
        let long = Password::new(&"x".repeat(300));
        assert!(!hash.matches(&long, &mut with));
        PasswordHash::waste_time(&long, &mut without);
        assert_ne!(with.bytes(), 0, "the work was done");
        assert_eq!(with.bytes(), without.bytes());
    }

    #[test]
    fn hashes_that_were_made_before_go_on_opening() {
        // Made with argon2's own `hash_password_with_salt`, as all were before memory was reused.
        let hash = PasswordHash::from_phc(
            "$argon2id$v=19$m=19456,t=2,p=1$42tHTDap80KkaZ2HGLkaCA$Bsynvbq4AjVT+Z/BnsyiH68OVJaXx0l89FZXrvKAXZg".to_owned(),
        );
        assert!(hash.matches(&Password::new("correct horse battery"), &mut HashMemory::default()));
        assert_eq!(Password::new("correct horse battery").hash(&mut seeded(99)), hash);
    }

    #[test]
    fn one_memory_serves_many_passwords_and_grows_no_more() {
        let mut memory = HashMemory::default();
        assert_eq!(memory.bytes(), 0, "nothing before the first");
        let hash = Password::new("correct horse").hash_with(b"sixteen bytes...", &mut memory);
        let (place, bytes) = (memory.blocks.as_ptr(), memory.bytes());
        assert_eq!(bytes, 19 << 20);
        for text in ["correct horse", "another one", "correct horse"] {
            let password = Password::new(text);
            assert_eq!(hash.matches(&password, &mut memory), text == "correct horse", "{text}");
            PasswordHash::waste_time(&password, &mut memory);
            let again = password.hash_with(b"sixteen bytes...", &mut memory);
            assert_eq!(again == hash, text == "correct horse", "what was there before changes no hash");
        }
        assert_eq!((memory.blocks.as_ptr(), memory.bytes()), (place, bytes));
    }

    #[test]
    fn a_password_is_refused_when_it_is_short_or_one_of_the_first_to_be_tried() {
        let about = ["asha.rao@shop.example", "Asha Raopatil", "Razorpay Dashboard"];
        for (text, accepted) in [
            ("1234567", false),
            ("12345678", false),
            ("qwertyuiop", false),
            ("Password123!", false),
            ("!Dragon2026", false),
            ("aaaabbbbcccc", false),
            ("abababababab", false),
            ("Asha.Rao", false),
            ("asha.rao@shop.example", false),
            ("raopatil99", false),
            ("Razorpay1", false),
            ("dragon 58203 lantern", true),
            ("dashing razor", true),
            ("tulip-lorry-9", true),
            ("ñandú 北京 ok", true),
            (&"x".repeat(300), false),
            (&"long and longer ".repeat(5), true),
        ] {
            assert_eq!(Password::new(text).acceptable(&about).is_ok(), accepted, "{text}");
        }
    }

    #[test]
    fn the_first_three_thousand_are_known() {
        let eligible = COMMONEST.lines().filter(|word| LENGTH_MIN <= word.len()).count();
        assert!(3_000 <= eligible, "{eligible}");
        assert!(COMMONEST.lines().is_sorted(), "so that a change of the list can be read");
    }
}
