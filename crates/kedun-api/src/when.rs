//! Moments on the wire: RFC 3339 in UTC with microseconds.

use kedun_model::{Error, Result};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// `2026-11-23T08:00:00.000000Z`
pub fn text(at: i64) -> String {
    match OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000) {
        Ok(t) => format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            t.year(),
            u8::from(t.month()),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
            t.microsecond()
        ),
        Err(_) => String::new(),
    }
}

/// The same, of something that may be absent.
pub fn opt(at: Option<i64>) -> Option<String> {
    at.map(text)
}

/// Reads such a moment; `field` names the parameter in the error.
///
/// # Errors
/// 422 `invalid` with `field.not_a_date`.
pub fn parse(text: &str, field: &str) -> Result<i64> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .and_then(|t| i64::try_from(t.unix_timestamp_nanos() / 1_000).ok())
        .ok_or_else(|| Error::invalid("invalid").field(field, "field.not_a_date"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn moments_go_both_ways() {
        let at = 1_795_420_800_123_456;
        assert_eq!(super::text(at), "2026-11-23T08:00:00.123456Z");
        assert_eq!(super::parse("2026-11-23T08:00:00.123456Z", "at").expect("parses"), at);
        assert_eq!(super::parse("2026-11-23T16:00:00.123456+08:00", "at").expect("parses"), at);
        assert!(super::parse("tomorrow", "at").is_err());
    }
}
