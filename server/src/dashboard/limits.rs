//! Limits of a key: what holds, from where the key was used lately, and the form to change it, behind a step-up.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{
    Action, Key, KeyRef, Limits, LimitsError, NETWORKS_MAX, PER_DAY_MAX, PER_SECOND_MAX, Purpose, Refusal,
    Standing, UserId, may,
};
use engine::{EngineError, Step};
use serde::Deserialize;

use crate::app::Engine;
use crate::dashboard::generate::own_key;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::trouble::page_of;
use crate::pages::form::Hidden;
use crate::pages::layout::{Frame, Link, Notice, Place, mode_word};
use crate::pages::limits::{LastUse, LimitsForm, LimitsPage, Told};
use crate::pages::review::FieldError;
use crate::words::named;

/// What comes after the code.
const STEPS: &[&str] = &[named("step-limits")];

/// The form, as it is sent.
#[derive(Clone, Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    requests_per_second: String,
    #[serde(default)]
    requests_per_day: String,
    #[serde(default)]
    allowed_addresses: String,
    expected_version: Option<i64>,
}

/// What an answer to a form that was sent says.
enum Outcome {
    Saved,
    Wrong(LimitsError),
    CodeNeeded,
    Raced { by: String, at: domain::Timestamp },
}

/// Changing the limits of a key of this account and mode.
pub struct ChangeLimits {
    key: Key,
}

impl Guarded for ChangeLimits {
    async fn find(member: &Member, named: &str) -> Result<Self, EngineError> {
        may(&Engine::actor(&member.view), Action::ChangeLimits, &member.view.account.id)?;
        let key: KeyRef = named.parse().map_err(|_| Refusal::NotFound)?;
        Ok(Self { key: own_key(member, &key).await? })
    }

    fn flow(&self, member: &Member) -> Flow {
        let shown = format!("/keys/{}/limits", self.key.id);
        let base = format!("{shown}/change");
        Flow {
            purpose: Purpose::ChangeLimits { key: self.key.id, mode: member.mode },
            number: format!("{base}/mobile"),
            page: base.clone(),
            done: shown,
            base,
            words: member
                .say("purpose-change-limits")
                .with("mode", mode_word(member.mode))
                .with("name", self.key.name.as_str())
                .text(),
            steps: STEPS,
            title: named("limits-title"),
            cancel: "/keys",
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(member.to(&self.flow(member).done))
    }
}

/// The page.
pub async fn page(Wanted { member, action }: Wanted<ChangeLimits>) -> Response {
    shows(&member, &action.key, None).await.unwrap_or_else(|error| member.trouble(error))
}

/// Saves what was typed.
pub async fn save(member: Member, Named(key): Named<KeyRef>, Form(typed): Form<Typed>) -> Response {
    saved(&member, &key, typed).await.unwrap_or_else(|error| member.trouble(error))
}

async fn saved(member: &Member, key: &KeyRef, typed: Typed) -> Result<Response, EngineError> {
    let ChangeLimits { key } = ChangeLimits::find(member, key.as_str()).await?;
    let wanted = match read(&typed) {
        Ok(wanted) => wanted,
        Err(error) => return shows(member, &key, Some((typed, Outcome::Wrong(error)))).await,
    };
    let (view, now) = (&member.view, member.now);
    match member.app.engine.change_limits(view, &key.id, &wanted, typed.expected_version, now).await {
        Ok(key) => shows(member, &key, Some((typed, Outcome::Saved))).await,
        Err(EngineError::Refused(Refusal::StepUpNeeded)) => {
            shows(member, &key, Some((typed, Outcome::CodeNeeded))).await
        }
        Err(EngineError::Refused(Refusal::LimitsChanged { by, at })) => {
            let key = own_key(member, &key.id).await?;
            shows(member, &key, Some((typed, Outcome::Raced { by, at }))).await
        }
        Err(error) => Err(error),
    }
}

/// Limits from what was typed. An empty field limits nothing.
fn read(typed: &Typed) -> Result<Limits, LimitsError> {
    let number = |text: &str, error| match text.trim() {
        "" => Ok(None),
        // A sign is no digit, and a number that does not fit is more than any limit.
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(text.parse().unwrap_or(u64::MAX))),
        _ => Err(error),
    };
    Limits::checked(
        number(&typed.requests_per_second, LimitsError::PerSecond)?,
        number(&typed.requests_per_day, LimitsError::PerDay)?,
        typed.allowed_addresses.lines(),
    )
}

