//! Walks every operation of the OpenAPI document: nobody gets in, a stranger gets nothing,
//! what touches data leaves an event, and what is sealed stays masked.
//!
//! An operation that is not in the plan fails the walk, so that a new route cannot be added
//! without saying who may call it and what it leaves in the evidence.

mod plan;
mod world;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value, json};

use self::plan::{Plan, Stranger};
use self::world::World;
use crate::app::{Answer, Client, PRIVACY, REP_A1, REP_B1, STRANGER};

/// The operations that answer without a session. Nothing else may.
const PUBLIC: [(&str, &str); 9] = [
    ("get", "/session"),
    ("post", "/session"),
    ("post", "/session/totp"),
    ("get", "/setup"),
    ("post", "/setup"),
    ("post", "/setup/confirm"),
    ("post", "/join"),
    ("get", "/health"),
    ("post", "/csp-reports"),
];

/// All operations: method and path, in the order of the document.
fn operations() -> Vec<(String, String)> {
    let document = serde_json::to_value(kedun_api::document()).expect("the document is JSON");
    let paths = document["paths"].as_object().expect("paths");
    let mut found = Vec::new();
    for (path, item) in paths {
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_some() {
                found.push((method.to_owned(), path.clone()));
            }
        }
    }
    assert!(found.len() > 70, "only {} operations", found.len());
    found
}

fn is_public(method: &str, path: &str) -> bool {
    PUBLIC.contains(&(method, path))
}

fn method(name: &str) -> Method {
    Method::from_bytes(name.to_uppercase().as_bytes()).expect("a method")
}

/// A path with something plausible in the place of each variable.
fn filled(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| match part {
            "{object}" | "{key}" => "contact",
            "{seq}" => "1",
            part if part.starts_with('{') => "018f0000-0000-7000-8000-000000000001",
            part => part,
        })
        .collect();
    parts.join("/")
}

async fn call(client: &Client, name: &str, plan: &Plan) -> Answer {
    let Some(raw) = &plan.raw else {
        return client.send(method(name), &plan.path, plan.body.clone(), &plan.extra).await;
    };
    let request = Request::builder()
        .method(method(name))
        .uri(format!("/api/v1{}", plan.path))
        .header("x-kd-csrf", "1")
        .header(header::HOST, "kedun.test")
        .header(header::COOKIE, client.cookie().expect("a session"))
        .header(header::CONTENT_TYPE, &raw.kind)
        .body(Body::from(raw.bytes.clone()));
    client.raw(request.expect("a request")).await
}

/// Fails when one of the needles stands anywhere in an answer.
fn holds_none(answer: &Answer, needles: &[String], what: &str) {
    let body = String::from_utf8_lossy(&answer.bytes);
    let headers = format!("{:?}", answer.headers);
    for needle in needles {
        assert!(!body.contains(needle.as_str()), "{what}: a value that must be hidden is in the body");
        assert!(!headers.contains(needle.as_str()), "{what}: a value that must be hidden is in a header");
    }
}

