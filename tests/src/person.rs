//! A person at the dashboard, without a browser: follows links by path, fills forms by their labels, keeps cookies, reads
//! codes from the phone.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use server::demo::DemoMember;
use ureq::Agent;
use ureq::http::Response;

use crate::caller::{Pair, agent};
use crate::forms::{Form, text_of};
use crate::outbox::Outbox;

/// Pages that may follow each other without anybody pressing anything.
const REDIRECTS_MAX: usize = 8;
/// Steps before an action's last page: number, code.
const STEPS_MAX: usize = 4;

/// When the old pair shall stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldKey {
    /// With the press of the button.
    Immediately,
    /// Exactly one day later.
    In24Hours,
}

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its status.
    pub status: u16,
    /// Where it was found, after all redirects.
    pub path: String,
    /// What it says.
    pub html: String,
}

/// Somebody with a login.
pub struct Person {
    agent: Agent,
    address: SocketAddr,
    host: String,
    member: DemoMember,
    mobile: String,
    phone: Outbox,
    cookies: BTreeMap<String, String>,
    /// How full the outbox was before the last form was sent.
    mark: u64,
    page: Page,
    confided: Vec<String>,
}

impl Person {
    /// Somebody at a brand's dashboard. `mobile` is the number they would verify if they have none yet.
    pub fn at(
        address: SocketAddr,
        dashboard_url: &str,
        member: &DemoMember,
        mobile: &str,
        phone: Outbox,
    ) -> Self {
        let host = dashboard_url.trim_start_matches("http://").to_owned();
        let page = Page { status: 0, path: String::new(), html: String::new() };
        let mobile = member.mobile.clone().unwrap_or_else(|| mobile.to_owned());
        let member = member.clone();
        let (cookies, confided) = (BTreeMap::new(), Vec::new());
        Self { agent: agent(), address, host, member, mobile, phone, cookies, mark: 0, page, confided }
    }

    /// What they look at.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Session tokens and codes that they were given, for those who search for them elsewhere.
    pub fn confided(&self) -> &[String] {
        &self.confided
    }

    /// The server has moved to another address; cookies are kept, as a browser keeps them.
    pub fn follows_to(&mut self, address: SocketAddr) {
        self.address = address;
        self.agent = agent();
    }

    /// Opens a path of the dashboard.
    pub fn opens(&mut self, path: &str) -> &Page {
        let answer = self
            .agent
            .get(self.url(path))
            .header("Host", &self.host)
            .header("Cookie", self.cookie_header())
            .call()
            .expect("the dashboard answers each request");
        self.reads(path, answer)
    }

    /// Presses the button with these words on the page they look at, after `filling` its form.
    pub fn presses(&mut self, words: &str, filling: impl FnOnce(Form) -> Form) -> &Page {
        let form = Form::with_button(&self.page.html, words)
            .unwrap_or_else(|| panic!("no button \u{201c}{words}\u{201d} on {:?}", self.page));
        self.sends(&filling(form))
    }

    /// Sends a form once more, as an impatient second click does.
    pub fn sends(&mut self, form: &Form) -> &Page {
        self.mark = self.phone.mark();
        let answer = self
            .agent
            .post(self.url(&form.action))
            .header("Host", &self.host)
            .header("Cookie", self.cookie_header())
            .send_form(form.values())
            .expect("the dashboard answers each request");
        self.reads(&form.action, answer)
    }

    /// Logs in, with the code from the phone where one is asked for.
    pub fn logs_in(&mut self) {
        let (email, password) = (self.member.email.clone(), self.member.password.clone());
        self.opens("/login");
        self.presses("Log in", |form| form.fill("Email", &email).fill("Password", &password));
        if self.member.two_factor {
            self.answers_with_the_code();
        }
        assert!(self.page.has_button("Log out"), "not logged in: {:?}", self.page);
    }

