//! Derivation and keyed hashing: HKDF-SHA256 (expand) and HMAC-SHA256.

use aws_lc_rs::hmac;

use crate::key_bytes::KeyBytes;

/// HMAC-SHA256 of `data` under `key`.
pub(crate) fn mac(key: &[u8], data: &[u8]) -> [u8; 32] {
    tag32(&hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data))
}

/// The first and only block of HKDF-Expand-SHA256: 32 bytes for `info`.
pub(crate) fn derive(prk: &[u8], info: &[u8]) -> KeyBytes {
    let mut input = Vec::with_capacity(info.len() + 1);
    input.extend_from_slice(info);
    input.push(1);
    let mut block = mac(prk, &input);
    let mut key = KeyBytes::zeroed();
    key.as_mut().copy_from_slice(&block);
    zeroize::Zeroize::zeroize(&mut block);
    key
}

/// The 32 bytes of an HMAC-SHA256 tag.
pub(crate) fn tag32(tag: &hmac::Tag) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    out
}
