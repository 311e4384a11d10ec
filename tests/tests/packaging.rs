//! What installs and runs the product is what its own linter understands, names what the program understands, and a slip in it is
//! found.

use std::collections::BTreeSet;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use keystead_tests::installation::{Installation, Served, done, keystead, said};
use keystead_tests::packaging::{
    Said, as_it_ships, files, hadolint, helm, patroni, shipped, systemd, sysusers,
};
use serde_json::{Value, json};
use server::config::{Config, Flags};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What the chart cannot do without.
fn values() -> Value {
    json!({
        "image": { "repository": "registry.example.com/keystead" },
        "config": "[[brand]]\norg = \"example\"\n",
        "secrets": {
            "pepper": { "name": "keystead-pepper" },
            "database": { "name": "keystead-database" },
            "nodeCredentials": "keystead-nodes"
        }
    })
}

/// Everything that can be turned on.
fn all_values() -> Value {
    let more = json!({
        "image": { "digest": format!("sha256:{}", "0".repeat(64)) },
        "imagePullSecrets": [{ "name": "registry" }],
        "secrets": {
            "gatewayToken": { "name": "keystead-gateway", "key": "token" },
            "identityKey": { "name": "keystead-identity", "key": "identity-keys" },
            "database": { "verifyName": "keystead-database-verify" }
        },
        "extraSecrets": [{ "name": "sms" }],
        "control": { "nodeSelector": { "disk": "ssd" }, "tolerations": [{ "operator": "Exists" }] },
        "verify": { "affinity": { "nodeAffinity": {} } },
        "persistence": { "storageClass": "fast" },
        "ingress": { "enabled": true, "className": "nginx", "hosts": ["keys.example.com"], "tlsSecret": "keys-tls" },
        "trustedProxies": ["10.0.0.0/8"],
        "networkPolicy": {
            "publicFrom": [{ "namespaceSelector": { "matchLabels": { "name": "ingress" } } }],
            "gatewayFrom": [{ "podSelector": { "matchLabels": { "app": "gateway" } } }],
            "opsFrom": [{ "namespaceSelector": { "matchLabels": { "name": "monitoring" } } }],
            "database": { "to": [{ "ipBlock": { "cidr": "10.1.0.0/24" } }] },
            "messagesTo": [{ "ports": [{ "port": 443 }] }]
        },
        "serviceMonitor": { "enabled": true, "labels": { "release": "prometheus" } },
        "service": { "gateway": { "annotations": { "a": "b" } }, "public": { "annotations": { "a": "b" } } },
        "podAnnotations": { "a": "b" },
        "podLabels": { "c": "d" }
    });
    let mut all = values();
    lay_over(&mut all, &more);
    all
}

