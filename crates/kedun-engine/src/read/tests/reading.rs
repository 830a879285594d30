//! Single records, what refers to them, their history, sums over them, and the evidence of it all.

use std::collections::HashMap;

use kedun_guard::testing::{Size, World};
use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, FieldLevel, ObjectId, PersonId, RecordId, Value};
use kedun_store::{Changeset, EventFilter, sq};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;
use uuid::Uuid;

use super::fixture::{DEAL, Fixture, Known, ORG, at, firm};
use super::listing::{everything, omnipotent};
use crate::door::system_caller;
use crate::evidence::EventDraft;
use crate::read::aggregate::{AggregateQuery, Measure, MeasureOp};
use crate::seal::{FieldChange, HistoryBody};

async fn events(fixture: &Fixture, action: &str) -> Vec<kedun_store::StoredEvent> {
    let store = &fixture.inner().store;
    store.flush_sequencer().await.unwrap();
    let filter = EventFilter { action: Some(action.to_owned()), limit: 100, ..EventFilter::default() };
    store.events(&filter).await.unwrap()
}

db_test! {
    async fn a_record_that_is_not_ones_own_looks_as_if_it_were_not_there(test: TestStore) {
        let mut world = World::generate_sized(5, Size { guards: 0, ..Size::default() });
        let caller = omnipotent(&mut world);
        // Only what is one's own.
        world.rows.perm_objects.iter_mut().for_each(|row| row.scope = kedun_model::Scope::Own);
        let mut fixture = Fixture::open(&test, &world).await;
        let make = |n: u128, owner: PersonId| Known {
            id: RecordId(Uuid::from_u128(n)),
            facts: kedun_guard::RecordFacts { owner: Some(owner), ..Default::default() },
            updated_at: world.now,
            deleted_at: None,
            values: HashMap::new(),
        };
        let def = fixture.deal.clone();
        fixture.put(&def, &[make(1, caller.person), make(2, PersonId::NIL)]).await;
        let id = |n: u128| RecordId(Uuid::from_u128(n));

        assert_eq!(fixture.door.get(&caller, "deal", id(1)).await.unwrap().id, id(1));
        assert_eq!(fixture.door.get(&caller, "deal", id(2)).await.unwrap_err().code, "not_found");
        assert_eq!(fixture.door.get(&caller, "deal", id(3)).await.unwrap_err().code, "not_found");
        assert_eq!(fixture.door.history(&caller, "deal", id(2), None).await.unwrap_err().code, "not_found");
        assert_eq!(fixture.door.related(&caller, "deal", id(2)).await.unwrap_err().code, "not_found");

        // The evidence tells them apart: an answer, a refusal, and a look for what never was.
        let reads = events(&fixture, "record.read").await;
        let outcomes: Vec<_> = reads.iter().map(|e| (e.header.outcome, e.record)).collect();
        assert_eq!(outcomes.len(), 3);
        assert!(outcomes.contains(&(Outcome::Ok, Some(*id(1).0.as_bytes()))));
        assert!(outcomes.contains(&(Outcome::Refused, Some(*id(2).0.as_bytes()))));
        assert!(outcomes.contains(&(Outcome::Failed, Some(*id(3).0.as_bytes()))));
        assert_eq!(events(&fixture, "record.history").await.len(), 1);
        assert_eq!(events(&fixture, "record.related").await.len(), 1);
    }

    async fn a_page_names_its_records_in_the_evidence(test: TestStore) {
        let (fixture, caller, _) = everything(&test, 20).await;
        let query = kedun_model::ListQuery { limit: Some(5), ..Default::default() };
        let page = fixture.door.list(&caller, "deal", &query).await.unwrap();
        assert_eq!(events(&fixture, "record.list").await.len(), 1);
        let store = &fixture.inner().store;
        let seen = |id: RecordId| async move {
            let filter = EventFilter { record: Some(id.0), limit: 10, ..EventFilter::default() };
            store.events(&filter).await.unwrap().len()
        };
        for item in &page.items {
            assert!(seen(item.id).await >= 1);
        }
    }

    async fn sums_are_those_of_the_rows_one_sees(test: TestStore) {
        let (fixture, caller, records) = everything(&test, 200).await;
        let fields = ["stage", "amount"].map(|k| fixture.deal.field(k).unwrap().id);
        let mut expected: HashMap<serde_json::Value, (i64, i64)> = HashMap::new();
        for known in records.iter().filter(|k| k.deleted_at.is_none()) {
            let stage = known.values.get(&fields[0]).map_or(json!(null), |v| json!(v.as_text()));
            let amount = known.values.get(&fields[1]).and_then(Value::as_int).unwrap_or(0);
            let group = expected.entry(stage).or_default();
            *group = (group.0 + 1, group.1 + amount);
        }
        let query = AggregateQuery {
            group_by: vec!["stage".to_owned()],
            measures: vec![
                Measure { op: MeasureOp::Count, field: None },
                Measure { op: MeasureOp::Sum, field: Some("amount".to_owned()) },
            ],
            filter: None,
        };
        let found = fixture.door.aggregate(&caller, "deal", &query).await.unwrap();
        let found: HashMap<_, _> =
            found.rows.iter().map(|row| (row.keys[0].clone(), (row.values[0], row.values[1]))).collect();
        assert_eq!(found, expected);

        let refused = async |group: &str, sum: &str| {
            let query = AggregateQuery {
                group_by: vec![group.to_owned()],
                measures: vec![Measure { op: MeasureOp::Sum, field: Some(sum.to_owned()) }],
                filter: None,
            };
            fixture.door.aggregate(&caller, "deal", &query).await.unwrap_err().code.into_owned()
        };
        assert_eq!(refused("phone", "amount").await, "field.not_groupable");
        assert_eq!(refused("stage", "phone").await, "field.not_summable");
        assert_eq!(refused("nope", "amount").await, "field.unknown");
        assert_eq!(events(&fixture, "record.aggregate").await.len(), 1);
    }

    async fn what_refers_to_a_record_is_found_object_by_object(test: TestStore) {
        let (fixture, caller, records) = everything(&test, 120).await;
        let by = fixture.deal.field("firm").unwrap().id;
        let target = records.iter().find_map(|k| k.values.get(&by).and_then(Value::as_id)).unwrap();
        let n = records
            .iter()
            .filter(|k| k.deleted_at.is_none() && k.values.get(&by).and_then(Value::as_id) == Some(target))
            .count();
        let groups = fixture.door.related(&caller, "firm", RecordId(target)).await.unwrap();
        let [group] = groups.as_slice() else { panic!("one group, not {}", groups.len()) };
        assert_eq!((group.object.as_str(), group.field.as_str()), ("deal", "firm"));
        assert_eq!(group.count.n, u64::try_from(n).unwrap());
        assert_eq!(group.items.len(), n.min(10));
    }

    async fn history_shows_with_the_levels_of_now(test: TestStore) {
        let (fixture, caller, records) = everything(&test, 5).await;
        let known = records.iter().find(|k| k.deleted_at.is_none()).unwrap();
        write_history(&fixture, known, &caller).await;
        let page = fixture.door.history(&caller, "deal", known.id, None).await.unwrap();
        assert_eq!(page.items.iter().map(|e| e.version).collect::<Vec<_>>(), [3, 2]);
        let changes = serde_json::to_value(&page.items[0].changes).unwrap();
        assert_eq!(changes[0]["from"], json!(1));
        assert_eq!(changes[0]["to"], json!(2));
        assert_eq!(changes[1]["field"], json!("phone"));
        assert_eq!(changes[1]["to"]["text"], json!("138****5678"));
        assert_eq!(changes[1]["to"]["revealable"], json!(false));
        let before = fixture.door.history(&caller, "deal", known.id, Some(3)).await.unwrap();
        assert_eq!(before.items.len(), 1);

        // Rights lost since then hide what was seen then.
        let mut rows = fixture.rows.0.lock().clone();
        rows.0.perm_fields.iter_mut().filter(|r| r.object == ObjectId(1)).for_each(|r| r.level = FieldLevel::None);
        rows.1 += 1;
        *fixture.rows.0.lock() = rows.clone();
        let page = fixture.door.history(&at(&caller, rows.1), "deal", known.id, None).await.unwrap();
        assert!(page.items.iter().all(|e| e.changes.is_empty()));
    }

    async fn a_new_version_of_the_directory_counts_at_once(test: TestStore) {
        let (fixture, caller, _) = everything(&test, 5).await;
        assert!(fixture.door.grant(&caller, "deal", Action::Read).await.is_ok());
        let mut rows = fixture.rows.0.lock().clone();
        rows.0.assignments.clear();
        rows.1 += 1;
        *fixture.rows.0.lock() = rows.clone();
        let error = fixture.door.grant(&at(&caller, rows.1), "deal", Action::Read).await.unwrap_err();
        assert_eq!(error.code, "access.no_permission");
        // Whoever still carries the old version gets the new rights too.
        assert!(fixture.door.grant(&caller, "deal", Action::Read).await.is_err());
    }

    async fn an_object_gets_its_numbers_once(test: TestStore) {
        let world = World::generate_sized(5, Size::default());
        let fixture = Fixture::open(&test, &world).await;
        let mut def = firm();
        def.id = ObjectId(0);
        def.key = "site".to_owned();
        def.fields.iter_mut().for_each(|f| f.id = kedun_model::FieldId(0));
        let system = system_caller(ORG);
        // Numbers given by hand in this test stay out of the way of those of the sequence.
        bump(&fixture).await;
        let first = fixture.door.install_object(&system, def.clone()).await.unwrap();
        assert_ne!(first.def.id, ObjectId(0));
        let again = fixture.door.install_object(&system, def.clone()).await.unwrap();
        assert_eq!((again.def.id, again.version), (first.def.id, 1));
        let mut extra = def.fields[0].clone();
        extra.key = "extra".to_owned();
        def.fields.push(extra);
        let second = fixture.door.install_object(&system, def).await.unwrap();
        assert_eq!((second.def.id, second.version), (first.def.id, 2));
        assert_eq!(second.def.fields[0].id, first.def.fields[0].id);
        assert!(second.def.fields[1].id > first.def.fields[0].id);
        assert_eq!(events(&fixture, "schema.install").await.len(), 1);
        assert_eq!(events(&fixture, "schema.change").await.len(), 1);
        fixture.door.reload_catalog().await.unwrap();
        assert_eq!(fixture.door.catalog().object("site").unwrap().def, second.def);
    }
}

