//! Switch to another of one's accounts, leave one, and what somebody sees whose session looks at one that is closed to them.

use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{AccountId, Refusal, Role};
use engine::EngineError;
use serde::Deserialize;
use store::OwnAccount;

use crate::dashboard::member::{LoggedIn, Member, hand_over};
use crate::dashboard::trouble::{self, page as show, page_of};
use crate::pages::brand::role_word;
use crate::pages::form::Hidden;
use crate::pages::invitation::NoAccountPage;
use crate::pages::layout::{Frame, Link, OtherAccount, Place};
use crate::pages::problem::ProblemPage;
use crate::pages::team::ConfirmPage;
use crate::words::Words;

/// Which account to look at.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    account: String,
}

/// Looks at another account of the same user, with a new cookie.
pub async fn account(who: LoggedIn, Form(choice): Form<Choice>) -> Response {
    let LoggedIn { app, site, holder, mode, now } = &who;
    let switched = async {
        let account: AccountId = choice.account.parse().map_err(|_| Refusal::NotFound)?;
        app.engine.switch_account(holder, &account, *now, &mut *app.rng()).await
    };
    match switched.await {
        Ok(token) => {
            let home = Redirect::to(&format!("/{mode}")).into_response();
            hand_over(home, &token, &app.config.public)
        }
        Err(error) => trouble::outside(site, error, *now),
    }
}

/// One more look before leaving.
pub async fn leave_page(member: Member) -> Response {
    let account = &member.view.account.name;
    if member.view.member.role == Role::Owner {
        return member.trouble(Refusal::OwnerStays.into());
    }
    show(&ConfirmPage {
        frame: member.frame(member.say("account-leave"), "/leave", Place::Elsewhere),
        progress: Vec::new(),
        heading: member.say("account-leave-title").with("account", account).text(),
        words: member.say("account-leave-words").with("account", account).text(),
        harms: true,
        password: false,
        error: None,
        action: member.own_path("/leave"),
        hidden: Hidden::none(),
        button: member.say("account-leave-button").text(),
        cancel: member.path(""),
    })
}

/// Leaves the account. What the session shows next is another account of theirs, or that there is none.
pub async fn leave(member: Member) -> Response {
    match member.app.engine.leave(&member.view, member.now, &mut *member.app.rng()).await {
        Ok(()) => {
            member.app.letters.notify_one();
            member.to("")
        }
        Err(error) => member.trouble(error),
    }
}

/// The accounts of somebody besides the one they look at.
pub fn others(words: &Words, accounts: &[OwnAccount], this: Option<&AccountId>) -> Vec<OtherAccount> {
    let others = accounts.iter().filter(|own| Some(&own.member.account) != this);
    others
        .map(|own| OtherAccount {
            id: own.member.account.to_string(),
            name: own.name.clone(),
            role: role_word(words, own.member.role),
        })
        .collect()
}

/// What somebody sees who is not in the account that their session looks at: where else they can go.
pub async fn elsewhere(who: &LoggedIn) -> Response {
    let accounts: Result<_, EngineError> = who.app.engine.own_accounts(&who.holder.user.id).await;
    match accounts {
        Ok(accounts) => page_of(
            StatusCode::FORBIDDEN,
            &NoAccountPage {
                frame: Frame::outside(&who.site.look, who.site.words().say("account-closed-title")),
                others: others(who.site.words(), &accounts, None),
                segment: who.mode.as_str(),
            },
        ),
        Err(error) => trouble::outside(&who.site, error, who.now),
    }
}

/// A form that was made for another account did nothing.
pub fn switched_meanwhile(member: &Member) -> Response {
    let account = &member.view.account.name;
    let sentence = member.say("account-switched-meanwhile").with("account", account).text();
    let frame = member.frame(member.say("account-switch"), "", Place::Elsewhere);
    let title = member.say("account-switch").text();
    let page = ProblemPage::new(frame, StatusCode::CONFLICT, &title, &sentence)
        .with_link(Link::new(member.path(""), account.clone()));
    page_of(StatusCode::CONFLICT, &page)
}