db_test! {
    async fn without_a_session_nothing_answers(test: TestStore) {
        let w = World::start(&test).await;
        let nobody = w.t.nobody();
        let document = serde_json::to_value(kedun_api::document()).expect("the document is JSON");
        let mut described = BTreeSet::new();
        for (name, path) in operations() {
            let security = &document["paths"][&path][&name]["security"];
            if *security == json!([{}]) {
                described.insert((name.clone(), path.clone()));
            }
            let body = (name != "get").then(|| json!({}));
            let answer = nobody.send(method(&name), &filled(&path), body, &[]).await;
            let what = format!("{name} {path}");
            if is_public(&name, &path) {
                assert_ne!(answer.json["code"], "unauthenticated", "{what}");
                assert!(!answer.status.is_server_error(), "{what}: {}", answer.status);
            } else {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}: {:?}", answer.json);
                assert_eq!(answer.json["code"], "unauthenticated", "{what}");
            }
            holds_none(&answer, &w.secrets(), &what);
        }
        let public: BTreeSet<_> = PUBLIC.iter().map(|(m, p)| ((*m).to_owned(), (*p).to_owned())).collect();
        assert_eq!(described, public, "the document says which operations need no session");
        let document = nobody.get("/openapi.json").await;
        assert_eq!(document.status, StatusCode::OK);
    }

    async fn a_stranger_gets_nothing(test: TestStore) {
        let w = World::start(&test).await;
        let mut wrong = Vec::new();
        for (name, path) in operations() {
            if is_public(&name, &path) {
                continue;
            }
            let plan = w.plan(&name, &path).await;
            let stranger = w.client(STRANGER).await;
            let answer = call(&stranger, &name, &plan).await;
            let what = format!("{name} {path}");
            let list = answer.json.get("items").or_else(|| answer.json.get("groups"));
            let right = match plan.stranger {
                Stranger::Refused => matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND),
                Stranger::Empty => answer.status == StatusCode::OK && list == Some(&json!([])),
                Stranger::Own => !answer.status.is_server_error(),
            };
            if !right {
                wrong.push(format!("{what}: {:?} got {} {}", plan.stranger, answer.status, answer.json));
            }
            holds_none(&answer, &w.secrets(), &what);
            holds_none(&answer, &w.names(), &what);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn what_touches_data_leaves_an_event(test: TestStore) {
        let w = World::start(&test).await;
        let mut wrong = Vec::new();
        for (name, path) in operations() {
            if is_public(&name, &path) {
                continue;
            }
            let plan = w.plan(&name, &path).await;
            let client = w.client(plan.who).await;
            let before = w.events_so_far().await;
            let answer = call(&client, &name, &plan).await;
            let what = format!("{name} {path}");
            if answer.status.as_u16() != plan.expect {
                wrong.push(format!("{what}: expected {}, got {} {}", plan.expect, answer.status, answer.json));
            }
            let actions = w.actions_since(before).await;
            match plan.event {
                Some(expected) if actions.iter().any(|action| action == expected) => {}
                Some(expected) => wrong.push(format!("{what}: expected {expected}, found {actions:?}")),
                None if name == "get" || plan.leaves_nothing => {}
                None => wrong.push(format!("{what} changes something and names no event")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn what_is_masked_is_in_no_byte_of_any_answer(test: TestStore) {
        let w = World::start(&test).await;
        // The needles are where they may be: a walk over an empty world would find nothing either.
        let own = w.client(REP_A1).await.get(&format!("/records/contact/{}", w.contact)).await;
        assert_eq!(own.json["values"]["name"], Value::String(w.canary.name_zh.clone()));
        assert_eq!(own.json["values"]["mobile"]["masked"], true);
        let seen = w.client(PRIVACY).await.get(&format!("/records/contact/{}", w.contact)).await;
        assert_eq!((&seen.json["id"], &seen.json["values"]["name"]["masked"]), (&json!(w.contact), &json!(true)));
        for (name, path) in operations() {
            if is_public(&name, &path) {
                continue;
            }
            let what = format!("{name} {path}");
            // The officer reads all records and gets every sealed value masked, open ones too.
            let plan = w.plan(&name, &path).await;
            let answer = call(&w.client(PRIVACY).await, &name, &plan).await;
            holds_none(&answer, &w.secrets(), &format!("{what} for the privacy officer"));
            holds_none(&answer, &w.open_texts(), &format!("{what} for the privacy officer"));
            // The owner gets what is shown on demand by a reveal and in no other way.
            let plan = w.plan(&name, &path).await;
            let answer = call(&w.client(REP_A1).await, &name, &plan).await;
            if path == "/records/{object}/{id}/reveal" {
                assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json);
                assert_eq!(answer.json["values"]["mobile"], Value::String(w.canary.phone.clone()));
            } else {
                holds_none(&answer, &w.secrets(), &format!("{what} for the owner"));
            }
            // A colleague of another group does not even get the names.
            let plan = w.plan(&name, &path).await;
            let answer = call(&w.client(REP_B1).await, &name, &plan).await;
            for needles in [w.secrets(), w.open_texts(), w.names()] {
                holds_none(&answer, &needles, &format!("{what} for another group"));
            }
        }
    }
}
