//! The one time a secret is shown: the dialog after generating and after regenerating.

use std::fmt;

use askama::Template;

use super::brand::BrandLook;
use super::layout::Frame;
use super::moment::Moment;
use super::receipt::ReceiptNotice;

/// A new pair, with its secret. The answer that carries this page must not be stored anywhere.
#[derive(Clone, Template)]
#[template(path = "generated.html")]
pub struct GeneratedPage {
    frame: Frame,
    key_id: String,
    key_secret: String,
    file_name: String,
    csv_href: String,
    old: Option<OldPair>,
    also_ended: Vec<String>,
    receipt: Option<ReceiptNotice>,
}

/// What became of the pair that the new one replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldPair {
    /// It works until a moment.
    Retiring {
        /// The old pair.
        key_id: String,
        /// That moment.
        until: Moment,
        /// How far away it is.
        left: String,
    },
    /// It has ended.
    Ended {
        /// The old pair.
        key_id: String,
        /// When.
        at: Moment,
    },
}

impl GeneratedPage {
    /// The page after generating.
    pub fn new(frame: Frame, look: &BrandLook, key_id: &str, key_secret: &str) -> GeneratedPage {
        GeneratedPage {
            frame,
            key_id: key_id.to_owned(),
            key_secret: key_secret.to_owned(),
            file_name: format!("{}-key.csv", look.key_prefix),
            // Ids and secrets are letters, digits and underscores: nothing in them needs quoting or encoding.
            csv_href: format!("data:text/csv;charset=utf-8,key_id%2Ckey_secret%0A{key_id}%2C{key_secret}%0A"),
            old: None,
            also_ended: Vec::new(),
            receipt: None,
        }
    }

    /// The page after regenerating: says what became of the pairs before.
    pub fn replacing(self, old: OldPair, also_ended: Vec<String>) -> GeneratedPage {
        GeneratedPage { old: Some(old), also_ended, ..self }
    }

    /// The same, saying who has heard that the pair before is over.
    pub fn heard(self, receipt: Option<ReceiptNotice>) -> GeneratedPage {
        GeneratedPage { receipt, ..self }
    }
}

// A page with a secret must never get into a log.
impl fmt::Debug for GeneratedPage {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("GeneratedPage").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, curlec, razorpay};
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, keys_frame};
    use super::layout::{Mode, Place};

    let first = GeneratedPage::new(
        keys_frame(Mode::Test),
        &razorpay(),
        "rzp_test_Ab3dEf6hIj9lMn",
        "Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8",
    );
    let old = "rzp_live_Zy8xWv5uTs2rQp".to_owned();
    let regenerated = |look: &BrandLook| {
        let frame = Frame::inside(look, "API Keys", Mode::Live, "/keys", Place::InsideSettings, asha());
        GeneratedPage::new(frame, look, "rzp_live_Ab3dEf6hIj9lMn", "Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8")
    };
    let retiring = regenerated(&curlec()).replacing(
        OldPair::Retiring { key_id: old.clone(), until: moment(24 * 60), left: "in 24 h".to_owned() },
        Vec::new(),
    );
    let ended = regenerated(&razorpay()).replacing(
        OldPair::Ended { key_id: old.clone(), at: moment(0) },
        vec!["rzp_live_00112233445566".to_owned()],
    );
    let ended = ended.heard(Some(super::receipt::samples::waiting()));
    let scannable = GeneratedPage::new(
        Frame::inside(&axis(), "API Keys", Mode::Live, "/keys", Place::InsideSettings, asha()),
        &axis(),
        "axis_live_Ab3dEf6hIj9lMn",
        "axis_live_sk_0123456789012345678901234567890123456789012abcdef",
    );
    vec![
        ("first", html(&first)),
        ("retiring", html(&retiring)),
        ("ended", html(&ended)),
        ("scannable", html(&scannable)),
    ]
}

#[cfg(test)]
mod tests {
    use super::samples;

    #[test]
    fn the_download_is_the_file_that_people_expect() {
        let (_, page) = &samples()[0];
        assert!(page.contains(r#"download="rzp-key.csv""#));
        assert!(page.contains(
            r#"href="data:text/csv;charset=utf-8,key_id%2Ckey_secret%0Arzp_test_Ab3dEf6hIj9lMn%2CAa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8%0A""#
        ));
    }
}
