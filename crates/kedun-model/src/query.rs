//! Questions about records, as callers put them: by keys of fields, never by
//! names of columns.

use serde::{Deserialize, Serialize};

/// A condition tree. At most 4 levels and 50 conditions are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    /// A condition on one field.
    #[serde(untagged)]
    Field {
        /// The key of the field; system fields begin with `_`: `_owner`, `_created_at`,
        /// `_updated_at`, `_unit`, `_team`, `_import`.
        field: String,
        op: FilterOp,
        /// Absent for `is_empty` and `is_not_empty`; an array for `in` and `between`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<serde_json::Value>,
    },
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterOp {
    Eq,
    Ne,
    In,
    NotIn,
    Lt,
    Lte,
    Gt,
    Gte,
    Between,
    /// Text that contains the fragment; on sealed fields answered by the arena.
    Contains,
    StartsWith,
    /// The last characters, such as the last four digits of a telephone number.
    EndsWith,
    IsEmpty,
    IsNotEmpty,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The key of the field, or a system field as in [`Filter::Field`].
    pub field: String,
    #[serde(default)]
    pub descending: bool,
}

/// A question for a page of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ListQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// Words typed into the search field of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Up to 3 keys; empty means `_updated_at` descending.
    #[serde(default)]
    pub sort: Vec<Sort>,
    /// Keys of the fields wanted; empty means those of the default list.
    #[serde(default)]
    pub fields: Vec<String>,
    /// 1 to 200; 50 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before ended; opaque.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Count too, up to 1,000 ("1000+").
    #[serde(default)]
    pub count: bool,
    /// Deleted records instead of living ones (the recycle bin).
    #[serde(default)]
    pub deleted: bool,
}
