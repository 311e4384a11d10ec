//! Reading a page as a person without JavaScript does: its forms, the labels of their fields and the words on their buttons.
//!
//! It reads what our templates print, not all of HTML: attributes in double quotes, labels that name their field.

/// A form with what would be sent if its button were pressed now.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    buttons: Vec<String>,
    controls: Vec<Control>,
    labels: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Control {
    id: String,
    name: String,
    value: String,
    /// Radio buttons and check boxes are sent only when chosen.
    sent: bool,
    disabled: bool,
}

impl Form {
    /// The form of a page that has a button with these words.
    pub fn with_button(html: &str, words: &str) -> Option<Form> {
        forms(html).into_iter().find(|form| form.buttons.iter().any(|button| button == words))
    }

    /// Types into the field with this label.
    pub fn fill(mut self, label: &str, text: &str) -> Form {
        text.clone_into(&mut self.labelled(|words| words == label).value);
        self
    }

    /// Chooses the radio button or check box whose label ends like this.
    pub fn choose(mut self, label_end: &str) -> Form {
        let chosen = self.labelled(|words| words.ends_with(label_end));
        assert!(!chosen.disabled, "\u{201c}{label_end}\u{201d} cannot be chosen now");
        chosen.sent = true;
        self
    }

    /// What is sent.
    pub fn values(&self) -> Vec<(String, String)> {
        let sent = self.controls.iter().filter(|one| one.sent && !one.disabled);
        sent.map(|one| (one.name.clone(), one.value.clone())).collect()
    }

    fn labelled(&mut self, is_it: impl Fn(&str) -> bool) -> &mut Control {
        let found = self.labels.iter().find(|(_, words)| is_it(words));
        let (id, _) = found.unwrap_or_else(|| panic!("no such label among {:?}", self.labels));
        let control = self.controls.iter_mut().find(|one| one.id == *id);
        control.expect("a label names a field of its form")
    }
}

/// The text of the element with this `data-testid`.
pub fn text_of(html: &str, testid: &str) -> Option<String> {
    let (_, after) = html.split_once(&format!("data-testid=\"{testid}\""))?;
    let (_, text) = after.split_once('>')?;
    let (text, _) = text.split_once('<')?;
    Some(plain(text))
}

fn forms(html: &str) -> Vec<Form> {
    let bodies = html.split("<form").skip(1).filter_map(|rest| rest.split_once("</form>"));
    bodies.map(|(body, _)| form(body)).collect()
}

fn form(body: &str) -> Form {
    let (head, inside) = body.split_once('>').unwrap_or((body, ""));
    let controls = tags(inside, "<input").map(|tag| {
        let kind = attribute(tag, "type").unwrap_or_default();
        let is_choice = kind == "radio" || kind == "checkbox";
        Control {
            id: attribute(tag, "id").unwrap_or_default(),
            name: attribute(tag, "name").unwrap_or_default(),
            value: attribute(tag, "value").unwrap_or_default(),
            sent: !is_choice || has_word(tag, "checked"),
            disabled: has_word(tag, "disabled"),
        }
    });
    let labels = elements(inside, "label")
        .map(|(tag, words)| (attribute(tag, "for").unwrap_or_default(), plain(words)));
    Form {
        action: attribute(head, "action").unwrap_or_default(),
        buttons: elements(inside, "button").map(|(_, words)| plain(words)).collect(),
        controls: controls.collect(),
        labels: labels.collect(),
    }
}

/// The insides of all tags that begin so.
fn tags<'a>(html: &'a str, opening: &str) -> impl Iterator<Item = &'a str> {
    html.split(opening).skip(1).filter_map(|rest| Some(rest.split_once('>')?.0))
}

/// Each element of a name: its tag's inside, and what stands between the tags.
fn elements<'a>(html: &'a str, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let (opening, closing) = (format!("<{name}"), format!("</{name}>"));
    let found: Vec<_> = html
        .split(&opening)
        .skip(1)
        .filter_map(|rest| rest.split_once(&closing)?.0.split_once('>'))
        .collect();
    found.into_iter()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    Some(plain(after.split_once('"')?.0))
}

/// Whether an attribute without a value is there; what stands in quotes does not count.
fn has_word(tag: &str, word: &str) -> bool {
    let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    outside.split_whitespace().any(|one| one == word)
}

/// Text without tags and with its characters as a person sees them.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => inside_tag = true,
            '>' => inside_tag = false,
            _ if !inside_tag => text.push(letter),
            _ => {}
        }
    }
    let seen = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    for (written, character) in seen {
        text = text.replace(written, character);
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"
        <form method="post" action="/test/keys/one">
          <input type="hidden" name="attempt" value="a&#38;b">
          <label for="email">Email</label><input id="email" name="email" value="">
          <input type="radio" id="now" name="when" value="now" required><label for="now">Old key <b>immediately</b></label>
          <input type="radio" id="later" name="when" value="later" disabled><label for="later">Old key later</label>
          <button class="btn">Go on</button>
        </form>
        <form method="post" action="/elsewhere"><button>Cancel</button></form>
        <code id="key-id" data-testid="key-id">rzp_test_1</code>"#;

    #[test]
    fn a_form_is_found_by_its_button_and_filled_by_its_labels() {
        let form = Form::with_button(PAGE, "Go on").unwrap().fill("Email", "a@b").choose("immediately");
        assert_eq!(form.action, "/test/keys/one");
        let sent = [("attempt", "a&b"), ("email", "a@b"), ("when", "now")];
        assert_eq!(form.values(), sent.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(Form::with_button(PAGE, "Cancel").unwrap().action, "/elsewhere");
        assert!(Form::with_button(PAGE, "Go").is_none());
    }

    #[test]
    #[should_panic = "cannot be chosen now"]
    fn what_is_switched_off_cannot_be_chosen() {
        let _ = Form::with_button(PAGE, "Go on").unwrap().choose("later");
    }

    #[test]
    fn a_marked_text_is_read() {
        assert_eq!(text_of(PAGE, "key-id").as_deref(), Some("rzp_test_1"));
        assert_eq!(text_of(PAGE, "key-secret"), None);
    }
}
