//! Text that people name things by: what in it could mislead whoever reads it.

/// Whether a character works on the text around it without being seen: Unicode's format characters (general category Cf),
/// those that turn text round among them, and its separators of lines and paragraphs. The two joiners are not among them:
/// Hindi needs them inside words.
pub(crate) fn misleads(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character shows something by itself: no space, no joiner, no filler, no mark for the character before it.
pub(crate) fn is_visible(c: char) -> bool {
    let is_blank = matches!(c,
        '\u{200c}'..='\u{200d}' | '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
        | '\u{e0100}'..='\u{e01ef}');
    !is_blank && !c.is_whitespace() && !c.is_control() && !misleads(c)
}

#[cfg(test)]
mod tests {
    use crate::open_account::{checked_email, checked_name};

    #[test]
    fn a_name_turns_no_text_round_and_can_be_seen() {
        for (name, accepted) in [
            ("Asha Rao", true),
            ("आशा राव", true),
            ("क्\u{200d}ष", true),
            ("नि\u{200c}शा", true),
            ("北京", true),
            ("Zoë O'Brien", true),
            ("🦊", true),
            ("Asha \u{202e}oaR", false),
            ("Asha\u{2066}Rao\u{2069}", false),
            ("Asha\u{200f}", false),
            ("Asha\u{2028}Rao", false),
            ("Asha\u{2029}Rao", false),
            ("\u{200b}", false),
            ("\u{200d}", false),
            ("\u{200c}\u{200d}", false),
            ("\u{3164}", false),
            ("\u{2800}", false),
            ("\u{feff}Asha", false),
            ("Asha\u{ad}", false),
            ("Asha\u{e0041}", false),
            ("Asha\u{7}", false),
        ] {
            assert_eq!(checked_name("name", name).is_ok(), accepted, "{}", name.escape_unicode());
        }
    }

    #[test]
    fn an_address_turns_no_text_round_and_can_be_seen_before_and_after_its_sign() {
        for (email, accepted) in [
            ("Owner@Shop.example", true),
            ("आशा@shop.example", true),
            ("owner\u{202e}@shop.example", false),
            ("ow\u{200b}ner@shop.example", false),
            ("owner@shop\u{2028}.example", false),
            ("\u{200d}@shop.example", false),
            ("owner@\u{200d}", false),
            ("@shop.example", false),
            (&format!("{}@shop.example", "a".repeat(241)), true),
            (&format!("{}@shop.example", "a".repeat(242)), false),
        ] {
            assert_eq!(checked_email("email", email).is_ok(), accepted, "{}", email.escape_unicode());
        }
    }
}
