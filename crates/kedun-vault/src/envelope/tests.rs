//! The envelope's form.

use crate::vault::tests::{Fixture, place};
use crate::{MAX_PLAINTEXT, Sealed, VaultError};

fn sealed_len(f: &Fixture, key: &crate::SubjectKey, len: usize) -> usize {
    f.vault.seal(key, &place(key.subject()), &vec![b'x'; len]).unwrap().as_bytes().len()
}

#[test]
fn values_of_one_class_have_one_size() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    for (from, to, size) in [(0, 16, 52), (17, 32, 68), (33, 64, 100), (65, 128, 164), (1025, 2048, 2084)] {
        for len in from..=to {
            assert_eq!(sealed_len(&f, &key, len), size, "{len} bytes");
        }
    }
}

#[test]
fn the_header_is_as_documented() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    let sealed = f.vault.seal(&key, &place(key.subject()), &[b'x'; 40]).unwrap();
    assert_eq!(sealed.as_bytes()[..7], [0xC1, 0x01, 2, 0, 0, 0, 1]);
}

#[test]
fn stored_bytes_are_checked_before_use() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    let good = f.vault.seal(&key, &place(key.subject()), b"x").unwrap().into_bytes();
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Sealed::from_db(bytes)
    };
    assert!(Sealed::from_db(good.clone()).is_ok());
    assert!(matches!(with(0, 0xC0), Err(VaultError::Malformed(_))));
    assert!(matches!(with(1, 0x11), Err(VaultError::UnknownSuite(0x11))));
    assert!(matches!(with(2, 8), Err(VaultError::Malformed(_))));
    assert!(matches!(with(2, 0x10), Err(VaultError::Malformed(_))));
    for len in 0..36 {
        assert!(Sealed::from_db(good[..len].to_vec()).is_err());
    }
    let message = with(1, 0x11).unwrap_err();
    assert_eq!(message.to_string(), "cipher suite 0x11 is not known to this build");
    assert_eq!(message.code(), "vault.unknown_suite");
}

#[test]
fn too_long_a_value_is_refused_before_any_work() {
    let f = Fixture::new();
    let (_, key) = f.subject(1);
    let long = vec![0; MAX_PLAINTEXT + 1];
    let sealed = f.vault.seal(&key, &place(key.subject()), &long);
    assert!(matches!(sealed, Err(VaultError::TooLong(len)) if len == MAX_PLAINTEXT + 1));
    let ctx = place(key.subject());
    let sealed = f.vault.seal(&key, &ctx, &long[1..]).unwrap();
    assert_eq!(f.vault.open_field(&key, &ctx, sealed.as_bytes()).unwrap().as_bytes().len(), MAX_PLAINTEXT);
}
