//! Somebody who asks, and the count of what was compared.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde_json::{Value as Json, json};

use super::world::{World, method};
use crate::app::{Answer, PEOPLE};
use crate::oracle::{Company, Deed, Field, Level, Record, Val, masked};

/// What was compared and what differed.
#[derive(Default)]
pub struct Tally {
    checks: AtomicU64,
    answers: AtomicU64,
    values: AtomicU64,
    differences: Mutex<Vec<String>>,
}

impl Tally {
    pub fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// Values that stood in answers to people who may have them.
    pub fn values(&self) -> u64 {
        self.values.load(Ordering::Relaxed)
    }

    pub fn differences(&self) -> Vec<String> {
        self.differences.lock().clone()
    }

    /// Counts one comparison.
    pub fn check(&self, good: bool, what: impl FnOnce() -> String) {
        self.checks.fetch_add(1, Ordering::Relaxed);
        if !good {
            self.differences.lock().push(what());
        }
    }

    pub fn same<T: PartialEq + std::fmt::Debug>(&self, got: &T, expected: &T, what: impl FnOnce() -> String) {
        self.check(got == expected, || format!("{}: got {got:?}, expected {expected:?}", what()));
    }
}

pub struct Eye {
    pub who: usize,
    pub world: Arc<World>,
    pub tally: Arc<Tally>,
}

impl Eye {
    pub fn company(&self) -> &Company {
        &self.world.company
    }

    pub fn name(&self) -> &'static str {
        PEOPLE[self.who].0
    }

    /// Asks, and searches the bytes of the answer for values that the person must not have.
    pub async fn ask(&self, verb: &str, path: &str, body: Option<Json>, extra: &[(&str, String)]) -> Answer {
        self.ask_allowing(verb, path, body, extra, &[]).await
    }

    /// The same, where values of `allowed` (record and field) may stand in the answer.
    pub async fn ask_allowing(
        &self,
        verb: &str,
        path: &str,
        body: Option<Json>,
        extra: &[(&str, String)],
        allowed: &[(usize, &str)],
    ) -> Answer {
        let answer = self.world.client(self.who).send(method(verb), path, body.clone(), extra).await;
        self.tally.answers.fetch_add(1, Ordering::Relaxed);
        let company = self.company();
        let what = || format!("{} {verb} {path} {}", self.name(), body.clone().unwrap_or_default());
        self.tally.check(!answer.status.is_server_error(), || {
            format!("{}: {} {:?}", what(), answer.status, answer.json)
        });
        let mut bytes = answer.bytes.clone();
        bytes.extend(format!("{:?}", answer.headers).into_bytes());
        let found: BTreeSet<usize> = self.world.found(&bytes).into_iter().collect();
        self.tally.check(true, String::new);
        self.tally.values.fetch_add(u64::try_from(found.len()).expect("small"), Ordering::Relaxed);
        for n in found {
            let (place, key) = &self.world.marks[n];
            let record = &company.records[*place];
            let field = company.field(record.object, key);
            let may = company.whole(self.who, record, field) || allowed.contains(&(*place, key.as_str()));
            self.tally.check(may, || {
                format!(
                    "{}: LEAK of {}.{key} of {} (owner {})",
                    what(),
                    record.object,
                    record.id,
                    PEOPLE[record.owner].0
                )
            });
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Json) -> Answer {
        self.ask("POST", path, Some(body), &[]).await
    }

    /// Compares status and code of a refusal.
    pub fn refused(&self, answer: &Answer, status: u16, code: &str, what: &str) {
        let got = (answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default().to_owned());
        self.tally.same(&got, &(status, code.to_owned()), || format!("{} {what}", self.name()));
    }

    /// The refusal of somebody who holds nothing on records.
    pub fn shut_out(&self, answer: &Answer, what: &str) {
        self.refused(answer, 403, "access.no_permission", what);
    }

    /// Compares the view of a record with what the oracle makes of it. `keys` are the fields that
    /// were asked for; all where absent.
    pub fn compare(&self, view: &Json, place: usize, keys: Option<&[String]>, what: &str) {
        let company = self.company();
        let record = &company.records[place];
        let who = self.who;
        let told = || format!("{what}: {} {}", self.name(), record.id);
        let same = |got: &Json, expected: Json, part: &str| {
            self.tally.same(got, &expected, || format!("{} {part}", told()));
        };
        same(&view["object"], json!(record.object), "object");
        same(&view["version"], json!(record.version), "version");
        same(&view["title"], json!(company.title(who, record)), "title");
        same(&view["owner"]["id"], json!(self.world.t.people[record.owner]), "owner");
        same(&view["unit"]["id"], json!(record.unit.map(|u| self.world.t.units[u])), "unit");
        same(&view["team"]["id"], json!(record.team.map(|t| &self.world.teams[t])), "team");
        let partner = record.partner.map(|p| &company.records[p].id);
        same(&view["partner"]["id"], json!(partner), "partner");
        same(&json!(!view["deleted_at"].is_null()), json!(record.deleted), "deleted");
        same(&view["can"], json!(company.can(who, record)), "can");
        for field in &company.fields[record.object] {
            if keys.is_some_and(|keys| !keys.contains(&field.key)) {
                continue;
            }
            let got = view["values"].get(&field.key).cloned();
            let expected = self.value(record, field);
            self.tally.same(&got, &expected, || format!("{} {}.{}", told(), record.object, field.key));
        }
    }

    /// What a view shows of a field: absent, masked or whole.
    pub fn value(&self, record: &Record, field: &Field) -> Option<Json> {
        let company = self.company();
        let level = company.level_of(self.who, Deed::Read, record, field);
        if level == Level::None {
            return None;
        }
        let revealable = !record.deleted && company.allowed(self.who, Deed::Reveal, record);
        Some(self.shown(record, field, level, &record.values[&field.key], revealable))
    }

    pub fn shown(&self, record: &Record, field: &Field, level: Level, value: &Val, revealable: bool) -> Json {
        let company = self.company();
        let whole = company.whole(self.who, record, field);
        match value {
            Val::Null => Json::Null,
            Val::Text(text) if !whole => {
                let readable = level >= Level::Read;
                json!({
                    "masked": true,
                    "text": masked(field, text),
                    "revealable": readable && revealable,
                    "reason": if readable { "on_demand" } else { "policy" },
                    "ask": if readable { None } else { Some("security_admin") },
                })
            }
            Val::Text(text) => json!(text),
            Val::Int(n) => json!(n),
            Val::Bool(b) => json!(b),
            Val::Ref(place) => {
                let target = &company.records[*place];
                let access = company.visible(self.who, target);
                json!({
                    "id": target.id,
                    "object": target.object,
                    "title": if access { company.title(self.who, target) } else { None },
                    "access": access,
                })
            }
        }
    }

    /// The places of the records of an answer's `items`, in its order.
    pub fn places(&self, items: &Json) -> Vec<usize> {
        let items = items.as_array().cloned().unwrap_or_default();
        items.iter().map(|item| self.place_of(&item["id"])).collect()
    }

    pub fn place_of(&self, id: &Json) -> usize {
        let at = self.company().records.iter().position(|r| Some(r.id.as_str()) == id.as_str());
        at.unwrap_or(usize::MAX)
    }
}

/// The same places in ascending order.
pub fn sorted(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places
}
