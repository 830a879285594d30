//! Personal data inside free text.
//!
//! Detection is by form and, where there is one, by check digit; it works in
//! time proportional to the text and reports places, never values. It is a
//! warning for people, not a gate: a number without a check digit (telephone,
//! old identity card) can be something else, and a name is not found at all.

mod checks;
mod numbers;
mod scanned;
mod words;

#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "fixtures"))]
pub(crate) use checks::uscc_check_sign;
pub use checks::{bank_card_valid, id_card_valid, luhn, uscc_valid};

use std::ops::Range;

use scanned::Scanned;

/// A kind of personal or identifying data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalKind {
    /// An e-mail address.
    Email,
    /// A Chinese identity-card number, 18 characters with check digit or 15 digits.
    IdCard,
    /// A bank card number with check digit.
    BankCard,
    /// A Unified Social Credit Code with check digit; of an organisation or a sole trader.
    Uscc,
    /// A Chinese mobile number.
    Mobile,
    /// A Chinese telephone number with its area code.
    Landline,
    /// A Chinese passport number.
    Passport,
}

/// A place in the text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    pub kind: PersonalKind,
    /// Bytes of the text, at boundaries of characters.
    pub span: Range<usize>,
}

/// Finds personal data in `text`, in order and without overlaps.
pub fn scan(text: &str) -> Vec<Finding> {
    let interesting =
        |c: char| c.is_ascii_digit() || c == '@' || ('\u{ff10}'..='\u{ff19}').contains(&c) || c == '＠';
    if !text.contains(interesting) {
        return Vec::new();
    }
    let scanned = Scanned::new(text);
    let mut found: Vec<(PersonalKind, Range<usize>)> = Vec::new();
    words::emails(&scanned, &mut found);
    words::codes(&scanned, &mut found);
    numbers::numbers(&scanned, &mut found);
    // Of two that overlap the earlier kind in the list above wins.
    found.sort_by_key(|(kind, span)| (span.start, *kind));
    let mut kept: Vec<(PersonalKind, Range<usize>)> = Vec::new();
    for (kind, span) in found {
        match kept.last_mut() {
            Some((last, taken)) if span.start < taken.end => {
                if kind < *last {
                    (*last, *taken) = (kind, span);
                }
            }
            _ => kept.push((kind, span)),
        }
    }
    kept.into_iter().map(|(kind, span)| Finding { kind, span: scanned.bytes(&span) }).collect()
}
