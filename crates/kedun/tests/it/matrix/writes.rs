//! Deeds: with a version that is not there, which tells whether they would be done without doing
//! them; field by field with the value that is there; and then really.

use serde_json::{Map, json};

use super::eye::Eye;
use super::world::OWNERS;
use crate::app::{Answer, PEOPLE};
use crate::oracle::{Deed, Level, OBJECTS, Record, Val};

const NEVER: &str = "\"999\"";

/// What changes nothing.
pub async fn probe(eye: &Eye) {
    for place in 0..eye.company().records.len() {
        versions(eye, place).await;
        reveal(eye, place).await;
        fields(eye, place).await;
    }
}

/// The answer to a deed that the person may, or may not, do with a record that is in the place
/// (living or in the bin) that the deed needs.
fn judged(eye: &Eye, place: usize, deed: Deed, fits: bool, answer: &Answer, done: (u16, &str), what: &str) {
    let company = eye.company();
    let record = &company.records[place];
    if !company.holds(eye.who, Deed::Read) {
        eye.shut_out(answer, what);
    } else if !company.visible(eye.who, record) {
        eye.refused(answer, 404, "not_found", what);
    } else if !company.allowed(eye.who, deed, record) {
        let code = if company.holds(eye.who, deed) { "access.no_branch" } else { "access.no_permission" };
        eye.refused(answer, 403, code, what);
    } else if !fits {
        eye.refused(answer, 404, "not_found", what);
    } else {
        eye.refused(answer, done.0, done.1, what);
    }
}

async fn versions(eye: &Eye, place: usize) {
    let record = &eye.company().records[place];
    let old = [("if-match", NEVER.to_owned())];
    let late = (412, "record.version_changed");
    let path = eye.world.path(place, "");
    let update = eye.ask("PATCH", &path, Some(json!({ "values": { "note": "x" } })), &old).await;
    judged(eye, place, Deed::Update, !record.deleted, &update, late, &format!("update {path}"));
    let to = eye.world.t.people[record.owner].to_string();
    let transfer = eye.ask("PATCH", &path, Some(json!({ "values": {}, "owner": to })), &old).await;
    judged(eye, place, Deed::Transfer, !record.deleted, &transfer, late, &format!("transfer {path}"));
    let delete = eye.ask("DELETE", &path, None, &old).await;
    judged(eye, place, Deed::Delete, !record.deleted, &delete, late, &format!("delete {path}"));
    let restore = eye.ask("POST", &format!("{path}/restore"), None, &old).await;
    judged(eye, place, Deed::Restore, record.deleted, &restore, late, &format!("restore {path}"));
    let nobody = json!({ "grantee_kind": "person", "grantee_id": record.id, "level": "read" });
    let share = eye.post(&format!("{path}/shares"), nobody).await;
    judged(
        eye,
        place,
        Deed::Share,
        !record.deleted,
        &share,
        (422, "share.grantee"),
        &format!("share {path}"),
    );
}

async fn reveal(eye: &Eye, place: usize) {
    let company = eye.company();
    let record = &company.records[place];
    let path = eye.world.path(place, "/reveal");
    for field in company.fields[record.object].iter().filter(|f| f.sealed() || f.kind == "text") {
        let body = json!({ "fields": [field.key], "purpose": { "code": "call_customer" } });
        let level = company.level_of(eye.who, Deed::Reveal, record, field);
        let allowed = company.allowed(eye.who, Deed::Reveal, record)
            && company.visible(eye.who, record)
            && !record.deleted;
        let shown = if allowed && level >= Level::Read && field.class < 3 {
            vec![(place, field.key.as_str())]
        } else {
            Vec::new()
        };
        let answer = eye.ask_allowing("POST", &path, Some(body), &[], &shown).await;
        let what = format!("reveal {path} {}", field.key);
        let most = company.span(eye.who, Deed::Reveal, field).1;
        if !allowed {
            judged(eye, place, Deed::Reveal, !record.deleted, &answer, (0, ""), &what);
        } else if most == Level::None {
            eye.refused(&answer, 422, "invalid", &what);
            eye.tally.same(&answer.json["fields"][0]["code"], &json!("field.unknown"), || {
                format!("{} {what}", eye.name())
            });
        } else if field.class == 3 {
            // Nobody here has given a second factor of late.
            eye.refused(&answer, 403, "step_up.mfa", &what);
        } else if level < Level::Read {
            eye.refused(&answer, 403, "field.no_reveal", &what);
        } else {
            let expected = eye.world.sent(&record.values[&field.key]).unwrap_or_default();
            eye.tally
                .same(&answer.json["values"][&field.key], &expected, || format!("{} {what}", eye.name()));
        }
    }
    // Without a purpose nothing sealed is shown.
    let sealed = company.fields[record.object].iter().find(|f| f.class == 2).expect("a sealed field");
    let body = json!({ "fields": [sealed.key], "purpose": { "code": "" } });
    let answer = eye.post(&path, body).await;
    eye.tally
        .check(!answer.status.is_success(), || format!("{} reveal {path} without a purpose", eye.name()));
}

