//! The recovery code: forgiving in form, strict in content.

use proptest::prelude::*;

use super::{ALPHABET, recovery_kit};
use crate::{RootKey, SystemEntropy, VaultError};

fn read(code: &str) -> Result<[u8; 32], VaultError> {
    RootKey::from_recovery_kit(code).map(|root| *root.bytes())
}

#[test]
fn form_does_not_matter() {
    let root = RootKey::generate(&SystemEntropy);
    let code = recovery_kit(&root);
    assert_eq!(code.len(), 12 * 6 + 11);
    assert!(code.split('-').all(|group| group.len() == 6));
    let spoken = code.replace('0', "o").replace('1', "l");
    for form in [code.clone(), code.to_lowercase(), code.replace('-', " "), code.replace('-', "\n"), spoken] {
        assert_eq!(read(&form).unwrap(), *root.bytes());
    }
}

#[test]
fn every_single_wrong_character_is_found_in_its_group() {
    let code: Vec<char> = recovery_kit(&RootKey::generate(&SystemEntropy)).chars().collect();
    for (at, right) in code.iter().enumerate().filter(|(_, c)| **c != '-') {
        for wrong in ALPHABET.iter().filter(|c| *c != right) {
            let mut typed = code.clone();
            typed[at] = *wrong;
            let result = read(&typed.iter().collect::<String>());
            assert!(matches!(result, Err(VaultError::RecoveryGroup(group)) if group == at / 7 + 1));
        }
    }
}

#[test]
fn swapped_characters_and_groups_are_found() {
    let code = recovery_kit(&RootKey::generate(&SystemEntropy));
    let plain: Vec<char> = code.chars().filter(|c| *c != '-').collect();
    for at in 0..plain.len() - 1 {
        let mut typed = plain.clone();
        typed.swap(at, at + 1);
        if typed != plain {
            assert!(read(&typed.iter().collect::<String>()).is_err(), "at {at}");
        }
    }
    let groups: Vec<&str> = code.split('-').collect();
    for a in 0..12 {
        for b in a + 1..12 {
            let mut typed = groups.clone();
            typed.swap(a, b);
            assert!(matches!(read(&typed.join("-")), Err(VaultError::RecoveryGroup(g)) if g == a + 1));
        }
    }
}

#[test]
fn too_short_too_long_and_foreign_characters_are_named() {
    let code = recovery_kit(&RootKey::generate(&SystemEntropy));
    assert!(matches!(read(""), Err(VaultError::RecoveryLength(0))));
    assert!(matches!(read(&code[..code.len() - 1]), Err(VaultError::RecoveryLength(71))));
    assert!(matches!(read(&code[..code.len() - 7]), Err(VaultError::RecoveryLength(66))));
    assert!(matches!(read(&format!("{code}0")), Err(VaultError::RecoveryLength(73))));
    let foreign = format!("{}U{}", &code[..7], &code[8..]);
    assert!(matches!(read(&foreign), Err(VaultError::RecoveryGroup(2))));
    let chinese = format!("{}密{}", &code[..14], &code[15..]);
    assert!(matches!(read(&chinese), Err(VaultError::RecoveryGroup(3))));
}

#[test]
fn an_error_shows_nothing_of_the_code() {
    let code = recovery_kit(&RootKey::generate(&SystemEntropy));
    let error = read(&format!("{}U{}", &code[..7], &code[8..])).unwrap_err();
    assert_eq!(error.to_string(), "group 2 of the recovery code has a typing error");
}

#[test]
fn groups_that_are_sound_alone_but_not_together_are_refused() {
    // Group by group from two different codes: every check character fits.
    let a = recovery_kit(&RootKey::generate(&SystemEntropy));
    let b = recovery_kit(&RootKey::generate(&SystemEntropy));
    let mixed: Vec<&str> = a
        .split('-')
        .zip(b.split('-'))
        .enumerate()
        .map(|(n, (a, b))| if n % 2 == 0 { a } else { b })
        .collect();
    assert!(matches!(read(&mixed.join("-")), Err(VaultError::RecoveryChecksum)));
}

proptest! {
    #[test]
    fn every_key_comes_back(bytes in any::<[u8; 32]>()) {
        let code = recovery_kit(&RootKey::from_bytes(&bytes).unwrap());
        prop_assert_eq!(read(&code).unwrap(), bytes);
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,120}") {
        prop_assert!(read(&text).is_err());
    }
}
