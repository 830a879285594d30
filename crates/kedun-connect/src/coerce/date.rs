//! Days and moments.

use super::{Reason, calendar, clean};
use crate::sheet::Cell;

/// Which of two small numbers is the day, in dates such as `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// How dates of a file are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DateRules {
    /// Minutes that the file's wall clock is ahead of UTC, such as 480 in China.
    pub offset_minutes: i32,
    /// None: dates that could be read either way are refused.
    pub order: Option<DayOrder>,
}

impl Default for DateRules {
    fn default() -> Self {
        DateRules { offset_minutes: 480, order: None }
    }
}

const MINUTE: i64 = 60_000_000;

/// A day, counted from 1970-01-01; a time behind it is allowed and dropped.
pub fn date(cell: &Cell, rules: &DateRules) -> Result<i32, Reason> {
    let parsed = parse_cell(cell, rules)?;
    i32::try_from(parsed.wall.div_euclid(calendar::DAY)).map_err(|_far| Reason::NotADate)
}

/// A moment in microseconds of UTC since 1970-01-01T00:00:00Z. The zone stated by the text
/// (`Z`, `+08:00`) goes before the rules' offset; a day alone is its midnight.
pub fn moment(cell: &Cell, rules: &DateRules) -> Result<i64, Reason> {
    let parsed = parse_cell(cell, rules)?;
    let offset = parsed.offset.unwrap_or(i64::from(rules.offset_minutes));
    parsed.wall.checked_sub(offset * MINUTE).ok_or(Reason::NotADate)
}

struct Parsed {
    /// Microseconds of the wall clock since 1970-01-01T00:00.
    wall: i64,
    /// Minutes ahead of UTC, if stated.
    offset: Option<i64>,
}

fn parse_cell(cell: &Cell, rules: &DateRules) -> Result<Parsed, Reason> {
    match cell {
        Cell::Error => Err(Reason::FormulaError),
        Cell::DateTime(wall) => Ok(Parsed { wall: *wall, offset: None }),
        Cell::Number(_) => parse(&cell.to_text(), rules),
        Cell::Text(text) => parse(&clean(text), rules),
        Cell::Empty | Cell::Bool(_) => Err(Reason::NotADate),
    }
}

fn parse(text: &str, rules: &DateRules) -> Result<Parsed, Reason> {
    if text.is_empty() || text.len() > 64 {
        return Err(Reason::NotADate);
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.matches('.').count() <= 1 {
        return compact(text).map(|wall| Parsed { wall, offset: None }).ok_or(Reason::NotADate);
    }
    let (plain, afternoon) = take_half_of_day(&spell_out(text));
    let (body, offset) = take_offset(plain.trim());
    let (day_part, time_part) = split_time(body);
    let days = day(day_part, rules)?;
    let time = match time_part {
        None if afternoon.is_some() => return Err(Reason::NotADate),
        None => 0,
        Some(time) => time_of_day(time, afternoon).ok_or(Reason::NotADate)?,
    };
    Ok(Parsed { wall: i64::from(days) * calendar::DAY + time, offset })
}

/// `20261123`, `20261123143000`, or the serial number that a workbook keeps for a day.
fn compact(text: &str) -> Option<i64> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let ymd = || {
        let days = calendar::days(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?)?;
        Some(i64::from(days) * calendar::DAY)
    };
    if !text.contains('.') {
        match text.len() {
            8 => return ymd().filter(|_| plausible_year(text)),
            12 | 14 => {
                let second = if text.len() == 14 { part(12..14)? } else { 0 };
                return Some(ymd()? + clock(part(8..10)?, part(10..12)?, second)?);
            }
            5 => {}
            _ => return None,
        }
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let serial: i64 = whole.parse().ok().filter(|n| (10_000..100_000).contains(n))?;
    if fraction.len() > 15 {
        return None;
    }
    let mut micros = 0_i64;
    if !fraction.is_empty() {
        // A fraction of a day, to the nearest second.
        let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        let seconds = (fraction.parse::<i128>().ok()? * 86_400 + scale / 2) / scale;
        micros = i64::try_from(seconds).ok()? * 1_000_000;
    }
    // Day 25569 of the count from 1899-12-30 is 1970-01-01.
    Some((serial - 25_569) * calendar::DAY + micros)
}

fn plausible_year(text: &str) -> bool {
    text.starts_with("19") || text.starts_with("20")
}

/// Writes 年月日时分秒 as signs; takes weekdays out.
fn spell_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '年' | '月' => out.push('-'),
            '日' | '号' => out.push(' '),
            '时' | '点' => {
                out.push(':');
                if !chars.clone().any(|next| next.is_ascii_digit()) {
                    out.push_str("00");
                }
            }
            '分' => {
                if chars.clone().any(|next| next.is_ascii_digit()) {
                    out.push(':');
                }
            }
            '秒' => {}
            '星' if chars.peek() == Some(&'期') => {
                chars.next();
                chars.next();
            }
            '周' => {
                chars.next();
            }
            'T' | 't' if out.ends_with(|l: char| l.is_ascii_digit()) => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// Takes `上午`, `下午`, `AM` or `PM` out and says whether it was the afternoon.
fn take_half_of_day(text: &str) -> (String, Option<bool>) {
    for (mark, afternoon) in [("上午", false), ("早上", false), ("下午", true), ("晚上", true)] {
        if text.contains(mark) {
            return (text.replacen(mark, " ", 1), Some(afternoon));
        }
    }
    let lower = text.to_ascii_lowercase();
    for (mark, afternoon) in [("am", false), ("a.m.", false), ("pm", true), ("p.m.", true)] {
        if lower.ends_with(mark) && text.contains(':') {
            return (text.get(..text.len() - mark.len()).unwrap_or_default().to_owned(), Some(afternoon));
        }
    }
    (text.to_owned(), None)
}

/// Takes a stated zone off the end of a text with a time.
fn take_offset(text: &str) -> (&str, Option<i64>) {
    let Some(colon) = text.find(':') else { return (text, None) };
    if let Some(before) = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix(" UTC")) {
        return (before.trim_end(), Some(0));
    }
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > colon) else { return (text, None) };
    let digits: String = text.get(at + 1..).unwrap_or_default().chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i64>().ok(), Some(0)),
        4 => (digits.get(..2).and_then(|t| t.parse().ok()), digits.get(2..).and_then(|t| t.parse().ok())),
        _ => return (text, None),
    };
    match (hours, minutes) {
        (Some(hours @ 0..=14), Some(minutes @ 0..=59)) => {
            let ahead = hours * 60 + minutes;
            let offset = if text.get(at..).is_some_and(|t| t.starts_with('-')) { -ahead } else { ahead };
            (text.get(..at).unwrap_or_default().trim_end(), Some(offset))
        }
        _ => (text, None),
    }
}

