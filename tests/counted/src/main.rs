//! A fixed number of verdicts, for counting the instructions that one takes: `cargo xtask instructions`.
//!
//! The same arguments always run the same instructions: what is drawn comes from a seed, time is a value, and nothing is
//! printed. Two runs with different numbers of verdicts differ by the verdicts alone.

use std::hint::black_box;
use std::process::ExitCode;

use base64::Engine as _;
use domain::{
    AccountId, BrandId, EndReason, KeyContext, KeyId, KeyPrefix, KeyRef, Layers, Mode, PairState, Peppers,
    Secret, SecretStyle, Timestamp, seeded,
};
use verify::{Ask, Credentials, Index, PairRecord, Reason, Uptime, Verdict};

/// Good pairs; as many ended ones beside them. Few, so that making them is quick.
const PAIRS: usize = 200;
/// The moment of all verdicts.
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [class, count] = words.as_slice() else { return usage() };
    let Ok(count) = count.parse::<usize>() else { return usage() };
    let Some(class) = Class::named(class) else { return usage() };

    let (index, headers) = prepared(class);
    for number in 0..count {
        // The order of a full turn is the same each time; counts are multiples of it.
        let header = &headers[number % headers.len()];
        let verdict = match Credentials::from_basic(black_box(header.as_bytes())) {
            Ok(credentials) => black_box(index.verify(&credentials, &Ask::default(), NOW, Uptime::default())),
            Err(_) => return ExitCode::FAILURE,
        };
        if !class.is(&verdict) {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: keystead-counted granted|wrong_secret|unknown_key|ended COUNT");
    ExitCode::from(2)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Granted,
    WrongSecret,
    UnknownKey,
    Ended,
}

impl Class {
    fn named(name: &str) -> Option<Self> {
        match name {
            "granted" => Some(Self::Granted),
            "wrong_secret" => Some(Self::WrongSecret),
            "unknown_key" => Some(Self::UnknownKey),
            "ended" => Some(Self::Ended),
            _ => None,
        }
    }

    fn is(self, verdict: &Verdict<'_>) -> bool {
        let refused =
            |wanted: Reason| matches!(verdict, Verdict::Refused { reason, .. } if *reason == wanted);
        match self {
            Self::Granted => matches!(verdict, Verdict::Granted(_)),
            Self::WrongSecret => refused(Reason::WrongSecret),
            Self::UnknownKey => refused(Reason::UnknownKey),
            Self::Ended => refused(Reason::Ended),
        }
    }
}

struct Sample {
    key_id: KeyId,
    key: KeyRef,
    account: AccountId,
    secret: Secret,
}

fn sample(number: usize) -> Sample {
    let prefix: KeyPrefix = "rzp".parse().expect("a prefix");
    // Far apart, because neighbouring seeds of this source give overlapping stories.
    let rng = &mut seeded((number as u64 + 1).wrapping_mul(0xD134_2543_DE82_EF95));
    Sample {
        key_id: KeyId::draw(&prefix, Mode::Test, rng),
        key: KeyRef::draw(rng),
        account: AccountId::draw(rng),
        secret: Secret::draw(SecretStyle::Plain, &prefix, Mode::Test, rng),
    }
}

/// An index of good and ended pairs, and the headers of a class.
fn prepared(class: Class) -> (Index, Vec<String>) {
    let peppers = Peppers::parse(&Peppers::fresh(&mut seeded(1))).expect("a fresh pepper can be read");
    let index = Index::new(peppers.verification_keys(), [0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344]);
    let brand = BrandId::new("razorpay", "IN").expect("a brand");
    index.reserve(2 * PAIRS);
    for number in 0..2 * PAIRS {
        let Sample { key_id, key, account, secret } = sample(number);
        let context =
            KeyContext { brand: "razorpay/IN", account: &account, mode: Mode::Test, key_id: key_id.text() };
        let ended = PairState::Ended { at: NOW, why: EndReason::Deactivated };
        index.apply(&PairRecord {
            key_id,
            key,
            account,
            brand: &brand,
            mode: Mode::Test,
            digest: peppers.newest().digest_secret(&context, &secret.present()),
            layers: Layers::of(peppers.newest().version()),
            state: if number < PAIRS { PairState::Current } else { ended },
            created_at: NOW,
            expires_at: None,
            limited: false,
        });
    }
    index.lease().ready();
    index.lease().renew(Uptime::default(), i64::MAX);
    let header = |number: usize| {
        let (id, secret) = match class {
            Class::Granted => (number, number),
            Class::WrongSecret => (number, number + 1),
            Class::UnknownKey => (2 * PAIRS + number, number),
            Class::Ended => (PAIRS + number, PAIRS + number),
        };
        let text = format!("{}:{}", sample(id).key_id, sample(secret).secret.reveal());
        format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(text))
    };
    (index, (0..PAIRS).map(header).collect())
}
