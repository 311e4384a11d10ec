//! Problems: the one place where refusals and failures become HTTP. The words are in `wire::codes`.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use engine::EngineError;
use store::StoreError;
use wire::codes::Code;
use wire::problem::{MEDIA_TYPE, Members};

use super::moments::moment;

/// Why a request is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    members: Box<Members>,
}

impl Problem {
    /// A problem about which nothing else is known.
    pub fn new(code: Code) -> Self {
        Self::with(code, Members::default())
    }

    /// A problem with what else is known of it.
    pub fn with(code: Code, members: Members) -> Self {
        Self { code, members: Box::new(members) }
    }

    /// A parameter of the address with a value it cannot have.
    pub(super) fn parameter(field: &str, hint: &str) -> Self {
        let members = Members { field: some(field), hint: some(hint), ..Members::default() };
        Self::with(Code::InvalidParameter, members)
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.row().status).expect("the table holds HTTP statuses only")
    }

    /// What kind of problem it is, in words.
    pub fn title(&self) -> &'static str {
        self.code.row().title
    }

    /// What happened and what to do. Moments in it are in UTC.
    pub fn sentence(&self) -> String {
        self.members.sentence(self.code)
    }
}

fn some(text: impl ToString) -> Option<String> {
    Some(text.to_string())
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let none = Members::default;
        let (code, members) = match refusal {
            Refusal::PermissionDenied => (Code::PermissionDenied, none()),
            Refusal::NotFound => (Code::NotFound, none()),
            Refusal::WrongCredentials => (Code::WrongCredentials, none()),
            Refusal::WrongPassword => (Code::WrongPassword, none()),
            Refusal::TooManyAttempts { again_at } => {
                (Code::TooManyAttempts, Members { again_at: some(moment(again_at)), ..none() })
            }
            Refusal::MemberLocked => (Code::MemberLocked, none()),
            Refusal::LogInFirst => (Code::LogInFirst, none()),
            Refusal::StepUpNeeded => (Code::StepUpNeeded, none()),
            Refusal::MobileNeeded => (Code::MobileNeeded, none()),
            Refusal::SecondFactorOwed => (Code::SecondFactorOwed, none()),
            Refusal::SecondFactorRequired => (Code::SecondFactorRequired, none()),
            Refusal::LinkOver => (Code::LinkOver, none()),
            Refusal::WrongCode { tries_left } => {
                (Code::WrongCode, Members { tries_left: Some(tries_left), ..none() })
            }
            Refusal::CodeExpired => (Code::CodeExpired, none()),
            Refusal::CodeUsed => (Code::CodeUsed, none()),
            Refusal::NoTriesLeft => (Code::NoTriesLeft, none()),
            Refusal::CodeJustSent { again_at } => {
                (Code::CodeJustSent, Members { again_at: some(moment(again_at)), ..none() })
            }
            Refusal::TooManyCodes { again_at, .. } => {
                (Code::TooManyCodes, Members { again_at: some(moment(again_at)), ..none() })
            }
            Refusal::AlreadyGenerated { key_id } => {
                (Code::AlreadyGenerated, Members { key_id: some(key_id), ..none() })
            }
            Refusal::NothingToRegenerate => (Code::NothingToRegenerate, none()),
            Refusal::LiveNotReady { activation, website } => {
                let missing = [("activation", activation), ("website", website)];
                let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing);
                let missing = missing.map(|(what, _)| what.to_owned()).collect();
                (Code::LiveNotReady, Members { missing, ..none() })
            }
            Refusal::LostRace { current: Some(current), at } => {
                (Code::LostRace, Members { current: some(current), at: at.map(moment), ..none() })
            }
            // Whoever won left nothing to replace: what is true now says more than that there was a race.
            Refusal::LostRace { current: None, .. } => (Code::NothingToRegenerate, none()),
            Refusal::LimitsChanged { by, at } => {
                (Code::LimitsChanged, Members { by: Some(by), at: some(moment(at)), ..none() })
            }
            Refusal::StillRetiring { key_id, until } => {
                (Code::StillRetiring, Members { key_id: some(key_id), until: some(moment(until)), ..none() })
            }
            Refusal::MobileChangedLately { until } => {
                (Code::MobileChangedLately, Members { until: some(moment(until)), ..none() })
            }
            Refusal::AlreadyEnded { key_id, at } => {
                (Code::AlreadyEnded, Members { key_id: some(key_id), at: some(moment(at)), ..none() })
            }
            Refusal::Invalid { field, hint } => {
                (Code::Invalid, Members { field: some(field), hint: Some(hint), ..none() })
            }
            Refusal::Taken { field } => (Code::Taken, Members { field: some(field), ..none() }),
            Refusal::Outdated { .. } => (Code::Outdated, none()),
            Refusal::NotLocked { user } => (Code::NotLocked, Members { user: some(user), ..none() }),
            Refusal::NotInAccount => (Code::NotInAccount, none()),
            Refusal::InvitationOver => (Code::InvitationOver, none()),
            Refusal::InvitationForOther => (Code::InvitationForOther, none()),
            Refusal::TooManyInvitations { again_at } => {
                (Code::TooManyInvitations, Members { again_at: some(moment(again_at)), ..none() })
            }
            Refusal::TooManyPending { most } => {
                (Code::TooManyPending, Members { hint: Some(format!("At most {most}.")), ..none() })
            }
            Refusal::AlreadyInTeam => (Code::AlreadyInTeam, none()),
            Refusal::AlreadyInvited => (Code::AlreadyInvited, none()),
            Refusal::TwoFactorFirst => (Code::TwoFactorFirst, none()),
            Refusal::OwnerStays => (Code::OwnerStays, none()),
            Refusal::OperatorNeeded => (Code::OperatorNeeded, none()),
            Refusal::IdempotencyMismatch => (Code::IdempotencyMismatch, none()),
            Refusal::SecretGone { key_id } => (Code::SecretGone, Members { key_id: some(key_id), ..none() }),
        };
        Self::with(code, members)
    }
}

