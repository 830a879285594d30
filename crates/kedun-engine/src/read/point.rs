//! One record, or a few, by id: read once, judged by the grant, and told apart only inside.

use std::collections::HashMap;

use kedun_guard::Grant;
use kedun_model::{FieldDef, RecordId, Result};

use super::row::RecordRow;
use super::scoped::Scoped;
use crate::catalog::CatalogObject;
use crate::door::Inner;

/// What came of looking for a record. To the caller `Refused` and `Missing` look the same.
#[derive(Debug)]
pub(crate) enum Point {
    Visible(Box<RecordRow>),
    /// There is such a record, and it is not the caller's to see.
    Refused,
    Missing,
}

impl Inner {
    /// Reads one record, living or deleted, and judges it by the grant.
    pub async fn point(
        &self,
        object: &CatalogObject,
        grant: &Grant,
        id: RecordId,
        fields: &[&FieldDef],
    ) -> Result<Point> {
        let mut select = Scoped::new(self, object, grant)?.unjudged(&[id.0]);
        Scoped::columns(&mut select, fields);
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        let Some(row) = rows.first() else { return Ok(Point::Missing) };
        let mut row = RecordRow::read(row, fields)?;
        self.fill_shares(object.def.id, std::slice::from_mut(&mut row), [grant]).await?;
        Ok(if grant.allows(&row.facts) { Point::Visible(Box::new(row)) } else { Point::Refused })
    }

    /// Reads the records of `ids` that the grant allows, in no order; the others are left out.
    pub async fn points(
        &self,
        object: &CatalogObject,
        grant: &Grant,
        ids: &[RecordId],
        fields: &[&FieldDef],
    ) -> Result<Vec<RecordRow>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let mut select = Scoped::new(self, object, grant)?.unjudged(&ids);
        Scoped::columns(&mut select, fields);
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        let mut rows = rows.iter().map(|r| RecordRow::read(r, fields)).collect::<Result<Vec<_>>>()?;
        self.fill_shares(object.def.id, &mut rows, [grant]).await?;
        rows.retain(|r| grant.allows(&r.facts));
        Ok(rows)
    }

    /// As [`Inner::points`], in the order of `ids`.
    pub async fn points_in_order(
        &self,
        object: &CatalogObject,
        grant: &Grant,
        ids: &[RecordId],
        fields: &[&FieldDef],
    ) -> Result<Vec<RecordRow>> {
        let mut rows = self.points(object, grant, ids, fields).await?;
        let position: HashMap<RecordId, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        rows.sort_by_key(|row| position.get(&row.id).copied());
        Ok(rows)
    }
}
