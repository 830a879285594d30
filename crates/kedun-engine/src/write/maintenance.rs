//! Reading records without a caller, for what the program does by itself: finding equal values
//! before a write, filling the arenas, undoing an import, hashing the state. Nothing read here
//! leaves but as a count, a hash or a yes; a use case that shows anything of it asks the grant first.

use kedun_model::{FieldDef, RecordId, Result, SubjectId, Value};
use kedun_store::{Row, in_uuids, sq};
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::read::row::{Cell, RecordRow, SYSTEM};
use crate::read::scoped::{T, col};
use crate::seal::SubjectKeys;

/// A record with the columns that only its keeping needs.
pub(crate) struct Stored {
    pub row: RecordRow,
    pub basis: Option<String>,
    pub retain_until: Option<i64>,
}

/// The columns that only keeping needs; they follow the fields.
const KEEPING: [&str; 2] = ["basis", "retain_until"];

/// A SELECT of whole records with these fields, living and deleted.
pub(crate) fn records(inner: &Inner, object: &CatalogObject, fields: &[&FieldDef]) -> sq::SelectStatement {
    let mut select = sq::Query::select();
    select.from_as(object.def.id.table(), T).and_where(col("org").eq(inner.org.0));
    for name in SYSTEM {
        select.column((T, name));
    }
    for field in fields {
        select.column((T, field.id.column()));
    }
    for name in KEEPING {
        select.column((T, name));
    }
    select
}

impl Stored {
    /// Reads a row of [`records`] with the same fields.
    pub fn read(row: &Row, fields: &[&FieldDef]) -> Result<Stored> {
        let next = SYSTEM.len() + fields.len();
        Ok(Stored {
            row: RecordRow::read(row, fields)?,
            basis: row.opt_text(next)?,
            retain_until: row.opt_i64(next + 1)?,
        })
    }
}

impl Inner {
    /// These records with all their fields, in no order.
    pub(crate) async fn stored(&self, object: &CatalogObject, ids: &[RecordId]) -> Result<Vec<Stored>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let fields: Vec<&FieldDef> = object.def.fields.iter().collect();
        let mut select = records(self, object, &fields);
        select.and_where(in_uuids(self.store.dialect(), col("id"), ids.iter().map(|id| id.0).collect()));
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        rows.iter().map(|row| Stored::read(row, &fields)).collect()
    }

    /// The subjects of these records of an object.
    pub(crate) async fn subjects_of(
        &self,
        object: &CatalogObject,
        ids: &[Uuid],
    ) -> Result<std::collections::HashMap<Uuid, SubjectId>> {
        let select = sq::Query::select()
            .columns(["id", "subject_id"])
            .from(object.def.id.table())
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(in_uuids(self.store.dialect(), Expr::col("id"), ids.to_vec()))
            .to_owned();
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        rows.iter().map(|row| Ok((row.get_uuid(0)?, SubjectId(row.get_uuid(1)?)))).collect()
    }

    /// The values of a row read with `fields`; none where the record's key was destroyed.
    pub(crate) fn open_row(
        &self,
        object: &CatalogObject,
        fields: &[&FieldDef],
        row: &RecordRow,
        keys: &SubjectKeys,
    ) -> Result<Option<Vec<Value>>> {
        let key = keys.get(&row.subject);
        let mut values = Vec::with_capacity(row.cells.len());
        for (field, cell) in fields.iter().zip(&row.cells) {
            values.push(match (cell, key) {
                (Cell::Plain(value), _) => value.clone(),
                (Cell::Sealed(sealed), Some(key)) => {
                    self.open_value(key, object.def.id, field.id, row.id, sealed)?
                }
                (Cell::Sealed(_), None) => return Ok(None),
            });
        }
        Ok(Some(values))
    }
}
