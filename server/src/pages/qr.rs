//! A QR code as an inline picture: dark on light whatever the theme, because cameras expect it.

use std::fmt::{self, Write as _};

use askama::filters::HtmlSafe;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the dark ones (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// A picture of a text; in a template `{{ qr }}` becomes an `<svg>`.
#[derive(Clone, Debug)]
pub struct Qr {
    side: usize,
    path: String,
    label: String,
}

// The label is escaped below; all else is figures.
impl HtmlSafe for Qr {}

impl Qr {
    /// The picture of `text`, called `label` by screen readers.
    pub fn of(text: &str, label: String) -> Self {
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
            .expect("an address of a few hundred bytes is within what a QR code holds");
        let (width, colors) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (place, _) in colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let (x, y) = (QUIET + place % width, QUIET + place / width);
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
        Self { side: width + 2 * QUIET, path, label }
    }
}

impl fmt::Display for Qr {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { side, path, label } = self;
        let label = askama::filters::escape(label, askama::filters::Html).map_err(|_| fmt::Error)?;
        write!(
            to,
            r##"<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>"##
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_square_has_a_quiet_border_and_is_called_something() {
        let drawn = Qr::of("otpauth://totp/Shop:asha@shop.example?secret=GEZDGNBV", "Scan \"me\"".to_owned());
        let svg = drawn.to_string();
        assert_eq!(drawn.side, 33 + 8, "version 4");
        assert!(svg.contains(r#"viewBox="0 0 41 41""#), "{svg}");
        assert!(svg.contains("M4 4h1v1h-1z"), "the first corner stands behind the border");
        assert!(!svg.contains(r#"aria-label="Scan "me""#), "the label is escaped");
    }

    #[test]
    fn the_longest_login_fits() {
        let long = format!(
            "otpauth://totp/{}:{}?secret={}&issuer={}",
            "%C3".repeat(100),
            "a".repeat(254),
            "A".repeat(32),
            "%C3".repeat(100)
        );
        assert!(0 < Qr::of(&long, String::new()).side);
    }
}
