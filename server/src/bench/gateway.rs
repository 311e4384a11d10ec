//! `keystead bench gateway` and `auth-request`: races of the gateway listener.

use std::io;
use std::path::PathBuf;

use super::child::{ChildArguments, Measured, Program};
use super::nginx::{Nginx, Site};
use super::race::{RaceReport, Rival, Turns, race};
use super::{CREDENTIALS, SERVER_CORE, sample};

/// What to measure.
#[derive(Clone, Debug)]
pub struct GatewayBench {
    /// Pairs in the index.
    pub pairs: usize,
    /// How long.
    pub turns: Turns,
    /// The nginx to compare with.
    pub nginx: PathBuf,
    /// This program.
    pub program: Program,
}

impl GatewayBench {
    fn keystead(&self, threads: usize, cores: Vec<usize>) -> io::Result<Measured> {
        self.program.child("gateway", &ChildArguments { pairs: self.pairs, threads, cores })
    }

    fn empty(&self) -> io::Result<Measured> {
        self.program.child("empty", &ChildArguments { pairs: 0, threads: 1, cores: vec![SERVER_CORE] })
    }

    fn title(&self, what: &str, keystead: &Measured) -> String {
        let megabytes = keystead.memory_bytes() / 1_000_000;
        let Turns { rounds, seconds } = self.turns;
        format!("{what}, {} pairs ({megabytes} MB), {rounds} rounds of {seconds} s", self.pairs)
    }
}

/// `/v1/authenticate` with good, wrong and unknown credentials beside nginx `return 204`, all on one core.
pub fn gateway(bench: &GatewayBench, talk: &mut dyn FnMut(&str)) -> io::Result<RaceReport> {
    talk(&format!("Filling an index with {} pairs", bench.pairs));
    let keystead = bench.keystead(1, vec![SERVER_CORE])?;
    let nginx = Nginx::start(&bench.nginx, Site::Empty)?;
    let empty = bench.empty()?;
    let good = sample::requests(bench.pairs, CREDENTIALS);
    let wrong = sample::wrong_requests(bench.pairs, CREDENTIALS);
    let unknown = sample::unknown_requests(bench.pairs, CREDENTIALS);
    let ours = |name: &str, requests, status| Rival {
        name: format!("keystead, {name}"),
        address: keystead.address,
        processes: vec![keystead.id()],
        requests,
        status,
    };
    let rivals = [
        Rival {
            name: "nginx return 204".to_owned(),
            address: nginx.address,
            processes: vec![nginx.id()],
            requests: &good,
            status: b"204",
        },
        Rival {
            name: "empty hyper".to_owned(),
            address: empty.address,
            processes: vec![empty.id()],
            requests: &good,
            status: b"204",
        },
        ours("granted", good.as_slice(), b"200"),
        ours("wrong secret", wrong.as_slice(), b"401"),
        ours("unknown id", unknown.as_slice(), b"401"),
    ];
    race(bench.title("one core", &keystead), &rivals, bench.turns, talk)
}

/// nginx that asks Keystead with `auth_request` beside nginx that asks an empty hyper, all on one core.
pub fn auth_request(bench: &GatewayBench, talk: &mut dyn FnMut(&str)) -> io::Result<RaceReport> {
    talk(&format!("Filling an index with {} pairs", bench.pairs));
    let (keystead, empty) = (bench.keystead(1, vec![SERVER_CORE])?, bench.empty()?);
    let asks_keystead = Nginx::start(&bench.nginx, Site::Asks(keystead.address))?;
    let asks_empty = Nginx::start(&bench.nginx, Site::Asks(empty.address))?;
    let good = sample::requests(bench.pairs, CREDENTIALS);
    let rival = |name: &str, nginx: &Nginx, asked: &Measured| Rival {
        name: name.to_owned(),
        address: nginx.address,
        processes: vec![nginx.id(), asked.id()],
        requests: &good,
        status: b"200",
    };
    let rivals = [
        rival("nginx asks an empty hyper", &asks_empty, &empty),
        rival("nginx asks keystead", &asks_keystead, &keystead),
    ];
    let report = race(bench.title("auth_request, one core", &keystead), &rivals, bench.turns, talk)?;
    let asked = report.asked_us();
    Ok(report.remark(asked))
}
