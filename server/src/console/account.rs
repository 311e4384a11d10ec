//! An account: its page, and what operators decide about it.

use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Account, AccountId, Key, Mode, Role, Standing, Timestamp, UserId, live_gate};
use engine::EngineError;
use serde::Deserialize;
use store::{AuditFilter, TeamMember};

use super::accounts::{brand_name, row};
use super::audit::entry;
use super::who::{Done, Named, NamedTwo, Operator, moment};
use crate::dashboard::page as show;
use crate::dashboard::refusals::explained;
use crate::pages::activation::type_words;
use crate::pages::console::account::{
    AccountPage, Approve, Fact, MemberRow, PairRow, RefusalRow, Review, SendBack,
};
use crate::pages::console::accounts::State;
use crate::pages::console::frame::Place;
use crate::pages::review::TextField;

/// Audit entries shown of an account.
const ENTRIES: usize = 20;
/// Refusals shown of an account.
const REFUSALS: usize = 20;

/// The page.
pub async fn page(operator: Operator, Named(id): Named<AccountId>, Query(done): Query<Done>) -> Response {
    match account_page(&operator, &id).await {
        Ok(page) => {
            let frame = page.frame.clone().noting(done.notice());
            show(&AccountPage { frame, ..page })
        }
        Err(error) => operator.trouble(error),
    }
}

async fn account_page(operator: &Operator, id: &AccountId) -> Result<AccountPage, EngineError> {
    let app = &operator.app;
    let account = app.engine.account(id).await?;
    let missing = app.engine.brand(&account.brand).ok().and_then(|brand| live_gate(brand, &account));
    let lacks = [
        (missing.is_some_and(|missing| missing.activation), "activation"),
        (missing.is_some_and(|missing| missing.website), "a verified website"),
    ];
    let mut pairs = Vec::new();
    for mode in [Mode::Live, Mode::Test] {
        let keys = app.engine.store().keys(id, mode).await?;
        pairs.extend(keys.iter().flat_map(|key| pair_rows(operator, key)));
    }
    let filter = AuditFilter { account: Some(*id), ..AuditFilter::default() };
    let audit = app.engine.store().audit_before(&filter, i64::MAX, ENTRIES).await?;
    let row = row(app, &account);
    Ok(AccountPage {
        frame: operator.frame(&account.name, Place::Accounts),
        id: row.id,
        brand: brand_name(app, &account),
        opened: row.opened,
        lacks: lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, what)| what).collect(),
        activation: activation(operator, &account, row.activation),
        website: website(&account, row.website),
        members: app.engine.team(id).await?.iter().map(|one| member(id, one)).collect(),
        pairs,
        refusals: refusals(operator, id),
        audit: audit.rows.iter().map(|row| entry(row, false)).collect(),
        name: row.name,
    })
}

fn fact(name: &'static str, value: &str) -> Fact {
    Fact { name, value: value.to_owned(), is_address: false }
}

fn activation(operator: &Operator, account: &Account, state: State) -> Review {
    let words = operator.app.sites.unbranded();
    let told = account.application.as_ref();
    let submitted = told.map(|told| told.submitted_at);
    let seen = submitted.map(|at| at.as_millis().to_string()).unwrap_or_default();
    let at = |path: &str| format!("/accounts/{}/activation/{path}", account.id);
    let open = account.activated_at.is_none();
    Review {
        state,
        at: account
            .activated_at
            .or_else(|| told.and_then(|told| told.returned.as_ref()).map(|returned| returned.at))
            .or(submitted)
            .map(moment),
        told: told.map_or_else(Vec::new, |told| {
            vec![
                fact("Name in law", &told.business.legal_name),
                fact("Type", &type_words(&words, told.business.business_type)),
                fact("Registration", &told.business.registration),
                fact("Sells", &told.business.sells),
            ]
        }),
        reason: told.and_then(|told| told.returned.as_ref()).map(|returned| returned.reason.clone()),
        approve: open.then(|| Approve {
            action: at("approve"),
            seen: seen.clone(),
            button: "Activate account",
            happens: if told.is_some() {
                "The account may take real payments from now on; its owner gets a letter. It cannot be undone here."
            } else {
                "The account has told nothing here yet. Activate it only if its papers have come another way; its owner gets a \
                 letter. It cannot be undone here."
            },
        }),
        send_back: (open && told.is_some()).then(|| SendBack {
            action: at("return"),
            seen,
            reason: reason("activation-reason"),
            button: "Return business details",
            happens: "The owner gets a letter with your reason and can submit again.",
        }),
    }
}

