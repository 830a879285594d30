//! Records that hold a value already, for many values at once.

use std::collections::HashMap;

use kedun_arena::{RecordKey, canonical};
use kedun_model::{Error, FieldDef, RecordId, Result, SubjectId, Value};
use kedun_store::{Stmt, in_ints, in_texts, sq};
use sq::{Expr, ExprTrait};

use super::maintenance::records;
use super::{Stored, parse};
use crate::arenas::text_kind;
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::read::row::{Cell, RecordRow};
use crate::read::scoped::col;
use crate::seal::blind_form;
use crate::value_format::value_to_text;

/// Up to so many plain values are also looked for in the arena, which knows other spellings.
const SPELLINGS: usize = 64;

/// The records that hold one of the values asked for.
#[derive(Default)]
pub(crate) struct Equal {
    /// Position of the value, and the record.
    pub found: Vec<(usize, RecordRow)>,
    /// A query, and the number of rows it gave: while it gives as many, nobody has entered one of
    /// the values meanwhile.
    pub guard: Option<(Stmt, u64)>,
}

/// The form on which two values of a field are the same; none for no value.
pub(crate) fn same_form(field: &FieldDef, value: &Value) -> Option<String> {
    if value.is_null() {
        return None;
    }
    let text = value_to_text(value);
    let form = text_kind(&field.kind).map_or(text.clone(), |kind| canonical(kind, &text));
    (!form.is_empty()).then_some(form)
}

impl Inner {
    /// The living records of an object that hold one of `values` in a field.
    ///
    /// # Errors
    /// `arena.filling` for a sealed field without a blind index while the arena is not filled.
    pub(crate) async fn equal(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        values: &[&Value],
    ) -> Result<Equal> {
        if values.iter().all(|v| v.is_null()) {
            return Ok(Equal::default());
        }
        if field.blind_indexed() {
            return self.equal_sealed(object, field, values).await;
        }
        let mut equal = Equal::default();
        if !field.sealed() {
            equal = self.equal_plain(object, field, values).await?;
        }
        self.equal_spelled(object, field, values, &mut equal).await?;
        Ok(equal)
    }

    /// By blind index: candidates share a token, and are opened and compared.
    async fn equal_sealed(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        values: &[&Value],
    ) -> Result<Equal> {
        let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
        let mut tokens = Vec::new();
        for (i, value) in values.iter().enumerate() {
            if let Some(form) = blind_form(field, &value_to_text(value))
                && !self.is_new(object, field, &form)
            {
                tokens.push(self.form_token(object.def.id, field, &form));
                wanted.entry(form.to_string()).or_default().push(i);
            }
        }
        tokens.sort_unstable();
        tokens.dedup();
        if tokens.is_empty() {
            return Ok(Equal::default());
        }
        let among = in_ints(self.store.dialect(), col(field.id.blind_column()), tokens);
        let mut equal = self.candidates(object, field, among).await?;
        let subjects: Vec<SubjectId> = equal.found.iter().map(|(_, row)| row.subject).collect();
        let keys = self.subject_keys(&subjects).await?;
        let mut found = Vec::new();
        for (_, row) in std::mem::take(&mut equal.found) {
            let value = match (row.cells.first(), keys.get(&row.subject)) {
                (Some(Cell::Sealed(sealed)), Some(key)) => {
                    self.open_value(key, object.def.id, field.id, row.id, sealed)?
                }
                (Some(Cell::Plain(value)), _) => value.clone(),
                // Whose key is gone is nobody's equal.
                _ => continue,
            };
            let indexes = same_form(field, &value).and_then(|form| wanted.get(&form));
            found.extend(indexes.into_iter().flatten().map(|i| (*i, row.clone())));
        }
        equal.found = found;
        Ok(equal)
    }

