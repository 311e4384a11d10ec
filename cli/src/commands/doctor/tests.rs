//! What `keystead doctor` says of installations on which something is wrong that a file check does not see.

use domain::{Decision, Peppers, quarantine, restored, use_pepper};
use server::random::RandomSource;
use server::start::make_folder;
use tempfile::TempDir;

use super::*;

/// An installation in a folder, with an operator.
struct Looked {
    installation: Installation,
    place: TempDir,
}

impl Looked {
    fn at() -> Self {
        let place = tempfile::tempdir().expect("a folder for the test");
        let folder = place.path().join("data");
        make_folder(&folder, &SystemRandom).expect("a fresh folder");
        let looked = Self { installation: Installation::new(&folder, None), place };
        looked.writes(|peppers| {
            domain::appoint("first", peppers.in_use(), SystemClock.now(), &mut *SystemRandom.source())
                .expect("a good name")
                .0
        });
        looked
    }

    fn writes(&self, decide: impl FnOnce(&Peppers) -> Decision) {
        let file = read_pepper(self.installation.folder()).expect("a pepper");
        block_on(async {
            let (store, peppers) = self.installation.open_store(&file, &SystemRandom).await?;
            Ok(store.commit(decide(&peppers), &peppers).await.map(drop)?)
        })
        .expect("it can be written");
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        examine_installation(&self.installation, Standby::default(), &mut findings)
            .expect("it can be looked at");
        findings
    }

    /// The point of that name, if it is wrong, with how to mend it.
    fn wrong(&self, what: &str) -> Option<String> {
        let wrong = self.findings().into_iter().find(|one| one.what == what && !one.is_well())?;
        Some(format!("{} -> {}", wrong.found, wrong.hint))
    }

    fn all_wrong(&self) -> Vec<&'static str> {
        self.findings().iter().filter(|one| !one.is_well()).map(|one| one.what).collect()
    }

    fn command(&self) -> String {
        let folder = self.installation.folder().display();
        format!("run: keystead restore --journal FILE --data-dir {folder}, ")
    }
}

#[test]
fn an_installation_on_which_nothing_is_wrong_is_called_healthy() {
    let looked = Looked::at();
    assert!(looked.all_wrong().is_empty());
    assert!(report(&looked.findings(), Output::Json).is_ok());
    let history = looked.findings().into_iter().find(|one| one.what == "history");
    assert_eq!(history.map(|one| one.verdict), Some(Verdict::Right));
}

#[test]
fn a_quarantined_database_is_wrong_and_the_command_that_ends_it_is_whole() {
    let looked = Looked::at();
    looked.writes(|_| restored(4, 4, None, SystemClock.now()));
    assert_eq!(looked.all_wrong(), ["history"]);
    assert!(report(&looked.findings(), Output::Table).is_err(), "the status is not 0");
    let told = looked.wrong("history").expect("it is wrong");
    assert!(told.contains("nothing starts on it"), "{told}");
    assert!(told.contains(&looked.command()), "{told}");

    let looked = Looked::at();
    let life = block_on(async {
        Ok(looked.installation.open_to_read(&SystemRandom).await?.head_as("", 0).await?.incarnation)
    });
    let life = life.expect("readable");
    looked.writes(|_| quarantine("eu-1", life, 9, 4, SystemClock.now()));
    assert_eq!(looked.all_wrong(), ["history"]);
    let told = looked.wrong("history").expect("it is wrong");
    assert!(told.contains("node eu-1 had seen change 9"), "{told}");
    assert!(told.contains(&format!("stop the server and {}", looked.command())), "{told}");
}

#[test]
fn on_postgresql_the_command_names_the_database_without_its_password() {
    let url = "postgres://keystead:hidden@db1/keystead".to_owned();
    let installation = Installation::new(std::path::Path::new("/data"), Some(url.into()));
    let mark = |why| Quarantine { why, by: "eu-1".to_owned(), at: SystemClock.now(), seen: 9 };
    for why in [QuarantineReason::HistoryLost, QuarantineReason::Unfinished] {
        let told = history(&installation, Some(&mark(why))).hint;
        let command = "run: keystead restore --journal FILE --data-dir /data --database-url URL, ";
        assert!(told.contains(command) && !told.contains("stop the server"), "{told}");
    }
}

#[test]
fn a_pepper_that_does_not_fit_is_no_sign_of_tampering() {
    let looked = Looked::at();
    let file = looked.installation.folder().join("pepper");
    let old = std::fs::read(&file).expect("readable");
    let added = server::pepper::add_version(looked.installation.folder(), 1, &SystemRandom);
    assert_eq!(added.expect("it can be added"), 2);
    let both = read_pepper(looked.installation.folder()).expect("two versions");
    block_on(async {
        let store = looked.installation.open(&SystemRandom).await?;
        store.meet_pepper(both.newest()).await?;
        Ok(store.commit(use_pepper(2, SystemClock.now()), &both).await.map(drop)?)
    })
    .expect("it is used");
    assert!(looked.all_wrong().is_empty());

    std::fs::write(&file, old).expect("room for a file");
    assert_eq!(looked.all_wrong(), ["pepper in use", "audit chain"]);
    let told = looked.wrong("audit chain").expect("it cannot be checked");
    assert_eq!(
        told,
        "the pepper file lacks version 2, which is in use, so the audit chain cannot be checked with it -> see the points above"
    );

    let stranger = Looked::at();
    std::fs::copy(stranger.installation.folder().join("pepper"), &file).expect("room for a file");
    assert_eq!(looked.all_wrong(), ["pepper fits database", "pepper in use", "audit chain"]);
    let told = looked.wrong("audit chain").expect("it cannot be checked");
    assert!(told.contains("does not belong to this database") && !told.contains("evidence"), "{told}");
}

#[test]
fn a_missing_pepper_is_to_be_put_back_and_not_made_anew() {
    let looked = Looked::at();
    let file = looked.installation.folder().join("pepper");
    let kept = looked.place.path().join("kept");
    std::fs::rename(&file, &kept).expect("it can be moved");
    let told = looked.wrong("pepper").expect("it is missing");
    assert!(told.contains(&format!("{} is missing; put back the copy", file.display())), "{told}");
    std::fs::rename(&kept, &file).expect("it can be moved");
    assert!(looked.all_wrong().is_empty());
}

#[test]
fn a_warning_is_called_one_and_nothing_is_unhealthy_because_of_it() {
    let place = tempfile::tempdir().expect("a folder for the test");
    let config = Config::demo(place.path(), 8080, crate::commands::demo::BRANDS).expect("the sample brands");
    let mut findings = Vec::new();
    examine(&config, &mut findings).expect("it can be looked at");
    let warned = findings.iter().filter(|one| one.verdict == Verdict::Warning).map(|one| one.found.clone());
    let said: Vec<_> = config.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warned.collect::<Vec<_>>(), said);
    assert!(!said.is_empty() && findings.iter().all(|one| one.verdict != Verdict::Warning || one.is_well()));
    assert_eq!(counted(1, "brand", "brands"), "1 brand");
    assert_eq!(counted(0, "brand", "brands"), "0 brands");
}
