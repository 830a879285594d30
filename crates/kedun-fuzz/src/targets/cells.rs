//! Cells to values: dates, numbers, telephone numbers and the rest, and personal data in free text.

use kedun_connect::coerce::{self, DateRules, DayOrder, clean};
use kedun_connect::detect::scan;
use kedun_connect::sheet::Cell;
use kedun_engine::{format_date, format_time, parse_date, parse_time};
use kedun_model::{FieldKind, SelectOption, Value};

use super::Target;
use crate::mutate::Shape;
use crate::{Random, Seen};

pub const TARGET: Target = Target {
    name: "cells",
    run,
    shape: Shape::Text,
    words: &[
        "2026-11-23",
        "23/11/2026",
        "03/04/2026",
        "2026年11月23日",
        "下午3点30分",
        "星期一",
        "Nov 23, 2026",
        "T08:00:00Z",
        "+08:00",
        "-14:00",
        "20261123",
        "20261123143000",
        "46349",
        "46349.25",
        "0.5",
        "12:30",
        "a.m.",
        "pm",
        " UTC",
        "1,234.50",
        "1.234,50",
        "1 234,5",
        "(5)",
        "-",
        "+",
        "¥",
        "人民币",
        "元整",
        "万",
        "亿",
        "w",
        "%",
        "1e308",
        "99999999999999999999",
        "0.0000000001",
        "13800138000",
        "+86",
        "0086",
        "86",
        "转801",
        "ext.",
        "#",
        "0755-88886666",
        "010",
        "400-820-8820",
        "+1 (415) 555-0123",
        "@",
        "a@b.cn",
        "mailto:",
        "https://",
        "例子.cn",
        "xn--",
        "是",
        "否",
        "yes",
        "TRUE",
        "互联网/软件",
        "fin",
        ",",
        ";",
        "、",
        "'=",
        "\u{200b}",
        "\u{3000}",
        "１２３",
        "＠",
        "\u{2212}",
        "11010519491231002X",
        "6222020000000000000",
        "91440300MA5XXXXXXX",
        "E12345678",
    ],
    short: 7_000,
    meets: 300,
    longest: 600,
};

const DECIMALS: u8 = 2;

/// Reads the bytes as a text, as a number and as a moment, for a field of every kind.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let text = String::from_utf8_lossy(data).into_owned();
    let mut random = Random::of(data);
    let order = *random.pick(&[None, Some(DayOrder::DayFirst), Some(DayOrder::MonthFirst)]);
    let rules = DateRules { offset_minutes: *random.pick(&[480, 0, -720, 840]), order };
    let mut bits = [0; 8];
    bits.iter_mut().zip(data).for_each(|(bit, byte)| *bit = *byte);
    let number = f64::from_le_bytes(bits);
    let mut cells = vec![Cell::Text(text.clone()), Cell::DateTime(i64::from_le_bytes(bits))];
    if number.is_finite() {
        cells.push(Cell::Number(number));
    }
    if let Ok(number) = text.trim().parse::<f64>()
        && number.is_finite()
    {
        cells.push(Cell::Number(number));
    }
    for cell in &cells {
        for kind in kinds() {
            match coerce::value(cell, &kind, &rules, DECIMALS) {
                Err(reason) => seen.note(reason.code()),
                Ok(value) => {
                    seen.note(std::mem::discriminant(&value));
                    check(cell, &kind, &value, &rules);
                }
            }
        }
    }
    let once = clean(&text);
    assert!(once.len() <= text.len(), "cleaning made a text longer");
    detected(&text, &mut seen);
    moments(&text, &mut seen);
    seen
}

fn kinds() -> Vec<FieldKind> {
    let options: Vec<SelectOption> =
        [("it", "互联网/软件", "Internet"), ("fin", "金融", "Finance"), ("mfg", "制造(业)", "Manufacturing")]
            .map(|(key, zh, en)| SelectOption { key: key.into(), zh: zh.into(), en: en.into(), color: None })
            .into();
    vec![
        FieldKind::Text { max: 20 },
        FieldKind::LongText { max: 100 },
        FieldKind::Name,
        FieldKind::Phone,
        FieldKind::Email,
        FieldKind::Url,
        FieldKind::Code { max: 18 },
        FieldKind::Integer,
        FieldKind::Money,
        FieldKind::Percent,
        FieldKind::Boolean,
        FieldKind::Date,
        FieldKind::DateTime,
        FieldKind::Select { options: options.clone() },
        FieldKind::MultiSelect { options },
    ]
}

