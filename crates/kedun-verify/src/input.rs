//! What the user brings: the pinned key and the anchors.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use kedun_ledger::bundle::read_anchors;
use kedun_ledger::{Anchor, VerifierKey};

const MAX_KEY_FILE: u64 = 4_096;

/// The key itself, or the key in the file of that name.
pub fn key(text_or_file: &str) -> Result<VerifierKey> {
    if let Ok(key) = text_or_file.trim().parse() {
        return Ok(key);
    }
    let mut text = String::new();
    File::open(text_or_file)
        .and_then(|file| file.take(MAX_KEY_FILE).read_to_string(&mut text))
        .context("--key is neither a public key (name+hash+base64) nor a readable file")?;
    text.trim().parse().context("the file given as --key does not hold a public key (name+hash+base64)")
}

/// The anchors in a file.
pub fn anchors(path: &Path) -> Result<Vec<Anchor>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    read_anchors(BufReader::new(file)).with_context(|| path.display().to_string())
}
