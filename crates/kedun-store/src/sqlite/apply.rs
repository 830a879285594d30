//! One changeset inside the batch's transaction, within a savepoint of its own.

use rusqlite::{Connection, ErrorCode};
use uuid::Uuid;

use crate::changeset::Op;
use crate::keys::{DEK_COLUMNS, dek_params};
use crate::ledger::{EVENT_COLUMNS, LedgerState, event_params, signed};
use crate::sqlite::bind::{count, failure, write, write_rows};
use crate::{Changeset, CommitError, Committed, Dialect, Param, Stmt, StoreError, jobs};

/// Why a changeset is not in the batch.
pub(crate) enum Fail {
    /// It alone fails.
    Change(CommitError),
    /// The whole transaction is lost.
    Batch(StoreError),
}

impl From<rusqlite::Error> for Fail {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(cause, message) = &error else {
            return Fail::Change(CommitError::Internal(error.to_string()));
        };
        match cause.code {
            ErrorCode::ConstraintViolation => {
                Fail::Change(constraint(cause.extended_code, message.as_deref()))
            }
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::OutOfMemory
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::DatabaseBusy
            | ErrorCode::NotADatabase
            | ErrorCode::FileLockingProtocolFailed => Fail::Batch(failure(error)),
            _ => Fail::Change(CommitError::Internal(error.to_string())),
        }
    }
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Fail::Change(CommitError::Internal(error.to_string()))
    }
}

/// `UNIQUE constraint failed: o_1.org, o_1.id` names columns, not values.
fn constraint(code: std::ffi::c_int, message: Option<&str>) -> CommitError {
    let unique = [rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE, rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY];
    let message = message.unwrap_or("constraint failed");
    let Some(names) = message.strip_prefix("UNIQUE constraint failed: ").filter(|_| unique.contains(&code))
    else {
        return CommitError::Internal(message.to_owned());
    };
    let mut table = String::new();
    let mut columns = Vec::new();
    for name in names.split(", ") {
        let (owner, column) = name.split_once('.').unwrap_or(("", name));
        owner.clone_into(&mut table);
        columns.push(column.to_owned());
    }
    CommitError::UniqueViolation { table, columns }
}

/// The two databases while a batch is open.
pub(crate) struct Batch<'a> {
    pub main: &'a Connection,
    pub keys: &'a Connection,
    pub number: i64,
    pub now: i64,
    pub ledger: LedgerState,
    pub events: bool,
    pub keys_open: bool,
    /// Whether there is only one change in the transaction, which then needs no savepoint: it would keep
    /// a copy of every page that the change touches.
    pub single: bool,
}

