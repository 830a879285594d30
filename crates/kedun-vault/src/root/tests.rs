//! The forms in which a root key can be given.

use zeroize::Zeroizing;

use super::{RootKey, RootSource, load_root};
use crate::{PassphraseRow, SystemEntropy, VaultError, recovery_kit};

#[test]
fn text_and_raw_forms_give_the_same_key() {
    let raw = [0x5a; 32];
    let root = load_root(&RootSource::Raw(Zeroizing::new(raw))).unwrap();
    let kit = recovery_kit(&root);
    let hexadecimal = "5A".repeat(32);
    for content in [
        raw.to_vec(),
        hexadecimal.clone().into_bytes(),
        format!("{hexadecimal}\n").into_bytes(),
        kit.into_bytes(),
    ] {
        assert_eq!(RootKey::parse(&content).unwrap().fingerprint(), root.fingerprint());
    }
    assert_ne!(RootKey::generate(&SystemEntropy).fingerprint(), root.fingerprint());
    assert_eq!(root.fingerprint().len(), 19);
    for content in [&b""[..], &[0; 31], &[0xff; 40], b"password"] {
        assert!(matches!(RootKey::parse(content), Err(VaultError::RootText)));
    }
}

#[test]
fn a_variable_that_is_missing_or_holds_no_key_is_refused() {
    let unfit = load_root(&RootSource::Env("CARGO_PKG_NAME".to_owned()));
    assert!(matches!(unfit, Err(VaultError::RootText)));
    let error = load_root(&RootSource::Env("KEDUN_NO_SUCH_VARIABLE".to_owned())).unwrap_err();
    assert_eq!(error.to_string(), "the environment variable KEDUN_NO_SUCH_VARIABLE is not set or not text");
}

#[test]
fn a_passphrase_gives_one_key_per_salt() {
    // The least that is accepted keeps this test quick.
    let row = PassphraseRow { salt: [1; 16], memory_kib: 46 * 1024, iterations: 1, lanes: 1 };
    let load = |text: &str, row| load_root(&RootSource::Passphrase(text.into(), row));
    let first = load("correct horse battery", row).unwrap().fingerprint();
    assert_eq!(load("correct horse battery", row).unwrap().fingerprint(), first);
    assert_ne!(load("correct horse batterz", row).unwrap().fingerprint(), first);
    let salted = PassphraseRow { salt: [2; 16], ..row };
    assert_ne!(load("correct horse battery", salted).unwrap().fingerprint(), first);
}

#[test]
fn weak_passphrases_and_parameters_are_refused() {
    let row = PassphraseRow::new(&SystemEntropy);
    let load = |text: &str, row| load_root(&RootSource::Passphrase(text.into(), row));
    assert!(matches!(load("elevenchars", row), Err(VaultError::WeakPassphrase)));
    let bad = [
        PassphraseRow { memory_kib: 45 * 1024, ..row },
        PassphraseRow { memory_kib: u32::MAX, ..row },
        PassphraseRow { iterations: 0, ..row },
        PassphraseRow { iterations: u32::MAX, ..row },
        PassphraseRow { lanes: 0, ..row },
    ];
    for row in bad {
        assert!(matches!(load("correct horse battery", row), Err(VaultError::PassphraseParams)));
    }
}

#[test]
fn file_keys_differ_by_label_and_root() {
    let (a, b) = (RootKey::generate(&SystemEntropy), RootKey::generate(&SystemEntropy));
    assert_eq!(a.derive_file_key("keys.db"), a.derive_file_key("keys.db"));
    assert_ne!(a.derive_file_key("keys.db"), a.derive_file_key("index.db"));
    assert_ne!(a.derive_file_key("keys.db"), b.derive_file_key("keys.db"));
}
