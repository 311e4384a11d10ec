//! A shop to tell stories about: one account with an owner and an admin, an operator, a data folder, and a clock that
//! only the story moves.

use std::sync::Arc;

use domain::{
    Account, Actor, AuditEntry, Brand, BrandId, DAY, Decision, Duration, GenerateRequest, HOUR, Key, KeyId,
    KeyRef, Mobile, Mode, NewWebsite, OldPair, Origin, OtpLimits, Password, PasswordHash, Peppers, Purpose,
    Refusal, RegenerateRequest, Role, Row, SecretStyle, SessionLimits, StepUpRule, Timestamp, User, draw_as,
    seeded,
};
use engine::{Enclosed, Engine, EngineError, Heavy, Issued, NewMember, Replaced, Rules, View, in_place};
use store::{LetterFate, Sqlite, Store};
use tempfile::TempDir;
use verify::{Ask, Credentials, Index, Uptime, Verdict};

/// When every story starts.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// One millisecond.
pub(crate) const MS: Duration = Duration::from_millis(1);
/// The admin's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What a caller holds: a key id and its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) key: KeyRef,
    pub(crate) key_id: KeyId,
    pub(crate) secret: String,
}

impl From<Issued> for Held {
    fn from(issued: Issued) -> Self {
        Held { key: issued.key.id, key_id: issued.key_id, secret: issued.secret.reveal().to_owned() }
    }
}

/// The figures of a story; the defaults are the product's.
pub(crate) struct Figures {
    pub(crate) rule: StepUpRule,
    pub(crate) session: SessionLimits,
    pub(crate) two_factor: bool,
    pub(crate) style: SecretStyle,
}

impl Default for Figures {
    fn default() -> Self {
        Figures {
            rule: StepUpRule::UnlessLoginOtp,
            session: SessionLimits::default(),
            two_factor: false,
            style: SecretStyle::Plain,
        }
    }
}

impl Figures {
    /// Sessions that outlast any story.
    pub(crate) fn patient() -> Self {
        let long = DAY.times(10_000);
        Figures { session: SessionLimits { idle: long, absolute: long }, ..Figures::default() }
    }
}

pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) engine: Arc<Engine<Sqlite>>,
    pub(crate) operator: Actor,
    pub(crate) account: Account,
    pub(crate) admin: User,
    pub(crate) rules: Rules,
}

pub(crate) fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("one good line")
}

pub(crate) fn brand(figures: &Figures) -> Brand {
    Brand {
        id: BrandId::new("razorpay", "IN").expect("a brand of the page"),
        key_prefix: "rzp".parse().expect("a prefix of the page"),
        secret_style: figures.style,
        regenerate: figures.rule,
        generate_live: false,
        mobile_hold: domain::DAY,
        require_activation: true,
        require_website: true,
        roles: Role::ALL.to_vec(),
        default_dial_code: "+91".parse().expect("a dial code"),
    }
}

/// One hash for all stories: hashing costs time on purpose.
fn hash() -> PasswordHash {
    static HASH: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| Password::new(PASSWORD).hash(&mut seeded(99)).as_str().to_owned());
    PasswordHash::from_phc(HASH.clone())
}

/// Opens the engine of a data folder, loaded.
pub(crate) async fn open(folder: &std::path::Path, peppers: Peppers, rules: &Rules) -> Arc<Engine<Sqlite>> {
    open_hashing(folder, peppers, rules, in_place()).await
}

async fn open_hashing(
    folder: &std::path::Path,
    peppers: Peppers,
    rules: &Rules,
    heavy: Heavy,
) -> Arc<Engine<Sqlite>> {
    let store = Store::new(Sqlite::open(folder).expect("nobody else uses the folder"));
    let index = Arc::new(Index::new(peppers.verification_keys(), [3, 4]));
    let engine = Engine::new(store, peppers, rules.clone(), index, heavy);
    engine.load(Uptime::from_millis(0), |_, _| ()).await.expect("a whole database");
    Arc::new(engine)
}

