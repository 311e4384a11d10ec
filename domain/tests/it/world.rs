//! A world small enough to hold in the hand: one account, one user, their keys and challenges. It writes decisions as a
//! store would: an inserted row must be new, an updated one must be there at the version it was based on.

use domain::{
    Account, AccountId, Actor, Answered, Asked, AuditEntry, BackupCode, BackupCodes, Brand, BrandId,
    Challenge, Change, Code, Decision, Digest, Dispatch, GenerateRequest, Key, KeyContext, KeyId, KeyRef,
    Letter, LetterKind, Limits, Member, Mobile, Mode, NewPair, OldPair, Oneself, Origin, OtpLimits,
    PasswordHash, Pepper, Presented, Proof, Purpose, Refusal, RegenerateRequest, Regenerated, Review, Role,
    Row, SecretStyle, SendHistory, Session, SessionId, Stage, Standing, StepUpRule, Timestamp, User,
    VerifiedMobile, Way, Website, WebsiteDetails, WebsiteKind, answer, ask, change_limits, deactivate,
    generate, regenerate, resend, seeded,
};
use rand_core::Rng;

/// When every story starts.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// One millisecond.
pub(crate) const MS: domain::Duration = domain::Duration::from_millis(1);

/// A website of which only the address is known.
pub(crate) fn website(review: Review) -> Website {
    let details = WebsiteDetails {
        kind: WebsiteKind::Website,
        url: "https://shop.example".to_owned(),
        terms: String::new(),
        privacy: String::new(),
        refunds: String::new(),
        contact: String::new(),
        note: String::new(),
    };
    Website { details, submitted_at: START, review }
}

pub(crate) struct World {
    pub(crate) brand: Brand,
    pub(crate) pepper: Pepper,
    pub(crate) account: Account,
    pub(crate) user: User,
    pub(crate) role: Role,
    pub(crate) session: Session,
    pub(crate) others: Vec<Session>,
    pub(crate) codes: BackupCodes,
    pub(crate) owners: Vec<User>,
    pub(crate) keys: Vec<Key>,
    pub(crate) challenges: Vec<Challenge>,
    pub(crate) sends: Vec<SendHistory>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) audit: Vec<AuditEntry>,
    pub(crate) now: Timestamp,
    pub(crate) rng: Box<dyn Rng>,
}

