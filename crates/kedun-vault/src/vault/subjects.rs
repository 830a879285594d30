//! Subject keys: made, unwrapped, kept, wrapped anew, forgotten.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Vault;
use crate::aead_key::AeadKey;
use crate::error::{Result, VaultError};
use crate::ids::{OrgId, SubjectId};
use crate::key_bytes::KeyBytes;
use crate::rows::KeyRow;
use crate::subject_key::SubjectKey;
use crate::wrap;

impl Vault {
    /// Makes the first key of a subject and keeps it in the cache. Store the
    /// row in the same commit as the first value it seals; if that commit
    /// fails, call [`Vault::forget`].
    pub fn new_subject_key(
        &self,
        org: OrgId,
        subject: SubjectId,
        now: i64,
    ) -> Result<(KeyRow, Arc<SubjectKey>)> {
        let (row, key) = self.make_key(org, subject, 1, now)?;
        self.cache.put(&key);
        Ok((row, key))
    }

    /// Makes the first key of a subject as [`Vault::new_subject_key`] does, and does not keep it: of many
    /// people at once few are looked at soon, and those who are looked at now stay in the cache.
    pub fn first_key(&self, org: OrgId, subject: SubjectId, now: i64) -> Result<(KeyRow, Arc<SubjectKey>)> {
        self.make_key(org, subject, 1, now)
    }

    /// Makes the key that follows `row`, to which the subject's values are then re-sealed.
    pub fn next_subject_key(&self, org: OrgId, row: &KeyRow, now: i64) -> Result<(KeyRow, Arc<SubjectKey>)> {
        let generation = row.generation.checked_add(1).ok_or(VaultError::Exhausted)?;
        let (row, key) = self.make_key(org, row.subject, generation, now)?;
        self.cache.put(&key);
        Ok((row, key))
    }

    /// The newest key of a subject that is unwrapped in memory.
    pub fn cached(&self, subject: &SubjectId) -> Option<Arc<SubjectKey>> {
        self.cache.get(subject)
    }

    /// The key of a row, from the cache if it is there, else unwrapped and kept.
    pub fn unwrap_key(&self, org: OrgId, row: &KeyRow) -> Result<Arc<SubjectKey>> {
        if let Some(kept) = self.cache.get(&row.subject)
            && kept.org == org
            && kept.generation == row.generation
            && wrap::same(&kept.commitment, &row.commitment)
        {
            return Ok(kept);
        }
        let key = self.unwrap_key_once(org, row)?;
        self.cache.put(&key);
        Ok(key)
    }

    /// The key of a row, which is not kept: for passes over many records, whose keys would push
    /// out those that people work with and stay in memory for nothing.
    pub fn unwrap_key_once(&self, org: OrgId, row: &KeyRow) -> Result<Arc<SubjectKey>> {
        Ok(Arc::new(SubjectKey {
            org,
            subject: row.subject,
            generation: row.generation,
            commitment: row.commitment,
            key: AeadKey::new(self.unwrap_row(org, row)?),
        }))
    }

    /// Drops a subject's key from the cache; it is wiped when nobody uses it any more.
    pub fn forget(&self, subject: &SubjectId) {
        self.cache.forget(subject);
    }

    /// Drops all subject keys from the cache.
    pub fn forget_all(&self) {
        self.cache.clear();
    }

    /// The same key wrapped by the newest epoch; a row that is there already comes back unchanged.
    pub fn rewrap(&self, org: OrgId, row: &KeyRow) -> Result<KeyRow> {
        let (epoch, wrapping) = self.newest_epoch()?;
        let key = self.unwrap_row(org, row)?;
        if row.epoch == epoch {
            return Ok(row.clone());
        }
        let purpose = SubjectKey::purpose(org, &row.subject, row.generation);
        let wrapped = wrap::wrap(&wrapping, self.suite, &purpose, key.as_bytes(), self.entropy.as_ref())?;
        Ok(KeyRow { epoch, wrapped, ..row.clone() })
    }

    fn make_key(
        &self,
        org: OrgId,
        subject: SubjectId,
        generation: u32,
        now: i64,
    ) -> Result<(KeyRow, Arc<SubjectKey>)> {
        let (epoch, wrapping) = self.current_epoch()?;
        let raw = KeyBytes::random(self.entropy.as_ref());
        let purpose = SubjectKey::purpose(org, &subject, generation);
        let commitment = wrap::commitment(raw.as_bytes(), &purpose);
        let wrapped = wrap::wrap(&wrapping, self.suite, &purpose, raw.as_bytes(), self.entropy.as_ref())?;
        let key = Arc::new(SubjectKey { org, subject, generation, commitment, key: AeadKey::new(raw) });
        Ok((KeyRow { subject, generation, epoch, wrapped, commitment, created_at: now }, key))
    }

    fn unwrap_row(&self, org: OrgId, row: &KeyRow) -> Result<KeyBytes> {
        let wrapping = self.epoch_key(row.epoch)?;
        let purpose = SubjectKey::purpose(org, &row.subject, row.generation);
        let mut key = KeyBytes::zeroed();
        wrap::unwrap_into(&wrapping, &purpose, &row.wrapped, key.as_mut())?;
        if !wrap::same(&wrap::commitment(key.as_bytes(), &purpose), &row.commitment) {
            return Err(VaultError::Commitment);
        }
        Ok(key)
    }
}
