//! Strictness: what serde says of a name or value it does not take, turned into a problem that names it and the nearest.

use wire::codes::Code;
use wire::problem::Members;

use super::problem::Problem;

/// How alike two names must be for one to be taken for a slip of the other (0 to 1, Jaro-Winkler).
const ALIKE: f64 = 0.8;

/// The problem of a name that does not exist, if that is what `complaint` says.
pub(super) fn unknown_name(code: Code, complaint: &str) -> Option<Problem> {
    let (field, rest) = after(complaint, "unknown field `")?;
    let allowed: Vec<String> = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let members = Members {
        field: Some(field.to_owned()),
        nearest: nearest(field, &allowed),
        allowed,
        ..Members::default()
    };
    Some(Problem::with(code, members))
}

/// The problem of a field that is not there, if that is what `complaint` says.
pub(super) fn missing_name(complaint: &str) -> Option<Problem> {
    let (field, _) = after(complaint, "missing field `")?;
    Some(Problem::with(Code::MissingField, Members { field: Some(field.to_owned()), ..Members::default() }))
}

/// The name that follows `words` at the start, and what follows the name.
fn after<'a>(complaint: &'a str, words: &str) -> Option<(&'a str, &'a str)> {
    complaint.strip_prefix(words)?.split_once('`')
}

fn nearest(field: &str, allowed: &[String]) -> Option<String> {
    let alike = |name: &&String| strsim::jaro_winkler(field, name);
    let best = allowed.iter().max_by(|one, other| alike(one).total_cmp(&alike(other)))?;
    (ALIKE <= alike(&best)).then(|| best.clone())
}
