//! Signing in: factors, limits, forged requests, the first start.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use kedun_identity::{totp_code, totp_step};
use kedun_model::Clock as _;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use crate::app::{AUDITOR, PASSWORD, REP_A1, SECURITY_ADMIN, SYSTEM_ADMIN, TestApp};

/// The bytes of a secret as authenticators take it.
fn secret(base32: &str) -> Vec<u8> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for c in base32.bytes() {
        let digit = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|d| *d == c).expect("a digit");
        buffer = buffer << 5 | u32::try_from(digit).expect("small");
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).expect("a byte"));
        }
    }
    bytes
}

db_test! {
    async fn a_required_factor_is_replaced_and_never_missing(test: TestStore) {
        let t = TestApp::start(&test).await;
        let auditor = t.sign_in(AUDITOR).await;
        let factors = auditor.get("/me/factors").await;
        assert_eq!(factors.json["required"], true);
        assert_eq!(auditor.send(Method::DELETE, "/me/factors/totp", None, &[]).await.json["code"], "factor.required");
        let replace = async |code: &str| auditor.post("/me/factors/totp/replace", json!({ "code": code })).await;
        let confirm = "/me/factors/totp/replace/confirm";
        let wrong = replace("000000").await;
        assert_eq!((wrong.status, &wrong.json["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("auth.code")));
        assert_eq!(auditor.post(confirm, json!({ "code": "000000" })).await.json["code"], "factor.not_begun");

        t.clock.advance(30_000_000);
        let begun = replace(&t.code()).await;
        assert_eq!(begun.status, StatusCode::OK, "{:?}", begun.json);
        assert_eq!(replace(&t.code()).await.status, StatusCode::UNPROCESSABLE_ENTITY, "a code proves once");
        let new = secret(begun.json["secret"].as_str().expect("a secret"));
        let code = || totp_code(&new, totp_step(t.clock.now())).expect("a code");
        // The old one works on, in another session too, which did not begin this.
        let other = t.sign_in(AUDITOR).await;
        assert_eq!(other.post(confirm, json!({ "code": code() })).await.json["code"], "factor.not_begun");
        let old = auditor.post(confirm, json!({ "code": t.code() })).await;
        assert_eq!(old.json["code"], "auth.code", "the old one does not confirm the new one");
        let done = auditor.post(confirm, json!({ "code": code() })).await;
        assert_eq!(done.status, StatusCode::OK, "{:?}", done.json);
        let codes = done.json["recovery_codes"].as_array().expect("codes").clone();
        assert_eq!(codes.len(), 10);
        assert_eq!(auditor.post(confirm, json!({ "code": code() })).await.json["code"], "factor.not_begun");
        assert_eq!(other.get("/me/factors").await.status, StatusCode::UNAUTHORIZED, "other sessions end");
        assert_eq!(auditor.get("/me/factors").await.json["totp"]["enrolled"], true);

        // Only the new one signs in.
        t.clock.advance(60_000_000);
        for (code, expected) in [(t.code(), StatusCode::UNAUTHORIZED), (code(), StatusCode::OK)] {
            let first = t.nobody().post("/session", json!({ "login": "auditor", "password": PASSWORD })).await;
            let ticket = first.json["ticket"].as_str().expect("a ticket");
            let second = t.nobody().post("/session/totp", json!({ "ticket": ticket, "code": code })).await;
            assert_eq!(second.status, expected, "{:?}", second.json);
        }
        // A telephone that was lost: a recovery code proves as well, once, and for ten minutes.
        let recovery = codes[0].as_str().expect("a code");
        let begun = replace(recovery).await;
        assert_eq!(begun.status, StatusCode::OK, "{:?}", begun.json);
        assert_eq!(replace(recovery).await.json["code"], "auth.code");
        t.clock.advance(10 * 60_000_000);
        let late = secret(begun.json["secret"].as_str().expect("a secret"));
        let late = totp_code(&late, totp_step(t.clock.now())).expect("a code");
        assert_eq!(auditor.post(confirm, json!({ "code": late })).await.json["code"], "factor.not_begun");

        t.app.store.flush_sequencer().await.expect("the events are numbered");
        let found = async |action: &str, outcome: &str| {
            let page = auditor.get(&format!("/evidence?action={action}&outcome={outcome}")).await;
            page.json["items"].as_array().map(Vec::len)
        };
        assert_eq!(found("auth.factor_replaced", "ok").await, Some(1));
        assert_eq!(found("auth.factor_replacement", "ok").await, Some(2));
        assert_eq!(found("auth.factor_replacement", "refused").await, Some(3));
    }

    async fn a_wrong_password_and_an_unknown_login_look_the_same(test: TestStore) {
        let t = TestApp::start(&test).await;
        let nobody = t.nobody();
        let wrong = nobody.post("/session", json!({ "login": "rep_a1", "password": "wrong wrong" })).await;
        let unknown = nobody.post("/session", json!({ "login": "no such", "password": "wrong wrong" })).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
        assert_eq!(wrong.json["code"], unknown.json["code"]);
        assert_eq!(wrong.json["detail"], unknown.json["detail"]);
    }

    async fn a_code_works_once(test: TestStore) {
        let t = TestApp::start(&test).await;
        let nobody = t.nobody();
        t.clock.advance(30_000_000);
        let code = t.code();
        let mut statuses = Vec::new();
        for _ in 0..2 {
            let first = nobody.post("/session", json!({ "login": "auditor", "password": PASSWORD })).await;
            assert_eq!(first.json["next"], "totp");
            let ticket = first.json["ticket"].as_str().expect("a ticket");
            let second = nobody.post("/session/totp", json!({ "ticket": ticket, "code": code })).await;
            statuses.push(second.status);
        }
        assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
    }

    async fn too_many_tries_are_stopped_and_time_heals(test: TestStore) {
        let t = TestApp::start(&test).await;
        let nobody = t.nobody();
        let mut last = StatusCode::OK;
        for _ in 0..10 {
            last = nobody.post("/session", json!({ "login": "rep_a1", "password": "wrong wrong" })).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
        t.clock.advance(11 * 60_000_000);
        t.sign_in(REP_A1).await;
    }

    async fn a_forged_request_changes_nothing(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let forged = |origin: &str, marked: bool| {
            let mut request = Request::builder()
                .method(Method::POST)
                .uri("/api/v1/records/account")
                .header("host", "kedun.test")
                .header("origin", origin)
                .header("cookie", rep.cookie().expect("a cookie"))
                .header("content-type", "application/json");
            if marked {
                request = request.header("x-kd-csrf", "1");
            }
            request.body(Body::from(r#"{"values":{"name":"forged"}}"#)).expect("a request")
        };
        for (origin, marked) in [("https://evil.test", true), ("https://kedun.test", false), ("http://kedun.test", true)] {
            let answer = rep.raw(forged(origin, marked)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin} {marked}");
            assert_eq!(answer.json["code"], "csrf");
        }
        let list = rep.post("/records/account/query", json!({})).await;
        assert_eq!(list.json["items"].as_array().map(Vec::len), Some(0));
    }

    async fn nobody_gives_a_role_to_himself_and_offices_do_not_meet(test: TestStore) {
        let t = TestApp::start(&test).await;
        let officer = t.sign_in(SECURITY_ADMIN).await;
        let roles = officer.get("/roles").await;
        let role = |code: &str| {
            let items = roles.json["items"].as_array().expect("roles");
            items.iter().find(|r| r["code"] == code).and_then(|r| r["id"].as_str()).expect("the role").to_owned()
        };
        let give = async |person: usize, code: &str| {
            let path = format!("/people/{}/roles", t.people[person]);
            officer.post(&path, json!({ "role": role(code), "reason": "test" })).await.status
        };
        assert!(!give(SECURITY_ADMIN, "sales_director").await.is_success(), "to oneself");
        assert!(!give(AUDITOR, "system_admin").await.is_success(), "two offices in one person");
        assert_eq!(give(REP_A1, "sales_manager").await, StatusCode::CREATED);
        let admin = t.sign_in(SYSTEM_ADMIN).await;
        let path = format!("/people/{}/roles", t.people[REP_A1]);
        let refused = admin.post(&path, json!({ "role": role("sales"), "reason": "test" })).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "the system administrator gives no roles");
    }

    async fn a_session_ends_when_idle_and_when_signed_out(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        t.clock.advance(29 * 60_000_000);
        assert_eq!(rep.get("/me/sessions").await.status, StatusCode::OK);
        t.clock.advance(31 * 60_000_000);
        assert_eq!(rep.get("/me/sessions").await.status, StatusCode::UNAUTHORIZED);
        let rep = t.sign_in(REP_A1).await;
        let out = rep.send(Method::DELETE, "/session", None, &[]).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        assert_eq!(rep.get("/me/sessions").await.status, StatusCode::UNAUTHORIZED);
    }
}
