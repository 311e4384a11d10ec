//! Signing receipts: an Ed25519 key that is drawn from the pepper, so that every process of an installation signs alike, and
//! whoever keeps a receipt needs the public key alone.

use domain::Peppers;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use wire::hex::hex;
use wire::receipts::Receipt;

/// The key that signs, and the public halves of all that have.
pub struct Seal {
    key: Ed25519KeyPair,
    public_keys: Vec<String>,
}

impl Seal {
    /// The keys of an installation.
    pub fn of(peppers: &Peppers) -> Self {
        let keys = peppers.in_use().each().map(|pepper| {
            Ed25519KeyPair::from_seed_unchecked(&**pepper.receipt_seed()).expect("a seed is 32 bytes")
        });
        let mut keys: Vec<Ed25519KeyPair> = keys.collect();
        let public_keys = keys.iter().map(public).collect();
        Self { key: keys.swap_remove(0), public_keys }
    }

    /// The same receipt with its signature.
    pub fn signed(&self, receipt: Receipt) -> Receipt {
        let signature = hex(self.key.sign(receipt.signed_text().as_bytes()).as_ref());
        Receipt { public_key: public(&self.key), signature, ..receipt }
    }

    /// The public halves, the one that signs first.
    pub fn public_keys(&self) -> &[String] {
        &self.public_keys
    }
}

fn public(key: &Ed25519KeyPair) -> String {
    hex(key.public_key().as_ref())
}
