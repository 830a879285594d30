//! The delivered roles follow the program until somebody changes them; officers see who holds them
//! and what they speak of.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use kedun_engine::EventDraft;
use kedun_guard::seed;
use kedun_identity::SeedReport;
use kedun_ledger::Outcome;
use kedun_model::Action;
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait as _, Query};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value, json};

use crate::app::{AUDITOR, Client, REP_A1, REP_A2, REP_B1, SECURITY_ADMIN, SYSTEM_ADMIN, TestApp, open};

/// The roles of a program whose sales could reveal nothing.
fn older() -> Vec<seed::RoleDef> {
    let mut roles = seed::roles();
    for role in roles.iter_mut().filter(|r| r.code == "sales") {
        for object in &mut role.objects {
            object.actions.retain(|(action, _)| *action != Action::Reveal);
        }
    }
    roles
}

async fn may(client: &Client, action: &str) -> bool {
    let object = client.get("/objects/contact").await;
    assert_eq!(object.status, StatusCode::OK, "{:?}", object.json);
    object.json["actions"].as_array().expect("actions").contains(&json!(action))
}

/// As an administrator would: sales may share no longer.
async fn no_sharing(app: &kedun::boot::App) {
    let role =
        Query::select().column("id").from("permset").and_where(Expr::col("code").eq("sales")).to_owned();
    let dialect = app.store.dialect();
    let rows = app.store.query(&dialect.select(&role)).await.expect("read");
    let role = rows.first().expect("the role").get_uuid(0).expect("an id");
    let take = Query::delete()
        .from_table("permset_object")
        .and_where(Expr::col("permset_id").eq(role))
        .and_where(Expr::col("action").eq("share"))
        .to_owned();
    let epoch = Query::update()
        .table("authz_epoch")
        .value("n", Expr::col("n").add(1))
        .value("directory", Expr::col("directory").add(1))
        .to_owned();
    let caller = kedun_engine::system_caller(app.door.org());
    let event =
        app.door.evidence().prepare(&caller, EventDraft::new("test.role", Outcome::Ok)).expect("an event");
    let changes = Changeset::new(event).exec(dialect.delete(&take)).exec(dialect.update(&epoch));
    app.store.commit(changes).await.expect("changed");
}

fn people(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|m| m["person"]["name"].as_str().expect("a name").to_owned()).collect()
}

