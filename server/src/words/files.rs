//! The files of `server/words`, inside the binary. A test compares this list with the folder.

use domain::Language;

/// A file that every language has.
macro_rules! translated {
    ($name:literal) => {
        [
            (Language::English, $name, include_str!(concat!("../../words/en/", $name, ".ftl"))),
            (Language::Hindi, $name, include_str!(concat!("../../words/hi/", $name, ".ftl"))),
            (Language::Malay, $name, include_str!(concat!("../../words/ms/", $name, ".ftl"))),
        ]
    };
}

/// A file's language, name and text.
pub(super) type File = (Language, &'static str, &'static str);

/// What members read.
const TRANSLATED: &[[File; 3]] = &[
    translated!("brand"),
    translated!("frame"),
    translated!("help"),
    translated!("home"),
    translated!("keys"),
    translated!("letters"),
    translated!("limits"),
    translated!("login"),
    translated!("profile"),
    translated!("refusals"),
    translated!("settings"),
    translated!("team"),
    translated!("trouble"),
    translated!("usage"),
    translated!("website"),
];

/// What only operators read, in English.
const ENGLISH: &[File] = &[(Language::English, "operator", include_str!("../../words/en/operator.ftl"))];

/// The files of one language.
pub(super) fn of(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = TRANSLATED.iter().flatten().chain(ENGLISH);
    all.filter(move |(own, _, _)| *own == language).map(|(_, name, text)| (*name, *text))
}
