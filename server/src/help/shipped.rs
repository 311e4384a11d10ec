//! The files of `help/`, inside the binary. A test compares this list with the folder.

macro_rules! texts {
    ($($file:literal),* $(,)?) => { &[$(($file, include_str!(concat!("../../../help/", $file)))),*] };
}

macro_rules! pictures {
    ($($file:literal),* $(,)?) => { &[$(($file, include_bytes!(concat!("../../../help/", $file)))),*] };
}

/// Pages and partials.
pub(super) const TEXTS: &[(&str, &str)] = texts![
    "api/best-practices.md",
    "api/glossary.md",
    "index.md",
    "partials/generate_api-key.md",
    "partials/regenerate_api-key.md",
    "partials/step-up.md",
    "partials/who.md",
    "payments/dashboard/faqs.md",
    "payments/dashboard/settings/api-keys.md",
    "payments/dashboard/settings/configuration.md",
    "payments/dashboard/settings/two-factor.md",
];

/// Screenshots and animations, taken by the browser tests.
pub(super) const PICTURES: &[(&str, &[u8])] =
    pictures!["assets/images/dashboard-guide-regenerate-api-key.gif", "assets/images/settings-4.jpg",];
