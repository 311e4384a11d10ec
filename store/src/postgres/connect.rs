//! Connections: made to the first host that answers and can be written, and given up when they are of no use any more.
//!
//! Each host has its own time to answer, so one that accepts and then says nothing holds nobody up for long. The host that
//! answered last is asked first.

use std::future::poll_fn;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

use super::address::{Address, HOST_ANSWERS_WITHIN};
use super::failure::told;

/// Makes connections.
pub(super) struct Connector {
    address: Address,
    /// The host that answered last.
    last: AtomicUsize,
}

/// A connection, with the task that reads from it.
pub(super) struct Connection {
    client: Client,
    reading: JoinHandle<()>,
    /// Whether somebody ended the wait for a standby during a commit.
    is_alone: Arc<AtomicBool>,
}

impl Connector {
    pub(super) fn to(address: Address) -> Self {
        Self { address, last: AtomicUsize::new(0) }
    }

    pub(super) fn shown(&self) -> &str {
        self.address.shown()
    }

    /// A connection to the first host that answers and can be written, or what each of them said.
    pub(super) async fn connect(&self) -> Result<Connection, String> {
        self.connect_hearing(None).await
    }

    /// The same; what is notified on the connection is passed on.
    pub(super) async fn connect_hearing(
        &self,
        heard: Option<watch::Sender<i64>>,
    ) -> Result<Connection, String> {
        let hosts = &self.address.hosts;
        let first = self.last.load(Ordering::Relaxed);
        let mut said = Vec::new();
        for place in (0..hosts.len()).map(|n| (first + n) % hosts.len()) {
            match timeout(HOST_ANSWERS_WITHIN, self.connect_to(&hosts[place], heard.clone())).await {
                Ok(Ok(connection)) => {
                    self.last.store(place, Ordering::Relaxed);
                    return Ok(connection);
                }
                Ok(Err(why)) => said.push(why),
                Err(_) => said.push(format!("{}: it does not answer", named(&hosts[place]))),
            }
        }
        Err(said.join("; "))
    }

    async fn connect_to(
        &self,
        host: &Config,
        heard: Option<watch::Sender<i64>>,
    ) -> Result<Connection, String> {
        let wrong = |error| format!("{}: {}", named(host), told(&error));
        match &self.address.tls {
            Some(tls) if host.get_ssl_mode() == tokio_postgres::config::SslMode::Require => {
                let (client, connection) = host.connect(tls.clone()).await.map_err(wrong)?;
                Ok(Connection::new(client, connection, heard))
            }
            _ => {
                let (client, connection) = host.connect(NoTls).await.map_err(wrong)?;
                Ok(Connection::new(client, connection, heard))
            }
        }
    }
}

fn named(host: &Config) -> String {
    let name = match host.get_hosts().first() {
        Some(tokio_postgres::config::Host::Tcp(name)) => name.clone(),
        Some(tokio_postgres::config::Host::Unix(folder)) => folder.display().to_string(),
        None => String::new(),
    };
    format!("{name}:{}", host.get_ports().first().copied().unwrap_or_default())
}

/// Reads until the connection ends. Whoever waits for an answer on it is told so by the library.
async fn read<S, T>(
    mut connection: tokio_postgres::Connection<S, T>,
    heard: Option<watch::Sender<i64>>,
    is_alone: Arc<AtomicBool>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        match (message, &heard) {
            (AsyncMessage::Notification(notification), Some(heard)) => {
                let position: i64 = notification.payload().parse().unwrap_or_default();
                heard.send_modify(|known| *known = position.max(*known));
            }
            // The commit itself is answered as if it were done.
            (AsyncMessage::Notice(notice), _) if *notice.code() == SqlState::WARNING => {
                is_alone.store(true, Ordering::Release);
            }
            _ => {}
        }
    }
}

impl Connection {
    fn new<S, T>(
        client: Client,
        connection: tokio_postgres::Connection<S, T>,
        heard: Option<watch::Sender<i64>>,
    ) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let is_alone = Arc::<AtomicBool>::default();
        let reading = tokio::spawn(read(connection, heard, is_alone.clone()));
        Self { client, reading, is_alone }
    }

    /// Whether the last commit may be on this server alone although a standby should have it: PostgreSQL then warns (class 01)
    /// and answers as if the commit were done.
    pub(super) fn take_warning(&self) -> bool {
        self.is_alone.swap(false, Ordering::AcqRel)
    }

    /// Waits until the connection has ended.
    pub(super) async fn until_ended(&mut self) {
        // The task neither panics nor is aborted while somebody holds the connection.
        let _ = (&mut self.reading).await;
    }
}

impl Deref for Connection {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = String;

    async fn create(&self) -> Result<Connection, String> {
        self.connect().await
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<String> {
        if connection.is_closed() { Err(RecycleError::message("it has ended")) } else { Ok(()) }
    }
}
