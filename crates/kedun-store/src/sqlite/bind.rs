//! Parameters and rows of SQLite.

use std::rc::Rc;

use rusqlite::types::{Null, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode};

use crate::row::Cell;
use crate::{Param, Result, Row, Stmt, StoreError};

/// An engine's error, without values.
pub(crate) fn failure(error: rusqlite::Error) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(cause, _)
            if matches!(
                cause.code,
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::OutOfMemory
            ) =>
        {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::Database(error.to_string()),
    }
}

fn bind(statement: &mut CachedStatement<'_>, params: &[Param]) -> rusqlite::Result<()> {
    for (i, param) in params.iter().enumerate() {
        let place = i + 1;
        match param {
            Param::Null => statement.raw_bind_parameter(place, Null),
            Param::Bool(b) => statement.raw_bind_parameter(place, b),
            Param::Int(n) => statement.raw_bind_parameter(place, n),
            Param::Float(x) => statement.raw_bind_parameter(place, x),
            Param::Text(s) => statement.raw_bind_parameter(place, s),
            Param::Blob(bytes) => statement.raw_bind_parameter(place, bytes),
            Param::Uuid(id) => statement.raw_bind_parameter(place, id.as_bytes().as_slice()),
            Param::Uuids(ids) => statement
                .raw_bind_parameter(place, array(ids.iter().map(|id| Value::Blob(id.as_bytes().to_vec())))),
            Param::Ints(ints) => {
                statement.raw_bind_parameter(place, array(ints.iter().copied().map(Value::Integer)))
            }
            Param::Texts(texts) => {
                statement.raw_bind_parameter(place, array(texts.iter().cloned().map(Value::Text)))
            }
        }?;
    }
    Ok(())
}

fn array(values: impl Iterator<Item = Value>) -> Rc<Vec<Value>> {
    Rc::new(values.collect())
}

fn row(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Row> {
    let mut cells = Vec::with_capacity(columns);
    for i in 0..columns {
        cells.push(match row.get_ref(i)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(n) => Cell::Int(n),
            ValueRef::Real(x) => Cell::Float(x),
            text @ ValueRef::Text(_) => Cell::Text(text.as_str()?.to_owned()),
            ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
        });
    }
    Ok(Row(cells))
}

/// The rows of a SELECT.
pub(crate) fn select(connection: &Connection, stmt: &Stmt) -> Result<Vec<Row>> {
    read(connection, stmt).map_err(failure)
}

pub(crate) fn read(connection: &Connection, stmt: &Stmt) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(&stmt.sql)?;
    bind(&mut statement, &stmt.params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while let Some(found) = rows.next()? {
        out.push(row(found, columns)?);
    }
    Ok(out)
}

/// The number of rows of a SELECT, counted no further than `limit`.
pub(crate) fn count(connection: &Connection, stmt: &Stmt, limit: u64) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(&stmt.sql)?;
    bind(&mut statement, &stmt.params)?;
    let mut rows = statement.raw_query();
    let mut n = 0;
    while n < limit && rows.next()?.is_some() {
        n += 1;
    }
    Ok(n)
}

/// Runs a writing statement; the number of rows it affected.
pub(crate) fn write(connection: &Connection, sql: &str, params: &[Param]) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    if statement.column_count() > 0 {
        let mut rows = statement.raw_query();
        let mut n = 0;
        while rows.next()?.is_some() {
            n += 1;
        }
        return Ok(n);
    }
    Ok(u64::try_from(statement.raw_execute()?).unwrap_or(u64::MAX))
}

/// Runs a statement without an answer once for each row of parameters.
pub(crate) fn write_rows(connection: &Connection, sql: &str, rows: &[Vec<Param>]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    for row in rows {
        bind(&mut statement, row)?;
        statement.raw_execute()?;
    }
    Ok(())
}

/// Hands the rows of a SELECT on in batches until `take` says no.
pub(crate) fn scan(
    connection: &Connection,
    stmt: &Stmt,
    batch: usize,
    mut take: impl FnMut(Vec<Row>) -> bool,
) -> Result<()> {
    let mut statement = connection.prepare_cached(&stmt.sql).map_err(failure)?;
    bind(&mut statement, &stmt.params).map_err(failure)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut out = Vec::with_capacity(batch);
    while let Some(found) = rows.next().map_err(failure)? {
        out.push(row(found, columns).map_err(failure)?);
        if out.len() == batch && !take(std::mem::replace(&mut out, Vec::with_capacity(batch))) {
            return Ok(());
        }
    }
    if !out.is_empty() {
        take(out);
    }
    Ok(())
}

/// Fixes the state that the connection reads from now on.
pub(crate) fn begin_read(connection: &Connection) -> Result<()> {
    connection.execute_batch("BEGIN DEFERRED; SELECT 1 FROM sqlite_master LIMIT 1;").map_err(failure)
}
