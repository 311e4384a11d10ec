//! Logging in and out, and what a session is worth where.

use insta::assert_snapshot;

use super::{Story, minutes, other_than, seconds};

#[tokio::test]
async fn a_login_with_two_factor_asks_for_a_code() {
    let story = Story::begins().await;
    let mut owner = story.somebody();
    assert_snapshot!("login", owner.opens("/login").await.shown());
    assert_snapshot!("login_code", owner.sends_password(story.login_of("owner")).await.shown());
    assert_snapshot!("login_sms", story.sms().await);
    let half_way = owner.window().opens("/test/keys").await;
    assert!(half_way.offers("Log in"), "the password alone opens nothing: {}", half_way.shown());
    let code = story.code().await;
    assert_snapshot!("home", owner.fills("Verify", &[("otp", &code)]).await.shown());
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_told_the_same() {
    let story = Story::begins().await;
    let mut told = Vec::new();
    for (email, password) in
        [("nobody@shop.example", "whatever"), (story.login_of("owner").email.as_str(), "wrong")]
    {
        let mut somebody = story.somebody();
        somebody.opens("/login").await;
        told.push(somebody.fills("Log in", &[("email", email), ("password", password)]).await.shown());
        assert_eq!(somebody.cookie, None, "nothing is handed over");
    }
    assert_eq!(told[0], told[1]);
    assert_snapshot!("login_refused", told[0]);
    assert_eq!(story.sent_sms().len(), 0);
}

#[tokio::test]
async fn a_second_login_within_half_a_minute_says_why_no_code_came() {
    let story = Story::begins().await;
    let login = story.login_of("owner");
    story.somebody().sends_password(login).await;
    let mut second = story.somebody();
    assert_snapshot!("login_without_code", second.sends_password(login).await.shown());
    story.passes(seconds(31));
    second.presses("Send OTP").await;
    let code = story.code().await;
    assert_eq!(second.fills("Verify", &[("otp", &code)]).await.path, "/test");
}

#[tokio::test]
async fn what_was_wanted_comes_after_the_login_and_nothing_from_elsewhere() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    for (wanted, reached) in [
        ("/live/keys", "/live/keys"),
        ("/test/pairs/rzp_test_00000000000000/deactivate", "/test/pairs/rzp_test_00000000000000/deactivate"),
    ] {
        let mut admin = story.somebody();
        assert!(admin.opens(wanted).await.offers("Log in"));
        let page = admin.fills("Log in", &[("email", &login.email), ("password", &login.password)]).await;
        assert_eq!(page.path, reached);
    }
    for elsewhere in
        ["https://elsewhere.example/", "//elsewhere.example", "/test//elsewhere.example", "/\\elsewhere"]
    {
        let mut admin = story.somebody();
        admin.opens(&format!("/login?next={elsewhere}")).await;
        let page = admin.fills("Log in", &[("email", &login.email), ("password", &login.password)]).await;
        assert_eq!(page.path, "/test", "{elsewhere}");
    }
    let mut late = story.member("admin").await;
    late.opens("/live/keys").await;
    story.passes(minutes(31));
    let ended = late.presses("Generate Key").await;
    assert!(ended.offers("Log in"), "thirty minutes without a request end a session");
    let page = late.fills("Log in", &[("email", &login.email), ("password", &login.password)]).await;
    assert_eq!(page.path, "/live/keys", "the page with the button comes back");
    assert!(page.offers("Generate Key"), "the button is pressed again by a person");
}

/// TM-60
#[tokio::test]
async fn a_session_gets_a_new_cookie_at_login_and_at_each_code_and_the_old_ones_are_dead() {
    let story = Story::begins().await;
    let mut owner = story.somebody();
    let planted = "keystead=00000000000000000000000000000000000000000000";
    owner.cookie = Some(planted.to_owned());
    owner.sends_password(story.login_of("owner")).await;
    let half_way = owner.cookie.clone();
    assert_ne!(half_way.as_deref(), Some(planted));
    let code = story.code().await;
    owner.fills("Verify", &[("otp", &code)]).await;
    assert_ne!(owner.cookie, half_way);

    let logged_in = owner.cookie.clone();
    story.passes(seconds(31));
    owner.opens("/test/profile").await;
    let password = story.login_of("owner").password.clone();
    owner.fills("Turn off two-factor", &[("password", &password)]).await;
    let code = story.code().await;
    assert_eq!(owner.fills("Verify", &[("otp", &code)]).await.path, "/test/profile");
    assert_ne!(owner.cookie, logged_in);

    for dead in [Some(planted.to_owned()), half_way, logged_in] {
        let mut thief = story.somebody();
        thief.cookie = dead;
        assert!(thief.opens("/test/keys").await.offers("Log in"));
    }
    assert_eq!(owner.opens("/test/keys").await.status, 200);
}

