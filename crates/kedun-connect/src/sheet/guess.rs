//! What kind of value a column holds, from some of its cells.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Cell;
use super::decode::to_u64;
use crate::coerce::{self, DateRules};

/// The kind that fits a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuessedKind {
    Text,
    LongText,
    Integer,
    Decimal,
    Money,
    Date,
    DateTime,
    Boolean,
    Phone,
    Email,
    Url,
    Select,
}

/// Different values counted exactly; more are an estimate from below.
const MAX_DISTINCT: usize = 4096;
/// A selection has at most this many options.
const MAX_OPTIONS: usize = 24;

/// Votes of the cells of one column.
#[derive(Default)]
pub(super) struct Votes {
    pub filled: u64,
    integer: u64,
    decimal: u64,
    money: u64,
    date: u64,
    moment: u64,
    boolean: u64,
    boolean_word: u64,
    phone: u64,
    email: u64,
    url: u64,
    longest: usize,
    distinct: HashSet<u64>,
}

impl Votes {
    /// Counts what `text`, the content of the filled `cell`, could be.
    pub fn add(&mut self, cell: &Cell, text: &str, rules: &DateRules) {
        self.filled += 1;
        self.longest = self.longest.max(text.chars().count());
        if self.distinct.len() < MAX_DISTINCT {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            self.distinct.insert(hasher.finish());
        }
        match cell {
            Cell::Bool(_) => {
                self.boolean += 1;
                self.boolean_word += 1;
                return;
            }
            Cell::DateTime(micros) => {
                self.date += 1;
                self.moment += u64::from(micros.rem_euclid(coerce::calendar::DAY) != 0);
                return;
            }
            _ => {}
        }
        let has_digit = text.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
        if coerce::boolean(cell).is_ok() {
            self.boolean += 1;
            self.boolean_word += u64::from(!has_digit);
        }
        if has_digit {
            self.integer += u64::from(coerce::integer(cell).is_ok());
            if coerce::minor_units(cell, 6).is_ok() {
                self.decimal += 1;
                self.money += u64::from(text.contains(['¥', '￥', '$', '€', '£', '元', '万', '亿']));
            }
            let serial = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
            if !serial && coerce::date(cell, rules).is_ok() {
                self.date += 1;
                self.moment += u64::from(text.contains(':') || text.contains('时'));
            }
            self.phone += u64::from(coerce::looks_like_phone(text));
        }
        self.email += u64::from(text.contains('@') && coerce::email(cell).is_ok());
        self.url += u64::from(text.contains("://") && coerce::url(cell).is_ok());
    }

    /// Different values seen, exact below 4096.
    pub fn distinct(&self) -> u64 {
        to_u64(self.distinct.len())
    }

    /// The kind that at least 19 of 20 filled cells agree on.
    pub fn kind(&self, name: &str) -> GuessedKind {
        let most = |count: u64| self.filled > 0 && count * 20 >= self.filled * 19;
        if most(self.email) {
            GuessedKind::Email
        } else if most(self.phone) {
            GuessedKind::Phone
        } else if most(self.url) {
            GuessedKind::Url
        } else if most(self.date) {
            if self.moment * 2 > self.filled { GuessedKind::DateTime } else { GuessedKind::Date }
        } else if most(self.boolean) && self.boolean_word > 0 {
            GuessedKind::Boolean
        } else if most(self.decimal) {
            if self.money > 0 || sounds_like_money(name) {
                GuessedKind::Money
            } else if most(self.integer) {
                GuessedKind::Integer
            } else {
                GuessedKind::Decimal
            }
        } else if self.distinct.len() <= MAX_OPTIONS
            && self.distinct() * 4 <= self.filled
            && self.longest <= 40
        {
            GuessedKind::Select
        } else if self.longest > 200 {
            GuessedKind::LongText
        } else {
            GuessedKind::Text
        }
    }
}

fn sounds_like_money(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["金额", "价", "费用", "款", "收入", "成本", "预算", "amount", "price", "cost", "revenue", "budget"]
        .iter()
        .any(|word| lower.contains(word))
}
