//! The pepper file: adding a version to it and taking one away, and taking over what it brings while the server runs.
//!
//! The file is replaced as a whole, under its own name: whoever reads it, and whatever is left after a loss of power, is the file as
//! it was or as it is to be. A file that cannot be used changes nothing in a process that runs.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::Path;

use domain::{PepperError, Peppers};
use engine::Held;
use zeroize::Zeroizing;

use crate::app::App;
use crate::random::RandomSource;
use crate::start::{PEPPER_FILE, StartError, pepper_text, read_pepper};

/// What the new file is called until it takes the old one's name.
const UNFINISHED: &str = "pepper.new";

/// What the file was before a version was taken out of it.
const BEFORE: &str = "pepper.before";

/// What has happened on the way to a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing yet.
    Begun,
    /// The new text is in a file of another name.
    Written,
    /// And on the disk.
    Forced,
    /// That file has taken the old one's name.
    Renamed,
}

/// Adds a version to the pepper file of a folder, newer than those in it and than `above`, and says which.
pub fn add_version(folder: &Path, above: u8, random: &dyn RandomSource) -> Result<u8, StartError> {
    replace(folder, |text| Peppers::with_another(text, above, &mut *random.source()), |_| Ok(()))
}

/// Takes a version out of the pepper file of a folder. Whether anything stands under it was asked before; the file as it was stays
/// beside it all the same.
pub fn remove_version(folder: &Path, version: u8) -> Result<(), StartError> {
    let copied = || {
        let before = folder.join(BEFORE);
        match std::fs::remove_file(&before) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::copy(folder.join(PEPPER_FILE), &before)?;
        File::open(before)?.sync_all()
    };
    copied().map_err(|source| StartError::File { path: folder.join(BEFORE), source })?;
    replace(folder, |text| Peppers::without(text, version).map(|left| (left, ())), |_| Ok(()))
}

/// Replaces the file. `reached` is told of each step and may stop there, as a loss of power would.
fn replace<T>(
    folder: &Path,
    change: impl FnOnce(&str) -> Result<(Zeroizing<String>, T), PepperError>,
    mut reached: impl FnMut(Step) -> io::Result<()>,
) -> Result<T, StartError> {
    let path = folder.join(PEPPER_FILE);
    let text = pepper_text(folder)?;
    let file = |source| StartError::File { path: path.clone(), source };
    // Where the name leads elsewhere, the file there is the one to replace.
    let target = path.canonicalize().map_err(file)?;
    let home = target.parent().unwrap_or(folder);
    let lock = File::open(home).map_err(file)?;
    // Two that change it at once would each lose what the other one did.
    lock.try_lock().map_err(|_| file(io::Error::other("somebody else is changing it right now")))?;
    reached(Step::Begun).map_err(file)?;
    // Read again: what was true before the lock need not be.
    let (changed, told) = match change(&pepper_text(folder)?) {
        Ok(changed) => changed,
        Err(source) => return Err(StartError::PepperDamaged { path: path.clone(), source }),
    };
    drop(text);
    write_down(home, &target, &changed, reached).map_err(file)?;
    Ok(told)
}

fn write_down(
    home: &Path,
    target: &Path,
    text: &str,
    mut reached: impl FnMut(Step) -> io::Result<()>,
) -> io::Result<()> {
    let unfinished = home.join(UNFINISHED);
    // One that somebody left unfinished is nobody's pepper: it never had the name.
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    // An administrator may do this, and the service has to be able to read it.
    let (owner, own) = (std::fs::metadata(target)?, file.metadata()?);
    if (owner.uid(), owner.gid()) != (own.uid(), own.gid()) {
        fchown(&file, Some(owner.uid()), Some(owner.gid()))?;
    }
    file.write_all(text.as_bytes())?;
    reached(Step::Written)?;
    file.sync_all()?;
    reached(Step::Forced)?;
    std::fs::rename(&unfinished, target)?;
    reached(Step::Renamed)?;
    // The name must survive a power loss too: what is made under a version that is gone is gone.
    File::open(home)?.sync_all()
}

/// Looks at the pepper file now and then.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// What was last said to be wrong with it.
    trouble: Option<String>,
    /// What receipts were last made to be signed with: the versions held, and the one in use.
    seals: Option<(Vec<u8>, u8)>,
}

impl Watch {
    /// Reads the file again and takes over what it brings.
    pub(crate) async fn look_once(&mut self, app: &App) {
        let taken = match read_pepper(&app.config.data_dir) {
            Ok(file) => {
                let taken = app.engine.take_peppers(&file, app.config.role.writes()).await;
                taken.map_err(|unusable| unusable.to_string())
            }
            Err(unreadable) => Err(unreadable.to_string()),
        };
        match taken {
            Ok(held) => {
                if let Held::These(versions) = held {
                    tracing::info!(?versions, "Holding versions {versions:?} of the pepper");
                    // Others wait for this to be said.
                    app.fleet.hint.notify_one();
                }
                if self.trouble.take().is_some() {
                    tracing::info!("The pepper file can be used again");
                }
            }
            Err(why) => {
                if self.trouble.as_ref() != Some(&why) {
                    tracing::error!(
                        %why,
                        "The pepper file is not taken over, and this process goes on with what it holds; a start would fail"
                    );
                }
                self.trouble = Some(why);
            }
        }
        let peppers = app.engine.peppers();
        let seals = Some((app.engine.held_peppers(), peppers.version_in_use()));
        if self.seals != seals {
            app.fleet.seals_with(&peppers);
            self.seals = seals;
        }
    }
}

#[cfg(test)]
mod tests;
