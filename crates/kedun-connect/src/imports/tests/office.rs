//! A small company that imports leads.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use kedun_engine::{DirectoryEntry, DirectorySource, Door, DoorConfig};
use kedun_flow::{Runner, RunnerConfig};
use kedun_guard::{Assignee, AssignmentRow, Directory, DirectoryRows, PrincipalRow, Status, UnitRow, seed};
use kedun_model::{
    AssignmentId, Assurance, Caller, DEFAULT_ORG, ImportId, ListQuery, ObjectDef, OrgId, PermSetId, PersonId,
    PrincipalKind, Result, SessionId, UnitId,
};
use kedun_store::ddl::Table;
use kedun_store::{ColumnType, Dialect, Migration, Store};
use kedun_testkit::db::TestStore;
use kedun_vault::{RootKey, SystemEntropy, Vault};
use parking_lot::Mutex;
use serde_json::json;
use uuid::Uuid;

use crate::fixtures::INDUSTRIES;
use crate::imports::{
    FileChoice, ImportConfig, ImportState, ImportView, Imports, MappingRequest, OnMatch, Options,
};
use crate::sheet::Limits;

pub const ALICE: u8 = 3;
pub const BOB: u8 = 4;
/// Holds nothing.
pub const NOBODY: u8 = 6;

pub fn person(n: u8) -> PersonId {
    PersonId(Uuid::from_bytes([n; 16]))
}

/// The directory, which tests change by hand.
pub struct Company(pub Mutex<(DirectoryRows, u64)>);

impl DirectorySource for Company {
    fn load<'a>(&'a self, _: &'a Store, _: OrgId) -> BoxFuture<'a, Result<DirectoryEntry>> {
        Box::pin(async {
            let (rows, version) = self.0.lock().clone();
            let people = [ALICE, BOB, NOBODY];
            Ok(DirectoryEntry {
                version,
                directory: Directory::build(rows, version)?,
                names: people.iter().map(|n| (person(*n), format!("P{n}"))).collect(),
                unit_names: HashMap::new(),
                team_names: HashMap::new(),
                pseudonyms: people.iter().map(|n| ([*n; 16], person(*n))).collect(),
            })
        })
    }
}

