//! What the tests of the evidence share: a small company and events of many kinds.

use std::sync::Arc;

use kedun_engine::testing::office::{Company, assignment, install, migrations, open_door, principal};
pub use kedun_engine::testing::office::{caller, person};
use kedun_engine::{Door, EventDraft};
use kedun_guard::{DirectoryRows, FieldTarget, PermCapabilityRow, PermFieldRow, PermObjectRow, PermSetRow};
use kedun_ledger::Outcome;
use kedun_model::{
    Action, Capability, DataClass, FieldLevel, ObjectDef, ObjectId, PermSetId, Purpose, RecordId, Scope,
    SubjectId,
};
use kedun_store::{Changeset, Store};
use kedun_testkit::db::TestStore;
use kedun_vault::{RootKey, SystemEntropy};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::dba::Dba;

pub const AUDITOR: u8 = 1;
/// The first of those who sell.
pub const SALES: u8 = 10;
/// Holds nothing.
pub const OUTSIDER: u8 = 99;

/// A company that never changes: an auditor, people who sell, somebody without rights.
fn company() -> Company {
    let everybody: Vec<u8> = [AUDITOR, OUTSIDER].into_iter().chain(SALES..SALES + 8).collect();
    let set = |n: u8| PermSetId(Uuid::from_bytes([200 + n; 16]));
    let named = |n: u8, code: &str| PermSetRow {
        id: set(n),
        code: code.into(),
        zh: code.into(),
        en: code.into(),
        builtin: true,
        officer_group: None,
    };
    let mut assignments = vec![assignment(AUDITOR, set(0))];
    assignments.extend((SALES..SALES + 8).map(|n| assignment(n, set(1))));
    let rows = DirectoryRows {
        principals: everybody.iter().map(|n| principal(*n)).collect(),
        permsets: vec![named(0, "auditor"), named(1, "sales")],
        perm_capabilities: [Capability::EvidenceRead, Capability::EvidenceExport]
            .map(|capability| PermCapabilityRow { permset: set(0), capability })
            .into(),
        perm_objects: Action::ALL
            .map(|action| PermObjectRow { permset: set(1), object: ObjectId(1), action, scope: Scope::All })
            .into(),
        perm_fields: [DataClass::P0, DataClass::P1, DataClass::P2, DataClass::P3]
            .map(|class| PermFieldRow {
                permset: set(1),
                object: ObjectId(1),
                target: FieldTarget::Class(class),
                level: FieldLevel::Write,
            })
            .into(),
        assignments,
        ..DirectoryRows::default()
    };
    Company {
        rows: Mutex::new((rows, 1)),
        people: everybody.into_iter().map(|n| (n, format!("person {n}"))).collect(),
        ..Company::default()
    }
}

/// A door over a test's database, and its keys.
pub struct House {
    pub test: TestStore,
    pub root: RootKey,
    pub door: Door,
}

impl House {
    pub async fn build(test: TestStore) -> House {
        let store = test.open(migrations()).await.unwrap();
        let root = RootKey::generate(&SystemEntropy);
        let door = start(store, &root, &test).await;
        install(&door, [contact()]).await.unwrap();
        let house = House { test, root, door };
        house.settle().await;
        house
    }

    /// Closes the store, and opens it and the door as after a restart of the process.
    pub async fn restart(self) -> House {
        let tuning = kedun_store::Tuning { poll: std::time::Duration::from_millis(50), ..Default::default() };
        self.restart_within(tuning).await
    }

    pub async fn restart_within(self, tuning: kedun_store::Tuning) -> House {
        self.door.store().close().await.unwrap();
        let House { test, root, door } = self;
        drop(door);
        let store = test.open_with(migrations(), tuning).await.unwrap();
        let door = start(store, &root, &test).await;
        House { test, root, door }
    }

    /// Another node on the same database (PostgreSQL).
    pub async fn second_node(&self) -> Door {
        let store = self.test.open(migrations()).await.unwrap();
        start(store, &self.root, &self.test).await
    }

