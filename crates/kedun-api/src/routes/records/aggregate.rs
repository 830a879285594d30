//! Sums and counts.

use axum::Json;
use axum::extract::State;
use kedun_engine::{AggregateQuery, Measure, MeasureOp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::filter::{self, FilterTree};
use crate::json::{ApiJson, ApiPath};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// A question for sums and counts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AggregateBody {
    /// Up to 3 keys of fields that are groupable, or `_owner`, `_unit`, `_team`
    #[serde(default)]
    pub group_by: Vec<String>,
    /// 1 to 8
    pub measures: Vec<MeasureBody>,
    #[serde(default)]
    #[schema(value_type = Option<FilterTree>)]
    pub filter: Option<Value>,
}

/// One number per group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureBody {
    /// `count` or `sum`
    #[schema(value_type = String)]
    pub op: MeasureOp,
    /// The field to sum
    #[serde(default)]
    pub field: Option<String>,
}

/// One group.
#[derive(Debug, Serialize, ToSchema)]
pub struct AggregateGroup {
    /// As in a record: a key of an option, a reference, a person; null for empty
    pub keys: Vec<Value>,
    pub values: Vec<i64>,
}

/// The groups, the largest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AggregateAnswer {
    pub rows: Vec<AggregateGroup>,
    /// There are more groups than are given
    pub truncated: bool,
}

/// Sums and counts over the records that the caller may read.
#[utoipa::path(post, path = "/records/{object}/aggregate", tag = "records", params(("object" = String, Path)),
    request_body = AggregateBody,
    responses((status = 200, body = AggregateAnswer), (status = 403, body = crate::Problem),
        (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn aggregate_records(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
    ApiJson(body): ApiJson<AggregateBody>,
) -> Answer<Json<AggregateAnswer>> {
    let query = AggregateQuery {
        group_by: body.group_by,
        measures: body.measures.into_iter().map(|m| Measure { op: m.op, field: m.field }).collect(),
        filter: filter::optional(body.filter)?,
    };
    let answer = state.door.aggregate(signed.caller(), &object, &query).await?;
    Ok(Json(AggregateAnswer {
        rows: answer
            .rows
            .into_iter()
            .map(|row| AggregateGroup { keys: row.keys, values: row.values })
            .collect(),
        truncated: answer.truncated,
    }))
}
