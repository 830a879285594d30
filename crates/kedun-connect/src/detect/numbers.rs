//! Personal data made of digits: identity cards, bank cards, telephones.
//!
//! Digits are taken as groups; groups with exactly one separator between them
//! form a chain. Each matcher looks at the groups from one place on, at most
//! six, so the whole takes time proportional to the text.

use std::ops::Range;

use super::PersonalKind;
use super::checks::{bank_card_valid, id_card_valid};
use super::scanned::Scanned;
use crate::coerce::{area_length, is_mobile};

/// A run of digits.
struct Group {
    start: usize,
    end: usize,
    /// What joins it to the group before: a space, a dash, a dot; zero if nothing does.
    joint: char,
}

impl Group {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

struct Match {
    kind: PersonalKind,
    span: Range<usize>,
    /// Groups used up.
    groups: usize,
}

/// Finds all numbers of people.
pub(super) fn numbers(text: &Scanned, found: &mut Vec<(PersonalKind, Range<usize>)>) {
    let groups = groups(text);
    let mut index = 0;
    let mut last_end = usize::MAX;
    while index < groups.len() {
        let view = View { text, groups: groups.get(index..).unwrap_or_default(), last_end };
        match view.matched() {
            Some(hit) => {
                last_end = hit.span.end;
                index += hit.groups.max(1);
                found.push((hit.kind, hit.span));
            }
            None => index += 1,
        }
    }
}

fn groups(text: &Scanned) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut index = 0;
    while index < text.len() {
        if !text.at(index).is_ascii_digit() {
            index += 1;
            continue;
        }
        let start = index;
        while text.at(index).is_ascii_digit() {
            index += 1;
        }
        let joined = groups.last().is_some_and(|last| last.end + 1 == start);
        let joint = if joined { text.before(start) } else { '\0' };
        let joint = if matches!(joint, ' ' | '-' | '.') { joint } else { '\0' };
        groups.push(Group { start, end: index, joint });
    }
    groups
}

/// The groups from one place on.
struct View<'a> {
    text: &'a Scanned,
    groups: &'a [Group],
    /// Where the match before ended.
    last_end: usize,
}

