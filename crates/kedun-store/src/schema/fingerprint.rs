//! The shape of the database as text, to compare a fresh one with a migrated one.

use crate::dialect::Verb;
use crate::{Dialect, Result, Stmt, Store};

const SQLITE: [&str; 2] = [
    "SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || \
     coalesce(c.dflt_value, '-') || ' ' || c.pk \
     FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
    "SELECT 'index ' || sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
];

const POSTGRES: [&str; 2] = [
    "SELECT 'column ' || table_schema || '.' || table_name || '.' || column_name || ' ' || data_type || ' ' || \
     is_nullable || ' ' || coalesce(column_default, '-') || ' ' || coalesce(collation_name, '-') \
     FROM information_schema.columns WHERE table_schema IN ('public', 'kedun_keys')",
    "SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname IN ('public', 'kedun_keys')",
];

impl Store {
    /// Every column (with type, nullability, default) and every index of the main database, sorted, one
    /// a line; on PostgreSQL those of the keys too. Equal texts mean equal schemas: the order in which
    /// columns were added does not count.
    pub async fn schema_fingerprint(&self) -> Result<String> {
        let queries = match self.dialect() {
            Dialect::Sqlite => SQLITE,
            Dialect::Postgres => POSTGRES,
        };
        let mut lines = Vec::new();
        for sql in queries {
            for row in self.query_long(&Stmt::own(Verb::Select, sql, Vec::new())).await? {
                lines.push(row.get_text(0)?);
            }
        }
        lines.sort();
        Ok(lines.join("\n"))
    }
}
