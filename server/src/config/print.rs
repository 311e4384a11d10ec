//! The settings in force, as TOML that could be read back, with every secret left out; and what deserves a
//! warning.

use domain::{DialCode, Language, Role, SecretStyle, SendLimits, StepUpRule};
use secrecy::ExposeSecret;
use toml::{Table, Value};

use super::brand::Brand;
use super::durations;
use super::outgoing::{Email, HttpMethod, Sms, SmsHttp, Smtp, SmtpTls, is_this_machine};
use super::problem::Problem;
use super::sms::TwilioSender;
use super::{Config, Errors, Gateway, Node};
use crate::letters::template::{Escape, Fill};

/// What stands in the place of a secret.
const NOT_SHOWN: &str = "(set, not shown)";

pub(super) fn print(config: &Config) -> String {
    let mut all = Table::new();
    put(&mut all, "data_dir", config.data_dir.display().to_string());
    if config.database_url.is_some() {
        put(&mut all, "database_url", NOT_SHOWN);
        put(&mut all, "database_standby", config.standby.as_str());
    }
    put(&mut all, "role", config.role.as_str());
    let node = node(&config.node);
    if !node.is_empty() {
        put(&mut all, "node", node);
    }
    let mut listen = Table::new();
    put(&mut listen, "public", config.listen.public.to_string());
    put(&mut listen, "gateway", config.listen.gateway.to_string());
    put(&mut listen, "envoy", config.listen.envoy.to_string());
    put(&mut listen, "ops", config.listen.ops.to_string());
    put(&mut all, "listen", listen);
    let mut public = Table::new();
    put(&mut public, "https", config.public.https);
    let proxies = config.public.trusted_proxies.iter().map(ToString::to_string);
    put(&mut public, "trusted_proxies", texts(proxies));
    put(&mut all, "public", public);
    put(&mut all, "gateway", gateway(&config.gateway));
    let mut session = Table::new();
    put(&mut session, "idle", durations::print(config.session.idle));
    put(&mut session, "absolute", durations::print(config.session.absolute));
    put(&mut all, "session", session);
    let mut otp = Table::new();
    put(&mut otp, "lifetime", durations::print(config.otp.lifetime));
    put(&mut all, "otp", otp);
    if let Some(folder) = &config.help_dir {
        let mut help = Table::new();
        put(&mut help, "dir", folder.display().to_string());
        put(&mut all, "help", help);
    }
    if let Some(console) = &config.console {
        let mut table = Table::new();
        put(&mut table, "hosts", texts(console.hosts.iter().cloned()));
        put(&mut all, "console", table);
    }
    put(&mut all, "sms", sms(&config.sms, &config.sms_limits));
    put(&mut all, "email", email(&config.email));
    let mut brands = Table::new();
    put(
        &mut brands,
        "brand",
        Value::Array(config.brands.iter().map(|one| Value::Table(brand(one))).collect()),
    );
    // Apart, because one table would be sorted by name and bury the settings under the brands.
    [all, brands].map(|part| toml::to_string(&part).expect("texts, numbers and tables are TOML")).join("\n")
}

fn node(node: &Node) -> Table {
    let mut table = Table::new();
    for (key, text) in [("name", &node.name), ("control_url", &node.control_url)] {
        if let Some(text) = text {
            put(&mut table, key, text.as_str());
        }
    }
    if node.credential.is_some() {
        put(&mut table, "credential", NOT_SHOWN);
    }
    table
}

fn gateway(gateway: &Gateway) -> Table {
    let mut table = Table::new();
    match gateway.threads {
        None => put(&mut table, "threads", "auto"),
        Some(threads) => put(&mut table, "threads", i64::try_from(threads.get()).unwrap_or(i64::MAX)),
    }
    put(&mut table, "lease", durations::print(gateway.lease));
    put(&mut table, "serve_stale", durations::print(gateway.serve_stale));
    for (key, stale) in
        [("serve_stale_test", gateway.serve_stale_test), ("serve_stale_live", gateway.serve_stale_live)]
    {
        if let Some(stale) = stale {
            put(&mut table, key, durations::print(stale));
        }
    }
    if gateway.token.is_some() {
        put(&mut table, "token", NOT_SHOWN);
    }
    if gateway.identity.is_some() {
        put(&mut table, "identity_key", NOT_SHOWN);
    }
    let errors = match gateway.errors {
        Errors::Plain => "plain",
        Errors::Problem => "problem",
    };
    put(&mut table, "proxies", texts(gateway.proxies.iter().map(ToString::to_string)));
    put(&mut table, "errors", errors);
    table
}

