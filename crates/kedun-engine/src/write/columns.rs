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

/// The names of the columns that [`Inner::field_values`] fills, in its order.
pub(crate) fn names(fields: &[FieldDef]) -> Vec<String> {
    fields
        .iter()
        .flat_map(|f| std::iter::once(f.id.column()).chain(f.blind_indexed().then(|| f.id.blind_column())))
        .collect()
}

impl Inner {
    /// The values of the columns of one field: its own, and that of its blind index.
    pub(crate) fn field_values<T: From<sq::Value>>(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        key: &SubjectKey,
        record: RecordId,
        value: &Value,
        into: &mut Vec<T>,
    ) -> Result<()> {
        let stored = match (field.sealed(), value.is_null()) {
            (true, true) => sq::Value::Bytes(None),
            (true, false) => {
                let sealed = self.seal_value(key, object.def.id, field.id, record, value)?;
                sq::Value::Bytes(Some(sealed.into_bytes()))
            }
            (false, _) => plain(value)?,
        };
        into.push(stored.into());
        if field.blind_indexed() {
            let token = match value {
                Value::Null => None,
                Value::Text(text) => self.blind_token(object.def.id, field, text),
                other => self.blind_token(object.def.id, field, &value_to_text(other)),
            };
            into.push(sq::Value::BigInt(token).into());
        }
        Ok(())
    }

    /// The columns of one field with their names.
    pub(crate) fn field_columns(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        key: &SubjectKey,
        record: RecordId,
        value: &Value,
        into: &mut Vec<Column>,
    ) -> Result<()> {
        let mut values: Vec<sq::Value> = Vec::with_capacity(2);
        self.field_values(object, field, key, record, value, &mut values)?;
        into.extend(names(std::slice::from_ref(field)).into_iter().zip(values));
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
    match value {
        Value::Null => None,
        Value::Text(text) => Some(zeroize::Zeroizing::new(text.clone())),
        other => Some(zeroize::Zeroizing::new(value_to_text(other))),
    }
}
