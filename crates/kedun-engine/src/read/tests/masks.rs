//! What is shown of each field at each level: a matrix, and the names beside it.

use kedun_guard::testing::{Size, World};
use kedun_guard::{FieldTarget, PermFieldRow, RecordFacts};
use kedun_model::{
    Action, Caller, DataClass, FieldId, FieldLevel, ListQuery, ObjectId, PersonId, RecordId, Value,
};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::fixture::{Fixture, Known, at};
use super::listing::omnipotent;
use crate::read::view::RecordView;

const FIRM_ID: u128 = 77;

fn record(world: &World, n: u128, erased: bool) -> Known {
    let values = [
        (101, Value::Text("Big deal".to_owned())),
        (102, Value::Int(5_000)),
        (103, Value::Text("open".to_owned())),
        (104, Value::Date(20_780)),
        (105, Value::Text("13812345678".to_owned())),
        (106, Value::Text("王小明".to_owned())),
        (107, Value::Text("11010119900307123X".to_owned())),
        (108, Value::Id(Uuid::from_u128(FIRM_ID))),
        (109, Value::Bool(true)),
        (110, Value::Id(world.rows.principals[1].id.0)),
    ];
    Known {
        id: RecordId(Uuid::from_u128(n)),
        facts: RecordFacts {
            owner: Some(world.rows.principals[0].id),
            source: Some("form".to_owned()),
            erased,
            ..RecordFacts::default()
        },
        updated_at: world.now,
        deleted_at: None,
        values: values.into_iter().map(|(id, v)| (FieldId(id), v)).collect(),
    }
}

/// The world in which the caller has one level on every field of deals.
fn levelled(world: &World, level: FieldLevel) -> World {
    let mut world = world.clone();
    for row in &mut world.rows.perm_fields {
        if row.object == ObjectId(1) && row.permset == world.rows.permsets[0].id {
            row.level = level;
        }
    }
    world
}

async fn seen(fixture: &Fixture, caller: &Caller, world: &World, level: FieldLevel, n: u128) -> RecordView {
    let version = fixture.directory(&levelled(world, level));
    fixture.door.get(&at(caller, version), "deal", RecordId(Uuid::from_u128(n))).await.unwrap()
}

fn shown(view: &RecordView) -> Json {
    serde_json::to_value(view).unwrap()["values"].clone()
}

fn masked(text: Option<&str>, revealable: bool, reason: &str) -> Json {
    let ask = (reason == "policy").then_some("security_admin");
    json!({"masked": true, "text": text, "revealable": revealable, "reason": reason, "ask": ask})
}

async fn opened(test: &TestStore) -> (Fixture, Caller, World) {
    let mut world = World::generate_sized(3, Size { guards: 0, ..Size::default() });
    let caller = omnipotent(&mut world);
    let mut fixture = Fixture::open(test, &world).await;
    let firm = Known {
        id: RecordId(Uuid::from_u128(FIRM_ID)),
        values: [(FieldId(201), Value::Text("Acme".to_owned()))].into(),
        ..record(&world, 0, false)
    };
    let def = fixture.firm.clone();
    fixture.put(&def, &[firm]).await;
    let def = fixture.deal.clone();
    fixture.put(&def, &[record(&world, 1, false), record(&world, 2, true)]).await;
    (fixture, caller, world)
}

const HIDDEN: &str = "••••••";

