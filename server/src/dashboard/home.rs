//! Home and settings: pages that only show.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::{Action, Mode, live_gate, may};

use crate::app::{App, Engine};
use crate::dashboard::demo::is_own_address;
use crate::dashboard::member::Member;
use crate::dashboard::site::{host, unknown_host};
use crate::dashboard::step_up::lead;
use crate::dashboard::trouble::page as show;
use crate::dashboard::website;
use crate::pages::brand::role_word;
use crate::pages::home::HomePage;
use crate::pages::layout::Place;
use crate::pages::settings::SettingsPage;

/// `/`: on a brand's host, home or login; on the demo's own address, the way to the sample's brands.
pub async fn front(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let host = host(&uri, &headers).unwrap_or_default();
    match (app.sites.of_host(&host), &app.demo) {
        (Some(_), _) => lead("/test"),
        (None, Some(_)) if is_own_address(&app, &uri, &headers) => lead("/demo"),
        (None, _) => unknown_host(&app),
    }
}

/// What to do next.
pub async fn page(member: Member) -> Response {
    let account = &member.view.account;
    let sees_keys = sees_keys(&member);
    let keys = match sees_keys {
        true => member.app.engine.store().keys(&account.id, member.mode).await,
        false => Ok(Vec::new()),
    };
    let keys = match keys {
        Ok(keys) => keys,
        Err(error) => return member.trouble(error.into()),
    };
    let missing = live_gate(&member.site.brand.rules, account);
    show(&HomePage {
        frame: member.frame(member.say("home-title"), "", Place::Elsewhere),
        member_name: member.view.user.name.clone(),
        role: role_word(member.site.words(), member.view.member.role),
        account: account.name.clone(),
        sees_keys,
        working: keys.iter().filter(|key| key.current(member.now).is_some()).count(),
        may_generate: member.mode == Mode::Test || missing.is_none(),
        gate: website::live_gate(&member),
    })
}

/// Account & Settings.
pub async fn settings(member: Member) -> Response {
    show(&SettingsPage {
        frame: member.frame(member.say("frame-settings"), "/settings", Place::Settings),
        account: member.view.account.name.clone(),
        grouped: member.site.look.settings_groups,
        manages_team: may(&Engine::actor(&member.view), Action::ManageTeam, &member.view.account.id).is_ok(),
    })
}

/// Whether a member may see keys.
fn sees_keys(member: &Member) -> bool {
    let actor = Engine::actor(&member.view);
    may(&actor, Action::SeeKeys, &member.view.account.id).is_ok()
}
