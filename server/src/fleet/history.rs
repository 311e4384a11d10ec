//! What a read of the feed found out about the history of the database, told to whoever runs the platform.

use std::sync::atomic::Ordering;

use domain::{Quarantine, QuarantineReason};
use engine::{Lack, Lost};

use crate::app::App;
use crate::installation::Installation;

/// What was told already.
#[derive(Debug, Default)]
pub(crate) struct Told {
    lost: Option<Lost>,
    quarantine: Option<Quarantine>,
    unwritten: Option<String>,
}

impl Told {
    /// Looks at what the last read found, tells what is new in it, and marks the database where this process may.
    pub(crate) async fn look(&mut self, app: &App, unwritten: Option<String>) {
        let (lost, quarantine) = (app.engine.lost(), app.engine.quarantined());
        let fleet = &app.meters().fleet;
        fleet.has_lost_history.store(lost.is_some() || quarantine.is_some(), Ordering::Relaxed);
        fleet.is_journal_failing.store(unwritten.is_some(), Ordering::Relaxed);
        if self.lost != lost {
            self.tell_lost(app, lost);
            self.lost = lost;
        }
        if self.quarantine != quarantine {
            match &quarantine {
                Some(found @ Quarantine { by, seen, .. }) => {
                    tracing::error!(%by, seen, "{}", said(&Installation::of(&app.config), found));
                }
                None => tracing::info!("The database is not quarantined any more"),
            }
            self.quarantine = quarantine;
        }
        if self.unwritten != unwritten {
            match &unwritten {
                Some(why) => tracing::error!(
                    %why,
                    "The journal cannot be written, so nobody is told that changes were done, or that this process knows them"
                ),
                None => tracing::info!("The journal is written again"),
            }
            self.unwritten = unwritten;
        }
        if lost.is_some()
            && app.config.role.writes()
            && let Err(error) = app.engine.quarantine_once(app.now()).await
        {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "The quarantine could not be written into the database");
        }
    }

    fn tell_lost(&self, app: &App, lost: Option<Lost>) {
        let own = app.config.data_dir.join(crate::journal::FILE);
        let how = Installation::of(&app.config).how_to_end_quarantine(&own.display().to_string());
        match lost {
            Some(Lost { lack: Lack::Changes, seen, head, .. }) => tracing::error!(
                seen,
                head,
                "The database has lost changes: this process has seen change {seen}, and the database is at {head} or went another way. \
                 Keys are not changed until somebody has decided; pairs that ended stay ended here. To decide, {how}"
            ),
            Some(Lost { lack: Lack::Endings(pairs), .. }) => tracing::error!(
                pairs,
                "The restored database has {pairs} pairs working that this process knows to have ended. Keys are not changed until \
                 somebody has decided. To decide, {how}"
            ),
            None => tracing::info!("The database has everything again that this process has seen"),
        }
    }
}

/// A quarantine in words.
pub(crate) fn said(installation: &Installation, quarantine: &Quarantine) -> String {
    let Quarantine { why, by, seen, .. } = quarantine;
    let how = installation.how_to_end_quarantine("FILE");
    let what = match why {
        QuarantineReason::HistoryLost => {
            format!("The database is quarantined: node {by} had seen change {seen}, which it does not have.")
        }
        QuarantineReason::Unfinished => {
            "The database was restored from a backup, and what ended after it is not written again yet."
                .to_owned()
        }
    };
    format!(
        "{what} No key is changed until somebody has decided; to decide, {how}, with the journals of the data folders"
    )
}
