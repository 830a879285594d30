//! Requests that may be sent twice and must act once: what a request makes is written down with it,
//! in one commit, so that there is never the one without the other.

use uuid::Uuid;

use crate::dialect::Verb;
use crate::{Changeset, CommitError, Dialect, Param, Result, Stmt, Store};

/// The code of a changeset that was committed before, by a request with the same key.
pub const DONE_BEFORE: &str = "idempotency.done";

/// A request that must act once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    pub org: i64,
    pub actor: Uuid,
    /// The digest of the key.
    pub key: String,
    /// The digest of the request.
    pub digest: [u8; 32],
    /// When it is forgotten, microseconds of UTC.
    pub until: i64,
}

/// What an earlier request with the same key asked for, and made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    pub digest: [u8; 32],
    pub made: Uuid,
}

/// The status kept with what was made.
const CREATED: i64 = 201;

impl Once {
    fn key(&self) -> Vec<Param> {
        vec![Param::Int(self.org), Param::Uuid(self.actor), Param::Text(self.key.clone())]
    }
}

impl Changeset {
    /// Writes down what the request makes; fails with [`DONE_BEFORE`] where one with its key did.
    pub fn once(self, dialect: Dialect, request: &Once, made: Uuid, now: i64) -> Self {
        let p = |n| dialect.placeholder(n);
        let mut params = request.key();
        params.push(Param::Int(now));
        let forget = Stmt::own(
            Verb::Write,
            format!(
                "DELETE FROM idempotency WHERE org = {} AND actor = {} AND key = {} \
                 AND (expires_at <= {} OR status IS NULL)",
                p(1),
                p(2),
                p(3),
                p(4)
            ),
            params,
        );
        let columns = ["org", "actor", "key", "digest", "created_at", "expires_at", "status", "body"];
        let mut params = request.key();
        params.extend([
            Param::Blob(request.digest.to_vec()),
            Param::Int(now),
            Param::Int(request.until),
            Param::Int(CREATED),
            Param::Blob(made.as_bytes().to_vec()),
        ]);
        let insert = Stmt::own(
            Verb::Write,
            format!(
                "{} ON CONFLICT (org, actor, key) DO NOTHING",
                dialect.insert_sql("idempotency", &columns)
            ),
            params,
        );
        self.exec(forget).exec_expect(insert, 1, DONE_BEFORE)
    }
}

impl Store {
    /// What an earlier request with the key made, if there was one.
    pub async fn earlier(&self, request: &Once, now: i64) -> Result<Option<Earlier>> {
        let p = |n| self.dialect().placeholder(n);
        let mut params = request.key();
        params.push(Param::Int(now));
        let select = Stmt::own(
            Verb::Select,
            format!(
                "SELECT digest, body FROM idempotency WHERE org = {} AND actor = {} AND key = {} \
                 AND expires_at > {} AND status IS NOT NULL",
                p(1),
                p(2),
                p(3),
                p(4)
            ),
            params,
        );
        let rows = self.query(&select).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Earlier { digest: row.get_array(0)?, made: Uuid::from_bytes(row.get_array(1)?) }))
    }

    /// Forgets what expired before `now`; returns how many.
    pub async fn idempotency_prune(&self, now: i64) -> Result<u64, CommitError> {
        let sql = format!("DELETE FROM idempotency WHERE expires_at <= {}", self.dialect().placeholder(1));
        let written = self.write_own(vec![Stmt::own(Verb::Write, sql, vec![Param::Int(now)])]).await?;
        Ok(written.iter().sum())
    }
}
