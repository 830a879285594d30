//! A suite for tests only: another cipher, another nonce length.

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use super::{Suite, SuiteKey, TAG_LEN};
use crate::error::{Result, VaultError};
use crate::kdf;
use crate::key_bytes::KeyBytes;

pub(crate) const ID: u8 = 0xff;

/// ChaCha20-Poly1305 whose key is derived from the first half of a 24-byte nonce.
pub(crate) struct DoubleWidth;

struct DoubleWidthKey(KeyBytes);

impl Suite for DoubleWidth {
    fn id(&self) -> u8 {
        ID
    }

    fn name(&self) -> &'static str {
        "test only"
    }

    fn nonce_len(&self) -> usize {
        24
    }

    fn key(&self, raw: &[u8; 32]) -> Result<Box<dyn SuiteKey>> {
        Ok(Box::new(DoubleWidthKey(KeyBytes::from_slice(raw)?)))
    }
}

impl DoubleWidthKey {
    fn split(&self, nonce: &[u8]) -> Result<(LessSafeKey, Nonce)> {
        let (first, second) = nonce.split_at_checked(12).ok_or(VaultError::Malformed("a nonce"))?;
        let key = kdf::derive(self.0.as_bytes(), first);
        let key =
            UnboundKey::new(&CHACHA20_POLY1305, key.as_bytes()).map_err(|_e| VaultError::Crypto("key"))?;
        let nonce =
            Nonce::try_assume_unique_for_key(second).map_err(|_e| VaultError::Malformed("a nonce"))?;
        Ok((LessSafeKey::new(key), nonce))
    }
}

impl SuiteKey for DoubleWidthKey {
    fn seal(&self, nonce: &[u8], aad: &[u8], body: &mut [u8]) -> Result<[u8; TAG_LEN]> {
        let (key, nonce) = self.split(nonce)?;
        let tag = key
            .seal_in_place_separate_tag(nonce, Aad::from(aad), body)
            .map_err(|_e| VaultError::Crypto("encrypt"))?;
        <[u8; TAG_LEN]>::try_from(tag.as_ref()).map_err(|_e| VaultError::Crypto("make a tag"))
    }

    fn open(&self, nonce: &[u8], aad: &[u8], body: &[u8], tag: &[u8], out: &mut [u8]) -> Result<()> {
        let (key, nonce) = self.split(nonce)?;
        key.open_separate_gather(nonce, Aad::from(aad), body, tag, out).map_err(|_e| VaultError::Refused)
    }
}
