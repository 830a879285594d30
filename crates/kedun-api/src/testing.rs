//! The readers of what a request carries, for the fuzzer.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, Request};
use uuid::Uuid;

pub use crate::etag::if_match;
pub use crate::request::wants_english;
pub use crate::routes::records::testing::{filter, list_query, timeline_cursor};
pub use crate::when::{parse as moment, text as moment_text};

/// The header map with these values, each under its name; values that no header can have are left out.
pub fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            map.append(*name, value);
        }
    }
    map
}

/// The key in `Idempotency-Key`.
///
/// # Errors
/// The code `idempotency.key`.
pub async fn idempotency_key(headers: HeaderMap) -> std::result::Result<Option<Uuid>, Cow<'static, str>> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.headers = headers;
    match crate::idempotency::IdempotencyKey::from_request_parts(&mut parts, &()).await {
        Ok(key) => Ok(key.0),
        Err(failure) => Err(failure.error.code),
    }
}

/// The tag of an answer with this version.
pub fn tag(version: i64) -> Option<HeaderValue> {
    crate::etag::tagged(version, ()).headers().get("etag").cloned()
}