db_test! {
    async fn a_delivered_role_follows_the_program_until_somebody_changes_it(test: TestStore) {
        let t = TestApp::start(&test).await;
        assert_eq!(t.app.roles.made.len(), 8);
        assert_eq!(t.app.identity.install_roles().await.expect("installed"), SeedReport::default());
        let rep = t.sign_in(REP_A1).await;
        assert!(may(&rep, "reveal").await);
        let report = t.app.identity.install_roles_of(&older()).await.expect("installed");
        assert_eq!(report, SeedReport { updated: vec!["sales".to_owned()], ..SeedReport::default() });
        assert!(!may(&rep, "reveal").await);
        let (rep, cookie) = (rep.cookie().map(str::to_owned), t.sign_in(AUDITOR).await.cookie().map(str::to_owned));

        // The newer program starts.
        let TestApp { app, router, dir, args, .. } = t;
        drop(router);
        app.stop().await.expect("stopped");
        let app = open(&args, &test).await;
        assert_eq!(app.roles, SeedReport { updated: vec!["sales".to_owned()], ..SeedReport::default() });
        let client = Client::of(kedun_api::router(app.state.clone()));
        let (rep_now, auditor) = (client.with_cookie(rep.clone()), client.with_cookie(cookie));
        assert!(may(&rep_now, "reveal").await);
        app.store.flush_sequencer().await.expect("the events are numbered");
        let events = auditor.get("/evidence?action=role.upgrade").await;
        let items = events.json["items"].as_array().expect("events");
        assert_eq!(items.len(), 2, "{:?}", events.json);
        assert!(items.iter().all(|e| e["person"].is_null() && e["sensitive"] == true), "{:?}", events.json);

        // What an administrator changed stays, and is told.
        no_sharing(&app).await;
        assert!(!may(&rep_now, "share").await);
        app.stop().await.expect("stopped");
        let app = open(&args, &test).await;
        let kept = |behind| SeedReport { kept: vec![("sales".to_owned(), behind)], ..SeedReport::default() };
        assert_eq!(app.roles, kept(false));
        let rep_now = Client::of(kedun_api::router(app.state.clone())).with_cookie(rep);
        assert!(may(&rep_now, "reveal").await && !may(&rep_now, "share").await);
        assert_eq!(app.identity.install_roles_of(&older()).await.expect("installed"), kept(true));
        assert!(may(&rep_now, "reveal").await && !may(&rep_now, "share").await);
        app.stop().await.expect("stopped");
        drop(dir);
    }

    async fn officers_see_who_holds_a_role_by_pages(test: TestStore) {
        let t = TestApp::start(&test).await;
        let officer = t.sign_in(SECURITY_ADMIN).await;
        let admin = t.sign_in(SYSTEM_ADMIN).await;
        let roles = officer.get("/roles").await;
        let role = |code: &str| {
            let items = roles.json["items"].as_array().expect("roles");
            items.iter().find(|r| r["code"] == code).and_then(|r| r["id"].as_str()).expect("the role").to_owned()
        };
        let path = format!("/roles/{}/members", role("sales"));
        let all = officer.get(&path).await;
        assert_eq!(all.status, StatusCode::OK, "{:?}", all.json);
        assert_eq!(people(&all.json), ["名rep_a1", "名rep_a2", "名rep_b1"]);
        assert_eq!((&all.json["total"], &all.json["next"]), (&json!(3), &Value::Null));
        let first = &all.json["items"][0];
        assert_eq!((&first["status"], &first["via"], &first["role"]["code"]), (&json!("active"), &json!("direct"), &json!("sales")));
        assert_eq!(first["unit"]["name"], "一组");

        // Page by page; suspended people stay, those who left do not.
        let suspended = admin.post(&format!("/people/{}/suspend", t.people[REP_A2]), json!({ "reason": "test" })).await;
        assert_eq!(suspended.status, StatusCode::NO_CONTENT);
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = officer.get(&format!("{path}?limit=2{cursor}")).await;
            assert_eq!(page.status, StatusCode::OK, "{:?}", page.json);
            let items = page.json["items"].as_array().expect("items");
            seen.extend(items.iter().map(|m| m["status"].as_str().expect("a status").to_owned()));
            match page.json["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ["active", "suspended", "active"]);
        let end = admin.post(&format!("/people/{}/end", t.people[REP_B1]), json!({ "reason": "test" })).await;
        assert_eq!(end.status, StatusCode::OK);
        assert_eq!(people(&officer.get(&path).await.json), ["名rep_a1", "名rep_a2"]);
        assert_eq!(officer.get(&format!("{path}?cursor=x")).await.json["code"], "cursor.invalid");
        let nothing = format!("/roles/{}/members", t.people[REP_A1]);
        assert_eq!(officer.get(&nothing).await.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.get(&path).await.status, StatusCode::FORBIDDEN);
        t.app.store.flush_sequencer().await.expect("the events are numbered");
        let auditor = t.sign_in(AUDITOR).await;
        let events = auditor.get("/evidence?action=role.members").await;
        assert_eq!(events.json["items"].as_array().map(Vec::len), Some(4), "{:?}", events.json);
    }

    async fn officers_know_the_fields_that_roles_speak_of(test: TestStore) {
        let t = TestApp::start(&test).await;
        let officer = t.sign_in(SECURITY_ADMIN).await;
        assert_eq!(officer.get("/objects").await.json["items"], json!([]), "no right on any record");
        let answer = officer.get("/roles/objects").await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json);
        let items = answer.json["items"].as_array().expect("objects");
        let keys: BTreeSet<_> = items.iter().map(|o| o["key"].as_str().expect("a key")).collect();
        assert_eq!(keys, BTreeSet::from(["account", "contact", "follow_up", "lead", "opportunity"]));
        let contact = items.iter().find(|o| o["key"] == "contact").expect("contact");
        let field = |key: &str| {
            let fields = contact["fields"].as_array().expect("fields");
            fields.iter().find(|f| f["key"] == key).expect("the field").clone()
        };
        let mobile = field("mobile");
        assert_eq!((&mobile["class"], &mobile["sealed"], &mobile["mask"]), (&json!("P2"), &json!(true), &json!("phone")));
        assert_eq!(field("id_no")["class"], "P3");
        assert!(answer.json["actions"].as_array().expect("actions").contains(&json!("reveal")));
        let rep = t.sign_in(REP_A1).await;
        assert_eq!(rep.get("/roles/objects").await.status, StatusCode::FORBIDDEN);
    }
}
