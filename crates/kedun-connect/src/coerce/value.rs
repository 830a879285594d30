//! Any cell for any kind of field.

use kedun_model::{FieldKind, Value};

use super::clean::clean_text;
use super::{
    DateRules, Reason, boolean, clean, date, email, integer, minor_units, moment, option, options, phone, url,
};
use crate::sheet::Cell;

/// Text without space around it, of at most `max` characters.
pub fn text(cell: &Cell, max: u32) -> Result<String, Reason> {
    if matches!(cell, Cell::Error) {
        return Err(Reason::FormulaError);
    }
    let text = clean_text(&cell.to_text());
    let limit = usize::try_from(max).unwrap_or(usize::MAX);
    if text.chars().nth(limit).is_some() {
        return Err(Reason::TooLong { max: u64::from(max) });
    }
    Ok(text)
}

/// A code in upper case without spaces, of at most `max` characters.
pub fn code(cell: &Cell, max: u32) -> Result<String, Reason> {
    let text = text(cell, u32::MAX)?;
    let code: String = clean(&text).chars().filter(|c| !c.is_whitespace()).collect();
    if code.chars().nth(usize::try_from(max).unwrap_or(usize::MAX)).is_some() {
        return Err(Reason::TooLong { max: u64::from(max) });
    }
    Ok(code.to_uppercase())
}

/// Refuses a blank cell.
pub fn required(cell: &Cell) -> Result<(), Reason> {
    if cell.is_blank() { Err(Reason::Required) } else { Ok(()) }
}

/// The value that a field of `kind` takes from a cell; `Null` from a blank one.
///
/// References and people come back as the text that names them, to be looked up by the caller.
/// Money has `decimals` decimals. Numbers that the engine gives are not taken from files.
pub fn value(cell: &Cell, kind: &FieldKind, rules: &DateRules, decimals: u8) -> Result<Value, Reason> {
    if cell.is_blank() {
        return Ok(Value::Null);
    }
    Ok(match kind {
        FieldKind::Text { max } => {
            // One line: what a cell breaks is joined again.
            let line = text(cell, u32::MAX)?.split_whitespace().collect::<Vec<_>>().join(" ");
            Value::Text(text(&Cell::Text(line), *max)?)
        }
        FieldKind::LongText { max } => Value::Text(text(cell, *max)?),
        FieldKind::Name => Value::Text(text(cell, 200)?),
        FieldKind::Phone => Value::Text(phone(cell)?),
        FieldKind::Email => Value::Text(email(cell)?),
        FieldKind::Url => Value::Text(url(cell)?),
        FieldKind::Code { max } => Value::Text(code(cell, *max)?),
        FieldKind::Integer => Value::Int(integer(cell)?),
        FieldKind::Money => Value::Int(minor_units(cell, decimals)?),
        FieldKind::Percent => Value::Int(percent(cell)?),
        FieldKind::Boolean => Value::Bool(boolean(cell)?),
        FieldKind::Date => Value::Date(date(cell, rules)?),
        FieldKind::DateTime => Value::Time(moment(cell, rules)?),
        FieldKind::Select { options } => Value::Text(option(cell, options)?),
        FieldKind::MultiSelect { options: table } => Value::List(options(cell, table)?),
        FieldKind::Reference { .. } | FieldKind::Person => Value::Text(text(cell, 500)?),
        FieldKind::AutoNumber { .. } => return Err(Reason::NotImportable),
    })
}

/// `60`, `60%`; a workbook keeps 60% as 0.6 but does not tell it from 0.6, which is refused.
fn percent(cell: &Cell) -> Result<i64, Reason> {
    let number = match cell {
        Cell::Text(text) => {
            let text = clean(text);
            integer(&Cell::Text(text.strip_suffix('%').unwrap_or(&text).to_owned()))?
        }
        other => integer(other)?,
    };
    if (0..=100).contains(&number) { Ok(number) } else { Err(Reason::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &str, kind: &FieldKind) -> Result<Value, &'static str> {
        value(&Cell::Text(text.into()), kind, &DateRules::default(), 2).map_err(|reason| reason.code())
    }

    #[test]
    fn kinds_of_fields() {
        assert_eq!(
            take(" 北京\n分公司 ", &FieldKind::Text { max: 20 }),
            Ok(Value::Text("北京 分公司".into()))
        );
        assert_eq!(take("一二三四", &FieldKind::Text { max: 3 }), Err("too_long"));
        assert_eq!(take("一二三", &FieldKind::Text { max: 3 }), Ok(Value::Text("一二三".into())));
        assert_eq!(
            take("９1440300ma5 x", &FieldKind::Code { max: 18 }),
            Ok(Value::Text("91440300MA5X".into()))
        );
        assert_eq!(take("60%", &FieldKind::Percent), Ok(Value::Int(60)));
        assert_eq!(take("160", &FieldKind::Percent), Err("out_of_range"));
        assert_eq!(take("1.2万", &FieldKind::Money), Ok(Value::Int(1_200_000)));
        assert_eq!(take("2026/1/3", &FieldKind::Date), Ok(Value::Date(20_456)));
        assert_eq!(take("  ", &FieldKind::Phone), Ok(Value::Null));
        assert_eq!(
            take("x", &FieldKind::AutoNumber { prefix: "K".into(), digits: 3 }),
            Err("not_importable")
        );
        assert_eq!(
            value(&Cell::Number(5.0), &FieldKind::Name, &DateRules::default(), 2),
            Ok(Value::Text("5".into()))
        );
        assert_eq!(required(&Cell::Text(" ".into())), Err(Reason::Required));
    }
}
