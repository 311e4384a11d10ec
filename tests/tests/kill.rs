//! G5: what was acknowledged survives a kill at any moment, and nothing is there that nobody asked for.
//!
//! The test starts itself again as a child that changes keys without pause, several callers at once. Before each change a
//! caller writes down what it is about to ask for, and after each answer what it was told. The parent reads along, kills the
//! child after a seeded number of lines, opens the same folder and compares. The next round goes on in that folder.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use domain::{
    AccountId, Actor, Brand, BrandId, DAY, GenerateRequest, KeyId, KeyRef, Mode, NewOwner, OldPair,
    OtpLimits, PairState, Peppers, RegenerateRequest, Role, SecretStyle, SessionLimits, StepUpRule,
    Timestamp, seeded,
};
use engine::{Engine, Rules, in_place};
use rand_core::Rng;
use store::{FeedPlace, PairRow, Sqlite, Store};
use verify::{Ask, Credentials, Index, Uptime, Verdict};

const BATCHES: u64 = 10;
const ROUNDS_A_BATCH: u64 = 20;
const CALLERS: u64 = 4;
/// Lines that a child may write before it is killed, at most.
const LINES_MAX: u64 = 120;
const SEED: u64 = 20_261_123;
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// Tells the child what it is.
const CHILD: &str = "KEYSTEAD_KILL_CHILD";

fn operator() -> Actor {
    Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() }
}

async fn open(folder: &Path) -> Engine<Sqlite> {
    let brand = Brand {
        id: BrandId::new("razorpay", "IN").expect("a brand of the page"),
        key_prefix: "rzp".parse().expect("a prefix of the page"),
        secret_style: SecretStyle::Plain,
        regenerate: StepUpRule::UnlessLoginOtp,
        generate_live: false,
        mobile_hold: domain::DAY,
        require_activation: true,
        require_website: true,
        roles: Role::ALL.to_vec(),
        default_dial_code: "+91".parse().expect("a dial code"),
    };
    let rules = Rules {
        brands: vec![brand],
        otp: OtpLimits::default(),
        session: SessionLimits::default(),
        vouch_for: domain::Spans::even(DAY),
    };
    let peppers = Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("one good line");
    let store = Store::new(Sqlite::open(folder).expect("the killed process holds nothing any more"));
    let index = Arc::new(Index::new(peppers.verification_keys(), [3, 4]));
    let engine = Engine::new(store, peppers, rules, index, in_place());
    engine.load(Uptime::from_millis(0), |_, _| ()).await.expect("a whole database");
    engine
}

/// One line of a caller's diary, on its way to the parent before anything else happens.
fn say(line: String) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "DIARY {line}").and_then(|()| out.flush()).expect("the parent reads along");
}

/// What the child does until it is killed.
async fn change_keys(folder: &Path, account: AccountId, round: u64) {
    let engine = Arc::new(open(folder).await);
    let callers: Vec<_> =
        (0..CALLERS).map(|caller| tokio::spawn(one_caller(engine.clone(), account, round, caller))).collect();
    for caller in callers {
        caller.await.expect("a caller goes on until the process is killed");
    }
}

/// A caller makes one key after the other and takes each through its life: replaced now, replaced in 24 hours, deactivated.
async fn one_caller(engine: Arc<Engine<Sqlite>>, account: AccountId, round: u64, caller: u64) {
    let (actor, mut rng) = (operator(), seeded(SEED ^ (round << 20) ^ (caller << 10)));
    for turn in 0u64.. {
        let name = format!("{round}.{caller}.{turn}");
        say(format!("ask {caller} generate {name}"));
        let request = GenerateRequest { mode: Mode::Test, name: Some(name), expires_at: None };
        let made = engine.generate_by_operator(&actor, &account, &request, None, NOW, &mut rng).await;
        let made = made.expect("nothing is in the way");
        let key = made.key.id;
        say(format!("told {caller} generate {key} {} {}", made.key_id, made.secret.reveal()));
        let mut current = made.key_id;
        for (word, old) in [("now", OldPair::Now), ("later", OldPair::In24Hours)] {
            say(format!("ask {caller} regenerate {key} {current}"));
            let request = RegenerateRequest { old, expected_current: None, end_retiring: false };
            let done = engine.regenerate_by_operator(&actor, &key, &request, None, NOW, &mut rng).await;
            let issued = done.expect("nothing is in the way").issued;
            let (next, secret) = (issued.key_id, issued.secret.reveal());
            say(format!("told {caller} {word} {key} {current} {next} {secret}"));
            current = next;
        }
        say(format!("ask {caller} deactivate {current}"));
        let done = engine.deactivate_by_operator(&actor, &current, NOW, &mut rng).await;
        done.expect("nothing is in the way");
        say(format!("told {caller} deactivate {current}"));
    }
}

