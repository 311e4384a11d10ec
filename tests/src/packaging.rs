//! What installs and runs the product (units, container file, chart, Patroni's file), each with the linter of its kind, as it ships or with a slip
//! in it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const HOW: &str = "run the tests with `cargo xtask test`, which installs it";

/// Units above this are more exposed than they have to be, in tenths, as systemd counts.
const EXPOSURE_MAX: &str = "14";

/// What a linter says of a file.
#[derive(Debug)]
pub struct Said {
    /// Whether it has nothing against it.
    pub fine: bool,
    /// In its words.
    pub text: String,
}

/// A change to a file on its way to its linter: the file's name and its text.
pub type Slip<'a> = &'a dyn Fn(&str, String) -> String;

/// As it ships.
pub fn as_it_ships(_name: &str, text: String) -> String {
    text
}

/// A folder of `integrations/`.
pub fn shipped(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../integrations").join(folder)
}

/// Every text file below a folder, by its path from there, in order.
pub fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it ships with the product").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            found.push((name, fs::read_to_string(&path).expect("it is text")));
        }
    }
    found.sort();
    found
}

/// What systemd says of a unit among those that ship: whether it understands all of it, and how exposed it leaves the machine. The
/// program is a stand-in.
pub fn systemd(unit: &str, slip: Slip<'_>) -> Said {
    let root = tempfile::tempdir().expect("room for a folder");
    let (programs, units) = (root.path().join("usr/bin"), root.path().join("etc/systemd/system"));
    for program in ["keystead", "find", "sh"] {
        write(&programs.join(program), "");
        fs::set_permissions(programs.join(program), fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    // Where programs are found by units that were written before the folders became one.
    std::os::unix::fs::symlink("usr/bin", root.path().join("bin")).expect("room for a name");
    for (name, text) in files(&shipped("systemd")) {
        write(&units.join(&name), &slip(&name, text));
    }
    let analyze = |words: &[&str]| {
        let mut command = Command::new(program("KEYSTEAD_TEST_SYSTEMD_ANALYZE", "systemd-analyze"));
        said(command.args(words).arg("--root").arg(root.path()).arg(unit))
    };
    let verified = analyze(&["verify", "--man=no", "--recursive-errors=no"]);
    if !verified.fine || !unit.contains(".service") {
        return verified;
    }
    analyze(&["security", "--offline=true", "--no-pager", "--threshold", EXPOSURE_MAX])
}

/// What systemd says of the file that makes the user.
pub fn sysusers(slip: Slip<'_>) -> Said {
    let root = tempfile::tempdir().expect("room for a folder");
    let text =
        fs::read_to_string(shipped("systemd").join("keystead.conf")).expect("it ships with the product");
    let file = root.path().join("keystead.conf");
    write(&file, &slip("keystead.conf", text));
    let mut command = Command::new(program("KEYSTEAD_TEST_SYSTEMD_SYSUSERS", "systemd-sysusers"));
    said(command.arg("--dry-run").arg("--root").arg(root.path()).arg(file))
}

/// What hadolint says of the container file.
pub fn hadolint(slip: Slip<'_>) -> Said {
    let folder = tempfile::tempdir().expect("room for a folder");
    let text = fs::read_to_string(shipped("container/Containerfile")).expect("it ships with the product");
    let file = folder.path().join("Containerfile");
    write(&file, &slip("Containerfile", text));
    let hadolint = python().parent().expect("a program is in a folder").join("hadolint");
    said(Command::new(hadolint).args(["--no-color", "--failure-threshold", "style"]).arg(file))
}

/// What Patroni says of its file, with machines that are there in the place of those that it names.
pub fn patroni(slip: Slip<'_>) -> Said {
    let folder = tempfile::tempdir().expect("room for a folder");
    let text = fs::read_to_string(shipped("patroni/patroni.yml")).expect("it ships with the product");
    // Patroni looks whether its stores of truth answer, and whether PostgreSQL's programs are where the file says.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let store = listener.local_addr().expect("a bound listener has an address");
    let mut text = slip("patroni.yml", text);
    for member in 1..=3 {
        text = text.replace(&format!("etcd{member}.example.com:2379"), &store.to_string());
    }
    if let Some(programs) = std::env::var_os("KEYSTEAD_TEST_POSTGRES") {
        text = text.replace("/usr/lib/postgresql/15/bin", &programs.to_string_lossy());
    }
    let file = folder.path().join("patroni.yml");
    write(&file, &text);
    let patroni = python().parent().expect("a program is in a folder").join("patroni");
    said(Command::new(patroni).args(["--validate-config", "--ignore-listen-port"]).arg(file))
}

/// What Helm says of the chart with values, and Kubernetes of what the chart makes of them. What was made is in the text.
pub fn helm(values: &serde_json::Value, slip: Slip<'_>) -> Said {
    let folder: TempDir = tempfile::tempdir().expect("room for a folder");
    let chart = folder.path().join("keystead");
    for (name, text) in files(&shipped("helm/keystead")) {
        write(&chart.join(&name), &slip(&name, text));
    }
    let given = folder.path().join("values.json");
    write(&given, &values.to_string());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/chart.py");
    said(Command::new(python()).arg(script).arg(chart).arg(given))
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("room for a folder");
    fs::write(path, text).expect("room for a file");
}

fn python() -> PathBuf {
    let named = std::env::var_os("KEYSTEAD_TEST_PACKAGING_PYTHON").map(PathBuf::from);
    named.unwrap_or_else(|| panic!("KEYSTEAD_TEST_PACKAGING_PYTHON is not set; {HOW}"))
}

fn program(variable: &str, name: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from)
}

fn said(command: &mut Command) -> Said {
    let done = command.stdin(Stdio::null()).output();
    let done = done.unwrap_or_else(|error| panic!("{command:?} cannot be started ({error}); {HOW}"));
    let text = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Said { fine: done.status.success(), text }
}
