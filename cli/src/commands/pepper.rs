//! `keystead pepper`: add a version to the pepper file, and see how far its use has come. The database is read whether or not a
//! server is using it; what there is to write to it the running servers write.

use clap::Subcommand;
use domain::{Peppers, nodes_lacking};
use server::clock::{Clock, SystemClock};
use server::installation::Installation;
use server::pepper::{add_version, remove_version};
use server::random::SystemRandom;
use server::start::read_pepper;
use store::{LayerCount, PepperStanding};

use crate::commands::{Place, block_on};
use crate::failure::Failure;
use crate::output::Output;
use crate::report::Report;

/// Pairs named to whoever has to do something about them.
const NAMED: i64 = 20;

/// What to do with the pepper.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a version to the pepper file; running servers use it when all of them hold it
    Rotate {
        #[command(flatten)]
        place: Place,
        /// How to print what was done
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Take a version out of the pepper file, if nothing was ever made under it
    Forget {
        /// Which
        #[arg(value_name = "VERSION")]
        number: u8,
        #[command(flatten)]
        place: Place,
        /// How to print what was done
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Say which versions there are, how many pairs stand under each, and which nodes lack one
    Status {
        #[command(flatten)]
        place: Place,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
}

/// Does it.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Rotate { place, output } => rotate(&place.installation())?.print(*output),
        Command::Forget { number, place, output } => forget(&place.installation(), *number)?.print(*output),
        Command::Status { place, output } => status(&place.installation())?.print(*output),
    }
}

/// What is true of an installation's pepper.
struct State {
    file: Peppers,
    in_use: u8,
    /// The versions that the database has met.
    met: Vec<u8>,
    /// What the database says of the versions in the file.
    known: Vec<(u8, PepperStanding)>,
    layers: Vec<LayerCount>,
    /// Nodes that something runs as, with the versions they said to hold.
    nodes: Vec<(String, Vec<u8>)>,
    /// Those of them that may vouch and lack the newest version of the file.
    lacking: Vec<String>,
    /// Pairs that have not ended and can be wrapped no more.
    full: Vec<String>,
}

impl State {
    fn of(installation: &Installation) -> Result<Self, Failure> {
        let file = read_pepper(installation.folder())?;
        block_on(async {
            let store = installation.open_to_read(&SystemRandom).await?;
            // Where there is one process, it knows itself what it holds and reports to nobody.
            let nodes = match installation.postgres(&SystemRandom)? {
                Some(_) => store.fleet().await?.0,
                None => Vec::new(),
            };
            let newest = file.newest().version();
            let lacking = nodes_lacking(newest, &nodes, SystemClock.now()).into_iter().map(str::to_owned);
            let full = store.pairs_in_full_layers(NAMED).await?;
            Ok(Self {
                in_use: store.pepper_in_use().await?,
                met: store.known_peppers().await?,
                known: store.know_peppers(&file).await?,
                layers: store.count_layers().await?,
                lacking: lacking.collect(),
                nodes: nodes.into_iter().filter_map(|node| Some((node.name, node.run?.peppers))).collect(),
                full: full.iter().map(ToString::to_string).collect(),
                file,
            })
        })
    }

    /// Pairs that the version in use is still to be put around.
    fn to_wrap(&self) -> i64 {
        let is_left = |count: &&LayerCount| count.layers.wrapped(self.in_use).is_some();
        self.layers.iter().filter(is_left).map(|count| count.pairs).sum()
    }

    /// Pairs whose digest has a version as its outermost layer.
    fn outermost(&self, version: u8) -> i64 {
        let is_it = |count: &&LayerCount| count.layers.outermost() == version;
        self.layers.iter().filter(is_it).map(|count| count.pairs).sum()
    }

    /// What is to be done or waited for before the pepper can be rotated; `None`: nothing is.
    fn hindrance(&self) -> Option<(String, String)> {
        let newest = self.file.newest().version();
        let hint = |text: &str| text.to_owned();
        if let Some((version, _)) = self.known.iter().find(|(_, known)| *known == PepperStanding::Another) {
            return Some((
                format!("version {version} in the pepper file is another one than this installation's"),
                hint("put back the pepper file that belongs to this database"),
            ));
        }
        if self.file.version(self.in_use).is_none() {
            return Some((
                format!("version {} of the pepper is in use and not in the pepper file", self.in_use),
                hint("copy the pepper file of a node that has it into this folder (0600)"),
            ));
        }
        if self.in_use < newest && self.lacking.is_empty() {
            return Some((
                format!("version {newest} of the pepper is in the file and not used yet"),
                hint("a running server uses it within seconds; see: keystead pepper status"),
            ));
        }
        if self.in_use < newest {
            return Some((
                format!(
                    "version {newest} of the pepper is not used yet: {} lack it",
                    self.lacking.join(", ")
                ),
                hint("copy the pepper file into their data folders (0600); they take it over by themselves"),
            ));
        }
        if 0 < self.to_wrap() {
            return Some((
                format!("{} pairs are not wrapped by version {} yet", self.to_wrap(), self.in_use),
                hint("a running server wraps them one after the other; see: keystead pepper status"),
            ));
        }
        if !self.full.is_empty() {
            return Some((
                format!("pairs were wrapped twice and cannot be once more: {}", self.full.join(", ")),
                hint("regenerate their keys first; what is made now stands under the version in use alone"),
            ));
        }
        None
    }

