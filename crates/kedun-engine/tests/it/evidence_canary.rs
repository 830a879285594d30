//! What goes through the door leaves events behind, and no value in any of them.

use kedun_engine::evidence::{EvidenceFilter, WITHHELD};
use kedun_engine::write::{NewRecord, Patch};
use kedun_ledger::Outcome;
use kedun_model::{Filter, FilterOp, ListQuery, Purpose, RecordId};
use kedun_store::Tuning;
use kedun_testkit::db::TestStore;
use kedun_testkit::{Canary, canaries, db_test};
use serde_json::{Map, Value, json};

use crate::evidence_support::{AUDITOR, House, SALES, caller, person};

fn values(canary: &Canary) -> Map<String, Value> {
    let Value::Object(values) = json!({
        "name": canary.name_zh, "mobile": canary.phone, "email": canary.email,
        "city": canary.token, "note": canary.note,
    }) else {
        unreachable!("an object is an object")
    };
    values
}

fn called() -> Purpose {
    Purpose { code: "call_customer".into(), note: None }
}

/// Everything that is done with a record in its life.
async fn life(house: &House, canary: &Canary) -> RecordId {
    let door = &house.door;
    let me = caller(SALES);
    let new = || NewRecord { values: values(canary), allow_duplicate: true, ..NewRecord::default() };
    let id = door.create(&me, "contact", new()).await.unwrap().id;
    door.get(&me, "contact", id).await.unwrap();
    for (field, op, value) in [
        ("mobile", FilterOp::Eq, canary.phone.as_str()),
        ("name", FilterOp::Contains, canary.name_zh.as_str()),
        ("city", FilterOp::StartsWith, canary.token.as_str()),
    ] {
        let filter = Filter::Field { field: field.into(), op, value: Some(json!(value)) };
        let query = ListQuery { filter: Some(filter), count: true, ..ListQuery::default() };
        assert_eq!(door.list(&me, "contact", &query).await.unwrap().items.len(), 1, "{field}");
    }
    let query = ListQuery { search: Some(canary.name_zh.clone()), ..ListQuery::default() };
    door.list(&me, "contact", &query).await.unwrap();
    door.search(&me, &canary.phone, None, 10).await.unwrap();
    door.reveal(&me, "contact", id, &["mobile".into(), "note".into()], called()).await.unwrap();
    door.copied(&me, "contact", id, "mobile").await.unwrap();
    door.check_duplicates(&me, "contact", &values(canary), None).await.unwrap();
    let patch = Patch { values: Map::from_iter([("note".into(), json!(canary.id_no))]), ..Patch::default() };
    let version = door.update(&me, "contact", id, 1, patch).await.unwrap().version;
    door.history(&me, "contact", id, None).await.unwrap();
    let missing = door.get(&me, "contact", RecordId(uuid::Uuid::nil())).await;
    assert!(missing.is_err());
    let version = door.delete(&me, "contact", id, version).await.unwrap();
    door.restore(&me, "contact", id, version).await.unwrap();
    id
}

db_test! {
    async fn no_value_enters_an_event(test: TestStore) {
        let house = House::build(test).await;
        house.door.arenas_ready().await;
        let canaries = canaries(8);
        for canary in &canaries {
            life(&house, canary).await;
        }
        house.settle().await;
        let mut seen = 0;
        let mut actions = std::collections::BTreeSet::new();
        let mut next = None;
        loop {
            let filter = EvidenceFilter { before: next, limit: 500, ..EvidenceFilter::default() };
            let page = house.door.evidence().events(&caller(AUDITOR), filter).await.unwrap();
            for event in &page.items {
                assert!(event.readable);
                let text = format!("{event:?}");
                assert!(!text.contains(WITHHELD), "{text}");
                for canary in &canaries {
                    for needle in canary.needles() {
                        assert!(!text.contains(needle), "{} holds {needle}", event.action);
                    }
                    assert!(!text.contains(&canary.email));
                }
                actions.insert(event.action.clone());
            }
            seen += page.items.len();
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert!(seen >= 8 * 14, "{seen}");
        for action in [
            "record.create", "record.read", "record.list", "record.search", "record.reveal", "record.copy",
            "record.duplicates", "record.update", "record.history", "record.delete", "record.restore",
        ] {
            assert!(actions.contains(action), "{action} of {actions:?}");
        }
        house.door.evidence().sign_now().await.unwrap().unwrap();
        let report = house.door.evidence().verify_for_operator(Default::default()).await.unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
    }

    async fn who_may_change_a_record_learns_how_often_it_was_seen(test: TestStore) {
        let house = House::build(test).await;
        house.door.arenas_ready().await;
        let canary = &canaries(1)[0];
        let id = life(&house, canary).await;
        house.door.get(&caller(SALES + 1), "contact", id).await.unwrap();
        house.door.list(&caller(SALES + 2), "contact", &ListQuery::default()).await.unwrap();
        house.door.search(&caller(SALES + 3), &canary.name_zh, None, 10).await.unwrap();
        house.settle().await;
        let evidence = house.door.evidence();
        let numbers = evidence.looks(&caller(SALES), "contact", id, None).await.unwrap();
        assert!(numbers.items.is_none() && numbers.next.is_none());
        assert_eq!(numbers.people, 4);
        let looks = evidence.looks(&caller(AUDITOR), "contact", id, None).await.unwrap();
        assert_eq!((looks.count, looks.people), (numbers.count, 4));
        let items = looks.items.unwrap();
        let of = |n: u8| items.iter().find(|l| l.person.as_ref().is_some_and(|(id, _)| *id == person(n))).unwrap();
        assert_eq!(of(SALES + 1).action, "record.read");
        assert_eq!(of(SALES + 2).action, "record.list");
        assert_eq!(of(SALES + 3).action, "record.search");
        let reveal = items.iter().find(|l| l.action == "record.reveal").unwrap();
        assert_eq!(reveal.purpose, Some(called()));
    }

    async fn a_read_that_cannot_be_written_down_shows_nothing(test: TestStore) {
        let house = House::build(test).await;
        house.door.arenas_ready().await;
        let canary = &canaries(1)[0];
        let id = life(&house, canary).await;
        house.settle().await;
        let house = if house.test.url().is_some() {
            house.dba().await.run("ALTER TABLE event_inbox ADD CONSTRAINT full_disk CHECK (false) NOT VALID").await;
            house
        } else {
            house.restart_within(Tuning { reserve_bytes: u64::MAX, ..Tuning::default() }).await
        };
        house.door.arenas_ready().await;
        let me = caller(SALES);
        assert!(house.door.get(&me, "contact", id).await.is_err());
        assert!(house.door.list(&me, "contact", &ListQuery::default()).await.is_err());
        assert!(house.door.search(&me, &canary.name_zh, None, 10).await.is_err());
        assert!(house.door.reveal(&me, "contact", id, &["mobile".into()], called()).await.is_err());
    }

    async fn the_running_tasks_sign_what_is_sensitive(test: TestStore) {
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let tasks = evidence.run(Vec::new()).await.unwrap();
        let covered = async || evidence.head_for_operator().await.unwrap().checkpoint.map_or(0, |c| c.size);
        let wait = async |size: u64| {
            for _ in 0..100 {
                if covered().await >= size {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            panic!("size {size} was not signed within five seconds");
        };
        wait(1).await;
        house.test.clock.advance(300_000);
        let before = covered().await;
        let draft = kedun_engine::EventDraft::new("record.reveal", Outcome::Ok).sensitive();
        house.event(SALES, draft).await;
        wait(before + 1).await;
        drop(tasks);
    }
}