fn sms(sms: &Sms, limits: &SendLimits) -> Table {
    let mut table = Table::new();
    put(&mut table, "nearby_codes", i64::from(limits.nearby));
    let within = std::time::Duration::from_millis(limits.nearby_within.as_millis().unsigned_abs());
    put(&mut table, "nearby_within", durations::print(within));
    put(&mut table, "daily_codes", i64::from(limits.daily));
    match sms {
        Sms::Log => put(&mut table, "provider", "log"),
        Sms::File { path } => {
            put(&mut table, "provider", "file");
            put(&mut table, "path", path.display().to_string());
        }
        Sms::Http(http) => sms_http(&mut table, http),
        Sms::Twilio(twilio) => {
            put(&mut table, "provider", "twilio");
            put(&mut table, "account_sid", twilio.account_sid.as_str());
            put(&mut table, "token", NOT_SHOWN);
            match &twilio.sender {
                TwilioSender::From(from) => put(&mut table, "from", from.as_str()),
                TwilioSender::MessagingService(sid) => put(&mut table, "messaging_service", sid.as_str()),
            }
            put(&mut table, "base_url", twilio.base_url.as_str());
            put(&mut table, "timeout", durations::print(twilio.timeout));
        }
        Sms::Msg91(msg91) => {
            put(&mut table, "provider", "msg91");
            put(&mut table, "token", NOT_SHOWN);
            if let Some(from) = &msg91.from {
                put(&mut table, "from", from.as_str());
            }
            put(&mut table, "templates", named(msg91.templates.iter().map(|(name, id)| (name, id.as_str()))));
            let variables = msg91.variables.iter().map(|(name, fact)| (name, fact.as_str()));
            put(&mut table, "variables", named(variables));
            put(&mut table, "base_url", msg91.base_url.as_str());
            put(&mut table, "timeout", durations::print(msg91.timeout));
        }
    }
    table
}

fn named<'a, V: Into<String> + 'a>(entries: impl IntoIterator<Item = (&'a String, V)>) -> Table {
    let entries = entries.into_iter();
    entries.map(|(name, value)| (name.clone(), Value::String(value.into()))).collect()
}

fn sms_http(table: &mut Table, http: &SmsHttp) {
    put(table, "provider", "http");
    let method = match http.method {
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Get => "GET",
    };
    put(table, "method", method);
    // People write keys into addresses, bodies and headers although {token} is there; so only the origin is
    // shown.
    put(table, "url", format!("{}/ {NOT_SHOWN}", origin(http)));
    put(table, "content_type", http.content_type.header());
    if http.body.is_some() {
        put(table, "body", NOT_SHOWN);
    }
    let mut headers = Table::new();
    for (name, _) in &http.headers {
        put(&mut headers, name.as_str(), NOT_SHOWN);
    }
    put(table, "headers", headers);
    if http.token.is_some() {
        put(table, "token", NOT_SHOWN);
    }
    put(table, "timeout", durations::print(http.timeout));
}

/// Scheme, host and port of a provider's address, without a user name that may stand before the host.
fn origin(http: &SmsHttp) -> String {
    let empty = Fill { to: "", text: "", token: "", id: "" };
    let url = http.url.fill(&empty, Escape::Url);
    let url = url.expose_secret();
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}")
}

fn email(email: &Email) -> Table {
    let mut table = Table::new();
    match email {
        Email::Log => put(&mut table, "provider", "log"),
        Email::File { path } => {
            put(&mut table, "provider", "file");
            put(&mut table, "path", path.display().to_string());
        }
        Email::Smtp(server) => smtp(&mut table, server),
    }
    table
}

fn smtp(table: &mut Table, smtp: &Smtp) {
    put(table, "provider", "smtp");
    put(table, "host", smtp.host.as_str());
    put(table, "port", i64::from(smtp.port));
    let tls = match smtp.tls {
        SmtpTls::StartTls => "starttls",
        SmtpTls::Tls => "tls",
        SmtpTls::None => "none",
    };
    put(table, "tls", tls);
    if let Some((username, _)) = &smtp.login {
        put(table, "username", username.as_str());
        put(table, "password", NOT_SHOWN);
    }
    put(table, "from", smtp.from.as_str());
    put(table, "timeout", durations::print(smtp.timeout));
}