/// A question whose answer has not come yet: it may have been done or not.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Question {
    Generate { name: String },
    Regenerate { key: KeyRef, current: KeyId },
    Deactivate { key_id: KeyId },
}

/// What was acknowledged about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Current,
    Retiring,
    Ended,
}

impl Told {
    fn of(state: PairState) -> Self {
        match state {
            PairState::Current => Told::Current,
            PairState::Retiring { until } => {
                assert_eq!(until, NOW + DAY, "nobody asked for another deadline");
                Told::Retiring
            }
            PairState::Ended { .. } => Told::Ended,
        }
    }
}

/// Everything the parent has read and found in one folder.
#[derive(Default)]
struct Diary {
    /// What each pair must be.
    pairs: BTreeMap<KeyId, Told>,
    secrets: BTreeMap<KeyId, String>,
    open: BTreeMap<String, Question>,
    /// Changes that are known to have been made.
    changes: usize,
}

impl Diary {
    fn read(&mut self, line: &str) {
        fn id<T: std::str::FromStr>(text: &str) -> T {
            text.parse().unwrap_or_else(|_| panic!("{text:?} is no id"))
        }
        let words: Vec<&str> = line.split(' ').collect();
        let question = match words.as_slice() {
            ["ask", _, "generate", name] => Question::Generate { name: (*name).to_owned() },
            ["ask", _, "regenerate", key, current] => {
                Question::Regenerate { key: id(key), current: id(current) }
            }
            ["ask", _, "deactivate", key_id] => Question::Deactivate { key_id: id(key_id) },
            ["told", caller, rest @ ..] => {
                self.open.remove(*caller).expect("an answer has a question");
                self.changes += 1;
                match rest {
                    ["generate", _, key_id, secret] => self.issued(id(key_id), secret),
                    [word @ ("now" | "later"), _, old, new, secret] => {
                        let told = if *word == "now" { Told::Ended } else { Told::Retiring };
                        self.pairs.insert(id(old), told);
                        self.issued(id(new), secret);
                    }
                    ["deactivate", key_id] => {
                        self.pairs.insert(id(key_id), Told::Ended);
                    }
                    other => panic!("no caller writes {other:?}"),
                }
                return;
            }
            other => panic!("no caller writes {other:?}"),
        };
        self.open.insert(words[1].to_owned(), question);
    }

    fn issued(&mut self, key_id: KeyId, secret: &str) {
        self.pairs.insert(key_id, Told::Current);
        self.secrets.insert(key_id, secret.to_owned());
    }

    /// Compares with what is there after the kill, and takes what was in doubt as it turned out.
    async fn compare(&mut self, engine: &Engine<Sqlite>, repro: &str) {
        let open: Vec<Question> = std::mem::take(&mut self.open).into_values().collect();
        let rows = engine.store().pairs_changed(&FeedPlace::after(0), 1_000_000).await.expect("readable");
        let found: BTreeMap<KeyId, PairRow> = rows.into_iter().map(|row| (row.key_id, row)).collect();
        for (key_id, told) in &mut self.pairs {
            let row =
                found.get(key_id).unwrap_or_else(|| panic!("{key_id} was acknowledged and is gone, {repro}"));
            let is = Told::of(row.state);
            let in_doubt = *told == Told::Current
                && open.iter().any(|question| match question {
                    Question::Regenerate { current: asked, .. } | Question::Deactivate { key_id: asked } => {
                        asked == key_id
                    }
                    Question::Generate { .. } => false,
                });
            assert!(is == *told || in_doubt, "{key_id} is {is:?} and was {told:?}, {repro}");
            *told = is;
        }
        for row in found.values().filter(|row| !self.pairs.contains_key(&row.key_id)) {
            let key = engine.store().key(&row.key).await.expect("readable").expect("a pair has a key");
            let asked = open.iter().any(|question| match question {
                Question::Generate { name } => key.name == *name && key.pairs.len() == 1,
                Question::Regenerate { key: asked, .. } => *asked == row.key,
                Question::Deactivate { .. } => false,
            });
            assert!(asked, "nobody asked for {}, {repro}", row.key_id);
        }
        self.pairs.extend(found.values().map(|row| (row.key_id, Told::of(row.state))));

        let audit = engine.store().audit(0, 1_000_000).await.expect("readable");
        let changes = audit.iter().filter(|row| row.action.starts_with("key.")).count();
        let made = self.changes..=self.changes + open.len();
        assert!(made.contains(&changes), "{changes} changes, {made:?} were asked for, {repro}");
        self.changes = changes;
        let report = engine.store().check_audit(&engine.peppers()).await.expect("readable");
        assert_eq!(report.broken, None, "{repro}");
        assert_eq!(engine.store().driver().integrity().expect("an answer"), None, "{repro}");
        let head = engine.store().head().await.expect("readable");
        assert_eq!((head, engine.index().position()), (changes as i64, changes as i64), "{repro}");

        for (key_id, secret) in &self.secrets {
            let credentials = Credentials::new(key_id.as_str(), secret).expect("well formed");
            let verdict = engine.index().verify(&credentials, &Ask::default(), NOW, Uptime::from_millis(1));
            let works = matches!(verdict, Verdict::Granted(_));
            assert_eq!(works, self.pairs[key_id] != Told::Ended, "{key_id}, {repro}");
        }
    }
}