fn lay_over(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                lay_over(under.entry(name).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

fn is_fine(said: &Said) {
    assert!(said.fine, "{}", said.text);
}

/// The linter finds a slip, and says where.
fn finds(said: &Said, what: &str) {
    assert!(!said.fine && said.text.contains(what), "{what}: {}", said.text);
}

fn units() -> Vec<String> {
    let names = files(&shipped("systemd")).into_iter().map(|(name, _)| name);
    let units =
        names.filter(|name| !name.contains('/') && (name.ends_with(".service") || name.ends_with(".timer")));
    units.map(|name| name.replace("@.", "@eu-1.")).collect()
}

#[test]
fn systemd_understands_every_unit_and_each_leaves_its_machine_little_exposed() {
    let units = units();
    assert!(2 <= units.len(), "{units:?}");
    for unit in units {
        is_fine(&systemd(&unit, &as_it_ships));
    }
    is_fine(&sysusers(&as_it_ships));
}

#[test]
fn a_slip_in_a_unit_or_in_what_is_laid_over_it_is_found() {
    let slips: [(&str, &str, &str, &str); 6] = [
        ("keystead.service", "NoNewPrivileges=yes", "NoNewPrivilege=yes", "Unknown key 'NoNewPrivilege'"),
        ("keystead.service", "Restart=always", "Restart=sometimes", "restart specifier"),
        ("keystead.service", "/usr/bin/keystead ", "/usr/bin/keysted ", "is not executable"),
        ("keystead.service", "ProtectSystem=strict", "ProtectSystem=no", "ProtectSystem"),
        (
            "keystead.service.d/postgresql.conf",
            "LoadCredential=",
            "LoadCredentials=",
            "Unknown key 'LoadCredentials'",
        ),
        ("keystead-verify@.service", "CapabilityBoundingSet=\n", "", "CAP_SYS_ADMIN"),
    ];
    for (file, right, wrong, what) in slips {
        let unit = if file.starts_with("keystead-verify") {
            "keystead-verify@eu-1.service"
        } else {
            "keystead.service"
        };
        let slip = |name: &str, text: String| {
            if name != file {
                return text;
            }
            assert!(text.contains(right), "{file} has no {right}");
            text.replace(right, wrong)
        };
        finds(&systemd(unit, &slip), what);
    }
    finds(&sysusers(&|_, text| text.replace("u keystead", "user keystead")), "keystead.conf");
}

/// What a unit has a shell do, as the shell gets it.
fn shell_script_of(unit: &str) -> String {
    let text = std::fs::read_to_string(shipped("systemd").join(unit)).expect("it ships with the product");
    let (_, rest) = text.split_once("ExecStart=/bin/sh -euc '").expect("it has a shell do it");
    let (script, _) = rest.split_once("'\n").expect("it ends");
    script.replace("\\\n", " ").replace("$$", "$").replace("%%", "%")
}

#[test]
fn the_copy_of_a_journal_follows_it_and_one_that_it_does_not_go_on_from_is_kept() {
    let place = tempfile::tempdir().expect("room for a folder");
    let (data, copies) = (place.path().join("data"), place.path().join("copies"));
    for folder in [&data, &copies] {
        std::fs::create_dir(folder).expect("room for a folder");
    }
    let script = shell_script_of("keystead-journal.service")
        .replace("/var/lib/keystead/", &format!("{}/", data.display()))
        .replace("${STATE_DIRECTORY}", &copies.display().to_string());
    let mut told = Vec::new();
    for journal in ["", "from 0\n", "from 0\nissued 1\n", "from 9\n"] {
        std::fs::write(data.join("revocations.journal"), journal).expect("room for a file");
        let copied = done(std::process::Command::new("/bin/sh").args(["-euc", &script]));
        assert!(copied.status.success(), "{}", said(&copied));
        let mut kept = files(&copies);
        kept.sort_by_key(|(name, _)| name.len());
        assert_eq!(kept[0], ("revocations.journal".to_owned(), journal.to_owned()));
        told.push(kept.len());
    }
    assert_eq!(told, [1, 1, 1, 2]);
    assert_eq!(files(&copies).into_iter().filter(|(_, text)| text.ends_with("issued 1\n")).count(), 1);
}

#[test]
fn hadolint_has_nothing_against_the_container_file_and_finds_a_slip() {
    is_fine(&hadolint(&as_it_ships));
    let slips = [
        ("FROM docker.io/library/debian:bookworm-slim", "FROM docker.io/library/debian", "DL3006"),
        ("USER 10001:10001", "USER root", "DL3002"),
        ("ENTRYPOINT [\"keystead\"]", "ENTRYPOINT keystead", "DL3025"),
        ("COPY . .", "COPYING . .", "missing whitespace"),
    ];
    for (right, wrong, what) in slips {
        finds(
            &hadolint(&|_, text| {
                assert!(text.contains(right), "there is no {right}");
                text.replace(right, wrong)
            }),
            what,
        );
    }
}

#[test]
fn patroni_understands_its_file_and_finds_a_slip() {
    is_fine(&patroni(&as_it_ships));
    let slips = [
        ("mode: required", "mode: requires", "watchdog"),
        ("scope: keystead\n", "", "scope"),
        ("ttl: 30", "ttl: 3", "ttl"),
        ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/1/bin", "bin_dir"),
    ];
    for (right, wrong, what) in slips {
        finds(
            &patroni(&|_, text| {
                assert!(text.contains(right), "there is no {right}");
                text.replace(right, wrong)
            }),
            what,
        );
    }
}

#[test]
fn a_container_is_built_from_every_crate_of_the_workspace() {
    let read = |name: &str| std::fs::read_to_string(Path::new(REPOSITORY).join(name)).expect("it is tracked");
    let (workspace, context) = (read("Cargo.toml"), read(".containerignore"));
    let members =
        workspace.split_once("members = [").and_then(|(_, rest)| rest.split_once(']')).expect("members").0;
    let folders: BTreeSet<&str> =
        members.split('"').skip(1).step_by(2).filter_map(|member| member.split('/').next()).collect();
    let let_in: BTreeSet<&str> = context.lines().filter_map(|line| line.strip_prefix('!')).collect();
    // What the program has inside beside its crates.
    let inside = ["Cargo.toml", "Cargo.lock", "brands.toml", "help"];
    assert_eq!(folders.into_iter().chain(inside).collect::<BTreeSet<_>>(), let_in);
}

#[test]
fn helm_and_kubernetes_understand_the_chart_with_little_and_with_everything() {
    let little = helm(&values(), &as_it_ships);
    is_fine(&little);
    for kind in ["StatefulSet", "Service", "NetworkPolicy", "PodDisruptionBudget", "ConfigMap", "Job"] {
        assert!(little.text.contains(&format!("kind: {kind}\n")), "no {kind}: {}", little.text);
    }
    assert!(!little.text.contains("kind: Ingress\n") && !little.text.contains("kind: Secret\n"));
    let all = helm(&all_values(), &as_it_ships);
    is_fine(&all);
    for kind in ["Ingress", "ServiceMonitor"] {
        assert!(all.text.contains(&format!("kind: {kind}\n")), "no {kind}: {}", all.text);
    }
    let mut without_nodes = values();
    lay_over(
        &mut without_nodes,
        &json!({ "verify": { "replicas": 0 }, "persistence": { "enabled": false } }),
    );
    is_fine(&helm(&without_nodes, &as_it_ships));
}

#[test]
fn values_that_cannot_be_are_refused_by_name() {
    for (slip, what) in [
        (json!({ "image": { "repository": "" } }), "repository"),
        (json!({ "verify": { "replicas": -1 } }), "replicas"),
        (json!({ "verify": { "replica": 3 } }), "replica"),
        (json!({ "secrets": { "nodeCredentials": "" } }), "nodeCredentials"),
        (json!({ "ingress": { "enabled": true } }), "hosts"),
        (json!({ "gateway": { "serveStale": "300" } }), "serveStale"),
    ] {
        let mut wrong = values();
        lay_over(&mut wrong, &slip);
        finds(&helm(&wrong, &as_it_ships), what);
    }
}

#[test]
fn a_slip_in_the_chart_is_found() {
    let slips = [
        ("templates/_helpers.tpl", "readinessProbe:", "readynessProbe:", "readynessProbe"),
        ("templates/_helpers.tpl", "kind: StatefulSet", "kind: StatefulSets", "StatefulSets"),
        ("templates/disruption.yaml", "maxUnavailable: 1", "maxUnavailable: [1]", "maxUnavailable"),
        ("templates/services.yaml", "{{- end }}", "", "services.yaml"),
        ("Chart.yaml", "version: 0.1.0\n", "", "version"),
    ];
    for (file, right, wrong, what) in slips {
        let slip = |name: &str, text: String| {
            if name != file {
                return text;
            }
            assert!(text.contains(right), "{file} has no {right}");
            text.replacen(right, wrong, 1)
        };
        finds(&helm(&values(), &slip), what);
    }
}

/// Every file that installs the product, the chart as it is and as Kubernetes gets it.
fn everything() -> String {
    let folders = ["systemd", "container", "helm"].map(shipped);
    let texts = folders.iter().flat_map(|folder| files(folder)).map(|(_, text)| text);
    texts.chain([helm(&all_values(), &as_it_ships).text]).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_setting_that_they_name_is_one_of_the_program() {
    let text = everything();
    let is_part = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    let names: BTreeSet<&str> = text
        .match_indices("KEYSTEAD__")
        .map(|(start, _)| {
            let rest = &text[start..];
            &rest[..rest.find(|letter| !is_part(letter)).unwrap_or(rest.len())]
        })
        .collect();
    assert!(10 < names.len(), "{names:?}");
    for name in names {
        let set = [(name.to_owned(), "x".to_owned())];
        let complaint =
            Config::load(None, &set, Flags::default()).expect_err("there is no brand").to_string();
        assert!(!complaint.contains("is not a setting"), "{name}: {complaint}");
    }
}

#[test]
fn every_command_that_they_run_is_one_of_the_program() {
    let text = everything();
    let mut commands: BTreeSet<Vec<String>> = BTreeSet::new();
    for line in text.lines() {
        // A unit's command line, or the list that a container is started with.
        let unit = line
            .strip_prefix("Exec")
            .and_then(|rest| rest.split_once("/usr/bin/keystead "))
            .map(|(_, rest)| rest);
        let list = line.trim_start().strip_prefix("args: [").or_else(|| line.strip_prefix("CMD ["));
        let health = line.split_once("CMD [\"keystead\", ").map(|(_, rest)| rest);
        if let Some(words) = unit {
            let words = words.split(['\'', ';']).next().unwrap_or(words);
            // What a shell puts in is one word.
            let words = words.split("$$(").next().unwrap_or(words);
            commands.insert(words.split_whitespace().map(|word| word.trim_matches('"').to_owned()).collect());
        } else if let Some(list) = health.or(list) {
            let words = list.trim_end().trim_end_matches(']').split(',');
            commands.insert(words.map(|word| word.trim().trim_matches('"').to_owned()).collect());
        }
    }
    commands.retain(|words| words.iter().all(|word| !word.contains("{{")));
    assert!(4 <= commands.len(), "{commands:?}");
    for words in commands {
        let told = done(keystead(&words).arg("--help"));
        assert!(told.status.success(), "keystead {words:?}: {}", said(&told));
    }
}

#[test]
fn a_service_manager_hears_when_everybody_is_answered_and_when_that_ends() {
    let installation = Installation::fresh();
    let place = tempfile::tempdir().expect("room for a folder");
    let path = place.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    let heard = || {
        let mut bytes = [0; 1024];
        let length = socket.recv(&mut bytes).expect("something was told");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    let mut command = installation.serving();
    command.env("NOTIFY_SOCKET", &path);
    let served = Served::by(command);
    let ready =
        std::iter::repeat_with(heard).find(|told| !told.starts_with("STATUS=Loading")).expect("it goes on");
    assert!(ready.starts_with("READY=1\nSTATUS=Serving: "), "{ready}");

    let ops = served.ops.to_string();
    let health = |words: &[&str]| done(keystead(["health", "--ops", &ops]).args(words));
    for words in [&[][..], &["--alive"]] {
        let told = health(words);
        assert!(told.status.success(), "{}", said(&told));
    }
    let (status, log) = served.stop();
    assert!(status.success(), "{log}");
    assert_eq!(heard(), "STOPPING=1\nSTATUS=Stopping");
    let told = health(&["--alive"]);
    assert_eq!(told.status.code(), Some(1));
    assert!(said(&told).contains("nobody answers on"), "{}", said(&told));
}
