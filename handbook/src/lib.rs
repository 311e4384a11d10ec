//! Explains: the documentation language and its renderer. Text in; HTML, and what is wrong with the text, out.
//!
//! A page is read in passes, one file each, in this order: what stands above it (`frontmatter`); partials and other lines
//! that begin with `@` (`include`); blocks for other brands, which go (`show_if`); callouts, cards, tabs, chained fences
//! and the short form of tables, which become marks between lines of Markdown (`directives`, `fences`, `tables`); and the
//! Markdown itself, printed through a list of what may be printed at all (`print`).
//!
//! No pass stops at a slip. It notes a [`Finding`] with file, line and mend, and goes on with what it can use, so a
//! broken page is still a page. Nothing here reads a file, a clock or a network; texts come from a [`Shelf`].

mod address;
mod check;
mod conditions;
mod directives;
mod edition;
mod fences;
mod finding;
mod frontmatter;
mod include;
mod lines;
mod page;
mod print;
mod raw;
mod shelf;
mod show_if;
mod tables;
mod tags;

pub use address::Addresses;
pub use edition::{Edition, Word};
pub use finding::{Finding, Slip};
pub use page::{Entry, Handbook, Page};
pub use shelf::{Shelf, Texts, is_file_name};
