//! `keystead operator`: who runs the platform, as whoever holds the data folder says.
//!
//! On the folder itself, not over the management API: a token alone must not make operators. From a running server's console
//! an operator can appoint, reset and remove others, each with a fresh code of their app.

use clap::Subcommand;
use server::clock::{Clock, SystemClock};
use server::installation::Installation;
use server::random::{RandomSource, SystemRandom};
use server::start::read_pepper;

use crate::commands::{Place, block_on};
use crate::failure::Failure;
use crate::output::{Output, line, print_json};
use crate::report::Report;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Appoint an operator and print their token, once; the server must be stopped
    Add {
        /// What the audit calls them: letters, digits, dots and dashes
        name: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// List all operators
    List {
        #[command(flatten)]
        folder: Folder,
    },
    /// Remove an operator: token, login and sessions stop working; the server must be stopped
    Remove {
        /// Their name
        name: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Print a fresh token for an operator whose token, password or app is lost; the old ones stop working. The server must be
    /// stopped
    Reset {
        /// Their name
        name: String,
        #[command(flatten)]
        folder: Folder,
    },
}

/// Where, and how to print.
#[derive(Debug, clap::Args)]
pub struct Folder {
    #[command(flatten)]
    place: Place,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Does it.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::List { folder } => list(folder),
        Command::Add { name, folder } => {
            let token = block_on(add(&folder.place.installation(), name))?;
            hand_over(name, &token, folder.output)
        }
        Command::Reset { name, folder } => {
            let token = block_on(reset(&folder.place.installation(), name))?;
            hand_over(name, &token, folder.output)
        }
        Command::Remove { name, folder } => {
            block_on(remove(&folder.place.installation(), name))?;
            eprintln!("{name} is removed; the name is given to nobody else.");
            Ok(())
        }
    }
}

fn hand_over(name: &str, token: &domain::Token, output: Output) -> Result<(), Failure> {
    eprintln!(
        "The operator token of {name}, shown this once. With it they enrol on the operator console at /enrol."
    );
    match output {
        Output::Table => line(token.reveal()),
        Output::Json => {
            print_json(&serde_json::json!({ "operator": name, "operator_token": token.reveal() }))
        }
    }
}

fn refused(name: &str, refusal: &domain::Refusal) -> Failure {
    match refusal {
        domain::Refusal::NotFound => Failure::new(format!("there is no operator {name}"))
            .hint("keystead operator list --data-dir DIR names all of them"),
        domain::Refusal::Invalid { hint, .. } => {
            Failure::usage(format!("{name} cannot be a name")).hint(hint.clone())
        }
        other => Failure::new(format!("{other:?}")),
    }
}

async fn add(installation: &Installation, name: &str) -> Result<domain::Token, Failure> {
    let file = read_pepper(installation.folder())?;
    let (store, peppers) = installation.open_store(&file, &SystemRandom).await?;
    if store.operator_by_name(name).await?.is_some() {
        return Err(
            Failure::new(format!("there is an operator {name} already, or was one")).hint("use another name")
        );
    }
    let (now, rng) = (SystemClock.now(), &mut *SystemRandom.source());
    let (decision, token) =
        domain::appoint(name, peppers.in_use(), now, rng).map_err(|refusal| refused(name, &refusal))?;
    store.commit(decision, &peppers).await?;
    Ok(token)
}

async fn reset(installation: &Installation, name: &str) -> Result<domain::Token, Failure> {
    let file = read_pepper(installation.folder())?;
    let (store, peppers) = installation.open_store(&file, &SystemRandom).await?;
    let operator =
        store.operator_by_name(name).await?.ok_or_else(|| refused(name, &domain::Refusal::NotFound))?;
    let (now, rng) = (SystemClock.now(), &mut *SystemRandom.source());
    let (decision, token) = domain::reset_operator(&operator, peppers.in_use(), now, rng)
        .map_err(|refusal| refused(name, &refusal))?;
    store.commit(decision, &peppers).await?;
    Ok(token)
}

async fn remove(installation: &Installation, name: &str) -> Result<(), Failure> {
    let file = read_pepper(installation.folder())?;
    let (store, peppers) = installation.open_store(&file, &SystemRandom).await?;
    let operators = store.operators().await?;
    let operator = operators.iter().find(|one| one.name == name);
    let operator = operator.ok_or_else(|| refused(name, &domain::Refusal::NotFound))?;
    if operators.iter().filter(|one| one.removed_at.is_none()).count() < 2 {
        return Err(Failure::new(format!("{name} is the only operator"))
            .hint("appoint another one first: keystead operator add NAME --data-dir DIR"));
    }
    let decision =
        domain::remove_operator(operator, SystemClock.now()).map_err(|refusal| refused(name, &refusal))?;
    store.commit(decision, &peppers).await?;
    Ok(())
}

fn list(folder: &Folder) -> Result<(), Failure> {
    let installation = folder.place.installation();
    let operators =
        block_on(async { Ok(installation.open_to_read(&SystemRandom).await?.operators().await?) })?;
    let state = |one: &domain::Operator| match (one.removed_at, one.locked_at, &one.login) {
        (Some(_), _, _) => "removed",
        (None, Some(_), _) => "locked",
        (None, None, None) => "not enrolled",
        (None, None, Some(_)) => "enrolled",
    };
    let told: Vec<_> =
        operators.iter().map(|one| serde_json::json!({ "name": one.name, "state": state(one) })).collect();
    let rows = operators.iter().map(|one| [one.name.clone(), state(one).to_owned()]);
    Report::of(serde_json::json!({ "items": told }).to_string())
        .table(["OPERATOR", "STATE"], rows)
        .print(folder.output)
}

#[cfg(test)]
mod tests {
    use server::start::make_folder;

    use super::*;

    #[test]
    fn whoever_holds_the_folder_appoints_resets_and_removes_but_never_the_last_one() {
        let place = tempfile::tempdir().expect("a folder for the test");
        let folder = place.path().join("data");
        make_folder(&folder, &SystemRandom).expect("a fresh folder");
        let place = Place { data_dir: folder.clone(), database_url: None };
        let folder = place.installation();
        let first = block_on(add(&folder, "asha")).expect("a new operator");
        assert!(block_on(add(&folder, "asha")).is_err(), "the name is taken");
        assert!(block_on(add(&folder, "as ha")).is_err(), "no name");
        let second = block_on(reset(&folder, "asha")).expect("there is one");
        assert_ne!(first.reveal(), second.reveal());
        assert!(block_on(reset(&folder, "nobody")).is_err());
        assert!(block_on(remove(&folder, "asha")).is_err(), "the only one");
        block_on(add(&folder, "bina")).expect("a second one");
        block_on(remove(&folder, "asha")).expect("one is left");
        assert!(block_on(remove(&folder, "asha")).is_err(), "gone already");
        assert!(block_on(add(&folder, "asha")).is_err(), "the name stays whose it was");
        list(&Folder { place, output: Output::Json }).expect("readable");
    }
}
