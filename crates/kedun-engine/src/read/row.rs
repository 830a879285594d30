//! A record as it is read: system columns and the cells of the fields asked for.

use kedun_guard::{RecordFacts, ShareFact};
use kedun_model::{
    Error, FieldDef, FieldKind, ImportId, PersonId, RecordId, Result, SubjectId, TeamId, UnitId, Value,
};
use kedun_store::Row;

/// The system columns in the order they are read; fields follow them.
pub(crate) const SYSTEM: [&str; 20] = [
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
    "deleted_by",
    "import_id",
    "purpose",
];

/// One record.
#[derive(Clone)]
pub(crate) struct RecordRow {
    pub id: RecordId,
    pub version: u64,
    /// The columns that decisions rest on; shares are filled in where a branch asks for them.
    pub facts: RecordFacts,
    pub subject: SubjectId,
    pub created_at: i64,
    pub created_by: PersonId,
    pub updated_at: i64,
    pub updated_by: PersonId,
    pub deleted_at: Option<i64>,
    pub deleted_by: Option<PersonId>,
    pub import: Option<ImportId>,
    pub purpose: Option<String>,
    /// One cell per field asked for, in that order.
    pub cells: Vec<Cell>,
}

/// The stored form of one field.
#[derive(Clone)]
pub(crate) enum Cell {
    Plain(Value),
    Sealed(Vec<u8>),
}

impl std::fmt::Debug for RecordRow {
    // Values stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordRow")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl RecordRow {
    /// Reads a row of a query made by `Scoped::records` with these fields.
    pub fn read(row: &Row, fields: &[&FieldDef]) -> Result<Self> {
        Ok(RecordRow {
            id: RecordId(row.get_uuid(0)?),
            version: row.get_u64(1)?,
            facts: RecordFacts {
                owner: row.opt_uuid(2)?.map(PersonId),
                team: row.opt_uuid(3)?.map(TeamId),
                unit: row.opt_uuid(4)?.map(UnitId),
                partner: row.opt_uuid(5)?.map(RecordId),
                classification: i16::try_from(row.get_i64(6)?).map_err(Error::internal)?,
                region: row.opt_text(7)?,
                restricted: row.get_bool(8)?,
                erased: row.get_bool(9)?,
                source: row.opt_text(16)?,
                shares: Vec::new(),
            },
            subject: SubjectId(row.get_uuid(10)?),
            created_at: row.get_i64(11)?,
            created_by: PersonId(row.get_uuid(12)?),
            updated_at: row.get_i64(13)?,
            updated_by: PersonId(row.get_uuid(14)?),
            deleted_at: row.opt_i64(15)?,
            deleted_by: row.opt_uuid(17)?.map(PersonId),
            import: row.opt_uuid(18)?.map(ImportId),
            purpose: row.opt_text(19)?,
            cells: fields
                .iter()
                .enumerate()
                .map(|(i, field)| Cell::read(row, SYSTEM.len() + i, field))
                .collect::<Result<_>>()?,
        })
    }

    /// Adds the record's shares to what decisions rest on.
    pub fn with_shares(mut self, shares: Vec<ShareFact>) -> Self {
        self.facts.shares = shares;
        self
    }
}

impl Cell {
    pub fn read(row: &Row, i: usize, field: &FieldDef) -> Result<Cell> {
        if field.sealed() {
            return Ok(match row.opt_blob(i)? {
                Some(bytes) => Cell::Sealed(bytes),
                None => Cell::Plain(Value::Null),
            });
        }
        Ok(Cell::Plain(plain_value(row, i, &field.kind)?))
    }
}

/// The value of a plain column.
pub(crate) fn plain_value(row: &Row, i: usize, kind: &FieldKind) -> Result<Value> {
    let value = match kind {
        FieldKind::Integer | FieldKind::Money | FieldKind::Percent => row.opt_i64(i)?.map(Value::Int),
        FieldKind::Boolean => row.opt_bool(i)?.map(Value::Bool),
        FieldKind::Date => match row.opt_i64(i)? {
            Some(days) => Some(Value::Date(i32::try_from(days).map_err(Error::internal)?)),
            None => None,
        },
        FieldKind::DateTime => row.opt_i64(i)?.map(Value::Time),
        FieldKind::Reference { .. } | FieldKind::Person => row.opt_uuid(i)?.map(Value::Id),
        FieldKind::MultiSelect { .. } => match row.text(i)? {
            Some(json) => Some(Value::List(serde_json::from_str(json).map_err(Error::internal)?)),
            None => None,
        },
        FieldKind::Text { .. }
        | FieldKind::LongText { .. }
        | FieldKind::Name
        | FieldKind::Phone
        | FieldKind::Email
        | FieldKind::Url
        | FieldKind::Code { .. }
        | FieldKind::Select { .. }
        | FieldKind::AutoNumber { .. } => row.opt_text(i)?.map(Value::Text),
    };
    Ok(value.unwrap_or(Value::Null))
}