/// Starts a child on a folder, reads `lines` lines of its diary, kills it, and reads what it had still written.
fn run_and_kill(folder: &Path, account: &AccountId, round: u64, lines: u64, diary: &mut Diary) {
    let mut child = Command::new(std::env::current_exe().expect("this test has a file"))
        .args(["--exact", NAME, "--nocapture"])
        .env(CHILD, format!("{round} {account} {}", folder.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test can be started again");
    let mut read = 0;
    for line in BufReader::new(child.stdout.take().expect("it was piped")).lines() {
        let line = line.expect("the diary is text");
        let Some((_, entry)) = line.split_once("DIARY ") else { continue };
        diary.read(entry);
        read += 1;
        if read == lines {
            child.kill().expect("it is still running");
        }
    }
    child.wait().expect("it has ended");
    assert!(lines <= read, "the child of round {round} ended by itself after {read} lines");
}

const NAME: &str = "every_acknowledged_change_survives_two_hundred_kills_and_nothing_unasked_is_there";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_change_survives_two_hundred_kills_and_nothing_unasked_is_there() {
    if let Ok(order) = std::env::var(CHILD) {
        let mut words = order.splitn(3, ' ');
        let mut word = || words.next().expect("the parent gives three words");
        let (round, account, folder) = (word(), word(), word());
        let account = account.parse().expect("an account id");
        return change_keys(Path::new(folder), account, round.parse().expect("a number")).await;
    }
    let (mut rng, mut acknowledged) = (seeded(SEED), 0);
    for batch in 0..BATCHES {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let engine = open(folder.path()).await;
        let owner =
            NewOwner { name: "Asha".to_owned(), email: "owner@shop.example".to_owned(), mobile: None };
        let brand = engine.rules().brands[0].id.clone();
        let account = engine.open_account(&operator(), &brand, "Shop", &owner, NOW, &mut rng).await;
        let account = account.expect("a new account").id;
        drop(engine);
        let mut diary = Diary::default();
        for round in batch * ROUNDS_A_BATCH..(batch + 1) * ROUNDS_A_BATCH {
            let lines = 1 + u64::from(rng.next_u32()) % LINES_MAX;
            run_and_kill(folder.path(), &account, round, lines, &mut diary);
            let engine = open(folder.path()).await;
            diary
                .compare(&engine, &format!("round {round} of seed {SEED}, killed after {lines} lines"))
                .await;
        }
        acknowledged += diary.secrets.len();
    }
    assert!(1_000 < acknowledged, "only {acknowledged} pairs were acknowledged: the kills came too early");
}

/// The off-switch: a diary that remembers a change the store does not have is noticed.
#[tokio::test]
#[should_panic(expected = "was acknowledged and is gone")]
async fn a_change_that_was_lost_would_be_noticed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = open(folder.path()).await;
    let mut diary = Diary::default();
    diary.read("ask 0 generate lost");
    diary.read("told 0 generate key_00000000000000 rzp_test_00000000000000 aSecretOfTwentyFourSigns");
    diary.compare(&engine, "on purpose").await;
}
