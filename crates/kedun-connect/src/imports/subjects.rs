//! Which imports may have a key.

use std::collections::HashSet;

use kedun_model::Result;
use kedun_store::sq;
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use super::Imports;

impl Imports {
    /// The subjects under whose keys files of imports are sealed.
    ///
    /// # Errors
    /// The store's.
    pub async fn subjects(&self) -> Result<HashSet<Uuid>> {
        let store = self.0.door.store();
        let select = sq::Query::select()
            .column("id")
            .from("import_file")
            .and_where(Expr::col("org").eq(self.0.door.org().0))
            .to_owned();
        let rows = store.query(&store.dialect().select(&select)).await?;
        rows.iter().map(|row| Ok(row.get_uuid(0)?)).collect()
    }
}
