//! Many records at once: pages, the bin, conditions, orders, search, groups, duplicates.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::eye::{Eye, sorted};
use crate::oracle::{Deed, Level, OBJECTS, OPERATORS, Val, Verdict, masked, part};

pub async fn walk(eye: &Eye) {
    for object in OBJECTS {
        pages(eye, object).await;
        filters(eye, object).await;
        orders(eye, object).await;
        groups(eye, object).await;
        duplicates(eye, object).await;
    }
    search(eye).await;
}

/// All items of a list, page by page.
async fn all(eye: &Eye, object: &str, question: &Json, limit: usize) -> Option<(Vec<Json>, Json)> {
    let path = format!("/records/{object}/query");
    let mut question = question.clone();
    question["limit"] = json!(limit);
    let mut items = Vec::new();
    loop {
        let answer = eye.post(&path, question.clone()).await;
        if !eye.company().holds(eye.who, Deed::Read) {
            eye.shut_out(&answer, &path);
            return None;
        }
        eye.tally.same(&answer.status.as_u16(), &200, || {
            format!("{} {path} {question} {:?}", eye.name(), answer.json)
        });
        items.extend(answer.json["items"].as_array().cloned().unwrap_or_default());
        match answer.json["next"].as_str() {
            Some(next) => question["cursor"] = json!(next),
            None => return Some((items, answer.json["count"].clone())),
        }
    }
}

async fn pages(eye: &Eye, object: &'static str) {
    let company = eye.company();
    let known: Vec<String> = company.fields[object]
        .iter()
        .filter(|f| company.span(eye.who, Deed::Read, f).1 > Level::None)
        .map(|f| f.key.clone())
        .collect();
    for deleted in [false, true] {
        for (limit, fields) in [(200, known.clone()), (4, Vec::new())] {
            let question = json!({ "deleted": deleted, "count": true, "fields": fields });
            let Some((items, count)) = all(eye, object, &question, limit).await else { return };
            let expected = company.seen(eye.who, object, deleted);
            let what = || format!("{} {object} deleted={deleted} by {limit}", eye.name());
            eye.tally.same(&sorted(eye.places(&json!(items))), &expected, what);
            eye.tally.same(&count, &json!({ "n": expected.len(), "capped": false }), what);
            let shown: Vec<String> = company.fields[object]
                .iter()
                .filter(|f| if fields.is_empty() { f.in_list } else { fields.contains(&f.key) })
                .map(|f| f.key.clone())
                .collect();
            for item in &items {
                eye.compare(item, eye.place_of(&item["id"]), Some(&shown), "list");
            }
        }
    }
    for field in company.fields[object].iter().filter(|f| !known.contains(&f.key)) {
        let answer = eye.post(&format!("/records/{object}/query"), json!({ "fields": [field.key] })).await;
        if company.holds(eye.who, Deed::Read) {
            eye.refused(&answer, 422, "field.unknown", &format!("{object} fields {}", field.key));
        } else {
            eye.shut_out(&answer, object);
        }
    }
}

/// The value of a condition as it is sent.
fn operand(eye: &Eye, op: &str, value: &Val) -> Option<Json> {
    if matches!(op, "is_empty" | "is_not_empty") {
        return None;
    }
    let json = match value {
        Val::Text(text) => json!(part(op, text)),
        value => eye.world.sent(value).expect("a value"),
    };
    Some(match op {
        "in" | "not_in" => json!([json]),
        "between" => json!([json, json]),
        _ => json,
    })
}

