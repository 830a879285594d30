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

/// The document of everybody who is signed in, and the light one that signs people in.
static APP: &str = "index.html";
static SIGN_IN: &str = "sign-in.html";
/// Addresses for people without a session.
const OPEN: [&str; 3] = ["sign-in", "join", "setup"];

/// What a browser gets that asks for a page.
#[derive(Debug, PartialEq, Eq)]
enum Page {
    Document(&'static str),
    /// Signing in comes first; the address leads back afterwards.
    Elsewhere(String),
}

/// Serves a file of the page, or the document for the routes of the page.
pub async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Failure::from(kedun_model::Error::not_found("route.unknown")).into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let is_document = path == APP || path == SIGN_IN;
    if let Some(asset) = (!is_document).then(|| kedun_web::asset(path)).flatten() {
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
    let address = request.uri().path_and_query().map_or("/", |whole| whole.as_str());
    let known = crate::session::cookie(request.headers()).is_some();
    match page(address, known, kedun_web::asset(SIGN_IN).is_some()) {
        Page::Document(name) => document(name),
        Page::Elsewhere(address) => elsewhere(&address),
    }
}

/// The page for an address. `known` is a browser that sends a session, living or not; without the
/// light document (`light`) the other one does everything.
fn page(address: &str, known: bool, light: bool) -> Page {
    let path = address.split('?').next().unwrap_or_default().trim_matches('/');
    if !light {
        return Page::Document(APP);
    }
    if path == "sign-in" {
        return Page::Document(SIGN_IN);
    }
    if known || OPEN.contains(&path) {
        return Page::Document(APP);
    }
    let mut target = String::from("/sign-in");
    if address != "/" {
        target.push_str("?next=");
        for byte in address.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                target.push(char::from(byte));
            } else {
                use std::fmt::Write as _;
                let _infallible = write!(target, "%{byte:02X}");
            }
        }
    }
    Page::Elsewhere(target)
}

fn elsewhere(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(address) {
        headers.insert(header::LOCATION, value);
    }
    response
}

/// A document with a fresh nonce for style elements; scripts are files of this origin.
fn document(name: &str) -> Response {
    let mut random = [0u8; 16];
    kedun_vault::Entropy::fill(&kedun_vault::SystemEntropy, &mut random);
    let nonce = STANDARD_NO_PAD.encode(random);
    let html = match kedun_web::asset(name) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(address: &str) -> Page {
        page(address, false, true)
    }

    fn elsewhere(address: &str) -> Page {
        Page::Elsewhere(address.to_owned())
    }

    #[test]
    fn signing_in_has_a_document_of_its_own_for_everybody() {
        for address in ["/sign-in", "/sign-in/", "/sign-in?next=%2Fo%2Fcontact"] {
            assert_eq!(stranger(address), Page::Document(SIGN_IN));
            assert_eq!(page(address, true, true), Page::Document(SIGN_IN));
        }
        assert_eq!(stranger("/sign-in-not"), elsewhere("/sign-in?next=/sign-in-not"));
    }

    #[test]
    fn a_browser_without_a_session_is_led_to_it_and_back() {
        assert_eq!(stranger("/"), elsewhere("/sign-in"));
        assert_eq!(stranger("/?tab=mine"), elsewhere("/sign-in?next=/%3Ftab%3Dmine"));
        assert_eq!(
            stranger("/o/contact?q=%E7%8E%8B&sort=a"),
            elsewhere("/sign-in?next=/o/contact%3Fq%3D%25E7%258E%258B%26sort%3Da")
        );
        assert_eq!(page("/o/contact", true, true), Page::Document(APP));
    }

    #[test]
    fn links_that_carry_a_token_need_no_session() {
        for address in ["/join", "/setup", "/setup/"] {
            assert_eq!(stranger(address), Page::Document(APP));
        }
    }

    #[test]
    fn a_page_that_was_not_built_is_said_everywhere() {
        for address in ["/", "/sign-in", "/o/contact"] {
            assert_eq!(page(address, false, false), Page::Document(APP));
        }
    }

    #[test]
    fn the_redirect_is_not_kept() {
        let response = super::elsewhere("/sign-in?next=/o/contact");
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[header::LOCATION], "/sign-in?next=/o/contact");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }
}
