//! Whole numbers and amounts.

use super::{Reason, clean};
use crate::sheet::Cell;

/// A whole number: `1,234`, `12万`, `３`, `5.0`.
pub fn integer(cell: &Cell) -> Result<i64, Reason> {
    let parsed = parse_cell(cell, false)?;
    parsed.scaled(0).map_err(|reason| match reason {
        Reason::TooManyDecimals { .. } => Reason::NotAnInteger,
        other => other,
    })
}

/// An amount as a count of its smallest unit, with `decimals` (at most 9) places kept:
/// `¥1,234.50` with 2 decimals is 123450, `1.2万元` is 1200000. Nothing is rounded.
pub fn minor_units(cell: &Cell, decimals: u8) -> Result<i64, Reason> {
    parse_cell(cell, true)?.scaled(u32::from(decimals.min(9)))
}

/// `digits / 10^fraction * 10^unit`.
struct Parsed {
    negative: bool,
    digits: i128,
    fraction: u32,
    unit: u32,
}

impl Parsed {
    fn scaled(&self, decimals: u32) -> Result<i64, Reason> {
        let mut digits = self.digits;
        let mut up = i64::from(decimals) + i64::from(self.unit) - i64::from(self.fraction);
        while up > 0 {
            digits = digits.checked_mul(10).ok_or(Reason::OutOfRange)?;
            up -= 1;
        }
        while up < 0 {
            if digits % 10 != 0 {
                return Err(Reason::TooManyDecimals { max: u64::from(decimals) });
            }
            digits /= 10;
            up += 1;
        }
        let signed = if self.negative { -digits } else { digits };
        i64::try_from(signed).map_err(|_too_large| Reason::OutOfRange)
    }
}

fn parse_cell(cell: &Cell, currency: bool) -> Result<Parsed, Reason> {
    match cell {
        Cell::Error => Err(Reason::FormulaError),
        Cell::Text(text) => parse(&clean(text), currency),
        Cell::Number(_) => parse(&cell.to_text(), false),
        _ => Err(Reason::NotANumber),
    }
}

const BEFORE: [&str; 13] =
    ["人民币", "RMB", "CNY", "HK$", "US$", "NT$", "USD", "EUR", "GBP", "¥", "$", "€", "£"];
const BEHIND: [&str; 10] = ["元整", "元", "圆", "块", "RMB", "CNY", "USD", "EUR", "€", "¥"];

fn parse(text: &str, currency: bool) -> Result<Parsed, Reason> {
    let mut rest = text.trim();
    let mut negative = false;
    // Accountants write negative amounts in brackets.
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        negative = true;
        rest = inner.trim();
    }
    let mut signed = negative;
    let mut marked = false;
    loop {
        if let Some(after) = rest.strip_prefix(['-', '+']).filter(|_| !signed) {
            negative = rest.starts_with('-');
            signed = true;
            rest = after.trim_start();
            continue;
        }
        let prefix = BEFORE.iter().find(|mark| starts_ignoring_case(rest, mark));
        if let Some(mark) = prefix.filter(|_| currency && !marked) {
            marked = true;
            rest = rest.get(mark.len()..).unwrap_or_default().trim_start();
            continue;
        }
        break;
    }
    if currency && let Some(mark) = BEHIND.iter().find(|mark| ends_ignoring_case(rest, mark)) {
        rest = rest.get(..rest.len() - mark.len()).unwrap_or_default().trim_end();
    }
    let mut unit = 0;
    for (sign, power) in [("万", 4), ("萬", 4), ("亿", 8), ("億", 8), ("w", 4), ("W", 4)] {
        if let Some(before) = rest.strip_suffix(sign) {
            rest = before.trim_end();
            unit = power;
            break;
        }
    }
    let (digits, fraction) = digits(rest).ok_or(Reason::NotANumber)?;
    Ok(Parsed { negative, digits, fraction, unit })
}

fn starts_ignoring_case(text: &str, mark: &str) -> bool {
    text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
}

fn ends_ignoring_case(text: &str, mark: &str) -> bool {
    text.len()
        .checked_sub(mark.len())
        .and_then(|at| text.get(at..))
        .is_some_and(|e| e.eq_ignore_ascii_case(mark))
}

