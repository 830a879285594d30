//! Ten thousand rows with faults and repetitions, in both formats: exact counts, nothing twice, and
//! back to where it was.

use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use super::office::{ALICE, Office, caller, start_runner};
use crate::fixtures::{Acceptance, Spec, write_csv_gb18030, write_xlsx};
use crate::imports::{ImportState, OnMatch, Outcome};

const SPEC: Spec = Spec { rows: 10_000, broken: 200, duplicates: 100, seed: 7 };

async fn accept(office: &Office, path: &std::path::Path, file: &Acceptance) {
    let runner = office.runner();
    let before = office.everything(ALICE, "lead").await;
    let import = office.upload(ALICE, "lead", path).await.unwrap();
    assert_eq!(import.state, ImportState::Uploaded);
    let suggested: Vec<Option<&str>> =
        import.file.as_ref().unwrap().columns.iter().map(|c| c.suggested.as_deref()).collect();
    assert_eq!(
        suggested,
        ["name", "contact_name", "mobile", "email", "industry", "signed", "amount", "uscc", "note"].map(Some)
    );
    office.map(ALICE, &import, |_| {}).await.unwrap();

    let checked = office.check(ALICE, import.id).await;
    let counts = checked.counts.unwrap();
    assert_eq!((counts.rows, counts.new, counts.duplicate, counts.rejected), (10_000, 9_700, 100, 200));
    assert_eq!((counts.changed, counts.unchanged), (0, 0));
    assert_eq!(counts.reasons.iter().map(|r| r.count).sum::<u64>(), 300);
    let phones = counts.reasons.iter().find(|r| r.code == "not_a_phone").unwrap();
    assert_eq!((phones.field.as_deref(), phones.count), (Some("mobile"), 34));
    assert_eq!(checked.sample.len(), 20);
    let shown = serde_json::to_string(&checked.sample).unwrap();
    assert!(!shown.contains(&file.row(0)[2]), "a sample shows a whole number");
    assert!(checked.sample.iter().any(|s| s.outcome == Outcome::New));
    assert_eq!(office.everything(ALICE, "lead").await, before, "a check writes nothing");

    let rejected = office.rejected(ALICE, import.id).await;
    let numbers: Vec<u64> = rejected.iter().map(number).collect();
    let mut expected: Vec<u64> =
        file.broken().iter().map(|b| b.0).chain(file.duplicates().iter().map(|d| d.0)).collect();
    expected.sort_unstable();
    assert_eq!(numbers, expected);
    assert!(rejected.iter().all(|row| !row.cells[1].is_blank()), "every row has a reason");

    let done = office.run(ALICE, import.id).await;
    let counts = done.counts.unwrap();
    assert_eq!((counts.rows, counts.new, counts.duplicate, counts.rejected), (10_000, 9_700, 100, 200));
    assert_eq!(office.everything(ALICE, "lead").await.len(), 9_700 + before.len());
    assert_eq!(office.rejected(ALICE, import.id).await.len(), 300);

    // The same file again brings nothing.
    let again = office.upload(ALICE, "lead", path).await.unwrap();
    office.map(ALICE, &again, |_| {}).await.unwrap();
    let counts = office.check(ALICE, again.id).await.counts.unwrap();
    assert_eq!((counts.new, counts.duplicate, counts.rejected), (0, 9_800, 200));
    let counts = office.run(ALICE, again.id).await.counts.unwrap();
    assert_eq!((counts.new, counts.changed, counts.duplicate), (0, 0, 9_800));

    let (first, last) = (file.row(0), file.row(9_999));
    for row in [&first, &last] {
        assert_eq!(office.leaks(&[&row[0], &row[1], &row[2], &row[3]]), None);
    }

    office.imports.undo(&caller(ALICE), import.id).await.unwrap();
    office.until(ALICE, import.id, &[ImportState::Undone]).await;
    assert_eq!(office.everything(ALICE, "lead").await, before, "undone to the last value");
    runner.stop().await;
}

fn number(row: &crate::sheet::Row) -> u64 {
    row.cells[0].to_text().parse().expect("the number of a row")
}

