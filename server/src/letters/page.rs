//! The sheet of an e-mail: the same few sentences as plain text and as HTML, in the brand's name and colour.
//!
//! The HTML is small and self-contained: no pictures, nothing loaded, nothing that tells when it was opened. Tables and inline
//! styles, because that is what mail programs understand.

use std::fmt::Write as _;

use crate::config::Brand;
use crate::pages::colour::Colour;
use crate::words::Words;

/// What an e-mail says, before it takes a form. All text is plain; it is escaped on the way to HTML.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) heading: String,
    paragraphs: Vec<String>,
    /// Name and value, such as the Key Id.
    facts: Vec<(String, String)>,
    /// What to open, and its address.
    link: Option<(String, String)>,
    /// What to do if it was somebody else.
    caution: Option<String>,
}

/// What surrounds every e-mail of a brand in a language.
pub(super) struct Frame<'a> {
    pub(super) brand: &'a Brand,
    pub(super) words: &'a Words,
    /// Where help is.
    pub(super) help: Option<String>,
}

impl Page {
    pub(super) fn new(heading: impl Into<String>) -> Self {
        Page { heading: heading.into(), ..Page::default() }
    }

    pub(super) fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.paragraphs.push(text.into());
        self
    }

    pub(super) fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((name.into(), value.into()));
        self
    }

    pub(super) fn link(self, label: impl Into<String>, url: String) -> Self {
        Page { link: Some((label.into(), url)), ..self }
    }

    pub(super) fn caution(self, text: impl Into<String>) -> Self {
        Page { caution: Some(text.into()), ..self }
    }

    pub(super) fn text(&self, frame: &Frame<'_>) -> String {
        let words = frame.words;
        let mut text = format!("{}\n", self.heading);
        for paragraph in &self.paragraphs {
            line(&mut text, format_args!("\n{paragraph}"));
        }
        if !self.facts.is_empty() {
            text.push('\n');
        }
        for (name, value) in &self.facts {
            let fact = words.say("letters-fact").with("name", name).with("value", value);
            line(&mut text, format_args!("{}", fact.text()));
        }
        if let Some((label, url)) = &self.link {
            line(&mut text, format_args!("\n{label}: {url}"));
        }
        if let Some(caution) = &self.caution {
            line(&mut text, format_args!("\n{caution}"));
        }
        if let Some(help) = &frame.help {
            line(&mut text, format_args!("\n{help}"));
        }
        line(&mut text, format_args!("\n{}", words.say("letters-automatic").text()));
        line(&mut text, format_args!("\n{}", frame.brand.name));
        text
    }

    pub(super) fn html(&self, frame: &Frame<'_>) -> String {
        let colours = Looks::of(frame.brand);
        let (accent, ink) = (colours.accent, colours.link);
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"color-scheme\" content=\"light\"><title>{heading}</title></head>\n\
             <body style=\"margin:0;padding:24px 12px;background:#f3f4f6;color:#1b1f24;\
             font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Devanagari',sans-serif\">\n\
             <div style=\"max-width:560px;margin:0 auto\">\n\
             <div style=\"padding:28px;background:#ffffff;border:1px solid #dfe3e8;border-top:4px solid {accent};\
             border-radius:8px\">\n\
             <p style=\"margin:0 0 20px;font-weight:700;color:{ink}\">{name}</p>\n\
             <h1 style=\"margin:0 0 16px;font-size:21px;line-height:1.3\">{heading}</h1>\n",
            language = frame.words.language(),
            heading = escaped(&self.heading),
            name = escaped(&frame.brand.name),
        );
        for paragraph in &self.paragraphs {
            line(&mut html, format_args!("<p style=\"margin:0 0 12px\">{}</p>", escaped(paragraph)));
        }
        self.facts(&mut html);
        if let Some((label, url)) = &self.link {
            let (label, url) = (escaped(label), escaped(url));
            let button = format!(
                "display:inline-block;padding:10px 18px;border-radius:6px;background:{accent};color:{};\
                 font-weight:600;text-decoration:none",
                colours.on_accent
            );
            line(
                &mut html,
                format_args!(
                    "<p style=\"margin:20px 0 8px\"><a href=\"{url}\" style=\"{button}\">{label}</a></p>"
                ),
            );
            let open = frame.words.say("letters-or-open").with("url", "\u{0}").text();
            let (before, after) = open.split_once('\u{0}').unwrap_or((&open, ""));
            line(
                &mut html,
                format_args!(
                    "<p style=\"margin:0 0 16px;font-size:13px;color:#57606a\">{}\
                     <a href=\"{url}\" style=\"color:{ink};word-break:break-all\">{url}</a>{}</p>",
                    escaped(before),
                    escaped(after),
                ),
            );
        }
        if let Some(caution) = &self.caution {
            line(
                &mut html,
                format_args!(
                    "<p style=\"margin:20px 0 0;padding:12px 14px;background:#fff8e5;\
                     border-left:4px solid #d9a300\">{}</p>",
                    escaped(caution)
                ),
            );
        }
        html.push_str("</div>\n");
        let automatic = frame.words.say("letters-automatic").text();
        let small = [frame.help.as_deref(), Some(automatic.as_str())];
        for sentence in small.into_iter().flatten() {
            line(
                &mut html,
                format_args!(
                    "<p style=\"margin:12px 28px 0;font-size:13px;color:#57606a\">{}</p>",
                    escaped(sentence)
                ),
            );
        }
        html.push_str("</div>\n</body></html>\n");
        html
    }

    fn facts(&self, html: &mut String) {
        if self.facts.is_empty() {
            return;
        }
        html.push_str(
            "<table role=\"presentation\" style=\"margin:16px 0;border-collapse:collapse;width:100%\">\n",
        );
        for (name, value) in &self.facts {
            // What somebody wrote in several lines stays in several lines.
            let value = escaped(value).replace('\n', "<br>");
            line(
                html,
                format_args!(
                    "<tr><td style=\"padding:6px 16px 6px 0;border-top:1px solid #e6e9ed;color:#57606a;\
                     vertical-align:top;white-space:nowrap\">{}</td>\
                     <td style=\"padding:6px 0;border-top:1px solid #e6e9ed;font-weight:600;\
                     word-break:break-word\">{value}</td></tr>",
                    escaped(name)
                ),
            );
        }
        html.push_str("</table>\n");
    }
}

/// A brand's colours as an e-mail uses them.
struct Looks {
    accent: Colour,
    on_accent: Colour,
    link: Colour,
}

impl Looks {
    fn of(brand: &Brand) -> Self {
        let accent = Colour::parse(&brand.colours.accent.to_string()).expect("a colour that was read");
        Looks { accent, on_accent: accent.text_on(), link: accent.as_text_on(Colour::WHITE) }
    }
}

fn line(to: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(to, "{text}").expect("writing to a string succeeds");
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
