//! Showing sealed values whole.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kedun_model::{Error, Purpose, RecordId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::FieldValue;
use crate::json::{ApiJson, ApiPath};
use crate::problem::Answer;
use crate::routes::session::purposes;
use crate::session::Signed;
use crate::state::ApiState;

/// How long a revealed value is shown, in seconds.
pub const SHOWN_FOR: u32 = 30;

/// What a value is needed for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurposeBody {
    /// One of the codes that the session lists
    pub code: String,
    /// At most 500 characters; kept sealed in the evidence
    pub note: Option<String>,
}

/// Which values, and what for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealBody {
    /// Keys of fields
    pub fields: Vec<String>,
    /// Without one the answer is 403 `step_up.purpose`
    pub purpose: Option<PurposeBody>,
}

/// The values.
#[derive(Debug, Serialize, ToSchema)]
pub struct Revealed {
    /// By key of the field; what was erased comes back masked
    pub values: BTreeMap<String, FieldValue>,
    /// The page hides them again after so many seconds
    pub expires_in: u32,
}

/// Which value was copied.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopiedBody {
    /// The key of the field
    pub field: String,
}

/// Shows fields of a record whole; who, when and what for is in the evidence before they are shown.
#[utoipa::path(post, path = "/records/{object}/{id}/reveal", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path)), request_body = RevealBody,
    responses((status = 200, body = Revealed), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 422, body = crate::Problem)))]
pub async fn reveal_fields(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    ApiJson(body): ApiJson<RevealBody>,
) -> Answer<Json<Revealed>> {
    let purpose = match body.purpose {
        Some(purpose) if purposes().iter().any(|known| known.code == purpose.code) => {
            Purpose { code: purpose.code, note: purpose.note }
        }
        Some(_) => return Err(Error::invalid("invalid").field("purpose", "field.not_an_option").into()),
        // The door answers with the step that is missing.
        None => Purpose { code: String::new(), note: None },
    };
    let shown = state.door.reveal(signed.caller(), &object, id, &body.fields, purpose).await?;
    let values = shown.into_iter().map(|(key, view)| (key, view.into())).collect();
    Ok(Json(Revealed { values, expires_in: SHOWN_FOR }))
}

/// Counts that a revealed value was copied.
#[utoipa::path(post, path = "/records/{object}/{id}/copied", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path)), request_body = CopiedBody,
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 422, body = crate::Problem)))]
pub async fn note_copy(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    ApiJson(body): ApiJson<CopiedBody>,
) -> Answer<StatusCode> {
    state.door.copied(signed.caller(), &object, id, &body.field).await?;
    Ok(StatusCode::NO_CONTENT)
}