/// Why something was refused. Fails the test when it was not a refusal.
pub(crate) fn refusal<T: std::fmt::Debug>(outcome: Result<T, EngineError>) -> Refusal {
    match outcome {
        Err(EngineError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

impl Shop {
    pub(crate) async fn open(figures: Figures) -> Self {
        Self::hashing(figures, in_place()).await
    }

    /// With a way of its own to compare and hash passwords.
    pub(crate) async fn hashing(figures: Figures, heavy: Heavy) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rules = Rules {
            brands: vec![brand(&figures)],
            otp: OtpLimits::default(),
            session: figures.session,
            vouch_for: domain::Spans::even(DAY.times(10_000)),
        };
        let engine = open_hashing(folder.path(), peppers(), &rules, heavy).await;
        let operator = Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() };
        let rng = &mut seeded(17);
        let owner = domain::NewOwner {
            name: "Asha".to_owned(),
            email: "owner@shop.example".to_owned(),
            mobile: Some("+919876543211".to_owned()),
        };
        let brand = rules.brands[0].id.clone();
        let account =
            engine.open_account(&operator, &brand, "Shop", &owner, START, rng).await.expect("a new account");
        let new = NewMember {
            name: "Ravi".to_owned(),
            email: "admin@shop.example".to_owned(),
            password: Some(hash()),
            mobile: Some(Mobile::from_stored("+919876543210".to_owned())),
            two_factor: figures.two_factor,
            role: Role::Admin,
        };
        let admin = engine.add_member(&operator, &account, new, START, rng).await.expect("a new member");
        Shop { folder, engine, operator, account, admin, rules }
    }

    /// Stops the process and starts another on the same folder.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.engine = open(self.folder.path(), peppers(), &self.rules).await;
    }

    /// Stops the process, so that somebody else can use the folder.
    pub(crate) async fn stop(&mut self) {
        let idle = tempfile::tempdir().expect("a temporary folder");
        // An engine over nothing takes the place of the one that goes.
        self.engine = open(idle.path(), peppers(), &self.rules).await;
    }

    pub(crate) async fn make_live_ready(&self) {
        let (engine, id) = (&self.engine, &self.account.id);
        let rng = &mut seeded(18);
        engine.activate(&self.operator, id, None, START, rng).await.expect("activated");
        let shop = NewWebsite::at("https://shop.example");
        engine.submit_website(&self.operator, id, &shop, START).await.expect("submitted");
        engine.verify_website(&self.operator, id, None, START, rng).await.expect("verified");
    }

    pub(crate) async fn generates(&self, name: &str, mode: Mode, now: Timestamp, seed: u64) -> Held {
        let request = GenerateRequest { mode, name: Some(name.to_owned()), expires_at: None };
        let (actor, account) = (&self.operator, &self.account.id);
        let outcome =
            self.engine.generate_by_operator(actor, account, &request, None, now, &mut seeded(seed)).await;
        outcome.expect("nothing is in the way").into()
    }

    /// Keys with a pair each, made by one commit.
    pub(crate) async fn many_pairs(&self, count: usize) -> Vec<Held> {
        let (brand, rng) = (&self.rules.brands[0], &mut seeded(8));
        let audit = AuditEntry::by(&self.operator, "sample.pairs_added", None, "many", START);
        let mut decision = Decision::new(audit);
        let mut all = Vec::new();
        for n in 0..count {
            let name = format!("Key {n}");
            let key = Key::new(KeyRef::draw(rng), &self.account, Mode::Test, &name, START);
            let key_id = KeyId::draw(&brand.key_prefix, Mode::Test, rng);
            let (pair, new) = draw_as(key_id, brand, &key, None, peppers().newest(), START, rng);
            let secret = new.secret.reveal().to_owned();
            all.push(Held { key: key.id, key_id, secret });
            decision.insert(Row::Key(key));
            decision.insert(Row::Pair { key: all[n].key, pair });
        }
        self.engine.store().commit(decision, &peppers()).await.expect("nothing is in the way");
        all
    }

    pub(crate) async fn regenerates(
        &self,
        key: &KeyRef,
        request: &RegenerateRequest,
        now: Timestamp,
        seed: u64,
    ) -> Result<Replaced, EngineError> {
        self.engine.regenerate_by_operator(&self.operator, key, request, None, now, &mut seeded(seed)).await
    }

    pub(crate) async fn deactivates(
        &self,
        key_id: &KeyId,
        now: Timestamp,
        seed: u64,
    ) -> Result<Key, EngineError> {
        let (actor, rng) = (&self.operator, &mut seeded(seed));
        Ok(self.engine.deactivate_by_operator(actor, key_id, now, rng).await?.key)
    }

    /// The admin logs in with the password alone.
    pub(crate) async fn logs_in(&self, now: Timestamp, seed: u64) -> View {
        let origin = Origin { address: "192.0.2.1".to_owned(), agent: "a browser".to_owned() };
        let brand = &self.account.brand;
        let logged = self
            .engine
            .log_in(brand, "Admin@shop.example", Password::new(PASSWORD), origin, now, &mut seeded(seed))
            .await
            .expect("the right password");
        if logged.code_owed {
            self.engine.awaiting_view(&logged.token, brand, now).await.expect("an open login")
        } else {
            self.engine.view(&logged.token, brand, now).await.expect("an open session")
        }
    }

    /// The session as it is now, after its cookie has changed.
    pub(crate) async fn again(&self, view: &View) -> View {
        let session = self.engine.store().session(&view.session.id).await.expect("a whole database");
        let view = self.engine.store().member_view(session.expect("a session that was opened")).await;
        view.expect("a whole database").expect("its user, member and account")
    }

    /// Takes the SMS that is owed and reads the code in it.
    pub(crate) async fn reads_sms(&self, now: Timestamp) -> String {
        let mut code = None;
        loop {
            let owed = self.engine.owed_letters(now).await.expect("letters can be read");
            if owed.is_empty() {
                return code.expect("a letter with a code is owed");
            }
            let fates = owed.iter().map(|owed| (owed.letter.id, LetterFate::Sent { at: now })).collect();
            let mut codes = owed.iter().filter_map(|one| match &one.enclosed {
                Enclosed::Code(code) => Some(code.reveal().to_owned()),
                _ => None,
            });
            code = codes.next_back().or(code);
            self.engine.settle_letters(fates).await.expect("letters can be settled");
        }
    }

    /// Asks for a code and reads it.
    pub(crate) async fn asks(&self, view: &View, purpose: Purpose, now: Timestamp, seed: u64) -> String {
        self.engine.ask(view, purpose, now, &mut seeded(seed)).await.expect("a code may be sent");
        self.reads_sms(now).await
    }

    pub(crate) fn verdict(&self, held: &Held, now: Timestamp) -> Verdict<'_> {
        verdict(self.engine.index(), held, now)
    }

    pub(crate) fn works(&self, held: &Held, now: Timestamp) -> bool {
        works(self.engine.index(), held, now)
    }

    /// Uses a pair that works, as a gateway's thread would write it down.
    pub(crate) fn uses(&self, held: &Held, now: Timestamp) {
        let Verdict::Granted(identity) = self.verdict(held, now) else { panic!("the pair does not work") };
        self.engine.index().ledger().granted(identity.slot, now, None);
    }

    /// How many audit entries say `action`.
    pub(crate) async fn audited(&self, action: &str) -> usize {
        let rows = self.engine.store().audit(0, 1_000_000).await.expect("the audit can be read");
        rows.iter().filter(|row| row.action == action).count()
    }
}

