//! Pages of lists: complete, without repeats, filtered and ordered as the oracle says.

use std::collections::HashMap;

use kedun_guard::testing::{Random, Size, World};
use kedun_model::{
    Action, Error, FieldDef, FieldId, FieldLevel, Filter, FilterOp, ListQuery, ObjectDef, PersonId, RecordId,
    Sort, Value,
};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value as Json, json};

use super::fixture::{Fixture, Known, STAGES, at};
use super::oracle;
use crate::catalog::CatalogObject;

const SURNAMES: [&str; 5] = ["王小明", "李雷", "韩梅梅", "张伟", "Alice Wu"];

/// Random records of `def` over the facts of a world.
pub fn records(world: &World, def: &ObjectDef, r: &mut Random, firms: &[RecordId]) -> Vec<Known> {
    let people: Vec<PersonId> = world.rows.principals.iter().map(|p| p.id).collect();
    world
        .records
        .iter()
        .filter(|record| record.object == def.id)
        .map(|record| {
            let mut facts = record.facts.clone();
            facts.owner.get_or_insert(PersonId::NIL);
            facts.source.get_or_insert_with(String::new);
            let mut values = HashMap::new();
            for field in &def.fields {
                if r.chance(80) {
                    values.insert(field.id, value(field, r, firms, &people));
                }
            }
            // Few different moments, so that ties happen.
            let updated_at = world.now - i64::try_from(r.below(40)).unwrap() * 1_000_000;
            Known { id: record.id, facts, updated_at, deleted_at: r.chance(5).then_some(world.now), values }
        })
        .collect()
}

fn value(field: &FieldDef, r: &mut Random, firms: &[RecordId], people: &[PersonId]) -> Value {
    let number = i64::try_from(r.below(12)).unwrap();
    match field.key.as_str() {
        "name" => {
            Value::Text(format!("Deal_{}% {}", r.below(9), STAGES[usize::try_from(r.below(3)).unwrap()]))
        }
        "amount" => Value::Int(number * 1_000),
        "stage" => Value::Text(r.pick(&STAGES).unwrap().to_owned()),
        "due" => Value::Date(20_700 + i32::try_from(number).unwrap()),
        "phone" => Value::Text(format!("1381234{:04}", r.below(30))),
        "contact" => Value::Text(r.pick(&SURNAMES).unwrap().to_owned()),
        "id_no" => Value::Text(format!("11010119900307{:04}", r.below(999))),
        "firm" => r.pick(firms).map_or(Value::Null, |f| Value::Id(f.0)),
        "hot" => Value::Bool(r.chance(50)),
        "seller" => r.pick(people).map_or(Value::Null, |p| Value::Id(p.0)),
        other => panic!("{other}"),
    }
}

fn condition(r: &mut Random, firms: &[RecordId]) -> Filter {
    let day = |r: &mut Random| {
        json!(crate::value_format::format_date(20_700 + i32::try_from(r.below(12)).unwrap()))
    };
    let amount = |r: &mut Random| json!(r.below(12) * 1_000);
    let one =
        |field: &str, op, value: Json| Filter::Field { field: field.to_owned(), op, value: Some(value) };
    let compare = [FilterOp::Eq, FilterOp::Ne, FilterOp::Lt, FilterOp::Lte, FilterOp::Gt, FilterOp::Gte];
    match r.below(14) {
        0 => one("amount", r.pick(&compare).unwrap(), amount(r)),
        1 => {
            let mut ends = [r.below(12) * 1_000, r.below(12) * 1_000];
            ends.sort_unstable();
            one("amount", FilterOp::Between, json!(ends))
        }
        2 => one("due", r.pick(&compare).unwrap(), day(r)),
        3 => one("stage", r.pick(&[FilterOp::Eq, FilterOp::Ne]).unwrap(), json!(r.pick(&STAGES).unwrap())),
        4 => one("stage", r.pick(&[FilterOp::In, FilterOp::NotIn]).unwrap(), json!(["new", "won"])),
        5 => one("name", FilterOp::Contains, json!(r.pick(&["_1%", "deal_", "WON", "_", "\\"]).unwrap())),
        6 => one("name", r.pick(&[FilterOp::StartsWith, FilterOp::EndsWith]).unwrap(), json!("Deal_3% open")),
        7 => one("phone", FilterOp::EndsWith, json!(format!("{:04}", r.below(30)))),
        8 => one("phone", r.pick(&[FilterOp::Eq, FilterOp::Contains]).unwrap(), json!("13812340007")),
        9 => one("contact", FilterOp::Contains, json!(r.pick(&["小明", "张", "alice", "nobody"]).unwrap())),
        10 => one("firm", FilterOp::Eq, json!(r.pick(firms).unwrap().to_string())),
        11 => one("hot", r.pick(&[FilterOp::Eq, FilterOp::Ne]).unwrap(), json!(r.chance(50))),
        12 => {
            let field = r.pick(&["amount", "due", "phone", "firm", "contact"]).unwrap().to_owned();
            let op = r.pick(&[FilterOp::IsEmpty, FilterOp::IsNotEmpty]).unwrap();
            Filter::Field { field, op, value: None }
        }
        _ => {
            one("_owner", r.pick(&[FilterOp::Eq, FilterOp::NotIn]).unwrap(), json!(PersonId::NIL.to_string()))
        }
    }
}

