//! The records last changed among those that meet a condition in memory.

use std::sync::Arc;

use kedun_guard::Grant;
use kedun_model::{Error, FieldDef, RecordId, Result};
use uuid::Uuid;

use super::arms::{Page, Rows};
use super::candidates::{Candidates, InMemory};
use super::row::RecordRow;
use super::scoped::{Life, Scoped};
use super::shape::{Question, Shape, choose};
use super::sort::{self, Key, Order};
use super::walk::{End, Walk};
use crate::catalog::CatalogObject;
use crate::door::Inner;

/// The records of an object in the order of their last change.
struct Latest<'a> {
    inner: &'a Inner,
    scoped: Scoped<'a>,
    keys: Vec<Key>,
    id_descending: bool,
    natural: bool,
}

impl Inner {
    /// Of the candidates those that the caller sees, last changed first, at most `limit`, and whether
    /// there are more.
    pub async fn last_changed(
        self: &Arc<Self>,
        object: &CatalogObject,
        grant: &Grant,
        candidates: Candidates,
        fields: &[&FieldDef],
        limit: usize,
    ) -> Result<(Vec<RecordRow>, bool)> {
        let Order::Columns { keys, id_descending, natural } = sort::resolve(object, grant, &[])? else {
            return Err(Error::internal("the last change is no sealed field"));
        };
        let scoped = Scoped::new(self, object, grant)?;
        let latest = Latest { inner: self, scoped, keys, id_descending, natural };
        match candidates {
            Candidates::Few(ids) if ids.is_empty() => Ok((Vec::new(), false)),
            Candidates::Few(ids) => latest.of(&ids, fields, limit).await,
            Candidates::Many(condition) => latest.that_meet(&condition, fields, limit).await,
        }
    }
}

impl Latest<'_> {
    async fn of(&self, ids: &[Uuid], fields: &[&FieldDef], limit: usize) -> Result<(Vec<RecordRow>, bool)> {
        let rows = Rows { life: Life::Living, filter: None, ids: Some(ids) };
        let limit_and_one = u64::try_from(limit).map_err(Error::internal)? + 1;
        let (keys, id_descending) = (self.keys.as_slice(), self.id_descending);
        let page = Page { keys, id_descending, after: None, limit: limit_and_one };
        let Some(stmt) = self.scoped.page(&Shape::Lookup, &rows, &page, fields)? else {
            return Ok((Vec::new(), false));
        };
        let found = self.inner.store.query(&stmt).await?;
        let mut rows = found.iter().map(|r| RecordRow::read(r, fields)).collect::<Result<Vec<_>>>()?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let grant = self.scoped.grant;
        self.inner.fill_shares(self.scoped.object.def.id, &mut rows, [grant]).await?;
        Ok((rows, more))
    }

    async fn that_meet(
        &self,
        condition: &InMemory,
        fields: &[&FieldDef],
        limit: usize,
    ) -> Result<(Vec<RecordRow>, bool)> {
        let branches = &self.scoped.grant.rows().branches;
        let estimate = self.inner.stats.estimate(self.scoped.object.def.id, branches);
        let (natural, indexed, filtered, selective, ids) = (self.natural, true, false, false, None);
        let shape = |limit| {
            choose(&Question { branches, estimate, natural, indexed, filtered, selective, ids, limit })
        };
        let walk = Walk {
            inner: self.inner,
            scoped: self.scoped,
            rows: Rows { life: Life::Living, filter: None, ids: None },
            keys: &self.keys,
            id_descending: self.id_descending,
            conditions: std::slice::from_ref(condition),
        };
        let walked = walk.run(None, limit + 1, shape).await?;
        let more = walked.end != End::Exhausted;
        let ids: Vec<RecordId> = walked.found.into_iter().take(limit).map(|(id, _)| id).collect();
        let rows = self.inner.points_in_order(self.scoped.object, self.scoped.grant, &ids, fields).await?;
        Ok((rows, more))
    }
}
