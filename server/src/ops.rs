//! The ops listener: is the process alive, may it vouch, and what has it counted. For operators and their
//! machines only.
//!
//! No key or account id ever appears here.

mod metrics;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use engine::SendTally;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use prometheus_client::registry::Registry;
use verify::{Index, Refusals, Silence};

use crate::accept::{Limits, Replies, Reply, StreetDoor};
use crate::clock::Clock;
use crate::gateway::Desk;
use crate::meters::Meters;

/// What is said while verification goes on and no key is changed.
const QUARANTINED: &str = "ready\nthe database is quarantined: it lacks changes that were seen of it, so no key is changed until somebody \
                           runs keystead restore --journal FILE --data-dir DIR (with --database-url URL where it is on PostgreSQL; \
                           otherwise the server is stopped first)\n";
/// What is said while the list of nodes does not let this process vouch, however well it reads.
const UNSEATED: &str = "this process does not run as its node: it has not registered yet, the node was removed, or another process runs as \
                        it; it comes back when that one has gone, or start it with a node of its own";
/// Connections an operator's machines may hold.
const CONNECTIONS_MAX: usize = 256;

/// The listener, ready to listen.
pub struct Ops {
    /// What the gateway listener answers from.
    pub desk: Arc<Desk>,
    /// Refused requests.
    pub refusals: Arc<Refusals>,
    /// Codes that were not sent because too many had been.
    pub sends: Arc<SendTally>,
    /// What is counted beside verdicts.
    pub meters: Arc<Meters>,
    /// For the age of the lease.
    pub clock: Arc<dyn Clock>,
}

/// A listener that is running.
pub struct OpsHandle(StreetDoor);

impl Ops {
    /// Opens the listener on a thread of its own. Port 0 picks a free one.
    pub fn listen(self, address: SocketAddr) -> io::Result<OpsHandle> {
        let mut registry = Registry::with_prefix("keystead");
        let index = self.desk.index().clone();
        let (clock, meters) = (self.clock.clone(), self.meters.clone());
        registry.register_collector(Box::new(metrics::Measured::new(self)));
        let service = OpsService { registry: Arc::new(registry), index, clock, meters };
        let limits = Limits { connections_max: CONNECTIONS_MAX };
        StreetDoor::open("ops", address, limits, service).map(OpsHandle)
    }
}

impl OpsHandle {
    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.0.local_addr()
    }

    /// Stops accepting, finishes what has begun, and joins the thread.
    pub fn stop(self) {
        self.0.close();
    }
}

#[derive(Clone)]
struct OpsService {
    registry: Arc<Registry>,
    index: Arc<Index>,
    clock: Arc<dyn Clock>,
    meters: Arc<Meters>,
}

impl OpsService {
    fn ready(&self) -> Response<Full<Bytes>> {
        let not_ready = |why: String| text(StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n"));
        match (self.index.lease().check(self.clock.uptime()), self.index.missing_pepper()) {
            (Ok(()), None) if self.meters.fleet.has_lost_history.load(Ordering::Relaxed) => {
                text(StatusCode::OK, QUARANTINED.to_owned())
            }
            (Ok(()), None) => text(StatusCode::OK, "ready\n".to_owned()),
            (Ok(()), Some(version)) => not_ready(format!(
                "version {version} of the pepper is missing; put the pepper file that has it into the data folder"
            )),
            (Err(Silence::TooOld), _) if self.meters.fleet.is_unseated.load(Ordering::Relaxed) => {
                not_ready(UNSEATED.to_owned())
            }
            (Err(silence), _) => not_ready(explained(silence).to_owned()),
        }
    }

    fn metrics(&self) -> Response<Full<Bytes>> {
        let mut body = String::new();
        if prometheus_client::encoding::text::encode(&mut body, &self.registry).is_err() {
            return text(StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be written\n".to_owned());
        }
        let mut response = text(StatusCode::OK, body);
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        );
        response
    }
}

impl Replies for OpsService {
    fn reply(&self, request: Request<Incoming>, _peer: SocketAddr) -> Reply {
        Reply::Now(match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, "/healthz") => text(StatusCode::OK, "ok\n".to_owned()),
            (&Method::GET | &Method::HEAD, "/readyz") => self.ready(),
            (&Method::GET | &Method::HEAD, "/metrics") => self.metrics(),
            (_, "/healthz" | "/readyz" | "/metrics") => {
                text(StatusCode::METHOD_NOT_ALLOWED, "this path answers GET only\n".to_owned())
            }
            _ => text(
                StatusCode::NOT_FOUND,
                "nothing here; there are /healthz, /readyz and /metrics\n".to_owned(),
            ),
        })
    }
}

const fn explained(silence: Silence) -> &'static str {
    match silence {
        Silence::NotLoaded => "pairs are still being loaded",
        Silence::TooOld => "the database has not been reached within the lease",
        Silence::PepperMissing => "a version of the pepper is missing",
        Silence::LimitsMissing => "the limits of a key are missing",
        Silence::MayBeNew => "pairs may have been made that are not known here",
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
