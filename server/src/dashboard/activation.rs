//! Account activation: shown to every member, told by owner and admin.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Refusal;
use engine::EngineError;
use serde::Deserialize;

use crate::app::Engine;
use crate::dashboard::member::Member;
use crate::dashboard::trouble::page_of;
use crate::dashboard::website::may_submit;
use crate::pages::activation::{ActivationPage, Business, BusinessForm, types};
use crate::pages::layout::Place;
use crate::pages::review::{FieldError, Standing};

/// The form.
#[derive(Deserialize)]
pub struct Told {
    #[serde(default)]
    legal_name: String,
    #[serde(default)]
    business_type: String,
    #[serde(default)]
    registration: String,
    #[serde(default)]
    sells: String,
}

/// The page.
pub async fn page(member: Member) -> Response {
    shows(&member, StatusCode::OK, None, None)
}

/// Tells whose business the account is.
pub async fn submit(member: Member, Form(form): Form<Told>) -> Response {
    let Told { legal_name, business_type, registration, sells } = form;
    let told = match business_type.parse() {
        Ok(business_type) => {
            let business = domain::Business {
                legal_name: legal_name.clone(),
                business_type,
                registration: registration.clone(),
                sells: sells.clone(),
            };
            let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
            member.app.engine.submit_business(&actor, account, &business, member.now).await.map(|_| ())
        }
        Err(_) if !may_submit(&member) => Err(Refusal::PermissionDenied.into()),
        Err(_) => Err(Refusal::invalid("business_type", "").into()),
    };
    match told {
        Ok(()) => member.to("/activation"),
        // Somebody activated the account meanwhile: the page says so.
        Err(EngineError::Refused(Refusal::Invalid { .. })) if member.view.account.activated_at.is_some() => {
            member.to("/activation")
        }
        Err(EngineError::Refused(Refusal::Invalid { field, .. })) => {
            let typed = Business { legal_name, kind: business_type, registration, sells };
            let error = FieldError { field, words: wrong(&member, field) };
            shows(&member, StatusCode::UNPROCESSABLE_ENTITY, Some(typed), Some(error))
        }
        Err(error) => member.trouble(error),
    }
}

/// What to give instead, in the member's language.
fn wrong(member: &Member, field: &str) -> String {
    let saying = match field {
        "business_type" => member.say("activation-error-type"),
        "registration" => member.say("activation-error-registration"),
        "sells" => member.say("activation-error-sells"),
        _ => member.say("activation-error-name"),
    };
    saying.text()
}

fn shows(
    member: &Member,
    status: StatusCode,
    typed: Option<Business>,
    error: Option<FieldError>,
) -> Response {
    let account = &member.view.account;
    let told = account.application.as_ref().map(|application| {
        let business = application.business.clone();
        Business {
            legal_name: business.legal_name,
            kind: business.business_type.to_string(),
            registration: business.registration,
            sells: business.sells,
        }
    });
    let form = (may_submit(member) && account.activated_at.is_none()).then(|| BusinessForm {
        action: member.own_path("/activation"),
        typed: typed.or_else(|| told.clone()).unwrap_or_default(),
        error,
        kinds: types(member.site.words()),
    });
    let page = ActivationPage {
        frame: member.frame(member.say("activation-title").text(), "/activation", Place::InsideSettings),
        grouped: member.site.look.settings_groups,
        standing: standing(member),
        told,
        form,
    };
    page_of(status, &page)
}

/// Where the check of this account's business stands.
pub fn standing(member: &Member) -> Standing {
    let account = &member.view.account;
    match (account.activated_at, &account.application) {
        (Some(at), _) => Standing::Good { at: member.moment(at) },
        (None, None) => Standing::Nothing,
        (None, Some(application)) => match &application.returned {
            None => Standing::Waiting { since: member.moment(application.submitted_at) },
            Some(returned) => {
                Standing::Returned { at: member.moment(returned.at), reason: returned.reason.clone() }
            }
        },
    }
}
