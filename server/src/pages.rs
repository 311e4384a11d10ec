//! The dashboard: one file a page, each a struct of ready-to-print values beside a template without logic.
//!
//! Everything works as plain forms and links; nothing in a template is inline style or script, so that the
//! strictest content security policy holds. Each page offers samples (empty, one, many, longest, every state)
//! that feed the snapshots and the gallery.

pub mod activation;
pub mod assets;
pub mod authenticator;
pub mod backup_codes;
pub mod bars;
pub mod brand;
pub mod colour;
pub mod console;
pub mod deactivate;
pub mod demo;
pub mod form;
pub mod generate;
pub mod help;
pub mod home;
pub mod invitation;
pub mod keys;
pub mod language;
pub mod layout;
pub mod limits;
pub mod login;
pub mod mobile;
pub mod moment;
pub mod otp;
pub mod password;
pub mod problem;
pub mod profile;
pub mod qr;
pub mod receipt;
pub mod refusals;
pub mod regenerate;
pub mod review;
pub mod set_up;
pub mod settings;
pub mod team;
pub mod usage;
pub mod website;

#[cfg(test)]
pub(crate) mod gallery;

/// What browsers are told with every page: nothing from elsewhere, nothing inline, never in a frame.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