fn website(account: &Account, state: State) -> Review {
    let told = account.website.as_ref();
    let seen = told.map(|told| told.details.url.clone()).unwrap_or_default();
    let at = |path: &str| format!("/accounts/{}/website/{path}", account.id);
    let address = |name, value: &str| Fact { is_address: true, ..fact(name, value) };
    Review {
        state,
        at: told.map(|told| {
            let decided = told.verified_at().or(told.returned().map(|returned| returned.at));
            moment(decided.unwrap_or(told.submitted_at))
        }),
        told: told.map_or_else(Vec::new, |told| {
            let details = &told.details;
            let all = [
                fact("Kind", details.kind.as_str()),
                address("Address", &details.url),
                address("Terms and conditions", &details.terms),
                address("Privacy policy", &details.privacy),
                address("Refunds and cancellation", &details.refunds),
                address("Contact", &details.contact),
                fact("Test login", &details.note),
            ];
            all.into_iter().filter(|fact| !fact.value.is_empty()).collect()
        }),
        reason: told.and_then(|told| told.returned()).map(|returned| returned.reason.clone()),
        approve: (told.is_some() && state != State::Good).then(|| Approve {
            action: at("verify"),
            seen: seen.clone(),
            button: "Verify website",
            happens: "The owner gets a letter. Once the account is activated too, Live keys can be generated.",
        }),
        send_back: told.is_some().then(|| SendBack {
            action: at("return"),
            seen,
            reason: reason("website-reason"),
            button: "Return website",
            happens: "No new Live key can be generated until it is verified again; the keys there are go on working. The owner \
                      gets a letter with your reason and can submit again.",
        }),
    }
}

fn reason(id: &str) -> TextField {
    let field =
        TextField::new("reason", "What has to be mended", "").hint("The owner reads this, word for word.");
    TextField { most: 500, ..field.called(id) }
}

fn member(account: &AccountId, one: &TeamMember) -> MemberRow {
    let user = &one.user;
    let at = |path: &str| format!("/accounts/{account}/members/{}/{path}", user.id);
    let has = [(user.totp.is_some(), "app"), (user.mobile.is_some(), "SMS")];
    let factors: Vec<&str> = has.into_iter().filter(|(has, _)| *has).map(|(_, factor)| factor).collect();
    MemberRow {
        id: user.id.to_string(),
        name: user.name.clone(),
        email: user.email.clone(),
        role: role(one.member.role),
        two_factor: user.two_factor,
        locked: user.locked_at.is_some(),
        accepted: user.password.is_some(),
        unlock: user.locked_at.is_some().then(|| at("unlock")),
        reset: (!factors.is_empty()).then(|| at("reset-two-factor")),
        factors: if factors.is_empty() { "to be set up".to_owned() } else { factors.join(", ") },
    }
}

/// A role as operators read it.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Manager => "Manager",
        Role::Operations => "Operations",
        Role::Finance => "Finance",
        Role::Support => "Support",
        Role::Epos => "ePos",
        Role::ViewOnly => "View-Only",
    }
}

fn pair_rows(operator: &Operator, key: &Key) -> Vec<PairRow> {
    let row = |pair: &domain::Pair| PairRow {
        mode: if key.mode == Mode::Live { "Live" } else { "Test" },
        key: key.name.clone(),
        key_id: pair.key_id.to_string(),
        standing: match pair.standing(operator.now) {
            Standing::Current => "Current".to_owned(),
            Standing::Retiring { until } => format!("Works until {}", moment(until).text()),
            Standing::Ended { at, .. } => format!("Ended {}", moment(at).text()),
        },
        made: moment(pair.created_at),
        used: operator.app.engine.last_use(pair).map(|(at, _)| moment(at)),
    };
    key.pairs.iter().map(row).collect()
}

