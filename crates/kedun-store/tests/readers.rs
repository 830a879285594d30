//! What is read is the last state, although readers keep what they read from; and the log does not
//! grow because of them.
#![cfg(test)]

mod common;

use std::time::Duration;

use common::{add_thing, event, ns, things, verify};
use kedun_store::{Changeset, EventFilter, Tuning, sq};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;

db_test! {
    async fn every_commit_is_seen_by_the_next_query(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        for n in 0..40i64 {
            store.commit(Changeset::new(event("record.read"))).await.unwrap();
            assert_eq!(i64::try_from(ns(&store).await.len()).unwrap(), n, "after evidence alone nothing is other");
            store.commit(add_thing(&store, n)).await.unwrap();
            assert_eq!(ns(&store).await, (0..=n).collect::<Vec<_>>());
            store.flush_sequencer().await.unwrap();
            let newest = store.events(&EventFilter { limit: 1, ..EventFilter::default() }).await.unwrap();
            assert_eq!(newest[0].header.seq, u64::try_from(2 * n + 1).unwrap(), "the evidence is never old");
        }
        let seen = sq::Query::insert()
            .into_table("seen")
            .columns(["id", "at"])
            .values_panic([store.context().new_uuid().into(), 1i64.into()])
            .to_owned();
        store.housekeeping(vec![store.dialect().insert(&seen)]).await.unwrap();
        let at = sq::Query::select().column("at").from("seen").to_owned();
        assert_eq!(store.query(&store.dialect().select(&at)).await.unwrap().len(), 1);
        assert_eq!(verify(&store).await, 80);
        store.close().await.unwrap();
    }

    async fn readers_do_not_keep_the_log_from_beginning_again(test: TestStore) {
        let tuning = Tuning { checkpoint_bytes: 1 << 20, ..Tuning::default() };
        let store = test.open_with(vec![things()], tuning).await.unwrap();
        store.commit(add_thing(&store, 1)).await.unwrap();
        let mut longest = 0;
        for _ in 0..1_500 {
            assert_eq!(ns(&store).await, [1]);
            store.commit(Changeset::new(event("record.read"))).await.unwrap();
            longest = longest.max(store.stats().wal_bytes);
        }
        assert!(longest < 3 << 20, "the log grew to {longest} bytes");
        store.close().await.unwrap();
    }

    async fn not_even_many_at_once(test: TestStore) {
        let tuning = Tuning { checkpoint_bytes: 1 << 20, ..Tuning::default() };
        let store = test.open_with(vec![things()], tuning).await.unwrap();
        store.commit(add_thing(&store, 1)).await.unwrap();
        let mut people = Vec::new();
        for _ in 0..8 {
            let store = store.clone();
            people.push(tokio::spawn(async move {
                let mut longest = 0;
                for _ in 0..300 {
                    assert_eq!(ns(&store).await, [1]);
                    store.commit(Changeset::new(event("record.read"))).await.unwrap();
                    longest = longest.max(store.stats().wal_bytes);
                }
                longest
            }));
        }
        for person in people {
            let longest = person.await.unwrap();
            assert!(longest < 3 << 20, "the log grew to {longest} bytes");
        }
        store.close().await.unwrap();
    }

    async fn what_another_program_writes_is_seen_a_moment_later(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        store.commit(add_thing(&store, 1)).await.unwrap();
        assert_eq!(ns(&store).await, [1]);
        match test.dir() {
            Some(dir) => {
                let other = rusqlite::Connection::open(dir.join("main.db")).unwrap();
                other.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "07".repeat(32))).unwrap();
                other.busy_timeout(Duration::from_secs(20)).unwrap();
                other.execute_batch("UPDATE thing SET n = 2").unwrap();
            }
            None => {
                let (client, connection) =
                    tokio_postgres::connect(test.url().unwrap(), tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                client.batch_execute("UPDATE thing SET n = 2").await.unwrap();
            }
        }
        tokio::time::sleep(test.hold()).await;
        assert_eq!(ns(&store).await, [2]);
        store.close().await.unwrap();
    }
}
