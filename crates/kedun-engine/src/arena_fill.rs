//! Filling the search arenas at start and following the change feed.
//!
//! At start every living record is streamed, opened and put into its arena, on as many threads
//! as there are cores, while changes keep coming in. What other nodes change is read again.

use std::sync::{Arc, Weak};
use std::time::Duration;

use kedun_arena::RecordKey;
use kedun_model::{Error, FieldDef, RecordId, Result, SubjectId, Value};
use kedun_store::{Dialect, Feed, Row, sq};
use sq::ExprTrait;
use tokio::sync::broadcast::error::RecvError;
use zeroize::Zeroizing;

use crate::arenas::{Texts, borrowed, fits};
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::read::scoped::{T, fenced};
use crate::seal::blind_form;
use crate::write::searched;

/// Rows that are read, opened and put in together.
const BATCH: usize = 4096;

/// The pause after a failure.
const PAUSE: Duration = Duration::from_secs(2);

impl Door {
    /// Fills the arenas in the background and keeps them as the records are, as long as the door is there.
    pub(crate) fn keep_arenas(&self) {
        let feed = self.store().subscribe();
        tokio::spawn(fill_when_wanted(Arc::downgrade(self.inner())));
        tokio::spawn(follow(Arc::downgrade(self.inner()), feed));
    }

    /// Waits until every arena holds all its records.
    pub async fn arenas_ready(&self) {
        let mut filled = self.arenas().filled.subscribe();
        while !self.arenas().ready() {
            if filled.changed().await.is_err() {
                return;
            }
        }
    }
}