fn refusals(operator: &Operator, account: &AccountId) -> Vec<RefusalRow> {
    let mut recent = operator.app.refusals.recent(account);
    recent.sort_by_key(|refusal| std::cmp::Reverse(refusal.last_at));
    recent.truncate(REFUSALS);
    let words = operator.app.sites.unbranded();
    let row = |refusal: &verify::RecentRefusal| RefusalRow {
        key_id: refusal.key_id.to_string(),
        reason: words.say(explained(refusal.reason).0).text(),
        times: refusal.count,
        last: moment(refusal.last_at),
        source: refusal.sources.latest().map(source).unwrap_or_default(),
    };
    recent.iter().map(row).collect()
}

fn source(seen: &verify::SeenSource) -> String {
    let address = seen.address.map(|address| address.to_string()).unwrap_or_default();
    [address, seen.agent.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What was decided, about what was looked at.
#[derive(Deserialize)]
pub struct Decided {
    #[serde(default)]
    seen: String,
    #[serde(default)]
    reason: String,
}

impl Decided {
    /// When the business details were told that were looked at; `None` when there were none.
    fn told_at(&self) -> Option<Timestamp> {
        self.seen.parse().ok().map(Timestamp::from_millis)
    }
}

/// Activates the account.
pub async fn activate(
    operator: Operator,
    Named(id): Named<AccountId>,
    Form(form): Form<Decided>,
) -> Response {
    let rng = &mut *operator.app.rng();
    let outcome =
        operator.app.engine.activate(&operator.actor(), &id, form.told_at(), operator.now, rng).await;
    leads_back(&operator, &id, outcome, "activated")
}

/// Returns the account's business details.
pub async fn return_activation(
    operator: Operator,
    Named(id): Named<AccountId>,
    Form(form): Form<Decided>,
) -> Response {
    let (actor, seen, rng) = (operator.actor(), form.told_at(), &mut *operator.app.rng());
    let engine = &operator.app.engine;
    let outcome = engine.return_activation(&actor, &id, seen, &form.reason, operator.now, rng).await;
    leads_back(&operator, &id, outcome, "activation-returned")
}

/// Verifies the account's website.
pub async fn verify_website(
    operator: Operator,
    Named(id): Named<AccountId>,
    Form(form): Form<Decided>,
) -> Response {
    let (actor, rng) = (operator.actor(), &mut *operator.app.rng());
    let engine = &operator.app.engine;
    let outcome = engine.verify_website(&actor, &id, Some(&form.seen), operator.now, rng).await;
    leads_back(&operator, &id, outcome, "verified")
}

/// Returns the account's website.
pub async fn return_website(
    operator: Operator,
    Named(id): Named<AccountId>,
    Form(form): Form<Decided>,
) -> Response {
    let (actor, rng) = (operator.actor(), &mut *operator.app.rng());
    let engine = &operator.app.engine;
    let outcome = engine.return_website(&actor, &id, Some(&form.seen), &form.reason, operator.now, rng).await;
    leads_back(&operator, &id, outcome, "website-returned")
}

/// Unlocks a member.
pub async fn unlock(operator: Operator, NamedTwo(id, user): NamedTwo<AccountId, UserId>) -> Response {
    let outcome = operator.app.engine.unlock(&operator.actor(), &id, &user, operator.now).await;
    leads_back(&operator, &id, outcome, "unlocked")
}

/// Takes a member's second factor away, for a lost phone.
pub async fn reset_two_factor(
    operator: Operator,
    NamedTwo(id, user): NamedTwo<AccountId, UserId>,
) -> Response {
    let (engine, rng) = (&operator.app.engine, &mut *operator.app.rng());
    let outcome = engine.reset_two_factor(&operator.actor(), None, &id, &user, operator.now, rng).await;
    leads_back(&operator, &id, outcome, "reset")
}

fn leads_back<T>(
    operator: &Operator,
    id: &AccountId,
    outcome: Result<T, EngineError>,
    done: &str,
) -> Response {
    match outcome {
        Ok(_) => {
            operator.app.letters.notify_one();
            Redirect::to(&format!("/accounts/{id}?done={done}")).into_response()
        }
        Err(error) => operator.trouble(error),
    }
}