impl View<'_> {
    fn matched(&self) -> Option<Match> {
        self.id_card().or_else(|| self.bank_card()).or_else(|| self.mobile()).or_else(|| self.landline())
    }

    /// The digits of the first `count` groups.
    fn digits(&self, count: usize) -> String {
        let mut out = String::new();
        for group in self.groups.iter().take(count) {
            out.extend(self.text.slice(group.start..group.end));
        }
        out
    }

    fn group(&self, index: usize) -> Option<&Group> {
        self.groups.get(index)
    }

    fn start(&self) -> usize {
        self.group(0).map_or(0, |g| g.start)
    }

    fn end(&self, count: usize) -> usize {
        count.checked_sub(1).and_then(|last| self.group(last)).map_or(0, |g| g.end)
    }

    /// Whether the first groups have these lengths and one and the same joint out of `joints`.
    fn shaped(&self, lengths: &[usize], joints: &[char]) -> bool {
        let mut joint = '\0';
        for (index, length) in lengths.iter().enumerate() {
            let Some(group) = self.group(index) else { return false };
            if group.len() != *length {
                return false;
            }
            if index == 0 {
                continue;
            }
            if !joints.contains(&group.joint) || (index > 1 && group.joint != joint) {
                return false;
            }
            joint = group.joint;
        }
        true
    }

    fn id_card(&self) -> Option<Match> {
        let mut total = 0;
        for count in 1..=6 {
            let group = self.group(count - 1)?;
            if count > 1 && !matches!(group.joint, ' ' | '-') {
                return None;
            }
            total += group.len();
            let mut number = self.digits(count);
            let mut end = group.end;
            if total == 17 {
                if matches!(self.text.at(end), ' ' | '-') && count > 1 {
                    end += 1;
                }
                if matches!(self.text.at(end), 'X' | 'x') {
                    number.push('X');
                    end += 1;
                }
            }
            let whole = number.len() == 18 || (total == 15 && count == 1 && self.stands_alone(1));
            if whole && !self.text.at(end).is_ascii_alphanumeric() && id_card_valid(&number) {
                return Some(Match { kind: PersonalKind::IdCard, span: self.start()..end, groups: count });
            }
            if total >= 18 {
                return None;
            }
        }
        None
    }

    fn bank_card(&self) -> Option<Match> {
        const SHAPES: [&[usize]; 9] = [
            &[4, 4, 4, 4, 3],
            &[4, 4, 4, 4, 2],
            &[4, 4, 4, 4, 1],
            &[4, 4, 4, 4],
            &[4, 6, 5],
            &[6, 13],
            &[6, 10],
            &[4, 6, 4],
            &[4, 4, 4, 1],
        ];
        let card = |count: usize| {
            let end = self.end(count);
            (self.stands_alone(count) && bank_card_valid(&self.digits(count))).then(|| Match {
                kind: PersonalKind::BankCard,
                span: self.start()..end,
                groups: count,
            })
        };
        if let Some(shape) = SHAPES.iter().find(|shape| self.shaped(shape, &[' ', '-']))
            && let Some(hit) = card(shape.len())
        {
            return Some(hit);
        }
        if (13..=19).contains(&self.group(0)?.len()) {
            return card(1);
        }
        None
    }

    fn mobile(&self) -> Option<Match> {
        let first = self.group(0)?;
        // The country code as a group of its own.
        if matches!(self.digits(1).as_str(), "86" | "086" | "0086") {
            let next = View {
                text: self.text,
                groups: self.groups.get(1..).unwrap_or_default(),
                last_end: first.end,
            };
            let near = next.group(0).is_some_and(|g| g.start <= first.end + 2);
            if near && let Some(count) = next.mobile_groups() {
                let mut start = first.start;
                for sign in ['+', '('] {
                    start -= usize::from(self.text.before(start) == sign);
                }
                let span = start..next.end(count);
                return Some(Match { kind: PersonalKind::Mobile, span, groups: count + 1 });
            }
            return None;
        }
        let digits = self.digits(1);
        let bare = match digits.len() {
            12 => digits.strip_prefix('0'),
            13 => digits.strip_prefix("86"),
            15 => digits.strip_prefix("0086"),
            _ => None,
        };
        let count = match bare {
            Some(number) if is_mobile(number) && self.stands_alone(1) => 1,
            _ => self.mobile_groups()?,
        };
        let start = first.start - usize::from(self.text.before(first.start) == '+');
        Some(Match { kind: PersonalKind::Mobile, span: start..self.end(count), groups: count })
    }

    /// How many groups make a mobile number from here on.
    fn mobile_groups(&self) -> Option<usize> {
        const SHAPES: [&[usize]; 4] = [&[3, 4, 4], &[4, 3, 4], &[4, 4, 3], &[3, 8]];
        let count = if self.group(0)?.len() == 11 {
            1
        } else {
            SHAPES.iter().find(|shape| self.shaped(shape, &[' ', '-', '.']))?.len()
        };
        (is_mobile(&self.digits(count)) && self.stands_alone(count)).then_some(count)
    }

    fn landline(&self) -> Option<Match> {
        let first = self.group(0)?;
        let text = self.text;
        let all = self.digits(1);
        let hit = |start: usize, end: usize, groups: usize| {
            Some(Match { kind: PersonalKind::Landline, span: start..end, groups })
        };
        if !self.left_free() {
            return None;
        }
        // +86 755 88886666
        if all == "86" && text.before(first.start) == '+' {
            let area = self.group(1)?;
            let code = format!("0{}", text.slice(area.start..area.end).iter().collect::<String>());
            let count = self.local(2, code.len())?;
            let joined = area.joint != '\0' && area_length(&code) == Some(code.len());
            return if joined { hit(first.start - 1, self.end(2 + count), 2 + count) } else { None };
        }
        let area = area_length(&all)?;
        // 075588886666
        let local = all.get(area..)?;
        if (11..=12).contains(&all.len()) && local.starts_with(|c| ('2'..='8').contains(&c)) {
            let right = (area == 3 && local.len() == 8) || (area == 4 && (7..=8).contains(&local.len()));
            let closed = !text.at(first.end).is_ascii_alphanumeric() && text.at(first.end) != '_';
            return if right && closed && self.stands_alone(1) {
                hit(first.start, first.end, 1)
            } else {
                None
            };
        }
        if all.len() != area {
            return None;
        }
        let second = self.group(1)?;
        let between: String = text.slice(first.end..second.start).iter().collect();
        let joined = matches!(between.as_str(), "-" | " " | ")" | ") " | ")-" | " - " | "--");
        let count = self.local(1, area)?;
        if !joined {
            return None;
        }
        let start = first.start - usize::from(text.before(first.start) == '(');
        hit(start, self.end(1 + count), 1 + count)
    }

    /// How many groups from `from` on make the number behind an area code of `area` digits.
    fn local(&self, from: usize, area: usize) -> Option<usize> {
        let rest = View { text: self.text, groups: self.groups.get(from..).unwrap_or_default(), last_end: 0 };
        let length = rest.group(0)?.len();
        let count = if length == 8 || (length == 7 && area == 4) {
            1
        } else if rest.shaped(&[4, 4], &[' ', '-']) || (area == 4 && rest.shaped(&[3, 4], &[' ', '-'])) {
            2
        } else {
            return None;
        };
        let good = rest.digits(1).starts_with(|c| ('2'..='8').contains(&c));
        let end = rest.end(count);
        (good && !self.text.at(end).is_ascii_alphabetic() && self.text.at(end) != '_').then_some(count)
    }

    /// Nothing right before makes the first group a part of something longer.
    fn left_free(&self) -> bool {
        let start = self.start();
        let before = self.text.before(start);
        let follows = self.last_end != usize::MAX && self.last_end + 1 == start;
        match before {
            '_' | '$' | '¥' | '€' | '£' | '#' => false,
            '-' | '.' => {
                let further = self.text.before(start - 1);
                follows || !further.is_ascii_alphanumeric()
            }
            c if c.is_ascii_alphabetic() => labelled(&self.text.word_before(start)),
            _ => true,
        }
    }

    /// The first `count` groups are not a part of a longer code, a decimal or an amount.
    fn stands_alone(&self, count: usize) -> bool {
        let end = self.end(count);
        let after = self.text.at(end);
        let further = self.text.at(end + 1);
        let right_free = match after {
            '_' | '元' | '万' | '亿' | '%' => false,
            ' ' => !matches!(further, '元' | '万' | '亿' | '%'),
            '.' => !further.is_ascii_digit(),
            '-' => {
                // A dash may lead to the next number of its own, not to a part of this one.
                let next = self.group(count).filter(|g| g.start == end + 1).map_or(0, Group::len);
                !further.is_ascii_alphanumeric() || next >= 7
            }
            c => !c.is_ascii_alphabetic(),
        };
        right_free && self.left_free()
    }
}

/// Words that stand right before a number without a space.
fn labelled(word: &str) -> bool {
    const LABELS: [&str; 24] = [
        "tel", "mobile", "phone", "mob", "cell", "hp", "wx", "vx", "v", "wechat", "weixin", "whatsapp", "id",
        "idno", "sfz", "card", "cardno", "bank", "icbc", "ccb", "abc", "boc", "cmb", "fax",
    ];
    LABELS.contains(&word)
}
