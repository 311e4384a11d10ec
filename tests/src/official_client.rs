//! The payment platform's official Python client library, unchanged, as a merchant's server would use it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::caller::Pair;

/// What the library's user would have seen.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    /// Orders were listed and one was made.
    Granted {
        /// How many were listed.
        orders: u64,
        /// The one that was made.
        created: String,
    },
    /// The library raised an error.
    Refused {
        /// At which call.
        call: String,
        /// Its class.
        error_class: String,
        /// What it says.
        message: String,
    },
}

impl Outcome {
    /// What a key that works sees of our upstream.
    pub fn granted() -> Outcome {
        Outcome::Granted { orders: 1, created: "order_00000000000002".to_owned() }
    }

    /// What every refused key sees, whatever the reason.
    pub fn refused() -> Outcome {
        Outcome::Refused {
            call: "order.all".to_owned(),
            error_class: "BadRequestError".to_owned(),
            message: "Authentication failed".to_owned(),
        }
    }
}

/// Lists orders and makes one through `base_url` with a pair.
pub fn uses(pair: &Pair, base_url: &str) -> Outcome {
    let python = python();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/razorpay_client.py");
    let done = Command::new(&python)
        .arg(script)
        .arg(base_url)
        .env("RZP_KEY_ID", &pair.key_id)
        .env("RZP_KEY_SECRET", &pair.secret)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|error| panic!("{} cannot be started ({error}); {HOW}", python.display()));
    assert!(done.status.success(), "the client ended with {}; what it says is above; {HOW}", done.status);
    serde_json::from_slice(&done.stdout).expect("the client prints one JSON line")
}

const HOW: &str = "run these tests with `cargo xtask test --only clients`, which installs what they need";

/// The Python with what `tests/clients` asks for.
pub(crate) fn python() -> PathBuf {
    std::env::var_os("KEYSTEAD_TEST_PYTHON")
        .map(PathBuf::from)
        .unwrap_or_else(|| panic!("KEYSTEAD_TEST_PYTHON names no Python; {HOW}"))
}
