//! What the machine says: cores, CPU time, memory.

use std::io;
use std::time::Duration;

use rustix::thread::{CpuSet, sched_setaffinity};

pub(super) use crate::process::resident;

pub(super) fn cores() -> usize {
    // How many there are, not how many this thread may use: it may have been pinned before.
    rustix::thread::sched_getaffinity(rustix::thread::Pid::from_raw(1)).map_or_else(
        |_| std::thread::available_parallelism().map_or(1, usize::from),
        |of_init| of_init.count() as usize,
    )
}

/// Keeps this thread, and whatever it starts from now on, on one core.
pub(super) fn pin(core: usize) -> io::Result<()> {
    pin_to(&[core])
}

/// The same with several cores.
pub(super) fn pin_to(cores: &[usize]) -> io::Result<()> {
    let mut only = CpuSet::new();
    cores.iter().for_each(|core| only.set(*core));
    Ok(sched_setaffinity(None, &only)?)
}

/// CPU time of a process so far, its own and the kernel's for it.
pub(super) fn spent(process: u32) -> io::Result<Duration> {
    crate::process::processor_seconds(&process.to_string()).map(Duration::from_secs_f64)
}
