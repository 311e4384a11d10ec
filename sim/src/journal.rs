//! A node's journal, as it lies in its folder: it outlives the process, and the database.

use domain::{KeyId, PairState};
use engine::{Journal, Kept, Line, Place};
use parking_lot::Mutex;

/// A journal in memory.
#[derive(Debug, Default)]
pub struct Notebook(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    place: Option<Place>,
    waiting: Vec<Line>,
    lines: Vec<Line>,
}

impl Notebook {
    /// Every line that was kept.
    pub fn lines(&self) -> Vec<Line> {
        self.0.lock().lines.clone()
    }
}

impl Journal for Notebook {
    fn place(&self) -> Option<Place> {
        self.0.lock().place
    }

    fn take(&self, lines: &[Line]) {
        self.0.lock().waiting.extend_from_slice(lines);
    }

    fn keep(&self, place: Place, _: bool) -> Kept {
        let mut pages = self.0.lock();
        let waiting = std::mem::take(&mut pages.waiting);
        pages.lines.extend(waiting);
        pages.place = Some(place);
        Box::pin(std::future::ready(Ok(())))
    }

    fn endings(&self) -> Result<Vec<(KeyId, PairState)>, String> {
        let pages = self.0.lock();
        let dead = pages.lines.iter().filter(|line| line.state != PairState::Current);
        Ok(dead.map(|line| (line.key_id, line.state)).collect())
    }
}
