//! A door with the shipped objects and a few invented records, to ask questions of.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use futures::future::BoxFuture;
use kedun_engine::{DirectoryEntry, DirectorySource, Door, DoorConfig, NewRecord, system_caller};
use kedun_guard::{Assignee, AssignmentRow, Directory, DirectoryRows, PrincipalRow, Status, UnitRow, seed};
use kedun_model::{
    AssignmentId, Assurance, Caller, DEFAULT_ORG, ObjectDef, OrgId, PermSetId, PersonId, PrincipalKind,
    Result, SessionId, UnitId,
};
use kedun_store::ddl::Table;
use kedun_store::{ColumnType, Dialect, Migration, Store};
use kedun_testkit::db::TestStore;
use kedun_vault::{RootKey, Vault};
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
    let n = u8::try_from(role).unwrap() + 1;
    Caller {
        org: DEFAULT_ORG,
        person: person(role),
        kind: kind(role),
        pseudonym: [n; 16],
        session: SessionId(Uuid::from_bytes([n; 16])),
        acting_for: None,
        assurance: Assurance::default(),
        network: "192.0.2.7".into(),
        device: String::new(),
        purpose: None,
        epoch: 1,
        directory: 1,
    }
}

fn kind(role: usize) -> PrincipalKind {
    if ROLES[role] == "partner" { PrincipalKind::Partner } else { PrincipalKind::User }
}

fn person(role: usize) -> PersonId {
    PersonId(Uuid::from_bytes([u8::try_from(role).unwrap() + 1; 16]))
}

struct Company(OnceLock<DirectoryRows>);

impl DirectorySource for Company {
    fn load<'a>(&'a self, _: &'a Store, _: OrgId) -> BoxFuture<'a, Result<DirectoryEntry>> {
        Box::pin(async {
            Ok(DirectoryEntry {
                version: 1,
                directory: Directory::build(self.0.get().cloned().unwrap_or_default(), 1)?,
                names: HashMap::new(),
                unit_names: HashMap::new(),
                team_names: HashMap::new(),
                pseudonyms: HashMap::new(),
            })
        })
    }
}

async fn open(files: &TestStore) -> Door {
    let mut migrations = kedun_engine::migrations();
    migrations.push(Migration { id: 900, name: "foreign tables", steps: foreign_tables, housekeeping: &[] });
    let store = files.open(migrations).await.unwrap();
    let entropy = Arc::new(Counted::default());
    let root = RootKey::generate(entropy.as_ref());
    let (vault, epoch, secrets) = Vault::create(&root, entropy, files.context.now()).unwrap();
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
    let company = Arc::new(Company(OnceLock::new()));
    let source: Arc<dyn DirectorySource> = company.clone();
    let config = DoorConfig { org: DEFAULT_ORG, source, utc_offset_s: 28_800 };
    let door = Door::start(store, Arc::new(vault), files.context.clone(), config).await.unwrap();
    let mut objects = Vec::new();
    for def in kedun_crm::standard_objects().unwrap() {
        objects.push(door.install_object(&system_caller(DEFAULT_ORG), def).await.unwrap().def.clone());
    }
    company.0.set(directory(&objects)).ok().unwrap();
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
    let set = |code: &str| {
        let n = ROLES.iter().position(|known| *known == code).unwrap_or(50);
        PermSetId(Uuid::from_u128(1_000 + u128::try_from(n).unwrap()))
    };
    let roles: Vec<_> = seed::roles().into_iter().filter(|r| ROLES.contains(&r.code)).collect();
    let rows = seed::rows(&roles, objects, set);
    let unit = UnitId(Uuid::from_bytes([100; 16]));
    let people = (0..ROLES.len()).map(|n| PrincipalRow {
        id: person(n),
        kind: kind(n),
        status: Status::Active,
        unit: Some(unit),
        manager: n.checked_sub(1).map(person),
        company: (kind(n) == PrincipalKind::Partner).then(|| Uuid::from_bytes([200; 16]).into()),
        clearance: 0,
        region: None,
        valid_until: None,
    });
    let given = (0..ROLES.len()).map(|n| AssignmentRow {
        id: AssignmentId(Uuid::from_u128(2_000 + u128::try_from(n).unwrap())),
        assignee: Assignee::Person(person(n)),
        permset: set(ROLES[n]),
        granted_by: None,
        reason: String::new(),
        expires_at: None,
    });
    DirectoryRows {
        principals: people.collect(),
        units: vec![UnitRow { id: unit, parent: None }],
        team_members: Vec::new(),
        permsets: rows.permsets,
        perm_objects: rows.perm_objects,
        perm_fields: rows.perm_fields,
        perm_capabilities: rows.perm_capabilities,
        assignments: given.collect(),
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