/// ASVS 7.2.4
#[tokio::test]
async fn logging_in_again_in_the_same_browser_ends_the_session_it_had_and_a_wrong_password_does_not() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let mut copy = admin.window();
    let email = story.login_of("admin").email.clone();
    let body = |password: &str| {
        format!("email={}&password={}", email.replace('@', "%40"), password.replace(' ', "+"))
    };
    assert_eq!(admin.asks("POST", "/login", &body("wrong")).await.status, 401);
    assert_eq!(copy.opens("/test/keys").await.status, 200);
    assert!(!copy.page().offers("Log in"), "a wrong password ends nothing");
    assert_eq!(admin.asks("POST", "/login", &body(&story.login_of("admin").password)).await.status, 303);
    assert!(copy.opens("/test/keys").await.offers("Log in"), "the old cookie is dead");
    assert!(!admin.opens("/test/keys").await.offers("Log in"), "the new one is not");
}

#[tokio::test]
async fn when_too_many_are_logging_in_the_page_says_so_and_when_to_come_back() {
    let full: engine::Heavy = std::sync::Arc::new(|_| Box::pin(std::future::ready(Err(engine::Busy))));
    let story = Story::hashing(full).await;
    let mut somebody = story.somebody();
    somebody.opens("/login").await;
    let page = somebody.fills("Log in", &[("email", "asha@shop.example"), ("password", "x")]).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (503, "2"));
    assert!(page.shown().contains("Try again in a moment"), "{}", page.shown());
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
    for (https, name, secure) in [(false, "keystead", ""), (true, "__Host-keystead", "; Secure")] {
        let story = Story::configured(|config| {
            config.brands.truncate(1);
            config.public.https = https;
        })
        .await;
        let mut admin = story.member("admin").await;
        let (given, attributes) = admin.set_cookie.split_once(';').expect("a cookie has attributes");
        let (own, token) = given.split_once('=').expect("a cookie has a value");
        assert_eq!(own, name);
        assert!(
            token.len() >= 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "256 bits: {token}"
        );
        assert_eq!(attributes, format!(" Path=/; HttpOnly; SameSite=Lax{secure}"));
        assert_eq!(admin.page().headers.contains_key("strict-transport-security"), https);

        let left = admin.presses_log_out().await;
        assert_eq!(left, format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"));
    }
}

#[tokio::test]
async fn two_cookies_of_our_name_are_nobodys() {
    let story = Story::begins().await;
    let admin = story.member("admin").await;
    let own = admin.cookie.clone().expect("a session");
    let mut tossed = admin.window();
    tossed.cookie = Some(format!("keystead=0123456789; {own}"));
    assert!(tossed.opens("/test").await.offers("Log in"));
}

#[tokio::test]
async fn after_logging_out_the_cookie_is_dead() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let mut copy = admin.window();
    admin.presses_log_out().await;
    let left = admin.cookie.clone().expect("the device is known again, so that its next login is no news");
    assert!(left.starts_with("device=") && !left.contains(';'), "{left}");
    assert!(admin.opens("/test/keys").await.offers("Log in"));
    assert!(copy.opens("/test/keys").await.offers("Log in"));
}

#[tokio::test]
async fn a_session_of_one_brand_is_nobody_at_another() {
    let story = Story::configured(|_| ()).await;
    let admin = story.member("admin").await;
    for host in ["curlec.localhost:8080", "axis.localhost:8080"] {
        assert!(admin.window().at(host).opens("/test/keys").await.offers("Log in"), "{host}");
    }
    assert!(admin.window().opens("/test/keys").await.offers("Generate Key"));
    assert!(
        admin.window().at("RAZORPAY.localhost").opens("/test/keys").await.offers("Generate Key"),
        "names have no case"
    );
}

#[tokio::test]
async fn a_session_ends_twelve_hours_after_its_login_whatever_is_done_with_it() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    for _ in 0..35 {
        story.passes(minutes(20));
        assert_eq!(admin.opens("/test").await.status, 200);
        assert!(!admin.page().offers("Log in"));
    }
    story.passes(minutes(20));
    assert!(admin.opens("/test").await.offers("Log in"));
}

#[tokio::test]
async fn a_login_code_that_is_wrong_five_times_ends_and_another_can_be_asked_for() {
    let story = Story::begins().await;
    let mut owner = story.somebody();
    owner.sends_password(story.login_of("owner")).await;
    let code = story.code().await;
    for _ in 0..5 {
        owner.fills("Verify", &[("otp", other_than(&code))]).await;
    }
    assert_snapshot!("login_no_tries_left", owner.page().shown());
    story.passes(seconds(31));
    owner.presses("Resend OTP").await;
    let code = story.code().await;
    assert_eq!(owner.fills("Verify", &[("otp", &code)]).await.path, "/test");
}
