//! The operator console's logins under attack: no way in with one factor, no code twice, no way round a reset.

use std::sync::Arc;

use domain::{
    MINUTE, Origin, Password, Refusal, SECOND, Timestamp, Token, TotpSecret, reset_operator, seeded,
};
use engine::{Circle, EngineError, Enrolled};

use crate::races::{split, thirty_at_once};
use crate::shop::{Figures, START, Shop, refusal};

const WORDS: &str = "correct horse battery";
/// Later than the app's next code.
const NEXT: domain::Duration = SECOND.times(90);

fn here() -> Origin {
    Origin { address: "192.0.2.7".to_owned(), agent: "a browser".to_owned() }
}

/// An operator with the secret in their app.
struct Person {
    name: &'static str,
    app: TotpSecret,
    backup: Vec<String>,
    cookie: Token,
}

impl Person {
    fn code(&self, now: Timestamp) -> String {
        self.app.code(now).reveal().to_owned()
    }
}

async fn appointed(shop: &Shop, name: &str) -> Token {
    shop.engine
        .appoint(name, START, &mut seeded(name.bytes().map(u64::from).sum::<u64>()))
        .await
        .expect("a new operator")
}

/// What `keystead operator reset` does.
async fn reset_from_the_folder(shop: &Shop, name: &str, now: Timestamp) -> Token {
    let (store, peppers) = (shop.engine.store(), &shop.engine.peppers());
    let operator = store.operator_by_name(name).await.expect("readable").expect("there is one");
    let (decision, token) =
        reset_operator(&operator, peppers.newest(), now, &mut seeded(90)).expect("they are there");
    store.commit(decision, peppers).await.expect("nothing is in the way");
    token
}

async fn enrols(shop: &Shop, token: &Token, now: Timestamp, seed: u64) -> Result<Token, EngineError> {
    shop.engine.enrol(token.reveal(), Password::new(WORDS), here(), now, &mut seeded(seed)).await
}

async fn enrolled(shop: &Shop, name: &'static str, now: Timestamp) -> Person {
    let token = appointed(shop, name).await;
    let cookie = enrols(shop, &token, now, 80).await.expect("a fresh token");
    let (_, app) = shop.engine.enrolling(&cookie, now).await.expect("enrolling");
    let code = app.code(now).reveal().to_owned();
    let Enrolled { token: open, backup } =
        shop.engine.confirm_enrolment(&cookie, &code, now, &mut seeded(81)).await.expect("the app's code");
    assert_eq!(refusal(shop.engine.enrolling(&cookie, now).await.map(|_| ())), Refusal::LogInFirst);
    let backup = backup.iter().map(|code| code.reveal().to_string()).collect();
    Person { name, app, backup, cookie: open }
}

async fn logs_in(
    shop: &Shop,
    name: &str,
    words: &str,
    code: &str,
    now: Timestamp,
) -> Result<Token, EngineError> {
    let (password, rng) = (Password::new(words), &mut seeded(now.as_millis() as u64));
    shop.engine.log_in_to_console(name, password, code, here(), now, rng).await
}

#[tokio::test]
async fn nobody_gets_in_with_less_than_name_password_and_code() {
    let shop = Shop::open(Figures::default()).await;
    let asha = enrolled(&shop, "asha", START).await;
    let bare = appointed(&shop, "bare").await;
    let now = START + NEXT;
    let right = asha.code(now);
    let changes = async || shop.engine.store().audit(0, 1_000).await.expect("readable").len();
    let before = changes().await;
    for (name, words, code) in [
        ("asha", "another password", right.as_str()),
        ("nobody", WORDS, right.as_str()),
        ("bare", WORDS, right.as_str()),
        ("bare", "", ""),
    ] {
        assert_eq!(
            refusal(logs_in(&shop, name, words, code, now).await),
            Refusal::WrongCredentials,
            "{name}"
        );
    }
    assert_eq!(changes().await, before, "a stranger moves nothing, so none can lock an operator");
    for code in ["", "000000", "0000-0000-0000"] {
        assert_eq!(
            refusal(logs_in(&shop, "asha", WORDS, code, now).await),
            Refusal::WrongCredentials,
            "{code}"
        );
    }
    assert_eq!(changes().await, before + 3, "wrong codes behind the right password are counted");
    let cookie = logs_in(&shop, "asha", WORDS, &right, now).await.expect("all three");
    let view = shop.engine.console_view(&cookie, now).await.expect("logged in");
    assert_eq!((view.operator.name.as_str(), view.operator.wrong_codes), ("asha", 0));
    assert_eq!(
        refusal(shop.engine.console_view(&bare, now).await.map(|_| ())),
        Refusal::LogInFirst,
        "no cookie"
    );
}

