//! One record at a time: detail, history, what refers to it, timeline, explanation, who looked.

use serde_json::{Value as Json, json};

use super::eye::{Eye, sorted};
use crate::app::{AUDITOR, PEOPLE, PRIVACY, SECURITY_ADMIN};
use crate::oracle::{Deed, Level, OBJECTS, Val};

pub async fn walk(eye: &Eye) {
    metadata(eye).await;
    for place in 0..eye.company().records.len() {
        detail(eye, place).await;
        history(eye, place).await;
        related(eye, place).await;
        timeline(eye, place).await;
        explain(eye, place).await;
        looks(eye, place).await;
        shares(eye, place).await;
    }
}

/// The refusal of a record: not given at all, or not there for this person.
fn shut(eye: &Eye, place: usize, answer: &crate::app::Answer, what: &str) -> bool {
    let company = eye.company();
    if !company.holds(eye.who, Deed::Read) {
        eye.shut_out(answer, what);
        return true;
    }
    if !company.visible(eye.who, &company.records[place]) {
        eye.refused(answer, 404, "not_found", what);
        return true;
    }
    eye.tally.same(&answer.status.as_u16(), &200, || format!("{} {what} {:?}", eye.name(), answer.json));
    false
}

async fn metadata(eye: &Eye) {
    let company = eye.company();
    let all = eye.get("/objects").await;
    for object in OBJECTS {
        let items = all.json["items"].as_array().expect("items");
        let told = items.iter().find(|o| o["key"] == object);
        let given: Vec<&str> =
            Deed::ALL.into_iter().filter(|d| company.holds(eye.who, *d)).map(Deed::code).collect();
        let what = || format!("{} objects {object}", eye.name());
        eye.tally.same(&told.is_some(), &!given.is_empty(), || format!("{} there", what()));
        let Some(told) = told else { continue };
        let mut actions: Vec<&str> =
            told["actions"].as_array().expect("actions").iter().filter_map(Json::as_str).collect();
        let mut given = given;
        actions.sort_unstable();
        given.sort_unstable();
        eye.tally.same(&actions, &given, || format!("{} actions", what()));
        for field in &company.fields[object] {
            let told = told["fields"].as_array().expect("fields").iter().find(|f| f["key"] == *field.key);
            let (least, most) = company.span(eye.who, Deed::Read, field);
            eye.tally
                .same(&told.is_some(), &(most > Level::None), || format!("{} {} known", what(), field.key));
            let Some(told) = told else { continue };
            let usable = least >= Level::Read;
            let filterable = told["filterable"] == true;
            eye.tally.check(usable || !filterable, || format!("{} {} filterable", what(), field.key));
            eye.tally
                .check(usable || told["sortable"] == false, || format!("{} {} sortable", what(), field.key));
            eye.tally.check(usable || told["searchable"] == false, || {
                format!("{} {} searchable", what(), field.key)
            });
            eye.tally.check(told["class"] == format!("P{}", field.class), || {
                format!("{} {} class", what(), field.key)
            });
            if least < Level::Read || most < Level::Read {
                eye.tally
                    .check(told["level_everywhere"] != "write", || format!("{} {} level", what(), field.key));
            }
            if most == Level::Masked {
                eye.tally
                    .check(told["level"] == "masked", || format!("{} {} level {told}", what(), field.key));
            }
        }
    }
}

async fn detail(eye: &Eye, place: usize) {
    let path = eye.world.path(place, "");
    let answer = eye.get(&path).await;
    if shut(eye, place, &answer, &path) {
        return;
    }
    let etag = format!("\"{}\"", eye.company().records[place].version);
    eye.tally.check(answer.headers.get("etag").is_some_and(|v| *v == *etag), || format!("{path} etag"));
    eye.compare(&answer.json, place, None, "detail");
}

