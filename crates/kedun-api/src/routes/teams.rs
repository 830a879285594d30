//! Teams across units.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kedun_model::{Capability, Error, PersonId, TeamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::people::require;
use super::session::NamedId;
use super::units::MadeId;
use crate::json::ApiJson;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, remove))
}

/// A team and who is in it.
#[derive(Serialize, ToSchema)]
pub struct TeamItem {
    pub id: Uuid,
    pub name: String,
    pub members: Vec<NamedId>,
}

/// All teams.
#[derive(Serialize, ToSchema)]
pub struct TeamItems {
    pub items: Vec<TeamItem>,
}

/// A new team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeam {
    pub name: String,
    #[serde(default)]
    pub members: Vec<Uuid>,
}

/// What is to change; absent stays, given members replace all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamPatch {
    pub name: Option<String>,
    pub members: Option<Vec<Uuid>>,
}

/// All teams.
#[utoipa::path(get, operation_id = "teams_list", path = "/teams", tag = "people", responses((status = 200, body = TeamItems), (status = 403, body = crate::Problem)))]
pub async fn list(State(state): State<ApiState>, signed: Signed) -> Answer<Json<TeamItems>> {
    let entry = state.door.directory(signed.caller()).await?;
    require(&entry, signed.caller(), state.now(), &[Capability::DirectoryRead, Capability::PeopleManage])?;
    let items = state
        .identity
        .teams(signed.caller())
        .await?
        .into_iter()
        .map(|t| TeamItem {
            id: t.id.0,
            name: t.name,
            members: t.members.iter().map(|p| NamedId { id: p.0, name: entry.name(*p).to_owned() }).collect(),
        })
        .collect();
    Ok(Json(TeamItems { items }))
}

/// Makes a team.
#[utoipa::path(post, operation_id = "teams_create", path = "/teams", tag = "people", request_body = NewTeam,
    responses((status = 201, body = MadeId), (status = 403, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn create(
    State(state): State<ApiState>,
    signed: Signed,
    ApiJson(body): ApiJson<NewTeam>,
) -> Answer<(StatusCode, Json<MadeId>)> {
    let members: Vec<PersonId> = body.members.into_iter().map(PersonId).collect();
    let id = state.identity.create_team(signed.caller(), &body.name, &members).await?;
    Ok((StatusCode::CREATED, Json(MadeId { id: id.0 })))
}

/// Renames a team or replaces its members.
#[utoipa::path(patch, operation_id = "teams_change", path = "/teams/{id}", tag = "people", params(("id" = Uuid, Path)), request_body = TeamPatch,
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn change(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<TeamPatch>,
) -> Answer<StatusCode> {
    let members: Option<Vec<PersonId>> = body.members.map(|m| m.into_iter().map(PersonId).collect());
    state
        .identity
        .change_team(signed.caller(), team_id(&id)?, body.name.as_deref(), members.as_deref())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a team.
#[utoipa::path(delete, operation_id = "teams_remove", path = "/teams/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn remove(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    state.identity.delete_team(signed.caller(), team_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn team_id(text: &str) -> Result<TeamId, Error> {
    text.parse().map_err(|_e| Error::not_found("not_found"))
}
