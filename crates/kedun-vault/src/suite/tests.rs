//! The registry, and that AES-256-GCM is the standard's.

use super::{by_id, double_width, supported_suites};
use crate::VaultError;
use crate::aead_key::AeadKey;
use crate::key_bytes::KeyBytes;

#[test]
fn suites_are_found_by_their_byte() {
    assert_eq!(supported_suites()[0], (0x01, "AES-256-GCM"));
    assert!(matches!(by_id(0x11), Err(VaultError::UnknownSuite(0x11))));
    assert_eq!(by_id(double_width::ID).unwrap().1.nonce_len(), 24);
}

#[test]
fn aes_256_gcm_matches_a_published_vector() {
    // Test case 15 of the GCM specification (256-bit key, four blocks).
    let hex = |text: &str| hex::decode(text).unwrap();
    let key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    let nonce = hex("cafebabefacedbaddecaf888");
    let plain = hex(concat!(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72",
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
    ));
    let key = AeadKey::new(KeyBytes::from_slice(&key).unwrap());
    let (_, context) = key.context(0x01).unwrap();
    let mut body = plain.clone();
    let tag = context.seal(&nonce, &[], &mut body).unwrap();
    assert_eq!(
        hex::encode(&body),
        concat!(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa",
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
        )
    );
    assert_eq!(hex::encode(tag), "b094dac5d93471bdec1a502270e3cc6c");
    let mut out = vec![0; plain.len()];
    context.open(&nonce, &[], &body, &tag, &mut out).unwrap();
    assert_eq!(out, plain);
}

#[test]
fn two_suites_never_work_with_the_same_key() {
    let key = AeadKey::new(KeyBytes::from_slice(&[3; 32]).unwrap());
    let raw = by_id(double_width::ID).unwrap().1.key(&[3; 32]).unwrap();
    let (_, derived) = key.context(double_width::ID).unwrap();
    let (mut a, mut b) = ([0; 16], [0; 16]);
    raw.seal(&[0; 24], &[], &mut a).unwrap();
    derived.seal(&[0; 24], &[], &mut b).unwrap();
    assert_ne!(a, b);
}
