//! Who has heard that a pair is over: on the page and in the dialog that follow ending one.

use super::moment::Moment;

/// What is known of an ended pair's way through the fleet.
#[derive(Clone, Debug)]
pub struct ReceiptNotice {
    /// The pair.
    pub key_id: String,
    /// How many nodes there are.
    pub nodes: String,
    /// How many of them have confirmed.
    pub heard: String,
    /// How long it took until all had, in milliseconds, if somebody watched.
    pub elapsed_ms: Option<String>,
    /// Those who have not, and may still accept it.
    pub silent: Vec<SilentNode>,
    /// Where the same is shown anew.
    pub again: String,
}

/// A node that has not confirmed.
#[derive(Clone, Debug)]
pub struct SilentNode {
    /// Its name.
    pub node: String,
    /// Until when it may still accept the pair.
    pub until: Moment,
    /// How far away that is.
    pub left: String,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::pages::gallery::moment;

    /// Everybody has heard.
    pub(crate) fn heard() -> ReceiptNotice {
        ReceiptNotice {
            key_id: "rzp_test_Zy8xWv5uTs2rQp".to_owned(),
            nodes: "3".to_owned(),
            heard: "3".to_owned(),
            elapsed_ms: Some("40".to_owned()),
            silent: Vec::new(),
            again: "/test/keys?receipt=rzp_test_Zy8xWv5uTs2rQp".to_owned(),
        }
    }

    /// One node is silent.
    pub(crate) fn waiting() -> ReceiptNotice {
        let silent = SilentNode { node: "eu-1".to_owned(), until: moment(5), left: "in 5 min".to_owned() };
        ReceiptNotice { heard: "2".to_owned(), elapsed_ms: None, silent: vec![silent], ..heard() }
    }
}
