//! Identity numbers that pass the checks real ones pass, and those checks.

use crate::draw::scatter;
use time::{Date, Duration, macros::date};

/// Prefixes of mobile numbers in use; 192 is kept for the canaries.
const MOBILE_PREFIXES: [u64; 44] = [
    130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 145, 147, 149, 150, 151, 152, 153, 155, 156, 157, 158,
    159, 166, 167, 172, 173, 175, 176, 177, 178, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 191, 195,
    198, 199,
];
pub(crate) const CANARY_MOBILE_PREFIX: u64 = 192;

/// Administrative areas (GB/T 2260); 659004 is kept for the canaries.
const AREAS: [u32; 30] = [
    110_105, 110_108, 120_101, 130_102, 140_105, 210_102, 220_102, 230_103, 310_104, 310_115, 320_106,
    320_505, 330_106, 330_203, 340_104, 350_203, 360_102, 370_102, 370_202, 410_105, 420_106, 430_103,
    440_106, 440_305, 450_103, 460_105, 500_103, 510_107, 530_102, 610_113,
];
pub(crate) const CANARY_AREA: u32 = 659_004;

const FIRST_BIRTHDAY: Date = date!(1960 - 01 - 01);
const BIRTHDAYS: u64 = 16_000;
/// The characters of a unified social credit code (GB 32100).
const CREDIT_CHARS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const BANK_PREFIXES: [u64; 6] = [622_202, 622_700, 621_661, 622_848, 621_226, 622_588];

/// Returns the `n`th mobile number, eleven digits; different `n` give different numbers.
pub(crate) fn mobile(seed: u64, n: u64) -> String {
    let at = scatter(seed, 0x6D6F, n, 44 * 100_000_000);
    let prefix = MOBILE_PREFIXES.into_iter().nth(small(at / 100_000_000)).unwrap_or(138);
    format!("{prefix}{:08}", at % 100_000_000)
}

/// A person as far as an ID-card number tells.
pub(crate) struct Identity {
    /// Eighteen characters with a correct check character (GB 11643).
    pub(crate) number: String,
    pub(crate) birthday: Date,
    pub(crate) male: bool,
}

/// Returns the `n`th identity; different `n` give different numbers.
pub(crate) fn identity(seed: u64, n: u64) -> Identity {
    let at = scatter(seed, 0x6964, n, 30 * BIRTHDAYS * 999);
    let area = AREAS.into_iter().nth(small(at % 30)).unwrap_or(110_105);
    identity_of(area, at / 30 % BIRTHDAYS, at / 30 / BIRTHDAYS + 1)
}

pub(crate) fn identity_of(area: u32, day: u64, order: u64) -> Identity {
    let days = i64::try_from(day).unwrap_or(0);
    let birthday = FIRST_BIRTHDAY.saturating_add(Duration::days(days));
    let (year, month, day) = birthday.to_calendar_date();
    let body = format!("{area:06}{year:04}{:02}{day:02}{order:03}", u8::from(month));
    let check = id_card_check(&body).unwrap_or('0');
    Identity { number: format!("{body}{check}"), birthday, male: order % 2 == 1 }
}

/// Returns the `n`th unified social credit code; different `n` give different codes.
pub(crate) fn credit_code(seed: u64, n: u64) -> String {
    let at = scatter(seed, 0x7573, n, 31_u64.pow(6));
    let area = AREAS.into_iter().nth(small(at % 30)).unwrap_or(110_105);
    let mut organisation = String::from("MA");
    let mut left = at;
    for _ in 0..6 {
        organisation.push(credit_char(left % 31));
        left /= 31;
    }
    let check = organisation_check(&organisation).unwrap_or('0');
    let body = format!("91{area}{organisation}{check}");
    let last = credit_check(&body).unwrap_or('0');
    format!("{body}{last}")
}

/// Returns the `n`th bank-card number, nineteen digits with a correct Luhn digit.
#[must_use]
pub fn bank_card(seed: u64, n: u64) -> String {
    let at = scatter(seed, 0x626B, n, 6 * 1_000_000_000_000);
    let prefix = BANK_PREFIXES.into_iter().nth(small(at % 6)).unwrap_or(622_202);
    let body = format!("{prefix}{:012}", at / 6);
    let check = (0..10_u8).map(|d| char::from(b'0' + d)).find(|d| is_luhn(&format!("{body}{d}")));
    format!("{body}{}", check.unwrap_or('0'))
}

