//! The OpenAPI document, made from the handlers themselves.

use axum::Json;
use axum::response::IntoResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use crate::routes;
use crate::session::COOKIE;
use crate::state::ApiState;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kedun",
        description = "The interface of Kedun. Every answer with personal data is recorded before it is released; \
                       values of sealed fields are masked until they are revealed with a purpose.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(crate::problem::Problem, routes::records::filter::Condition)),
    security(("session" = []))
)]
struct Document;

/// All routes with their descriptions.
pub fn api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(routes::session::router())
        .merge(routes::setup::router())
        .merge(routes::me::router())
        .merge(routes::objects::router())
        .merge(routes::records::router())
        .merge(routes::search::router())
        .merge(routes::views::router())
        .merge(routes::at_hand::router())
        .merge(routes::imports::router())
        .merge(routes::people::router())
        .merge(routes::units::router())
        .merge(routes::teams::router())
        .merge(routes::roles::router())
        .merge(routes::evidence::router())
        .merge(routes::jobs::router())
        .merge(routes::health::router())
}

/// The document: paths are relative to `/api/v1`.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = api().split_for_parts();
    let scheme = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
    let components = document.components.get_or_insert_with(Default::default);
    components.security_schemes.insert("session".to_owned(), scheme.into());
    document.servers = Some(vec![utoipa::openapi::Server::new("/api/v1")]);
    document
}

/// Serves the document.
pub async fn serve() -> impl IntoResponse {
    static DOCUMENT: std::sync::OnceLock<utoipa::openapi::OpenApi> = std::sync::OnceLock::new();
    Json(DOCUMENT.get_or_init(document))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sha2::{Digest as _, Sha256};

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &serde_json::Value, found: &mut HashSet<String>) {
            match value {
                serde_json::Value::Object(members) => {
                    if let Some(serde_json::Value::String(to)) = members.get("$ref") {
                        found.insert(to.clone());
                    }
                    members.values().for_each(|one| references(one, found));
                }
                serde_json::Value::Array(items) => items.iter().for_each(|one| references(one, found)),
                _ => {}
            }
        }
        let document = serde_json::to_value(super::document()).expect("the document is JSON");
        let mut found = HashSet::new();
        references(&document, &mut found);
        assert!(found.len() > 80, "{} references", found.len());
        for to in found {
            assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to} does not exist");
        }
    }

    /// The types of the page begin with the hash of the document that they were made from.
    #[test]
    fn the_types_of_the_page_are_current() {
        let types = include_str!("../../../web/src/api/schema.d.ts");
        let printed = serde_json::to_string_pretty(&super::document()).expect("the document is JSON");
        let hash = hex::encode(Sha256::digest(printed));
        let head = types.lines().next().unwrap_or_default();
        assert!(
            head.starts_with(&format!("// Document {hash}.")),
            "web/src/api/schema.d.ts is older than the document; in web/: \
             cargo run -q -p kedun -- openapi | npm run -s schema > src/api/schema.d.ts"
        );
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let document = serde_json::to_value(super::document()).expect("the document is JSON");
        let mut seen = HashSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let id = operation["operationId"].as_str().expect("an operation id");
                assert!(seen.insert(id.to_owned()), "{method} {path}: {id} is used twice");
            }
        }
        assert!(seen.len() > 60, "{} operations", seen.len());
    }
}
