//! A small company that imports leads.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kedun_engine::Door;
pub use kedun_engine::testing::office::{Company, caller, person};
use kedun_engine::testing::office::{assignment, install, migrations, open_door, principal, role, roles};
use kedun_flow::{Runner, RunnerConfig};
use kedun_guard::{DirectoryRows, PrincipalRow, UnitRow};
use kedun_model::{ImportId, ListQuery, ObjectDef, Result, UnitId};
use kedun_testkit::db::TestStore;
use kedun_vault::{RootKey, SystemEntropy};
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

fn directory(objects: &[ObjectDef]) -> DirectoryRows {
    let unit = UnitId(Uuid::from_bytes([100; 16]));
    DirectoryRows {
        principals: [ALICE, BOB, NOBODY].map(|n| PrincipalRow { unit: Some(unit), ..principal(n) }).into(),
        units: vec![UnitRow { id: unit, parent: None }],
        assignments: [ALICE, BOB].map(|n| assignment(n, role("sales"))).into(),
        ..roles(&["sales"], objects)
    }
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
        let mut all = migrations();
        all.extend(crate::migrations());
        let store = test.open(all).await.unwrap();
        let root = RootKey::generate(&SystemEntropy);
        let people = [ALICE, BOB, NOBODY].map(|n| (n, format!("P{n}"))).into();
        let company = Arc::new(Company { people, ..Company::default() });
        let entropy = Arc::new(SystemEntropy);
        let door = open_door(store, &root, entropy, &test.context, company.clone()).await.unwrap();
        let standard = kedun_crm::standard_objects().unwrap();
        let some = standard.into_iter().filter(|o| ["account", "contact"].contains(&o.key.as_str()));
        let objects = install(&door, some.chain([lead()])).await.unwrap();
        *company.rows.lock() = (directory(&objects), 1);
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
