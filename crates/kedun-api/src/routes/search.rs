//! One search field for all objects.

use axum::Json;
use axum::extract::State;
use kedun_model::Error;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::json::ApiQuery;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

const LIMIT: u32 = 5;
const MAX_LIMIT: u32 = 50;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(search_records))
}

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// A fragment of a name, pinyin or initials, the last digits of a number; at most 100 characters
    pub q: String,
    /// How many of each object: 1 to 50, 5 if absent
    pub limit: Option<u32>,
    /// Keys of the objects to look in, with commas between; all if absent
    pub objects: Option<String>,
}

/// Where the text was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundIn {
    pub field: String,
}

/// A record that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundRecord {
    pub id: Uuid,
    pub object: String,
    pub title: Option<String>,
    /// The field that matched, or another that tells records apart; masked where it is sealed
    pub subtitle: Option<String>,
    pub matched: FoundIn,
}

/// What was found of one object.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundGroup {
    pub object: String,
    pub items: Vec<FoundRecord>,
    pub more: bool,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundGroups {
    pub groups: Vec<FoundGroup>,
}

/// Finds records of all objects that the caller reads.
#[utoipa::path(get, path = "/search", tag = "records", params(SearchParams),
    responses((status = 200, body = FoundGroups), (status = 422, body = crate::Problem), (status = 503, body = crate::Problem)))]
pub async fn search_records(
    State(state): State<ApiState>,
    signed: Signed,
    ApiQuery(params): ApiQuery<SearchParams>,
) -> Answer<Json<FoundGroups>> {
    let limit = params.limit.unwrap_or(LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Error::invalid("list.limit").arg("max", MAX_LIMIT).into());
    }
    let limit = usize::try_from(limit).map_err(Error::internal)?;
    let objects: Option<Vec<&str>> = params.objects.as_deref().map(|keys| keys.split(',').collect());
    let groups = state.door.search(signed.caller(), &params.q, objects.as_deref(), limit).await?;
    let groups = groups
        .into_iter()
        .map(|group| FoundGroup {
            object: group.object,
            more: group.more,
            items: group
                .items
                .into_iter()
                .map(|item| FoundRecord {
                    id: item.id.0,
                    object: item.object,
                    title: item.title,
                    subtitle: item.subtitle,
                    matched: FoundIn { field: item.matched.field },
                })
                .collect(),
        })
        .collect();
    Ok(Json(FoundGroups { groups }))
}
