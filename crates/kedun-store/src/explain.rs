//! How the engine would run a SELECT.

use crate::dialect::Verb;
use crate::{Dialect, Result, Stmt, Store};

impl Store {
    /// The engine's plan of a SELECT, a line each, in the engine's own words.
    pub async fn explain(&self, stmt: &Stmt) -> Result<Vec<String>> {
        let (prefix, column) = match self.dialect() {
            Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", 3),
            Dialect::Postgres => ("EXPLAIN ", 0),
        };
        let stmt = Stmt {
            sql: format!("{prefix}{}", stmt.sql).into(),
            params: stmt.params.clone(),
            verb: Verb::Select,
            fault: stmt.fault,
        };
        self.query(&stmt).await?.iter().map(|row| row.get_text(column)).collect()
    }
}
