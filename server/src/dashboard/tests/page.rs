//! A page as a person without JavaScript sees it: words, links, forms with their buttons.

use axum::http::{HeaderMap, StatusCode};

/// An answer, read.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) html: String,
    /// Where it was found, after being led on.
    pub(super) path: String,
}

/// A form with the values it comes with.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
    names: Vec<String>,
}

impl Page {
    /// Status and words of the main part, one line for each block.
    pub(super) fn shown(&self) -> String {
        format!("{} {}\n{}", self.status.as_u16(), self.path, words(main_part(&self.html)))
    }

    pub(super) fn says(&self, words: &str) -> bool {
        self.shown().contains(words)
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are text"))
    }

    /// The form with a button that says this.
    pub(super) fn form(&self, button: &str) -> Form {
        let found = self.forms().into_iter().find(|form| has_button(form, button));
        form(found.unwrap_or_else(|| panic!("no button {button:?} on:\n{}", self.shown())))
    }

    pub(super) fn offers(&self, button: &str) -> bool {
        self.forms().into_iter().any(|form| has_button(form, button))
    }

    /// What stands in the element with this test id.
    pub(super) fn test_id(&self, id: &str) -> String {
        let (_, after) =
            self.html.split_once(&format!("data-testid=\"{id}\">")).expect("the element is there");
        after.split_once('<').expect("the element ends").0.to_owned()
    }

    /// Every machine-readable moment on the page, in order.
    pub(super) fn moments(&self) -> Vec<&str> {
        let after = self.html.split("datetime=\"").skip(1);
        after.map(|rest| rest.split_once('"').expect("an attribute ends").0).collect()
    }

    fn forms(&self) -> Vec<&str> {
        let after = self.html.split("<form ").skip(1);
        after.map(|rest| rest.split_once("</form>").expect("a form ends").0).collect()
    }
}

impl Form {
    /// Fills in a field that the form has.
    pub(super) fn fill(&mut self, name: &str, value: &str) {
        assert!(self.names.iter().any(|own| own == name), "the form has no field {name}: {:?}", self.names);
        self.fields.push((name.to_owned(), value.to_owned()));
    }
}

fn has_button(form: &str, words: &str) -> bool {
    form.contains(&format!(">{words}</button>"))
}

fn form(html: &str) -> Form {
    let inputs: Vec<&str> =
        html.split("<input ").skip(1).map(|rest| rest.split_once('>').unwrap_or((rest, "")).0).collect();
    let hidden = inputs.iter().filter(|tag| attribute(tag, "type") == "hidden");
    Form {
        action: attribute(html, "action"),
        fields: hidden.map(|tag| (attribute(tag, "name"), attribute(tag, "value"))).collect(),
        names: fields(html).iter().map(|tag| attribute(tag, "name")).collect(),
    }
}

/// The tags of everything that can be filled in.
fn fields(html: &str) -> Vec<&str> {
    let tags = html.split('<').skip(1).map(|rest| rest.split_once('>').unwrap_or((rest, "")).0);
    tags.filter(|tag| ["input ", "select ", "textarea "].iter().any(|kind| tag.starts_with(kind))).collect()
}

fn attribute(tag: &str, name: &str) -> String {
    let found = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    found.map(|(value, _)| value.to_owned()).unwrap_or_default()
}

fn main_part(html: &str) -> &str {
    let after = html.split_once("<main").map_or(html, |(_, after)| after);
    let after = after.split_once('>').map_or(after, |(_, after)| after);
    after.split_once("</main>").map_or(after, |(main, _)| main)
}

/// The text without tags; what one block says is one line.
fn words(html: &str) -> String {
    const BLOCKS: [&str; 17] = [
        "p", "/p", "div", "/div", "h1", "h2", "h3", "li", "form", "label", "button", "tr", "td", "th", "dt",
        "dd", "caption",
    ];
    let mut text = String::new();
    for (at, piece) in html.split('<').enumerate() {
        let (tag, after) = if at == 0 { ("", piece) } else { piece.split_once('>').unwrap_or(("", piece)) };
        if BLOCKS.contains(&tag.split(' ').next().unwrap_or_default()) {
            text.push('\n');
        }
        text.push_str(after);
    }
    let text =
        text.replace("&amp;", "&").replace("&quot;", "\"").replace("&#39;", "'").replace("&#34;", "\"");
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
