//! The versions of a record.

use axum::Json;
use axum::extract::State;
use kedun_engine::{ChangeView, HistoryEntry};
use kedun_model::RecordId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::FieldValue;
use crate::json::{ApiPath, ApiQuery};
use crate::problem::Answer;
use crate::routes::session::NamedId;
use crate::session::Signed;
use crate::state::ApiState;

/// Which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryParams {
    /// `next` of the page before
    pub before: Option<u64>,
}

/// One field before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChange {
    pub field: String,
    pub from: FieldValue,
    pub to: FieldValue,
}

impl From<ChangeView> for FieldChange {
    fn from(change: ChangeView) -> Self {
        FieldChange { field: change.field, from: change.from.into(), to: change.to.into() }
    }
}

/// One version.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryItem {
    pub version: u64,
    pub at: String,
    pub by: NamedId,
    /// `create`, `update`, `delete`, `restore`, `import`, `undo`
    pub action: String,
    /// The fields that the caller sees, as far as she sees them now
    pub changes: Vec<FieldChange>,
}

impl From<HistoryEntry> for HistoryItem {
    fn from(entry: HistoryEntry) -> Self {
        HistoryItem {
            version: entry.version,
            at: entry.at,
            by: entry.by.into(),
            action: entry.action,
            changes: entry.changes.into_iter().map(Into::into).collect(),
        }
    }
}

/// Versions, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryItems {
    pub items: Vec<HistoryItem>,
    /// The value of `before` for the page that follows; null on the last one
    pub next: Option<u64>,
}

/// What became of a record.
#[utoipa::path(get, path = "/records/{object}/{id}/history", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path), HistoryParams),
    responses((status = 200, body = HistoryItems), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn record_history(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    ApiQuery(params): ApiQuery<HistoryParams>,
) -> Answer<Json<HistoryItems>> {
    let page = state.door.history(signed.caller(), &object, id, params.before).await?;
    Ok(Json(HistoryItems { items: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}
