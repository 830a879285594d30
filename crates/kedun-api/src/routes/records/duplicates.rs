//! Whether a record like this one exists already.

use axum::Json;
use axum::extract::State;
use kedun_engine::{Door, DuplicateHint};
use kedun_model::{Caller, Error, RecordId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::json::{ApiJson, ApiPath};
use crate::problem::{Answer, Failure};
use crate::routes::session::NamedId;
use crate::session::Signed;
use crate::state::ApiState;

/// Values as they are being entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DuplicatesBody {
    /// By key of the field
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    /// The record that is being changed
    pub exclude: Option<Uuid>,
}

/// A record by its title.
#[derive(Debug, Serialize, ToSchema)]
pub struct TitledRecordView {
    pub id: Uuid,
    /// Null where the caller may not see it
    pub title: Option<String>,
}

/// Another record with the same value.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateMatch {
    pub object: String,
    /// The key of the field that agrees
    pub field: String,
    /// Whom to ask
    pub owner: Option<NamedId>,
    /// The record, if the caller may see it
    pub record: Option<TitledRecordView>,
}

/// The records that agree.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateMatches {
    pub matches: Vec<DuplicateMatch>,
}

impl From<DuplicateHint> for DuplicateMatch {
    fn from(hint: DuplicateHint) -> Self {
        DuplicateMatch {
            object: hint.object,
            field: hint.field,
            owner: hint.owner.map(Into::into),
            record: hint.record.map(|r| TitledRecordView { id: r.id.0, title: r.title }),
        }
    }
}

/// The records that agree with these values in a field that is to be unique.
#[utoipa::path(post, path = "/records/{object}/duplicates", tag = "records", params(("object" = String, Path)),
    request_body = DuplicatesBody,
    responses((status = 200, body = DuplicateMatches), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn find_duplicates(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
    ApiJson(body): ApiJson<DuplicatesBody>,
) -> Answer<Json<DuplicateMatches>> {
    let hints = state
        .door
        .check_duplicates(signed.caller(), &object, &body.values, body.exclude.map(RecordId))
        .await?;
    Ok(Json(DuplicateMatches { matches: hints.into_iter().map(Into::into).collect() }))
}

/// Adds to a refusal because of a duplicate what the caller may know of the other records.
pub async fn with_matches(
    door: &Door,
    caller: &Caller,
    object: &str,
    values: &Map<String, Value>,
    exclude: Option<RecordId>,
    error: Error,
) -> Failure {
    if error.code != "record.duplicate" {
        return error.into();
    }
    match door.check_duplicates(caller, object, values, exclude).await {
        Ok(hints) => {
            let matches: Vec<DuplicateMatch> = hints.into_iter().map(Into::into).collect();
            match serde_json::to_value(matches) {
                Ok(matches) => Failure::from(error).with("matches", matches),
                Err(wrong) => Error::internal(wrong).into(),
            }
        }
        // The refusal stands without its matches.
        Err(_) => error.into(),
    }
}
