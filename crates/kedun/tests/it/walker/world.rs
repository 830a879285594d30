//! A small world for the walk: records with values that occur nowhere else.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::Method;
use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::{JobId, PersonId};
use kedun_store::{Changeset, EventFilter, NewJob};
use kedun_testkit::db::TestStore;
use kedun_testkit::{Canary, canaries};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::call;
use super::plan::Plan;
use crate::app::{Answer, Client, REP_A1, SECURITY_ADMIN, SYSTEM_ADMIN, TestApp};

pub struct World {
    pub t: TestApp,
    pub canary: Canary,
    pub contact: String,
    account_name: String,
    number: AtomicU32,
    /// Who has signed in: a password takes long to check.
    clients: Mutex<HashMap<usize, Client>>,
}

fn id(answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{:?}", answer.json);
    answer.json["id"].as_str().expect("an id").to_owned()
}

impl World {
    pub async fn start(test: &TestStore) -> World {
        let t = TestApp::start(test).await;
        let canary = canaries(1).remove(0);
        let rep = t.sign_in(REP_A1).await;
        let account_name = "鸬鹚鸊鷉贸易公司".to_owned();
        let account = id(&rep.post("/records/account", json!({ "values": { "name": account_name } })).await);
        let contact = json!({ "values": {
            "name": canary.name_zh, "account": account, "mobile": canary.phone, "email": canary.email,
            "wechat": canary.token, "address": canary.note, "note": canary.note,
        } });
        let contact = id(&rep.post("/records/contact", contact).await);
        let lead =
            json!({ "values": { "name": account_name, "contact_name": canary.name_zh, "source": "other" } });
        id(&post_with_option(&rep, "lead", lead, "source").await);
        let opportunity = json!({ "values": {
            "name": "大单", "account": account, "amount": 100_000, "expected_close": "2026-12-31",
        } });
        id(&post_with_option(&rep, "opportunity", opportunity, "stage").await);
        let follow_up = json!({ "values": {
            "contact": contact, "method": "phone", "at": "2025-12-31T08:00:00Z", "content": canary.note,
        } });
        id(&rep.post("/records/follow_up", follow_up).await);
        while !t.app.door.arenas().ready() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        World { t, canary, contact, account_name, number: AtomicU32::new(0), clients: Mutex::default() }
    }

    /// Sealed values that are shown on demand only.
    pub fn secrets(&self) -> Vec<String> {
        vec![self.canary.phone.clone(), self.canary.email.clone()]
    }

    /// Sealed values that are shown to those who may read them.
    pub fn open_texts(&self) -> Vec<String> {
        vec![self.canary.name_zh.clone(), self.canary.token.clone()]
    }

    /// Plain values of records.
    pub fn names(&self) -> Vec<String> {
        vec![self.account_name.clone()]
    }

    /// Somebody signed in; anew where a call ended the session.
    pub async fn client(&self, person: usize) -> Client {
        let mut clients = self.clients.lock().await;
        if let Some(client) = clients.get(&person)
            && client.get("/session").await.json["signed_in"] == true
        {
            return client.clone();
        }
        let client = self.t.sign_in(person).await;
        clients.insert(person, client.clone());
        client
    }

    /// A number that was not given before.
    pub fn next(&self) -> u32 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// The number of events in the log.
    pub async fn events_so_far(&self) -> u64 {
        self.t.app.store.flush_sequencer().await.expect("the events are numbered");
        self.t.app.store.ledger_head().await.expect("a head").size
    }

    /// What succeeded since then, by the log.
    pub async fn actions_since(&self, before: u64) -> Vec<String> {
        let filter = EventFilter {
            from_seq: Some(before),
            outcome: Some(Outcome::Ok),
            limit: 200,
            ..EventFilter::default()
        };
        self.t.app.store.flush_sequencer().await.expect("the events are numbered");
        let events = self.t.app.store.events(&filter).await.expect("events");
        events.into_iter().map(|event| event.header.action).collect()
    }

