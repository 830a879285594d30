//! Requests that may be sent twice and must act once.

use uuid::Uuid;

use crate::dialect::Verb;
use crate::{CommitError, Param, Result, Stmt, Store};

/// What a request with an idempotency key finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the first: act, then record the answer.
    New,
    /// The first is still at work.
    InProgress,
    /// The same key came with another request before.
    Mismatch,
    /// The answer to give again.
    Done(Recorded),
}

/// An answer that was given.
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The HTTP status.
    pub status: u16,
    /// The body: sealed by whoever keeps it, or without personal data.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Store {
    /// Claims `key` of `actor` for a request with this digest until `now + ttl` (microseconds).
    pub async fn idempotency_claim(
        &self,
        org: i64,
        actor: Uuid,
        key: &str,
        digest: &[u8; 32],
        now: i64,
        ttl: i64,
    ) -> Result<Claim> {
        let d = self.dialect();
        let p = |n| d.placeholder(n);
        let expired = Stmt::own(
            Verb::Write,
            format!(
                "DELETE FROM idempotency WHERE org = {} AND actor = {} AND key = {} AND expires_at <= {}",
                p(1),
                p(2),
                p(3),
                p(4)
            ),
            vec![Param::Int(org), Param::Uuid(actor), Param::Text(key.to_owned()), Param::Int(now)],
        );
        let columns = ["org", "actor", "key", "digest", "created_at", "expires_at"];
        let insert = Stmt::own(
            Verb::Write,
            format!("{} ON CONFLICT (org, actor, key) DO NOTHING", d.insert_sql("idempotency", &columns)),
            vec![
                Param::Int(org),
                Param::Uuid(actor),
                Param::Text(key.to_owned()),
                Param::Blob(digest.to_vec()),
                Param::Int(now),
                Param::Int(now.saturating_add(ttl)),
            ],
        );
        let written = self.write_own(vec![expired, insert]).await?;
        if written.get(1) == Some(&1) {
            return Ok(Claim::New);
        }
        let select = Stmt::own(
            Verb::Select,
            format!(
                "SELECT digest, status, body FROM idempotency WHERE org = {} AND actor = {} AND key = {}",
                p(1),
                p(2),
                p(3)
            ),
            vec![Param::Int(org), Param::Uuid(actor), Param::Text(key.to_owned())],
        );
        let rows = self.query(&select).await?;
        let Some(row) = rows.first() else { return Ok(Claim::InProgress) };
        if row.blob(0)? != Some(digest.as_slice()) {
            return Ok(Claim::Mismatch);
        }
        match row.opt_i64(1)?.and_then(|status| u16::try_from(status).ok()) {
            None => Ok(Claim::InProgress),
            Some(status) => Ok(Claim::Done(Recorded { status, body: row.opt_blob(2)?.unwrap_or_default() })),
        }
    }

    /// Records the answer of a claimed request.
    pub async fn idempotency_record(
        &self,
        org: i64,
        actor: Uuid,
        key: &str,
        answer: &Recorded,
    ) -> Result<(), CommitError> {
        let p = |n| self.dialect().placeholder(n);
        let sql = format!(
            "UPDATE idempotency SET status = {}, body = {} WHERE org = {} AND actor = {} AND key = {}",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5)
        );
        let params = vec![
            Param::Int(answer.status.into()),
            Param::Blob(answer.body.clone()),
            Param::Int(org),
            Param::Uuid(actor),
            Param::Text(key.to_owned()),
        ];
        self.write_own(vec![Stmt::own(Verb::Write, sql, params)]).await.map(drop)
    }

    /// Gives a claim back, so that the request may be tried again.
    pub async fn idempotency_release(&self, org: i64, actor: Uuid, key: &str) -> Result<(), CommitError> {
        let p = |n| self.dialect().placeholder(n);
        let sql = format!(
            "DELETE FROM idempotency WHERE org = {} AND actor = {} AND key = {} AND status IS NULL",
            p(1),
            p(2),
            p(3)
        );
        let params = vec![Param::Int(org), Param::Uuid(actor), Param::Text(key.to_owned())];
        self.write_own(vec![Stmt::own(Verb::Write, sql, params)]).await.map(drop)
    }

    /// Forgets what expired before `now`; returns how many.
    pub async fn idempotency_prune(&self, now: i64) -> Result<u64, CommitError> {
        let sql = format!("DELETE FROM idempotency WHERE expires_at <= {}", self.dialect().placeholder(1));
        let written = self.write_own(vec![Stmt::own(Verb::Write, sql, vec![Param::Int(now)])]).await?;
        Ok(written.iter().sum())
    }
}
