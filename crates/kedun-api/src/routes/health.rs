//! Health for load balancers, status for administrators, reports of browsers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::{Capability, Error, ObjectId, RecordId};
use kedun_store::Changeset;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::people::require;
use crate::json::ApiJson;
use crate::problem::Answer;
use crate::session::{Entered, Signed};
use crate::state::ApiState;
use crate::when;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(status))
        .routes(routes!(client_event))
        .routes(routes!(csp_report))
}

/// Whether the server serves.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ready` or `setup`; a sealed server says `sealed` with 503.
    pub state: String,
    pub version: String,
}

/// The state of the search arenas.
#[derive(Serialize, ToSchema)]
pub struct ArenaStatus {
    pub ready: bool,
    pub bytes: u64,
    pub records: u64,
}

/// The state of the installation.
#[derive(Serialize, ToSchema)]
pub struct Status {
    pub engine: String,
    pub version: String,
    pub started_at: String,
    pub uptime_seconds: i64,
    pub arena: ArenaStatus,
    pub events: u64,
    /// How the root key is held.
    pub root_key: String,
    pub key_epoch: u32,
    pub csp_reports: u64,
}

/// Something that only the page can notice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientEvent {
    /// `watermark_tampered`, `printed`
    pub kind: String,
    pub object: Option<String>,
    pub record: Option<Uuid>,
}

static CSP_REPORTS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Whether the server serves.
#[utoipa::path(get, operation_id = "health_health", path = "/health", tag = "health", security(()), responses((status = 200, body = Health), (status = 503, body = crate::Problem)))]
pub async fn health(State(ctx): State<ApiState>) -> Answer<Json<Health>> {
    ctx.door.store().ping().await.map_err(Error::from)?;
    let setup = ctx.identity.setup_state().await?;
    let state = if setup == kedun_identity::SetupState::Done { "ready" } else { "setup" };
    Ok(Json(Health { state: state.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }))
}

/// The state of the installation, for system administrators.
#[utoipa::path(get, operation_id = "health_status", path = "/status", tag = "health", responses((status = 200, body = Status), (status = 403, body = crate::Problem)))]
pub async fn status(State(ctx): State<ApiState>, signed: Signed) -> Answer<Json<Status>> {
    let entry = ctx.door.directory(signed.caller()).await?;
    require(&entry, signed.caller(), ctx.now(), &[Capability::SettingsManage])?;
    let arenas = ctx.door.arenas();
    let all = arenas.all();
    let sum = |of: fn(&kedun_arena::Arena) -> usize| {
        u64::try_from(all.iter().map(|(_, arena)| of(arena)).sum::<usize>()).unwrap_or(u64::MAX)
    };
    let head = ctx.door.store().ledger_head().await.map_err(Error::from)?;
    Ok(Json(Status {
        engine: ctx.config.engine.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: when::text(ctx.config.started_at),
        uptime_seconds: (ctx.now() - ctx.config.started_at) / 1_000_000,
        arena: ArenaStatus {
            ready: arenas.ready(),
            bytes: sum(|arena| arena.memory_bytes()),
            records: sum(|arena| arena.len()),
        },
        events: head.size,
        root_key: ctx.config.root.to_owned(),
        key_epoch: ctx.door.vault().epoch(),
        csp_reports: CSP_REPORTS.load(std::sync::atomic::Ordering::Relaxed),
    }))
}

/// Records something that only the page can notice.
#[utoipa::path(post, operation_id = "health_client_event", path = "/client-events", tag = "health", request_body = ClientEvent, responses((status = 204), (status = 422, body = crate::Problem)))]
pub async fn client_event(
    State(ctx): State<ApiState>,
    entered: Entered,
    ApiJson(body): ApiJson<ClientEvent>,
) -> Answer<StatusCode> {
    let action = match body.kind.as_str() {
        "watermark_tampered" => "watermark.tampered",
        "printed" => "page.printed",
        _ => return Err(Error::invalid("invalid").field("kind", "field.not_an_option").into()),
    };
    let mut draft = EventDraft::new(action, Outcome::Ok).sensitive();
    if let Some(object) = body.object.as_deref().and_then(|key| object_id(&ctx, key)) {
        draft = draft.object(object);
        if let Some(record) = body.record {
            draft = draft.record(RecordId(record));
        }
    }
    let event = ctx.door.evidence().prepare(entered.caller(), draft)?;
    ctx.door.store().commit(Changeset::new(event)).await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

fn object_id(ctx: &ApiState, key: &str) -> Option<ObjectId> {
    ctx.door.catalog().object(key).map(|o| o.def.id)
}

/// Takes reports of the browser about the content policy; counted, and the directive logged.
#[utoipa::path(post, operation_id = "health_csp_report", path = "/csp-reports", tag = "health", security(()), request_body(content = String, content_type = "application/csp-report"), responses((status = 204)))]
pub async fn csp_report(body: Bytes) -> StatusCode {
    let count = CSP_REPORTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
    // A page under attack may report without end.
    if count <= 100 {
        let directive = serde_json::from_slice::<serde_json::Value>(&body)
            .ok()
            .and_then(|v| {
                v.get("csp-report")?
                    .get("effective-directive")?
                    .as_str()
                    .map(|s| s.chars().take(60).collect::<String>())
            })
            .unwrap_or_default();
        tracing::warn!(count, %directive, "the browser reports a breach of the content policy");
    }
    StatusCode::NO_CONTENT
}
