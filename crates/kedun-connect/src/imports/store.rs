//! The tables of imports: no value of a file stands in them in clear.

use kedun_store::ColumnType::{BigInt, Bool, Bytes, Text, Uuid};
use kedun_store::ddl::{Table, index};
use kedun_store::{Dialect, Migration};

/// The migrations of this crate; numbers 400 to 499.
pub fn migrations() -> Vec<Migration> {
    // Progress is noted without evidence; every act of a person and every batch has its own.
    vec![Migration {
        id: 400,
        name: "imports",
        steps: tables,
        housekeeping: &["import_file", "import_mapping"],
    }]
}

fn tables(d: Dialect) -> Vec<String> {
    vec![
        Table::new("import_file")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("object", Text)
            .col("person", Uuid)
            .col("state", Text)
            .col("bytes", BigInt)
            .col("details", Bytes)
            .opt("mapping", Text)
            .opt("counts", Text)
            .opt("sample", Bytes)
            .opt("progress", Text)
            .opt("job", Uuid)
            .opt("code", Text)
            .col("created_at", BigInt)
            .col("updated_at", BigInt)
            .col("keep_until", BigInt)
            .col("gone", Bool)
            .key(&["org", "id"])
            .build(d),
        index("import_file_person", "import_file", &["org", "person", "created_at"], None),
        index("import_file_keep", "import_file", &["org", "keep_until"], None),
        Table::new("import_mapping")
            .col("org", BigInt)
            .col("person", Uuid)
            .col("object", Text)
            .col("header", Bytes)
            .col("mapping", Text)
            .col("at", BigInt)
            .key(&["org", "person", "object", "header"])
            .build(d),
    ]
}