async fn fill_when_wanted(door: Weak<Inner>) {
    loop {
        let Some(inner) = door.upgrade() else { return };
        let mut failed = false;
        for object in inner.catalog().objects() {
            // An arena made for a definition that is about to come is filled when that is there.
            let waiting = inner.arenas.get(object.def.id).filter(|a| !a.ready() && fits(a, &object.def));
            let Some(arena) = waiting else { continue };
            match fill(&inner, object, false).await {
                Ok(()) => {
                    arena.set_ready(true);
                    inner.arenas.filled.send_modify(|n| *n += 1);
                }
                Err(error) => {
                    tracing::error!(object = %object.def.key, %error, "the search arena could not be filled");
                    failed = true;
                }
            }
        }
        if failed {
            drop(inner);
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        let wanting = Arc::clone(&inner.arenas.wanting);
        drop(inner);
        // Wakes now and then to see whether the door is still there.
        let _ = tokio::time::timeout(Duration::from_secs(1), wanting.notified()).await;
    }
}

/// Puts all living records of an object into its arena. With `again` what is there is replaced.
async fn fill(inner: &Arc<Inner>, object: &Arc<CatalogObject>, again: bool) -> Result<()> {
    let columns: Vec<&FieldDef> = object.def.fields.iter().filter(|f| searched(f)).collect();
    let mut select = sq::Query::select();
    select.columns([(T, "id"), (T, "version"), (T, "subject_id")]).from_as(object.def.id.table(), T);
    // In the order of the table: by an index each row would have to be looked for.
    select.and_where(fenced("org").eq(inner.org.0)).and_where(fenced("deleted_at").is_null());
    for field in &columns {
        select.column((T, field.id.column()));
    }
    let batches = inner.store.stream(inner.store.dialect().select(&select), BATCH);
    let batches = Arc::new(tokio::sync::Mutex::new(batches));
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..workers {
        let (inner, object, batches) = (Arc::clone(inner), Arc::clone(object), Arc::clone(&batches));
        let runtime = tokio::runtime::Handle::current();
        tasks.spawn_blocking(move || {
            runtime.block_on(async {
                loop {
                    let batch = batches.lock().await.recv().await;
                    match batch {
                        Some(rows) => put_batch(&inner, &object, &rows?, again).await?,
                        None => return Ok(()),
                    }
                }
            })
        });
    }
    while let Some(done) = tasks.join_next().await {
        let done: Result<()> = done.map_err(Error::internal)?;
        done?;
    }
    Ok(())
}

async fn put_batch(inner: &Inner, object: &CatalogObject, rows: &[Row], again: bool) -> Result<()> {
    let Some(arena) = inner.arenas.get(object.def.id) else { return Ok(()) };
    let fields: Vec<&FieldDef> = object.def.fields.iter().filter(|f| searched(f)).collect();
    let sealed = fields.iter().any(|f| f.sealed());
    let mut subjects = Vec::with_capacity(rows.len());
    for row in rows {
        subjects.push(SubjectId(row.get_uuid(2)?));
    }
    let keys = inner.subject_keys_once(if sealed { &subjects } else { &[] }).await?;
    let mut records: Vec<(RecordId, u64, Texts)> = Vec::with_capacity(rows.len());
    for (row, subject) in rows.iter().zip(&subjects) {
        let (id, version) = (RecordId(row.get_uuid(0)?), row.get_u64(1)?);
        let mut texts = Texts::with_capacity(fields.len());
        for (position, field) in fields.iter().enumerate() {
            if !field.sealed() {
                let text = row.text(position + 3)?.map(|t| Zeroizing::new(t.to_owned()));
                texts.push((field.id.0, text));
                continue;
            }
            let value = match (row.blob(position + 3)?, keys.get(subject)) {
                (Some(sealed), Some(key)) => {
                    match inner.open_value(key, object.def.id, field.id, id, sealed) {
                        Ok(value) => value,
                        Err(error) => {
                            // One damaged value must not keep all others from being found.
                            tracing::error!(object = %object.def.key, field = %field.key, record = %id, %error,
                                "a sealed value cannot be opened and is left out of the search");
                            Value::Null
                        }
                    }
                }
                (None, _) | (Some(_), None) => Value::Null,
            };
            let text = match value {
                Value::Text(text) => Some(Zeroizing::new(text)),
                other => crate::write::text(&other),
            };
            if let Some(form) =
                text.as_deref().filter(|_| field.blind_indexed()).and_then(|t| blind_form(field, t))
            {
                inner.forms.note(field.id, &form);
            }
            texts.push((field.id.0, text));
        }
        records.push((id, version, texts));
    }
    if again {
        for (id, version, texts) in records {
            inner.arenas.apply(object.def.id, id, version, Some(texts));
        }
    } else {
        arena.fill_batch(records.iter().map(|(id, _, texts)| (RecordKey(id.bytes()), borrowed(texts))));
    }
    Ok(())
}

async fn follow(door: Weak<Inner>, mut feed: tokio::sync::broadcast::Receiver<Feed>) {
    loop {
        let event = feed.recv().await;
        let Some(inner) = door.upgrade() else { return };
        let done = match event {
            // This node has put its own changes in when it made them.
            Ok(change) if change.local => Ok(()),
            Ok(change) => reread(&inner, &change).await,
            Err(RecvError::Lagged(_)) if inner.store.dialect() == Dialect::Postgres => {
                reread_all(&inner).await
            }
            Err(RecvError::Lagged(_)) => Ok(()),
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = done {
            tracing::error!(%error, "a change made elsewhere could not be read: the arenas are filled anew");
            for (_, arena) in inner.arenas.all() {
                arena.set_ready(false);
            }
            inner.arenas.wanting.notify_one();
        }
    }
}

/// Reads records again that another node changed.
async fn reread(inner: &Inner, change: &Feed) -> Result<()> {
    let catalog = inner.catalog();
    let Some(object) = catalog.object_by_id(kedun_model::ObjectId(change.object)) else { return Ok(()) };
    if inner.arenas.get(object.def.id).is_none() {
        return Ok(());
    }
    let fields: Vec<&FieldDef> = object.def.fields.iter().collect();
    for ids in change.ids.chunks(BATCH) {
        let ids: Vec<RecordId> = ids.iter().map(|id| RecordId(*id)).collect();
        let rows = inner.stored(object, &ids).await?;
        let subjects: Vec<SubjectId> = rows.iter().map(|s| s.row.subject).collect();
        let keys = inner.subject_keys(&subjects).await?;
        for stored in &rows {
            let living = stored.row.deleted_at.is_none();
            let values = if living { inner.open_row(object, &fields, &stored.row, &keys)? } else { None };
            let texts = values.map(|values| {
                inner.note_forms(object, &values);
                crate::write::texts(object, &values)
            });
            inner.arenas.reset(object.def.id, stored.row.id, stored.row.version, texts);
        }
        for id in ids.iter().filter(|id| !rows.iter().any(|s| s.row.id == **id)) {
            inner.arenas.reset(object.def.id, *id, 0, None);
        }
    }
    Ok(())
}

async fn reread_all(inner: &Arc<Inner>) -> Result<()> {
    for object in inner.catalog().objects() {
        if inner.arenas.get(object.def.id).is_some() {
            fill(inner, object, true).await?;
        }
    }
    Ok(())
}
