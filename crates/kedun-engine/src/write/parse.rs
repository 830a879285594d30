//! From what was sent to a value of the field's kind, or the code of what is wrong with it.

use std::borrow::Cow;

use kedun_arena::TextKind;
use kedun_model::error::FieldError;
use kedun_model::{FieldDef, FieldKind, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::value_format::{parse_date, parse_time, value_to_text};

/// The longest name in characters.
const MAX_NAME: usize = 200;
/// The longest e-mail address in characters.
const MAX_EMAIL: usize = 254;
/// The longest web address in characters.
const MAX_URL: usize = 2000;
/// The largest amount of money in minor units: ten trillion yuan.
const MAX_MONEY: i64 = 1_000_000_000_000_000;

type Wrong = (&'static str, Vec<(Cow<'static, str>, String)>);

/// The value of what was sent for a field; null and empty text are no value.
///
/// # Errors
/// What is wrong with it: `field.not_a_number`, `field.too_long` and so on.
pub(crate) fn parse(field: &FieldDef, json: &Json) -> Result<Value, FieldError> {
    let value = match json {
        Json::Null => return Ok(Value::Null),
        Json::String(text) => {
            let text = text.trim();
            if text.is_empty() {
                return Ok(Value::Null);
            }
            if masked(field, text) {
                return Err(error(field, plain("field.masked_value")));
            }
            from_text(&field.kind, text)
        }
        other => from_json(&field.kind, other),
    };
    value.and_then(|v| settle(field, v)).map_err(|wrong| error(field, wrong))
}

/// Checks a value that was parsed elsewhere, such as a cell of a file, and brings it to its stored form.
pub(crate) fn check_value(field: &FieldDef, value: &Value) -> Result<Value, FieldError> {
    let text = value.as_text().map(str::trim);
    if value.is_null() || text == Some("") {
        return Ok(Value::Null);
    }
    if text.is_some_and(|t| masked(field, t)) {
        return Err(error(field, plain("field.masked_value")));
    }
    let value = match text {
        Some(text) => Value::Text(text.to_owned()),
        None => value.clone(),
    };
    settle(field, value).map_err(|wrong| error(field, wrong))
}

/// The stored form of a value. What is left of a text without its invisible signs can be nothing, or a mask.
fn settle(field: &FieldDef, value: Value) -> Result<Value, Wrong> {
    match check(&field.kind, value)? {
        Value::Text(text) if text.is_empty() => Ok(Value::Null),
        Value::Text(text) if masked(field, &text) => Err(plain("field.masked_value")),
        value => Ok(value),
    }
}

/// Whether a text is what stands in the place of a hidden value, and so not a value itself.
pub(crate) fn masked(field: &FieldDef, text: &str) -> bool {
    // The masked form of a short number is no fixed point of the mask, but no number has stars.
    let number = matches!(field.kind, FieldKind::Phone);
    field.sealed() && text.contains(['*', '•']) && (number || field.mask.apply(text) == text)
}

/// Whether a value is the masked form of the one that is there.
pub(crate) fn masks(field: &FieldDef, new: &Value, old: &Value) -> bool {
    field.sealed()
        && !old.is_null()
        && new != old
        && new
            .as_text()
            .is_some_and(|text| text.contains(['*', '•']) && field.mask.apply(&value_to_text(old)) == text)
}

/// What is wrong with a field, by code.
pub(crate) fn wrong(field: &FieldDef, code: &'static str) -> FieldError {
    error(field, plain(code))
}

fn error(field: &FieldDef, (code, args): Wrong) -> FieldError {
    FieldError { field: field.key.clone(), code: code.into(), args }
}

fn plain(code: &'static str) -> Wrong {
    (code, Vec::new())
}

fn too_long(max: usize) -> Wrong {
    ("field.too_long", vec![("max".into(), max.to_string())])
}

fn from_text(kind: &FieldKind, text: &str) -> Result<Value, Wrong> {
    Ok(match kind {
        FieldKind::Date => Value::Date(parse_date(text).ok_or_else(|| plain("field.not_a_date"))?),
        FieldKind::DateTime => Value::Time(parse_time(text).ok_or_else(|| plain("field.not_a_date"))?),
        FieldKind::Reference { .. } | FieldKind::Person => {
            Value::Id(Uuid::parse_str(text).ok().ok_or_else(|| plain("relation.not_found"))?)
        }
        FieldKind::Integer | FieldKind::Money | FieldKind::Percent => {
            return Err(plain("field.not_a_number"));
        }
        FieldKind::Boolean => return Err(plain("field.not_a_boolean")),
        FieldKind::MultiSelect { .. } => Value::List(vec![text.to_owned()]),
        _ => Value::Text(text.to_owned()),
    })
}

