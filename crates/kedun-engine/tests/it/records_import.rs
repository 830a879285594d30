//! Imports count once, and can be taken back to the byte.

use kedun_engine::{ImportBatch, ImportRow, OnMatch, Patch, RelationMatch, RowOutcome, Source};
use kedun_model::{ErrorKind, FieldId, ImportId, RecordId, SubjectId, Value};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use crate::office::{ALICE, BOB, MANAGER, NOBODY, Office, caller, map, masked, shown};

struct Fields<'a>(&'a Office, &'static str);

impl Fields<'_> {
    fn id(&self, key: &str) -> FieldId {
        self.0.door.catalog().object(self.1).unwrap().field(key).unwrap().id
    }

    fn row(&self, number: u64, values: &[(&str, &str)]) -> ImportRow {
        let values =
            values.iter().map(|(key, text)| (self.id(key), Value::Text((*text).to_owned()))).collect();
        ImportRow { number, values, match_existing: None }
    }
}

fn batch(import: ImportId, number: u32, rows: Vec<ImportRow>) -> ImportBatch {
    ImportBatch {
        import,
        batch: number,
        source: Source::Import,
        purpose: None,
        basis: Some("legitimate".into()),
        owner: None,
        on_match: OnMatch::Update,
        rows,
    }
}

fn contacts(office: &Office, range: std::ops::Range<u64>) -> Vec<ImportRow> {
    let fields = Fields(office, "contact");
    range
        .map(|n| {
            let (name, mobile) = (format!("客户{n}"), format!("1391{n:07}"));
            fields.row(n, &[("name", &name), ("mobile", &mobile), ("title", "经理")])
        })
        .collect()
}

async fn count(office: &Office, table: &str) -> i64 {
    office.dba().await.number(&format!("SELECT count(*) FROM {table}")).await
}