    /// Commits `n` events of many kinds and waits for all of them.
    pub async fn events(&self, n: u64) {
        let mut pending = Vec::new();
        for i in 0..n {
            let by = SALES + u8::try_from(i % 8).unwrap();
            let draft = match i % 5 {
                0 => EventDraft::new("record.read", Outcome::Ok).record(record(i)).fields(["name", "mobile"]),
                1 => EventDraft::new("record.list", Outcome::Ok)
                    .records((i..i + 50).map(record).collect())
                    .fields(["name"])
                    .count("rows", 50),
                2 => EventDraft::new("record.update", Outcome::Ok).record(record(i)).fields(["mobile"]),
                3 => EventDraft::new("record.search", Outcome::Ok).records(vec![record(i), record(i + 1)]),
                _ => EventDraft::new("record.read", Outcome::Refused).record(record(i)),
            };
            let draft = draft
                .object(ObjectId(1))
                .purpose(Some(Purpose { code: "call_customer".into(), note: Some(format!("note {i}")) }));
            let event = self.door.evidence().prepare(&caller(by), draft).unwrap();
            pending.push(self.door.store().submit(Changeset::new(event)));
        }
        for commit in pending {
            commit.await.unwrap();
        }
        self.settle().await;
    }

    /// Commits one event, sealed with the keys of `subjects`.
    pub async fn event(&self, by: u8, draft: EventDraft) {
        let event = self.door.evidence().prepare(&caller(by), draft).unwrap();
        self.door.store().commit(Changeset::new(event)).await.unwrap();
        self.settle().await;
    }

    /// Gives every committed event its position.
    pub async fn settle(&self) {
        self.door.store().flush_sequencer().await.unwrap();
    }

    /// Makes a subject with a stored key.
    pub async fn subject(&self, n: u8) -> SubjectId {
        let id = SubjectId(Uuid::from_bytes([n; 16]));
        let (row, _) = self
            .door
            .vault()
            .new_subject_key(
                kedun_vault::OrgId(1),
                kedun_vault::SubjectId(id.bytes()),
                self.test.context.now(),
            )
            .unwrap();
        let key = kedun_store::KeyRow {
            subject: row.subject.0,
            generation: row.generation,
            epoch: row.epoch,
            wrapped: row.wrapped,
            commitment: row.commitment,
            created_at: row.created_at,
        };
        let draft = EventDraft::new("record.create", Outcome::Ok).object(ObjectId(1));
        let event = self.door.evidence().prepare(&caller(SALES), draft).unwrap();
        self.door.store().commit(Changeset::new(event).add_key(key)).await.unwrap();
        id
    }

    pub async fn dba(&self) -> Dba {
        Dba::of(&self.test).await
    }
}

async fn start(store: Store, root: &RootKey, test: &TestStore) -> Door {
    open_door(store, root, Arc::new(SystemEntropy), &test.context, Arc::new(company())).await.unwrap()
}

pub fn record(n: u64) -> RecordId {
    RecordId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)))
}

fn contact() -> ObjectDef {
    serde_json::from_value(serde_json::json!({
        "key": "contact", "zh": "联系人", "en": "Contact", "en_plural": "Contacts",
        "subject": "itself", "title": "name",
        "fields": [
            {"key": "name", "zh": "姓名", "en": "Name", "kind": "name", "class": "P2", "open": true, "searchable": true},
            {"key": "mobile", "zh": "手机", "en": "Mobile", "kind": "phone", "class": "P2", "searchable": true, "unique": "warn"},
            {"key": "email", "zh": "邮箱", "en": "E-mail", "kind": "email", "class": "P2", "searchable": true},
            {"key": "city", "zh": "城市", "en": "City", "kind": "text", "max": 80, "class": "P1"},
            {"key": "note", "zh": "备注", "en": "Note", "kind": "long_text", "max": 500, "class": "P2"}
        ]
    }))
    .unwrap()
}
