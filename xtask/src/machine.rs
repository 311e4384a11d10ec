//! What the tests need around them: programs from Debian's packages, nextest, Pythons with the pinned client library, gateways
//! and linters, and the browser tests' packages.
//!
//! What is there is left alone, so a second run does nothing here. What cannot be installed is a failure that says
//! what to run by hand; tests never skip because a tool is missing.

use std::ffi::OsString;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{self, Failure};

/// A program of the system that tests start.
struct Program {
    names: &'static [&'static str],
    packages: &'static [&'static str],
}

const CHROMIUM: Program =
    Program { names: &["chromium", "chromium-browser"], packages: &["chromium", "chromium-sandbox"] };
const NODE: Program = Program { names: &["npm"], packages: &["nodejs", "npm"] };
const NGINX: Program = Program { names: &["nginx"], packages: &["nginx-light"] };
const HAPROXY: Program = Program { names: &["haproxy"], packages: &["haproxy"] };
const STRACE: Program = Program { names: &["strace"], packages: &["strace"] };
const PGBOUNCER: Program = Program { names: &["pgbouncer"], packages: &["pgbouncer"] };
const POSTGRES: &[&str] = &["postgresql"];
const IP: Program = Program { names: &["ip"], packages: &["iproute2"] };
const UNSHARE: Program = Program { names: &["unshare"], packages: &["util-linux"] };
const SYSTEMD_ANALYZE: Program = Program { names: &["systemd-analyze"], packages: &["systemd"] };
const SYSTEMD_SYSUSERS: Program = Program { names: &["systemd-sysusers"], packages: &["systemd"] };
const VALGRIND: Program = Program { names: &["valgrind"], packages: &["valgrind"] };

/// Where builds, the Python environment and tools are kept between runs, outside of the clone.
pub(crate) fn cache() -> Result<PathBuf, Failure> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = from("XDG_CACHE_HOME").or_else(|| from("HOME").map(|home| home.join(".cache")));
    let base = base.ok_or_else(|| Failure("set HOME or XDG_CACHE_HOME: builds are kept there".into()))?;
    Ok(base.join("keystead"))
}

/// The browser that the dashboard tests drive.
pub(crate) fn chromium() -> Result<PathBuf, Failure> {
    program(&CHROMIUM)
}

/// The gateways that tests put before an API, each with the variable that names it to them.
pub(crate) fn gateways() -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    let environment = python_with("gateways", "tests/gateways/requirements.txt")?;
    // What a wheel carries lies where its Python keeps packages, or beside its Python.
    let packages = fs::read_dir(environment.join("lib")).ok().into_iter().flatten().flatten();
    let mut envoy = packages.map(|python| python.path().join("site-packages/envoy/_bin/envoy"));
    let envoy = envoy.find(|candidate| candidate.is_file());
    let missing = |name| Failure(format!("{name} was installed but is not below {}", environment.display()));
    let beside = |name| {
        let program = environment.join("bin").join(name);
        if program.is_file() { Ok(program) } else { Err(missing(name)) }
    };
    Ok(vec![
        ("KEYSTEAD_TEST_NGINX", program(&NGINX)?),
        ("KEYSTEAD_TEST_CADDY", beside("caddy")?),
        ("KEYSTEAD_TEST_HAPROXY", program(&HAPROXY)?),
        ("KEYSTEAD_TEST_ENVOY", envoy.ok_or_else(|| missing("envoy"))?),
        ("KEYSTEAD_TEST_TRAEFIK", beside("traefik")?),
    ])
}

/// What looks at units, container file and chart, each with the variable that names it to the tests.
pub(crate) fn linters() -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    let environment = python_with("packaging", "tests/packaging/requirements.txt")?;
    Ok(vec![
        ("KEYSTEAD_TEST_PACKAGING_PYTHON", environment.join("bin/python")),
        ("KEYSTEAD_TEST_SYSTEMD_ANALYZE", program(&SYSTEMD_ANALYZE)?),
        ("KEYSTEAD_TEST_SYSTEMD_SYSUSERS", program(&SYSTEMD_SYSUSERS)?),
    ])
}

/// Plays a failing and a full disk to the program.
pub(crate) fn strace() -> Result<PathBuf, Failure> {
    program(&STRACE)
}

