//! Jobs: long work as rows that a runner leases, so that a dead runner's work goes on elsewhere.

use kedun_model::{JobId, OrgId, PersonId};
use uuid::Uuid;

use crate::dialect::Verb;
use crate::{CommitError, Dialect, NewJob, Param, Result, Row, Stmt, Store, StoreError};

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl JobState {
    /// The stored key.
    pub fn key(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        }
    }

    fn from_key(key: &str) -> Result<Self> {
        [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.key() == key)
            .ok_or_else(|| StoreError::Database("a job has an unknown state".into()))
    }
}

/// A job as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub org: OrgId,
    pub kind: String,
    pub payload: Vec<u8>,
    pub created_by: PersonId,
    pub created_at: i64,
    pub run_at: i64,
    pub state: JobState,
    /// How often it was leased.
    pub attempts: u32,
    pub lease_until: Option<i64>,
    /// How many of `total` units are done.
    pub done: u64,
    pub total: u64,
    /// Where the runner would go on.
    pub progress: Option<Vec<u8>>,
    /// Somebody asked it to stop.
    pub cancel: bool,
    /// What the runner said at the end.
    pub outcome: Option<Vec<u8>>,
    pub finished_at: Option<i64>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, org, kind, payload, created_by, created_at, run_at, state, attempts, lease_until, done, \
                       total, progress, cancel, outcome, finished_at";

pub(crate) const NEW_COLUMNS: [&str; 8] =
    ["id", "org", "kind", "payload", "created_by", "created_at", "run_at", "state"];

/// The parameters of [`NEW_COLUMNS`].
pub(crate) fn new_params(job: &NewJob, now: i64) -> Vec<Param> {
    vec![
        Param::Uuid(job.id.0),
        Param::Int(job.org.0),
        Param::Text(job.kind.clone()),
        Param::Blob(job.payload.clone()),
        Param::Uuid(job.created_by.0),
        Param::Int(now),
        Param::Int(job.run_at),
        Param::Text(JobState::Queued.key().to_owned()),
    ]
}

impl Store {
    /// Leases the next due job of one of `kinds` to `owner` until `now + lease` (microseconds): one that was
    /// never begun, or whose runner let its lease run out. Nobody else gets it meanwhile.
    pub async fn jobs_lease(&self, kinds: &[&str], owner: Uuid, now: i64, lease: i64) -> Result<Option<Job>> {
        let d = self.dialect();
        let kinds = Param::Texts(kinds.iter().map(|&k| k.to_owned()).collect());
        let among = match d {
            Dialect::Sqlite => "kind IN rarray(?1)",
            Dialect::Postgres => "kind = ANY($1)",
        };
        let due = format!(
            "finished_at IS NULL AND run_at <= {} AND (lease_until IS NULL OR lease_until <= {})",
            d.placeholder(2),
            d.placeholder(3)
        );
        let candidates = Stmt::own(
            Verb::Select,
            format!("SELECT id FROM job WHERE {among} AND {due} ORDER BY run_at, id LIMIT 8"),
            vec![kinds, Param::Int(now), Param::Int(now)],
        );
        let p = |n| d.placeholder(n);
        let take: std::sync::Arc<str> = format!(
            "UPDATE job SET state = 'running', lease_owner = {}, lease_until = {}, attempts = attempts + 1 \
             WHERE id = {} AND finished_at IS NULL AND (lease_until IS NULL OR lease_until <= {})",
            p(1),
            p(2),
            p(3),
            p(4)
        )
        .into();
        for row in self.query(&candidates).await? {
            let id = row.get_uuid(0)?;
            let params = vec![
                Param::Uuid(owner),
                Param::Int(now.saturating_add(lease)),
                Param::Uuid(id),
                Param::Int(now),
            ];
            let written = self.write_own(vec![Stmt::own(Verb::Write, take.clone(), params)]).await?;
            if written.first() == Some(&1) {
                return self.jobs_get(JobId(id)).await;
            }
        }
        Ok(None)
    }

