//! Reading the definitions at start.

use std::sync::Arc;

use kedun_model::{Error, ObjectDef, OrgId, Result};
use kedun_store::{Store, sq};
use sq::ExprTrait;

use super::{Catalog, CatalogObject};

/// All definitions of an organisation.
pub(crate) async fn load(store: &Store, org: OrgId) -> Result<Catalog> {
    let select = sq::Query::select()
        .columns(["version", "json"])
        .from("object_def")
        .and_where(sq::Expr::col("org").eq(org.0))
        .order_by("id", sq::Order::Asc)
        .to_owned();
    let mut objects = Vec::new();
    for row in store.query(&store.dialect().select(&select)).await? {
        let def: ObjectDef = serde_json::from_str(&row.get_text(1)?)
            .map_err(|e| Error::internal(format!("a stored definition of an object: {e}")))?;
        objects.push(Arc::new(CatalogObject::new(def, row.get_u64(0)?)));
    }
    Ok(Catalog::new(objects))
}
