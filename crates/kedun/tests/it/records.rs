//! Records over HTTP: versions, repeated requests, duplicates, many at once, the timeline, views.

use axum::http::{Method, StatusCode};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value, json};

use crate::app::{Answer, Client, DIRECTOR, MANAGER_A, REP_A1, REP_A2, REP_B1, TestApp};

async fn account(client: &Client, name: &str) -> Answer {
    client.post("/records/account", json!({ "values": { "name": name } })).await
}

fn id(answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{:?}", answer.json);
    answer.json["id"].as_str().expect("an id").to_owned()
}

async fn keyed(client: &Client, key: &str, body: Value) -> Answer {
    client.send(Method::POST, "/records/account", Some(body), &[("idempotency-key", key.to_owned())]).await
}

async fn total(client: &Client, object: &str) -> usize {
    let page = client.post(&format!("/records/{object}/query"), json!({ "limit": 200 })).await;
    page.json["items"].as_array().expect("items").len()
}

const KEY: &str = "6f1c2c1e-77a1-4e0e-9f0e-1a2b3c4d5e6f";

db_test! {
    async fn a_change_names_the_version_it_is_based_on(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let made = account(&rep, "甲公司").await;
        assert_eq!(made.status, StatusCode::CREATED);
        assert_eq!(made.headers["etag"], "\"1\"");
        let path = format!("/records/account/{}", id(&made));
        assert_eq!(made.headers["location"], format!("/api/v1{path}"));
        let change = json!({ "values": { "name": "乙公司" } });
        let blind = rep.send(Method::PATCH, &path, Some(change.clone()), &[]).await;
        assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
        assert_eq!(blind.json["code"], "precondition_required");
        let changed = rep.patch(&path, 1, change.clone()).await;
        assert_eq!(changed.status, StatusCode::OK, "{:?}", changed.json);
        assert_eq!(changed.headers["etag"], "\"2\"");
        let late = rep.patch(&path, 1, json!({ "values": { "name": "丙公司" } })).await;
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(late.json["code"], "record.version_changed");
        assert_eq!(late.json["args"]["current"], "2");
        assert_eq!(rep.send(Method::DELETE, &path, None, &[]).await.status, StatusCode::PRECONDITION_REQUIRED);
        let gone = rep.delete(&path, 2).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(gone.headers["etag"], "\"3\"");
        let back = rep.send(Method::POST, &format!("{path}/restore"), None, &[("if-match", "\"3\"".into())]).await;
        assert_eq!(back.status, StatusCode::OK, "{:?}", back.json);
        assert_eq!(rep.get(&path).await.headers["etag"], "\"4\"");
    }

    async fn a_repeated_create_makes_one_record(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let body = json!({ "values": { "name": "甲公司" } });
        let first = keyed(&rep, KEY, body.clone()).await;
        assert_eq!(first.status, StatusCode::CREATED, "{:?}", first.json);
        let again = keyed(&rep, KEY, body.clone()).await;
        assert_eq!(again.status, StatusCode::CREATED, "{:?}", again.json);
        assert_eq!(first.json, again.json);
        assert_eq!(first.headers["location"], again.headers["location"]);
        let other = keyed(&rep, KEY, json!({ "values": { "name": "乙公司" } })).await;
        assert_eq!((other.status, &other.json["code"]), (StatusCode::CONFLICT, &json!("idempotency.reused")));
        assert_eq!(keyed(&rep, "not a key", body.clone()).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(total(&rep, "account").await, 1);
        // Another person's same key is another key.
        let colleague = t.sign_in(REP_B1).await;
        assert_eq!(keyed(&colleague, KEY, json!({ "values": { "name": "丙公司" } })).await.status, StatusCode::CREATED);
        // A create that was refused may be tried again with its key.
        let key = KEY.replace("6f1c", "6f1d");
        let refused = keyed(&rep, &key, json!({ "values": {} })).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(keyed(&rep, &key, json!({ "values": { "name": "丁公司" } })).await.status, StatusCode::CREATED);
        assert_eq!(total(&rep, "account").await, 2);
    }

    async fn unknown_members_and_parameters_are_refused_without_repeating_them(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        for answer in [
            rep.post("/records/account", json!({ "value": { "name": "13800138000" } })).await,
            rep.post("/records/account/query", json!({ "filter": "13800138000" })).await,
            rep.post("/records/account/query", json!({ "filters": "13800138000" })).await,
            rep.get("/records/account?q=13800138000").await,
            rep.get("/records/account?filter=13800138000").await,
        ] {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", answer.json);
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("13800138000"));
        }
        for path in ["/records/account/13800138000", "/records/nothing", "/objects/nothing", "/jobs/x"] {
            assert_eq!(rep.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn a_duplicate_is_told_and_the_record_only_to_those_who_see_it(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let other = t.sign_in(REP_B1).await;
        let body = json!({ "values": { "name": "王小明", "mobile": "13800138000" } });
        let made = id(&rep.post("/records/contact", body.clone()).await);
        let own = rep.post("/records/contact", body.clone()).await;
        assert_eq!((own.status, &own.json["code"]), (StatusCode::CONFLICT, &json!("record.duplicate")));
        assert_eq!(own.json["matches"][0]["record"]["id"], json!(made));
        let foreign = other.post("/records/contact", body.clone()).await;
        assert_eq!(foreign.status, StatusCode::CONFLICT);
        assert_eq!(foreign.json["matches"][0]["field"], "mobile");
        assert_eq!(foreign.json["matches"][0]["record"], Value::Null);
        assert_eq!(foreign.json["matches"][0]["owner"]["name"], "名rep_a1");
        assert!(!String::from_utf8_lossy(&foreign.bytes).contains("13800138000"));
        let mut allowed = body;
        allowed["allow_duplicate"] = json!(true);
        assert_eq!(other.post("/records/contact", allowed).await.status, StatusCode::CREATED);
    }

    async fn many_are_changed_each_for_itself(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let other = t.sign_in(REP_B1).await;
        let mut ids = Vec::new();
        for name in ["甲公司", "乙公司", "丙公司"] {
            ids.push(id(&account(&rep, name).await));
        }
        let foreign = id(&account(&other, "丁公司").await);
        let mut targets = ids.clone();
        targets.push(foreign.clone());
        let gone = rep.post("/records/account/bulk", json!({ "action": "delete", "ids": targets })).await;
        assert_eq!(gone.status, StatusCode::OK, "{:?}", gone.json);
        assert_eq!(gone.json["done"], 3);
        assert_eq!(gone.json["failed"], json!([{ "id": foreign, "code": "not_found" }]));
        assert_eq!(total(&rep, "account").await, 0);
        assert_eq!(total(&other, "account").await, 1);
        let back = rep.post("/records/account/bulk", json!({ "action": "restore", "filter": { "and": [] } })).await;
        assert_eq!(back.json["done"], 3, "{:?}", back.json);
        let to = t.people[REP_A2].to_string();
        let refused = rep.post("/records/account/bulk", json!({ "action": "transfer", "owner": to, "ids": ids })).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "sellers do not transfer");
        let manager = t.sign_in(MANAGER_A).await;
        let filter = json!({ "field": "_owner", "op": "eq", "value": t.people[REP_A1].to_string() });
        let moved = manager.post("/records/account/bulk", json!({ "action": "transfer", "owner": to, "filter": filter })).await;
        assert_eq!(moved.json["done"], 3, "{:?}", moved.json);
        assert_eq!(total(&rep, "account").await, 0);
        let colleague = t.sign_in(REP_A2).await;
        assert_eq!(total(&colleague, "account").await, 3);
        let neither = manager.post("/records/account/bulk", json!({ "action": "delete" })).await;
        assert_eq!(neither.json["code"], "bulk.target");
    }

    async fn the_timeline_merges_and_goes_on(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let contact = json!({ "values": { "name": "王小明", "mobile": "13800138000" } });
        let contact = id(&rep.post("/records/contact", contact).await);
        let path = format!("/records/contact/{contact}");
        let mut expected = Vec::new();
        for n in 0..7 {
            t.clock.advance(1_000_000);
            let body = json!({ "values": {
                "contact": contact, "method": "phone", "at": format!("2026-01-02T08:00:0{n}Z"), "content": format!("第{n}次"),
            } });
            id(&rep.post("/records/follow_up", body).await);
            expected.push("follow_up");
        }
        t.clock.advance(1_000_000);
        let changed = rep.patch(&path, 1, json!({ "values": { "note": "改" } })).await;
        assert_eq!(changed.status, StatusCode::OK, "{:?}", changed.json);
        t.clock.advance(1_000_000);
        let reveal = json!({ "fields": ["mobile"], "purpose": { "code": "call_customer" } });
        let revealed = rep.post(&format!("{path}/reveal"), reveal).await;
        assert_eq!(revealed.json["values"]["mobile"], "13800138000", "{:?}", revealed.json);
        t.app.store.flush_sequencer().await.expect("the events are numbered");
        expected.extend(["reveal", "change", "created"]);
        for limit in [1, 2, 3, 50] {
            let mut kinds = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = rep.get(&format!("{path}/timeline?limit={limit}{cursor}")).await;
                assert_eq!(page.status, StatusCode::OK, "{:?}", page.json);
                let items = page.json["items"].as_array().expect("items").clone();
                assert!(items.len() <= limit);
                kinds.extend(items.iter().map(|i| i["kind"].as_str().expect("a kind").to_owned()));
                match page.json["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(kinds, expected, "pages of {limit}");
        }
        // Who may read and owns nothing is not told of reveals.
        let manager = t.sign_in(MANAGER_A).await;
        let page = manager.get(&format!("{path}/timeline")).await;
        let kinds: Vec<_> = page.json["items"].as_array().expect("items").iter().map(|i| i["kind"].clone()).collect();
        assert!(!kinds.contains(&json!("reveal")) && kinds.contains(&json!("follow_up")), "{kinds:?}");
        let foreign = t.sign_in(REP_B1).await;
        assert_eq!(foreign.get(&format!("{path}/timeline")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_shared_view_carries_no_personal_value(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let other = t.sign_in(REP_B1).await;
        let view = |scope: &str, filter: Value| json!({
            "name": "我的电话", "scope": scope, "default": scope == "private",
            "state": { "columns": [{ "key": "name", "width": 180 }], "sort": [{ "field": "_updated_at", "descending": true }], "filter": filter },
        });
        let sealed = json!({ "field": "mobile", "op": "ends_with", "value": "8000" });
        let private = rep.post("/views/contact", view("private", sealed.clone())).await;
        assert_eq!(private.status, StatusCode::CREATED, "{:?}", private.json);
        let shared = rep.post("/views/contact", view("shared", sealed)).await;
        assert_eq!((shared.status, &shared.json["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("view.personal_value")));
        let shared = rep.post("/views/contact", view("shared", json!({ "field": "mobile", "op": "is_not_empty" }))).await;
        assert_eq!(shared.status, StatusCode::CREATED, "{:?}", shared.json);
        let own = rep.get("/views/contact").await;
        assert_eq!(own.json["items"].as_array().map(Vec::len), Some(2));
        let seen = other.get("/views/contact").await;
        let items = seen.json["items"].as_array().expect("items");
        assert_eq!(items.len(), 1);
        assert_eq!((&items[0]["scope"], &items[0]["mine"]), (&json!("shared"), &json!(false)));
        let theirs = format!("/views/contact/{}", items[0]["id"].as_str().expect("an id"));
        let refused = other.send(Method::DELETE, &theirs, None, &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let hidden = format!("/views/contact/{}", private.json["id"].as_str().expect("an id"));
        let refused = other.send(Method::DELETE, &hidden, None, &[]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let director = t.sign_in(DIRECTOR).await;
        let role = director.post("/views/contact", json!({ "name": "x", "scope": "role", "role": "sales", "state": {} })).await;
        assert_eq!(role.status, StatusCode::FORBIDDEN);
        assert_eq!(rep.send(Method::DELETE, &hidden, None, &[]).await.status, StatusCode::NO_CONTENT);
    }

    async fn favourites_and_recent_records_are_judged_each_time(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let other = t.sign_in(REP_B1).await;
        let made = rep.post("/records/contact", json!({ "values": { "name": "澹台若溪" } })).await;
        let id = made.json["id"].as_str().expect("an id").to_owned();
        let kept = format!("/me/favourites/contact/{id}");
        let put = |client: &Client| { let (client, kept) = (client.clone(), kept.clone()); async move { client.send(Method::PUT, &kept, None, &[]).await.status } };
        let seen = |client: &Client, path: &'static str| { let client = client.clone(); async move { client.get(path).await.json["items"].clone() } };
        assert_eq!(put(&other).await, StatusCode::NOT_FOUND, "another group's record cannot be kept");
        assert_eq!(put(&rep).await, StatusCode::NO_CONTENT);
        assert_eq!(put(&rep).await, StatusCode::NO_CONTENT, "once more changes nothing");
        let own = json!([{ "id": id, "object": "contact", "title": "澹台若溪" }]);
        assert_eq!(seen(&rep, "/me/favourites").await, own);
        assert_eq!(seen(&other, "/me/favourites").await, json!([]));

        // Shared, kept and opened by another; then taken away: gone from both lists, and back with the next share.
        let share = json!({ "grantee_kind": "person", "grantee_id": t.people[REP_B1].to_string(), "level": "read" });
        let shares = format!("/records/contact/{id}/shares");
        let shared = rep.post(&shares, share.clone()).await;
        assert_eq!(shared.status, StatusCode::CREATED, "{:?}", shared.json);
        assert_eq!(put(&other).await, StatusCode::NO_CONTENT);
        assert_eq!(other.get(&format!("/records/contact/{id}")).await.status, StatusCode::OK);
        t.app.store.flush_sequencer().await.expect("the events are numbered");
        assert_eq!(seen(&other, "/me/favourites").await, own);
        assert_eq!(seen(&other, "/me/recent").await, own);
        let share_id = shared.json["id"].as_str().expect("an id");
        let revoked = rep.send(Method::DELETE, &format!("{shares}/{share_id}"), None, &[]).await;
        assert_eq!(revoked.status, StatusCode::NO_CONTENT);
        assert_eq!(seen(&other, "/me/favourites").await, json!([]));
        assert_eq!(seen(&other, "/me/recent").await, json!([]));
        assert_eq!(rep.post(&shares, share).await.status, StatusCode::CREATED);
        assert_eq!(seen(&other, "/me/favourites").await, own);

        // What lies in the bin is not at hand; it is again when it is restored.
        assert_eq!(rep.delete(&format!("/records/contact/{id}"), 1).await.status, StatusCode::NO_CONTENT);
        assert_eq!(seen(&rep, "/me/favourites").await, json!([]));
        let restored = rep.send(Method::POST, &format!("/records/contact/{id}/restore"), None, &[("if-match", "\"2\"".to_owned())]).await;
        assert_eq!(restored.status, StatusCode::OK, "{:?}", restored.json);
        assert_eq!(rep.send(Method::DELETE, &kept, None, &[]).await.status, StatusCode::NO_CONTENT);
        assert_eq!(seen(&rep, "/me/favourites").await, json!([]));
    }

    async fn objects_tell_each_caller_what_is_hers(test: TestStore) {
        let t = TestApp::start(&test).await;
        let field = |meta: &Answer, key: &str| {
            let fields = meta.json["fields"].as_array().expect("fields").clone();
            fields.into_iter().find(|f| f["key"] == key)
        };
        let rep = t.sign_in(REP_A1).await.get("/objects/contact").await;
        let mobile = field(&rep, "mobile").expect("sellers see it");
        assert_eq!((&mobile["level"], &mobile["filterable"]), (&json!("write"), &json!(true)));
        assert!(field(&rep, "id_no").is_none(), "a field that is off does not exist");
        let officer = t.sign_in(crate::app::PRIVACY).await.get("/objects/contact").await;
        let mobile = field(&officer, "mobile").expect("masked");
        assert_eq!((&mobile["level"], &mobile["filterable"]), (&json!("masked"), &json!(false)));
        assert_eq!(officer.json["actions"], json!(["read"]));
        let stranger = t.sign_in(crate::app::STRANGER).await;
        assert_eq!(stranger.get("/objects").await.json["items"], json!([]));
        assert_eq!(stranger.get("/objects/contact").await.status, StatusCode::NOT_FOUND);
    }
}