    /// Generates the first pair of a mode.
    pub fn generates(&mut self, mode: &str) -> Pair {
        self.opens(&format!("/{mode}/keys"));
        self.presses("Generate Key", |form| form);
        self.copies_the_new_pair()
    }

    /// Regenerates the key of a mode, with whatever step comes before.
    pub fn regenerates(&mut self, mode: &str, old: OldKey) -> Pair {
        self.opens(&format!("/{mode}/keys"));
        self.presses("Regenerate Key", |form| form);
        self.proves_who_they_are();
        self.chooses(old)
    }

    /// Makes the choice on the page that offers it.
    pub fn chooses(&mut self, old: OldKey) -> Pair {
        let label = match old {
            OldKey::Immediately => " old key immediately",
            OldKey::In24Hours => " old key in 24 hours",
        };
        self.presses("Regenerate Key", |form| form.choose(label));
        self.copies_the_new_pair()
    }

    /// Ends the retiring pair of a mode before its time.
    pub fn deactivates_the_retiring_pair(&mut self, mode: &str) {
        self.opens(&format!("/{mode}/keys"));
        // Some brands write it with a hyphen.
        let words = ["Deactivate now", "De-activate now"];
        let words = words.into_iter().find(|words| self.page.has_button(words));
        let words = words.unwrap_or_else(|| panic!("nothing retires on {:?}", self.page));
        self.presses(words, |form| form);
        self.proves_who_they_are();
        self.presses(words, |form| form);
        assert!(!self.page.has_button(words), "still there: {:?}", self.page);
    }

    /// Goes through number and code, as far as they are asked for.
    fn proves_who_they_are(&mut self) {
        let (mobile, password) = (self.mobile.clone(), self.member.password.clone());
        for _ in 0..STEPS_MAX {
            if self.page.has_button("Send OTP") {
                self.presses("Send OTP", |form| {
                    form.fill("Mobile number", &mobile).fill("Password", &password)
                });
            } else if self.page.has_button("Verify") {
                self.answers_with_the_code();
            } else {
                return;
            }
        }
        panic!("asked again and again: {:?}", self.page);
    }

    fn answers_with_the_code(&mut self) {
        let code = self.phone.code_after(self.mark, &self.mobile);
        self.confided.push(code.clone());
        self.presses("Verify", |form| form.fill("OTP", &code));
    }

    fn copies_the_new_pair(&mut self) -> Pair {
        let shown = |testid| text_of(&self.page.html, testid);
        match (shown("key-id"), shown("key-secret")) {
            (Some(key_id), Some(secret)) => Pair { key_id, secret },
            _ => panic!("no new pair is shown: {:?}", self.page),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn reads(&mut self, path: &str, answer: Response<ureq::Body>) -> &Page {
        let (mut path, mut answer) = (path.to_owned(), answer);
        for _ in 0..REDIRECTS_MAX {
            self.keeps_cookies(&answer);
            let Some(next) = answer.headers().get("location") else {
                let status = answer.status().as_u16();
                let html = answer.body_mut().read_to_string().expect("a page is text");
                self.page = Page { status, path, html };
                return &self.page;
            };
            next.to_str().expect("an address is ASCII").clone_into(&mut path);
            answer = self
                .agent
                .get(self.url(&path))
                .header("Host", &self.host)
                .header("Cookie", self.cookie_header())
                .call()
                .expect("the dashboard answers each request");
        }
        panic!("redirected in circles, at last to {path}");
    }

    fn keeps_cookies(&mut self, answer: &Response<ureq::Body>) {
        for header in answer.headers().get_all("set-cookie") {
            let text = header.to_str().expect("a cookie is ASCII");
            let (pair, rules) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if rules.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.confided.push(value.to_owned());
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Page {
    /// Whether there is a button with these words.
    pub fn has_button(&self, words: &str) -> bool {
        Form::with_button(&self.html, words).is_some()
    }

    /// Whether these words are on it.
    pub fn says(&self, words: &str) -> bool {
        self.html.contains(words)
    }
}
