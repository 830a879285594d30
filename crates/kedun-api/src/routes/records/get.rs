//! One record.

use axum::extract::State;
use axum::response::Response;
use kedun_model::RecordId;

use super::view::{Record, one};
use crate::json::ApiPath;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// A record with every field that the caller sees. The answer carries its version as `ETag`.
#[utoipa::path(get, path = "/records/{object}/{id}", tag = "records",
    params(("object" = String, Path), ("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Record), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn get_record(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
) -> Answer<Response> {
    Ok(one(state.door.get(signed.caller(), &object, id).await?))
}