fn from_json(kind: &FieldKind, json: &Json) -> Result<Value, Wrong> {
    match (kind, json) {
        (FieldKind::Integer | FieldKind::Money | FieldKind::Percent, json) => {
            json.as_i64().map(Value::Int).ok_or_else(|| plain("field.not_a_number"))
        }
        (FieldKind::Boolean, Json::Bool(b)) => Ok(Value::Bool(*b)),
        (FieldKind::Boolean, _) => Err(plain("field.not_a_boolean")),
        (FieldKind::MultiSelect { .. }, Json::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| plain("field.not_an_option")))
            .collect::<Result<_, _>>()
            .map(Value::List),
        (FieldKind::Reference { .. } | FieldKind::Person, Json::Object(map)) => {
            from_text(kind, map.get("id").and_then(Json::as_str).unwrap_or_default())
        }
        (FieldKind::Date | FieldKind::DateTime, _) => Err(plain("field.not_a_date")),
        (FieldKind::Select { .. } | FieldKind::MultiSelect { .. }, _) => Err(plain("field.not_an_option")),
        (FieldKind::Reference { .. } | FieldKind::Person, _) => Err(plain("relation.not_found")),
        _ => Err(plain("field.not_a_text")),
    }
}

/// Brings a value to its stored form, or says what is wrong with it.
fn check(kind: &FieldKind, value: Value) -> Result<Value, Wrong> {
    Ok(match (kind, value) {
        (FieldKind::Text { max }, Value::Text(text)) => Value::Text(line(&text, limit(*max))?),
        (FieldKind::LongText { max }, Value::Text(text)) => {
            let clean: String =
                text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
            Value::Text(fits(clean.trim().to_owned(), limit(*max))?)
        }
        (FieldKind::Name, Value::Text(text)) => Value::Text(line(&text, MAX_NAME)?),
        (FieldKind::Phone, Value::Text(text)) => Value::Text(phone(&text)?),
        (FieldKind::Email, Value::Text(text)) => Value::Text(email(&text)?),
        (FieldKind::Url, Value::Text(text)) => Value::Text(url(&text)?),
        (FieldKind::Code { max }, Value::Text(text)) => {
            let code: String =
                half_width(&text).chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            Value::Text(fits(code.to_uppercase(), limit(*max))?)
        }
        (FieldKind::Integer, Value::Int(n)) => Value::Int(n),
        (FieldKind::Money, Value::Int(n)) if n.unsigned_abs() <= MAX_MONEY.unsigned_abs() => Value::Int(n),
        (FieldKind::Percent, Value::Int(n)) if (0..=100).contains(&n) => Value::Int(n),
        (FieldKind::Money | FieldKind::Percent, Value::Int(_)) => return Err(plain("field.out_of_range")),
        (FieldKind::Boolean, Value::Bool(b)) => Value::Bool(b),
        (FieldKind::Date, Value::Date(days)) => Value::Date(days),
        (FieldKind::DateTime, Value::Time(at)) => Value::Time(at),
        (FieldKind::Select { options }, Value::Text(key)) if options.iter().any(|o| o.key == key) => {
            Value::Text(key)
        }
        (FieldKind::MultiSelect { options }, Value::List(keys)) => {
            if keys.iter().any(|key| !options.iter().any(|o| o.key == *key)) {
                return Err(plain("field.not_an_option"));
            }
            // In the order of the definition, so that the same choice is the same value.
            let chosen: Vec<String> =
                options.iter().filter(|o| keys.contains(&o.key)).map(|o| o.key.clone()).collect();
            if chosen.is_empty() { Value::Null } else { Value::List(chosen) }
        }
        (FieldKind::Reference { .. } | FieldKind::Person, Value::Id(id)) => Value::Id(id),
        (FieldKind::Select { .. } | FieldKind::MultiSelect { .. }, _) => {
            return Err(plain("field.not_an_option"));
        }
        (FieldKind::Reference { .. } | FieldKind::Person, _) => return Err(plain("relation.not_found")),
        (FieldKind::AutoNumber { .. }, _) => return Err(plain("field.read_only")),
        (FieldKind::Integer | FieldKind::Money | FieldKind::Percent, _) => {
            return Err(plain("field.not_a_number"));
        }
        (FieldKind::Boolean, _) => return Err(plain("field.not_a_boolean")),
        (FieldKind::Date | FieldKind::DateTime, _) => return Err(plain("field.not_a_date")),
        _ => return Err(plain("field.not_a_text")),
    })
}

