//! This process as the system sees it: memory, open files, processor time, age, read from `/proc` and only when asked; and
//! which of its threads go first.

use std::fs;
use std::io;

use verify::Uptime;

/// Resident memory, in bytes.
pub(crate) fn resident() -> io::Result<u64> {
    resident_of(std::process::id())
}

/// The same of another process.
pub(crate) fn resident_of(process: u32) -> io::Result<u64> {
    let statm = fs::read_to_string(format!("/proc/{process}/statm"))?;
    let pages = statm.split_ascii_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    Ok(pages.ok_or_else(|| unlike("statm"))? * rustix::param::page_size() as u64)
}

/// Files, sockets and pipes that are open.
pub(crate) fn open_files() -> io::Result<u64> {
    // The one that lists them is among them.
    Ok((fs::read_dir("/proc/self/fd")?.count() as u64).saturating_sub(1))
}

/// Allows as many as the system lets this process have: the usual limit of 1,024 is made for programs that wait for few.
/// Every connection is one. Says how many may be open now; `None`: any number.
pub(crate) fn allow_open_files() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    // It fails only where the system says so, and then what was allowed before is what there is.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most });
    let allowed = open_files_max();
    make_room_for_files(allowed);
    allowed
}

/// Files that there is room for from the start: connections, above all.
const FILES: u64 = 65_536;

/// Has the kernel make its table of this process's files as large as it will have to be for all connections that are let in. It
/// doubles a table that is full, and a thread that opens one more file waits meanwhile until no other thread can be reading the old
/// one: for milliseconds in which a lane answers nobody. Where it cannot be done now, it is done when it must.
fn make_room_for_files(allowed: Option<u64>) {
    let highest = allowed.map_or(FILES, |allowed| allowed.min(FILES)).saturating_sub(1);
    if let (Ok(file), Ok(highest)) = (fs::File::open("/dev/null"), i32::try_from(highest)) {
        // Closed at once; the room stays.
        drop(rustix::io::fcntl_dupfd_cloexec(&file, highest));
    }
}

/// How many may be open.
pub(crate) fn open_files_max() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

/// Niceness of threads that do anything but verify. Where they want a core that a lane wants too, the lane has it nine tenths of
/// the time and at once; where cores are free, it means nothing.
const BEHIND: i32 = 10;

/// A runtime for everything that is not a lane: dashboard, management API, database, letters, loops. The threads it starts step
/// back behind those that verify, and so does whatever they start.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().on_thread_start(step_back).build()
}

/// Puts this thread behind those that verify. Where the system does not allow it, everything is as fair as before.
fn step_back() {
    use rustix::process::{getpriority_process, setpriority_process};
    // On Linux a process is a thread here, and none is this one.
    if getpriority_process(None).is_ok_and(|niceness| niceness < BEHIND) {
        let _ = setpriority_process(None, BEHIND);
    }
}

/// Seconds of processor time so far, this process's own and the kernel's for it.
pub(crate) fn processor_seconds(process: &str) -> io::Result<f64> {
    Ok((field(process, UTIME)? + field(process, UTIME + 1)?) as f64 / ticks_per_second())
}

/// Seconds since it was started.
pub(crate) fn age_seconds(now: Uptime) -> io::Result<f64> {
    let started = field("self", STARTTIME)? as f64 / ticks_per_second();
    Ok((now.as_millis() as f64 / 1e3 - started).max(0.0))
}

/// proc(5) counts fields from 1; after the name in parentheses, which may contain blanks, comes number 3.
const AFTER_NAME: usize = 3;
const UTIME: usize = 14;
const STARTTIME: usize = 22;

fn field(process: &str, number: usize) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let word = after_name.split_ascii_whitespace().nth(number - AFTER_NAME);
    word.and_then(|word| word.parse().ok()).ok_or_else(|| unlike("stat"))
}

fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

fn unlike(file: &str) -> io::Error {
    io::Error::other(format!("/proc/PID/{file} does not have the fields that proc(5) names"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, SystemClock};

    // A table that grows later makes a lane wait in the middle of its callers.
    #[test]
    fn there_is_room_for_all_files_before_they_are_opened() {
        let allowed = allow_open_files().map_or(FILES, |allowed| allowed.min(FILES));
        let status = fs::read_to_string("/proc/self/status").expect("proc(5)");
        let size = status.lines().find_map(|line| line.strip_prefix("FDSize:")).expect("proc(5) has it");
        let size: u64 = size.trim().parse().expect("a number");
        assert!(allowed <= size, "{allowed} may be open, and there is room for {size}");
    }

    #[test]
    fn threads_of_the_runtime_and_what_they_start_step_back_behind_others() {
        let niceness = || rustix::process::getpriority_process(None).expect("of this thread");
        let before = niceness();
        let runtime = runtime().expect("a runtime");
        let (worker, waiting, started) = runtime.block_on(async {
            let worker = tokio::spawn(async move { niceness() }).await;
            let waiting = tokio::task::spawn_blocking(niceness).await;
            let started = tokio::task::spawn_blocking(move || std::thread::spawn(niceness).join()).await;
            (
                worker.expect("a worker"),
                waiting.expect("a thread"),
                started.expect("a thread").expect("one more"),
            )
        });
        let behind = before.max(BEHIND);
        assert_eq!((worker, waiting, started), (behind, behind, behind));
        assert_eq!(niceness(), before, "lanes are started from here");
    }

    #[test]
    fn a_process_can_say_how_it_is() {
        assert!(resident().expect("Linux") > 1_000_000);
        assert!(open_files().expect("Linux") >= 3);
        assert!(open_files_max().is_none_or(|most| 3 < most));
        assert!(processor_seconds("self").expect("Linux") >= 0.0);
        let age = age_seconds(SystemClock.uptime()).expect("Linux");
        assert!(age < 86_400.0, "tests are processes of a moment ago");
        assert_eq!(age_seconds(Uptime::default()).ok(), Some(0.0), "a clock that stands still is no error");
    }
}
