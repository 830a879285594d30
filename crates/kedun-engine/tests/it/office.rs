//! What the tests of writing share: a small sales company with the shipped objects and roles, and
//! somebody with the database's password and no scruples.

use std::collections::HashMap;
use std::sync::Arc;

pub use kedun_engine::testing::office::{Company, caller, migrations, person};
use kedun_engine::testing::office::{assignment, install, open_door, principal, role, roles};
use kedun_engine::{Door, FieldView, NewRecord, RecordView, Rule};
use kedun_guard::{DirectoryRows, PrincipalRow, TeamMemberRow, UnitRow};
use kedun_model::{ObjectDef, RecordId, TeamId, UnitId};
use kedun_store::Store;
use kedun_testkit::db::TestStore;
use kedun_vault::{RootKey, SystemEntropy};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::dba::{Dba, open_file};

/// Sees everything below the company.
pub const DIRECTOR: u8 = 1;
/// Sees what Alice and Bob own.
pub const MANAGER: u8 = 2;
pub const ALICE: u8 = 3;
pub const BOB: u8 = 4;
/// Explains others, sees no record.
pub const SECURITY: u8 = 5;
/// Holds nothing.
pub const NOBODY: u8 = 6;

const NAMES: [(u8, &str); 6] = [
    (DIRECTOR, "林总监"),
    (MANAGER, "周经理"),
    (ALICE, "Alice"),
    (BOB, "Bob"),
    (SECURITY, "安全"),
    (NOBODY, "新人"),
];

pub fn unit(n: u8) -> UnitId {
    UnitId(Uuid::from_bytes([100 + n; 16]))
}

pub fn team() -> TeamId {
    TeamId(Uuid::from_bytes([150; 16]))
}

fn company() -> Company {
    Company {
        people: NAMES.map(|(n, name)| (n, name.to_owned())).into(),
        units: HashMap::from([(unit(0), "公司".to_owned()), (unit(1), "销售一部".to_owned())]),
        teams: HashMap::from([(team(), "大客户".to_owned())]),
        ..Company::default()
    }
}

fn directory(objects: &[ObjectDef]) -> DirectoryRows {
    let at = |n: u8, unit: UnitId, manager: Option<u8>| PrincipalRow {
        unit: Some(unit),
        manager: manager.map(person),
        ..principal(n)
    };
    let given = [
        (DIRECTOR, "sales_director"),
        (MANAGER, "sales_manager"),
        (ALICE, "sales"),
        (BOB, "sales"),
        (SECURITY, "security_admin"),
    ];
    DirectoryRows {
        principals: vec![
            at(DIRECTOR, unit(0), None),
            at(MANAGER, unit(1), Some(DIRECTOR)),
            at(ALICE, unit(1), Some(MANAGER)),
            at(BOB, unit(1), Some(MANAGER)),
            at(SECURITY, unit(0), None),
            at(NOBODY, unit(0), None),
        ],
        units: vec![UnitRow { id: unit(0), parent: None }, UnitRow { id: unit(1), parent: Some(unit(0)) }],
        team_members: vec![TeamMemberRow { team: team(), person: person(BOB), valid_until: None }],
        assignments: given.map(|(n, code)| assignment(n, role(code))).into(),
        ..roles(&given.map(|(_, code)| code), objects)
    }
}

/// A door with the shipped objects over a test's database.
pub struct Office {
    pub test: TestStore,
    pub root: RootKey,
    pub company: Arc<Company>,
    pub door: Door,
}

impl Office {
    pub async fn open(test: TestStore) -> Office {
        let store = test.open(migrations()).await.unwrap();
        Office::open_on(test, store).await
    }

    /// As [`Office::open`], on a store that was opened with [`migrations`].
    pub async fn open_on(test: TestStore, store: Store) -> Office {
        let root = RootKey::generate(&SystemEntropy);
        let company = Arc::new(company());
        let door = start(store, &root, &test, &company).await;
        let objects = install(&door, kedun_crm::standard_objects().unwrap()).await.unwrap();
        *company.rows.lock() = (directory(&objects), 1);
        door.arenas_ready().await;
        Office { test, root, company, door }
    }

    /// Another node on the same data: after a restart, or beside the first on PostgreSQL.
    pub async fn another(&self) -> Door {
        self.another_on(self.test.open(migrations()).await.unwrap()).await
    }

    /// As [`Office::another`], on a store that was opened with [`migrations`].
    pub async fn another_on(&self, store: Store) -> Door {
        start(store, &self.root, &self.test, &self.company).await
    }

    pub async fn dba(&self) -> Dba {
        Dba::of(&self.test).await
    }

