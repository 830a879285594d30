//! What an event's sealed body says: ids, keys of fields and codes; never the value of a field.

use kedun_model::Purpose;
use serde::{Deserialize, Serialize};

/// The body of an event. Absent parts take no room.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventBody {
    /// Keys of the fields that were shown or changed.
    #[serde(default, rename = "f", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Words of the one who acted.
    #[serde(default, rename = "r", skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, rename = "c", skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<(String, i64)>,
    #[serde(default, rename = "q", skip_serializing_if = "Option::is_none")]
    pub query: Option<QueryShape>,
    /// Ids and codes.
    #[serde(default, rename = "d", skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, String)>,
    /// The ids of the records of a page, 16 bytes each.
    #[serde(default, rename = "i", skip_serializing_if = "Vec::is_empty", with = "packed")]
    pub records: Vec<[u8; 16]>,
    #[serde(default, rename = "n", skip_serializing_if = "String::is_empty")]
    pub network: String,
    #[serde(default, rename = "v", skip_serializing_if = "String::is_empty")]
    pub device: String,
}

/// What was asked, without what was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueryShape {
    /// Key of the field and code of the operator, for each condition.
    #[serde(default, rename = "w", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<(String, String)>,
    #[serde(default, rename = "s", skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<String>,
    /// Whether words were searched for.
    #[serde(default, rename = "t", skip_serializing_if = "std::ops::Not::not")]
    pub search: bool,
}

/// Ids in one byte string.
mod packed {
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(ids: &[[u8; 16]], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(ids.as_flattened())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[u8; 16]>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<[u8; 16]>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("ids of 16 bytes each")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                match bytes.as_chunks::<16>() {
                    (ids, []) => Ok(ids.to_vec()),
                    _ => Err(E::custom("a broken id")),
                }
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}
