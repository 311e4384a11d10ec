//! The measured side: a gateway listener with a full index, in a process of its own.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use domain::{BrandId, KeyContext, Mode, PairState, Pepper, Peppers, Timestamp, seeded};
use verify::{Index, PairRecord, Uptime};

use super::SERVER_CORE;
use super::sample::{Sample, sample};
use super::watch::{pin, resident};
use crate::clock::SystemClock;
use crate::config::Errors;
use crate::gateway::{Desk, Gateway, GatewaySettings};

/// Runs the measured side: says on `out` where it listens and what memory it took, and ends when `input`
/// does.
pub fn gateway_child(pairs: usize, out: &mut dyn Write, input: &mut dyn Read) -> io::Result<()> {
    pin(SERVER_CORE)?;
    let before = resident()?;
    let index = Arc::new(filled(pairs));
    let bytes = resident()?.saturating_sub(before);

    let clock = Arc::new(SystemClock);
    let desk = Desk::new(index, clock, "Keystead", Errors::Plain);
    let settings = GatewaySettings { threads: 1, ..GatewaySettings::default() };
    let gateway = Gateway { desk: Arc::new(desk), settings }.listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    writeln!(out, "{} {bytes}", gateway.local_addr())?;
    out.flush()?;
    io::copy(input, &mut io::sink())?;
    gateway.stop();
    Ok(())
}

fn filled(pairs: usize) -> Index {
    let peppers = Peppers::parse(&Peppers::fresh(&mut seeded(1))).expect("a fresh pepper can be read");
    let index = Index::new(peppers.verification_keys(), [0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344]);
    let brand = BrandId::new("razorpay", "IN").expect("a brand");
    index.reserve(pairs);
    for n in 0..pairs {
        apply(&index, peppers.newest(), &brand, &sample(n));
    }
    index.lease().ready();
    index.lease().renew(Uptime::default(), i64::MAX);
    index
}

fn apply(index: &Index, pepper: &Pepper, brand: &BrandId, sample: &Sample) {
    let context = KeyContext {
        brand: "razorpay/IN",
        account: &sample.account,
        mode: Mode::Test,
        key_id: &sample.key_id,
    };
    index.apply(&PairRecord {
        key_id: sample.key_id,
        key: sample.key,
        account: sample.account,
        brand,
        mode: Mode::Test,
        digest: pepper.digest_secret(&context, &sample.secret.present()),
        pepper: pepper.version(),
        state: PairState::Current,
        created_at: Timestamp::from_millis(0),
        expires_at: None,
        limited: false,
    });
}

/// The measured side, seen from the parent. It ends when this is dropped: its input ends.
pub(super) struct GatewayChild {
    pub(super) address: SocketAddr,
    pub(super) memory_bytes: u64,
    process: Child,
}

impl GatewayChild {
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let said = line
            .trim()
            .split_once(' ')
            .and_then(|(address, bytes)| Some((address.parse().ok()?, bytes.parse().ok()?)));
        match said {
            Some((address, memory_bytes)) => Ok(Self { address, memory_bytes, process }),
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
}

impl Drop for GatewayChild {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends by itself; when it cannot, nothing is left to do about it here.
        let _ = self.process.wait();
    }
}
