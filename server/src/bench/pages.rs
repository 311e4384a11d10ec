//! `keystead bench pages`: the server's own time for every page of the dashboard and the operator console, with
//! many accounts in the database.
//!
//! Beside each stands what it is of the time for a small file, because only ratios travel between machines.

use std::fmt;
use std::io;

use serde::Serialize;

use super::stage::{PageTime, Stage};
use crate::config::Config;
use crate::pages::assets;
use crate::routes;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct PagesBench {
    /// Accounts beside the sample's, ten keys each.
    pub accounts: usize,
    /// Requests for each page.
    pub requests: usize,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct PagesReport {
    /// Accounts beside the sample's.
    pub accounts: usize,
    /// Requests for each page.
    pub requests: usize,
    /// A small file, for comparison.
    pub file: PageTime,
    /// Every page, in the order of the route tables.
    pub pages: Vec<PageTime>,
}

/// Measures every page in an empty folder, the one that the configuration names.
pub async fn pages(
    bench: PagesBench,
    config: Config,
    talk: &mut (dyn FnMut(&str) + Send),
) -> io::Result<PagesReport> {
    let stage = Stage::open(config, bench.accounts, talk).await?;
    let file =
        stage.time(&stage.owner, &format!("/assets/{}/icon.svg", assets::VERSION), bench.requests).await?;
    let mut pages = Vec::new();
    for row in routes::pages().iter().filter(|row| row.method == "GET") {
        let page = stage.time(&stage.owner, &address(row.path, &stage), bench.requests).await?;
        talk(&format!("{:>9.0} µs  {}", page.median_us, page.path));
        pages.push(page);
    }
    for row in routes::console_pages().iter().filter(|row| row.method == "GET") {
        let page = stage.time(&stage.operator, &address(row.path, &stage), bench.requests).await?;
        let page = PageTime { path: format!("{}{}", stage.operator.host, page.path), ..page };
        talk(&format!("{:>9.0} µs  {}", page.median_us, page.path));
        pages.push(page);
    }
    stage.close().await;
    Ok(PagesReport { accounts: bench.accounts, requests: bench.requests, file, pages })
}

/// A page's address, with things of the account in its place-holders. What the account has none of is asked for all the
/// same: saying that it does not exist is a page too.
fn address(path: &str, stage: &Stage) -> String {
    path.replace("{mode}", "test")
        .replace("{key}", &stage.key.to_string())
        .replace("{key_id}", &stage.key_id.to_string())
        .replace("{user}", &stage.user.to_string())
        .replace("{account}", &stage.account.to_string())
        .replace("{way}", "on")
        .replace("{org}/{country}", &stage.brand())
        .replace("{*page}", "payments/dashboard/settings/api-keys")
        .replace("{page}", "keys")
        .replace(['{', '}'], "")
}

impl fmt::Display for PagesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} accounts, {} requests for each page", self.accounts, self.requests)?;
        writeln!(f, "{:>9}   {:>9}   {:>7}   {:>6}   page", "median µs", "p99 µs", "× file", "status")?;
        for page in std::iter::once(&self.file).chain(&self.pages) {
            let ratio = page.median_us / self.file.median_us;
            let PageTime { path, status, median_us, p99_us, .. } = page;
            writeln!(f, "{median_us:>9.0}   {p99_us:>9.0}   {ratio:>7.1}   {status:>6}   {path}")?;
        }
        let slowest = self.pages.iter().max_by(|a, b| a.median_us.total_cmp(&b.median_us));
        match slowest {
            Some(page) => {
                write!(f, "slowest at the median: {} with {:.1} ms", page.path, page.median_us / 1_000.0)
            }
            None => write!(f, "there is no page"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_a_table() {
        let page = |path: &str, status, median_us| PageTime {
            path: path.to_owned(),
            status,
            bytes: 1_000,
            median_us,
            p99_us: median_us * 2.0,
        };
        let report = PagesReport {
            accounts: 100_000,
            requests: 200,
            file: page("/assets/1/icon.svg", 200, 20.0),
            pages: vec![page("/test/keys", 200, 410.0), page("/", 303, 35.0)],
        };
        insta::assert_snapshot!(report, @r"
        100000 accounts, 200 requests for each page
        median µs      p99 µs    × file   status   page
               20          40       1.0      200   /assets/1/icon.svg
              410         820      20.5      200   /test/keys
               35          70       1.8      303   /
        slowest at the median: /test/keys with 0.4 ms
        ");
    }
}
