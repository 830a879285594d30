//! A create that the store refused may be sent again with its key, and is stored once: whether the
//! refused one came to nothing or was only late.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use kedun::boot::{Booted, Options, boot};
use kedun::config::{AtRest, DataArgs};
use kedun_store::Tuning;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value, json};

use crate::app::{Answer, Client, REP_A1, TestApp};

const KEY: &str = "6f1c2c1e-77a1-4e0e-9f0e-1a2b3c4d5e6f";

/// Somebody who holds the database, so that nothing can be written.
enum Holder {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Holder {
    async fn hold(test: &TestStore, args: &DataArgs) -> Holder {
        let Some(url) = test.url() else {
            let db = rusqlite::Connection::open(args.data.join("main.db")).expect("the file");
            db.busy_timeout(Duration::from_secs(60)).expect("patience");
            db.execute_batch("BEGIN IMMEDIATE").expect("held");
            return Holder::Sqlite(db);
        };
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client.batch_execute("BEGIN; LOCK TABLE idempotency IN EXCLUSIVE MODE").await.expect("held");
        Holder::Postgres(client)
    }

    async fn release(self) {
        match self {
            Holder::Sqlite(db) => db.execute_batch("ROLLBACK").expect("released"),
            Holder::Postgres(client) => client.batch_execute("ROLLBACK").await.expect("released"),
        }
    }
}

async fn create(client: &Client, body: &Value) -> Answer {
    client
        .send(Method::POST, "/records/account", Some(body.clone()), &[("idempotency-key", KEY.to_owned())])
        .await
}

async fn names(client: &Client) -> Vec<Value> {
    let page = client.post("/records/account/query", json!({ "limit": 200 })).await;
    assert_eq!(page.status, StatusCode::OK, "{:?}", page.json);
    page.json["items"].as_array().expect("items").iter().map(|r| r["values"]["name"].clone()).collect()
}

db_test! {
    async fn a_refused_create_is_stored_once_however_often_it_is_sent(test: TestStore) {
        let t = TestApp::start_with(&test, AtRest::None).await;
        let rep = t.sign_in(REP_A1).await;
        let TestApp { app, router, dir, args, .. } = t;
        drop(router);
        app.stop().await.expect("stopped");
        // A server that waits no longer than a second for its store.
        let tuning = Tuning {
            deadline: Duration::from_secs(1),
            poll: Duration::from_millis(50),
            ..Tuning::default()
        };
        let Booted::Ready(app) =
            boot(&args, test.context.clone(), Options { tuning, ..Options::default() }).await.expect("boots")
        else {
            panic!("sealed");
        };
        let rep = Client::of(kedun_api::router(app.state.clone())).with_cookie(rep.cookie().map(str::to_owned));
        assert!(names(&rep).await.is_empty());

        let body = json!({ "values": { "name": "甲公司" } });
        let holder = Holder::hold(&test, &args).await;
        let refused = create(&rep, &body).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{:?}", refused.json);
        holder.release().await;

        // Sent again until the store is back.
        let mut made = create(&rep, &body).await;
        for _ in 0..100 {
            if made.status != StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            made = create(&rep, &body).await;
        }
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
        let again = create(&rep, &body).await;
        assert_eq!((again.status, &again.json["id"]), (StatusCode::CREATED, &made.json["id"]), "{:?}", again.json);
        // What was late has come by now.
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(names(&rep).await, [json!("甲公司")]);
        app.stop().await.expect("stopped");
        drop(dir);
    }

    async fn the_same_create_sent_at_once_makes_one_record(test: TestStore) {
        let t = TestApp::start(&test).await;
        let rep = t.sign_in(REP_A1).await;
        let body = json!({ "values": { "name": "甲公司" } });
        let one = || create(&rep, &body);
        let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
        let all = [a, b, c, d];
        for answer in &all {
            assert_eq!((answer.status, &answer.json["id"]), (StatusCode::CREATED, &all[0].json["id"]), "{:?}", answer.json);
        }
        assert_eq!(names(&rep).await, [json!("甲公司")]);
    }
}
