//! The team as its owner and its members live with it: invitations from letter to page, roles, removal, several accounts, ownership.

use domain::{AccountId, DAY, MINUTE, Role, Stage};
use insta::assert_snapshot;

use super::person::Person;
use super::{Story, seconds};

const PASSWORD: &str = "four words make sense";

impl Story {
    /// The path of the link in the last letter to an address.
    async fn invitation_to(&self, address: &str) -> String {
        self.letters_leave().await;
        let outbox = self.folder.path().join("data/outbox/email.jsonl");
        let lines = std::fs::read_to_string(outbox).expect("e-mails were sent");
        let texts = lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        let mut to = texts.filter(|line: &serde_json::Value| line["to"] == address);
        let text =
            to.next_back().expect("a letter to that address")["text"].as_str().expect("a text").to_owned();
        let (_, after) = text.split_once("/invitation/").expect("a link");
        let token: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
        format!("/invitation/{token}")
    }

    fn account(&self, nth: usize) -> AccountId {
        self.demo.brands[0].accounts[nth].id.parse().expect("an account id")
    }
}

/// The owner invites somebody to a role.
async fn invites(owner: &mut Person<'_>, email: &str, role: &str) {
    owner.opens("/test/team").await;
    owner.fills("Send invitation", &[("email", email), ("role", role)]).await;
}

/// Somebody new accepts with a link.
async fn accepts<'a>(story: &'a Story, link: &str) -> Person<'a> {
    let mut guest = story.somebody();
    guest.opens(link).await;
    guest.fills("Accept invitation", &[("name", "Gita"), ("password", PASSWORD)]).await;
    guest
}

#[tokio::test]
async fn a_newcomer_is_invited_joins_gets_another_role_and_is_removed() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    invites(&mut owner, "Gita@Walk.Example", "finance").await;
    assert_snapshot!("invited", owner.page().shown());
    let link = story.invitation_to("gita@walk.example").await;

    let mut guest = story.somebody();
    let opened = guest.opens(&link).await;
    assert_eq!(opened.header("referrer-policy"), "strict-origin");
    assert_eq!(opened.header("cache-control"), "no-store");
    assert_snapshot!("invitation", opened.shown().replace(&link, "/invitation/LINK"));
    let short = guest.fills("Accept invitation", &[("name", "Gita"), ("password", "short")]).await;
    assert_eq!(short.status, 422);
    assert!(short.html.contains(r#"value="Gita""#), "what was typed is not lost");
    let home = guest.fills("Accept invitation", &[("name", "Gita"), ("password", PASSWORD)]).await;
    assert_eq!(home.path, "/test");
    assert!(home.says("Gita"), "{}", home.shown());
    assert_eq!(guest.opens("/test/keys").await.status, 403, "finance sees no keys");
    assert_eq!(story.somebody().opens(&link).await.status, 410, "the link worked once");

    let team = story.app.engine.team(&story.account(0)).await.expect("a team");
    let gita = team.iter().find(|one| one.user.email == "gita@walk.example").expect("she has joined");
    let address = format!("/test/team/{}", gita.user.id);
    assert_snapshot!("one_member", owner.opens(&address).await.shown());
    owner.fills("Save role", &[("role", "admin")]).await;
    assert_eq!(guest.opens("/test/keys").await.status, 200, "at the next request");
    owner.opens(&address).await;
    owner.presses("Remove Gita").await;
    assert!(owner.page().says("What they had open is closed to them"), "{}", owner.page().shown());
    let closed = guest.opens("/test/keys").await;
    assert_eq!(closed.status, 403);
    assert_snapshot!("closed", closed.shown());
    assert!(!closed.html.contains("rzp_"), "and nothing of the account is shown");
    assert_eq!(owner.opens(&address).await.status, 404);
}

#[tokio::test]
async fn an_invitation_is_sent_again_with_another_link_and_cancelled() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    invites(&mut owner, "gita@walk.example", "finance").await;
    let first = story.invitation_to("gita@walk.example").await;
    let too_soon = owner.presses("Send again").await;
    assert_eq!(too_soon.status, 422, "{}", too_soon.shown());
    story.passes(MINUTE);
    owner.opens("/test/team").await;
    assert!(owner.presses("Send again").await.says("The old one no longer works."));
    let second = story.invitation_to("gita@walk.example").await;
    assert_ne!(first, second);
    assert_eq!(story.somebody().opens(&first).await.status, 410);
    assert_eq!(story.somebody().opens(&second).await.status, 200);
    invites(&mut owner, "gita@walk.example", "support").await;
    assert!(owner.page().says("This address is invited already."), "{}", owner.page().shown());
    owner.opens("/test/team").await;
    owner.presses("Cancel").await;
    assert!(!owner.page().says("gita@walk.example"), "{}", owner.page().shown());
    let over = story.somebody().opens(&second).await;
    assert_eq!(over.status, 410);
    assert_snapshot!("over", over.shown().replace(&second, "/invitation/LINK"));
}

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up_and_other_brands_do_not_know_it() {
    let story = Story::configured(|_| ()).await;
    let mut owner = story.member("owner").await;
    invites(&mut owner, "gita@walk.example", "finance").await;
    let link = story.invitation_to("gita@walk.example").await;
    let before = story.changes().await;
    for method in ["GET", "HEAD"] {
        story.somebody().asks(method, &link, "").await;
        for host in ["curlec.localhost:8080", "axis.localhost:8080"] {
            assert_eq!(story.somebody().at(host).asks(method, &link, "").await.status, 410, "{host}");
        }
    }
    let form = format!("name=Gita&password={}", PASSWORD.replace(' ', "+"));
    let elsewhere = story.somebody().at("curlec.localhost:8080").asks("POST", &link, &form).await;
    assert_eq!(elsewhere.status, 410);
    assert_eq!(story.changes().await, before);
    story.passes(DAY.times(7));
    assert_eq!(story.somebody().opens(&link).await.status, 410, "after seven days");
}

