//! Rows of a result, read by the index of the column.

use std::fmt;

use uuid::Uuid;

use crate::{Result, StoreError};

/// One value of a result.
#[derive(Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Blob(Vec<u8>),
    Uuid(Uuid),
}

/// One row. Every getter fails, and none panics, when the column is not there, is
/// of another type, or is null where the getter does not say `opt`.
#[derive(Clone)]
pub struct Row(pub(crate) Vec<Cell>);

impl fmt::Debug for Row {
    // Values stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} columns)", self.0.len())
    }
}

macro_rules! getters {
    ($($(#[$doc:meta])* $get:ident, $opt:ident, $type:ty, $what:literal, $from:expr;)*) => {$(
        $(#[$doc])*
        pub fn $get(&self, i: usize) -> Result<$type> {
            self.$opt(i)?.ok_or(StoreError::Column { index: i, expected: $what, found: "null" })
        }

        /// As the getter without `opt`, and `None` for null.
        pub fn $opt(&self, i: usize) -> Result<Option<$type>> {
            let from: fn(&Cell) -> Option<$type> = $from;
            match self.cell(i)? {
                Cell::Null => Ok(None),
                cell => from(cell).map(Some).ok_or(StoreError::Column { index: i, expected: $what, found: cell.kind() }),
            }
        }
    )*};
}

impl Row {
    getters! {
        /// A uuid.
        get_uuid, opt_uuid, Uuid, "uuid", |cell| match cell {
            Cell::Uuid(id) => Some(*id),
            Cell::Blob(bytes) => Uuid::from_slice(bytes).ok(),
            _ => None,
        };
        /// A 64-bit integer.
        get_i64, opt_i64, i64, "integer", |cell| match cell {
            Cell::Int(n) => Some(*n),
            Cell::Bool(b) => Some(i64::from(*b)),
            _ => None,
        };
        /// An unsigned integer that was stored in a signed column.
        get_u64, opt_u64, u64, "unsigned integer", |cell| match cell {
            Cell::Int(n) => u64::try_from(*n).ok(),
            _ => None,
        };
        /// An unsigned 32-bit integer.
        get_u32, opt_u32, u32, "unsigned 32-bit integer", |cell| match cell {
            Cell::Int(n) => u32::try_from(*n).ok(),
            _ => None,
        };
        /// Yes or no.
        get_bool, opt_bool, bool, "boolean", |cell| match cell {
            Cell::Bool(b) => Some(*b),
            Cell::Int(n @ (0 | 1)) => Some(*n == 1),
            _ => None,
        };
        /// A floating-point number; integers count.
        get_f64, opt_f64, f64, "number", |cell| match cell {
            Cell::Float(x) => Some(*x),
            #[expect(clippy::cast_precision_loss, reason = "asked for as a float")]
            Cell::Int(n) => Some(*n as f64),
            _ => None,
        };
        /// Text.
        get_text, opt_text, String, "text", |cell| match cell {
            Cell::Text(s) => Some(s.clone()),
            _ => None,
        };
        /// Bytes.
        get_blob, opt_blob, Vec<u8>, "bytes", |cell| match cell {
            Cell::Blob(bytes) => Some(bytes.clone()),
            Cell::Uuid(id) => Some(id.as_bytes().to_vec()),
            _ => None,
        };
    }

    /// Exactly `N` bytes.
    pub fn get_array<const N: usize>(&self, i: usize) -> Result<[u8; N]> {
        self.get_blob(i)?.try_into().ok().ok_or(StoreError::Column {
            index: i,
            expected: "bytes of a fixed length",
            found: "bytes of another length",
        })
    }

    /// Borrowed text, `None` for null.
    pub fn text(&self, i: usize) -> Result<Option<&str>> {
        match self.cell(i)? {
            Cell::Null => Ok(None),
            Cell::Text(s) => Ok(Some(s)),
            other => Err(StoreError::Column { index: i, expected: "text", found: other.kind() }),
        }
    }

    /// Borrowed bytes, `None` for null.
    pub fn blob(&self, i: usize) -> Result<Option<&[u8]>> {
        match self.cell(i)? {
            Cell::Null => Ok(None),
            Cell::Blob(bytes) => Ok(Some(bytes)),
            Cell::Uuid(id) => Ok(Some(id.as_bytes())),
            other => Err(StoreError::Column { index: i, expected: "bytes", found: other.kind() }),
        }
    }

    /// Whether the column is null.
    pub fn is_null(&self, i: usize) -> Result<bool> {
        Ok(matches!(self.cell(i)?, Cell::Null))
    }

    /// The number of columns.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no columns.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn cell(&self, i: usize) -> Result<&Cell> {
        self.0.get(i).ok_or(StoreError::Column { index: i, expected: "a column", found: "nothing" })
    }
}

impl Cell {
    fn kind(&self) -> &'static str {
        match self {
            Cell::Null => "null",
            Cell::Bool(_) => "boolean",
            Cell::Int(_) => "integer",
            Cell::Float(_) => "float",
            Cell::Text(_) => "text",
            Cell::Blob(_) => "bytes",
            Cell::Uuid(_) => "uuid",
        }
    }
}
