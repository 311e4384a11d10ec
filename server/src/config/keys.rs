//! Every setting that exists, in one table.
//!
//! The table serves three readers: sources use the kind to understand text from the environment and to
//! resolve paths, the check for unknown keys uses the names, and tests hold the example and the handbook
//! against it.

/// What form a setting's value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A file or folder; relative paths start at the folder of the configuration file that names it.
    Path,
    /// Text that is never printed. Each has a twin whose name ends in `_file`, listed as a `Path`.
    Secret,
    YesNo,
    Whole,
    List,
    /// A table whose keys are free, such as HTTP headers.
    Named,
}

/// All settings by dotted path; `brand.…` stands for each `[[brand]]`.
pub(super) const KEYS: &[(&str, Kind)] = &[
    ("data_dir", Kind::Path),
    ("database_url", Kind::Secret),
    ("database_url_file", Kind::Path),
    ("database_standby", Kind::Text),
    ("brands_file", Kind::Path),
    ("role", Kind::Text),
    ("node.name", Kind::Text),
    ("node.control_url", Kind::Text),
    ("node.credential", Kind::Secret),
    ("node.credential_file", Kind::Path),
    ("listen.public", Kind::Text),
    ("listen.gateway", Kind::Text),
    ("listen.envoy", Kind::Text),
    ("listen.ops", Kind::Text),
    ("public.https", Kind::YesNo),
    ("public.trusted_proxies", Kind::List),
    ("gateway.threads", Kind::Whole),
    ("gateway.lease", Kind::Text),
    ("gateway.serve_stale", Kind::Text),
    ("gateway.serve_stale_test", Kind::Text),
    ("gateway.serve_stale_live", Kind::Text),
    ("gateway.token", Kind::Secret),
    ("gateway.token_file", Kind::Path),
    ("gateway.identity_key", Kind::Secret),
    ("gateway.identity_key_file", Kind::Path),
    ("gateway.proxies", Kind::List),
    ("gateway.errors", Kind::Text),
    ("session.idle", Kind::Text),
    ("session.absolute", Kind::Text),
    ("otp.lifetime", Kind::Text),
    ("help.dir", Kind::Path),
    ("console.hosts", Kind::List),
    ("sms.provider", Kind::Text),
    ("sms.path", Kind::Path),
    ("sms.url", Kind::Text),
    ("sms.method", Kind::Text),
    ("sms.headers", Kind::Named),
    ("sms.content_type", Kind::Text),
    ("sms.body", Kind::Text),
    ("sms.token", Kind::Secret),
    ("sms.token_file", Kind::Path),
    ("sms.timeout", Kind::Text),
    ("sms.account_sid", Kind::Text),
    ("sms.from", Kind::Text),
    ("sms.messaging_service", Kind::Text),
    ("sms.templates", Kind::Named),
    ("sms.variables", Kind::Named),
    ("sms.base_url", Kind::Text),
    ("sms.nearby_codes", Kind::Whole),
    ("sms.nearby_within", Kind::Text),
    ("sms.daily_codes", Kind::Whole),
    ("email.provider", Kind::Text),
    ("email.path", Kind::Path),
    ("email.host", Kind::Text),
    ("email.port", Kind::Whole),
    ("email.tls", Kind::Text),
    ("email.username", Kind::Text),
    ("email.password", Kind::Secret),
    ("email.password_file", Kind::Path),
    ("email.from", Kind::Text),
    ("email.timeout", Kind::Text),
    ("brand.org", Kind::Text),
    ("brand.country", Kind::Text),
    ("brand.hosts", Kind::List),
    ("brand.url", Kind::Text),
    ("brand.name", Kind::Text),
    ("brand.dashboard_name", Kind::Text),
    ("brand.key_prefix", Kind::Text),
    ("brand.secret_style", Kind::Text),
    ("brand.logo", Kind::Path),
    ("brand.roles", Kind::List),
    ("brand.settings_groups", Kind::YesNo),
    ("brand.default_dial_code", Kind::Text),
    ("brand.sms_dial_codes", Kind::List),
    ("brand.time_zone", Kind::Text),
    ("brand.deactivate_word", Kind::Text),
    ("brand.languages", Kind::List),
    ("brand.words_dir", Kind::Path),
    ("brand.email_from", Kind::Text),
    ("brand.sms_from", Kind::Text),
    ("brand.sms_templates", Kind::Named),
    ("brand.colours.accent", Kind::Text),
    ("brand.colours.accent_dark", Kind::Text),
    ("brand.support.url", Kind::Text),
    ("brand.support.email", Kind::Text),
    ("brand.step_up.regenerate", Kind::Text),
    ("brand.step_up.generate_live", Kind::YesNo),
    ("brand.step_up.mobile_hold", Kind::Text),
    ("brand.live.require_activation", Kind::YesNo),
    ("brand.live.require_website", Kind::YesNo),
];

/// The kind of a setting, also for one entry of a table with free names.
pub(super) fn kind_of(path: &str) -> Option<Kind> {
    let exact = KEYS.iter().find(|(name, _)| *name == path);
    let entry = || {
        let (table, _) = path.rsplit_once('.')?;
        KEYS.iter().find(|(name, kind)| *name == table && *kind == Kind::Named).map(|_| Kind::Text)
    };
    exact.map(|(_, kind)| *kind).or_else(entry)
}

/// Whether a path names a section (or the list of brands) and so holds a table.
pub(super) fn is_section(path: &str) -> bool {
    KEYS.iter().any(|(name, kind)| {
        let below = name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        below || (*name == path && *kind == Kind::Named)
    })
}

/// The setting or section whose name is nearest to one that does not exist.
pub(super) fn nearest(path: &str) -> String {
    let (section, leaf) = path.rsplit_once('.').unwrap_or(("", path));
    let mut candidates: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
    for (name, _) in KEYS {
        candidates.extend(name.match_indices('.').map(|(at, _)| &name[..at]));
    }
    let likeness = |candidate: &str| {
        let (its_section, its_leaf) = candidate.rsplit_once('.').unwrap_or(("", candidate));
        // A slip is most likely next to where the right name stands, then in choosing the section.
        let place = if its_section == section { 0.35 } else { 0.0 };
        strsim::normalized_damerau_levenshtein(leaf, its_leaf)
            + place
            + 0.2 * strsim::normalized_damerau_levenshtein(path, candidate)
    };
    let best = candidates.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    best.expect("the table of settings is not empty").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_a_person_meant() {
        for (written, meant) in [
            ("data-dir", "data_dir"),
            ("gatway", "gateway"),
            ("gateway.leese", "gateway.lease"),
            ("gateway.thread", "gateway.threads"),
            ("lease", "gateway.lease"),
            ("otp.life_time", "otp.lifetime"),
            ("sms.headres", "sms.headers"),
            ("email.pasword_file", "email.password_file"),
            ("brand.colors", "brand.colours"),
            ("brand.colours.acent", "brand.colours.accent"),
            ("brand.host", "brand.hosts"),
            ("brand.step_up.generate-live", "brand.step_up.generate_live"),
            ("brands", "brand"),
        ] {
            assert_eq!(nearest(written), meant, "for {written}");
        }
    }

    #[test]
    fn each_secret_can_come_from_a_file() {
        for (name, kind) in KEYS {
            if *kind == Kind::Secret {
                assert_eq!(kind_of(&format!("{name}_file")), Some(Kind::Path), "{name}");
            }
        }
    }
}
