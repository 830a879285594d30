//! A door with the shipped objects and a few invented records, to ask questions of.

use std::sync::{Arc, OnceLock};

use kedun_engine::testing::office::{self, Company, assignment, install, open_door, principal};
use kedun_engine::{Door, NewRecord};
use kedun_guard::{DirectoryRows, PrincipalRow, UnitRow};
use kedun_model::{Caller, ObjectDef, PrincipalKind, UnitId};
use kedun_testkit::db::TestStore;
use kedun_vault::RootKey;
use serde_json::json;
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::vault::Counted;

/// Roles of the people who ask: they see everything, what they own and what is shared, a company's part.
pub const ROLES: [&str; 4] = ["sales_director", "sales_manager", "sales", "partner"];

/// The door, and the runtime it lives in.
pub struct Office {
    runtime: Runtime,
    pub door: Door,
    _files: TestStore,
}

impl Office {
    /// The one office of this process.
    pub fn get() -> &'static Office {
        static OFFICE: OnceLock<Office> = OnceLock::new();
        OFFICE.get_or_init(|| {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            let files = TestStore::sqlite().unwrap();
            let door = runtime.block_on(open(&files));
            Office { runtime, door, _files: files }
        })
    }

    /// Waits for an answer of the door.
    pub fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }
}

/// Somebody with the role of this number.
pub fn caller(role: usize) -> Caller {
    Caller { kind: kind(role), ..office::caller(number(role)) }
}

fn kind(role: usize) -> PrincipalKind {
    if ROLES[role] == "partner" { PrincipalKind::Partner } else { PrincipalKind::User }
}

/// The number of the person with this role.
fn number(role: usize) -> u8 {
    u8::try_from(role).unwrap() + 1
}

async fn open(files: &TestStore) -> Door {
    let store = files.open(office::migrations()).await.unwrap();
    let entropy = Arc::new(Counted::default());
    let root = RootKey::generate(entropy.as_ref());
    let company = Arc::new(Company::default());
    let door = open_door(store, &root, entropy, &files.context, company.clone()).await.unwrap();
    let objects = install(&door, kedun_crm::standard_objects().unwrap()).await.unwrap();
    *company.rows.lock() = (directory(&objects), 1);
    door.arenas_ready().await;
    for (object, values) in [
        ("account", json!({"name": "华辰科技有限公司"})),
        ("contact", json!({"name": "王小明", "mobile": "13800138000", "email": "wang@example.com"})),
        ("lead", json!({"name": "李雷", "mobile": "13900139000"})),
    ] {
        let values = values.as_object().cloned().unwrap();
        door.create(&caller(0), object, NewRecord { values, ..NewRecord::default() }).await.unwrap();
    }
    door
}

fn directory(objects: &[ObjectDef]) -> DirectoryRows {
    let unit = UnitId(Uuid::from_bytes([100; 16]));
    let people = (0..ROLES.len()).map(|role| PrincipalRow {
        kind: kind(role),
        unit: Some(unit),
        manager: role.checked_sub(1).map(|above| office::person(number(above))),
        company: (kind(role) == PrincipalKind::Partner).then(|| Uuid::from_bytes([200; 16]).into()),
        ..principal(number(role))
    });
    let given = ROLES.iter().enumerate().map(|(n, code)| assignment(number(n), office::role(code)));
    DirectoryRows {
        principals: people.collect(),
        units: vec![UnitRow { id: unit, parent: None }],
        assignments: given.collect(),
        ..office::roles(&ROLES, objects)
    }
}
