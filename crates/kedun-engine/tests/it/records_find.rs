//! Records are found by fragments of sealed fields, by those only who may, and duplicates are told with tact.

use kedun_engine::{NewShare, Patch};
use kedun_guard::{GranteeKind, ShareLevel};
use kedun_model::{Action, Caller, ErrorKind, FieldLevel};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;

use crate::office::{ALICE, BOB, DIRECTOR, MANAGER, NOBODY, Office, SECURITY, caller, map, new, person};

async fn found(door: &kedun_engine::Door, by: u8, text: &str) -> Vec<String> {
    let caller = Caller { epoch: 1, ..caller(by) };
    let groups = door.search(&caller, text, None, 20).await.unwrap();
    let mut titles: Vec<String> = groups.into_iter().flat_map(|g| g.items).filter_map(|i| i.title).collect();
    titles.sort();
    titles
}

db_test! {
    async fn fragments_find_what_may_be_found(test: TestStore) {
        let office = Office::open(test).await;
        let wang = office.make(ALICE, "contact", json!({"name": "王小明", "mobile": "13812345678", "email": "wang@huaxin.example"})).await;
        office.make(BOB, "contact", json!({"name": "王大伟", "mobile": "13987654321"})).await;
        office.make(ALICE, "account", json!({"name": "华信科技（上海）有限公司", "uscc": "91350100M000100Y43"})).await;
        let door = &office.door;
        for text in ["小明", "wangxm", "xiaoming", "13812", "5678", "1234 5678", "huaxin.ex", "王"] {
            assert_eq!(found(door, ALICE, text).await, ["王小明"], "{text}");
        }
        assert_eq!(found(door, ALICE, "华信").await, ["华信科技（上海）有限公司"]);
        assert_eq!(found(door, ALICE, "91350100m0").await, ["华信科技（上海）有限公司"]);
        assert_eq!(found(door, BOB, "王").await, ["王大伟"]);
        assert_eq!(found(door, MANAGER, "王").await, ["王大伟", "王小明"]);
        assert!(found(door, NOBODY, "王").await.is_empty());
        assert!(found(door, ALICE, "1").await.is_empty(), "one digit is no question");

        let groups = door.search(&caller(ALICE), "5678", Some(&["contact"]), 5).await.unwrap();
        let item = &groups[0].items[0];
        assert_eq!((item.matched.field.as_str(), item.subtitle.as_deref()), ("mobile", Some("138****5678")));

        let deleted = door.delete(&caller(ALICE), "contact", wang.id, 1).await.unwrap();
        assert!(found(door, ALICE, "小明").await.is_empty());
        door.restore(&caller(ALICE), "contact", wang.id, deleted).await.unwrap();
        assert_eq!(found(door, ALICE, "5678").await, ["王小明"]);
    }

    async fn a_restart_fills_the_arenas(test: TestStore) {
        let office = Office::open(test).await;
        for n in 0..50 {
            office.make(ALICE, "contact", json!({"name": format!("王小{n}"), "mobile": format!("138000000{n:02}")})).await;
        }
        office.door.store().close().await.unwrap();
        let door = office.another().await;
        door.arenas_ready().await;
        assert_eq!(found(&door, ALICE, "13800000017").await, ["王小17"]);
        assert_eq!(door.arenas().all().iter().map(|(_, a)| a.len()).sum::<usize>(), 50);
    }

    async fn a_duplicate_is_found_however_its_value_came(test: TestStore) {
        let office = Office::open(test).await;
        let alice = caller(ALICE);
        let number = |n: usize| format!("138000000{n:02}");
        let mut made = Vec::new();
        for n in 0..3 {
            made.push(office.make(ALICE, "contact", json!({"name": "王小明", "mobile": number(n)})).await.id);
        }
        office.door.delete(&alice, "contact", made[1], 1).await.unwrap();
        office.door.store().close().await.unwrap();
        let door = office.another().await;
        door.arenas_ready().await;
        let holders = async |n: usize| -> Vec<kedun_model::RecordId> {
            let asked = map(json!({"mobile": number(n)}));
            let hints = door.check_duplicates(&alice, "contact", &asked, None).await.unwrap();
            hints.into_iter().map(|hint| hint.record.unwrap().id).collect()
        };
        assert_eq!(holders(0).await, [made[0]], "it was there at the start");
        assert!(holders(1).await.is_empty(), "its record is deleted");
        assert!(holders(9).await.is_empty());
        let version = door.get(&alice, "contact", made[2]).await.unwrap().version;
        let patch = Patch { values: map(json!({"mobile": number(9)})), ..Patch::default() };
        door.update(&alice, "contact", made[2], version, patch).await.unwrap();
        assert_eq!(holders(9).await, [made[2]], "it was changed");
        assert!(holders(2).await.is_empty(), "it was changed");
        door.restore(&alice, "contact", made[1], 2).await.unwrap();
        assert_eq!(holders(1).await, [made[1]], "its record is back");
    }

    async fn what_another_node_changes_is_found(test: TestStore) {
        if test.url().is_none() {
            return;
        }
        let office = Office::open(test).await;
        let other = office.another().await;
        other.arenas_ready().await;
        let made = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let mut seen = Vec::new();
        for _ in 0..100 {
            seen = found(&other, ALICE, "小明").await;
            if !seen.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(seen, ["王小明"]);
        office.door.delete(&caller(ALICE), "contact", made.id, 1).await.unwrap();
        for _ in 0..100 {
            if other.arenas().all().iter().all(|(_, a)| a.is_empty()) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the deleted record stays in the arena of the other node");
    }

    async fn a_duplicate_is_told_with_tact(test: TestStore) {
        let office = Office::open(test).await;
        let door = &office.door;
        let made = office.make(ALICE, "contact", json!({"name": "王小明", "mobile": "13812345678"})).await;
        let asked = map(json!({"mobile": "+86 138 1234 5678", "name": "王小明", "nonsense": 5}));
        let hints = door.check_duplicates(&caller(BOB), "contact", &asked, None).await.unwrap();
        assert_eq!(hints.len(), 1);
        assert_eq!((hints[0].field.as_str(), hints[0].owner.as_ref().unwrap().name.as_str()), ("mobile", "Alice"));
        assert_eq!(hints[0].record, None, "Bob does not see it");
        let hints = door.check_duplicates(&caller(ALICE), "contact", &asked, None).await.unwrap();
        assert_eq!(hints[0].record.as_ref().unwrap().id, made.id);
        assert!(door.check_duplicates(&caller(ALICE), "contact", &asked, Some(made.id)).await.unwrap().is_empty());
        assert_eq!(door.check_duplicates(&caller(NOBODY), "contact", &asked, None).await.unwrap_err().kind, ErrorKind::Forbidden);

        // A warning is heeded unless it is waved aside; a strict field knows no waving.
        let values = json!({"name": "王小明", "mobile": "13812345678"});
        let error = door.create(&caller(BOB), "contact", new(values.clone())).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_ref()), (ErrorKind::Conflict, "record.duplicate"));
        let aside = kedun_engine::NewRecord { allow_duplicate: true, ..new(values) };
        door.create(&caller(BOB), "contact", aside).await.unwrap();
        office.make(ALICE, "account", json!({"name": "一", "uscc": "91350100M000100Y43"})).await;
        let second = new(json!({"name": "二", "uscc": "91350100m000100y43"}));
        let second = kedun_engine::NewRecord { allow_duplicate: true, ..second };
        assert_eq!(door.create(&caller(BOB), "account", second).await.unwrap_err().code, "record.duplicate");
    }

    async fn a_share_opens_and_closes(test: TestStore) {
        let office = Office::open(test).await;
        let door = &office.door;
        let made = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let share = |level| NewShare { kind: GranteeKind::Person, grantee: person(BOB).0, level, expires_at: None, purpose: None };
        let error = door.share(&caller(ALICE), "contact", made.id, share(ShareLevel::Full)).await.unwrap_err();
        assert_eq!(error.code, "share.too_much", "sales people do not hand over");
        let id = door.share(&caller(ALICE), "contact", made.id, share(ShareLevel::Read)).await.unwrap();
        let stale = door.share(&caller(ALICE), "contact", made.id, share(ShareLevel::Read)).await.unwrap_err();
        assert_eq!(stale.code, "access.changed", "a share is a change of rights");
        let at = |by: u8, epoch: u64| Caller { epoch, ..caller(by) };
        assert!(door.get(&at(BOB, 2), "contact", made.id).await.is_ok());
        assert_eq!(found(door, BOB, "小明").await, ["王小明"]);
        let list = door.shares(&at(ALICE, 2), "contact", made.id).await.unwrap();
        assert_eq!((list.len(), list[0].grantee.name.as_str(), list[0].level), (1, "Bob", ShareLevel::Read));
        assert_eq!(door.unshare(&at(BOB, 2), "contact", made.id, id).await.unwrap_err().kind, ErrorKind::Forbidden);
        door.unshare(&at(ALICE, 2), "contact", made.id, id).await.unwrap();
        assert_eq!(door.get(&at(BOB, 3), "contact", made.id).await.unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(door.unshare(&at(ALICE, 3), "contact", made.id, id).await.unwrap_err().kind, ErrorKind::NotFound);
    }

    async fn the_reason_is_told(test: TestStore) {
        let office = Office::open(test).await;
        let door = &office.door;
        let made = office.make(ALICE, "contact", json!({"name": "王小明"})).await;
        let why = door.explain(&caller(SECURITY), person(MANAGER), "contact", made.id, Action::Read, Some("birthday")).await.unwrap();
        assert_eq!(why.decision, "allow");
        let matched = why.branches.iter().find(|b| b.matched).unwrap();
        assert_eq!(matched.role.as_ref().unwrap().code, "sales_manager");
        assert_eq!(matched.fact.code, "owner_reports_to_viewer");
        assert!(matched.names.values().any(|n| n == "Alice"));
        assert_eq!(why.field.unwrap().level, FieldLevel::Masked);
        let why = door.explain(&caller(SECURITY), person(BOB), "contact", made.id, Action::Update, None).await.unwrap();
        assert_eq!(why.decision, "deny");
        assert!(!why.nearest.is_empty());
        // Of others' records and others' rights one learns nothing without the office for it.
        let error = door.explain(&caller(BOB), person(ALICE), "contact", made.id, Action::Read, None).await.unwrap_err();
        assert_eq!(error.code, "access.explain");
        let error = door.explain(&caller(BOB), person(BOB), "contact", made.id, Action::Read, None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound);
        let own = door.explain(&caller(ALICE), person(ALICE), "contact", made.id, Action::Transfer, None).await.unwrap();
        assert_eq!((own.decision, own.nearest.len(), own.guards.len()), ("deny", 0, 0));
        assert!(door.explain(&caller(DIRECTOR), person(DIRECTOR), "contact", made.id, Action::Read, None).await.is_ok());
    }
}