fn filter(r: &mut Random, firms: &[RecordId], depth: u32) -> Filter {
    match r.below(6) {
        0 if depth > 0 => Filter::And((0..=r.below(2)).map(|_| filter(r, firms, depth - 1)).collect()),
        1 if depth > 0 => Filter::Or((0..=r.below(2)).map(|_| filter(r, firms, depth - 1)).collect()),
        2 if depth > 0 => Filter::Not(Box::new(filter(r, firms, depth - 1))),
        _ => {
            let mut single = condition(r, firms);
            // The owner is compared with one id or with a list, as the operator asks.
            if let Filter::Field { field, op: FilterOp::NotIn, value: Some(value) } = &mut single
                && field == "_owner"
            {
                *value = json!([value.clone()]);
            }
            single
        }
    }
}

fn keys<'f>(filter: &'f Filter, out: &mut Vec<&'f str>) {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|p| keys(p, out)),
        Filter::Not(part) => keys(part, out),
        Filter::Field { field, .. } => out.push(field),
    }
}

/// Every record of a list, page after page.
pub async fn all_pages(
    fixture: &Fixture,
    caller: &kedun_model::Caller,
    mut query: ListQuery,
) -> Result<Vec<RecordId>, Error> {
    let mut ids = Vec::new();
    for _ in 0..200 {
        let page = fixture.door.list(caller, "deal", &query).await?;
        assert!(page.items.len() <= usize::try_from(query.limit.unwrap()).unwrap());
        ids.extend(page.items.iter().map(|v| v.id));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(ids),
        }
    }
    panic!("a list without an end");
}

fn sorts(r: &mut Random) -> Vec<Sort> {
    let keys = ["amount", "due", "stage", "name", "hot", "_updated_at", "_owner", "firm"];
    let n = r.pick(&[0, 0, 1, 1, 1, 2, 3]).unwrap();
    let mut sort: Vec<Sort> = Vec::new();
    for _ in 0..n {
        let field = r.pick(&keys).unwrap().to_owned();
        if !sort.iter().any(|s| s.field == field) {
            sort.push(Sort { field, descending: r.chance(50) });
        }
    }
    sort
}

fn readable(object: &CatalogObject, grant: &kedun_guard::Grant, keys: &[&str]) -> Result<(), &'static str> {
    for key in keys {
        let Some(field) = object.field(key) else { continue };
        if grant.field_level_max(field.id) == FieldLevel::None {
            return Err("field.unknown");
        }
        if grant.field_level_min(field.id) < FieldLevel::Read {
            return Err("field.not_filterable");
        }
    }
    Ok(())
}

