//! What of HTML may be written by authors, and how text is made harmless.

/// Tags that may stand in a sentence, without attributes.
pub(crate) const INLINE: [&str; 8] = ["b", "strong", "i", "em", "code", "kbd", "sub", "sup"];

/// Tags that may stand between paragraphs, without attributes.
pub(crate) const BLOCK: [&str; 16] = [
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "blockquote",
];

/// Tags whose content is not text for people; it goes with them.
pub(crate) const UNREADABLE: [&str; 7] =
    ["script", "style", "template", "textarea", "title", "noscript", "iframe"];

/// A text as HTML that means exactly that text.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// The same for text in which authors wrote `&amp;` and the like already.
pub(crate) fn escaped_once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&escaped(&rest[..at]));
        rest = &rest[at..];
        let length = entity(rest);
        out.push_str(if length > 1 { &rest[..length] } else { "&amp;" });
        rest = &rest[length..];
    }
    out + &escaped(rest)
}

/// How many bytes the entity at the beginning takes; 1 if it is a plain `&`.
fn entity(text: &str) -> usize {
    const LENGTH_MAX: usize = 32;
    let name = text[1..].bytes().take(LENGTH_MAX);
    let length = name.clone().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    let ends = text.as_bytes().get(1 + length) == Some(&b';');
    if length > 0 && ends { length + 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_itself() {
        assert_eq!(escaped("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(escaped_once("a &amp; b & c &#39; &x"), "a &amp; b &amp; c &#39; &amp;x");
        assert_eq!(escaped_once("&;&<"), "&amp;;&amp;&lt;");
    }
}
