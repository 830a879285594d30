//! What is sealed stays sealed: in the tables, in the wrong place, and until a purpose is given.

use kedun_engine::{FieldView, ImportBatch, ImportRow, MaskReason, OnMatch, Patch, Source};
use kedun_ledger::Outcome;
use kedun_model::{Assurance, Caller, ErrorKind, ImportId, Purpose, SubjectId, Value};
use kedun_testkit::db::TestStore;
use kedun_testkit::{canaries, db_test};
use serde_json::json;

use crate::office::{ALICE, BOB, MANAGER, NOBODY, Office, caller, holds, map, shown};

fn purpose() -> Purpose {
    Purpose { code: "call_customer".into(), note: None }
}

fn keys(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|f| (*f).to_owned()).collect()
}

db_test! {
    async fn no_value_lies_in_the_tables(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let birds = canaries(6);
        let mut needles = Vec::new();
        for (n, bird) in birds.iter().take(4).enumerate() {
            let made = office.make(ALICE, "contact", json!({
                "name": bird.name_zh, "mobile": bird.phone, "email": bird.email, "note": bird.note, "wechat": bird.token,
            })).await;
            needles.extend(bird.needles().into_iter().map(str::to_owned));
            if n == 0 {
                // Both the old and the new value go through the history.
                let next = &birds[4];
                let values = map(json!({"name": next.name_zh, "mobile": next.phone, "note": next.note}));
                door.update(&alice, "contact", made.id, 1, Patch { values, ..Patch::default() }).await.unwrap();
                needles.extend(next.needles().into_iter().map(str::to_owned));
                door.reveal(&alice, "contact", made.id, &keys(&["mobile"]), purpose()).await.unwrap();
                door.search(&alice, &next.phone, None, 10).await.unwrap();
                door.check_duplicates(&alice, "contact", &map(json!({"mobile": next.phone})), None).await.unwrap();
                door.delete(&alice, "contact", made.id, 2).await.unwrap();
            }
        }
        let bird = &birds[5];
        let contact = door.catalog().object("contact").unwrap().clone();
        let field = |key: &str| contact.field(key).unwrap().id;
        let batch = ImportBatch {
            import: ImportId(door.context().new_uuid()),
            batch: 0,
            source: Source::Import,
            purpose: None,
            basis: Some("consent".into()),
            owner: None,
            on_match: OnMatch::Skip,
            rows: vec![ImportRow {
                number: 1,
                values: vec![
                    (field("name"), Value::Text(bird.name_zh.clone())),
                    (field("mobile"), Value::Text(bird.phone.clone())),
                    (field("note"), Value::Text(bird.note.clone())),
                ],
                match_existing: None,
            }],
        };
        door.import_batch(&alice, "contact", batch).await.unwrap();
        needles.extend(bird.needles().into_iter().map(str::to_owned));
        let plain = office.make(ALICE, "account", json!({"name": "plainly visible"})).await;
        assert_eq!(plain.version, 1);

        let heap = office.raw().await;
        assert!(holds(&heap, "plainly visible"), "the search finds nothing at all");
        for needle in &needles {
            assert!(!holds(&heap, needle), "{needle} lies in the tables");
        }
    }

    async fn a_reveal_has_its_conditions(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let made = office.make(ALICE, "contact", json!({"name": "王小明", "mobile": "13812345678", "birthday": "1990-03-07"})).await;
        let none = Purpose { code: String::new(), note: None };
        let error = door.reveal(&alice, "contact", made.id, &keys(&["mobile"]), none).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::StepUp, "step_up.purpose"));
        let shown = door.reveal(&alice, "contact", made.id, &keys(&["mobile"]), purpose()).await.unwrap();
        assert_eq!(shown, [("mobile".to_owned(), FieldView::Value(json!("13812345678")))]);

        let error = door.reveal(&alice, "contact", made.id, &keys(&["birthday"]), purpose()).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::StepUp, "step_up.mfa"));
        assert!(error.args.iter().any(|(name, value)| name == "max_age" && value == "600"));
        let now = office.test.context.now();
        let with_factor = |at| Caller {
            assurance: Assurance { password_at: Some(now), second_factor_at: Some(at) },
            ..caller(ALICE)
        };
        let stale = with_factor(now - 601_000_000);
        let error = door.reveal(&stale, "contact", made.id, &keys(&["birthday"]), purpose()).await.unwrap_err();
        assert_eq!(error.code, "step_up.mfa");
        let shown = door.reveal(&with_factor(now), "contact", made.id, &keys(&["birthday"]), purpose()).await.unwrap();
        assert_eq!(shown, [("birthday".to_owned(), FieldView::Value(json!("1990-03-07")))]);

        // A manager sees of it the masked form and never more, whatever is done first.
        let manager = Caller { assurance: Assurance { password_at: Some(now), second_factor_at: Some(now) }, ..caller(MANAGER) };
        let error = door.reveal(&manager, "contact", made.id, &keys(&["birthday"]), purpose()).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::Forbidden, "field.no_reveal"));
        assert!(door.reveal(&manager, "contact", made.id, &keys(&["mobile"]), purpose()).await.is_ok());
        let error = door.reveal(&caller(BOB), "contact", made.id, &keys(&["mobile"]), purpose()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound);
        let error = door.reveal(&caller(NOBODY), "contact", made.id, &keys(&["mobile"]), purpose()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Forbidden);
        let error = door.reveal(&alice, "contact", made.id, &keys(&["id_no"]), purpose()).await.unwrap_err();
        assert_eq!(error.fields[0].code, "field.unknown");
        door.copied(&alice, "contact", made.id, "mobile").await.unwrap();

        let actions = office.actions(made.id).await;
        let count = |action: &str, outcome: Outcome| actions.iter().filter(|(a, o)| a == action && *o == outcome).count();
        assert_eq!(count("record.reveal", Outcome::Ok), 3);
        assert_eq!(count("record.reveal", Outcome::Refused), 3);
        assert_eq!(count("record.copy", Outcome::Ok), 1);

        door.store().destroy_keys(&[SubjectId(made.id.0)]).await.unwrap();
        door.vault().forget_all();
        let shown = door.reveal(&alice, "contact", made.id, &keys(&["mobile"]), purpose()).await.unwrap();
        assert!(matches!(&shown[0].1, FieldView::Masked { text: None, revealable: false, reason: MaskReason::Erased }));
        let values = map(json!({"title": "x"}));
        let error = door.update(&alice, "contact", made.id, 1, Patch { values, ..Patch::default() }).await.unwrap_err();
        assert_eq!(error.code, "subject.erased");
        door.delete(&alice, "contact", made.id, 1).await.unwrap();
    }

    async fn a_value_in_another_place_does_not_open(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let one = office.make(ALICE, "contact", json!({"name": "王小明", "mobile": "13812345678", "phone": "13700000000"})).await;
        let two = office.make(ALICE, "contact", json!({"name": "李四", "mobile": "13911112222"})).await;
        let (table, dba) = (office.table("contact"), office.dba().await);
        let (mobile, phone) = (office.column("contact", "mobile"), office.column("contact", "phone"));
        let of = |id: kedun_model::RecordId| dba.id(id.0);
        // From one record to another.
        dba.run(&format!(
            "UPDATE {table} SET {mobile} = (SELECT {mobile} FROM {table} WHERE id = {}) WHERE id = {}",
            of(one.id), of(two.id)
        )).await;
        let events = office.actions(two.id).await.len();
        assert_eq!(door.get(&alice, "contact", two.id).await.unwrap_err().kind, ErrorKind::Internal);
        assert_eq!(door.reveal(&alice, "contact", two.id, &keys(&["mobile"]), purpose()).await.unwrap_err().kind, ErrorKind::Internal);
        // A look that failed is in the evidence all the same, a moment later.
        for _ in 0..100 {
            if office.actions(two.id).await.len() >= events + 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(office.actions(two.id).await.len() >= events + 2, "the attempts are not in the evidence");
        // From one field to another of the same record, whose key is the same.
        dba.run(&format!("UPDATE {table} SET {mobile} = {phone} WHERE id = {}", of(one.id))).await;
        assert_eq!(door.get(&alice, "contact", one.id).await.unwrap_err().kind, ErrorKind::Internal);
        // Under the subject of somebody else.
        dba.run(&format!("UPDATE {table} SET subject_id = {} WHERE id = {}", of(two.id), of(one.id))).await;
        assert_eq!(door.get(&alice, "contact", one.id).await.unwrap_err().kind, ErrorKind::Internal);
    }

    async fn secrets_of_other_parts_are_bound_to_their_place(test: TestStore) {
        let office = Office::open(test).await;
        let sealed = office.door.seal_secret("identity", b"totp/1", b"seed").await.unwrap();
        assert_eq!(&**office.door.open_secret("identity", b"totp/1", &sealed).unwrap(), b"seed");
        assert!(office.door.open_secret("identity", b"totp/2", &sealed).is_err());
        assert!(!holds(&sealed, "seed"));
    }

    async fn what_a_viewer_sees_is_told_by_level(test: TestStore) {
        let office = Office::open(test).await;
        let made = office.make(ALICE, "contact", json!({"name": "王小明", "birthday": "1990-03-07"})).await;
        let seen = office.door.get(&caller(MANAGER), "contact", made.id).await.unwrap();
        assert_eq!(shown(&seen, "name"), json!("王小明"));
        assert!(matches!(seen.value("birthday"), Some(FieldView::Masked { reason: MaskReason::Policy, revealable: false, .. })));
        let values = map(json!({"birthday": "1991-01-01"}));
        let error = office.door.update(&caller(MANAGER), "contact", made.id, 1, Patch { values, ..Patch::default() }).await.unwrap_err();
        assert_eq!(error.fields[0].code, "field.no_write");
    }
}
