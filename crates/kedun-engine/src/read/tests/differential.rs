//! The rows of a grant as SQL against the same grant in memory, over random organisations.

use std::collections::HashSet;

use kedun_guard::Grant;
use kedun_guard::testing::{Size, World};
use kedun_model::{Action, PersonId, RecordId};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;

use super::fixture::{Fixture, Known, at};
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::read::arms::Rows;
use crate::read::scoped::{Life, Scoped, T};
use crate::read::shape::Shape;

/// Pairs of a record and a grant to be judged; `KEDUN_CASES` asks for more.
fn wanted() -> u64 {
    std::env::var("KEDUN_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000)
}

async fn found(
    inner: &Inner,
    scoped: &Scoped<'_>,
    shape: &Shape,
    ids: Option<&[uuid::Uuid]>,
) -> HashSet<RecordId> {
    let rows = Rows { life: Life::Living, filter: None, ids };
    let Some(stmt) = scoped.ids(shape, &rows, 100_000) else { return HashSet::new() };
    let rows = inner.store.query(&stmt).await.unwrap();
    rows.iter().map(|r| RecordId(r.get_uuid(0).unwrap())).collect()
}

async fn judge(inner: &Inner, object: &CatalogObject, grant: &Grant, records: &[Known], seed: u64) -> u64 {
    let expected: HashSet<RecordId> =
        records.iter().filter(|r| grant.allows(&r.facts)).map(|r| r.id).collect();
    let scoped = Scoped::new(inner, object, grant).unwrap();
    let ids: Vec<_> = records.iter().map(|r| r.id.0).collect();
    let arms = Shape::Arms(grant.rows().branches.clone());
    for (shape, ids) in [(Shape::Scan, None), (arms, None), (Shape::Lookup, Some(ids.as_slice()))] {
        if shape == Shape::Arms(Vec::new()) {
            continue;
        }
        let found = found(inner, &scoped, &shape, ids).await;
        assert_eq!(found, expected, "world {seed}, {:?}, {shape:?}: {:?}", grant.action(), grant.rows());
    }
    // Sums go over each row once, however many branches reach it.
    if let Some(mut select) = scoped.apart(Life::Living, &["id".to_owned()], &[]) {
        select.column((T, "id"));
        let rows = inner.store.query(&scoped.dialect.select(&select)).await.unwrap();
        let summed: Vec<RecordId> = rows.iter().map(|r| RecordId(r.get_uuid(0).unwrap())).collect();
        assert_eq!(summed.len(), expected.len(), "world {seed}, each once: {:?}", grant.rows());
        assert_eq!(summed.into_iter().collect::<HashSet<_>>(), expected, "world {seed}: {:?}", grant.rows());
    }
    u64::try_from(records.len()).unwrap()
}

db_test! {
    async fn sql_and_memory_agree(test: TestStore) {
        let size = Size { records: 120, ..Size::default() };
        let mut fixture: Option<Fixture> = None;
        let (mut pairs, mut allowed, mut seed) = (0, 0, 0);
        while pairs < wanted() {
            seed += 1;
            let world = World::generate_sized(seed, size);
            if fixture.is_none() {
                fixture = Some(Fixture::open(&test, &world).await);
            }
            let fixture = fixture.as_mut().unwrap();
            test.clock.set(world.now);
            let version = fixture.directory(&world);
            fixture.clear().await;
            for def in [fixture.deal.clone(), fixture.firm.clone()] {
                let records: Vec<Known> = world
                    .records
                    .iter()
                    .filter(|r| r.object == def.id)
                    .map(|r| {
                        // A table has no record without an owner or a source.
                        let mut facts = r.facts.clone();
                        facts.owner.get_or_insert(PersonId::NIL);
                        facts.source.get_or_insert_with(String::new);
                        Known { id: r.id, facts, updated_at: world.now, deleted_at: None, values: Default::default() }
                    })
                    .collect();
                fixture.put(&def, &records).await;
                let catalog = fixture.inner().catalog();
                let object = catalog.object_by_id(def.id).unwrap();
                for caller in &world.callers {
                    for action in Action::ALL {
                        let caller = at(caller, version);
                        let Ok(grant) = fixture.inner().grant(&caller, object, action).await else { continue };
                        pairs += judge(fixture.inner(), object, &grant, &records, seed).await;
                        allowed += records.iter().filter(|r| grant.allows(&r.facts)).count();
                    }
                }
            }
        }
        // A comparison of nothing with nothing would prove nothing.
        assert!(allowed > 1_000, "{allowed} of {pairs} pairs were allowed");
        kedun_testkit::db::notice(&format!("{pairs} pairs in {seed} worlds, {allowed} allowed, no difference"));
    }
}
