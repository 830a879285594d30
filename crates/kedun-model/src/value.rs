//! The value of one field of one record, in the form that business code uses.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A value. What it means is said by the field's [`crate::FieldKind`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "t", content = "v", rename_all = "snake_case")]
pub enum Value {
    /// Nothing was entered.
    Null,
    /// Yes or no.
    Bool(bool),
    /// An integer; money in minor units.
    Int(i64),
    /// Text of every kind, and the key of a selected option.
    Text(String),
    /// A day, counted from 1970-01-01.
    Date(i32),
    /// A moment, in microseconds of UTC since 1970-01-01T00:00:00Z.
    Time(i64),
    /// A reference to a record or a person.
    Id(Uuid),
    /// Keys of several selected options.
    List(Vec<String>),
}

impl Value {
    /// Whether nothing was entered.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(s) => Some(s),
            _ => None,
        }
    }

    /// The id, if it is one.
    pub fn as_id(&self) -> Option<Uuid> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }
}
