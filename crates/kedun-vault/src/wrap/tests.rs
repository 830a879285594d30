//! Wrapped keys and commitments.

use super::{commitment, same, unwrap_into, wrap};
use crate::aead_key::AeadKey;
use crate::key_bytes::KeyBytes;
use crate::{SystemEntropy, VaultError};

fn key(byte: u8) -> AeadKey {
    AeadKey::new(KeyBytes::from_slice(&[byte; 32]).unwrap())
}

#[test]
fn only_the_same_key_and_purpose_unwrap() {
    let wrapped = wrap(&key(1), 0x01, b"purpose", &[9; 32], &SystemEntropy).unwrap();
    assert_eq!(wrapped.len(), 62);
    let mut out = [0; 32];
    unwrap_into(&key(1), b"purpose", &wrapped, &mut out).unwrap();
    assert_eq!(out, [9; 32]);
    let refused = |result| matches!(result, Err(VaultError::Refused));
    assert!(refused(unwrap_into(&key(2), b"purpose", &wrapped, &mut out)));
    assert!(refused(unwrap_into(&key(1), b"another", &wrapped, &mut out)));
    let mut short = [0; 16];
    assert!(matches!(unwrap_into(&key(1), b"purpose", &wrapped, &mut short), Err(VaultError::Malformed(_))));
}

#[test]
fn a_commitment_fits_one_key_and_one_purpose() {
    let base = commitment(&[1; 32], b"a");
    assert!(same(&base, &commitment(&[1; 32], b"a")));
    assert!(!same(&base, &commitment(&[2; 32], b"a")));
    assert!(!same(&base, &commitment(&[1; 32], b"b")));
    assert!(!same(&base, &base[..31]));
}
