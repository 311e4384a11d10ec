//! No ambient clock or randomness outside of the three files that read the outside world.
//!
//! `clippy.toml` bans the same by resolved path; this rule also sees macros, types and code that is configured out. Tests that
//! measure the real clock say so with `#[expect(clippy::disallowed_methods, reason = "…")]`; shipped code has no way out.

use super::Finding;

/// Where the clock and the random source of the system are read: by the server, and by a follower in another service.
const DOORS: [&str; 3] = ["server/src/clock.rs", "server/src/random.rs", "verify/src/follow/world.rs"];

/// Each in two halves, so that this file does not name what it forbids.
const FORBIDDEN: [&str; 10] = [
    concat!("SystemTime", "::now"),
    concat!("Instant", "::now"),
    concat!("OffsetDateTime", "::now"),
    concat!("UtcDateTime", "::now"),
    concat!("Zoned", "::now"),
    concat!("Timestamp", "::now("),
    concat!("getrandom", "::"),
    concat!("thread", "_rng"),
    concat!("Sys", "Rng"),
    concat!("Os", "Rng"),
];

/// Lines of code that read the clock or draw randomness by themselves.
pub(super) fn findings(path: &str, text: &str) -> Vec<Finding> {
    if !path.ends_with(".rs") || DOORS.contains(&path) || (is_test(path) && gives_a_reason(text)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for word in FORBIDDEN.iter().filter(|word| line.contains(**word)) {
            let says =
                format!("`{word}`: take time and randomness as parameters; {} read them", DOORS.join(", "));
            findings.push(Finding::new(path, index + 1, says));
        }
    }
    findings
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/")
}

fn gives_a_reason(text: &str) -> bool {
    text.contains("expect(clippy::disallowed_methods, reason = ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: &str = concat!("let now = std::time::System", "Time::now();\n");
    const DICE: &str = concat!("get", "random::fill(&mut bytes)?;\n");
    const REASON: &str = "#[expect(clippy::disallowed_methods, reason = \"measures the real start\")]\n";

    #[test]
    fn shipped_code_may_not_read_the_clock_or_draw_randomness() {
        for bad in [CLOCK, DICE] {
            assert_eq!(findings("engine/src/regenerate.rs", bad).len(), 1, "{bad}");
            let with_reason = format!("{REASON}{bad}");
            assert_eq!(
                findings("engine/src/regenerate.rs", &with_reason).len(),
                1,
                "no way out in shipped code"
            );
        }
    }

    #[test]
    fn every_forbidden_word_is_found() {
        for word in FORBIDDEN {
            assert!(!findings("engine/src/lib.rs", &format!("x = {word}();")).is_empty(), "{word}");
        }
    }

    #[test]
    fn the_doors_comments_and_tests_with_a_reason_are_fine() {
        assert_eq!(findings("server/src/clock.rs", CLOCK), []);
        assert_eq!(findings("server/src/random.rs", DICE), []);
        assert_eq!(findings("engine/src/lib.rs", &format!("/// Never {CLOCK}")), []);
        assert_eq!(findings("cli/tests/start.rs", &format!("{REASON}{CLOCK}")), []);
        assert_eq!(findings("cli/tests/start.rs", CLOCK).len(), 1, "a test must say why");
    }
}
