//! With whom a record is shared.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kedun_engine::{NewShare, ShareView};
use kedun_guard::{GranteeKind, ShareLevel};
use kedun_model::{Error, RecordId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::json::{ApiJson, ApiPath};
use crate::problem::Answer;
use crate::routes::session::NamedId;
use crate::session::Signed;
use crate::state::ApiState;
use crate::when;

/// Who has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Grantee {
    /// `person`, `unit` or `team`
    pub kind: &'static str,
    pub id: Uuid,
    pub name: String,
}

/// A share.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareItem {
    pub id: Uuid,
    pub grantee: Grantee,
    /// `read`, `write` or `full`
    pub level: &'static str,
    pub granted_by: Option<NamedId>,
    pub created_at: String,
    /// Null for ever
    pub expires_at: Option<String>,
    /// Such as `manual`
    pub cause: String,
}

impl From<ShareView> for ShareItem {
    fn from(view: ShareView) -> Self {
        ShareItem {
            id: view.id,
            grantee: Grantee { kind: view.kind.code(), id: view.grantee.id, name: view.grantee.name },
            level: view.level.code(),
            granted_by: view.granted_by.map(Into::into),
            created_at: when::text(view.created_at),
            expires_at: when::opt(view.expires_at),
            cause: view.cause,
        }
    }
}

/// The shares of a record, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareItems {
    pub items: Vec<ShareItem>,
}

/// A share to be made; it takes the place of the one that the grantee has.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShareBody {
    /// `person`, `unit` or `team`
    pub grantee_kind: String,
    pub grantee_id: Uuid,
    /// `read` or `write`
    pub level: String,
    /// Null for ever
    pub expires_at: Option<String>,
    /// The code of a purpose
    pub purpose: Option<String>,
}

/// With whom a record is shared.
#[utoipa::path(get, path = "/records/{object}/{id}/shares", tag = "shares",
    params(("object" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = ShareItems), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn list_shares(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
) -> Answer<Json<ShareItems>> {
    let shares = state.door.shares(signed.caller(), &object, id).await?;
    Ok(Json(ShareItems { items: shares.into_iter().map(Into::into).collect() }))
}

/// Shares a record with a person, a unit or a team, no further than the caller may go.
#[utoipa::path(post, path = "/records/{object}/{id}/shares", tag = "shares",
    params(("object" = String, Path), ("id" = Uuid, Path)), request_body = NewShareBody,
    responses((status = 201, body = ShareItem), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 422, body = crate::Problem)))]
pub async fn share_record(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    ApiJson(body): ApiJson<NewShareBody>,
) -> Answer<(StatusCode, Json<ShareItem>)> {
    let not_an_option = |field: &str| Error::invalid("invalid").field(field, "field.not_an_option");
    let new = NewShare {
        kind: GranteeKind::parse(&body.grantee_kind).ok_or_else(|| not_an_option("grantee_kind"))?,
        grantee: body.grantee_id,
        level: level(&body.level).ok_or_else(|| not_an_option("level"))?,
        expires_at: body.expires_at.as_deref().map(|text| when::parse(text, "expires_at")).transpose()?,
        purpose: body.purpose,
    };
    let share = state.door.share(signed.caller(), &object, id, new).await?;
    let shares = state.door.shares(signed.caller(), &object, id).await?;
    let made = shares.into_iter().find(|s| s.id == share).ok_or_else(|| Error::not_found("not_found"))?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Takes a share back; acts on the next request.
#[utoipa::path(delete, path = "/records/{object}/{id}/shares/{share}", tag = "shares",
    params(("object" = String, Path), ("id" = Uuid, Path), ("share" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn revoke_share(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id, share)): ApiPath<(String, RecordId, Uuid)>,
) -> Answer<StatusCode> {
    state.door.unshare(signed.caller(), &object, id, share).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn level(code: &str) -> Option<ShareLevel> {
    [ShareLevel::Read, ShareLevel::Write].into_iter().find(|level| level.code() == code)
}
