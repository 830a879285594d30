//! Values as columns: plain ones as they are, sealed ones sealed, blind indexes beside them.

use kedun_model::{FieldDef, RecordId, Result, Value};
use kedun_store::{Param, sq};
use kedun_vault::SubjectKey;

use crate::arenas::{Texts, text_kind};
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::seal::blind_form;
use crate::value_format::value_to_text;

/// A column and what it is set to.
pub(crate) type Column = (String, sq::Value);

/// A plain value for its column.
pub(crate) fn plain(value: &Value) -> Result<Param> {
    Ok(match value {
        Value::Null => Param::Null,
        Value::Bool(b) => Param::Bool(*b),
        Value::Int(n) => Param::Int(*n),
        Value::Text(text) => Param::Text(text.clone()),
        Value::Date(days) => Param::Int((*days).into()),
        Value::Time(at) => Param::Int(*at),
        Value::Id(id) => Param::Uuid(*id),
        Value::List(keys) => Param::Text(serde_json::to_string(keys).map_err(kedun_model::Error::internal)?),
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
    pub(crate) fn field_values(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        key: &SubjectKey,
        record: RecordId,
        value: &Value,
        into: &mut Vec<Param>,
    ) -> Result<()> {
        let stored = match (field.sealed(), value.is_null()) {
            (true, true) => Param::Null,
            (true, false) => {
                Param::Blob(self.seal_value(key, object.def.id, field.id, record, value)?.into_bytes())
            }
            (false, _) => plain(value)?,
        };
        into.push(stored);
        if field.blind_indexed() {
            let form = match value {
                Value::Null => None,
                Value::Text(text) => blind_form(field, text),
                other => blind_form(field, &value_to_text(other)),
            };
            into.push(form.map_or(Param::Null, |form| {
                // Before it is committed, so that it is never in a record and not known here.
                self.forms.note(field.id, &form);
                Param::Int(self.form_token(object.def.id, field, &form))
            }));
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
        let mut values: Vec<Param> = Vec::with_capacity(2);
        self.field_values(object, field, key, record, value, &mut values)?;
        let values = values.into_iter().map(sq::Value::from);
        into.extend(names(std::slice::from_ref(field)).into_iter().zip(values));
        Ok(())
    }

    /// Notes the values of a record that came to life by other ways than [`Inner::field_values`].
    pub(crate) fn note_forms(&self, object: &CatalogObject, values: &[Value]) {
        for (field, value) in object.def.fields.iter().zip(values) {
            if field.blind_indexed()
                && !value.is_null()
                && let Some(form) = blind_form(field, &value_to_text(value))
            {
                self.forms.note(field.id, &form);
            }
        }
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
