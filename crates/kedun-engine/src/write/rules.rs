//! What is filled in where nothing was entered, as data of whoever ships the objects.

use kedun_model::{FieldKind, Value};
use serde::{Deserialize, Serialize};

use crate::catalog::CatalogObject;

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// A new record has this option where none was chosen.
    Default { object: String, field: String, option: String },
    /// When the option of `by` is chosen, the number `field` becomes the one beside it, unless it
    /// is entered as well.
    Follows { object: String, field: String, by: String, numbers: Vec<(String, i64)> },
    /// The companies that outside partners belong to are records of this object.
    PartnerCompany { object: String },
}

/// Fills in the values of a new record: the first stage, the rules' defaults, numbers that follow.
/// Returns the positions that were filled.
pub(crate) fn complete_new(rules: &[Rule], object: &CatalogObject, values: &mut [Value]) -> Vec<usize> {
    let mut filled = Vec::new();
    for rule in rules {
        if let Rule::Default { object: key, field, option } = rule
            && *key == object.def.key
        {
            fill(object, values, field, Value::Text(option.clone()), &mut filled);
        }
    }
    if let Some(stage) = &object.def.stage
        && let Some(FieldKind::Select { options }) = object.field(stage).map(|f| &f.kind)
        && let Some(first) = options.first()
    {
        fill(object, values, stage, Value::Text(first.key.clone()), &mut filled);
    }
    for (position, value) in following(rules, object, values, |_| true) {
        if let Some(slot) = values.get_mut(position)
            && slot.is_null()
        {
            *slot = value;
            filled.push(position);
        }
    }
    filled
}

/// The numbers that follow from options that `changed` says were chosen now.
pub(crate) fn following(
    rules: &[Rule],
    object: &CatalogObject,
    values: &[Value],
    changed: impl Fn(usize) -> bool,
) -> Vec<(usize, Value)> {
    let mut out = Vec::new();
    for rule in rules {
        let Rule::Follows { object: key, field, by, numbers } = rule else { continue };
        if *key != object.def.key {
            continue;
        }
        let (Some(to), Some(from)) = (position(object, field), position(object, by)) else { continue };
        let chosen = values.get(from).and_then(Value::as_text);
        if changed(from)
            && let Some((_, n)) = numbers.iter().find(|(option, _)| Some(option.as_str()) == chosen)
        {
            out.push((to, Value::Int(*n)));
        }
    }
    out
}

/// Where the field with this key stands in the definition.
pub(crate) fn position(object: &CatalogObject, key: &str) -> Option<usize> {
    object.def.fields.iter().position(|f| f.key == key)
}

fn fill(object: &CatalogObject, values: &mut [Value], key: &str, value: Value, filled: &mut Vec<usize>) {
    if let Some(position) = position(object, key)
        && let Some(slot) = values.get_mut(position)
        && slot.is_null()
    {
        *slot = value;
        filled.push(position);
    }
}
