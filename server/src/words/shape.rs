//! What a file of texts holds, without its words: ids, and what each text speaks of.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

/// What a text refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// The placeholders that the caller fills in.
    pub(super) facts: BTreeSet<String>,
    /// Other texts, and terms with their `-`.
    pub(super) texts: BTreeSet<String>,
}

/// The shape of every text of a file by id; terms have their `-`.
pub(super) fn shapes(file: &FluentResource) -> BTreeMap<String, Shape> {
    let mut shapes = BTreeMap::new();
    for entry in file.entries() {
        let mut shape = Shape::default();
        let id = match entry {
            Entry::Message(message) => {
                message.value.iter().for_each(|value| shape.add(value));
                message.id.name.to_owned()
            }
            Entry::Term(term) => {
                shape.add(&term.value);
                format!("-{}", term.id.name)
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => {
                continue;
            }
        };
        shapes.insert(id, shape);
    }
    shapes
}

impl Shape {
    fn add(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.add_expression(expression);
            }
        }
    }

    fn add_expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.add_inline(inline),
            Expression::Select { selector, variants } => {
                self.add_inline(selector);
                variants.iter().for_each(|variant| self.add(&variant.value));
            }
        }
    }

    fn add_inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.facts.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, .. } => {
                self.texts.insert(id.name.to_owned());
            }
            InlineExpression::TermReference { id, arguments, .. } => {
                self.texts.insert(format!("-{}", id.name));
                arguments.iter().for_each(|arguments| self.add_arguments(arguments));
            }
            InlineExpression::FunctionReference { arguments, .. } => self.add_arguments(arguments),
            InlineExpression::Placeable { expression } => self.add_expression(expression),
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => (),
        }
    }

    fn add_arguments(&mut self, arguments: &CallArguments<&str>) {
        arguments.positional.iter().for_each(|value| self.add_inline(value));
        arguments.named.iter().for_each(|argument| self.add_inline(&argument.value));
    }
}
