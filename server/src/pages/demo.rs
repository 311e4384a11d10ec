//! The sample's own pages: which brands and logins there are, and the messages that would have been sent.
//!
//! They exist only where `keystead demo` runs. Passwords shown here open nothing else.

use askama::Template;

use super::layout::Frame;
use super::moment::Moment;

/// Where somebody who has just started the sample begins.
#[derive(Clone, Debug, Template)]
#[template(path = "demo.html")]
pub struct DemoPage {
    /// Around the page.
    pub frame: Frame,
    /// The brands.
    pub brands: Vec<DemoBrand>,
    /// Where gateways ask.
    pub gateway_url: String,
    /// Where health and metrics are.
    pub ops_url: String,
    /// The operator's login to the console.
    pub console: Option<ConsoleLogin>,
    /// The file with everything, the operator token included.
    pub demo_file: String,
}

/// The operator's login to the console.
#[derive(Clone, Debug)]
pub struct ConsoleLogin {
    /// Where the console is.
    pub url: String,
    /// The operator's name.
    pub name: String,
    /// Their password.
    pub password: String,
    /// What an authenticator app needs.
    pub totp_secret: String,
}

/// A sample brand.
#[derive(Clone, Debug)]
pub struct DemoBrand {
    /// Its name.
    pub name: String,
    /// Its org.
    pub org: String,
    /// Its country.
    pub country: String,
    /// Where its dashboard is.
    pub dashboard: String,
    /// Its accounts.
    pub accounts: Vec<DemoAccount>,
}

/// A sample account.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// `acc_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Activated, with a verified website.
    pub live_ready: bool,
    /// Who can log in.
    pub members: Vec<DemoMember>,
}

/// A sample member.
#[derive(Clone, Debug)]
pub struct DemoMember {
    /// The role, as people read it.
    pub role: String,
    /// The address for logging in.
    pub email: String,
    /// The password for logging in.
    pub password: String,
    /// The number, once verified.
    pub mobile: Option<String>,
    /// Whether logging in needs a code.
    pub two_factor: bool,
}

/// The messages of the sample.
#[derive(Clone, Debug, Template)]
#[template(path = "demo_messages.html")]
pub struct MessagesPage {
    /// Around the page.
    pub frame: Frame,
    /// Newest first.
    pub messages: Vec<MessageRow>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct MessageRow {
    /// When it was sent.
    pub at: Moment,
    /// To which number or address.
    pub to: String,
    /// How.
    pub kind: MessageKind,
    /// What it says.
    pub text: String,
}

/// How a message goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// To a mobile.
    Sms,
    /// By mail.
    Email {
        /// What it is about.
        subject: String,
    },
}

#[cfg(test)]
fn words() -> crate::words::Words {
    crate::words::Catalogue::new(&[]).unbranded()
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::gallery::{html, moment};

    let owner = DemoMember {
        role: "Owner".to_owned(),
        email: "owner@acme.razorpay.example".to_owned(),
        password: "correct-horse-42".to_owned(),
        mobile: Some("+91 98765 43210".to_owned()),
        two_factor: true,
    };
    let admin = DemoMember {
        role: "Admin".to_owned(),
        email: "admin@acme.razorpay.example".to_owned(),
        mobile: None,
        two_factor: false,
        ..owner.clone()
    };
    let ready = DemoAccount {
        id: "acc_Ab3dEf6hIj9lMn".to_owned(),
        name: "Acme Traders".to_owned(),
        live_ready: true,
        members: vec![owner.clone(), admin],
    };
    let waiting = DemoAccount {
        id: "acc_Zy8xWv5uTs2rQp".to_owned(),
        name: "Tea & Sons".to_owned(),
        live_ready: false,
        members: vec![owner],
    };
    let brand = |name: &str, org: &str, country: &str| DemoBrand {
        name: name.to_owned(),
        org: org.to_owned(),
        country: country.to_owned(),
        dashboard: format!("http://{}.localhost:8080", name.to_lowercase()),
        accounts: vec![ready.clone(), waiting.clone()],
    };
    let landing = DemoPage {
        frame: Frame::unbranded(words(), "The sample"),
        brands: vec![
            brand("Razorpay", "razorpay", "IN"),
            brand("Curlec", "razorpay", "MY"),
            brand("Axis", "axis", "IN"),
        ],
        gateway_url: "http://127.0.0.1:8081".to_owned(),
        ops_url: "http://127.0.0.1:9090".to_owned(),
        console: Some(ConsoleLogin {
            url: "http://operator.localhost:8080".to_owned(),
            name: "demo".to_owned(),
            password: "W5nC6oDcUq4x".to_owned(),
            totp_secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned(),
        }),
        demo_file: "/tmp/keystead-demo/demo.json".to_owned(),
    };
    let none = MessagesPage { frame: Frame::unbranded(words(), "Messages"), messages: Vec::new() };
    let some = MessagesPage {
        messages: vec![
            MessageRow {
                at: moment(0),
                to: "+919876543210".to_owned(),
                kind: MessageKind::Sms,
                text: "012345 is your Razorpay OTP to log in. Valid for 5 minutes. Do not share it."
                    .to_owned(),
            },
            MessageRow {
                at: moment(-3),
                to: "owner@acme.razorpay.example".to_owned(),
                kind: MessageKind::Email { subject: "Your Live key was regenerated".to_owned() },
                text: "Hello Asha,\n\nyour Live key <rzp_live_…lMn> was regenerated.\n".to_owned(),
            },
        ],
        ..none.clone()
    };
    vec![("landing", html(&landing)), ("messages_none", html(&none)), ("messages_some", html(&some))]
}
