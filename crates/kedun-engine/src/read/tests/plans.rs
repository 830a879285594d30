//! The engines take the indexes that the shapes were made for, for six kinds of viewers.

use std::collections::HashMap;

use kedun_guard::testing::{Random, Size, World};
use kedun_guard::{
    Assignee, AssignmentRow, DirectoryRows, PermObjectRow, PermSetRow, PrincipalRow, RecordFacts, Status,
    TeamMemberRow, UnitRow,
};
use kedun_model::{
    Action, AssignmentId, Caller, ObjectId, PermSetId, PersonId, PrincipalKind, RecordId, Scope, TeamId,
    UnitId,
};
use kedun_store::{Dialect, Migration};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use uuid::Uuid;

use super::fixture::{DEAL, Fixture, Known};
use crate::read::arms::{Page, Rows};
use crate::read::scoped::{Life, Scoped};
use crate::read::shape::{Question, Shape, choose};
use crate::read::sort::{self, Order};

const PEOPLE: u128 = 4_000;
const UNITS: u128 = 400;
const COMPANY: u128 = 900_000;

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(1_000 + n))
}

fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(5_000 + n))
}

const TEAM: TeamId = TeamId(Uuid::from_u128(7_000));

/// Person 0 manages 1 to 50, who have a rep's rights; 60 leads units 1 to 10; 70 sees all; 80 is a
/// partner; 90 sees the records of a unit and belongs to none.
fn organisation() -> DirectoryRows {
    let mut rows = DirectoryRows::default();
    rows.units.push(UnitRow { id: unit(0), parent: None });
    for n in 1..UNITS {
        let parent = if (2..=10).contains(&n) { unit(1) } else { unit(0) };
        rows.units.push(UnitRow { id: unit(n), parent: Some(parent) });
    }
    for n in 0..PEOPLE {
        rows.principals.push(PrincipalRow {
            id: person(n),
            kind: if n == 80 { PrincipalKind::Partner } else { PrincipalKind::User },
            status: Status::Active,
            unit: match n {
                60 => Some(unit(1)),
                90 => None,
                n => Some(unit(n % UNITS)),
            },
            manager: (1..=50).contains(&n).then(|| person(0)),
            company: (n == 80).then(|| RecordId(Uuid::from_u128(COMPANY))),
            clearance: 3,
            region: None,
            valid_until: None,
        });
    }
    rows.team_members.push(TeamMemberRow { team: TEAM, person: person(5), valid_until: None });
    let roles: [(u128, &[Scope]); 6] = [
        (5, &[Scope::Own, Scope::Team, Scope::Shared]),
        (0, &[Scope::Subordinates]),
        (60, &[Scope::UnitBelow]),
        (70, &[Scope::All]),
        (80, &[Scope::PartnerCompany]),
        (90, &[Scope::Unit]),
    ];
    for (n, scopes) in roles {
        let permset = PermSetId(Uuid::from_u128(8_000 + n));
        rows.permsets.push(PermSetRow {
            id: permset,
            code: format!("role{n}"),
            zh: String::new(),
            en: String::new(),
            builtin: false,
            officer_group: None,
        });
        for scope in scopes {
            rows.perm_objects.push(PermObjectRow {
                permset,
                object: DEAL,
                action: Action::Read,
                scope: *scope,
            });
        }
        rows.assignments.push(AssignmentRow {
            id: AssignmentId(Uuid::from_u128(8_500 + n)),
            assignee: Assignee::Person(person(n)),
            permset,
            granted_by: None,
            reason: String::new(),
            expires_at: None,
        });
    }
    rows
}

fn records(world: &World, n: u128) -> Vec<Known> {
    let mut r = Random::new(9);
    (0..n)
        .map(|i| Known {
            id: RecordId(Uuid::from_u128(1_000_000 + i)),
            facts: RecordFacts {
                owner: Some(person(u128::from(r.below(4_000)))),
                unit: Some(unit(u128::from(r.below(400)))),
                team: r.chance(2).then_some(TEAM),
                partner: r.chance(1).then(|| RecordId(Uuid::from_u128(COMPANY))),
                source: Some("form".to_owned()),
                ..RecordFacts::default()
            },
            updated_at: world.now - i64::try_from(i).unwrap(),
            deleted_at: None,
            values: HashMap::new(),
        })
        .collect()
}

async fn plan(
    fixture: &Fixture,
    caller: &Caller,
    sort: &[kedun_model::Sort],
) -> Option<(Shape, Vec<String>)> {
    let inner = fixture.inner();
    let catalog = inner.catalog();
    let object = catalog.object_by_id(ObjectId(1)).unwrap();
    let grant = inner.grant(caller, object, Action::Read).await.unwrap();
    let scoped = Scoped::new(inner, object, &grant).unwrap();
    let Order::Columns { keys, id_descending, natural } = sort::resolve(object, &grant, sort).unwrap() else {
        panic!("an order by columns")
    };
    let branches = &grant.rows().branches;
    let shape = choose(&Question {
        branches,
        estimate: inner.stats.estimate(DEAL, branches),
        natural,
        indexed: true,
        filtered: false,
        selective: false,
        ids: None,
        limit: 51,
    });
    let page = Page { keys: &keys, id_descending, after: None, limit: 51 };
    let rows = Rows { life: Life::Living, filter: None, ids: None };
    let stmt = scoped.page(&shape, &rows, &page, &[]).unwrap()?;
    Some((shape, inner.store.explain(&stmt).await.unwrap()))
}

