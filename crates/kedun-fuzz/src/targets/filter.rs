//! Questions for lists: conditions, orders, fields, from their JSON to the statement that is run.

use kedun_api::testing::{filter, list_query};
use kedun_engine::testing::{statement, value};
use kedun_model::{Action, Error, ErrorKind, FieldLevel, Filter, ListQuery};
use serde_json::Value as Json;

use super::office::{Office, ROLES, caller};
use super::{Target, sql};
use crate::mutate::Shape;
use crate::{Random, Seen};

pub const TARGET: Target = Target {
    name: "filter",
    run,
    shape: Shape::Json,
    words: &[
        "account",
        "contact",
        "lead",
        "opportunity",
        "follow_up",
        "name",
        "mobile",
        "phone",
        "email",
        "wechat",
        "id_no",
        "birthday",
        "address",
        "note",
        "stage",
        "amount",
        "industry",
        "content",
        "expected_close",
        "win_rate",
        "_owner",
        "_unit",
        "_team",
        "_created_at",
        "_updated_at",
        "_deleted_at",
        "_import",
        "_partner",
        "id",
        "org",
        "owner_id",
        "deleted_at",
        "eq",
        "ne",
        "in",
        "not_in",
        "lt",
        "lte",
        "gt",
        "gte",
        "between",
        "contains",
        "starts_with",
        "ends_with",
        "is_empty",
        "is_not_empty",
        "me",
        "and",
        "or",
        "not",
        "field",
        "op",
        "value",
        "filter",
        "sort",
        "fields",
        "limit",
        "cursor",
        "count",
        "deleted",
        "search",
        "descending",
        "relative",
        "n",
        "today",
        "this_week",
        "this_month",
        "this_quarter",
        "this_year",
        "last_n_days",
        "next_n_days",
        "2026-11-23",
        "9999-12-31",
        "2026-11-23T08:00:00Z",
        "'",
        "\"",
        "' OR 1=1 --",
        "\"; DROP TABLE share; --",
        "%",
        "_",
        "\\",
        "?",
        "$1",
        "\u{0}",
        "13800138000",
    ],
    short: 2_500,
    meets: 200,
    longest: 16 << 10,
};

/// System fields that everybody may ask about.
const SYSTEM: [&str; 8] =
    ["_owner", "_unit", "_team", "_import", "_created_at", "_updated_at", "_deleted_at", "_partner"];

/// Reads `object`, a line feed and the JSON of a question, asks it as everybody, and looks at the statement.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let text = String::from_utf8_lossy(data);
    let (object, json) = text.split_once('\n').unwrap_or(("contact", &text));
    let query = match list_query(json) {
        Ok(query) => query,
        Err(error) => {
            expected(&error);
            seen.note(error.code);
            return seen;
        }
    };
    if let Some(tree) = &query.filter {
        assert!(depth(tree) <= 16, "a tree is deeper than its reader allows");
        let written = serde_json::to_value(tree).unwrap();
        assert_eq!(filter(written).ok().as_ref(), Some(tree), "what is written is not what is read");
    }
    let office = Office::get();
    for role in 0..ROLES.len() {
        let answer = office.wait(statement(&office.door, &caller(role), object, &query));
        match answer {
            Ok((sql, rows)) => {
                assert!(rows <= 1, "more rows than records");
                seen.note((sql.len() / 64, rows));
                allowed(role, object, &query);
                sql::check(&sql, &office.door.catalog().object(object).unwrap().def);
            }
            Err(error) => {
                expected(&error);
                silent(&error, &query, object);
                seen.note(error.code);
            }
        }
    }
    values(object, json, &mut seen);
    seen
}

/// A stranger's question is answered or refused; it is never a defect and never a fault of the store.
fn expected(error: &Error) {
    assert!(
        !matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable),
        "a question was answered with a defect: {error}"
    );
}

