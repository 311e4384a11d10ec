//! A way to a server that can be cut at the worst moment: when a commit was asked for.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

use crate::{Cluster, PORT, USER};

/// How a client says it, whole and by itself.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// What every decision does before its commit, and nothing else does. Commits of other work are let through.
const DECIDES: &[u8] = b"UPDATE audit_head";

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// It arrives.
    Passes,
    /// The next commit of a decision does not arrive; its connection is cut, and what comes later passes.
    CutBeforeCommit,
    /// The next commit of a decision arrives, its answer does not; its connection is cut, and what comes later passes.
    CutAfterCommit,
    /// The same, but nothing passes after it until somebody says so.
    CutAfterCommitForGood,
    /// Connections are cut and no new ones are made.
    Refused,
}

/// A way to a server.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    traffic: Mutex<Traffic>,
    cuts: AtomicUsize,
    stopping: AtomicBool,
    /// Both ends of every connection that is open.
    open: Mutex<Vec<(TcpStream, UnixStream)>>,
}

impl Proxy {
    /// A way to a server that is open.
    pub fn to(cluster: &Cluster) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let server = cluster.socket().join(format!(".s.PGSQL.{PORT}"));
        let shared = Arc::new(Shared {
            traffic: Mutex::new(Traffic::Passes),
            cuts: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let accepting = thread::spawn({
            let shared = shared.clone();
            move || accept(&listener, &server, &shared)
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    /// The URL of a database through it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@{}/{database}", self.address)
    }

    /// Says what becomes of what is sent from now on.
    pub fn set(&self, traffic: Traffic) {
        *self.shared.traffic() = traffic;
        if traffic == Traffic::Refused {
            self.shared.cut_all();
        }
    }

    /// How often a commit was cut.
    pub fn cuts(&self) -> usize {
        self.shared.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // The one who accepts waits for somebody.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        self.shared.cut_all();
    }
}

impl Shared {
    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().expect("nobody panics while holding it")
    }

    fn cut_all(&self) {
        for (client, server) in self.open.lock().expect("nobody panics while holding it").drain(..) {
            cut(&client, &server);
        }
    }
}

fn cut(client: &TcpStream, server: &UnixStream) {
    // It may be cut already.
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

fn accept(listener: &TcpListener, server: &PathBuf, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        if *shared.traffic() == Traffic::Refused {
            continue;
        }
        let Ok(server) = UnixStream::connect(server) else { continue };
        // A connection that ends at once is noticed by whoever made it.
        let _ = carry(client, server, shared);
    }
}

fn carry(client: TcpStream, server: UnixStream, shared: &Arc<Shared>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let muted = Arc::new(AtomicBool::new(false));
    let kept = (client.try_clone()?, server.try_clone()?);
    shared.open.lock().expect("nobody panics while holding it").push(kept);
    let (to_server, to_client) = ((client.try_clone()?, server.try_clone()?), (client, server));
    let (asking, answering) = (shared.clone(), shared.clone());
    let told = muted.clone();
    thread::spawn(move || {
        let (client, server) = to_server;
        let _ = ask(&client, &server, &asking, &told);
        cut(&client, &server);
    });
    thread::spawn(move || {
        let (client, server) = to_client;
        let _ = answer(&client, &server, &answering, &muted);
        cut(&client, &server);
    });
    Ok(())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Carries questions. Ends when the connection is to be cut.
fn ask(
    mut client: &TcpStream,
    mut server: &UnixStream,
    shared: &Shared,
    muted: &AtomicBool,
) -> io::Result<()> {
    let (mut bytes, mut decides) = (vec![0; 64 * 1024], false);
    loop {
        let read = client.read(&mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        decides |= contains(&bytes[..read], DECIDES);
        if contains(&bytes[..read], COMMIT) && std::mem::take(&mut decides) {
            let mut traffic = shared.traffic();
            match *traffic {
                Traffic::Passes | Traffic::Refused => {}
                Traffic::CutBeforeCommit => {
                    *traffic = Traffic::Passes;
                    shared.cuts.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
                Traffic::CutAfterCommit | Traffic::CutAfterCommitForGood => {
                    let is_for_good = *traffic == Traffic::CutAfterCommitForGood;
                    *traffic = if is_for_good { Traffic::Refused } else { Traffic::Passes };
                    muted.store(true, Ordering::SeqCst);
                }
            }
        }
        server.write_all(&bytes[..read])?;
    }
}

/// Carries answers, until one is to be lost.
fn answer(
    mut client: &TcpStream,
    mut server: &UnixStream,
    shared: &Shared,
    muted: &AtomicBool,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = server.read(&mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        if muted.load(Ordering::SeqCst) {
            // The server has done what it was asked.
            shared.cuts.fetch_add(1, Ordering::SeqCst);
            if *shared.traffic() == Traffic::Refused {
                shared.cut_all();
            }
            return Ok(());
        }
        client.write_all(&bytes[..read])?;
    }
}