#[tokio::test]
async fn a_code_and_a_backup_code_work_once() {
    let shop = Shop::open(Figures::default()).await;
    let asha = enrolled(&shop, "asha", START).await;
    let first = asha.code(START);
    assert_eq!(
        refusal(logs_in(&shop, "asha", WORDS, &first, START).await),
        Refusal::WrongCredentials,
        "enrolled with it"
    );
    let now = START + NEXT;
    logs_in(&shop, "asha", WORDS, &asha.code(now), now).await.expect("a fresh one");
    let again = logs_in(&shop, "asha", WORDS, &asha.code(now), now).await;
    assert_eq!(refusal(again), Refusal::WrongCredentials, "the same once more");
    let written_down = asha.backup[3].as_str();
    logs_in(&shop, "asha", WORDS, written_down, now).await.expect("one that was written down");
    let again = logs_in(&shop, "asha", WORDS, written_down, now).await;
    assert_eq!(refusal(again), Refusal::WrongCredentials, "the same once more");
    let left = shop.engine.store().operator_by_name("asha").await.expect("readable").expect("she is there");
    assert_eq!(left.login.map(|login| login.backup.len()), Some(9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_simultaneous_logins_with_one_code_exactly_one_succeeds() {
    let shop = Arc::new(Shop::open(Figures::default()).await);
    let now = START + NEXT;
    let asha = enrolled(&shop, "asha", START).await;
    let bina = enrolled(&shop, "bina", START).await;
    for (name, code) in [(asha.name, asha.code(now)), (bina.name, bina.backup[0].clone())] {
        let (won, lost) = split(
            thirty_at_once(|nth| {
                let (shop, code) = (shop.clone(), code.clone());
                async move {
                    let from = Origin { address: format!("192.0.2.{nth}"), ..here() };
                    let (password, rng) = (Password::new(WORDS), &mut seeded(500 + nth));
                    shop.engine.log_in_to_console(name, password, &code, from, now, rng).await
                }
            })
            .await,
        );
        assert_eq!((won.len(), lost.len()), (1, 29), "{name}");
    }
}

#[tokio::test]
async fn nine_wrong_codes_lock_and_a_reset_starts_over() {
    let shop = Shop::open(Figures::default()).await;
    let asha = enrolled(&shop, "asha", START).await;
    let now = START + NEXT;
    for nth in 1..=9 {
        let expected = if nth == 9 { Refusal::MemberLocked } else { Refusal::WrongCredentials };
        assert_eq!(refusal(logs_in(&shop, "asha", WORDS, "000000", now).await), expected, "{nth}");
    }
    let now = now + MINUTE.times(16);
    let right = logs_in(&shop, "asha", WORDS, &asha.code(now), now).await;
    assert_eq!(refusal(right), Refusal::MemberLocked);
    let shut = shop.engine.console_view(&asha.cookie, START).await;
    assert_eq!(refusal(shut.map(|_| ())), Refusal::LogInFirst, "sessions that were open are shut too");

    let token = reset_from_the_folder(&shop, "asha", now).await;
    let cookie = enrols(&shop, &token, now, 91).await.expect("a fresh token");
    let (_, app) = shop.engine.enrolling(&cookie, now).await.expect("enrolling");
    assert_ne!(app.reveal(), asha.app.reveal(), "another app");
    let code = app.code(now).reveal().to_owned();
    shop.engine.confirm_enrolment(&cookie, &code, now, &mut seeded(92)).await.expect("enrolled anew");
    let old = shop.engine.console_view(&asha.cookie, START).await;
    assert_eq!(refusal(old.map(|_| ())), Refusal::LogInFirst, "the old session stays shut");
}

#[tokio::test]
async fn a_token_that_leaked_makes_no_login_beside_the_one_there_is() {
    let shop = Shop::open(Figures::default()).await;
    let token = appointed(&shop, "asha").await;
    let (thief, owner) = (
        enrols(&shop, &token, START, 1).await.expect("nobody is enrolled yet"),
        enrols(&shop, &token, START, 2).await.expect("nobody is enrolled yet"),
    );
    let (_, app) = shop.engine.enrolling(&owner, START).await.expect("enrolling");
    let (_, stolen) = shop.engine.enrolling(&thief, START).await.expect("enrolling");
    let code = app.code(START).reveal().to_owned();
    shop.engine.confirm_enrolment(&owner, &code, START, &mut seeded(3)).await.expect("the first to confirm");
    let code = stolen.code(START).reveal().to_owned();
    let late = shop.engine.confirm_enrolment(&thief, &code, START, &mut seeded(4)).await;
    assert_eq!(refusal(late.map(|_| ())), Refusal::LogInFirst);
    assert_eq!(refusal(enrols(&shop, &token, START, 5).await), Refusal::Taken { field: "login" });
    assert!(shop.engine.operator(token.reveal(), "").await.is_ok(), "it still opens the management API");
    let guess = Token::draw(&mut seeded(6));
    assert_eq!(refusal(enrols(&shop, &guess, START, 7).await), Refusal::WrongCredentials);
    let late = START + MINUTE.times(15);
    assert_eq!(refusal(shop.engine.enrolling(&thief, late).await.map(|_| ())), Refusal::LogInFirst);
}

#[tokio::test]
async fn what_was_begun_with_a_token_comes_to_nothing_once_a_reset_replaced_it() {
    let shop = Shop::open(Figures::default()).await;
    let leaked = appointed(&shop, "asha").await;
    let thief = enrols(&shop, &leaked, START, 1).await.expect("nobody is enrolled yet");
    let (_, stolen) = shop.engine.enrolling(&thief, START).await.expect("enrolling");

    let now = START + SECOND;
    let token = reset_from_the_folder(&shop, "asha", now).await;
    assert_eq!(refusal(shop.engine.enrolling(&thief, now).await.map(|_| ())), Refusal::LogInFirst);
    let code = stolen.code(now).reveal().to_owned();
    let late = shop.engine.confirm_enrolment(&thief, &code, now, &mut seeded(2)).await;
    assert_eq!(refusal(late.map(|_| ())), Refusal::LogInFirst);
    enrols(&shop, &token, now, 3).await.expect("the new token is asha's");
}

#[tokio::test]
async fn the_circle_changes_only_for_a_fresh_code_and_never_for_oneself() {
    let shop = Shop::open(Figures::default()).await;
    let asha = enrolled(&shop, "asha", START).await;
    let view = shop.engine.console_view(&asha.cookie, START).await.expect("logged in");
    let changes = async |change: Circle, name: &str, code: &str, now: Timestamp| {
        let rng = &mut seeded(now.as_millis() as u64);
        shop.engine.change_circle(&view, &change, name, code, now, rng).await
    };
    let now = START + NEXT;
    let code = asha.code(now);
    assert_eq!(refusal(changes(Circle::Appoint, "bina", "000000", now).await), Refusal::WrongCredentials);
    assert!(shop.engine.store().operator_by_name("bina").await.expect("readable").is_none());
    let token = changes(Circle::Appoint, "bina", &code, now).await.expect("a fresh code").expect("a token");
    assert_eq!(refusal(changes(Circle::Remove, "bina", &code, now).await), Refusal::WrongCredentials, "used");
    assert!(shop.engine.operator(token.reveal(), "").await.is_ok());

    let now = now + NEXT;
    for change in [Circle::Reset, Circle::Remove] {
        assert_eq!(
            refusal(changes(change, asha.name, &asha.code(now), now).await),
            Refusal::PermissionDenied
        );
    }
    assert_eq!(refusal(changes(Circle::Remove, "nobody", &asha.code(now), now).await), Refusal::NotFound);
    let taken = changes(Circle::Appoint, "bina", &asha.code(now), now).await;
    assert_eq!(refusal(taken), Refusal::Taken { field: "name" });
    assert!(matches!(
        refusal(changes(Circle::Appoint, "b i", &asha.code(now), now).await),
        Refusal::Invalid { .. }
    ));

    let fresh =
        changes(Circle::Reset, "bina", &asha.code(now), now).await.expect("allowed").expect("a token");
    assert_eq!(refusal(shop.engine.operator(token.reveal(), "").await), Refusal::LogInFirst, "the old token");
    let bina = enrols(&shop, &fresh, now, 40).await.expect("the fresh one");
    let now = now + NEXT;
    assert!(changes(Circle::Remove, "bina", &asha.code(now), now).await.expect("allowed").is_none());
    assert_eq!(refusal(shop.engine.operator(fresh.reveal(), "").await), Refusal::LogInFirst);
    assert_eq!(refusal(shop.engine.enrolling(&bina, now).await.map(|_| ())), Refusal::LogInFirst);
    let again = changes(Circle::Appoint, "bina", &asha.code(now + NEXT), now + NEXT).await;
    assert_eq!(refusal(again), Refusal::Taken { field: "name" }, "a name stays whose it was");
}

#[tokio::test]
async fn sessions_end_by_themselves_and_by_their_operator_alone() {
    let shop = Shop::open(Figures::default()).await;
    let asha = enrolled(&shop, "asha", START).await;
    let bina = enrolled(&shop, "bina2", START).await;
    let now = START + NEXT;
    let other = logs_in(&shop, "asha", WORDS, &asha.code(now), now).await.expect("another device");
    let (mine, theirs) = (
        shop.engine.console_view(&asha.cookie, now).await.expect("logged in"),
        shop.engine.console_view(&bina.cookie, now).await.expect("logged in"),
    );
    let sessions = shop.engine.console_sessions(&mine, now).await.expect("readable");
    assert_eq!(sessions.len(), 2);
    let stranger = shop.engine.end_console_session(&theirs, &sessions[0].id, now).await;
    assert_eq!(refusal(stranger), Refusal::NotFound);
    shop.engine.end_console_session(&mine, &sessions[0].id, now).await.expect("her own");
    assert_eq!(refusal(shop.engine.console_view(&other, now).await.map(|_| ())), Refusal::LogInFirst);
    let idle = now + MINUTE.times(31);
    assert_eq!(refusal(shop.engine.console_view(&asha.cookie, idle).await.map(|_| ())), Refusal::LogInFirst);
}