/// A condition on every field by every operator, with the value of a record in sight and of one
/// out of sight.
async fn filters(eye: &Eye, object: &'static str) {
    let company = eye.company();
    let holds = company.holds(eye.who, Deed::Read);
    let path = format!("/records/{object}/query");
    let all: Vec<usize> =
        (0..company.records.len()).filter(|i| company.records[*i].object == object).collect();
    for (n, field) in company.fields[object].iter().enumerate() {
        let given = |i: &&usize| company.records[**i].values[&field.key] != Val::Null;
        let seen =
            |i: &&usize| company.visible(eye.who, &company.records[**i]) && !company.records[**i].deleted;
        let pick = |list: Vec<&usize>| list.get((n + eye.who) % list.len().max(1)).map(|i| **i);
        let inside = pick(all.iter().filter(given).filter(seen).collect());
        let outside = pick(all.iter().filter(given).filter(|i| !seen(i)).collect());
        let refused = company.refusal(eye.who, field).is_some();
        for op in if holds { &OPERATORS[..] } else { &OPERATORS[..1] } {
            for place in [inside, outside] {
                // One that is refused is refused for any value.
                if refused && place == inside && outside.is_some() && inside.is_some() {
                    continue;
                }
                let value = match (place, field.kind.as_str()) {
                    (Some(place), _) => company.records[place].values[&field.key].clone(),
                    (None, _) if place == inside && outside.is_some() => continue,
                    (None, "select") => Val::Text(field.options[0].clone()),
                    (None, "money" | "percent") => Val::Int(1),
                    (None, "boolean") => Val::Bool(true),
                    (None, "date") => Val::Text("2030-01-01".into()),
                    (None, "date_time") => Val::Text("2025-01-01T00:00:00.000000Z".into()),
                    (None, "reference") => Val::Ref(0),
                    (None, _) => Val::Text("nothing of the sort".into()),
                };
                let mut condition = json!({ "field": field.key, "op": op });
                if let Some(operand) = operand(eye, op, &value) {
                    condition["value"] = operand;
                }
                // A part of an option, a date or the like is no value of its kind.
                if let (Val::Text(_), "contains" | "starts_with" | "ends_with") = (&value, *op)
                    && matches!(field.kind.as_str(), "select" | "date" | "date_time")
                {
                    condition["value"] = eye.world.sent(&value).expect("a value");
                }
                let title = &company.titles[object];
                let question = json!({ "filter": condition, "count": true, "limit": 200, "fields": [title] });
                let question =
                    if company.span(eye.who, Deed::Read, company.field(object, title)).1 > Level::None {
                        question
                    } else {
                        json!({ "filter": condition, "count": true, "limit": 200 })
                    };
                let answer = eye.post(&path, question).await;
                let what = || format!("{} {object} {condition}", eye.name());
                match company.filtered(eye.who, object, field, op, &value) {
                    Verdict::Found(expected) => {
                        let got = answer.json.get("items").map(|items| sorted(eye.places(items)));
                        eye.tally.same(&got, &Some(expected.clone()), || {
                            format!("{} {:?}", what(), answer.json["code"])
                        });
                        eye.tally.same(&answer.json["count"]["n"], &json!(expected.len()), what);
                    }
                    Verdict::Refused(status, code) => eye.refused(&answer, status, code, &what()),
                }
            }
        }
    }
}

async fn orders(eye: &Eye, object: &'static str) {
    let company = eye.company();
    let path = format!("/records/{object}/query");
    for field in &company.fields[object] {
        for descending in [false, true] {
            let sort = json!([{ "field": field.key, "descending": descending }]);
            let answer = eye.post(&path, json!({ "sort": sort, "limit": 200 })).await;
            let what = || format!("{} {object} by {sort}", eye.name());
            if let Some((status, code)) = company.refusal(eye.who, field) {
                eye.refused(&answer, status, code, &what());
                continue;
            }
            let unordered = if field.sealed() { !field.searchable } else { field.kind == "long_text" };
            if unordered {
                eye.refused(&answer, 422, "field.not_sortable", &what());
                continue;
            }
            let places = eye.places(&answer.json["items"]);
            eye.tally.same(&sorted(places.clone()), &company.seen(eye.who, object, false), || {
                format!("{} {:?}", what(), answer.json["code"])
            });
            // Values of the tests' own shapes order as their text does; those of references by id.
            if field.kind == "reference" || places.contains(&usize::MAX) {
                continue;
            }
            let keys: Vec<&Val> = places.iter().map(|p| &company.records[*p].values[&field.key]).collect();
            let filled: Vec<&&Val> = keys.iter().filter(|v| ***v != Val::Null).collect();
            let ordered = filled.windows(2).all(|pair| match (*pair[0], *pair[1]) {
                (Val::Int(a), Val::Int(b)) => {
                    if descending {
                        a >= b
                    } else {
                        a <= b
                    }
                }
                (Val::Bool(a), Val::Bool(b)) => {
                    if descending {
                        a >= b
                    } else {
                        a <= b
                    }
                }
                (Val::Text(a), Val::Text(b)) => {
                    if descending {
                        a >= b
                    } else {
                        a <= b
                    }
                }
                _ => false,
            });
            eye.tally.check(ordered, || format!("{} is out of order: {keys:?}", what()));
            let last = keys.iter().skip(filled.len()).all(|v| **v == Val::Null);
            eye.tally.check(last, || format!("{}: empty values do not come last", what()));
        }
    }
}

