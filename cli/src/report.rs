//! Reports: what a command found, as the API's JSON for programs or in columns and sentences for people.

use crate::failure::Failure;
use crate::output::{Output, line, print_table};

/// What a command has to show. Data goes to stdout, talk to stderr.
#[derive(Debug, Default)]
pub struct Report {
    json: Vec<String>,
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    sentences: Vec<String>,
    talk: Vec<String>,
}

impl Report {
    /// A report whose JSON is a body of the API.
    pub fn of(json: impl Into<String>) -> Self {
        Self { json: vec![json.into()], ..Self::default() }
    }

    /// With the same as a table.
    pub fn table<const N: usize>(
        mut self,
        headings: [&'static str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        self.headings = headings.to_vec();
        self.rows = rows.into_iter().map(|row| row.to_vec()).collect();
        self
    }

    /// With the same in a sentence.
    pub fn sentence(mut self, sentence: impl Into<String>) -> Self {
        self.sentences.push(sentence.into());
        self
    }

    /// With something that people should know and programs need not.
    pub fn talk(mut self, words: impl Into<String>) -> Self {
        self.talk.push(words.into());
        self
    }

    /// Prints it.
    pub fn print(&self, output: Output) -> Result<(), Failure> {
        match output {
            Output::Json => self.json.iter().try_for_each(|json| line(json))?,
            Output::Table => {
                if !self.headings.is_empty() {
                    print_table(&self.headings, &self.rows)?;
                }
                self.sentences.iter().try_for_each(|sentence| line(sentence))?;
            }
        }
        for words in &self.talk {
            eprintln!("{words}");
        }
        Ok(())
    }

    /// All of it as text, for stories.
    #[cfg(test)]
    pub fn told(&self) -> String {
        let mut told = format!("{}\n", self.json.join("\n"));
        if !self.headings.is_empty() {
            told += &format!("{}\n", self.headings.join(" | "));
        }
        for row in &self.rows {
            told += &format!("{}\n", row.join(" | "));
        }
        for sentence in self.sentences.iter().chain(&self.talk) {
            told += &format!("{sentence}\n");
        }
        told
    }
}
