//! Many pairs at once, for measuring: test pairs over accounts of their own, and the credentials of some of them.

use std::path::Path;

use domain::{
    Account, AccountId, Actor, AuditEntry, Decision, Key, KeyRef, Member, Mode, Role, Row, User, UserId,
    base62, draw,
};
use rand_core::Rng;

use crate::app::Engine;
use crate::clock::Clock;
use crate::config::Brand;
use crate::random::RandomSource;
use crate::start::StartError;

/// Keys of one account.
const KEYS_AN_ACCOUNT: usize = 10;
/// Accounts written in one transaction.
const ACCOUNTS_AT_ONCE: usize = 500;
/// Credentials to write down.
const SAMPLED: usize = 1_000;
/// Where they are written.
const FILE: &str = "pairs.csv";

/// Adds `count` test pairs of `brand` over as many accounts as their ten keys each make natural, and writes the credentials
/// of 1,000 of them, drawn at random, to `pairs.csv`. A folder that has the file already keeps it and gets no more.
pub async fn add_pairs(
    engine: &Engine,
    brand: &Brand,
    count: usize,
    folder: &Path,
    clock: &dyn Clock,
    random: &dyn RandomSource,
    progress: impl Fn(usize),
) -> Result<(), StartError> {
    let path = folder.join(FILE);
    if path.exists() {
        return Ok(());
    }
    let mut rng = random.source();
    let mut sample = Sample { seen: 0, kept: Vec::with_capacity(SAMPLED) };
    let mut made = 0;
    while made < count {
        let batch = (count - made).min(ACCOUNTS_AT_ONCE * KEYS_AN_ACCOUNT);
        let decision = batch_of(engine, brand, batch, clock, &mut *rng, &mut sample);
        engine.store().commit(decision, engine.peppers()).await?;
        made += batch;
        progress(made);
    }
    write(&path, &sample.kept)
}

fn batch_of(
    engine: &Engine,
    brand: &Brand,
    count: usize,
    clock: &dyn Clock,
    rng: &mut (dyn Rng + Send),
    sample: &mut Sample,
) -> Decision {
    let now = clock.now();
    let operator = Actor::Operator { name: "demo".to_owned(), origin: String::new() };
    let audit =
        AuditEntry::by(&operator, "demo.pairs_added", None, &brand.rules.id, now).fact("pairs", count);
    let mut decision = Decision::new(audit);
    let mut account = None;
    for number in 0..count {
        if number % KEYS_AN_ACCOUNT == 0 {
            account = Some(open(&mut decision, brand, clock, rng));
        }
        let account: &Account = account.as_ref().expect("the first number opens one");
        let name = match number % KEYS_AN_ACCOUNT {
            0 => "Default".to_owned(),
            other => format!("Key {}", other + 1),
        };
        let key = Key::new(KeyRef::draw(rng), account, Mode::Test, &name, now);
        let (pair, new) = draw(&brand.rules, &key, None, engine.peppers().newest(), now, rng);
        sample.offer(rng, || format!("{},{}", new.key_id, new.secret.reveal()));
        let id = key.id;
        decision.insert(Row::Key(key));
        decision.insert(Row::Pair { key: id, pair });
    }
    decision
}

fn open(decision: &mut Decision, brand: &Brand, clock: &dyn Clock, rng: &mut (dyn Rng + Send)) -> Account {
    let now = clock.now();
    let mut label = [0u8; 10];
    base62(&mut label, rng);
    let label = String::from_utf8_lossy(&label).into_owned();
    let account = Account {
        id: AccountId::draw(rng),
        brand: brand.rules.id.clone(),
        name: format!("Sample {label}"),
        activated_at: None,
        website: None,
        created_at: now,
        version: 0,
    };
    let owner = User {
        id: UserId::draw(rng),
        brand: brand.rules.id.clone(),
        name: "Owner".to_owned(),
        email: format!("owner-{}@sample.example", account.id.as_str().to_lowercase()),
        password: None,
        mobile: None,
        two_factor: false,
        wrong_codes: 0,
        locked_at: None,
        created_at: now,
        version: 0,
    };
    let member = Member { account: account.id, user: owner.id, role: Role::Owner, version: 0 };
    decision.insert(Row::Account(account.clone()));
    // Two ids that differ only in case would make the same address; the label keeps them apart.
    decision.insert(Row::User(User { email: format!("{}.{}", label.to_lowercase(), owner.email), ..owner }));
    decision.insert(Row::Member(member));
    account
}

/// A sample of a stream in which each line is equally likely to be kept (Vitter's algorithm R).
struct Sample {
    seen: u64,
    kept: Vec<String>,
}

impl Sample {
    fn offer(&mut self, rng: &mut (dyn Rng + Send), line: impl Fn() -> String) {
        self.seen += 1;
        if self.kept.len() < SAMPLED {
            self.kept.push(line());
            return;
        }
        let place = (u128::from(rng.next_u64()) * u128::from(self.seen)) >> 64;
        if let Some(slot) = usize::try_from(place).ok().and_then(|place| self.kept.get_mut(place)) {
            *slot = line();
        }
    }
}

fn write(path: &Path, lines: &[String]) -> Result<(), StartError> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |source| StartError::File { path: path.to_owned(), source };
    let mut text = String::from("key_id,key_secret\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    let part = path.with_extension("part");
    let opened = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)
}
