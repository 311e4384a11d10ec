//! No secret that was ever issued stands in any file of the data folder, in any form that a search would look for.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE};
use domain::{Mode, Purpose, SecretStyle, seeded};

use crate::shop::{Figures, Held, NEXT_CODE, START, Shop, later_request};

/// Every form of a text that a search should look for.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let url: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms = vec![
        bytes.to_vec(),
        bytes.iter().rev().copied().collect(),
        hex.clone().into_bytes(),
        hex.to_uppercase().into_bytes(),
        url.into_bytes(),
    ];
    // Base64 of the text wherever it stands in a longer one: at each of the three alignments, without the characters
    // that depend on neighbours.
    for lead in 0..3 {
        let padded = [&b"..."[..lead], bytes].concat();
        for encoded in [BASE64_STANDARD.encode(&padded), BASE64_URL_SAFE.encode(&padded)] {
            let encoded = encoded.trim_end_matches('=');
            let (from, to) = ((lead * 4).div_ceil(3), encoded.len() - 1);
            forms.push(encoded.as_bytes()[from..to].to_vec());
        }
    }
    forms
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("the data folder");
    entries
        .map(|entry| {
            let entry = entry.expect("an entry of the data folder");
            (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("readable"))
        })
        .collect()
}

/// The places where any of `wanted` stands, in one pass over the files: a place is looked at more closely only when two bytes
/// there begin something that is wanted.
fn places(wanted: &[(usize, Vec<u8>)], files: &[(String, Vec<u8>)]) -> Vec<(usize, usize, usize)> {
    let mut by_front: Vec<Vec<&(usize, Vec<u8>)>> = vec![Vec::new(); 1 << 16];
    let front = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    for want in wanted {
        by_front[front(&want.1)].push(want);
    }
    let mut found = Vec::new();
    for (file, (_, bytes)) in files.iter().enumerate() {
        for place in 0..bytes.len().saturating_sub(1) {
            for (number, text) in &by_front[front(&bytes[place..])] {
                if bytes[place..].starts_with(text) {
                    found.push((*number, file, place));
                }
            }
        }
    }
    found
}

/// Where a form of any of `texts` stands, in words.
fn found(texts: &[String], files: &[(String, Vec<u8>)]) -> Vec<String> {
    let forms: Vec<_> = (0..)
        .zip(texts)
        .flat_map(|(number, text)| forms(text).into_iter().map(move |form| (number, form)))
        .collect();
    let words = |(number, file, place): (usize, usize, usize)| {
        format!("text {number} in {} at {place}", files[file].0)
    };
    places(&forms, files).into_iter().map(words).collect()
}

// TM-2
#[tokio::test]
async fn no_secret_code_or_cookie_of_a_long_story_is_found_in_any_file() {
    for style in [SecretStyle::Plain, SecretStyle::Scannable] {
        let shop = Shop::open(Figures { style, ..Figures::patient() }).await;
        let mut hidden = Vec::new();
        let mut keep = |held: &Held| {
            hidden.push(held.secret.clone());
            hidden.push(format!("{}:{}", held.key_id, held.secret));
        };
        let mut first = None;
        for nth in 0..100 {
            let held = shop.generates(&format!("key {nth}"), Mode::Test, START, nth).await;
            let replaced = shop.regenerates(&held.key, &later_request(None), START, 1_000 + nth).await;
            keep(&held);
            keep(&Held::from(replaced.expect("allowed").issued));
            first.get_or_insert(held);
        }
        let held = first.expect("a hundred were generated");
        let purpose = Purpose::Deactivate { key_id: held.key_id, mode: Mode::Test };
        let view = shop.logs_in(START, 5_000).await;
        let mut codes = Vec::new();
        let mut now = START;
        for nth in 0..10 {
            now = now + NEXT_CODE;
            let code = shop.asks(&view, purpose, now, 6_000 + nth).await;
            let rng = &mut seeded(7_000 + nth);
            let token = shop.engine.answer(&view, &purpose, &code, now, rng).await.expect("right");
            hidden.push(token.reveal().to_owned());
            codes.push(code);
        }
        let operator = shop.engine.appoint("ops", START, &mut seeded(8_000)).await.expect("appointed");
        hidden.push(operator.reveal().to_owned());

        let files = files(shop.folder.path());
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"keystead.db") && names.contains(&"keystead.db-wal"), "{names:?}");
        assert_eq!(found(&hidden, &files), Vec::<String>::new());

        // Six digits alone stand in many numbers by chance, so a code is looked for as a word of its own.
        let digits: Vec<_> = codes.iter().map(|code| (0, code.clone().into_bytes())).collect();
        for (_, file, place) in places(&digits, &files) {
            let edge = |at: Option<usize>| {
                at.and_then(|at| files[file].1.get(at)).is_none_or(|byte| !byte.is_ascii_digit())
            };
            let word = edge(place.checked_sub(1)) && edge(Some(place + 6));
            assert!(!word, "a code stands in {} at {place}", files[file].0);
        }
        // The off-switch: what is there on purpose is found, so the search does search.
        let names = [held.key_id.to_string()];
        assert!(!found(&names, &files).is_empty(), "a key id is no secret and stands in the file");
        let planted = BASE64_STANDARD_NO_PAD.encode(format!("{}:{}", held.key_id, held.secret));
        let planted = [("planted".to_owned(), format!("Basic {planted}").into_bytes())];
        assert!(!found(&[held.secret], &planted).is_empty(), "a header that was kept would be found");
    }
}
