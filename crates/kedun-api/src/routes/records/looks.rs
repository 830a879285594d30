//! Who saw a record.

use axum::Json;
use axum::extract::State;
use kedun_engine::evidence::Look;
use kedun_model::RecordId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::json::{ApiPath, ApiQuery};
use crate::problem::Answer;
use crate::routes::session::NamedId;
use crate::session::Signed;
use crate::state::ApiState;
use crate::when;

/// Which looks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LooksParams {
    /// `next` of the page before
    pub before: Option<u64>,
}

/// One look.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookItem {
    /// Its position in the evidence
    pub seq: u64,
    pub at: String,
    /// Null for people who were erased
    pub by: Option<NamedId>,
    /// Such as `record.read` or `record.reveal`
    pub action: String,
    /// Keys of the fields that were shown
    pub fields: Vec<String>,
    /// The code of the purpose that was named
    pub purpose: Option<String>,
    /// False where a list may have shown the record, and its event can no longer be read
    pub confirmed: bool,
}

impl From<Look> for LookItem {
    fn from(look: Look) -> Self {
        LookItem {
            seq: look.seq,
            at: when::text(look.at),
            by: look.person.map(|(id, name)| NamedId { id: id.0, name }),
            action: look.action,
            fields: look.fields,
            purpose: look.purpose.map(|purpose| purpose.code),
            confirmed: look.confirmed,
        }
    }
}

/// Who saw it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookItems {
    /// The newest first; empty where only the numbers may be seen
    pub items: Vec<LookItem>,
    /// The value of `before` for the page that follows; null on the last one
    pub next: Option<u64>,
    /// How many looks are counted: those of this page, or the last 10,000 at most where only the
    /// numbers are given
    pub count: u64,
    /// By how many different people
    pub people: u64,
    /// The caller may see the numbers alone
    pub numbers_only: bool,
}

/// Who saw a record: each look for those who read the evidence, and the number for those who may
/// change the record.
#[utoipa::path(get, path = "/records/{object}/{id}/looks", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path), LooksParams),
    responses((status = 200, body = LookItems), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn record_looks(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    ApiQuery(params): ApiQuery<LooksParams>,
) -> Answer<Json<LookItems>> {
    let looks = state.door.evidence().looks(signed.caller(), &object, id, params.before).await?;
    let numbers_only = looks.items.is_none();
    Ok(Json(LookItems {
        items: looks.items.unwrap_or_default().into_iter().map(Into::into).collect(),
        next: looks.next,
        count: looks.count,
        people: looks.people,
        numbers_only,
    }))
}
