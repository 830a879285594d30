//! Records are made, changed, deleted and restored, and nothing comes in between.

use kedun_engine::{NewRecord, Patch};
use kedun_ledger::Outcome;
use kedun_model::ErrorKind;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use crate::office::{
    ALICE, BOB, DIRECTOR, MANAGER, NOBODY, Office, caller, map, masked, new, person, shown, team, unit,
    wrongs,
};

fn patch(values: serde_json::Value) -> Patch {
    Patch { values: map(values), ..Patch::default() }
}

db_test! {
    async fn a_record_goes_round(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let made = office
            .make(ALICE, "contact", json!({"name": "王小明", "mobile": "138 1234 5678", "title": "经理", "birthday": null}))
            .await;
        assert_eq!(made.version, 1);
        assert_eq!(shown(&made, "name"), json!("王小明"));
        assert_eq!(masked(&made, "mobile"), "138****5678");
        assert_eq!(made.owner.as_ref().unwrap().name, "Alice");
        assert_eq!(made.unit.as_ref().unwrap().name, "销售一部");
        assert_eq!(made.source.as_deref(), Some("form"));

        // What is there already changes nothing, whatever else is sent with it.
        let same = door.update(&alice, "contact", made.id, 1, patch(json!({"name": " 王小明 ", "mobile": "+86 13812345678"}))).await.unwrap();
        assert_eq!(same.version, 1);

        office.test.clock.advance(1_000_000);
        let changed = door.update(&alice, "contact", made.id, 1, patch(json!({"mobile": "13900001111", "title": null}))).await.unwrap();
        assert_eq!((changed.version, masked(&changed, "mobile").as_str()), (2, "139****1111"));
        assert!(changed.updated_at > made.updated_at);
        assert_eq!(shown(&changed, "title"), json!(null));

        let deleted = door.delete(&alice, "contact", made.id, 2).await.unwrap();
        assert_eq!(deleted, 3);
        let again = door.delete(&alice, "contact", made.id, 3).await.unwrap_err();
        assert_eq!(again.kind, ErrorKind::NotFound);
        let edit = door.update(&alice, "contact", made.id, 3, patch(json!({"title": "x"}))).await.unwrap_err();
        assert_eq!(edit.kind, ErrorKind::NotFound);
        let restored = door.restore(&alice, "contact", made.id, 3).await.unwrap();
        assert_eq!((restored.version, restored.deleted_at), (4, None));

        let history = door.history(&alice, "contact", made.id, None).await.unwrap();
        let told: Vec<_> = history
            .items
            .iter()
            .map(|h| (h.version, h.action.as_str(), h.changes.iter().map(|c| c.field.as_str()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(told[0], (4, "restore", vec![]));
        assert_eq!(told[1], (3, "delete", vec![]));
        assert_eq!((told[2].0, told[2].1), (2, "update"));
        let mut fields = told[2].2.clone();
        fields.sort_unstable();
        assert_eq!(fields, ["mobile", "title"]);
        assert_eq!(told[3], (1, "create", vec![]));

        let actions = office.actions(made.id).await;
        for action in ["record.create", "record.update", "record.delete", "record.restore"] {
            assert!(actions.iter().any(|(a, o)| a == action && *o == Outcome::Ok), "{action} is not in the evidence");
        }
        let updates = actions.iter().filter(|(a, _)| a == "record.update").count();
        assert_eq!(updates, 1, "a change of nothing is no change");
    }

    async fn all_that_is_wrong_is_told_at_once(test: TestStore) {
        let office = Office::open(test).await;
        let values = json!({
            "mobile": "abc", "email": "nobody", "birthday": "1990-02-30", "gender": "other",
            "account": "00000000-0000-7000-8000-000000000001", "nonsense": 1, "id_no": "110105194912310021",
            "decision_maker": "yes", "title": "x".repeat(101),
        });
        let error = office.door.create(&caller(ALICE), "contact", new(values)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        let expected = [
            ("account", "relation.not_found"),
            ("birthday", "field.not_a_date"),
            ("decision_maker", "field.not_a_boolean"),
            ("email", "field.not_an_email"),
            ("gender", "field.not_an_option"),
            // Off until somebody turns it on: as if it did not exist.
            ("id_no", "field.unknown"),
            ("mobile", "field.not_a_phone"),
            ("name", "field.required"),
            ("nonsense", "field.unknown"),
            ("title", "field.too_long"),
        ];
        // A reference is looked up even where other values are wrong.
        assert_eq!(wrongs(&error), expected.map(|(f, c)| (f.to_owned(), c.to_owned())));
        let required = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let emptied = office.door.update(&caller(ALICE), "contact", required.id, 1, patch(json!({"name": ""}))).await;
        assert_eq!(wrongs(&emptied.unwrap_err()), [("name".to_owned(), "field.required".to_owned())]);
    }

    async fn masked_text_never_becomes_a_value(test: TestStore) {
        let office = Office::open(test).await;
        let alice = caller(ALICE);
        let made = office
            .make(ALICE, "contact", json!({
                "name": "王小明", "mobile": "13812345678", "email": "wang@huaxin.example", "address": "北京市朝阳区建国路一号",
                "phone": "6234567", "birthday": "1990-03-07",
            }))
            .await;
        let fields = ["mobile", "email", "address", "phone", "birthday"];
        for field in fields {
            let text = masked(&made, field);
            let error = office.door.update(&alice, "contact", made.id, 1, patch(json!({field: text}))).await.unwrap_err();
            assert_eq!(wrongs(&error), [(field.to_owned(), "field.masked_value".to_owned())], "{text}");
        }
        let error = office.door.create(&alice, "contact", new(json!({"name": "李", "mobile": "138****5678"}))).await.unwrap_err();
        assert_eq!(wrongs(&error), [("mobile".to_owned(), "field.masked_value".to_owned())]);
        // A masked field may be overwritten by who may write it, without having been revealed.
        let written = office.door.update(&alice, "contact", made.id, 1, patch(json!({"mobile": "13711112222"}))).await.unwrap();
        assert_eq!(masked(&written, "mobile"), "137****2222");
    }

    async fn of_concurrent_changes_one_wins(test: TestStore) {
        let office = Office::open(test).await;
        let made = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let tries = (0..20).map(|n| {
            let door = office.door.clone();
            tokio::spawn(async move {
                door.update(&caller(ALICE), "contact", made.id, 1, patch(json!({"title": format!("title {n}")}))).await
            })
        });
        let mut won = 0;
        for done in futures::future::join_all(tries).await {
            match done.unwrap() {
                Ok(view) => {
                    assert_eq!(view.version, 2);
                    won += 1;
                }
                Err(error) => {
                    assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::PreconditionFailed, "record.version_changed"));
                    assert!(error.args.iter().any(|(name, value)| name == "current" && value == "2"));
                }
            }
        }
        assert_eq!(won, 1);
        let now = office.door.get(&caller(ALICE), "contact", made.id).await.unwrap();
        assert_eq!(now.version, 2);
    }

    async fn of_a_hundred_equal_values_one_wins(test: TestStore) {
        let office = Office::open(test).await;
        let tries = (0..100).map(|n| {
            let door = office.door.clone();
            tokio::spawn(async move {
                let values = json!({"name": format!("公司 {n}"), "uscc": "91350100M000100Y43"});
                door.create(&caller(if n % 2 == 0 { ALICE } else { BOB }), "account", new(values)).await
            })
        });
        let mut won = 0;
        for done in futures::future::join_all(tries).await {
            match done.unwrap() {
                Ok(_) => won += 1,
                Err(error) => assert_eq!(error.code, "record.duplicate"),
            }
        }
        assert_eq!(won, 1);
        let sql = format!("SELECT count(*) FROM {}", office.table("account"));
        assert_eq!(office.dba().await.number(&sql).await, 1);
    }

    async fn numbers_are_given_once(test: TestStore) {
        let office = Office::open(test).await;
        let account = office.make(ALICE, "account", json!({"name": "华信科技"})).await;
        let tries = (0..30).map(|n| {
            let (door, account) = (office.door.clone(), account.id);
            tokio::spawn(async move {
                let values = json!({
                    "name": format!("商机 {n}"), "account": account.to_string(), "amount": 100_000,
                    "expected_close": "2026-12-31",
                });
                door.create(&caller(ALICE), "opportunity", new(values)).await.unwrap()
            })
        });
        let mut codes = Vec::new();
        for done in futures::future::join_all(tries).await {
            let view = done.unwrap();
            codes.push(shown(&view, "code").as_str().unwrap().to_owned());
            assert_eq!(shown(&view, "stage"), json!("new"));
            assert_eq!(shown(&view, "win_rate"), json!(10));
        }
        codes.sort();
        let before = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), before);
        assert!(codes.iter().all(|c| c.starts_with("SJ-0000")), "{codes:?}");
        let first = office.door.create(&caller(ALICE), "opportunity", new(json!({
            "name": "x", "account": account.id.to_string(), "amount": 1, "expected_close": "2026-12-31", "code": "SJ-1",
        }))).await.unwrap_err();
        assert_eq!(wrongs(&first), [("code".to_owned(), "field.read_only".to_owned())]);
    }

    async fn numbers_follow_the_stage_unless_entered(test: TestStore) {
        let office = Office::open(test).await;
        let account = office.make(ALICE, "account", json!({"name": "华信科技"})).await;
        let made = office.make(ALICE, "opportunity", json!({
            "name": "x", "account": account.id.to_string(), "amount": 1, "expected_close": "2026-12-31",
        })).await;
        let moved = office.door.update(&caller(ALICE), "opportunity", made.id, 1, patch(json!({"stage": "proposal"}))).await.unwrap();
        assert_eq!(shown(&moved, "win_rate"), json!(50));
        let own = office.door.update(&caller(ALICE), "opportunity", made.id, 2, patch(json!({"stage": "won", "win_rate": 90}))).await.unwrap();
        assert_eq!(shown(&own, "win_rate"), json!(90));
    }

    async fn a_decision_of_old_rights_never_commits(test: TestStore) {
        let office = Office::open(test).await;
        let made = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        office.dba().await.run("UPDATE authz_epoch SET n = n + 1 WHERE org = 1").await;
        let alice = caller(ALICE);
        let created = office.door.create(&alice, "contact", new(json!({"name": "李四"}))).await.unwrap_err();
        let updated = office.door.update(&alice, "contact", made.id, 1, patch(json!({"title": "x"}))).await.unwrap_err();
        let deleted = office.door.delete(&alice, "contact", made.id, 1).await.unwrap_err();
        for error in [created, updated, deleted] {
            assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::Conflict, "access.changed"));
        }
        let sql = format!("SELECT count(*) FROM {}", office.table("contact"));
        assert_eq!(office.dba().await.number(&sql).await, 1);
        let now = kedun_model::Caller { epoch: 2, ..caller(ALICE) };
        assert_eq!(office.door.update(&now, "contact", made.id, 1, patch(json!({"title": "x"}))).await.unwrap().version, 2);
    }

    async fn out_of_reach_looks_like_nothing(test: TestStore) {
        let office = Office::open(test).await;
        let made = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let bob = caller(BOB);
        for error in [
            office.door.update(&bob, "contact", made.id, 1, patch(json!({"title": "x"}))).await.unwrap_err(),
            office.door.delete(&bob, "contact", made.id, 1).await.unwrap_err(),
            office.door.restore(&bob, "contact", made.id, 1).await.unwrap_err(),
        ] {
            assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::NotFound, "not_found"));
        }
        let actions = office.actions(made.id).await;
        assert_eq!(actions.iter().filter(|(_, o)| *o == Outcome::Refused).count(), 3);
        let none = office.door.create(&caller(NOBODY), "contact", new(json!({"name": "李四"}))).await.unwrap_err();
        assert_eq!(none.kind, ErrorKind::Forbidden);
        // A record that the viewer only sees cannot be changed either.
        let team_record = NewRecord { team: Some(team()), ..new(json!({"name": "赵六"})) };
        let seen = office.door.create(&caller(ALICE), "contact", team_record).await.unwrap();
        let error = office.door.update(&bob, "contact", seen.id, 1, patch(json!({"title": "x"}))).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::Forbidden, "access.no_branch"));
    }

    async fn handing_over_needs_its_own_right(test: TestStore) {
        let office = Office::open(test).await;
        let made = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let to = |n: u8| Patch { owner: Some(person(n)), ..Patch::default() };
        let error = office.door.update(&caller(ALICE), "contact", made.id, 1, to(BOB)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Forbidden);
        // Not to somebody out of the manager's reach.
        let error = office.door.update(&caller(MANAGER), "contact", made.id, 1, to(DIRECTOR)).await.unwrap_err();
        assert_eq!(error.code, "access.no_transfer");
        let error = office.door.update(&caller(MANAGER), "contact", made.id, 1, to(77)).await.unwrap_err();
        assert_eq!(wrongs(&error), [("_owner".to_owned(), "relation.not_found".to_owned())]);
        let moved = office.door.update(&caller(MANAGER), "contact", made.id, 1, to(BOB)).await.unwrap();
        assert_eq!(moved.owner.unwrap().name, "Bob");
        assert_eq!(office.door.get(&caller(ALICE), "contact", made.id).await.unwrap_err().kind, ErrorKind::NotFound);
        let both = Patch { owner: Some(person(DIRECTOR)), values: map(json!({"title": "总裁"})), ..Patch::default() };
        let moved = office.door.update(&caller(DIRECTOR), "contact", made.id, 2, both).await.unwrap();
        assert_eq!((moved.unit.unwrap().id, shown_title(&office, made.id).await), (unit(0).0, json!("总裁")));
        let owned = office.door.owned_by(person(DIRECTOR)).await.unwrap();
        assert_eq!(owned, [("contact".to_owned(), 1)]);
        assert!(office.door.owned_by(person(ALICE)).await.unwrap().is_empty());
    }

    async fn a_change_of_subject_takes_the_history_along(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let first = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let second = office.make(ALICE, "contact", json!({"name": "李四"})).await;
        let note = office.make(ALICE, "follow_up", json!({
            "contact": first.id.to_string(), "method": "phone", "at": "2026-01-02T08:00:00Z", "content": "第一次",
        })).await;
        door.update(&alice, "follow_up", note.id, 1, patch(json!({"content": "第二次"}))).await.unwrap();
        let moved = door.update(&alice, "follow_up", note.id, 2, patch(json!({"contact": second.id.to_string()}))).await.unwrap();
        assert_eq!(shown(&moved, "content"), json!("第二次"));
        let history = door.history(&alice, "follow_up", note.id, None).await.unwrap();
        assert_eq!(history.items.iter().map(|h| h.changes.len()).collect::<Vec<_>>(), [1, 1, 0]);
        // Erasing the first person takes nothing of what is the second's now.
        door.store().destroy_keys(&[kedun_model::SubjectId(first.id.0)]).await.unwrap();
        door.vault().forget_all();
        assert_eq!(shown(&door.get(&alice, "follow_up", note.id).await.unwrap(), "content"), json!("第二次"));
        let orphan = door.create(&alice, "follow_up", new(json!({
            "contact": first.id.to_string(), "method": "phone", "at": "2026-01-02T08:00:00Z", "content": "x",
        }))).await.unwrap_err();
        assert_eq!(orphan.code, "subject.erased");
        // Without any relation it is its own subject.
        let alone = door.update(&alice, "follow_up", note.id, 3, patch(json!({"contact": null}))).await.unwrap();
        assert_eq!(shown(&alone, "content"), json!("第二次"));
    }
}

async fn shown_title(office: &Office, id: kedun_model::RecordId) -> serde_json::Value {
    shown(&office.door.get(&caller(DIRECTOR), "contact", id).await.unwrap(), "title")
}
