//! A move or an end acts on the very next request of whoever holds an open page.

use axum::http::StatusCode;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use crate::app::{DIRECTOR, MANAGER_A, MANAGER_B, REP_A1, REP_B1, SYSTEM_ADMIN, TestApp};

async fn names(client: &crate::app::Client) -> Vec<String> {
    let page = client.post("/records/account/query", json!({ "limit": 200 })).await;
    assert_eq!(page.status, StatusCode::OK, "{:?}", page.json);
    let mut names: Vec<String> = page.json["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|r| r["values"]["name"].as_str().expect("a name").to_owned())
        .collect();
    names.sort();
    names
}

db_test! {
    async fn a_move_shows_the_new_world_on_the_next_request(test: TestStore) {
        let t = TestApp::start(&test).await;
        for (owner, name) in [(REP_A1, "甲公司"), (REP_B1, "乙公司")] {
            let rep = t.sign_in(owner).await;
            let made = rep.post("/records/account", json!({ "values": { "name": name } })).await;
            assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
        }
        let manager_a = t.sign_in(MANAGER_A).await;
        let manager_b = t.sign_in(MANAGER_B).await;
        let director = t.sign_in(DIRECTOR).await;
        assert_eq!(names(&manager_a).await, ["甲公司"]);
        assert_eq!(names(&manager_b).await, ["乙公司"]);
        assert_eq!(names(&director).await.len(), 2);

        // REP_A1 is moved to the other group and manager while both managers hold open pages.
        let admin = t.sign_in(SYSTEM_ADMIN).await;
        let id = t.people[REP_A1];
        let person = admin.get(&format!("/people/{id}")).await;
        let version = person.json["version"].as_i64().expect("a version");
        let moved = admin
            .patch(&format!("/people/{id}"), version, json!({ "unit": t.units[2].to_string(), "manager": t.people[MANAGER_B].to_string() }))
            .await;
        assert_eq!(moved.status, StatusCode::OK, "{:?}", moved.json);
        assert!(names(&manager_a).await.is_empty(), "the old manager still sees the record");
        assert_eq!(names(&manager_b).await, ["乙公司", "甲公司"]);
    }

    async fn an_ended_person_is_refused_on_the_next_request(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        assert_eq!(rep.get("/objects").await.status, StatusCode::OK);
        let admin = t.sign_in(SYSTEM_ADMIN).await;
        let id = t.people[REP_A1];
        let ended = admin.post(&format!("/people/{id}/end"), json!({ "reason": "离职" })).await;
        assert_eq!(ended.status, StatusCode::OK, "{:?}", ended.json);
        assert_eq!(rep.get("/objects").await.status, StatusCode::UNAUTHORIZED);
        let again = t.nobody().post("/session", json!({ "login": "rep_a1", "password": crate::app::PASSWORD })).await;
        assert_eq!(again.status, StatusCode::UNAUTHORIZED);
        assert_eq!(again.json["code"], "auth.failed");
    }
}
