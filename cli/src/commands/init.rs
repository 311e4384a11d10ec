//! `keystead init`: a data folder that a server can start on.

use server::clock::{Clock, SystemClock};
use server::installation::Installation;
use server::random::{RandomSource, SystemRandom};
use server::start::{make_folder, read_pepper};
use store::{Schema, Store};

use crate::commands::{Place, block_on};
use crate::failure::Failure;
use crate::output::{Output, line, print_json};

/// What to make.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// How to print the token
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Makes the folder, the pepper and the first operator token, which is printed once.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let installation = arguments.place.installation();
    let folder = installation.folder();
    block_on(prepare(&installation))?;
    make_folder(folder, &SystemRandom)?;
    let peppers = read_pepper(folder)?;
    let token = block_on(async {
        let (store, peppers) = installation.open_store(&peppers, &SystemRandom).await?;
        let (decision, token) =
            domain::appoint("first", peppers.in_use(), SystemClock.now(), &mut *SystemRandom.source())
                .map_err(|refusal| Failure::new(format!("{refusal:?}")))?;
        store.commit(decision, &peppers).await?;
        Ok(token)
    })?;
    let shown = folder.display();
    eprintln!(
        "Made {shown}. Its pepper is {shown}/pepper: copy that file to a safe place that is not where you keep"
    );
    eprintln!("database backups. Without it no key of this installation can ever be verified again.");
    eprintln!();
    eprintln!("The first operator token, shown this once (KEYSTEAD_TOKEN):");
    match arguments.output {
        Output::Table => line(token.reveal())?,
        Output::Json => print_json(&serde_json::json!({ "operator_token": token.reveal() }))?,
    }
    eprintln!();
    eprintln!("Next: keystead serve --config keystead.toml --data-dir {shown}");
    Ok(())
}

/// A database on PostgreSQL gets its schema; one that belongs to an installation keeps its pepper and its operators.
async fn prepare(installation: &Installation) -> Result<(), Failure> {
    let Some(postgres) = installation.postgres(&SystemRandom)? else { return Ok(()) };
    if postgres.schema().await? == Schema::Missing {
        postgres.migrate().await?;
        return Ok(());
    }
    postgres.check_schema().await?;
    let shown = postgres.shown().to_owned();
    if Store::new(postgres).operators().await?.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("{shown} belongs to an installation already")).hint(
        "copy that installation's pepper file into a folder of its own (0600), and start with it: keystead serve",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_lost_its_pepper_gets_no_other_one() {
        for left in ["keystead.db", "revocations.journal"] {
            let place = tempfile::tempdir().expect("a folder for the test");
            let folder = place.path().join("data");
            make_folder(&folder, &SystemRandom).expect("a fresh folder");
            std::fs::remove_file(folder.join("pepper")).expect("it was there");
            std::fs::write(folder.join(left), "").expect("room for a file");
            let place = Place { data_dir: folder.clone(), database_url: None };
            let refused = run(&Arguments { place, output: Output::Json }).expect_err("it is somebody's");
            let refused = format!("{refused:?}");
            assert!(refused.contains(&format!("as {left} in it shows")), "{refused}");
            assert!(refused.contains("Put back the copy of its pepper"), "{refused}");
            assert!(!folder.join("pepper").exists(), "nothing is written");
        }
    }

    #[test]
    fn a_folder_is_set_up_once() {
        let place = tempfile::tempdir().expect("a folder for the test");
        let folder = place.path().join("data");
        let again = || {
            let place = Place { data_dir: folder.clone(), database_url: None };
            run(&Arguments { place, output: Output::Json })
        };
        again().expect("a fresh folder");
        let pepper = std::fs::read(folder.join("pepper")).expect("readable");
        let refused = format!("{:?}", again().expect_err("it is set up"));
        assert!(refused.contains("is a Keystead data folder already"), "{refused}");
        assert_eq!(std::fs::read(folder.join("pepper")).expect("readable"), pepper);
    }
}
