//! Roles and who holds them.

mod fields;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kedun_guard::Assignee;
use kedun_model::{AssignmentId, Error, PermSetId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::people::{HeldRole, held_role, person_id, unit};
use super::session::NamedId;
use super::units::MadeId;
use crate::json::{ApiJson, ApiQuery};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;
use crate::when;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(members))
        .routes(routes!(of_person, assign))
        .routes(routes!(revoke))
        .merge(fields::router())
}

/// The level at which a role sees a field.
#[derive(Serialize, ToSchema)]
pub struct RoleField {
    pub key: String,
    /// `masked`, `read` or `write`
    pub level: String,
}

/// What a role may do with an object.
#[derive(Serialize, ToSchema)]
pub struct RoleObjectItem {
    pub object: String,
    /// Scopes by action.
    pub actions: BTreeMap<String, Vec<String>>,
    pub fields: Vec<RoleField>,
}

/// A role.
#[derive(Serialize, ToSchema)]
pub struct RoleItem {
    pub id: Uuid,
    pub code: String,
    pub zh: String,
    pub en: String,
    pub builtin: bool,
    /// One of the three offices that exclude each other.
    pub officer: bool,
    pub members: u64,
    pub capabilities: Vec<String>,
    pub objects: Vec<RoleObjectItem>,
}

/// All roles.
#[derive(Serialize, ToSchema)]
pub struct RoleItems {
    pub items: Vec<RoleItem>,
}

/// The roles of a person.
#[derive(Serialize, ToSchema)]
pub struct HeldRoles {
    pub items: Vec<HeldRole>,
}

/// Which page of members.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct MembersQuery {
    /// `next` of the page before
    pub cursor: Option<String>,
    /// 1 to 500; 100 if absent
    pub limit: Option<usize>,
}

/// Somebody who holds a role; once for each assignment that it comes by.
#[derive(Serialize, ToSchema)]
pub struct MemberItem {
    pub person: NamedId,
    /// `active`, `suspended` or `pending`
    pub status: &'static str,
    pub unit: Option<NamedId>,
    #[serde(flatten)]
    pub held: HeldRole,
}

/// A page of those who hold a role, in the order of their names.
#[derive(Serialize, ToSchema)]
pub struct MemberItems {
    pub items: Vec<MemberItem>,
    /// How many there are on all pages
    pub total: usize,
    /// The cursor of the page that follows; null on the last one
    pub next: Option<String>,
}

/// A role to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The id of the role.
    pub role: Uuid,
    pub reason: String,
    pub expires_at: Option<String>,
}

/// All roles and what is in them.
#[utoipa::path(get, operation_id = "roles_list", path = "/roles", tag = "roles", responses((status = 200, body = RoleItems), (status = 403, body = crate::Problem)))]
pub async fn list(State(state): State<ApiState>, signed: Signed) -> Answer<Json<RoleItems>> {
    let items = state
        .identity
        .roles(signed.caller())
        .await?
        .into_iter()
        .map(|r| RoleItem {
            id: r.id.0,
            code: r.code,
            zh: r.zh,
            en: r.en,
            builtin: r.builtin,
            officer: r.officer,
            members: r.members,
            capabilities: r.capabilities,
            objects: r
                .objects
                .into_iter()
                .map(|o| RoleObjectItem {
                    object: o.object,
                    actions: o.actions,
                    fields: o
                        .fields
                        .into_iter()
                        .map(|(key, level)| RoleField { key, level: level.code().to_owned() })
                        .collect(),
                })
                .collect(),
        })
        .collect();
    Ok(Json(RoleItems { items }))
}

/// Who holds a role, and through whom.
#[utoipa::path(get, operation_id = "roles_members", path = "/roles/{id}/members", tag = "roles", params(("id" = Uuid, Path), MembersQuery),
    responses((status = 200, body = MemberItems), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn members(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    ApiQuery(query): ApiQuery<MembersQuery>,
) -> Answer<Json<MemberItems>> {
    let role: PermSetId = id.parse().map_err(|_e| Error::not_found("not_found"))?;
    let after = query.cursor.as_deref().map(place).transpose()?;
    let limit = query.limit.unwrap_or(100).clamp(1, 500);
    let page = state.identity.role_members(signed.caller(), role, after, limit).await?;
    let entry = state.door.directory(signed.caller()).await?;
    let items = page
        .items
        .into_iter()
        .map(|m| MemberItem {
            person: NamedId { id: m.person.0, name: entry.name(m.person).to_owned() },
            status: m.status.code(),
            unit: unit(&entry, m.unit),
            held: held_role(&entry, m.held),
        })
        .collect();
    let next = page.next.map(|(person, assignment)| format!("{person}.{assignment}"));
    Ok(Json(MemberItems { items, total: page.total, next }))
}

/// A cursor read back: the person and the assignment after which a page begins.
fn place(cursor: &str) -> Result<(PersonId, AssignmentId), Error> {
    let invalid = || Error::invalid("cursor.invalid");
    let (person, assignment) = cursor.split_once('.').ok_or_else(invalid)?;
    Ok((person.parse().map_err(|_e| invalid())?, assignment.parse().map_err(|_e| invalid())?))
}

/// What a person holds, and through whom.
#[utoipa::path(get, operation_id = "roles_of_person", path = "/people/{id}/roles", tag = "roles", params(("id" = Uuid, Path)),
    responses((status = 200, body = HeldRoles), (status = 403, body = crate::Problem)))]
pub async fn of_person(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<Json<HeldRoles>> {
    let views = state.identity.roles_of(signed.caller(), person_id(&id)?).await?;
    let entry = state.door.directory(signed.caller()).await?;
    Ok(Json(HeldRoles { items: views.into_iter().map(|v| held_role(&entry, v)).collect() }))
}

/// Gives a role to a person.
#[utoipa::path(post, operation_id = "roles_assign", path = "/people/{id}/roles", tag = "roles", params(("id" = Uuid, Path)), request_body = AssignBody,
    responses((status = 201, body = MadeId), (status = 403, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn assign(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<AssignBody>,
) -> Answer<(StatusCode, Json<MadeId>)> {
    let expires_at = body.expires_at.as_deref().map(|t| when::parse(t, "expires_at")).transpose()?;
    let assignee = Assignee::Person(person_id(&id)?);
    let id = state
        .identity
        .assign_role(signed.caller(), assignee, PermSetId(body.role), &body.reason, expires_at)
        .await?;
    Ok((StatusCode::CREATED, Json(MadeId { id: id.0 })))
}

/// Takes a role back; acts on the next request.
#[utoipa::path(delete, operation_id = "roles_revoke", path = "/people/{id}/roles/{assignment}", tag = "roles",
    params(("id" = Uuid, Path), ("assignment" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn revoke(
    State(state): State<ApiState>,
    signed: Signed,
    Path(ids): Path<(String, String)>,
) -> Answer<StatusCode> {
    let assignment: AssignmentId = ids.1.parse().map_err(|_e| Error::not_found("not_found"))?;
    state.identity.revoke_role(signed.caller(), assignment).await?;
    Ok(StatusCode::NO_CONTENT)
}
