//! Chained fences: blocks of code of which each begins where the one before ends, with labels such as `curl: Curl`.
//! They become tabs; a single block with a label gets the label above it.

use crate::directives::{Mark, Marks};
use crate::lines::{Fence, Line};

/// Lines in which chained fences are tabs.
pub(crate) fn chained(lines: Vec<Line>, marks: &mut Marks) -> Vec<Line> {
    let mut out = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let Some(opened) = Fence::of(&line.text).filter(|_| line.code) else {
            out.push(line);
            continue;
        };
        let mut blocks = vec![Block { fence: opened, begins: line, code: Vec::new() }];
        while let Some(next) = lines.next_if(|next| next.code) {
            let block = blocks.last_mut().expect("the chain has a first block");
            if let Some(fence) = block.fence.chained(&next.text) {
                blocks.push(Block { fence, begins: next, code: Vec::new() });
            } else if block.fence.ends_with(&next.text) {
                // The next block may begin on the very next line, and still be of the chain if it has a label.
                let goes_on = |line: &Line| Fence::of(&line.text).is_some_and(|next| next.label().is_some());
                let labelled = block.fence.label().is_some();
                match lines.next_if(|next| next.code && labelled && goes_on(next)) {
                    Some(next) => {
                        let fence = Fence::of(&next.text).expect("its label was just read");
                        blocks.push(Block { fence, begins: next, code: Vec::new() });
                    }
                    None => break,
                }
            } else {
                block.code.push(next);
            }
        }
        print(blocks, &mut out, marks);
    }
    out
}

struct Block {
    fence: Fence,
    begins: Line,
    code: Vec<Line>,
}

fn print(blocks: Vec<Block>, out: &mut Vec<Line>, marks: &mut Marks) {
    let first = blocks[0].begins.clone();
    let indent = first.indent().to_owned();
    if blocks.len() == 1 {
        if let Some(label) = blocks[0].fence.label() {
            marks.put(out, &indent, &first.place, Mark::Label(label.to_owned()));
        }
        return blocks.into_iter().for_each(|block| block.print(&indent, out));
    }
    let name = |block: &Block| {
        let fence = &block.fence;
        fence.label().map_or_else(|| fence.info.clone(), str::to_owned)
    };
    let labels: Vec<String> = blocks.iter().map(name).collect();
    marks.put(out, &indent, &first.place, Mark::Tabs(labels));
    for block in blocks {
        let place = block.begins.place.clone();
        marks.put(out, &indent, &place, Mark::Tab);
        block.print(&indent, out);
        marks.put(out, &indent, &place, Mark::End);
    }
    marks.put(out, &indent, &first.place, Mark::End);
}

impl Block {
    fn print(self, indent: &str, out: &mut Vec<Line>) {
        let (beginning, end) = (self.fence.beginning(), self.fence.end());
        let place = self.begins.place.clone();
        out.push(Line { text: format!("{indent}{beginning}"), ..self.begins });
        out.extend(self.code);
        out.push(Line { text: format!("{indent}{end}"), place, code: true });
    }
}