db_test! {
    async fn a_batch_counts_once(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let import = ImportId(door.context().new_uuid());
        let first = batch(import, 0, contacts(&office, 0..250));
        let checked = door.check_batch(&alice, "contact", &first).await.unwrap();
        assert_eq!(checked.counts(), [250, 0, 0, 0, 0]);
        assert_eq!(count(&office, &office.table("contact")).await, 0, "a check writes nothing");

        // The same batch from several sides at once, as after a crash whose outcome nobody knows.
        let tries = (0..4).map(|_| {
            let (door, first) = (door.clone(), first.clone());
            tokio::spawn(async move { door.import_batch(&caller(ALICE), "contact", first).await.unwrap() })
        });
        let reports: Vec<_> = futures::future::join_all(tries).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(reports.iter().filter(|r| !r.replayed).count(), 1);
        assert!(reports.iter().all(|r| r.rows == reports[0].rows));
        assert_eq!(count(&office, &office.table("contact")).await, 250);
        let again = door.import_batch(&alice, "contact", first.clone()).await.unwrap();
        assert!(again.replayed);
        assert_eq!(count(&office, &office.table("contact")).await, 250);
        let other = batch(import, 0, contacts(&office, 0..3));
        assert_eq!(door.import_batch(&alice, "contact", other).await.unwrap_err().code, "import.batch_differs");

        let RowOutcome::Created(id) = again.rows[17].1 else { panic!("{:?}", again.rows[17]) };
        let view = door.get(&alice, "contact", id).await.unwrap();
        assert_eq!((shown(&view, "name"), masked(&view, "mobile")), (json!("客户17"), "139****0017".to_owned()));
        assert_eq!(view.source.as_deref(), Some("import"));
        let found = door.search(&alice, "13910000017", None, 5).await.unwrap();
        assert_eq!(found[0].items[0].id, id);
        assert_eq!(door.import_batch(&caller(NOBODY), "contact", batch(import, 1, Vec::new())).await.unwrap_err().kind, ErrorKind::Forbidden);
    }

    async fn rows_are_judged_one_by_one(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let old = office.make(ALICE, "account", json!({"name": "旧客户", "uscc": "91350100M000100Y43", "phone": "13812345678"})).await;
        let bobs = office.make(BOB, "account", json!({"name": "别人的", "uscc": "91350100M000100Y51"})).await;
        let fields = Fields(&office, "account");
        let mut update = fields.row(5, &[("name", "新名字"), ("phone", "")]);
        update.match_existing = Some((old.id, 1));
        let mut same = fields.row(6, &[("uscc", "91350100M000100Y43")]);
        same.match_existing = Some((old.id, 1));
        let mut foreign = fields.row(7, &[("name", "x")]);
        foreign.match_existing = Some((bobs.id, 1));
        let mut stale = fields.row(8, &[("name", "y")]);
        stale.match_existing = Some((old.id, 9));
        let rows = vec![
            fields.row(1, &[("name", "甲"), ("uscc", "A1")]),
            fields.row(2, &[("name", "乙"), ("uscc", "a1")]),
            fields.row(3, &[("uscc", "A3")]),
            fields.row(4, &[("name", "丁"), ("uscc", "91350100M000100Y51")]),
            update,
            same,
            foreign,
            stale,
            fields.row(9, &[("name", "戊"), ("phone", "138****5678")]),
        ];
        let import = ImportId(door.context().new_uuid());
        let report = door.import_batch(&alice, "account", batch(import, 0, rows)).await.unwrap();
        let told: Vec<String> = report
            .rows
            .iter()
            .map(|(number, outcome)| match outcome {
                RowOutcome::Created(_) => format!("{number} created"),
                RowOutcome::Updated(_) => format!("{number} updated"),
                RowOutcome::Unchanged(_) => format!("{number} unchanged"),
                RowOutcome::Skipped(_) => format!("{number} skipped"),
                RowOutcome::Rejected(errors) => format!("{number} {}", errors[0].code),
            })
            .collect();
        assert_eq!(told, [
            "1 created", "2 record.duplicate", "3 field.required", "4 record.duplicate", "5 updated", "6 updated",
            "7 not_found", "8 record.version_changed", "9 field.masked_value",
        ]);
        let now = door.get(&alice, "account", old.id).await.unwrap();
        assert_eq!((now.version, shown(&now, "name"), masked(&now, "phone")), (2, json!("新名字"), "138****5678".to_owned()));
        let mut skip = fields.row(1, &[("name", "z")]);
        skip.match_existing = Some((old.id, 2));
        let skipped = ImportBatch { on_match: OnMatch::Skip, ..batch(import, 1, vec![skip]) };
        assert_eq!(door.import_batch(&alice, "account", skipped).await.unwrap().counts(), [0, 0, 0, 1, 0]);
        let mut nothing = fields.row(1, &[("name", "新名字")]);
        nothing.match_existing = Some((old.id, 2));
        assert_eq!(door.import_batch(&alice, "account", batch(import, 2, vec![nothing])).await.unwrap().counts(), [0, 0, 1, 0, 0]);
    }

    async fn rows_find_their_records(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let mine = office.make(ALICE, "contact", json!({"name": "王小明", "mobile": "13812345678"})).await;
        office.make(BOB, "contact", json!({"name": "李四", "mobile": "13911112222"})).await;
        let text = |t: &str| vec![Value::Text(t.to_owned())];
        let rows = [text("+86 138-1234-5678"), text("13911112222"), text("13700000000"), vec![Value::Null]];
        let matches = door.match_rows(&alice, "contact", &["mobile"], &rows).await.unwrap();
        assert_eq!(matches[0].visible, [(mine.id, 1)]);
        assert_eq!((matches[1].visible.len(), matches[1].hidden), (0, 1));
        assert_eq!((matches[2].visible.len(), matches[2].hidden), (0, 0));
        assert_eq!((matches[3].visible.len(), matches[3].hidden), (0, 0));

        let acme = office.make(ALICE, "account", json!({"name": "华信科技（上海）有限公司", "uscc": "91350100M000100Y43"})).await;
        for _ in 0..2 {
            let twin = kedun_engine::NewRecord { allow_duplicate: true, ..crate::office::new(json!({"name": "双子"})) };
            door.create(&alice, "account", twin).await.unwrap();
        }
        office.make(BOB, "account", json!({"name": "鲍勃的"})).await;
        let texts = ["华信科技（上海）有限公司", "双子", "鲍勃的", "没有", ""].map(str::to_owned);
        let named = door.match_relation(&alice, "account", "name", &texts).await.unwrap();
        let none = RelationMatch::None;
        assert_eq!(named, [RelationMatch::One(acme.id), RelationMatch::Ambiguous, none, none, none]);
        let error = door.match_rows(&caller(MANAGER), "contact", &["birthday"], &rows).await.unwrap_err();
        assert_eq!(error.code, "field.not_filterable");
    }

    async fn an_import_is_taken_back_to_the_byte(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let mut old = Vec::new();
        for n in 0..5 {
            let view = office.make(ALICE, "contact", json!({"name": format!("旧{n}"), "mobile": format!("1370000000{n}"), "note": "before"})).await;
            old.push(view.id);
            office.test.clock.advance(1_000);
        }
        let values = map(json!({"title": "changed once"}));
        door.update(&alice, "contact", old[0], 1, Patch { values, ..Patch::default() }).await.unwrap();
        let account_before = door.state_hash("account").await.unwrap();
        let before = door.state_hash("contact").await.unwrap();
        let keys = count(&office, "record_history").await;

        office.test.clock.advance(5_000_000);
        let import = ImportId(door.context().new_uuid());
        let accounts = Fields(&office, "account");
        let report = door
            .import_batch(&alice, "account", batch(import, 100, vec![accounts.row(1, &[("name", "随导入新建")])]))
            .await
            .unwrap();
        let RowOutcome::Created(account) = report.rows[0].1 else { panic!() };
        let fields = Fields(&office, "contact");
        let mut rows = contacts(&office, 10..130);
        for row in &mut rows {
            row.values.push((fields.id("account"), Value::Id(account.0)));
        }
        for (n, id) in old.iter().take(3).enumerate() {
            let mut row = fields.row(500, &[("mobile", "13611110000"), ("note", "after"), ("title", "总监")]);
            row.values.push((fields.id("account"), Value::Id(account.0)));
            row.match_existing = Some((*id, if n == 0 { 2 } else { 1 }));
            rows.push(row);
        }
        let report = door.import_batch(&alice, "contact", batch(import, 0, rows)).await.unwrap();
        assert_eq!(report.counts(), [120, 3, 0, 0, 0]);
        // The same record once more by the same import.
        let mut row = fields.row(501, &[("title", "再改")]);
        row.match_existing = Some((old[1], 2));
        door.import_batch(&alice, "contact", batch(import, 1, vec![row])).await.unwrap();
        assert_ne!(door.state_hash("contact").await.unwrap(), before);
        let RowOutcome::Created(created) = report.rows[0].1 else { panic!() };

        let mut told = 0;
        let undone = door.undo_import(&alice, import, |_| told += 1).await.unwrap();
        assert_eq!((undone.done.removed, undone.done.restored, undone.done.skipped), (121, 3, 0), "{undone:?}");
        assert!(told > 1);
        assert_eq!(door.state_hash("contact").await.unwrap(), before);
        assert_eq!(door.state_hash("account").await.unwrap(), account_before);
        assert_eq!(count(&office, "record_history").await, keys);
        assert_eq!(door.get(&alice, "contact", created).await.unwrap_err().kind, ErrorKind::NotFound);
        assert!(door.store().keys_for(&[SubjectId(created.0)]).await.unwrap().is_empty());
        assert!(door.search(&alice, "13910000020", None, 5).await.unwrap().is_empty());
        assert!(!door.search(&alice, "13700000001", None, 5).await.unwrap().is_empty());
        let twice = door.undo_import(&alice, import, |_| {}).await.unwrap();
        assert_eq!((twice.done.removed, twice.done.restored), (0, 0));
        // What was put back can be worked on.
        let values = map(json!({"title": "x"}));
        assert_eq!(door.update(&alice, "contact", old[1], 1, Patch { values, ..Patch::default() }).await.unwrap().version, 2);
    }

    async fn what_somebody_changed_since_is_left_alone(test: TestStore) {
        let office = Office::open(test).await;
        let (door, alice) = (&office.door, caller(ALICE));
        let old = office.make(ALICE, "contact", json!({"name": "旧", "mobile": "13700000001"})).await;
        let import = ImportId(door.context().new_uuid());
        let fields = Fields(&office, "contact");
        let mut rows = contacts(&office, 0..4);
        let mut update = fields.row(9, &[("title", "总监")]);
        update.match_existing = Some((old.id, 1));
        rows.push(update);
        let report = door.import_batch(&alice, "contact", batch(import, 0, rows)).await.unwrap();
        let ids: Vec<RecordId> = report
            .rows
            .iter()
            .filter_map(|(_, o)| if let RowOutcome::Created(id) = o { Some(*id) } else { None })
            .collect();
        let edit = |values| Patch { values: map(values), ..Patch::default() };
        door.update(&alice, "contact", ids[0], 1, edit(json!({"title": "edited"}))).await.unwrap();
        door.update(&alice, "contact", old.id, 2, edit(json!({"department": "edited"}))).await.unwrap();
        office.make(ALICE, "follow_up", json!({
            "contact": ids[1].to_string(), "method": "phone", "at": "2026-01-02T08:00:00Z", "content": "说过话",
        })).await;
        let undone = door.undo_import(&alice, import, |_| {}).await.unwrap();
        assert_eq!((undone.done.removed, undone.done.restored, undone.done.skipped), (2, 0, 3));
        let mut reasons: Vec<_> = undone.skipped.iter().map(|(_, id, why)| (*id, *why)).collect();
        reasons.sort();
        let mut expected = vec![(ids[0], "changed"), (ids[1], "referenced"), (old.id, "changed")];
        expected.sort();
        assert_eq!(reasons, expected);
        assert!(door.get(&alice, "contact", ids[1]).await.is_ok());
        // Somebody without the right to import there takes nothing back.
        let none = door.undo_import(&caller(BOB), import, |_| {}).await.unwrap();
        assert_eq!((none.done.removed, none.done.restored), (0, 0));
    }
}
