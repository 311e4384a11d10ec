//! Problems: how a refusal or failure is answered (RFC 9457).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::codes::Code;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What kind of problem: `urn:keystead:problem:` and the code.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "urn:keystead:problem:not_found"))]
    pub kind: String,
    /// The kind in words.
    #[cfg_attr(feature = "openapi", schema(example = "There is no such thing"))]
    pub title: String,
    /// The HTTP status.
    #[cfg_attr(feature = "openapi", schema(example = 404))]
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// The stable word that programs look at.
    #[cfg_attr(feature = "openapi", schema(example = "not_found"))]
    pub code: String,
    /// What else is known.
    #[serde(flatten)]
    pub members: Members,
}

/// What else is known of a problem. Each is absent where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Members {
    /// The field, parameter or header it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to give instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The name that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
    /// The names there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// The pair it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// The pair that is current.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// Who did it, as the audit names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// When to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again_at: Option<String>,
    /// How many tries are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// What is missing for live keys: `activation`, `website`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The brand it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The user it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Where in the body, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where in that line, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl Members {
    /// The sentence of a code with these members filled in.
    pub fn sentence(&self, code: Code) -> String {
        let mut sentence = String::new();
        let mut rest = code.row().sentence;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("the table closes each brace it opens");
            sentence.push_str(before);
            sentence.push_str(&self.in_words(name));
            rest = after;
        }
        sentence.push_str(rest);
        sentence
    }

    fn in_words(&self, name: &str) -> Cow<'_, str> {
        let text = |member: &Option<String>| member.clone().unwrap_or_default().into();
        let number = |member: Option<usize>| member.unwrap_or_default().to_string().into();
        match name {
            "field" => text(&self.field),
            "hint" => text(&self.hint),
            "key_id" => text(&self.key_id),
            "current" => text(&self.current),
            "by" => text(&self.by),
            "at" => text(&self.at),
            "until" => text(&self.until),
            "again_at" => text(&self.again_at),
            "brand" => text(&self.brand),
            "tries_left" => self.tries_left.unwrap_or_default().to_string().into(),
            "line" => number(self.line),
            "column" => number(self.column),
            "nearest" => match &self.nearest {
                Some(nearest) => format!(" Did you mean `{nearest}`?").into(),
                None => "".into(),
            },
            "allowed" => match (self.nearest.is_some(), self.allowed.as_slice()) {
                (true, _) => "".into(),
                (false, []) => " None is taken.".into(),
                (false, allowed) => format!(" There are: {}.", allowed.join(", ")).into(),
            },
            "missing" => {
                let words = self.missing.iter().map(|missing| match missing.as_str() {
                    "activation" => "the account is not activated",
                    "website" => "its website or app is not verified",
                    other => other,
                });
                words.collect::<Vec<_>>().join(", and ").into()
            }
            other => unreachable!("the table has a place {other} that nothing fills"),
        }
    }
}

impl Problem {
    /// The body for a code and what is known.
    pub fn new(code: Code, members: Members) -> Self {
        let row = code.row();
        Self {
            kind: format!("urn:keystead:problem:{}", row.code),
            title: row.title.to_owned(),
            status: row.status,
            detail: members.sentence(code),
            code: row.code.to_owned(),
            members,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_every_sentence_is_filled() {
        for code in Code::ALL {
            let sentence = Members::default().sentence(*code);
            assert!(!sentence.contains(['{', '}']), "{sentence}");
        }
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_or_all_there_are() {
        let known = |nearest: Option<&str>| Members {
            field: Some("nmae".to_owned()),
            nearest: nearest.map(str::to_owned),
            allowed: vec!["mode".to_owned(), "name".to_owned()],
            ..Members::default()
        };
        assert_eq!(
            known(Some("name")).sentence(Code::UnknownField),
            "There is no field `nmae` here. Did you mean `name`? Nothing was done."
        );
        assert_eq!(
            known(None).sentence(Code::UnknownField),
            "There is no field `nmae` here. There are: mode, name. Nothing was done."
        );
    }
}
