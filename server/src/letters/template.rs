//! Templates for requests to a provider: text with holes such as `{to}`.
//!
//! A template is filled in one pass, so that a message which itself contains `{token}` stays a message, and
//! each value is escaped for the place where it lands. Neither templates nor filled ones can be printed: both
//! may hold keys.

use std::fmt;
use std::fmt::Write as _;

use secrecy::{ExposeSecret, SecretString};

/// What can be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// The number, with its plus sign.
    To,
    /// The number's digits alone.
    ToDigits,
    /// The message.
    Text,
    /// The configured token.
    Token,
    /// The letter's own id, the same at each attempt, for providers that recognise repeats.
    Id,
}

impl Hole {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::To, Self::ToDigits, Self::Text, Self::Token, Self::Id];

    fn name(self) -> &'static str {
        match self {
            Self::To => "to",
            Self::ToDigits => "to_digits",
            Self::Text => "text",
            Self::Token => "token",
            Self::Id => "id",
        }
    }

    /// The holes as people write them, for messages.
    pub fn list(holes: &[Self]) -> String {
        let written: Vec<String> = holes.iter().map(|hole| format!("{{{}}}", hole.name())).collect();
        written.join(", ")
    }
}

/// The values for one message.
#[derive(Clone, Copy)]
pub struct Fill<'a> {
    /// The number, with its plus sign.
    pub to: &'a str,
    /// The message.
    pub text: &'a str,
    /// The configured token, empty if there is none.
    pub token: &'a str,
    /// The letter's id.
    pub id: &'a str,
}

/// For which surroundings a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As it is: in a header, where values were checked before.
    Nothing,
    /// Inside a JSON string.
    Json,
    /// Inside a URL or a form.
    Url,
}

/// A text with holes.
#[derive(Clone, Default)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone)]
enum Piece {
    Words(SecretString),
    Hole(Hole),
}

/// A hole with a name that stands for nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownHole(pub String);

impl Template {
    /// Reads a template. Braces around anything but a small word are ordinary text, as JSON needs them.
    pub fn parse(text: &str, allowed: &[Hole]) -> Result<Self, UnknownHole> {
        let mut pieces = Vec::new();
        let mut words = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, from_brace) = rest.split_at(at);
            words.push_str(before);
            let Some(name) = hole_name(from_brace) else {
                words.push('{');
                rest = &from_brace[1..];
                continue;
            };
            let hole = allowed.iter().find(|hole| hole.name() == name);
            let hole = *hole.ok_or_else(|| UnknownHole(name.to_owned()))?;
            pieces.push(Piece::Words(SecretString::from(std::mem::take(&mut words))));
            pieces.push(Piece::Hole(hole));
            rest = &from_brace[name.len() + 2..];
        }
        words.push_str(rest);
        pieces.push(Piece::Words(SecretString::from(words)));
        Ok(Self { pieces })
    }

    /// Whether a value goes in somewhere.
    pub fn holds(&self, wanted: Hole) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if *hole == wanted))
    }

    /// Fills the holes, each value escaped.
    pub fn fill(&self, fill: &Fill<'_>, escape: Escape) -> SecretString {
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Words(words) => filled.push_str(words.expose_secret()),
                Piece::Hole(Hole::To) => escaped(fill.to, escape, &mut filled),
                Piece::Hole(Hole::ToDigits) => escaped(fill.to.trim_start_matches('+'), escape, &mut filled),
                Piece::Hole(Hole::Text) => escaped(fill.text, escape, &mut filled),
                Piece::Hole(Hole::Token) => escaped(fill.token, escape, &mut filled),
                Piece::Hole(Hole::Id) => escaped(fill.id, escape, &mut filled),
            }
        }
        SecretString::from(filled)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template")
    }
}

/// The name in `{name}…`, if that is what the text begins with.
fn hole_name(from_brace: &str) -> Option<&str> {
    let (name, _) = from_brace[1..].split_once('}')?;
    let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_word.then_some(name)
}

/// A value escaped for its place.
pub fn written(value: &str, escape: Escape) -> String {
    let mut text = String::new();
    escaped(value, escape, &mut text);
    text
}

fn escaped(value: &str, escape: Escape, to: &mut String) {
    match escape {
        Escape::Nothing => to.push_str(value),
        Escape::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            to.push_str(&quoted[1..quoted.len() - 1]);
        }
        Escape::Url => {
            for byte in value.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    to.push(char::from(byte));
                } else {
                    write!(to, "%{byte:02X}").expect("writing to a string succeeds");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILL: Fill<'_> = Fill { to: "+911234", text: "a \"b\" & {token}\n", token: "t/k", id: "let_1" };

    fn filled(template: &str, escape: Escape) -> String {
        let template = Template::parse(template, &Hole::ALL).expect("the test writes known holes");
        template.fill(&FILL, escape).expose_secret().to_owned()
    }

    #[test]
    fn values_are_escaped_for_where_they_land() {
        assert_eq!(
            filled(r#"{"to":"{to}","m":{"text":"{text}"}}"#, Escape::Json),
            r#"{"to":"+911234","m":{"text":"a \"b\" & {token}\n"}}"#
        );
        assert_eq!(
            filled("to={to_digits}&text={text}&ref={id}", Escape::Url),
            "to=911234&text=a%20%22b%22%20%26%20%7Btoken%7D%0A&ref=let_1"
        );
        assert_eq!(filled("Bearer {token}", Escape::Nothing), "Bearer t/k");
    }

    #[test]
    fn a_message_cannot_reach_into_the_template() {
        assert!(!filled("{text}", Escape::Json).contains("t/k"));
    }

    #[test]
    fn an_unknown_hole_is_an_error_and_other_braces_are_text() {
        assert_eq!(Template::parse("{phone}", &Hole::ALL).err(), Some(UnknownHole("phone".to_owned())));
        assert_eq!(Template::parse("{text}", &[Hole::Token]).err(), Some(UnknownHole("text".to_owned())));
        assert_eq!(filled("{} { {A} {to", Escape::Nothing), "{} { {A} {to");
    }

    #[test]
    fn a_template_does_not_print_what_it_holds() {
        let template = Template::parse("key=abc&{text}", &Hole::ALL).expect("the hole is known");
        assert_eq!(format!("{template:?}"), "Template");
    }
}
