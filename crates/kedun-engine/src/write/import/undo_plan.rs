//! Which records an import touched, and whether they are still as it left them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kedun_guard::RecordFacts;
use kedun_model::{
    Caller, FieldDef, FieldKind, ImportId, PersonId, RecordId, Result, SubjectId, TeamId, UnitId, Value,
};
use kedun_store::{in_uuids, sq};
use kedun_vault::SubjectKey;
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use super::undo::Page;
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::read::row::RecordRow;
use crate::write::history::{OWNER_CHANGE, PARTNER_CHANGE, TEAM_CHANGE, UNIT_CHANGE};

/// How many records are looked at together.
const PAGE: usize = 500;

/// A page of an undo.
pub(super) struct Undo<T> {
    pub plan: Vec<T>,
    pub skipped: Vec<(RecordId, &'static str)>,
    /// The last record looked at; none when there are no more.
    pub next: Option<RecordId>,
}

/// A record that goes back to what it was.
pub(super) struct Restoration {
    /// As it is now.
    pub record: RecordRow,
    pub now: Vec<Value>,
    pub key: Arc<SubjectKey>,
    /// As it is to be.
    pub version: u64,
    pub updated_at: i64,
    pub updated_by: PersonId,
    pub facts: RecordFacts,
    pub values: Vec<Value>,
}

/// A record that goes.
pub(super) struct Removal {
    pub record: RecordRow,
}

/// The versions of one record that an import made.
struct Touched {
    first: u64,
    last: u64,
    count: u64,
}

impl Touched {
    /// Whether the record is still as the import left it.
    fn current(&self, record: &RecordRow) -> bool {
        record.version == self.last && self.count == self.last - self.first + 1
    }
}

impl Inner {
    /// Records of an object that an import touched, the youngest first.
    async fn touched(
        &self,
        object: &CatalogObject,
        import: ImportId,
        after: Option<RecordId>,
    ) -> Result<(HashMap<RecordId, Touched>, Option<RecordId>)> {
        let mut select = sq::Query::select();
        select
            .column("record")
            .expr(Expr::col("version").min())
            .expr(Expr::col("version").max())
            .expr(Expr::col("version").count())
            .from("record_history")
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("import_id").eq(import.0))
            .and_where(Expr::col("object").eq(i64::from(object.def.id.0)))
            .group_by_col("record")
            .order_by("record", sq::Order::Desc)
            .limit(u64::try_from(PAGE).unwrap_or(u64::MAX));
        if let Some(after) = after {
            select.and_where(Expr::col("record").lt(after.0));
        }
        let rows = self.store.query_long(&self.store.dialect().select(&select)).await?;
        let mut touched = HashMap::with_capacity(rows.len());
        let mut last = None;
        for row in &rows {
            let id = RecordId(row.get_uuid(0)?);
            touched.insert(
                id,
                Touched { first: row.get_u64(1)?, last: row.get_u64(2)?, count: row.get_u64(3)? },
            );
            last = Some(id);
        }
        Ok((touched, if rows.len() < PAGE { None } else { last }))
    }

