//! Bytes as hexadecimal digits, two for each, in lower case.

/// Writes bytes.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).expect("four bits are a digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Reads what [`hex()`] wrote, in either case. `None`: it is something else.
pub fn bytes(hex: &str) -> Option<Vec<u8>> {
    let four = |digit: u8| char::from(digit).to_digit(16).and_then(|four| u8::try_from(four).ok());
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(four(*high)? << 4 | four(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_else_is() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(bytes(&hex(&all)).as_deref(), Some(all.as_slice()));
        assert_eq!(hex(&[0, 0x0f, 0xa5]), "000fa5");
        assert_eq!(bytes("00FA"), Some(vec![0, 0xfa]));
        for other in ["0", "0g", "+1", " 1", "é", "00 "] {
            assert_eq!(bytes(other), None, "{other:?}");
        }
        assert_eq!(bytes(""), Some(Vec::new()));
    }
}
