//! Epoch keys: rolled on a schedule, and destroyed so that every older copy of
//! the key database is dead.
//!
//! The order is: [`Vault::roll_epoch`], store the row, [`Vault::adopt_epoch`],
//! re-wrap all subject keys and secrets, store them, [`Vault::retire_epoch`],
//! store its emptied row.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{RootHandle, Vault};
use crate::aead_key::AeadKey;
use crate::entropy::Entropy;
use crate::error::{Result, VaultError};
use crate::framing::Framed;
use crate::key_bytes::KeyBytes;
use crate::root::RootKey;
use crate::rows::EpochRow;
use crate::wrap::{self, COMMITMENT_LEN};

impl Vault {
    /// Makes the key of the next epoch. New subject keys keep using the old
    /// epoch until [`Vault::adopt_epoch`] or the first [`Vault::rewrap`]; call
    /// neither before the row is durable. Calling this again replaces a row
    /// that was never adopted.
    pub fn roll_epoch(&self, now: i64) -> Result<EpochRow> {
        let mut state = self.state.write();
        let epoch = state.current.checked_add(1).ok_or(VaultError::Exhausted)?;
        let key = AeadKey::new(KeyBytes::random(self.entropy.as_ref()));
        let row = wrap_epoch(&self.root, &key, epoch, now, self.suite, self.entropy.as_ref())?;
        state.epochs.insert(epoch, Arc::new(key));
        state.staged = Some(epoch);
        Ok(row)
    }

    /// Takes a durable epoch row into use, made here or by another node; the newest one wraps new keys.
    pub fn adopt_epoch(&self, row: &EpochRow) -> Result<()> {
        let key = unwrap_epoch(&self.root, row)?;
        let mut state = self.state.write();
        state.epochs.insert(row.epoch, Arc::new(key));
        state.current = state.current.max(row.epoch);
        if state.staged == Some(row.epoch) {
            state.staged = None;
        }
        Ok(())
    }

    /// The number of the epoch that wraps new keys.
    pub fn epoch(&self) -> u32 {
        self.state.read().current
    }

    /// Destroys an epoch key in memory and returns its row without the key.
    /// Refused for the current epoch and while a secret is wrapped by it; that
    /// no subject key is, the caller has to know.
    pub fn retire_epoch(&self, row: &EpochRow, now: i64) -> Result<EpochRow> {
        let mut state = self.state.write();
        let busy = row.epoch >= state.current || state.secrets.values().any(|s| s.epoch() == row.epoch);
        if busy {
            return Err(VaultError::EpochInUse(row.epoch));
        }
        state.epochs.remove(&row.epoch);
        Ok(EpochRow {
            epoch: row.epoch,
            wrapped: Vec::new(),
            created_at: row.created_at,
            retired_at: Some(now),
        })
    }

    /// Wraps every given epoch key by another root key. This vault keeps the
    /// old one: store the rows, then open anew.
    pub fn change_root(&self, new: &RootKey, rows: &[EpochRow]) -> Result<Vec<EpochRow>> {
        let new = RootHandle::new(new);
        rows.iter()
            .map(|row| {
                if row.retired_at.is_some() {
                    return Ok(row.clone());
                }
                let key = unwrap_epoch(&self.root, row)?;
                wrap_epoch(&new, &key, row.epoch, row.created_at, self.suite, self.entropy.as_ref())
            })
            .collect()
    }

    /// The newest epoch with its key; a staged one becomes the current one.
    pub(super) fn newest_epoch(&self) -> Result<(u32, Arc<AeadKey>)> {
        if self.state.read().staged.is_some() {
            let mut state = self.state.write();
            if let Some(staged) = state.staged.take() {
                state.current = state.current.max(staged);
            }
        }
        self.current_epoch()
    }
}

pub(super) fn wrap_epoch(
    root: &RootHandle,
    key: &AeadKey,
    epoch: u32,
    now: i64,
    suite: u8,
    entropy: &dyn Entropy,
) -> Result<EpochRow> {
    let inner = wrap::wrap(&root.key, suite, &purpose(epoch), key.raw(), entropy)?;
    let mut wrapped = Vec::with_capacity(COMMITMENT_LEN + inner.len());
    wrapped.extend_from_slice(&root.verifier);
    wrapped.extend_from_slice(&inner);
    Ok(EpochRow { epoch, wrapped, created_at: now, retired_at: None })
}

/// Unwraps all rows that are not retired. When none of them is of this root
/// key, the root key is wrong; when only some are, rows are damaged.
pub(super) fn unwrap_epochs(root: &RootHandle, rows: &[EpochRow]) -> Result<BTreeMap<u32, Arc<AeadKey>>> {
    let live: Vec<&EpochRow> = rows.iter().filter(|row| row.retired_at.is_none()).collect();
    let ours = live.iter().any(|row| row.wrapped.get(..COMMITMENT_LEN).is_some_and(|v| root.knows(v)));
    live.into_iter()
        .map(|row| match unwrap_epoch(root, row) {
            Ok(key) => Ok((row.epoch, Arc::new(key))),
            Err(VaultError::WrongRootKey) if ours => Err(VaultError::Malformed("an epoch row")),
            Err(other) => Err(other),
        })
        .collect()
}

fn unwrap_epoch(root: &RootHandle, row: &EpochRow) -> Result<AeadKey> {
    if row.retired_at.is_some() {
        return Err(VaultError::EpochGone(row.epoch));
    }
    let (verifier, inner) =
        row.wrapped.split_at_checked(COMMITMENT_LEN).ok_or(VaultError::Malformed("an epoch row"))?;
    if !root.knows(verifier) {
        return Err(VaultError::WrongRootKey);
    }
    let mut key = KeyBytes::zeroed();
    wrap::unwrap_into(&root.key, &purpose(row.epoch), inner, key.as_mut())?;
    Ok(AeadKey::new(key))
}

impl RootHandle {
    fn knows(&self, verifier: &[u8]) -> bool {
        wrap::same(verifier, &self.verifier)
    }
}

fn purpose(epoch: u32) -> Vec<u8> {
    Framed::new("kedun/epoch/v1").u32(epoch).into_bytes()
}
