//! Changing a record.

use axum::extract::State;
use axum::response::Response;
use kedun_engine::Patch;
use kedun_model::{PersonId, RecordId, TeamId, UnitId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::duplicates::with_matches;
use super::view::{Record, one};
use crate::etag::IfMatch;
use crate::json::{ApiJson, ApiPath, present};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// What is to change; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecordPatch {
    /// By key of the field; null empties a field
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    /// Needs the right to transfer
    pub owner: Option<Uuid>,
    /// Needs the right to transfer; null for none
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub unit: Option<Option<Uuid>>,
    /// Needs the right to transfer; null for none
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub team: Option<Option<Uuid>>,
    /// The partner company it is assigned to: the id of its record. Needs the right to transfer;
    /// null for none
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub partner: Option<Option<Uuid>>,
    /// Change it although another record has the same value in a field that warns
    pub allow_duplicate: bool,
}

/// Changes a record that is still at the version of `If-Match`.
#[utoipa::path(patch, path = "/records/{object}/{id}", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path), ("If-Match" = String, Header)),
    request_body = RecordPatch,
    responses((status = 200, body = Record), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 409, body = crate::Problem), (status = 412, body = crate::Problem), (status = 422, body = crate::Problem),
        (status = 428, body = crate::Problem)))]
pub async fn change_record(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    IfMatch(version): IfMatch,
    ApiJson(body): ApiJson<RecordPatch>,
) -> Answer<Response> {
    let patch = Patch {
        values: body.values.clone(),
        owner: body.owner.map(PersonId),
        unit: body.unit.map(|u| u.map(UnitId)),
        team: body.team.map(|t| t.map(TeamId)),
        partner: body.partner.map(|p| p.map(RecordId)),
        allow_duplicate: body.allow_duplicate,
    };
    let caller = signed.caller();
    match state.door.update(caller, &object, id, version, patch).await {
        Ok(view) => Ok(one(view)),
        Err(error) => Err(with_matches(&state.door, caller, &object, &body.values, Some(id), error).await),
    }
}
