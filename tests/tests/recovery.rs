//! Backups, restores and databases that lost their tail, with the built program: what ended stays ended, what is lost is told, and no
//! key is changed before somebody has decided.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use keystead_tests::caller::{Asking, Pair, agent};
use keystead_tests::installation::{Installation, Served, done, keystead, said};
use keystead_tests::operator::{Operator, Told, text};
use serde_json::{Value, json};
use tempfile::TempDir;
use test_postgres::Cluster;

/// How often a test looks whether another process has done something, and how often at most.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS: u32 = 1_000;

fn deactivates(operator: &Operator, account: &str, pair: &Pair) -> Told {
    let path = format!("/accounts/{account}/pairs/{}/deactivate", pair.key_id);
    operator.asks(&path, &json!({}), &format!("deactivate-{}", pair.key_id)).expect("an answer")
}

fn sees(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if so() {
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("never: {what}");
}

fn metric(served: &Served, name: &str) -> String {
    let mut answer = agent().get(format!("http://{}/metrics", served.ops)).call().expect("it answers");
    let body = answer.body_mut().read_to_string().expect("text");
    let line = body.lines().find(|line| line.starts_with(&format!("{name} "))).map(str::to_owned);
    line.unwrap_or_else(|| panic!("no {name} in {body}"))
}

/// A standby hears nothing from here on.
fn cuts_off(cluster: &Cluster, standby: &Cluster) {
    standby.reload("primary_conninfo = ''");
    sees("it does not follow any more", || {
        cluster.sql("postgres", "SELECT count(*) FROM pg_stat_replication").trim() == "0"
    });
}

fn backs_up(installation: &Installation, to: &Path) -> Output {
    let mut command = installation.command(&["backup", "--output", "json"]);
    done(command.arg("--to").arg(to))
}

fn journal(installation: &Installation) -> PathBuf {
    installation.folder().join("revocations.journal")
}

/// `keystead restore` with a pepper alone in a fresh folder.
fn restores(installation: &Installation, backup: Option<&Path>, journals: &[&Path], more: &[&str]) -> Output {
    let mut command = installation.command(&["restore", "--output", "json"]);
    if let Some(backup) = backup {
        command.arg(backup);
    }
    for journal in journals {
        command.arg("--journal").arg(journal);
    }
    done(command.args(more))
}

fn read(told: &Output) -> Value {
    assert!(told.status.success(), "{}", said(told));
    serde_json::from_slice(&told.stdout).expect("one JSON line")
}

/// Takes the embedded database out of a folder, with whatever lies beside it.
fn loses_database(installation: &Installation) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(installation.folder().join(format!("keystead.db{end}")));
    }
}

/// An installation with a pair that works, one that was ended after the backup, and one that was issued after it.
struct Drill {
    installation: Installation,
    served: Served,
    account: String,
    beside: TempDir,
    backup: PathBuf,
    kept: Pair,
    ended: Pair,
    issued: Pair,
}

impl Drill {
    fn on(installation: Installation) -> Self {
        let beside = tempfile::tempdir().expect("a folder");
        let backup = beside.path().join("backup.db");
        let served = installation.serve();
        let operator = Operator::of(&installation, &served);
        let account = operator.opens_account("drill");
        let kept = operator.generates(&account, "Kept").pair();
        let ended = operator.generates(&account, "Ended").pair();
        let told = read(&backs_up(&installation, &backup));
        assert_eq!(told["position"], 2);
        assert_eq!(deactivates(&operator, &account, &ended).status, 200);
        let issued = operator.generates(&account, "Issued").pair();
        Self { installation, served, account, beside, backup, kept, ended, issued }
    }

    /// A copy of the journal as it is when the machine is lost.
    fn journal(&self) -> PathBuf {
        let copy = self.beside.path().join("journal");
        std::fs::copy(journal(&self.installation), &copy).expect("it is there");
        copy
    }
}

