//! Printing: Markdown becomes HTML of which we wrote every tag ourselves.
//!
//! The parser says what it found, and each thing found is printed by a line here. HTML that an author wrote is read tag by
//! tag; what is on the lists of `raw` is printed anew, the rest is noted and left out. So a page holds no attribute, address or
//! tag that this file does not name. Tags that an author left open are closed where the paragraph or list around them ends.

use std::collections::BTreeSet;

use pulldown_cmark::{Alignment, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::address::{self, Addresses, Target};
use crate::directives::{Mark, Marks, Tone};
use crate::edition::{Edition, Word};
use crate::finding::{Notes, Slip, nearest};
use crate::lines::{Line, MARK_BEGIN, MARK_END, Place};
use crate::page::Entry;
use crate::raw::{BLOCK, INLINE, UNREADABLE, escaped, escaped_once};
use crate::shelf::Shelf;
use crate::tags;

/// The id of the page's own main part; no heading may take it.
const RESERVED: &str = "content";

/// What a page is printed with.
pub(crate) struct Press<'a> {
    pub(crate) shelf: &'a dyn Shelf,
    pub(crate) edition: &'a Edition,
    pub(crate) addresses: &'a dyn Addresses,
}

/// A printed page.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    pub(crate) html: String,
    pub(crate) contents: Vec<Entry>,
    pub(crate) anchors: BTreeSet<String>,
    pub(crate) links: Vec<Led>,
    pub(crate) pictures: BTreeSet<String>,
}

/// Where a page leads inside the handbook, and where that was written.
#[derive(Clone, Debug)]
pub(crate) struct Led {
    /// `None` is the page itself.
    pub(crate) page: Option<String>,
    pub(crate) anchor: Option<String>,
    pub(crate) place: Place,
}

/// Prints lines of Markdown with marks between them.
pub(crate) fn print(lines: &[Line], marks: &Marks, press: &Press<'_>, notes: &mut Notes) -> Printed {
    let mut text = String::new();
    let mut starts = Vec::with_capacity(lines.len());
    for line in lines {
        starts.push(text.len());
        text.push_str(&line.text);
        text.push('\n');
    }
    let mut printer = Printer {
        press,
        marks,
        notes,
        place: lines.first().map_or_else(|| Place { file: "".into(), line: 1 }, |line| line.place.clone()),
        out: Printed::default(),
        ids: BTreeSet::from([RESERVED.to_owned()]),
        open: Vec::new(),
        paragraph: Paragraph::None,
        heading: None,
        last_level: 1,
        picture: None,
        block: None,
        links: 0,
        code: false,
        table: Table::default(),
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, span) in Parser::new_ext(&text, options).into_offset_iter() {
        let at = starts.partition_point(|start| *start <= span.start).saturating_sub(1);
        if let Some(line) = lines.get(at) {
            printer.place = line.place.clone();
        }
        printer.event(event);
    }
    printer.end_of_page();
    printer.out
}

