//! Values as answers carry them, and dates and moments as text.

use kedun_model::Value;
use serde_json::Value as Json;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

/// The day `days` after 1970-01-01 as `2026-11-23`.
pub fn format_date(days: i32) -> String {
    const EPOCH: i32 = 2_440_588;
    Date::from_julian_day(EPOCH.saturating_add(days))
        .map(|d| format!("{:04}-{:02}-{:02}", d.year(), u8::from(d.month()), d.day()))
        .unwrap_or_default()
}

/// The day of `2026-11-23`, counted from 1970-01-01.
pub fn parse_date(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    Some(date.to_julian_day() - 2_440_588)
}

/// A moment as `2026-11-23T08:00:00.000000Z`.
pub fn format_time(micros: i64) -> String {
    let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    OffsetDateTime::from_unix_timestamp(seconds)
        .map(|t| {
            format!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{rest:06}Z",
                t.year(),
                u8::from(t.month()),
                t.day(),
                t.hour(),
                t.minute(),
                t.second()
            )
        })
        .unwrap_or_default()
}

/// The moment of an RFC 3339 text, in microseconds of UTC.
pub fn parse_time(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1000)).ok()
}

/// A value as JSON: text, numbers, yes and no, dates and moments as text, ids as text.
pub fn value_to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => Json::from(*n),
        Value::Text(s) => Json::String(s.clone()),
        Value::Date(d) => Json::String(format_date(*d)),
        Value::Time(t) => Json::String(format_time(*t)),
        Value::Id(id) => Json::String(id.as_hyphenated().to_string()),
        Value::List(keys) => Json::from(keys.clone()),
    }
}

/// A value as the text that its mask is made of.
pub(crate) fn value_to_text(value: &Value) -> String {
    match value_to_json(value) {
        Json::String(s) => s,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_moments_go_both_ways() {
        assert_eq!(format_date(0), "1970-01-01");
        assert_eq!(parse_date("2026-11-23"), Some(20_780));
        assert_eq!(format_date(20_780), "2026-11-23");
        assert_eq!(format_time(1_763_884_800_000_001), "2025-11-23T08:00:00.000001Z");
        assert_eq!(parse_time("2025-11-23T16:00:00.000001+08:00"), Some(1_763_884_800_000_001));
        for bad in ["", "2026-13-01", "2026-02-30", "26-01-01", "2026-1-1", "2026-01-01T"] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }
}
