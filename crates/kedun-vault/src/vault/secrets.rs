//! Secrets that belong to no person, and values sealed with them.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use zeroize::Zeroizing;

use super::Vault;
use crate::aead_key::AeadKey;
use crate::entropy::Entropy;
use crate::envelope::{self, Header, Sealed};
use crate::error::{Result, VaultError};
use crate::framing::Framed;
use crate::kdf;
use crate::plain::Plain;
use crate::rows::SecretRow;
use crate::wrap::{self, COMMITMENT_LEN};

/// Values sealed with a secret carry this generation; a new secret has a new name.
pub(super) const SECRET_GENERATION: u32 = 0;

/// An unwrapped secret, and the prepared key that is derived from it for sealing.
pub(super) struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    epoch: u32,
    created_at: i64,
    sealing: AeadKey,
}

impl Vault {
    /// A copy of the secret's bytes, or [`VaultError::MissingSecret`].
    pub fn secret(&self, name: &str) -> Result<Zeroizing<Vec<u8>>> {
        Ok(self.find_secret(name)?.bytes.clone())
    }

    /// Whether the secret exists.
    pub fn has_secret(&self, name: &str) -> bool {
        self.state.read().secrets.contains_key(name)
    }

    /// Makes a random secret of `len` bytes (16 to 1024) unless it exists, and
    /// returns the row of a new one. Store it before anything sealed with it;
    /// if that fails, call [`Vault::forget_secret`].
    pub fn ensure_secret(&self, name: &str, len: usize, now: i64) -> Result<Option<SecretRow>> {
        if !(16..=1024).contains(&len) || name.is_empty() || name.len() > 128 {
            return Err(VaultError::SecretShape);
        }
        let mut state = self.state.write();
        if state.secrets.contains_key(name) {
            return Ok(None);
        }
        let epoch = state.current;
        let wrapping = state.epochs.get(&epoch).cloned().ok_or(VaultError::EpochGone(epoch))?;
        let secret = Secret::random(len, epoch, now, self.entropy.as_ref());
        let row = secret.row(name, &wrapping, epoch, self.suite, self.entropy.as_ref())?;
        state.secrets.insert(name.to_owned(), Arc::new(secret));
        Ok(Some(row))
    }

    /// Takes a stored secret into use, such as one that another node made first.
    pub fn adopt_secret(&self, row: &SecretRow) -> Result<()> {
        let secret = Secret::from_row(row, self.epoch_key(row.epoch)?.as_ref())?;
        self.state.write().secrets.insert(row.name.clone(), Arc::new(secret));
        Ok(())
    }

    /// Drops a secret from memory: it was destroyed, or its row could not be stored.
    pub fn forget_secret(&self, name: &str) {
        let dropped = self.state.write().secrets.remove(name);
        drop(dropped);
    }

    /// Wraps every secret by the newest epoch and returns the rows that changed.
    pub fn rewrap_secrets(&self) -> Result<Vec<SecretRow>> {
        let (epoch, wrapping) = self.newest_epoch()?;
        let mut state = self.state.write();
        let mut rows = Vec::new();
        let mut moved = Vec::new();
        for (name, secret) in state.secrets.iter().filter(|(_, secret)| secret.epoch != epoch) {
            rows.push(secret.row(name, &wrapping, epoch, self.suite, self.entropy.as_ref())?);
            moved.push((name.clone(), Secret::new(secret.bytes.clone(), epoch, secret.created_at)));
        }
        for (name, secret) in moved {
            state.secrets.insert(name, Arc::new(secret));
        }
        Ok(rows)
    }

    /// Seals data of no natural person, bound to `aad`.
    pub fn seal_with_secret(&self, secret_name: &str, aad: &[u8], plaintext: &[u8]) -> Result<Sealed> {
        let secret = self.find_secret(secret_name)?;
        let bind = |header: &Header| secret_aad(header, secret_name, aad);
        let entropy = self.entropy.as_ref();
        envelope::seal(&secret.sealing, self.suite, SECRET_GENERATION, bind, plaintext, entropy)
    }

    /// Opens what [`Vault::seal_with_secret`] sealed with the same name and `aad`.
    pub fn open_with_secret(&self, secret_name: &str, aad: &[u8], sealed: &[u8]) -> Result<Plain> {
        let secret = self.find_secret(secret_name)?;
        let bind = |header: &Header| secret_aad(header, secret_name, aad);
        envelope::open(&secret.sealing, SECRET_GENERATION, bind, sealed)
    }

    pub(super) fn find_secret(&self, name: &str) -> Result<Arc<Secret>> {
        let state = self.state.read();
        state.secrets.get(name).cloned().ok_or_else(|| VaultError::MissingSecret(name.to_owned()))
    }
}

impl Secret {
    pub(super) fn random(len: usize, epoch: u32, now: i64, entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new(vec![0; len]);
        entropy.fill(&mut bytes);
        Self::new(bytes, epoch, now)
    }

    fn new(bytes: Zeroizing<Vec<u8>>, epoch: u32, created_at: i64) -> Self {
        let info = Framed::new("kedun/secret-seal/v1").into_bytes();
        let sealing = AeadKey::new(kdf::derive(&bytes, &info));
        Self { bytes, epoch, created_at, sealing }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn epoch(&self) -> u32 {
        self.epoch
    }

    pub(super) fn sealing(&self) -> &AeadKey {
        &self.sealing
    }

    /// The row is the commitment to the secret, then the wrapped secret.
    pub(super) fn row(
        &self,
        name: &str,
        wrapping: &AeadKey,
        epoch: u32,
        suite: u8,
        entropy: &dyn Entropy,
    ) -> Result<SecretRow> {
        let purpose = purpose(name);
        let inner = wrap::wrap(wrapping, suite, &purpose, &self.bytes, entropy)?;
        let mut wrapped = Vec::with_capacity(COMMITMENT_LEN + inner.len());
        wrapped.extend_from_slice(&wrap::commitment(&self.bytes, &purpose));
        wrapped.extend_from_slice(&inner);
        Ok(SecretRow { name: name.to_owned(), epoch, wrapped, created_at: self.created_at })
    }

    pub(super) fn from_row(row: &SecretRow, wrapping: &AeadKey) -> Result<Self> {
        let purpose = purpose(&row.name);
        let (commitment, inner) =
            row.wrapped.split_at_checked(COMMITMENT_LEN).ok_or(VaultError::Malformed("a secret row"))?;
        let mut bytes = Zeroizing::new(vec![0; wrap::wrapped_len(wrapping, inner)?]);
        wrap::unwrap_into(wrapping, &purpose, inner, &mut bytes)?;
        if !wrap::same(&wrap::commitment(&bytes, &purpose), commitment) {
            return Err(VaultError::Commitment);
        }
        Ok(Self::new(bytes, row.epoch, row.created_at))
    }
}

fn purpose(name: &str) -> Vec<u8> {
    Framed::new("kedun/secret/v1").part(name.as_bytes()).into_bytes()
}

fn secret_aad(header: &Header, name: &str, aad: &[u8]) -> Vec<u8> {
    Framed::new("kedun/secret-value/v1").part(header).part(name.as_bytes()).part(aad).into_bytes()
}