async fn groups(eye: &Eye, object: &'static str) {
    let company = eye.company();
    let path = format!("/records/{object}/aggregate");
    for field in &company.fields[object] {
        let answer =
            eye.post(&path, json!({ "group_by": [field.key], "measures": [{ "op": "count" }] })).await;
        let what = || format!("{} {object} in groups of {}", eye.name(), field.key);
        if let Some((status, code)) = company.refusal(eye.who, field) {
            eye.refused(&answer, status, code, &what());
            continue;
        }
        if field.sealed() || !matches!(field.kind.as_str(), "select" | "boolean" | "reference") {
            eye.refused(&answer, 422, "field.not_groupable", &what());
            continue;
        }
        let mut expected: BTreeMap<String, usize> = BTreeMap::new();
        for place in company.seen(eye.who, object, false) {
            let key = match &company.records[place].values[&field.key] {
                Val::Ref(target) => json!(company.records[*target].id),
                value => eye.world.sent(value).unwrap_or_default(),
            };
            *expected.entry(key.to_string()).or_default() += 1;
        }
        let mut got = BTreeMap::new();
        for row in answer.json["rows"].as_array().cloned().unwrap_or_default() {
            let key = match &row["keys"][0] {
                Json::Object(reference) => reference["id"].clone(),
                key => key.clone(),
            };
            got.insert(
                key.to_string(),
                usize::try_from(row["values"][0].as_u64().unwrap_or_default()).expect("small"),
            );
        }
        eye.tally.same(&got, &expected, what);
    }
    for field in &company.fields[object] {
        let measures = json!([{ "op": "sum", "field": field.key }, { "op": "count" }]);
        let answer = eye.post(&path, json!({ "measures": measures })).await;
        let what = || format!("{} {object} sum of {}", eye.name(), field.key);
        if let Some((status, code)) = company.refusal(eye.who, field) {
            eye.refused(&answer, status, code, &what());
        } else if field.sealed() || !matches!(field.kind.as_str(), "money" | "percent") {
            eye.refused(&answer, 422, "field.not_summable", &what());
        } else {
            let seen = company.seen(eye.who, object, false);
            let sum: i64 = seen
                .iter()
                .map(|p| if let Val::Int(n) = company.records[*p].values[&field.key] { n } else { 0 })
                .sum();
            eye.tally.same(&answer.json["rows"][0]["values"], &json!([sum, seen.len()]), what);
        }
    }
}

/// What is told of records that have the same value: that there is one, and whose.
async fn duplicates(eye: &Eye, object: &'static str) {
    let company = eye.company();
    let path = format!("/records/{object}/duplicates");
    for record in company.records.iter().filter(|r| r.object == object) {
        for field in company.fields[object].iter().filter(|f| f.unique && !f.off) {
            let Val::Text(value) = &record.values[&field.key] else { continue };
            let answer = eye.post(&path, json!({ "values": { field.key.clone(): value } })).await;
            let what = || format!("{} duplicates of {object}.{} of {}", eye.name(), field.key, record.id);
            if !company.holds(eye.who, Deed::Create) {
                eye.tally.same(&answer.status.as_u16(), &403, what);
                continue;
            }
            let matches = answer.json["matches"].as_array().cloned().unwrap_or_default();
            eye.tally.same(&matches.len(), &usize::from(!record.deleted), || {
                format!("{} {:?}", what(), answer.json)
            });
            for told in matches {
                let visible = company.visible(eye.who, record);
                let expected = if visible {
                    json!({ "id": record.id, "title": company.title(eye.who, record) })
                } else {
                    Json::Null
                };
                eye.tally.same(&told["record"], &expected, what);
                eye.tally.same(&told["owner"]["id"], &json!(eye.world.t.people[record.owner]), what);
                eye.tally.same(&told["field"], &json!(field.key), what);
            }
        }
    }
}

/// One search field for everything: by whole values and by their last four characters.
async fn search(eye: &Eye) {
    let company = eye.company();
    for (place, record) in company.records.iter().enumerate() {
        for (n, field) in company.fields[record.object].iter().enumerate().filter(|(_, f)| f.searchable) {
            let Val::Text(value) = &record.values[&field.key] else { continue };
            // Each person asks for a third of the values, another third than the next person.
            if !(place + n + eye.who).is_multiple_of(3) {
                continue;
            }
            for text in [value.clone(), part("ends_with", value)] {
                let answer = eye.get(&format!("/search?limit=50&q={}", urlencode(&text))).await;
                let what = || format!("{} search {text}", eye.name());
                eye.tally.same(&answer.status.as_u16(), &200, || format!("{} {:?}", what(), answer.json));
                let groups = answer.json["groups"].as_array().cloned().unwrap_or_default();
                let mut hit = false;
                for item in groups.iter().flat_map(|g| g["items"].as_array().cloned().unwrap_or_default()) {
                    let at = eye.place_of(&item["id"]);
                    let found = &company.records[at];
                    hit |= at == place;
                    let key = item["matched"]["field"].as_str().unwrap_or_default();
                    let by = company.field(found.object, key);
                    let least = company.span(eye.who, Deed::Read, by).0;
                    eye.tally.check(
                        company.visible(eye.who, found) && !found.deleted && least >= Level::Read,
                        || format!("{} finds {} by {key}", what(), found.id),
                    );
                    eye.tally.same(&item["title"], &json!(company.title(eye.who, found)), what);
                    if let (Val::Text(there), true) =
                        (&found.values[key], key != company.titles[found.object])
                    {
                        let whole = company.whole(eye.who, found, by);
                        let expected = if whole { there.clone() } else { masked(by, there) };
                        eye.tally.same(&item["subtitle"], &json!(expected), what);
                    }
                }
                let least = company.span(eye.who, Deed::Read, field).0;
                let expected = !record.deleted && company.visible(eye.who, record) && least >= Level::Read;
                // Four characters may be in more records than are shown.
                if text == *value || (expected && !groups.iter().any(|g| g["more"] == true)) {
                    eye.tally.same(&hit, &expected, || format!("{} {} {}", what(), record.object, field.key));
                }
            }
        }
    }
}

pub fn urlencode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
