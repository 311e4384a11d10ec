//! Business website details: shown to every member, told by owner and admin.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Action, NewWebsite, Refusal, Review, WebsiteKind, may};
use engine::EngineError;
use serde::Deserialize;

use crate::app::Engine;
use crate::dashboard::activation;
use crate::dashboard::member::Member;
use crate::dashboard::trouble::page_of;
use crate::pages::layout::Place;
use crate::pages::review::{FieldError, LiveGate, Standing};
use crate::pages::website::{Website, WebsiteForm, WebsitePage};

/// The form.
#[derive(Deserialize)]
pub struct Told {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    terms: String,
    #[serde(default)]
    privacy: String,
    #[serde(default)]
    refunds: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    note: String,
}

/// The page.
pub async fn page(member: Member) -> Response {
    shows(&member, StatusCode::OK, None, None)
}

/// Tells a website or app.
pub async fn submit(member: Member, Form(form): Form<Told>) -> Response {
    let is_app = form.kind == "app";
    let new = NewWebsite {
        kind: Some(if is_app { WebsiteKind::App } else { WebsiteKind::Website }),
        url: form.url.clone(),
        terms: Some(form.terms.clone()),
        privacy: Some(form.privacy.clone()),
        refunds: Some(form.refunds.clone()),
        contact: Some(form.contact.clone()),
        note: Some(form.note.clone()),
    };
    let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
    match member.app.engine.submit_website(&actor, account, &new, member.now).await {
        Ok(_) => member.to("/website"),
        Err(EngineError::Refused(Refusal::Invalid { field, .. })) => {
            let Told { url, terms, privacy, refunds, contact, note, .. } = form;
            let typed = Website { is_app, url, terms, privacy, refunds, contact, note };
            let error = FieldError { field, words: wrong(&member, field, is_app) };
            shows(&member, StatusCode::UNPROCESSABLE_ENTITY, Some(typed), Some(error))
        }
        Err(error) => member.trouble(error),
    }
}

/// What to give instead, in the member's language.
fn wrong(member: &Member, field: &str, is_app: bool) -> String {
    let saying = match field {
        "url" if is_app => member.say("website-error-store"),
        "url" => member.say("website-error-address"),
        "kind" => member.say("website-error-kind"),
        "note" => member.say("website-error-note"),
        _ => member.say("website-error-page"),
    };
    saying.text()
}

fn shows(member: &Member, status: StatusCode, typed: Option<Website>, error: Option<FieldError>) -> Response {
    let account = &member.view.account;
    let told = account.website.as_ref().map(|website| {
        let details = website.details.clone();
        Website {
            is_app: details.kind == WebsiteKind::App,
            url: details.url,
            terms: details.terms,
            privacy: details.privacy,
            refunds: details.refunds,
            contact: details.contact,
            note: details.note,
        }
    });
    let form = may_submit(member).then(|| WebsiteForm {
        action: member.own_path("/website"),
        typed: typed.or_else(|| told.clone()).unwrap_or_default(),
        error,
    });
    let page = WebsitePage {
        frame: member.frame(member.say("website-title").text(), "/website", Place::InsideSettings),
        grouped: member.site.look.settings_groups,
        standing: standing(member),
        told,
        form,
        activation: activation::standing(member),
    };
    page_of(status, &page)
}

/// Whether this member may tell what live mode asks for.
pub fn may_submit(member: &Member) -> bool {
    may(&Engine::actor(&member.view), Action::SubmitWebsite, &member.view.account.id).is_ok()
}

/// Where the review of this account's website stands.
fn standing(member: &Member) -> Standing {
    let Some(website) = &member.view.account.website else { return Standing::Nothing };
    match &website.review {
        Review::Waiting => Standing::Waiting { since: member.moment(website.submitted_at) },
        Review::Verified { at } => Standing::Good { at: member.moment(*at) },
        Review::Returned(returned) => {
            Standing::Returned { at: member.moment(returned.at), reason: returned.reason.clone() }
        }
    }
}

/// What live mode asks of this account, each as it stands.
pub fn live_gate(member: &Member) -> LiveGate {
    let rules = &member.site.brand.rules;
    LiveGate::new(
        member.site.words(),
        member.mode.as_str(),
        rules.require_activation.then(|| activation::standing(member)),
        rules.require_website.then(|| standing(member)),
        may_submit(member),
    )
}