async fn history(eye: &Eye, place: usize) {
    let path = eye.world.path(place, "/history");
    let answer = eye.get(&path).await;
    if shut(eye, place, &answer, &path) {
        return;
    }
    let company = eye.company();
    let record = &company.records[place];
    let items = answer.json["items"].as_array().expect("items");
    eye.tally.same(&items.len(), &usize::try_from(record.version).expect("small"), || {
        format!("{} {path}", eye.name())
    });
    for change in items.iter().flat_map(|item| item["changes"].as_array().expect("changes")) {
        let key = change["field"].as_str().expect("a key");
        let field = company.field(record.object, key);
        let level = company.level_of(eye.who, Deed::Read, record, field);
        let what = || format!("{} {path} {key}", eye.name());
        eye.tally.check(level > Level::None, || format!("{} is told of", what()));
        // What it was changed to is what it is now, in its present form, and revealed by no history.
        let expected = eye.shown(record, field, level, &record.values[key], false);
        eye.tally.same(&change["to"], &expected, what);
        let whole = company.whole(eye.who, record, field);
        let is_masked = change["from"]["masked"] == true;
        eye.tally.check(change["from"].is_null() || is_masked != whole, || {
            format!("{} from {}", what(), change["from"])
        });
    }
    let changed = items.iter().any(|item| !item["changes"].as_array().expect("changes").is_empty());
    let told: Vec<&str> = items.iter().filter_map(|i| i["action"].as_str()).collect();
    eye.tally.check(
        changed
            || !told.contains(&"update")
            || record.team.is_some()
            || record.partner.is_some()
            || record.unit != company.people[record.owner].unit,
        || format!("{} {path}: a change without fields", eye.name()),
    );
}

async fn related(eye: &Eye, place: usize) {
    let path = eye.world.path(place, "/related");
    let answer = eye.get(&path).await;
    if shut(eye, place, &answer, &path) {
        return;
    }
    let company = eye.company();
    let groups = answer.json["groups"].as_array().expect("groups");
    let target = company.records[place].object;
    for object in OBJECTS {
        for field in company.fields[object].iter().filter(|f| f.to.as_deref() == Some(target)) {
            let what = || format!("{} {path} {object}.{}", eye.name(), field.key);
            let group = groups.iter().find(|g| g["object"] == object && g["field"] == *field.key);
            eye.tally.check(group.is_some(), || format!("{}: no group", what()));
            let Some(group) = group else { continue };
            let seen = company.seen(eye.who, object, false);
            let expected: Vec<usize> = seen
                .into_iter()
                .filter(|i| company.records[*i].values[&field.key] == Val::Ref(place))
                .collect();
            eye.tally.same(&sorted(eye.places(&group["items"])), &expected, what);
            eye.tally.same(&group["count"], &json!({ "n": expected.len(), "capped": false }), what);
            for item in group["items"].as_array().expect("items") {
                let fields: Vec<String> = company.fields[object]
                    .iter()
                    .filter(|f| f.in_list || f.key == company.titles[object])
                    .map(|f| f.key.clone())
                    .collect();
                eye.compare(item, eye.place_of(&item["id"]), Some(&fields), "related");
            }
        }
    }
}

async fn timeline(eye: &Eye, place: usize) {
    let path = eye.world.path(place, "/timeline?limit=50");
    let answer = eye.get(&path).await;
    if shut(eye, place, &answer, &path) {
        return;
    }
    let company = eye.company();
    let items = answer.json["items"].as_array().expect("items");
    let records: Vec<usize> =
        items.iter().filter(|i| i["kind"] == "follow_up").map(|i| eye.place_of(&i["record"]["id"])).collect();
    let mut expected = Vec::new();
    let key =
        company.fields["follow_up"].iter().find(|f| f.to.as_deref() == Some(company.records[place].object));
    if let Some(field) = key {
        let seen = company.seen(eye.who, "follow_up", false);
        expected =
            seen.into_iter().filter(|i| company.records[*i].values[&field.key] == Val::Ref(place)).collect();
    }
    eye.tally.same(&sorted(records), &expected, || format!("{} {path}", eye.name()));
    let owner = company.records[place].owner == eye.who;
    let reveals = items.iter().any(|i| i["kind"] == "reveal");
    eye.tally
        .check(!reveals || owner || eye.who == PRIVACY, || format!("{} {path}: told of reveals", eye.name()));
}