fn is_as_it_must_be(installation: &Installation, served: &Served, drill: (&str, &Pair, &Pair, &Pair)) {
    let (account, kept, ended, issued) = drill;
    let gateway = Asking::at(served.gateway);
    assert_eq!(gateway.authenticate(kept), 200);
    assert_eq!(gateway.verify(ended), "ended", "it was ended after the backup");
    assert_eq!(gateway.verify(issued), "unknown_key", "it was issued after the backup");
    let operator = Operator::of(installation, served);
    let again = operator.generates(account, "Again").pair();
    assert_eq!(gateway.authenticate(&again), 200, "keys are changed again");
    assert_eq!(deactivates(&operator, account, &again).status, 200);
    assert_eq!(metric(served, "keystead_history_lost"), "keystead_history_lost 0");
}

#[test]
fn a_key_that_was_deactivated_after_the_backup_stays_dead_and_one_that_was_issued_after_it_is_reported() {
    let drill = Drill::on(Installation::fresh());
    let journal = drill.journal();
    let Drill { installation, served, account, backup, kept, ended, issued, beside: _beside } = drill;
    served.stop();
    let there = restores(&installation, Some(&backup), &[&journal], &[]);
    assert!(said(&there).contains("is there already"), "{}", said(&there));
    loses_database(&installation);

    let told = restores(&installation, Some(&backup), &[&journal], &[]);
    let talk = said(&told);
    assert!(talk.contains(&issued.key_id) && talk.contains("Nobody is logged in any more"), "{talk}");
    let told = read(&told);
    assert_eq!((&told["finished"], &told["backup_position"]), (&json!(true), &json!(2)));
    assert_eq!(told["ended_again"], json!([ended.key_id]));
    assert_eq!(told["lost"][0]["key_id"], json!(issued.key_id));
    assert_eq!(told["position"], 5, "above all that anybody has seen");
    assert_eq!(installation.whole_audit()["whole"], true);
    let served = installation.serve();
    is_as_it_must_be(&installation, &served, (&account, &kept, &ended, &issued));
    let actions: Vec<String> = installation.audit().iter().map(|entry| text(entry, "action")).collect();
    for action in ["database.restored", "database.recovered"] {
        assert_eq!(actions.iter().filter(|one| *one == action).count(), 1, "{action}: {actions:?}");
    }
}

#[test]
fn without_a_journal_a_restored_database_is_unfinished_and_nothing_starts_on_it_until_somebody_decides() {
    let drill = Drill::on(Installation::fresh());
    let journal = drill.journal();
    let Drill { installation, served, account, backup, kept, ended, issued, beside } = drill;
    served.stop();
    loses_database(&installation);
    // Nothing in it, an ending that cannot be read, and one of another installation that was at the same numbers.
    let (empty, damaged) = (beside.path().join("empty"), beside.path().join("damaged"));
    std::fs::write(&empty, "").expect("room for a file");
    let whole = std::fs::read_to_string(&journal).expect("readable");
    std::fs::write(&damaged, whole.replace("\nended ", "\nEnded ")).expect("room for a file");
    let other = Drill::on(Installation::fresh());
    for insufficient in [empty, damaged, other.journal()] {
        let refused = restores(&installation, Some(&backup), &[&insufficient], &[]);
        let talk = said(&refused);
        assert!(talk.contains("the journals here do not cover what is missing"), "{insufficient:?}: {talk}");
        assert!(!installation.folder().join("keystead.db").exists(), "nothing was written");
    }
    let starts = done(&mut installation.serving());
    assert!(said(&starts).contains("there is no keystead.db in"), "{}", said(&starts));
    assert!(!installation.folder().join("keystead.db").exists(), "none is made anew");

    let told = read(&restores(&installation, Some(&backup), &[], &[]));
    assert_eq!(told["finished"], false);
    let starts = done(&mut installation.serving());
    assert!(!starts.status.success());
    let command = format!("keystead restore --journal FILE --data-dir {}", installation.folder().display());
    assert!(said(&starts).contains(&command), "{}", said(&starts));
    let examined = done(&mut installation.command(&["doctor"]));
    let found = String::from_utf8_lossy(&examined.stdout);
    assert!(!examined.status.success() && found.contains(&command), "{found}");

    let told = read(&restores(&installation, None, &[&journal], &[]));
    assert_eq!((&told["finished"], &told["ended_again"]), (&json!(true), &json!([ended.key_id])));
    let again = restores(&installation, None, &[&journal], &[]);
    assert!(said(&again).contains("nobody has to decide anything"), "{}", said(&again));
    is_as_it_must_be(&installation, &installation.serve(), (&account, &kept, &ended, &issued));
}

