//! Keystead's listeners for gateways, with a few pairs behind them and without a database: what the product's own stories
//! tell is not asked again.

use std::net::SocketAddr;
use std::sync::Arc;

use ::envoy::{Handle, Listener, Settings};
use domain::{
    BrandId, DAY, EndReason, KeyContext, KeyId, KeyRef, Layers, Limits, Mode, PairState, Peppers, Presented,
    Timestamp,
};
use server::clock::ManualClock;
use server::config::Errors;
use server::gateway::{Desk, Gateway, GatewayHandle, GatewaySettings};
use verify::{IdentityKeys, Index, PairRecord, Refusals, Uptime};
use zeroize::Zeroizing;

use crate::caller::Pair;
use crate::gateway::Places;

/// The account of all pairs.
pub const ACCOUNT: &str = "acc_00000000000001";
/// Its brand.
pub const BRAND: &str = "razorpay/IN";
/// The key of all pairs.
const KEY: &str = "key_00000000000001";
const SECRET: &str = "AbCdEfGhIjKlMnOpQrStUvWx";
const TEST: &str = "rzp_test_00000000000001";
const LIVE: &str = "rzp_live_00000000000002";
const ENDED: &str = "rzp_live_00000000000003";

/// What the clock says, always: 2027-01-15T08:00:00Z
pub const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Keystead, as gateways see it.
pub struct Keystead {
    index: Arc<Index>,
    /// What owners would be shown.
    pub refusals: Arc<Refusals>,
    gateway: GatewayHandle,
    envoy: Handle,
}

impl Keystead {
    /// Listens and may vouch.
    pub fn opens() -> Keystead {
        let keystead = Keystead::opens_not_ready(None);
        keystead.becomes_ready();
        keystead
    }

    /// The same, and asks gateways for a token.
    pub fn opens_with_token(token: &str) -> Keystead {
        let keystead = Keystead::opens_not_ready(Some(token));
        keystead.becomes_ready();
        keystead
    }

    /// The same, and signs whom it grants.
    pub fn opens_signing(keys: IdentityKeys) -> Keystead {
        let keystead = Keystead::listens(None, |desk| desk.signing(keys, 1));
        keystead.becomes_ready();
        keystead
    }

    /// Listens, and cannot say yet.
    pub fn opens_not_ready(token: Option<&str>) -> Keystead {
        Keystead::listens(token, |desk| desk)
    }

    fn listens(token: Option<&str>, signing: impl FnOnce(Desk) -> Desk) -> Keystead {
        let index = Arc::new(Index::new(peppers().verification_keys(), [11, 12]));
        apply(&index, TEST, PairState::Current);
        apply(&index, LIVE, PairState::Current);
        apply(&index, ENDED, PairState::Ended { at: NOW, why: EndReason::Deactivated });
        let refusals = Arc::new(Refusals::over(index.clone()));
        let clock = Arc::new(ManualClock::at(NOW));
        let desk = Desk::new(index.clone(), clock, "Razorpay API", Errors::Plain);
        let desk = Arc::new(signing(desk));
        let token = || token.map(|token| Zeroizing::new(token.to_owned()));
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = GatewaySettings { threads: 1, token: token(), ..GatewaySettings::default() };
        let gateway = Gateway { desk: desk.clone(), settings }.listen(any).expect("a free port");
        let settings = Settings { threads: 1, token: token(), ..Settings::default() };
        let envoy = Listener { desk, settings }.listen(any).expect("a free port");
        Keystead { index, refusals, gateway, envoy }
    }

    /// From now on it may vouch.
    pub fn becomes_ready(&self) {
        self.index.lease().ready();
        self.index.lease().renew(Uptime::default(), DAY.as_millis());
    }

    /// Gives the key of all pairs limits, as an owner would.
    pub fn limits(&self, per_second: Option<u64>, per_day: Option<u64>, networks: &str) {
        let key: KeyRef = KEY.parse().expect("a key");
        let limits = Limits::checked(per_second, per_day, networks.lines()).expect("limits that may be");
        self.index.limiters().set(&key, &limits);
        for key_id in [TEST, LIVE] {
            apply(&self.index, key_id, PairState::Current);
        }
    }

    /// Where it listens, and where the API behind the gateway is.
    pub const fn places(&self, api: SocketAddr) -> Places {
        Places { gateway: self.gateway.local_addr(), envoy: self.envoy.local_addr(), api }
    }

    /// Nobody listens any more.
    pub fn stops(self) {
        self.gateway.stop();
        self.envoy.stop();
    }
}

/// A good test pair.
pub fn test() -> Pair {
    pair(TEST)
}

/// A good live pair.
pub fn live() -> Pair {
    pair(LIVE)
}

/// A pair that was deactivated.
pub fn ended() -> Pair {
    pair(ENDED)
}

fn pair(key_id: &str) -> Pair {
    Pair { key_id: key_id.to_owned(), secret: SECRET.to_owned() }
}

fn apply(index: &Index, key_id: &str, state: PairState) {
    let key_id: KeyId = key_id.parse().expect("a key id");
    let account = ACCOUNT.parse().expect("an account id");
    let mode = if key_id.as_str().contains("_live_") { Mode::Live } else { Mode::Test };
    let key: KeyRef = KEY.parse().expect("a key");
    let context = KeyContext { brand: BRAND, account: &account, mode, key_id: key_id.text() };
    let secret = Presented::parse(SECRET.as_bytes()).expect("the shape of a secret");
    index.apply(&PairRecord {
        key_id,
        key,
        account,
        brand: &BrandId::new("razorpay", "IN").expect("a brand"),
        mode,
        digest: peppers().newest().digest_secret(&context, &secret),
        layers: Layers::of(1),
        state,
        created_at: Timestamp::from_millis(NOW.as_millis() - 5_000),
        expires_at: None,
        limited: index.limiters().used_today(&key, NOW).is_some(),
    });
}

fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("a pepper")
}
