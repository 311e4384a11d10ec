//! What the machine says: cores, CPU time, memory.

use std::fs;
use std::io;
use std::time::Duration;

use rustix::thread::{CpuSet, sched_setaffinity};

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Keeps this thread, and whatever it starts from now on, on one core.
pub(super) fn pin(core: usize) -> io::Result<()> {
    let mut only = CpuSet::new();
    only.set(core);
    Ok(sched_setaffinity(None, &only)?)
}

/// CPU time of a process so far, its own and the kernel's for it.
pub(super) fn spent(process: u32) -> io::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may contain blanks; fields are counted after it. proc(5): utime 14, stime 15.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let mut ticks = after_name.split_ascii_whitespace().skip(11).map(str::parse::<u64>);
    match (ticks.next(), ticks.next()) {
        (Some(Ok(user)), Some(Ok(system))) => {
            let per_second = rustix::param::clock_ticks_per_second();
            Ok(Duration::from_secs_f64((user + system) as f64 / per_second as f64))
        }
        _ => Err(io::Error::other("/proc/PID/stat does not have the fields that proc(5) names")),
    }
}

/// Resident memory of this process, in bytes.
pub(super) fn resident() -> io::Result<u64> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let pages = statm.split_ascii_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    let pages = pages
        .ok_or_else(|| io::Error::other("/proc/self/statm does not have the fields that proc(5) names"))?;
    Ok(pages * rustix::param::page_size() as u64)
}
