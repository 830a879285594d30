//! A page of records.

#[cfg(feature = "testing")]
mod statements;

use std::sync::Arc;

use kedun_arena::RecordKey;
use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, FieldDef, FieldId, FieldLevel, ListQuery, RecordId, Result, Value};
use kedun_store::{Stmt, sq::Expr};
use serde::Serialize;
use uuid::Uuid;

use super::arms::{Page, Rows, keys_at};
use super::cursor::Place;
use super::fields::wanted;
use super::filter::{Resolved, Resolver};
use super::row::RecordRow;
use super::scoped::{Life, Scoped};
use super::shape::{Question, Shape, choose};
use super::sort::{self, Key, Order};
use super::view::{RecordView, Rights, Viewer};
use super::walk::{End, Walk, Walked};
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::{EventDraft, QueryShape};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// Counts stop here.
const MAX_COUNT: u64 = 1_000;
/// More rows than this are not put in the order of a sealed field.
const MAX_ARENA_SORT: u64 = 20_000;

/// A page.
#[derive(Debug, Serialize)]
pub struct ListPage {
    pub items: Vec<RecordView>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
    pub count: Option<Count>,
    /// The fields shown, with the level the caller has of each at most.
    #[serde(skip)]
    pub fields: Vec<(FieldId, FieldLevel)>,
}

/// How many there are, up to a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count {
    pub n: u64,
    /// Whether there are more.
    pub capped: bool,
}

impl Door {
    /// A page of the records that the caller may read.
    ///
    /// The event names the page's records and the question's fields and operators. The page is
    /// released when the event is durable.
    ///
    /// # Errors
    /// `object.unknown`, `access.*`, `cursor.invalid`, those of filters and orders, `list.limit`.
    pub async fn list(&self, caller: &Caller, object: &str, query: &ListQuery) -> Result<ListPage> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        inner.keep_stats(object);
        let directory = inner.directory(caller).await?;
        let rights = Rights::of(inner, caller, object).await?;
        let fields = wanted(object, &rights.read, &query.fields)?;
        let plan = Plan::make(inner, caller, object, &rights, query).await?;

        let (mut rows, place) = plan.fetch(&fields).await?;
        let count = if query.count { Some(plan.count().await?) } else { None };
        let receipt = inner.receipt(caller, plan.event(&rows, &fields))?;

        inner.fill_shares(object.def.id, &mut rows, rights.grants()).await?;
        let viewer = Viewer::new(inner, &directory, object, &rights, &fields);
        let items = viewer.views(caller, &rows).await?;
        let next = match place {
            Some(place) => Some(inner.write_cursor(caller, object.def.id, &plan.question, &place)?),
            None => None,
        };
        let fields = fields.iter().map(|f| (f.id, rights.read.field_level_max(f.id))).collect();
        receipt.durable().await?;
        Ok(ListPage { items, next, count, fields })
    }
}

/// A list's question, resolved.
struct Plan<'a> {
    inner: &'a Inner,
    object: &'a CatalogObject,
    scoped: Scoped<'a>,
    order: Order,
    life: Life,
    filter: Resolved,
    limit: u32,
    after: Option<Place>,
    question: Vec<u8>,
    shape_of_query: QueryShape,
    indexed: bool,
}

