//! How fast it is; run by hand: `cargo test -p kedun-store --test speed -- --ignored --nocapture`.
#![cfg(test)]

mod common;

use std::time::Instant;

use common::{add_thing, event, ns, things};
use kedun_store::{Changeset, Store, sq};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;

async fn commits(store: &Store, clients: usize, each: usize) {
    let begin = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(each);
                for n in 0..each {
                    let begin = Instant::now();
                    store.commit(add_thing(&store, i64::try_from(n).unwrap())).await.unwrap();
                    times.push(begin.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let elapsed = begin.elapsed();
    times.sort();
    println!(
        "{:?}: {clients} clients: {:.0} commits/s, p50 {:?}, p99 {:?}",
        store.dialect(),
        f64::from(u32::try_from(times.len()).unwrap()) / elapsed.as_secs_f64(),
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
}

db_test! {
    #[ignore = "a measurement"]
    async fn commits_and_reads(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        commits(&store, 1, 200).await;
        commits(&store, 8, 200).await;
        commits(&store, 32, 200).await;
        commits(&store, 128, 100).await;
        let rows = ns(&store).await.len();
        let id = store.context().new_uuid();
        let mut page = Changeset::new(event("fill"));
        page = page.exec(common::insert_thing(&store, id, -1));
        store.commit(page).await.unwrap();
        let point = store.dialect().select(
            sq::Query::select().column("n").from("thing").and_where(sq::ExprTrait::eq(sq::Expr::col("id"), id)),
        );
        let begin = Instant::now();
        for _ in 0..2000 {
            assert_eq!(store.query(&point).await.unwrap().len(), 1);
        }
        println!("{:?}: point read {:?} among {rows} rows", store.dialect(), begin.elapsed() / 2000);
        let begin = Instant::now();
        assert_eq!(store.query_long(&common::select_n(&store)).await.unwrap().len(), rows + 1);
        println!("{:?}: scan of {rows} rows {:?}", store.dialect(), begin.elapsed());
        store.close().await.unwrap();
    }
}
