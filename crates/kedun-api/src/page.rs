//! The page: embedded files, the document rendered with a nonce, and what is shown when
//! the page was not built.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use kedun_web::Asset;

use crate::problem::Failure;

const NONCE: &str = "__CSP_NONCE__";

/// Serves a file of the page, or the document for the routes of the page.
pub async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Failure::from(kedun_model::Error::not_found("route.unknown")).into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    if let Some(asset) = (path != "index.html").then(|| kedun_web::asset(path)).flatten() {
        return file(path, &asset, request.headers().get(header::IF_NONE_MATCH));
    }
    let wants_html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/html") || v.contains("*/*"));
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if !wants_html || is_file || path.starts_with("api/") || path.starts_with("assets/") {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    }
    document()
}

/// The document with a fresh nonce for style elements; scripts are files of this origin.
fn document() -> Response {
    let mut random = [0u8; 16];
    kedun_vault::Entropy::fill(&kedun_vault::SystemEntropy, &mut random);
    let nonce = STANDARD_NO_PAD.encode(random);
    let html = match kedun_web::asset("index.html") {
        Some(index) => String::from_utf8_lossy(&index.data).replace(NONCE, &nonce),
        None => PLACEHOLDER.to_owned(),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; \
         report-uri /api/v1/csp-reports"
    );
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

fn file(path: &str, asset: &Asset, known: Option<&HeaderValue>) -> Response {
    let tag = format!("\"{}\"", asset.hash);
    if known.and_then(|v| v.to_str().ok()) == Some(tag.as_str()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let mut response = asset.data.clone().into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&asset.mime) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    // Names of files under assets/ change with their content.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, value);
    }
    response
}

const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Kedun</title>\
<h1>Kedun</h1><p>The interface works; the page was not built. Run <code>make web</code> and build again.</p></html>";
