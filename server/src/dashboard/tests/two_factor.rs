//! Two-factor on its pages: an app from its picture to its backup codes, logins with it, and what is left to somebody who owes a
//! second factor.

use domain::{Purpose, Timestamp, TotpSecret, new_app};
use insta::assert_snapshot;

use super::person::Person;
use super::{Story, minutes, seconds};
use crate::demo::DemoMember;

impl Story {
    /// The app that a login is setting up.
    async fn scans(&self, login: &DemoMember) -> TotpSecret {
        let (engine, brand) = (&self.app.engine, &self.app.config.brands[0].rules.id);
        let user = engine.store().user_by_email(brand, &login.email).await.expect("readable").expect("there");
        let sessions = engine.store().sessions(&user.id, Timestamp::from_millis(0)).await.expect("readable");
        for session in sessions {
            let found = engine.store().challenge(&session.id, &Purpose::SetUpApp).await.expect("readable");
            if let Some(app) = found.and_then(|challenge| new_app(&challenge, engine.peppers().newest())) {
                return app;
            }
        }
        panic!("no app is being set up");
    }

    fn shown_by(&self, app: &TotpSecret) -> String {
        app.code(self.app.now()).reveal().to_owned()
    }

    /// Makes the account that is ready ask two factors of everybody.
    async fn asks_everybody(&self) {
        let (engine, now) = (&self.app.engine, self.app.now());
        let id = self.demo.brands[0].accounts[0].id.parse().expect("an account id");
        let account = engine.account(&id).await.expect("readable");
        let actor = domain::Actor::Operator { name: "demo".to_owned(), origin: String::new() };
        let entry = domain::AuditEntry::by(&actor, "account.two_factor_required", Some(id), id, now);
        let mut decision = domain::Decision::new(entry);
        decision.update(domain::Row::Account(domain::Account { two_factor_required: true, ..account }));
        engine.store().commit(decision, &engine.peppers()).await.expect("written");
    }
}

/// Everything up to the backup codes; returns the app and the codes.
async fn sets_up_an_app(
    story: &Story,
    person: &mut Person<'_>,
    login: &DemoMember,
) -> (TotpSecret, Vec<String>) {
    person.fills("Set up", &[("password", &login.password)]).await;
    let app = story.scans(login).await;
    let secret = person.page().test_id("totp-secret");
    assert_eq!(secret, app.reveal().as_str(), "the same in letters");
    assert!(person.page().html.contains("<svg class=\"qr\" role=\"img\""), "and as a picture");
    let shown = person.fills("Verify", &[("otp", &story.shown_by(&app))]).await;
    let codes = shown.html.split("data-testid=\"backup-code\">").skip(1);
    let codes: Vec<String> =
        codes.map(|rest| rest.split_once('<').expect("the element ends").0.to_owned()).collect();
    assert_eq!(codes.len(), 10, "{}", shown.shown());
    (app, codes)
}

#[tokio::test]
async fn an_app_is_set_up_with_the_password_and_its_first_code_and_is_asked_at_every_login() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut admin = story.member("admin").await;
    admin.opens("/test/two-factor/app").await;
    assert_snapshot!("app_begin", admin.page().shown());
    let refused = admin.fills("Set up", &[("password", "a guess")]).await;
    assert!(refused.says("That password is not right."), "{}", refused.shown());
    admin.fills("Set up", &[("password", &login.password)]).await;
    let wrong = admin.fills("Verify", &[("otp", "12345")]).await;
    assert!(wrong.says("4 attempts left"), "{}", wrong.shown());
    admin.opens("/test/two-factor/app").await;
    let (app, codes) = sets_up_an_app(&story, &mut admin, login).await;
    assert!(admin.opens("/test/profile").await.says("In use since"), "{}", admin.page().shown());
    assert!(admin.page().says("You have 10 backup codes left."), "{}", admin.page().shown());

    story.passes(minutes(1));
    let sent = story.sent_sms().len();
    let mut again = story.somebody();
    assert_snapshot!("login_app", again.sends_password(login).await.shown());
    let code = story.shown_by(&app);
    assert_eq!(again.fills("Verify", &[("otp", &code)]).await.path, "/test");
    let mut thief = story.somebody();
    thief.sends_password(login).await;
    let replayed = thief.fills("Verify", &[("otp", &code)]).await;
    assert!(replayed.says("That code is not right."), "a code is taken once: {}", replayed.shown());

    story.passes(minutes(1));
    let mut lost = story.somebody();
    lost.sends_password(login).await;
    assert_snapshot!("login_backup", lost.opens("/login/otp?with=backup-code").await.shown());
    assert_eq!(lost.fills("Verify", &[("otp", &codes[0].to_uppercase())]).await.path, "/test");
    let mut second = story.somebody();
    second.sends_password(login).await;
    second.opens("/login/otp?with=backup-code").await;
    let again = second.fills("Verify", &[("otp", &codes[0])]).await;
    assert!(again.says("That code is not right.") && again.says("Backup code"), "{}", again.shown());
    assert_eq!(story.sent_sms().len(), sent, "nothing was sent anywhere");
}

