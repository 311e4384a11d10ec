//! A listener with a few pairs behind it, and somebody who asks it as Envoy does.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use domain::{
    BrandId, DAY, EndReason, KeyContext, KeyId, Layers, Mode, PairState, Peppers, Presented, Timestamp,
};
use envoy_types::pb::envoy::config::core::v3::address::Address as AnyAddress;
use envoy_types::pb::envoy::config::core::v3::{Address, SocketAddress};
use envoy_types::pb::envoy::service::auth::v3::attribute_context::{HttpRequest, Peer, Request};
use envoy_types::pb::envoy::service::auth::v3::authorization_client::AuthorizationClient;
use envoy_types::pb::envoy::service::auth::v3::{AttributeContext, CheckRequest, CheckResponse};
use keystead_envoy::{Handle, Listener, Settings};
use server::clock::ManualClock;
use server::config::Errors;
use server::gateway::Desk;
use tonic::Status;
use tonic::transport::Channel;
use verify::{Index, PairRecord, Refusals, Uptime};

pub(crate) const SECRET: &str = "AbCdEfGhIjKlMnOpQrStUvWx";
pub(crate) const OTHER_SECRET: &str = "xWvUtSrQpOnMlKjIhGfEdCbA";
pub(crate) const TEST: &str = "rzp_test_00000000000001";
pub(crate) const LIVE: &str = "rzp_live_00000000000002";
pub(crate) const ENDED: &str = "rzp_live_00000000000003";
pub(crate) const UNKNOWN: &str = "rzp_live_99999999999999";
pub(crate) const ACCOUNT: &str = "acc_00000000000001";

/// 2027-01-15T08:00:00Z
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(crate) struct Site {
    pub(crate) index: Arc<Index>,
    pub(crate) refusals: Arc<Refusals>,
    pub(crate) desk: Arc<Desk>,
    listener: Option<Handle>,
}

impl Site {
    pub(crate) fn open() -> Self {
        Self::with(Settings { threads: 2, ..Settings::default() })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let site = Self::not_ready(settings);
        site.becomes_ready();
        site
    }

    /// Pairs are there, but the index has not been declared complete.
    pub(crate) fn not_ready(settings: Settings) -> Self {
        let index = Arc::new(Index::new(peppers().verification_keys(), [11, 12]));
        apply(&index, TEST, PairState::Current);
        apply(&index, LIVE, PairState::Current);
        apply(&index, ENDED, PairState::Ended { at: NOW, why: EndReason::Deactivated });
        let refusals = Arc::new(Refusals::over(index.clone()));
        let clock = Arc::new(ManualClock::at(NOW));
        let desk = Arc::new(Desk::new(index.clone(), clock, "Razorpay API", Errors::Plain));
        let listener = Listener { desk: desk.clone(), settings }
            .listen(SocketAddr::from(([127, 0, 0, 1], 0)))
            .expect("a free port");
        Self { index, refusals, desk, listener: Some(listener) }
    }

    pub(crate) fn becomes_ready(&self) {
        self.index.lease().ready();
        self.index.lease().renew(Uptime::default(), DAY.as_millis());
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.as_ref().expect("it listens until it is stopped").local_addr()
    }

    pub(crate) fn stops(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.stop();
        }
    }

    pub(crate) async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(format!("http://{}", self.address())).expect("an address");
        endpoint.connect().await.expect("the listener listens on loopback")
    }

    /// Asks about a request with these headers, on a route without demands.
    pub(crate) async fn asks(&self, headers: &[(&str, &str)]) -> Result<CheckResponse, Status> {
        self.asks_on_route(headers, &[]).await
    }

    pub(crate) async fn asks_on_route(
        &self,
        headers: &[(&str, &str)],
        extensions: &[(&str, &str)],
    ) -> Result<CheckResponse, Status> {
        let mut client = AuthorizationClient::new(self.channel().await);
        client.check(check(headers, extensions)).await.map(tonic::Response::into_inner)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stops();
    }
}

/// A question as Envoy builds it.
pub(crate) fn check(headers: &[(&str, &str)], extensions: &[(&str, &str)]) -> CheckRequest {
    let texts = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let socket = SocketAddress { address: "192.0.2.7".to_owned(), ..SocketAddress::default() };
    let address = Address { address: Some(AnyAddress::SocketAddress(socket)) };
    let http = HttpRequest {
        method: "GET".to_owned(),
        path: "/v1/orders".to_owned(),
        host: "api.example.com".to_owned(),
        headers: texts(headers),
        ..HttpRequest::default()
    };
    CheckRequest {
        attributes: Some(AttributeContext {
            source: Some(Peer { address: Some(address), ..Peer::default() }),
            request: Some(Request { http: Some(http), ..Request::default() }),
            context_extensions: texts(extensions),
            ..AttributeContext::default()
        }),
    }
}

/// The value of an `Authorization` header.
pub(crate) fn basic(key_id: &str, secret: &str) -> String {
    let text = base64::prelude::BASE64_STANDARD.encode(format!("{key_id}:{secret}"));
    format!("Basic {text}")
}

/// Adds a pair whose secret is [`SECRET`].
fn apply(index: &Index, key_id: &str, state: PairState) {
    let key_id: KeyId = key_id.parse().expect("a key id");
    let account = ACCOUNT.parse().expect("an account id");
    let mode = if key_id.as_str().contains("_live_") { Mode::Live } else { Mode::Test };
    let context = KeyContext { brand: "razorpay/IN", account: &account, mode, key_id: key_id.text() };
    let secret = Presented::parse(SECRET.as_bytes()).expect("the shape of a secret");
    index.apply(&PairRecord {
        key_id,
        key: "key_00000000000001".parse().expect("a key"),
        account,
        brand: &BrandId::new("razorpay", "IN").expect("a brand"),
        mode,
        digest: peppers().newest().digest_secret(&context, &secret),
        layers: Layers::of(1),
        state,
        created_at: Timestamp::from_millis(NOW.as_millis() - 5_000),
        expires_at: None,
        limited: false,
    });
}

fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("a pepper")
}