#[test]
fn a_backup_is_never_written_through_a_name_that_is_there() {
    let drill = Drill::on(Installation::fresh());
    let (to, theirs) = (drill.beside.path().join("next.db"), drill.beside.path().join("theirs"));
    std::fs::write(&theirs, "theirs").expect("room for a file");
    let unfinished = drill.beside.path().join(".next.db.unfinished");
    std::os::unix::fs::symlink(&theirs, &unfinished).expect("room for a name");
    assert_eq!(read(&backs_up(&drill.installation, &to))["position"], 4);
    assert_eq!(std::fs::read(&theirs).expect("it is there"), b"theirs");
    let made = to.symlink_metadata().expect("it is there");
    assert!(made.is_file() && made.permissions().mode() & 0o777 == 0o600, "{made:?}");
    assert!(unfinished.symlink_metadata().is_err());
}

#[test]
fn that_endings_may_be_lost_is_accepted_in_so_many_words_and_audited() {
    let drill = Drill::on(Installation::fresh());
    let Drill { installation, served, backup, ended, beside: _beside, .. } = drill;
    served.stop();
    let kept = journal(&installation);
    loses_database(&installation);
    std::fs::remove_file(kept).expect("it was there");
    let told = read(&restores(&installation, Some(&backup), &[], &["--accept-lost-endings"]));
    assert_eq!(told["finished"], true);
    let served = installation.serve();
    assert_eq!(Asking::at(served.gateway).authenticate(&ended), 200, "that is what was accepted");
    let facts: Vec<String> = installation.audit().iter().map(|entry| entry.to_string()).collect();
    assert!(facts.iter().any(|fact| fact.contains("endings_may_be_lost")), "{facts:?}");
}

#[test]
fn an_older_copy_that_is_put_back_by_hand_is_noticed_and_revives_nothing() {
    let drill = Drill::on(Installation::fresh());
    let Drill { installation, served, account, backup, kept, ended, issued, beside: _beside } = drill;
    served.stop();
    loses_database(&installation);
    std::fs::copy(&backup, installation.folder().join("keystead.db")).expect("room for a file");

    let served = installation.serve();
    let gateway = Asking::at(served.gateway);
    assert_eq!((gateway.authenticate(&kept), gateway.verify(&ended)), (200, "ended".to_owned()));
    sees("it says so", || served.readiness().1.contains("quarantined"));
    assert!(served.is_ready(), "verification goes on");
    sees("it is counted", || metric(&served, "keystead_history_lost").ends_with(" 1"));
    let operator = Operator::of(&installation, &served);
    let refused = operator.generates(&account, "Refused");
    assert_eq!((refused.status, &refused.body["code"]), (503, &json!("quarantined")));
    let refused = deactivates(&operator, &account, &kept);
    assert_eq!((refused.status, &refused.body["code"]), (503, &json!("quarantined")));
    let node = &operator.reads("/nodes")["items"][0];
    assert_eq!(node["history_lost"], true, "{node}");
    let (_, log) = served.stop();
    assert!(log.contains("The database has lost changes"), "{log}");
    // And so does the next process.
    let served = installation.serve();
    assert_eq!(Asking::at(served.gateway).verify(&ended), "ended");
    served.stop();

    let told = read(&restores(&installation, None, &[&journal(&installation)], &[]));
    assert_eq!(told["ended_again"], json!([ended.key_id]));
    assert_eq!(told["lost"][0]["key_id"], json!(issued.key_id));
    is_as_it_must_be(&installation, &installation.serve(), (&account, &kept, &ended, &issued));
}

