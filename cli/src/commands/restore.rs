//! `keystead restore`: a database from a backup, with the endings that came after it; or the end of a quarantine.

use std::path::PathBuf;

use server::clock::{Clock, SystemClock};
use server::random::SystemRandom;
use server::restore::{Finished, Restored, Wish, restore};

use crate::commands::{Place, block_on};
use crate::failure::Failure;
use crate::output::Output;
use crate::report::Report;

/// What is restored, and where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The backup; without one the database that is there, quarantined or unfinished, is finished
    #[arg(value_name = "FILE")]
    backup: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// A journal (revocations.journal) of a data folder that ran until the end; best the journals of all of them
    #[arg(long = "journal", value_name = "FILE")]
    journals: Vec<PathBuf>,
    /// There is no journal: pairs that were ended after the backup may work again, and I know that
    #[arg(long)]
    accept_lost_endings: bool,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Does it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { backup, place, journals, accept_lost_endings, output } = arguments;
    if backup.is_none() && journals.is_empty() && !accept_lost_endings {
        return Err(Failure::usage("there is nothing to restore from")
            .hint("name a backup, or with --journal the journals that finish the database that is there"));
    }
    let wish = Wish { backup: backup.as_deref(), journals, accepts_lost_endings: *accept_lost_endings };
    let installation = place.installation();
    let began = SystemClock.nanoseconds();
    let restored =
        block_on(async { Ok(restore(&installation, &wish, SystemClock.now(), &SystemRandom).await?) })?;
    let seconds = (SystemClock.nanoseconds() - began) as f64 / 1e9;
    if let Some(backup) = &restored.backup {
        eprintln!("Restored in {seconds:.1} s, as it was at change {}.", backup.position);
        eprintln!(
            "Nobody is logged in any more. Look through operators, nodes, followers and members: what was taken away from them"
        );
        eprintln!("after the backup, they have again.");
    }
    match &restored.finished {
        Some(finished) => tell(finished, restored.backup.as_ref().map_or(0, |backup| backup.position)),
        None => {
            eprintln!(
                "It is unfinished: what was ended after the backup works in it again, so nothing starts on it. Run:"
            );
            eprintln!("{}", installation.ending_quarantine("FILE"));
        }
    }
    report(&restored).print(*output)
}

/// Tells what was done with a database that was at change `position`.
fn tell(finished: &Finished, position: i64) {
    let (ended, end) = (finished.recovered.ended_again.len(), finished.journals_end);
    if position < end {
        eprintln!(
            "Ended again: {ended}. The journals end at change {end}; what came after it is in none of them."
        );
    } else {
        eprintln!(
            "Ended again: {ended}. No journal tells of anything after the backup: what ended since then, if anything did, works again."
        );
    }
    if 0 < finished.damaged {
        eprintln!(
            "Lines of the journals that cannot be read: {}; what stood there is missing.",
            finished.damaged
        );
    }
    if !finished.recovered.unknown.is_empty() {
        eprintln!(
            "Issued after the backup and lost, so their owners have to generate new ones: {}",
            finished.recovered.unknown.len()
        );
        finished.recovered.unknown.iter().for_each(|(key_id, _)| eprintln!("  {key_id}"));
    }
}

fn report(restored: &Restored) -> Report {
    let finished = restored.finished.as_ref();
    let ended =
        finished.map(|done| done.recovered.ended_again.iter().map(ToString::to_string).collect::<Vec<_>>());
    let unknown = finished.map(|done| {
        let told = done.recovered.unknown.iter().map(|(key_id, at)| {
            serde_json::json!({ "key_id": key_id.to_string(), "created_at_ms": at.as_millis() })
        });
        told.collect::<Vec<_>>()
    });
    let told = serde_json::json!({
        "position": finished.map(|done| done.recovered.position),
        "backup_position": restored.backup.as_ref().map(|backup| backup.position),
        "finished": finished.is_some(),
        "ended_again": ended,
        "lost": unknown,
        "journals_end": finished.map(|done| done.journals_end),
    });
    let sentence = match finished {
        Some(done) => format!("It goes on from change {}.", done.recovered.position),
        None => "It is unfinished.".to_owned(),
    };
    Report::of(told.to_string()).sentence(sentence)
}
