//! Letters through a real mail server, as a mail program shows them.

use keystead_tests::caller::agent;
use keystead_tests::gateway::replaced;
use keystead_tests::installation::Installation;
use keystead_tests::mail_server::{LOGIN, MailServer};
use keystead_tests::operator::Operator;
use serde_json::json;

/// A name that needs encoding in a header, a line of text that begins with a dot, and a quotation mark.
const NAME: &str = "पुस्तक \"Books\" & Söhne";

#[test]
fn an_invitation_reaches_an_inbox_through_a_real_mail_server_whole_and_its_link_opens() {
    let mut server = MailServer::opens();
    let installation = Installation::fresh();
    let text = std::fs::read_to_string(installation.config()).expect("a configuration");
    let by_smtp = format!(
        "[email]\nprovider = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nusername = \"{}\"\n\
         password = \"{}\"\nfrom = \"keys@razorpay.example\"",
        server.port, LOGIN.0, LOGIN.1,
    );
    let text = replaced(&text, "[email]\nprovider = \"file\"", &by_smtp);
    std::fs::write(installation.config(), text).expect("room for a file");
    let served = installation.serve();
    let asked = json!({
        "org": "razorpay", "country": "IN", "name": NAME,
        "owner": { "name": "Asha Rao", "email": "asha@books.example" },
    });
    let told = Operator::of(&installation, &served)
        .asks("/accounts", &asked, "open-account-books")
        .expect("an answer");
    assert_eq!(told.status, 201, "{told:?}");

    let mail = server.next_mail();
    assert_eq!(mail.defects, [] as [String; 0], "{mail:?}");
    assert!(mail.longest_line < 998, "RFC 5322 §2.1.1: {}", mail.longest_line);
    assert_eq!((mail.from_name.as_str(), mail.from_address.as_str()), ("Razorpay", "keys@razorpay.example"));
    assert_eq!(mail.envelope_from, "keys@razorpay.example");
    assert_eq!((&mail.envelope_to, &mail.to), (&vec!["asha@books.example".to_owned()], &mail.envelope_to));
    assert!(mail.subject.contains(NAME) && mail.subject.contains("invited"), "{}", mail.subject);
    for header in ["date", "message-id", "auto-submitted", "mime-version"] {
        assert!(mail.headers.iter().any(|name| name == header), "no {header}: {:?}", mail.headers);
    }
    assert!(mail.message_id.starts_with("<let_") && mail.message_id.ends_with("@razorpay.example>"));

    assert!(mail.text.contains(NAME), "{}", mail.text);
    assert!(mail.html.contains("पुस्तक") && mail.html.contains("&amp; Söhne"), "{}", mail.html);
    assert!(!mail.html.contains("<img"), "readable without images");
    let link = link(&mail.text);
    assert!(mail.html.contains(link), "both parts lead to the same place");
    let path = link.split_once("/invitation/").expect("the link of an invitation").1;
    let page = agent()
        .get(format!("http://{}/invitation/{path}", served.public))
        .header("Host", "dashboard.razorpay.com")
        .call();
    let page = page.expect("the server answers").body_mut().read_to_string().expect("a page");
    assert!(page.contains("You are invited") && page.contains("asha@books.example"), "{page}");
    installation.settled();
}

/// The first address of the web in a text.
fn link(text: &str) -> &str {
    let start = text.find("http").expect("a link");
    let rest = &text[start..];
    &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())]
}
