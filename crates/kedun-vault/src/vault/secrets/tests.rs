//! Secrets and what is sealed with them.

use crate::vault::tests::{Fixture, NOW, open};
use crate::{SecretRow, VaultError, secret_names};

#[test]
fn a_secret_is_made_once_and_survives_reopening() {
    let f = Fixture::new();
    let name = secret_names::audit_dek(2026, 11);
    assert_eq!(name, "audit-dek-2026-11");
    assert!(!f.vault.has_secret(&name));
    let row = f.vault.ensure_secret(&name, 32, NOW).unwrap().unwrap();
    assert!(f.vault.ensure_secret(&name, 32, NOW).unwrap().is_none());
    let sealed = f.vault.seal_with_secret(&name, b"staging 4", b"row").unwrap();

    let mut rows = f.secrets.clone();
    rows.push(row);
    let again = open(&f.root, std::slice::from_ref(&f.epoch), &rows).unwrap();
    assert_eq!(again.secret(&name).unwrap(), f.vault.secret(&name).unwrap());
    let plain = again.open_with_secret(&name, b"staging 4", sealed.as_bytes()).unwrap();
    assert_eq!(plain.as_bytes(), b"row");
}

#[test]
fn sealed_data_is_bound_to_its_secret_and_place() {
    let f = Fixture::new();
    let (a, b) = (secret_names::SESSION_PEPPER, secret_names::DATABASE_KEY);
    let sealed = f.vault.seal_with_secret(a, b"here", b"data").unwrap();
    let open = |name, aad: &[u8]| f.vault.open_with_secret(name, aad, sealed.as_bytes());
    assert_eq!(open(a, b"here").unwrap().as_bytes(), b"data");
    assert!(matches!(open(a, b"there"), Err(VaultError::Refused)));
    assert!(matches!(open(b, b"here"), Err(VaultError::Refused)));
    assert!(matches!(open("none", b"here"), Err(VaultError::MissingSecret(name)) if name == "none"));
}

#[test]
fn rows_cannot_trade_names_or_be_altered() {
    let f = Fixture::new();
    let row = &f.secrets[0];
    let renamed = SecretRow { name: f.secrets[1].name.clone(), ..row.clone() };
    assert!(matches!(f.vault.adopt_secret(&renamed), Err(VaultError::Refused)));
    for bit in 0..row.wrapped.len() * 8 {
        let mut flipped = row.clone();
        flipped.wrapped[bit / 8] ^= 1 << (bit % 8);
        assert!(f.vault.adopt_secret(&flipped).is_err(), "bit {bit}");
    }
    assert!(f.vault.adopt_secret(row).is_ok());
}

#[test]
fn a_secret_of_another_node_replaces_ours() {
    let f = Fixture::new();
    let other = f.reopen();
    let theirs = other.ensure_secret("audit-dek-2026-12", 32, NOW).unwrap().unwrap();
    f.vault.ensure_secret("audit-dek-2026-12", 32, NOW).unwrap().unwrap();
    assert_ne!(f.vault.secret("audit-dek-2026-12").unwrap(), other.secret("audit-dek-2026-12").unwrap());
    f.vault.adopt_secret(&theirs).unwrap();
    assert_eq!(f.vault.secret("audit-dek-2026-12").unwrap(), other.secret("audit-dek-2026-12").unwrap());
    f.vault.forget_secret("audit-dek-2026-12");
    assert!(f.vault.secret("audit-dek-2026-12").is_err());
}

#[test]
fn shapes_that_make_no_sense_are_refused() {
    let f = Fixture::new();
    for (name, len) in [("", 32), ("short", 15), ("long", 1025)] {
        assert!(matches!(f.vault.ensure_secret(name, len, NOW), Err(VaultError::SecretShape)));
    }
    let long = "n".repeat(129);
    assert!(matches!(f.vault.ensure_secret(&long, 32, NOW), Err(VaultError::SecretShape)));
}
