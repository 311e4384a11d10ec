//! The shape: who asks whom. In each region the heads read the database, and everybody else hangs below them, as evenly as can be.

use std::ops::Range;

use super::Settings;
use super::world::{MILLI, Moment};

/// Who asks whom.
pub(super) struct Shape {
    fan_out: usize,
    heads: usize,
    /// The nodes of each region, and in them where each level begins.
    regions: Vec<Region>,
}

struct Region {
    nodes: Range<usize>,
    /// Where each level begins, and after the last one where the region ends.
    levels: Vec<usize>,
}

impl Shape {
    pub(super) fn of(settings: &Settings) -> Self {
        let regions = settings.regions.max(1);
        let (each, more) = (settings.nodes / regions, settings.nodes % regions);
        let mut first = 0;
        let regions = (0..regions).map(|region| {
            let count = each + usize::from(region < more);
            let nodes = first..first + count;
            first += count;
            let mut levels = vec![nodes.start];
            let mut width = settings.heads.clamp(1, count.max(1));
            while *levels.last().expect("it begins with one") < nodes.end {
                let begins = *levels.last().expect("it begins with one");
                levels.push((begins + width).min(nodes.end));
                width = width.saturating_mul(settings.fan_out.max(1));
            }
            Region { nodes, levels }
        });
        Self { fan_out: settings.fan_out.max(1), heads: settings.heads, regions: regions.collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.regions.last().map_or(0, |region| region.nodes.end)
    }

    /// Who reads the database, in all.
    pub(super) fn heads(&self) -> usize {
        self.regions.iter().map(|region| self.heads.min(region.nodes.len())).sum()
    }

    /// Steps from the database to whoever is farthest from it.
    pub(super) fn depth(&self) -> usize {
        self.regions.iter().map(|region| region.levels.len() - 1).max().unwrap_or(1).max(1)
    }

    pub(super) fn region_of(&self, node: usize) -> usize {
        self.regions
            .iter()
            .position(|region| region.nodes.contains(&node))
            .expect("every node is in a region")
    }

    /// The level of a node: heads are on the first.
    pub(super) fn level_of(&self, node: usize) -> usize {
        let region = &self.regions[self.region_of(node)];
        region.levels.partition_point(|begins| *begins <= node) - 1
    }

    pub(super) fn is_head(&self, node: usize) -> bool {
        self.level_of(node) == 0
    }

    /// Whether anybody ever asks it: everybody but those on the last level, to whom children of a dead parent never turn.
    pub(super) fn hands_on(&self, node: usize) -> bool {
        let levels = self.regions[self.region_of(node)].levels.len();
        self.level_of(node) + 2 < levels
    }

    /// Whom a node asks, first its own parent, then those beside it.
    pub(super) fn parent_of(&self, node: usize, tried: usize) -> Option<usize> {
        let region = &self.regions[self.region_of(node)];
        let level = self.level_of(node);
        if level == 0 {
            return None;
        }
        let (begins, above) = (region.levels[level], region.levels[level - 1]..region.levels[level]);
        let own = (node - begins) / self.fan_out;
        Some(above.start + (own + tried) % above.len())
    }

    /// About how long a message is on its way between two regions, or within one; the database is in the first.
    pub(super) fn way(&self, from: usize, to: usize) -> Moment {
        if from == to {
            return MILLI / 4;
        }
        // As between places of one continent, and of several: 15 ms and more.
        let apart = from.abs_diff(to);
        15 * MILLI + 25 * MILLI * i64::try_from(apart).unwrap_or(i64::MAX)
    }
}