fn brand(brand: &Brand) -> Table {
    let rules = &brand.rules;
    let mut table = Table::new();
    put(&mut table, "org", rules.id.org());
    put(&mut table, "country", rules.id.country());
    put(&mut table, "hosts", texts(brand.hosts.iter().map(String::as_str)));
    put(&mut table, "url", brand.url.as_str());
    put(&mut table, "name", brand.name.as_str());
    put(&mut table, "dashboard_name", brand.dashboard_name.as_str());
    put(&mut table, "key_prefix", rules.key_prefix.as_str());
    let style = match rules.secret_style {
        SecretStyle::Plain => "plain",
        SecretStyle::Scannable => "scannable",
    };
    put(&mut table, "secret_style", style);
    if let Some(logo) = &brand.logo {
        put(&mut table, "logo", logo.path.display().to_string());
    }
    put(&mut table, "roles", texts(rules.roles.iter().copied().map(Role::as_str)));
    put(&mut table, "settings_groups", brand.settings_groups);
    put(&mut table, "default_dial_code", rules.default_dial_code.as_str());
    put(&mut table, "sms_dial_codes", texts(brand.sms_dial_codes.iter().map(DialCode::as_str)));
    put(&mut table, "time_zone", brand.time_zone.as_str());
    put(&mut table, "deactivate_word", brand.deactivate_word.as_str());
    put(&mut table, "languages", texts(brand.languages.iter().copied().map(Language::as_str)));
    if let Some(folder) = &brand.words_dir {
        put(&mut table, "words_dir", folder.display().to_string());
    }
    if let Some(from) = &brand.email_from {
        put(&mut table, "email_from", from.as_str());
    }
    if let Some(from) = &brand.sms_from {
        put(&mut table, "sms_from", from.as_str());
    }
    if !brand.sms_templates.is_empty() {
        let templates = brand.sms_templates.iter().map(|(name, id)| (name, id.as_str()));
        put(&mut table, "sms_templates", named(templates));
    }
    put(&mut table, "colours", colours(brand));
    let support = support(brand);
    if !support.is_empty() {
        put(&mut table, "support", support);
    }
    let mut step_up = Table::new();
    let regenerate = match rules.regenerate {
        StepUpRule::UnlessLoginOtp => "unless_login_otp",
        StepUpRule::Always => "always",
    };
    put(&mut step_up, "regenerate", regenerate);
    put(&mut step_up, "generate_live", rules.generate_live);
    let hold = std::time::Duration::from_millis(rules.mobile_hold.as_millis().unsigned_abs());
    put(&mut step_up, "mobile_hold", durations::print(hold));
    put(&mut table, "step_up", step_up);
    let mut live = Table::new();
    put(&mut live, "require_activation", rules.require_activation);
    put(&mut live, "require_website", rules.require_website);
    put(&mut table, "live", live);
    table
}

fn colours(brand: &Brand) -> Table {
    let mut table = Table::new();
    put(&mut table, "accent", brand.colours.accent.to_string());
    put(&mut table, "accent_dark", brand.colours.accent_dark.to_string());
    table
}

fn support(brand: &Brand) -> Table {
    let mut table = Table::new();
    if let Some(url) = &brand.support.url {
        put(&mut table, "url", url.as_str());
    }
    if let Some(email) = &brand.support.email {
        put(&mut table, "email", email.as_str());
    }
    table
}

fn put(table: &mut Table, key: &str, value: impl Into<Value>) {
    table.insert(key.to_owned(), value.into());
}

fn texts<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::Array(items.into_iter().map(|item| Value::String(item.into())).collect())
}

/// What works but deserves a second look.
pub(super) fn warnings(config: &Config) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let mut warn = |place: &str, what: &str, hint: &str| {
        warnings.push(Problem { place: place.to_owned(), what: what.to_owned(), hint: hint.to_owned() });
    };
    if matches!(config.sms, Sms::Log) {
        let hint = "Set up a provider in [sms]; until then nobody can answer a one-time password.";
        warn("[sms]", "text messages are only logged, not sent", hint);
    }
    if matches!(config.email, Email::Log) {
        warn("[email]", "e-mails are only logged, not sent", "Set up provider = \"smtp\" in [email].");
    }
    if let Sms::Http(http) = &config.sms {
        let origin = origin(http);
        let host =
            origin.strip_prefix("http://").map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
        if host.is_some_and(|host| !is_this_machine(host.trim_matches(['[', ']']))) {
            warn("[sms] url", "one-time passwords travel to the provider in clear", "Use https://.");
        }
    }
    if !config.public.https {
        let hint = "Set https = true in [public] and let a proxy end TLS, for anything but a trial.";
        warn("[public] https", "cookies and passwords travel in clear", hint);
    }
    for (place, address) in
        [("[listen] gateway", config.listen.gateway), ("[listen] envoy", config.listen.envoy)]
    {
        if !address.ip().is_loopback() && config.gateway.token.is_none() {
            let hint = "Set token_file in [gateway], or listen on 127.0.0.1.";
            warn(place, "everybody who reaches this listener may ask about keys", hint);
        }
    }
    if !config.listen.ops.ip().is_loopback() {
        let hint = "Let only your monitoring reach it, or listen on 127.0.0.1.";
        warn("[listen] ops", "metrics are open to everybody who reaches this listener", hint);
    }
    warnings
}