/// Something that is printed and must be closed.
enum Open {
    /// The parser will close it.
    Markdown(&'static str),
    /// An author's own tag; an empty end is one that was not printed.
    Raw { name: String, end: &'static str, link: bool, place: Place },
    /// A mark that begins something.
    Directive { name: &'static str, end: &'static str, place: Place },
}

/// A paragraph is printed when the first thing in it is known: a mark is none.
#[derive(PartialEq, Eq)]
enum Paragraph {
    None,
    Begun,
    Swallowed,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
}

struct Heading {
    level: u8,
    at: usize,
    words: String,
}

struct Picture {
    src: String,
    alt: String,
    /// How many were open with it; more of them are inside it.
    depth: usize,
}

struct Printer<'a, 'n> {
    press: &'a Press<'a>,
    marks: &'a Marks,
    notes: &'n mut Notes,
    place: Place,
    out: Printed,
    ids: BTreeSet<String>,
    open: Vec<Open>,
    paragraph: Paragraph,
    heading: Option<Heading>,
    last_level: u8,
    picture: Option<Picture>,
    /// HTML between paragraphs, gathered until it ends.
    block: Option<(String, Place)>,
    /// Links that are open; there is never one in another.
    links: usize,
    code: bool,
    table: Table,
}

impl Printer<'_, '_> {
    fn event(&mut self, event: Event<'_>) {
        if self.paragraph == Paragraph::Begun {
            if let Event::Text(text) = &event
                && self.mark(text)
            {
                self.paragraph = Paragraph::Swallowed;
                return;
            }
            self.paragraph = Paragraph::None;
            if event == Event::End(TagEnd::Paragraph) {
                return;
            }
            self.begin("<p>", "</p>\n");
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                let code = self.press.edition.fill(&code);
                self.words(&code);
                if self.picture.is_none() {
                    self.push(&format!("<code>{}</code>", escaped(&code)));
                }
            }
            Event::Html(html) => match &mut self.block {
                Some((block, _)) => block.push_str(&html),
                None => self.raw(&html, true),
            },
            Event::InlineHtml(html) => self.raw(&html, false),
            Event::SoftBreak => self.gap("\n"),
            Event::HardBreak => self.gap("<br>\n"),
            Event::Rule => self.push("<hr>\n"),
            // None of the parser's extensions that would find these is switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text)
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if self.picture.is_some() {
            // Only words count in what a picture says.
            return self.open.push(Open::Markdown(""));
        }
        match tag {
            Tag::Paragraph => self.paragraph = Paragraph::Begun,
            Tag::Heading { level, .. } => {
                // The page's title is the first heading; the page's own come below it, and none skips a level.
                let level = (level as u8 + 1).min(self.last_level + 1).min(6);
                self.last_level = level;
                self.open.push(Open::Markdown(""));
                self.heading = Some(Heading { level, at: self.out.html.len(), words: String::new() });
            }
            Tag::BlockQuote(_) => self.begin("<blockquote>\n", "</blockquote>\n"),
            Tag::CodeBlock(_) => {
                self.code = true;
                self.begin("<pre><code>", "</code></pre>\n");
            }
            Tag::HtmlBlock => self.block = Some((String::new(), self.place.clone())),
            Tag::List(None) => self.begin("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.begin("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => self.begin(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Tag::Item => self.begin("<li>", "</li>\n"),
            Tag::Table(alignments) => {
                self.table = Table { alignments, ..Table::default() };
                let begin =
                    "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\n";
                self.begin(begin, "</tbody></table></div>\n");
            }
            Tag::TableHead => {
                self.table.head = true;
                self.begin("<thead><tr>", "</tr></thead><tbody>\n");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.begin("<tr>", "</tr>\n");
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.begin("<em>", "</em>"),
            Tag::Strong => self.begin("<strong>", "</strong>"),
            Tag::Strikethrough => self.begin("<del>", "</del>"),
            Tag::Link { link_type, dest_url, .. } => {
                let letter = if link_type == LinkType::Email { "mailto:" } else { "" };
                let begin = self.link(&format!("{letter}{dest_url}"));
                match begin {
                    Some(begin) => self.begin(&begin, "</a>"),
                    None => self.open.push(Open::Markdown("")),
                }
                self.links += 1;
            }
            Tag::Image { dest_url, .. } => {
                self.open.push(Open::Markdown(""));
                let depth = self.open.len();
                self.picture = Some(Picture { src: dest_url.to_string(), alt: String::new(), depth });
            }
            Tag::Superscript
            | Tag::Subscript
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => self.open.push(Open::Markdown("")),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph if self.paragraph == Paragraph::Swallowed => self.paragraph = Paragraph::None,
            TagEnd::HtmlBlock => {
                if let Some((html, place)) = self.block.take() {
                    self.place = place;
                    self.raw(&html, true);
                }
            }
            _ if self.picture.as_ref().is_some_and(|picture| picture.depth < self.open.len()) => {
                self.close_markdown();
            }
            TagEnd::Image => {
                self.close_markdown();
                if let Some(Picture { src, alt, .. }) = self.picture.take() {
                    self.print_picture(&src, &alt, None, None, false);
                }
            }
            TagEnd::Heading(_) => {
                self.close_markdown();
                self.print_heading();
            }
            TagEnd::CodeBlock => {
                self.code = false;
                self.close_markdown();
            }
            TagEnd::TableHead => {
                self.table.head = false;
                self.close_markdown();
            }
            TagEnd::Link => {
                self.links = self.links.saturating_sub(1);
                self.close_markdown();
            }
            _ => self.close_markdown(),
        }
    }

    /// Prints the beginning of something that the parser will end.
    fn begin(&mut self, begin: &str, end: &'static str) {
        self.push(begin);
        self.open.push(Open::Markdown(end));
    }

    fn push(&mut self, html: &str) {
        self.out.html.push_str(html);
    }

    /// Notes words of a heading or a picture, which are needed without their tags.
    fn words(&mut self, words: &str) {
        if let Some(picture) = &mut self.picture {
            picture.alt.push_str(words);
        }
        if let Some(heading) = &mut self.heading {
            heading.words.push_str(words);
        }
    }

    fn gap(&mut self, html: &str) {
        self.words(" ");
        if self.picture.is_none() {
            self.push(html);
        }
    }

    fn text(&mut self, text: &CowStr<'_>) {
        if self.mark(text) {
            return;
        }
        let text = text.replace([MARK_BEGIN, MARK_END], "");
        let text = if self.code { self.press.edition.fill(&text) } else { text };
        self.words(&text);
        if self.picture.is_none() {
            self.push(&escaped(&text));
        }
    }

    /// Ends what the parser ends now, and what an author left open inside it.
    fn close_markdown(&mut self) {
        while let Some(open) = self.open.pop() {
            if let Open::Markdown(end) = open {
                self.push(end);
                return;
            }
            self.leave(open);
        }
    }

    fn end_of_page(&mut self) {
        while let Some(open) = self.open.pop() {
            self.leave(open);
        }
    }

    /// Ends something that should have ended before.
    fn leave(&mut self, open: Open) {
        let (name, end, place) = match open {
            Open::Markdown(end) => return self.push(end),
            Open::Raw { name, end, link, place } => {
                self.links -= usize::from(link);
                (name, end, place)
            }
            Open::Directive { name, end, place } => (name.to_owned(), end, place),
        };
        self.push(end);
        let says = format!("The `{name}` that begins here does not end in the same paragraph, list or cell");
        self.notes.add(&place, Slip::Unclosed, says, "Close it at the same indent at which it begins.");
    }

    fn cell(&mut self) {
        let class = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Center) => " class=\"centre\"",
            _ => "",
        };
        self.table.column += 1;
        match self.table.head {
            true => self.begin(&format!("<th scope=\"col\"{class}>"), "</th>"),
            false => self.begin(&format!("<td{class}>"), "</td>"),
        }
    }

    fn print_heading(&mut self) {
        let Some(Heading { level, at, words }) = self.heading.take() else { return };
        let id = self.unique(&address::anchor(&words));
        let inside = self.out.html.split_off(at);
        let own = format!(
            "<a class=\"anchor\" href=\"#{}\" aria-hidden=\"true\" tabindex=\"-1\">#</a>",
            escaped(&id)
        );
        self.push(&format!("<h{level} id=\"{}\">{inside} {own}</h{level}>\n", escaped(&id)));
        self.out.anchors.insert(id.clone());
        self.out.contents.push(Entry { level, anchor: id, words: words.trim().to_owned() });
    }

    fn unique(&mut self, wanted: &str) -> String {
        let mut id = wanted.to_owned();
        let mut again = 0;
        while !self.ids.insert(id.clone()) {
            again += 1;
            id = format!("{wanted}-{again}");
        }
        id
    }

    /// Prints a mark, if the text is one.
    fn mark(&mut self, text: &str) -> bool {
        let Some((number, mark, place)) = self.marks.of(text) else { return false };
        let place = place.clone();
        match mark.clone() {
            Mark::End => self.end_directive(),
            Mark::Label(label) => self.push(&format!("<p class=\"label\">{}</p>\n", escaped(&label))),
            Mark::Callout { tone, title } => {
                let class = match tone {
                    Tone::Plain => "callout",
                    Tone::Info => "callout info",
                    Tone::Warn => "callout warn",
                    Tone::Success => "callout success",
                };
                self.push(&format!("<div class=\"{class}\" role=\"note\">\n"));
                if let Some(title) = title {
                    self.push(&format!("<p class=\"strong\">{}</p>\n", escaped(&title)));
                }
                self.open.push(Open::Directive { name: "callout", end: "</div>\n", place });
            }
            Mark::Cards => {
                self.push("<div class=\"tiles\">\n");
                self.open.push(Open::Directive { name: "cards", end: "</div>\n", place });
            }
            Mark::Card { title, href } => {
                let begin = href.and_then(|href| {
                    self.place = place.clone();
                    self.link(&href)
                });
                let (begin, end) = begin.map_or((String::new(), ""), |begin| (begin, "</a>"));
                let title = escaped(&title);
                self.push(&format!("<div class=\"tile\">\n<p class=\"strong\">{begin}{title}{end}</p>\n"));
                self.open.push(Open::Directive { name: "card", end: "</div>\n", place });
            }
            Mark::Tabs(labels) => {
                self.tabs(number, &labels);
                self.open.push(Open::Directive { name: "tabs", end: "</div>\n", place });
            }
            Mark::Tab => {
                self.push("<div class=\"panel\">\n");
                self.open.push(Open::Directive { name: "tab", end: "</div>\n", place });
            }
            Mark::Faqs => {
                self.push("<div class=\"faqs\">\n");
                self.open.push(Open::Directive { name: "faqs", end: "</div>\n", place });
            }
        }
        true
    }

    /// Radio buttons choose a tab; the style sheet shows the panel of the chosen one. No script is needed.
    fn tabs(&mut self, number: usize, labels: &[String]) {
        self.push("<div class=\"tabs\" role=\"group\" aria-label=\"Examples\">\n");
        for (at, label) in labels.iter().enumerate() {
            let id = self.unique(&format!("tab-{number}-{at}"));
            let checked = if at == 0 { " checked" } else { "" };
            let label = escaped(label);
            self.push(&format!(
                "<input type=\"radio\" name=\"tabs-{number}\" id=\"{id}\"{checked}><label for=\"{id}\">{label}</label>\n"
            ));
        }
    }

    fn end_directive(&mut self) {
        let inside = |open: &&Open| !matches!(open, Open::Markdown(_));
        let here =
            self.open.iter().rev().take_while(inside).any(|open| matches!(open, Open::Directive { .. }));
        // What began in another paragraph or list was ended, and noted, where that ended.
        if !here {
            return;
        }
        while let Some(open) = self.open.pop() {
            match open {
                Open::Directive { end, .. } => return self.push(end),
                open => self.leave(open),
            }
        }
    }

    /// Reads HTML that an author wrote. `block` is HTML between paragraphs, where text is not Markdown.
    fn raw(&mut self, html: &str, block: bool) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            self.raw_text(&rest[..at]);
            rest = &rest[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
            } else if let Some(tag) = tags::at(rest) {
                rest = &rest[tag.length..];
                if UNREADABLE.contains(&tag.name.as_str()) && !tag.closes && !tag.alone {
                    rest = after_end(rest, &tag.name);
                }
                self.tag(&tag, block);
            } else if rest.starts_with("<!") || rest.starts_with("<?") {
                rest = rest.split_once('>').map_or("", |(_, after)| after);
            } else {
                self.push("&lt;");
                rest = &rest[1..];
            }
        }
        self.raw_text(rest);
    }

    fn raw_text(&mut self, text: &str) {
        let text = text.replace([MARK_BEGIN, MARK_END], "");
        self.words(&text);
        if self.picture.is_none() {
            self.push(&escaped_once(&text));
        }
    }

    fn tag(&mut self, tag: &tags::Tag, block: bool) {
        let name = tag.name.as_str();
        if let Some(word) = self.press.edition.words.get(name) {
            return self.word(&word.clone());
        }
        match name {
            _ if self.picture.is_some() => {}
            "br" => self.push("<br>\n"),
            "hr" if block => self.push("<hr>\n"),
            "img" => {
                let (src, alt) = (tag.value("src").unwrap_or_default(), tag.value("alt").unwrap_or_default());
                let alt = self.press.edition.fill(alt);
                self.print_picture(src, &alt, tag.value("width"), tag.value("height"), block);
            }
            "a" if tag.closes => self.end_raw("a"),
            "a" => {
                let begin = self.link(tag.value("href").unwrap_or_default());
                let end = if begin.is_some() { "</a>" } else { "" };
                self.push(&begin.unwrap_or_default());
                self.links += 1;
                let place = self.place.clone();
                self.open.push(Open::Raw { name: "a".to_owned(), end, link: true, place });
            }
            _ if tag.closes => self.end_raw(name),
            _ => match ends_of(name, block) {
                Some((begin, end)) => {
                    self.push(begin);
                    let place = self.place.clone();
                    self.open.push(Open::Raw { name: name.to_owned(), end, link: false, place });
                }
                None => self.unknown_tag(tag),
            },
        }
    }

    fn unknown_tag(&mut self, tag: &tags::Tag) {
        let name = &tag.name;
        if tag.alone && name.contains('-') {
            let known: Vec<&str> = self.press.edition.words.keys().map(String::as_str).collect();
            let mend = match nearest(name, known.iter().copied()) {
                Some(meant) => format!("Did you mean <{meant}/>?"),
                None => format!("The place-holders are {}.", known.join(", ")),
            };
            return self.notes.add(
                &self.place,
                Slip::UnknownWord,
                format!("There is no place-holder `{name}`"),
                mend,
            );
        }
        let mend = "Write it in Markdown, or leave it out.";
        self.notes.add(&self.place, Slip::Tag, format!("The tag `{name}` is not printed"), mend);
    }

    fn word(&mut self, word: &Word) {
        self.words(word.text());
        if self.picture.is_some() {
            return;
        }
        let text = escaped(word.text());
        match word {
            Word::Link { href, .. } if self.links == 0 && self.heading.is_none() => {
                match address::target(href).as_ref().map(outside) {
                    Some(Some(begin)) => self.push(&format!("{begin}{text}</a>")),
                    _ => self.push(&text),
                }
            }
            _ => self.push(&text),
        }
    }

    /// Ends an author's tag, if it is open in this paragraph, list or cell.
    fn end_raw(&mut self, name: &str) {
        let inside = |open: &&Open| matches!(open, Open::Raw { .. });
        let here = |open: &Open| matches!(open, Open::Raw { name: own, .. } if own == name);
        if !self.open.iter().rev().take_while(inside).any(here) {
            if INLINE.contains(&name) || BLOCK.contains(&name) || name == "a" {
                let says = format!("A `{name}` is closed that is not open here");
                self.notes.add(
                    &self.place,
                    Slip::Stray,
                    says,
                    "Remove the tag, or open it in the same paragraph.",
                );
            }
            return;
        }
        while let Some(open) = self.open.pop() {
            match open {
                Open::Raw { name: own, end, link, .. } if own == name => {
                    self.links -= usize::from(link);
                    return self.push(end);
                }
                other => self.leave(other),
            }
        }
    }

    /// The beginning of a link; `None` if it may not or cannot lead anywhere, and then its words stay.
    fn link(&mut self, href: &str) -> Option<String> {
        if self.links > 0 {
            return None;
        }
        let place = self.place.clone();
        match address::target(href) {
            Some(Target::Page { page, anchor }) => {
                if self.press.shelf.text(&format!("{page}.md")).is_none() {
                    let says = format!("The link leads to `{href}`, and there is no page `{page}`");
                    self.notes.add(&place, Slip::DeadLink, says, "Mend the address, or write the page.");
                    return None;
                }
                let hash = anchor.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
                let address = escaped(&(self.press.addresses.page(&page) + &hash));
                self.out.links.push(Led { page: Some(page), anchor, place });
                Some(format!("<a href=\"{address}\">"))
            }
            Some(Target::Here(anchor)) => {
                let begin = format!("<a href=\"#{}\">", escaped(&anchor));
                self.out.links.push(Led { page: None, anchor: Some(anchor), place });
                Some(begin)
            }
            Some(target) => outside(&target),
            None => {
                let says = format!("The link leads to `{href}`, which no page may lead to");
                let mend = "Write /docs/… for a page, #… for a heading, or an address with https://.";
                self.notes.add(&place, Slip::Address, says, mend);
                None
            }
        }
    }

    fn print_picture(
        &mut self,
        src: &str,
        alt: &str,
        width: Option<&str>,
        height: Option<&str>,
        block: bool,
    ) {
        if alt.trim().is_empty() {
            let says = format!("The picture `{src}` says nothing to people who cannot see it");
            self.notes.add(&self.place, Slip::MissingAlt, says, "Write alt=\"…\": what the picture shows.");
        }
        let Some(file) = address::picture(src) else {
            let says = format!("The picture `{src}` is not of this handbook");
            let mend = "Put it into assets/images and write /docs/assets/images/…";
            self.notes.add(&self.place, Slip::Address, says, format!("{mend}."));
            return self.push(&escaped(alt));
        };
        if !self.press.shelf.has_picture(&file) {
            let says = format!("There is no picture `{file}`");
            self.notes.add(&self.place, Slip::MissingPicture, says, "Mend the name, or add the file.");
            return self.push(&escaped(alt));
        }
        self.out.pictures.insert(file.clone());
        let size = |name: &str, value: Option<&str>| {
            let value = value
                .filter(|value| (1..=4).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit()));
            value.map(|value| format!(" {name}=\"{value}\"")).unwrap_or_default()
        };
        let (width, height) = (size("width", width), size("height", height));
        let (address, alt) = (escaped(&self.press.addresses.picture(&file)), escaped(alt.trim()));
        let picture = format!("<img src=\"{address}\" alt=\"{alt}\"{width}{height} loading=\"lazy\">");
        if block && file.ends_with(".gif") {
            // What moves for longer than a moment can be put away by the reader.
            let summary = "<summary>Show or hide the animation</summary>";
            self.push(&format!("<details class=\"moving\" open>{summary}{picture}</details>\n"));
        } else {
            self.push(&picture);
        }
    }
}

