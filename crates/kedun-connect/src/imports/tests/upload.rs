//! Files that arrive: sealed at once, bounded, and gone when their time is over.

use kedun_model::ErrorKind;
use kedun_testkit::db::TestStore;
use kedun_testkit::{canaries, db_test};

use super::office::{ALICE, BOB, NOBODY, Office, caller};
use crate::coerce::Lang;
use crate::imports::{FileChoice, ImportConfig, ImportState, Imports};
use crate::sheet::Limits;

db_test! {
    async fn no_word_of_a_file_lies_anywhere_in_clear(test: TestStore) {
        let office = Office::open(test).await;
        let canaries = canaries(500);
        let mut text = "客户名称,联系人,手机,邮箱,备注\n".to_owned();
        for (n, c) in canaries.iter().enumerate() {
            // Every tenth is broken, so that it goes into the rejected rows.
            let phone = if n % 10 == 0 { &c.token } else { &c.phone };
            text.push_str(&format!("{} Ltd,{},{phone},{},\"{} {}\"\n", c.name, c.name_zh, c.email, c.note, c.id_no));
        }
        let needles: Vec<&str> = canaries.iter().flat_map(|c| c.needles()).collect();
        let runner = office.runner();
        let mut upload = office.imports.begin_upload(&caller(ALICE)).await.unwrap();
        for piece in text.as_bytes().chunks(1_000) {
            upload.write(piece).unwrap();
        }
        assert_eq!(office.leaks(&needles), None, "while it arrives");
        let import = upload.finish(&caller(ALICE), "lead", "C:\\x\\canary.csv", FileChoice::default()).await.unwrap();
        assert_eq!(import.file.as_ref().unwrap().name, "canary.csv");
        office.map(ALICE, &import, |_| {}).await.unwrap();
        let checked = office.check(ALICE, import.id).await;
        assert_eq!(checked.counts.unwrap().rejected, 50);
        office.run(ALICE, import.id).await;
        assert_eq!(office.rejected(ALICE, import.id).await.len(), 50);
        assert_eq!(office.leaks(&needles), None);
        assert_eq!(std::fs::read_dir(office.folder()).unwrap().count(), 2);

        // After a week it is gone, with its key.
        office.test.clock.advance(8 * 86_400 * 1_000_000);
        assert_eq!(office.imports.sweep().await.unwrap(), 1);
        assert_eq!(std::fs::read_dir(office.folder()).unwrap().count(), 0);
        let view = office.imports.view(&caller(ALICE), import.id).await.unwrap();
        assert!(view.file.is_none() && view.state == ImportState::Done);
        assert_eq!(office.imports.undo(&caller(ALICE), import.id).await.unwrap_err().code, "import.undo_expired");
        let ids = [kedun_model::SubjectId(import.id.0)];
        assert!(office.door.store().keys_for(&ids).await.unwrap().is_empty(), "its key is destroyed");
        runner.stop().await;
    }

    async fn an_upload_is_bounded_and_leaves_nothing_when_it_fails(test: TestStore) {
        let office = Office::open(test).await;
        let limits = Limits { max_bytes: 100_000, ..Limits::default() };
        let imports = Imports::new(office.door.clone(), ImportConfig { dir: office.folder(), limits });
        let mut upload = imports.begin_upload(&caller(ALICE)).await.unwrap();
        upload.write(&[b'a'; 99_999]).unwrap();
        let error = upload.write(b"aa").unwrap_err();
        assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::TooLarge, "import.too_large"));
        drop(upload);
        assert_eq!(std::fs::read_dir(office.folder()).unwrap().count(), 0);
        for (bytes, code) in [(&b""[..], "import.empty"), (b"PK\x03\x04broken", "import.damaged")] {
            let mut upload = imports.begin_upload(&caller(ALICE)).await.unwrap();
            upload.write(bytes).unwrap();
            let error = upload.finish(&caller(ALICE), "lead", "x", FileChoice::default()).await.unwrap_err();
            assert_eq!(error.code, code);
        }
        assert_eq!(std::fs::read_dir(office.folder()).unwrap().count(), 0);
        assert_eq!(imports.begin_upload(&caller(NOBODY)).await.unwrap_err().kind, ErrorKind::Forbidden);
    }

    async fn an_import_is_its_uploaders_own(test: TestStore) {
        let office = Office::open(test).await;
        let import = office.upload_bytes(ALICE, "lead", "客户名称,手机\n甲,13800000001\n".as_bytes()).await.unwrap();
        let bob = caller(BOB);
        assert_eq!(office.imports.view(&bob, import.id).await.unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(office.imports.dry_run(&bob, import.id).await.unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(office.imports.cancel(&bob, import.id).await.unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(office.imports.rejected(&bob, import.id, Lang::Zh).await.unwrap_err().kind, ErrorKind::NotFound);
        assert!(office.imports.list(&bob).await.unwrap().is_empty());
        assert_eq!(office.imports.list(&caller(ALICE)).await.unwrap().len(), 1);
        let cancelled = office.imports.cancel(&caller(ALICE), import.id).await.unwrap();
        assert_eq!(cancelled.state, ImportState::Cancelled);
        assert_eq!(std::fs::read_dir(office.folder()).unwrap().count(), 0);
        assert_eq!(office.imports.run(&caller(ALICE), import.id).await.unwrap_err().code, "import.state");
    }

    async fn a_template_comes_back_as_its_own_object(test: TestStore) {
        let office = Office::open(test).await;
        for (object, lang) in [("contact", Lang::Zh), ("contact", Lang::En), ("account", Lang::Zh), ("lead", Lang::En)] {
            let (_, bytes) = office.imports.template(&caller(ALICE), object, lang).await.unwrap();
            let import = office.upload_bytes(ALICE, object, &bytes).await.unwrap();
            for column in &import.file.as_ref().unwrap().columns {
                assert!(column.suggested.is_some(), "{object}: {}", column.name);
            }
        }
        let error = office.imports.template(&caller(NOBODY), "lead", Lang::Zh).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Forbidden);
    }
}