/// Gives PostgreSQL its statistics, as its own housekeeping does within a minute.
async fn analyse(test: &TestStore, dialect: Dialect) {
    if dialect == Dialect::Postgres {
        let mut migrations = crate::migrations();
        migrations.push(Migration {
            id: 901,
            name: "statistics",
            steps: |_| vec!["ANALYZE".to_owned()],
            housekeeping: &[],
        });
        test.open(migrations).await.unwrap().close().await.unwrap();
    }
}

db_test! {
    async fn six_viewers_take_their_indexes(test: TestStore) {
        let mut world = World::generate_sized(1, Size::default());
        world.rows = organisation();
        let template = world.callers[0].clone();
        let mut fixture = Fixture::open(&test, &world).await;
        let def = fixture.deal.clone();
        fixture.put(&def, &records(&world, 6_000)).await;
        let inner = fixture.inner();
        inner.stats.refresh(&inner.store, 1, DEAL, world.now).await.unwrap();
        let dialect = inner.store.dialect();
        analyse(&test, dialect).await;
        let caller = |n: u128| Caller {
            person: person(n),
            kind: if n == 80 { PrincipalKind::Partner } else { PrincipalKind::User },
            acting_for: None,
            ..template.clone()
        };
        let viewers: [(u128, &[&str]); 5] = [
            (5, &["x_o_1_owner", "x_o_1_team"]),
            (0, &["x_o_1_owner"]),
            (60, &["x_o_1_unit"]),
            (70, &["x_o_1_recent"]),
            (80, &["x_o_1_partner"]),
        ];
        for (n, indexes) in viewers {
            let (shape, plan) = plan(&fixture, &caller(n), &[]).await.unwrap();
            let text = plan.join("\n");
            for index in indexes {
                assert!(text.contains(index), "viewer {n}, {shape:?}: no {index} in\n{text}");
            }
            // No piece reads the whole table. (Of a table this small PostgreSQL may read all to join a page.)
            assert!(!text.contains("Seq Scan on o_1 t_"), "viewer {n}\n{text}");
            assert!(!plan.iter().any(|l| l.starts_with("SCAN t") && !l.contains("INDEX")), "viewer {n}\n{text}");
            // A single ordered read needs no sorting.
            if matches!(shape, Shape::Scan) && dialect == Dialect::Sqlite {
                assert!(!text.contains("TEMP B-TREE"), "viewer {n}\n{text}");
            }
        }
        // Who can see nothing asks nothing.
        assert!(plan(&fixture, &caller(90), &[]).await.is_none());
    }

    async fn what_is_reached_is_told_by_indexes_alone(test: TestStore) {
        let mut world = World::generate_sized(1, Size::default());
        world.rows = organisation();
        let template = world.callers[0].clone();
        let mut fixture = Fixture::open(&test, &world).await;
        let def = fixture.deal.clone();
        fixture.put(&def, &records(&world, 6_000)).await;
        let inner = fixture.inner();
        let dialect = inner.store.dialect();
        analyse(&test, dialect).await;
        let catalog = inner.catalog();
        let object = catalog.object_by_id(DEAL).unwrap();
        for (n, indexes) in [(5, &["x_o_1_owner", "x_o_1_team"][..]), (0, &["x_o_1_owner"]), (60, &["x_o_1_unit"])] {
            let caller = Caller { person: person(n), acting_for: None, ..template.clone() };
            let grant = inner.grant(&caller, object, Action::Read).await.unwrap();
            let scoped = Scoped::new(inner, object, &grant).unwrap();
            let plan = inner.store.explain(&scoped.reached(40_001).unwrap()).await.unwrap();
            let text = plan.join("\n");
            // Of a table this small PostgreSQL rather reads all than look for fifty owners.
            if dialect == Dialect::Postgres && n == 0 {
                continue;
            }
            for index in indexes {
                assert!(text.contains(index), "viewer {n}: no {index} in\n{text}");
            }
            // Only shared records are looked up.
            let reads_rows = |l: &String| l.contains(" t ") && l.contains("INDEX") && !l.contains("COVERING");
            let shared = plan.iter().filter(|l| reads_rows(l)).count();
            assert!(dialect == Dialect::Postgres || shared <= usize::from(n == 5), "viewer {n}\n{text}");
            assert!(!text.contains("Seq Scan on o_1"), "viewer {n}\n{text}");
        }
    }

    async fn an_indexed_field_orders_a_scan(test: TestStore) {
        let mut world = World::generate_sized(1, Size::default());
        world.rows = organisation();
        let permset = PermSetId(Uuid::from_u128(8_070));
        for class in [kedun_model::DataClass::P0, kedun_model::DataClass::P1] {
            world.rows.perm_fields.push(kedun_guard::PermFieldRow {
                permset,
                object: DEAL,
                target: kedun_guard::FieldTarget::Class(class),
                level: kedun_model::FieldLevel::Read,
            });
        }
        let template = world.callers[0].clone();
        let mut fixture = Fixture::open(&test, &world).await;
        let def = fixture.deal.clone();
        fixture.put(&def, &records(&world, 3_000)).await;
        let caller = Caller { person: person(70), kind: PrincipalKind::User, acting_for: None, ..template };
        let column = fixture.deal.field("amount").unwrap().id.column();
        let ascending = [kedun_model::Sort { field: "amount".to_owned(), descending: false }];
        let (_, plan) = plan(&fixture, &caller, &ascending).await.unwrap();
        let text = plan.join("\n");
        assert!(text.contains(&format!("x_o_1_{column}")), "{text}");
        assert!(!text.contains("TEMP B-TREE"), "{text}");
    }
}
