//! The open vault: what it holds, and how it is created and opened.

pub(crate) mod epochs;
pub(crate) mod events;
mod fields;
mod index;
mod secrets;
mod subjects;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::aead_key::AeadKey;
use crate::entropy::Entropy;
use crate::error::{Result, VaultError};
use crate::key_bytes::KeyBytes;
use crate::key_cache::KeyCache;
use crate::root::RootKey;
use crate::rows::{EpochRow, SecretRow, secret_names};
use crate::suite::{self, AES_256_GCM_ID};

use index::IndexKeys;
use secrets::Secret;

/// How many subject keys are kept unwrapped unless told otherwise: about 16 MB.
const DEFAULT_CACHE: usize = 16_384;

/// All keys of one installation, ready for use.
pub struct Vault {
    root: RootHandle,
    state: RwLock<State>,
    cache: KeyCache,
    index: IndexKeys,
    entropy: Arc<dyn Entropy>,
    suite: u8,
}

/// What the vault keeps of the root key: enough to wrap the next epoch key.
struct RootHandle {
    key: AeadKey,
    verifier: [u8; 32],
}

struct State {
    /// Every epoch key that can still unwrap.
    epochs: BTreeMap<u32, Arc<AeadKey>>,
    /// The epoch that wraps new keys.
    current: u32,
    /// A new epoch whose row may not be durable yet.
    staged: Option<u32>,
    secrets: HashMap<String, Arc<Secret>>,
}

impl Vault {
    /// Makes the first epoch and the standing secrets; both must be stored before the vault is used.
    pub fn create(
        root: &RootKey,
        entropy: Arc<dyn Entropy>,
        now: i64,
    ) -> Result<(Self, EpochRow, Vec<SecretRow>)> {
        let root = RootHandle::new(root);
        let first = 1;
        let key = AeadKey::new(KeyBytes::random(entropy.as_ref()));
        let row = epochs::wrap_epoch(&root, &key, first, now, AES_256_GCM_ID, entropy.as_ref())?;
        let mut secrets = HashMap::new();
        let mut rows = Vec::new();
        for name in secret_names::STANDING {
            let secret = Secret::random(32, first, now, entropy.as_ref());
            rows.push(secret.row(name, &key, first, AES_256_GCM_ID, entropy.as_ref())?);
            secrets.insert(name.to_owned(), Arc::new(secret));
        }
        let state =
            State { epochs: BTreeMap::from([(first, Arc::new(key))]), current: first, staged: None, secrets };
        Ok((Self::assemble(root, state, entropy)?, row, rows))
    }

    /// Opens the vault from stored rows; rows of retired epochs are passed over.
    pub fn open(
        root: &RootKey,
        epochs: &[EpochRow],
        secrets: &[SecretRow],
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self> {
        let root = RootHandle::new(root);
        let epochs = epochs::unwrap_epochs(&root, epochs)?;
        let current = epochs.keys().next_back().copied().ok_or(VaultError::NoEpoch)?;
        let mut known = HashMap::with_capacity(secrets.len());
        for row in secrets {
            let key = epochs.get(&row.epoch).ok_or(VaultError::EpochGone(row.epoch))?;
            known.insert(row.name.clone(), Arc::new(Secret::from_row(row, key)?));
        }
        Self::assemble(root, State { epochs, current, staged: None, secrets: known }, entropy)
    }

    /// Keeps about `capacity` subject keys unwrapped (about 1 kB each).
    #[must_use]
    pub fn with_cache_capacity(mut self, capacity: usize) -> Self {
        self.cache = KeyCache::new(capacity);
        self
    }

    /// Seals from now on with the suite of this byte; values of other suites keep opening.
    pub fn with_suite(mut self, suite: u8) -> Result<Self> {
        suite::by_id(suite)?;
        self.suite = suite;
        Ok(self)
    }

    fn assemble(root: RootHandle, state: State, entropy: Arc<dyn Entropy>) -> Result<Self> {
        let index_root = state
            .secrets
            .get(secret_names::INDEX_ROOT)
            .ok_or_else(|| VaultError::MissingSecret(secret_names::INDEX_ROOT.to_owned()))?;
        Ok(Self {
            index: IndexKeys::new(index_root.bytes()),
            root,
            state: RwLock::new(state),
            cache: KeyCache::new(DEFAULT_CACHE),
            entropy,
            suite: AES_256_GCM_ID,
        })
    }

    /// The key of `epoch`.
    fn epoch_key(&self, epoch: u32) -> Result<Arc<AeadKey>> {
        self.state.read().epochs.get(&epoch).cloned().ok_or(VaultError::EpochGone(epoch))
    }

    /// The epoch that wraps new keys, with its key.
    fn current_epoch(&self) -> Result<(u32, Arc<AeadKey>)> {
        let state = self.state.read();
        let key = state.epochs.get(&state.current).cloned().ok_or(VaultError::EpochGone(state.current))?;
        Ok((state.current, key))
    }
}

impl RootHandle {
    fn new(root: &RootKey) -> Self {
        Self { key: root.wrapping_key(), verifier: root.verifier() }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}
