//! The phone: a file in which the server leaves its messages.

use std::path::{Path, PathBuf};

/// Looks at the file before giving up. Each look lets others run, so this is many times what the slowest machine needs.
const LOOKS_MAX: u32 = 20_000_000;

/// The messages of everybody.
#[derive(Clone, Debug)]
pub struct Outbox {
    path: PathBuf,
}

impl Outbox {
    /// The outbox in a file, which need not be there yet.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// How far it is filled now: what comes later is new.
    pub fn mark(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// The code in the first message to a number that came after `mark`, as soon as it is there.
    pub fn code_after(&self, mark: u64, number: &str) -> String {
        let mut seen = mark;
        for _ in 0..LOOKS_MAX {
            let now = self.mark();
            if now > seen {
                seen = now;
                if let Some(code) = self.code_since(mark, number) {
                    return code;
                }
            }
            std::thread::yield_now();
        }
        panic!("no code for {number} came into {}", self.path.display());
    }

    fn code_since(&self, mark: u64, number: &str) -> Option<String> {
        let all = std::fs::read(&self.path).expect("an outbox that has a length can be read");
        let new = &all[usize::try_from(mark).expect("an outbox fits into memory")..];
        let messages = new.split(|byte| *byte == b'\n').filter_map(|line| {
            // The last line may still be on its way.
            serde_json::from_slice::<serde_json::Value>(line).ok()
        });
        let mut own = messages.filter(|message| message["to"] == number);
        own.find_map(|message| code(message["text"].as_str()?))
    }
}

/// The only run of exactly six digits.
pub fn code(text: &str) -> Option<String> {
    let mut runs = text.split(|letter: char| !letter.is_ascii_digit()).filter(|run| run.len() == 6);
    let found = runs.next()?.to_owned();
    assert_eq!(runs.next(), None, "two codes in one message");
    Some(found)
}
