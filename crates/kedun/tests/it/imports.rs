//! An import as the page does it: upload, mapping, check, run, rejected rows, undo; and what is refused.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kedun_testkit::db::TestStore;
use kedun_testkit::{canaries, db_test};
use serde_json::{Value, json};

use crate::app::{Answer, Client, PARTNER, REP_A1, REP_A2, STRANGER, TestApp};

const BOUNDARY: &str = "kedun-test-boundary";

async fn upload(client: &Client, object: &str, name: &str, file: &[u8]) -> Answer {
    let mut body = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"object\"\r\n\r\n{object}\r\n\
         --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/imports")
        .header("x-kd-csrf", "1")
        .header(header::HOST, "kedun.test")
        .header(header::ORIGIN, "https://kedun.test")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header(header::COOKIE, client.cookie().unwrap_or_default());
    client.raw(request.body(Body::from(body)).expect("a request")).await
}

fn mapping(import: &Value) -> Value {
    let columns: Vec<Value> = import["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|c| json!({ "index": c["index"], "field": c["suggested"] }))
        .collect();
    json!({
        "columns": columns, "match_by": ["mobile"], "on_match": "skip", "source": "2026 深圳展会", "basis": "consent",
        "options": {}, "acknowledge_findings": false
    })
}

async fn put(client: &Client, id: &str, body: Value) -> Answer {
    client.send(Method::PUT, &format!("/imports/{id}/mapping"), Some(body), &[]).await
}

async fn step(client: &Client, id: &str, verb: &str) -> Answer {
    client.send(Method::POST, &format!("/imports/{id}/{verb}"), None, &[]).await
}

async fn until(client: &Client, id: &str, state: &str) -> Value {
    for _ in 0..3_000 {
        let view = client.get(&format!("/imports/{id}")).await.json;
        if view["state"] == state {
            return view;
        }
        assert_ne!(view["state"], "failed", "{view}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the import does not become {state}");
}

async fn contacts(client: &Client) -> usize {
    let page = client.post("/records/contact/query", json!({ "limit": 200 })).await;
    page.json["items"].as_array().expect("items").len()
}

db_test! {
    async fn a_file_goes_in_and_comes_out_again(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let people = canaries(60);
        let mut text = "姓名,手机号码,邮箱,备注\r\n".to_owned();
        for (n, c) in people.iter().enumerate() {
            let phone = if n % 20 == 7 { "12" } else { &c.phone };
            text.push_str(&format!("{},{phone},{},{}\r\n", c.name_zh, c.email, c.note));
        }
        let made = upload(&rep, "contact", "展会.csv", text.as_bytes()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
        assert_eq!((&made.json["state"], &made.json["file"]["kind"]), (&json!("uploaded"), &json!("csv")));
        assert_eq!(made.json["columns"][1]["suggested"], "mobile");
        for canary in &people {
            assert!(!String::from_utf8_lossy(&made.bytes).contains(&canary.phone), "samples are masked");
        }
        let id = made.json["id"].as_str().expect("an id").to_owned();
        assert_eq!(put(&rep, &id, mapping(&made.json)).await.status, StatusCode::OK);
        assert_eq!(step(&rep, &id, "run").await.status, StatusCode::CONFLICT, "not before the check");
        assert_eq!(step(&rep, &id, "dry-run").await.status, StatusCode::ACCEPTED);
        let checked = until(&rep, &id, "checked").await;
        assert_eq!(
            checked["counts"],
            json!({ "rows": 60, "new": 57, "changed": 0, "unchanged": 0, "duplicate": 0, "rejected": 3 })
        );
        assert_eq!(checked["reasons"], json!([{ "code": "not_a_phone", "field": "mobile", "count": 3 }]));
        assert_eq!(checked["sample"].as_array().expect("rows").len(), 20);
        assert_eq!(contacts(&rep).await, 0);
        assert_eq!(step(&rep, &id, "run").await.status, StatusCode::ACCEPTED);
        let done = until(&rep, &id, "done").await;
        assert_eq!((&done["progress"]["done"], &done["progress"]["new"]), (&json!(60), &json!(57)));
        assert_eq!(contacts(&rep).await, 57);

        let rejects = rep.get(&format!("/imports/{id}/rejects")).await;
        assert_eq!(rejects.status, StatusCode::OK);
        assert!(rejects.bytes.starts_with(b"PK\x03\x04"));
        assert!(rejects.headers["content-disposition"].to_str().expect("text").starts_with("attachment"));
        for entry in std::fs::read_dir(t.dir.path().join("data").join("imports")).expect("the folder") {
            let bytes = std::fs::read(entry.expect("a file").path()).expect("bytes");
            for needle in people.iter().flat_map(kedun_testkit::Canary::needles) {
                assert!(!bytes.windows(needle.len()).any(|w| w == needle.as_bytes()), "{needle} lies in clear");
            }
        }

        assert_eq!(step(&rep, &id, "undo").await.status, StatusCode::ACCEPTED);
        until(&rep, &id, "undone").await;
        assert_eq!(contacts(&rep).await, 0);
        let list = rep.get("/imports").await;
        assert_eq!(list.json["items"].as_array().expect("items").len(), 1);
        t.app.stop().await.expect("stops");
    }

    async fn others_see_nothing_of_it_and_those_without_the_right_may_not_begin(test: TestStore) {
        let t = TestApp::start(&test).await;
        let (rep, other) = (t.sign_in(REP_A1).await, t.sign_in(REP_A2).await);
        let file = "姓名,手机\n甲,13800000001\n".as_bytes();
        let made = upload(&rep, "contact", "a.csv", file).await;
        let id = made.json["id"].as_str().expect("an id").to_owned();
        assert_eq!(other.get(&format!("/imports/{id}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(put(&other, &id, mapping(&made.json)).await.status, StatusCode::NOT_FOUND);
        for verb in ["dry-run", "run", "pause", "resume", "cancel", "undo"] {
            assert_eq!(step(&other, &id, verb).await.status, StatusCode::NOT_FOUND, "{verb}");
        }
        assert_eq!(other.get(&format!("/imports/{id}/rejects")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.get("/imports").await.json["items"], json!([]));
        for person in [PARTNER, STRANGER] {
            let client = t.sign_in(person).await;
            assert_eq!(upload(&client, "contact", "a.csv", file).await.status, StatusCode::FORBIDDEN);
            assert_eq!(client.get("/imports/templates/contact").await.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(upload(&t.nobody(), "contact", "a.csv", file).await.status, StatusCode::UNAUTHORIZED);
        let left = std::fs::read_dir(t.dir.path().join("data").join("imports")).expect("the folder").count();
        assert_eq!(left, 1, "a refused upload leaves nothing");
        assert_eq!(step(&rep, &id, "cancel").await.json["state"], "cancelled");
        assert_eq!(rep.get(&format!("/imports/{id}")).await.json["file"], Value::Null);
        t.app.stop().await.expect("stops");
    }

    async fn what_is_wrong_is_told_by_field(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let text = "姓名,手机,职务\n甲,13800000001,11010519491231002X\n";
        let made = upload(&rep, "contact", "a.csv", text.as_bytes()).await;
        assert_eq!(made.json["columns"][2]["findings"], json!([{ "kind": "id_card", "count": 1 }]));
        assert!(
            made.json["warnings"].as_array().expect("warnings").contains(&json!({ "code": "import.personal_data", "args": { "column": 2 } })),
            "{}", made.json["warnings"]
        );
        let id = made.json["id"].as_str().expect("an id").to_owned();
        let refused = put(&rep, &id, mapping(&made.json)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json["code"], "import.personal_data_in_unclassified");
        assert_eq!(refused.json["fields"][0]["field"], "columns.2");
        let mut known = mapping(&made.json);
        known["acknowledge_findings"] = json!(true);
        assert_eq!(put(&rep, &id, known.clone()).await.status, StatusCode::OK);
        known["source"] = json!("");
        let refused = put(&rep, &id, known).await;
        assert_eq!((&refused.json["code"], &refused.json["fields"][0]["field"]), (&json!("import.mapping"), &json!("source")));
        for (file, code) in [(&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1old"[..], "import.old_excel"), (b"", "import.empty"), (b"\x7FELF\0\0\0", "import.not_a_sheet")] {
            let refused = upload(&rep, "contact", "x.xls", file).await;
            assert_eq!((refused.status, &refused.json["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)));
        }
        // More than other bodies may have; a file may.
        let mut long = "姓名,手机\n".to_owned();
        for n in 0..200_000 {
            long.push_str(&format!("甲,139{n:08}\n"));
        }
        assert!(long.len() > 2 << 20);
        assert_eq!(upload(&rep, "contact", "long.csv", long.as_bytes()).await.status, StatusCode::CREATED);
        let template = rep.get("/imports/templates/contact").await;
        let back = upload(&rep, "contact", "t.xlsx", &template.bytes).await;
        assert_eq!((back.status, &back.json["file"]["kind"]), (StatusCode::CREATED, &json!("xlsx")));
        t.app.stop().await.expect("stops");
    }
}
