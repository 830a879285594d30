//! Into the recycle bin, and out of it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kedun_model::RecordId;

use super::view::{Record, one};
use crate::etag::{IfMatch, tagged};
use crate::json::ApiPath;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// Puts a record that is still at the version of `If-Match` into the recycle bin. The answer's
/// `ETag` is the version with which it can be taken out again.
#[utoipa::path(delete, path = "/records/{object}/{id}", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 412, body = crate::Problem), (status = 428, body = crate::Problem)))]
pub async fn delete_record(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    IfMatch(version): IfMatch,
) -> Answer<Response> {
    let version = state.door.delete(signed.caller(), &object, id, version).await?;
    Ok(tagged(version, StatusCode::NO_CONTENT))
}

/// Takes a record that is still at the version of `If-Match` out of the recycle bin.
#[utoipa::path(post, path = "/records/{object}/{id}/restore", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = Record), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 409, body = crate::Problem), (status = 412, body = crate::Problem), (status = 428, body = crate::Problem)))]
pub async fn restore_record(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    IfMatch(version): IfMatch,
) -> Answer<Response> {
    Ok(one(state.door.restore(signed.caller(), &object, id, version).await?))
}
