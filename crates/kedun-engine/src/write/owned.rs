//! How many records somebody owns, for handing over.

use kedun_model::{PersonId, Result};
use kedun_store::sq;
use sq::{Expr, ExprTrait};

use crate::door::Door;

impl Door {
    /// The number of living records a person owns, by key of the object; objects without any are left out.
    pub async fn owned_by(&self, person: PersonId) -> Result<Vec<(String, u64)>> {
        let inner = self.inner();
        let mut owned = Vec::new();
        for object in inner.catalog().objects() {
            let select = sq::Query::select()
                .expr(Expr::col("id").count())
                .from(object.def.id.table())
                .and_where(Expr::col("org").eq(inner.org.0))
                .and_where(Expr::col("owner_id").eq(person.0))
                .and_where(Expr::col("deleted_at").is_null())
                .to_owned();
            let rows = inner.store.query(&inner.store.dialect().select(&select)).await?;
            let n = rows.first().map(|row| row.get_u64(0)).transpose()?.unwrap_or(0);
            if n > 0 {
                owned.push((object.def.key.clone(), n));
            }
        }
        Ok(owned)
    }
}