impl<'a> Plan<'a> {
    async fn make(
        inner: &'a Arc<Inner>,
        caller: &'a Caller,
        object: &'a CatalogObject,
        rights: &'a Rights,
        query: &ListQuery,
    ) -> Result<Plan<'a>> {
        let grant = &rights.read;
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::invalid("list.limit").arg("max", MAX_LIMIT));
        }
        let order = sort::resolve(object, grant, &query.sort)?;
        let resolver = Resolver { inner, caller, object, grant, now: inner.ctx.now(), walks: true };
        let mut filter = resolver.resolve(query.filter.as_ref()).await?;
        let words = query.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if let Some(text) = words {
            filter.meet(inner.list_search(object, grant, text).await?);
        }
        let question = serde_json::to_vec(&(&query.filter, words, &query.sort, query.deleted))
            .map_err(Error::internal)?;
        let after = match &query.cursor {
            Some(cursor) => Some(inner.read_cursor(caller, object.def.id, &question, cursor)?),
            None => None,
        };
        let shape_of_query = QueryShape {
            conditions: std::mem::take(&mut filter.conditions),
            sort: query.sort.iter().map(|s| s.field.clone()).collect(),
            search: words.is_some(),
        };
        let indexed = match query.sort.as_slice() {
            [] => true,
            [single] => {
                single.field == "_updated_at" || object.field(&single.field).is_some_and(|f| f.indexed)
            }
            _ => false,
        };
        Ok(Plan {
            inner,
            object,
            scoped: Scoped::new(inner, object, grant)?,
            order,
            life: if query.deleted { Life::Deleted } else { Life::Living },
            filter,
            limit,
            after,
            question,
            shape_of_query,
            indexed,
        })
    }

    fn shape(&self, natural: bool, indexed: bool, limit: u64) -> Shape {
        let branches = &self.scoped.grant.rows().branches;
        choose(&Question {
            branches,
            estimate: self.inner.stats.estimate(self.object.def.id, branches),
            natural,
            indexed,
            filtered: self.filter.expr.is_some() || self.filter.ids.is_some(),
            // The bin has an index of its own, and no branch has one there.
            selective: self.filter.selective || self.life == Life::Deleted,
            ids: self.filter.ids.as_ref().map(Vec::len),
            limit,
        })
    }

    fn rows(&self) -> Rows<'_> {
        Rows { life: self.life, filter: self.filter.expr.as_ref(), ids: self.filter.ids.as_deref() }
    }

    /// The rows of the page, and the place where the next one begins.
    async fn fetch(&self, fields: &[&FieldDef]) -> Result<(Vec<RecordRow>, Option<Place>)> {
        match &self.order {
            Order::Columns { keys, id_descending, natural } => {
                self.fetch_by_columns(keys, *id_descending, *natural, fields).await
            }
            Order::Arena { field, descending } => self.fetch_by_arena(*field, *descending, fields).await,
        }
    }

    /// The statement of a page; none where nothing can be visible.
    fn page_statement(
        &self,
        keys: &[Key],
        id_descending: bool,
        natural: bool,
        after: Option<&Expr>,
        fields: &[&FieldDef],
    ) -> Result<Option<Stmt>> {
        let limit = u64::from(self.limit) + 1;
        let shape = self.shape(natural, self.indexed, limit);
        let page = Page { keys, id_descending, after, limit };
        self.scoped.page(&shape, &self.rows(), &page, fields)
    }

    async fn fetch_by_columns(
        &self,
        keys: &[Key],
        id_descending: bool,
        natural: bool,
        fields: &[&FieldDef],
    ) -> Result<(Vec<RecordRow>, Option<Place>)> {
        let after = match &self.after {
            None => None,
            Some(Place::Keys(values, id)) => Some(sort::after(keys, id_descending, values, *id)?),
            Some(Place::Offset(_)) => return Err(Error::invalid("cursor.invalid")),
        };
        if !self.filter.in_memory.is_empty() {
            return self.fetch_by_walk(keys, id_descending, natural, after, fields).await;
        }
        let Some(stmt) = self.page_statement(keys, id_descending, natural, after.as_ref(), fields)? else {
            return Ok((Vec::new(), None));
        };
        let mut found = self.inner.store.query(&stmt).await?;
        let wanted = usize::try_from(self.limit).map_err(Error::internal)?;
        let more = found.len() > wanted;
        found.truncate(wanted);
        let rows = found.iter().map(|r| RecordRow::read(r, fields)).collect::<Result<Vec<_>>>()?;
        let place = match (more, found.last(), rows.last()) {
            (true, Some(raw), Some(row)) => {
                let start = keys_at(fields);
                let values = keys
                    .iter()
                    .enumerate()
                    .map(|(i, key)| key.read(raw, start + i))
                    .collect::<Result<Vec<Value>>>()?;
                Some(Place::Keys(values, row.id.0))
            }
            _ => None,
        };
        Ok((rows, place))
    }

    /// The rows of a page of which many records meet a condition in memory.
    async fn fetch_by_walk(
        &self,
        keys: &[Key],
        id_descending: bool,
        natural: bool,
        after: Option<Expr>,
        fields: &[&FieldDef],
    ) -> Result<(Vec<RecordRow>, Option<Place>)> {
        let wanted = usize::try_from(self.limit).map_err(Error::internal)?;
        let walk = self.walk(keys, id_descending);
        let Walked { mut found, end } =
            walk.run(after, wanted + 1, |limit| self.shape(natural, self.indexed, limit)).await?;
        if end == End::GaveUp && found.len() <= wanted {
            return Err(Error::invalid("search.too_broad").arg("max", found.len()));
        }
        let more = found.len() > wanted;
        found.truncate(wanted);
        let ids: Vec<RecordId> = found.iter().map(|(id, _)| *id).collect();
        let rows = self.inner.points_in_order(self.object, self.scoped.grant, &ids, fields).await?;
        let place = found.pop().filter(|_| more).map(|(id, values)| Place::Keys(values, id.0));
        Ok((rows, place))
    }

    fn walk<'b>(&'b self, keys: &'b [Key], id_descending: bool) -> Walk<'b> {
        let conditions = &self.filter.in_memory;
        Walk { inner: self.inner, scoped: self.scoped, rows: self.rows(), keys, id_descending, conditions }
    }

    async fn fetch_by_arena(
        &self,
        field: FieldId,
        descending: bool,
        fields: &[&FieldDef],
    ) -> Result<(Vec<RecordRow>, Option<Place>)> {
        let arena = self
            .inner
            .arenas
            .get(self.object.def.id)
            .filter(|a| a.ready())
            .ok_or_else(|| Error::unavailable("arena.filling"))?;
        let start = match &self.after {
            None => 0,
            Some(Place::Offset(n)) => usize::try_from(*n).map_err(Error::internal)?,
            Some(Place::Keys(..)) => return Err(Error::invalid("cursor.invalid")),
        };
        let shape = self.shape(false, false, MAX_ARENA_SORT);
        let Some(stmt) = self.scoped.ids(&shape, &self.rows(), MAX_ARENA_SORT + 1) else {
            return Ok((Vec::new(), None));
        };
        let visible = self.inner.store.query(&stmt).await?;
        let mut ids = visible
            .iter()
            .map(|row| Ok(RecordKey(*row.get_uuid(0)?.as_bytes())))
            .collect::<Result<Vec<RecordKey>>>()?;
        if u64::try_from(ids.len()).map_err(Error::internal)? > MAX_ARENA_SORT {
            return Err(Error::invalid("sort.too_many").arg("max", MAX_ARENA_SORT));
        }
        if !self.filter.in_memory.is_empty() {
            let all = ids.iter().copied().collect();
            let met = self.filter.in_memory.iter().fold(all, |ids, condition| condition.among(&ids));
            ids.retain(|id| met.contains(id));
        }
        // Those without a text come last in the order of their ids.
        ids.sort_unstable();
        let sorted = arena.sorted(field.0, &ids, descending);
        let limit = usize::try_from(self.limit).map_err(Error::internal)?;
        let wanted: Vec<RecordId> =
            sorted.iter().skip(start).take(limit).map(|key| RecordId(Uuid::from_bytes(key.0))).collect();
        let rows = self.inner.points_in_order(self.object, self.scoped.grant, &wanted, fields).await?;
        let end = start + limit;
        let place = if end < sorted.len() {
            Some(Place::Offset(u32::try_from(end).map_err(Error::internal)?))
        } else {
            None
        };
        Ok((rows, place))
    }

    async fn count(&self) -> Result<Count> {
        if !self.filter.in_memory.is_empty() {
            return self.count_by_walk().await;
        }
        let shape = self.shape(true, true, MAX_COUNT + 1);
        // Without an order a branch needs no cutting into single keys.
        let shape = match shape {
            Shape::Arms(_) => Shape::Arms(self.scoped.grant.rows().branches.clone()),
            shape => shape,
        };
        let Some(stmt) = self.scoped.counted(&shape, &self.rows(), MAX_COUNT + 1) else {
            return Ok(Count { n: 0, capped: false });
        };
        let rows = self.inner.store.query(&stmt).await?;
        let n = match rows.first() {
            Some(row) => row.get_u64(0)?,
            None => 0,
        };
        Ok(Count { n: n.min(MAX_COUNT), capped: n > MAX_COUNT })
    }

    async fn count_by_walk(&self) -> Result<Count> {
        let Order::Columns { keys, id_descending, natural } =
            sort::resolve(self.object, self.scoped.grant, &[])?
        else {
            return Err(Error::internal("records are in the order of their last change"));
        };
        let most = usize::try_from(MAX_COUNT).map_err(Error::internal)?;
        let walk = self.walk(&keys, id_descending);
        let walked = walk.run(None, most + 1, |limit| self.shape(natural, true, limit)).await?;
        let n = u64::try_from(walked.found.len().min(most)).map_err(Error::internal)?;
        Ok(Count { n, capped: walked.end != End::Exhausted })
    }

    fn event(&self, rows: &[RecordRow], fields: &[&FieldDef]) -> EventDraft {
        let mut shape = self.shape_of_query.clone();
        shape.conditions.truncate(50);
        EventDraft::new("record.list", Outcome::Ok)
            .object(self.object.def.id)
            .records(rows.iter().map(|r| r.id).collect())
            .fields(fields.iter().map(|f| f.key.as_str()))
            .query(shape)
    }
}

impl Inner {
    /// Has the counts behind the choice of shapes read again when they are old.
    pub fn keep_stats(self: &Arc<Self>, object: &CatalogObject) {
        let (id, now) = (object.def.id, self.ctx.now());
        if self.stats.claim(id, now) {
            let inner = Arc::clone(self);
            tokio::spawn(async move {
                if let Err(error) = inner.stats.refresh(&inner.store, inner.org.0, id, now).await {
                    tracing::warn!(%error, "the counts of an object could not be read");
                }
            });
        }
    }
}
