//! What people read when a configuration is wrong, and what they get when it is right.

use std::fs;
use std::path::Path;
use std::time::Duration;

use domain::{BrandId, DialCode, Mobile, Role, SecretStyle, StepUpRule};
use insta::assert_snapshot;
use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::keys::{KEYS, Kind};
use super::*;

const SAMPLE_BRANDS: &str = include_str!("../../../brands.toml");

/// The least that a brand needs.
const BRAND: &str = r#"
[[brand]]
org = "example"
country = "IN"
hosts = ["dashboard.example.com"]
name = "Example"
key_prefix = "exa"
default_dial_code = "+91"
"#;

/// A folder with files, and what loading from it gives.
struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder can be made"));
        for (name, text) in files {
            fs::write(folder.0.path().join(name), text).expect("the folder is ours");
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn load(&self, env: &[(&str, &str)], flags: Flags) -> Result<Config, ConfigError> {
        let env: Vec<_> = env.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Config::load(Some(&self.path().join("keystead.toml")), &env, flags)
    }

    /// The error as people see it, with the folder's name left out.
    fn complaint(&self, env: &[(&str, &str)]) -> String {
        let error = self.load(env, Flags::default()).expect_err("the test writes a wrong configuration");
        error.to_string().replace(&format!("{}/", self.path().display()), "")
    }
}

/// Loads settings with a good brand after them.
fn load(settings: &str) -> Result<Config, ConfigError> {
    Folder::with(&[("keystead.toml", &format!("{settings}{BRAND}"))]).load(&[], Flags::default())
}

fn complaint(settings: &str) -> String {
    Folder::with(&[("keystead.toml", &format!("{settings}{BRAND}"))]).complaint(&[])
}