/// The day, and the time if there is a colon: it begins at the last space before it.
fn split_time(text: &str) -> (&str, Option<&str>) {
    let Some(colon) = text.find(':') else { return (text, None) };
    match text.get(..colon).and_then(|before| before.rfind(' ')) {
        Some(space) => {
            (text.get(..space).unwrap_or_default().trim_end(), text.get(space + 1..).map(str::trim))
        }
        None => ("", Some(text)),
    }
}

fn time_of_day(text: &str, afternoon: Option<bool>) -> Option<i64> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<u32> = text.split(':').map(small).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let hour = match afternoon {
        None => hour,
        Some(_) if hour > 12 => hour,
        Some(false) => hour % 12,
        Some(true) => hour % 12 + 12,
    };
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    Some(clock(hour, minute, second)? + micros.parse::<i64>().ok()?)
}

fn clock(hour: u32, minute: u32, second: u32) -> Option<i64> {
    (hour < 24 && minute < 60 && second < 60)
        .then(|| i64::from(hour * 3600 + minute * 60 + second) * 1_000_000)
}

/// A number of one or two digits.
fn small(text: &str) -> Option<u32> {
    let text = text.trim();
    ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn day(text: &str, rules: &DateRules) -> Result<i32, Reason> {
    let text = text.trim().trim_end_matches(',');
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let days = compact(text).ok_or(Reason::NotADate)?;
        return i32::try_from(days / calendar::DAY).map_err(|_far| Reason::NotADate);
    }
    if text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return named_month(text).ok_or(Reason::NotADate);
    }
    let separator = text.chars().find(|c| !c.is_ascii_digit()).ok_or(Reason::NotADate)?;
    if !matches!(separator, '-' | '/' | '.' | '\\') {
        return Err(Reason::NotADate);
    }
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let [first, second, third] = parts.as_slice() else { return Err(Reason::NotADate) };
    let two = |a: &str, b: &str| Some((small(a)?, small(b)?));
    if let Some(year) = year(first) {
        let (month, day) = two(second, third).ok_or(Reason::NotADate)?;
        return calendar::days(year, month, day).ok_or(Reason::NotADate);
    }
    let year = year(third).ok_or(Reason::NotADate)?;
    let (a, b) = two(first, second).ok_or(Reason::NotADate)?;
    // With dots the day comes first everywhere.
    let order = if separator == '.' { Some(DayOrder::DayFirst) } else { rules.order };
    let (day, month) = match order {
        Some(DayOrder::DayFirst) => (a, b),
        Some(DayOrder::MonthFirst) => (b, a),
        None if a > 12 || a == b => (a, b),
        None if b > 12 => (b, a),
        None => return Err(Reason::AmbiguousDate),
    };
    calendar::days(year, month, day).ok_or(Reason::NotADate)
}

