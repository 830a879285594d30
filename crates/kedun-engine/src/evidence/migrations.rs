//! The evidence's own tables: the keys that sign, and who of equal nodes signs.

use kedun_store::ddl::Table;
use kedun_store::{ColumnType, Dialect, Migration};

/// The migration of the evidence, number 210.
pub(crate) fn migration() -> Migration {
    Migration {
        id: 210,
        name: "evidence keys",
        steps,
        housekeeping: &["ledger_key_certificate", "evidence_lease"],
    }
}

fn steps(dialect: Dialect) -> Vec<String> {
    use ColumnType::{BigInt, Bytes, RowId, Text, Uuid};
    vec![
        Table::new("ledger_key_certificate")
            .col("idx", RowId)
            .col("at", BigInt)
            .col("size", BigInt)
            .col("public", Text)
            .col("note", Text)
            .opt("seed", Bytes)
            .key(&["idx"])
            .build(dialect),
        Table::new("evidence_lease")
            .col("name", Text)
            .col("owner", Uuid)
            .col("until_at", BigInt)
            .key(&["name"])
            .build(dialect),
    ]
}