/// Digits without their separators, and how many of them are behind the decimal sign.
fn digits(text: &str) -> Option<(i128, u32)> {
    let (whole, fraction) = split_decimals(text)?;
    let mut number = 0_i128;
    let whole = ungroup(whole)?;
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    // 30 digits fit; trailing zeros of the fraction count for nothing.
    let fraction = fraction.trim_end_matches('0');
    if whole.len() + fraction.len() > 30 {
        return None;
    }
    for c in whole.chars().chain(fraction.chars()) {
        number = number * 10 + i128::from(c.to_digit(10)?);
    }
    Some((number, u32::try_from(fraction.len()).ok()?))
}

/// Splits at the decimal sign: the last of `.` and `,` if both occur, a single `.`
/// otherwise.
fn split_decimals(text: &str) -> Option<(&str, &str)> {
    let at = match (text.rfind('.'), text.rfind(',')) {
        (Some(dot), Some(comma)) => Some(dot.max(comma)),
        (Some(dot), None) if text.matches('.').count() == 1 => Some(dot),
        // Who groups by spaces or apostrophes writes the decimals behind a comma.
        (None, Some(comma)) if text.contains([' ', '\'']) && text.matches(',').count() == 1 => Some(comma),
        _ => None,
    };
    let Some(at) = at else { return Some((text, "")) };
    let sign = text.get(at..at + 1)?;
    let (whole, fraction) = (text.get(..at)?, text.get(at + 1..)?);
    if whole.contains(sign) {
        // 1,234,567 with a dot before: the last sign is a separator after all, which is nonsense.
        return None;
    }
    fraction.bytes().all(|b| b.is_ascii_digit()).then_some((whole, fraction))
}

/// Takes the separators out of digits that are grouped by three with one kind of separator.
fn ungroup(text: &str) -> Option<String> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, ',' | '.' | ' ' | '\'' | '’' | '_') {
        return None;
    }
    let mut groups = text.split(separator);
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 || !first.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut out = first.to_owned();
    for group in groups {
        if group.len() != 3 || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(text: &str) -> Result<i64, &'static str> {
        minor_units(&Cell::Text(text.to_owned()), 2).map_err(|reason| reason.code())
    }

    #[test]
    fn amounts_as_people_write_them() {
        let table = [
            ("0", 0),
            ("1234.5", 123_450),
            ("1,234.50", 123_450),
            ("¥1,234.50", 123_450),
            ("￥ 1，234．50", 123_450),
            ("-¥12", -1_200),
            ("¥-12", -1_200),
            ("(1,200.00)", -120_000),
            ("1.2万", 1_200_000),
            ("1.2万元", 1_200_000),
            ("3亿", 30_000_000_000),
            ("30w", 30_000_000),
            ("RMB 88", 8_800),
            ("88 usd", 8_800),
            ("人民币100元整", 10_000),
            ("1.234,56", 123_456),
            ("1 234,56", 123_456),
            ("1'234.56", 123_456),
            ("1.234.567", 123_456_700),
            (".5", 50),
            ("5.", 500),
            ("1.2300", 123),
            ("0.0001万", 100),
            ("92233720368547758.07", i64::MAX),
        ];
        for (text, expected) in table {
            assert_eq!(cents(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount() {
        for text in [
            "", "-", "abc", "1e5", "1E5", "12,5", "1,23,456", "1.2.3", "--5", "¥¥5", "5%", "0x10", "1 2",
            "NaN",
        ] {
            assert_eq!(cents(text), Err("not_a_number"), "{text}");
        }
        assert_eq!(cents("1.005"), Err("too_many_decimals"));
        assert_eq!(cents("92233720368547758.08"), Err("out_of_range"));
        assert_eq!(minor_units(&Cell::Error, 2), Err(Reason::FormulaError));
        assert_eq!(minor_units(&Cell::Number(f64::NAN), 2), Err(Reason::NotANumber));
    }

    #[test]
    fn numbers_of_workbooks_have_fifteen_digits() {
        assert_eq!(minor_units(&Cell::Number(0.1 + 0.2), 2), Ok(30));
        assert_eq!(minor_units(&Cell::Number(1e15), 2), Ok(100_000_000_000_000_000));
        assert_eq!(minor_units(&Cell::Number(-19.99), 2), Ok(-1999));
        assert_eq!(integer(&Cell::Number(13_800_138_000.0)), Ok(13_800_138_000));
        assert_eq!(integer(&Cell::Number(1.5)), Err(Reason::NotAnInteger));
        assert_eq!(integer(&Cell::Text("1,000".into())), Ok(1000));
        assert_eq!(integer(&Cell::Text("¥5".into())), Err(Reason::NotANumber));
    }
}
