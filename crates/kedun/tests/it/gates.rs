//! What stands before every answer: versions, refusals that tell nothing, steps to be taken first,
//! headers, sizes, the sealed start, the first start, evidence that cannot be written.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kedun::boot::{Booted, Options, boot};
use kedun::config::{AtRest, DataArgs};
use kedun_identity::{totp_code, totp_step};
use kedun_model::Clock as _;
use kedun_store::Tuning;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value, json};

use crate::app::{
    AUDITOR, Answer, Client, MANAGER_A, PARTNER, REP_A1, REP_A2, REP_B1, STRANGER, TestApp, open,
};

const MISSING: &str = "018f0000-0000-7000-8000-000000000001";

fn id(answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{:?}", answer.json);
    answer.json["id"].as_str().expect("an id").to_owned()
}

async fn contact(client: &Client, values: Value) -> String {
    id(&client.post("/records/contact", json!({ "values": values })).await)
}

/// A problem without the name of its request.
fn shape(answer: &Answer) -> (StatusCode, Value, Vec<String>) {
    let mut json = answer.json.clone();
    if let Some(members) = json.as_object_mut() {
        members.remove("trace");
    }
    let mut names: Vec<String> = answer.headers.keys().map(|k| k.as_str().to_owned()).collect();
    names.sort();
    (answer.status, json, names)
}

fn unbase32(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for c in text.bytes().filter(u8::is_ascii_alphanumeric) {
        let five = if c.is_ascii_digit() { c - b'2' + 26 } else { c.to_ascii_uppercase() - b'A' };
        held = held << 5 | u32::from(five);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 255).try_into().expect("a byte"));
        }
    }
    out
}

fn args(dir: &tempfile::TempDir, test: &TestStore) -> DataArgs {
    DataArgs {
        data: dir.path().join("data"),
        database: test.url().map(str::to_owned),
        root_key_file: Some(dir.path().join("root.key")),
        root_key_env: None,
        root_passphrase: false,
        at_rest: AtRest::Sqlcipher,
        cache_mib: 32,
        config: None,
    }
}

fn options() -> Options {
    let tuning =
        Tuning { deadline: Duration::from_secs(60), poll: Duration::from_millis(50), ..Tuning::default() };
    Options { tuning, ..Options::default() }
}