#[tokio::test]
async fn somebody_with_a_login_accepts_by_logging_in_and_then_switches_between_accounts() {
    let story = Story::begins().await;
    let finance = story.login_of("finance").clone();
    let mut newcomer = story.somebody();
    newcomer.logs_in(story.newcomer()).await;
    invites(&mut newcomer, &finance.email, "support").await;
    let link = story.invitation_to(&finance.email).await;

    let mut guest = story.somebody();
    let shown = guest.opens(&link).await;
    assert!(shown.says("You have a login with this e-mail address."), "{}", shown.shown());
    assert!(!shown.offers("Accept invitation"), "the link alone opens nothing");
    let forced = guest.asks("POST", &link, "name=Eve&password=four+words+of+mine").await;
    assert_eq!(forced.header("location"), format!("/login?next={link}"));
    guest.opens(forced.header("location")).await;
    let back = guest.fills("Log in", &[("email", &finance.email), ("password", &finance.password)]).await;
    assert_eq!(back.path, link);
    let mut other = story.member("admin").await;
    let told = other.opens(&link).await;
    assert!(told.says("this invitation is for another address"), "{}", told.shown());
    assert_eq!(other.asks("POST", &link, "").await.status, 403);

    let home = guest.presses("Accept invitation").await;
    assert_eq!(home.path, "/test");
    assert!(home.html.contains("Support · Razorpay new shop"), "{}", home.html);
    let (ready, new) = (story.account(0), story.account(1));
    let stale = guest.window();
    let switched = guest.sends("POST", "/test/account", format!("account={ready}")).await;
    assert!(switched.html.contains("Finance · Razorpay ready shop"), "{}", switched.html);
    let mut stale = stale;
    assert_eq!(stale.asks("GET", "/test", "").await.status, 303, "the cookie before is over");
    let foreign = guest.asks("POST", "/test/account", "account=acc_00000000000000").await;
    assert_eq!(foreign.status, 404);
    let left = guest.opens("/test/leave").await;
    assert_snapshot!("leave", left.shown());
    let closed = guest.presses("Leave the account").await;
    assert_eq!(closed.status, 403);
    assert!(closed.html.contains(new.as_str()), "it offers the other account: {}", closed.html);
    let there = guest.sends("POST", "/test/account", format!("account={new}")).await;
    assert_eq!(there.path, "/test");
}

#[tokio::test]
async fn a_form_that_was_made_for_one_account_does_nothing_in_another() {
    let story = Story::begins().await;
    let owner = story.login_of("owner");
    let user =
        story.app.engine.store().user_by_email(&story.app.config.brands[0].rules.id, &owner.email).await;
    let user = user.expect("readable").expect("the owner");
    let second = domain::NewOwner { name: "Owner".to_owned(), email: owner.email.clone(), mobile: None };
    let (brand, rng) = (&story.app.config.brands[0].rules.id, &mut *story.app.rng());
    let opened = story
        .app
        .engine
        .open_account(&story.the_operator(), brand, "Second", &second, story.app.now(), rng)
        .await;
    let opened = opened.expect("a second account").id;
    let (_, cookie) =
        story.session(&user, story.account(0), Stage::Open { otp_at: Some(story.app.now()) }).await;
    let mut person = story.somebody();
    person.cookie = Some(cookie);
    let team = person.opens("/test/team").await;
    let keys = person.opens("/test/keys").await;
    person.sends("POST", "/test/account", format!("account={opened}")).await;
    let before = story.changes().await;
    let mut invite = team.form("Send invitation");
    invite.fill("email", "gita@walk.example");
    for form in [invite, team.form("Require two-factor of everybody"), keys.form("Generate Key")] {
        let told = person.submits(&form).await;
        assert_eq!(told.status, 409, "{}", told.shown());
        assert!(told.says("You have switched to another account since that page was opened."));
    }
    assert_eq!(story.changes().await, before);
}