    /// By the column itself.
    async fn equal_plain(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        values: &[&Value],
    ) -> Result<Equal> {
        let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, value) in values.iter().enumerate() {
            if let Some(text) = value.as_text() {
                wanted.entry(text).or_default().push(i);
            }
        }
        if wanted.is_empty() {
            return Ok(Equal::default());
        }
        let texts = wanted.keys().map(|t| (*t).to_owned()).collect();
        let among = in_texts(self.store.dialect(), col(field.id.column()), texts);
        let mut equal = self.candidates(object, field, among).await?;
        let mut found = Vec::new();
        for (_, row) in std::mem::take(&mut equal.found) {
            if let Some(Cell::Plain(Value::Text(text))) = row.cells.first() {
                let indexes = wanted.get(text.as_str()).into_iter().flatten();
                found.extend(indexes.map(|i| (*i, row.clone())));
            }
        }
        equal.found = found;
        Ok(equal)
    }

    /// By the arena, which compares the form without what people write differently.
    async fn equal_spelled(
        &self,
        object: &CatalogObject,
        field: &FieldDef,
        values: &[&Value],
        equal: &mut Equal,
    ) -> Result<()> {
        let left: Vec<usize> =
            (0..values.len()).filter(|i| !equal.found.iter().any(|(known, _)| known == i)).collect();
        if !field.sealed() && (left.len() > SPELLINGS || !field.searchable) {
            return Ok(());
        }
        let arena = self.arenas.get(object.def.id).filter(|a| a.ready());
        let Some(arena) = arena.filter(|a| a.fields().iter().any(|f| f.field == field.id.0)) else {
            // A plain value was compared as it is; a sealed one was not compared at all.
            return if field.sealed() { Err(Error::unavailable("arena.filling")) } else { Ok(()) };
        };
        let mut hits: Vec<(usize, RecordId)> = Vec::new();
        for i in left {
            let Some(text) = values.get(i).and_then(|v| v.as_text()) else { continue };
            let ids = arena.duplicates(field.id.0, text);
            hits.extend(ids.into_iter().map(|RecordKey(id)| (i, RecordId::from_bytes(id))));
        }
        let ids: Vec<RecordId> = hits.iter().map(|(_, id)| *id).collect();
        let rows: HashMap<RecordId, RecordRow> = self
            .stored(object, &ids)
            .await?
            .into_iter()
            .filter(|s| s.row.deleted_at.is_none())
            .map(|s| (s.row.id, s.row))
            .collect();
        equal.found.extend(hits.into_iter().filter_map(|(i, id)| Some((i, rows.get(&id)?.clone()))));
        Ok(())
    }

    /// The living rows where `among` holds, with the field, and the guard over them.
    async fn candidates(&self, object: &CatalogObject, field: &FieldDef, among: Expr) -> Result<Equal> {
        let fields = [field];
        let mut select = records(self, object, &fields);
        select.and_where(among.clone()).and_where(col("deleted_at").is_null());
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        let mut guard = sq::Query::select();
        guard
            .column((crate::read::scoped::T, "id"))
            .from_as(object.def.id.table(), crate::read::scoped::T)
            .and_where(col("org").eq(self.org.0))
            .and_where(among)
            .and_where(col("deleted_at").is_null());
        let count = u64::try_from(rows.len()).map_err(Error::internal)?;
        let found =
            rows.iter().map(|row| Ok((0, Stored::read(row, &fields)?.row))).collect::<Result<Vec<_>>>()?;
        Ok(Equal { found, guard: Some((self.store.dialect().select(&guard), count)) })
    }
}

/// The key of the lock under which the uniqueness of a field is decided.
pub(crate) fn lock(field: &FieldDef) -> i64 {
    0x6b64_0002_0000_0000 | i64::from(field.id.0)
}

/// The error of a value that another record has.
pub(crate) fn duplicate(field: &FieldDef) -> Error {
    let strict = field.unique == kedun_model::Uniqueness::Strict;
    let mut error = Error::conflict(super::DUPLICATE).arg("field", &field.key).arg("strict", strict);
    error.fields.push(parse::wrong(field, super::DUPLICATE));
    error
}