async fn explain(eye: &Eye, place: usize) {
    let company = eye.company();
    let record = &company.records[place];
    // About oneself, for a field that changes with every record.
    let fields = &company.fields[record.object];
    let field = &fields[place % fields.len()];
    let path = eye.world.path(place, &format!("/explain?field={}", field.key));
    let answer = eye.get(&path).await;
    let others = matches!(eye.who, SECURITY_ADMIN | AUDITOR | PRIVACY);
    if !company.visible(eye.who, record) && !others {
        eye.refused(&answer, 404, "not_found", &path);
    } else {
        let decision = if company.visible(eye.who, record) { "allow" } else { "deny" };
        eye.tally.same(&answer.json["decision"], &json!(decision), || format!("{} {path}", eye.name()));
        let level = company.level_of(eye.who, Deed::Read, record, field);
        let level = format!("{level:?}").to_lowercase();
        eye.tally.same(&answer.json["field"]["level"], &json!(level), || format!("{} {path}", eye.name()));
    }
    // About others.
    for who in (0..PEOPLE.len()).filter(|w| *w != eye.who && (others || (*w + place).is_multiple_of(6))) {
        let deeds = [Deed::Read, Deed::OF_RECORD[(place + who) % Deed::OF_RECORD.len()]];
        for deed in deeds {
            if !others && deed != Deed::Read {
                continue;
            }
            let person = eye.world.t.people[who];
            let path = eye.world.path(place, &format!("/explain?person={person}&action={}", deed.code()));
            let answer = eye.get(&path).await;
            if !others {
                eye.refused(&answer, 403, "access.explain", &path);
                continue;
            }
            let allowed = company.allowed(who, deed, record);
            // Without a purpose named, a reveal is not yet allowed to anybody; the steps are told.
            let decision = if allowed { "allow" } else { "deny" };
            let got = answer.json["decision"].as_str().unwrap_or_default();
            let told = !answer.json["obligations"].as_array().is_none_or(Vec::is_empty);
            eye.tally.check(got == decision || (allowed && deed == Deed::Reveal && told), || {
                format!(
                    "{} explains {} of {}: {path}: {}",
                    eye.name(),
                    deed.code(),
                    PEOPLE[who].0,
                    answer.json
                )
            });
        }
    }
}

async fn looks(eye: &Eye, place: usize) {
    let path = eye.world.path(place, "/looks");
    let answer = eye.get(&path).await;
    let company = eye.company();
    let record = &company.records[place];
    let officer = matches!(eye.who, AUDITOR | PRIVACY);
    if officer {
        eye.tally.same(&answer.status.as_u16(), &200, || format!("{} {path} {:?}", eye.name(), answer.json));
        eye.tally.same(&answer.json["numbers_only"], &json!(false), || format!("{} {path}", eye.name()));
        return;
    }
    // The others get numbers at most, and only of what they may change.
    let may = company.allowed(eye.who, Deed::Update, record);
    eye.tally.same(&answer.status.is_success(), &may, || {
        format!("{} {path} {} {:?}", eye.name(), answer.status, answer.json)
    });
    if may {
        eye.tally.same(&answer.json["numbers_only"], &json!(true), || format!("{} {path}", eye.name()));
        eye.tally.same(&answer.json["items"], &json!([]), || format!("{} {path}", eye.name()));
    }
}

async fn shares(eye: &Eye, place: usize) {
    let path = eye.world.path(place, "/shares");
    let answer = eye.get(&path).await;
    let company = eye.company();
    let record = &company.records[place];
    if company.allowed(eye.who, Deed::Share, record) {
        let items = answer.json["items"].as_array().map_or(0, Vec::len);
        eye.tally.same(&items, &record.shares.len(), || format!("{} {path} {:?}", eye.name(), answer.json));
    } else if !company.holds(eye.who, Deed::Read) {
        eye.shut_out(&answer, &path);
    } else if !company.visible(eye.who, record) {
        eye.refused(&answer, 404, "not_found", &path);
    } else {
        eye.tally.same(&answer.status.as_u16(), &403, || format!("{} {path} {:?}", eye.name(), answer.json));
    }
}
