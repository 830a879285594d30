//! The history of a record: one row per version, its body sealed with the record's key.

use kedun_model::{Caller, FieldDef, ImportId, RecordId, Result, Value};
use kedun_store::{Changeset, Param};
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
    ) -> Result<Vec<Param>> {
        let body = HistoryBody { version: version.version, changes: version.changes };
        let sealed = self.seal_history(version.key, object.def.id, version.record, &body)?;
        Ok(vec![
            Param::Int(self.org.0),
            Param::Int(object.def.id.0.into()),
            Param::Uuid(version.record.0),
            Param::Int(signed(version.version)?),
            Param::Int(version.at),
            Param::Uuid(caller.person.0),
            Param::Text(version.action.to_owned()),
            Param::Blob(sealed.into_bytes()),
            version.import.map_or(Param::Null, |import| Param::Uuid(import.0)),
        ])
    }
}

/// Adds rows to the history.
pub(crate) fn write_history(changes: Changeset, rows: Vec<Vec<Param>>) -> Changeset {
    changes.insert("record_history", COLUMNS.map(str::to_owned).to_vec(), rows)
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