/// Every field of every record that the person may change: the value that is there is accepted or
/// refused, and nothing changes.
async fn fields(eye: &Eye, place: usize) {
    let company = eye.company();
    let record = &company.records[place];
    if record.deleted || !company.visible(eye.who, record) || !company.allowed(eye.who, Deed::Update, record)
    {
        return;
    }
    let path = eye.world.path(place, "");
    let version = [("if-match", format!("\"{}\"", record.version))];
    for field in &company.fields[record.object] {
        let value = eye.world.sent(&record.values[&field.key]).unwrap_or_default();
        let body = json!({ "values": { field.key.clone(): value } });
        let answer = eye.ask("PATCH", &path, Some(body), &version).await;
        let what = || format!("{} writes {path} {}: {:?}", eye.name(), field.key, answer.json);
        let level = company.level_of(eye.who, Deed::Update, record, field);
        let expected = match level {
            Level::None => Some("field.unknown"),
            _ if field.read_only || field.kind == "auto_number" => Some("field.read_only"),
            Level::Write => None,
            _ => Some("field.no_write"),
        };
        match expected {
            None => {
                eye.tally.same(&answer.status.as_u16(), &200, what);
                eye.tally.same(&answer.json["version"], &json!(record.version), what);
            }
            Some(code) => {
                eye.tally.same(&answer.status.as_u16(), &422, what);
                eye.tally.same(&answer.json["fields"][0]["code"], &json!(code), what);
            }
        }
    }
    let unknown = eye.ask("PATCH", &path, Some(json!({ "values": { "nothing": 1 } })), &version).await;
    eye.tally.same(&unknown.json["fields"][0]["code"], &json!("field.unknown"), || {
        format!("{} {path}", eye.name())
    });
}

/// What does change something: creates for oneself and for others, and their removal, restoring
/// and handing over.
pub async fn really(eye: &Eye) {
    for object in OBJECTS {
        for owner in OWNERS {
            create(eye, object, owner).await;
        }
    }
}

async fn create(eye: &Eye, object: &'static str, owner: usize) {
    let company = eye.company();
    let mut values = Map::new();
    for field in company.fields[object].iter().filter(|f| f.required) {
        let value = match field.kind.as_str() {
            "select" => json!(field.options[0]),
            "date" => json!("2030-01-01"),
            "date_time" => json!("2025-01-01T00:00:00Z"),
            "money" => json!(1),
            "reference" => {
                // A record that the person sees.
                let seen = company.seen(eye.who, field.to.as_deref().expect("an object"), false);
                json!(seen.first().map_or(&company.records[0].id, |p| &company.records[*p].id))
            }
            _ => json!(format!("新{object}{}{owner}", eye.who)),
        };
        values.insert(field.key.clone(), value);
    }
    let body =
        json!({ "values": values, "owner": eye.world.t.people[owner].to_string(), "allow_duplicate": true });
    let made = eye.post(&format!("/records/{object}"), body).await;
    let what = format!("create {object} for {}", PEOPLE[owner].0);
    let record = Record {
        object,
        id: made.json["id"].as_str().unwrap_or_default().to_owned(),
        version: 1,
        owner,
        unit: company.people[owner].unit,
        team: None,
        partner: None,
        shares: Vec::new(),
        deleted: false,
        values: company.fields[object].iter().map(|f| (f.key.clone(), Val::Null)).collect(),
    };
    if !company.allowed(eye.who, Deed::Create, &record) {
        let code =
            if company.holds(eye.who, Deed::Create) { "access.no_branch" } else { "access.no_permission" };
        eye.refused(&made, 403, code, &what);
        return;
    }
    eye.tally.same(&made.status.as_u16(), &201, || format!("{} {what} {:?}", eye.name(), made.json));
    eye.tally
        .same(&made.json["can"], &json!(company.can(eye.who, &record)), || format!("{} {what}", eye.name()));
    after(eye, &record, &what).await;
}

/// The life of a record that was just made.
async fn after(eye: &Eye, record: &Record, what: &str) {
    let company = eye.company();
    let path = format!("/records/{}/{}", record.object, record.id);
    let at = |version: i64| [("if-match", format!("\"{version}\""))];
    let gone = eye.ask("DELETE", &path, None, &at(1)).await;
    eye.tally
        .same(&gone.status.as_u16(), &204, || format!("{} delete after {what} {:?}", eye.name(), gone.json));
    let back = eye.ask("POST", &format!("{path}/restore"), None, &at(2)).await;
    eye.tally
        .same(&back.status.as_u16(), &200, || format!("{} restore after {what} {:?}", eye.name(), back.json));
    // Handed over to each of the others: only where it stays within the person's reach.
    let mut version = 3;
    let mut record = record.clone();
    for to in OWNERS {
        let mut then = record.clone();
        then.owner = to;
        if to != record.owner {
            then.unit = company.people[to].unit;
        }
        let body = json!({ "values": {}, "owner": eye.world.t.people[to].to_string() });
        let moved = eye.ask("PATCH", &path, Some(body), &at(version)).await;
        let told = || format!("{} hands over to {} after {what} {:?}", eye.name(), PEOPLE[to].0, moved.json);
        if !company.holds(eye.who, Deed::Transfer) {
            eye.tally.same(&moved.status.as_u16(), &403, told);
        } else if company.allowed(eye.who, Deed::Transfer, &record)
            && company.allowed(eye.who, Deed::Transfer, &then)
        {
            eye.tally.same(&moved.status.as_u16(), &200, told);
            version = moved.json["version"].as_i64().unwrap_or(version);
            record = then;
        } else {
            eye.refused(&moved, 403, "access.no_transfer", &told());
        }
    }
    let gone: Answer = eye.ask("DELETE", &path, None, &at(version)).await;
    eye.tally.same(&gone.status.as_u16(), &204, || {
        format!("{} delete at last {what} {:?}", eye.name(), gone.json)
    });
}
