//! Requests that two readers could take for different ones, read from `tests/gateways/smuggling.txt`.

use crate::caller::Pair;
use crate::raw::basic;

const CASES: &str = include_str!("../gateways/smuggling.txt");

/// One of them.
#[derive(Clone, Debug)]
pub struct Case {
    /// What is odd about it.
    pub name: &'static str,
    /// What goes over the wire.
    pub bytes: Vec<u8>,
    /// How many answers Keystead's own listener may give.
    pub answers_max: usize,
}

/// All of them, with a good key, for `path`.
pub fn cases(path: &str, pair: &Pair) -> Vec<Case> {
    CASES.split("\n== ").skip(1).map(|text| case(text, path, pair)).collect()
}

fn case(text: &'static str, path: &str, pair: &Pair) -> Case {
    let (name, rest) = text.split_once('\n').expect("a case has a name and a text");
    let (joined, answers_max) = match rest.split_once("<= ") {
        Some((lines, number)) => (lines, number.trim().parse().expect("a number of answers")),
        None => (rest, 1),
    };
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: api.example.com\r\nX-Key-Id: rzp_live_66666666666666\r\n\
                    X-Account-Id: acc_66666666666666\r\nContent-Length: 0\r\n\r\n";
    let filled = unescaped(&joined.replace('\n', ""))
        .replace("{path}", path)
        .replace("{auth}", &basic(pair))
        .replace("{length}", &smuggled.len().to_string())
        .replace("{chunk}", &format!("{:x}", smuggled.len()))
        .replace("{smuggled}", smuggled);
    Case { name, bytes: filled.into_bytes(), answers_max }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        out.push(match letters.next() {
            Some('r') => '\r',
            Some('n') => '\n',
            Some('t') => '\t',
            Some('0') => '\0',
            Some('\\') => '\\',
            Some('x') => {
                let digits: String = letters.by_ref().take(2).collect();
                char::from(u8::from_str_radix(&digits, 16).expect("two hexadecimal digits"))
            }
            other => panic!("no such escape: {other:?}"),
        });
    }
    out
}
