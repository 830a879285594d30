//! A question that very many records meet is answered from what the caller sees, and tells nothing of
//! the rest.

use std::collections::HashSet;

use kedun_engine::{ImportBatch, ImportRow, OnMatch, Source};
use kedun_model::{Filter, FilterOp, ImportId, ListQuery, RecordId, Sort, Value};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use crate::office::{ALICE, BOB, DIRECTOR, NOBODY, Office, caller};

/// More than are looked up one by one.
const MANY: u64 = 2_600;

/// The records of one owner, all with the same character in their names.
async fn bring_in(office: &Office, by: u8, count: u64, first: u64) {
    let contact = office.door.catalog().object("contact").unwrap().clone();
    let field = |key: &str| contact.field(key).unwrap().id;
    let rows = (0..count)
        .map(|n| ImportRow {
            number: n,
            values: vec![
                (field("name"), Value::Text(format!("王{}号", first + n))),
                (field("mobile"), Value::Text(format!("139{:08}", first + n))),
            ],
            match_existing: None,
        })
        .collect();
    let batch = ImportBatch {
        import: ImportId(office.door.context().new_uuid()),
        batch: 0,
        source: Source::Import,
        purpose: None,
        basis: Some("consent".into()),
        owner: None,
        on_match: OnMatch::Skip,
        rows,
    };
    office.door.import_batch(&caller(by), "contact", batch).await.unwrap();
    office.test.clock.advance(1_000_000);
}

async fn company(test: TestStore) -> Office {
    let office = Office::open(test).await;
    bring_in(&office, BOB, 1_000, 0).await;
    bring_in(&office, BOB, 800, 2_000).await;
    bring_in(&office, ALICE, 5, 50_000).await;
    bring_in(&office, BOB, 800, 10_000).await;
    office.make(DIRECTOR, "contact", json!({"name": "李四"})).await;
    kedun_engine::testing::count_owners(&office.door, "contact").await.unwrap();
    office
}

fn query(search: Option<&str>, filter: Option<Filter>) -> ListQuery {
    ListQuery {
        search: search.map(str::to_owned),
        filter,
        limit: Some(200),
        count: true,
        ..ListQuery::default()
    }
}

/// All pages of a list: ids in order, and the count that the first page tells.
async fn all(office: &Office, by: u8, mut query: ListQuery) -> (Vec<RecordId>, u64) {
    let (mut ids, mut count) = (Vec::new(), None);
    loop {
        let page = office.door.list(&caller(by), "contact", &query).await.unwrap();
        ids.extend(page.items.iter().map(|item| item.id));
        count = count.or(page.count.map(|c| c.n));
        match page.next {
            Some(next) => query = ListQuery { cursor: Some(next), count: false, ..query },
            None => return (ids, count.unwrap()),
        }
    }
}

fn condition(field: &str, op: FilterOp, value: &str) -> Filter {
    Filter::Field { field: field.into(), op, value: Some(json!(value)) }
}

db_test! {
    async fn a_salesperson_finds_her_own_among_very_many(test: TestStore) {
        let office = company(test).await;
        let groups = office.door.search(&caller(ALICE), "王", None, 50).await.unwrap();
        assert_eq!(groups[0].items.len(), 5);
        assert!(!groups[0].more, "there are no more that she sees");
        assert!(office.door.search(&caller(NOBODY), "王", None, 50).await.unwrap().is_empty());
        let (ids, count) = all(&office, ALICE, query(Some("王"), None)).await;
        assert_eq!((ids.len(), count), (5, 5));
        let contains = condition("mobile", FilterOp::Contains, "139");
        let (ids, count) = all(&office, ALICE, query(None, Some(contains.clone()))).await;
        assert_eq!((ids.len(), count), (5, 5));
        let (ids, _) = all(&office, ALICE, query(None, Some(Filter::Not(Box::new(contains))))).await;
        assert_eq!(ids.len(), 0);
    }

    async fn a_director_goes_through_all_of_them_in_order(test: TestStore) {
        let office = company(test).await;
        let groups = office.door.search(&caller(DIRECTOR), "王", None, 7).await.unwrap();
        assert_eq!((groups[0].items.len(), groups[0].more), (7, true));
        let (every, _) = all(&office, DIRECTOR, query(None, None)).await;
        let wanted: Vec<RecordId> = every.into_iter().skip(1).collect();
        assert_eq!(u64::try_from(wanted.len()).unwrap(), MANY + 5);
        for asked in [
            query(Some("王"), None),
            query(None, Some(condition("name", FilterOp::Contains, "王"))),
            query(Some("号"), Some(condition("mobile", FilterOp::StartsWith, "139"))),
        ] {
            let (ids, count) = all(&office, DIRECTOR, asked).await;
            assert_eq!(ids, wanted, "in the order of the last change, each once");
            assert_eq!(count, 1_000, "counts stop there");
        }
        // Many and few together.
        let few = condition("mobile", FilterOp::EndsWith, "50003");
        let (ids, count) = all(&office, DIRECTOR, query(Some("王"), Some(few))).await;
        assert_eq!((ids.len(), count), (1, 1));
        // In the order of a sealed field.
        let by_name = ListQuery {
            sort: vec![Sort { field: "mobile".into(), descending: true }],
            ..query(Some("王"), None)
        };
        let (ids, _) = all(&office, DIRECTOR, by_name).await;
        let (a, b): (HashSet<_>, HashSet<_>) = (ids.iter().collect(), wanted.iter().collect());
        assert_eq!((a, ids.len()), (b, wanted.len()));
        let (one, _) = all(&office, ALICE, query(Some("王50004"), None)).await;
        assert_eq!(ids[0], one[0], "the highest number first");
    }
}
