//! The server without its root key: it says so and does nothing else.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use kedun_model::Error;
use serde_json::json;

use crate::problem::Failure;

/// Health says sealed, every other address of the interface answers 503, pages explain.
pub fn sealed_router() -> Router {
    Router::new()
        .route("/api/v1/health", get(health))
        .route("/api/{*rest}", axum::routing::any(refuse))
        .fallback(explain)
        .layer(middleware::from_fn(crate::headers::add))
}

async fn health() -> Response {
    let body = Json(json!({ "state": "sealed", "version": env!("CARGO_PKG_VERSION") }));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}

async fn refuse() -> Failure {
    Error::unavailable("sealed").into()
}

async fn explain() -> Response {
    let page = axum::response::Html(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Kedun</title>\
         <h1>客盾处于密封状态 / Kedun is sealed</h1>\
         <p>服务器没有得到正确的根密钥,因此不能解密任何数据。数据没有丢失。请管理员提供根密钥后重新启动。</p>\
         <p>The server has no root key, or not the right one, and can decrypt nothing. Nothing is lost. \
         Provide the root key (file, environment variable or passphrase) and start again.</p></html>",
    );
    (StatusCode::SERVICE_UNAVAILABLE, page).into_response()
}