#[test]
fn a_backup_of_postgresql_is_restored_into_an_empty_database_with_the_endings_after_it() {
    let cluster = Cluster::start();
    let drill = Drill::on(Installation::fresh_at(&cluster.database()));
    let journal = drill.journal();
    let Drill { installation, served, account, backup, kept, ended, issued, beside: _beside } = drill;
    served.stop();
    let there = restores(&installation, Some(&backup), &[&journal], &[]);
    assert!(said(&there).contains("not empty"), "{}", said(&there));
    let installation = installation.at(&cluster.database());
    let told = read(&restores(&installation, Some(&backup), &[&journal], &[]));
    assert_eq!(told["ended_again"], json!([ended.key_id]));
    assert_eq!(told["lost"][0]["key_id"], json!(issued.key_id));
    assert_eq!(installation.whole_audit()["whole"], true);
    is_as_it_must_be(&installation, &installation.serve(), (&account, &kept, &ended, &issued));
}

// An asynchronous standby lacks a node that registered last. Cut off as it is, nothing tells it so.
#[test]
fn receipts_after_a_failover_count_with_a_node_that_the_new_primary_never_heard_of() {
    let mut cluster = Cluster::start();
    let url = cluster.database();
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let installation = Installation::fresh_at(&url);
    cluster.sql(&name, "CREATE ROLE reader LOGIN");
    cluster.sql(&name, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
    let standby = cluster.standby();
    let installation = installation.at(&cluster.url_with(&[&standby], &name));
    let short = "[gateway]\nlease = \"2s\"\nserve_stale = \"10s\"\n";
    installation.configure(&format!("[node]\nname = \"one\"\n{short}"));
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("failover");
    let pair = operator.generates(&account, "Ended").pair();
    let first = operator.generates(&account, "First").pair();
    let receipt = |pair: &Pair, attempt: u32| {
        let path = format!("/accounts/{account}/pairs/{}/deactivate?wait=fleet&within_ms=0", pair.key_id);
        let told = operator.asks(&path, &json!({}), &format!("attempt-{}-{attempt}", pair.key_id));
        told.expect("an answer").body["receipt"].clone()
    };
    assert_eq!(receipt(&first, 0)["pending"], json!([]), "there was no server before the first");
    sees("the standby has it all", || standby.sql(&name, "SELECT head FROM feed").trim() == "3");
    cuts_off(&cluster, &standby);

    // It knows of the old server alone.
    let late =
        installation.node(&served, "late", &cluster.url(&name).replacen("postgres@", "reader@", 1), short);
    let late = late.serve();
    sees("it registers and reads", || late.is_ready());
    let gateway = Asking::at(late.gateway);
    assert_eq!(gateway.authenticate(&pair), 200);
    cluster.stop();
    standby.promote();
    let (mut told, mut attempt) = (Value::Null, 0);
    sees("keys are changed again", || {
        attempt += 1;
        told = receipt(&pair, attempt);
        !told.is_null()
    });
    assert_eq!(told["pending"][0]["node"], "(unlisted)", "{told}");
    let guaranteed_by = text(&told, "guaranteed_by");
    let now = r#"SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"#;
    let mut granted = 0;
    sees("its time is over", || {
        let is_over = guaranteed_by.as_str() <= standby.sql(&name, now).trim();
        let status = gateway.authenticate(&pair);
        granted += u32::from(status == 200);
        assert!(!is_over || status == 503, "{status} after {guaranteed_by}");
        is_over
    });
    assert!(0 < granted, "it did not know");
    sees("nobody counts with it any more", || {
        attempt += 1;
        receipt(&pair, attempt)["pending"] == json!([])
    });
}

#[test]
fn processes_that_a_failover_lost_from_the_list_take_their_nodes_again() {
    let mut cluster = Cluster::start();
    let url = cluster.database();
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let installation = Installation::fresh_at(&url);
    cluster.sql(&name, "CREATE ROLE reader LOGIN");
    cluster.sql(&name, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
    let standby = cluster.standby();
    let both = cluster.url_with(&[&standby], &name);
    let installation = installation.at(&both);
    let short = "[gateway]\nlease = \"2s\"\nserve_stale = \"10s\"\n";
    installation.configure(&format!("[node]\nname = \"one\"\n{short}"));
    let served = installation.serve();
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("failover");
    let pair = operator.generates(&account, "Kept").pair();
    let reader = installation.node(&served, "reader", &both.replacen("postgres@", "reader@", 1), short);
    let head = "SELECT head, (SELECT count(*) FROM nodes WHERE name = 'reader') FROM feed";
    sees("the standby has it all", || standby.sql(&name, head).trim() == "1|1");
    cuts_off(&cluster, &standby);

    let writer = installation.neighbour("writer");
    let (reading, writing) = (reader.serve(), writer.serve());
    for served in [&reading, &writing] {
        sees("it registers and reads", || served.is_ready());
    }
    cluster.stop();
    standby.promote();
    let listed = "SELECT count(*) FROM nodes WHERE process IS NOT NULL";
    sees("all three are there again", || standby.sql(&name, listed).trim() == "3");
    for served in [&served, &reading, &writing] {
        sees("it vouches", || served.is_ready() && metric(served, "keystead_node_seated").ends_with(" 1"));
        assert_eq!(Asking::at(served.gateway).authenticate(&pair), 200);
    }
    let told = operator.asks("/nodes/writer/remove", &json!({}), "remove-the-writer").expect("an answer");
    assert_eq!(told.status, 200, "{told:?}");
    sees("who was removed stays away", || writing.readiness().1.contains("does not run as its node"));
    let refused = || metric(&writing, r#"keystead_node_reports_total{outcome="lost"}"#);
    let before = refused();
    sees("it is told so again", || refused() != before);
    assert_eq!(standby.sql(&name, "SELECT count(*) FROM nodes WHERE name = 'writer'").trim(), "0");
}

#[test]
fn a_failover_that_lost_a_deactivation_is_alarmed_on_every_node_and_the_pair_stays_dead() {
    let mut cluster = Cluster::start();
    let url = cluster.database();
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let installation = Installation::fresh_at(&url);
    cluster.sql(&name, "CREATE ROLE reader LOGIN");
    cluster.sql(&name, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
    let standby = cluster.standby();
    let both = cluster.url_with(&[&standby], &name);
    let both = match both.contains('?') {
        true => format!("{both}&target_session_attrs=read-write"),
        false => format!("{both}?target_session_attrs=read-write"),
    };
    let installation = installation.at(&both);
    installation.configure("[node]\nname = \"one\"\n");
    let served = installation.serve();
    let reader = both.replacen("postgres@", "reader@", 1);
    let node = installation.node(&served, "two", &reader, "");
    let two = node.serve();
    sees("it registers and reads", || two.is_ready());
    let operator = Operator::of(&installation, &served);
    let account = operator.opens_account("failover");
    let kept = operator.generates(&account, "Kept").pair();
    let ended = operator.generates(&account, "Ended").pair();
    let gateways = [Asking::at(served.gateway), Asking::at(two.gateway)];
    sees("both work everywhere", || {
        gateways.iter().all(|one| [&kept, &ended].iter().all(|pair| one.authenticate(pair) == 200))
    });
    let position = "SELECT head FROM feed";
    sees("the standby has it all", || standby.sql(&name, position).trim() == "2");
    cuts_off(&cluster, &standby);
    let path = format!("/accounts/{account}/pairs/{}/deactivate?wait=fleet&within_ms=5000", ended.key_id);
    let told = operator.asks(&path, &json!({}), "deactivate-and-lose-it").expect("an answer");
    assert_eq!(told.body["receipt"]["acknowledged"], 2, "{told:?}");
    let lost = operator.generates(&account, "Lost").pair();
    sees("it works everywhere", || gateways.iter().all(|one| one.authenticate(&lost) == 200));

    cluster.stop();
    standby.promote();
    for served in [&served, &two] {
        sees("it is alarmed", || metric(served, "keystead_history_lost").ends_with(" 1"));
    }
    for gateway in &gateways {
        assert_eq!(gateway.verify(&ended), "ended", "the receipt holds");
        assert_eq!((gateway.authenticate(&kept), gateway.authenticate(&lost)), (200, 200));
    }
    sees("changes are refused", || operator.generates(&account, "Refused").body["code"] == "quarantined");
    let marked = standby.sql(&name, "SELECT quarantine, quarantined_seen FROM feed");
    assert_eq!(marked.trim(), "history_lost|4");
    // A process that starts now knows it by its folder.
    two.kill();
    let two = node.serve();
    sees("it registers and reads", || two.is_ready());
    assert_eq!(Asking::at(two.gateway).verify(&ended), "ended");

    let told = read(&restores(&installation, None, &[&journal(&node)], &[]));
    assert_eq!(told["ended_again"], json!([ended.key_id]));
    assert_eq!(told["lost"][0]["key_id"], json!(lost.key_id));
    for served in [&served, &two] {
        sees("the alarm is over", || metric(served, "keystead_history_lost").ends_with(" 0"));
        let gateway = Asking::at(served.gateway);
        assert_eq!(gateway.verify(&ended), "ended");
        assert_ne!(gateway.authenticate(&lost), 200, "nobody could end it any more");
    }
    let again = operator.generates(&account, "Again").pair();
    let (one, two) = (Asking::at(served.gateway), Asking::at(two.gateway));
    sees("a new pair works everywhere", || [&one, &two].iter().all(|at| at.authenticate(&again) == 200));
    assert_eq!(installation.whole_audit()["whole"], true);
}

#[test]
fn a_backup_is_never_put_beside_a_pepper_nor_over_another_file_and_others_cannot_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let installation = Installation::fresh();
    let beside = tempfile::tempdir().expect("a folder");
    let inside = backs_up(&installation, &installation.folder().join("backup.db"));
    assert!(said(&inside).contains("holds the pepper"), "{}", said(&inside));
    let pepper = beside.path().join("pepper");
    std::fs::write(&pepper, "").expect("room for a file");
    let file = beside.path().join("backup.db");
    assert!(said(&backs_up(&installation, &file)).contains("holds the pepper"));
    std::fs::remove_file(pepper).expect("it was there");
    read(&backs_up(&installation, &file));
    assert_eq!(std::fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    assert!(said(&backs_up(&installation, &file)).contains("is there already"));
    assert_eq!(std::fs::read_dir(beside.path()).expect("a folder").count(), 1, "nothing unfinished is left");
    let pepper = std::fs::read_to_string(installation.folder().join("pepper")).expect("readable");
    let (_, secret) = pepper.trim().rsplit_once(' ').expect("a version and its bytes");
    let bytes: Vec<u8> = (0..secret.len() / 2)
        .map(|at| u8::from_str_radix(&secret[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect();
    let backup = std::fs::read(&file).expect("readable");
    for needle in [secret.as_bytes(), &bytes] {
        assert!(!backup.windows(needle.len()).any(|window| window == needle), "the pepper is in it");
    }
    let stranger = Installation::fresh();
    loses_database(&stranger);
    let refused = restores(&stranger, Some(&file), &[], &[]);
    assert!(
        !refused.status.success() && !stranger.folder().join("keystead.db").exists(),
        "{}",
        said(&refused)
    );
    let mut without = keystead(["restore", "--data-dir"]);
    let refused = done(without.arg(beside.path()).arg(&file));
    assert!(said(&refused).contains("pepper is missing; put back the copy"), "{}", said(&refused));
}

#[test]
fn backups_that_are_taken_while_keys_change_are_each_of_one_moment() {
    let cluster = Cluster::start();
    for installation in [Installation::fresh(), Installation::fresh_at(&cluster.database())] {
        let served = installation.serve();
        let operator = Operator::of(&installation, &served);
        let account = operator.opens_account("busy");
        let beside = tempfile::tempdir().expect("a folder");
        let mut positions = Vec::new();
        std::thread::scope(|threads| {
            let changing = threads.spawn(|| {
                for n in 0..60 {
                    assert_eq!(operator.generates(&account, &format!("Key-{n}")).status, 201);
                }
            });
            while positions.len() < 3 || !changing.is_finished() {
                let file = beside.path().join(format!("{}.db", positions.len()));
                // The audit chain, references and counts are looked through before it is called a backup.
                let told = read(&backs_up(&installation, &file));
                let rows = |table: &str| {
                    let tables = told["tables"].as_array().expect("tables");
                    let table = tables.iter().find(|one| one["table"] == table).expect("a table");
                    table["rows"].as_i64().expect("a number")
                };
                assert_eq!(told["position"], rows("pairs"), "each change made one pair");
                positions.push(rows("pairs"));
            }
            changing.join().expect("keys change all the while");
        });
        assert!(positions.is_sorted(), "{positions:?}");
    }
}
