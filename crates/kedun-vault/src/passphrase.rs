//! A root key from a passphrase (Argon2id).

use argon2::{Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::entropy::Entropy;
use crate::error::{Result, VaultError};
use crate::key_bytes::KeyBytes;

const MIN_CHARS: usize = 12;
const MIN_MEMORY_KIB: u32 = 46 * 1024;
const MAX_MEMORY_KIB: u32 = 2 * 1024 * 1024;
const MAX_ITERATIONS: u32 = 32;
const MAX_LANES: u32 = 16;

/// How a passphrase becomes a root key; not secret, but without it the passphrase opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PassphraseRow {
    pub salt: [u8; 16],
    pub memory_kib: u32,
    pub iterations: u32,
    pub lanes: u32,
}

impl PassphraseRow {
    /// A fresh salt with 64 MiB, three passes, one lane: a start takes this once.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        Self { salt, memory_kib: 64 * 1024, iterations: 3, lanes: 1 }
    }

    fn check(&self) -> Result<()> {
        let sound = (MIN_MEMORY_KIB..=MAX_MEMORY_KIB).contains(&self.memory_kib)
            && (1..=MAX_ITERATIONS).contains(&self.iterations)
            && (1..=MAX_LANES).contains(&self.lanes);
        if sound { Ok(()) } else { Err(VaultError::PassphraseParams) }
    }
}

/// Derives 32 bytes; parameters below 46 MiB are refused, so that nobody who
/// can write the row can make guessing cheap.
pub(crate) fn stretch(passphrase: &SecretString, row: &PassphraseRow) -> Result<KeyBytes> {
    let text = passphrase.expose_secret();
    if text.chars().count() < MIN_CHARS {
        return Err(VaultError::WeakPassphrase);
    }
    row.check()?;
    let params = Params::new(row.memory_kib, row.iterations, row.lanes, Some(32))
        .map_err(|_invalid| VaultError::PassphraseParams)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = vec![Block::new(); argon.params().block_count()];
    let mut key = KeyBytes::zeroed();
    let done = argon.hash_password_into_with_memory(text.as_bytes(), &row.salt, key.as_mut(), &mut memory);
    memory.iter_mut().for_each(Zeroize::zeroize);
    done.map_err(|_failed| VaultError::Crypto("stretch the passphrase"))?;
    Ok(key)
}
