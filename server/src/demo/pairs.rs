//! Many pairs at once, for measuring: test pairs over accounts of their own, and the credentials of some of them.

use std::path::Path;

use domain::{
    Account, AccountId, Actor, AuditEntry, Decision, Key, KeyId, KeyRef, Member, Mode, Role, Row, User,
    UserId, draw_as,
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
    let mut ids = Ids::draw(brand, count, &mut *rng);
    let mut sample = Sample { seen: 0, kept: Vec::with_capacity(SAMPLED) };
    let mut made = 0;
    while made < count {
        let batch = (count - made).min(ACCOUNTS_AT_ONCE * KEYS_AN_ACCOUNT);
        let decision = batch_of(engine, brand, batch, clock, &mut *rng, &mut ids, &mut sample);
        engine.store().commit(decision, &engine.peppers()).await?;
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
    ids: &mut Ids,
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
            account = Some(open(&mut decision, brand, clock, ids));
        }
        let account: &Account = account.as_ref().expect("the first number opens one");
        let name = match number % KEYS_AN_ACCOUNT {
            0 => "Default".to_owned(),
            other => format!("Key {}", other + 1),
        };
        let key = Key::new(ids.keys.next().expect(DRAWN), account, Mode::Test, &name, now);
        let key_id = ids.pairs.next().expect(DRAWN);
        let (pair, new) = draw_as(key_id, &brand.rules, &key, None, engine.peppers().in_use(), now, rng);
        sample.offer(rng, || format!("{},{}", new.key_id, new.secret.reveal()));
        let id = key.id;
        decision.insert(Row::Key(key));
        decision.insert(Row::Pair { key: id, pair });
    }
    decision
}

fn open(decision: &mut Decision, brand: &Brand, clock: &dyn Clock, ids: &mut Ids) -> Account {
    let now = clock.now();
    let (number, id) = ids.accounts.next().expect(DRAWN);
    let account = Account {
        id,
        brand: brand.rules.id.clone(),
        name: format!("Sample {number}"),
        application: None,
        activated_at: None,
        website: None,
        two_factor_required: false,
        created_at: now,
        version: 0,
    };
    let owner = User {
        id: ids.users.next().expect(DRAWN),
        brand: brand.rules.id.clone(),
        name: "Owner".to_owned(),
        email: format!("owner-{number:08}@sample.example"),
        password: None,
        mobile: None,
        mobile_changed_at: None,
        totp: None,
        two_factor: false,
        wrong_codes: 0,
        locked_at: None,
        language: None,
        created_at: now,
        version: 0,
    };
    let member = Member { account: account.id, user: owner.id, role: Role::Owner, version: 0 };
    decision.insert(Row::Account(account.clone()));
    decision.insert(Row::User(owner));
    decision.insert(Row::Member(member));
    account
}

/// Why an id is always there.
const DRAWN: &str = "as many were drawn as there are things to name";

/// Every id that will be needed, drawn first and sorted: rows whose keys come in order go to the end of each index instead of all
/// over it, which makes a million of them a matter of seconds.
struct Ids {
    accounts: std::iter::Enumerate<std::vec::IntoIter<AccountId>>,
    users: std::vec::IntoIter<UserId>,
    keys: std::vec::IntoIter<KeyRef>,
    pairs: std::vec::IntoIter<KeyId>,
}

impl Ids {
    fn draw(brand: &Brand, pairs: usize, rng: &mut (dyn Rng + Send)) -> Self {
        let accounts = pairs.div_ceil(KEYS_AN_ACCOUNT);
        let prefix = &brand.rules.key_prefix;
        Self {
            accounts: sorted(accounts, || AccountId::draw(rng)).enumerate(),
            users: sorted(accounts, || UserId::draw(rng)),
            keys: sorted(pairs, || KeyRef::draw(rng)),
            pairs: sorted(pairs, || KeyId::draw(prefix, Mode::Test, rng)),
        }
    }
}

fn sorted<T: Ord>(count: usize, draw: impl FnMut() -> T) -> std::vec::IntoIter<T> {
    let mut ids: Vec<T> = std::iter::repeat_with(draw).take(count).collect();
    ids.sort_unstable();
    ids.into_iter()
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
