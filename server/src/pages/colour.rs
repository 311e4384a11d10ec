//! Colours that stay readable: whatever accent a brand chooses, text on it and links in it can be read.
//!
//! The arithmetic is WCAG 2.2 relative luminance and contrast ratio. It decides nothing about taste: a colour
//! is only moved towards black or white as far as legibility needs.

use std::fmt;

/// The contrast that WCAG AA asks of normal text.
pub const TEXT_CONTRAST_MIN: f64 = 4.5;

/// An opaque sRGB colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// Pure white.
    pub const WHITE: Colour = Colour::rgb(0xff, 0xff, 0xff);
    /// Pure black. A softer black would leave middle tones on which neither it nor white can be read.
    pub const BLACK: Colour = Colour::rgb(0, 0, 0);

    /// A colour from its three parts.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Colour {
        Colour { red, green, blue }
    }

    /// Reads `#rrggbb`. Nothing else is accepted, so a configured colour can never carry other CSS with it.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Colour::rgb(part(0)?, part(2)?, part(4)?))
    }

    /// The WCAG contrast ratio with another colour: 1 (same) to 21 (black and white).
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour with `share` (0 to 1) of another one mixed in.
    pub fn mixed(self, other: Colour, share: f64) -> Colour {
        let part = |from: u8, to: u8| (f64::from(from) * (1.0 - share) + f64::from(to) * share).round() as u8;
        Colour::rgb(part(self.red, other.red), part(self.green, other.green), part(self.blue, other.blue))
    }

    /// White or black, whichever reads better on this colour.
    pub fn text_on(self) -> Colour {
        if self.contrast(Colour::WHITE) >= self.contrast(Colour::BLACK) {
            Colour::WHITE
        } else {
            Colour::BLACK
        }
    }

    /// The nearest shade of this colour that can be used for text on `ground`.
    pub fn as_text_on(self, ground: Colour) -> Colour {
        let away = ground.text_on();
        (0..=20)
            .map(|step| self.mixed(away, f64::from(step) / 20.0))
            .find(|shade| shade.contrast(ground) >= TEXT_CONTRAST_MIN + 0.3)
            .unwrap_or(away)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let share = f64::from(part) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl fmt::Debug for Colour {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_agrees_with_the_published_examples() {
        assert_eq!(format!("{:.2}", Colour::BLACK.contrast(Colour::WHITE)), "21.00");
        let grey = Colour::parse("#767676").expect("six hexadecimal digits");
        assert_eq!(format!("{:.2}", grey.contrast(Colour::WHITE)), "4.54");
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        for wrong in ["", "#", "#fff", "red", "#12345g", "#1234567", "123456", "#12é45", "#000;}*{"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Colour::parse("#0A0b0C").map(|colour| colour.to_string()).as_deref(), Some("#0a0b0c"));
    }

    #[test]
    fn any_accent_carries_and_becomes_readable_text() {
        let parts = [0u8, 51, 102, 153, 204, 255];
        let grounds = [Colour::WHITE, Colour::rgb(0xf4, 0xf6, 0xf9), Colour::rgb(0x0f, 0x12, 0x18)];
        for red in parts {
            for green in parts {
                for blue in parts {
                    let accent = Colour::rgb(red, green, blue);
                    assert!(accent.contrast(accent.text_on()) >= TEXT_CONTRAST_MIN, "text on {accent}");
                    for ground in grounds {
                        let text = accent.as_text_on(ground);
                        assert!(text.contrast(ground) >= TEXT_CONTRAST_MIN, "{text} on {ground}");
                    }
                }
            }
        }
    }
}
