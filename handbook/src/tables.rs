//! The short form of tables: rows of cells between `|`, each row followed by a line of `---`. Becomes the usual form.

use crate::finding::{Notes, Slip};
use crate::lines::Line;

/// Lines with all tables in the usual form.
pub(crate) fn usual(lines: Vec<Line>, notes: &mut Notes) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let begins =
            is_row(&line) && out.last().is_none_or(Line::is_blank) && lines.peek().is_some_and(is_separator);
        if !begins {
            out.push(line);
            continue;
        }
        let mut rows = vec![vec![line]];
        while let Some(next) = lines.next_if(|next| !next.code && !next.is_blank()) {
            match rows.last_mut() {
                _ if is_separator(&next) => rows.push(Vec::new()),
                Some(row) => row.push(next),
                None => rows.push(vec![next]),
            }
        }
        rows.retain(|row| !row.is_empty());
        print(rows, &mut out, notes);
    }
    out
}

fn is_row(line: &Line) -> bool {
    !line.code && !line.is_blank() && cells(&line.text).len() > 1
}

fn is_separator(line: &Line) -> bool {
    let text = line.text.trim();
    !line.code && text.len() >= 3 && text.bytes().all(|b| b == b'-')
}

fn print(rows: Vec<Vec<Line>>, out: &mut Vec<Line>, notes: &mut Notes) {
    let mut columns = 0;
    for (at, row) in rows.into_iter().enumerate() {
        let first = row[0].clone();
        let text: Vec<&str> = row.iter().map(|line| line.text.trim()).collect();
        let mut cells = cells(&text.join(" "));
        if at == 0 {
            columns = cells.len();
        } else if cells.len() != columns {
            let says = format!("The row has {} cells, its table {columns}", cells.len());
            notes.add(
                &first.place,
                Slip::Table,
                says,
                "Write one cell for each column; a `|` inside one is `\\|`.",
            );
            cells.resize(columns, String::new());
        }
        let indent = first.indent().to_owned();
        out.push(Line { text: format!("{indent}| {} |", cells.join(" | ")), ..first.clone() });
        if at == 0 {
            out.push(Line { text: format!("{indent}|{}", "---|".repeat(columns)), ..first });
        }
    }
}

/// The cells of a row: what stands between `|`, except those behind a backslash or inside backticks.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let (mut escaped, mut quoted) = (false, false);
    for letter in row.chars() {
        let cell = cells.last_mut().expect("there is always a cell");
        match letter {
            '|' if escaped => cell.push('|'),
            // In the usual form a `|` ends a cell even inside backticks, so it keeps its backslash there.
            '|' if quoted => cell.push_str("\\|"),
            '|' => cells.push(String::new()),
            letter => {
                quoted ^= letter == '`' && !escaped;
                cell.push(letter);
            }
        }
        escaped = letter == '\\' && !escaped;
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::of_file;

    fn printed(text: &str) -> (String, usize) {
        let mut notes = Notes::default();
        let lines = usual(of_file("a.md", text).0, &mut notes);
        (lines.iter().map(|line| format!("{}\n", line.text)).collect(), notes.0.len())
    }

    #[test]
    fn rows_between_lines_of_hyphens_are_a_table() {
        let (text, slips) =
            printed("Name | Meaning\n---\n`a|b` | one\nand two\n---\nc \\| d | three\n---\n\nafter\n");
        assert_eq!(
            text,
            "| Name | Meaning |\n|---|---|\n| `a\\|b` | one and two |\n| c \\| d | three |\n\nafter\n"
        );
        assert_eq!(slips, 0);
    }

    #[test]
    fn the_usual_form_a_rule_and_a_heading_stay() {
        for text in [
            "| a | b |\n|---|---|\n| c | d |\n",
            "text\n---\n",
            "a\n\n---\n\nb | c\n",
            "```\na | b\n---\n```\n",
        ] {
            assert_eq!(printed(text), (text.to_owned(), 0));
        }
    }

    #[test]
    fn a_row_with_a_cell_too_few_is_noted_and_filled() {
        let (text, slips) = printed("a | b\n---\nc\n---\n");
        assert_eq!((text.as_str(), slips), ("| a | b |\n|---|---|\n| c |  |\n", 1));
    }
}