/// A link out of the handbook.
fn outside(target: &Target) -> Option<String> {
    match target {
        Target::Elsewhere(href) => {
            Some(format!("<a href=\"{}\" target=\"_blank\" rel=\"noopener\">", escaped(href)))
        }
        Target::Letter(href) => Some(format!("<a href=\"{}\">", escaped(href))),
        Target::Page { .. } | Target::Here(_) => None,
    }
}

/// What is printed for a tag without attributes, if it may stand here.
fn ends_of(name: &str, block: bool) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "b" | "strong" => ("<strong>", "</strong>"),
        "i" | "em" => ("<em>", "</em>"),
        "code" => ("<code>", "</code>"),
        "kbd" => ("<kbd>", "</kbd>"),
        "sub" => ("<sub>", "</sub>"),
        "sup" => ("<sup>", "</sup>"),
        _ if !block => return None,
        "p" => ("<p>", "</p>\n"),
        "ul" => ("<ul>", "</ul>\n"),
        "ol" => ("<ol>", "</ol>\n"),
        "li" => ("<li>", "</li>"),
        "dl" => ("<dl>", "</dl>\n"),
        "dt" => ("<dt>", "</dt>"),
        "dd" => ("<dd>", "</dd>"),
        "table" => ("<table>", "</table>\n"),
        "thead" => ("<thead>", "</thead>"),
        "tbody" => ("<tbody>", "</tbody>"),
        "tr" => ("<tr>", "</tr>"),
        "th" => ("<th>", "</th>"),
        "td" => ("<td>", "</td>"),
        "details" => ("<details>", "</details>\n"),
        "summary" => ("<summary>", "</summary>"),
        "blockquote" => ("<blockquote>", "</blockquote>\n"),
        _ => return None,
    })
}

/// What follows the end of a tag whose content is not for people.
fn after_end<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let at = text.to_ascii_lowercase().find(&end);
    at.map_or("", |at| text[at..].split_once('>').map_or("", |(_, after)| after))
}
