//! `keystead docs`: help pages as files, as a preview, and checked, for each brand.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use server::config::{Brand, Config};
use server::help::{self, Help, SiteFile};
use server::pages::brand::BrandLook;
use server::words::Catalogue;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::commands::{Source, block_on, demo};
use crate::failure::Failure;
use crate::output::{Output, line};
use crate::report::Report;

/// What to do with the help pages.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the pages as files, in a folder for each brand
    Build {
        /// Where to; made if it is not there
        #[arg(value_name = "DIR")]
        to: PathBuf,
        /// Folder of pages over the program's own
        #[arg(long, value_name = "DIR")]
        source: Option<PathBuf>,
        /// Brands of this org alone
        #[arg(long)]
        org: Option<String>,
        /// Brands in this country alone
        #[arg(long)]
        country: Option<String>,
        #[command(flatten)]
        whose: Whose,
    },
    /// Show the pages on this machine, read anew at each request
    Serve {
        /// Folder of pages over the program's own
        #[arg(value_name = "DIR")]
        source: Option<PathBuf>,
        /// Port on this machine
        #[arg(long, value_name = "N", default_value_t = 8090)]
        port: u16,
        #[command(flatten)]
        whose: Whose,
    },
    /// Say what is wrong in which file and line, and what to write instead; exit status 1 if anything is
    Check {
        /// Folder of pages over the program's own
        #[arg(value_name = "DIR")]
        source: Option<PathBuf>,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        output: Output,
        #[command(flatten)]
        whose: Whose,
    },
}

/// For whose readers.
#[derive(Debug, clap::Args)]
pub struct Whose {
    /// Configuration file with the brands; without it the sample brands
    #[arg(long, value_name = "FILE", env = "KEYSTEAD_CONFIG")]
    config: Option<PathBuf>,
}

/// Does it.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Build { to, source, org, country, whose } => {
            let (brands, folder) = whose.read(source)?;
            let wanted = |wish: &Option<String>, own: &str| wish.as_deref().is_none_or(|wish| wish == own);
            let is_wanted = |brand: &&Brand| {
                wanted(&org, brand.rules.id.org()) && wanted(&country, brand.rules.id.country())
            };
            build(&to, &brands, folder.as_deref(), is_wanted)
        }
        Command::Serve { source, port, whose } => {
            let (brands, folder) = whose.read(source)?;
            serve(port, brands, folder)
        }
        Command::Check { source, output, whose } => {
            let (brands, folder) = whose.read(source)?;
            let (report, slips) = check(&brands, folder.as_deref());
            report.print(output)?;
            match slips {
                0 => Ok(()),
                1 => Err(Failure::new("1 slip in the help pages")),
                slips => Err(Failure::new(format!("{slips} slips in the help pages"))),
            }
        }
    }
}

impl Whose {
    /// The brands, and the folder of pages.
    fn read(self, source: Option<PathBuf>) -> Result<(Vec<Brand>, Option<PathBuf>), Failure> {
        if let Some(folder) = &source {
            std::fs::read_dir(folder).map_err(|error| {
                Failure::new(format!("{} cannot be read as a folder: {error}", folder.display()))
                    .hint("Name the folder in which index.md or other pages stand.")
            })?;
        }
        let Some(config) = self.config else { return Ok((Config::brands_of(demo::BRANDS)?, source)) };
        let config = Source { config: Some(config), ..Source::default() }.load()?;
        let folder = source.or(config.help_dir);
        Ok((config.brands, folder))
    }
}

/// Writes each brand's pages.
fn build(
    to: &Path,
    brands: &[Brand],
    folder: Option<&Path>,
    is_wanted: impl Fn(&&Brand) -> bool,
) -> Result<(), Failure> {
    let words = Catalogue::new(brands);
    let help = Help::of(brands, &words, folder);
    let wanted: Vec<&Brand> = brands.iter().filter(is_wanted).collect();
    if wanted.is_empty() {
        let known: Vec<String> = brands.iter().map(|brand| brand.rules.id.to_string()).collect();
        let hint = format!("The brands are {}.", known.join(", "));
        return Err(Failure::usage("no brand has that org and country").hint(hint));
    }
    for brand in wanted {
        let id = &brand.rules.id;
        let look = BrandLook::of(brand, words.words(id, None));
        let files = help::site(&help, id, &look);
        let below = to.join(format!("{}-{}", id.org(), id.country()));
        for file in &files {
            write(&below, file)?;
        }
        line(&below.join("index.html").display().to_string())?;
    }
    let slips = help.check();
    slips.iter().for_each(|slip| eprintln!("warning: {slip}"));
    Ok(())
}

fn write(folder: &Path, file: &SiteFile) -> Result<(), Failure> {
    let path = folder.join(&file.path);
    let failure =
        |error: std::io::Error| Failure::new(format!("{} cannot be written: {error}", path.display()));
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failure)?;
    }
    std::fs::write(&path, &file.bytes).map_err(failure)
}

fn serve(port: u16, brands: Vec<Brand>, folder: Option<PathBuf>) -> Result<(), Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    block_on(async move {
        let (stop, stopping) = watch::channel(false);
        let told =
            |address: SocketAddr| eprintln!("The help pages are at http://{address}/ until you press Ctrl+C");
        let served =
            tokio::spawn(async move { help::preview(address, brands, folder, told, stopping).await });
        let serving = async { served.await.map_err(std::io::Error::other).flatten() };
        tokio::select! {
            ended = serving => ended.map_err(|error| Failure::new(format!("cannot listen on {address}: {error}"))),
            told = told_to_stop() => {
                stop.send_replace(true);
                told
            }
        }
    })
}

async fn told_to_stop() -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        told = tokio::signal::ctrl_c() => Ok(told?),
    }
}

/// What is wrong with the pages, and how many slips that are.
pub(crate) fn check(brands: &[Brand], folder: Option<&Path>) -> (Report, usize) {
    let words = Catalogue::new(brands);
    let help = Help::of(brands, &words, folder);
    let slips = help.check();
    let json: Vec<serde_json::Value> = slips
        .iter()
        .map(|slip| {
            json!({ "file": slip.file, "line": slip.line, "slip": slip.slip.code(), "says": slip.says, "mend": slip.mend })
        })
        .collect();
    let mut report = Report::of(serde_json::Value::from(json).to_string());
    for slip in &slips {
        report = report.sentence(slip.to_string());
    }
    if slips.is_empty() {
        report = report.talk(format!("No slip in the help pages of {} brands.", brands.len()));
    }
    (report, slips.len())
}
