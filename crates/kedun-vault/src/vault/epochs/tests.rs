//! Rolling an epoch and destroying the old one.

use crate::vault::tests::{Fixture, NOW, ORG, open, place, text};
use crate::{RootKey, SystemEntropy, VaultError};

#[test]
fn after_a_roll_old_copies_are_dead_and_the_living_are_readable() {
    let f = Fixture::new();
    let (old_row, key) = f.subject(1);
    let (erased_row, _) = f.subject(2);
    let sealed = f.vault.seal(&key, &place(key.subject()), b"still here").unwrap();

    let second = f.vault.roll_epoch(NOW).unwrap();
    assert_eq!((second.epoch, f.vault.epoch()), (2, 1), "the new epoch waits until its row is durable");
    f.vault.adopt_epoch(&second).unwrap();
    assert_eq!(f.vault.epoch(), 2);
    let new_row = f.vault.rewrap(ORG, &old_row).unwrap();
    assert_eq!((new_row.epoch, new_row.commitment), (2, old_row.commitment));
    assert_eq!(f.vault.rewrap(ORG, &new_row).unwrap(), new_row);

    assert!(matches!(f.vault.retire_epoch(&f.epoch, NOW), Err(VaultError::EpochInUse(1))));
    let secrets = f.vault.rewrap_secrets().unwrap();
    assert_eq!(secrets.len(), f.secrets.len());
    assert!(secrets.iter().all(|row| row.epoch == 2));
    assert!(f.vault.rewrap_secrets().unwrap().is_empty());
    assert!(matches!(f.vault.retire_epoch(&second, NOW), Err(VaultError::EpochInUse(2))));
    let retired = f.vault.retire_epoch(&f.epoch, NOW + 1).unwrap();
    assert!(retired.wrapped.is_empty());
    assert_eq!(retired.retired_at, Some(NOW + 1));

    // An old copy of the key database brings nobody back, in this process or the next.
    f.vault.forget_all();
    assert!(matches!(f.vault.unwrap_key(ORG, &erased_row), Err(VaultError::EpochGone(1))));
    let next = open(&f.root, &[retired, second], &secrets).unwrap();
    assert!(matches!(next.unwrap_key(ORG, &erased_row), Err(VaultError::EpochGone(1))));
    let key = next.unwrap_key(ORG, &new_row).unwrap();
    assert_eq!(text(&next.open_field(&key, &place(key.subject()), sealed.as_bytes()).unwrap()), "still here");
    for row in &secrets {
        assert_eq!(next.secret(&row.name).unwrap(), f.vault.secret(&row.name).unwrap());
    }
}

#[test]
fn a_roll_that_was_never_stored_harms_nothing() {
    let f = Fixture::new();
    let lost = f.vault.roll_epoch(NOW).unwrap();
    let (row, _) = f.subject(1);
    assert_eq!(row.epoch, 1);
    let kept = f.vault.roll_epoch(NOW).unwrap();
    assert_eq!((lost.epoch, kept.epoch), (2, 2));
    let moved = f.vault.rewrap(ORG, &row).unwrap();
    assert_eq!(moved.epoch, 2);
    let next = open(&f.root, &[f.epoch.clone(), kept], &f.secrets).unwrap();
    assert!(next.unwrap_key(ORG, &moved).is_ok());
}

#[test]
fn another_node_adopts_the_new_epoch() {
    let f = Fixture::new();
    let other = f.reopen();
    let second = f.vault.roll_epoch(NOW).unwrap();
    f.vault.adopt_epoch(&second).unwrap();
    let (row, _) = f.subject(1);
    assert_eq!(row.epoch, 2);
    assert!(matches!(other.unwrap_key(ORG, &row), Err(VaultError::EpochGone(2))));
    other.adopt_epoch(&second).unwrap();
    assert!(other.unwrap_key(ORG, &row).is_ok());
}

#[test]
fn a_new_root_key_takes_over_and_the_old_one_opens_nothing() {
    let f = Fixture::new();
    let (row, _) = f.subject(1);
    let new = RootKey::generate(&SystemEntropy);
    let rows = f.vault.change_root(&new, std::slice::from_ref(&f.epoch)).unwrap();
    assert!(matches!(open(&f.root, &rows, &f.secrets), Err(VaultError::WrongRootKey)));
    assert!(open(&new, &rows, &f.secrets).unwrap().unwrap_key(ORG, &row).is_ok());
}
