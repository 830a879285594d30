//! What an import refuses: personal data in plain fields, missing grounds, rights that are gone.

use kedun_guard::Status;
use kedun_model::ErrorKind;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;

use super::office::{ALICE, BOB, Office, caller, person};
use crate::imports::ImportState;

fn codes(error: &kedun_model::Error) -> Vec<(&str, &str)> {
    error.fields.iter().map(|f| (f.field.as_str(), f.code.as_ref())).collect()
}

db_test! {
    async fn personal_data_do_not_slip_into_plain_fields(test: TestStore) {
        let office = Office::open(test).await;
        let text = "客户名称,手机,编号\n甲公司,13800000001,11010519491231002X\n乙公司,13800000002,a\n";
        let import = office.upload_bytes(ALICE, "lead", text.as_bytes()).await.unwrap();
        assert!(import.warnings.contains(&("import.personal_data", Some(2))));
        let wrong = office
            .map(ALICE, &import, |r| r.columns = vec![(0, Some("uscc".into())), (2, Some("name".into()))])
            .await
            .unwrap_err();
        assert_eq!(codes(&wrong), [("match_by", "import.not_mapped")]);
        let plain = |r: &mut crate::imports::MappingRequest| {
            r.columns = vec![(1, Some("mobile".into())), (2, Some("name".into()))];
        };
        let refused = office.map(ALICE, &import, plain).await.unwrap_err();
        assert_eq!(refused.code, "import.personal_data_in_unclassified");
        assert_eq!(codes(&refused), [("columns.2", "import.personal_data_in_unclassified")]);
        // Left out, in a sealed field, or knowingly: all are fine.
        office.map(ALICE, &import, |r| r.columns = vec![(0, Some("name".into())), (1, Some("mobile".into())), (2, None)]).await.unwrap();
        office.map(ALICE, &import, |r| r.columns = vec![(0, Some("name".into())), (1, Some("mobile".into())), (2, Some("note".into()))]).await.unwrap();
        office.map(ALICE, &import, |r| { plain(r); r.acknowledge_findings = true; }).await.unwrap();
    }

    async fn personal_data_far_down_are_found_before_the_run(test: TestStore) {
        let office = Office::open(test).await;
        let mut text = "客户名称,手机\n".to_owned();
        for n in 0..10_500 {
            text.push_str(&format!("甲{n},138{n:08}\n"));
        }
        text.push_str("打 13911112222 找他,13700000000\n");
        let runner = office.runner();
        let import = office.upload_bytes(ALICE, "lead", text.as_bytes()).await.unwrap();
        assert_eq!(import.file.as_ref().unwrap().rows, None);
        office.map(ALICE, &import, |_| {}).await.unwrap();
        let checked = office.check(ALICE, import.id).await;
        assert_eq!(checked.counts.unwrap().findings.len(), 1);
        let refused = office.imports.run(&caller(ALICE), import.id).await.unwrap_err();
        assert_eq!(refused.code, "import.personal_data_in_unclassified");
        office.map(ALICE, &import, |r| r.acknowledge_findings = true).await.unwrap();
        office.check(ALICE, import.id).await;
        office.run(ALICE, import.id).await;
        runner.stop().await;
    }

    async fn source_and_basis_are_asked_for_and_kept_with_each_record(test: TestStore) {
        let office = Office::open(test).await;
        let import = office.upload_bytes(ALICE, "lead", "客户名称,手机\n甲,13800000001\n".as_bytes()).await.unwrap();
        let wrong = office.map(ALICE, &import, |r| { r.source = " ".into(); r.basis = "because".into(); }).await.unwrap_err();
        assert_eq!(wrong.kind, ErrorKind::Invalid);
        assert_eq!(codes(&wrong), [("source", "field.required"), ("basis", "field.not_an_option")]);
        let wrong = office.map(ALICE, &import, |r| r.source = "问 13911112222 要的".into()).await.unwrap_err();
        assert_eq!(codes(&wrong), [("source", "import.personal_data_in_source")]);
        let wrong = office
            .map(ALICE, &import, |r| r.columns = vec![(0, Some("name".into())), (1, Some("name".into())), (9, None)])
            .await
            .unwrap_err();
        assert_eq!(
            codes(&wrong),
            [("columns.1", "import.field_twice"), ("columns.9", "import.unknown_column"), ("match_by", "import.not_mapped")]
        );
        let runner = office.runner();
        office.map(ALICE, &import, |_| {}).await.unwrap();
        office.check(ALICE, import.id).await;
        office.run(ALICE, import.id).await;
        runner.stop().await;
        let table = office.door.catalog().object("lead").unwrap().def.id.table();
        let select = kedun_store::sq::Query::select().columns(["source", "purpose", "basis", "import_id"]).from(table).to_owned();
        let store = office.door.store();
        let rows = store.query(&store.dialect().select(&select)).await.unwrap();
        assert_eq!(rows[0].get_text(0).unwrap(), "import");
        assert_eq!(rows[0].get_text(1).unwrap(), "2026 深圳展会");
        assert_eq!(rows[0].get_text(2).unwrap(), "consent");
        assert_eq!(rows[0].get_uuid(3).unwrap(), import.id.0);
    }

    async fn a_mapping_is_suggested_again_for_the_same_header(test: TestStore) {
        let office = Office::open(test).await;
        let text = "甲列,乙列,手机\nx,y,13800000001\n";
        let import = office.upload_bytes(ALICE, "lead", text.as_bytes()).await.unwrap();
        let suggested = |v: &crate::imports::ImportView| -> Vec<Option<String>> {
            v.file.as_ref().unwrap().columns.iter().map(|c| c.suggested.clone()).collect()
        };
        assert_eq!(suggested(&import), [None, None, Some("mobile".to_owned())]);
        office.map(ALICE, &import, |r| r.columns = vec![(1, Some("name".into())), (2, Some("mobile".into()))]).await.unwrap();
        let next = office.upload_bytes(ALICE, "lead", text.as_bytes()).await.unwrap();
        assert_eq!(suggested(&next), [None, Some("name".to_owned()), Some("mobile".to_owned())]);
        let other = office.upload_bytes(BOB, "lead", text.as_bytes()).await.unwrap();
        assert_eq!(suggested(&other), [None, None, Some("mobile".to_owned())]);
    }

    async fn a_job_runs_under_the_rights_of_its_moment(test: TestStore) {
        let office = Office::open(test).await;
        let import = office.upload_bytes(ALICE, "lead", "客户名称,手机\n甲,13800000001\n".as_bytes()).await.unwrap();
        office.map(ALICE, &import, |_| {}).await.unwrap();
        let runner = office.runner();
        office.check(ALICE, import.id).await;
        runner.stop().await;
        office.imports.run(&caller(ALICE), import.id).await.unwrap();
        // Alice leaves before the job begins; the epoch moves with the directory.
        {
            let mut company = office.company.rows.lock();
            company.1 = 2;
            company.0.principals.iter_mut().find(|p| p.id == person(ALICE)).unwrap().status = Status::Left;
        }
        let mut update = kedun_store::sq::Query::update();
        update.table("authz_epoch").value("n", 2).value("directory", 2);
        let store = office.door.store();
        let draft = kedun_engine::EventDraft::new("test.epoch", kedun_ledger::Outcome::Ok);
        let event = office.door.evidence().prepare(&caller(ALICE), draft).unwrap();
        store.commit(kedun_store::Changeset::new(event).exec(store.dialect().update(&update))).await.unwrap();

        let runner = office.runner();
        let view = loop {
            let view = office.imports.view(&caller(ALICE), import.id).await.unwrap();
            if view.state != ImportState::Running {
                break view;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        runner.stop().await;
        assert_eq!((view.state, view.code.as_deref()), (ImportState::Failed, Some("import.person_left")));
        let table = office.door.catalog().object("lead").unwrap().def.id.table();
        let select = kedun_store::sq::Query::select().column("id").from(table).to_owned();
        assert!(store.query(&store.dialect().select(&select)).await.unwrap().is_empty());
    }
}
