//! The sheet of an e-mail: the same few sentences as plain text and as HTML, in the brand's name and colour.
//!
//! The HTML is small and self-contained: no pictures, nothing loaded, nothing that tells when it was opened.

use std::fmt::Write as _;

use crate::config::Brand;

/// What an e-mail says, before it takes a form. All text is plain; it is escaped on the way to HTML.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) heading: String,
    pub(super) paragraphs: Vec<String>,
    /// Name and value, such as the Key Id.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What to open, and its address.
    pub(super) link: Option<(String, String)>,
    /// What to do if it was somebody else.
    pub(super) caution: Option<String>,
}

impl Page {
    pub(super) fn text(&self, brand: &Brand) -> String {
        let mut text = format!("{}\n", self.heading);
        for paragraph in &self.paragraphs {
            line(&mut text, format_args!("\n{paragraph}"));
        }
        if !self.facts.is_empty() {
            text.push('\n');
        }
        for (name, value) in &self.facts {
            line(&mut text, format_args!("{name}: {value}"));
        }
        if let Some((label, url)) = &self.link {
            line(&mut text, format_args!("\n{label}: {url}"));
        }
        if let Some(caution) = &self.caution {
            line(&mut text, format_args!("\n{caution}"));
        }
        if let Some(help) = help(brand) {
            line(&mut text, format_args!("\nHelp: {help}"));
        }
        line(&mut text, format_args!("\n{}", brand.name));
        text
    }

    pub(super) fn html(&self, brand: &Brand) -> String {
        let accent = brand.colours.accent;
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title></head>\n\
             <body style=\"margin:0;padding:24px;background:#f5f6f8;color:#1b1f24;\
             font:16px/1.5 system-ui,sans-serif\">\n\
             <div style=\"max-width:560px;margin:0 auto;padding:24px;background:#ffffff;\
             border-top:4px solid {accent}\">\n\
             <p style=\"margin:0 0 16px;font-weight:600;color:{accent}\">{name}</p>\n\
             <h1 style=\"margin:0 0 16px;font-size:20px\">{heading}</h1>\n",
            heading = escaped(&self.heading),
            name = escaped(&brand.name),
        );
        for paragraph in &self.paragraphs {
            line(&mut html, format_args!("<p>{}</p>", escaped(paragraph)));
        }
        if !self.facts.is_empty() {
            html.push_str("<dl>\n");
            for (name, value) in &self.facts {
                let value = escaped(value);
                line(
                    &mut html,
                    format_args!(
                        "<dt style=\"font-weight:600\">{name}</dt><dd style=\"margin:0 0 8px\">{value}</dd>"
                    ),
                );
            }
            html.push_str("</dl>\n");
        }
        if let Some((label, url)) = &self.link {
            let (label, url) = (escaped(label), escaped(url));
            line(&mut html, format_args!("<p><a href=\"{url}\" style=\"color:{accent}\">{label}</a></p>"));
        }
        if let Some(caution) = &self.caution {
            line(&mut html, format_args!("<p>{}</p>", escaped(caution)));
        }
        if let Some(help) = help(brand) {
            line(&mut html, format_args!("<p style=\"font-size:14px\">Help: {}</p>", escaped(help)));
        }
        html.push_str("</div>\n</body></html>\n");
        html
    }
}

fn help(brand: &Brand) -> Option<&str> {
    brand.support.url.as_deref().or(brand.support.email.as_deref())
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