impl World {
    /// A live-ready account, its owner with a verified number, logged in with the password alone.
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = seeded(seed);
        let brand = brand();
        let account = Account {
            id: AccountId::draw(&mut rng),
            brand: brand.id.clone(),
            name: "Shop".to_owned(),
            activated_at: Some(START),
            application: None,
            website: Some(website(Review::Verified { at: START })),
            two_factor_required: false,
            created_at: START,
            version: 1,
        };
        let number = Mobile::from_stored("+919876543210".to_owned());
        let user = User {
            password: Some(PasswordHash::from_phc("of the password that was typed".to_owned())),
            mobile: Some(VerifiedMobile { number, verified_at: START }),
            version: 1,
            ..User::new(brand.id.clone(), "Asha".to_owned(), "owner@shop.example".to_owned(), START, &mut rng)
        };
        let session = session(&user, &account, &mut rng);
        Self {
            brand,
            pepper: Pepper::new(1, &[7; 32]),
            account,
            codes: BackupCodes::none(user.id),
            user,
            role: Role::Owner,
            session,
            others: Vec::new(),
            owners: Vec::new(),
            keys: Vec::new(),
            challenges: Vec::new(),
            sends: Vec::new(),
            letters: Vec::new(),
            audit: Vec::new(),
            now: START,
            rng: Box::new(rng),
        }
    }

    pub(crate) fn actor(&self) -> Actor {
        Member { account: self.account.id, user: self.user.id, role: self.role, version: 1 }
            .acting(self.session.id, "192.0.2.1")
    }

    /// Writes a decision, or fails the test where a store would undo it.
    pub(crate) fn write(&mut self, decision: Decision) {
        for change in decision.changes {
            match change {
                Change::Insert(row) => self.insert(row),
                Change::Update(row) => self.update(row),
                Change::Remove(gone) => panic!("nothing here removes {gone:?}"),
                Change::Wrap(_) | Change::UsePepper(_) => panic!("nobody here rotates the pepper"),
            }
        }
        for key in &self.keys {
            let states = |word: &str| {
                key.pairs.iter().filter(|pair| format!("{:?}", pair.state).starts_with(word)).count()
            };
            assert!(states("Current") <= 1 && states("Retiring") <= 1, "{key:?}");
        }
        self.letters.extend(decision.letters);
        self.audit.push(decision.audit);
    }

    fn insert(&mut self, row: Row) {
        match row {
            Row::Key(key) => {
                assert!(self.keys.iter().all(|other| other.id != key.id), "a new key is new");
                self.keys.push(Key { version: 1, ..key });
            }
            Row::Pair { key, pair } => {
                let key = self.keys.iter_mut().find(|other| other.id == key).expect("its key is there");
                assert!(key.pair(&pair.key_id).is_none(), "a new pair is new");
                key.pairs.insert(0, pair);
            }
            Row::Challenge(challenge) => self.challenges.push(Challenge { version: 1, ..challenge }),
            Row::Sends(history) => self.sends.push(SendHistory { version: 1, ..history }),
            Row::Session(session) => self.session = Session { version: 1, ..session },
            Row::BackupCodes(codes) => {
                assert_eq!(self.codes.version, 0, "a new row is new");
                self.codes = BackupCodes { version: 1, ..codes };
            }
            row => panic!("nothing here inserts {row:?}"),
        }
    }

    fn update(&mut self, row: Row) {
        match row {
            Row::Key(key) => {
                let old = self.keys.iter_mut().find(|old| old.id == key.id).expect("it is there");
                assert_eq!(old.version, key.version, "based on what is true");
                old.version += 1;
                old.limits = key.limits;
            }
            Row::Pair { key, pair } => {
                let key = self.keys.iter_mut().find(|other| other.id == key).expect("its key is there");
                let old = key.pairs.iter_mut().find(|old| old.key_id == pair.key_id).expect("it is there");
                assert!(!matches!(old.state, domain::PairState::Ended { .. }), "an ended pair stays ended");
                assert_eq!(
                    (old.digest, old.expires_at),
                    (pair.digest, pair.expires_at),
                    "these never change"
                );
                *old = pair;
            }
            Row::Challenge(new) => {
                let old = self.challenges.iter_mut().find(|old| old.id == new.id).expect("it is there");
                assert_eq!(old.version, new.version, "based on what is true");
                *old = Challenge { version: old.version + 1, ..new };
            }
            Row::Sends(new) => {
                let old = self
                    .sends
                    .iter_mut()
                    .find(|old| (&old.to, &old.class) == (&new.to, &new.class))
                    .expect("it is there");
                assert_eq!(old.version, new.version, "based on what is true");
                *old = SendHistory { version: old.version + 1, ..new };
            }
            Row::User(user) => {
                assert_eq!(self.user.version, user.version, "based on what is true");
                self.user = User { version: user.version + 1, ..user };
            }
            Row::Session(session) => {
                let others = self.others.iter_mut();
                let old = others.chain([&mut self.session]).find(|old| old.id == session.id);
                let old = old.expect("it is there");
                assert_eq!(old.version, session.version, "based on what is true");
                *old = Session { version: session.version + 1, ..session };
            }
            Row::BackupCodes(codes) => {
                assert_eq!(self.codes.version, codes.version, "based on what is true");
                self.codes = BackupCodes { version: codes.version + 1, ..codes };
            }
            row => panic!("nothing here updates {row:?}"),
        }
    }

    pub(crate) fn key(&self, id: &KeyRef) -> &Key {
        self.keys.iter().find(|key| key.id == *id).expect("it was made")
    }

    /// The proof the member has for a purpose: the session and the latest challenge.
    pub(crate) fn proof(&self, purpose: &Purpose) -> Proof {
        let latest = self.challenges.iter().rev().find(|challenge| challenge.purpose == *purpose);
        Proof {
            session: Some(self.session.clone()),
            challenge: latest.cloned(),
            mobile_changed_at: self.user.mobile_changed_at,
        }
    }

    /// An operator generates a pair for the key of that name and mode.
    pub(crate) fn generates(&mut self, mode: Mode, name: Option<&str>) -> Result<NewPair, Refusal> {
        let request = GenerateRequest { mode, name: name.map(str::to_owned), expires_at: None };
        self.asks_to_generate(&operator(), &request)
    }

    pub(crate) fn asks_to_generate(
        &mut self,
        actor: &Actor,
        request: &GenerateRequest,
    ) -> Result<NewPair, Refusal> {
        let name = request.name.as_deref().unwrap_or("Default");
        let key = self.keys.iter().find(|key| key.mode == request.mode && key.name == name).cloned();
        let proof = self.proof(&Purpose::GenerateLive);
        let owners = [self.user.clone()];
        let (decision, new) = generate(
            &self.brand,
            &self.account,
            key.as_ref(),
            request,
            actor,
            &proof,
            &owners,
            &self.pepper,
            self.now,
            &mut *self.rng,
        )?;
        self.write(decision);
        Ok(new)
    }

    /// An operator regenerates a key.
    pub(crate) fn regenerates(&mut self, key: &KeyRef, old: OldPair) -> Result<Regenerated, Refusal> {
        let request = RegenerateRequest { old, expected_current: None, end_retiring: false };
        self.asks_to_regenerate(&operator(), key, &request)
    }

    pub(crate) fn asks_to_regenerate(
        &mut self,
        actor: &Actor,
        key: &KeyRef,
        request: &RegenerateRequest,
    ) -> Result<Regenerated, Refusal> {
        let key = self.key(key).clone();
        let proof = self.proof(&Purpose::Regenerate { key: key.id, mode: key.mode });
        let owners = [self.user.clone()];
        let (decision, regenerated) = regenerate(
            &self.brand,
            &key,
            request,
            actor,
            &proof,
            &owners,
            &self.pepper,
            self.now,
            &mut *self.rng,
        )?;
        self.write(decision);
        Ok(regenerated)
    }

    pub(crate) fn asks_to_deactivate(&mut self, actor: &Actor, key_id: &KeyId) -> Result<(), Refusal> {
        let found = self.keys.iter().find(|key| key.pair(key_id).is_some());
        let key = found.or(self.keys.first()).expect("there is a key").clone();
        let proof = self.proof(&Purpose::Deactivate { key_id: *key_id, mode: key.mode });
        let owners = [self.user.clone()];
        let (brand, rng) = (&self.brand, &mut *self.rng);
        let decision = deactivate(brand, &key, key_id, actor, &proof, &owners, self.now, rng)?;
        self.write(decision);
        Ok(())
    }

    /// Somebody wants other limits of a key; says which pairs every node hears of again.
    pub(crate) fn asks_for_limits(
        &mut self,
        actor: &Actor,
        key: &KeyRef,
        wanted: &Limits,
        expected_version: Option<i64>,
    ) -> Result<Vec<KeyId>, Refusal> {
        let key = self.key(key).clone();
        let proof = self.proof(&Purpose::ChangeLimits { key: key.id, mode: key.mode });
        let decision = change_limits(&self.brand, &key, wanted, expected_version, actor, &proof, self.now)?;
        let Some(decision) = decision else { return Ok(Vec::new()) };
        let sent = decision.changes.iter().filter_map(|change| match change {
            Change::Update(Row::Pair { pair, .. }) => Some(pair.key_id),
            _ => None,
        });
        let sent = sent.collect();
        self.write(decision);
        Ok(sent)
    }

    /// The member asks for a code; returns the code in the SMS.
    pub(crate) fn asks(&mut self, purpose: Purpose) -> Result<String, Refusal> {
        self.asks_to(purpose, &Dispatch::ToOwn)
    }

    pub(crate) fn asks_to(&mut self, purpose: Purpose, to: &Dispatch) -> Result<String, Refusal> {
        let asked = self.puts(purpose, to)?;
        Ok(self.sent(asked))
    }

    /// The member is asked for a code of their app; nothing is sent.
    pub(crate) fn asks_the_app(&mut self, purpose: Purpose) -> Result<(), Refusal> {
        let asked = self.puts(purpose, &Dispatch::ToOwn)?;
        assert_eq!(asked.challenge.way, Way::App);
        self.write(asked.decision);
        Ok(())
    }

    fn puts(&mut self, purpose: Purpose, to: &Dispatch) -> Result<Asked, Refusal> {
        let history = self.history(&to.way(&self.user)?);
        let grant = self.proof(&Purpose::ChangeMobile).challenge;
        ask(
            &self.user,
            &self.session,
            purpose,
            to,
            grant.as_ref(),
            history.as_ref(),
            &OtpLimits::default(),
            &self.pepper,
            self.now,
            &mut *self.rng,
        )
    }

    /// The member asks for another code in place of the last.
    pub(crate) fn asks_again(&mut self, purpose: &Purpose) -> Result<String, Refusal> {
        let challenge = self.proof(purpose).challenge.expect("one was asked for");
        let history = self.history(&challenge.way);
        let asked = resend(
            &self.user,
            &self.session,
            &challenge,
            history.as_ref(),
            &OtpLimits::default(),
            &self.pepper,
            self.now,
            &mut *self.rng,
        )?;
        Ok(self.sent(asked))
    }

    fn history(&self, way: &Way) -> Option<SendHistory> {
        let (to, class) = (way.recipient()?, way.class(&self.brand.id));
        let found = self.sends.iter().find(|history| history.to == to && history.class == class).cloned();
        Some(found.unwrap_or_else(|| SendHistory::empty(to, class)))
    }

    fn sent(&mut self, asked: Asked) -> String {
        self.write(asked.decision);
        let letter = self.letters.last().expect("a code has a letter");
        let LetterKind::Code { sealed, .. } = &letter.kind else { panic!("a code's letter has a code") };
        let code: Code = self.pepper.unseal_code(&letter.id, sealed).expect("sealed with this pepper");
        code.reveal().to_owned()
    }

    /// The member types a code for the latest challenge of a purpose.
    pub(crate) fn types(&mut self, purpose: &Purpose, typed: &str) -> Result<(), Refusal> {
        let challenge = self.proof(purpose).challenge.expect("one was asked for");
        self.types_for(&challenge, typed).map(|_| ())
    }

    /// The member types a code for a challenge; returns the backup codes that are shown.
    pub(crate) fn types_for(
        &mut self,
        challenge: &Challenge,
        typed: &str,
    ) -> Result<Vec<BackupCode>, Refusal> {
        let limits = OtpLimits::default();
        let (user, session, codes) = (self.user.clone(), self.session.clone(), self.codes.clone());
        let (others, owners) = (self.others.clone(), self.owners.clone());
        let by = Oneself {
            reset: None,
            user: &user,
            session: &session,
            others: &others,
            codes: &codes,
            owners: &owners,
            required: self.account.two_factor_required,
        };
        match answer(&by, challenge, typed, &limits, &self.pepper, self.now, &mut *self.rng)? {
            Answered::Right { decision, codes, .. } => {
                self.write(*decision);
                Ok(codes)
            }
            Answered::Wrong { decision, refusal } => {
                self.write(*decision);
                Err(refusal)
            }
        }
    }

    /// The member does something to their own login, as the function says.
    pub(crate) fn changes<T>(
        &mut self,
        purpose: &Purpose,
        change: impl FnOnce(&Oneself<'_>, Option<&Challenge>, &Pepper, &mut dyn Rng) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let grant = self.proof(purpose).challenge;
        let by = Oneself {
            reset: None,
            user: &self.user,
            session: &self.session,
            others: &self.others,
            codes: &self.codes,
            owners: &self.owners,
            required: self.account.two_factor_required,
        };
        change(&by, grant.as_ref(), &self.pepper, &mut *self.rng)
    }

    /// Whether a pair opens a gate, as a verifier would find out.
    pub(crate) fn works(&self, key_id: &KeyId, secret: &str) -> bool {
        let Some(key) = self.keys.iter().find(|key| key.pair(key_id).is_some()) else { return false };
        let pair = key.pair(key_id).expect("it was just found");
        let brand = key.brand.to_string();
        let context =
            KeyContext { brand: &brand, account: &key.account, mode: key.mode, key_id: key_id.text() };
        let presented = Presented::parse(secret.as_bytes()).expect("well formed");
        let digest: Digest = self.pepper.digest_secret(&context, &presented);
        digest.matches(&pair.digest) && !matches!(pair.standing(self.now), Standing::Ended { .. })
    }
}

pub(crate) fn operator() -> Actor {
    Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() }
}

/// A brand with the page's rules.
pub(crate) fn brand() -> Brand {
    Brand {
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
    }
}

/// An open session without a code at its login.
pub(crate) fn session(user: &User, account: &Account, rng: &mut dyn Rng) -> Session {
    Session {
        id: SessionId::draw(rng),
        digest: Digest::from_bytes([1; 32]),
        user: user.id,
        brand: user.brand.clone(),
        account: account.id,
        stage: Stage::Open { otp_at: None },
        created_at: START,
        seen_at: START,
        origin: Origin { address: "192.0.2.1".to_owned(), agent: "a browser".to_owned() },
        ended_at: None,
        version: 1,
    }
}

/// A code that is not `code`.
pub(crate) fn wrong(code: &str, nth: u32) -> String {
    let right: u32 = code.parse().expect("six digits");
    format!("{:06}", (right + 1 + nth) % 1_000_000)
}
