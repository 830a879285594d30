//! Several nodes on one PostgreSQL: one evidence, one feed, one schema.
#![cfg(test)]

mod common;

use std::time::Duration;

use common::{add_thing, event, insert_thing, ns, things, verify};
use kedun_model::OrgId;
use kedun_store::{Changeset, CommitError, StoreConfig, sq};
use kedun_testkit::db::{TestStore, context, notice};

/// Two stores on one database, with ids of their own.
async fn two() -> Option<(TestStore, kedun_store::Store, kedun_store::Store)> {
    let Some(test) = TestStore::postgres().await.unwrap() else {
        notice("skipped: DATABASE_URL not set");
        return None;
    };
    let other = context(2).0;
    // Both at once: one of them migrates, the other waits.
    let tuning = kedun_store::Tuning {
        poll: Duration::from_millis(20),
        deadline: Duration::from_secs(30),
        ..kedun_store::Tuning::default()
    };
    let (a, b) = tokio::join!(
        test.open(vec![things()]),
        kedun_store::Store::open_with(test.config(), other, vec![things()], tuning)
    );
    Some((test, a.unwrap(), b.unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_share_one_evidence_and_hear_of_each_other() {
    let Some((test, a, b)) = two().await else { return };
    let mut heard = b.subscribe();
    let mut writers = Vec::new();
    for store in [a.clone(), b.clone()] {
        for writer in 0..8 {
            let store = store.clone();
            writers.push(tokio::spawn(async move {
                for n in 0..20 {
                    store.commit(add_thing(&store, writer * 20 + n)).await.unwrap();
                    if n % 5 == 0 {
                        store.flush_sequencer().await.unwrap();
                    }
                }
            }));
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(ns(&a).await.len(), 320);
    assert_eq!((verify(&a).await, verify(&b).await), (320, 320));
    let mut local = std::collections::HashSet::new();
    let mut remote = std::collections::HashSet::new();
    while local.len() + remote.len() < 320 {
        let told = tokio::time::timeout(Duration::from_secs(20), heard.recv()).await.unwrap().unwrap();
        let set = if told.local { &mut local } else { &mut remote };
        for id in told.ids {
            assert!(set.insert(id), "nothing is told twice");
        }
    }
    assert_eq!((local.len(), remote.len()), (160, 160));
    a.close().await.unwrap();
    b.close().await.unwrap();
    test.remains().remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_under_old_rights_never_commits_on_another_node() {
    let Some((test, a, b)) = two().await else { return };
    let raise = |store: &kedun_store::Store| {
        let update = sq::Query::update()
            .table("authz_epoch")
            .value("n", sq::ExprTrait::add(sq::Expr::col("n"), 1))
            .and_where(sq::ExprTrait::eq(sq::Expr::col("org"), 1))
            .to_owned();
        Changeset::new(event("role.assign")).exec_expect(store.dialect().update(&update), 1, "epoch")
    };
    a.commit(raise(&a)).await.unwrap();
    assert_eq!(b.commit(add_thing(&b, 1).require_epoch(OrgId(1), 5)).await, Err(CommitError::EpochChanged));
    b.commit(add_thing(&b, 1).require_epoch(OrgId(1), 6)).await.unwrap();
    // A lock makes "look, then insert" safe between nodes.
    let mut tasks = Vec::new();
    for store in [a.clone(), b.clone(), a.clone(), b.clone()] {
        tasks.push(tokio::spawn(async move {
            let seven = sq::Query::select()
                .column("id")
                .from("thing")
                .and_where(sq::ExprTrait::eq(sq::Expr::col("n"), 7))
                .to_owned();
            let none = store.dialect().select(&seven);
            let id = store.context().new_uuid();
            let change = Changeset::new(event("thing.create"))
                .lock(7)
                .require_rows(none, 0, "taken")
                .exec(insert_thing(&store, id, 7));
            store.commit(change).await.is_ok()
        }));
    }
    let mut won = 0;
    for task in tasks {
        won += u32::from(task.await.unwrap());
    }
    assert_eq!(won, 1);
    a.close().await.unwrap();
    b.close().await.unwrap();
    test.remains().remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_unavailable() {
    let config =
        StoreConfig::Postgres { url: "postgres://nobody@127.0.0.1:1/none".into(), max_connections: 2 };
    let opened = kedun_store::Store::open(config, context(1).0, Vec::new()).await;
    assert!(matches!(opened, Err(kedun_store::StoreError::Unavailable(_))), "{opened:?}");
}

/// Needs a server with TLS: `KEDUN_TLS_URL` with `sslmode=require` and `sslrootcert`.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_encrypted_and_its_server_verified() {
    let Ok(url) = std::env::var("KEDUN_TLS_URL") else {
        notice("skipped: KEDUN_TLS_URL not set");
        return;
    };
    let open = |url: String| {
        let config = StoreConfig::Postgres { url, max_connections: 2 };
        kedun_store::Store::open(config, context(1).0, Vec::new())
    };
    let store = open(url.clone()).await.unwrap();
    let encrypted = store.dialect().select(
        sq::Query::select()
            .column("ssl")
            .from("pg_stat_ssl")
            .and_where(sq::Expr::cust("pid = pg_backend_pid()")),
    );
    assert!(store.query(&encrypted).await.unwrap()[0].get_bool(0).unwrap());
    store.close().await.unwrap();
    // The same server under a name that its certificate does not have.
    assert!(open(url.replace("localhost", "127.0.0.1")).await.is_err());
}
