//! The history of a record: one row per version, its body sealed with the record's key.

use kedun_model::{Caller, Error, FieldDef, ImportId, RecordId, Result, Value};
use kedun_store::sq;
use kedun_vault::SubjectKey;

use super::signed;
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::seal::{FieldChange, HistoryBody};

/// Stands in a history for the owner; no field has this number.
pub const OWNER_CHANGE: u32 = u32::MAX;
/// Stands in a history for the responsible unit.
pub const UNIT_CHANGE: u32 = u32::MAX - 1;
/// Stands in a history for the team.
pub const TEAM_CHANGE: u32 = u32::MAX - 2;
/// Stands in a history for the partner company.
pub const PARTNER_CHANGE: u32 = u32::MAX - 3;

/// The columns of a history row.
const COLUMNS: [&str; 9] =
    ["org", "object", "record", "version", "at", "person", "action", "body", "import_id"];

/// How many rows are written by one statement.
pub(crate) const ROWS_PER_STATEMENT: usize = 50;

/// A version of a record.
pub(crate) struct Version<'a> {
    pub record: RecordId,
    pub version: u64,
    pub at: i64,
    pub action: &'static str,
    pub changes: Vec<FieldChange>,
    pub import: Option<ImportId>,
    pub key: &'a SubjectKey,
}

impl Inner {
    /// A history row, sealed.
    pub(crate) fn history_row(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        version: Version<'_>,
    ) -> Result<Vec<sq::Expr>> {
        let body = HistoryBody { version: version.version, changes: version.changes };
        let sealed = self.seal_history(version.key, object.def.id, version.record, &body)?;
        Ok(vec![
            self.org.0.into(),
            i64::from(object.def.id.0).into(),
            version.record.0.into(),
            signed(version.version)?.into(),
            version.at.into(),
            caller.person.0.into(),
            version.action.into(),
            sealed.into_bytes().into(),
            sq::Value::Uuid(version.import.map(|i| i.0)).into(),
        ])
    }

    /// The statements that write history rows.
    pub(crate) fn write_history(&self, rows: Vec<Vec<sq::Expr>>) -> Result<Vec<kedun_store::Stmt>> {
        insert_rows(self, "record_history", &COLUMNS.map(str::to_owned), rows)
    }
}

/// INSERT statements of at most [`ROWS_PER_STATEMENT`] rows each.
pub(crate) fn insert_rows(
    inner: &Inner,
    table: &str,
    columns: &[String],
    rows: Vec<Vec<sq::Expr>>,
) -> Result<Vec<kedun_store::Stmt>> {
    let mut stmts = Vec::with_capacity(rows.len().div_ceil(ROWS_PER_STATEMENT));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut insert = sq::Query::insert();
        insert.into_table(table.to_owned()).columns(columns.to_vec());
        for row in rows.by_ref().take(ROWS_PER_STATEMENT) {
            insert.values(row).map_err(Error::internal)?;
        }
        stmts.push(inner.store.dialect().insert(&insert));
    }
    Ok(stmts)
}

/// What changed between two states of the fields, in the order of the definition.
pub(crate) fn changes<'a>(
    fields: impl IntoIterator<Item = &'a FieldDef>,
    before: &[Value],
    after: &[Value],
) -> Vec<FieldChange> {
    fields
        .into_iter()
        .zip(before.iter().zip(after))
        .filter(|(_, (from, to))| from != to)
        .map(|(field, (from, to))| FieldChange { field: field.id.0, from: from.clone(), to: to.clone() })
        .collect()
}

/// The change of an id that is no field.
pub(crate) fn moved(field: u32, from: Option<uuid::Uuid>, to: Option<uuid::Uuid>) -> Option<FieldChange> {
    let value = |id: Option<uuid::Uuid>| id.map_or(Value::Null, Value::Id);
    (from != to).then(|| FieldChange { field, from: value(from), to: value(to) })
}
