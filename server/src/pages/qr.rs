//! A text as a QR code: an inline SVG of squares, dark on white in either theme, because cameras expect that.

use qrcode::{Color, EcLevel, QrCode};

/// Blank modules around the code, as the standard asks.
const MARGIN: usize = 4;

/// The picture. Only digits of coordinates stand in it, so that it can be printed as it is.
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * MARGIN;
    let squares: String = code
        .to_colors()
        .iter()
        .enumerate()
        .filter(|(_, color)| **color == Color::Dark)
        .map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + MARGIN, at / width + MARGIN))
        .collect();
    Some(format!(
        "<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\"><path fill=\"#fff\" \
         d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{squares}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn a_text_becomes_squares_and_nothing_else() {
        let picture = svg("otpauth://totp/Keystead:asha?secret=ABC&issuer=<b>").expect("a short text fits");
        assert!(picture.starts_with("<svg viewBox=\"0 0 ") && picture.ends_with("</svg>"));
        assert!(!picture.contains("otpauth") && !picture.contains("<b>"));
        assert_ne!(svg("one"), svg("two"));
        assert!(svg(&"x".repeat(10_000)).is_none(), "too long for any code");
    }
}