db_test! {
    async fn the_matrix_of_levels(test: TestStore) {
        let (fixture, caller, world) = opened(&test).await;
        let seller = world.rows.principals[1].id;

        let view = seen(&fixture, &caller, &world, FieldLevel::None, 1).await;
        assert_eq!(shown(&view), json!({}));
        assert_eq!(view.title, None);

        let view = seen(&fixture, &caller, &world, FieldLevel::Masked, 1).await;
        let policy = |text| masked(text, false, "policy");
        assert_eq!(
            shown(&view),
            json!({
                "name": policy(Some(HIDDEN)),
                "amount": policy(Some(HIDDEN)),
                "stage": policy(Some(HIDDEN)),
                "due": policy(Some(HIDDEN)),
                "phone": policy(Some("138****5678")),
                "contact": policy(Some("王**")),
                "id_no": policy(Some("110***********123X")),
                "firm": policy(None),
                "hot": policy(Some(HIDDEN)),
                "seller": policy(None),
            })
        );
        assert_eq!(view.title.as_deref(), Some(HIDDEN));

        for level in [FieldLevel::Read, FieldLevel::Write] {
            let view = seen(&fixture, &caller, &world, level, 1).await;
            assert_eq!(
                shown(&view),
                json!({
                    "name": "Big deal",
                    "amount": 5_000,
                    "stage": "open",
                    "due": "2026-11-23",
                    "phone": masked(Some("138****5678"), true, "on_demand"),
                    // Open: the name of a person shows whole.
                    "contact": "王小明",
                    "id_no": masked(Some("110***********123X"), true, "on_demand"),
                    "firm": {"id": Uuid::from_u128(FIRM_ID), "object": "firm", "title": "Acme", "access": true},
                    "hot": true,
                    "seller": {"id": seller, "name": format!("person {seller}")},
                })
            );
            assert_eq!(view.title.as_deref(), Some("Big deal"));
            assert!(view.can.contains(&Action::Reveal));
        }
    }

    async fn of_an_erased_record_a_stub_is_left(test: TestStore) {
        let (fixture, caller, world) = opened(&test).await;
        let view = seen(&fixture, &caller, &world, FieldLevel::Write, 2).await;
        let values = shown(&view);
        for key in ["name", "amount", "contact", "phone", "id_no"] {
            assert_eq!(values[key]["masked"], json!(true), "{key}");
            assert_eq!(values[key]["reason"], json!("erased"), "{key}");
            assert_eq!(values[key]["revealable"], json!(false), "{key}");
        }
        assert!(!view.can.contains(&Action::Reveal));
    }

    async fn a_destroyed_key_leaves_nothing_to_show(test: TestStore) {
        let (fixture, caller, world) = opened(&test).await;
        let subject = kedun_model::SubjectId(Uuid::from_u128(1));
        let inner = fixture.inner();
        assert_eq!(inner.store.destroy_keys(&[subject]).await.unwrap(), 1);
        inner.vault.forget(&crate::seal::vault_subject(subject));
        let values = shown(&seen(&fixture, &caller, &world, FieldLevel::Write, 1).await);
        assert_eq!(values["phone"], masked(None, false, "erased"));
        assert_eq!(values["contact"], masked(None, false, "erased"));
        assert_eq!(values["name"], json!("Big deal"));
    }

    async fn names_of_what_one_may_not_see_stay_hidden(test: TestStore) {
        let (fixture, caller, world) = opened(&test).await;
        let mut blind = world.clone();
        blind.rows.perm_objects.retain(|row| row.object != ObjectId(2));
        let version = fixture.directory(&blind);
        let query = ListQuery::default();
        let page = fixture.door.list(&at(&caller, version), "deal", &query).await.unwrap();
        for item in &page.items {
            let firm = &serde_json::to_value(item).unwrap()["values"]["firm"];
            if firm["masked"] != json!(true) {
                assert_eq!(firm["access"], json!(false));
                assert_eq!(firm["title"], Json::Null);
            }
        }
        assert_eq!(page.items.len(), 2);
    }

    async fn a_level_that_depends_on_the_branch_is_told_row_by_row(test: TestStore) {
        let (mut fixture, caller, world) = opened(&test).await;
        let mut mixed = levelled(&world, FieldLevel::Masked);
        let permset = mixed.rows.permsets[0].id;
        for class in [DataClass::P0, DataClass::P1, DataClass::P2, DataClass::P3] {
            mixed.rows.perm_objects.push(kedun_guard::PermObjectRow {
                permset,
                object: ObjectId(1),
                action: Action::Read,
                scope: kedun_model::Scope::Own,
            });
            mixed.rows.perm_fields.push(PermFieldRow {
                permset,
                object: ObjectId(1),
                target: FieldTarget::ClassWithin(class, kedun_model::Scope::Own),
                level: FieldLevel::Read,
            });
        }
        let mut foreign = record(&world, 3, false);
        foreign.facts.owner = Some(PersonId(Uuid::from_u128(9)));
        let def = fixture.deal.clone();
        fixture.put(&def, &[foreign]).await;
        let caller = at(&caller, fixture.directory(&mixed));
        let page = fixture.door.list(&caller, "deal", &ListQuery::default()).await.unwrap();
        let of = |n: u128| {
            let view = page.items.iter().find(|v| v.id == RecordId(Uuid::from_u128(n))).unwrap();
            shown(view)["amount"].clone()
        };
        assert_eq!(of(1), json!(5_000));
        assert_eq!(of(3), masked(Some(HIDDEN), false, "policy"));
        // Readable in some rows only: no filter, no order may ask for it.
        let query = ListQuery {
            sort: vec![kedun_model::Sort { field: "amount".to_owned(), descending: true }],
            ..ListQuery::default()
        };
        assert_eq!(fixture.door.list(&caller, "deal", &query).await.unwrap_err().code, "field.not_filterable");
    }
}