impl Batch<'_> {
    /// Applies a changeset; when it fails alone, nothing of it stays.
    pub(crate) fn change(&mut self, changeset: &Changeset) -> Result<Committed, Fail> {
        let ledger = self.ledger.clone();
        let result = self.isolated(!changeset.keys.is_empty(), |batch| batch.contents(changeset));
        match &result {
            Ok(_) => self.events = true,
            Err(_) => self.ledger = ledger,
        }
        result
    }

    /// Runs writes without evidence; when one fails, none stays.
    pub(crate) fn house(&mut self, stmts: &[Stmt]) -> Result<Vec<u64>, Fail> {
        self.isolated(false, |batch| {
            stmts
                .iter()
                .map(|stmt| {
                    bound(stmt)?;
                    Ok(write(batch.main, &stmt.sql, &stmt.params)?)
                })
                .collect()
        })
    }

    fn isolated<T>(
        &mut self,
        with_keys: bool,
        run: impl FnOnce(&mut Self) -> Result<T, Fail>,
    ) -> Result<T, Fail> {
        if with_keys && !self.keys_open {
            self.keys.execute_batch("BEGIN IMMEDIATE").map_err(lost)?;
            self.keys_open = true;
        }
        let connections = if with_keys { vec![self.main, self.keys] } else { vec![self.main] };
        for connection in connections.iter().filter(|_| !self.single) {
            write(connection, "SAVEPOINT one", &[]).map_err(lost)?;
        }
        let result = run(self);
        for connection in &connections {
            if connection.is_autocommit() {
                // A full disk rolls back more than the statement.
                return Err(match result {
                    Err(Fail::Batch(error)) => Fail::Batch(error),
                    _ => Fail::Batch(StoreError::Unavailable("the transaction was rolled back".into())),
                });
            }
            match (&result, self.single) {
                (Err(Fail::Batch(_)), _) | (Ok(_), true) => {}
                (Err(Fail::Change(_)), true) => {
                    connection.execute_batch("ROLLBACK; BEGIN IMMEDIATE").map_err(lost)?;
                }
                (Err(Fail::Change(_)), false) => {
                    write(connection, "ROLLBACK TO one", &[]).map_err(lost)?;
                    write(connection, "RELEASE one", &[]).map_err(lost)?;
                }
                (Ok(_), false) => {
                    write(connection, "RELEASE one", &[]).map_err(lost)?;
                }
            }
        }
        result
    }

    fn contents(&mut self, changeset: &Changeset) -> Result<Committed, Fail> {
        for op in &changeset.ops {
            self.op(op)?;
        }
        for key in &changeset.keys {
            let sql = sql_of(&DEK, || Dialect::Sqlite.insert_sql("dek", &DEK_COLUMNS));
            write(self.keys, sql, &dek_params(key, self.number))?;
        }
        for job in &changeset.jobs {
            let sql = sql_of(&JOB, || Dialect::Sqlite.insert_sql("job", &jobs::NEW_COLUMNS));
            write(self.main, sql, &jobs::new_params(job, self.now))?;
        }
        let mut seqs = Vec::with_capacity(changeset.events.len());
        for event in &changeset.events {
            seqs.push(self.event(event)?);
        }
        Ok(Committed { seqs, at_commit: u64::try_from(self.number).unwrap_or(0) })
    }

    fn op(&mut self, op: &Op) -> Result<(), Fail> {
        match op {
            Op::Epoch { org, expected } => {
                let stmt = Stmt::own(
                    crate::dialect::Verb::Select,
                    "SELECT 1 FROM authz_epoch WHERE org = ?1 AND n = ?2",
                    vec![Param::Int(*org), Param::Int(signed(*expected)?)],
                );
                if count(self.main, &stmt, 1)? == 0 {
                    return Err(Fail::Change(CommitError::EpochChanged));
                }
            }
            Op::Lock(_) => {}
            Op::Rows { stmt, count: expected, code } => {
                bound(stmt)?;
                if count(self.main, stmt, expected.saturating_add(1))? != *expected {
                    return Err(Fail::Change(CommitError::Precondition { code }));
                }
            }
            Op::Exec { stmt, expect } => {
                bound(stmt)?;
                let rows = write(self.main, &stmt.sql, &stmt.params)?;
                if let Some((expected, code)) = expect
                    && rows != *expected
                {
                    return Err(Fail::Change(CommitError::Precondition { code }));
                }
            }
            Op::Insert(insert) => {
                insert.fits()?;
                write_rows(self.main, &insert.sql(Dialect::Sqlite, 1), &insert.rows)?;
            }
        }
        Ok(())
    }

    /// Gives an event its position, stores it and lets the tree grow.
    fn event(&mut self, event: &kedun_ledger::PreparedEvent) -> Result<u64, Fail> {
        let seq = self.ledger.frontier.size();
        let mut params = vec![Param::Int(signed(seq)?)];
        params.extend(event_params(event)?);
        let sql = sql_of(&EVENT, || {
            let columns: Vec<&str> = std::iter::once("seq").chain(EVENT_COLUMNS).collect();
            Dialect::Sqlite.insert_sql("event", &columns)
        });
        write(self.main, sql, &params)?;
        if let Some(filter) = event.page_filter() {
            let params = [
                Param::Int(signed(seq)?),
                Param::Int(event.at),
                Param::Int(event.object.into()),
                Param::Int(i64::try_from(event.records.len()).unwrap_or(i64::MAX)),
                Param::Blob(filter.to_bytes()),
            ];
            let sql = "INSERT INTO event_page (seq, at, object, n, filter) VALUES (?1, ?2, ?3, ?4, ?5)";
            write(self.main, sql, &params)?;
        }
        let leaf = event.header(seq).leaf();
        self.ledger.chain.append(&leaf);
        for node in self.ledger.frontier.append(leaf) {
            let params = [
                Param::Int(node.level.into()),
                Param::Int(signed(node.index)?),
                Param::Blob(node.hash.to_vec()),
            ];
            write(self.main, "INSERT INTO tree_node (level, idx, hash) VALUES (?1, ?2, ?3)", &params)?;
        }
        Ok(seq)
    }
}

static EVENT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
static DEK: std::sync::OnceLock<String> = std::sync::OnceLock::new();
static JOB: std::sync::OnceLock<String> = std::sync::OnceLock::new();

fn sql_of(cell: &'static std::sync::OnceLock<String>, make: impl FnOnce() -> String) -> &'static str {
    cell.get_or_init(make)
}

pub(crate) fn bound(stmt: &Stmt) -> Result<(), StoreError> {
    stmt.fault.map_or(Ok(()), |fault| Err(StoreError::Refused(fault)))
}

/// An error of the transaction itself.
pub(crate) fn lost(error: rusqlite::Error) -> Fail {
    Fail::Batch(failure(error))
}

/// The records a changeset touched, for the feed.
pub(crate) fn touched(changeset: &mut Changeset) -> Vec<(u32, Vec<Uuid>)> {
    std::mem::take(&mut changeset.touched)
}