async fn shows(member: &Member, key: &Key, sent: Option<(Typed, Outcome)>) -> Result<Response, EngineError> {
    let flow = ChangeLimits { key: key.clone() }.flow(member);
    let is_clear = member.app.engine.step(&member.view, &flow.purpose, member.now).await? == Step::Clear;
    let limits = &key.limits;
    let now = Told {
        per_second: limits.now.per_second.map(|count| count.get().to_string()).unwrap_or_default(),
        per_day: limits.now.per_day.map(|count| count.get().to_string()).unwrap_or_default(),
        addresses: limits.now.networks_joined("\n"),
    };
    let mut form = LimitsForm {
        action: member.own_path(&flow.done),
        hidden: Hidden::none().with("expected_version", limits.version.to_string()),
        typed: now.clone(),
        error: None,
        problem: None,
        code: None,
    };
    let (status, notice, stays) = match sent {
        None => (StatusCode::OK, None, false),
        Some((_, Outcome::Saved)) => {
            (StatusCode::OK, Some(Notice::Done(member.say("limits-saved").text())), false)
        }
        Some((typed, outcome)) => {
            form.typed = Told {
                per_second: typed.requests_per_second,
                per_day: typed.requests_per_day,
                addresses: typed.allowed_addresses,
            };
            let status = match outcome {
                Outcome::Wrong(error) => {
                    form.error = Some(FieldError { field: error.field(), words: wrong(member, &error) });
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                Outcome::Raced { by, at } => {
                    let by = who(member, &by).await?;
                    let said = member.say("limits-raced").with("who", by).with("at", member.moment(at));
                    form.problem = Some(said.text());
                    StatusCode::CONFLICT
                }
                Outcome::CodeNeeded => {
                    form.problem = Some(member.say("limits-code-needed").text());
                    let words = member.say("limits-get-code");
                    form.code = Some(Link::new(member.path(&flow.page), words));
                    StatusCode::FORBIDDEN
                }
                Outcome::Saved => StatusCode::OK,
            };
            (status, None, true)
        }
    };
    let changed = match &limits.changed {
        Some(change) => Some((who(member, &change.by).await?, member.moment(change.at))),
        None => None,
    };
    let frame = member.frame(member.say("limits-title"), &flow.done, Place::InsideSettings);
    let page = LimitsPage {
        frame: Frame { notice, ..frame },
        name: key.name.clone(),
        now,
        used_today: member.app.engine.used_today(&key.id, member.now),
        changed,
        last_uses: last_uses(member, key),
        form: (is_clear || stays).then_some(form),
        change: member.path(&flow.base),
    };
    Ok(page_of(status, &page))
}

/// From where the pairs that work were used last, so that nobody shuts themselves out.
fn last_uses(member: &Member, key: &Key) -> Vec<LastUse> {
    let working =
        key.pairs.iter().filter(|pair| !matches!(pair.standing(member.now), Standing::Ended { .. }));
    working
        .map(|pair| {
            let used = member.app.engine.last_use(pair);
            LastUse {
                key_id: pair.key_id.to_string(),
                at: used.map(|(at, _)| member.moment(at)),
                from: used.and_then(|(_, from)| from).map(|from| from.to_string()),
            }
        })
        .collect()
}

/// Whoever the audit names, as people know them.
async fn who(member: &Member, by: &str) -> Result<String, EngineError> {
    let Ok(user) = by.parse::<UserId>() else { return Ok(member.say("limits-by-platform").text()) };
    let user = member.app.engine.store().user(&user).await?;
    Ok(user.map_or_else(|| member.say("limits-by-somebody").text(), |user| user.name))
}

/// What to give instead, in the member's language.
fn wrong(member: &Member, error: &LimitsError) -> String {
    let said = match error {
        LimitsError::PerSecond => member.say("limits-error-number").with("most", PER_SECOND_MAX.to_string()),
        LimitsError::PerDay => member.say("limits-error-number").with("most", PER_DAY_MAX.to_string()),
        LimitsError::TooManyNetworks => member.say("limits-error-many").with("most", NETWORKS_MAX),
        LimitsError::NotANetwork { line } => member.say("limits-error-line").with("line", *line),
        LimitsError::HostBits { line, meant } => {
            member.say("limits-error-host").with("line", *line).with("meant", meant.to_string())
        }
    };
    said.text()
}
