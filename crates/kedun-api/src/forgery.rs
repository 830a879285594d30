//! The check against forged requests: a header that other origins cannot send, and the
//! origin itself. The cookie's SameSite is the second line only.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kedun_model::Error;

use crate::problem::Failure;

/// Reports of the browser itself, which cannot add headers.
const EXEMPT: &str = "/csp-reports";

/// Refuses a changing request that does not come from the page of this server.
pub async fn check(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe
        || request.uri().path().ends_with(EXEMPT)
        || genuine(request.headers(), request.uri().authority().map(Authority::as_str))
    {
        return next.run(request).await;
    }
    Failure::from(Error::forbidden("csrf")).into_response()
}

fn genuine(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if text("x-kd-csrf") != Some("1") {
        return false;
    }
    if text("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return false;
    }
    match text(header::ORIGIN.as_str()) {
        // Programs other than browsers send no origin, and no cookie of somebody else either.
        None => true,
        Some(origin) => {
            let host = text(header::HOST.as_str()).or(authority).unwrap_or_default();
            origin.strip_prefix("https://") == Some(host)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.parse().expect("name"), v.parse().expect("value"))).collect()
    }

    #[test]
    fn only_the_own_page_and_plain_programs_pass() {
        let own = [("x-kd-csrf", "1"), ("origin", "https://crm.example"), ("host", "crm.example")];
        assert!(genuine(&headers(&own), None));
        // HTTP/2 names host and port in the request line instead of a header.
        let second = [("x-kd-csrf", "1"), ("origin", "https://crm.example:8443")];
        assert!(genuine(&headers(&second), Some("crm.example:8443")));
        assert!(!genuine(&headers(&second), Some("crm.example")));
        assert!(genuine(&headers(&[("x-kd-csrf", "1"), ("host", "crm.example")]), None));
        assert!(!genuine(&headers(&[("origin", "https://crm.example"), ("host", "crm.example")]), None));
        let other = [("x-kd-csrf", "1"), ("origin", "https://evil.example"), ("host", "crm.example")];
        assert!(!genuine(&headers(&other), None));
        let plain = [("x-kd-csrf", "1"), ("origin", "http://crm.example"), ("host", "crm.example")];
        assert!(!genuine(&headers(&plain), None));
        let cross = [("x-kd-csrf", "1"), ("sec-fetch-site", "cross-site"), ("host", "crm.example")];
        assert!(!genuine(&headers(&cross), None));
    }
}