impl From<EngineError> for Problem {
    /// A failure is logged here, once, where it is turned into an answer; the answer itself says nothing of its inside.
    fn from(error: EngineError) -> Self {
        let code = match error {
            EngineError::Refused(refusal) => return refusal.into(),
            EngineError::Contended | EngineError::Busy | EngineError::Store(StoreError::Conflict) => {
                Code::Contended
            }
            EngineError::Store(StoreError::Full) => Code::DatabaseFull,
            EngineError::Store(StoreError::Broken(_)) => Code::StoreFailed,
            EngineError::Store(StoreError::Unreachable(_)) => Code::DatabaseUnreachable,
            EngineError::Store(StoreError::Quarantined) => Code::Quarantined,
            EngineError::Store(StoreError::Unknown) | EngineError::Unwritten(_) => Code::OutcomeUnknown,
            EngineError::Store(StoreError::Damaged(_)) => Code::StoreDamaged,
            EngineError::Store(StoreError::PepperMissing(_)) => Code::NotReady,
            EngineError::UnknownBrand(ref brand) => {
                tracing::error!(%brand, "The configuration has no brand `{brand}`");
                let members = Members { brand: some(brand), ..Members::default() };
                return Self::with(Code::BrandNotConfigured, members);
            }
        };
        tracing::error!(error = &error as &dyn std::error::Error, "A request could not be answered");
        Self::new(code)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        EngineError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = wire::problem::Problem::new(self.code, *self.members);
        let body = serde_json::to_vec(&body).expect("a problem is text and numbers, which JSON can hold");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if matches!(
            self.code,
            Code::TokenNeeded
                | Code::TokenUnknown
                | Code::FollowerTokenNeeded
                | Code::FollowerTokenUnknown
                | Code::NodeCredentialNeeded
                | Code::NodeCredentialUnknown
        ) {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"keystead\""));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
