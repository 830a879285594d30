//! What the tests of writing share: a small sales company with the shipped objects and roles, and
//! somebody with the database's password and no scruples.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use kedun_engine::{
    DirectoryEntry, DirectorySource, Door, DoorConfig, FieldView, NewRecord, RecordView, Rule,
};
use kedun_guard::{
    Assignee, AssignmentRow, Directory, DirectoryRows, PrincipalRow, Status, TeamMemberRow, UnitRow, seed,
};
use kedun_model::{
    AssignmentId, Assurance, Caller, DEFAULT_ORG, OrgId, PermSetId, PersonId, PrincipalKind, RecordId,
    Result, SessionId, TeamId, UnitId,
};
use kedun_store::ddl::Table;
use kedun_store::{ColumnType, Dialect, Migration, Store};
use kedun_testkit::db::TestStore;
use kedun_vault::{RootKey, SystemEntropy, Vault};
use parking_lot::Mutex;
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

pub fn person(n: u8) -> PersonId {
    PersonId(Uuid::from_bytes([n; 16]))
}

pub fn unit(n: u8) -> UnitId {
    UnitId(Uuid::from_bytes([100 + n; 16]))
}

pub fn team() -> TeamId {
    TeamId(Uuid::from_bytes([150; 16]))
}

/// The directory, which tests change by hand.
pub struct Company(pub Mutex<(DirectoryRows, u64)>);

impl DirectorySource for Company {
    fn load<'a>(&'a self, _: &'a Store, _: OrgId) -> BoxFuture<'a, Result<DirectoryEntry>> {
        Box::pin(async {
            let (rows, version) = self.0.lock().clone();
            Ok(DirectoryEntry {
                version,
                directory: Directory::build(rows, version)?,
                names: NAMES.iter().map(|(n, name)| (person(*n), (*name).to_owned())).collect(),
                unit_names: HashMap::from([(unit(0), "公司".to_owned()), (unit(1), "销售一部".to_owned())]),
                team_names: HashMap::from([(team(), "大客户".to_owned())]),
                pseudonyms: NAMES.iter().map(|(n, _)| ([*n; 16], person(*n))).collect(),
            })
        })
    }
}

fn directory(objects: &[kedun_model::ObjectDef]) -> DirectoryRows {
    let codes = ["sales_director", "sales_manager", "sales", "security_admin"];
    let set = |code: &str| {
        let n = codes.iter().position(|c| *c == code).unwrap_or(50);
        PermSetId(Uuid::from_u128(1_000 + u128::try_from(n).unwrap()))
    };
    let roles: Vec<_> = seed::roles().into_iter().filter(|r| codes.contains(&r.code)).collect();
    let rows = seed::rows(&roles, objects, set);
    let principal = |n: u8, unit: UnitId, manager: Option<u8>| PrincipalRow {
        id: person(n),
        kind: PrincipalKind::User,
        status: Status::Active,
        unit: Some(unit),
        manager: manager.map(person),
        company: None,
        clearance: 0,
        region: None,
        valid_until: None,
    };
    let given = |n: u8, code| AssignmentRow {
        id: AssignmentId(Uuid::from_bytes([n + 50; 16])),
        assignee: Assignee::Person(person(n)),
        permset: set(code),
        granted_by: None,
        reason: String::new(),
        expires_at: None,
    };
    DirectoryRows {
        principals: vec![
            principal(DIRECTOR, unit(0), None),
            principal(MANAGER, unit(1), Some(DIRECTOR)),
            principal(ALICE, unit(1), Some(MANAGER)),
            principal(BOB, unit(1), Some(MANAGER)),
            principal(SECURITY, unit(0), None),
            principal(NOBODY, unit(0), None),
        ],
        units: vec![UnitRow { id: unit(0), parent: None }, UnitRow { id: unit(1), parent: Some(unit(0)) }],
        team_members: vec![TeamMemberRow { team: team(), person: person(BOB), valid_until: None }],
        permsets: rows.permsets,
        perm_objects: rows.perm_objects,
        perm_fields: rows.perm_fields,
        perm_capabilities: rows.perm_capabilities,
        assignments: vec![
            given(DIRECTOR, "sales_director"),
            given(MANAGER, "sales_manager"),
            given(ALICE, "sales"),
            given(BOB, "sales"),
            given(SECURITY, "security_admin"),
        ],
        guards: Vec::new(),
        utc_offset_s: 28_800,
    }
}

