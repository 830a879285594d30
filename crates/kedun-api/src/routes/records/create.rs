//! Making a record.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kedun_engine::{Door, NewRecord, RecordView, Source};
use kedun_model::{Caller, Error, ErrorKind, PersonId, RecordId, TeamId, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::duplicates::with_matches;
use super::view::{Record, one};
use crate::idempotency::{Claimed, IdempotencyKey, Turn, turn};
use crate::json::{ApiJson, ApiPath};
use crate::problem::{Answer, Failure};
use crate::session::Signed;
use crate::state::ApiState;

/// A record to be made.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecordBody {
    /// By key of the field
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    /// The caller unless named
    pub owner: Option<Uuid>,
    pub team: Option<Uuid>,
    /// The owner's unless named
    pub unit: Option<Uuid>,
    /// Make it although another record has the same value in a field that warns
    #[serde(default)]
    pub allow_duplicate: bool,
}

/// Makes a record. A repetition with the same `Idempotency-Key` and body makes nothing new.
#[utoipa::path(post, path = "/records/{object}", tag = "records",
    params(("object" = String, Path), ("Idempotency-Key" = Option<Uuid>, Header)),
    request_body = NewRecordBody,
    responses((status = 201, body = Record), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 409, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn create_record(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<NewRecordBody>,
) -> Answer<Response> {
    let caller = signed.caller();
    let claimed = match turn(&state, caller, key, &(&object, &body)).await? {
        Turn::Done(id) => return Ok(created(state.door.get(caller, &object, RecordId(id)).await?)),
        Turn::Act(claimed) => claimed,
    };
    // A client that goes away must not stop what was begun between the record and its claim.
    let work = make(state.door.clone(), caller.clone(), object, body, claimed);
    match tokio::spawn(work).await {
        Ok(made) => Ok(created(made?)),
        Err(error) => Err(Error::internal(error).into()),
    }
}

async fn make(
    door: Door,
    caller: Caller,
    object: String,
    body: NewRecordBody,
    claimed: Claimed,
) -> Result<RecordView, Failure> {
    let new = NewRecord {
        values: body.values.clone(),
        owner: body.owner.map(PersonId),
        team: body.team.map(TeamId),
        unit: body.unit.map(UnitId),
        source: Source::Form,
        purpose: None,
        basis: None,
        allow_duplicate: body.allow_duplicate,
    };
    match door.create(&caller, &object, new).await {
        Ok(view) => {
            claimed.made(view.id.0).await;
            Ok(view)
        }
        Err(error) => {
            // Of these two nobody can say that nothing was made.
            if !matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Internal) {
                claimed.nothing_made().await;
            }
            Err(with_matches(&door, &caller, &object, &body.values, None, error).await)
        }
    }
}

fn created(view: RecordView) -> Response {
    let location = format!("/api/v1/records/{}/{}", view.object, view.id);
    let mut response = one(view);
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
