//! Making a record.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kedun_engine::{NewRecord, RecordView, Source};
use kedun_model::{Caller, Error, ErrorKind, PersonId, RecordId, TeamId, UnitId};
use kedun_store::Once;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::duplicates::with_matches;
use super::view::{Record, one};
use crate::idempotency::{IdempotencyKey, made_before};
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
    /// The partner company it is assigned to, the owner's unless named; another one needs the right
    /// to transfer
    pub partner: Option<Uuid>,
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
    let once = key.once(&state, caller, &(&object, &body))?;
    if let Some(id) = made_before(&state, once.as_ref()).await? {
        return Ok(created(state.door.get(caller, &object, id).await?));
    }
    // A client that goes away must not stop what was begun between the record and its index.
    let work = make(state.clone(), caller.clone(), object, body, once);
    match tokio::spawn(work).await {
        Ok(made) => Ok(created(made?)),
        Err(error) => Err(Error::internal(error).into()),
    }
}

async fn make(
    state: ApiState,
    caller: Caller,
    object: String,
    body: NewRecordBody,
    once: Option<Once>,
) -> Result<RecordView, Failure> {
    let door = &state.door;
    let new = NewRecord {
        values: body.values.clone(),
        owner: body.owner.map(PersonId),
        team: body.team.map(TeamId),
        unit: body.unit.map(UnitId),
        partner: body.partner.map(RecordId),
        source: Source::Form,
        purpose: None,
        basis: None,
        allow_duplicate: body.allow_duplicate,
        once: once.clone(),
    };
    match door.create(&caller, &object, new).await {
        Ok(view) => Ok(view),
        Err(error) => {
            // The same request, sent twice at once: the other one was first.
            if error.kind == ErrorKind::Conflict
                && let Some(id) = made_before(&state, once.as_ref()).await?
            {
                return Ok(door.get(&caller, &object, id).await?);
            }
            Err(with_matches(door, &caller, &object, &body.values, None, error).await)
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