/// The tables of other crates that the door reads.
fn foreign_tables(dialect: Dialect) -> Vec<String> {
    use ColumnType::{BigInt, Text, Uuid};
    vec![
        Table::new("authz_epoch")
            .col("org", BigInt)
            .col("n", BigInt)
            .col("directory", BigInt)
            .key(&["org"])
            .build(dialect),
        "INSERT INTO authz_epoch (org, n, directory) VALUES (1, 1, 1)".into(),
        Table::new("share")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("grantee_id", Uuid)
            .col("grantee_kind", Text)
            .col("object", BigInt)
            .col("record_id", Uuid)
            .col("level", BigInt)
            .col("cause", Text)
            .opt("granted_by", Uuid)
            .opt("purpose", Text)
            .col("created_at", BigInt)
            .opt("expires_at", BigInt)
            .key(&["org", "grantee_id", "object", "record_id"])
            .build(dialect),
    ]
}

/// The migrations of the engine, and the tables of other crates that it reads.
pub fn migrations() -> Vec<Migration> {
    let mut all = kedun_engine::migrations();
    all.push(Migration { id: 900, name: "foreign tables", steps: foreign_tables, housekeeping: &[] });
    all
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
        let (vault, epoch, secrets) =
            Vault::create(&root, Arc::new(SystemEntropy), test.context.now()).unwrap();
        let epoch = kedun_store::EpochRow {
            epoch: epoch.epoch,
            wrapped: epoch.wrapped,
            created_at: epoch.created_at,
            retired_at: epoch.retired_at,
        };
        let secrets: Vec<_> = secrets
            .into_iter()
            .map(|s| kedun_store::SecretRow {
                name: s.name,
                epoch: s.epoch,
                wrapped: s.wrapped,
                created_at: s.created_at,
            })
            .collect();
        store.put_vault(&[epoch], &secrets).await.unwrap();
        let company = Arc::new(Company(Mutex::new((DirectoryRows::default(), 0))));
        let door = start(store, vault, &test, &company).await;
        let mut objects = Vec::new();
        for def in kedun_crm::standard_objects().unwrap() {
            let installed =
                door.install_object(&kedun_engine::system_caller(DEFAULT_ORG), def).await.unwrap();
            objects.push(installed.def.clone());
        }
        *company.0.lock() = (directory(&objects), 1);
        door.arenas_ready().await;
        Office { test, root, company, door }
    }

    /// Another node on the same data: after a restart, or beside the first on PostgreSQL.
    pub async fn another(&self) -> Door {
        self.another_on(self.test.open(migrations()).await.unwrap()).await
    }

    /// As [`Office::another`], on a store that was opened with [`migrations`].
    pub async fn another_on(&self, store: Store) -> Door {
        let (epochs, secrets) = store.load_vault().await.unwrap();
        let epochs: Vec<_> = epochs
            .into_iter()
            .map(|e| kedun_vault::EpochRow {
                epoch: e.epoch,
                wrapped: e.wrapped,
                created_at: e.created_at,
                retired_at: e.retired_at,
            })
            .collect();
        let secrets: Vec<_> = secrets
            .into_iter()
            .map(|s| kedun_vault::SecretRow {
                name: s.name,
                epoch: s.epoch,
                wrapped: s.wrapped,
                created_at: s.created_at,
            })
            .collect();
        let vault = Vault::open(&self.root, &epochs, &secrets, Arc::new(SystemEntropy)).unwrap();
        start(store, vault, &self.test, &self.company).await
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

async fn start(store: Store, vault: Vault, test: &TestStore, company: &Arc<Company>) -> Door {
    let source: Arc<dyn DirectorySource> = company.clone();
    let config = DoorConfig { org: DEFAULT_ORG, source, utc_offset_s: 28_800 };
    let door = Door::start(store, Arc::new(vault), test.context.clone(), config).await.unwrap();
    door.set_rules(vec![Rule::Follows {
        object: "opportunity".into(),
        field: "win_rate".into(),
        by: "stage".into(),
        numbers: vec![("new".into(), 10), ("proposal".into(), 50), ("won".into(), 100)],
    }]);
    door
}

pub fn caller(n: u8) -> Caller {
    Caller {
        org: DEFAULT_ORG,
        person: person(n),
        kind: PrincipalKind::User,
        pseudonym: [n; 16],
        session: SessionId(Uuid::from_bytes([n; 16])),
        acting_for: None,
        assurance: Assurance::default(),
        network: "192.0.2.7".into(),
        device: "Firefox".into(),
        purpose: None,
        epoch: 1,
        directory: 1,
    }
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
