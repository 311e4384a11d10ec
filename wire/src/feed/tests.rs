//! Pages as they travel: whole or not at all.

use proptest::prelude::*;

use super::*;

fn page<'a>(brands: Vec<&'a str>, pairs: Vec<Pair<'a>>) -> Page<'a> {
    Page {
        nonce: 7,
        complete: true,
        head: 900,
        mark: [9; 16],
        age_ms: -12,
        vouch_ms: 310_000,
        newest_key: 1,
        brands,
        pairs,
    }
}

fn pair(position: i64, key_id: &str, state: State, expires_at: Option<i64>) -> Pair<'_> {
    Pair {
        position,
        key_id,
        key: *b"0123456789abcd",
        account: *b"ABCDEFGHIJKLMN",
        brand: 1,
        live: position % 2 == 0,
        digest: [position as u8; 32],
        pepper: 1,
        around: &[],
        state,
        created_at: 1_795_413_600_000,
        expires_at,
        limits: None,
    }
}

fn sample() -> Page<'static> {
    let states = [
        State::Current,
        State::Retiring(5),
        State::Replaced(6),
        State::GraceOver(7),
        State::Deactivated(8),
        State::Expired(i64::MAX),
    ];
    let pairs = states.into_iter().zip([3, 3, 4, 130, 131, 900]);
    let pairs = pairs.map(|(state, position)| {
        pair(position, "rzp_test_1DP5mmOlF5G5ag", state, (position == 4).then_some(-1))
    });
    page(vec!["axis/IN", "razorpay/IN"], pairs.collect())
}

/// A page with what a receiver computes put right, so that only the structure speaks.
fn checked(mut told: Vec<u8>) -> Vec<u8> {
    let checksum = crc32fast::hash(&told);
    told.extend_from_slice(&checksum.to_le_bytes());
    told
}

#[test]
fn a_page_comes_out_as_it_went_in() {
    for whole in [sample(), page(Vec::new(), Vec::new())] {
        assert_eq!(decode(&encode(&whole)), Ok(whole));
    }
}

#[test]
fn a_page_that_was_cut_at_any_byte_or_changed_in_any_bit_is_no_page() {
    let whole = encode(&sample());
    for length in 0..whole.len() {
        assert!(decode(&whole[..length]).is_err(), "cut at {length}");
    }
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(decode(&changed).is_err(), "bit {bit}");
    }
    let longer = [whole.as_slice(), b"!"].concat();
    assert!(decode(&longer).is_err());
}

#[test]
fn a_pair_takes_less_than_a_hundred_bytes() {
    let ids: Vec<String> = (0..1_000).map(|n| format!("rzp_test_{n:014}")).collect();
    let pairs = ids
        .iter()
        .zip(1..)
        .map(|(id, position)| Pair { brand: 0, ..pair(position, id, State::Current, None) });
    let told = encode(&page(vec!["razorpay/IN"], pairs.collect())).len();
    assert!(told < 100 * 1_000, "{told}");
}

#[test]
fn a_record_with_a_property_that_is_not_known_is_refused_and_not_half_understood() {
    let brands = || vec!["axis/IN", "razorpay/IN"];
    let pairs = vec![pair(3, "rzp_test_1DP5mmOlF5G5ag", State::Current, None)];
    let whole = encode(&page(brands(), pairs));
    // The record's length comes where an empty page would end, and its flags after that.
    let flags = encode(&page(brands(), Vec::new())).len() - CHECKSUM + 2;
    assert_eq!(usize::from(whole[flags - 2]), whole.len() - CHECKSUM - flags);
    for unknown in [1 << 7, 6 << STATE_SHIFT] {
        let mut newer = whole[..whole.len() - CHECKSUM].to_vec();
        newer[flags] |= unknown;
        assert_eq!(decode(&checked(newer)), Err(NoPage::TooNew), "{unknown:#b}");
    }
}

#[test]
fn the_layers_of_a_pair_come_back_as_they_were_told() {
    for around in [&[][..], &[2], &[2, 255]] {
        let wrapped = Pair { around, ..pair(3, "rzp_test_1DP5mmOlF5G5ag", State::Retiring(9), Some(7)) };
        let whole = encode(&page(vec!["axis/IN", "razorpay/IN"], vec![wrapped]));
        assert_eq!(decode(&whole).expect("whole").pairs, [wrapped]);
    }
}

#[test]
fn limits_of_a_key_come_back_as_they_were_told() {
    let networks = vec!["2001:db8:ffff:ffff:ffff:ffff:ffff:0/112"; 64].join(" ");
    for limits in [
        Limits { per_second: 1, per_day: 0, networks: "" },
        Limits { per_second: 0, per_day: 86_400_000_000, networks: "192.0.2.0/24" },
        Limits { per_second: 1_000_000, per_day: 5, networks: &networks },
    ] {
        let limited =
            Pair { limits: Some(limits), ..pair(3, "rzp_test_1DP5mmOlF5G5ag", State::Retiring(9), Some(7)) };
        let whole = encode(&page(vec!["axis/IN", "razorpay/IN"], vec![limited]));
        assert_eq!(decode(&whole).expect("whole").pairs, [limited]);
    }
}

#[test]
fn a_history_comes_back_from_its_text_and_nothing_else_does() {
    for position in [0, 7, i64::MAX] {
        let mark = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 128, 200, 253, 254, 255];
        assert_eq!(known_of(&known_text(position, &mark)), Some((position, mark)));
    }
    for bad in
        ["", "7", "7.", "7.00", "x.00000000000000000000000000000000", "7.+0000000000000000000000000000000"]
    {
        assert_eq!(known_of(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn whatever_arrives_is_a_page_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = decode(&bytes);
        let begun = [MAGIC.as_slice(), &bytes].concat();
        let _ = decode(&begun);
        let _ = decode(&checked(begun));
    }

    #[test]
    fn a_page_changed_behind_its_checksum_is_a_page_or_an_error(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = encode(&sample());
        let mut told = whole[..whole.len() - CHECKSUM].to_vec();
        for (at, byte) in edits {
            let at = at.index(told.len());
            told[at] = byte;
        }
        let _ = decode(&checked(told.clone()));
        told.truncate(cut.index(told.len()));
        let _ = decode(&checked(told));
    }
}
