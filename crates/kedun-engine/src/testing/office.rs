//! What the offices of tests are made of: people and their rights by hand, the tables of other crates
//! that the door reads, and a door.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use kedun_guard::{Assignee, AssignmentRow, Directory, DirectoryRows, PrincipalRow, Status, seed};
use kedun_model::{
    AssignmentId, Assurance, Caller, Context, DEFAULT_ORG, Error, ObjectDef, OrgId, PermSetId, PersonId,
    PrincipalKind, Result, SessionId, TeamId, UnitId,
};
use kedun_store::ddl::Table;
use kedun_store::{ColumnType, Dialect, Migration, Store};
use kedun_vault::{Entropy, RootKey};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{DirectoryEntry, DirectorySource, Door, DoorConfig, open_vault, system_caller};

/// Seconds east of UTC of the office's clock.
const CHINA: i32 = 28_800;

/// The id of the person of this number.
pub fn person(n: u8) -> PersonId {
    PersonId(Uuid::from_bytes([n; 16]))
}

/// How the evidence names the person of this number: not by the id.
fn pseudonym(n: u8) -> [u8; 16] {
    [n ^ 0xa5; 16]
}

/// The person of this number, signed in under the first version of everything.
pub fn caller(n: u8) -> Caller {
    Caller {
        org: DEFAULT_ORG,
        person: person(n),
        kind: PrincipalKind::User,
        pseudonym: pseudonym(n),
        session: SessionId(Uuid::from_bytes([n; 16])),
        acting_for: None,
        assurance: Assurance::default(),
        network: "192.0.2.7".into(),
        device: "Firefox, Linux".into(),
        purpose: None,
        epoch: 1,
        directory: 1,
    }
}

/// The person of this number at work, in no unit and below nobody.
pub fn principal(n: u8) -> PrincipalRow {
    PrincipalRow {
        id: person(n),
        kind: PrincipalKind::User,
        status: Status::Active,
        unit: None,
        manager: None,
        company: None,
        clearance: 0,
        region: None,
        valid_until: None,
    }
}

/// The person of this number holds a set of rights; the only one.
pub fn assignment(n: u8, permset: PermSetId) -> AssignmentRow {
    AssignmentRow {
        id: AssignmentId(Uuid::from_u128(2_000 + u128::from(n))),
        assignee: Assignee::Person(person(n)),
        permset,
        granted_by: None,
        reason: String::new(),
        expires_at: None,
    }
}

/// The id of the shipped role of this code.
pub fn role(code: &str) -> PermSetId {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(code.bytes()).for_each(|(to, from)| *to = from);
    PermSetId(Uuid::from_bytes(bytes))
}

/// Shipped roles over these objects, and nobody who holds them.
pub fn roles(codes: &[&str], objects: &[ObjectDef]) -> DirectoryRows {
    let roles: Vec<_> = seed::roles().into_iter().filter(|r| codes.contains(&r.code)).collect();
    let rows = seed::rows(&roles, objects, role);
    DirectoryRows {
        permsets: rows.permsets,
        perm_objects: rows.perm_objects,
        perm_fields: rows.perm_fields,
        perm_capabilities: rows.perm_capabilities,
        utc_offset_s: CHINA,
        ..DirectoryRows::default()
    }
}

/// A directory that tests change by hand.
#[derive(Default)]
pub struct Company {
    /// The rows and their version.
    pub rows: Mutex<(DirectoryRows, u64)>,
    /// Who has a name, by number.
    pub people: Vec<(u8, String)>,
    pub units: HashMap<UnitId, String>,
    pub teams: HashMap<TeamId, String>,
}

impl DirectorySource for Company {
    fn load<'a>(&'a self, _: &'a Store, _: OrgId) -> BoxFuture<'a, Result<DirectoryEntry>> {
        Box::pin(async {
            let (rows, version) = self.rows.lock().clone();
            Ok(DirectoryEntry {
                version,
                directory: Directory::build(rows, version)?,
                names: self.people.iter().map(|(n, name)| (person(*n), name.clone())).collect(),
                unit_names: self.units.clone(),
                team_names: self.teams.clone(),
                pseudonyms: self.people.iter().map(|(n, _)| (pseudonym(*n), person(*n))).collect(),
            })
        })
    }
}

/// The migrations of the engine, and the tables of other crates that it reads.
pub fn migrations() -> Vec<Migration> {
    let mut all = crate::migrations();
    all.push(Migration { id: 900, name: "foreign tables", steps: foreign_tables, housekeeping: &[] });
    all
}

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

/// A door over a store that was opened with [`migrations`]: the first one, one after a restart, or another
/// node's.
///
/// # Errors
/// The store's and the vault's.
pub async fn open_door(
    store: Store,
    root: &RootKey,
    entropy: Arc<dyn Entropy>,
    context: &Context,
    source: Arc<dyn DirectorySource>,
) -> Result<Door> {
    let vault = open_vault(&store, root, entropy, context.now())
        .await
        .map_err(|error| Error::internal(error.to_string()))?;
    let config = DoorConfig { org: DEFAULT_ORG, source, utc_offset_s: CHINA };
    Door::start(store, Arc::new(vault), context.clone(), config).await
}

/// Installs objects and tells them with their numbers.
///
/// # Errors
/// As [`Door::install_object`].
pub async fn install(door: &Door, objects: impl IntoIterator<Item = ObjectDef>) -> Result<Vec<ObjectDef>> {
    let mut installed = Vec::new();
    for def in objects {
        installed.push(door.install_object(&system_caller(DEFAULT_ORG), def).await?.def.clone());
    }
    Ok(installed)
}
