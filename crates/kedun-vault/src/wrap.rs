//! Keys that encrypt keys.
//!
//! A wrapped key is `0xC2 ‖ suite ‖ nonce ‖ ciphertext ‖ tag`, bound to what
//! the key is for. AES-GCM alone does not say *which* key a ciphertext belongs
//! to; a commitment beside the wrapped key does.

#[cfg(test)]
mod tests;

use subtle::ConstantTimeEq;

use crate::aead_key::AeadKey;
use crate::entropy::Entropy;
use crate::error::{Result, VaultError};
use crate::framing::Framed;
use crate::kdf;
use crate::suite::TAG_LEN;

const FORMAT: u8 = 0xC2;

/// The length of a commitment in bytes.
pub(crate) const COMMITMENT_LEN: usize = 32;

/// Encrypts `secret` under `key`, bound to `purpose`.
pub(crate) fn wrap(
    key: &AeadKey,
    suite_id: u8,
    purpose: &[u8],
    secret: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>> {
    let (suite, context) = key.context(suite_id)?;
    let head = [FORMAT, suite_id];
    let nonce_end = head.len() + suite.nonce_len();
    let mut out = Vec::with_capacity(nonce_end + secret.len() + TAG_LEN);
    out.extend_from_slice(&head);
    out.resize(nonce_end, 0);
    if let Some(nonce) = out.get_mut(head.len()..) {
        entropy.fill(nonce);
    }
    out.extend_from_slice(secret);
    let (front, body) = out.split_at_mut_checked(nonce_end).ok_or(VaultError::Malformed("a wrapped key"))?;
    let nonce = front.get(head.len()..).ok_or(VaultError::Malformed("a wrapped key"))?;
    let tag = context.seal(nonce, &aad(head, purpose), body)?;
    out.extend_from_slice(&tag);
    Ok(out)
}

/// Decrypts a wrapped key into `out`, whose length must be that of the key.
pub(crate) fn unwrap_into(key: &AeadKey, purpose: &[u8], wrapped: &[u8], out: &mut [u8]) -> Result<()> {
    let bad = || VaultError::Malformed("a wrapped key");
    let (head, rest) = wrapped.split_first_chunk::<2>().ok_or_else(bad)?;
    let [format, suite_id] = *head;
    if format != FORMAT {
        return Err(bad());
    }
    let (suite, context) = key.context(suite_id)?;
    let (nonce, rest) = rest.split_at_checked(suite.nonce_len()).ok_or_else(bad)?;
    let (body, tag) = rest.split_last_chunk::<TAG_LEN>().ok_or_else(bad)?;
    if body.len() != out.len() {
        return Err(bad());
    }
    context.open(nonce, &aad(*head, purpose), body, tag, out)
}

/// The length of the key inside a wrapped key of the given suite byte.
pub(crate) fn wrapped_len(key: &AeadKey, wrapped: &[u8]) -> Result<usize> {
    let bad = || VaultError::Malformed("a wrapped key");
    let (_, suite_id) = wrapped.split_first_chunk::<2>().map(|([f, s], _)| (f, *s)).ok_or_else(bad)?;
    let (suite, _) = key.context(suite_id)?;
    wrapped.len().checked_sub(2 + suite.nonce_len() + TAG_LEN).ok_or_else(bad)
}

/// HMAC-SHA256 under the secret itself: reveals nothing of it and fits no other.
pub(crate) fn commitment(secret: &[u8], purpose: &[u8]) -> [u8; COMMITMENT_LEN] {
    kdf::mac(secret, &Framed::new("kedun/key-commitment/v1").part(purpose).into_bytes())
}

/// Compares without telling by time where two byte strings differ.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    bool::from(a.ct_eq(b))
}

fn aad(head: [u8; 2], purpose: &[u8]) -> Vec<u8> {
    Framed::new("kedun/wrap/v1").part(&head).part(purpose).into_bytes()
}
