//! What conditions compare with: numbers, days, moments, and spans relative to now.

use kedun_model::Result;
use serde_json::Value as Json;
use time::{Date, Duration, Month};

use super::filter::bad_value;
use super::sort::KeyKind;
use crate::value_format::{parse_date, parse_time};

/// The most values of a list.
const MAX_LIST: usize = 500;
const DAY_US: i64 = 86_400_000_000;
const UNIX_JULIAN: i32 = 2_440_588;

/// The values of a list.
pub(crate) fn list<'v>(key: &str, value: &'v Json) -> Result<&'v [Json]> {
    match value {
        Json::Array(values) if values.len() <= MAX_LIST => Ok(values),
        _ => Err(bad_value(key)),
    }
}

/// The first and the last value that count as equal to the operand: one number, all moments of
/// a day, all days of a month.
pub(crate) fn span(key: &str, kind: KeyKind, value: &Json, now: i64, offset_s: i32) -> Result<(i64, i64)> {
    let bad = || bad_value(key);
    let offset = i64::from(offset_s) * 1_000_000;
    if kind == KeyKind::Int {
        let n = value.as_i64().ok_or_else(bad)?;
        return Ok((n, n));
    }
    let (first, last) = match value {
        Json::Object(relative) => {
            let today = Date::from_julian_day(day(now, offset) + UNIX_JULIAN).ok().ok_or_else(bad)?;
            let n = relative.get("n").and_then(Json::as_i64);
            let name = relative.get("relative").and_then(Json::as_str).ok_or_else(bad)?;
            let (first, last) = relative_days(name, n, today).ok_or_else(bad)?;
            (first.to_julian_day() - UNIX_JULIAN, last.to_julian_day() - UNIX_JULIAN)
        }
        Json::String(text) => match parse_date(text) {
            Some(day) => (day, day),
            None => {
                let moment = parse_time(text).ok_or_else(bad)?;
                if kind == KeyKind::Time {
                    return Ok((moment, moment));
                }
                let day = day(moment, offset);
                (day, day)
            }
        },
        _ => return Err(bad()),
    };
    let (first, last) = (i64::from(first), i64::from(last));
    Ok(match kind {
        KeyKind::Time => (first * DAY_US - offset, (last + 1) * DAY_US - offset - 1),
        _ => (first, last),
    })
}

/// The day of a moment on the organisation's clock.
fn day(moment: i64, offset: i64) -> i32 {
    i32::try_from((moment + offset).div_euclid(DAY_US)).unwrap_or_default()
}

fn relative_days(name: &str, n: Option<i64>, today: Date) -> Option<(Date, Date)> {
    let days = |n: i64| today.checked_add(Duration::days(n));
    let counted = || n.filter(|n| (1..=3650).contains(n));
    Some(match name {
        "today" => (today, today),
        "this_week" => {
            let monday = days(-i64::from(today.weekday().number_days_from_monday()))?;
            (monday, monday.checked_add(Duration::days(6))?)
        }
        "this_month" => (today.replace_day(1).ok()?, end_of_month(today)?),
        "this_quarter" => {
            let first = (u8::from(today.month()) - 1) / 3 * 3 + 1;
            let start = Date::from_calendar_date(today.year(), Month::try_from(first).ok()?, 1).ok()?;
            let end = Date::from_calendar_date(today.year(), Month::try_from(first + 2).ok()?, 1).ok()?;
            (start, end_of_month(end)?)
        }
        "this_year" => (
            Date::from_calendar_date(today.year(), Month::January, 1).ok()?,
            Date::from_calendar_date(today.year(), Month::December, 31).ok()?,
        ),
        "last_n_days" => (days(1 - counted()?)?, today),
        "next_n_days" => (today, days(counted()? - 1)?),
        _ => return None,
    })
}

fn end_of_month(date: Date) -> Option<Date> {
    date.replace_day(date.month().length(date.year())).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // 2026-11-23 is a Monday; 07:30 UTC is 15:30 in China, 17:00 UTC the next day there.
    const NOW: i64 = 1_795_419_000_000_000;
    const CHINA: i32 = 28_800;

    fn days(value: &Json, now: i64) -> (String, String) {
        let (first, last) = span("f", KeyKind::Date, value, now, CHINA).unwrap();
        let text = |d: i64| crate::value_format::format_date(i32::try_from(d).unwrap());
        (text(first), text(last))
    }

    #[test]
    fn relative_spans_follow_the_organisations_clock() {
        assert_eq!(crate::value_format::format_time(NOW), "2026-11-23T07:30:00.000000Z");
        let span = |name: &str| days(&json!({"relative": name, "n": 7}), NOW);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(span("today"), pair("2026-11-23", "2026-11-23"));
        assert_eq!(span("this_week"), pair("2026-11-23", "2026-11-29"));
        assert_eq!(span("this_month"), pair("2026-11-01", "2026-11-30"));
        assert_eq!(span("this_quarter"), pair("2026-10-01", "2026-12-31"));
        assert_eq!(span("last_n_days"), pair("2026-11-17", "2026-11-23"));
        assert_eq!(span("next_n_days"), pair("2026-11-23", "2026-11-29"));
        let later = NOW + 10 * 3_600_000_000;
        assert_eq!(days(&json!({"relative": "today"}), later).0, "2026-11-24");
    }

    #[test]
    fn a_day_is_all_its_moments() {
        let (first, last) = span("f", KeyKind::Time, &json!("2026-11-23"), NOW, CHINA).unwrap();
        assert_eq!(last - first, DAY_US - 1);
        assert_eq!(crate::value_format::format_time(first), "2026-11-22T16:00:00.000000Z");
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            json!(1.5),
            json!("x"),
            json!({"relative": "ever"}),
            json!({"relative": "last_n_days"}),
            json!(null),
        ] {
            assert!(span("f", KeyKind::Date, &bad, NOW, CHINA).is_err(), "{bad}");
        }
        assert!(span("f", KeyKind::Int, &json!("7"), NOW, CHINA).is_err());
    }
}