fn complaint_about_brands(brands: &str) -> String {
    Folder::with(&[("keystead.toml", brands)]).complaint(&[])
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_the_nearest_name() {
    assert_snapshot!(complaint("[gateway]\nthreads = 2\nleese = \"10s\"\n"), @r"
    the configuration has a problem
      keystead.toml, line 3: `leese` is not a setting of [gateway]
        Did you mean `lease` in [gateway]?
    ");
    assert_snapshot!(complaint("lease = \"10s\"\n[gatway]\n[brands]\n"), @r"
    the configuration has 3 problems
      keystead.toml, line 1: `lease` is not a setting
        Did you mean `lease` in [gateway]?
      keystead.toml, line 2: `gatway` is not a setting
        Did you mean [gateway]?
      keystead.toml, line 3: `brands` is not a setting
        Did you mean [[brand]]?
    ");
}

#[test]
fn an_unknown_environment_variable_is_told_with_the_nearest_name() {
    let folder = Folder::with(&[("keystead.toml", BRAND)]);
    let env = [
        ("KEYSTEAD__OTP__LIFE_TIME", "5min"),
        ("KEYSTEAD__GATEWY", "1"),
        ("KEYSTEAD__BRAND__NAME", "Example"),
        ("KEYSTEAD_URL", "not ours to judge"),
        ("PATH", "/bin"),
    ];
    assert_snapshot!(folder.complaint(&env), @r"
    the configuration has 3 problems
      environment variable KEYSTEAD__OTP__LIFE_TIME: `life_time` is not a setting of [otp]
        Did you mean KEYSTEAD__OTP__LIFETIME?
      environment variable KEYSTEAD__GATEWY: `gatewy` is not a setting
        Did you mean KEYSTEAD__GATEWAY__…?
      environment variable KEYSTEAD__BRAND__NAME: brands cannot be set by environment variables
        Write them in a file and name it in KEYSTEAD__BRANDS_FILE.
    ");
}

#[test]
fn damaged_toml_is_told_with_line_and_column_but_not_quoted() {
    let text = complaint("[otp]\nlifetime = \"5min\"\n[email]\npassword = \"hunter2\n");
    assert!(!text.contains("hunter2"), "a damaged line may hold a password");
    assert_snapshot!(text, @r#"
    the configuration has a problem
      keystead.toml, line 4, column 20: this is not TOML: invalid basic string, expected `"`
        Mend that line; nothing else was read. Text values stand in "quotes".
    "#);
}

#[test]
fn a_missing_file_is_told_with_what_to_do() {
    assert_snapshot!(Folder::with(&[]).complaint(&[]), @r"
    the configuration has a problem
      keystead.toml: cannot be read (No such file or directory (os error 2))
        Check the path and who may read it; `keystead config example` prints a file to start from.
    ");
}

#[test]
fn all_wrong_values_are_told_at_once() {
    let settings = r#"
data_dir = ""
otp = 5
[listen]
public = "localhost"
gateway = "127.0.0.1:9090"
[gateway]
threads = "many"
lease = 10
serve_stale = "soon"
errors = "problems"
token = "short"
[session]
idle = "13h"
[public]
https = "yes"
trusted_proxies = ["10.0.0.0/33"]
"#;
    assert_snapshot!(complaint(settings), @r#"
    the configuration has 12 problems
      keystead.toml, line 2: `data_dir` is empty
        Write a value, or leave the line out.
      keystead.toml, line 5: `public` in [listen] is `localhost`, which is not an address to listen on
        Write an IP address and a port, such as "127.0.0.1:8080".
      configuration: `ops` in [listen] is 127.0.0.1:9090, which is taken
        Give it another port; gateway listens there.
      keystead.toml, line 16: `https` in [public] must be true or false, but is text
        Write https = true, without quotes.
      keystead.toml, line 17: `trusted_proxies` in [public] holds `10.0.0.0/33`
        Write addresses or networks, such as "127.0.0.1" or "10.0.0.0/8".
      keystead.toml, line 8: `threads` in [gateway] is not a number that can be used here
        Write a number from 1 to 1024, without quotes.
      keystead.toml, line 12: `token` in [gateway] is too short
        Use at least 16 characters, such as from `openssl rand -hex 32`.
      keystead.toml, line 9: `lease` in [gateway] is the bare number 10
        Say the unit too: lease = "10s" (units: ms, s, min, h, d).
      keystead.toml, line 10: `serve_stale` in [gateway] is `soon`, which is no length of time
        Write one number and one unit, such as "5min" (units: ms, s, min, h, d).
      keystead.toml, line 11: `errors` in [gateway] is `problems`, which is not known here
        Write one of "plain", "problem"; for example errors = "problem".
      keystead.toml, line 14: `idle` in [session] is `13h`, out of its range
        Write a time from "1min" to "12h".
      keystead.toml, line 3: `otp` is a section, but here it is a number
        Write [otp] and its settings below it.
    "#);
}

#[test]
fn a_time_out_of_range_is_told_with_the_range() {
    assert_snapshot!(complaint("[otp]\nlifetime = \"11min\"\n"), @r#"
    the configuration has a problem
      keystead.toml, line 2: `lifetime` in [otp] is `11min`, out of its range
        Write a time from "1min" to "10min".
    "#);
    assert_snapshot!(complaint("[session]\nidle = \"2h\"\nabsolute = \"1h\"\n"), @r#"
    the configuration has a problem
      keystead.toml, line 2: `idle` in [session] is longer than a session lasts in all
        Write at most "1h", the length of absolute.
    "#);
}

#[test]
fn an_unknown_provider_is_told_with_those_that_exist() {
    assert_snapshot!(complaint("[sms]\nprovider = \"twillio\"\n[email]\nprovider = \"smpt\"\n"), @r#"
    the configuration has 2 problems
      keystead.toml, line 2: `provider` in [sms] is `twillio`, which is not known here
        Write one of "log", "file", "http", "twilio", "msg91"; for example provider = "twilio".
      keystead.toml, line 4: `provider` in [email] is `smpt`, which is not known here
        Write one of "log", "file", "smtp"; for example provider = "smtp".
    "#);
    assert_snapshot!(complaint("[sms]\nprovider = \"twilio\"\naccount_sid = \"AC/1\"\n"), @r#"
    the configuration has 3 problems
      keystead.toml, line 3: `account_sid` in [sms] is not an account's id
        Copy it from Twilio's console: AC and 32 more.
      configuration: `from` in [sms] is missing
        Write from = "+15005550006", or messaging_service = "MG…".
      configuration: `token` in [sms] is missing
        Write token_file = "sms-token".
    "#);
    let msg91 = "[sms]\nprovider = \"msg91\"\ntoken = \"t\"\ntemplates = { log-in = \"1\" }\nvariables = { otp = \"digits\" }\n";
    assert_snapshot!(complaint(msg91), @r"
    the configuration has 2 problems
      keystead.toml, line 4: `log-in` is nothing that is sent by SMS
        Write one of default, log_in, generate_live, regenerate, deactivate, change_limits, verify_mobile, change_mobile, two_factor_on, two_factor_off, set_up_app, change_app, backup_codes, change_password, mobile_changed.
      keystead.toml, line 5: `otp` is `digits`, which is not known here
        Write one of code, action, until, brand, text.
    ");
}

#[test]
fn a_missing_secret_file_is_told_with_its_path() {
    let settings = r#"
[email]
provider = "smtp"
host = "smtp.example.com"
username = "keystead"
password_file = "absent"
from = "no-reply@example.com"
"#;
    assert_snapshot!(complaint(settings), @r"
    the configuration has a problem
      keystead.toml, line 6: `password_file` in [email] names absent, which cannot be read (No such file or directory (os error 2))
        Check the path and that this user may read the file.
    ");
}

#[test]
fn a_secret_of_the_wrong_form_is_not_repeated() {
    let text = complaint(
        "database_url = \"mysql://root:hunter2@db\"\n[gateway]\ntoken = [\"hunter2hunter2hunter2\"]\n",
    );
    assert!(!text.contains("hunter2"), "{text}");
    assert_snapshot!(text, @r#"
    the configuration has 2 problems
      keystead.toml, line 1: `database_url` does not begin with postgres://
        Write postgres://user@host/name, or leave it out for the embedded database.
      keystead.toml, line 3: `token` in [gateway] must be text
        Write token = "…" with quotes.
    "#);
}

#[test]
fn what_a_provider_needs_is_told() {
    let settings = r#"
[sms]
provider = "http"
url = "sms.example.com"
body = '{"to":"{phone}","text":"hello"'
headers = { "Content-Type" = "text/plain", Authorization = "Bearer {token}", X = "{text}" }
timeout = "2min"
[email]
provider = "smtp"
host = "smtp.example.com"
tls = "none"
username = "keystead"
password = "hunter2"
from = "nobody"
"#;
    assert_snapshot!(complaint(settings), @r#"
    the configuration has 8 problems
      keystead.toml, line 4: `url` in [sms] is not a web address
        Write it whole, such as "https://sms.example.com/send".
      keystead.toml, line 5: `body` in [sms] holds {phone}, which stands for nothing here
        What can be filled in: {to}, {to_digits}, {text}, {token}, {id}.
      keystead.toml, line 6: `Content-Type` is written by the program itself
        Leave it out; for the form of the body set content_type in [sms].
      keystead.toml, line 6: `X` holds {text}, which stands for nothing in a header
        What can be filled in: {token}, {id}.
      configuration: `token` in [sms] is missing, but {token} is used
        Write token_file = "sms-token".
      keystead.toml, line 7: `timeout` in [sms] is `2min`, out of its range
        Write a time from "100ms" to "1min".
      keystead.toml, line 11: `tls` in [email] is none, which would send the password in clear
        Write tls = "starttls" or tls = "tls".
      keystead.toml, line 14: `from` in [email] is `nobody`, which is not an e-mail address
        Write it such as "no-reply@example.com"; the name is the brand's.
    "#);
}

#[test]
fn a_body_that_is_no_json_once_filled_in_is_told() {
    let settings = "[sms]\nprovider = \"http\"\nurl = \"https://sms.example.com\"\nbody = '{\"to\":{to},\"text\":\"{text}\"}'\n";
    assert_snapshot!(complaint(settings), @r#"
    the configuration has a problem
      keystead.toml, line 4: `body` in [sms] is not JSON once filled in (line 1, column 7)
        Put {to} and {text} inside the quotes: body = '{"to":"{to}","text":"{text}"}'.
    "#);
}

#[test]
fn a_configuration_without_a_brand_is_told_where_brands_come_from() {
    assert_snapshot!(complaint_about_brands("[otp]\n"), @r#"
    the configuration has a problem
      configuration: there is no brand, so no host has a dashboard
        Write brands_file = "brands.toml" (the sample stands beside the README), or a [[brand]]; `keystead config example` shows one.
    "#);
}

#[test]
fn brands_in_each_others_way_are_told() {
    let other = BRAND.replace("country = \"IN\"", "country = \"MY\"");
    assert_snapshot!(complaint_about_brands(&format!("{BRAND}{other}")), @r"
    the configuration has a problem
      keystead.toml, line 13: `hosts` in [[brand]] holds `dashboard.example.com`, which is taken
        example/IN has it already; a host shows one brand.
    ");
    assert_snapshot!(complaint_about_brands(&format!("{BRAND}{BRAND}")), @r"
    the configuration has 2 problems
      keystead.toml, line 11: `org` in [[brand]] says example/IN a second time
        It stands at keystead.toml, line 3 already; each org and country is one brand.
      keystead.toml, line 13: `hosts` in [[brand]] holds `dashboard.example.com`, which is taken
        example/IN has it already; a host shows one brand.
    ");
}

#[test]
fn all_that_is_wrong_with_a_brand_is_told_at_once() {
    let brand = r##"
[[brand]]
org = "Example"
country = "India"
hosts = ["https://dashboard.example.com", "*.example.com"]
name = "Example 123456"
key_prefix = "e_x"
secret_style = "plane"
logo = "logo.gif"
roles = ["admin", "boss"]
settings_group = false
default_dial_code = "91"
time_zone = "Asia/Bombay Town"
deactivate_word = "switch off"
email_from = "example"
[brand.colours]
accent = "blue"
accent_dark = "#12345"
[brand.support]
url = "javascript:alert(1)"
email = "support"
[brand.step_up]
regenerate = "never"
generate_live = 1
"##;
    assert_snapshot!(complaint_about_brands(brand), @r##"
    the configuration has 21 problems
      keystead.toml, line 11: `settings_group` is not a setting of [[brand]]
        Did you mean `settings_groups` in [[brand]]?
      keystead.toml, line 3: `org` in [[brand]] is `Example`, which is not a short name
        Write up to 32 small letters, digits and hyphens, a letter first, such as "example".
      keystead.toml, line 4: `country` in [[brand]] is `India`, which is not a country code
        Write the two capital letters of ISO 3166, such as "IN" or "MY".
      keystead.toml, line 5: `https://dashboard.example.com` is not a host name
        Write the name alone, such as "dashboard.example.com": no https://, no port, no path, no *.
      keystead.toml, line 5: `*.example.com` is not a host name
        Write the name alone, such as "dashboard.example.com": no https://, no port, no path, no *.
      keystead.toml, line 6: `name` in [[brand]] holds six digits in a row, like a one-time password
        Choose a name without them.
      keystead.toml, line 7: `key_prefix` in [[brand]] is `e_x`
        Write 2 to 12 small letters and digits, a letter first, such as "exa"; the _ is added.
      keystead.toml, line 8: `secret_style` in [[brand]] is `plane`, which is not known here
        Write one of "scannable", "plain"; for example secret_style = "plain".
      keystead.toml, line 12: `default_dial_code` in [[brand]] is `91`
        Write a plus sign and up to three digits, such as "+91".
      keystead.toml, line 10: `roles` in [[brand]] holds `boss`
        The roles are: owner, admin, manager, operations, finance, support, epos, view-only.
      keystead.toml, line 10: `roles` in [[brand]] has no owner
        Add "owner": each account has one, always.
      keystead.toml, line 13: `time_zone` in [[brand]] is `Asia/Bombay Town`, which is not a time zone
        Write a name of the IANA list, such as "Asia/Kolkata" or "UTC".
      keystead.toml, line 14: `deactivate_word` in [[brand]] is `switch off`, which is not known here
        Write one of "deactivate", "de-activate"; for example deactivate_word = "deactivate".
      keystead.toml, line 15: `email_from` in [[brand]] is `example`, which is not an e-mail address
        Write it such as "no-reply@example.com"; the name is the brand's.
      keystead.toml, line 9: `logo` in [[brand]] is `logo.gif`, which is no picture that all browsers show
        Name a file that ends in .svg, .png or .webp.
      keystead.toml, line 17: `accent` in [brand.colours] is `blue`, which is not a colour
        Write # and six hexadecimal digits, such as accent = "#1d4ed8".
      keystead.toml, line 18: `accent_dark` in [brand.colours] is `#12345`, which is not a colour
        Write # and six hexadecimal digits, such as accent_dark = "#1d4ed8".
      keystead.toml, line 20: `url` in [brand.support] is `javascript:alert(1)`, which is not a web address
        Write it whole, such as "https://example.com/support".
      keystead.toml, line 21: `email` in [brand.support] is `support`, which is not an e-mail address
        Write it such as "support@example.com".
      keystead.toml, line 23: `regenerate` in [brand.step_up] is `never`, which is not known here
        Write one of "unless_login_otp", "always"; for example regenerate = "unless_login_otp".
      keystead.toml, line 24: `generate_live` in [brand.step_up] must be true or false, but is a number
        Write generate_live = false, without quotes.
    "##);
    assert_snapshot!(complaint_about_brands("[[brand]]\n"), @r#"
    the configuration has 6 problems
      keystead.toml, line 1: `org` is missing in [[brand]]
        Write org = "example".
      keystead.toml, line 1: `country` is missing in [[brand]]
        Write country = "IN".
      keystead.toml, line 1: `hosts` in [[brand]] is missing
        Write the names under which its dashboard is opened: hosts = ["dashboard.example.com"].
      keystead.toml, line 1: `name` is missing in [[brand]]
        Write name = "Example".
      keystead.toml, line 1: `key_prefix` is missing in [[brand]]
        Write key_prefix = "exa".
      keystead.toml, line 1: `default_dial_code` is missing in [[brand]]
        Write default_dial_code = "+91".
    "#);
    assert_snapshot!(complaint_about_brands("[brand]\norg = \"example\"\n"), @r"
    the configuration has a problem
      keystead.toml, line 1: `brand` is not a list of tables
        There may be several: write [[brand]] in double brackets.
    ");
}

#[test]
fn the_later_source_wins() {
    let text =
        format!("data_dir = \"from-file\"\n[otp]\nlifetime = \"2min\"\n[session]\nidle = \"5min\"\n{BRAND}");
    let folder = Folder::with(&[("keystead.toml", &text)]);
    let env = [("KEYSTEAD__DATA_DIR", "/from/env"), ("KEYSTEAD__OTP__LIFETIME", "3min")];

    let config = folder.load(&[], Flags::default()).expect("the file is right");
    assert_eq!(config.data_dir, folder.path().join("from-file"), "paths start at the file's folder");
    let config = folder.load(&env, Flags::default()).expect("the environment is right");
    assert_eq!(config.data_dir, Path::new("/from/env"));
    assert_eq!(config.otp.lifetime, Duration::from_secs(180));
    assert_eq!(config.session.idle, Duration::from_secs(300), "the rest of the file stays");
    let flags = Flags { data_dir: Some("/from/flag".into()), ..Flags::default() };
    let config = folder.load(&env, flags).expect("the flag is right");
    assert_eq!(config.data_dir, Path::new("/from/flag"));
}

#[test]
fn the_environment_speaks_every_form() {
    let folder = Folder::with(&[("keystead.toml", BRAND), ("token", "0123456789abcdef\n")]);
    let token_file = folder.path().join("token").display().to_string();
    let env = [
        ("KEYSTEAD__PUBLIC__HTTPS", "false"),
        ("KEYSTEAD__PUBLIC__TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
        ("KEYSTEAD__GATEWAY__THREADS", "3"),
        ("KEYSTEAD__GATEWAY__TOKEN_FILE", token_file.as_str()),
        ("KEYSTEAD__LISTEN__OPS", "[::1]:9999"),
        ("KEYSTEAD__SMS__PROVIDER", "http"),
        ("KEYSTEAD__SMS__URL", "https://sms.example.com/{to}?text={text}"),
        ("KEYSTEAD__SMS__METHOD", "GET"),
        ("KEYSTEAD__SMS__HEADERS__X_API_KEY", "{token}"),
        ("KEYSTEAD__SMS__TOKEN", "secret"),
    ];
    let config = folder.load(&env, Flags::default()).expect("the environment is right");
    assert!(!config.public.https);
    assert!(config.public.trusts("10.1.2.3".parse().expect("an address")));
    assert!(!config.public.trusts("192.168.0.1".parse().expect("an address")));
    assert_eq!(config.gateway.threads.map(NonZeroUsize::get), Some(3));
    assert_eq!(config.gateway.token.expect("it was set").expose_secret(), "0123456789abcdef");
    assert_eq!(config.listen.ops, "[::1]:9999".parse().expect("an address"));
    let Sms::Http(http) = config.sms else { panic!("the provider is http") };
    assert_eq!(http.headers[0].0, "x-api-key");
    assert_eq!(config.brands[0].url, "http://dashboard.example.com:8080");
}

#[test]
fn brands_of_both_files_add_up() {
    let main = format!("brands_file = \"brands.toml\"\n{BRAND}");
    let folder = Folder::with(&[("keystead.toml", &main), ("brands.toml", SAMPLE_BRANDS)]);
    let config = folder.load(&[], Flags::default()).expect("both files are right");
    let ids: Vec<String> = config.brands.iter().map(|brand| brand.rules.id.to_string()).collect();
    assert_eq!(ids, ["example/IN", "razorpay/IN", "razorpay/MY", "axis/IN"]);

    let folder = Folder::with(&[("keystead.toml", "brands_file = \"b.toml\""), ("b.toml", "[otp]\n")]);
    assert_snapshot!(folder.complaint(&[]), @r"
    the configuration has 2 problems
      b.toml, line 1: `otp` stands in the brands file
        Move it to the main configuration file; this one holds [[brand]] only.
      b.toml: the brands file holds no brand
        Write at least one [[brand]] in it, or leave brands_file out.
    ");
}

#[test]
fn the_sample_has_the_three_brands_of_the_page() {
    let folder = Folder::with(&[("keystead.toml", SAMPLE_BRANDS)]);
    let config = folder.load(&[], Flags::default()).expect("the sample is right");
    let id = |org, country| BrandId::new(org, country).expect("the test writes well-formed ids");

    let india = config.brand_of_host("dashboard.razorpay.com:443").expect("the page names this host");
    assert_eq!(india.rules.id, id("razorpay", "IN"));
    assert_eq!((india.name.as_str(), india.dashboard_name.as_str()), ("Razorpay", "Razorpay Dashboard"));
    assert_eq!(india.rules.key_prefix.as_str(), "rzp");
    assert_eq!(india.rules.secret_style, SecretStyle::Plain, "the official clients expect it");
    assert_eq!(india.rules.regenerate, StepUpRule::UnlessLoginOtp, "the page promises it");
    assert!(india.rules.require_activation && india.rules.require_website && !india.rules.generate_live);
    assert!(india.settings_groups);
    assert_eq!(india.url, "https://dashboard.razorpay.com");

    let malaysia = config.brand_of_host("DASHBOARD.CURLEC.COM").expect("the page names this host");
    assert_eq!(malaysia.dashboard_name, "Curlec Dashboard");
    assert_eq!(malaysia.deactivate_word, "de-activate");
    assert!(!malaysia.rules.roles.contains(&Role::Epos), "there is no ePos in Malaysia");
    assert!(malaysia.texts_to(&Mobile::from_stored("+60123456789".to_owned())));
    assert!(!malaysia.texts_to(&Mobile::from_stored("+919876543210".to_owned())), "no SMS abroad");

    let axis = config.brand(&id("axis", "IN")).expect("the page names this brand");
    assert_eq!(axis.dashboard_name, "Dashboard");
    assert_eq!(axis.hosts, ["axis.razorpay.com"]);
    assert!(!axis.settings_groups, "API Keys stands directly in the settings");
    assert_eq!(axis.support, Support::default());
    assert!(config.brand_of_host("razorpay.com").is_none(), "host names are exact");
}

#[test]
fn the_demo_needs_nothing_but_a_folder_and_a_port() {
    let config = Config::demo(Path::new("/data"), 18080, SAMPLE_BRANDS).expect("the sample is right");
    assert_snapshot!(config.redacted(), @r##"
    data_dir = "/data"
    role = "all"

    [console]
    hosts = ["operator.localhost"]

    [email]
    path = "/data/outbox/email.jsonl"
    provider = "file"

    [gateway]
    errors = "plain"
    lease = "10s"
    proxies = ["127.0.0.0/8", "::1/128"]
    serve_stale = "5min"
    threads = "auto"

    [listen]
    envoy = "127.0.0.1:18082"
    gateway = "127.0.0.1:18081"
    ops = "127.0.0.1:18083"
    public = "127.0.0.1:18080"

    [otp]
    lifetime = "5min"

    [public]
    https = false
    trusted_proxies = []

    [session]
    absolute = "12h"
    idle = "30min"

    [sms]
    daily_codes = 10000
    nearby_codes = 20
    nearby_within = "10min"
    path = "/data/outbox/sms.jsonl"
    provider = "file"

    [[brand]]
    country = "IN"
    dashboard_name = "Razorpay Dashboard"
    deactivate_word = "deactivate"
    default_dial_code = "+91"
    hosts = ["razorpay.localhost"]
    key_prefix = "rzp"
    languages = ["en", "hi"]
    name = "Razorpay"
    org = "razorpay"
    roles = ["owner", "admin", "manager", "operations", "finance", "support", "epos", "view-only"]
    secret_style = "plain"
    settings_groups = true
    sms_dial_codes = ["+91"]
    time_zone = "Asia/Kolkata"
    url = "http://razorpay.localhost:18080"

    [brand.colours]
    accent = "#2350d8"
    accent_dark = "#8fb0ff"

    [brand.live]
    require_activation = true
    require_website = true

    [brand.step_up]
    generate_live = false
    mobile_hold = "24h"
    regenerate = "unless_login_otp"

    [brand.support]
    url = "https://razorpay.com/support/"

    [[brand]]
    country = "MY"
    dashboard_name = "Curlec Dashboard"
    deactivate_word = "de-activate"
    default_dial_code = "+60"
    hosts = ["curlec.localhost"]
    key_prefix = "rzp"
    languages = ["en", "ms"]
    name = "Curlec"
    org = "razorpay"
    roles = ["owner", "admin", "manager", "operations", "finance", "support", "view-only"]
    secret_style = "plain"
    settings_groups = true
    sms_dial_codes = ["+60"]
    time_zone = "Asia/Kuala_Lumpur"
    url = "http://curlec.localhost:18080"

    [brand.colours]
    accent = "#0b6b5d"
    accent_dark = "#5fd4bf"

    [brand.live]
    require_activation = true
    require_website = true

    [brand.step_up]
    generate_live = false
    mobile_hold = "24h"
    regenerate = "unless_login_otp"

    [brand.support]
    email = "support@curlec.com"

    [[brand]]
    country = "IN"
    dashboard_name = "Dashboard"
    deactivate_word = "deactivate"
    default_dial_code = "+91"
    hosts = ["axis.localhost"]
    key_prefix = "axis"
    languages = ["en", "hi"]
    name = "Axis"
    org = "axis"
    roles = ["owner", "admin", "manager", "operations", "finance", "support", "epos", "view-only"]
    secret_style = "plain"
    settings_groups = false
    sms_dial_codes = ["+91"]
    time_zone = "Asia/Kolkata"
    url = "http://axis.localhost:18080"

    [brand.colours]
    accent = "#97144d"
    accent_dark = "#f59ac2"

    [brand.live]
    require_activation = true
    require_website = true

    [brand.step_up]
    generate_live = false
    mobile_hold = "24h"
    regenerate = "unless_login_otp"
    "##);
    assert_eq!(
        config.brand_of_host("curlec.localhost:18080").map(|brand| brand.name.as_str()),
        Some("Curlec")
    );
    let error = Config::demo(Path::new("/data"), u16::MAX, SAMPLE_BRANDS).expect_err("four ports are needed");
    assert_snapshot!(error, @r"
    the configuration has a problem
      --port: 65535 cannot be used
        Choose one from 1 to 65532: four ports in a row are used.
    ");
}

#[test]
fn the_example_says_exactly_the_defaults() {
    let folder = Folder::with(&[("keystead.toml", &Config::example())]);
    let example = folder.load(&[], Flags::default()).expect("the example is right");
    assert_eq!(example.redacted(), load("").expect("the brand alone is enough").redacted());
}

#[test]
fn the_example_and_the_handbook_show_every_setting() {
    let handbook = include_str!("../../../docs/operating/configuration.md");
    let mut section = String::new();
    let mut shown = Vec::new();
    for line in Config::example().lines() {
        // An optional setting is a comment without a blank after the `#`.
        let line = line.strip_prefix('#').filter(|rest| !rest.starts_with([' ', '#'])).unwrap_or(line);
        if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_matches(['[', ']']));
        } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            shown.push(format!("{section}{key}"));
        }
    }
    for (path, _) in KEYS {
        assert!(shown.iter().any(|name| name == path), "the example does not show {path}");
        let leaf = path.rsplit('.').next().unwrap_or(path);
        assert!(handbook.contains(&format!("`{leaf}`")), "the handbook does not explain {path}");
    }
    assert_eq!(shown.len(), KEYS.len(), "the example shows something twice");
}

#[test]
fn every_optional_line_of_the_example_is_understood() {
    let example = Config::example();
    let lines = example.lines().map(|line| match line.strip_prefix('#') {
        // Of two ways to give a secret, a file may use one; here it is the one that needs no second file.
        Some(rest)
            if ["_file = ", "logo", "words_dir", "dir = \"help\""].iter().any(|part| rest.contains(part)) =>
        {
            ""
        }
        Some(rest) if !rest.starts_with([' ', '#']) => rest,
        _ => line,
    });
    let text: Vec<&str> = lines.collect();
    let text = text.join("\n").replace("\"…\"", "\"0123456789abcdef\"");
    let text = text.replace("\"a …\"", &format!("\"a {}\"", "0123456789abcdef".repeat(4)));
    for (sms, email) in [("http", "smtp"), ("file", "file"), ("twilio", "log"), ("msg91", "log")] {
        // A number or a service, not both.
        let text = if sms == "twilio" { text.replace("messaging_service = ", "# ") } else { text.clone() };
        let text = text.replacen("provider = \"log\"", &format!("provider = \"{sms}\""), 1);
        let text = text.replacen("provider = \"log\"", &format!("provider = \"{email}\""), 1);
        let folder = Folder::with(&[("keystead.toml", &text)]);
        folder.load(&[], Flags::default()).expect("each line of the example can be used");
    }
}

#[test]
fn printed_settings_read_back_the_same_and_hold_no_secret() {
    let settings = r#"
data_dir = "/data"
database_standby = "synchronous"
database_url = "postgres://keystead:hunter2@db/keystead"
[gateway]
threads = 4
token = "hunter2hunter2hunter2"
identity_key = "a 4815162342deadbeef4815162342deadbeef4815162342deadbeef4815162342dead"
[sms]
provider = "http"
url = "https://user:hunter2@sms.example.com:8443/hunter2/{to}?text={text}"
body = '{"key":"hunter2"}'
headers = { Authorization = "Bearer hunter2" }
token = "hunter2"
[email]
provider = "smtp"
host = "smtp.example.com"
username = "keystead"
password = "hunter2"
from = "no-reply@example.com"
"#;
    let config = load(settings).expect("the settings are right");
    for secret in ["hunter2", "deadbeef"] {
        assert!(!config.redacted().contains(secret), "{}", config.redacted());
        assert!(!format!("{config:?}").contains(secret), "{config:?}");
    }
    assert_snapshot!(config.redacted().split("[[brand]]").next().unwrap_or_default(), @r#"
    data_dir = "/data"
    database_standby = "synchronous"
    database_url = "(set, not shown)"
    role = "all"

    [email]
    from = "no-reply@example.com"
    host = "smtp.example.com"
    password = "(set, not shown)"
    port = 587
    provider = "smtp"
    timeout = "20s"
    tls = "starttls"
    username = "keystead"

    [gateway]
    errors = "plain"
    identity_key = "(set, not shown)"
    lease = "10s"
    proxies = ["127.0.0.0/8", "::1/128"]
    serve_stale = "5min"
    threads = 4
    token = "(set, not shown)"

    [listen]
    envoy = "127.0.0.1:8082"
    gateway = "127.0.0.1:8081"
    ops = "127.0.0.1:9090"
    public = "127.0.0.1:8080"

    [otp]
    lifetime = "5min"

    [public]
    https = true
    trusted_proxies = []

    [session]
    absolute = "12h"
    idle = "30min"

    [sms]
    body = "(set, not shown)"
    content_type = "application/json"
    daily_codes = 10000
    method = "POST"
    nearby_codes = 20
    nearby_within = "10min"
    provider = "http"
    timeout = "10s"
    token = "(set, not shown)"
    url = "https://sms.example.com:8443/ (set, not shown)"

    [sms.headers]
    authorization = "(set, not shown)"
    "#);

    let plain = load("[sms]\nprovider = \"file\"\npath = \"/out/sms\"\n[gateway]\nerrors = \"problem\"\n")
        .expect("the settings are right");
    let again = Folder::with(&[("keystead.toml", &plain.redacted())]).load(&[], Flags::default());
    assert_eq!(again.expect("what is printed can be read").redacted(), plain.redacted());
}

#[test]
fn what_works_but_is_risky_is_a_warning() {
    let settings = r#"
[listen]
gateway = "0.0.0.0:8081"
ops = "0.0.0.0:9090"
[public]
https = false
[sms]
provider = "http"
url = "http://sms.example.com/{to}/{text}"
method = "GET"
"#;
    let warnings: Vec<String> =
        load(settings).expect("it works").warnings().iter().map(ToString::to_string).collect();
    assert_snapshot!(warnings.join("\n"), @r#"
    [email]: e-mails are only logged, not sent
        Set up provider = "smtp" in [email].
    [sms] url: one-time passwords travel to the provider in clear
        Use https://.
    [public] https: cookies and passwords travel in clear
        Set https = true in [public] and let a proxy end TLS, for anything but a trial.
    [listen] gateway: everybody who reaches this listener may ask about keys
        Set token_file in [gateway], or listen on 127.0.0.1.
    [listen] ops: metrics are open to everybody who reaches this listener
        Let only your monitoring reach it, or listen on 127.0.0.1.
    "#);

    let calm = Config::demo(Path::new("/data"), 8080, SAMPLE_BRANDS).expect("the sample is right").warnings();
    assert_eq!(calm.len(), 1, "the demo has no TLS in front, and knows it: {calm:?}");
}

#[test]
fn every_setting_is_read() {
    // Each setting, given in a wrong form, is complained about by name: so it is read, and by the right
    // section.
    for (path, kind) in KEYS {
        if *kind == Kind::Path {
            continue;
        }
        let (section, leaf) = path.rsplit_once('.').unwrap_or(("", path));
        let (provider, method) = match section {
            "sms" if ["account_sid", "from", "messaging_service", "base_url"].contains(&leaf) => {
                ("provider = \"twilio\"\n", "")
            }
            "sms" if ["templates", "variables"].contains(&leaf) => ("provider = \"msg91\"\n", ""),
            "sms" if leaf != "provider" => ("provider = \"http\"\n", "url = \"https://a.b/{to}{text}\"\n"),
            "email" if leaf != "provider" => ("provider = \"smtp\"\n", ""),
            _ => ("", ""),
        };
        let method = if leaf == "url" { "" } else { method };
        let wrong = format!("{leaf} = [[1]]\n");
        let text = match section {
            "" => format!("{wrong}{BRAND}"),
            "brand" => {
                let others: Vec<&str> = BRAND.lines().filter(|line| !line.starts_with(leaf)).collect();
                format!("{}\n{wrong}", others.join("\n"))
            }
            _ if section.starts_with("brand.") => format!("{BRAND}[{section}]\n{wrong}"),
            _ => format!("[{section}]\n{provider}{method}{wrong}{BRAND}"),
        };
        let told = complaint_about_brands(&text);
        assert!(told.contains(&format!("`{leaf}`")), "{path} is not read: {told}");
    }
}

#[test]
fn a_dial_code_is_not_mistaken_for_another() {
    let brand = &load("").expect("the brand is right").brands[0];
    assert_eq!(brand.sms_dial_codes, ["+91".parse::<DialCode>().expect("a dial code")]);
}

#[test]
fn how_long_a_node_goes_on_without_the_database_can_be_said_for_each_mode() {
    let spans = |settings: &str| load(settings).expect("the settings are right").gateway.spans();
    let seconds = |seconds: i64| domain::Duration::from_millis(1_000 * seconds);
    assert_eq!(spans(""), domain::Spans::even(seconds(310)));
    let strict = spans("[gateway]\nlease = \"5s\"\nserve_stale = \"0s\"\n");
    assert_eq!(strict, domain::Spans::even(seconds(5)));
    let each = spans("[gateway]\nserve_stale_live = \"0s\"\nserve_stale_test = \"1h\"\n");
    assert_eq!(each, domain::Spans { test: seconds(3_610), live: seconds(10) });
}

#[test]
fn a_process_that_only_reads_needs_a_database_of_others_a_name_and_a_credential() {
    let said = complaint("role = \"verify\"\n");
    for missing in [
        "`name` is missing in [node]",
        "`control_url` is missing in [node]",
        "`credential_file` in [node] is missing",
        "line 1: `role` is `verify`, without a database that others use too",
    ] {
        assert!(said.contains(missing), "{missing}: {said}");
    }
    let said = complaint("role = \"reader\"\n[node]\nname = \"a b\"\ncontrol_url = \"keys.example.com\"\n");
    for wrong in [
        "line 1: `role` is `reader`, which is not known here",
        "line 3: `name` in [node] is not one word",
        "line 4: `control_url` in [node] is no address",
    ] {
        assert!(said.contains(wrong), "{wrong}: {said}");
    }
    let whole = "role = \"verify\"\ndatabase_url = \"postgres://reader@db/keystead\"\n[node]\nname = \"eu-1\"\n\
                 control_url = \"https://keys.example.com\"\ncredential = \"hunter2hunter2\"\n";
    let config = load(whole).expect("the settings are right");
    assert_eq!((config.role, config.node.name.as_deref()), (domain::NodeRole::Verify, Some("eu-1")));
    assert!(!config.redacted().contains("hunter2") && !format!("{config:?}").contains("hunter2"));
}
