//! Letters that failed, and trying one again.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Channel, FailedLetter, LetterId, LetterKind};

use super::who::{Done, Named, Operator, moment};
use crate::dashboard::page as show;
use crate::pages::console::frame::Place;
use crate::pages::console::letters::{LetterRow, LettersPage};

/// Letters shown at most.
const SHOWN_MAX: usize = 100;

/// The page.
pub async fn page(operator: Operator, Query(done): Query<Done>) -> Response {
    let failed = match operator.app.engine.store().letters_failed(None, SHOWN_MAX as i64 + 1).await {
        Ok(failed) => failed,
        Err(error) => return operator.trouble(error.into()),
    };
    show(&LettersPage {
        frame: operator.frame("Letters that failed", Place::Letters).noting(done.notice()),
        cut: SHOWN_MAX < failed.len(),
        letters: failed.iter().take(SHOWN_MAX).map(row).collect(),
    })
}

fn row(failed: &FailedLetter) -> LetterRow {
    let letter = &failed.letter;
    let way = match letter.to.channel() {
        Channel::Sms => "SMS",
        Channel::Email => "E-mail",
    };
    LetterRow {
        id: letter.id.to_string(),
        to: format!("{way} to {}", letter.to.masked()),
        brand: letter.brand.to_string(),
        about: about(&letter.kind),
        since: moment(letter.created_at),
        tries: failed.tries,
        failure: failed.failure.clone(),
        next: failed.next_try_at.map(moment),
        retry: failed.can_be_retried().then(|| format!("/letters/{}/retry", letter.id)),
    }
}

/// What a letter is about, in a word or two.
fn about(kind: &LetterKind) -> &'static str {
    match kind {
        LetterKind::Code { .. } => "One-time password",
        LetterKind::KeyGenerated { .. } => "Key generated",
        LetterKind::KeyRegenerated { .. } => "Key regenerated",
        LetterKind::KeyDeactivated { .. } => "Key deactivated",
        LetterKind::KeyEnding { .. } => "Old key ends soon",
        LetterKind::MemberLocked => "Login locked",
        LetterKind::MobileChanged { .. } => "Mobile number changed",
        LetterKind::TwoFactorChanged { .. } => "Two-factor changed",
        LetterKind::AppRemoved { .. } => "Authenticator app removed",
        LetterKind::TwoFactorReset => "Two-factor reset",
        LetterKind::MemberChanged { .. } => "Member changed",
        LetterKind::Invited { .. } => "Invitation",
        LetterKind::RoleChanged { .. } => "Role changed",
        LetterKind::RemovedFromAccount { .. } => "Removed from account",
        LetterKind::OwnershipTransferred { .. } => "Ownership transferred",
        LetterKind::PasswordReset { .. } => "Password reset",
        LetterKind::PasswordChanged => "Password changed",
        LetterKind::SignedIn { .. } => "New device",
        LetterKind::AccountActivated { .. } => "Account activated",
        LetterKind::ActivationReturned { .. } => "Business details returned",
        LetterKind::WebsiteReviewed { .. } => "Website reviewed",
    }
}

/// Has a letter tried again at once.
pub async fn retry(operator: Operator, Named(id): Named<LetterId>) -> Response {
    match operator.app.engine.retry_letter(&operator.actor(), &id, operator.now).await {
        Ok(()) => {
            operator.app.letters.notify_one();
            Redirect::to("/letters?done=retried").into_response()
        }
        Err(error) => operator.trouble(error),
    }
}
