//! Links between the repository's Markdown files lead somewhere: to a file or folder that is there, and to a heading
//! that is in it.
//!
//! Links to other sites are left alone: whether those answer is not a property of this repository.

use super::{Finding, Tree};

/// Relative links of a Markdown file that lead nowhere.
pub(super) fn findings(path: &str, text: &str, tree: &Tree) -> Vec<Finding> {
    if !path.ends_with(".md") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, target) in links(text) {
        if let Some(says) = complaint(path, &target, tree) {
            findings.push(Finding::new(path, line, says));
        }
    }
    findings
}

fn complaint(path: &str, target: &str, tree: &Tree) -> Option<String> {
    let leads_outside =
        target.starts_with("//") || target.split('/').next().is_some_and(|first| first.contains(':'));
    if leads_outside {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let Some(file) = resolved(path, file) else {
        return Some(format!("link `{target}` leads out of the repository"));
    };
    let is_folder = || file.is_empty() || tree.keys().any(|known| known.starts_with(&format!("{file}/")));
    let Some(text) = tree.get(&file) else {
        return (!is_folder()).then(|| format!("link `{target}`: there is no `{file}`"));
    };
    let must_have_anchor = !anchor.is_empty() && file.ends_with(".md");
    if must_have_anchor && !anchors(text).iter().any(|known| known == anchor) {
        return Some(format!("link `{target}`: `{file}` has no heading `#{anchor}`"));
    }
    None
}

/// The file that a link in `from` means, from the repository's root; `None` when it climbs out.
fn resolved(from: &str, file: &str) -> Option<String> {
    if file.is_empty() {
        return Some(from.to_owned());
    }
    let mut folders: Vec<&str> = match file.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.split('/').collect(),
    };
    if !file.starts_with('/') {
        folders.pop();
    }
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                folders.pop()?;
            }
            part => folders.push(part),
        }
    }
    Some(folders.join("/"))
}

/// All link targets with their line: `[text](target)`, `![alt](target "title")` and `[name]: target`.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (line, prose) in prose_lines(text) {
        for (start, _) in prose.match_indices("](") {
            let rest = &prose[start + 2..];
            let target = match rest.strip_prefix('<') {
                Some(rest) => rest.split('>').next(),
                None => rest.split([')', ' ']).next(),
            };
            links.extend(target.map(|target| (line, target.to_owned())));
        }
        if let Some((_, target)) = prose.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            links.extend(target.split_whitespace().next().map(|target| (line, target.to_owned())));
        }
    }
    links
}

/// What the headings and explicit ids of a page can be linked as, by the rules of the common code hosts.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, line) in prose_lines_with_code(text) {
        if let Some(id) = line.split_once("<a id=\"").and_then(|(_, rest)| rest.split_once('"')) {
            anchors.push(id.0.to_owned());
        }
        let title = line.trim_start_matches('#');
        let depth = line.len() - title.len();
        if !(1..=6).contains(&depth) || !title.starts_with(' ') {
            continue;
        }
        let slug = slug(title.trim());
        let repeats = anchors.iter().filter(|known| is_repeat(known, &slug)).count();
        anchors.push(if repeats == 0 { slug } else { format!("{slug}-{repeats}") });
    }
    anchors
}

fn is_repeat(known: &str, slug: &str) -> bool {
    known == slug
        || known
            .strip_prefix(slug)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|number| number.parse::<usize>().is_ok())
}

fn slug(title: &str) -> String {
    title
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            letter if letter.is_alphanumeric() => Some(letter),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The lines outside of fenced code, without their inline code: neither holds links.
fn prose_lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let without_code = |line: &str| line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    prose_lines_with_code(text).map(move |(number, line)| (number, without_code(line)))
}

fn prose_lines_with_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        fenced ^= is_fence;
        (!fenced && !is_fence).then_some((index + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let guide =
            "# The guide\n## Regenerate: `now` or later\n## Twice\n## Twice\n<a id=\"by-hand\"></a>\n";
        Tree::from([
            ("README.md".to_owned(), String::new()),
            ("docs/guide.md".to_owned(), guide.to_owned()),
            ("docs/pictures/keys.png".to_owned(), String::new()),
        ])
    }

    #[test]
    fn links_that_lead_nowhere_are_found_with_their_line() {
        for bad in [
            "[a](docs/missing.md)",
            "[a](docs/guide.md#no-such-heading)",
            "[a](#no-such-heading)",
            "![a](pictures/keys.png \"title\")",
            "[a](../outside.md)",
            "[a](<docs/missing page.md>)",
            "[name]: docs/missing.md",
        ] {
            let found = findings("README.md", &format!("first\n\n{bad}\n"), &tree());
            assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3], "{bad}");
        }
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let fine = "[a](docs/guide.md) [b](docs/) [c](docs/guide.md#regenerate-now-or-later) [d](docs/guide.md#twice-1)\n\
            [e](https://example.com/x.md#y) [f](mailto:a@example.com) [g](/docs/pictures/keys.png)\n\
            [h](docs/guide.md#by-hand) `[code](nowhere.md)`\n```\n[fenced](nowhere.md)\n```\n";
        assert_eq!(findings("README.md", fine, &tree()), []);
        assert_eq!(findings("docs/other.md", "[up](../README.md) [beside](guide.md)\n", &tree()), []);
    }

    #[test]
    fn other_files_are_not_markdown() {
        assert_eq!(findings("domain/src/lib.rs", "//! [a](nowhere.md)\n", &tree()), []);
    }
}
