//! Records at hand: those that somebody keeps, or opened lately, each judged again when it is named.

use std::collections::HashMap;

use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, ObjectId, RecordId, Result};
use kedun_store::EventFilter;

use super::row::Cell;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;

const OPENED: &str = "record.read";
/// How many looks are read to find the latest different records.
const LOOKS: u32 = 200;
/// Looks before this many microseconds ago are not lately.
const LATELY: i64 = 30 * 86_400 * 1_000_000;

/// A record by its title.
#[derive(Debug)]
pub struct AtHand {
    pub object: String,
    pub id: RecordId,
    /// Masked where the title is; none where it may not be shown.
    pub title: Option<String>,
}

impl Door {
    /// The records among `wanted` that live and that the caller may read, in the given order. An
    /// event for each object names those shown; the answer waits for all of them.
    ///
    /// # Errors
    /// The store's, when the evidence cannot be written.
    pub async fn at_hand(&self, caller: &Caller, wanted: &[(ObjectId, RecordId)]) -> Result<Vec<AtHand>> {
        let inner = self.inner();
        let mut by_object: HashMap<ObjectId, Vec<RecordId>> = HashMap::new();
        for (object, id) in wanted {
            by_object.entry(*object).or_default().push(*id);
        }
        let mut found = HashMap::new();
        for (object, ids) in by_object {
            for one in inner.named(caller, object, &ids).await? {
                found.insert((object, one.id), one);
            }
        }
        Ok(wanted.iter().filter_map(|key| found.remove(key)).collect())
    }

    /// The different records that the caller opened last, the latest first, by her own entries in
    /// the evidence; nothing else remembers them.
    ///
    /// # Errors
    /// The store's.
    pub async fn opened_lately(&self, caller: &Caller, most: usize) -> Result<Vec<(ObjectId, RecordId)>> {
        let inner = self.inner();
        let filter = EventFilter {
            org: Some(inner.org.0),
            actor: Some(caller.pseudonym),
            action: Some(OPENED.to_owned()),
            outcome: Some(Outcome::Ok),
            from_at: Some(inner.ctx.now().saturating_sub(LATELY)),
            limit: LOOKS,
            ..EventFilter::default()
        };
        let mut opened = Vec::new();
        for event in inner.store.events(&filter).await? {
            let Some(record) = event.record else { continue };
            let key = (ObjectId(event.header.object), RecordId::from_bytes(record));
            if opened.len() < most && !opened.contains(&key) {
                opened.push(key);
            }
        }
        Ok(opened)
    }

    /// Makes sure that the caller may read a record, for a use case that only points at it.
    ///
    /// # Errors
    /// As [`Door::get`]; the attempt is written down under `action`.
    pub async fn require_readable(
        &self,
        caller: &Caller,
        action: &'static str,
        object: &str,
        id: RecordId,
    ) -> Result<ObjectId> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let grant = inner.grant(caller, object, Action::Read).await?;
        let point = inner.point(object, &grant, id, &[]).await?;
        inner.found(caller, action, object.def.id, id, point).await?;
        Ok(object.def.id)
    }
}

impl Inner {
    /// The titles of some records of one object; nothing where the caller may not read it.
    async fn named(&self, caller: &Caller, object: ObjectId, ids: &[RecordId]) -> Result<Vec<AtHand>> {
        let catalog = self.catalog();
        let Some(object) = catalog.object_by_id(object) else { return Ok(Vec::new()) };
        let Ok(grant) = self.grant(caller, object, Action::Read).await else { return Ok(Vec::new()) };
        let fields: Vec<_> = object.def.title_field().into_iter().collect();
        let mut rows = self.points(object, &grant, ids, &fields).await?;
        rows.retain(|row| row.deleted_at.is_none());
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let receipt = self.receipt(
            caller,
            EventDraft::new("record.list", Outcome::Ok)
                .object(object.def.id)
                .records(rows.iter().map(|row| row.id).collect())
                .fields(fields.iter().map(|field| field.key.as_str())),
        )?;
        let sealed = rows.iter().filter(|row| matches!(row.cells.first(), Some(Cell::Sealed(_))));
        let subjects: Vec<_> = sealed.map(|row| row.subject).collect();
        let keys = self.subject_keys(&subjects).await?;
        let mut named = Vec::with_capacity(rows.len());
        for row in &rows {
            let title = self.title(object, &grant, row, &keys)?;
            named.push(AtHand { object: object.def.key.clone(), id: row.id, title });
        }
        receipt.durable().await?;
        Ok(named)
    }
}
