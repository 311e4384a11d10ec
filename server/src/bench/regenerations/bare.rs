//! One-row durable commits, with nothing of ours around them: what the disk, or the server, can do.

use std::io;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio_postgres::{Client, NoTls};

use crate::clock::SystemClock;
use crate::config::Config;

/// Beside the embedded database, on the same disk.
const FILE: &str = "bare.db";
const MAKE: &str = "
    CREATE TABLE IF NOT EXISTS keystead_bench (id BIGINT PRIMARY KEY, number BIGINT NOT NULL)
";
const ADD: &str = "
    INSERT INTO keystead_bench (id, number)
    VALUES ($1, 0)
    ON CONFLICT (id) DO NOTHING
";
const COMMIT: &str = "
    UPDATE keystead_bench
       SET number = number + 1
     WHERE id = $1
";

/// Connections, each with a row of its own.
pub(super) enum Bare {
    Sqlite(rusqlite::Connection),
    Postgres(Vec<Client>),
}

impl Bare {
    /// Opens some connections where the configuration's database is. The embedded one has a single writer, whoever asks.
    pub(super) async fn open(config: &Config, connections: usize) -> io::Result<Self> {
        let Some(url) = &config.database_url else {
            return sqlite(&config.data_dir.join(FILE)).map(Bare::Sqlite).map_err(io::Error::other);
        };
        let mut clients = Vec::with_capacity(connections);
        for row in 0..connections as i64 {
            let connected = tokio_postgres::connect(url.expose_secret(), NoTls).await;
            let (client, connection) = connected.map_err(io::Error::other)?;
            // Ends with its client.
            tokio::spawn(connection);
            client.execute(MAKE, &[]).await.map_err(io::Error::other)?;
            client.execute(ADD, &[&row]).await.map_err(io::Error::other)?;
            clients.push(client);
        }
        Ok(Bare::Postgres(clients))
    }

    /// Commits again and again for a span; how many there were a second.
    pub(super) async fn rate(self, span: Duration) -> io::Result<f64> {
        let begin = SystemClock.nanoseconds();
        let until = begin + i64::try_from(span.as_nanos()).unwrap_or(i64::MAX);
        let mut tasks = Vec::new();
        match self {
            Bare::Sqlite(connection) => {
                tasks.push(tokio::task::spawn_blocking(move || on_disk(&connection, until)));
            }
            Bare::Postgres(clients) => tasks.extend(
                clients.into_iter().zip(0..).map(|(client, row)| tokio::spawn(on_server(client, row, until))),
            ),
        }
        let mut count = 0;
        for task in tasks {
            count += task.await.map_err(io::Error::other)??;
        }
        Ok(f64::from(count) * 1e9 / (SystemClock.nanoseconds() - begin) as f64)
    }
}

fn sqlite(path: &std::path::Path) -> rusqlite::Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute(MAKE, [])?;
    connection.execute(&ADD.replace('$', "?"), [0])?;
    Ok(connection)
}

fn on_disk(connection: &rusqlite::Connection, until: i64) -> io::Result<u32> {
    let mut commit = connection.prepare(&COMMIT.replace('$', "?")).map_err(io::Error::other)?;
    let mut count = 0;
    while SystemClock.nanoseconds() < until {
        commit.execute([0]).map_err(io::Error::other)?;
        count += 1;
    }
    Ok(count)
}

async fn on_server(client: Client, row: i64, until: i64) -> io::Result<u32> {
    let commit = client.prepare(COMMIT).await.map_err(io::Error::other)?;
    let mut count = 0;
    while SystemClock.nanoseconds() < until {
        client.execute(&commit, &[&row]).await.map_err(io::Error::other)?;
        count += 1;
    }
    Ok(count)
}
