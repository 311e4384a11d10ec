//! The routes that are served and the contract that is promised are the same.
//!
//! `server/src/routes.rs` is the list of rows `("GET", "/login", …)`, and each handler under `server/src/api` names its own call as
//! `get, path = "/accounts"`; `docs/contract.md` tells users about them in the tables under *Public listener* and *Management API*. What the contract names must be served, and every management
//! call that is served must be in the contract. Pages may be more than the contract names: people follow links.

use super::{Finding, Tree};

const ROUTES: &str = "server/src/routes.rs";
const API: &str = "server/src/api/";
const CONTRACT: &str = "docs/contract.md";
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// What `…` stands for in the contract's table of management calls.
const ACCOUNTS: &str = "/api/v1/accounts";

#[derive(Debug, PartialEq, Eq)]
struct Call {
    /// `None` where the contract names a place without a method.
    method: Option<String>,
    /// With `{}` for each parameter: their names are nobody's promise.
    path: String,
    line: usize,
}

impl Call {
    fn is(&self, other: &Call) -> bool {
        let same_method = match (&self.method, &other.method) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        same_method && self.path == other.path
    }

    fn shown(&self) -> String {
        match &self.method {
            Some(method) => format!("{method} {}", self.path),
            None => self.path.clone(),
        }
    }
}

/// Calls that are promised and not served, or the other way round.
pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let Some(routes) = tree.get(ROUTES) else {
        return Vec::new();
    };
    let mut served = served(routes);
    served
        .extend(tree.iter().filter(|(path, _)| path.starts_with(API)).flat_map(|(_, text)| described(text)));
    if served.is_empty() {
        return vec![Finding::new(
            ROUTES,
            1,
            "no row like `(\"GET\", \"/login\", …)`: the contract cannot be compared",
        )];
    }
    let Some(contract) = tree.get(CONTRACT) else {
        return vec![Finding::new(
            ROUTES,
            1,
            format!("there is no {CONTRACT} that says what these routes promise"),
        )];
    };
    let promised = promised(contract);
    let mut findings = Vec::new();
    for call in promised.iter().filter(|call| !served.iter().any(|route| route.is(call))) {
        findings.push(Finding::new(CONTRACT, call.line, format!("`{}` is not in {ROUTES}", call.shown())));
    }
    let management = served.iter().filter(|route| route.path.starts_with("/api/"));
    for route in management.filter(|route| !promised.iter().any(|call| call.is(route))) {
        findings.push(Finding::new(ROUTES, route.line, format!("`{}` is not in {CONTRACT}", route.shown())));
    }
    findings
}

/// The rows of the route table, wherever a formatter broke their lines.
fn served(routes: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for method in METHODS {
        let quoted = format!("\"{method}\"");
        for (start, _) in routes.match_indices(&quoted) {
            let after = routes[start + quoted.len()..].trim_start();
            let path = after.strip_prefix(',').and_then(|rest| rest.trim_start().strip_prefix('"'));
            if let Some((path, _)) = path.and_then(|rest| rest.split_once('"')) {
                let line = routes[..start].lines().count().max(1);
                calls.push(Call { method: Some(method.to_owned()), path: unnamed(path), line });
            }
        }
    }
    calls
}

/// The calls that handlers of the management API describe.
fn described(handlers: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for method in METHODS {
        let start = format!("{}, path = \"", method.to_lowercase());
        for (at, _) in handlers.match_indices(&start) {
            if let Some((path, _)) = handlers[at + start.len()..].split_once('"') {
                let line = handlers[..at].lines().count().max(1);
                calls.push(Call {
                    method: Some(method.to_owned()),
                    path: unnamed(&format!("/api/v1{path}")),
                    line,
                });
            }
        }
    }
    calls
}

/// The calls in inline code in the tables of the two sections.
fn promised(contract: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut is_about_us = false;
    for (index, line) in contract.lines().enumerate() {
        if let Some(heading) = line.strip_prefix('#') {
            let title = heading.trim_start_matches('#').trim_start();
            is_about_us = title.starts_with("Public listener") || title.starts_with("Management API");
        } else if is_about_us && line.starts_with('|') {
            // The odd pieces between back-ticks are the inline code.
            let spans = line.split('`').skip(1).step_by(2);
            calls.extend(spans.filter_map(|span| promised_call(span, index + 1)));
        }
    }
    calls
}

