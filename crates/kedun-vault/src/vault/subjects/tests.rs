//! Subject keys are bound to their owner, committed to, and cached with care.

use std::sync::Arc;

use crate::vault::tests::{Fixture, NOW, ORG, place};
use crate::wrap;
use crate::{KeyRow, OrgId, SubjectId, SubjectKey, SystemEntropy, VaultError};

#[test]
fn a_row_unwraps_only_for_its_owner() {
    let f = Fixture::new();
    let (row, _) = f.subject(1);
    let vault = f.reopen();
    let moved = [
        (OrgId(8), row.clone()),
        (ORG, KeyRow { subject: SubjectId([2; 16]), ..row.clone() }),
        (ORG, KeyRow { generation: 2, ..row.clone() }),
    ];
    for (org, row) in moved {
        assert!(matches!(vault.unwrap_key(org, &row), Err(VaultError::Refused)));
    }
    let lost = KeyRow { epoch: 9, ..row.clone() };
    assert!(matches!(vault.unwrap_key(ORG, &lost), Err(VaultError::EpochGone(9))));
    assert!(vault.unwrap_key(ORG, &row).is_ok());
}

#[test]
fn a_key_that_does_not_match_its_commitment_is_refused() {
    let f = Fixture::new();
    let (mut row, key) = f.subject(1);
    // A well-formed wrap of another key, made by somebody who holds the epoch key.
    let (_, wrapping) = f.vault.current_epoch().unwrap();
    let purpose = SubjectKey::purpose(ORG, &row.subject, 1);
    row.wrapped = wrap::wrap(&wrapping, 1, &purpose, &[5; 32], &SystemEntropy).unwrap();
    assert!(matches!(f.reopen().unwrap_key(ORG, &row), Err(VaultError::Commitment)));
    row.commitment = wrap::commitment(&[5; 32], &purpose);
    assert_eq!(f.reopen().unwrap_key(ORG, &row).unwrap().key.raw(), &[5; 32]);
    // And the cached key does not stand in for a row that commits to another one.
    assert_ne!(f.vault.unwrap_key(ORG, &row).unwrap().key.raw(), key.key.raw());
}

#[test]
fn every_flipped_bit_of_a_row_is_refused() {
    let f = Fixture::new();
    let (row, _) = f.subject(1);
    let vault = f.reopen();
    for bit in 0..row.wrapped.len() * 8 {
        let mut flipped = row.clone();
        flipped.wrapped[bit / 8] ^= 1 << (bit % 8);
        assert!(vault.unwrap_key(ORG, &flipped).is_err(), "bit {bit}");
    }
    for bit in 0..256 {
        let mut flipped = row.clone();
        flipped.commitment[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(vault.unwrap_key(ORG, &flipped), Err(VaultError::Commitment)));
    }
}

#[test]
fn the_cache_returns_the_same_key_until_it_is_forgotten() {
    let f = Fixture::new();
    let (row, key) = f.subject(1);
    assert!(Arc::ptr_eq(&f.vault.cached(&row.subject).unwrap(), &key));
    assert!(Arc::ptr_eq(&f.vault.unwrap_key(ORG, &row).unwrap(), &key));
    f.vault.forget(&row.subject);
    assert!(f.vault.cached(&row.subject).is_none());
    assert!(!Arc::ptr_eq(&f.vault.unwrap_key(ORG, &row).unwrap(), &key));
    f.vault.forget_all();
    assert!(f.vault.cached(&row.subject).is_none());
}

#[test]
fn an_older_generation_does_not_push_out_the_newer() {
    let f = Fixture::new();
    let (first, _) = f.subject(1);
    let (second, _) = f.vault.next_subject_key(ORG, &first, NOW).unwrap();
    assert_eq!(f.vault.unwrap_key(ORG, &first).unwrap().generation(), 1);
    assert_eq!(f.vault.cached(&first.subject).unwrap().generation(), 2);
    assert_eq!(f.vault.unwrap_key(ORG, &second).unwrap().generation(), 2);
}

#[test]
fn without_the_row_what_was_sealed_is_lost() {
    let f = Fixture::new();
    let (row, key) = f.subject(1);
    let sealed = f.vault.seal(&key, &place(row.subject), b"erase me").unwrap();
    f.vault.forget(&row.subject);
    drop(key);
    // The same person comes back with a new key: the old value stays unreadable.
    let (_, key) = f.subject(1);
    let opened = f.vault.open_field(&key, &place(row.subject), sealed.as_bytes());
    assert!(matches!(opened, Err(VaultError::Refused)));
}
