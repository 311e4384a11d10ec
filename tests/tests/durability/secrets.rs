//! A secret's plaintext exists in one response and nowhere else: everything that the built program leaves behind is searched
//! for every secret that it issued, in every spelling.

use std::path::Path;

use keystead_tests::caller::{Asking, Pair, agent};
use keystead_tests::installation::{Installation, Served};
use keystead_tests::operator::{Operator, text};
use keystead_tests::person::OldKey;
use keystead_tests::search::{Search, spellings};
use keystead_tests::story::member_of;
use serde_json::json;
use server::demo::Demo;

/// Accounts of the operator, and times that the key of each is replaced.
const ACCOUNTS: usize = 4;
const REPLACED: usize = 55;

#[test]
fn no_secret_code_or_session_of_a_long_day_is_left_in_any_file_log_metric_or_list() {
    let (installation, demo) = Installation::sample();
    let mut serving = installation.serving();
    serving.env("RUST_LOG", "debug").env("RUST_BACKTRACE", "1");
    let served = Served::by(serving);
    let mut search = Search::default();
    search.add("the operator's token", &installation.token);

    people_work(&demo, &served, &mut search);
    programs_work(&installation, &served, &mut search);
    assert!(search.secrets >= 200, "{} secrets are no long day", search.secrets);

    let mut found = Vec::new();
    for (place, text) in lists(&installation, &served) {
        assert!(!text.is_empty(), "{place} is empty");
        found.extend(search.finds(&place, text.as_bytes()));
    }
    // While it runs there is a write-ahead log beside the database; after it has stopped there is what it leaves.
    assert!(installation.folder().join("keystead.db-wal").exists());
    found.extend(search.finds_in_folder(&installation.folder(), &without_codes));
    let (status, log) = served.stop();
    assert!(status.success(), "{log}");
    assert!(log.contains("DEBUG"), "the log tells everything it can");
    found.extend(search.finds("the log", without_moments(&log).as_bytes()));
    found.extend(search.finds_in_folder(&installation.folder(), &without_codes));
    let audit = installation.audit();
    found.extend(search.finds("the exported audit", json!(audit).to_string().as_bytes()));
    assert_eq!(found, [""; 0]);

    the_search_would_have_found_it(&installation, &search);
}

/// Members of all brands log in, prove who they are, and make and replace keys.
fn people_work(demo: &Demo, served: &Served, search: &mut Search) {
    let gateway = Asking::at(served.gateway);
    for (org, country) in [("razorpay", "IN"), ("razorpay", "MY"), ("axis", "IN")] {
        let mut owner = member_of(demo, served.public, org, country, "owner");
        owner.logs_in();
        let mut pairs = vec![owner.generates("test"), owner.generates("live")];
        pairs.push(owner.regenerates("test", OldKey::In24Hours));
        owner.deactivates_the_retiring_pair("test");
        let mut admin = member_of(demo, served.public, org, country, "admin");
        admin.logs_in();
        pairs.push(admin.regenerates("live", OldKey::Immediately));
        admin.opens("/live/keys");

        for pair in &pairs {
            gateway.verify(pair);
            gateway.authenticate(pair);
            gateway.authenticate(&pair.with_a_wrong_secret());
            search.add("a member's key secret", &pair.secret);
        }
        let confided: Vec<&String> = owner.confided().iter().chain(admin.confided()).collect();
        assert!(confided.len() >= 5, "two logins and two codes: {}", confided.len());
        confided.iter().for_each(|one| search.add("a code or session", one));
    }
}

/// An operator's program replaces keys again and again, and clients use them rightly and wrongly.
fn programs_work(installation: &Installation, served: &Served, search: &mut Search) {
    let (operator, gateway) = (Operator::of(installation, served), Asking::at(served.gateway));
    for number in 0..ACCOUNTS {
        let account = operator.opens_account(&format!("shop{number}"));
        let attempt = |n: usize| format!("a-name-nobody-guesses-{number}-{n}");
        let keys = format!("/accounts/{account}/keys");
        let told = operator.asks(&keys, &json!({ "mode": "test" }), &attempt(0)).expect("an answer");
        let (key, mut pair) = (text(&told.body, "key"), told.pair());
        for replaced in 1..=REPLACED {
            search.add("an operator's key secret", &pair.secret);
            search.add("an attempt's name", &attempt(replaced));
            gateway.authenticate(&pair);
            let asked = json!({ "deactivate_old": "now", "expected_current": pair.key_id });
            let told = operator.asks(&format!("{keys}/{key}/regenerate"), &asked, &attempt(replaced));
            let old = std::mem::replace(&mut pair, told.expect("an answer").pair());
            gateway.authenticate(&old);
        }
        search.add("an operator's key secret", &pair.secret);
        misspelt(served, &pair);
    }
}

