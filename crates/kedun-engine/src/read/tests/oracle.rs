//! What a list should give, worked out in memory by other means: over values, without columns.

use std::cmp::Ordering;

use kedun_guard::Grant;
use kedun_model::{FieldDef, FieldKind, Filter, FilterOp, ObjectDef, Sort, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::fixture::Known;

/// Whether a record meets a filter.
pub fn meets(def: &ObjectDef, record: &Known, filter: &Filter) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|p| meets(def, record, p)),
        Filter::Or(parts) => parts.iter().any(|p| meets(def, record, p)),
        Filter::Not(part) => !meets(def, record, part),
        Filter::Field { field, op, value } => {
            let actual = actual(def, record, field);
            let value = value.as_ref().unwrap_or(&Json::Null);
            condition(def.field(field), &actual, *op, value)
        }
    }
}

fn actual(def: &ObjectDef, record: &Known, key: &str) -> Value {
    match key {
        "_owner" => record.facts.owner.map_or(Value::Null, |id| Value::Id(id.0)),
        "_team" => record.facts.team.map_or(Value::Null, |id| Value::Id(id.0)),
        "_updated_at" => Value::Time(record.updated_at),
        key => record.value(def.field(key).expect("a known field")),
    }
}

fn condition(field: Option<&FieldDef>, actual: &Value, op: FilterOp, value: &Json) -> bool {
    let list = || value.as_array().expect("a list");
    match op {
        FilterOp::IsEmpty => actual.is_null(),
        FilterOp::IsNotEmpty => !actual.is_null(),
        FilterOp::Ne => !condition(field, actual, FilterOp::Eq, value),
        FilterOp::NotIn => !condition(field, actual, FilterOp::In, value),
        _ if actual.is_null() => false,
        FilterOp::Eq => same(field, actual, value),
        FilterOp::In => list().iter().any(|v| same(field, actual, v)),
        FilterOp::Lt => order(actual, value) == Ordering::Less,
        FilterOp::Lte => order(actual, value) != Ordering::Greater,
        FilterOp::Gt => order(actual, value) == Ordering::Greater,
        FilterOp::Gte => order(actual, value) != Ordering::Less,
        FilterOp::Between => {
            order(actual, &list()[0]) != Ordering::Less && order(actual, &list()[1]) != Ordering::Greater
        }
        FilterOp::Contains => text(field, actual).contains(&needle(field, value)),
        FilterOp::StartsWith => text(field, actual).starts_with(&needle(field, value)),
        FilterOp::EndsWith => text(field, actual).ends_with(&needle(field, value)),
    }
}

/// Plain texts are compared without the case of ASCII in fragments; sealed ones in normal form.
fn text(field: Option<&FieldDef>, actual: &Value) -> String {
    normal(field, actual.as_text().expect("a text"))
}

fn needle(field: Option<&FieldDef>, value: &Json) -> String {
    normal(field, value.as_str().expect("a text"))
}

fn normal(field: Option<&FieldDef>, text: &str) -> String {
    match field.map(|f| &f.kind) {
        Some(FieldKind::Phone) => text.chars().filter(char::is_ascii_digit).collect(),
        _ => text.to_ascii_lowercase(),
    }
}

fn same(field: Option<&FieldDef>, actual: &Value, value: &Json) -> bool {
    match (actual, field.map(|f| &f.kind)) {
        (Value::Text(text), Some(FieldKind::Phone | FieldKind::Name)) => {
            normal(field, text) == needle(field, value)
        }
        (Value::Text(text), _) => Some(text.as_str()) == value.as_str(),
        (Value::Bool(b), _) => Some(*b) == value.as_bool(),
        (Value::Id(id), _) => Some(*id) == value.as_str().and_then(|t| Uuid::parse_str(t).ok()),
        _ => order(actual, value) == Ordering::Equal,
    }
}

fn order(actual: &Value, value: &Json) -> Ordering {
    match actual {
        Value::Int(n) => n.cmp(&value.as_i64().expect("a number")),
        Value::Date(d) => {
            let shown = crate::value_format::format_date(*d);
            shown.as_str().cmp(value.as_str().expect("a day"))
        }
        Value::Time(t) => {
            t.cmp(&crate::value_format::parse_time(value.as_str().expect("a moment")).expect("RFC 3339"))
        }
        other => panic!("{other:?} has no order"),
    }
}

/// The records a caller should get, in order.
pub fn listed<'a>(
    def: &ObjectDef,
    grant: &Grant,
    records: &'a [Known],
    filter: Option<&Filter>,
    sort: &[Sort],
) -> Vec<&'a Known> {
    let mut list: Vec<&Known> = records
        .iter()
        .filter(|r| r.deleted_at.is_none() && grant.allows(&r.facts))
        .filter(|r| filter.is_none_or(|f| meets(def, r, f)))
        .collect();
    list.sort_by(|a, b| {
        let by_keys = sort
            .iter()
            .map(|s| {
                let (x, y) = (actual(def, a, &s.field), actual(def, b, &s.field));
                match (x.is_null(), y.is_null()) {
                    (true, true) => Ordering::Equal,
                    (true, false) => Ordering::Greater,
                    (false, true) => Ordering::Less,
                    (false, false) if s.descending => values(&y, &x),
                    (false, false) => values(&x, &y),
                }
            })
            .find(|o| *o != Ordering::Equal)
            .unwrap_or(Ordering::Equal);
        by_keys.then_with(|| rest(a, b, sort))
    });
    list
}

/// What decides between equal keys: the last change, then the id.
fn rest(a: &Known, b: &Known, sort: &[Sort]) -> Ordering {
    let newest = b.updated_at.cmp(&a.updated_at).then(a.id.cmp(&b.id));
    match sort {
        [] => newest,
        [one] if one.field == "_updated_at" => {
            if one.descending {
                a.id.cmp(&b.id)
            } else {
                b.id.cmp(&a.id)
            }
        }
        [one] if one.descending => newest.reverse(),
        [_] => newest,
        _ => a.id.cmp(&b.id),
    }
}

fn values(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) | (Value::Time(x), Value::Time(y)) => x.cmp(y),
        (Value::Date(x), Value::Date(y)) => x.cmp(y),
        (Value::Text(x), Value::Text(y)) => x.as_bytes().cmp(y.as_bytes()),
        (Value::Bool(x), Value::Bool(y)) => x.cmp(y),
        (Value::Id(x), Value::Id(y)) => x.as_bytes().cmp(y.as_bytes()),
        other => panic!("{other:?} cannot be compared"),
    }
}
