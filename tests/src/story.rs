//! A story: Keystead in this process with its sample accounts, on free ports, with a clock that is moved by hand.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use domain::{Duration, Timestamp};
use server::clock::{Clock, ManualClock};
use server::config::Config;
use server::demo::{self, Demo, DemoAccount, DemoBrand};
use server::random::SeededRandom;
use server::start::{Options, Running, make_folder, open_engine, start};
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::caller::Asking;
use crate::outbox::Outbox;
use crate::person::Person;

/// The sample's brands, as they ship.
pub const BRANDS: &str = include_str!("../../brands.toml");
/// When stories begin: 2026-11-23T06:00:00Z.
const BEGINNING: Timestamp = Timestamp::from_millis(1_795_413_600_000);

/// The server with everything around it.
pub struct Story {
    runtime: Runtime,
    clock: Arc<ManualClock>,
    random: Arc<SeededRandom>,
    config: Config,
    demo: Demo,
    running: Option<Running>,
    folder: TempDir,
    /// Keeps the gateway listener's port ours while the server restarts: gateways know no other.
    _port: Socket,
}

impl Story {
    /// Starts on a fresh folder.
    pub fn begins() -> Story {
        let folder = tempfile::tempdir().expect("room for a folder");
        let mut config = Config::demo(folder.path(), 1, BRANDS).expect("the shipped brands can be used");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let port = reserved(any);
        let gateway = port.local_addr().expect("a bound socket has an address");
        config.listen.gateway = gateway.as_socket().expect("it was bound to an IP address");
        config.listen.public = any;
        config.listen.ops = any;
        config.gateway.threads = std::num::NonZeroUsize::new(2);
        let random = Arc::new(SeededRandom::new(7));
        make_folder(folder.path(), &*random).expect("a fresh folder can be set up");

        let runtime = Runtime::new().expect("threads for the server");
        let clock = Arc::new(ManualClock::at(BEGINNING));
        let (demo, running) = runtime.block_on(serve(&config, &clock, &random));
        Story { runtime, clock, random, config, demo, running: Some(running), folder, _port: port }
    }

    /// Stops the server and starts it again on the same folder, at the same moment.
    pub fn restarts(&mut self) {
        self.stops();
        let (demo, running) = self.runtime.block_on(serve(&self.config, &self.clock, &self.random));
        self.demo = demo;
        self.running = Some(running);
    }

    /// Time passes, and the server has heard from its database since.
    pub fn advances(&self, by: Duration) {
        self.clock.advance(by);
        let asked_at = self.clock.uptime();
        let engine = &self.running().app().engine;
        self.runtime.block_on(engine.catch_up(asked_at)).expect("the database answers");
    }

    /// Where the dashboard is now.
    pub fn dashboard(&self) -> SocketAddr {
        self.running().public().expect("it has a dashboard")
    }

    /// Where gateways ask, through all restarts.
    pub fn gateway(&self) -> SocketAddr {
        self.config.listen.gateway
    }

    /// Somebody who asks the gateway listener.
    pub fn asking(&self) -> Asking {
        Asking::at(self.gateway())
    }

    /// A member of a brand's account that may have live keys, not logged in yet.
    pub fn member(&self, org: &str, country: &str, role: &str) -> Person {
        member_of(&self.demo, self.dashboard(), org, country, role)
    }

    /// The id of a brand's account that may have live keys.
    pub fn account(&self, org: &str, country: &str) -> &str {
        &ready_account(&self.demo, org, country).1.id
    }

    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("a story's server runs between its restarts")
    }

    fn stops(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        self.stops();
    }
}

/// A member of the sample, at a server that serves it.
pub fn member_of(demo: &Demo, dashboard: SocketAddr, org: &str, country: &str, role: &str) -> Person {
    let (brand, account) = ready_account(demo, org, country);
    let member = account.members.iter().find(|one| one.role == role).expect("the account has this role");
    // Each brand's member has a number of their own, because a number gets few codes in a row.
    let mobile = match (org, country) {
        (_, "MY") => "+60123456999",
        ("razorpay", _) => "+919876549999",
        _ => "+919876549998",
    };
    Person::at(dashboard, &brand.dashboard_url, member, mobile, Outbox::at(&demo.sms_outbox))
}

fn ready_account<'a>(demo: &'a Demo, org: &str, country: &str) -> (&'a DemoBrand, &'a DemoAccount) {
    let brand = demo.brands.iter().find(|one| one.org == org && one.country == country);
    let brand = brand.expect("the sample has this brand");
    let ready = brand.accounts.iter().find(|one| one.activated);
    (brand, ready.expect("the sample has a ready account"))
}

async fn serve(config: &Config, clock: &Arc<ManualClock>, random: &Arc<SeededRandom>) -> (Demo, Running) {
    let engine = open_engine(config, &**random).await.expect("the folder can be opened");
    let demo = demo::prepare(&engine, config, &**clock, &**random).await.expect("the sample can be made");
    let options = Options {
        config: config.clone(),
        clock: clock.clone(),
        random: random.clone(),
        demo: Some(demo.clone()),
    };
    let running = start(engine, options, |_, _| ()).await.expect("free ports can be had");
    (demo, running)
}

/// A port that is bound and does not listen: the listeners that share it get every connection, and nobody else gets it.
fn reserved(address: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket can be had");
    socket.set_reuse_address(true).expect("a fresh socket takes options");
    socket.set_reuse_port(true).expect("a fresh socket takes options");
    socket.bind(&address.into()).expect("there is a free port");
    socket
}
