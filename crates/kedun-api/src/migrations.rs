//! The tables of the interface itself.

use kedun_store::ddl::{self, Table};
use kedun_store::{ColumnType, Dialect, Migration};

/// The migrations of this crate, numbers 500 to 599.
pub fn migrations() -> Vec<Migration> {
    vec![
        Migration { id: 500, name: "saved views", steps: saved_views, housekeeping: &[] },
        Migration { id: 501, name: "favourites", steps: favourites, housekeeping: &[] },
    ]
}

/// Which records somebody keeps at hand: ids alone, never a title.
fn favourites(dialect: Dialect) -> Vec<String> {
    use ColumnType::{BigInt, Uuid};
    vec![
        Table::new("favourite")
            .col("org", BigInt)
            .col("person", Uuid)
            .col("object", BigInt)
            .col("record", Uuid)
            .col("created_at", BigInt)
            .key(&["org", "person", "object", "record"])
            .build(dialect),
    ]
}

fn saved_views(dialect: Dialect) -> Vec<String> {
    use ColumnType::{BigInt, Bool, Bytes, Text, Uuid};
    vec![
        Table::new("saved_view")
            .col("org", BigInt)
            .col("id", Uuid)
            .col("object", BigInt)
            .col("owner", Uuid)
            .col("scope", Text)
            .opt("role", Text)
            .col("standard", Bool)
            .col("body", Bytes)
            .col("created_at", BigInt)
            .col("updated_at", BigInt)
            .key(&["org", "id"])
            .build(dialect),
        ddl::index("saved_view_object", "saved_view", &["org", "object"], None),
    ]
}