db_test! {
    async fn pages_are_complete_and_ordered(test: TestStore) {
        let size = Size { records: 150, guards: 1, assignments: 30, ..Size::default() };
        let mut fixture: Option<Fixture> = None;
        let (mut answered, mut refused, mut long) = (0, 0, 0);
        for seed in 1..=4 {
            let mut world = World::generate_sized(seed, size);
            // Fields open wider than chance would have it, or nearly every filter were refused.
            for row in &mut world.rows.perm_fields {
                if seed % 2 == 0 {
                    row.level = FieldLevel::Write;
                }
            }
            if fixture.is_none() {
                fixture = Some(Fixture::open(&test, &world).await);
            }
            let fixture = fixture.as_mut().unwrap();
            let version = fixture.directory(&world);
            fixture.clear().await;
            let mut r = Random::new(seed);
            let firms: Vec<RecordId> = world.records.iter().filter(|x| x.object == fixture.firm.id).map(|x| x.id).collect();
            let firms = &firms[..8];
            let def = fixture.deal.clone();
            let records = records(&world, &def, &mut r, firms);
            fixture.put(&def, &records).await;
            let living: Vec<Known> = records.iter().filter(|k| k.deleted_at.is_none()).cloned().collect();
            fixture.inner().arenas.get(def.id).unwrap().clear();
            fixture.fill_arena(&def, &living);
            let catalog = fixture.inner().catalog();
            let object = catalog.object_by_id(def.id).unwrap();
            for caller in &world.callers {
                let caller = at(caller, version);
                let Ok(grant) = fixture.inner().grant(&caller, object, Action::Read).await else {
                    let query = ListQuery::default();
                    assert!(fixture.door.list(&caller, "deal", &query).await.is_err());
                    continue;
                };
                for _ in 0..12 {
                    let sort = sorts(&mut r);
                    let filter = r.chance(60).then(|| filter(&mut r, firms, 2));
                    let mut used = Vec::new();
                    filter.iter().for_each(|f| keys(f, &mut used));
                    used.extend(sort.iter().map(|s| s.field.as_str()));
                    let limit = r.pick(&[1, 3, 7, 50, 200]).unwrap();
                    let query = ListQuery {
                        filter: filter.clone(),
                        sort: sort.clone(),
                        limit: Some(limit),
                        count: true,
                        ..ListQuery::default()
                    };
                    match (readable(object, &grant, &used), all_pages(fixture, &caller, query.clone()).await) {
                        (Ok(()), Ok(ids)) => {
                            let expected = oracle::listed(&def, &grant, &records, filter.as_ref(), &sort);
                            let expected: Vec<RecordId> = expected.iter().map(|k| k.id).collect();
                            assert_eq!(ids, expected, "seed {seed} {query:?}");
                            let page = fixture.door.list(&caller, "deal", &query).await.unwrap();
                            let count = page.count.unwrap();
                            assert_eq!(count.n, u64::try_from(expected.len()).unwrap(), "{query:?}");
                            assert!(!count.capped);
                            answered += 1;
                            long += usize::from(expected.len() > 7);
                        }
                        (Err(_), Err(error)) => {
                            let code = error.code.as_ref();
                            assert!(code == "field.unknown" || code == "field.not_filterable", "{error}");
                            refused += 1;
                        }
                        (expected, got) => panic!("seed {seed} {query:?}: {expected:?}, but {:?}", got.map(|i| i.len())),
                    }
                }
            }
        }
        assert!(answered > 100 && refused > 20 && long > 30, "{answered} answered, {refused} refused, {long} long");
        kedun_testkit::db::notice(&format!("{answered} lists, {long} of several pages, {refused} refused"));
    }

    async fn a_sealed_field_orders_by_pinyin(test: TestStore) {
        let (fixture, caller, records) = everything(&test, 60).await;
        for descending in [false, true] {
            let query = ListQuery {
                sort: vec![Sort { field: "contact".to_owned(), descending }],
                limit: Some(7),
                ..ListQuery::default()
            };
            let ids = all_pages(&fixture, &caller, query).await.unwrap();
            let contact = fixture.deal.field("contact").unwrap().id;
            let names: Vec<Option<String>> = ids
                .iter()
                .map(|id| {
                    let known = records.iter().find(|k| k.id == *id).unwrap();
                    known.values.get(&contact).and_then(|v| v.as_text()).map(str::to_owned)
                })
                .collect();
            let mut order = ["Alice Wu", "韩梅梅", "李雷", "王小明", "张伟"];
            if descending {
                order.reverse();
            }
            let rank = |name: &Option<String>| {
                name.as_ref().map_or(99, |n| order.iter().position(|o| o == n).unwrap())
            };
            assert!(names.is_sorted_by_key(rank), "{names:?}");
            assert_eq!(ids.len(), records.iter().filter(|k| k.deleted_at.is_none()).count());
        }
    }

    async fn counts_stop_at_a_thousand(test: TestStore) {
        let (fixture, caller, _) = everything(&test, 1_100).await;
        let query = ListQuery { count: true, limit: Some(1), ..ListQuery::default() };
        let count = fixture.door.list(&caller, "deal", &query).await.unwrap().count.unwrap();
        assert_eq!((count.n, count.capped), (1_000, true));
    }

    async fn the_search_field_finds_fragments_and_pinyin(test: TestStore) {
        let (fixture, caller, records) = everything(&test, 80).await;
        let contact = fixture.deal.field("contact").unwrap().id;
        let named = |name: &str| {
            let is = |k: &&Known| k.values.get(&contact).and_then(|v| v.as_text()) == Some(name);
            records.iter().filter(|k| k.deleted_at.is_none()).filter(is).count()
        };
        for (words, name) in [("小明", "王小明"), ("wxm", "王小明"), ("梅梅", "韩梅梅")] {
            let query = ListQuery { search: Some(words.to_owned()), limit: Some(200), ..ListQuery::default() };
            let page = fixture.door.list(&caller, "deal", &query).await.unwrap();
            assert_eq!(page.items.len(), named(name), "{words}");
        }
        fixture.inner().arenas.get(fixture.deal.id).unwrap().set_ready(false);
        let query = ListQuery { search: Some("小明".to_owned()), ..ListQuery::default() };
        assert_eq!(fixture.door.list(&caller, "deal", &query).await.unwrap_err().code, "arena.filling");
        // An exact telephone number is found without the arena.
        let phone = fixture.deal.field("phone").unwrap().id;
        let number = records.iter().find_map(|k| k.values.get(&phone)).unwrap().as_text().unwrap().to_owned();
        let with = records.iter().filter(|k| k.deleted_at.is_none());
        let with = with.filter(|k| k.values.get(&phone).and_then(|v| v.as_text()) == Some(&number)).count();
        let query = ListQuery {
            filter: Some(Filter::Field { field: "phone".to_owned(), op: FilterOp::Eq, value: Some(json!(number)) }),
            limit: Some(200),
            ..ListQuery::default()
        };
        assert_eq!(fixture.door.list(&caller, "deal", &query).await.unwrap().items.len(), with);
    }
}