fn limit(max: u32) -> usize {
    usize::try_from(max).unwrap_or(usize::MAX)
}

fn fits(text: String, max: usize) -> Result<String, Wrong> {
    if text.chars().nth(max).is_some() { Err(too_long(max)) } else { Ok(text) }
}

/// One line: line breaks and runs of white space are one space, other control characters go.
fn line(text: &str, max: usize) -> Result<String, Wrong> {
    let clean: String = text.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    fits(words.join(" "), max)
}

fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c).saturating_sub(0xFEE0)).unwrap_or(c),
            c => c,
        })
        .collect()
}

/// A mobile number of China is stored as its 11 digits, any other number as it was entered.
fn phone(text: &str) -> Result<String, Wrong> {
    let text = half_width(text);
    let allowed = |c: char| {
        c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ' | '.' | '/' | '#' | ',' | 'x')
    };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if !text.chars().all(allowed) || !(3..=24).contains(&digits) || text.chars().count() > 40 {
        return Err(plain("field.not_a_phone"));
    }
    let canonical = kedun_arena::canonical(TextKind::Phone, &text);
    let mobile = canonical.len() == 11 && canonical.starts_with('1');
    Ok(if mobile { canonical } else { text.split_whitespace().collect::<Vec<_>>().join(" ") })
}

fn email(text: &str) -> Result<String, Wrong> {
    let text = half_width(text);
    let text = text.trim();
    let bad = || plain("field.not_an_email");
    let (local, domain) = text.rsplit_once('@').ok_or_else(bad)?;
    let sound = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
            && !part.chars().any(|c| {
                c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>' | '"')
            })
    };
    if !sound(local) || !sound(domain) || !domain.contains('.') {
        return Err(bad());
    }
    fits(text.to_owned(), MAX_EMAIL)
}

/// Only addresses that a browser opens as a page; without a scheme it is https.
fn url(text: &str) -> Result<String, Wrong> {
    let bad = || plain("field.not_a_url");
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"')) {
        return Err(bad());
    }
    let lower = text.to_ascii_lowercase();
    let whole = match lower.split_once("://") {
        Some(("http" | "https", rest)) if !rest.is_empty() => text.to_owned(),
        Some(_) => return Err(bad()),
        None if !lower.contains(':') && lower.contains('.') => format!("https://{text}"),
        None => return Err(bad()),
    };
    fits(whole, MAX_URL)
}

#[cfg(test)]
mod tests {
    use kedun_model::{DataClass, MaskStyle, SelectOption};
    use serde_json::json;

    use super::*;

    fn field(kind: FieldKind, class: DataClass, mask: MaskStyle) -> FieldDef {
        FieldDef {
            id: kedun_model::FieldId(1),
            key: "f".into(),
            zh: String::new(),
            en: String::new(),
            kind,
            class,
            mask,
            open: false,
            required: false,
            unique: kedun_model::Uniqueness::None,
            searchable: false,
            indexed: false,
            read_only: false,
            off_by_default: false,
            section: String::new(),
            in_list: false,
            help: None,
        }
    }

    fn take(kind: FieldKind, json: Json) -> Result<Value, String> {
        parse(&field(kind, DataClass::P0, MaskStyle::Full), &json).map_err(|e| e.code.into_owned())
    }

