//! The root key as a code that a person can write down and type in again.
//!
//! Crockford's base 32 in twelve groups of six: five characters of data and a
//! check character, so that a typing error is found in its group. The whole
//! carries a version byte, the key and a 32-bit checksum.

#[cfg(test)]
mod tests;

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use crate::error::{Result, VaultError};
use crate::root::RootKey;
use crate::wrap::same;

const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];
const VERSION: u8 = 1;
const GROUPS: usize = 12;
const DATA_PER_GROUP: usize = 5;
const GROUP: usize = DATA_PER_GROUP + 1;
const CHECKSUM: usize = 4;
const PAYLOAD: usize = 1 + 32 + CHECKSUM;

/// The recovery code of a root key: twelve groups of six characters, joined by dashes.
pub fn recovery_kit(root: &RootKey) -> String {
    let mut payload = Zeroizing::new(Vec::with_capacity(PAYLOAD));
    payload.push(VERSION);
    payload.extend_from_slice(root.bytes());
    let sum = checksum(&payload);
    payload.extend_from_slice(&sum);

    let digits = to_digits(&payload);
    let mut text = String::with_capacity(GROUPS * (GROUP + 1));
    for (number, group) in (0_u8..).zip(digits.chunks(DATA_PER_GROUP)) {
        if number > 0 {
            text.push('-');
        }
        text.extend(group.iter().chain([&check_digit(number, group)]).filter_map(|digit| {
            // Digits are below 32 by construction.
            ALPHABET.get(usize::from(*digit))
        }));
    }
    text
}

impl RootKey {
    /// Reads a recovery code. Case, spaces and dashes do not matter, O reads as
    /// 0, I and L as 1; a typing error is reported with the number of its group.
    pub fn from_recovery_kit(text: &str) -> Result<Self> {
        let mut digits = Zeroizing::new(Vec::with_capacity(GROUPS * GROUP + 1));
        for letter in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            if digits.len() >= GROUPS * GROUP {
                let seen = text.chars().filter(|c| !c.is_whitespace() && *c != '-').count();
                return Err(VaultError::RecoveryLength(seen));
            }
            let group = digits.len() / GROUP + 1;
            digits.push(digit_of(letter).ok_or(VaultError::RecoveryGroup(group))?);
        }
        // Check the groups first: a missing letter is then found where it is missing.
        let mut data = Zeroizing::new(Vec::with_capacity(GROUPS * DATA_PER_GROUP));
        for (number, group) in (0_u8..).zip(digits.chunks(GROUP)) {
            let Some((check, values)) = group.split_last() else { continue };
            if group.len() == GROUP && check_digit(number, values) != *check {
                return Err(VaultError::RecoveryGroup(usize::from(number) + 1));
            }
            data.extend_from_slice(values);
        }
        if digits.len() != GROUPS * GROUP {
            return Err(VaultError::RecoveryLength(digits.len()));
        }
        let payload = from_digits(&data)?;
        let (body, sum) = payload.split_last_chunk::<CHECKSUM>().ok_or(VaultError::RecoveryChecksum)?;
        let (version, key) = body.split_first().ok_or(VaultError::RecoveryChecksum)?;
        if !same(sum, &checksum(body)) || *version != VERSION {
            return Err(VaultError::RecoveryChecksum);
        }
        Self::from_bytes(key)
    }
}

fn digit_of(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    (0_u8..).zip(ALPHABET).find(|(_, known)| *known == letter).map(|(digit, _)| digit)
}

/// A weighted sum over GF(32). Every weight is different and not zero, so one
/// wrong character, two swapped ones and two swapped groups are always found.
fn check_digit(group: u8, values: &[u8]) -> u8 {
    let mut weight = 1;
    values.iter().fold(group, |sum, value| {
        weight = times(weight, 2);
        sum ^ times(weight, *value)
    })
}

/// Multiplies in GF(32) modulo x^5 + x^2 + 1.
fn times(a: u8, b: u8) -> u8 {
    let mut shifted = a;
    let mut product = 0;
    for bit in 0..5 {
        if b >> bit & 1 == 1 {
            product ^= shifted;
        }
        shifted <<= 1;
        if shifted & 0x20 != 0 {
            shifted ^= 0x25;
        }
    }
    product
}

/// Splits bytes into digits of five bits, most significant first, filled with zero bits.
fn to_digits(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(GROUPS * DATA_PER_GROUP));
    for index in 0..(bytes.len() * 8).div_ceil(5) {
        let digit = (0..5).fold(0, |digit, bit| digit << 1 | bit_at(bytes, index * 5 + bit, 8));
        digits.push(digit);
    }
    digits
}

/// Joins digits of five bits into the payload; the bits that fill up must be zero.
fn from_digits(digits: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(PAYLOAD));
    for index in 0..PAYLOAD {
        let byte = (0..8).fold(0, |byte, bit| byte << 1 | bit_at(digits, index * 8 + bit, 5));
        bytes.push(byte);
    }
    let filler = (PAYLOAD * 8..digits.len() * 5).any(|position| bit_at(digits, position, 5) != 0);
    if filler { Err(VaultError::RecoveryChecksum) } else { Ok(bytes) }
}

/// The bit at `position`, counted from the most significant of units of `width` bits.
fn bit_at(units: &[u8], position: usize, width: usize) -> u8 {
    let unit = units.get(position / width).copied().unwrap_or(0);
    unit >> (width - 1 - position % width) & 1
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"kedun/recovery/v1");
    context.update(body);
    context.finish().as_ref().first_chunk::<CHECKSUM>().copied().unwrap_or_default()
}
