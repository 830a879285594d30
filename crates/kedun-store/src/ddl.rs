//! Tables and indexes of fixed shape, written once for both dialects.
//!
//! A uuid is 16 bytes (`BLOB` on SQLite, `UUID` on PostgreSQL), a number always has 64
//! bits unless it is small, and a moment is a number of microseconds. Texts compare by
//! their bytes on both engines.

use crate::{ColumnType, Dialect};

/// A table that is to be made.
#[derive(Debug, Clone)]
pub struct Table {
    name: &'static str,
    columns: Vec<(String, ColumnType, bool, Option<&'static str>)>,
    key: Vec<&'static str>,
    counted: Option<&'static str>,
}

impl Table {
    pub fn new(name: &'static str) -> Self {
        Table { name, columns: Vec::new(), key: Vec::new(), counted: None }
    }

    /// A column that always has a value.
    #[must_use]
    pub fn col(mut self, name: &str, ty: ColumnType) -> Self {
        self.columns.push((name.to_owned(), ty, true, None));
        self
    }

    /// A column that may be null.
    #[must_use]
    pub fn opt(mut self, name: &str, ty: ColumnType) -> Self {
        self.columns.push((name.to_owned(), ty, false, None));
        self
    }

    /// A column that has this literal when nothing is given.
    #[must_use]
    pub fn default(mut self, name: &str, ty: ColumnType, literal: &'static str) -> Self {
        self.columns.push((name.to_owned(), ty, true, Some(literal)));
        self
    }

    /// The primary key.
    #[must_use]
    pub fn key(mut self, columns: &[&'static str]) -> Self {
        self.key = columns.to_vec();
        self
    }

    /// A primary key that counts by itself.
    #[must_use]
    pub fn counted(mut self, column: &'static str) -> Self {
        self.counted = Some(column);
        self
    }

    /// The statement that makes it.
    pub fn build(&self, dialect: Dialect) -> String {
        let mut parts = Vec::new();
        if let Some(column) = self.counted {
            parts.push(match dialect {
                Dialect::Sqlite => format!("{column} INTEGER PRIMARY KEY AUTOINCREMENT"),
                Dialect::Postgres => format!("{column} BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
            });
        }
        for (name, ty, required, default) in &self.columns {
            parts.push(column_sql(dialect, name, *ty, *required, *default));
        }
        // A single integer key is the row id of SQLite, which must be called INTEGER.
        if !self.key.is_empty() {
            parts.push(format!("PRIMARY KEY ({})", self.key.join(", ")));
        }
        let tail = if dialect == Dialect::Sqlite && self.counted.is_none() && self.key.len() > 1 {
            " WITHOUT ROWID"
        } else {
            ""
        };
        format!("CREATE TABLE {} ({}){tail}", self.name, parts.join(", "))
    }
}

/// The definition of a column as it stands in CREATE TABLE and ADD COLUMN.
pub(crate) fn column_sql(
    dialect: Dialect,
    name: &str,
    ty: ColumnType,
    required: bool,
    default: Option<&str>,
) -> String {
    let mut sql = format!("{name} {}", ty.sql(dialect));
    if required {
        sql.push_str(" NOT NULL");
    }
    if let Some(literal) = default {
        sql.push_str(" DEFAULT ");
        sql.push_str(match (dialect, literal) {
            (Dialect::Sqlite, "false") => "0",
            (Dialect::Sqlite, "true") => "1",
            (_, literal) => literal,
        });
    }
    sql
}

/// An index named `name` over `columns` (each may end in ` DESC`), with an optional filter.
pub fn index(name: &str, table: &str, columns: &[&str], filter: Option<&str>) -> String {
    let filter = filter.map(|f| format!(" WHERE {f}")).unwrap_or_default();
    format!("CREATE INDEX {name} ON {table} ({}){filter}", columns.join(", "))
}

/// As [`index`], and no two rows may agree in all columns.
pub fn unique_index(name: &str, table: &str, columns: &[&str], filter: Option<&str>) -> String {
    index(name, table, columns, filter).replacen("CREATE INDEX", "CREATE UNIQUE INDEX", 1)
}