/// A refusal does not repeat the values of the question.
fn silent(error: &Error, query: &ListQuery, object: &str) {
    let told = format!("{error} {error:?}");
    let mut keys = vec![object];
    let mut texts = Vec::new();
    if let Some(tree) = &query.filter {
        conditions(tree, &mut |field, value| {
            keys.push(field);
            collect(value, &mut texts);
        });
    }
    keys.extend(
        query.sort.iter().map(|key| key.field.as_str()).chain(query.fields.iter().map(String::as_str)),
    );
    for text in texts.into_iter().filter(|text| text.len() >= 9 && text.bytes().any(|b| b.is_ascii_digit())) {
        let named = keys.iter().any(|key| key.contains(text) || format!("{key:?}").contains(text));
        assert!(named || !told.contains(text), "a refusal repeats a value");
    }
}

/// Nobody asks about a field that is masked in some row she reaches, however it is nested.
fn allowed(role: usize, object: &str, query: &ListQuery) {
    let office = Office::get();
    let catalog = office.door.catalog();
    let def = &catalog.object(object).expect("an answer is about an object").def;
    let grant =
        office.wait(office.door.grant(&caller(role), object, Action::Read)).expect("an answer has a grant");
    let mut asked: Vec<&str> = query.sort.iter().map(|key| key.field.as_str()).collect();
    if let Some(tree) = &query.filter {
        conditions(tree, &mut |field, _| asked.push(field));
    }
    for key in asked {
        if SYSTEM.contains(&key) {
            continue;
        }
        let field = def.field(key).expect("an answer is about fields that exist");
        assert!(
            grant.field_level_min(field.id) >= FieldLevel::Read,
            "{} asked about the masked {key}",
            ROLES[role]
        );
    }
    for key in &query.fields {
        let field = def.field(key).expect("an answer shows fields that exist");
        assert!(grant.field_level_max(field.id) > FieldLevel::None, "{key} was shown");
    }
}

fn depth(filter: &Filter) -> usize {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => 1 + parts.iter().map(depth).max().unwrap_or(0),
        Filter::Not(part) => 1 + depth(part),
        Filter::Field { .. } => 1,
    }
}

fn conditions<'a>(filter: &'a Filter, see: &mut impl FnMut(&'a str, &'a Json)) {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| conditions(part, see)),
        Filter::Not(part) => conditions(part, see),
        Filter::Field { field, value, .. } => see(field, value.as_ref().unwrap_or(&Json::Null)),
    }
}

fn collect<'a>(value: &'a Json, texts: &mut Vec<&'a str>) {
    match value {
        Json::String(text) => texts.push(text),
        Json::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        Json::Object(members) => members.values().for_each(|value| collect(value, texts)),
        _ => {}
    }
}

/// Every value of the question as the value of every field: what is taken is taken again from the answer's form.
fn values(object: &str, json: &str, seen: &mut Seen) {
    let Ok(json) = serde_json::from_str::<Json>(json) else { return };
    let catalog = Office::get().door.catalog();
    let Some(object) = catalog.object(object) else { return };
    let mut found = Vec::new();
    leaves(&json, &mut found);
    let mut random = Random::new(u64::try_from(found.len()).unwrap());
    for field in &object.def.fields {
        if found.is_empty() {
            return;
        }
        let sent = *random.pick(&found);
        match value(field, sent) {
            Err(error) => seen.note(error.code),
            Ok(taken) => {
                let answered = kedun_engine::value_to_json(&taken);
                assert_eq!(
                    value(field, &answered).as_ref(),
                    Ok(&taken),
                    "{} changed on its way back",
                    field.key
                );
            }
        }
    }
}

fn leaves<'a>(json: &'a Json, found: &mut Vec<&'a Json>) {
    match json {
        Json::Array(values) => values.iter().for_each(|value| leaves(value, found)),
        Json::Object(members) => members.values().for_each(|value| leaves(value, found)),
        leaf => found.push(leaf),
    }
    if found.len() < 64 && json.is_array() {
        found.push(json);
    }
}
