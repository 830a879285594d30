//! The access epoch, read with every request.

use kedun_model::{OrgId, Result};
use kedun_store::{Store, sq};
use sq::ExprTrait;

/// The counters that every change of rights moves on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epoch {
    /// Moved by any change of rights, shares included; decisions are bound to it.
    pub epoch: u64,
    /// Moved by changes of people, units, teams, roles and guards.
    pub directory: u64,
}

impl Epoch {
    /// The counters of `org` now; zero before anything was granted.
    pub async fn read(store: &Store, org: OrgId) -> Result<Epoch> {
        let select = sq::Query::select()
            .columns(["n", "directory"])
            .from("authz_epoch")
            .and_where(sq::Expr::col("org").eq(org.0))
            .to_owned();
        let rows = store.query(&store.dialect().select(&select)).await?;
        match rows.first() {
            Some(row) => Ok(Epoch { epoch: row.get_u64(0)?, directory: row.get_u64(1)? }),
            None => Ok(Epoch::default()),
        }
    }
}