    fn word(&self, version: u8) -> &'static str {
        let known = self.known.iter().find(|(known, _)| *known == version).map(|(_, standing)| *standing);
        match known {
            None => "missing from the file",
            Some(PepperStanding::Another) => "another one than the database knows",
            Some(_) if version == self.in_use => "in use",
            Some(PepperStanding::Unmet) => "new",
            Some(PepperStanding::Known) if self.in_use < version => "held, not used yet",
            Some(PepperStanding::Known) => "held for what was made under it",
        }
    }

    fn report(&self) -> Report {
        let mut versions: Vec<u8> = self.known.iter().map(|(version, _)| *version).collect();
        versions.extend(self.layers.iter().flat_map(|count| count.layers.versions().to_vec()));
        versions.push(self.in_use);
        versions.sort_unstable();
        versions.dedup();
        let hindrance = self.hindrance();
        let json = serde_json::json!({
            "in_use": self.in_use,
            "versions": versions.iter().map(|version| serde_json::json!({
                "version": version, "state": self.word(*version), "pairs": self.outermost(*version),
            })).collect::<Vec<_>>(),
            "layers": self.layers.iter().map(|count| serde_json::json!({
                "layers": count.layers.to_string(), "pairs": count.pairs, "ended": count.ended,
            })).collect::<Vec<_>>(),
            "to_wrap": self.to_wrap(),
            "nodes": self.nodes.iter().map(|(node, held)| serde_json::json!({
                "node": node, "holds": held, "lacks_newest": self.lacking.contains(node),
            })).collect::<Vec<_>>(),
            "cannot_be_wrapped": self.full,
            "hindrance": hindrance.as_ref().map(|(what, _)| what),
        });
        let rows = versions.iter().map(|version| {
            [version.to_string(), self.word(*version).to_owned(), self.outermost(*version).to_string()]
        });
        let mut report = Report::of(json.to_string()).table(["VERSION", "STATE", "PAIRS"], rows);
        for count in self.layers.iter().filter(|count| 1 < count.layers.versions().len()) {
            report = report.sentence(format!(
                "{} pairs stand under {} ({} of them ended)",
                count.pairs, count.layers, count.ended
            ));
        }
        report = match &hindrance {
            Some((what, hint)) => {
                report.sentence(format!("Not to be rotated now: {what}.")).talk(hint.clone())
            }
            None => report.sentence("It can be rotated: keystead pepper rotate"),
        };
        report
    }
}

fn status(installation: &Installation) -> Result<Report, Failure> {
    Ok(State::of(installation)?.report())
}

fn rotate(installation: &Installation) -> Result<Report, Failure> {
    let state = State::of(installation)?;
    if let Some((what, hint)) = state.hindrance() {
        return Err(Failure::new(what).hint(hint));
    }
    let version =
        add_version(installation.folder(), state.met.iter().copied().max().unwrap_or(0), &SystemRandom)?;
    let file = installation.folder().join("pepper");
    let json = serde_json::json!({ "version": version, "file": file });
    let others = state.nodes.len() > 1;
    let mut report = Report::of(json.to_string())
        .sentence(format!("{} holds version {version} now, beside those before.", file.display()))
        .talk("1. Copy the file to where the pepper is kept safe, not where database backups are. Without it no key can be verified.");
    report = match others {
        true => report.talk("2. Copy it into the data folder of every other process (0600), in one move (cp to another name, then mv)."),
        false => report.talk("2. A running server takes it over by itself, within seconds."),
    };
    Ok(report.talk(
        "3. It is used when all processes hold it; pairs are wrapped after that: keystead pepper status",
    ))
}

/// Everything that is made has its entry in the audit, under the version that was in use. So where no entry stands under a version
/// nothing else does, but for pairs that somebody made without having heard which version that was.
fn forget(installation: &Installation, version: u8) -> Result<Report, Failure> {
    let state = State::of(installation)?;
    if state.file.version(version).is_none() {
        return Err(Failure::new(format!("version {version} is not in the pepper file")));
    }
    let refused = |why: String| {
        Failure::new(format!("version {version} cannot be forgotten: {why}"))
            .hint("it stays in the file, and in the copy that is kept safe, for as long as that is so")
    };
    if version == state.in_use {
        return Err(refused("it is in use".to_owned()));
    }
    let under = |count: &&LayerCount| count.layers.versions().contains(&version);
    let (pairs, ended) = state
        .layers
        .iter()
        .filter(under)
        .fold((0, 0), |(pairs, ended), count| (pairs + count.pairs, ended + count.ended));
    let report = block_on(async {
        let store = installation.open_to_read(&SystemRandom).await?;
        Ok(store.check_audit(&state.file).await?)
    })?;
    let entries: i64 =
        report.under.iter().filter(|(made, _)| *made == version).map(|(_, entries)| entries).sum();
    if 0 < pairs || 0 < entries {
        return Err(refused(format!(
            "{pairs} pairs stand under it ({ended} of them ended), and {entries} audit entries were made under it"
        )));
    }
    remove_version(installation.folder(), version)?;
    let folder = installation.folder().display();
    Ok(Report::of(serde_json::json!({ "forgotten": version }).to_string())
        .sentence(format!("{folder}/pepper no longer holds version {version}."))
        .talk(format!("The file as it was is {folder}/pepper.before; remove it when `keystead pepper status` is as you want it."))
        .talk("Bring the file into the data folders of the other processes too."))
}
