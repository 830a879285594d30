//! Sealing the new records of a batch, on as many threads as there are cores.

use std::sync::Arc;

use kedun_guard::RecordFacts;
use kedun_model::{Caller, Error, RecordId, Result};
use kedun_store::{KeyRow, Param};

use super::ImportBatch;
use super::plan::Birth;
use crate::arenas::Texts;
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::seal::{SubjectKeys, store_key, vault_error, vault_subject};
use crate::write::columns::{names, texts};
use crate::write::create::{self, NEW_COLUMNS, system};
use crate::write::history::Version;

/// From how many rows on it pays to use more than one thread.
const PARALLEL: usize = 96;

/// The rows of new records, sealed.
#[derive(Default)]
pub(super) struct SealedRows {
    /// The columns of the object's table, the same for each row.
    pub columns: Vec<String>,
    pub records: Vec<Vec<Param>>,
    pub histories: Vec<Vec<Param>>,
    pub keys: Vec<KeyRow>,
    pub texts: Vec<(RecordId, Texts)>,
}

/// What all rows of a batch share.
#[derive(Clone)]
pub(super) struct Common {
    pub inner: Arc<Inner>,
    pub object: Arc<CatalogObject>,
    pub caller: Caller,
    pub facts: Arc<RecordFacts>,
    pub keys: Arc<SubjectKeys>,
    pub batch: Arc<ImportBatch>,
    pub at: i64,
}

/// Seals the rows of new records.
pub(super) async fn seal(common: Common, births: Vec<Birth>) -> Result<SealedRows> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = if births.len() < PARALLEL { births.len() } else { births.len().div_ceil(cores) };
    let mut births = births.into_iter();
    let mut tasks = Vec::new();
    loop {
        let part: Vec<Birth> = births.by_ref().take(share.max(1)).collect();
        if part.is_empty() {
            break;
        }
        let common = common.clone();
        tasks.push(tokio::task::spawn_blocking(move || seal_part(&common, part)));
    }
    let mut all = SealedRows::default();
    for task in tasks {
        let part = task.await.map_err(Error::internal)??;
        all.columns = part.columns;
        all.records.extend(part.records);
        all.histories.extend(part.histories);
        all.keys.extend(part.keys);
        all.texts.extend(part.texts);
    }
    Ok(all)
}

fn seal_part(common: &Common, births: Vec<Birth>) -> Result<SealedRows> {
    let Common { inner, object, caller, facts, keys, batch, at } = common;
    let owner = facts.owner.ok_or_else(|| Error::internal("a record without an owner"))?;
    let mut out = SealedRows::default();
    out.columns.extend(NEW_COLUMNS.map(str::to_owned));
    out.columns.extend(names(&object.def.fields));
    for birth in births {
        let key = match keys.get(&birth.subject) {
            Some(key) => Arc::clone(key),
            None => {
                let (row, key) = inner
                    .vault
                    .first_key(inner.vault_org(), vault_subject(birth.subject), *at)
                    .map_err(vault_error)?;
                out.keys.push(store_key(row));
                key
            }
        };
        let head = create::Birth {
            facts,
            subject: birth.subject.0,
            at: *at,
            by: caller.person.0,
            source: batch.source.code(),
            import: Some(batch.import.0),
            purpose: batch.purpose.as_deref(),
            basis: batch.basis.as_deref(),
        };
        let mut row = system(inner.org.0, birth.id, owner.0, &head);
        for (field, value) in object.def.fields.iter().zip(&birth.values) {
            inner.field_values(object, field, &key, birth.id, value, &mut row)?;
        }
        out.records.push(row);
        let version = Version {
            record: birth.id,
            version: 1,
            at: *at,
            action: "import",
            changes: Vec::new(),
            import: Some(batch.import),
            key: &key,
        };
        out.histories.push(inner.history_row(caller, object, version)?);
        out.texts.push((birth.id, texts(object, &birth.values)));
    }
    Ok(out)
}