db_test! {
    async fn ten_thousand_rows_of_gb18030(test: TestStore) {
        let office = Office::open(test).await;
        let file = Acceptance::new(SPEC);
        let path = office.dir.path().join("leads.csv");
        write_csv_gb18030(&file, &path).unwrap();
        accept(&office, &path, &file).await;
    }

    async fn ten_thousand_rows_of_a_workbook(test: TestStore) {
        let office = Office::open(test).await;
        let file = Acceptance::new(SPEC);
        let path = office.dir.path().join("leads.xlsx");
        write_xlsx(&file, &path).unwrap();
        accept(&office, &path, &file).await;
    }

    async fn updates_are_counted_and_taken_back(test: TestStore) {
        let office = Office::open(test).await;
        let file = Acceptance::new(Spec { rows: 300, broken: 0, duplicates: 0, seed: 3 });
        // Of 30 leads 20 say something else than the file, 10 the same in the one field that they have.
        for n in 0..30_u32 {
            let row = file.row(n);
            let name = if n < 20 { "旧名称".to_owned() } else { row[0].clone() };
            let values = json!({"name": name, "mobile": row[2], "industry": "retail"});
            let new = kedun_engine::NewRecord { values: values.as_object().cloned().unwrap(), ..Default::default() };
            office.door.create(&caller(ALICE), "lead", new).await.unwrap();
        }
        let before = office.everything(ALICE, "lead").await;
        let path = office.dir.path().join("leads.csv");
        write_csv_gb18030(&file, &path).unwrap();
        let runner = office.runner();
        let import = office.upload(ALICE, "lead", &path).await.unwrap();
        office
            .map(ALICE, &import, |request| {
                request.on_match = OnMatch::Update;
                request.columns.retain(|(_, key)| matches!(key.as_deref(), Some("name" | "mobile")));
            })
            .await
            .unwrap();
        let counts = office.check(ALICE, import.id).await.counts.unwrap();
        assert_eq!((counts.new, counts.changed, counts.unchanged, counts.duplicate), (270, 20, 10, 0));
        let counts = office.run(ALICE, import.id).await.counts.unwrap();
        assert_eq!((counts.new, counts.changed, counts.unchanged, counts.duplicate), (270, 20, 10, 0));
        let after = office.everything(ALICE, "lead").await;
        assert_eq!(after.len(), 300);
        assert!(!after.iter().any(|r| r.contains("旧名称")));
        assert!(after[0].contains("\"industry\"") && after.iter().filter(|r| r.contains("\"retail\"")).count() == 30);
        office.imports.undo(&caller(ALICE), import.id).await.unwrap();
        office.until(ALICE, import.id, &[ImportState::Undone]).await;
        assert_eq!(office.everything(ALICE, "lead").await, before);
        runner.stop().await;
    }

    async fn an_import_that_breaks_off_goes_on_without_doubles(test: TestStore) {
        let office = Office::open(test).await;
        let file = Acceptance::new(SPEC);
        let path = office.dir.path().join("leads.csv");
        write_csv_gb18030(&file, &path).unwrap();
        let runner = office.runner();
        let import = office.upload(ALICE, "lead", &path).await.unwrap();
        office.map(ALICE, &import, |_| {}).await.unwrap();
        office.check(ALICE, import.id).await;
        runner.stop().await;

        office.imports.run(&caller(ALICE), import.id).await.unwrap();
        let mut broken = 0;
        // Three times everything that runs is dropped where it stands.
        for least in [1_000, 3_000, 6_000] {
            let machine = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let (door, imports) = (office.door.clone(), office.imports.clone());
            machine.spawn(async move {
                let _runner = start_runner(&door, &imports);
                std::future::pending::<()>().await;
            });
            loop {
                let view = office.imports.view(&caller(ALICE), import.id).await.unwrap();
                if view.state == ImportState::Done || view.progress.as_ref().is_some_and(|p| p.done >= least) {
                    broken += u32::from(view.state == ImportState::Running);
                    break;
                }
                assert_eq!(view.state, ImportState::Running, "{:?}", view.code);
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            machine.shutdown_background();
            // The lease of the dead runs out.
            office.test.clock.advance(31_000_000);
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            // A runtime that ends refuses work to those still in it, and a batch may live to see that.
            let view = office.imports.view(&caller(ALICE), import.id).await.unwrap();
            if view.state == ImportState::Failed {
                assert_eq!(view.code.as_deref(), Some("internal"));
                office.imports.resume(&caller(ALICE), import.id).await.unwrap();
            }
        }
        assert!(broken >= 1, "it was never broken off");
        let runner = office.runner();
        let done = office.until(ALICE, import.id, &[ImportState::Done]).await;
        let counts = done.counts.unwrap();
        assert_eq!((counts.rows, counts.new, counts.duplicate, counts.rejected), (10_000, 9_700, 100, 200));
        assert_eq!(office.everything(ALICE, "lead").await.len(), 9_700);
        assert_eq!(office.rejected(ALICE, import.id).await.len(), 300);
        runner.stop().await;
    }
}