    /// Notes progress and prolongs the lease to `lease_until`; false when `owner` no longer holds it or the
    /// job is to stop, and the runner must give up.
    pub async fn jobs_progress(
        &self,
        id: JobId,
        owner: Uuid,
        done: u64,
        total: u64,
        progress: Option<Vec<u8>>,
        lease_until: i64,
    ) -> Result<bool> {
        let p = |n| self.dialect().placeholder(n);
        let sql = format!(
            "UPDATE job SET done = {}, total = {}, progress = {}, lease_until = {} \
             WHERE id = {} AND lease_owner = {} AND finished_at IS NULL AND NOT cancel",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5),
            p(6)
        );
        let params = vec![
            Param::Int(crate::ledger::signed(done)?),
            Param::Int(crate::ledger::signed(total)?),
            progress.map_or(Param::Null, Param::Blob),
            Param::Int(lease_until),
            Param::Uuid(id.0),
            Param::Uuid(owner),
        ];
        let written = self.write_own(vec![Stmt::own(Verb::Write, sql, params)]).await?;
        Ok(written.first() == Some(&1))
    }

    /// Ends a job in `state` with what the runner has to say; false when it had ended already or
    /// `owner` does not hold it.
    pub async fn jobs_finish(
        &self,
        id: JobId,
        owner: Uuid,
        state: JobState,
        outcome: Vec<u8>,
        now: i64,
    ) -> Result<bool> {
        if matches!(state, JobState::Queued | JobState::Running) {
            return Err(StoreError::Refused("a job ends done, failed or cancelled"));
        }
        let p = |n| self.dialect().placeholder(n);
        let sql = format!(
            "UPDATE job SET state = {}, outcome = {}, finished_at = {}, lease_until = NULL \
             WHERE id = {} AND lease_owner = {} AND finished_at IS NULL",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5)
        );
        let params = vec![
            Param::Text(state.key().to_owned()),
            Param::Blob(outcome),
            Param::Int(now),
            Param::Uuid(id.0),
            Param::Uuid(owner),
        ];
        let written = self.write_own(vec![Stmt::own(Verb::Write, sql, params)]).await?;
        Ok(written.first() == Some(&1))
    }

    /// Gives a leased job back, to be tried again at `run_at`.
    pub async fn jobs_retry(&self, id: JobId, owner: Uuid, run_at: i64) -> Result<bool> {
        let p = |n| self.dialect().placeholder(n);
        let sql = format!(
            "UPDATE job SET state = 'queued', run_at = {}, lease_until = NULL, lease_owner = NULL \
             WHERE id = {} AND lease_owner = {} AND finished_at IS NULL",
            p(1),
            p(2),
            p(3)
        );
        let params = vec![Param::Int(run_at), Param::Uuid(id.0), Param::Uuid(owner)];
        let written = self.write_own(vec![Stmt::own(Verb::Write, sql, params)]).await?;
        Ok(written.first() == Some(&1))
    }

    /// Ends a job that nobody runs, and asks the runner of one that runs to stop; false when it had ended.
    pub async fn jobs_cancel(&self, id: JobId, now: i64) -> Result<bool> {
        let p = |n| self.dialect().placeholder(n);
        let end = Stmt::own(
            Verb::Write,
            format!(
                "UPDATE job SET cancel = {}, state = 'cancelled', finished_at = {} \
                 WHERE id = {} AND finished_at IS NULL AND (lease_until IS NULL OR lease_until <= {})",
                p(1),
                p(2),
                p(3),
                p(4)
            ),
            vec![Param::Bool(true), Param::Int(now), Param::Uuid(id.0), Param::Int(now)],
        );
        let ask = Stmt::own(
            Verb::Write,
            format!("UPDATE job SET cancel = {} WHERE id = {} AND finished_at IS NULL", p(1), p(2)),
            vec![Param::Bool(true), Param::Uuid(id.0)],
        );
        let written: u64 = self.write_own(vec![end, ask]).await?.iter().sum();
        Ok(written > 0)
    }

    /// A job.
    pub async fn jobs_get(&self, id: JobId) -> Result<Option<Job>> {
        let sql = format!("SELECT {COLUMNS} FROM job WHERE id = {}", self.dialect().placeholder(1));
        let rows = self.query(&Stmt::own(Verb::Select, sql, vec![Param::Uuid(id.0)])).await?;
        rows.first().map(job).transpose()
    }

    /// The last `limit` jobs of an organisation, the newest first.
    pub async fn jobs_list(&self, org: OrgId, limit: u32) -> Result<Vec<Job>> {
        let p = |n| self.dialect().placeholder(n);
        let sql = format!(
            "SELECT {COLUMNS} FROM job WHERE org = {} ORDER BY created_at DESC, id LIMIT {}",
            p(1),
            p(2)
        );
        let params = vec![Param::Int(org.0), Param::Int(limit.into())];
        self.query(&Stmt::own(Verb::Select, sql, params)).await?.iter().map(job).collect()
    }

    /// Forgets jobs that ended before `before`; returns how many.
    pub async fn jobs_prune(&self, before: i64) -> Result<u64, CommitError> {
        let sql = format!("DELETE FROM job WHERE finished_at < {}", self.dialect().placeholder(1));
        let written = self.write_own(vec![Stmt::own(Verb::Write, sql, vec![Param::Int(before)])]).await?;
        Ok(written.iter().sum())
    }
}

fn job(row: &Row) -> Result<Job> {
    Ok(Job {
        id: JobId(row.get_uuid(0)?),
        org: OrgId(row.get_i64(1)?),
        kind: row.get_text(2)?,
        payload: row.get_blob(3)?,
        created_by: PersonId(row.get_uuid(4)?),
        created_at: row.get_i64(5)?,
        run_at: row.get_i64(6)?,
        state: JobState::from_key(row.text(7)?.unwrap_or_default())?,
        attempts: row.get_u32(8)?,
        lease_until: row.opt_i64(9)?,
        done: row.get_u64(10)?,
        total: row.get_u64(11)?,
        progress: row.opt_blob(12)?,
        cancel: row.get_bool(13)?,
        outcome: row.opt_blob(14)?,
        finished_at: row.opt_i64(15)?,
    })
}
