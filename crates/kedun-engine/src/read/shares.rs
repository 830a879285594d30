//! The shares of records, read where a decision rests on them.

use std::collections::HashMap;

use kedun_guard::{Branch, Grant, GranteeKind, ShareFact, ShareLevel};
use kedun_model::{ObjectId, RecordId, Result};
use kedun_store::{in_uuids, sq};
use sq::{Expr, ExprTrait};

use super::row::RecordRow;
use crate::door::Inner;

/// Whether the rows of a grant depend on shares.
pub(crate) fn by_shares(grant: &Grant) -> bool {
    fn shared(branch: &Branch) -> bool {
        match branch {
            Branch::Shared { .. } => true,
            Branch::AllOf(parts) => parts.iter().any(shared),
            _ => false,
        }
    }
    grant.rows().branches.iter().any(shared)
}

impl Inner {
    /// The shares of these records.
    pub async fn shares_of(
        &self,
        object: ObjectId,
        records: &[RecordId],
    ) -> Result<HashMap<RecordId, Vec<ShareFact>>> {
        let ids = records.iter().map(|r| r.0).collect();
        let select = sq::Query::select()
            .columns(["record_id", "grantee_kind", "grantee_id", "level", "expires_at"])
            .from("share")
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("object").eq(i64::from(object.0)))
            .and_where(in_uuids(self.store.dialect(), Expr::col("record_id"), ids))
            .to_owned();
        let mut shares: HashMap<RecordId, Vec<ShareFact>> = HashMap::new();
        for row in self.store.query(&self.store.dialect().select(&select)).await? {
            let level = i16::try_from(row.get_i64(3)?).ok().and_then(ShareLevel::from_number);
            let kind = row.text(1)?.and_then(GranteeKind::parse);
            // A share that cannot be understood gives nothing.
            if let (Some(level), Some(kind)) = (level, kind) {
                shares.entry(RecordId(row.get_uuid(0)?)).or_default().push(ShareFact {
                    kind,
                    id: row.get_uuid(2)?,
                    level,
                    expires_at: row.opt_i64(4)?,
                });
            }
        }
        Ok(shares)
    }

    /// Adds the shares to rows, if one of the grants asks for them.
    pub async fn fill_shares<'g>(
        &self,
        object: ObjectId,
        rows: &mut [RecordRow],
        grants: impl IntoIterator<Item = &'g Grant>,
    ) -> Result<()> {
        if rows.is_empty() || !grants.into_iter().any(by_shares) {
            return Ok(());
        }
        let ids: Vec<RecordId> = rows.iter().map(|r| r.id).collect();
        let mut shares = self.shares_of(object, &ids).await?;
        for row in rows {
            row.facts.shares = shares.remove(&row.id).unwrap_or_default();
        }
        Ok(())
    }
}
