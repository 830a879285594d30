//! Changesets: whole or not at all, each with its evidence.
#![cfg(test)]

mod common;

use common::{add_thing, event, insert_thing, ns, select_n, things, verify};
use kedun_model::{JobId, OrgId, PersonId, SubjectId};
use kedun_store::{Changeset, CommitError, KeyRow, NewJob, in_ints, in_texts, in_uuids, sq};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use uuid::Uuid;

fn key(subject: Uuid) -> KeyRow {
    KeyRow {
        subject: *subject.as_bytes(),
        generation: 1,
        epoch: 1,
        wrapped: vec![9; 60],
        commitment: [4; 32],
        created_at: 1,
    }
}

db_test! {
    async fn a_changeset_is_applied_whole_or_not_at_all(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let (a, b) = (store.context().new_uuid(), store.context().new_uuid());
        let job = JobId(store.context().new_uuid());
        let whole = Changeset::new(event("thing.create"))
            .exec(insert_thing(&store, a, 1))
            .add_key(key(a))
            .job(NewJob {
                id: job,
                org: OrgId(1),
                kind: "count".into(),
                payload: vec![1],
                created_by: PersonId(a),
                run_at: 0,
            });
        store.commit(whole).await.unwrap();
        assert_eq!(ns(&store).await, [1]);
        assert_eq!(store.keys_for(&[SubjectId(a)]).await.unwrap(), [key(a)]);
        assert!(store.jobs_get(job).await.unwrap().is_some());

        let other = JobId(store.context().new_uuid());
        let broken = Changeset::new(event("thing.create"))
            .exec(insert_thing(&store, b, 2))
            .add_key(key(b))
            .job(NewJob {
                id: other,
                org: OrgId(1),
                kind: "count".into(),
                payload: vec![1],
                created_by: PersonId(a),
                run_at: 0,
            })
            .exec(insert_thing(&store, a, 3));
        match store.commit(broken).await {
            Err(CommitError::UniqueViolation { table, columns }) => {
                assert_eq!((table.as_str(), columns), ("thing", vec!["id".to_owned()]));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(ns(&store).await, [1]);
        assert!(store.keys_for(&[SubjectId(b)]).await.unwrap().is_empty());
        assert!(store.jobs_get(other).await.unwrap().is_none());
        assert_eq!(verify(&store).await, 1);
        store.close().await.unwrap();
    }

    async fn one_bad_changeset_does_not_take_its_batch_with_it(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let same = store.context().new_uuid();
        let mut pending = Vec::new();
        for n in 0..40 {
            let id = if n % 4 == 0 { same } else { store.context().new_uuid() };
            pending.push(store.submit(Changeset::new(event("thing.create")).exec(insert_thing(&store, id, n))));
        }
        let mut done = 0;
        for one in pending {
            match one.await {
                Ok(_) => done += 1,
                Err(CommitError::UniqueViolation { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(done, 31, "thirty of their own and one of the ten that are the same");
        assert_eq!(ns(&store).await.len(), 31);
        assert!(store.stats().commits > 0 && store.stats().queued == 0);
        assert_eq!(verify(&store).await, 31);
        store.close().await.unwrap();
    }

    async fn preconditions_decide_at_commit_time(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let d = store.dialect();
        store.commit(add_thing(&store, 1).require_epoch(OrgId(1), 5)).await.unwrap();
        let stale = add_thing(&store, 2).require_epoch(OrgId(1), 4);
        assert_eq!(store.commit(stale).await, Err(CommitError::EpochChanged));
        let nowhere = add_thing(&store, 2).require_epoch(OrgId(9), 5);
        assert_eq!(store.commit(nowhere).await, Err(CommitError::EpochChanged));

        let ones = d.select(sq::Query::select().column("id").from("thing").and_where(sq::ExprTrait::eq(sq::Expr::col("n"), 1)));
        store.commit(add_thing(&store, 3).lock(77).require_rows(ones.clone(), 1, "one")).await.unwrap();
        let none = add_thing(&store, 4).lock(77).require_rows(ones, 0, "must_not_exist");
        assert_eq!(store.commit(none).await, Err(CommitError::Precondition { code: "must_not_exist" }));

        let update = |from: i64| {
            d.update(sq::Query::update().table("thing").value("n", 10).and_where(sq::ExprTrait::eq(sq::Expr::col("n"), from)))
        };
        let changed = Changeset::new(event("thing.update")).exec_expect(update(3), 1, "version_changed");
        store.commit(changed).await.unwrap();
        let again = Changeset::new(event("thing.update")).exec_expect(update(3), 1, "version_changed");
        assert_eq!(store.commit(again).await, Err(CommitError::Precondition { code: "version_changed" }));
        assert_eq!(ns(&store).await, [1, 10]);
        assert_eq!(verify(&store).await, 3);
        store.close().await.unwrap();
    }

    async fn sixty_four_writers_leave_one_event_for_each_change(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let mut writers = Vec::new();
        for writer in 0..64 {
            let store = store.clone();
            writers.push(tokio::spawn(async move {
                let mut seqs = Vec::new();
                for n in 0..10 {
                    seqs.extend(store.commit(add_thing(&store, writer * 100 + n)).await.unwrap().seqs);
                }
                seqs
            }));
        }
        let mut seqs = Vec::new();
        for writer in writers {
            seqs.extend(writer.await.unwrap());
        }
        if store.dialect() == kedun_store::Dialect::Sqlite {
            seqs.sort_unstable();
            assert_eq!(seqs, (0..640).collect::<Vec<u64>>(), "each position is given once");
        }
        assert_eq!(ns(&store).await.len(), 640);
        assert_eq!(verify(&store).await, 640);
        store.close().await.unwrap();
        let store = test.open(vec![things()]).await.unwrap();
        assert_eq!(verify(&store).await, 640);
        store.commit(add_thing(&store, 1)).await.unwrap();
        assert_eq!(verify(&store).await, 641);
        store.close().await.unwrap();
    }

    async fn subscribers_hear_of_commits_only(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let mut feed = store.subscribe();
        let id = store.context().new_uuid();
        let change = Changeset::new(event("thing.create")).exec(insert_thing(&store, id, 1)).touched(7, vec![id]);
        let committed = store.commit(change.clone()).await.unwrap();
        assert!(store.commit(change).await.is_err());
        let told = feed.recv().await.unwrap();
        assert_eq!((told.object, told.ids, told.local, told.commit), (7, vec![id], true, committed.at_commit));
        assert!(feed.try_recv().is_err());
        store.close().await.unwrap();
    }

    async fn lists_are_one_parameter(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let d = store.dialect();
        let ids: Vec<Uuid> = (0..2000).map(|_| store.context().new_uuid()).collect();
        for (n, id) in (0..).zip(ids.iter().take(5)) {
            store.commit(Changeset::new(event("thing.create")).exec(insert_thing(&store, *id, n))).await.unwrap();
        }
        let count = |condition: sq::SimpleExpr| {
            d.select(sq::Query::select().expr(sq::Func::count(sq::Expr::col("id"))).from("thing").and_where(condition))
        };
        let of = async |condition| store.query(&count(condition)).await.unwrap()[0].get_i64(0).unwrap();
        assert_eq!(of(in_uuids(d, sq::Expr::col("id"), ids.clone())).await, 5);
        assert_eq!(of(in_uuids(d, sq::Expr::col("id"), Vec::new())).await, 0);
        assert_eq!(of(in_ints(d, sq::Expr::col("n"), vec![1, 3, 99])).await, 2);
        assert_eq!(of(in_texts(d, sq::Expr::val("a"), vec!["a".into(), "b".into()])).await, 5);
        assert_eq!(of(sq::ExprTrait::not(in_ints(d, sq::Expr::col("n"), vec![1]))).await, 4);
        let deleted = d.delete(sq::Query::delete().from_table("thing").and_where(in_uuids(d, sq::Expr::col("id"), ids)));
        store.commit(Changeset::new(event("thing.delete")).exec_expect(deleted, 5, "all")).await.unwrap();
        store.close().await.unwrap();
    }

    async fn a_snapshot_does_not_move(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        store.commit(add_thing(&store, 1)).await.unwrap();
        let snapshot = store.snapshot().await.unwrap();
        assert_eq!(snapshot.query(&select_n(&store)).await.unwrap().len(), 1);
        store.commit(add_thing(&store, 2)).await.unwrap();
        assert_eq!(snapshot.query(&select_n(&store)).await.unwrap().len(), 1);
        assert_eq!(ns(&store).await.len(), 2);
        drop(snapshot);
        let snapshot = store.snapshot().await.unwrap();
        assert_eq!(snapshot.query(&select_n(&store)).await.unwrap().len(), 2);
        drop(snapshot);
        store.close().await.unwrap();
    }

    async fn a_stream_gives_every_row_in_batches(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let mut change = Changeset::new(event("thing.create"));
        for n in 0..1050 {
            change = change.exec(insert_thing(&store, store.context().new_uuid(), n));
        }
        store.commit(change).await.unwrap();
        let mut stream = store.stream(select_n(&store), 100);
        let mut sizes = Vec::new();
        while let Some(rows) = stream.recv().await {
            sizes.push(rows.unwrap().len());
        }
        assert_eq!(sizes, [100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 50]);
        // One that is given up does not keep its connection.
        for _ in 0..8 {
            drop(store.stream(select_n(&store), 1));
        }
        assert_eq!(store.query_long(&select_n(&store)).await.unwrap().len(), 1050);
        store.ping().await.unwrap();
        store.close().await.unwrap();
        assert!(store.ping().await.is_err());
        assert_eq!(store.commit(add_thing(&store, 1)).await, Err(CommitError::Unavailable));
    }

    async fn housekeeping_writes_to_registered_tables_only(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let d = store.dialect();
        let id = store.context().new_uuid();
        let seen = d.insert(sq::Query::insert().into_table("seen").columns(["id", "at"]).values_panic([id.into(), 1.into()]));
        assert_eq!(store.housekeeping(vec![seen.clone()]).await, Ok(vec![1]));
        assert!(matches!(store.housekeeping(vec![seen]).await, Err(CommitError::UniqueViolation { .. })));
        let other = d.delete(sq::Query::delete().from_table("seen"));
        for forbidden in ["thing", "event", "ledger_state", "o_1", "authz_epoch"] {
            let stmt = d.delete(sq::Query::delete().from_table(forbidden));
            let refused = store.housekeeping(vec![other.clone(), stmt]).await;
            assert!(matches!(refused, Err(CommitError::Internal(_))), "{forbidden}: {refused:?}");
        }
        assert_eq!(store.housekeeping(vec![other]).await, Ok(vec![1]), "nothing of a refused list was run");
        assert_eq!(verify(&store).await, 0);
        store.close().await.unwrap();
    }

    async fn only_a_select_can_be_queried(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let write = insert_thing(&store, store.context().new_uuid(), 1);
        assert!(store.query(&write).await.is_err());
        let huge = store.dialect().select(sq::Query::select().expr(sq::Expr::val(u64::MAX)));
        assert!(store.query(&huge).await.is_err());
        assert!(ns(&store).await.is_empty());
        store.close().await.unwrap();
    }
}
