//! A door over a random organisation, with records put straight into the tables.

use std::collections::HashMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use kedun_guard::testing::World;
use kedun_guard::{Directory, DirectoryRows, RecordFacts};
use kedun_ledger::Outcome;
use kedun_model::{
    Caller, DataClass, FieldDef, FieldId, FieldKind, MaskStyle, ObjectDef, ObjectId, OrgId, PersonId,
    RecordId, SelectOption, SubjectId, SubjectRule, Uniqueness, Value,
};
use kedun_store::ddl::{Table, index};
use kedun_store::{Changeset, ColumnType, Dialect, Migration, Store, plan_object, sq};
use kedun_testkit::db::TestStore;
use kedun_vault::{RootKey, SystemEntropy, Vault};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::access::{DirectoryEntry, DirectorySource};
use crate::door::{Door, DoorConfig, Inner, system_caller};
use crate::evidence::EventDraft;
use crate::seal::{store_key, vault_subject};

pub const ORG: OrgId = OrgId(1);
pub const DEAL: ObjectId = ObjectId(1);
pub const FIRM: ObjectId = ObjectId(2);

/// A directory that tests change by hand.
pub struct Rows(pub Mutex<(DirectoryRows, u64)>);

impl DirectorySource for Rows {
    fn load<'a>(&'a self, _: &'a Store, _: OrgId) -> BoxFuture<'a, kedun_model::Result<DirectoryEntry>> {
        async move {
            let (rows, version) = self.0.lock().clone();
            let names = rows.principals.iter().map(|p| (p.id, format!("person {}", p.id))).collect();
            Ok(DirectoryEntry {
                version,
                directory: Directory::build(rows, version)?,
                names,
                unit_names: HashMap::new(),
                team_names: HashMap::new(),
                pseudonyms: HashMap::new(),
            })
        }
        .boxed()
    }
}

/// A record as a test knows it.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: RecordId,
    pub facts: RecordFacts,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
    /// By field.
    pub values: HashMap<FieldId, Value>,
}

impl Known {
    pub fn value(&self, field: &FieldDef) -> Value {
        self.values.get(&field.id).cloned().unwrap_or(Value::Null)
    }
}

pub struct Fixture {
    pub door: Door,
    pub rows: Arc<Rows>,
    pub deal: ObjectDef,
    pub firm: ObjectDef,
    number: u64,
}

