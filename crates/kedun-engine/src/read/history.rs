//! What became of a record, version by version, with the field levels of now.

use std::collections::HashMap;

use kedun_ledger::Outcome;
use kedun_model::{
    Caller, Error, FieldDef, FieldId, FieldKind, FieldLevel, ObjectId, PersonId, RecordId, Result, Value,
};
use kedun_store::sq;
use serde::Serialize;
use sq::{Expr, ExprTrait};

use super::fields::all_visible;
use super::names::{Titles, referred};
use super::view::{FieldView, Named, Rights, Viewer};
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;
use crate::value_format::format_time;

const PAGE: u64 = 50;

/// A page of a record's history, the latest version first.
#[derive(Debug, Serialize)]
pub struct HistoryPage {
    pub items: Vec<HistoryEntry>,
    /// The version before which the next page begins.
    pub next: Option<u64>,
}

/// One version.
#[derive(Debug, Serialize)]
pub struct HistoryEntry {
    pub version: u64,
    /// RFC 3339, UTC.
    pub at: String,
    pub by: Named,
    /// `create`, `update`, `delete`, `restore`, `import`, `undo`.
    pub action: String,
    /// Changes of fields the caller sees; empty where the key was destroyed.
    pub changes: Vec<ChangeView>,
}

/// One field before and after.
#[derive(Debug, Serialize)]
pub struct ChangeView {
    pub field: String,
    pub from: FieldView,
    pub to: FieldView,
}

struct Version {
    version: u64,
    at: i64,
    person: PersonId,
    action: String,
    body: Vec<u8>,
}

impl Door {
    /// The versions of a record before `before`, or the latest ones.
    ///
    /// # Errors
    /// As [`Door::get`].
    pub async fn history(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        before: Option<u64>,
    ) -> Result<HistoryPage> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let directory = inner.directory(caller).await?;
        let rights = Rights::of(inner, caller, object).await?;
        let point = inner.point(object, &rights.read, id, &[]).await?;
        let mut row = inner.found(caller, "record.history", object.def.id, id, point).await?;
        let keys = inner.subject_keys(&[row.subject]).await?;
        let mut versions = inner.versions(object.def.id, id, before).await?;
        let limit = usize::try_from(PAGE).map_err(Error::internal)?;
        let more = versions.len() > limit;
        versions.truncate(limit);
        let fields = all_visible(object, &rights.read);
        let receipt = inner.receipt(
            caller,
            EventDraft::new("record.history", Outcome::Ok)
                .object(object.def.id)
                .record(id)
                .subjects(vec![row.subject])
                .fields(fields.iter().map(|f| f.key.as_str())),
        )?;
        inner.fill_shares(object.def.id, std::slice::from_mut(&mut row), rights.grants()).await?;

        let mut bodies = Vec::with_capacity(versions.len());
        for version in &versions {
            bodies.push(match keys.get(&row.subject) {
                Some(key) => {
                    inner.open_history(key, object.def.id, id, version.version, &version.body)?.changes
                }
                None => Vec::new(),
            });
        }
        let levels: HashMap<FieldId, (&FieldDef, FieldLevel)> = fields
            .iter()
            .map(|f| (f.id, (*f, rights.read.level(&row.facts, f.id))))
            .filter(|(_, (_, level))| *level > FieldLevel::None)
            .collect();
        let titles = inner.history_titles(caller, &bodies, &levels).await?;
        let viewer = Viewer::new(inner, &directory, object, &rights, &fields);
        let mut items = Vec::with_capacity(versions.len());
        for (version, changes) in versions.iter().zip(&bodies) {
            let view = |field: &FieldDef, level: FieldLevel, value: &Value| {
                // What stood there once is revealed by no reveal: it shows masked and no more.
                viewer.field(field, level, Some(value), &row.facts, &titles, &|| false)
            };
            let changes = changes
                .iter()
                .filter_map(|change| levels.get(&FieldId(change.field)).map(|known| (change, known)))
                .map(|(change, (field, level))| ChangeView {
                    field: field.key.clone(),
                    from: view(field, *level, &change.from),
                    to: view(field, *level, &change.to),
                })
                .collect();
            items.push(HistoryEntry {
                version: version.version,
                at: format_time(version.at),
                by: Named { id: version.person.0, name: directory.name(version.person).to_owned() },
                action: version.action.clone(),
                changes,
            });
        }
        receipt.durable().await?;
        let next = if more { items.last().map(|e| e.version) } else { None };
        Ok(HistoryPage { items, next })
    }
}

impl Inner {
    async fn versions(&self, object: ObjectId, id: RecordId, before: Option<u64>) -> Result<Vec<Version>> {
        let mut select = sq::Query::select();
        select
            .columns(["version", "at", "person", "action", "body"])
            .from("record_history")
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("object").eq(i64::from(object.0)))
            .and_where(Expr::col("record").eq(id.0))
            .order_by("version", sq::Order::Desc)
            .limit(PAGE + 1);
        if let Some(before) = before {
            select.and_where(Expr::col("version").lt(i64::try_from(before).map_err(Error::internal)?));
        }
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        rows.iter()
            .map(|row| {
                Ok(Version {
                    version: row.get_u64(0)?,
                    at: row.get_i64(1)?,
                    person: PersonId(row.get_uuid(2)?),
                    action: row.get_text(3)?,
                    body: row.get_blob(4)?,
                })
            })
            .collect()
    }

    async fn history_titles(
        &self,
        caller: &Caller,
        bodies: &[Vec<crate::seal::FieldChange>],
        levels: &HashMap<FieldId, (&FieldDef, FieldLevel)>,
    ) -> Result<Titles> {
        let mut wanted = HashMap::new();
        let values = bodies.iter().flatten().flat_map(|change| {
            let kind: Option<&FieldKind> = levels.get(&FieldId(change.field)).map(|(f, _)| &f.kind);
            kind.into_iter().flat_map(move |kind| [(kind, &change.from), (kind, &change.to)])
        });
        referred(&mut wanted, values);
        self.titles(caller, wanted).await
    }
}