/// A door with `n` random deals, and a caller who may do everything with all of them.
pub async fn everything(test: &TestStore, n: u64) -> (Fixture, kedun_model::Caller, Vec<Known>) {
    let mut world = World::generate_sized(7, Size { records: n, guards: 0, ..Size::default() });
    let caller = omnipotent(&mut world);
    let mut fixture = Fixture::open(test, &world).await;
    let mut r = Random::new(n);
    let firms: Vec<Known> = world
        .records
        .iter()
        .filter(|x| x.object == fixture.firm.id)
        .take(5)
        .map(|x| Known {
            id: x.id,
            facts: kedun_guard::RecordFacts { owner: Some(PersonId::NIL), ..Default::default() },
            updated_at: world.now,
            deleted_at: None,
            values: [(FieldId(201), Value::Text("Firm".to_owned()))].into(),
        })
        .collect();
    let def = fixture.firm.clone();
    fixture.put(&def, &firms).await;
    let ids: Vec<RecordId> = firms.iter().map(|f| f.id).collect();
    let def = fixture.deal.clone();
    let mut records = records(&world, &def, &mut r, &ids);
    for known in &mut records {
        known.facts.classification = 0;
        known.facts.restricted = false;
        known.facts.erased = false;
    }
    fixture.put(&def, &records).await;
    let living: Vec<Known> = records.iter().filter(|k| k.deleted_at.is_none()).cloned().collect();
    fixture.fill_arena(&def, &living);
    (fixture, caller, records)
}

/// Makes the first person of a world one who may do everything with all records.
pub fn omnipotent(world: &mut World) -> kedun_model::Caller {
    use kedun_guard::{Assignee, AssignmentRow, FieldTarget, PermFieldRow, PermObjectRow, Status};
    use kedun_model::{AssignmentId, DataClass, ObjectId, PrincipalKind, Scope};

    let person = world.rows.principals[0].id;
    let principal = &mut world.rows.principals[0];
    principal.kind = PrincipalKind::User;
    principal.status = Status::Active;
    principal.valid_until = None;
    let permset = world.rows.permsets[0].id;
    for object in [ObjectId(1), ObjectId(2)] {
        for action in Action::ALL {
            world.rows.perm_objects.push(PermObjectRow { permset, object, action, scope: Scope::All });
        }
    }
    world.rows.perm_fields.retain(|row| row.permset != permset);
    for object in [ObjectId(1), ObjectId(2)] {
        for class in [DataClass::P0, DataClass::P1, DataClass::P2, DataClass::P3] {
            let target = FieldTarget::Class(class);
            world.rows.perm_fields.push(PermFieldRow { permset, object, target, level: FieldLevel::Write });
        }
    }
    world.rows.assignments = vec![AssignmentRow {
        id: AssignmentId(uuid::Uuid::from_u128(1)),
        assignee: Assignee::Person(person),
        permset,
        granted_by: None,
        reason: String::new(),
        expires_at: None,
    }];
    let mut caller = world.callers.iter().find(|c| c.person == person).unwrap().clone();
    caller.kind = PrincipalKind::User;
    caller.acting_for = None;
    caller
}
