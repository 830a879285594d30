//! The evidence: found again, proven, and never moved.
#![cfg(test)]

mod common;

use common::{add_thing, event, things, verify};
use kedun_ledger::{Outcome, verify_consistency, verify_inclusion};
use kedun_store::sq::{Expr, ExprTrait as _};
use kedun_store::{AnchorRow, Changeset, CheckpointRow, EventFilter};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use uuid::Uuid;

async fn seqs(store: &kedun_store::Store, filter: EventFilter) -> Vec<u64> {
    store.events(&filter).await.unwrap().iter().map(|event| event.header.seq).collect()
}

db_test! {
    async fn events_are_found_by_what_they_say(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        for n in 0..10u64 {
            let mut e = event(if n % 2 == 0 { "record.read" } else { "auth.sign_in" });
            e.at += i64::try_from(n).unwrap();
            e.object = if n < 5 { 7 } else { 8 };
            e.actor = if n == 3 { [9; 16] } else { [1; 16] };
            e.sensitive = n == 4;
            e.outcome = if n == 6 { Outcome::Refused } else { Outcome::Ok };
            store.commit(Changeset::new(e)).await.unwrap();
            store.flush_sequencer().await.unwrap();
        }
        let base = event("").at;
        let all = EventFilter::default;
        assert_eq!(seqs(&store, all()).await, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(seqs(&store, EventFilter { limit: 2, ..all() }).await, [9, 8]);
        assert_eq!(seqs(&store, EventFilter { before_seq: Some(2), ..all() }).await, [1, 0]);
        assert_eq!(seqs(&store, EventFilter { from_seq: Some(8), ascending: true, ..all() }).await, [8, 9]);
        assert_eq!(seqs(&store, EventFilter { from_at: Some(base + 8), ..all() }).await, [9, 8]);
        assert_eq!(seqs(&store, EventFilter { before_at: Some(base + 1), ..all() }).await, [0]);
        assert_eq!(seqs(&store, EventFilter { actor: Some([9; 16]), ..all() }).await, [3]);
        assert_eq!(seqs(&store, EventFilter { action: Some("auth.".into()), ..all() }).await, [9, 7, 5, 3, 1]);
        assert_eq!(seqs(&store, EventFilter { object: Some(8), action: Some("record.".into()), ..all() }).await, [8, 6]);
        assert_eq!(seqs(&store, EventFilter { sensitive: Some(true), ..all() }).await, [4]);
        assert_eq!(seqs(&store, EventFilter { outcome: Some(Outcome::Refused), ..all() }).await, [6]);
        assert_eq!(seqs(&store, EventFilter { org: Some(2), ..all() }).await, [0u64; 0]);
        let one = &store.events(&EventFilter { limit: 1, ..all() }).await.unwrap()[0];
        assert_eq!((one.body.as_slice(), one.record, one.certain), (b"sealed".as_slice(), None, true));
        assert_eq!(verify(&store).await, 10);
        store.close().await.unwrap();
    }

    async fn a_record_is_found_on_the_pages_that_showed_it(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let ids: Vec<Uuid> = (0..300).map(|_| store.context().new_uuid()).collect();
        let mut pending = Vec::new();
        for page in ids.chunks(50) {
            let mut e = event("record.list");
            e.records = page.iter().map(|id| *id.as_bytes()).collect();
            pending.push(store.submit(Changeset::new(e)));
        }
        let mut direct = event("record.read");
        direct.record = Some(*ids[120].as_bytes());
        let mut elsewhere = event("record.list");
        elsewhere.object = 99;
        elsewhere.records = vec![*ids[120].as_bytes()];
        pending.push(store.submit(Changeset::new(direct)));
        pending.push(store.submit(Changeset::new(elsewhere)));
        for one in pending {
            one.await.unwrap();
        }
        store.flush_sequencer().await.unwrap();
        let filter = EventFilter { record: Some(ids[120]), object: Some(7), ..EventFilter::default() };
        let found = store.events(&filter).await.unwrap();
        let certain: Vec<bool> = found.iter().map(|event| event.certain).collect();
        assert!(found.len() >= 2 && found.len() <= 3, "one read, one page, rarely a page by mistake: {}", found.len());
        assert_eq!(certain.iter().filter(|c| **c).count(), 1);
        assert!(found.iter().any(|e| e.header.action == "record.list" && e.records == 50 && !e.certain));
        let direct = EventFilter { direct: true, ..filter.clone() };
        let own: Vec<String> = store.events(&direct).await.unwrap().into_iter().map(|e| e.header.action).collect();
        assert_eq!(own, ["record.read"], "its own event and no page");
        if test.dir().is_some() {
            let select = kedun_store::sq::Query::select()
                .column("seq")
                .from("event")
                .and_where(Expr::col("record").eq(ids[120]))
                .and_where(Expr::col("seq").lt(1_000))
                .and_where(Expr::col("action").gte("record.reveal"))
                .order_by("seq", kedun_store::sq::Order::Desc)
                .limit(30)
                .to_owned();
            let plan = store.explain(&store.dialect().select(&select)).await.unwrap();
            assert!(plan.iter().any(|line| line.contains("event_record")), "{plan:?}");
        }
        let anywhere = EventFilter { record: Some(ids[120]), limit: 50, ..EventFilter::default() };
        assert!(store.events(&anywhere).await.unwrap().iter().any(|e| e.header.object == 99));
        let never = EventFilter { record: Some(store.context().new_uuid()), ..EventFilter::default() };
        assert!(store.events(&never).await.unwrap().len() <= 1);
        store.close().await.unwrap();
    }

    async fn proofs_hold_over_a_thousand_events(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let mut heads = Vec::new();
        for round in 0..4 {
            let mut changes = Changeset::new(event("batch.begin"));
            for _ in 0..299 {
                changes = changes.also_event(event("batch.row"));
            }
            store.commit(changes).await.unwrap();
            store.commit(add_thing(&store, round)).await.unwrap();
            store.flush_sequencer().await.unwrap();
            heads.push(store.ledger_head().await.unwrap());
        }
        let last = heads.last().unwrap().clone();
        assert_eq!(last.size, 1204);
        for head in &heads {
            assert_eq!(store.root_at(head.size).await.unwrap(), head.root);
            let proof = store.consistency_proof(head.size, last.size).await.unwrap();
            verify_consistency(head.size, last.size, &head.root, &last.root, &proof).unwrap();
        }
        for seq in [0, 255, 256, 511, 700, 1203] {
            let filter = EventFilter { from_seq: Some(seq), limit: 1, ascending: true, ..EventFilter::default() };
            let leaf = store.events(&filter).await.unwrap()[0].header.leaf();
            let proof = store.inclusion_proof(seq, last.size).await.unwrap();
            verify_inclusion(&leaf, seq, last.size, &proof, &last.root).unwrap();
            assert!(verify_inclusion(&[0; 32], seq, last.size, &proof, &last.root).is_err());
        }
        assert!(store.inclusion_proof(1204, 1204).await.is_err());
        assert_eq!(verify(&store).await, 1204);
        store.close().await.unwrap();
    }

    async fn checkpoints_and_anchors_are_kept(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        for size in [5u64, 9] {
            let row = CheckpointRow { size, at: 1, root: [3; 32], note: b"note".to_vec() };
            store.put_checkpoint(&row).await.unwrap();
            store.put_checkpoint(&row).await.unwrap();
        }
        let kept = store.checkpoints(10).await.unwrap();
        assert_eq!(kept.iter().map(|c| c.size).collect::<Vec<_>>(), [9, 5]);
        let anchor = AnchorRow { size: 9, target: "file".into(), at: 2, ok: true, receipt: vec![1] };
        store.put_anchor(&anchor).await.unwrap();
        assert_eq!(store.anchors(10).await.unwrap(), [anchor]);
        store.close().await.unwrap();
    }

    async fn events_get_their_position_by_themselves(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let begin = std::time::Instant::now();
        store.commit(add_thing(&store, 1)).await.unwrap();
        while store.ledger_head().await.unwrap().size == 0 {
            assert!(begin.elapsed() < std::time::Duration::from_secs(10), "the sequencer does not work");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        store.close().await.unwrap();
    }
}