    /// Every row of every table, keys included, as one heap of bytes.
    pub async fn raw(&self) -> Vec<u8> {
        match self.dba().await {
            Dba::Postgres(client) => dump_postgres(&client).await,
            Dba::Sqlite(main, _) => {
                let mut heap = dump_sqlite(&main.lock().unwrap());
                heap.extend(dump_sqlite(&open_file(&self.test, "keys.db", &self.test.keys_key)));
                heap
            }
        }
    }

    /// The table of an object.
    pub fn table(&self, object: &str) -> String {
        self.door.catalog().object(object).unwrap().def.id.table()
    }

    /// The column of a field.
    pub fn column(&self, object: &str, field: &str) -> String {
        self.door.catalog().object(object).unwrap().field(field).unwrap().id.column()
    }

    /// Makes a record whose values need no further thought.
    pub async fn make(&self, by: u8, object: &str, values: Json) -> RecordView {
        self.door.create(&caller(by), object, new(values)).await.unwrap()
    }

    /// The actions in the evidence, the oldest first.
    pub async fn actions(&self, record: RecordId) -> Vec<(String, kedun_ledger::Outcome)> {
        self.door.store().flush_sequencer().await.unwrap();
        let filter = kedun_store::EventFilter {
            record: Some(record.0),
            ascending: true,
            limit: 500,
            ..Default::default()
        };
        let events = self.door.store().events(&filter).await.unwrap();
        events.into_iter().map(|e| (e.header.action, e.header.outcome)).collect()
    }
}

async fn start(store: Store, root: &RootKey, test: &TestStore, company: &Arc<Company>) -> Door {
    let entropy = Arc::new(SystemEntropy);
    let door = open_door(store, root, entropy, &test.context, company.clone()).await.unwrap();
    door.set_rules(vec![Rule::Follows {
        object: "opportunity".into(),
        field: "win_rate".into(),
        by: "stage".into(),
        numbers: vec![("new".into(), 10), ("proposal".into(), 50), ("won".into(), 100)],
    }]);
    door
}

/// Values as the API sends them.
pub fn map(values: Json) -> Map<String, Json> {
    values.as_object().cloned().unwrap()
}

pub fn new(values: Json) -> NewRecord {
    NewRecord { values: map(values), ..NewRecord::default() }
}

/// A value that is shown whole.
pub fn shown(view: &RecordView, key: &str) -> Json {
    match view.value(key) {
        Some(FieldView::Value(json)) => json.clone(),
        other => panic!("{key} is not shown: {other:?}"),
    }
}

/// The masked form of a value.
pub fn masked(view: &RecordView, key: &str) -> String {
    match view.value(key) {
        Some(FieldView::Masked { text: Some(text), .. }) => text.clone(),
        other => panic!("{key} is not masked: {other:?}"),
    }
}

/// The fields of an error with their codes.
pub fn wrongs(error: &kedun_model::Error) -> Vec<(String, String)> {
    let mut list: Vec<_> = error.fields.iter().map(|f| (f.field.clone(), f.code.to_string())).collect();
    list.sort();
    list
}

fn dump_sqlite(connection: &rusqlite::Connection) -> Vec<u8> {
    let mut heap = Vec::new();
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<std::result::Result<_, _>>()
        .unwrap();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for i in 0..columns {
                match row.get_ref(i).unwrap() {
                    rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                        heap.extend_from_slice(bytes);
                        heap.push(0);
                    }
                    rusqlite::types::ValueRef::Integer(n) => {
                        heap.extend_from_slice(format!("{n} ").as_bytes())
                    }
                    _ => {}
                }
            }
        }
    }
    heap
}

async fn dump_postgres(client: &tokio_postgres::Client) -> Vec<u8> {
    let tables = client
        .query(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
            &[],
        )
        .await
        .unwrap();
    let mut heap = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        for row in client.query(&format!("SELECT t::text FROM {table} t"), &[]).await.unwrap() {
            let text: String = row.get(0);
            // Bytes are shown in hexadecimal: what they spell is searched as well.
            for part in text.split("\\x").skip(1) {
                let digits: String = part.chars().take_while(char::is_ascii_hexdigit).collect();
                if let Ok(bytes) = hex::decode(&digits) {
                    heap.extend(bytes);
                    heap.push(0);
                }
            }
            heap.extend(text.into_bytes());
        }
    }
    heap
}

/// Whether the heap holds the text.
pub fn holds(heap: &[u8], needle: &str) -> bool {
    heap.windows(needle.len()).any(|w| w == needle.as_bytes())
}
