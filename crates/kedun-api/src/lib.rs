//! The interface over HTTP: routes, bodies, the OpenAPI document, the mapping of
//! errors, and the embedded page.
//!
//! A handler makes a caller from the request, calls one use case and shapes the
//! answer. What must hold for every request (headers, the check against forged
//! requests, the trace, the record of refusals) is a layer, not a duty.
//!
//! **Invariant:** this crate knows no SQL and decides no right: it never looks at
//! a role to allow something. Values reach it only in views that the door made.

mod etag;
mod forgery;
mod headers;
mod idempotency;
mod json;
mod migrations;
mod openapi;
mod page;
mod problem;
mod refusal;
mod request;
mod routes;
mod sealed;
mod session;
mod state;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tls;
mod when;

pub use migrations::migrations;
pub use openapi::document;
pub use problem::Problem;
pub use sealed::sealed_router;
pub use state::{ApiConfig, ApiState, Kit};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// The largest body apart from uploads.
const MAX_BODY: usize = 2 * 1024 * 1024;

/// The whole server: the interface under `/api/v1`, the page everywhere else.
pub fn router(state: ApiState) -> Router {
    let (api, _) = openapi::api().split_for_parts();
    let api = api
        .route("/openapi.json", axum::routing::get(openapi::serve))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(state.clone(), refusal::record))
        .layer(middleware::from_fn(forgery::check))
        .fallback(problem::no_such_route);
    Router::new()
        .nest("/api/v1", api)
        .fallback(page::serve)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(headers::add))
        .layer(CatchPanicLayer::custom(problem::after_panic))
        .with_state(state)
}
