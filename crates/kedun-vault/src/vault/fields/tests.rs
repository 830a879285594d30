//! A field opens in its place, and nowhere else.

use proptest::prelude::*;

use crate::suite::double_width;
use crate::vault::tests::{Fixture, NOW, ORG, place};
use crate::{FieldCtx, OrgId, SubjectId, VaultError};

#[test]
fn moved_ciphertexts_are_refused() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    let here = place(key.subject());
    let sealed = f.vault.seal(&key, &here, b"13800138000").unwrap();
    let elsewhere = [
        FieldCtx { record: [8; 16], ..here },
        FieldCtx { field: 13, ..here },
        FieldCtx { object: 4, ..here },
        // Object and field swapped: only framing and order tell them apart.
        FieldCtx { object: here.field, field: here.object, ..here },
    ];
    for ctx in elsewhere {
        assert!(matches!(f.vault.open_field(&key, &ctx, sealed.as_bytes()), Err(VaultError::Refused)));
    }
    for ctx in [FieldCtx { org: OrgId(8), ..here }, FieldCtx { subject: SubjectId([2; 16]), ..here }] {
        assert!(matches!(f.vault.open_field(&key, &ctx, sealed.as_bytes()), Err(VaultError::WrongSubject)));
        assert!(matches!(f.vault.seal(&key, &ctx, b"x"), Err(VaultError::WrongSubject)));
    }
    assert_eq!(f.vault.open_field(&key, &here, sealed.as_bytes()).unwrap().as_bytes(), b"13800138000");
}

#[test]
fn another_subject_or_organisation_cannot_read_it_even_with_the_same_key_bytes() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    let sealed = f.vault.seal(&key, &place(key.subject()), b"secret").unwrap();
    let twin = |org, subject| crate::SubjectKey {
        org,
        subject,
        generation: 1,
        commitment: key.commitment,
        key: crate::aead_key::AeadKey::new(crate::key_bytes::KeyBytes::from_slice(key.key.raw()).unwrap()),
    };
    let other_subject = SubjectId([2; 16]);
    let ctx = FieldCtx { subject: other_subject, ..place(key.subject()) };
    let opened = f.vault.open_field(&twin(ORG, other_subject), &ctx, sealed.as_bytes());
    assert!(matches!(opened, Err(VaultError::Refused)));
    let ctx = FieldCtx { org: OrgId(8), ..place(key.subject()) };
    let opened = f.vault.open_field(&twin(OrgId(8), key.subject()), &ctx, sealed.as_bytes());
    assert!(matches!(opened, Err(VaultError::Refused)));
}

#[test]
fn every_single_flipped_bit_is_refused() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    let ctx = place(key.subject());
    for suite in [0x01, double_width::ID] {
        let sealed = f.vault.seal(&key, &ctx, b"1").unwrap();
        let vault = f.reopen().with_suite(suite).unwrap();
        let other = vault.seal(&key, &ctx, b"1").unwrap();
        for bytes in [sealed.into_bytes(), other.into_bytes()] {
            for bit in 0..bytes.len() * 8 {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert!(f.vault.open_field(&key, &ctx, &flipped).is_err(), "bit {bit}");
            }
        }
    }
}

#[test]
fn another_generation_is_named() {
    let f = Fixture::new();
    let (row, first) = f.subject(1);
    let ctx = place(row.subject);
    let sealed = f.vault.seal(&first, &ctx, b"old").unwrap();
    let (next, second) = f.vault.next_subject_key(ORG, &row, NOW).unwrap();
    assert_eq!((next.generation, sealed.generation().unwrap()), (2, 1));
    let opened = f.vault.open_field(&second, &ctx, sealed.as_bytes());
    assert!(matches!(opened, Err(VaultError::WrongGeneration { sealed: 1, key: 2 })));
    let again = f.vault.seal(&second, &ctx, b"old").unwrap();
    assert_eq!(again.generation().unwrap(), 2);
    assert!(f.vault.open_field(&second, &ctx, again.as_bytes()).is_ok());
}

#[test]
fn a_vault_with_another_default_suite_reads_both() {
    let f = Fixture::new();
    let (row, key) = f.subject(1);
    let ctx = place(row.subject);
    let old = f.vault.seal(&key, &ctx, b"same").unwrap();
    let other = f.reopen().with_suite(double_width::ID).unwrap();
    let key = other.unwrap_key(ORG, &row).unwrap();
    let new = other.seal(&key, &ctx, b"same").unwrap();
    assert_eq!((old.as_bytes()[1], new.as_bytes()[1]), (0x01, 0xff));
    assert_eq!(new.as_bytes().len(), old.as_bytes().len() + 12, "the nonce is 24 bytes long");
    for sealed in [old, new] {
        assert_eq!(other.open_field(&key, &ctx, sealed.as_bytes()).unwrap().as_bytes(), b"same");
    }
}

#[test]
fn equal_values_have_different_ciphertexts() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    let ctx = place(key.subject());
    let mut seen = std::collections::HashSet::new();
    for _ in 0..1000 {
        let sealed = f.vault.seal(&key, &ctx, b"13800138000").unwrap().into_bytes();
        assert!(seen.insert(sealed[7..19].to_vec()), "a nonce came twice");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_sealed_opens_again(
        value in proptest::collection::vec(any::<u8>(), 0..3000),
        org in any::<i64>(), object in any::<u32>(), field in any::<u32>(),
        record in any::<[u8; 16]>(), subject in any::<[u8; 16]>(),
    ) {
        let f = Fixture::new();
        let (row, key) = f.vault.new_subject_key(OrgId(org), SubjectId(subject), NOW).unwrap();
        let ctx = FieldCtx { org: OrgId(org), object, field, record, subject: SubjectId(subject) };
        let sealed = f.vault.seal(&key, &ctx, &value).unwrap();
        let stored = crate::Sealed::from_db(sealed.into_bytes()).unwrap();
        let vault = f.reopen();
        let key = vault.unwrap_key(OrgId(org), &row).unwrap();
        let plain = vault.open_field(&key, &ctx, stored.as_bytes()).unwrap();
        prop_assert_eq!(plain.as_bytes(), value.as_slice());
    }
}