/// Shares out connections to PostgreSQL. Debian keeps it where only root looks.
pub(crate) fn pgbouncer() -> Result<PathBuf, Failure> {
    let debian = PathBuf::from("/usr/sbin/pgbouncer");
    if debian.is_file() {
        return Ok(debian);
    }
    let found = program(&PGBOUNCER);
    if debian.is_file() { Ok(debian) } else { found }
}

/// The folder of PostgreSQL's programs, of the newest version. Debian keeps them out of the PATH.
pub(crate) fn postgres() -> Result<PathBuf, Failure> {
    if let Some(found) = find_postgres() {
        return Ok(found);
    }
    install_packages(POSTGRES)?;
    find_postgres()
        .ok_or_else(|| Failure("postgresql was installed but initdb is not below /usr/lib/postgresql".into()))
}

fn find_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let with_number = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let folder = version.path().join("bin");
        folder.join("initdb").is_file().then_some((number, folder))
    });
    with_number.max().map(|(_, folder)| folder)
}

/// What gives the fleet in the field its hosts: namespaces, and cables between them. Whether the kernel allows them is said by whoever
/// asks it for them.
pub(crate) fn hosts() -> Result<(), Failure> {
    program(&IP)?;
    program(&UNSHARE).map(drop)
}

/// Counts instructions.
pub(crate) fn valgrind() -> Result<PathBuf, Failure> {
    program(&VALGRIND)
}

fn program(wanted: &Program) -> Result<PathBuf, Failure> {
    if let Some(found) = command::find_program(wanted.names) {
        return Ok(found);
    }
    install_packages(wanted.packages)?;
    command::find_program(wanted.names).ok_or_else(|| {
        let name = wanted.names[0];
        Failure(format!("{name} was installed but is not on the PATH; add its folder and start again"))
    })
}

/// libfaketime moves the clock of the server under test, because nobody waits 24 hours for a test.
pub(crate) fn movable_clock() -> Result<PathBuf, Failure> {
    if let Some(found) = find_movable_clock() {
        return Ok(found);
    }
    install_packages(&["libfaketime"])?;
    find_movable_clock().ok_or_else(|| {
        Failure("libfaketime was installed but libfaketimeMT.so.1 is not below /usr/lib".into())
    })
}

fn find_movable_clock() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let mut candidates = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    candidates.find(|candidate| candidate.is_file())
}

/// Whether `cargo nextest` can be used, after an attempt to install it. `cargo test` does for those who cannot.
pub(crate) fn has_nextest() -> Result<bool, Failure> {
    let answers = || command::works(command::cargo().args(["nextest", "--version"]));
    if answers() {
        return Ok(true);
    }
    if !install_cargo_tool("cargo-nextest")? {
        eprintln!("cargo-nextest could not be installed; going on with `cargo test`");
    }
    Ok(answers())
}

/// `cargo deny` has no stand-in, so not having it is a failure.
pub(crate) fn cargo_deny() -> Result<(), Failure> {
    let answers = || command::works(command::cargo().args(["deny", "--version"]));
    if answers() || (install_cargo_tool("cargo-deny")? && answers()) {
        return Ok(());
    }
    Err(Failure(
        "licences and bans were not checked: cargo-deny is missing and could not be installed; \
         run `cargo install cargo-deny --locked` and start again"
            .into(),
    ))
}

fn install_cargo_tool(name: &str) -> Result<bool, Failure> {
    // A folder of its own, so that a tool's dependencies do not mix with the product's.
    let target = cache()?.join("tools");
    command::succeeds(command::cargo().env("CARGO_TARGET_DIR", target).args(["install", name, "--locked"]))
}

/// The Python of an environment that holds exactly `tests/clients/requirements.txt`.
pub(crate) fn python() -> Result<PathBuf, Failure> {
    Ok(python_with("python", "tests/clients/requirements.txt")?.join("bin/python"))
}

/// An environment that holds exactly what a list asks for.
fn python_with(name: &str, list: &str) -> Result<PathBuf, Failure> {
    let requirements = command::repository().join(list);
    let environment = cache()?.join(name);
    let python = environment.join("bin/python");
    if python.is_file() && is_made_from(&environment, &requirements) {
        return Ok(environment);
    }
    command::run(Command::new(system_python()?).args(["-m", "venv", "--clear"]).arg(&environment))?;
    command::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(&requirements),
    )?;
    remember_made_from(&environment, &requirements)?;
    Ok(environment)
}

