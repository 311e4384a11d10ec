//! `keystead bench`: what answers cost on this machine, beside something run in the same minute.
//!
//! Only ratios travel between machines, so servers that are compared are pinned to the same core, asked in turns by one
//! generator on another core, with the same bytes; and the servers' own CPU time stands beside each rate, because a
//! generator can be the slower side. Whatever is measured runs in a child process of its own, so that its memory and time
//! are its own. What is measured how, and why: `docs/decisions/0014`.

mod abuse;
mod changes;
mod child;
mod cores;
mod empty;
mod envoy;
mod gateway;
mod installed;
mod load;
mod nginx;
mod paced;
mod pages;
mod race;
mod ready;
mod refusals;
mod regenerations;
mod sample;
mod stage;
mod timing;
mod usage;
mod verdict;
mod watch;

pub use self::abuse::{AbuseBench, AbuseReport, Phase, abuse};
pub use self::changes::{ChangesBench, ChangesReport, changes};
pub use self::child::{ChildArguments, Held, Opened, Program, child, open_gateway};
pub use self::cores::{CoresReport, cores_apart};
pub use self::empty::empty_child;
pub use self::envoy::{EnvoyBench, ext_authz};
pub use self::gateway::{GatewayBench, auth_request, gateway};
pub use self::installed::installed_child;
pub use self::paced::Waits;
pub use self::pages::{PagesBench, PagesReport, pages};
pub use self::race::{RaceReport, Row, Turn, Turns};
pub use self::ready::{ReadyBench, ReadyReport, Start, ready, ready_child};
pub use self::refusals::{RefusalsReport, refusals};
pub use self::regenerations::{RegenerationsBench, RegenerationsReport, regenerations};
pub use self::stage::PageTime;
pub use self::timing::{Comparison, T_FOUND, TimingBench, TimingReport, timing};
pub use self::usage::{UsageBench, UsageReport, usage};
pub use self::verdict::{VerdictReport, verdict};

/// The core of the servers.
const SERVER_CORE: usize = 0;
/// Below this part of its core, a server was not what limited the rate.
const CORE_SHARE_MIN: f64 = 0.8;
/// Above this part of its core, the generator may have been what limited it.
const LOAD_BUSY: f64 = 0.95;
/// Connections of the generator.
const CONNECTIONS: usize = 32;
/// Different credentials it asks with: enough that their records are not all in the processor's cache.
const CREDENTIALS: usize = 100_000;

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The middle of sorted values; there must be at least one.
fn median(sorted: &[f64]) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }
}