db_test! {
    async fn a_foreign_record_and_one_that_never_was_are_told_apart_by_nothing(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let foreign = contact(&rep, json!({ "name": "王小明", "mobile": "13812345678" })).await;
        let reveal = json!({ "fields": ["mobile"], "purpose": { "code": "call_customer" } });
        let share = json!({ "grantee_kind": "person", "grantee_id": t.people[REP_B1].to_string(), "level": "read" });
        let tag = [("if-match", "\"1\"".to_owned())];
        let asks: [(Method, &str, Option<Value>); 13] = [
            (Method::GET, "", None),
            (Method::GET, "/history", None),
            (Method::GET, "/related", None),
            (Method::GET, "/timeline", None),
            (Method::GET, "/looks", None),
            (Method::GET, "/explain", None),
            (Method::GET, "/shares", None),
            (Method::PATCH, "", Some(json!({ "values": { "title": "x" } }))),
            (Method::DELETE, "", None),
            (Method::POST, "/restore", None),
            (Method::POST, "/reveal", Some(reveal)),
            (Method::POST, "/copied", Some(json!({ "field": "mobile" }))),
            (Method::POST, "/shares", Some(share)),
        ];
        for who in [REP_B1, PARTNER, STRANGER] {
            let other = t.sign_in(who).await;
            for (method, rest, body) in &asks {
                let mut shapes = Vec::new();
                for id in [foreign.as_str(), MISSING] {
                    let path = format!("/records/contact/{id}{rest}");
                    let answer = other.send(method.clone(), &path, body.clone(), &tag).await;
                    assert!(matches!(answer.status.as_u16(), 403 | 404), "{method} {path}: {} {:?}", answer.status, answer.json);
                    assert!(!String::from_utf8_lossy(&answer.bytes).contains(id), "{method} {rest} repeats the id");
                    shapes.push(shape(&answer));
                }
                assert_eq!(shapes[0], shapes[1], "{method} {rest}");
            }
            // As a reference too.
            let mut refusals = Vec::new();
            for id in [foreign.as_str(), MISSING] {
                let body = json!({ "values": { "contact": id, "method": "phone", "at": "2025-01-01T00:00:00Z", "content": "x" } });
                refusals.push(shape(&other.post("/records/follow_up", body).await));
            }
            assert_eq!(refusals[0], refusals[1]);
            assert!(!refusals[0].0.is_success());
        }
    }

    async fn a_version_is_one_version(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let path = format!("/records/contact/{}", contact(&rep, json!({ "name": "王小明" })).await);
        let body = || Some(json!({ "values": { "title": "经理" } }));
        for tag in ["*", "1", "\"1\", \"2\"", "\"x\"", "\"-1\"", "", "\"99999999999999999999\""] {
            for method in [Method::PATCH, Method::DELETE] {
                let body = (method == Method::PATCH).then(body).flatten();
                let answer = rep.send(method.clone(), &path, body, &[("if-match", tag.to_owned())]).await;
                assert_eq!(answer.status, StatusCode::PRECONDITION_REQUIRED, "{method} {tag}: {:?}", answer.json);
            }
        }
        for tag in ["\"0\"", "\"2\"", "W/\"7\""] {
            let answer = rep.send(Method::PATCH, &path, body(), &[("if-match", tag.to_owned())]).await;
            assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{tag}");
            assert_eq!(answer.json["args"]["current"], "1");
        }
        // Of two who changed the same version, one did.
        let (a, b) = tokio::join!(
            rep.patch(&path, 1, json!({ "values": { "title": "经理" } })),
            rep.patch(&path, 1, json!({ "values": { "title": "总监" } })),
        );
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }

    async fn a_birthday_is_shown_after_a_fresh_code_and_a_purpose(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let id = contact(&rep, json!({ "name": "王小明", "mobile": "13812345678", "birthday": "1988-08-18" })).await;
        let path = format!("/records/contact/{id}");
        let reveal = |fields: Value, purpose: Value| json!({ "fields": fields, "purpose": purpose });
        let call = json!({ "code": "call_customer", "note": "生日问候" });
        let ask = async || rep.post(&format!("{path}/reveal"), reveal(json!(["birthday"]), call.clone())).await;
        let detail = rep.get(&path).await;
        assert_eq!(detail.json["values"]["birthday"]["masked"], true);
        assert_eq!(detail.json["values"]["birthday"]["revealable"], true);
        let refused = ask().await;
        assert_eq!((refused.status, &refused.json["code"]), (StatusCode::FORBIDDEN, &json!("step_up.mfa")));
        assert!(refused.json["args"]["max_age"].is_string(), "{:?}", refused.json);

        let begun = rep.post("/me/factors/totp", json!({})).await;
        let secret = unbase32(begun.json["secret"].as_str().expect("a secret"));
        let code = || totp_code(&secret, totp_step(t.clock.now())).expect("a code");
        let wrong = rep.post("/me/factors/totp/confirm", json!({ "code": "000000" })).await;
        assert!(!wrong.status.is_success());
        t.clock.advance(30_000_000);
        let confirmed = rep.post("/me/factors/totp/confirm", json!({ "code": code() })).await;
        assert_eq!(confirmed.json["recovery_codes"].as_array().map(Vec::len), Some(10), "{:?}", confirmed.json);
        t.clock.advance(30_000_000);
        let refused = rep.post("/session/step-up", json!({ "code": "123456" })).await;
        assert!(!refused.status.is_success(), "{:?}", refused.json);
        let used = code();
        let fresh = rep.post("/session/step-up", json!({ "code": used })).await;
        assert_eq!(fresh.status, StatusCode::OK, "{:?}", fresh.json);
        let again = rep.post("/session/step-up", json!({ "code": used })).await;
        assert!(!again.status.is_success(), "a code works once");
        let shown = ask().await;
        assert_eq!(shown.json["values"]["birthday"], "1988-08-18", "{:?}", shown.json);
        assert_eq!(shown.json["expires_in"], 30);
        for purpose in [json!({ "code": " " }), json!({ "code": "" }), json!({ "code": "because" }), json!({}), Value::Null] {
            let refused = rep.post(&format!("{path}/reveal"), reveal(json!(["birthday"]), purpose)).await;
            assert!(refused.status.is_client_error(), "{:?}", refused.json);
            assert!(!String::from_utf8_lossy(&refused.bytes).contains("1988-08-18"));
        }
        // Ten minutes on, the factor is old.
        t.clock.advance(9 * 60_000_000);
        assert_eq!(ask().await.status, StatusCode::OK);
        t.clock.advance(2 * 60_000_000);
        assert_eq!(ask().await.json["code"], "step_up.mfa");
        let plain = rep.post(&format!("{path}/reveal"), reveal(json!(["mobile"]), call.clone())).await;
        assert_eq!(plain.json["values"]["mobile"], "13812345678", "personal data needs a purpose only");
        let copied = rep.post(&format!("{path}/copied"), json!({ "field": "mobile" })).await;
        assert_eq!(copied.status, StatusCode::NO_CONTENT);
        let colleague = t.sign_in(REP_A2).await;
        assert_eq!(colleague.post(&format!("{path}/copied"), json!({ "field": "mobile" })).await.status, StatusCode::NOT_FOUND);

        t.app.store.flush_sequencer().await.expect("numbered");
        let auditor = t.sign_in(AUDITOR).await;
        let events = auditor.get(&format!("/evidence?action=record.reveal&object=contact&record={id}&outcome=ok")).await;
        let items = events.json["items"].as_array().expect("items");
        assert_eq!(items.len(), 3, "{:?}", events.json);
        for (item, field) in items.iter().zip(["mobile", "birthday", "birthday"]) {
            assert_eq!(item["purpose"]["code"].as_str().or(item["purpose"].as_str()), Some("call_customer"), "{item}");
            assert_eq!((&item["fields"], &item["sensitive"]), (&json!([field]), &json!(true)), "{item}");
            assert_eq!(item["person"]["name"], "名rep_a1");
        }
        let copies = auditor.get(&format!("/evidence?action=record.copy&record={id}&outcome=ok")).await;
        assert_eq!(copies.json["items"].as_array().map(Vec::len), Some(1), "{:?}", copies.json);
        for answer in [&events, &copies, &auditor.get("/evidence?limit=200").await] {
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            for value in ["13812345678", "1988-08-18", "王小明"] {
                assert!(!text.contains(value), "{value} in the evidence");
            }
        }
    }

    async fn a_record_is_found_by_what_people_remember_of_it(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let id = contact(&rep, json!({ "name": "欧阳建国", "mobile": "13812345678", "email": "ouyang.jg@acme.example" })).await;
        let other = contact(&t.sign_in(REP_B1).await, json!({ "name": "欧阳建国", "mobile": "13912345678" })).await;
        let manager = t.sign_in(MANAGER_A).await;
        for text in ["5678", "138123", "12345678", "欧阳", "建国", "ouyang", "oyjg", "jianguo", "acme", "ouyang.jg@acme.example"] {
            let path = format!("/search?q={}", crate::matrix::urlencode(text));
            for client in [&rep, &manager] {
                let found = client.get(&path).await;
                let whole = String::from_utf8_lossy(&found.bytes).into_owned();
                assert!(whole.contains(&id), "{text}: {whole}");
                assert!(!whole.contains(&other) && !whole.contains("13812345678") && !whole.contains("ouyang.jg@"), "{text}: {whole}");
            }
        }
        // In the bin nothing is found; out of it again everything is.
        let path = format!("/records/contact/{id}");
        assert_eq!(rep.delete(&path, 1).await.status, StatusCode::NO_CONTENT);
        assert_eq!(rep.get("/search?q=5678").await.json["groups"], json!([]));
        let living = rep.post("/records/contact/query", json!({})).await;
        assert_eq!(living.json["items"], json!([]));
        let bin = rep.post("/records/contact/query", json!({ "deleted": true })).await;
        assert_eq!(bin.json["items"][0]["id"], json!(id));
        assert_eq!(bin.json["items"][0]["can"], json!(["read", "restore"]));
        let back = rep.send(Method::POST, &format!("{path}/restore"), None, &[("if-match", "\"2\"".into())]).await;
        assert_eq!(back.status, StatusCode::OK, "{:?}", back.json);
        assert!(String::from_utf8_lossy(&rep.get("/search?q=oyjg").await.bytes).contains(&id));
    }

    async fn every_answer_has_its_headers(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let page = |path: &str| {
            Request::builder()
                .uri(path)
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, "__Host-kd=any")
                .body(Body::empty())
                .expect("a request")
        };
        let answers = [
            rep.get("/session").await,
            rep.get("/records/contact/nothing").await,
            rep.get("/nowhere").await,
            t.nobody().get("/objects").await,
            rep.raw(page("/")).await,
            rep.raw(page("/o/contact")).await,
            rep.raw(page("/assets/nothing.js")).await,
            rep.send(Method::POST, "/records/contact", None, &[]).await,
        ];
        for answer in &answers {
            let get = |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            let hsts = get("strict-transport-security");
            let age: u64 = hsts.trim_start_matches("max-age=").split(';').next().and_then(|n| n.parse().ok()).unwrap_or(0);
            assert!(age >= 31_536_000, "{hsts}");
            assert_eq!(get("x-content-type-options"), "nosniff");
            assert_eq!(get("referrer-policy"), "no-referrer");
            assert_eq!(get("cross-origin-opener-policy"), "same-origin");
            assert_eq!(get("x-frame-options"), "DENY");
            assert_eq!(get("x-trace").len(), 12);
            assert!(answer.headers.get("server").is_none() && answer.headers.get("x-powered-by").is_none());
            if !answer.json.is_null() {
                assert_eq!(get("cache-control"), "no-store");
            }
        }
        let mut nonces = Vec::new();
        for answer in &answers[4..6] {
            assert_eq!(answer.status, StatusCode::OK);
            let policy = answer.headers["content-security-policy"].to_str().expect("a policy").to_owned();
            for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"] {
                assert!(policy.contains(part), "{policy}");
            }
            assert!(!policy.contains("unsafe"), "{policy}");
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
            assert!(nonce.len() >= 22);
            let html = String::from_utf8_lossy(&answer.bytes).into_owned();
            assert!(!html.contains("__CSP_NONCE__"));
            assert!(!html.contains("nonce=") || html.contains(&nonce), "the document carries the nonce of its policy");
            assert!(!html.contains("<script>") && !html.contains("javascript:"), "no script in the document");
            nonces.push(nonce);
        }
        assert_ne!(nonces[0], nonces[1], "a nonce is used once");
        let signed = t.nobody().post("/session", json!({ "login": "rep_a2", "password": crate::app::PASSWORD })).await;
        let cookie = signed.headers["set-cookie"].to_str().expect("a cookie").to_owned();
        for part in ["__Host-kd=", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.to_lowercase().contains("domain="));
    }

    async fn what_is_malformed_or_too_much_is_refused(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let raw = |kind: &str, body: Vec<u8>| {
            Request::builder()
                .method(Method::POST)
                .uri("/api/v1/records/contact")
                .header("x-kd-csrf", "1")
                .header(header::HOST, "kedun.test")
                .header(header::ORIGIN, "https://kedun.test")
                .header(header::COOKIE, rep.cookie().expect("a session"))
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body))
                .expect("a request")
        };
        let large = format!(r#"{{"values":{{"name":"{}"}}}}"#, "王".repeat(1_000_000)).into_bytes();
        let cases: [(&str, Vec<u8>, u16, &str); 8] = [
            ("application/json", large, 413, "too_large"),
            ("application/json", b"{\"values\":".to_vec(), 422, "body.malformed"),
            ("application/json", vec![0xff, 0xfe, 0x00], 422, "body.malformed"),
            ("application/json", "[".repeat(100_000).into_bytes(), 422, "body.malformed"),
            ("application/json", b"{\"values\":{},\"owned\":1}".to_vec(), 422, "body.malformed"),
            ("application/json", b"".to_vec(), 422, "body.malformed"),
            ("text/plain", b"{\"values\":{}}".to_vec(), 422, "body.malformed"),
            ("application/json", b"{\"values\":{\"mobile\":\"13812345678x\"}}".to_vec(), 422, "invalid"),
        ];
        for (kind, body, status, code) in cases {
            let answer = rep.raw(raw(kind, body)).await;
            assert_eq!((answer.status.as_u16(), answer.json["code"].as_str()), (status, Some(code)), "{:?}", answer.json);
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("13812345678"));
        }
        let long = rep.post("/records/contact", json!({ "values": { "name": "王".repeat(201), "nothing": 1, "id_no": "x" } })).await;
        let wrong: Vec<(&str, &str)> = long.json["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .map(|f| (f["field"].as_str().unwrap_or_default(), f["code"].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong.contains(&("name", "field.too_long")) && wrong.contains(&("nothing", "field.unknown")));
        assert!(wrong.contains(&("id_no", "field.unknown")), "a field that is off does not exist");
        let mut deep = json!({ "field": "title", "op": "is_empty" });
        for _ in 0..40 {
            deep = json!({ "not": deep });
        }
        for (question, code) in [
            (json!({ "filter": deep }), "filter.too_deep"),
            (json!({ "limit": 201 }), "list.limit"),
            (json!({ "limit": 0 }), "list.limit"),
            (json!({ "cursor": "AAAA" }), "cursor.invalid"),
            (json!({ "sort": [{ "field": "title" }, { "field": "title" }, { "field": "title" }, { "field": "title" }] }), "sort.too_many_keys"),
            (json!({ "filter": { "or": vec![json!({ "field": "title", "op": "is_empty" }); 51] } }), "filter.too_long"),
        ] {
            let answer = rep.post("/records/contact/query", question.clone()).await;
            assert_eq!(answer.json["code"], code, "{question}: {:?}", answer.json);
        }
        // A cursor is its maker's, for its question.
        for n in 0..4 {
            contact(&rep, json!({ "name": format!("人{n}") })).await;
        }
        let first = rep.post("/records/contact/query", json!({ "limit": 2 })).await;
        let next = first.json["next"].as_str().expect("a cursor").to_owned();
        let manager = t.sign_in(MANAGER_A).await;
        for (client, question) in [
            (&manager, json!({ "limit": 2, "cursor": next })),
            (&rep, json!({ "limit": 2, "cursor": next, "sort": [{ "field": "title" }] })),
            (&rep, json!({ "limit": 2, "cursor": next, "filter": { "field": "title", "op": "is_empty" } })),
            (&rep, json!({ "limit": 2, "cursor": next, "deleted": true })),
        ] {
            let answer = client.post("/records/contact/query", question.clone()).await;
            assert_eq!(answer.json["code"], "cursor.invalid", "{question}: {:?}", answer.json);
        }
        let mut changed = next.into_bytes();
        let place = changed.len() / 2;
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("text");
        let answer = rep.post("/records/contact/query", json!({ "limit": 2, "cursor": changed })).await;
        assert_eq!(answer.json["code"], "cursor.invalid");
    }

    async fn without_its_root_key_the_server_is_sealed_and_nothing_is_lost(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let id = contact(&rep, json!({ "name": "王小明", "mobile": "13812345678" })).await;
        let TestApp { app, router, dir, args, .. } = t;
        drop((router, rep));
        app.stop().await.expect("stopped");
        let key = dir.path().join("root.key");
        let kept = dir.path().join("kept.key");
        std::fs::rename(&key, &kept).expect("moved");
        let sealed = async |what: &str| {
            match boot(&args, test.context.clone(), options()).await.expect("it starts") {
                Booted::Sealed { reason } => reason,
                Booted::Ready(_) => panic!("{what}: it is open"),
            }
        };
        let reason = sealed("no root key").await;
        assert!(reason.contains("missing"), "{reason}");
        assert!(!key.exists(), "no other key is made in the place of one that is missing");
        kedun_vault::create_root_file(&key, &kedun_vault::SystemEntropy).expect("another key");
        sealed("another root key").await;
        std::fs::write(&key, b"not a key").expect("written");
        sealed("no key at all").await;

        let client = Client::of(kedun_api::sealed_router());
        let health = client.get("/health").await;
        assert_eq!((health.status, &health.json["state"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("sealed")));
        for path in ["/session", "/records/contact", "/setup", "/openapi.json"] {
            for method in [Method::GET, Method::POST] {
                let answer = client.send(method, path, None, &[]).await;
                assert_eq!((answer.status, &answer.json["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("sealed")), "{path}");
                assert!(answer.headers.contains_key("strict-transport-security"));
            }
        }

        std::fs::remove_file(&key).expect("removed");
        std::fs::rename(&kept, &key).expect("moved back");
        let app = open(&args, &test).await;
        while !app.door.arenas().ready() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let client = Client::of(kedun_api::router(app.state.clone()));
        let rep = client.enter("rep_a1").await;
        let shown = rep
            .post(&format!("/records/contact/{id}/reveal"), json!({ "fields": ["mobile"], "purpose": { "code": "call_customer" } }))
            .await;
        assert_eq!(shown.json["values"]["mobile"], "13812345678", "{:?}", shown.json);
    }

    async fn the_first_start_needs_the_link_the_code_and_the_recovery_kit(test: TestStore) {
        let dir = tempfile::tempdir().expect("a folder");
        let args = args(&dir, &test);
        let app = open(&args, &test).await;
        let client = Client::of(kedun_api::router(app.state.clone()));
        assert_eq!(client.get("/session").await.json["state"], "setup");
        assert_eq!(client.get("/setup").await.json, json!({ "needed": true, "recovery_kit_confirmed": false }));
        let old = app.identity.setup_token().await.expect("a link");
        let token = app.identity.setup_token().await.expect("a link");
        let begin = |token: &str, password: &str| json!({
            "token": token, "org_name": "某某公司", "name": "李管理", "login": "admin", "password": password, "locale": "zh-CN",
        });
        let good = "correct horse battery 92";
        for bad in ["", "x", &old] {
            let refused = client.post("/setup", begin(bad, good)).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{:?}", refused.json);
        }
        assert_eq!(client.post("/setup", begin(&token, "short")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let begun = client.post("/setup", begin(&token, good)).await;
        assert_eq!(begun.status, StatusCode::OK, "{:?}", begun.json);
        let secret = unbase32(begun.json["totp"]["secret"].as_str().expect("a secret"));
        let kit = begun.json["recovery_kit"].as_str().expect("a kit").to_owned();
        let root = kedun_vault::RootKey::from_recovery_kit(&kit).expect("the kit is the root key");
        let on_disk = kedun_vault::load_root(&kedun_vault::RootSource::File(dir.path().join("root.key"))).expect("the key");
        assert_eq!(root.fingerprint(), on_disk.fingerprint());
        // Until it is confirmed nobody signs in.
        let early = client.post("/session", json!({ "login": "admin", "password": good })).await;
        assert!(early.json["signed_in"] != true, "{:?}", early.json);
        let code = || totp_code(&secret, totp_step(test.clock.now())).expect("a code");
        let confirm = |token: &str, code: &str, kit: &str| json!({ "token": token, "code": code, "recovery_kit": kit });
        let mut typed: Vec<char> = kit.chars().collect();
        let place = typed.iter().rposition(char::is_ascii_alphanumeric).expect("a character");
        typed[place] = if typed[place] == 'A' { 'B' } else { 'A' };
        let typed: String = typed.into_iter().collect();
        for (token, code, kit, status) in [
            (token.as_str(), code(), typed.as_str(), 422),
            (&token, code(), "", 422),
            (&token, "000000".to_owned(), &kit, 422),
            ("x", code(), &kit, 401),
        ] {
            let refused = client.post("/setup/confirm", confirm(token, &code, kit)).await;
            assert_eq!(refused.status.as_u16(), status, "{:?}", refused.json);
        }
        assert_eq!(client.get("/session").await.json["state"], "setup");
        test.clock.advance(30_000_000);
        let done = client.post("/setup/confirm", confirm(&token, &code(), &kit.to_lowercase().replace('-', " "))).await;
        let done = if done.status == StatusCode::OK { done } else { client.post("/setup/confirm", confirm(&token, &code(), &kit)).await };
        assert_eq!(done.status, StatusCode::OK, "{:?}", done.json);
        assert_eq!((&done.json["signed_in"], &done.json["person"]["login"]), (&json!(true), &json!("admin")));
        let admin = client.with_cookie(done.cookie.clone());
        assert_eq!(admin.get("/people").await.status, StatusCode::OK);
        assert_eq!(admin.get("/records/contact").await.status, StatusCode::FORBIDDEN, "he sees no customers");
        // The link is dead.
        assert_eq!(client.get("/setup").await.json["needed"], false);
        for (path, body) in [("/setup", begin(&token, good)), ("/setup/confirm", confirm(&token, &code(), &kit))] {
            let refused = client.post(path, body).await;
            assert!(matches!(refused.status.as_u16(), 401 | 409), "{path}: {} {:?}", refused.status, refused.json);
        }
        assert!(app.identity.setup_token().await.is_err());
        app.stop().await.expect("stopped");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_cannot_be_written_down_is_not_given() {
    let test = TestStore::sqlite().expect("a folder");
    let t = TestApp::start_with(&test, AtRest::None).await;
    let rep = t.sign_in(REP_A1).await;
    let id = contact(&rep, json!({ "name": "王小明", "mobile": "13812345678" })).await;
    let (cookie, database) = (rep.cookie().map(str::to_owned), t.args.data.join("main.db"));
    let TestApp { app, router, args, dir, .. } = t;
    drop((router, rep));
    app.stop().await.expect("stopped");
    let tuning = Tuning { deadline: Duration::from_secs(1), ..Tuning::default() };
    let booted =
        boot(&args, test.context.clone(), Options { tuning, ..Options::default() }).await.expect("it starts");
    let Booted::Ready(app) = booted else { panic!("sealed") };
    let rep = Client::of(kedun_api::router(app.state.clone())).with_cookie(cookie);
    while !app.door.arenas().ready() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(rep.get(&format!("/records/contact/{id}")).await.status, StatusCode::OK);
    // Somebody else holds the file for writing: it can be read and nothing can be written.
    let holder = rusqlite::Connection::open(&database).expect("the file");
    holder.execute_batch("BEGIN IMMEDIATE").expect("held");
    let reveal = json!({ "fields": ["mobile"], "purpose": { "code": "call_customer" } });
    let asks: [(Method, String, Option<Value>); 9] = [
        (Method::GET, format!("/records/contact/{id}"), None),
        (Method::POST, "/records/contact/query".into(), Some(json!({}))),
        (Method::GET, "/search?q=5678".into(), None),
        (Method::POST, format!("/records/contact/{id}/reveal"), Some(reveal)),
        (Method::GET, format!("/records/contact/{id}/history"), None),
        (Method::GET, format!("/records/contact/{id}/timeline"), None),
        (Method::GET, format!("/records/contact/{id}/related"), None),
        (Method::POST, "/records/contact/aggregate".into(), Some(json!({ "measures": [{ "op": "count" }] }))),
        (Method::POST, "/records/contact".into(), Some(json!({ "values": { "name": "李" } }))),
    ];
    for (method, path, body) in asks {
        let answer = rep.send(method.clone(), &path, body, &[]).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{method} {path}: {:?}", answer.json);
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        for value in ["王小明", "13812345678", "138****5678"] {
            assert!(!text.contains(value), "{method} {path} shows {value} without evidence");
        }
    }
    holder.execute_batch("ROLLBACK").expect("let go");
    drop(holder);
    let mut status = StatusCode::SERVICE_UNAVAILABLE;
    for _ in 0..100 {
        status = rep.get(&format!("/records/contact/{id}")).await.status;
        if status == StatusCode::OK {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(status, StatusCode::OK, "it works again by itself");
    app.stop().await.expect("stopped");
    drop(dir);
}