#[tokio::test]
async fn inviting_an_admin_takes_a_code_when_none_was_answered_at_login() {
    let story = Story::begins().await;
    let login = story.newcomer().clone();
    let mut owner = story.somebody();
    owner.logs_in(&login).await;
    invites(&mut owner, "gita@walk.example", "admin").await;
    assert!(owner.page().says("to invite an Admin"), "{}", owner.page().shown());
    assert!(story.emails_about("gita@walk.example").await.is_empty(), "nothing is sent before the code");
    owner.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &login.password)]).await;
    let code = story.code().await;
    let confirm = owner.fills("Verify", &[("otp", &code)]).await;
    assert!(confirm.says("Send this invitation?"), "{}", confirm.shown());
    assert!(owner.presses("Send invitation").await.says("The invitation is on its way."));
    let guest = accepts(&story, &story.invitation_to("gita@walk.example").await).await;
    assert!(guest.page().html.contains("Admin · "), "{}", guest.page().html);
}

impl Story {
    async fn emails_about(&self, address: &str) -> Vec<String> {
        self.letters_leave().await;
        let outbox = self.folder.path().join("data/outbox/email.jsonl");
        let lines = std::fs::read_to_string(outbox).unwrap_or_default();
        lines.lines().filter(|line| line.contains(address)).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn ownership_takes_the_password_and_a_code_and_the_owner_becomes_an_admin() {
    let story = Story::begins().await;
    let login = story.login_of("owner").clone();
    let mut owner = story.member("owner").await;
    let team = story.app.engine.team(&story.account(0)).await.expect("a team");
    let finance = team.iter().find(|one| one.member.role == Role::Finance).expect("everybody is there");
    let address = format!("/test/team/{}/transfer", finance.user.id);
    assert_snapshot!(
        "transfer",
        owner.opens(&address).await.shown().replace(finance.user.id.as_str(), "USER")
    );
    let wrong = owner.fills("Continue", &[("password", "not this one")]).await;
    assert_eq!(wrong.status, 422);
    story.passes(seconds(31));
    owner.fills("Continue", &[("password", &login.password)]).await;
    let sms = story.sms().await;
    assert!(sms.contains("transfer"), "{sms}");
    let code = story.code().await;
    owner.fills("Verify", &[("otp", &code)]).await;
    let home = owner.presses("Transfer ownership now").await;
    assert!(home.html.contains("Admin · "), "{}", home.html);
    assert_eq!(owner.opens("/test/team").await.status, 403);
    let mut next = story.member("finance").await;
    assert_eq!(next.opens("/test/team").await.status, 200);
    let team = story.app.engine.team(&story.account(0)).await.expect("a team");
    assert_eq!(team.iter().filter(|one| one.member.role == Role::Owner).count(), 1);
}

#[tokio::test]
async fn a_lost_phone_is_reset_by_the_owner_and_its_sessions_end() {
    let story = Story::begins().await;
    let login = story.login_of("admin").clone();
    let mut admin = story.member("admin").await;
    admin.opens("/test/profile").await;
    admin.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &login.password)]).await;
    let code = story.code().await;
    admin.fills("Verify", &[("otp", &code)]).await;
    story.passes(seconds(31));
    let mut owner = story.member("owner").await;
    let team = story.app.engine.team(&story.account(0)).await.expect("a team");
    let one = team.iter().find(|one| one.member.role == Role::Admin).expect("everybody is there");
    assert!(one.user.mobile.is_some());
    owner.opens(&format!("/test/team/{}", one.user.id)).await;
    let asked = owner.presses("Reset two-factor").await;
    assert!(asked.says("Reset the two-factor of Admin?"), "{}", asked.shown());
    assert!(owner.presses("Reset two-factor now").await.says("Two-factor is reset."));
    assert_eq!(admin.asks("GET", "/test", "").await.status, 303, "logged out");
    let after = story.app.engine.team_member(&story.account(0), &one.user.id).await.expect("still a member");
    assert_eq!(after.user.mobile, None);
}