    /// An account of the seller's, made for one call.
    pub async fn fresh_account(&self) -> String {
        let rep = self.client(REP_A1).await;
        id(&rep
            .post("/records/account", json!({ "values": { "name": format!("临时公司{}", self.next()) } }))
            .await)
    }

    /// An account in the recycle bin, and its version.
    pub async fn deleted_account(&self) -> (String, i64) {
        let account = self.fresh_account().await;
        let gone = self.client(REP_A1).await.delete(&format!("/records/account/{account}"), 1).await;
        assert_eq!(gone.status.as_u16(), 204, "{:?}", gone.json);
        (account, 2)
    }

    /// A share of a fresh account.
    pub async fn fresh_share(&self, person: usize) -> (String, String) {
        let account = self.fresh_account().await;
        let body = json!({ "grantee_kind": "person", "grantee_id": self.t.people[person].to_string(), "level": "read" });
        let made = self.client(REP_A1).await.post(&format!("/records/account/{account}/shares"), body).await;
        let share = id(&made);
        (account, share)
    }

    /// A private view of the seller's.
    pub async fn fresh_view(&self) -> String {
        let body = json!({ "name": "我的", "scope": "private", "state": {} });
        id(&self.client(REP_A1).await.post("/views/contact", body).await)
    }

    /// A person made for one call, and the version.
    pub async fn fresh_person(&self) -> (String, i64) {
        let body = json!({
            "name": "新人", "login": format!("new{}", self.next()), "unit": self.t.units[1].to_string(),
        });
        let made = self.client(SYSTEM_ADMIN).await.post("/people", body).await;
        assert!(made.status.is_success(), "{:?}", made.json);
        let person = &made.json["person"];
        (person["id"].as_str().expect("an id").to_owned(), person["version"].as_i64().expect("a version"))
    }

    /// Somebody who was taken on for one call and has joined.
    pub async fn fresh_colleague(&self) -> String {
        let body = json!({
            "name": "新人", "login": format!("joined{}", self.next()), "unit": self.t.units[1].to_string(),
        });
        let made = self.client(SYSTEM_ADMIN).await.post("/people", body).await;
        assert!(made.status.is_success(), "{:?}", made.json);
        let link = made.json["invite"]["link"].as_str().expect("a link");
        let (_, token) = link.split_once('#').expect("a token");
        let body = json!({ "token": token, "password": "copper river anthem 42" });
        let joined = self.t.nobody().post("/join", body).await;
        assert!(joined.status.is_success(), "{:?}", joined.json);
        made.json["person"]["id"].as_str().expect("an id").to_owned()
    }

    /// A role by its code.
    pub async fn role(&self, code: &str) -> String {
        let roles = self.client(SECURITY_ADMIN).await.get("/roles").await;
        let items = roles.json["items"].as_array().expect("roles").clone();
        let role = items.iter().find(|r| r["code"] == code).and_then(|r| r["id"].as_str());
        role.expect("the role").to_owned()
    }

    /// A role given to somebody new: the person and the gift.
    pub async fn fresh_assignment(&self) -> (String, String) {
        let person = self.fresh_colleague().await;
        let body = json!({ "role": self.role("sales").await, "reason": "walk" });
        let made = self.client(SECURITY_ADMIN).await.post(&format!("/people/{person}/roles"), body).await;
        let assignment = id(&made);
        (person, assignment)
    }

    pub async fn fresh_unit(&self) -> String {
        let body = json!({ "name_zh": format!("部门{}", self.next()), "name_en": "Unit", "parent": self.t.units[0].to_string() });
        id(&self.client(SYSTEM_ADMIN).await.post("/units", body).await)
    }

    pub async fn fresh_team(&self) -> String {
        let body = json!({ "name": format!("小组{}", self.next()), "members": [] });
        id(&self.client(SYSTEM_ADMIN).await.post("/teams", body).await)
    }

