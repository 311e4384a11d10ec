//! A gateway listener with a few pairs behind it, and a clock that a test moves.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::{
    BrandId, DAY, EndReason, KeyContext, KeyId, KeyRef, Layers, Mode, PairState, Peppers, Presented,
    Timestamp,
};
use keystead_server::clock::ManualClock;
use keystead_server::config::Errors;
use keystead_server::gateway::{Desk, Gateway, GatewayHandle, GatewaySettings};
use verify::{IdentityKeys, Index, PairRecord, Refusals, Uptime};

pub(crate) const SECRET: &str = "AbCdEfGhIjKlMnOpQrStUvWx";
pub(crate) const OTHER_SECRET: &str = "xWvUtSrQpOnMlKjIhGfEdCbA";
pub(crate) const TEST: &str = "rzp_test_00000000000001";
pub(crate) const LIVE: &str = "rzp_live_00000000000002";
pub(crate) const ENDED: &str = "rzp_live_00000000000003";
pub(crate) const RETIRING: &str = "rzp_live_00000000000004";
pub(crate) const EXPIRING: &str = "rzp_test_00000000000005";
pub(crate) const UNKNOWN: &str = "rzp_live_99999999999999";
pub(crate) const ACCOUNT: &str = "acc_00000000000001";
/// The key of all these pairs.
pub(crate) const KEY: &str = "key_00000000000001";

/// 2027-01-15T08:00:00Z
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(crate) struct Site {
    pub(crate) index: Arc<Index>,
    pub(crate) refusals: Arc<Refusals>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) address: SocketAddr,
    pub(crate) gateway: GatewayHandle,
}

impl Site {
    pub(crate) fn open() -> Self {
        Self::with(Errors::Plain, GatewaySettings { threads: 2, ..GatewaySettings::default() })
    }

    pub(crate) fn with(errors: Errors, settings: GatewaySettings) -> Self {
        let site = Self::not_ready(errors, settings);
        site.index.lease().ready();
        site.index.lease().renew(Uptime::default(), 60_000);
        site
    }

    /// One that signs identities.
    pub(crate) fn signing(keys: &IdentityKeys) -> Self {
        let site = Self::of(Errors::Plain, GatewaySettings::default(), |desk| desk.signing(keys.clone(), 7));
        site.index.lease().ready();
        site.index.lease().renew(Uptime::default(), 60_000);
        site
    }

    /// Pairs are there, but the index has not been declared complete.
    pub(crate) fn not_ready(errors: Errors, settings: GatewaySettings) -> Self {
        Self::of(errors, settings, |desk| desk)
    }

    fn of(errors: Errors, settings: GatewaySettings, equip: impl FnOnce(Desk) -> Desk) -> Self {
        let index = Arc::new(Index::new(peppers().verification_keys(), [11, 12]));
        for (key_id, state, expires_at) in [
            (TEST, PairState::Current, None),
            (LIVE, PairState::Current, None),
            (ENDED, PairState::Ended { at: NOW, why: EndReason::Deactivated }, None),
            (RETIRING, PairState::Retiring { until: NOW + DAY }, None),
            (EXPIRING, PairState::Current, Some(NOW + DAY)),
        ] {
            apply(&index, key_id, state, expires_at);
        }
        let refusals = Arc::new(Refusals::over(index.clone()));
        let clock = Arc::new(ManualClock::at(NOW));
        let desk = Arc::new(equip(Desk::new(index.clone(), clock.clone(), "Razorpay API", errors)));
        let gateway = Gateway { desk: desk.clone(), settings }
            .listen(SocketAddr::from(([127, 0, 0, 1], 0)))
            .expect("a free port");
        let address = gateway.local_addr();
        Self { index, refusals, clock, desk, address, gateway }
    }
}

/// Adds or changes a pair whose secret is [`SECRET`].
pub(crate) fn apply(index: &Index, key_id: &str, state: PairState, expires_at: Option<Timestamp>) {
    let key_id: KeyId = key_id.parse().expect("a key id");
    let account = ACCOUNT.parse().expect("an account id");
    let key: KeyRef = KEY.parse().expect("a key");
    let mode = if key_id.as_str().contains("_live_") { Mode::Live } else { Mode::Test };
    let context = KeyContext { brand: "razorpay/IN", account: &account, mode, key_id: key_id.text() };
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
        expires_at,
        limited: index.limiters().used_today(&key, NOW).is_some(),
    });
}

fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("a pepper")
}
