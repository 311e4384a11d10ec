//! Bars of a chart: counts as rectangles in a drawing that is stretched to the room there is.

/// Width of a bar with the space beside it.
const BAR: usize = 10;
/// Height of the highest bar.
const HEIGHT: u64 = 100;

/// One bar, in units of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its left side.
    pub x: usize,
    /// Its upper side.
    pub y: u64,
    /// How high it is.
    pub height: u64,
}

/// The width of a drawing with so many counts.
pub fn width(counts: usize) -> usize {
    counts * BAR
}

/// The bars of counts, each in its place; those that are nought have none. `top` is as high as the drawing.
pub fn bars(counts: impl Iterator<Item = u64>, top: u64) -> Vec<Bar> {
    let bar = |(place, count): (usize, u64)| {
        // One request beside a flood must still be seen.
        let height = (u128::from(count) * u128::from(HEIGHT) / u128::from(top.max(1))).max(2);
        let height = u64::try_from(height).unwrap_or(HEIGHT).min(HEIGHT);
        (count > 0).then(|| Bar { x: place * BAR + 1, y: HEIGHT - height, height })
    };
    counts.enumerate().filter_map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_beside_a_flood_is_seen_and_none_is_not() {
        let drawn = bars([1, 0, u64::MAX, u64::MAX / 2].into_iter(), u64::MAX);
        let told: Vec<_> = drawn.iter().map(|bar| (bar.x, bar.y, bar.height)).collect();
        assert_eq!(told, [(1, 98, 2), (21, 0, 100), (31, 51, 49)]);
        assert_eq!(bars([5].into_iter(), 0)[0].height, 100, "never higher than the drawing");
    }
}
