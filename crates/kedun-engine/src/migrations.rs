//! The engine's own tables: definitions of objects, number sequences, histories of records.

use kedun_store::ddl::{self, Table};
use kedun_store::{ColumnType, Dialect, Migration};

/// The migrations of this crate, numbers 200 to 299.
pub fn migrations() -> Vec<Migration> {
    vec![
        Migration { id: 200, name: "engine tables", steps: tables, housekeeping: &[] },
        Migration { id: 201, name: "imports", steps: crate::write::import_tables, housekeeping: &[] },
        crate::evidence::migration(),
    ]
}

fn tables(dialect: Dialect) -> Vec<String> {
    use ColumnType::{BigInt, Bytes, Text, Uuid};
    vec![
        Table::new("object_def")
            .col("org", BigInt)
            .col("id", BigInt)
            .col("key", Text)
            .col("version", BigInt)
            .col("json", Text)
            .key(&["org", "id"])
            .build(dialect),
        ddl::unique_index("object_def_key", "object_def", &["org", "key"], None),
        Table::new("number_sequence")
            .col("org", BigInt)
            .col("name", Text)
            .col("next", BigInt)
            .key(&["org", "name"])
            .build(dialect),
        Table::new("record_history")
            .col("org", BigInt)
            .col("object", BigInt)
            .col("record", Uuid)
            .col("version", BigInt)
            .col("at", BigInt)
            .col("person", Uuid)
            .col("action", Text)
            .col("body", Bytes)
            .opt("import_id", Uuid)
            .key(&["org", "object", "record", "version"])
            .build(dialect),
        ddl::index(
            "record_history_import",
            "record_history",
            // In the order in which an undo walks.
            &["org", "import_id", "object", "record", "version"],
            Some("import_id IS NOT NULL"),
        ),
    ]
}
