//! The table that `docs/operating/scale.md` shows: one column for each way to connect so many nodes.

use std::io::{self, Write};

use super::world::SECOND;
use super::{Figures, Outcome, Rule, Settings, run};

/// What to grow.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(id = "grown")]
pub struct Arguments {
    /// A tree of so many nodes that hand the feed on, instead of a fleet
    #[arg(long, value_name = "NODES")]
    tree: Option<usize>,
    /// How many ask one parent
    #[arg(long, default_value_t = 32, requires = "tree")]
    fan_out: usize,
    /// In how many regions they are
    #[arg(long, default_value_t = 4, requires = "tree")]
    regions: usize,
    /// For how many seconds pairs are ended, two in a second; two in a minute where it is quiet
    #[arg(long, default_value_t = 60, requires = "tree")]
    seconds: i64,
    /// Pairs of the installation, for what memory and lines have to carry
    #[arg(long, default_value_t = 100_000_000, requires = "tree")]
    pairs: u64,
}

/// Bytes of memory a pair takes in a process, of the snapshot of the index, and of its row in PostgreSQL with its indexes.
const MEMORY_BYTES: f64 = 105.0;
/// Bytes of a pair on its way.
const FEED_BYTES: f64 = 98.0;
/// A line of one gigabit a second, of which so much is left for this.
const LINE_BYTES_A_SECOND: f64 = 100e6;

impl Arguments {
    /// Whether a tree is asked for.
    pub const fn is_asked(&self) -> bool {
        self.tree.is_some()
    }

    /// The ways to connect them.
    fn columns(&self) -> Vec<(&'static str, Settings)> {
        let tree = Settings {
            seconds: self.seconds,
            ..Settings::of(self.tree.unwrap_or_default(), self.regions, self.fan_out)
        };
        let strict = Settings { span: 10 * SECOND, ..tree };
        let strict = Settings { wait: strict.fair_wait(), ..strict };
        let quiet = Settings { changes_per_minute: 2, ..tree };
        vec![
            ("flat", tree.flat()),
            ("tree", tree),
            ("tree, strict", strict),
            ("tree, quiet", quiet),
            ("tree, storm", Settings { stormy: true, ..tree }),
            ("strict, storm", Settings { stormy: true, ..strict }),
        ]
    }
}

/// Runs each way and prints them beside each other. Says whether nobody accepted what had been guaranteed to be refused.
pub fn print(out: &mut impl Write, arguments: &Arguments, seed: u64, off: Option<Rule>) -> io::Result<bool> {
    let columns = arguments.columns();
    let outcomes: Vec<(&str, Settings, Outcome)> = columns
        .into_iter()
        .map(|(name, settings)| (name, settings, run(seed, Settings { off, ..settings })))
        .collect();
    line(out, "", outcomes.iter().map(|(name, ..)| (*name).to_owned()))?;
    for (what, shown) in ROWS {
        line(out, what, outcomes.iter().map(|(_, settings, outcome)| shown(settings, &outcome.figures)))?;
    }
    let mut holds = true;
    for (name, _, outcome) in &outcomes {
        for violation in outcome.violations.iter().take(2) {
            writeln!(out, "{name}: {violation}")?;
        }
        holds &= outcome.violations.is_empty();
    }
    let (events, sum) =
        outcomes.iter().fold((0, 0), |(events, sum), (.., one)| (events + one.events, sum ^ one.sum));
    writeln!(out, "seed {seed}: {events} events, sum {sum:016x}")?;
    carried(out, arguments, &outcomes[1].1)?;
    Ok(holds)
}

type Row = (&'static str, fn(&Settings, &Figures) -> String);

const ROWS: &[Row] = &[
    ("reads the database", |_, figures| figures.heads.to_string()),
    ("steps", |_, figures| figures.depth.to_string()),
    ("a parent answers at most", |_, figures| figures.children_max.to_string()),
    ("span, s", |settings, _| (settings.span / SECOND).to_string()),
    ("a question waits at most, s", |settings, figures| match figures.depth {
        1 => "-".to_owned(),
        _ => format!("{:.1}", settings.wait as f64 / SECOND as f64),
    }),
    ("a node has heard after, ms: half", |_, figures| ms(figures.spread.part_ms(0.5))),
    ("  999 of 1,000", |_, figures| ms(figures.spread.part_ms(0.999))),
    ("the last has heard after, ms: half", |_, figures| ms(figures.last().part_ms(0.5))),
    ("  99 of 100", |_, figures| ms(figures.last().part_ms(0.99))),
    ("guaranteed after, ms: half", |_, figures| ms(figures.receipts.part_ms(0.5))),
    ("  99 of 100", |_, figures| ms(figures.receipts.part_ms(0.99))),
    ("receipts that name somebody silent", |_, figures| {
        percent(figures.receipts_of_silent as f64 / figures.receipts.count().max(1) as f64)
    }),
    ("what is known is at most so old, s: 999 of 1,000", |_, figures| {
        format!("{:.1}", figures.ages.part_ms(0.999) / 1_000.0)
    }),
    ("running nodes are silent", |_, figures| percent(figures.silent_part())),
    ("reads of the database a second", |_, figures| a_second(figures.reads, figures)),
    ("rows written a second", |_, figures| a_second(figures.writes, figures)),
    ("the database's processors are busy", |_, figures| percent(figures.database_busy)),
    ("answers of the busiest node a second", |_, figures| a_second(figures.answers_max, figures)),
    ("between regions, kB a second", |_, figures| {
        format!("{:.0}", figures.between_regions as f64 / 1_000.0 / figures.span_seconds)
    }),
];

fn ms(span: f64) -> String {
    if span < 10.0 { format!("{span:.1}") } else { format!("{span:.0}") }
}

fn percent(part: f64) -> String {
    if 0.0 < part && part < 0.001 { "< 0.1 %".to_owned() } else { format!("{:.1} %", part * 100.0) }
}

fn a_second(count: u64, figures: &Figures) -> String {
    format!("{:.0}", count as f64 / figures.span_seconds)
}

fn line(out: &mut impl Write, what: &str, cells: impl Iterator<Item = String>) -> io::Result<()> {
    write!(out, "{what:<50}")?;
    for cell in cells {
        write!(out, "{cell:>15}")?;
    }
    writeln!(out)
}

/// What so many pairs are for memory and lines.
fn carried(out: &mut impl Write, arguments: &Arguments, settings: &Settings) -> io::Result<()> {
    let pairs = arguments.pairs as f64;
    let (memory, feed) = (pairs * MEMORY_BYTES / 1e9, pairs * FEED_BYTES / 1e9);
    let heads = settings.heads * settings.regions;
    let load = feed * 1e9 / LINE_BYTES_A_SECOND;
    writeln!(out)?;
    writeln!(out, "{} pairs: {memory:.1} GB of memory in each node, {feed:.1} GB of feed", arguments.pairs)?;
    writeln!(
        out,
        "a node reads all of it over a line of 1 Gbit/s in {load:.0} s; {heads} heads at once ask the database for {:.0} GB; a parent \
         whose {} children begin anew at once sends {:.0} GB, {:.0} s",
        feed * heads as f64,
        settings.fan_out,
        feed * settings.fan_out as f64,
        load * settings.fan_out as f64
    )
}