/// A value is within its bounds, and its text in the plainest form gives the same value.
fn check(cell: &Cell, kind: &FieldKind, value: &Value, rules: &DateRules) {
    if cell.is_blank() {
        assert!(value.is_null());
        return;
    }
    bounds(kind, value);
    let Some(text) = plainest(kind, value) else { return };
    // Text that begins like a formula loses one apostrophe each time it is read, as it got one when it was written.
    if text.starts_with('\'') || text.trim() != text || text.is_empty() {
        return;
    }
    let again = coerce::value(&Cell::Text(text), kind, rules, DECIMALS);
    assert!(
        again.as_ref() == Ok(value),
        "{kind:?}: the plainest form of a value gives another: {:?}",
        again.err()
    );
}

fn bounds(kind: &FieldKind, value: &Value) {
    let length = |text: &str| text.chars().count();
    match (kind, value) {
        (
            FieldKind::Text { max } | FieldKind::LongText { max } | FieldKind::Code { max },
            Value::Text(text),
        ) => {
            assert!(length(text) <= usize::try_from(*max).unwrap(), "{kind:?} is too long");
            assert!(
                matches!(kind, FieldKind::LongText { .. }) || !text.contains(['\n', '\r']),
                "{kind:?} has lines"
            );
        }
        (FieldKind::Name, Value::Text(text)) => assert!(length(text) <= 200),
        (FieldKind::Phone, Value::Text(text)) => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            assert!((5..=21).contains(&digits) && text.len() <= 24, "a telephone number of another length");
            assert!(text.bytes().all(|b| b.is_ascii_digit() || b"+-".contains(&b)));
        }
        (FieldKind::Email, Value::Text(text)) => {
            assert!(text.len() <= 254 && text.is_ascii() && text.matches('@').count() == 1);
        }
        (FieldKind::Url, Value::Text(text)) => {
            let lower = text.to_ascii_lowercase();
            assert!(lower.starts_with("http://") || lower.starts_with("https://"), "another scheme");
            assert!(text.len() <= 2008 && !text.contains(char::is_whitespace));
        }
        (FieldKind::Percent, Value::Int(n)) => assert!((0..=100).contains(n)),
        (FieldKind::Integer | FieldKind::Money, Value::Int(_)) => {}
        (FieldKind::Boolean, Value::Bool(_))
        | (FieldKind::Date, Value::Date(_))
        | (FieldKind::DateTime, Value::Time(_)) => {}
        (FieldKind::Select { options }, Value::Text(key)) => assert!(options.iter().any(|o| o.key == *key)),
        (FieldKind::MultiSelect { options }, Value::List(keys)) => {
            assert!(keys.len() <= options.len());
            assert!(keys.iter().all(|key| options.iter().any(|o| o.key == *key)));
        }
        (kind, _) => panic!("{kind:?} has a value of another kind"),
    }
}

/// The plainest text of a value; none for days that have no four-digit year.
fn plainest(kind: &FieldKind, value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(text) => text.clone(),
        Value::Int(n) if *kind == FieldKind::Money => {
            let sign = if *n < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", n.unsigned_abs() / 100, n.unsigned_abs() % 100)
        }
        Value::Int(n) => n.to_string(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Date(days) => Some(format_date(*days)).filter(|text| years(text))?,
        Value::Time(at) => Some(format_time(*at)).filter(|text| years(text))?,
        Value::List(keys) => keys.join(","),
        Value::Null | Value::Id(_) => return None,
    })
}

/// The years that coercion accepts.
fn years(text: &str) -> bool {
    text.get(..4).and_then(|year| year.parse::<u32>().ok()).is_some_and(|year| (1801..2999).contains(&year))
        && text.as_bytes().get(4) == Some(&b'-')
}

/// Places found in a text are in order, apart, and at boundaries of characters.
fn detected(text: &str, seen: &mut Seen) {
    let mut end = 0;
    for finding in scan(text) {
        let span = finding.span;
        assert!(span.start >= end && span.start < span.end && span.end <= text.len(), "places overlap");
        assert!(text.get(span.clone()).is_some(), "a place cuts a character");
        end = span.end;
        seen.note(finding.kind);
    }
}

/// Days and moments of the interface come back from their text.
fn moments(text: &str, seen: &mut Seen) {
    if let Some(day) = parse_date(text) {
        assert_eq!(parse_date(&format_date(day)), Some(day));
        seen.note("day");
    }
    if let Some(at) = parse_time(text) {
        assert_eq!(parse_time(&format_time(at)), Some(at), "a moment changed");
        seen.note("moment");
    }
    if let Ok(at) = kedun_api::testing::moment(text, "at") {
        assert_eq!(kedun_api::testing::moment(&kedun_api::testing::moment_text(at), "at").ok(), Some(at));
    }
}