fn system_python() -> Result<PathBuf, Failure> {
    // Debian ships `venv` without the part that puts pip into it, unless python3-venv is installed.
    let is_complete =
        |python: &PathBuf| command::works(Command::new(python).args(["-c", "import ensurepip, venv"]));
    let debian = PathBuf::from("/usr/bin/python3");
    let candidates = || command::find_program(&["python3"]).into_iter().chain([debian.clone()]);
    if let Some(found) = candidates().find(is_complete) {
        return Ok(found);
    }
    install_packages(&["python3-venv"])?;
    candidates().find(is_complete).ok_or_else(|| {
        Failure("python3-venv was installed but `python3 -c 'import ensurepip, venv'` still fails".into())
    })
}

/// The browser tests' folder with its packages as the lock file says.
pub(crate) fn browser_tests() -> Result<PathBuf, Failure> {
    let folder = command::repository().join("tests/browser");
    let lock = folder.join("package-lock.json");
    let installed = folder.join("node_modules");
    program(&NODE)?;
    if !is_made_from(&installed, &lock) {
        // The browser is Debian's: Playwright must not fetch one of its own.
        let mut npm = Command::new("npm");
        npm.current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        command::run(npm.args(["ci", "--no-audit", "--no-fund"]))?;
        remember_made_from(&installed, &lock)?;
    }
    Ok(folder)
}

/// A folder remembers the list it was made from as a copy inside it; another content means making it anew.
fn is_made_from(folder: &Path, list: &Path) -> bool {
    match (fs::read(folder.join(MADE_FROM)), fs::read(list)) {
        (Ok(made_from), Ok(wanted)) => made_from == wanted,
        _ => false,
    }
}

fn remember_made_from(folder: &Path, list: &Path) -> Result<(), Failure> {
    fs::copy(list, folder.join(MADE_FROM)).map(drop).map_err(|error| {
        Failure(format!("{} could not be written: {error}", folder.join(MADE_FROM).display()))
    })
}

const MADE_FROM: &str = ".made-from";

fn install_packages(packages: &[&str]) -> Result<(), Failure> {
    let by_hand = || {
        let list = packages.join(" ");
        Failure(format!("missing: {list}. Run `sudo apt-get install {list}` and start again"))
    };
    let apt = command::find_program(&["apt-get"]).ok_or_else(by_hand)?;
    let privilege = privilege().ok_or_else(by_hand)?;

    eprintln!("installing {} from Debian's packages", packages.join(", "));
    let apt_get = |arguments: &[&str]| {
        let mut words = privilege.clone();
        words.extend(["env".into(), "DEBIAN_FRONTEND=noninteractive".into(), apt.clone().into_os_string()]);
        words.extend(arguments.iter().map(OsString::from));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    };
    let words = ["install", "--yes", "--quiet", "--no-install-recommends"];
    let install = || command::succeeds(&mut apt_get(&[&words, packages].concat()));
    // On a fresh machine there is no list of packages yet, or an old one with versions that are no longer served.
    let installed = install()? || (command::succeeds(&mut apt_get(&["update", "--quiet"]))? && install()?);
    if installed { Ok(()) } else { Err(by_hand()) }
}

/// The words before a command that needs root: none for root, sudo for others, nothing at all where neither works.
fn privilege() -> Option<Vec<OsString>> {
    if command::output(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0") {
        return Some(Vec::new());
    }
    let sudo = command::find_program(&["sudo"])?.into_os_string();
    // Where nobody can type a password, sudo must not ask for one and hang.
    if std::io::stdin().is_terminal() {
        Some(vec![sudo])
    } else {
        Some(vec![sudo, "--non-interactive".into()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_anew_exactly_when_its_list_changed() {
        let folder = std::env::temp_dir().join(format!("xtask-made-from-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let list = folder.join("list.txt");
        fs::write(&list, "razorpay==1").unwrap();

        assert!(!is_made_from(&folder, &list), "nothing is remembered yet");
        remember_made_from(&folder, &list).unwrap();
        assert!(is_made_from(&folder, &list));
        fs::write(&list, "razorpay==2").unwrap();
        assert!(!is_made_from(&folder, &list));

        fs::remove_dir_all(&folder).unwrap();
    }
}
