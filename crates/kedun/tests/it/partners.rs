//! Outside partners see what is assigned to their company, and nothing else, from the next request on.

use axum::http::StatusCode;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value, json};

use crate::app::{AUDITOR, Client, DIRECTOR, MANAGER_A, PARTNER, REP_A1, REP_A2, SYSTEM_ADMIN, TestApp};

async fn account(client: &Client, name: &str) -> String {
    let made = client.post("/records/account", json!({ "values": { "name": name } })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
    made.json["id"].as_str().expect("an id").to_owned()
}

async fn names(client: &Client, filter: Value) -> Vec<String> {
    let page = client.post("/records/account/query", json!({ "limit": 200, "filter": filter })).await;
    assert_eq!(page.status, StatusCode::OK, "{:?}", page.json);
    let items = page.json["items"].as_array().expect("items");
    let mut names: Vec<String> =
        items.iter().map(|r| r["values"]["name"].as_str().expect("a name").to_owned()).collect();
    names.sort();
    names
}

/// Changes a person as the system administrator does.
async fn change(t: &TestApp, admin: &Client, who: usize, body: Value) -> crate::app::Answer {
    let path = format!("/people/{}", t.people[who]);
    let version = admin.get(&path).await.json["version"].as_i64().expect("a version");
    admin.patch(&path, version, body).await
}

const ALL: Value = Value::Null;

db_test! {
    async fn a_partner_sees_what_its_company_is_given(test: TestStore) {
        let t = TestApp::start(&test).await;
        let (rep, boss) = (t.sign_in(REP_A1).await, t.sign_in(MANAGER_A).await);
        let (admin, partner) = (t.sign_in(SYSTEM_ADMIN).await, t.sign_in(PARTNER).await);
        let company = account(&rep, "渠道甲").await;
        let other = account(&rep, "渠道乙").await;
        let deal = account(&rep, "客户一").await;
        let path = format!("/records/account/{deal}");

        // A company that no partner belongs to is given nothing.
        let early = boss.patch(&path, 1, json!({ "partner": company })).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", early.json);
        assert_eq!(early.json["fields"][0]["field"], "_partner", "{:?}", early.json);

        let placed = change(&t, &admin, PARTNER, json!({ "company": company })).await;
        assert_eq!((placed.status, &placed.json["company"]), (StatusCode::OK, &json!(company)));
        assert!(names(&partner, ALL).await.is_empty());
        // Who may share may not assign: that is a transfer.
        assert_eq!(rep.patch(&path, 1, json!({ "partner": company })).await.status, StatusCode::FORBIDDEN);
        let body = json!({ "values": { "name": "客户零" }, "partner": company });
        assert_eq!(rep.post("/records/account", body.clone()).await.status, StatusCode::FORBIDDEN);
        let given = boss.patch(&path, 1, json!({ "partner": company })).await;
        assert_eq!(given.status, StatusCode::OK, "{:?}", given.json);
        assert_eq!(given.json["partner"], json!({ "id": company, "title": "渠道甲", "access": true }));
        let made = boss.post("/records/account", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);

        assert_eq!(names(&partner, ALL).await, ["客户一", "客户零"]);
        let seen = partner.get(&path).await;
        assert_eq!(seen.status, StatusCode::OK, "{:?}", seen.json);
        assert_eq!(seen.json["partner"], json!({ "id": company, "title": null, "access": false }));
        assert_eq!(seen.json["can"], json!(["read"]));
        let of_company = json!({ "field": "_partner", "op": "eq", "value": company });
        assert_eq!(names(&boss, of_company.clone()).await, ["客户一", "客户零"]);
        assert_eq!(names(&boss, json!({ "not": of_company })).await, ["渠道乙", "渠道甲"]);

        // Handed over inside, it stays with the company; taken back, it is gone on the next request.
        let to = json!({ "owner": t.people[REP_A2].to_string() });
        assert_eq!(boss.patch(&path, 2, to).await.status, StatusCode::OK);
        assert_eq!(names(&partner, ALL).await, ["客户一", "客户零"]);
        assert_eq!(boss.patch(&path, 3, json!({ "partner": null })).await.status, StatusCode::OK);
        assert_eq!(names(&partner, ALL).await, ["客户零"]);
        assert_eq!(partner.get(&path).await.status, StatusCode::NOT_FOUND);
        let bulk = json!({ "action": "transfer", "ids": [deal], "partner": company });
        let done = boss.post("/records/account/bulk", bulk).await;
        assert_eq!(done.json["done"], 1, "{:?}", done.json);
        assert_eq!(names(&partner, ALL).await, ["客户一", "客户零"]);

        // Moved to another company and ended.
        assert_eq!(change(&t, &admin, PARTNER, json!({ "company": other })).await.status, StatusCode::OK);
        assert!(names(&partner, ALL).await.is_empty());
        assert_eq!(partner.get(&path).await.status, StatusCode::NOT_FOUND);
        // What it has keeps its company, although nobody belongs to it any more.
        let same = boss.patch(&path, 5, json!({ "partner": company, "values": {} })).await;
        assert_eq!(same.status, StatusCode::OK, "{:?}", same.json);
        assert_eq!(change(&t, &admin, PARTNER, json!({ "company": company })).await.status, StatusCode::OK);
        assert_eq!(names(&partner, ALL).await.len(), 2);
        let id = t.people[PARTNER];
        assert_eq!(admin.post(&format!("/people/{id}/end"), json!({ "reason": "合作结束" })).await.status, StatusCode::OK);
        assert_eq!(partner.get(&path).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn what_an_outside_partner_owns_is_its_companys(test: TestStore) {
        let t = TestApp::start(&test).await;
        let (rep, director) = (t.sign_in(REP_A1).await, t.sign_in(DIRECTOR).await);
        let (admin, partner) = (t.sign_in(SYSTEM_ADMIN).await, t.sign_in(PARTNER).await);
        let company = account(&rep, "渠道甲").await;
        change(&t, &admin, PARTNER, json!({ "company": company })).await;
        let deal = account(&rep, "客户一").await;
        let path = format!("/records/account/{deal}");
        // It stays in the director's reach through its unit.
        let unit = t.units[1].to_string();
        let to = json!({ "owner": t.people[PARTNER].to_string(), "unit": unit });
        let given = director.patch(&path, 1, to).await;
        assert_eq!(given.status, StatusCode::OK, "{:?}", given.json);
        assert_eq!(given.json["partner"]["id"], json!(company));
        assert_eq!(names(&partner, ALL).await, ["客户一"]);
        let back = director.patch(&path, 2, json!({ "owner": t.people[REP_A2].to_string() })).await;
        assert_eq!(back.status, StatusCode::OK, "{:?}", back.json);
        assert_eq!(back.json["partner"], Value::Null);
        assert!(names(&partner, ALL).await.is_empty());
    }

    async fn only_partners_have_a_company_and_it_is_there(test: TestStore) {
        let t = TestApp::start(&test).await;
        let (rep, admin) = (t.sign_in(REP_A1).await, t.sign_in(SYSTEM_ADMIN).await);
        let company = account(&rep, "渠道甲").await;
        let wrong = |answer: crate::app::Answer| {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", answer.json);
            let first = &answer.json["fields"][0];
            (first["field"].as_str().expect("a field").to_owned(), first["code"].as_str().expect("a code").to_owned())
        };
        let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        let nowhere = json!({ "company": "00000000-0000-7000-8000-000000000001" });
        assert_eq!(wrong(change(&t, &admin, PARTNER, nowhere).await), pair("company", "relation.not_found"));
        let staff = change(&t, &admin, REP_A2, json!({ "company": company })).await;
        assert_eq!(wrong(staff), pair("company", "person.no_partner"));
        let endless = change(&t, &admin, PARTNER, json!({ "valid_until": null })).await;
        assert_eq!(wrong(endless), pair("valid_until", "field.required"));
        let new = |company: Value, kind: &str| {
            json!({ "name": "外", "login": format!("p-{kind}"), "kind": kind, "company": company, "valid_until": "2099-01-01T00:00:00Z" })
        };
        let none = admin.post("/people", new(Value::Null, "partner")).await;
        assert_eq!(wrong(none), pair("company", "field.required"));
        let staff = admin.post("/people", new(json!(company), "user")).await;
        assert_eq!(wrong(staff), pair("company", "person.no_partner"));
        let made = admin.post("/people", new(json!(company), "partner")).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
        assert_eq!(made.json["person"]["company"], json!(company));
        // A company in the bin takes nobody.
        assert_eq!(rep.delete(&format!("/records/account/{company}"), 1).await.status, StatusCode::NO_CONTENT);
        assert_eq!(wrong(change(&t, &admin, PARTNER, json!({ "company": company })).await), pair("company", "relation.not_found"));
    }

    async fn an_auditor_sees_what_an_administrator_asked_about_companies(test: TestStore) {
        let t = TestApp::start(&test).await;
        let (rep, admin) = (t.sign_in(REP_A1).await, t.sign_in(SYSTEM_ADMIN).await);
        let there = account(&rep, "渠道甲").await;
        let gone = "00000000-0000-7000-8000-000000000001";
        for (company, status) in [(gone, StatusCode::UNPROCESSABLE_ENTITY), (&there, StatusCode::OK)] {
            assert_eq!(change(&t, &admin, PARTNER, json!({ "company": company })).await.status, status);
        }
        let body = json!({ "name": "外", "login": "p-new", "kind": "partner", "company": gone, "valid_until": "2099-01-01T00:00:00Z" });
        assert_eq!(admin.post("/people", body).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Who may not give companies learns nothing: no id is asked about.
        let path = format!("/people/{}", t.people[PARTNER]);
        assert_eq!(rep.patch(&path, 2, json!({ "company": there })).await.status, StatusCode::FORBIDDEN);

        t.app.store.flush_sequencer().await.expect("numbered");
        let page = t.sign_in(AUDITOR).await.get("/evidence?action=partner.company").await;
        let seen: Vec<_> = page.json["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|e| {
                assert_eq!(e["person"]["id"], json!(t.people[SYSTEM_ADMIN].to_string()), "{e}");
                [&e["outcome"], &e["object"], &e["record"]["id"]].map(|v| v.as_str().unwrap_or_default().to_owned())
            })
            .collect();
        let asked = |outcome: &str, id: &str| [outcome, "account", id].map(str::to_owned);
        assert_eq!(seen, [asked("failed", gone), asked("ok", &there), asked("failed", gone)], "{:?}", page.json);
    }
}
