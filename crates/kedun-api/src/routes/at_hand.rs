//! Records at hand: the caller's favourites, and those opened lately. Ids are kept and nothing
//! else; each time they are shown the door judges and names them again.

mod table;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kedun_engine::AtHand;
use kedun_model::{Error, RecordId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::json::ApiPath;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// How many records somebody may keep.
const MOST: usize = 100;
/// How many of those opened lately are shown.
const LATELY: usize = 12;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(favourites))
        .routes(routes!(add_favourite, remove_favourite))
        .routes(routes!(recent_records))
}

/// A record by its title.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordAtHand {
    pub id: Uuid,
    pub object: String,
    /// Masked where the title is; null where it may not be shown
    pub title: Option<String>,
}

/// Records by their titles; those that the caller may no longer read are missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordsAtHand {
    pub items: Vec<RecordAtHand>,
}

impl From<Vec<AtHand>> for RecordsAtHand {
    fn from(all: Vec<AtHand>) -> Self {
        let one = |one: AtHand| RecordAtHand { id: one.id.0, object: one.object, title: one.title };
        RecordsAtHand { items: all.into_iter().map(one).collect() }
    }
}

/// The caller's favourites, the latest first.
#[utoipa::path(get, path = "/me/favourites", tag = "records", responses((status = 200, body = RecordsAtHand)))]
pub async fn favourites(State(state): State<ApiState>, signed: Signed) -> Answer<Json<RecordsAtHand>> {
    let kept = table::kept(&state, signed.caller().person).await?;
    Ok(Json(state.door.at_hand(signed.caller(), &kept).await?.into()))
}

/// Keeps a record as a favourite; one that is kept already stays.
#[utoipa::path(put, path = "/me/favourites/{object}/{id}", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 422, body = crate::Problem)))]
pub async fn add_favourite(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
) -> Answer<StatusCode> {
    let caller = signed.caller();
    let object = state.door.require_readable(caller, table::ADD, &object, id).await?;
    if table::kept(&state, caller.person).await?.len() >= MOST {
        return Err(Error::invalid("favourite.too_many").arg("max", MOST).into());
    }
    table::add(&state, caller, object, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps a record no longer. It need not exist, nor be the caller's to see.
#[utoipa::path(delete, path = "/me/favourites/{object}/{id}", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = crate::Problem)))]
pub async fn remove_favourite(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
) -> Answer<StatusCode> {
    let object = state.door.catalog().require(&object)?.def.id;
    table::remove(&state, signed.caller(), object, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The records that the caller opened lately, the latest first.
#[utoipa::path(get, path = "/me/recent", tag = "records", responses((status = 200, body = RecordsAtHand)))]
pub async fn recent_records(State(state): State<ApiState>, signed: Signed) -> Answer<Json<RecordsAtHand>> {
    let opened = state.door.opened_lately(signed.caller(), LATELY).await?;
    Ok(Json(state.door.at_hand(signed.caller(), &opened).await?.into()))
}
