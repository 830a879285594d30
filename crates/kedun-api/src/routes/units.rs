//! The organisation tree.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kedun_model::{Capability, Error, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::people::require;
use crate::json::ApiJson;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, remove))
}

/// A unit.
#[derive(Serialize, ToSchema)]
pub struct UnitItem {
    pub id: Uuid,
    pub parent: Option<Uuid>,
    pub name_zh: String,
    pub name_en: String,
    /// People in this very unit who have not left.
    pub members: u64,
}

/// All units.
#[derive(Serialize, ToSchema)]
pub struct UnitItems {
    pub items: Vec<UnitItem>,
}

/// A new unit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    pub parent: Option<Uuid>,
    pub name_zh: String,
    #[serde(default)]
    pub name_en: String,
}

/// What is to change; absent stays, a null parent makes it a root.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct UnitPatch {
    pub name_zh: Option<String>,
    pub name_en: Option<String>,
    #[serde(deserialize_with = "crate::json::present")]
    #[schema(value_type = Option<Uuid>)]
    pub parent: Option<Option<Uuid>>,
}

/// The id of what was made.
#[derive(Serialize, ToSchema)]
pub struct MadeId {
    pub id: Uuid,
}

/// The tree, for everybody who may see colleagues.
#[utoipa::path(get, operation_id = "units_list", path = "/units", tag = "people", responses((status = 200, body = UnitItems), (status = 403, body = crate::Problem)))]
pub async fn list(State(state): State<ApiState>, signed: Signed) -> Answer<Json<UnitItems>> {
    let entry = state.door.directory(signed.caller()).await?;
    require(&entry, signed.caller(), state.now(), &[Capability::DirectoryRead, Capability::PeopleManage])?;
    let items = state
        .identity
        .units()
        .await?
        .into_iter()
        .map(|u| UnitItem {
            id: u.id.0,
            parent: u.parent.map(|p| p.0),
            name_zh: u.name_zh,
            name_en: u.name_en,
            members: u.members,
        })
        .collect();
    Ok(Json(UnitItems { items }))
}

/// Makes a unit.
#[utoipa::path(post, operation_id = "units_create", path = "/units", tag = "people", request_body = NewUnit,
    responses((status = 201, body = MadeId), (status = 403, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn create(
    State(state): State<ApiState>,
    signed: Signed,
    ApiJson(body): ApiJson<NewUnit>,
) -> Answer<(StatusCode, Json<MadeId>)> {
    let parent = body.parent.map(UnitId);
    let id = state.identity.create_unit(signed.caller(), parent, &body.name_zh, &body.name_en).await?;
    Ok((StatusCode::CREATED, Json(MadeId { id: id.0 })))
}

/// Renames a unit or hangs it elsewhere.
#[utoipa::path(patch, operation_id = "units_change", path = "/units/{id}", tag = "people", params(("id" = Uuid, Path)), request_body = UnitPatch,
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn change(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<UnitPatch>,
) -> Answer<StatusCode> {
    let parent = body.parent.map(|p| p.map(UnitId));
    state.identity.change_unit(signed.caller(), unit_id(&id)?, body.name_zh, body.name_en, parent).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes an empty unit.
#[utoipa::path(delete, operation_id = "units_remove", path = "/units/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn remove(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    state.identity.delete_unit(signed.caller(), unit_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn unit_id(text: &str) -> Result<UnitId, Error> {
    text.parse().map_err(|_e| Error::not_found("not_found"))
}