    #[test]
    fn kinds_take_what_they_mean_and_refuse_the_rest() {
        let text = |s: &str| Ok(Value::Text(s.to_owned()));
        assert_eq!(take(FieldKind::Text { max: 5 }, json!(" a\n b ")), text("a b"));
        assert_eq!(take(FieldKind::Text { max: 2 }, json!("王小明")), Err("field.too_long".into()));
        assert_eq!(take(FieldKind::Phone, json!("+86 138-1234-5678")), text("13812345678"));
        assert_eq!(take(FieldKind::Phone, json!("010-62345678")), text("010-62345678"));
        assert_eq!(take(FieldKind::Phone, json!("call me")), Err("field.not_a_phone".into()));
        assert_eq!(take(FieldKind::Email, json!("a@b.example")), text("a@b.example"));
        for bad in ["a", "a@b", "a b@c.d", "@c.d", "a@.d", "a@c.d,e@f.g"] {
            assert_eq!(take(FieldKind::Email, json!(bad)), Err("field.not_an_email".into()), "{bad}");
        }
        assert_eq!(take(FieldKind::Url, json!("example.com/x")), text("https://example.com/x"));
        for bad in ["javascript:alert(1)", "ftp://x.y", "nonsense"] {
            assert_eq!(take(FieldKind::Url, json!(bad)), Err("field.not_a_url".into()), "{bad}");
        }
        assert_eq!(take(FieldKind::Code { max: 20 }, json!(" 9１ab x")), text("91ABX"));
        assert_eq!(take(FieldKind::Integer, json!(5)), Ok(Value::Int(5)));
        assert_eq!(take(FieldKind::Integer, json!(5.5)), Err("field.not_a_number".into()));
        assert_eq!(take(FieldKind::Percent, json!(101)), Err("field.out_of_range".into()));
        assert_eq!(take(FieldKind::Boolean, json!("yes")), Err("field.not_a_boolean".into()));
        assert_eq!(take(FieldKind::Date, json!("1970-01-02")), Ok(Value::Date(1)));
        assert_eq!(take(FieldKind::Date, json!("1970-02-30")), Err("field.not_a_date".into()));
        assert_eq!(take(FieldKind::Person, json!("x")), Err("relation.not_found".into()));
        assert_eq!(take(FieldKind::Text { max: 5 }, json!("  ")), Ok(Value::Null));
        // Signs that nobody sees are no value, and leave no space behind.
        for kind in [FieldKind::Text { max: 5 }, FieldKind::LongText { max: 5 }, FieldKind::Name] {
            assert_eq!(take(kind.clone(), json!("\u{0}\u{7f}")), Ok(Value::Null));
            assert_eq!(take(kind, json!("\u{0} a \u{1}")), text("a"));
        }
        let options = vec![
            SelectOption { key: "a".into(), zh: String::new(), en: String::new(), color: None },
            SelectOption { key: "b".into(), zh: String::new(), en: String::new(), color: None },
        ];
        assert_eq!(
            take(FieldKind::Select { options: options.clone() }, json!("c")),
            Err("field.not_an_option".into())
        );
        assert_eq!(
            take(FieldKind::MultiSelect { options }, json!(["b", "a", "b"])),
            Ok(Value::List(vec!["a".into(), "b".into()]))
        );
    }

    #[test]
    fn a_masked_form_is_no_value() {
        let cases = [
            (FieldKind::Phone, MaskStyle::Phone, "13812345678"),
            (FieldKind::Email, MaskStyle::Email, "zhang@example.com"),
            (FieldKind::Name, MaskStyle::Name, "王小明"),
            (FieldKind::Code { max: 32 }, MaskStyle::IdNumber, "11010119900307123X"),
            (FieldKind::Text { max: 500 }, MaskStyle::Address, "北京市朝阳区建国路一号"),
            (FieldKind::Text { max: 500 }, MaskStyle::Account, "wxid_abcdef123"),
            (FieldKind::LongText { max: 500 }, MaskStyle::Full, "会议纪要"),
            (FieldKind::Date, MaskStyle::Full, "1990-03-07"),
        ];
        for (kind, mask, value) in cases {
            let field = field(kind, DataClass::P2, mask);
            assert!(parse(&field, &json!(value)).is_ok(), "{mask:?}");
            let refused = parse(&field, &json!(mask.apply(value))).unwrap_err();
            assert_eq!(refused.code, "field.masked_value", "{mask:?}");
        }
        // Nor is one with signs that nobody sees and that are taken out.
        let name = field(FieldKind::Name, DataClass::P2, MaskStyle::Name);
        let hidden = MaskStyle::Name.apply("王小明").replacen('*', "\u{1}*\u{7f}", 1);
        assert_eq!(parse(&name, &json!(hidden)).unwrap_err().code, "field.masked_value");
        let short = field(FieldKind::Phone, DataClass::P2, MaskStyle::Phone);
        assert!(masked(&short, &MaskStyle::Phone.apply("1234567")));
        let id = field(FieldKind::Code { max: 32 }, DataClass::P3, MaskStyle::IdNumber);
        let old = Value::Text("AB12345".into());
        assert!(masks(&id, &Value::Text(MaskStyle::IdNumber.apply("AB12345")), &old));
        assert!(!masks(&id, &Value::Text("54321BA".into()), &old));
    }
}