impl Fixture {
    /// A door over the organisation of `world`, with the objects `deal` and `firm` and no records.
    pub async fn open(test: &TestStore, world: &World) -> Fixture {
        test.clock.set(world.now);
        let mut migrations = crate::migrations();
        migrations.push(Migration { id: 900, name: "rights", steps: rights, housekeeping: &[] });
        let store = test.open(migrations).await.unwrap();
        let entropy = Arc::new(SystemEntropy);
        let root = RootKey::generate(entropy.as_ref());
        let (vault, epoch, secrets) = Vault::create(&root, entropy, world.now).unwrap();
        let epoch = kedun_store::EpochRow {
            epoch: epoch.epoch,
            wrapped: epoch.wrapped,
            created_at: epoch.created_at,
            retired_at: None,
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
        let rows = Arc::new(Rows(Mutex::new((world.rows.clone(), 1))));
        let source: Arc<dyn DirectorySource> = rows.clone();
        let config = DoorConfig { org: ORG, source, utc_offset_s: 28_800 };
        let door = Door::start(store, Arc::new(vault), test.context.clone(), config).await.unwrap();
        let fixture = Fixture { door, rows, deal: deal(), firm: firm(), number: 0 };
        for def in [&fixture.firm, &fixture.deal] {
            fixture.define(def).await;
        }
        fixture
    }

    pub fn inner(&self) -> &Arc<Inner> {
        self.door.inner()
    }

    /// Puts an object in as it is, with its numbers.
    async fn define(&self, def: &ObjectDef) {
        let inner = self.inner();
        inner.store.apply_schema(plan_object(None, def).unwrap()).await.unwrap();
        let insert = sq::Query::insert()
            .into_table("object_def")
            .columns(["org", "id", "key", "version", "json"])
            .values_panic([
                ORG.0.into(),
                i64::from(def.id.0).into(),
                def.key.clone().into(),
                1_i64.into(),
                serde_json::to_string(def).unwrap().into(),
            ])
            .to_owned();
        self.commit(|changes| changes.exec(inner.store.dialect().insert(&insert))).await;
        self.door.reload_catalog().await.unwrap();
    }

    async fn commit(&self, with: impl FnOnce(Changeset) -> Changeset) {
        let inner = self.inner();
        let draft = EventDraft::new("test.fill", Outcome::Ok);
        let event = inner.evidence.prepare(&system_caller(ORG), draft).unwrap();
        inner.store.commit(with(Changeset::new(event))).await.unwrap();
    }

    /// Changes the directory; callers must carry the new version.
    pub fn directory(&self, world: &World) -> u64 {
        let mut rows = self.rows.0.lock();
        *rows = (world.rows.clone(), rows.1 + 1);
        rows.1
    }

    /// Takes all records and shares out again.
    pub async fn clear(&self) {
        let dialect = self.inner().store.dialect();
        let deletes = [DEAL.table(), FIRM.table(), "share".to_owned()]
            .map(|table| dialect.delete(sq::Query::delete().from_table(table)));
        self.commit(|changes| deletes.into_iter().fold(changes, Changeset::exec)).await;
    }

    /// Puts records in, with their shares; sealed values with a key of the record's own.
    pub async fn put(&mut self, def: &ObjectDef, records: &[Known]) {
        for chunk in records.chunks(200) {
            self.put_some(def, chunk).await;
        }
    }

    async fn put_some(&mut self, def: &ObjectDef, records: &[Known]) {
        let inner = Arc::clone(self.inner());
        let dialect = inner.store.dialect();
        let mut columns: Vec<String> = [
            "org",
            "id",
            "version",
            "owner_id",
            "team_id",
            "unit_id",
            "partner_id",
            "classification",
            "region",
            "restricted",
            "erased",
            "subject_id",
            "created_at",
            "created_by",
            "updated_at",
            "updated_by",
            "deleted_at",
            "source",
        ]
        .map(str::to_owned)
        .into();
        for field in &def.fields {
            columns.push(field.id.column());
            if field.blind_indexed() {
                columns.push(field.id.blind_column());
            }
        }
        let mut insert = sq::Query::insert();
        insert.into_table(def.id.table()).columns(columns);
        let mut shares = sq::Query::insert();
        shares.into_table("share").columns([
            "org",
            "id",
            "grantee_id",
            "grantee_kind",
            "object",
            "record_id",
            "level",
            "cause",
            "created_at",
            "expires_at",
        ]);
        let mut shared = false;
        let mut keys = Vec::new();
        for known in records {
            let subject = SubjectId(known.id.0);
            let (row, key) = inner
                .vault
                .new_subject_key(inner.vault_org(), vault_subject(subject), known.updated_at)
                .unwrap();
            keys.push(store_key(row));
            let uuid = |id: Option<Uuid>| sq::Expr::from(sq::Value::Uuid(id));
            let facts = &known.facts;
            let owner = facts.owner.unwrap_or(PersonId::NIL).0;
            let mut row: Vec<sq::Expr> = vec![
                ORG.0.into(),
                known.id.0.into(),
                1_i64.into(),
                owner.into(),
                uuid(facts.team.map(|t| t.0)),
                uuid(facts.unit.map(|u| u.0)),
                uuid(facts.partner.map(|p| p.0)),
                facts.classification.into(),
                facts.region.clone().into(),
                facts.restricted.into(),
                facts.erased.into(),
                subject.0.into(),
                known.updated_at.into(),
                owner.into(),
                known.updated_at.into(),
                owner.into(),
                known.deleted_at.into(),
                facts.source.clone().unwrap_or_default().into(),
            ];
            for field in &def.fields {
                let value = known.value(field);
                row.push(if field.sealed() && !value.is_null() {
                    let sealed = inner.seal_value(&key, def.id, field.id, known.id, &value).unwrap();
                    sealed.into_bytes().into()
                } else {
                    stored(field, &value)
                });
                if field.blind_indexed() {
                    let token = value.as_text().and_then(|t| inner.blind_token(def.id, field, t));
                    row.push(token.into());
                }
            }
            insert.values_panic(row);
            for share in &facts.shares {
                shared = true;
                self.number += 1;
                shares.values_panic([
                    ORG.0.into(),
                    Uuid::from_u128(u128::from(self.number)).into(),
                    share.id.into(),
                    share.kind.code().into(),
                    i64::from(def.id.0).into(),
                    known.id.0.into(),
                    i64::from(share.level.number()).into(),
                    "manual".into(),
                    0_i64.into(),
                    share.expires_at.into(),
                ]);
            }
        }
        self.commit(|mut changes| {
            changes = changes.exec(dialect.insert(&insert));
            if shared {
                changes = changes.exec(dialect.insert(&shares));
            }
            keys.into_iter().fold(changes, Changeset::add_key)
        })
        .await;
    }

    /// Fills the arena of an object and says that it is complete.
    pub fn fill_arena(&self, def: &ObjectDef, records: &[Known]) {
        let arena = self.inner().arenas.get(def.id).expect("an arena");
        for known in records {
            let texts: Vec<(u32, Option<&str>)> = def
                .fields
                .iter()
                .filter(|f| f.searchable)
                .map(|f| (f.id.0, known.values.get(&f.id).and_then(Value::as_text)))
                .collect();
            arena.upsert(kedun_arena::RecordKey(known.id.bytes()), &texts);
        }
        arena.set_ready(true);
    }
}

fn stored(field: &FieldDef, value: &Value) -> sq::Expr {
    match value {
        Value::Null => match field.kind {
            FieldKind::Boolean => Option::<bool>::None.into(),
            FieldKind::Integer | FieldKind::Money | FieldKind::Percent | FieldKind::DateTime => {
                Option::<i64>::None.into()
            }
            FieldKind::Date => Option::<i32>::None.into(),
            FieldKind::Reference { .. } | FieldKind::Person => sq::Expr::from(sq::Value::Uuid(None)),
            _ if field.sealed() => sq::Expr::from(sq::Value::Bytes(None)),
            _ => Option::<String>::None.into(),
        },
        Value::Bool(b) => (*b).into(),
        Value::Int(n) | Value::Time(n) => (*n).into(),
        Value::Text(s) => s.clone().into(),
        Value::Date(d) => (*d).into(),
        Value::Id(id) => (*id).into(),
        Value::List(keys) => serde_json::to_string(keys).unwrap().into(),
    }
}

/// The caller at a version of the directory.
pub fn at(caller: &Caller, directory: u64) -> Caller {
    Caller { directory, ..caller.clone() }
}

/// As the tables of people keep it.
fn rights(dialect: Dialect) -> Vec<String> {
    vec![
        Table::new("share")
            .col("org", ColumnType::BigInt)
            .col("id", ColumnType::Uuid)
            .col("grantee_id", ColumnType::Uuid)
            .col("grantee_kind", ColumnType::Text)
            .col("object", ColumnType::BigInt)
            .col("record_id", ColumnType::Uuid)
            .col("level", ColumnType::BigInt)
            .col("cause", ColumnType::Text)
            .col("created_at", ColumnType::BigInt)
            .opt("expires_at", ColumnType::BigInt)
            .key(&["org", "grantee_id", "object", "record_id"])
            .build(dialect),
        index("share_record", "share", &["org", "object", "record_id"], None),
        Table::new("authz_epoch")
            .col("org", ColumnType::BigInt)
            .col("n", ColumnType::BigInt)
            .col("directory", ColumnType::BigInt)
            .key(&["org"])
            .build(dialect),
    ]
}

/// A field of the number `id`.
fn field(id: u32, key: &str, kind: FieldKind, class: DataClass) -> FieldDef {
    FieldDef {
        id: FieldId(id),
        key: key.to_owned(),
        zh: String::new(),
        en: String::new(),
        kind,
        class,
        mask: MaskStyle::Full,
        open: false,
        required: false,
        unique: Uniqueness::None,
        searchable: false,
        indexed: false,
        read_only: false,
        off_by_default: false,
        section: String::new(),
        in_list: true,
        help: None,
    }
}

fn object(id: ObjectId, key: &str, title: &str, fields: Vec<FieldDef>) -> ObjectDef {
    ObjectDef {
        id,
        key: key.to_owned(),
        zh: String::new(),
        en: String::new(),
        en_plural: String::new(),
        icon: String::new(),
        subject: SubjectRule::Itself,
        title: title.to_owned(),
        stage: None,
        sections: Vec::new(),
        fields,
    }
}

pub const STAGES: [&str; 3] = ["new", "open", "won"];

/// The object that most tests read. Its numbers are those that random rights speak of.
pub fn deal() -> ObjectDef {
    let options = STAGES
        .map(|key| SelectOption { key: key.to_owned(), zh: String::new(), en: String::new(), color: None })
        .to_vec();
    let mut fields = vec![
        field(101, "name", FieldKind::Text { max: 100 }, DataClass::P1),
        field(102, "amount", FieldKind::Money, DataClass::P0),
        field(103, "stage", FieldKind::Select { options }, DataClass::P0),
        field(104, "due", FieldKind::Date, DataClass::P1),
        field(105, "phone", FieldKind::Phone, DataClass::P2),
        field(106, "contact", FieldKind::Name, DataClass::P2),
        field(107, "id_no", FieldKind::Code { max: 32 }, DataClass::P3),
        field(108, "firm", FieldKind::Reference { to: "firm".to_owned(), object: Some(FIRM) }, DataClass::P0),
        field(109, "hot", FieldKind::Boolean, DataClass::P0),
        field(110, "seller", FieldKind::Person, DataClass::P0),
    ];
    for f in &mut fields {
        match f.key.as_str() {
            "name" => f.searchable = true,
            "amount" | "stage" => f.indexed = true,
            "phone" => {
                f.searchable = true;
                f.mask = MaskStyle::Phone;
                f.unique = Uniqueness::Warn;
            }
            "contact" => {
                f.searchable = true;
                f.mask = MaskStyle::Name;
                f.open = true;
            }
            "id_no" => f.mask = MaskStyle::IdNumber,
            _ => {}
        }
    }
    object(DEAL, "deal", "name", fields)
}

/// What deals refer to.
pub fn firm() -> ObjectDef {
    object(FIRM, "firm", "name", vec![field(201, "name", FieldKind::Text { max: 100 }, DataClass::P1)])
}
