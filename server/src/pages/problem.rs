//! When something is not possible: what happened, what to do now, and one way on. Also "Permission Denied".

use askama::Template;
use axum::http::StatusCode;

use super::form::Hidden;
use super::layout::{Frame, Link};
use crate::words::{Words, named};

/// A page about something that did not work.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// Around the page.
    pub frame: Frame,
    /// The status of the answer.
    pub status: u16,
    /// What happened.
    pub title: String,
    /// What it means, and what to do.
    pub sentences: Vec<String>,
    /// The way on.
    pub link: Option<Link>,
    /// Something that can be asked for here.
    pub form: Option<ButtonForm>,
    /// The request's name in the logs, for support.
    pub request_id: Option<String>,
}

/// A form that shows nothing but its button, with the words on it.
#[derive(Clone, Debug)]
pub struct ButtonForm {
    /// Where it is sent.
    pub action: String,
    /// What it carries.
    pub hidden: Hidden,
    /// What the button says.
    pub button: String,
}

impl ProblemPage {
    /// A problem in one sentence.
    pub fn new(frame: Frame, status: StatusCode, title: &str, sentence: &str) -> ProblemPage {
        ProblemPage {
            frame,
            status: status.as_u16(),
            title: title.to_owned(),
            sentences: vec![sentence.to_owned()],
            link: None,
            form: None,
            request_id: None,
        }
    }

    /// With a way on.
    pub fn with_link(self, link: Link) -> ProblemPage {
        ProblemPage { link: Some(link), ..self }
    }

    /// With something that can be asked for here.
    pub fn with_form(self, form: ButtonForm) -> ProblemPage {
        ProblemPage { form: Some(form), ..self }
    }

    /// With the request's name in the logs.
    pub fn with_request(self, id: &str) -> ProblemPage {
        ProblemPage { request_id: Some(id.to_owned()), ..self }
    }

    /// A problem whose title and sentence stand in the catalogue.
    fn said(frame: Frame, status: StatusCode, title: &str, sentence: &str) -> ProblemPage {
        let (title, sentence) = (frame.say(title).text(), frame.say(sentence).text());
        ProblemPage::new(frame, status, &title, &sentence)
    }

    /// What members see who may not see keys.
    pub fn permission_denied(frame: Frame) -> ProblemPage {
        let home = Link::new(format!("/{}", frame.segment()), frame.say("back-home"));
        let (title, sentence) = (named("trouble-denied-title"), named("trouble-denied-keys"));
        ProblemPage::said(frame, StatusCode::FORBIDDEN, title, sentence).with_link(home)
    }

    /// No such page, or not one of this account: both look the same.
    pub fn not_found(frame: Frame) -> ProblemPage {
        let home = Link::new(format!("/{}", frame.segment()), frame.say("back-home"));
        let (title, sentence) = (named("trouble-not-found"), named("trouble-not-found-sentence"));
        ProblemPage::said(frame, StatusCode::NOT_FOUND, title, sentence).with_link(home)
    }

    /// A host name that belongs to no brand.
    pub fn unknown_host(words: Words) -> ProblemPage {
        let title = words.say("trouble-unknown-host").text();
        let frame = Frame::unbranded(words, title);
        let (title, sentence) = (named("trouble-unknown-host"), named("trouble-unknown-host-sentence"));
        ProblemPage::said(frame, StatusCode::MISDIRECTED_REQUEST, title, sentence)
    }

    /// A login that too many wrong codes have locked.
    pub fn locked(frame: Frame) -> ProblemPage {
        let support = frame.brand.support.clone();
        let sentence = match support {
            Some(_) => named("trouble-locked-support"),
            None => named("trouble-locked-no-support"),
        };
        let page = ProblemPage::said(frame, StatusCode::FORBIDDEN, named("trouble-locked"), sentence);
        ProblemPage { link: support, ..page }
    }

    /// Somebody else regenerated the same key a moment earlier.
    pub fn lost_race(frame: Frame, current: &str, regenerated_at: &str) -> ProblemPage {
        let keys = Link::new(format!("/{}/keys", frame.segment()), frame.say("back-keys"));
        let title = frame.say("trouble-lost-race").text();
        let sentence =
            frame.say("trouble-lost-race-sentence").with("at", regenerated_at).with("key", current).text();
        ProblemPage::new(frame, StatusCode::CONFLICT, &title, &sentence).with_link(keys)
    }

    /// Too much at once.
    pub fn too_many(frame: Frame, again: &str) -> ProblemPage {
        let title = frame.say("trouble-too-many").text();
        let sentence = frame.say("trouble-too-many-sentence").with("again", again).text();
        ProblemPage::new(frame, StatusCode::TOO_MANY_REQUESTS, &title, &sentence)
    }

    /// We cannot do it at the moment; nothing was changed.
    pub fn unavailable(frame: Frame) -> ProblemPage {
        let (title, sentence) = (named("trouble-unavailable"), named("trouble-unavailable-sentence"));
        ProblemPage::said(frame, StatusCode::SERVICE_UNAVAILABLE, title, sentence)
    }

    /// Too many want the same at once; nothing was done.
    pub fn busy(frame: Frame) -> ProblemPage {
        let (title, sentence) = (named("trouble-busy"), named("trouble-busy-sentence"));
        ProblemPage::said(frame, StatusCode::SERVICE_UNAVAILABLE, title, sentence)
    }

    /// Something broke, and it cannot be said here whether the change was made.
    pub fn failure(frame: Frame) -> ProblemPage {
        let keys = Link::new(format!("/{}/keys", frame.segment()), frame.say("trouble-failure-look"));
        let (title, sentence) = (named("trouble-failure"), named("trouble-failure-sentence"));
        ProblemPage::said(frame, StatusCode::INTERNAL_SERVER_ERROR, title, sentence).with_link(keys)
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, razorpay};
    use super::gallery::{html, moment};
    use super::layout::Mode;
    use super::layout::samples::keys_frame;
    use crate::words::Catalogue;

    let frame = || keys_frame(Mode::Test);
    let current = "rzp_test_Ab3dEf6hIj9lMn";
    let repeated = ProblemPage::new(
        frame(),
        StatusCode::CONFLICT,
        "Already done",
        "Your request was received twice. The key was regenerated once, as you wanted.",
    )
    .with_form(ButtonForm {
        action: "/test/keys/key_1/reveal".to_owned(),
        hidden: Hidden::none().with("attempt", "0123456789abcdef0123456789abcdef"),
        button: "Show the new key".to_owned(),
    })
    .with_link(Link::new("/test/keys", "Back to API Keys"));
    vec![
        ("permission_denied", html(&ProblemPage::permission_denied(frame()))),
        ("not_found", html(&ProblemPage::not_found(frame()))),
        ("unknown_host", html(&ProblemPage::unknown_host(Catalogue::new(&[]).unbranded()))),
        ("locked", html(&ProblemPage::locked(Frame::outside(&razorpay(), "Locked")))),
        ("locked_axis", html(&ProblemPage::locked(Frame::outside(&axis(), "Locked")))),
        ("lost_race", html(&ProblemPage::lost_race(frame(), current, moment(-1).text()))),
        ("repeated", html(&repeated)),
        ("too_many", html(&ProblemPage::too_many(frame(), "in 20 min"))),
        ("unavailable", html(&ProblemPage::unavailable(frame()).with_request("req_01J9Z3"))),
        ("busy", html(&ProblemPage::busy(Frame::outside(&razorpay(), "Busy")))),
        ("failure", html(&ProblemPage::failure(frame()).with_request("req_01J9Z3"))),
    ]
}