fn year(text: &str) -> Option<i32> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `23 Nov 2026`, `23-Nov-2026`, `November 23, 2026`.
fn named_month(text: &str) -> Option<i32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let mut found = (None, None, None);
    for word in text.split([' ', '-', ',', '/', '.']).filter(|word| !word.is_empty()) {
        if let Some(full) = year(word) {
            found.0 = found.0.xor(Some(full));
        } else if let Some(day) = small(word) {
            found.2 = found.2.xor(Some(day));
        } else {
            let word = word.to_ascii_lowercase();
            let at = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(&word))?;
            found.1 = found.1.xor(u32::try_from(at + 1).ok());
        }
    }
    calendar::days(found.0?, found.1?, found.2?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day_of(text: &str) -> Result<String, &'static str> {
        date(&Cell::Text(text.into()), &DateRules::default())
            .map(|days| calendar::iso(i64::from(days) * calendar::DAY))
            .map_err(|reason| reason.code())
    }

    #[test]
    fn days_as_people_write_them() {
        for text in [
            "2026-11-23",
            "2026/11/23",
            "2026.11.23",
            "2026年11月23日",
            "２０２６年１１月２３日",
            "2026年11月23日 星期一",
            "20261123",
            "23.11.2026",
            "23/11/2026",
            "11/23/2026",
            "23 Nov 2026",
            "Nov 23, 2026",
            "23-Nov-2026",
            "46349",
            "46349.5",
            "2026-11-23 14:30",
            "2026-11-23T14:30:00Z",
            "'2026-11-23",
            "20261123143000",
        ] {
            if text == "'2026-11-23" {
                // The guard is only taken off in front of a sign that starts a formula.
                assert_eq!(day_of(text), Err("not_a_date"));
                continue;
            }
            assert_eq!(day_of(text).as_deref(), Ok("2026-11-23"), "{text}");
        }
        assert_eq!(day_of("2026/1/3").as_deref(), Ok("2026-01-03"));
        assert_eq!(day_of("2026年1月3号").as_deref(), Ok("2026-01-03"));
        assert_eq!(day_of("05/05/2026").as_deref(), Ok("2026-05-05"));
    }

    #[test]
    fn what_is_not_a_day() {
        for text in [
            "",
            "明天",
            "2026-13-01",
            "2026-02-30",
            "2026-11",
            "2026年11月",
            "26/1/3",
            "123",
            "99999999",
            "1.5",
            "2026-11-23 25:00",
            "2026-11-23 下午",
            "12:30",
            "2026-11-23-01",
            "0000-00-00",
            "2026--1",
            "Mai 5 2026",
            "2026-11-2３x",
        ] {
            assert_eq!(day_of(text), Err("not_a_date"), "{text}");
        }
        assert_eq!(day_of("03/04/2026"), Err("ambiguous_date"));
        let rules = |order| DateRules { offset_minutes: 0, order: Some(order) };
        let cell = Cell::Text("03/04/2026".into());
        assert_eq!(date(&cell, &rules(DayOrder::DayFirst)).ok(), calendar::days(2026, 4, 3));
        assert_eq!(date(&cell, &rules(DayOrder::MonthFirst)).ok(), calendar::days(2026, 3, 4));
    }

    #[test]
    fn moments_have_a_zone() {
        let noon_utc = i64::from(calendar::days(2026, 11, 23).unwrap()) * calendar::DAY + 12 * 60 * MINUTE;
        for text in [
            "2026-11-23 20:00",
            "2026-11-23 20:00:00.000",
            "2026-11-23T12:00:00Z",
            "2026-11-23T14:00:00+02:00",
            "2026-11-23 07:00 -0500",
            "2026年11月23日 下午8点",
            "2026年11月23日20时00分00秒",
            "2026/11/23 8:00 PM",
            "20261123200000",
        ] {
            assert_eq!(moment(&Cell::Text(text.into()), &DateRules::default()), Ok(noon_utc), "{text}");
        }
        let wall = Cell::DateTime(noon_utc);
        assert_eq!(moment(&wall, &DateRules::default()), Ok(noon_utc - 480 * MINUTE));
        assert_eq!(date(&Cell::Number(46_349.0), &DateRules::default()).ok(), calendar::days(2026, 11, 23));
    }
}