/// Requests in which a secret stands where none belongs: whoever logs or quotes them would tell it.
fn misspelt(served: &Served, pair: &Pair) {
    let Pair { key_id, secret } = pair;
    let base = format!("http://{}/v1", served.gateway);
    let send = |request: ureq::RequestBuilder<ureq::typestate::WithoutBody>| {
        let answer = request.call().expect("every request gets an answer");
        assert!(answer.status().is_client_error(), "{answer:?}");
    };
    send(agent().get(format!("{base}/authenticate")).header("Authorization", format!("Bearer {secret}")));
    send(
        agent()
            .get(format!("{base}/authenticate"))
            .header("Authorization", format!("Basic {key_id}:{secret}")),
    );
    send(agent().get(format!("{base}/authenticate?key={key_id}&secret={secret}")));
    send(agent().get(format!("{base}/{secret}")));
    send(agent().get(format!("http://{}/api/v1/pairs/{secret}", served.public)));
    send(agent().get(format!("http://{}/api/v1/accounts", served.public)).header("Authorization", secret));
    let wrong = json!({ "key_id": secret, "key_secret": key_id, (secret.as_str()): 1 });
    let answer =
        agent().post(format!("{base}/verify")).send_json(wrong).expect("every request gets an answer");
    assert!(answer.status().is_client_error(), "{answer:?}");
}

/// Everything that can be read of a running server.
fn lists(installation: &Installation, served: &Served) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for path in ["/healthz", "/readyz", "/metrics"] {
        let mut answer = agent().get(format!("http://{}{path}", served.ops)).call().expect("it answers");
        read.push((path.to_owned(), answer.body_mut().read_to_string().expect("it is text")));
    }
    let operator = Operator::of(installation, served);
    for path in ["/accounts", "/audit?limit=200", "/nodes", "/brands"] {
        read.push((path.to_owned(), operator.reads(path).to_string()));
    }
    for account in operator.reads("/accounts")["items"].as_array().expect("a list") {
        for what in ["keys?limit=200", "refusals?limit=200", "members"] {
            let path = format!("/accounts/{}/{what}", text(account, "id"));
            read.push((path.clone(), operator.reads(&path).to_string()));
        }
    }
    read
}

/// Codes belong into the messages to phones, and only there.
fn without_codes(path: &Path, text: Vec<u8>) -> Vec<u8> {
    if !path.ends_with("outbox/sms.jsonl") {
        return text;
    }
    let text = String::from_utf8(text).expect("messages are text");
    let codes = text.lines().map(|line| {
        let code = keystead_tests::outbox::code(line).expect("a message to a phone has a code");
        line.replacen(&code, "", 1)
    });
    codes.collect::<Vec<_>>().join("\n").into_bytes()
}

/// The log without the moments of its lines, whose six last digits may be anybody's code.
fn without_moments(log: &str) -> String {
    let lines = log.lines().map(|line| match serde_json::from_str::<serde_json::Value>(line) {
        Ok(mut line) => {
            line.as_object_mut().map(|line| line.remove("timestamp"));
            line.to_string()
        }
        Err(_) => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A search that finds nothing may be a search that looks at nothing.
fn the_search_would_have_found_it(installation: &Installation, search: &Search) {
    for (name, bytes) in spellings(&installation.token) {
        let planted = installation.folder().join("outbox/planted");
        std::fs::write(&planted, [b"{\"text\":\"", &bytes[..], b"\"}\n"].concat()).expect("room for a file");
        let found = search.finds_in_folder(&installation.folder(), &without_codes);
        assert!(found.iter().any(|line| line.contains("planted")), "{name} is overlooked");
        std::fs::remove_file(&planted).expect("it was just written");
    }
}
