//! Cursors serve for the question, the person and the object they were given for, and for nothing else.

use kedun_model::{Filter, FilterOp, ListQuery, Sort};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;

use super::listing::everything;

db_test! {
    async fn a_cursor_serves_for_nothing_else(test: TestStore) {
        let (fixture, caller, _) = everything(&test, 30).await;
        let query = ListQuery { limit: Some(5), ..ListQuery::default() };
        let next = fixture.door.list(&caller, "deal", &query).await.unwrap().next.unwrap();
        let with = |cursor: &str| ListQuery { cursor: Some(cursor.to_owned()), ..query.clone() };
        assert_eq!(fixture.door.list(&caller, "deal", &with(&next)).await.unwrap().items.len(), 5);

        let invalid = async |object: &str, query: ListQuery| {
            let error = fixture.door.list(&caller, object, &query).await.unwrap_err();
            assert_eq!(error.code, "cursor.invalid");
        };
        let sort = vec![Sort { field: "amount".to_owned(), descending: false }];
        let filter = Filter::Field { field: "hot".to_owned(), op: FilterOp::IsEmpty, value: None };
        invalid("deal", ListQuery { sort, ..with(&next) }).await;
        invalid("deal", ListQuery { filter: Some(filter), ..with(&next) }).await;
        invalid("deal", ListQuery { deleted: true, ..with(&next) }).await;
        invalid("firm", with(&next)).await;
        for position in 0..next.len() {
            let mut bytes = next.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            invalid("deal", with(std::str::from_utf8(&bytes).unwrap())).await;
        }
        for bad in ["", "x", "====", &"A".repeat(9_000)] {
            invalid("deal", with(bad)).await;
        }
        let mut other = caller.clone();
        other.person = kedun_model::PersonId(uuid::Uuid::from_u128(42));
        // Somebody else has no grant here at all; the text itself is refused before that matters.
        let inner = fixture.inner();
        assert!(inner.read_cursor(&other, fixture.deal.id, b"q", &next).is_err());
        // What stands in it cannot be read off it.
        let raw = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &next).unwrap();
        let id = fixture.door.list(&caller, "deal", &query).await.unwrap().items[4].id;
        assert!(!raw.windows(16).any(|w| w == id.bytes()));
    }

    async fn bounds_are_kept(test: TestStore) {
        let (fixture, caller, _) = everything(&test, 3).await;
        let code = async |query: ListQuery| {
            fixture.door.list(&caller, "deal", &query).await.unwrap_err().code.into_owned()
        };
        let leaf = Filter::Field { field: "hot".to_owned(), op: FilterOp::IsEmpty, value: None };
        let deep = (0..5).fold(leaf.clone(), |f, _| Filter::Not(Box::new(f)));
        assert_eq!(code(ListQuery { filter: Some(deep), ..Default::default() }).await, "filter.too_deep");
        let long = Filter::And(vec![leaf; 51]);
        assert_eq!(code(ListQuery { filter: Some(long), ..Default::default() }).await, "filter.too_long");
        assert_eq!(code(ListQuery { limit: Some(0), ..Default::default() }).await, "list.limit");
        assert_eq!(code(ListQuery { limit: Some(201), ..Default::default() }).await, "list.limit");
        let unknown = Filter::Field { field: "nope".to_owned(), op: FilterOp::IsEmpty, value: None };
        assert_eq!(code(ListQuery { filter: Some(unknown), ..Default::default() }).await, "field.unknown");
        assert_eq!(fixture.door.list(&caller, "nope", &ListQuery::default()).await.unwrap_err().code, "object.unknown");
    }
}
