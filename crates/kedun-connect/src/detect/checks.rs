//! Check digits and the plausibility of numbers.

use crate::coerce::calendar;

/// Whether digits pass the Luhn check.
pub fn luhn(digits: &str) -> bool {
    let mut sum = 0_u32;
    for (place, c) in digits.chars().rev().enumerate() {
        let Some(digit) = c.to_digit(10) else { return false };
        let doubled = if place % 2 == 1 { digit * 2 } else { digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// Whether digits are a bank card number: a known beginning, its length and the Luhn check.
pub fn bank_card_valid(digits: &str) -> bool {
    known_issuer(digits) && luhn(digits)
}

fn known_issuer(digits: &str) -> bool {
    let head = |length: usize| digits.get(..length).and_then(|h| h.parse::<u32>().ok()).unwrap_or(0);
    let (two, four, length) = (head(2), head(4), digits.len());
    match digits.as_bytes().first() {
        Some(b'2') => (2221..=2720).contains(&four) && length == 16,
        Some(b'3') => match two {
            34 | 37 => length == 15,
            30 | 36 | 38 | 39 => (14..=19).contains(&length),
            35 => (16..=19).contains(&length),
            _ => false,
        },
        Some(b'4') => (13..=19).contains(&length),
        Some(b'5' | b'6') => (16..=19).contains(&length),
        // Cards that Chinese banks issued before the common numbering.
        Some(b'9') => (16..=19).contains(&length) && (matches!(four, 9558 | 9559) || two >= 96),
        _ => false,
    }
}

/// Whether text is an identity-card number: 18 characters with check digit, or the 15 digits
/// issued until 1999, with an existing province and a plausible day of birth.
pub fn id_card_valid(text: &str) -> bool {
    match text.len() {
        18 => id_card_check(text) && province(text) && born(text.get(6..14)),
        15 => {
            let old = text.get(6..12).map(|date| format!("19{date}"));
            text.bytes().all(|b| b.is_ascii_digit()) && province(text) && born(old.as_deref())
        }
        _ => false,
    }
}

fn id_card_check(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const SIGNS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let mut sum = 0;
    for (c, weight) in text.chars().zip(WEIGHTS) {
        let Some(digit) = c.to_digit(10) else { return false };
        sum += digit * weight;
    }
    let expected = usize::try_from(sum % 11).ok().and_then(|at| SIGNS.get(at)).copied();
    let found = text.chars().last().map(|c| c.to_ascii_uppercase());
    expected == found
}

fn province(text: &str) -> bool {
    let code = text.get(..2).and_then(|t| t.parse::<u32>().ok()).unwrap_or(0);
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

fn born(date: Option<&str>) -> bool {
    let part =
        |from: usize, to: usize| date.and_then(|d| d.get(from..to)).and_then(|t| t.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(4, 6), part(6, 8)) else { return false };
    let Ok(year) = i32::try_from(year) else { return false };
    (1900..2100).contains(&year) && calendar::days(year, month, day).is_some()
}

/// The signs of a Unified Social Credit Code in the order of their values.
const USCC_SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether text is a Unified Social Credit Code: 18 signs with an existing kind of
/// registration, a plausible region and the check sign.
pub fn uscc_valid(text: &str) -> bool {
    let kind_known = text.starts_with(['1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'N', 'Y']);
    let region_known = text.get(2..8).is_some_and(|region| region.bytes().all(|b| b.is_ascii_digit()));
    let (Some(head), Some(sign)) = (text.get(..17), text.get(17..)) else { return false };
    kind_known && region_known && uscc_check_sign(head).is_some_and(|check| sign.chars().eq([check]))
}

/// The 18th sign for the first 17; none if they are not 17 signs of such a code.
pub(crate) fn uscc_check_sign(head: &str) -> Option<char> {
    let mut weight = 1_usize;
    let mut sum = 0_usize;
    for byte in head.bytes() {
        sum += USCC_SIGNS.iter().position(|sign| *sign == byte)? * weight;
        weight = weight * 3 % 31;
    }
    let check = USCC_SIGNS.get((31 - sum % 31) % 31)?;
    (head.len() == 17).then(|| char::from(*check))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_any_changed_digit_fails() {
        // The example numbers of the standards and of the card networks' test sets.
        type Check = fn(&str) -> bool;
        let examples: [(&str, Check); 4] = [
            ("11010519491231002X", id_card_valid),
            ("91350100M000100Y43", uscc_valid),
            ("4111111111111111", bank_card_valid),
            ("5555555555554444", bank_card_valid),
        ];
        for (number, valid) in examples {
            assert!(valid(number), "{number}");
            for place in 0..number.len() {
                let Some(digit) = number[place..=place].parse::<u8>().ok() else { continue };
                let mut changed = number.to_owned();
                changed.replace_range(place..=place, &((digit + 1) % 10).to_string());
                assert!(!valid(&changed), "{changed}");
            }
        }
        for text in ["", "中文中文中文", "1101051949123100", "91350100M000100Y4I", "0000000000000000"] {
            assert!(!id_card_valid(text) && !uscc_valid(text) && !bank_card_valid(text));
        }
        assert!(!luhn(""));
    }
}
