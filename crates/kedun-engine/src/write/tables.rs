//! The table that makes each batch of an import count once.

use kedun_store::ColumnType::{BigInt, Bytes, Uuid};
use kedun_store::Dialect;
use kedun_store::ddl::Table;

/// Which batches of which imports are in, and what came of their rows: a byte and an id for each,
/// then the codes of those rejected.
pub(crate) fn import_tables(dialect: Dialect) -> Vec<String> {
    vec![
        Table::new("import_batch")
            .col("org", BigInt)
            .col("import_id", Uuid)
            .col("batch", BigInt)
            .col("at", BigInt)
            .col("outcomes", Bytes)
            .key(&["org", "import_id", "batch"])
            .build(dialect),
    ]
}
