//! What goes wrong in a tree: processes die and start again, cables are cut both ways or one way, regions are cut off from each
//! other, the database is away.

use super::Tree;
use super::world::{Event, MILLI, SECOND};

impl Tree {
    /// One thing goes wrong; more often the more nodes there are.
    pub(super) fn trouble(&mut self) {
        let nodes = self.nodes.len();
        if self.dice.one_of(nodes.div_ceil(10).max(10)) == 0 {
            self.great_trouble();
        } else {
            let node = self.dice.one_of(nodes);
            let until = self.now + self.dice.between(300 * MILLI, 8 * SECOND);
            match self.dice.one_of(5) {
                0 => self.nodes[node].cut_up = until,
                1 => self.nodes[node].cut_down = until,
                2 => {
                    self.nodes[node].cut_up = until;
                    self.nodes[node].cut_down = until;
                }
                _ => self.dies(node),
            }
        }
        let every = (300 * SECOND / nodes.max(1) as i64).min(SECOND / 2);
        let next = self.now + self.dice.until_next(every);
        if next < self.last_change() {
            self.at(next, Event::Trouble);
        }
    }

    fn great_trouble(&mut self) {
        // Longer than anybody may vouch, now and then, where spans are short.
        let until = self.now + self.dice.between(SECOND, 10 * SECOND);
        match self.dice.one_of(3) {
            0 => self.away = until,
            _ => {
                let region = self.dice.one_of(self.cut.len());
                self.cut[region] = until;
            }
        }
    }

    /// A process is gone. Whoever waits for its answer hears so; it is started again by itself.
    fn dies(&mut self, node: usize) {
        if !self.nodes[node].is_alive {
            return;
        }
        let waiting: Vec<(usize, u32, u32)> = self.nodes[node]
            .children
            .iter()
            .filter_map(|child| child.asks.map(|(number, ..)| (child.node, child.life, number)))
            .collect();
        self.nodes[node].dies();
        for (child, life, number) in waiting {
            let (here, there) = (self.nodes[node].region, self.nodes[child].region);
            let median = self.shape.way(here, there);
            let way = self.dice.way(median);
            self.after(way, Event::Lost { node: child, life, number });
        }
        let (life, pause) = (self.nodes[node].life, self.dice.between(SECOND / 5, 4 * SECOND));
        self.after(pause, Event::Start { node, life });
    }
}
