//! Conditions as bodies carry them, read with a limit on their depth.

use kedun_model::{Error, Filter, FilterOp, Result, Sort};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Deeper trees are refused here already; the door accepts fewer levels still.
const MAX_DEPTH: usize = 16;

/// A tree of conditions: exactly one of the members `and`, `or`, `not`, or a condition.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(no_recursion)]
#[expect(dead_code, reason = "describes the shape; bodies are read by `parse`, which limits the depth")]
pub enum FilterTree {
    And { and: Vec<FilterTree> },
    Or { or: Vec<FilterTree> },
    Not { not: Box<FilterTree> },
    Condition(Condition),
}

/// A condition on one field.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The key of a field, or `_owner`, `_unit`, `_team`, `_partner`, `_created_at`, `_updated_at`, `_import`
    pub field: String,
    /// `eq`, `ne`, `in`, `not_in`, `lt`, `lte`, `gt`, `gte`, `between`, `contains`, `starts_with`,
    /// `ends_with`, `is_empty`, `is_not_empty`
    #[schema(value_type = String)]
    pub op: FilterOp,
    /// Absent for `is_empty` and `is_not_empty`, a list for `in`, `not_in` and `between`
    #[serde(default)]
    pub value: Option<Value>,
}

/// One key of an order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SortKey {
    /// As in a condition
    pub field: String,
    #[serde(default)]
    pub descending: bool,
}

impl From<SortKey> for Sort {
    fn from(key: SortKey) -> Self {
        Sort { field: key.field, descending: key.descending }
    }
}

/// Reads a tree of conditions.
///
/// # Errors
/// `filter.malformed`, `filter.too_deep`.
pub fn parse(json: Value) -> Result<Filter> {
    at_depth(json, 1)
}

/// The same, of a member that may be absent.
///
/// # Errors
/// As [`parse`].
pub fn optional(json: Option<Value>) -> Result<Option<Filter>> {
    json.filter(|json| !json.is_null()).map(parse).transpose()
}

fn at_depth(json: Value, depth: usize) -> Result<Filter> {
    if depth > MAX_DEPTH {
        return Err(Error::invalid("filter.too_deep"));
    }
    let Value::Object(mut members) = json else { return Err(malformed()) };
    if let (1, Some(key)) = (members.len(), members.keys().next().cloned()) {
        match key.as_str() {
            "and" => return Ok(Filter::And(several(members.remove("and"), depth)?)),
            "or" => return Ok(Filter::Or(several(members.remove("or"), depth)?)),
            "not" => {
                let part = members.remove("not").ok_or_else(malformed)?;
                return Ok(Filter::Not(Box::new(at_depth(part, depth + 1)?)));
            }
            _ => {}
        }
    }
    condition(members)
}

fn several(json: Option<Value>, depth: usize) -> Result<Vec<Filter>> {
    let Some(Value::Array(parts)) = json else { return Err(malformed()) };
    parts.into_iter().map(|part| at_depth(part, depth + 1)).collect()
}

fn condition(members: Map<String, Value>) -> Result<Filter> {
    // The parser's words would quote the value.
    let read: std::result::Result<Condition, _> = serde_json::from_value(Value::Object(members));
    let Condition { field, op, value } = read.ok().ok_or_else(malformed)?;
    Ok(Filter::Field { field, op, value })
}

fn malformed() -> Error {
    Error::invalid("filter.malformed")
}

/// Calls `see` with every condition of a tree.
pub fn each(filter: &Filter, see: &mut impl FnMut(&str, FilterOp, Option<&Value>)) {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| each(part, see)),
        Filter::Not(part) => each(part, see),
        Filter::Field { field, op, value } => see(field, *op, value.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trees_are_read_as_the_model_writes_them() {
        let tree = json!({"and": [
            {"field": "stage", "op": "eq", "value": "won"},
            {"not": {"or": [{"field": "amount", "op": "is_empty"}, {"field": "_owner", "op": "in", "value": ["me"]}]}},
        ]});
        let filter = parse(tree.clone()).expect("read");
        assert_eq!(serde_json::to_value(&filter).expect("written"), tree);
        let mut seen = Vec::new();
        each(&filter, &mut |field, _, value| seen.push((field.to_owned(), value.is_some())));
        assert_eq!(
            seen,
            [("stage".to_owned(), true), ("amount".to_owned(), false), ("_owner".to_owned(), true)]
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            json!([]),
            json!("stage"),
            json!({}),
            json!({"and": {}}),
            json!({"and": [], "or": []}),
            json!({"field": "stage"}),
            json!({"field": "stage", "op": "like", "value": "x"}),
            json!({"field": "stage", "op": "eq", "value": "x", "case": true}),
            json!({"nor": []}),
        ] {
            assert_eq!(parse(bad.clone()).expect_err("refused").code, "filter.malformed", "{bad}");
        }
        let mut deep = json!({"field": "stage", "op": "is_empty"});
        for _ in 0..MAX_DEPTH {
            deep = json!({ "not": deep });
        }
        assert_eq!(parse(deep).expect_err("refused").code, "filter.too_deep");
    }
}
