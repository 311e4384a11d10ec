//! The sample's brands, accounts and members, made through the same commands that everybody uses.

use domain::{Account, Actor, Mobile, NewOwner, NewWebsite, Password, PasswordHash, Role, base62};
use engine::NewMember;

use super::{Demo, DemoAccount, DemoBrand, DemoMember};
use crate::app::Engine;
use crate::clock::Clock;
use crate::config::{Brand, Config};
use crate::random::RandomSource;
use crate::start::StartError;

/// Makes everything on an empty database.
pub(super) async fn make(
    engine: &Engine,
    config: &Config,
    clock: &dyn Clock,
    random: &dyn RandomSource,
) -> Result<Demo, StartError> {
    let now = clock.now();
    let token = engine.appoint(super::operator::NAME, now, &mut *random.source()).await?;
    let operator = engine.operator(token.reveal(), "").await?;
    let mut brands = Vec::new();
    for (number, brand) in config.brands.iter().enumerate() {
        let sample = Sample { engine, brand, number, operator: &operator, clock, random };
        brands.push(DemoBrand {
            org: brand.rules.id.org().to_owned(),
            country: brand.rules.id.country().to_owned(),
            dashboard_url: brand.url.clone(),
            accounts: vec![sample.ready_account().await?, sample.new_account().await?],
        });
    }
    Ok(Demo {
        public_url: String::new(),
        gateway_url: String::new(),
        ops_url: String::new(),
        operator_token: token.reveal().to_owned(),
        operator: None,
        sms_outbox: config.data_dir.clone(),
        email_outbox: config.data_dir.clone(),
        brands,
    })
}

struct Sample<'a> {
    engine: &'a Engine,
    brand: &'a Brand,
    number: usize,
    operator: &'a Actor,
    clock: &'a dyn Clock,
    random: &'a dyn RandomSource,
}

impl Sample<'_> {
    /// An account that may have live keys, with a member of every role.
    async fn ready_account(&self) -> Result<DemoAccount, StartError> {
        let now = self.clock.now();
        let password = self.password();
        let (account, owner) = self.open("ready", true, &password).await?;
        let rng = &mut *self.random.source();
        self.engine.activate(self.operator, &account.id, None, now, rng).await?;
        let site = NewWebsite::at(format!("https://shop.{}.example", self.label()));
        self.engine.submit_website(self.operator, &account.id, &site, now).await?;
        self.engine.verify_website(self.operator, &account.id, None, now, rng).await?;
        let mut members = vec![owner];
        for role in self.brand.rules.roles.iter().filter(|role| **role != Role::Owner) {
            members.push(self.member(&account, *role, &password).await?);
        }
        Ok(DemoAccount {
            id: account.id.to_string(),
            name: account.name,
            activated: true,
            website_verified: true,
            members,
        })
    }

    /// An account that only has its owner so far.
    async fn new_account(&self) -> Result<DemoAccount, StartError> {
        let (account, owner) = self.open("new", false, &self.password()).await?;
        Ok(DemoAccount {
            id: account.id.to_string(),
            name: account.name,
            activated: false,
            website_verified: false,
            members: vec![owner],
        })
    }

    /// Opens an account; its owner has a password as if the invitation had been accepted.
    async fn open(
        &self,
        word: &str,
        two_factor: bool,
        (password, hash): &(String, PasswordHash),
    ) -> Result<(Account, DemoMember), StartError> {
        let now = self.clock.now();
        let email = format!("owner@{word}.{}.example", self.label());
        let name = format!("{} {}", self.brand.name, if two_factor { "ready shop" } else { "new shop" });
        let mobile = two_factor.then(|| self.mobile());
        let owner = NewOwner { name: "Owner".to_owned(), email: email.clone(), mobile: mobile.clone() };
        let (brand, rng) = (&self.brand.rules.id, &mut *self.random.source());
        let account = self.engine.open_account(self.operator, brand, &name, &owner, now, rng).await?;
        self.engine.accept_for_owner(self.operator, &account.id, hash.clone(), two_factor, now).await?;
        let member = DemoMember {
            role: Role::Owner.to_string(),
            email,
            password: password.clone(),
            mobile,
            two_factor,
        };
        Ok((account, member))
    }

    async fn member(
        &self,
        account: &Account,
        role: Role,
        (password, hash): &(String, PasswordHash),
    ) -> Result<DemoMember, StartError> {
        let email = format!("{role}@ready.{}.example", self.label());
        let name = role.as_str();
        let new = NewMember {
            name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
            email: email.clone(),
            password: Some(hash.clone()),
            mobile: None,
            two_factor: false,
            role,
        };
        let rng = &mut *self.random.source();
        self.engine.add_member(self.operator, account, new, self.clock.now(), rng).await?;
        Ok(DemoMember {
            role: role.to_string(),
            email,
            password: password.clone(),
            mobile: None,
            two_factor: false,
        })
    }

    /// One password for all of an account: it is a sample, and hashing thirty would make people wait.
    fn password(&self) -> (String, PasswordHash) {
        let mut letters = [0u8; 12];
        base62(&mut letters, &mut *self.random.source());
        let password = String::from_utf8_lossy(&letters).into_owned();
        let hash = Password::new(&password).hash(&mut *self.random.source());
        (password, hash)
    }

    /// A number of the brand's country that numbering plans allow.
    fn mobile(&self) -> String {
        let typed = match self.brand.rules.default_dial_code.as_str() {
            "+60" => format!("+60123456{:03}", 700 + self.number),
            "+65" => format!("+6581234{:03}", 700 + self.number),
            _ => format!("+91987654{:04}", 3210 + self.number),
        };
        Mobile::parse(&typed, &self.brand.rules.default_dial_code)
            .map_or(typed, |number| number.as_str().to_owned())
    }

    fn label(&self) -> String {
        self.brand.name.to_lowercase().replace(' ', "-")
    }
}
