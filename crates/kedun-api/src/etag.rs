//! Versions on the wire: the tag of an answer, and the version that a change is based on.

use std::fmt::Display;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kedun_model::{Error, ErrorKind, Result};

use crate::problem::Failure;

/// The version of the record that the caller saw, from the header `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub u64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let version = u64::try_from(if_match(&parts.headers)?).map_err(Error::internal)?;
        Ok(IfMatch(version))
    }
}

/// The version named in `If-Match`, 0 or more.
///
/// # Errors
/// 428 `precondition_required` where the header is missing, names several versions or none.
pub fn if_match(headers: &HeaderMap) -> Result<i64> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let tag = match (values.next(), values.next()) {
        (Some(tag), None) => tag.to_str().ok().and_then(version),
        _ => None,
    };
    tag.ok_or_else(|| Error::new(ErrorKind::PreconditionFailed, "precondition_required"))
}

/// The version of a tag. A proxy that compresses may have marked it as weak; the version
/// means the same. `*` names no version and is refused.
fn version(tag: &str) -> Option<i64> {
    let tag = tag.trim();
    let digits = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    digits.parse().ok().filter(|version| *version >= 0)
}

/// The answer with the tag of its version.
pub fn tagged(version: impl Display, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<i64> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::IF_MATCH, value.parse().expect("header"));
        }
        if_match(&headers)
    }

    #[test]
    fn exactly_one_version_passes() {
        assert_eq!(read(&["\"7\""]).expect("accepted"), 7);
        assert_eq!(read(&[" W/\"12\" "]).expect("accepted"), 12);
        for bad in ["*", "7", "\"7", "7\"", "\"-1\"", "\"7\", \"8\"", "\"\"", "\"a\""] {
            assert_eq!(read(&[bad]).expect_err("refused").code, "precondition_required", "{bad}");
        }
        assert!(read(&[]).is_err());
        assert!(read(&["\"7\"", "\"8\""]).is_err());
    }

    #[test]
    fn an_answer_carries_its_version() {
        let response = tagged(3, "body");
        assert_eq!(response.headers().get(header::ETAG).and_then(|v| v.to_str().ok()), Some("\"3\""));
    }
}
