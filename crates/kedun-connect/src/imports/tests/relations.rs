//! Cells that name other records; pausing and going on.

use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use super::office::{ALICE, Office, caller};
use crate::imports::{ImportState, Relation};

const TEXT: &str = "姓名,公司,手机\n张三,甲公司,13800000001\n李四,乙公司,13800000002\n王五,乙公司,13800000003\n赵六,,13800000004\n";

async fn account(office: &Office, name: &str) {
    let new = kedun_engine::NewRecord {
        values: json!({"name": name}).as_object().cloned().unwrap(),
        allow_duplicate: true,
        ..Default::default()
    };
    office.door.create(&caller(ALICE), "account", new).await.unwrap();
}

db_test! {
    async fn records_are_named_and_missing_ones_are_told_or_made(test: TestStore) {
        let office = Office::open(test).await;
        account(&office, "甲公司").await;
        let runner = office.runner();
        let import = office.upload_bytes(ALICE, "contact", TEXT.as_bytes()).await.unwrap();
        office.map(ALICE, &import, |_| {}).await.unwrap();
        let counts = office.check(ALICE, import.id).await.counts.unwrap();
        assert_eq!((counts.new, counts.rejected), (2, 2));
        assert_eq!(counts.reasons.len(), 1);
        assert_eq!((counts.reasons[0].code.as_str(), counts.reasons[0].field.as_deref()), ("relation_not_found", Some("account")));

        office
            .map(ALICE, &import, |r| {
                r.relations.insert("account".into(), Relation { by: "name".into(), create_missing: true });
            })
            .await
            .unwrap();
        let counts = office.check(ALICE, import.id).await.counts.unwrap();
        assert_eq!((counts.new, counts.rejected), (4, 0));
        assert_eq!(office.everything(ALICE, "account").await.len(), 1, "a check makes nothing");
        let counts = office.run(ALICE, import.id).await.counts.unwrap();
        assert_eq!((counts.new, counts.rejected), (4, 0));
        assert_eq!(office.everything(ALICE, "account").await.len(), 2, "乙公司 is made once");
        let contacts = office.everything(ALICE, "contact").await;
        assert_eq!(contacts.iter().filter(|c| c.contains("乙公司")).count(), 2);
        assert_eq!(contacts.iter().filter(|c| c.contains("甲公司")).count(), 1);

        office.imports.undo(&caller(ALICE), import.id).await.unwrap();
        office.until(ALICE, import.id, &[ImportState::Undone]).await;
        assert_eq!(office.everything(ALICE, "contact").await.len(), 0);
        assert_eq!(office.everything(ALICE, "account").await.len(), 1);

        // Two of one name: nobody guesses.
        account(&office, "甲公司").await;
        let again = office.upload_bytes(ALICE, "contact", TEXT.as_bytes()).await.unwrap();
        office.map(ALICE, &again, |_| {}).await.unwrap();
        let counts = office.check(ALICE, again.id).await.counts.unwrap();
        assert_eq!((counts.new, counts.rejected), (1, 3));
        assert!(counts.reasons.iter().any(|r| r.code == "relation_ambiguous" && r.count == 1));
        runner.stop().await;
    }

    async fn a_pause_holds_and_going_on_finishes(test: TestStore) {
        let office = Office::open(test).await;
        let mut text = "客户名称,手机\n".to_owned();
        for n in 0..8_000 {
            text.push_str(&format!("甲{n},138{n:08}\n"));
        }
        let import = office.upload_bytes(ALICE, "lead", text.as_bytes()).await.unwrap();
        office.map(ALICE, &import, |_| {}).await.unwrap();
        let runner = office.runner();
        office.check(ALICE, import.id).await;
        let alice = caller(ALICE);
        office.imports.run(&alice, import.id).await.unwrap();
        loop {
            let view = office.imports.view(&alice, import.id).await.unwrap();
            if view.progress.as_ref().is_some_and(|p| p.done >= 1_000) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        office.imports.pause(&alice, import.id).await.unwrap();
        let mut seen = office.everything(ALICE, "lead").await.len();
        // The batch under way may still come in, no more than that one.
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let now = office.everything(ALICE, "lead").await.len();
            if now == seen {
                break;
            }
            seen = now;
        }
        assert!((1_000..8_000).contains(&seen), "{seen}");
        assert_eq!(office.imports.run(&alice, import.id).await.unwrap_err().code, "import.state");
        office.imports.resume(&alice, import.id).await.unwrap();
        let done = office.until(ALICE, import.id, &[ImportState::Done]).await;
        assert_eq!(done.counts.unwrap().new, 8_000);
        assert_eq!(office.everything(ALICE, "lead").await.len(), 8_000);
        runner.stop().await;
    }
}
