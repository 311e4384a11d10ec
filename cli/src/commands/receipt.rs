//! `keystead receipt`: check a receipt that somebody kept, with the public key alone, and print the keys that receipts are signed with.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use ring::signature::{ED25519, UnparsedPublicKey};
use wire::hex::bytes;
use wire::receipts::{Receipt, ReceiptKeys};

use crate::failure::Failure;
use crate::remote;
use crate::report::Report;

/// Receipts of a running server, or kept from it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    remote: remote::Arguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a receipt: who signed it, and that nothing in it was changed
    Verify {
        /// The receipt, or the whole answer that held it, as JSON; - for standard input
        #[arg(default_value = "-", value_name = "FILE")]
        file: PathBuf,
        /// The public key to trust, 64 hexadecimal digits; without it a running server is asked
        #[arg(long, value_name = "FILE")]
        public_key_file: Option<PathBuf>,
    },
    /// Print the public keys that receipts are signed with
    Keys,
}

/// Does it.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { command, remote } = arguments;
    match command {
        Command::Verify { file, public_key_file: Some(trusted) } => {
            let trusted = text_of(&trusted)?;
            let trusted: Vec<String> = trusted.split_whitespace().map(str::to_owned).collect();
            checked(&text_of(&file)?, &trusted)?.print(remote.output())
        }
        Command::Verify { public_key_file: None, .. } if !remote.has_token() => {
            Err(Failure::usage("no public key was given, and no operator token to ask a server for one")
                .hint(KEY_HINT))
        }
        Command::Verify { file, public_key_file: None } => {
            let text = text_of(&file)?;
            remote.run(|remote| {
                let keys = remote.get::<ReceiptKeys>("/receipts/keys");
                let keys = keys.map_err(|failure| failure.hint(KEY_HINT))?;
                checked(&text, &keys.read.public_keys)
            })
        }
        Command::Keys => remote.run(|remote| {
            let keys = remote.get::<ReceiptKeys>("/receipts/keys")?;
            let rows = keys.read.public_keys.into_iter().map(|key| [key]);
            Ok(Report::of(keys.body).table(["PUBLIC KEY"], rows))
        }),
    }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().read_to_string(&mut text),
        false => std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)),
    };
    read.map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
    Ok(text)
}

/// What a receipt says, if one of the trusted keys signed it.
pub(crate) fn checked(text: &str, trusted: &[String]) -> Result<Report, Failure> {
    let json: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| Failure::new(format!("this is not JSON: {error}")).hint(FORM_HINT))?;
    let inner = json.get("receipt").cloned().unwrap_or(json);
    let receipt: Receipt = serde_json::from_value(inner)
        .map_err(|error| Failure::new(format!("this is no receipt: {error}")).hint(FORM_HINT))?;
    if receipt.signature.is_empty() {
        return Err(Failure::new("the receipt is not signed").hint(FORM_HINT));
    }
    if !trusted.iter().any(|key| key.eq_ignore_ascii_case(&receipt.public_key)) {
        return Err(Failure::new("the receipt was signed with a key that is not trusted here")
            .hint("`keystead receipt keys` prints the keys of a running server"));
    }
    let (Some(key), Some(signature)) = (bytes(&receipt.public_key), bytes(&receipt.signature)) else {
        return Err(Failure::new("the receipt's key or signature is not hexadecimal"));
    };
    UnparsedPublicKey::new(&ED25519, key)
        .verify(receipt.signed_text().as_bytes(), &signature)
        .map_err(|_| Failure::new("the signature is not of this receipt: something in it was changed"))?;

    let mut report = Report::of(serde_json::to_string(&receipt)?);
    for pair in &receipt.pairs {
        report = report.sentence(format!("{} is refused from {} on.", pair.key_id, pair.refused_from));
    }
    let report =
        told(report.sentence(format!("Signed at {}, and nothing was changed.", receipt.issued_at)), &receipt);
    Ok(report)
}

/// What a receipt says, for people.
pub(crate) fn told(report: Report, receipt: &Receipt) -> Report {
    let mut report = report.talk(format!(
        "{} of {} nodes have confirmed; guaranteed everywhere from {} on.",
        receipt.acknowledged, receipt.nodes, receipt.guaranteed_by
    ));
    for pending in &receipt.pending {
        report = report
            .talk(format!("{} is silent and may act on what it knew until {}.", pending.node, pending.until));
    }
    report
}

/// What to bring.
const FORM_HINT: &str = "give the JSON that `?wait=fleet` or `keystead key deactivate KEY_ID --wait fleet --output json` answered";

/// What to trust.
const KEY_HINT: &str = "name the key that you kept with --public-key-file, and no server is asked; for a running one's key set \
                        KEYSTEAD_TOKEN or --token-file, and --url";