pub(crate) fn verdict<'i>(index: &'i Index, held: &Held, now: Timestamp) -> Verdict<'i> {
    let credentials = Credentials::new(held.key_id.as_str(), &held.secret).expect("well formed");
    index.verify(&credentials, &Ask::default(), now, Uptime::from_millis(1))
}

/// Whether a pair opens the gate. Fails the test when the gate cannot say.
pub(crate) fn works(index: &Index, held: &Held, now: Timestamp) -> bool {
    match verdict(index, held, now) {
        Verdict::Granted(identity) => {
            assert_eq!(identity.key_id, held.key_id, "a pair speaks for itself only");
            true
        }
        Verdict::Refused { .. } | Verdict::Limited { .. } => false,
        Verdict::CannotSay(silence) => panic!("the gate is silent: {silence:?}"),
    }
}

/// A regeneration that ends the old pair now.
pub(crate) fn now_request(expected: Option<KeyId>) -> RegenerateRequest {
    RegenerateRequest { old: OldPair::Now, expected_current: expected, end_retiring: false }
}

/// A regeneration that ends the old pair in 24 hours.
pub(crate) fn later_request(expected: Option<KeyId>) -> RegenerateRequest {
    RegenerateRequest { old: OldPair::In24Hours, expected_current: expected, end_retiring: false }
}

/// A wrong code: not `code`, as far from it as can be.
pub(crate) fn wrong(code: &str, nth: u32) -> String {
    let right: u32 = code.parse().expect("six digits");
    format!("{:06}", (right + 1 + nth) % 1_000_000)
}

/// Long enough for the next code to a number to be allowed, whatever was sent before.
pub(crate) const NEXT_CODE: Duration = HOUR.times(3);
