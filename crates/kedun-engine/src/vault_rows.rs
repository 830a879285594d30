//! The vault as its rows in the store.

use std::sync::Arc;

use kedun_store::{Store, StoreError};
use kedun_vault::{Entropy, RootKey, Vault, VaultError};

/// Why the vault of a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenVaultError {
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens the vault of a store; an empty store gets one, made at `now`, microseconds of UTC.
///
/// # Errors
/// The store's; the vault's, such as that the root key is another one.
pub async fn open_vault(
    store: &Store,
    root: &RootKey,
    entropy: Arc<dyn Entropy>,
    now: i64,
) -> Result<Vault, OpenVaultError> {
    let (epochs, secrets) = store.load_vault().await?;
    if epochs.is_empty() {
        let (vault, epoch, secrets) = Vault::create(root, entropy, now)?;
        let secrets: Vec<_> = secrets.into_iter().map(store_secret).collect();
        store.put_vault(&[store_epoch(epoch)], &secrets).await?;
        return Ok(vault);
    }
    let epochs: Vec<_> = epochs.into_iter().map(vault_epoch).collect();
    let secrets: Vec<_> = secrets.into_iter().map(vault_secret).collect();
    Ok(Vault::open(root, &epochs, &secrets, entropy)?)
}

fn store_epoch(row: kedun_vault::EpochRow) -> kedun_store::EpochRow {
    kedun_store::EpochRow {
        epoch: row.epoch,
        wrapped: row.wrapped,
        created_at: row.created_at,
        retired_at: row.retired_at,
    }
}

fn vault_epoch(row: kedun_store::EpochRow) -> kedun_vault::EpochRow {
    kedun_vault::EpochRow {
        epoch: row.epoch,
        wrapped: row.wrapped,
        created_at: row.created_at,
        retired_at: row.retired_at,
    }
}

pub(crate) fn store_secret(row: kedun_vault::SecretRow) -> kedun_store::SecretRow {
    kedun_store::SecretRow {
        name: row.name,
        epoch: row.epoch,
        wrapped: row.wrapped,
        created_at: row.created_at,
    }
}

pub(crate) fn vault_secret(row: kedun_store::SecretRow) -> kedun_vault::SecretRow {
    kedun_vault::SecretRow {
        name: row.name,
        epoch: row.epoch,
        wrapped: row.wrapped,
        created_at: row.created_at,
    }
}
