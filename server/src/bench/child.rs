//! The measured side: a listener with a full index behind it, in a process of its own, on cores of its own.
//!
//! It says on its output where it listens, and ends when its input does.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;

use domain::{BrandId, EndReason, KeyContext, Layers, Mode, PairState, Pepper, Peppers, Timestamp, seeded};
use verify::{Index, PairRecord, Uptime};

use super::sample::{Sample, sample};
use super::timing::prepared;
use super::watch::{pin_to, resident};
use crate::clock::SystemClock;
use crate::config::Errors;
use crate::gateway::{Desk, Gateway, GatewaySettings};

/// What a measured process is asked to be.
#[derive(Clone, Debug)]
pub struct ChildArguments {
    /// Pairs in its index.
    pub pairs: usize,
    /// Threads of its listener.
    pub threads: usize,
    /// Cores it may use.
    pub cores: Vec<usize>,
}

/// A listener that was opened, and how to close it.
pub type Opened = (SocketAddr, Box<dyn FnOnce()>);

/// What a measured process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Good pairs.
    Good,
    /// Good pairs, and half of as many that ended.
    GoodAndEnded,
}

/// Runs the measured side: `open` opens a listener on a desk with that many pairs.
pub fn child(
    arguments: &ChildArguments,
    held: Held,
    out: &mut dyn Write,
    input: &mut dyn Read,
    open: impl FnOnce(Arc<Desk>, usize) -> io::Result<Opened>,
) -> io::Result<()> {
    pin_to(&arguments.cores)?;
    let before = resident()?;
    let index = Arc::new(match held {
        Held::Good => filled(arguments.pairs),
        Held::GoodAndEnded => prepared(arguments.pairs),
    });
    let bytes = resident()?.saturating_sub(before);
    let desk = Desk::new(index, Arc::new(SystemClock), "Keystead", Errors::Plain);
    let (address, close) = open(Arc::new(desk), arguments.threads)?;
    writeln!(out, "{address} {bytes}")?;
    out.flush()?;
    io::copy(input, &mut io::sink())?;
    close();
    Ok(())
}

/// Opens the gateway listener.
pub fn open_gateway(desk: Arc<Desk>, threads: usize) -> io::Result<Opened> {
    let settings = GatewaySettings { threads, ..GatewaySettings::default() };
    let gateway = Gateway { desk, settings }.listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    Ok((gateway.local_addr(), Box::new(|| gateway.stop())))
}

pub(super) fn peppers() -> Peppers {
    Peppers::parse(&Peppers::fresh(&mut seeded(1))).expect("a fresh pepper can be read")
}

/// An index with that many pairs, of which it may vouch for ever.
pub(super) fn filled(pairs: usize) -> Index {
    let peppers = peppers();
    let index = Index::new(peppers.verification_keys(), [0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344]);
    index.reserve(pairs);
    for n in 0..pairs {
        apply(&index, peppers.newest(), &sample(n), PairState::Current);
    }
    index.lease().ready();
    index.lease().renew(Uptime::default(), i64::MAX);
    index
}

/// A pair that was deactivated.
pub(super) const fn ended() -> PairState {
    PairState::Ended { at: Timestamp::from_millis(1), why: EndReason::Deactivated }
}

pub(super) fn apply(index: &Index, pepper: &Pepper, sample: &Sample, state: PairState) {
    let brand = BrandId::new("razorpay", "IN").expect("a brand");
    let context = KeyContext {
        brand: "razorpay/IN",
        account: &sample.account,
        mode: Mode::Test,
        key_id: sample.key_id.text(),
    };
    index.apply(&PairRecord {
        key_id: sample.key_id,
        key: sample.key,
        account: sample.account,
        brand: &brand,
        mode: Mode::Test,
        digest: pepper.digest_secret(&context, &sample.secret.present()),
        layers: Layers::of(pepper.version()),
        state,
        created_at: Timestamp::from_millis(0),
        expires_at: None,
        limited: false,
    });
}

/// The program that is measured: started anew for each child with the words that make it one.
#[derive(Clone, Debug)]
pub struct Program {
    /// This binary, or another one that says where it listens.
    pub path: PathBuf,
    /// What it is called with before the words of a child.
    pub words: Vec<String>,
}

impl Program {
    /// Starts a child of a kind.
    pub(super) fn child(&self, kind: &str, arguments: &ChildArguments) -> io::Result<Measured> {
        let cores: Vec<String> = arguments.cores.iter().map(usize::to_string).collect();
        let mut command = Command::new(&self.path);
        command.args(&self.words).args(["--kind", kind, "--pairs", &arguments.pairs.to_string()]);
        command.args(["--threads", &arguments.threads.to_string(), "--cores", &cores.join(",")]);
        Measured::start(command)
    }
}

/// The measured side, seen from the parent. It ends when this is dropped: its input ends.
pub(super) struct Measured {
    pub(super) address: SocketAddr,
    /// What else it said, after its address.
    pub(super) said: Vec<String>,
    process: Child,
    input: Option<ChildStdin>,
    output: Option<BufReader<std::process::ChildStdout>>,
}

impl Measured {
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take();
        let mut output = process.stdout.take().map(BufReader::new);
        let mut line = String::new();
        if let Some(out) = &mut output {
            out.read_line(&mut line)?;
        }
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        match words.next().and_then(|address| address.parse().ok()) {
            Some(address) => Ok(Self { address, said: words.collect(), process, input, output }),
            None => {
                let _ = process.kill();
                let status = process.wait()?;
                Err(io::Error::other(format!("the measured process ended with {status} before it listened")))
            }
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Memory that its pairs added, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        self.said.first().and_then(|bytes| bytes.parse().ok()).unwrap_or(0)
    }

    /// Tells it something and hears its answer, one line each.
    pub(super) fn ask(&mut self, line: &str) -> io::Result<String> {
        let gone = || io::Error::other("the measured process has ended");
        writeln!(self.input.as_mut().ok_or_else(gone)?, "{line}")?;
        let mut answer = String::new();
        self.output.as_mut().ok_or_else(gone)?.read_line(&mut answer)?;
        if answer.is_empty() { Err(gone()) } else { Ok(answer.trim().to_owned()) }
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        drop(self.input.take());
        // It ends by itself; when it cannot, nothing is left to do about it here.
        let _ = self.process.wait();
    }
}
