//! The second factor: time-based codes (RFC 6238, SHA-1, 6 digits, 30 s), and
//! recovery codes for the day the telephone is lost.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const STEP_SECONDS: i64 = 30;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// How many recovery codes somebody has.
pub const RECOVERY_CODES: usize = 10;

/// The step of a moment in microseconds of UTC.
pub fn step_of(at: i64) -> i64 {
    at.div_euclid(1_000_000).div_euclid(STEP_SECONDS)
}

/// The code of a step.
pub fn code(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 0x0f);
    let word: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000))
}

/// The step that `given` is the code of, one step early or late at most, and only
/// after `last_used`, so that a code that was seen cannot be used again.
pub fn verify(secret: &[u8], given: &str, now: i64, last_used: i64) -> Option<i64> {
    let given: String = given.chars().filter(char::is_ascii_digit).collect();
    let current = step_of(now);
    let mut found = None;
    for step in [current - 1, current, current + 1] {
        let expected = code(secret, step)?;
        if bool::from(expected.as_bytes().ct_eq(given.as_bytes())) && step > last_used {
            found = Some(step);
        }
    }
    found
}

/// The secret as authenticator apps take it (base32 without padding).
pub fn base32(secret: &[u8]) -> String {
    let mut out = String::new();
    let (mut buffer, mut bits) = (0u32, 0u32);
    for byte in secret {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push_digit(&mut out, buffer >> bits);
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        push_digit(&mut out, buffer << (5 - bits));
    }
    out
}

fn push_digit(out: &mut String, value: u32) {
    let index = usize::try_from(value & 31).unwrap_or(0);
    if let Some(byte) = ALPHABET.get(index) {
        out.push(char::from(*byte));
    }
}

/// The address that authenticator apps read from a QR code.
pub fn uri(issuer: &str, account: &str, secret: &[u8]) -> String {
    let issuer = percent(issuer);
    format!("otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}", percent(account), base32(secret))
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// A recovery code of 10 letters and digits (50 bits), in two groups.
pub fn recovery_code(random: [u8; 10]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut out = String::with_capacity(11);
    for (i, byte) in random.iter().enumerate() {
        if i == 5 {
            out.push('-');
        }
        if let Some(letter) = LETTERS.get(usize::from(byte & 31)) {
            out.push(char::from(*letter));
        }
    }
    out
}

/// What is stored of a recovery code. 50 random bits need no slow hash.
pub fn recovery_hash(person: &[u8; 16], code: &str) -> [u8; 32] {
    let canonical: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Sha256::new()
        .chain_update(b"kedun/recovery/v1")
        .chain_update(person)
        .chain_update(canonical)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The test vectors of RFC 6238, appendix B, cut to six digits.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_follow_the_standard() {
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(code(SECRET, step_of(seconds * 1_000_000)).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_code_works_once_and_near_its_time_only() {
        let now = 1_234_567_890 * 1_000_000;
        let step = verify(SECRET, "005924", now, 0).expect("valid");
        assert_eq!(verify(SECRET, "005924", now, step), None, "used twice");
        assert!(verify(SECRET, "005 924", now + 29_000_000, 0).is_some());
        assert_eq!(verify(SECRET, "005924", now + 61_000_000, 0), None);
        assert_eq!(verify(SECRET, "000000", now, 0), None);
        assert_eq!(verify(SECRET, "", now, 0), None);
    }

    #[test]
    fn base32_matches_the_standard() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(b"f"), "MY");
        assert!(
            uri("客盾", "王 a", b"f")
                .starts_with("otpauth://totp/%E5%AE%A2%E7%9B%BE:%E7%8E%8B%20a?secret=MY&")
        );
    }

    #[test]
    fn recovery_codes_are_compared_without_case_and_dashes() {
        let code = recovery_code([0, 1, 2, 3, 4, 5, 6, 7, 8, 31]);
        assert_eq!(code.len(), 11);
        let person = [7; 16];
        assert_eq!(
            recovery_hash(&person, &code),
            recovery_hash(&person, &code.to_uppercase().replace('-', " "))
        );
        assert_ne!(recovery_hash(&person, &code), recovery_hash(&[8; 16], &code));
    }
}
