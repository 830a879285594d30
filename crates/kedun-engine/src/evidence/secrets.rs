//! Secrets and leases that equal nodes share.

use kedun_model::{Error, Result};
use kedun_store::{Dialect, sq};
use sq::ExprTrait;

use super::prepare::Shared;
use crate::seal::vault_error;
use crate::vault_rows::{store_secret, vault_secret};

const TABLE: &str = "evidence_lease";
/// How long a node may keep a lease without renewing it: after a crash nobody signs so long. Two nodes
/// that sign at once do no harm, for a head is signed only where it fits all that was signed before.
const LEASE_US: i64 = 3_000_000;
const SECRETS: &str = "secrets";
/// Between two tries to have a lease.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);
/// A node that died may have left its lease a moment ago: it is waited for a second longer than it holds.
const TRIES: i64 = LEASE_US / 100_000 + 10;

impl Shared {
    /// Makes a secret durable unless it exists, here or on another node.
    pub(super) async fn ensure_secret(&self, name: &str) -> Result<()> {
        if self.vault.has_secret(name) {
            return Ok(());
        }
        for _ in 0..TRIES {
            if self.lease(SECRETS).await? {
                let made = self.make_secret(name).await;
                self.release(SECRETS).await?;
                return made;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Error::unavailable("store.unavailable")
            .with_internal("another node keeps the lease of the secrets"))
    }

    async fn make_secret(&self, name: &str) -> Result<()> {
        let (_, stored) = self.store.load_vault().await?;
        if let Some(row) = stored.into_iter().find(|row| row.name == name) {
            return self.vault.adopt_secret(&vault_secret(row)).map_err(vault_error);
        }
        let Some(row) = self.vault.ensure_secret(name, 32, self.ctx.now()).map_err(vault_error)? else {
            return Ok(());
        };
        if let Err(error) = self.store.put_vault(&[], &[store_secret(row)]).await {
            self.vault.forget_secret(name);
            return Err(error.into());
        }
        Ok(())
    }

    /// Overwrites a secret with another random one, so that the old one is gone.
    pub(super) async fn overwrite_secret(&self, name: &str) -> Result<()> {
        self.vault.forget_secret(name);
        if let Some(row) = self.vault.ensure_secret(name, 32, self.ctx.now()).map_err(vault_error)? {
            self.store.put_vault(&[], &[store_secret(row)]).await?;
        }
        Ok(())
    }

    /// Takes or renews a lease; false when another node has it. SQLite has one process only.
    pub(super) async fn lease(&self, name: &'static str) -> Result<bool> {
        if self.store.dialect() == Dialect::Sqlite {
            return Ok(true);
        }
        let now = self.ctx.now();
        let insert = sq::Query::insert()
            .into_table(TABLE)
            .columns(["name", "owner", "until_at"])
            .values_panic([name.into(), self.node.into(), 0_i64.into()])
            .on_conflict(sq::OnConflict::column("name").do_nothing().to_owned())
            .to_owned();
        let update = sq::Query::update()
            .table(TABLE)
            .value("owner", self.node)
            .value("until_at", now.saturating_add(LEASE_US))
            .and_where(sq::Expr::col("name").eq(name))
            .and_where(
                sq::Expr::col("owner")
                    .eq(self.node)
                    .or(sq::Expr::col("until_at").lt(now))
                    // Nobody takes it for so long: the clock was set back since.
                    .or(sq::Expr::col("until_at").gt(now.saturating_add(2 * LEASE_US))),
            )
            .to_owned();
        let dialect = self.store.dialect();
        let rows = self.store.housekeeping(vec![dialect.insert(&insert), dialect.update(&update)]).await?;
        Ok(rows.last() == Some(&1))
    }

    /// Gives a lease back.
    pub(super) async fn release(&self, name: &'static str) -> Result<()> {
        if self.store.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let update = sq::Query::update()
            .table(TABLE)
            .value("until_at", 0_i64)
            .and_where(sq::Expr::col("name").eq(name))
            .and_where(sq::Expr::col("owner").eq(self.node))
            .to_owned();
        self.store.housekeeping(vec![self.store.dialect().update(&update)]).await?;
        Ok(())
    }
}
