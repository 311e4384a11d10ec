//! Limits of a key: what holds now, what was used, from where, and the form to change it.

use askama::Template;

use super::form::Hidden;
use super::layout::{Frame, Link};
use super::moment::Moment;
use super::review::{FieldError, TextField};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "limits.html")]
pub struct LimitsPage {
    /// Around the page.
    pub frame: Frame,
    /// What the key is called.
    pub name: String,
    /// What holds now.
    pub now: Told,
    /// Requests since midnight UTC; none while nothing is limited, for then nothing is counted.
    pub used_today: Option<u64>,
    /// Who changed the limits last, and when.
    pub changed: Option<(String, Moment)>,
    /// From where each pair that works was used last.
    pub last_uses: Vec<LastUse>,
    /// The form; none while a one-time password is due before it.
    pub form: Option<LimitsForm>,
    /// Where the way to the form begins.
    pub change: String,
}

/// Limits as people write them; an empty text limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Requests per second.
    pub per_second: String,
    /// Requests per day.
    pub per_day: String,
    /// Addresses and networks, one a line.
    pub addresses: String,
}

/// The last use of a pair.
#[derive(Clone, Debug)]
pub struct LastUse {
    /// The pair.
    pub key_id: String,
    /// When; none for not yet.
    pub at: Option<Moment>,
    /// From where, as far as anybody told.
    pub from: Option<String>,
}

/// The form.
#[derive(Clone, Debug)]
pub struct LimitsForm {
    /// Where it is sent.
    pub action: String,
    /// What it carries.
    pub hidden: Hidden,
    /// What is in its fields.
    pub typed: Told,
    /// Which field is wrong.
    pub error: Option<FieldError>,
    /// Why nothing was saved, when no field is wrong.
    pub problem: Option<String>,
    /// Where a one-time password can be had while this page stays as it is.
    pub code: Option<Link>,
}

impl LimitsPage {
    fn fields(&self, form: &LimitsForm) -> [TextField; 3] {
        let say = |id| self.frame.say(id).text();
        let (typed, error) = (&form.typed, form.error.as_ref());
        let field = |name, label, hint, value: &String| {
            TextField::new(name, say(label), value.clone()).hint(say(hint)).optional().checked(error)
        };
        [
            field("requests_per_second", "limits-per-second", "limits-per-second-hint", &typed.per_second),
            field("requests_per_day", "limits-per-day", "limits-per-day-hint", &typed.per_day),
            TextField {
                kind: "lines",
                most: 4_000,
                ..field("allowed_addresses", "limits-addresses", "limits-addresses-hint", &typed.addresses)
            },
        ]
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::gallery::{html, moment};
    use super::layout::samples::{keys_frame, longest_frame};
    use super::layout::{Mode, Notice};

    let form = |typed: &Told| LimitsForm {
        action: "/test/keys/key_1/limits".to_owned(),
        hidden: Hidden::none().with("expected_version", "0"),
        typed: typed.clone(),
        error: None,
        problem: None,
        code: None,
    };
    let unlimited = LimitsPage {
        frame: keys_frame(Mode::Test),
        name: "Default".to_owned(),
        now: Told::default(),
        used_today: None,
        changed: None,
        last_uses: vec![LastUse { key_id: "rzp_test_Ab3dEf6hIj9lMn".to_owned(), at: None, from: None }],
        form: Some(form(&Told::default())),
        change: "/test/keys/key_1/limits/change".to_owned(),
    };
    let limits = Told {
        per_second: "10".to_owned(),
        per_day: "100000".to_owned(),
        addresses: "192.0.2.0/24\n2001:db8:1111:2222:3333:4444:5555:6666".to_owned(),
    };
    let uses = vec![
        LastUse {
            key_id: "rzp_test_Ab3dEf6hIj9lMn".to_owned(),
            at: Some(moment(-2)),
            from: Some("2001:db8:1111:2222::/64".to_owned()),
        },
        LastUse { key_id: "rzp_test_Zy8xWv5uTs2rQp".to_owned(), at: Some(moment(-600)), from: None },
    ];
    let limited = LimitsPage {
        now: limits.clone(),
        used_today: Some(41_237),
        changed: Some(("Asha <script> Rao".to_owned(), moment(-60))),
        last_uses: uses,
        form: Some(form(&limits)),
        ..unlimited.clone()
    };
    let saved = LimitsPage {
        frame: limited.frame.clone().with_notice(Notice::Done("The limits were saved.".to_owned())),
        form: None,
        ..limited.clone()
    };
    let wrong = LimitsPage {
        form: Some(LimitsForm {
            typed: Told { addresses: "192.0.2.7/24\n<b>".to_owned(), ..limits.clone() },
            error: Some(FieldError {
                field: "allowed_addresses",
                words: "Line 1: write 192.0.2.0/24.".to_owned(),
            }),
            ..form(&limits)
        }),
        ..limited.clone()
    };
    let code_needed = LimitsPage {
        form: Some(LimitsForm {
            problem: Some("Nothing was saved.".to_owned()),
            code: Some(Link::new("/test/keys/key_1/limits/change", "Get a one-time password")),
            ..form(&limits)
        }),
        ..limited.clone()
    };
    let longest = LimitsPage {
        frame: longest_frame("Limits", "/keys"),
        name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".to_owned(),
        now: Told { addresses: [limits.addresses.as_str(); 8].join("\n"), ..limits },
        ..limited.clone()
    };
    vec![
        ("unlimited", html(&unlimited)),
        ("limited", html(&limited)),
        ("saved", html(&saved)),
        ("wrong", html(&wrong)),
        ("code_needed", html(&code_needed)),
        ("longest", html(&longest)),
    ]
}
