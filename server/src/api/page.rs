//! Pages of lists: how many entries, and from where on.

use serde::Deserialize;
use utoipa::IntoParams;
use wire::page::{LIMIT_DEFAULT, LIMIT_MAX, Page};

use super::problem::Problem;

/// Which page of a list that has no filters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageAsk {
    /// The `next` of an earlier page
    pub(super) after: Option<String>,
    /// Entries on a page; 50 when left out
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub(super) limit: Option<String>,
}

/// How many entries a caller wants.
pub(super) fn limit(asked: Option<&str>) -> Result<usize, Problem> {
    let Some(asked) = asked else { return Ok(LIMIT_DEFAULT) };
    let limit = asked.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| Problem::parameter("limit", &format!("Give a number from 1 to {LIMIT_MAX}.")))
}

/// A cursor that does not come from an earlier page.
pub(super) fn wrong_cursor() -> Problem {
    Problem::parameter("after", "Give the `next` of an earlier page, or leave it out to begin at the start.")
}

/// The page of a list that was read from the cursor on, one entry further than asked for if there is one.
pub(super) fn begin<T>(mut read: Vec<T>, limit: usize, name: impl Fn(&T) -> String) -> Page<T> {
    let is_more = limit < read.len();
    read.truncate(limit);
    let next = if is_more { read.last().map(name) } else { None };
    Page { items: read, next }
}

/// The page of a list that was read as a whole.
pub(super) fn cut<T>(
    mut all: Vec<T>,
    after: Option<&str>,
    limit: usize,
    name: impl Fn(&T) -> String,
) -> Result<Page<T>, Problem> {
    if let Some(after) = after {
        let last = all.iter().position(|entry| name(entry) == after).ok_or_else(wrong_cursor)?;
        all.drain(..=last);
    }
    Ok(begin(all, limit, name))
}