    /// An import of the seller's, taken as far as `state`; one row of it is refused.
    pub async fn fresh_import(&self, state: &str) -> String {
        let rep = self.client(REP_A1).await;
        let made = call(&rep, "post", &self.upload_plan()).await;
        let import = id(&made);
        if state == "uploaded" {
            return import;
        }
        let mapped = rep.send(Method::PUT, &format!("/imports/{import}/mapping"), Some(mapping()), &[]).await;
        assert!(mapped.status.is_success(), "{:?}", mapped.json);
        if state == "mapped" {
            return import;
        }
        self.step(&rep, &import, "dry-run", "checked").await;
        if state == "done" {
            self.step(&rep, &import, "run", "done").await;
        }
        import
    }

    async fn step(&self, rep: &Client, import: &str, verb: &str, until: &str) {
        let begun = rep.send(Method::POST, &format!("/imports/{import}/{verb}"), None, &[]).await;
        assert!(begun.status.is_success(), "{:?}", begun.json);
        for _ in 0..3_000 {
            let state = rep.get(&format!("/imports/{import}")).await.json["state"].clone();
            if state == until {
                return;
            }
            assert_ne!(state, "failed");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the import does not become {until}");
    }

    /// The upload of a small file with a good row and a bad one.
    pub fn upload_plan(&self) -> Plan {
        const BOUNDARY: &str = "kedun-walk-boundary";
        let n = usize::try_from(self.next()).expect("a small number") + 1;
        let canary = canaries(n + 1).remove(n);
        let file = format!("姓名,手机号码\r\n{},{}\r\n无效,12\r\n", canary.name_zh, canary.phone);
        let body = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"object\"\r\n\r\ncontact\r\n\
             --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"walk.csv\"\r\n\
             content-type: text/csv\r\n\r\n{file}\r\n--{BOUNDARY}--\r\n"
        );
        Plan::upload(REP_A1, format!("multipart/form-data; boundary={BOUNDARY}"), body.into_bytes())
    }

    /// A job of the seller's that no runner takes.
    pub async fn fresh_job(&self) -> String {
        let PersonId(person) = self.t.people[REP_A1];
        let caller = self.t.app.identity.caller_for(PersonId(person)).await.expect("a caller");
        let door = &self.t.app.door;
        let event =
            door.evidence().prepare(&caller, EventDraft::new("test.job", Outcome::Ok)).expect("an event");
        let job = NewJob {
            id: JobId(door.context().new_uuid()),
            org: door.org(),
            kind: "nobody".to_owned(),
            payload: Vec::new(),
            created_by: PersonId(person),
            run_at: door.context().now(),
        };
        let id = job.id.to_string();
        door.store().commit(Changeset::new(event).job(job)).await.expect("queued");
        id
    }
}

/// How the columns of the small file are mapped.
pub fn mapping() -> Value {
    json!({
        "columns": [{ "index": 0, "field": "name" }, { "index": 1, "field": "mobile" }],
        "match_by": ["mobile"], "on_match": "skip", "source": "walk", "basis": "consent",
        "options": {}, "acknowledge_findings": false,
    })
}

/// Makes a record whose `field` takes the first option there is.
async fn post_with_option(client: &Client, object: &str, mut body: Value, field: &str) -> Answer {
    let meta = client.get(&format!("/objects/{object}")).await;
    let fields = meta.json["fields"].as_array().expect("fields").clone();
    let of = |key: &str| fields.iter().find(|f| f["key"] == key).cloned().unwrap_or_default();
    body["values"][field] = of(field)["options"][0]["key"].clone();
    for required in fields.iter().filter(|f| f["required"] == true) {
        let key = required["key"].as_str().expect("a key");
        if body["values"].get(key).is_none() && required["kind"] == "select" {
            body["values"][key] = required["options"][0]["key"].clone();
        }
    }
    client.post(&format!("/records/{object}"), body).await
}
