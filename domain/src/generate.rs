//! Generate: give a key its first pair, or another one after its last has ended.
//!
//! A test key can be had as soon as the account exists; a live key when the account has earned it. The secret
//! is in the returned [`NewPair`] and nowhere else.

use crate::access::{Action, Actor, may};
use crate::account::{Account, live_gate};
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::ids::{KeyId, KeyRef, Mode};
use crate::key::{DEFAULT_NAME, Key};
use crate::layers::Layers;
use crate::letter::{Letter, LetterKind};
use crate::open_account::checked_name;
use crate::pair::{Pair, PairState};
use crate::pepper::{KeyContext, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::Timestamp;
use crate::user::User;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateRequest {
    /// In which mode.
    pub mode: Mode,
    /// For which key; `None` for the one named `Default`.
    pub name: Option<String>,
    /// When the pair shall stop by itself; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A pair that was just made, with its secret: shown once.
#[derive(Debug)]
pub struct NewPair {
    /// Its key.
    pub key: KeyRef,
    /// That key's name.
    pub name: String,
    /// Its mode.
    pub mode: Mode,
    /// The public half.
    pub key_id: KeyId,
    /// The secret half.
    pub secret: Secret,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops by itself; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// The name a request means.
pub fn default_key(name: Option<&str>) -> Result<String, Refusal> {
    match name {
        None => Ok(DEFAULT_NAME.to_owned()),
        Some(name) => checked_name("name", name),
    }
}

/// Generates a pair. `key` is the account's key of that mode and name, if there is one; `told` get a letter.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn generate(
    brand: &Brand,
    account: &Account,
    key: Option<&Key>,
    request: &GenerateRequest,
    actor: &Actor,
    proof: &Proof,
    told: &[User],
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, NewPair), Refusal> {
    may(actor, Action::Generate, &account.id)?;
    if request.mode == Mode::Live
        && let Some(missing) = live_gate(brand, account)
    {
        return Err(Refusal::LiveNotReady { activation: missing.activation, website: missing.website });
    }
    if let Some(pair) = key.and_then(|key| key.current(now)) {
        return Err(Refusal::AlreadyGenerated { key_id: pair.key_id });
    }
    if request.expires_at.is_some_and(|expiry| expiry.reached(now)) {
        return Err(Refusal::invalid(
            "expires_at",
            "Give a moment in the future, or leave it out for a key that does not expire.",
        ));
    }
    let spent = match request.mode {
        Mode::Live => covers(brand, actor, &Purpose::GenerateLive, proof, now)?,
        Mode::Test => None,
    };
    let name = default_key(request.name.as_deref())?;

    let is_new = key.is_none();
    let key = key.cloned().unwrap_or_else(|| Key::new(KeyRef::draw(rng), account, request.mode, &name, now));
    let (pair, new) = draw(brand, &key, request.expires_at, pepper, now, rng);
    let audit = AuditEntry::by(actor, "key.generated", Some(account.id), key.id, now)
        .fact("mode", key.mode)
        .fact("key_id", pair.key_id);
    let mut decision = Decision::new(audit);
    write_key(&mut decision, &key, is_new, now);
    decision.insert(Row::Pair { key: key.id, pair });
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    for user in told {
        let kind = LetterKind::KeyGenerated { key_id: new.key_id, mode: key.mode };
        decision.letter(Letter::to_user(user, kind, now, rng));
    }
    Ok((decision, new))
}

/// Draws a pair for a key: the row to keep and the secret to show.
pub(crate) fn draw(
    brand: &Brand,
    key: &Key,
    expires_at: Option<Timestamp>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> (Pair, NewPair) {
    draw_as(KeyId::draw(&brand.key_prefix, key.mode, rng), brand, key, expires_at, pepper, now, rng)
}

/// The same for an id that was drawn before.
pub fn draw_as(
    key_id: KeyId,
    brand: &Brand,
    key: &Key,
    expires_at: Option<Timestamp>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> (Pair, NewPair) {
    let secret = Secret::draw(brand.secret_style, &brand.key_prefix, key.mode, rng);
    let brand = key.brand.to_string();
    let context = KeyContext { brand: &brand, account: &key.account, mode: key.mode, key_id: key_id.text() };
    let pair = Pair {
        key_id,
        mode: key.mode,
        digest: pepper.digest_secret(&context, &secret.present()),
        layers: Layers::of(pepper.version()),
        state: PairState::Current,
        created_at: now,
        expires_at,
        last_used_at: None,
        last_used_from: None,
    };
    let new = NewPair {
        key: key.id,
        name: key.name.clone(),
        mode: key.mode,
        key_id,
        secret,
        created_at: now,
        expires_at,
    };
    (pair, new)
}

/// Writes the key's row and whatever of its pairs the clock has ended since the last change.
pub(crate) fn write_key(decision: &mut Decision, key: &Key, is_new: bool, now: Timestamp) {
    let row = Row::Key(key.clone());
    if is_new {
        decision.insert(row)
    } else {
        decision.update(row)
    }
    for pair in key.lapsed(now) {
        decision.update(Row::Pair { key: key.id, pair });
    }
}