async fn bump(fixture: &Fixture) {
    let inner = fixture.inner();
    let mut insert = sq::Query::insert();
    insert.into_table("number_sequence").columns(["org", "name", "next"]);
    for name in ["object", "field"] {
        insert.values_panic([ORG.0.into(), name.into(), 1_000_i64.into()]);
    }
    let event =
        inner.evidence.prepare(&system_caller(ORG), EventDraft::new("test.fill", Outcome::Ok)).unwrap();
    inner.store.commit(Changeset::new(event).exec(inner.store.dialect().insert(&insert))).await.unwrap();
}

/// Versions 2 and 3 of a record: an amount, then an amount and a telephone number.
async fn write_history(fixture: &Fixture, known: &Known, caller: &Caller) {
    let inner = fixture.inner();
    let subject = kedun_model::SubjectId(known.id.0);
    let keys = inner.subject_keys(&[subject]).await.unwrap();
    let (amount, phone) =
        (fixture.deal.field("amount").unwrap().id.0, fixture.deal.field("phone").unwrap().id.0);
    let versions = [
        vec![FieldChange { field: amount, from: Value::Null, to: Value::Int(1) }],
        vec![
            FieldChange { field: amount, from: Value::Int(1), to: Value::Int(2) },
            FieldChange { field: phone, from: Value::Null, to: Value::Text("13812345678".to_owned()) },
        ],
    ];
    let mut insert = sq::Query::insert();
    insert
        .into_table("record_history")
        .columns(["org", "object", "record", "version", "at", "person", "action", "body"]);
    for (version, changes) in (2..).zip(versions) {
        let body = HistoryBody { version, changes };
        let sealed = inner.seal_history(&keys[&subject], DEAL, known.id, &body).unwrap();
        insert.values_panic([
            ORG.0.into(),
            i64::from(DEAL.0).into(),
            known.id.0.into(),
            i64::try_from(version).unwrap().into(),
            known.updated_at.into(),
            caller.person.0.into(),
            "update".into(),
            sealed.into_bytes().into(),
        ]);
        assert!(inner.open_history(&keys[&subject], DEAL, known.id, version + 1, &[]).is_err());
    }
    let event =
        inner.evidence.prepare(&system_caller(ORG), EventDraft::new("test.fill", Outcome::Ok)).unwrap();
    inner.store.commit(Changeset::new(event).exec(inner.store.dialect().insert(&insert))).await.unwrap();
}
