//! Personal data that has letters: e-mail addresses, credit codes, passports.

use std::ops::Range;

use super::PersonalKind;
use super::checks::{id_card_valid, uscc_valid};
use super::scanned::Scanned;
use crate::coerce::is_domain;

type Found = Vec<(PersonalKind, Range<usize>)>;

/// Addresses around each `@`; at most 64 characters before and 255 behind it are looked at.
pub(super) fn emails(text: &Scanned, found: &mut Found) {
    let mut free_from = 0;
    for at in (0..text.len()).filter(|index| text.at(*index) == '@') {
        let local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
        let mut start = at;
        while start > free_from && at - start < 64 && local(text.before(start)) {
            start -= 1;
        }
        while start < at && matches!(text.at(start), '.' | '-' | '+' | '%') {
            start += 1;
        }
        let mut end = at + 1;
        while end - at < 255 && (text.at(end).is_ascii_alphanumeric() || matches!(text.at(end), '.' | '-')) {
            end += 1;
        }
        while end > at + 1 && matches!(text.before(end), '.' | '-') {
            end -= 1;
        }
        let domain: String = text.slice(at + 1..end).iter().collect();
        if start < at && is_domain(&domain) && !names_a_picture(&domain) {
            found.push((PersonalKind::Email, start..end));
            free_from = end;
        }
    }
}

/// `logo@2x.png` is a file.
fn names_a_picture(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ["png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "ico", "pdf"].contains(&last.as_str())
}

/// Runs of letters and digits that are credit codes or passport numbers.
pub(super) fn codes(text: &Scanned, found: &mut Found) {
    let mut start = 0;
    while start < text.len() {
        if !text.at(start).is_ascii_alphanumeric() {
            start += 1;
            continue;
        }
        let mut end = start;
        while text.at(end).is_ascii_alphanumeric() {
            end += 1;
        }
        let run = start..end;
        match end - start {
            18 => {
                let code: String = text.slice(run.clone()).iter().map(char::to_ascii_uppercase).collect();
                if uscc_valid(&code) && !id_card_valid(&code) {
                    found.push((PersonalKind::Uscc, run));
                }
            }
            9 if is_passport(text, &run) => found.push((PersonalKind::Passport, run)),
            _ => {}
        }
        start = end;
    }
}

/// A letter (or two) and digits are a passport number if the text says so in front of it, or if
/// they are the whole text.
fn is_passport(text: &Scanned, run: &Range<usize>) -> bool {
    let mut signs = text.slice(run.clone()).iter().map(char::to_ascii_uppercase);
    let (first, second) = (signs.next().unwrap_or('\0'), signs.next().unwrap_or('\0'));
    let digits: String = signs.collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let form = match first {
        'E' => second.is_ascii_digit() || (second.is_ascii_alphabetic() && !matches!(second, 'I' | 'O')),
        'G' | 'D' | 'S' | 'P' | 'H' => second.is_ascii_digit(),
        _ => false,
    };
    if !form || matches!(text.before(run.start), '-' | '_') || matches!(text.at(run.end), '-' | '_') {
        return false;
    }
    let front: String = text.slice(run.start.saturating_sub(24)..run.start).iter().collect();
    let front = front.to_lowercase();
    if ["护照", "证件", "通行证", "passport"].iter().any(|word| front.contains(word)) {
        return true;
    }
    let alone = front.trim().is_empty() && (run.end..text.len()).all(|index| text.at(index).is_whitespace());
    // A code with a date in it is more likely the number of an order.
    let dated = format!("{second}{digits}");
    alone && matches!(first, 'E' | 'G') && !dated.starts_with("20") && !dated.starts_with("19")
}
