//! What refers to a record.

use axum::Json;
use axum::extract::State;
use kedun_model::RecordId;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{CountView, Record};
use crate::json::ApiPath;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// The records of one object that refer by one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedRecords {
    pub object: String,
    /// The key of the field that refers; a list filtered by it shows them all
    pub field: String,
    pub count: CountView,
    /// The first ten
    pub items: Vec<Record>,
}

/// The groups.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedGroups {
    pub groups: Vec<RelatedRecords>,
}

/// The records that refer to a record, as far as the caller reads them.
#[utoipa::path(get, path = "/records/{object}/{id}/related", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = RelatedGroups), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn related_records(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
) -> Answer<Json<RelatedGroups>> {
    let groups = state.door.related(signed.caller(), &object, id).await?;
    let groups = groups
        .into_iter()
        .map(|group| RelatedRecords {
            object: group.object,
            field: group.field,
            count: group.count.into(),
            items: group.items.into_iter().map(Into::into).collect(),
        })
        .collect();
    Ok(Json(RelatedGroups { groups }))
}
