//! What an outside partner makes, enters by an import, or is given belongs to the partner's company.

use kedun_engine::{ImportBatch, ImportRow, OnMatch, Patch, RowOutcome};
use kedun_guard::{Assignee, AssignmentRow, FieldTarget, PermFieldRow, PermObjectRow, PermSetRow};
use kedun_model::{
    Action, AssignmentId, Caller, DataClass, ErrorKind, FieldLevel, ImportId, PermSetId, PrincipalKind,
    RecordId, Scope, Value,
};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use serde_json::json;
use uuid::Uuid;

use crate::office::{ALICE, BOB, DIRECTOR, MANAGER, Office, caller, new, person, unit, wrongs};

/// Somebody under the rights of the second version of the directory.
fn now(n: u8) -> Caller {
    Caller { directory: 2, ..caller(n) }
}

/// Bob becomes an outside partner who works on the contacts of his company.
fn outside(office: &Office, company: RecordId) {
    let contact = office.door.catalog().object("contact").unwrap().def.id;
    let role = PermSetId(Uuid::from_u128(9_000));
    let mut locked = office.company.rows.lock();
    let rows = &mut locked.0;
    let bob = rows.principals.iter_mut().find(|p| p.id == person(BOB)).unwrap();
    (bob.kind, bob.company, bob.unit) = (PrincipalKind::Partner, Some(company), None);
    rows.assignments.retain(|a| a.assignee != Assignee::Person(person(BOB)));
    rows.assignments.push(AssignmentRow {
        id: AssignmentId(Uuid::from_u128(9_001)),
        assignee: Assignee::Person(person(BOB)),
        permset: role,
        granted_by: None,
        reason: String::new(),
        expires_at: None,
    });
    rows.permsets.push(PermSetRow {
        id: role,
        code: "channel".into(),
        zh: "渠道".into(),
        en: "Channel".into(),
        builtin: false,
        officer_group: None,
    });
    for action in [Action::Read, Action::Create, Action::Import] {
        rows.perm_objects.push(PermObjectRow {
            permset: role,
            object: contact,
            action,
            scope: Scope::PartnerCompany,
        });
    }
    for class in [DataClass::P0, DataClass::P1, DataClass::P2] {
        let target = FieldTarget::Class(class);
        rows.perm_fields.push(PermFieldRow {
            permset: role,
            object: contact,
            target,
            level: FieldLevel::Write,
        });
    }
    locked.1 = 2;
}

db_test! {
    async fn what_an_outside_partner_makes_is_its_companys(test: TestStore) {
        let office = Office::open(test).await;
        let door = &office.door;
        let company = office.make(DIRECTOR, "account", json!({"name": "渠道甲"})).await.id;
        let before = office.make(BOB, "contact", json!({"name": "从前的"})).await;
        outside(&office, company);

        let made = door.create(&now(BOB), "contact", new(json!({"name": "王小明"}))).await.unwrap();
        assert_eq!(made.partner.as_ref().map(|p| p.id), Some(company.0));
        let field = door.catalog().object("contact").unwrap().field("name").unwrap().id;
        let row = ImportRow { number: 1, values: vec![(field, Value::Text("李四".into()))], match_existing: None };
        let batch = ImportBatch {
            import: ImportId(Uuid::from_u128(7)),
            batch: 0,
            source: kedun_engine::Source::Import,
            purpose: None,
            basis: None,
            owner: None,
            on_match: OnMatch::Skip,
            rows: vec![row],
        };
        let report = door.import_batch(&now(BOB), "contact", batch).await.unwrap();
        let Some((_, RowOutcome::Created(imported))) = report.rows.first() else { panic!("{:?}", report.rows) };
        let seen = door.get(&now(BOB), "contact", *imported).await.unwrap();
        assert_eq!(seen.partner.map(|p| p.id), Some(company.0));
        // What he made as one of the staff is not of his company.
        assert_eq!(door.get(&now(BOB), "contact", before.id).await.unwrap_err().kind, ErrorKind::NotFound);
        // Another company's is out of reach, even by naming it.
        let elsewhere = kedun_engine::NewRecord { partner: Some(before.id), ..new(json!({"name": "赵六"})) };
        let error = door.create(&now(BOB), "contact", elsewhere).await.unwrap_err();
        assert!(wrongs(&error).contains(&("_partner".to_owned(), "relation.not_found".to_owned())), "{error:?}");
    }

    async fn the_company_goes_with_a_partner_as_owner(test: TestStore) {
        let office = Office::open(test).await;
        let door = &office.door;
        let company = office.make(DIRECTOR, "account", json!({"name": "渠道甲"})).await.id;
        outside(&office, company);
        let made = door.create(&now(ALICE), "contact", new(json!({"name": "王小明"}))).await.unwrap();
        assert_eq!(made.partner, None);
        let give = |partner| Patch { partner: Some(partner), ..Patch::default() };
        let error = door.update(&now(ALICE), "contact", made.id, 1, give(Some(company))).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Forbidden, "that is a transfer");
        let given = door.update(&now(MANAGER), "contact", made.id, 1, give(Some(company))).await.unwrap();
        assert_eq!((given.version, given.partner.map(|p| p.id)), (2, Some(company.0)));
        assert!(door.get(&now(BOB), "contact", made.id).await.is_ok());
        let same = door.update(&now(MANAGER), "contact", made.id, 2, give(Some(company))).await.unwrap();
        assert_eq!(same.version, 2, "nothing changes");
        // Within the staff it keeps its company; with a partner as owner it is his company's, and
        // goes out of it with him.
        let to = |n: u8| Patch { owner: Some(person(n)), unit: Some(Some(unit(1))), ..Patch::default() };
        let kept = door.update(&now(DIRECTOR), "contact", made.id, 2, to(MANAGER)).await.unwrap();
        assert_eq!(kept.partner.map(|p| p.id), Some(company.0));
        let taken = door.update(&now(MANAGER), "contact", made.id, 3, give(None)).await.unwrap();
        assert_eq!(taken.partner, None);
        assert_eq!(door.get(&now(BOB), "contact", made.id).await.unwrap_err().kind, ErrorKind::NotFound);
        let his = door.update(&now(DIRECTOR), "contact", made.id, 4, to(BOB)).await.unwrap();
        assert_eq!(his.partner.map(|p| p.id), Some(company.0));
        let back = door.update(&now(DIRECTOR), "contact", made.id, 5, to(ALICE)).await.unwrap();
        assert_eq!(back.partner, None);
    }
}
