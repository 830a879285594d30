//! Long work: how far it is, and stopping it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kedun_engine::{DirectoryEntry, EventDraft};
use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, Error, JobId, Result};
use kedun_store::{Changeset, Job, JobState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::session::NamedId;
use crate::json::{ApiPath, ApiQuery};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;
use crate::when;

const LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// How many are looked through for one's own.
const LOOKED_THROUGH: u32 = 1_000;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_jobs)).routes(routes!(get_job)).routes(routes!(cancel_job))
}

/// How many jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobParams {
    /// 1 to 200; 50 if absent
    pub limit: Option<u32>,
}

/// How far a job is.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobProgress {
    pub done: u64,
    /// 0 while not known
    pub total: u64,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobItem {
    pub id: Uuid,
    /// What it does, such as `import`
    pub kind: String,
    /// `queued`, `running`, `done`, `failed`, `cancelled`
    pub state: &'static str,
    pub created_at: String,
    pub created_by: NamedId,
    /// Not before this moment
    pub run_at: String,
    pub finished_at: Option<String>,
    /// How often it was begun
    pub attempts: u32,
    pub progress: JobProgress,
    /// Somebody asked it to stop
    pub cancel_requested: bool,
    /// The code of the failure
    pub code: Option<String>,
}

/// Jobs, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobItems {
    pub items: Vec<JobItem>,
}

/// The caller's own jobs, and everybody's for those who keep the installation.
#[utoipa::path(get, path = "/jobs", tag = "jobs", params(JobParams), responses((status = 200, body = JobItems)))]
pub async fn list_jobs(
    State(state): State<ApiState>,
    signed: Signed,
    ApiQuery(params): ApiQuery<JobParams>,
) -> Answer<Json<JobItems>> {
    let limit = params.limit.unwrap_or(LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Error::invalid("list.limit").arg("max", MAX_LIMIT).into());
    }
    let caller = signed.caller();
    let entry = state.door.directory(caller).await?;
    let all = keeps_house(&state, caller, &entry);
    let most = if all { limit } else { LOOKED_THROUGH };
    let jobs = state.door.store().jobs_list(state.door.org(), most).await.map_err(Error::from)?;
    let wanted = usize::try_from(limit).map_err(Error::internal)?;
    let items = jobs
        .into_iter()
        .filter(|job| all || job.created_by == caller.person)
        .take(wanted)
        .map(|job| item(&entry, job))
        .collect();
    Ok(Json(JobItems { items }))
}

/// One job.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", params(("id" = Uuid, Path)),
    responses((status = 200, body = JobItem), (status = 404, body = crate::Problem)))]
pub async fn get_job(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<JobId>,
) -> Answer<Json<JobItem>> {
    let (job, entry) = own_job(&state, signed.caller(), id).await?;
    Ok(Json(item(&entry, job)))
}

/// Ends a job that waits, and asks one that runs to stop.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", params(("id" = Uuid, Path)),
    responses((status = 202), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn cancel_job(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<JobId>,
) -> Answer<StatusCode> {
    let caller = signed.caller();
    own_job(&state, caller, id).await?;
    // Written down first: that somebody asked counts, even if the job ends by itself meanwhile.
    let draft = EventDraft::new("job.cancel", Outcome::Ok).detail("job", id.to_string());
    state
        .door
        .store()
        .commit(Changeset::new(state.door.evidence().prepare(caller, draft)?))
        .await
        .map_err(Error::from)?;
    if state.door.store().jobs_cancel(id, state.now()).await.map_err(Error::from)? {
        Ok(StatusCode::ACCEPTED)
    } else {
        Err(Error::conflict("job.ended").into())
    }
}

/// A job the caller may know of; another's looks as if it were not there.
async fn own_job(
    state: &ApiState,
    caller: &Caller,
    id: JobId,
) -> Result<(Job, std::sync::Arc<DirectoryEntry>)> {
    let entry = state.door.directory(caller).await?;
    let job = state.door.store().jobs_get(id).await?;
    let all = keeps_house(state, caller, &entry);
    job.filter(|job| job.org == caller.org && (all || job.created_by == caller.person))
        .map(|job| (job, entry))
        .ok_or_else(|| Error::not_found("not_found"))
}

fn keeps_house(state: &ApiState, caller: &Caller, entry: &DirectoryEntry) -> bool {
    entry.directory.capabilities(caller.person, state.now()).contains(&Capability::SettingsManage)
}

fn item(entry: &DirectoryEntry, job: Job) -> JobItem {
    let failed = job.state == JobState::Failed;
    JobItem {
        id: job.id.0,
        kind: job.kind,
        state: job.state.key(),
        created_at: when::text(job.created_at),
        created_by: NamedId { id: job.created_by.0, name: entry.name(job.created_by).to_owned() },
        run_at: when::text(job.run_at),
        finished_at: when::opt(job.finished_at),
        attempts: job.attempts,
        progress: JobProgress { done: job.done, total: job.total },
        cancel_requested: job.cancel,
        // A job that failed leaves the code of its error and nothing else.
        code: job.outcome.filter(|_| failed).and_then(|outcome| String::from_utf8(outcome).ok()),
    }
}
