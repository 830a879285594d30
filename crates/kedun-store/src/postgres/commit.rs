//! One changeset in one transaction, all its statements on the way at once.

use std::cell::OnceCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use deadpool_postgres::Object;
use futures::TryStreamExt;
use futures::future::join_all;
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;

use crate::changeset::Op;
use crate::dialect::Verb;
use crate::insert::Insert;
use crate::keys::{DEK_COLUMNS, dek_params};
use crate::ledger::{EVENT_COLUMNS, event_params, signed};
use crate::postgres::Shared;
use crate::postgres::bind::{PgParam, failure, stale};
use crate::{Changeset, CommitError, Committed, Dialect, Feed, Param, Stmt, StoreError, feed, jobs};

/// How often a transaction that lost a conflict is tried again.
const RETRIES: u32 = 3;
/// How many rows are inserted by one statement: 65,535 parameters are the limit.
const ROWS_PER_STATEMENT: usize = 50;
/// The number of the commit.
const COMMIT_NUMBER: &str = "SELECT pg_current_xact_id()::text::bigint";

/// A statement and what its result must be.
struct Check {
    stmt: Stmt,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Any number of affected rows.
    Any,
    Affected(u64, &'static str),
    Rows(u64, &'static str),
    Epoch,
    /// A SELECT whose rows do not matter.
    Read,
    Number,
}

enum Fail {
    /// Another transaction was in the way.
    Conflict,
    /// A cached statement is older than the schema.
    Stale,
    Final(CommitError),
}

/// Commits a changeset and tells the subscribers.
pub(crate) async fn changeset(shared: &Shared, changeset: Changeset) -> Result<Committed, CommitError> {
    let checks = checks(shared, &changeset).map_err(|error| CommitError::Internal(error.to_string()))?;
    let (_, number) = transaction(shared, &checks).await?;
    let commit = u64::try_from(number).unwrap_or(0);
    for (object, ids) in changeset.touched {
        // Without subscribers nobody misses it.
        let _ = shared.feed.send(Feed { object, ids, local: true, commit });
    }
    shared.wake.notify_one();
    Ok(Committed { seqs: Vec::new(), at_commit: commit })
}

/// Runs writing statements in one transaction; the affected rows of each.
pub(crate) async fn statements(shared: &Shared, stmts: &[Stmt]) -> Result<Vec<u64>, CommitError> {
    if let Some(fault) = stmts.iter().find_map(|stmt| stmt.fault) {
        return Err(CommitError::Internal(fault.to_owned()));
    }
    let checks: Vec<Check> = stmts.iter().map(|stmt| Check { stmt: stmt.clone(), kind: Kind::Any }).collect();
    Ok(transaction(shared, &checks).await?.0)
}

fn checks(shared: &Shared, changeset: &Changeset) -> Result<Vec<Check>, StoreError> {
    let d = Dialect::Postgres;
    let write = |sql: String, params| Check { stmt: Stmt::own(Verb::Write, sql, params), kind: Kind::Any };
    let mut checks = Vec::new();
    for op in &changeset.ops {
        checks.push(match op {
            Op::Epoch { org, expected } => Check {
                stmt: Stmt::own(
                    Verb::Select,
                    "SELECT 1 FROM authz_epoch WHERE org = $1 AND n = $2 FOR SHARE",
                    vec![Param::Int(*org), Param::Int(signed(*expected)?)],
                ),
                kind: Kind::Epoch,
            },
            Op::Lock(key) => Check {
                stmt: Stmt::own(Verb::Select, "SELECT pg_advisory_xact_lock($1)", vec![Param::Int(*key)]),
                kind: Kind::Read,
            },
            Op::Rows { stmt, count, code } => Check { stmt: stmt.clone(), kind: Kind::Rows(*count, code) },
            Op::Exec { stmt, expect } => Check {
                stmt: stmt.clone(),
                kind: expect.map_or(Kind::Any, |(rows, code)| Kind::Affected(rows, code)),
            },
            Op::Insert(insert) => {
                insert.fits()?;
                checks.extend(inserts(insert));
                continue;
            }
        });
    }
    if let Some(fault) = checks.iter().find_map(|check| check.stmt.fault) {
        return Err(StoreError::Refused(fault));
    }
    for key in &changeset.keys {
        checks.push(write(d.insert_sql("kedun_keys.dek", &DEK_COLUMNS), dek_params(key, 0)));
    }
    for job in &changeset.jobs {
        checks.push(write(
            d.insert_sql("job", &jobs::NEW_COLUMNS),
            jobs::new_params(job, shared.context.now()),
        ));
    }
    let inbox: Vec<&str> = EVENT_COLUMNS.into_iter().chain(["filter"]).collect();
    for event in &changeset.events {
        let mut params = event_params(event)?;
        params.push(event.page_filter().map_or(Param::Null, |filter| Param::Blob(filter.to_bytes())));
        checks.push(write(d.insert_sql("event_inbox", &inbox), params));
    }
    for (object, ids) in &changeset.touched {
        checks.push(write(
            "INSERT INTO feed (node, commit_no, object, ids, at) \
             VALUES ($1, pg_current_xact_id()::text::bigint, $2, $3, $4)"
                .to_owned(),
            vec![
                Param::Uuid(shared.node),
                Param::Int((*object).into()),
                Param::Blob(feed::pack(ids)),
                Param::Int(shared.context.now()),
            ],
        ));
    }
    checks.push(Check { stmt: Stmt::own(Verb::Select, COMMIT_NUMBER, Vec::new()), kind: Kind::Number });
    Ok(checks)
}

/// The statements of an insertion, of at most [`ROWS_PER_STATEMENT`] rows each.
fn inserts(insert: &Insert) -> impl Iterator<Item = Check> {
    let full: OnceCell<Arc<str>> = OnceCell::new();
    insert.rows.chunks(ROWS_PER_STATEMENT).map(move |rows| {
        let sql = || Arc::from(insert.sql(Dialect::Postgres, rows.len()));
        let sql = if rows.len() == ROWS_PER_STATEMENT { Arc::clone(full.get_or_init(sql)) } else { sql() };
        let params = rows.iter().flatten().cloned().collect();
        Check { stmt: Stmt::own(Verb::Write, sql, params), kind: Kind::Any }
    })
}

/// Runs all or nothing; the affected rows of each statement, and the number of the commit if asked for.
async fn transaction(shared: &Shared, checks: &[Check]) -> Result<(Vec<u64>, i64), CommitError> {
    let mut tries = 0;
    loop {
        let client = shared.client().await.map_err(|error| {
            tracing::error!(%error, "no connection to write with");
            CommitError::Unavailable
        })?;
        let timeout = shared.tuning.deadline.as_millis();
        match attempt(&client, checks, timeout).await {
            Ok(done) => return Ok(done),
            Err(fail) => {
                // The connection goes back clean, or not at all.
                if client.batch_execute("ROLLBACK").await.is_err() {
                    drop(Object::take(client));
                } else if matches!(fail, Fail::Stale) {
                    client.statement_cache.clear();
                }
                match fail {
                    Fail::Final(error) => return Err(error),
                    Fail::Conflict | Fail::Stale if tries < RETRIES => tries += 1,
                    Fail::Conflict | Fail::Stale => return Err(CommitError::Unavailable),
                }
            }
        }
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>;

async fn attempt(client: &Object, checks: &[Check], timeout_ms: u128) -> Result<(Vec<u64>, i64), Fail> {
    let mut prepared: Vec<Statement> = Vec::with_capacity(checks.len());
    for check in checks {
        prepared.push(client.prepare_cached(&check.stmt.sql).await.map_err(fail)?);
    }
    let begin = format!("BEGIN; SET LOCAL statement_timeout = {timeout_ms}");
    let mut number = 0i64;
    {
        // Polled in this order, they are sent in this order, and the server runs them in this order.
        let mut answers: Vec<Answer<'_>> = Vec::with_capacity(checks.len() + 1);
        answers.push(Box::pin(async { client.batch_execute(&begin).await.map(|()| 0) }));
        for (check, statement) in checks.iter().zip(&prepared) {
            answers.push(Box::pin(run(client, check, statement)));
        }
        let results = join_all(answers).await;
        let mut rows = Vec::with_capacity(checks.len());
        let mut results = results.into_iter();
        results.next().unwrap_or(Ok(0)).map_err(fail)?;
        for (result, check) in results.zip(checks) {
            let n = result.map_err(fail)?;
            let holds = match check.kind {
                Kind::Any | Kind::Read => Ok(()),
                Kind::Number => {
                    number = i64::try_from(n).unwrap_or(i64::MAX);
                    Ok(())
                }
                Kind::Affected(expected, code) | Kind::Rows(expected, code) if n != expected => {
                    Err(CommitError::Precondition { code })
                }
                Kind::Affected(..) | Kind::Rows(..) => Ok(()),
                Kind::Epoch if n == 0 => Err(CommitError::EpochChanged),
                Kind::Epoch => Ok(()),
            };
            holds.map_err(Fail::Final)?;
            rows.push(n);
        }
        client.batch_execute("COMMIT").await.map_err(fail)?;
        Ok((rows, number))
    }
}

/// The number of affected or found rows; for the number of the commit, that number.
async fn run(client: &Object, check: &Check, statement: &Statement) -> Result<u64, tokio_postgres::Error> {
    let params = check.stmt.params.iter().map(PgParam);
    match check.kind {
        Kind::Any | Kind::Affected(..) => client.execute_raw(statement, params).await,
        Kind::Number => {
            let rows: Vec<_> = client.query_raw(statement, params).await?.try_collect().await?;
            let number = rows.first().map(|row| row.try_get::<_, i64>(0)).transpose()?;
            Ok(number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
        }
        Kind::Rows(..) | Kind::Epoch | Kind::Read => {
            let mut rows = std::pin::pin!(client.query_raw(statement, params).await?);
            let mut n = 0;
            while rows.try_next().await?.is_some() {
                n += 1;
            }
            Ok(n)
        }
    }
}

fn fail(error: tokio_postgres::Error) -> Fail {
    if stale(&error) {
        return Fail::Stale;
    }
    let Some(db) = error.as_db_error() else {
        // An error of encoding is ours, all others are of the connection.
        let text = error.to_string();
        if text.starts_with("error serializing") {
            return Fail::Final(CommitError::Internal(text));
        }
        tracing::error!(error = %text, "the connection failed during a change");
        return Fail::Final(CommitError::Unavailable);
    };
    match *db.code() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Fail::Conflict,
        SqlState::UNIQUE_VIOLATION => Fail::Final(CommitError::UniqueViolation {
            table: db.table().unwrap_or_default().to_owned(),
            // `Key (org, f_9)=(1, …) already exists.`: the names without the values.
            columns: db
                .detail()
                .and_then(|detail| detail.strip_prefix("Key ("))
                .and_then(|detail| detail.split_once(")="))
                .map(|(names, _)| names.split(", ").map(str::to_owned).collect())
                .unwrap_or_default(),
        }),
        _ => Fail::Final(match failure(error) {
            StoreError::Unavailable(text) => {
                tracing::error!(error = %text, "the database could not write");
                CommitError::Unavailable
            }
            other => CommitError::Internal(other.to_string()),
        }),
    }
}
