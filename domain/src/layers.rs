//! Layers: under which versions of the pepper a pair's digest stands.
//!
//! A pair is made under one version, the one in use. When a newer one is used, the digest is *wrapped*: `HMAC(newer, context ‖
//! digest)`, which takes nothing but what the database holds, so no customer has to do anything. Whoever verifies goes through
//! all layers, from the innermost one out. There are at most three, or verifying would cost more and more.

use std::fmt;

/// Most layers of a digest.
pub const LAYERS_MAX: usize = 3;

/// The versions that a digest stands under, the innermost first; each is newer than the one it wraps.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layers([u8; LAYERS_MAX]);

impl Layers {
    /// Under one version, which is not nought.
    pub const fn of(version: u8) -> Self {
        Self([version, 0, 0])
    }

    /// Under several, the innermost first. `None`: none, too many, or in an order that no wrapping makes.
    pub fn of_versions(versions: &[u8]) -> Option<Self> {
        let is_growing = versions.is_sorted_by(|inner, outer| inner < outer);
        if versions.first().is_none_or(|first| *first == 0) || LAYERS_MAX < versions.len() || !is_growing {
            return None;
        }
        let mut layers = [0; LAYERS_MAX];
        layers[..versions.len()].copy_from_slice(versions);
        Some(Self(layers))
    }

    /// As one number, eight bits a layer, the innermost lowest: of a single layer it is the version itself.
    pub fn number(self) -> i64 {
        self.0.iter().rev().fold(0, |number, version| number << 8 | i64::from(*version))
    }

    /// What [`Layers::number`] gave.
    pub fn of_number(number: i64) -> Option<Self> {
        let bytes = number.to_le_bytes();
        let used = bytes.iter().rposition(|byte| *byte != 0)? + 1;
        Self::of_versions(&bytes[..used])
    }

    /// The versions, the innermost first.
    pub fn versions(&self) -> &[u8] {
        let used = self.0.iter().position(|version| *version == 0).unwrap_or(LAYERS_MAX);
        &self.0[..used]
    }

    /// The version that was put around last.
    pub fn outermost(&self) -> u8 {
        *self.versions().last().expect("there is at least one layer")
    }

    /// With a newer version around. `None`: there are three layers already, or the version is no newer.
    pub fn wrapped(self, version: u8) -> Option<Self> {
        Self::of_versions(&[self.versions(), &[version]].concat())
    }

    /// Whether nothing can be put around any more.
    pub fn is_full(self) -> bool {
        self.versions().len() == LAYERS_MAX
    }
}

/// As in `1+2`: made under 1, wrapped under 2.
impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, version) in self.versions().iter().enumerate() {
            let before = if place == 0 { "" } else { "+" };
            write!(f, "{before}{version}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layers({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_come_out_of_their_number_as_they_went_in() {
        for (versions, number, text) in
            [(&[1][..], 1, "1"), (&[255], 255, "255"), (&[1, 2], 513, "1+2"), (&[1, 2, 9], 590_337, "1+2+9")]
        {
            let layers = Layers::of_versions(versions).expect("layers");
            assert_eq!((layers.number(), layers.to_string().as_str()), (number, text));
            assert_eq!(Layers::of_number(number), Some(layers));
            assert_eq!((layers.versions(), layers.outermost()), (versions, versions[versions.len() - 1]));
        }
        assert_eq!(Layers::of(7), Layers::of_versions(&[7]).expect("one layer"));
    }

    #[test]
    fn no_other_number_stands_for_layers() {
        // None; one within another in the wrong order, twice the same, with a gap, too many, below nought.
        for number in
            [0, 2 | 1 << 8, 1 | 1 << 8, 1 << 8, 1 | 3 << 16, 1 | 2 << 8 | 3 << 16 | 4 << 24, -1, i64::MIN]
        {
            assert_eq!(Layers::of_number(number), None, "{number}");
        }
    }

    #[test]
    fn a_digest_is_wrapped_by_newer_versions_and_at_most_twice() {
        let twice = Layers::of(1).wrapped(2).and_then(|layers| layers.wrapped(3)).expect("three layers");
        assert!(twice.is_full());
        assert_eq!(twice.wrapped(4), None);
        for version in [0, 1, 2] {
            assert_eq!(Layers::of(2).wrapped(version), None, "{version} is no newer");
        }
    }
}