fn directory(objects: &[ObjectDef]) -> DirectoryRows {
    let set = PermSetId(Uuid::from_u128(1_000));
    let roles: Vec<_> = seed::roles().into_iter().filter(|r| r.code == "sales").collect();
    let rows = seed::rows(&roles, objects, |_| set);
    let unit = UnitId(Uuid::from_bytes([100; 16]));
    let principal = |n: u8| PrincipalRow {
        id: person(n),
        kind: PrincipalKind::User,
        status: Status::Active,
        unit: Some(unit),
        manager: None,
        company: None,
        clearance: 0,
        region: None,
        valid_until: None,
    };
    let given = |n: u8| AssignmentRow {
        id: AssignmentId(Uuid::from_bytes([n + 50; 16])),
        assignee: Assignee::Person(person(n)),
        permset: set,
        granted_by: None,
        reason: String::new(),
        expires_at: None,
    };
    DirectoryRows {
        principals: [ALICE, BOB, NOBODY].map(principal).into(),
        units: vec![UnitRow { id: unit, parent: None }],
        team_members: Vec::new(),
        permsets: rows.permsets,
        perm_objects: rows.perm_objects,
        perm_fields: rows.perm_fields,
        perm_capabilities: rows.perm_capabilities,
        assignments: vec![given(ALICE), given(BOB)],
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

/// Leads with every kind of field that the test file has a column for.
fn lead() -> ObjectDef {
    let options: Vec<_> =
        INDUSTRIES.iter().map(|(key, zh, en)| json!({"key": key, "zh": zh, "en": en})).collect();
    serde_json::from_value(json!({
        "key": "lead", "zh": "线索", "en": "Lead", "en_plural": "Leads", "subject": "itself", "title": "name",
        "fields": [
            {"key": "name", "zh": "客户名称", "en": "Company", "kind": "text", "max": 100, "class": "P1", "required": true, "searchable": true, "in_list": true},
            {"key": "contact_name", "zh": "联系人", "en": "Contact", "kind": "name", "class": "P2", "mask": "name"},
            {"key": "mobile", "zh": "手机", "en": "Mobile", "kind": "phone", "class": "P2", "mask": "phone", "unique": "warn", "searchable": true},
            {"key": "email", "zh": "邮箱", "en": "E-mail", "kind": "email", "class": "P2", "mask": "email"},
            {"key": "industry", "zh": "行业", "en": "Industry", "kind": "select", "options": options, "class": "P0"},
            {"key": "signed", "zh": "签约日期", "en": "Signed", "kind": "date", "class": "P0"},
            {"key": "amount", "zh": "合同金额", "en": "Amount", "kind": "money", "class": "P1"},
            {"key": "uscc", "zh": "统一社会信用代码", "en": "Tax id", "kind": "code", "max": 18, "class": "P1", "indexed": true},
            {"key": "note", "zh": "备注", "en": "Note", "kind": "long_text", "max": 2000, "class": "P2"}
        ]
    }))
    .unwrap()
}

/// A door with imports over a test's database.
pub struct Office {
    pub company: Arc<Company>,
    pub door: Door,
    pub imports: Imports,
    pub dir: tempfile::TempDir,
    pub test: TestStore,
}

impl Office {
    pub async fn open(test: TestStore) -> Office {
        let mut migrations = kedun_engine::migrations();
        migrations.extend(crate::migrations());
        migrations.push(Migration {
            id: 900,
            name: "foreign tables",
            steps: foreign_tables,
            housekeeping: &[],
        });
        let store = test.open(migrations).await.unwrap();
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
        let source: Arc<dyn DirectorySource> = company.clone();
        let config = DoorConfig { org: DEFAULT_ORG, source, utc_offset_s: 28_800 };
        let door = Door::start(store, Arc::new(vault), test.context.clone(), config).await.unwrap();
        let mut objects = Vec::new();
        let standard = kedun_crm::standard_objects().unwrap();
        for def in
            standard.into_iter().filter(|o| ["account", "contact"].contains(&o.key.as_str())).chain([lead()])
        {
            let installed =
                door.install_object(&kedun_engine::system_caller(DEFAULT_ORG), def).await.unwrap();
            objects.push(installed.def.clone());
        }
        *company.0.lock() = (directory(&objects), 1);
        door.arenas_ready().await;
        let dir = tempfile::tempdir().unwrap();
        let imports = Imports::new(
            door.clone(),
            ImportConfig { dir: dir.path().join("imports"), limits: Limits::default() },
        );
        Office { company, door, imports, dir, test }
    }

    pub fn folder(&self) -> PathBuf {
        self.dir.path().join("imports")
    }

    pub fn runner(&self) -> Runner {
        start_runner(&self.door, &self.imports)
    }

    /// Uploads a file in pieces of odd sizes.
    pub async fn upload(&self, by: u8, object: &str, path: &Path) -> Result<ImportView> {
        self.upload_bytes(by, object, &std::fs::read(path).unwrap()).await
    }

    pub async fn upload_bytes(&self, by: u8, object: &str, bytes: &[u8]) -> Result<ImportView> {
        let mut upload = self.imports.begin_upload(&caller(by)).await?;
        for piece in bytes.chunks(50_021) {
            upload.write(piece)?;
        }
        upload.finish(&caller(by), object, "名单.csv", FileChoice::default()).await
    }

    /// Maps every column as suggested.
    pub async fn map(
        &self,
        by: u8,
        import: &ImportView,
        change: impl FnOnce(&mut MappingRequest),
    ) -> Result<ImportView> {
        let columns = import.file.as_ref().unwrap().columns.iter();
        let mut request = MappingRequest {
            columns: columns.map(|c| (c.index, c.suggested.clone())).collect(),
            match_by: vec!["mobile".into()],
            relations: Default::default(),
            on_match: OnMatch::Skip,
            source: "2026 深圳展会".into(),
            basis: "consent".into(),
            options: Options::default(),
            acknowledge_findings: false,
        };
        change(&mut request);
        self.imports.map(&caller(by), import.id, request).await
    }

    /// Waits until a job has ended in one of these states.
    pub async fn until(&self, by: u8, id: ImportId, wanted: &[ImportState]) -> ImportView {
        for _ in 0..6_000 {
            let view = self.imports.view(&caller(by), id).await.unwrap();
            if wanted.contains(&view.state) {
                return view;
            }
            assert!(view.state != ImportState::Failed, "the job failed: {:?}", view.code);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the job does not end");
    }

    pub async fn check(&self, by: u8, id: ImportId) -> ImportView {
        self.imports.dry_run(&caller(by), id).await.unwrap();
        self.until(by, id, &[ImportState::Checked]).await
    }

    pub async fn run(&self, by: u8, id: ImportId) -> ImportView {
        self.imports.run(&caller(by), id).await.unwrap();
        self.until(by, id, &[ImportState::Done]).await
    }

    /// Everything that somebody sees of an object, as text.
    pub async fn everything(&self, by: u8, object: &str) -> Vec<String> {
        let grant = self.door.grant(&caller(by), object, kedun_model::Action::Read).await.unwrap();
        let catalog = self.door.catalog();
        let seen = |f: &&kedun_model::FieldDef| grant.field_level_max(f.id) > kedun_model::FieldLevel::None;
        let fields: Vec<String> =
            catalog.object(object).unwrap().fields.iter().filter(seen).map(|f| f.key.clone()).collect();
        let mut query = ListQuery { limit: Some(200), fields, ..ListQuery::default() };
        let mut all = Vec::new();
        loop {
            let page = self.door.list(&caller(by), object, &query).await.unwrap();
            all.extend(page.items.iter().map(|row| serde_json::to_string(row).unwrap()));
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => break,
            }
        }
        all.sort();
        all
    }

    /// Whether any file of imports holds one of these texts.
    pub fn leaks(&self, needles: &[&str]) -> Option<String> {
        for entry in std::fs::read_dir(self.folder()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let wide = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
            for needle in needles {
                for form in [needle.as_bytes().to_vec(), wide(needle)] {
                    if memchr::memmem::find(&bytes, &form).is_some() {
                        return Some(format!("{needle} in {}", path.display()));
                    }
                }
            }
        }
        None
    }

    /// The rows of the workbook of rejected rows, without its header.
    pub async fn rejected(&self, by: u8, id: ImportId) -> Vec<crate::sheet::Row> {
        let mut rows = self.imports.rejected(&caller(by), id, crate::coerce::Lang::Zh).await.unwrap();
        let mut bytes = Vec::new();
        while let Some(piece) = rows.bytes.recv().await {
            bytes.extend(piece.unwrap());
        }
        let size = bytes.len() as u64;
        let source = Box::new(std::io::Cursor::new(bytes));
        let mut sheet =
            crate::sheet::open_source(source, size, &Limits::default(), &crate::sheet::Choice::default())
                .unwrap();
        assert_eq!(sheet.header()[..2], ["行号", "原因"]);
        let mut out = Vec::new();
        while let Some(row) = sheet.next_row() {
            out.push(row.unwrap());
        }
        out
    }
}

pub fn start_runner(door: &Door, imports: &Imports) -> Runner {
    let config = RunnerConfig { poll: Duration::from_millis(20), ..RunnerConfig::default() };
    Runner::start(door.store().clone(), imports.handlers(), config)
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