/// Whether the number is eleven digits on a mobile prefix in use.
#[must_use]
pub fn is_mobile(number: &str) -> bool {
    let prefix = number.get(..3).and_then(|p| p.parse().ok()).unwrap_or(0);
    number.len() == 11
        && number.bytes().all(|b| b.is_ascii_digit())
        && (MOBILE_PREFIXES.contains(&prefix) || prefix == CANARY_MOBILE_PREFIX)
}

/// Whether the number is an ID-card number with a possible birthday and the right check character (GB 11643).
#[must_use]
pub fn is_id_card(number: &str) -> bool {
    let Some((body, check)) = number.split_at_checked(17) else { return false };
    let part = |from: usize, to: usize| body.get(from..to).and_then(|p| p.parse::<u16>().ok());
    let (Some(year), Some(month), Some(day)) = (part(6, 10), part(10, 12), part(12, 14)) else {
        return false;
    };
    let month = u8::try_from(month).ok().and_then(|m| time::Month::try_from(m).ok());
    let exists = month
        .zip(u8::try_from(day).ok())
        .is_some_and(|(month, day)| Date::from_calendar_date(i32::from(year), month, day).is_ok());
    exists && id_card_check(body).is_some_and(|c| check.chars().eq([c]))
}

/// Whether the code is a unified social credit code with both check characters right (GB 32100, GB 11714).
#[must_use]
pub fn is_credit_code(code: &str) -> bool {
    let Some((body, check)) = code.split_at_checked(17) else { return false };
    let organisation = body.get(8..16).and_then(organisation_check);
    organisation.is_some_and(|c| body.ends_with(c))
        && credit_check(body).is_some_and(|c| check.chars().eq([c]))
}

/// Whether the digits end in the right Luhn digit.
#[must_use]
pub fn is_luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().try_fold(0_u32, |sum, (place, byte)| {
        let digit = char::from(byte).to_digit(10)?;
        let doubled = if place % 2 == 1 { digit * 2 } else { digit };
        Some(sum + doubled / 10 + doubled % 10)
    });
    digits.len() > 1 && sum.is_some_and(|sum| sum % 10 == 0)
}

fn id_card_check(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum = weighted_sum(body, &WEIGHTS, |c| c.to_digit(10))?;
    "10X98765432".chars().nth(small(u64::from(sum % 11)))
}

fn organisation_check(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum = weighted_sum(body, &WEIGHTS, |c| c.to_digit(36))?;
    "0X987654321".chars().nth(small(u64::from(sum % 11)))
}

fn credit_check(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let value =
        |c| CREDIT_CHARS.iter().position(|b| char::from(*b) == c).and_then(|at| u32::try_from(at).ok());
    let sum = weighted_sum(body, &WEIGHTS, value)?;
    Some(credit_char(u64::from((31 - sum % 31) % 31)))
}

fn weighted_sum(body: &str, weights: &[u32], value: impl Fn(char) -> Option<u32>) -> Option<u32> {
    if body.chars().count() != weights.len() {
        return None;
    }
    body.chars().zip(weights).try_fold(0, |sum, (c, weight)| Some(sum + value(c)? * weight))
}

fn credit_char(value: u64) -> char {
    CREDIT_CHARS.get(small(value)).map_or('0', |b| char::from(*b))
}

fn small(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_printed_in_the_standards_pass() {
        assert!(is_id_card("11010519491231002X") && is_id_card("440524188001010014"));
        assert!(is_credit_code("91350100M000100Y43"));
        assert!(is_luhn("79927398713") && is_luhn("4111111111111111"));
    }

    #[test]
    fn one_wrong_character_fails() {
        assert!(!is_id_card("110105194912310021") && !is_id_card("11010519491331002X"));
        assert!(!is_credit_code("91350100M000100Y44") && !is_credit_code("91350101M000100Y43"));
        assert!(!is_luhn("79927398710") && !is_luhn("7"));
        assert!(!is_mobile("12012345678") && !is_mobile("1381234567"));
    }

    #[test]
    fn generated_numbers_pass() {
        for n in 0..2_000 {
            let identity = identity(3, n);
            assert!(is_id_card(&identity.number), "{}", identity.number);
            assert!(is_credit_code(&credit_code(3, n)), "{}", credit_code(3, n));
            assert!(is_mobile(&mobile(3, n)));
            assert!(is_luhn(&bank_card(3, n)) && bank_card(3, n).len() == 19);
        }
    }
}