fn promised_call(span: &str, line: usize) -> Option<Call> {
    let mut words = span.split_whitespace();
    let first = words.next()?;
    let (method, path) = match METHODS.contains(&first) {
        true => (Some(first.to_owned()), words.next()?),
        false => (None, first),
    };
    let path = path.split('?').next()?.replacen('…', ACCOUNTS, 1);
    path.starts_with('/').then(|| Call { method, path: unnamed(&path), line })
}

/// A path without the names of its parameters.
fn unnamed(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT_TEXT: &str = "\
# Contract
## Gateway listener (8081)
| request | answer |
|---|---|
| any method `/v1/authenticate` | not about these routes |
## Public listener (8080): dashboard
| place | what is there |
|---|---|
| `/login` | field **Email**, `aria-current` |
## Management API (`/api/v1` on the public listener)
| call | |
|---|---|
| `POST /api/v1/accounts` | `{\"org\"}` |
| `GET /api/v1/accounts`, `GET …/{account}` | |
| `GET …/{account}/keys?mode=live` | |
";

    const ROUTES_TEXT: &str = "\
//! Routes.
pub const ROUTES: &[Row] = &[
    (\"GET\", \"/login\", Anybody),
    (\"POST\", \"/test/keys\", Owner),
    (\"POST\", \"/api/v1/accounts\", Operator),
    (\"GET\", \"/api/v1/accounts\", Operator),
    (\"GET\", \"/api/v1/accounts/{id}\", Operator),
    (
        \"GET\",
        \"/api/v1/accounts/{id}/keys\",
        Operator,
    ),
];
";

    fn said(routes: &str, contract: &str) -> Vec<String> {
        let files = [(ROUTES, routes), (CONTRACT, contract)];
        let tree: Tree = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        findings(&tree).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn routes_and_contract_in_step_are_fine() {
        assert_eq!(said(ROUTES_TEXT, CONTRACT_TEXT), [""; 0]);
    }

    #[test]
    fn a_promise_that_is_not_served_is_found() {
        let without_login = ROUTES_TEXT.replace("\"/login\"", "\"/sign-in\"");
        assert_eq!(
            said(&without_login, CONTRACT_TEXT),
            ["docs/contract.md:9: `/login` is not in server/src/routes.rs"]
        );
        let other_method = ROUTES_TEXT.replace("(\"POST\", \"/api", "(\"PUT\", \"/api");
        assert_eq!(said(&other_method, CONTRACT_TEXT).len(), 2);
    }

    #[test]
    fn a_management_call_that_is_not_promised_is_found_and_a_page_is_not() {
        let more = ROUTES_TEXT
            .replace("];", "(\"DELETE\", \"/api/v1/accounts/{id}\", O), (\"GET\", \"/help\", A)];");
        let path = "/api/v1/accounts/{}";
        assert_eq!(
            said(&more, CONTRACT_TEXT),
            [format!("server/src/routes.rs:13: `DELETE {path}` is not in docs/contract.md")]
        );
    }

    #[test]
    fn a_call_that_a_handler_describes_is_served() {
        let handler = "#[utoipa::path(\n    post, path = \"/accounts/{account}/keys\", tag = \"keys\",\n)]";
        let call =
            Call { method: Some("POST".to_owned()), path: "/api/v1/accounts/{}/keys".to_owned(), line: 2 };
        assert_eq!(described(handler), [call]);
    }

    #[test]
    fn a_route_table_that_cannot_be_read_or_has_no_contract_is_found() {
        assert_eq!(said("//! Routes.\n", CONTRACT_TEXT).len(), 1);
        let tree = Tree::from([(ROUTES.to_owned(), ROUTES_TEXT.to_owned())]);
        assert_eq!(findings(&tree).len(), 1);
    }
}
