//! What a request says: its body, its query and the ids of its path, each refused with a
//! problem that never repeats what was sent.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use kedun_model::{Error, ErrorKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::problem::Failure;

/// A body of this shape. Bodies say `deny_unknown_fields`, so that a misspelt name is told
/// and not passed over.
pub struct ApiJson<T>(pub T);

impl<S, T> FromRequest<S> for ApiJson<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Error::invalid("body.malformed").arg("expected", "application/json").into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        // The parser's words quote what they stumble over, which may be anybody's data.
        serde_json::from_slice(&bytes).map(ApiJson).map_err(|error| {
            let error =
                Error::invalid("body.malformed").arg("line", error.line()).arg("column", error.column());
            Failure::from(error)
        })
    }
}

fn unreadable(rejection: BytesRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::new(ErrorKind::TooLarge, "too_large").into();
    }
    Error::invalid("body.malformed").into()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// The parameters of a query. Their types say `deny_unknown_fields`: a parameter that is
/// passed over in silence would be taken for one that has narrowed the answer.
pub struct ApiQuery<T>(pub T);

impl<S, T> FromRequestParts<S> for ApiQuery<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(ApiQuery(value)),
            Err(_) => Err(Error::invalid("query.malformed").into()),
        }
    }
}

/// The variable parts of a path. One that does not parse names nothing: 404, as for an id
/// that does not exist.
pub struct ApiPath<T>(pub T);

impl<S, T> FromRequestParts<S> for ApiPath<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(ApiPath(value)),
            Err(_) => Err(Error::not_found("not_found").into()),
        }
    }
}

/// Tells a member that is null (empty it) from one that is absent (leave it); for members
/// with `#[serde(default)]`.
///
/// # Errors
/// The parser's, for a value of another shape.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    #[derive(Default)]
    struct Shape {
        n: u32,
        #[serde(deserialize_with = "present")]
        unit: Option<Option<u32>>,
    }

    async fn read(kind: &str, body: &'static str) -> Result<Shape, Failure> {
        let request =
            Request::builder().header("content-type", kind).body(Body::from(body)).expect("request");
        ApiJson::<Shape>::from_request(request, &()).await.map(|json| json.0)
    }

    #[tokio::test]
    async fn a_body_of_another_shape_is_refused_without_repeating_it() {
        assert_eq!(read("application/json; charset=utf-8", r#"{"n":3}"#).await.expect("accepted").n, 3);
        for body in [r#"{"n":"13800138000"}"#, r#"{"n":1,"13800138000":2}"#, "{", "", "\"13800138000\""] {
            let failure = read("application/json", body).await.expect_err("refused");
            assert_eq!(failure.error.code, "body.malformed");
            assert!(!failure.error.to_string().contains("13800138000"), "{}", failure.error);
        }
        assert!(read("text/plain", r#"{"n":3}"#).await.is_err());
        assert!(read("", r#"{"n":3}"#).await.is_err());
    }

    #[tokio::test]
    async fn null_is_told_from_absent() {
        assert_eq!(read("application/json", "{}").await.expect("accepted").unit, None);
        assert_eq!(read("application/json", r#"{"unit":null}"#).await.expect("accepted").unit, Some(None));
        assert_eq!(read("application/json", r#"{"unit":7}"#).await.expect("accepted").unit, Some(Some(7)));
    }

    #[tokio::test]
    async fn unknown_and_malformed_parameters_are_refused() {
        async fn query(uri: &str) -> Result<u32, Failure> {
            let (mut parts, ()) = Request::builder().uri(uri).body(()).expect("request").into_parts();
            ApiQuery::<Shape>::from_request_parts(&mut parts, &()).await.map(|query| query.0.n)
        }
        assert_eq!(query("/x?n=5").await.expect("accepted"), 5);
        assert_eq!(query("/x").await.expect("accepted"), 0);
        for uri in ["/x?m=5", "/x?n=five", "/x?n=5&more=1"] {
            assert_eq!(query(uri).await.expect_err("refused").error.code, "query.malformed");
        }
    }
}
