//! What was wrong with credentials that could not even be looked up, in words that help the person who sent
//! them.
//!
//! The caller sees none of this: to the caller all refusals look the same. The owner of the key sees it, when
//! the public half can still be recognised in what was sent.

use std::fmt;

use domain::KeyId;

/// Credentials that do not have the shape of a key id and a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What was wrong.
    pub shape: Shape,
    /// The key id that was meant, when one can be recognised. It was not proven to belong to the sender.
    pub key_id: Option<KeyId>,
}

/// The ways in which credentials can be out of shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// The scheme is Bearer; keys are sent with Basic.
    Bearer,
    /// Neither Basic nor Bearer.
    OtherScheme,
    /// There is more than one Authorization header.
    TwoHeaders,
    /// What follows `Basic` is not base64.
    BadBase64,
    /// There is no colon between id and secret.
    NoColon,
    /// A blank or tab before or after the id or the secret.
    WhiteSpace,
    /// A line break before or after the id or the secret.
    Newline,
    /// Quotation marks or a dollar sign around the id or the secret: an unexpanded variable or a quoting
    /// slip.
    Quotes,
    /// Control characters inside.
    ControlCharacters,
    /// The id alone, with nothing after the colon.
    EmptySecret,
    /// The first half is not a key id; often the halves are swapped.
    NotAKeyId,
    /// The second half cannot be a key secret: wrong characters, or a wrong checksum.
    NotASecret,
    /// More than 512 bytes.
    TooLong,
}

impl Shape {
    /// All of them.
    pub const ALL: [Shape; 13] = [
        Shape::Bearer,
        Shape::OtherScheme,
        Shape::TwoHeaders,
        Shape::BadBase64,
        Shape::NoColon,
        Shape::WhiteSpace,
        Shape::Newline,
        Shape::Quotes,
        Shape::ControlCharacters,
        Shape::EmptySecret,
        Shape::NotAKeyId,
        Shape::NotASecret,
        Shape::TooLong,
    ];

    /// A stable word for stores and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Shape::Bearer => "bearer",
            Shape::OtherScheme => "other_scheme",
            Shape::TwoHeaders => "two_headers",
            Shape::BadBase64 => "bad_base64",
            Shape::NoColon => "no_colon",
            Shape::WhiteSpace => "white_space",
            Shape::Newline => "newline",
            Shape::Quotes => "quotes",
            Shape::ControlCharacters => "control_characters",
            Shape::EmptySecret => "empty_secret",
            Shape::NotAKeyId => "not_a_key_id",
            Shape::NotASecret => "not_a_secret",
            Shape::TooLong => "too_long",
        }
    }

    /// What is wrong and what to do, for the owner.
    pub const fn sentence(self) -> &'static str {
        match self {
            Shape::Bearer => "The request used Bearer; send the key id and secret with Basic authentication.",
            Shape::OtherScheme => {
                "The Authorization header does not start with Basic; send the key id and secret with Basic \
                 authentication."
            }
            Shape::TwoHeaders => "The request had more than one Authorization header; send exactly one.",
            Shape::BadBase64 => "What follows Basic is not base64; encode key_id:key_secret once.",
            Shape::NoColon => "There is no colon between key id and secret; encode key_id:key_secret.",
            Shape::WhiteSpace => {
                "There is a blank or a tab before or after the key id or the secret; trim the value where it is \
                 read."
            }
            Shape::Newline => {
                "There is a line break before or after the key id or the secret. `echo` adds one: use \
                 `printf '%s'`, or trim the value that is read from a file."
            }
            Shape::Quotes => {
                "There are quotation marks or a dollar sign around the key id or the secret; look at how the \
                 value is set in the environment or configuration."
            }
            Shape::ControlCharacters => "There are control characters in the key id or the secret.",
            Shape::EmptySecret => "The secret is empty; the key id alone does not authenticate.",
            Shape::NotAKeyId => "The first half is not a key id; check that id and secret are not swapped.",
            Shape::NotASecret => "The second half cannot be a key secret; copy the key secret again.",
            Shape::TooLong => "The credentials are longer than any key; send only key_id:key_secret.",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl Malformed {
    pub(crate) const fn new(shape: Shape, key_id: Option<KeyId>) -> Self {
        Self { shape, key_id }
    }

    /// Credentials that were sent more than once: which ones are meant cannot be known, only whose key the
    /// first ones name.
    pub fn two_headers(first: &[u8]) -> Self {
        let key_id = match crate::Credentials::from_basic(first) {
            Ok(read) => Some(read.key_id()),
            Err(malformed) => malformed.key_id,
        };
        Self::new(Shape::TwoHeaders, key_id)
    }
}
