//! How many tests passed and failed, read from what the runners leave behind, summed over all suites.

use std::fmt;
use std::ops::AddAssign;

/// Counted tests of one runner, or of several together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that ran and kept their promise.
    pub(crate) passed: u64,
    /// Tests that did not, and runners that broke before they could count.
    pub(crate) failed: u64,
    /// Tests that a runner left out and said so.
    pub(crate) skipped: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The closing line of a run: `12 passed, 0 failed`.
impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(out, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl Tally {
    /// A runner that broke: nothing it may have counted can be believed, so the run has failed once.
    pub(crate) const BROKEN: Tally = Tally { passed: 0, failed: 1, skipped: 0 };

    /// What a runner's JUnit report and its exit code say together. A runner that failed without a failing test, or
    /// left no report, counts as one failure: the totals may never look better than the exit code.
    pub(crate) fn of_report(report: Option<&str>, runner_succeeded: bool) -> Self {
        let mut tally = report.and_then(Self::from_junit).unwrap_or(Self::BROKEN);
        if !runner_succeeded && tally.failed == 0 {
            tally += Self::BROKEN;
        }
        tally
    }

    /// The totals in the opening `<testsuites …>` tag of a JUnit report (nextest and Playwright both write it).
    fn from_junit(report: &str) -> Option<Self> {
        let tag = report.split_once("<testsuites")?.1.split_once('>')?.0;
        let tests = attribute(tag, "tests")?;
        let failed = attribute(tag, "failures")? + attribute(tag, "errors").unwrap_or(0);
        let skipped = attribute(tag, "skipped").unwrap_or(0);
        let passed = tests.checked_sub(failed + skipped)?;
        Some(Tally { passed, failed, skipped })
    }

    /// The sum of all `test result: …` lines that `cargo test` printed.
    pub(crate) fn from_cargo_test(printed: &str, runner_succeeded: bool) -> Self {
        let mut tally = Tally::default();
        for line in printed.lines().filter(|line| line.starts_with("test result: ")) {
            tally.passed += number_before(line, " passed");
            tally.failed += number_before(line, " failed");
            tally.skipped += number_before(line, " ignored");
        }
        if !runner_succeeded && tally.failed == 0 {
            tally += Self::BROKEN;
        }
        tally
    }
}

fn attribute(tag: &str, name: &str) -> Option<u64> {
    // The leading blank keeps `tests` from matching inside another attribute's name.
    let value = tag.split_once(&format!(" {name}=\""))?.1;
    value.split_once('"')?.0.parse().ok()
}

fn number_before(line: &str, word: &str) -> u64 {
    let before = line.split_once(word).map_or("", |(before, _)| before);
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXTEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="9" failures="2" errors="1" uuid="7" timestamp="2026-11-23" time="0.1">
    <testsuite name="xtask" tests="3" disabled="0" errors="0" failures="0"></testsuite>"#;

    const PLAYWRIGHT: &str = r#"<testsuites id="" name="" tests="5" failures="1" skipped="1" errors="0" time="3.1">
<testsuite name="login.spec.ts" timestamp="2026-11-23" tests="5" failures="0"></testsuite></testsuites>"#;

    #[test]
    fn both_runners_reports_are_understood() {
        let nextest = Tally::of_report(Some(NEXTEST), false);
        assert_eq!(nextest, Tally { passed: 6, failed: 3, skipped: 0 });
        let playwright = Tally::of_report(Some(PLAYWRIGHT), false);
        assert_eq!(playwright, Tally { passed: 3, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_runner_that_fails_without_a_failing_test_is_not_green() {
        let report = r#"<testsuites tests="4" failures="0" errors="0">"#;
        assert_eq!(Tally::of_report(Some(report), false), Tally { passed: 4, failed: 1, skipped: 0 });
    }

    #[test]
    fn a_missing_or_broken_report_is_a_failure() {
        for report in [None, Some(""), Some("<testsuites >"), Some(r#"<testsuites tests="1" failures="2">"#)]
        {
            assert_eq!(Tally::of_report(report, true), Tally::BROKEN, "{report:?}");
        }
    }

    #[test]
    fn cargo_test_lines_are_summed() {
        let printed = "\
            test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test story ... FAILED\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(Tally::from_cargo_test(printed, false), Tally { passed: 7, failed: 1, skipped: 1 });
        assert_eq!(Tally::from_cargo_test("error: could not compile", false), Tally::BROKEN);
    }

    #[test]
    fn the_closing_line_is_the_plain_one() {
        assert_eq!(Tally { passed: 12, failed: 0, skipped: 0 }.to_string(), "12 passed, 0 failed");
        assert_eq!(Tally { passed: 3, failed: 1, skipped: 2 }.to_string(), "3 passed, 1 failed, 2 skipped");
    }
}
