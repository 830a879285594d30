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

/// What stands in an event in place of a text that is neither a key, an id nor a code.
pub const WITHHELD: &str = "(withheld)";
const MAX_KEY: usize = 64;
/// Numbers with more digits may be telephone numbers.
const MAX_DIGITS: usize = 6;

impl EventBody {
    /// Replaces every text that could be the value of a field, except the words of the one who
    /// acted. Returns how many there were; more than none is a defect of a use case.
    pub(super) fn keep_codes_only(&mut self) -> usize {
        let mut withheld = 0;
        let mut check = |text: &mut String, fits: fn(&str) -> bool| {
            if !fits(text) {
                WITHHELD.clone_into(text);
                withheld += 1;
            }
        };
        for key in &mut self.fields {
            check(key, is_code);
        }
        for (name, _) in &mut self.counts {
            check(name, is_code);
        }
        for (name, value) in &mut self.details {
            check(name, is_code);
            check(value, is_code_or_id);
        }
        if let Some(purpose) = &mut self.purpose {
            check(&mut purpose.code, is_code);
        }
        if let Some(query) = &mut self.query {
            for (key, operator) in &mut query.conditions {
                check(key, is_code);
                check(operator, is_code);
            }
            for key in &mut query.sort {
                check(key, is_code);
            }
        }
        withheld
    }
}

/// A key or a code: ASCII, beginning with a letter (after a sign of the sort order), so that no
/// number, address or name in another script fits.
fn is_code(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    text.len() <= MAX_KEY
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b':' | b'-'))
}

/// A code, a uuid, a small number, a list of those with commas between, a route, or nothing.
fn is_code_or_id(text: &str) -> bool {
    let part = |part: &str| {
        is_code(part)
            || (part.len() == 36 && uuid::Uuid::try_parse(part).is_ok())
            || ((1..=MAX_DIGITS).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    };
    text.is_empty() || text.split(',').all(part) || is_route(text)
}

/// A method and the pattern of a path, such as `GET /api/records/{object}/{id}`.
fn is_route(text: &str) -> bool {
    const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    let Some((method, path)) = text.split_once(' ') else { return false };
    let place = |segment: &str| {
        let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
        segment.is_empty() || is_code(name.map_or(segment, |name| name.trim_start_matches('*')))
    };
    METHODS.contains(&method) && (path.is_empty() || path.starts_with('/')) && path.split('/').all(place)
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

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Self::Value, E> {
                self.visit_bytes(&bytes)
            }
        }
        // A borrowed string would be read into a small buffer and refused beyond it.
        deserializer.deserialize_byte_buf(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_ids_and_codes_stay() {
        for good in ["mobile", "record.read", "-updated_at", "_owner", "is_empty", "unit:read"] {
            assert!(is_code(good), "{good}");
        }
        for bad in
            ["", "13800138000", "王小明", "a@b.example", "Wang", "two words", "+86138", "11010519491231002X"]
        {
            assert!(!is_code(bad), "{bad}");
        }
        assert!(is_code_or_id("0198f2ae-0000-7000-8000-000000000000,admin"));
        assert!(!is_code_or_id("0198f2ae-0000-7000-8000-000000000000,13800138000"));
        for good in ["", "17", "GET /api/records/{object}/{id}", "POST /api/jobs/", "DELETE "] {
            assert!(is_code_or_id(good), "{good}");
        }
        for bad in ["1380013", "GET /api/search/13800138000", "GET /a b", "rang 王小明", "TRACE /x"] {
            assert!(!is_code_or_id(bad), "{bad}");
        }

        let mut body = EventBody {
            fields: vec!["mobile".into(), "13800138000".into()],
            details: vec![("role".into(), "王小明".into())],
            counts: vec![("rows".into(), 3)],
            reason: Some("王小明 rang".into()),
            ..EventBody::default()
        };
        assert_eq!(body.keep_codes_only(), 2);
        assert_eq!(body.fields, ["mobile", WITHHELD]);
        assert_eq!(body.reason.as_deref(), Some("王小明 rang"));
    }

    #[test]
    fn a_body_comes_back_and_empty_parts_take_no_room() {
        let body = EventBody {
            fields: vec!["mobile".into()],
            records: vec![[7; 16], [9; 16]],
            query: Some(QueryShape {
                conditions: vec![("name".into(), "eq".into())],
                ..QueryShape::default()
            }),
            ..EventBody::default()
        };
        let mut bytes = Vec::new();
        ciborium::into_writer(&body, &mut bytes).unwrap();
        assert_eq!(ciborium::from_reader::<EventBody, _>(bytes.as_slice()).unwrap(), body);
        // As of a batch of an import.
        let long = EventBody { records: vec![[7; 16]; 1_000], ..EventBody::default() };
        let mut bytes = Vec::new();
        ciborium::into_writer(&long, &mut bytes).unwrap();
        assert_eq!(ciborium::from_reader::<EventBody, _>(bytes.as_slice()).unwrap(), long);
        let mut empty = Vec::new();
        ciborium::into_writer(&EventBody::default(), &mut empty).unwrap();
        assert_eq!(empty.len(), 1);
    }
}
