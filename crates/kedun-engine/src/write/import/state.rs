//! A hash over all records of an object, to tell whether two states are the same.

use kedun_model::{Error, FieldDef, PersonId, Result, SubjectId};
use kedun_store::sq;
use sha2::{Digest, Sha256};

use crate::door::Door;
use crate::read::row::{Cell, RecordRow};
use crate::read::scoped::col;
use crate::write::{Stored, records};

const BATCH: usize = 1_000;

impl Door {
    /// SHA-256 over every record of an object in the order of ids: system columns, version and
    /// times among them, and the opened values. Ciphertexts are no part of it: the same value
    /// sealed twice gives the same hash. Only the hash leaves.
    pub async fn state_hash(&self, object: &str) -> Result<[u8; 32]> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let fields: Vec<&FieldDef> = object.def.fields.iter().collect();
        let mut select = records(inner, object, &fields);
        select.order_by_expr(col("id"), sq::Order::Asc);
        let mut batches = inner.store.stream(inner.store.dialect().select(&select), BATCH);
        let mut hash = Sha256::new();
        while let Some(batch) = batches.recv().await {
            let rows = batch?.iter().map(|row| Stored::read(row, &fields)).collect::<Result<Vec<_>>>()?;
            let subjects: Vec<SubjectId> = rows.iter().map(|s| s.row.subject).collect();
            let keys = inner.subject_keys_once(&subjects).await?;
            for stored in &rows {
                let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(512));
                head(stored, &mut plain)?;
                for (field, cell) in fields.iter().zip(&stored.row.cells) {
                    let value = match (cell, keys.get(&stored.row.subject)) {
                        (Cell::Plain(value), _) => Some(value.clone()),
                        (Cell::Sealed(sealed), Some(key)) => {
                            Some(inner.open_value(key, object.def.id, field.id, stored.row.id, sealed)?)
                        }
                        (Cell::Sealed(_), None) => None,
                    };
                    put(&(field.id, value), &mut plain)?;
                }
                hash.update(u64::try_from(plain.len()).map_err(Error::internal)?.to_be_bytes());
                hash.update(&*plain);
            }
        }
        Ok(hash.finalize().into())
    }
}

fn head(stored: &Stored, out: &mut Vec<u8>) -> Result<()> {
    let RecordRow { id, version, facts, subject, created_at, created_by, updated_at, updated_by, .. } =
        &stored.row;
    let RecordRow { deleted_at, deleted_by, import, purpose, .. } = &stored.row;
    put(&(id, version, subject), out)?;
    put(&(facts.owner, facts.team, facts.unit, facts.partner), out)?;
    put(&(facts.classification, &facts.region, facts.restricted, facts.erased, &facts.source), out)?;
    put(&(created_at, created_by, updated_at, updated_by), out)?;
    put::<(Option<i64>, Option<PersonId>)>(&(*deleted_at, *deleted_by), out)?;
    put(&(import, purpose, &stored.basis, stored.retain_until), out)
}

fn put<T: serde::Serialize>(part: &T, out: &mut Vec<u8>) -> Result<()> {
    ciborium::into_writer(part, out).map_err(Error::internal)
}
