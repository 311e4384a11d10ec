//! A person with a browser: a cookie jar, the page that is open, and buttons to press.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use http_body_util::channel::Channel;
use tower::ServiceExt;

use super::Story;
use super::page::{Form, Page};
use crate::demo::DemoMember;

pub(super) struct Person<'a> {
    story: &'a Story,
    host: String,
    /// The whole `Cookie` header, as the browser would send it.
    pub(super) cookie: Option<String>,
    /// The last `Set-Cookie` header of the session.
    pub(super) set_cookie: String,
    /// Headers this browser adds to every request.
    pub(super) adds: Vec<(&'static str, String)>,
    pub(super) page: Option<Page>,
}

impl<'a> Person<'a> {
    pub(super) fn new(story: &'a Story, host: &str) -> Self {
        Person {
            story,
            host: host.to_owned(),
            cookie: None,
            set_cookie: String::new(),
            adds: Vec::new(),
            page: None,
        }
    }

    /// The same browser, another window.
    pub(super) fn window(&self) -> Person<'a> {
        Person { cookie: self.cookie.clone(), page: self.page.clone(), ..Person::new(self.story, &self.host) }
    }

    pub(super) fn page(&self) -> &Page {
        self.page.as_ref().expect("a page is open")
    }

    /// Opens an address and follows where it leads.
    pub(super) async fn opens(&mut self, path: &str) -> Page {
        self.sends("GET", path, String::new()).await
    }

    /// Presses a button of the open page.
    pub(super) async fn presses(&mut self, button: &str) -> Page {
        self.fills(button, &[]).await
    }

    /// Fills in the form with a button and presses it.
    pub(super) async fn fills(&mut self, button: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = self.page().form(button);
        for (name, value) in fields {
            form.fill(name, value);
        }
        self.submits(&form).await
    }

    pub(super) async fn submits(&mut self, form: &Form) -> Page {
        let body: Vec<String> =
            form.fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        // A browser keeps what stands behind the # to itself.
        let path = form.action.split('#').next().unwrap_or_default();
        self.sends("POST", path, body.join("&")).await
    }

    /// Sends a request and follows where it leads, as browsers do: with a GET.
    pub(super) async fn sends(&mut self, method: &str, path: &str, body: String) -> Page {
        let (mut method, mut path, mut body) = (method.to_owned(), path.to_owned(), body);
        for _ in 0..5 {
            let page = self.asks(&method, &path, &body).await;
            if !page.status.is_redirection() {
                self.page = Some(page.clone());
                return page;
            }
            (method, path, body) = ("GET".to_owned(), page.header("location").to_owned(), String::new());
        }
        panic!("led round in circles to {path}");
    }

    /// Sends one request and goes nowhere.
    pub(super) async fn asks(&mut self, method: &str, path: &str, body: &str) -> Page {
        let from = SocketAddr::from(([203, 0, 113, 9], 40_000));
        let mut request = Request::builder().method(method).uri(path).extension(ConnectInfo(from));
        if !self.adds.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", &self.host);
        }
        if method == "POST" && !self.adds.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in &self.adds {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.story.router.clone().oneshot(request).await.expect("a router answers");
        self.receives(response, path).await
    }

    /// Sends the head of a POST and holds its body back until `meanwhile` is over.
    pub(super) async fn hesitates(
        &mut self,
        path: &str,
        body: &str,
        meanwhile: impl Future<Output = ()>,
    ) -> Page {
        let (mut rest, held) = Channel::<Bytes, Infallible>::new(1);
        let from = SocketAddr::from(([203, 0, 113, 9], 40_000));
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .extension(ConnectInfo(from))
            .header("host", &self.host)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", self.cookie.clone().unwrap_or_default())
            .body(Body::new(held))
            .expect("a request");
        let answer = tokio::spawn(self.story.router.clone().oneshot(request));
        // Long enough to have found out who asks, had anybody tried to.
        self.window().asks("GET", "/test", "").await;
        meanwhile.await;
        rest.send_data(Bytes::from(body.to_owned())).await.expect("the server reads on");
        drop(rest);
        let response = answer.await.expect("a task of ours").expect("a router answers");
        self.receives(response, path).await
    }

    async fn receives(&mut self, response: Response<Body>, path: &str) -> Page {
        let (head, body) = response.into_parts();
        for set in head.headers.get_all("set-cookie") {
            let set = set.to_str().expect("cookies are text");
            let pair = set.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a name and a value");
            let mut cookies: Vec<&str> = self.cookie.iter().flat_map(|all| all.split("; ")).collect();
            cookies.retain(|own| own.split('=').next() != Some(name));
            if !value.is_empty() {
                cookies.push(pair);
            }
            let cookies = cookies.join("; ");
            if name.ends_with("keystead") || name.ends_with("keystead-console") {
                self.set_cookie = set.to_owned();
            }
            self.cookie = Some(cookies).filter(|cookies| !cookies.is_empty());
        }
        let body = to_bytes(body, 1 << 20).await.expect("a whole page");
        let html = String::from_utf8(body.to_vec()).expect("pages are text");
        Page { status: head.status, headers: head.headers, html, path: path.to_owned() }
    }

    /// E-mail and password, and nothing after them.
    pub(super) async fn sends_password(&mut self, member: &DemoMember) -> Page {
        self.opens("/login").await;
        self.fills("Log in", &[("email", &member.email), ("password", &member.password)]).await
    }

    /// The whole way in, with a code where one is asked for.
    pub(super) async fn logs_in(&mut self, member: &DemoMember) -> Page {
        let page = self.sends_password(member).await;
        if !member.two_factor {
            return page;
        }
        let code = self.story.code().await;
        self.fills("Verify", &[("otp", &code)]).await
    }

    /// From anywhere to a key of a mode that has a pair; returns its Key Id.
    pub(super) async fn generates(&mut self, mode: &str) -> String {
        self.opens(&format!("/{mode}/keys")).await;
        let page = self.presses("Generate Key").await;
        page.test_id("key-id")
    }

    /// From anywhere to whatever comes after "Regenerate Key" in the table.
    pub(super) async fn wants_a_new_key(&mut self, mode: &str) -> Page {
        self.opens(&format!("/{mode}/keys")).await;
        self.presses("Regenerate Key").await
    }

    /// Logs out; returns the header that takes the cookie back.
    pub(super) async fn presses_log_out(&mut self) -> String {
        let form = self.page().form("Log out");
        self.asks("POST", &form.action, "").await;
        self.set_cookie.clone()
    }

    /// Changes the brand whose dashboard is open.
    pub(super) fn at(mut self, host: &str) -> Self {
        self.host = host.to_owned();
        self
    }
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}
