//! The root key as a person types it or a file holds it, and how a passphrase is to be stretched.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use kedun_vault::{PassphraseRow, RootKey, RootSource, VaultError, load_root, recovery_kit};

use super::Target;
use super::vault::Counted;
use crate::mutate::{Shape, change};
use crate::{Random, Seen};

pub const TARGET: Target = Target {
    name: "keyfile",
    run,
    shape: Shape::Text,
    words: &[
        "-",
        " ",
        "\n",
        "\r\n",
        "O",
        "0",
        "I",
        "l",
        "1",
        "U",
        "u",
        "Z",
        "\u{ff10}",
        "\u{3000}",
        "\u{feff}",
        "é",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "\"memory_kib\":",
        "\"lanes\":",
        "4294967295",
        "1",
    ],
    short: 5_000,
    meets: 6,
    longest: 1_200,
};

/// Reads the bytes as a recovery code, as a key file and as the parameters of a passphrase.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let mut random = Random::of(data);
    let text = String::from_utf8_lossy(data);
    match RootKey::from_recovery_kit(&text) {
        Err(error) => {
            if let VaultError::RecoveryGroup(group) = error {
                assert!((1..=12).contains(&group), "group {group}");
            }
            seen.note(std::mem::discriminant(&error));
        }
        Ok(root) => {
            seen.note("code");
            assert_eq!(spelling(&recovery_kit(&root)), spelling(&text), "another code gives this key");
        }
    }
    mistyped(data, &mut random);
    file(data, &text, &mut seen);
    passphrase(data, &mut seen);
    seen
}

/// A code without what does not matter: case, blanks, dashes, letters that look like digits.
fn spelling(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let letters = letters.map(|c| c.to_ascii_uppercase());
    letters
        .map(|c| {
            if c == 'O' {
                '0'
            } else if matches!(c, 'I' | 'L') {
                '1'
            } else {
                c
            }
        })
        .collect()
}

/// One wrong letter, or two that changed places, are always found.
fn mistyped(data: &[u8], random: &mut Random) {
    let code = recovery_kit(&RootKey::generate(&Counted::default()));
    let mut letters: Vec<char> = code.chars().collect();
    let places: Vec<usize> = (0..letters.len()).filter(|at| letters[*at] != '-').collect();
    let at = random.below(places.len());
    if random.chance(50) {
        letters[places[at]] = char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[random.below(32)]);
    } else {
        letters.swap(places[at], places[(at + 1) % places.len()]);
    }
    let typed: String = letters.into_iter().collect();
    assert_eq!(RootKey::from_recovery_kit(&typed).is_ok(), typed == code, "a typing error was not found");
    let other = change(code.as_bytes(), data, random, 400);
    let other = String::from_utf8_lossy(&other);
    if let Ok(root) = RootKey::from_recovery_kit(&other) {
        assert_eq!(spelling(&recovery_kit(&root)), spelling(&other));
    }
}

/// A file holds a code, 64 hexadecimal digits or 32 bytes, and nothing else.
fn file(data: &[u8], text: &str, seen: &mut Seen) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o400).open(&path).unwrap();
    file.write_all(data).unwrap();
    drop(file);
    let root = load_root(&RootSource::File(path));
    let trimmed = text.trim();
    let raw = data.len() == 32;
    let hex = trimmed.len() == 64 && trimmed.bytes().all(|b| b.is_ascii_hexdigit());
    let code = std::str::from_utf8(data).is_ok() && RootKey::from_recovery_kit(trimmed).is_ok();
    assert_eq!(root.is_ok(), data.len() <= 1_024 && (raw || hex || code), "a key file was read wrongly");
    if let Ok(root) = root {
        seen.note((raw, hex, code));
        assert!(RootKey::from_recovery_kit(&recovery_kit(&root)).is_ok());
    }
}

/// Parameters that would make guessing cheap, or take all memory, are refused before any work is done.
fn passphrase(data: &[u8], seen: &mut Seen) {
    let Ok(row) = serde_json::from_slice::<PassphraseRow>(data) else { return };
    let json = serde_json::to_vec(&row).unwrap();
    assert_eq!(serde_json::from_slice::<PassphraseRow>(&json).ok(), Some(row));
    let bearable = (46 * 1024..=2 * 1024 * 1024).contains(&row.memory_kib)
        && (1..=32).contains(&row.iterations)
        && (1..=16).contains(&row.lanes);
    seen.note(bearable);
    if !bearable {
        let source = RootSource::Passphrase("a passphrase of some length".to_owned().into(), row);
        assert!(matches!(load_root(&source), Err(VaultError::PassphraseParams)));
    }
}

/// A code, the same as people type it, and the other forms.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let root = RootKey::generate(&Counted::default());
    let code = recovery_kit(&root);
    let typed = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    let row = PassphraseRow::new(&Counted::default());
    vec![
        ("code", (code + "\n").into_bytes()),
        ("typed", typed.into_bytes()),
        ("hex", hex::encode([0x5a; 32]).into_bytes()),
        ("raw", (0..32).collect()),
        ("passphrase.json", serde_json::to_vec(&row).unwrap()),
    ]
}
