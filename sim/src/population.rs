//! The population: what is there when every run begins. Two brands, three accounts, a member of each who is logged in, and
//! no key. Built once with the product's own commands, then copied for each run.

use std::sync::Arc;

use domain::{
    Account, AccountId, Actor, Brand, BrandId, DAY, Mobile, Mode, NewOwner, NewWebsite, Origin, OtpLimits,
    Password, Peppers, Role, SecretStyle, SessionId, SessionLimits, Spans, StepUpRule, Timestamp, Token,
    seeded,
};
use engine::{Engine, NewMember, Rules, in_place};
use store::{Memory, Store};
use verify::Index;

use crate::cable::Direct;
use crate::clocks::START;
use crate::finish;

/// The password of every member.
const PASSWORD: &str = "correct horse battery";
/// How long a node may vouch for what it knows.
pub const VOUCH_MS: i64 = 4_000;

/// A member with an open session.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their account.
    pub account: AccountId,
    /// Their brand.
    pub brand: BrandId,
    /// Their session.
    pub session: SessionId,
    /// Its cookie at the beginning.
    pub cookie: String,
    /// Who, as the audit names them.
    pub name: String,
}

/// An account, and the modes it may have keys in.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The account.
    pub id: AccountId,
    /// Its brand.
    pub brand: BrandId,
    /// Where keys may be generated: mode and name.
    pub places: Vec<(Mode, &'static str)>,
}

/// What is there when a run begins.
pub struct Population {
    database: Memory,
    /// The peppers of the installation.
    pub peppers: Peppers,
    /// Its rules.
    pub rules: Rules,
    /// Its accounts.
    pub shops: Vec<Shop>,
    /// Its members.
    pub people: Vec<Person>,
}

fn brand(org: &str, prefix: &str) -> Brand {
    Brand {
        id: BrandId::new(org, "IN").expect("an org and a country"),
        key_prefix: prefix.parse().expect("a prefix"),
        secret_style: SecretStyle::Plain,
        regenerate: StepUpRule::UnlessLoginOtp,
        generate_live: false,
        mobile_hold: DAY,
        require_activation: true,
        require_website: true,
        roles: Role::ALL.to_vec(),
        default_dial_code: "+91".parse().expect("a dial code"),
    }
}

impl Population {
    /// Builds it. The same every time.
    pub fn new() -> Self {
        let long = DAY.times(10_000);
        let rules = Rules {
            brands: vec![brand("razorpay", "rzp"), brand("axis", "axis")],
            otp: OtpLimits::default(),
            session: SessionLimits { idle: long, absolute: long },
            vouch_for: Spans::even(domain::Duration::from_millis(VOUCH_MS)),
        };
        let peppers = Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("one good line");
        let database = Memory::new().expect("memory holds a schema");
        let mut population = Self { database, peppers, rules, shops: Vec::new(), people: Vec::new() };
        for (number, brand) in [0, 0, 1].into_iter().enumerate() {
            population.settle(number, brand);
        }
        population
    }

    /// The database as it is when a run begins.
    pub fn database(&self) -> Memory {
        self.database.copy().expect("memory takes a copy")
    }

    /// An engine over a database, without a cable between.
    pub fn outside(&self, database: Arc<Memory>) -> Engine<Direct> {
        let index = Arc::new(Index::new(self.peppers.verification_keys(), [7, 7]));
        Engine::new(Store::new(Direct(database)), self.peppers.clone(), self.rules.clone(), index, in_place())
    }

    /// Opens an account with an admin who is logged in.
    fn settle(&mut self, number: usize, brand: usize) {
        let database = Arc::new(self.database());
        let engine = self.outside(database.clone());
        let now = Timestamp::from_millis(START - 60_000);
        let brand = self.rules.brands[brand].id.clone();
        let operator = Actor::Operator { name: "founder".to_owned(), origin: "192.0.2.9".to_owned() };
        let rng = &mut seeded(100 + number as u64);
        let owner = NewOwner {
            name: "Asha".to_owned(),
            email: format!("owner{number}@shop.example"),
            mobile: Some(format!("+91987654320{number}")),
        };
        let opened = engine.open_account(&operator, &brand, "Shop", &owner, now, rng);
        let account: Account = finish(opened).expect("nothing is in the way");
        let admin = NewMember {
            name: "Ravi".to_owned(),
            email: format!("admin{number}@shop.example"),
            password: Some(Password::new(PASSWORD).hash(&mut seeded(99))),
            mobile: Some(Mobile::from_stored(format!("+91987654321{number}"))),
            two_factor: false,
            role: Role::Admin,
        };
        let email = admin.email.clone();
        let added = finish(engine.add_member(&operator, &account, admin, now, rng)).expect("a new address");
        let live = number == 0;
        if live {
            let website = NewWebsite::at("https://shop.example");
            finish(engine.activate(&operator, &account.id, None, now, rng)).expect("not active yet");
            finish(engine.submit_website(&operator, &account.id, &website, now)).expect("none yet");
            finish(engine.verify_website(&operator, &account.id, None, now, rng)).expect("in review");
        }
        let origin = Origin { address: format!("192.0.2.{}", 20 + number), agent: "a browser".to_owned() };
        let logged =
            finish(engine.log_in(&brand, &email, Password::new(PASSWORD), origin, now, rng)).expect("right");
        let token: Token = logged.token;
        let view = finish(engine.view(&token, &brand, now)).expect("an open session");
        let mut places = vec![(Mode::Test, "Default"), (Mode::Test, "billing")];
        if live {
            places.push((Mode::Live, "Default"));
        }
        self.shops.push(Shop { id: account.id, brand: brand.clone(), places });
        self.people.push(Person {
            account: account.id,
            brand,
            session: view.session.id,
            cookie: token.reveal().to_owned(),
            name: added.id.to_string(),
        });
        self.database = database.copy().expect("memory takes a copy");
    }
}

impl Default for Population {
    fn default() -> Self {
        Self::new()
    }
}
