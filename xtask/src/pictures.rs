//! `cargo xtask pictures`: the pictures of the help pages, taken by the browser tests and put where the pages look for them.
//!
//! A browser test notes the words that each picture shows, and fails when the dashboard says others. This is what mends it.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::command::{self, Failure};
use crate::test::{self, BrowserTests};

const IMAGES: &str = "help/assets/images";
const SCREENSHOTS: [&str; 2] = ["settings-4.jpg", "labels.json"];
const ANIMATION: &str = "dashboard-guide-regenerate-api-key.gif";

/// Takes them all.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let target = test::target_folder()?;
    let browser = BrowserTests::prepare()?;
    let words = ["build", "--locked", "--package", "keystead", "--package", "keystead-tests", "--bins"];
    command::run(test::cargo(&target).args(words))?;

    let taken = target.join("pictures");
    let _ = fs::remove_dir_all(&taken);
    browser.take_pictures(&target, &taken)?;
    let images = command::repository().join(IMAGES);
    for name in SCREENSHOTS {
        copy(&taken.join(name), &images.join(name))?;
    }
    let frames = fs::read_to_string(taken.join("frames"))
        .map_err(|error| Failure(format!("the browser wrote no frames: {error}")))?;
    let frames = frames.lines().map(|frame| taken.join(frame));
    command::run(Command::new(target.join("debug/animation")).arg(images.join(ANIMATION)).args(frames))?;
    command::print(&format!("look at the pictures in {IMAGES} and commit them"))?;
    Ok(ExitCode::SUCCESS)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let failure = |error| Failure(format!("{} could not be copied: {error}", from.display()));
    fs::copy(from, to).map(drop).map_err(failure)
}
