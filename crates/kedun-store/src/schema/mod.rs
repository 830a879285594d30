//! Tables of business objects: from definitions to idempotent, journaled steps.

mod apply;
mod fingerprint;
mod plan;
mod sql;

pub use plan::{ObjectColumn, column_type, plan_object};
pub use sql::{IndexKind, SchemaStep, system_columns};

use serde::{Deserialize, Serialize};

use crate::Dialect;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// 16 bytes.
    Uuid,
    /// Bytes of any length.
    Bytes,
    /// Text, compared by its bytes.
    Text,
    /// A 64-bit integer.
    BigInt,
    /// A 64-bit integer that is the whole primary key.
    RowId,
    /// A 32-bit integer.
    Int,
    /// A 16-bit integer.
    SmallInt,
    Bool,
    /// A 64-bit floating-point number.
    Float,
}

impl ColumnType {
    /// The name of the type in a dialect.
    pub fn sql(self, dialect: Dialect) -> &'static str {
        match (dialect, self) {
            (Dialect::Sqlite, Self::Uuid | Self::Bytes) => "BLOB",
            (Dialect::Sqlite, Self::Text) => "TEXT",
            (Dialect::Sqlite, Self::BigInt) => "BIGINT",
            (Dialect::Sqlite, Self::RowId | Self::Int | Self::SmallInt | Self::Bool) => "INTEGER",
            (Dialect::Sqlite, Self::Float) => "REAL",
            (Dialect::Postgres, Self::Uuid) => "UUID",
            (Dialect::Postgres, Self::Bytes) => "BYTEA",
            (Dialect::Postgres, Self::Text) => "TEXT COLLATE \"C\"",
            (Dialect::Postgres, Self::BigInt | Self::RowId) => "BIGINT",
            (Dialect::Postgres, Self::Int) => "INTEGER",
            (Dialect::Postgres, Self::SmallInt) => "SMALLINT",
            (Dialect::Postgres, Self::Bool) => "BOOLEAN",
            (Dialect::Postgres, Self::Float) => "DOUBLE PRECISION",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Bytes => "bytes",
            Self::Text => "text",
            Self::BigInt | Self::RowId => "64-bit integer",
            Self::Int => "32-bit integer",
            Self::SmallInt => "16-bit integer",
            Self::Bool => "boolean",
            Self::Float => "float",
        }
    }
}