    /// The next records that an import changed and did not make.
    pub(super) async fn restorations(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        import: ImportId,
        after: Option<RecordId>,
    ) -> Result<Page<Restoration>> {
        let (touched, next) = self.touched(object, import, after).await?;
        let mut page = Page { plan: Vec::new(), skipped: Vec::new(), next };
        let ids: Vec<RecordId> = touched.keys().copied().collect();
        let mut rows: Vec<RecordRow> = self
            .stored(object, &ids)
            .await?
            .into_iter()
            .map(|s| s.row)
            .filter(|r| r.import != Some(import))
            .collect();
        if rows.is_empty() {
            return Ok(page);
        }
        let grant = self.undo_grant(caller, object).await;
        self.fill_shares(object.def.id, &mut rows, grant.iter()).await?;
        let subjects: Vec<SubjectId> = rows.iter().map(|r| r.subject).collect();
        let keys = self.subject_keys_once(&subjects).await?;
        let fields: Vec<&FieldDef> = object.def.fields.iter().collect();
        let history = self.histories(object, &rows.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
        for record in rows {
            let id = record.id;
            let Some(versions) = touched.get(&id) else { continue };
            if !grant.as_ref().is_some_and(|g| g.allows(&record.facts)) {
                page.skipped.push((id, "not_allowed"));
                continue;
            }
            let before = history.get(&(id, versions.first.wrapping_sub(1)));
            let (Some(before), true) = (before, versions.current(&record)) else {
                page.skipped.push((id, "changed"));
                continue;
            };
            let (Some(key), Some(now)) =
                (keys.get(&record.subject), self.open_row(object, &fields, &record, &keys)?)
            else {
                page.skipped.push((id, "erased"));
                continue;
            };
            let (mut values, mut facts) = (now.clone(), record.facts.clone());
            for version in (versions.first..=versions.last).rev() {
                let Some(entry) = history.get(&(id, version)) else { continue };
                let body = self.open_history(key, object.def.id, id, version, &entry.body)?;
                for change in body.changes {
                    match change.field {
                        OWNER_CHANGE => facts.owner = change.from.as_id().map(PersonId),
                        UNIT_CHANGE => facts.unit = change.from.as_id().map(UnitId),
                        TEAM_CHANGE => facts.team = change.from.as_id().map(TeamId),
                        PARTNER_CHANGE => facts.partner = change.from.as_id().map(RecordId),
                        field => Inner::taken_back(object, &mut values, field, change.from),
                    }
                }
            }
            page.plan.push(Restoration {
                now,
                key: Arc::clone(key),
                version: versions.first - 1,
                updated_at: before.at,
                updated_by: before.person,
                facts,
                values,
                record,
            });
        }
        Ok(page)
    }

    /// The next records that an import made.
    pub(super) async fn removals(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        import: ImportId,
        after: Option<RecordId>,
    ) -> Result<Page<Removal>> {
        let (touched, next) = self.touched(object, import, after).await?;
        let mut page = Page { plan: Vec::new(), skipped: Vec::new(), next };
        let ids: Vec<RecordId> = touched.keys().copied().collect();
        let mut rows: Vec<RecordRow> = self
            .stored(object, &ids)
            .await?
            .into_iter()
            .map(|s| s.row)
            .filter(|r| r.import == Some(import))
            .collect();
        if rows.is_empty() {
            return Ok(page);
        }
        let grant = self.undo_grant(caller, object).await;
        self.fill_shares(object.def.id, &mut rows, grant.iter()).await?;
        let mut held = self.referred_to(object, &rows.iter().map(|r| r.id.0).collect::<Vec<_>>()).await?;
        rows.sort_unstable_by_key(|r| std::cmp::Reverse(r.id));
        for record in rows {
            let allowed = grant.as_ref().is_some_and(|g| g.allows(&record.facts));
            let current = touched.get(&record.id).is_some_and(|t| t.first == 1 && t.current(&record));
            // A record of this page that refers to it and goes itself does not hold it.
            let referred = held.get(&record.id.0).is_some_and(|by| !by.is_empty());
            let reason = match (allowed, current, referred) {
                (false, _, _) => "not_allowed",
                (true, false, _) => "changed",
                (true, true, true) => "referenced",
                (true, true, false) => {
                    for by in held.values_mut() {
                        by.remove(&record.id.0);
                    }
                    page.plan.push(Removal { record });
                    continue;
                }
            };
            page.skipped.push((record.id, reason));
        }
        Ok(page)
    }

    /// Which records refer to these, in any object and by any field.
    async fn referred_to(
        &self,
        object: &CatalogObject,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, HashSet<Uuid>>> {
        let mut held: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
        let catalog = self.catalog();
        let dialect = self.store.dialect();
        for (other, field) in catalog.references_to(object) {
            if !matches!(field.kind, FieldKind::Reference { .. }) || field.sealed() {
                continue;
            }
            let select = sq::Query::select()
                .columns([field.id.column(), "id".to_owned()])
                .from(other.def.id.table())
                .and_where(Expr::col("org").eq(self.org.0))
                .and_where(in_uuids(dialect, Expr::col(field.id.column()), ids.to_vec()))
                .to_owned();
            for row in self.store.query_long(&dialect.select(&select)).await? {
                held.entry(row.get_uuid(0)?).or_default().insert(row.get_uuid(1)?);
            }
        }
        Ok(held)
    }

    /// The histories of these records.
    async fn histories(
        &self,
        object: &CatalogObject,
        ids: &[RecordId],
    ) -> Result<HashMap<(RecordId, u64), Entry>> {
        let select = sq::Query::select()
            .columns(["record", "version", "at", "person", "body"])
            .from("record_history")
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("object").eq(i64::from(object.def.id.0)))
            .and_where(in_uuids(
                self.store.dialect(),
                Expr::col("record"),
                ids.iter().map(|id| id.0).collect(),
            ))
            .to_owned();
        let rows = self.store.query_long(&self.store.dialect().select(&select)).await?;
        rows.iter()
            .map(|row| {
                let entry =
                    Entry { at: row.get_i64(2)?, person: PersonId(row.get_uuid(3)?), body: row.get_blob(4)? };
                Ok(((RecordId(row.get_uuid(0)?), row.get_u64(1)?), entry))
            })
            .collect()
    }
}

/// One version in a history.
struct Entry {
    at: i64,
    person: PersonId,
    body: Vec<u8>,
}