#[tokio::test]
async fn an_app_pays_for_a_new_key_and_is_replaced_and_removed_only_with_its_own_code() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut admin = story.member("admin").await;
    admin.generates("test").await;
    admin.opens("/test/two-factor/app").await;
    let (app, codes) = sets_up_an_app(&story, &mut admin, login).await;
    story.passes(minutes(1));
    let asked = admin.wants_a_new_key("test").await;
    assert!(asked.says("Open your authenticator app"), "{}", asked.shown());
    let chosen = admin.fills("Verify", &[("otp", &story.shown_by(&app))]).await;
    assert!(chosen.says("Deactivate old key immediately"), "{}", chosen.shown());

    story.passes(minutes(1));
    let page = admin.opens("/test/two-factor/app").await;
    assert!(!page.offers("Remove the app") && page.offers("Continue"), "{}", page.shown());
    for way in ["app/begin", "app/remove"] {
        let body = format!("password={}", login.password);
        let left_out = admin.window().sends("POST", &format!("/test/two-factor/{way}"), body).await;
        assert!(left_out.offers("Continue"), "{way}: {}", left_out.shown());
    }
    admin.presses("Continue").await;
    admin.opens("/test/two-factor/app?with=backup-code").await;
    let granted = admin.fills("Verify", &[("otp", &codes[2])]).await;
    assert!(granted.says("You have no mobile number, so two-factor authentication is turned off with it"));
    let removed = admin.fills("Remove the app", &[("password", &login.password)]).await;
    assert!(removed.says("Your authenticator app was removed."), "{}", removed.shown());
    assert_eq!(story.somebody().sends_password(login).await.path, "/test", "the password is enough again");
}

#[tokio::test]
async fn new_backup_codes_take_a_code_and_end_the_old_ones() {
    let story = Story::begins().await;
    let login = story.login_of("owner");
    let mut owner = story.member("owner").await;
    story.passes(seconds(31));
    owner.opens("/test/two-factor/backup-codes").await;
    assert!(!owner.page().offers("Show new backup codes"));
    let forced = owner.window().sends("POST", "/test/two-factor/backup-codes/new", String::new()).await;
    assert!(forced.offers("Send OTP"), "{}", forced.shown());
    owner.presses("Send OTP").await;
    let code = story.code().await;
    owner.fills("Verify", &[("otp", &code)]).await;
    let shown = owner.presses("Show new backup codes").await;
    let first = shown.test_id("backup-code");
    let again = owner.sends("POST", "/test/two-factor/backup-codes/new", String::new()).await;
    assert!(again.offers("Send OTP"), "a code pays for one set: {}", again.shown());

    story.passes(seconds(31));
    let mut lost = story.somebody();
    lost.sends_password(login).await;
    lost.opens("/login/otp?with=backup-code").await;
    assert_eq!(lost.fills("Verify", &[("otp", &first)]).await.path, "/test", "they stand in for SMS too");
}

#[tokio::test]
async fn who_owes_a_second_factor_sees_one_page_and_nothing_else_until_there_is_one() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut admin = story.member("admin").await;
    admin.generates("test").await;
    story.asks_everybody().await;
    for path in ["/test", "/test/keys", "/live/profile", "/test/settings", "/test/profile/mobile"] {
        assert!(admin.opens(path).await.path.ends_with("/two-factor"), "{path}: {}", admin.page().path);
    }
    assert_snapshot!("set_up", admin.page().shown());
    let before = story.changes().await;
    let pressed = admin.sends("POST", "/test/keys/generate", String::new()).await;
    assert!(pressed.path.ends_with("/two-factor"), "{}", pressed.shown());
    assert_eq!(story.changes().await, before);

    admin.fills("Send OTP", &[("mobile", "98123 45670"), ("password", &login.password)]).await;
    let code = story.code().await;
    admin.fills("Verify", &[("otp", &code)]).await;
    assert_eq!(admin.opens("/test/keys").await.path, "/test/keys");
    let profile = admin.opens("/test/profile").await;
    assert!(!profile.offers("Turn off two-factor"), "{}", profile.shown());
    assert!(profile.says("An account you are in asks it of everybody"), "{}", profile.shown());
    story.passes(seconds(31));
    let body = format!("password={}", login.password);
    let forced = admin.sends("POST", "/test/two-factor/off", body).await;
    assert!(forced.says("so it cannot be turned off"), "{}", forced.shown());

    let login = story.login_of("manager");
    let mut manager = story.somebody();
    let page = manager.sends_password(login).await;
    assert!(page.path.ends_with("/two-factor"), "at login too: {}", page.path);
    manager.opens("/test/two-factor/app").await;
    sets_up_an_app(&story, &mut manager, login).await;
    assert_eq!(manager.opens("/test").await.path, "/test");
    manager.presses_log_out().await;
    assert!(manager.opens("/test").await.offers("Log in"));
}

#[tokio::test]
async fn a_login_from_another_browser_is_told_by_letter_and_one_from_the_same_is_not() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut admin = story.somebody();
    admin.adds = vec![("user-agent", "Mozilla/5.0 (X11; Linux) Firefox/140.0".to_owned())];
    admin.logs_in(login).await;
    admin.presses_log_out().await;
    admin.logs_in(login).await;
    story.letters_leave().await;
    let told = || {
        let letters = story.emails_to(&login.email);
        letters.into_iter().filter(|letter| letter["text"].to_string().contains("203.0.113.9")).count()
    };
    assert_eq!(told(), 0, "neither of the first nor of a known one");
    story.somebody().logs_in(login).await;
    story.letters_leave().await;
    assert_eq!(told(), 1, "{:?}", story.emails_to(&login.email));
}
