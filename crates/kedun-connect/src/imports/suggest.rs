//! Which field a column seems to be for: by its name, then by what it holds.

use std::collections::HashSet;

use kedun_model::{FieldDef, FieldKind, ObjectDef};

use super::synonyms::WORDS;
use crate::detect::PersonalKind;
use crate::sheet::{ColumnProfile, GuessedKind};

/// What a column bids that is headed with the label of the field.
const SAME: u32 = 100;

/// A name without what people decorate it with: case, spaces, signs, and remarks in brackets.
pub(crate) fn plain(name: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 && c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// Whether a file can bring values for a field.
pub(crate) fn importable(field: &FieldDef) -> bool {
    !field.read_only && !matches!(field.kind, FieldKind::AutoNumber { .. } | FieldKind::Person)
}

/// A field for each column, each field once; none where nothing fits.
pub(crate) fn suggest(object: &ObjectDef, columns: &[ColumnProfile]) -> Vec<Option<String>> {
    let mut bids: Vec<(u32, usize, &FieldDef)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let name = plain(&column.name);
        for field in object.fields.iter().filter(|f| importable(f)) {
            let score = by_name(object, field, &name).max(by_content(object, field, column));
            // A label of the field's own says more than what the cells look like.
            if score > 0 && (score == SAME || holds(column, field)) {
                bids.push((score, index, field));
            }
        }
    }
    // The strongest bid first; among equal ones the order of the file and of the definition.
    bids.sort_by_key(|(score, index, _)| (std::cmp::Reverse(*score), *index));
    let mut taken = HashSet::new();
    let mut out: Vec<Option<String>> = vec![None; columns.len()];
    for (_, index, field) in bids {
        if let Some(slot @ None) = out.get_mut(index)
            && taken.insert(&field.key)
        {
            *slot = Some(field.key.clone());
        }
    }
    out
}

fn by_name(object: &ObjectDef, field: &FieldDef, name: &str) -> u32 {
    if name.is_empty() {
        return 0;
    }
    if [&field.zh, &field.en, &field.key].iter().any(|label| plain(label) == name) {
        return SAME;
    }
    for entry in WORDS {
        if !entry.words.contains(&name) {
            continue;
        }
        for (rank, target) in (0_u32..).zip(entry.fields) {
            let Some((of, key)) = target.split_once('.') else { continue };
            if key == field.key && (of == "*" || of == object.key) {
                return 90_u32.saturating_sub(rank);
            }
        }
    }
    // "客户手机号码" contains the label of 手机.
    let contains = [&field.zh, &field.en].iter().any(|label| {
        let label = plain(label);
        label.chars().count() >= 2 && name.contains(&label)
    });
    if contains { 40 } else { 0 }
}

/// What only one kind of field can be for.
fn by_content(object: &ObjectDef, field: &FieldDef, column: &ColumnProfile) -> u32 {
    let found = |kind: PersonalKind| column.personal.iter().any(|(k, n)| *k == kind && *n > 0);
    let first = |kind: &dyn Fn(&FieldKind) -> bool| {
        object.fields.iter().find(|f| importable(f) && kind(&f.kind)).is_some_and(|f| f.key == field.key)
    };
    match column.kind {
        GuessedKind::Email if first(&|k| matches!(k, FieldKind::Email)) => 20,
        GuessedKind::Phone if field.key == "mobile" && found(PersonalKind::Mobile) => 22,
        GuessedKind::Phone if first(&|k| matches!(k, FieldKind::Phone)) => 20,
        GuessedKind::Url if first(&|k| matches!(k, FieldKind::Url)) => 20,
        _ if field.key == "id_no" && found(PersonalKind::IdCard) => 20,
        _ if field.key == "uscc" && found(PersonalKind::Uscc) => 20,
        _ => 0,
    }
}

/// Whether the field can hold what the column seems to hold.
fn holds(column: &ColumnProfile, field: &FieldDef) -> bool {
    let empty = column.fill_rate == 0.0;
    let clash = match field.kind {
        FieldKind::Phone => matches!(column.kind, GuessedKind::Email | GuessedKind::Url | GuessedKind::Date),
        FieldKind::Email => matches!(
            column.kind,
            GuessedKind::Phone | GuessedKind::Url | GuessedKind::Date | GuessedKind::Money
        ),
        FieldKind::Date | FieldKind::DateTime => {
            matches!(column.kind, GuessedKind::Phone | GuessedKind::Email | GuessedKind::Url)
        }
        FieldKind::Integer | FieldKind::Money | FieldKind::Percent => {
            matches!(
                column.kind,
                GuessedKind::Phone | GuessedKind::Email | GuessedKind::Url | GuessedKind::Date
            )
        }
        _ => false,
    };
    empty || !clash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[(&str, GuessedKind)]) -> Vec<ColumnProfile> {
        names
            .iter()
            .map(|(name, kind)| ColumnProfile {
                name: (*name).to_owned(),
                kind: *kind,
                fill_rate: 1.0,
                distinct: 9,
                longest: 9,
                personal: Vec::new(),
            })
            .collect()
    }

    fn object(key: &str, fields: &[(&str, &str, &str)]) -> ObjectDef {
        let fields: Vec<_> = fields
            .iter()
            .map(|(key, zh, kind)| {
                serde_json::json!({"key": key, "zh": zh, "en": key, "kind": kind, "class": "P2", "max": 50, "to": "account", "options": []})
            })
            .collect();
        serde_json::from_value(serde_json::json!({
            "key": key, "zh": key, "en": key, "en_plural": key, "subject": "itself", "title": "name", "fields": fields
        }))
        .unwrap()
    }

    #[test]
    fn columns_are_recognised_in_both_languages() {
        let contact = object(
            "contact",
            &[
                ("name", "姓名", "name"),
                ("account", "客户", "reference"),
                ("mobile", "手机", "phone"),
                ("phone", "电话", "phone"),
                ("email", "邮箱", "email"),
                ("note", "备注", "long_text"),
            ],
        );
        let names = columns(&[
            ("联系人", GuessedKind::Text),
            ("公司名称（必填）", GuessedKind::Text),
            ("手机号码", GuessedKind::Phone),
            ("Tel.", GuessedKind::Phone),
            ("E-mail", GuessedKind::Email),
            ("Remarks", GuessedKind::Text),
            ("什么", GuessedKind::Integer),
        ]);
        let got = suggest(&contact, &names);
        let got: Vec<Option<&str>> = got.iter().map(Option::as_deref).collect();
        assert_eq!(
            got,
            [Some("name"), Some("account"), Some("mobile"), Some("phone"), Some("email"), Some("note"), None]
        );
    }

    #[test]
    fn a_field_is_suggested_once_and_content_helps_where_names_do_not() {
        let lead = object(
            "lead",
            &[("name", "线索名称", "text"), ("mobile", "手机", "phone"), ("email", "邮箱", "email")],
        );
        let names = columns(&[
            ("手机", GuessedKind::Phone),
            ("手机号", GuessedKind::Phone),
            ("Column 3", GuessedKind::Email),
            ("客户名称", GuessedKind::Text),
        ]);
        let got = suggest(&lead, &names);
        let got: Vec<Option<&str>> = got.iter().map(Option::as_deref).collect();
        assert_eq!(got, [Some("mobile"), None, Some("email"), Some("name")]);
    }
}
