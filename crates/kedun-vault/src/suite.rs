//! The cipher suites: one trait, one registry, one byte in every envelope.
//!
//! A new suite is a type that implements [`Suite`] and a line in [`SUITES`];
//! values sealed with any listed suite keep opening whichever is the default.

#[cfg(test)]
pub(crate) mod double_width;
#[cfg(test)]
mod tests;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::error::{Result, VaultError};

/// The length of the authentication tag of every suite.
pub(crate) const TAG_LEN: usize = 16;

/// AES-256-GCM with a random 96-bit nonce.
pub(crate) const AES_256_GCM_ID: u8 = 0x01;

/// An authenticated cipher that envelopes can name.
pub(crate) trait Suite: Send + Sync {
    /// The byte that names it in an envelope.
    fn id(&self) -> u8;
    /// Its name for people.
    fn name(&self) -> &'static str;
    /// The length of its random nonce in bytes.
    fn nonce_len(&self) -> usize;
    /// Prepares a key for many operations.
    fn key(&self, raw: &[u8; 32]) -> Result<Box<dyn SuiteKey>>;
}

/// A prepared key of a suite.
pub(crate) trait SuiteKey: Send + Sync {
    /// Encrypts `body` in place and returns its tag.
    fn seal(&self, nonce: &[u8], aad: &[u8], body: &mut [u8]) -> Result<[u8; TAG_LEN]>;
    /// Decrypts `body` into `out` of the same length, or fails with [`VaultError::Refused`].
    fn open(&self, nonce: &[u8], aad: &[u8], body: &[u8], tag: &[u8], out: &mut [u8]) -> Result<()>;
}

#[cfg(not(test))]
const COUNT: usize = 1;
#[cfg(test)]
const COUNT: usize = 2;

/// How many suites this build knows.
pub(crate) const SUITE_COUNT: usize = COUNT;

#[cfg(not(test))]
static SUITES: [&dyn Suite; COUNT] = [&Aes256Gcm];
#[cfg(test)]
static SUITES: [&dyn Suite; COUNT] = [&Aes256Gcm, &double_width::DoubleWidth];

/// The suite named by `id` and its place in the registry.
pub(crate) fn by_id(id: u8) -> Result<(usize, &'static dyn Suite)> {
    SUITES
        .iter()
        .enumerate()
        .find(|(_, suite)| suite.id() == id)
        .map(|(place, suite)| (place, *suite))
        .ok_or(VaultError::UnknownSuite(id))
}

/// The byte and the name of every suite of this build, default first.
pub fn supported_suites() -> Vec<(u8, &'static str)> {
    SUITES.iter().map(|suite| (suite.id(), suite.name())).collect()
}

struct Aes256Gcm;

struct Aes256GcmKey(LessSafeKey);

impl Suite for Aes256Gcm {
    fn id(&self) -> u8 {
        AES_256_GCM_ID
    }

    fn name(&self) -> &'static str {
        "AES-256-GCM"
    }

    fn nonce_len(&self) -> usize {
        12
    }

    fn key(&self, raw: &[u8; 32]) -> Result<Box<dyn SuiteKey>> {
        let key = UnboundKey::new(&AES_256_GCM, raw)
            .map_err(|_unspecified| VaultError::Crypto("prepare an AES key"))?;
        Ok(Box::new(Aes256GcmKey(LessSafeKey::new(key))))
    }
}

impl SuiteKey for Aes256GcmKey {
    fn seal(&self, nonce: &[u8], aad: &[u8], body: &mut [u8]) -> Result<[u8; TAG_LEN]> {
        let nonce = gcm_nonce(nonce)?;
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(aad), body)
            .map_err(|_unspecified| VaultError::Crypto("encrypt"))?;
        <[u8; TAG_LEN]>::try_from(tag.as_ref()).map_err(|_length| VaultError::Crypto("make a tag"))
    }

    fn open(&self, nonce: &[u8], aad: &[u8], body: &[u8], tag: &[u8], out: &mut [u8]) -> Result<()> {
        let nonce = gcm_nonce(nonce)?;
        self.0
            .open_separate_gather(nonce, Aad::from(aad), body, tag, out)
            .map_err(|_unspecified| VaultError::Refused)
    }
}

fn gcm_nonce(bytes: &[u8]) -> Result<Nonce> {
    Nonce::try_assume_unique_for_key(bytes).map_err(|_length| VaultError::Malformed("a nonce"))
}
