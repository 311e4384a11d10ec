//! Backup codes: a new set, shown once.

use axum::response::Response;
use domain::{BackupCode, Purpose, Refusal};
use engine::EngineError;

use crate::dashboard::member::Member;
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::trouble::page as show;
use crate::dashboard::two_factor::home;
use crate::pages::backup_codes::{BackupCodesPage, NewBackupCodesPage};
use crate::pages::layout::{Link, Place};
use crate::words::named;

/// Where backup codes are drawn, behind the mode.
const BACKUP_CODES: &str = "/two-factor/backup-codes";

/// Drawing a new set.
pub struct DrawCodes;

impl Guarded for DrawCodes {
    async fn find(member: &Member, _: &str) -> Result<Self, EngineError> {
        // They stand in for a second factor; without one there is nothing to stand in for.
        member.view.user.factor().map(|_| DrawCodes).ok_or_else(|| Refusal::MobileNeeded.into())
    }

    fn flow(&self, member: &Member) -> Flow {
        Flow {
            purpose: Purpose::BackupCodes,
            base: BACKUP_CODES.to_owned(),
            number: BACKUP_CODES.to_owned(),
            page: BACKUP_CODES.to_owned(),
            done: BACKUP_CODES.to_owned(),
            words: member.say("purpose-backup-codes").text(),
            steps: &[],
            title: named("frame-profile"),
            cancel: home(member),
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        let left = member.app.engine.backup_codes_left(&member.view).await?;
        Ok(show(&NewBackupCodesPage {
            frame: member.frame(member.say("backup-title"), BACKUP_CODES, Place::Elsewhere),
            left: left.map(|(left, _)| left),
            action: member.path(&format!("{BACKUP_CODES}/new")),
            cancel: Link::new(member.path(home(member)), member.say("cancel")),
        }))
    }
}

/// Draws a new set and shows it.
pub async fn draw(Wanted { member, .. }: Wanted<DrawCodes>) -> Response {
    let rng = &mut *member.app.rng();
    match member.app.engine.renew_backup_codes(&member.view, member.now, rng).await {
        Ok(codes) => show(&written_down(&member, &codes, false)),
        Err(EngineError::Refused(Refusal::StepUpNeeded)) => member.to(BACKUP_CODES),
        Err(error) => member.trouble(error),
    }
}

/// The page that shows a set, once.
pub fn written_down(member: &Member, codes: &[BackupCode], app_is_new: bool) -> BackupCodesPage {
    let done = if member.sets_up { "" } else { "/profile" };
    BackupCodesPage {
        frame: member.frame(member.say("backup-title"), "/profile", Place::Elsewhere),
        codes: codes.iter().map(|code| code.reveal().to_string()).collect(),
        app_is_new,
        done: Link::new(member.path(done), member.say("backup-done")),
    }
}
