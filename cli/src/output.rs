//! Output: data to stdout, as a table for people or JSON for programs.

use std::io::Write;

use clap::ValueEnum;
use serde_json::Value;

use crate::failure::Failure;

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Columns for people
    #[default]
    Table,
    /// JSON for programs
    Json,
}

/// Prints one JSON value, indented.
pub fn print_json(value: &Value) -> Result<(), Failure> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Prints a line to stdout. A reader that has gone away (`| head`) is no failure of ours.
pub fn line(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints rows under headings, each column as wide as its widest cell.
pub fn print_table(headings: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.max().unwrap_or(0).max(headings[column].chars().count())
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> =
            cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        line(padded.join("  ").trim_end())
    };
    print(&mut headings.iter().copied())?;
    for row in rows {
        print(&mut row.iter().map(String::as_str))?;
    }
    Ok(())
}
