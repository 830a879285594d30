//! Values as columns: plain ones as they are, sealed ones sealed, blind indexes beside them.

use kedun_model::{FieldDef, RecordId, Result, Value};
use kedun_store::sq;
use kedun_vault::SubjectKey;

use crate::arenas::{Texts, text_kind};
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::value_format::value_to_text;

/// A column and what it is set to.
pub(crate) type Column = (String, sq::Value);

/// A plain value for its column.
pub(crate) fn plain(value: &Value) -> Result<sq::Value> {
    Ok(match value {
        Value::Null => sq::Value::String(None),
        Value::Bool(b) => sq::Value::Bool(Some(*b)),
        Value::Int(n) => sq::Value::BigInt(Some(*n)),
        Value::Text(text) => sq::Value::String(Some(text.clone())),
        Value::Date(days) => sq::Value::Int(Some(*days)),
        Value::Time(at) => sq::Value::BigInt(Some(*at)),
        Value::Id(id) => sq::Value::Uuid(Some(*id)),
        Value::List(keys) => {
            sq::Value::String(Some(serde_json::to_string(keys).map_err(kedun_model::Error::internal)?))
        }
    })
}

impl Inner {
    /// The columns of one field: its own, and that of its blind index.
    pub(crate) fn field_columns(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        key: &SubjectKey,
        record: RecordId,
        value: &Value,
        into: &mut Vec<Column>,
    ) -> Result<()> {
        let stored = match (field.sealed(), value.is_null()) {
            (true, true) => sq::Value::Bytes(None),
            (true, false) => {
                let sealed = self.seal_value(key, object.def.id, field.id, record, value)?;
                sq::Value::Bytes(Some(sealed.into_bytes()))
            }
            (false, _) => plain(value)?,
        };
        into.push((field.id.column(), stored));
        if field.blind_indexed() {
            let token = if value.is_null() {
                None
            } else {
                self.blind_token(object.def.id, field, &value_to_text(value))
            };
            into.push((field.id.blind_column(), sq::Value::BigInt(token)));
        }
        Ok(())
    }
}

/// What the search arena holds of a record; `values` are those of the definition's fields, in order.
pub(crate) fn texts(object: &CatalogObject, values: &[Value]) -> Texts {
    object
        .def
        .fields
        .iter()
        .zip(values)
        .filter(|(field, _)| searched(field))
        .map(|(field, value)| (field.id.0, text(value)))
        .collect()
}

/// Whether the arena holds the field.
pub(crate) fn searched(field: &FieldDef) -> bool {
    field.searchable && text_kind(&field.kind).is_some()
}

/// The text of a value for the arena.
pub(crate) fn text(value: &Value) -> Option<zeroize::Zeroizing<String>> {
    if value.is_null() { None } else { Some(zeroize::Zeroizing::new(value_to_text(value))) }
}
