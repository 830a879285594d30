//! Recognisable strings for leak tests.

use crate::draw::{index_word, scatter};
use crate::numbers::{CANARY_AREA, CANARY_MOBILE_PREFIX, bank_card, identity_of};

const CONSONANTS: &[u8; 20] = b"bcdfghjklmnpqrstvwxz";
const VOWELS: &[u8; 5] = b"aeiou";
const RARE: [char; 32] = [
    '鹮', '鸢', '鹬', '鸮', '鹇', '鹎', '鹂', '鹀', '鹱', '鹩', '鹛', '鹟', '鹠', '鹡', '鹢', '鹣', '鹥',
    '鹦', '鹧', '鹨', '鹪', '鹫', '鹭', '鹯', '鹰', '鸊', '鸬', '鸱', '鸲', '鸶', '鸺', '鸹',
];

/// Values that occur nowhere else, each usable in a field of its kind.
///
/// Planted in a record, none of them may ever be found in a file, a log, an error or another caller's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canary {
    /// Ten lower-case letters.
    pub token: String,
    /// A Latin name that contains the token.
    pub name: String,
    /// A Chinese name of four rare characters.
    pub name_zh: String,
    /// A mobile number.
    pub phone: String,
    /// An e-mail address that contains the token.
    pub email: String,
    /// An ID-card number with the right check character.
    pub id_no: String,
    /// A bank-card number with the right check digit.
    pub bank_card: String,
    /// A sentence that contains the token.
    pub note: String,
}

impl Canary {
    /// Returns the strings to scan for; finding any of them is a leak.
    #[must_use]
    pub fn needles(&self) -> [&str; 5] {
        [&self.token, &self.name_zh, &self.phone, &self.id_no, &self.bank_card]
    }
}

/// Returns `n` canaries, always the same ones, up to a million different ones.
#[must_use]
pub fn canaries(n: usize) -> Vec<Canary> {
    (0..n).map(|index| canary(index_word(index))).collect()
}

fn canary(n: u64) -> Canary {
    const SEED: u64 = 0x6B65_6475_6E21;
    let mut left = scatter(SEED, 1, n, 100_u64.pow(5));
    let mut token = String::new();
    for _ in 0..5 {
        token.push(one_of(CONSONANTS, left % 20));
        token.push(one_of(VOWELS, left / 20 % 5));
        left /= 100;
    }
    let rare = scatter(SEED, 2, n, 32_u64.pow(4));
    let name_zh = (0..4).filter_map(|place| RARE.into_iter().nth(at(rare >> (5 * place) & 31))).collect();
    let (head, tail) = token.split_at_checked(1).unwrap_or(("", ""));
    Canary {
        name: format!("{}{tail} Canary", head.to_uppercase()),
        name_zh,
        phone: format!("{CANARY_MOBILE_PREFIX}{:08}", scatter(SEED, 3, n, 100_000_000)),
        email: format!("{token}@canary.example"),
        id_no: identity_of(CANARY_AREA, n / 999 % 16_000, n % 999 + 1).number,
        bank_card: bank_card(SEED, n),
        note: format!("客户 {token} 要求对此内容保密"),
        token,
    }
}

fn one_of(letters: &[u8], index: u64) -> char {
    letters.get(at(index)).map_or('x', |b| char::from(*b))
}

fn at(n: u64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::{is_id_card, is_luhn, is_mobile};
    use std::collections::HashSet;

    #[test]
    fn canaries_are_unique_and_valid() {
        let all = canaries(5_000);
        let needles: HashSet<&str> = all.iter().flat_map(Canary::needles).collect();
        assert_eq!(needles.len(), 5 * all.len());
        assert_eq!(canaries(10), all[..10]);
        for canary in &all {
            assert!(is_mobile(&canary.phone) && is_id_card(&canary.id_no) && is_luhn(&canary.bank_card));
            assert!(canary.email.contains(&canary.token) && canary.note.contains(&canary.token));
            assert_eq!(canary.name_zh.chars().count(), 4);
        }
    }
}
