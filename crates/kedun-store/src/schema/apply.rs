//! Applying schema steps: first all of them are journaled, then each is run and marked
//! in one transaction, so that a crash between loses nothing and repeats nothing.

use std::collections::HashSet;

use kedun_model::ObjectId;

use crate::dialect::Verb;
use crate::{Dialect, Param, Result, SchemaStep, Stmt, Store, StoreError};

struct Planned {
    id: String,
    number: i64,
    step: SchemaStep,
}

impl Store {
    /// Runs the steps; when it is interrupted, the rest is run at the next [`Store::open`].
    pub async fn apply_schema(&self, steps: Vec<SchemaStep>) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        self.journal_schema(&steps).await?;
        self.resume_schema().await
    }

    /// Writes the steps into the journal without running them: [`Store::resume_schema`] does, or the next open.
    pub async fn journal_schema(&self, steps: &[SchemaStep]) -> Result<()> {
        let (id, at) = (format!("s{}", self.context().new_uuid().simple()), self.context().now());
        let sql: std::sync::Arc<str> =
            self.dialect().insert_sql("schema_step", &["id", "step", "state", "body", "at"]).into();
        let mut stmts = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let body = serde_json::to_string(step).map_err(|e| StoreError::Migrations(e.to_string()))?;
            let params = vec![
                Param::Text(id.clone()),
                Param::Int(i64::try_from(number).unwrap_or(i64::MAX)),
                Param::Text("planned".into()),
                Param::Text(body),
                Param::Int(at),
            ];
            stmts.push(Stmt::own(Verb::Write, sql.clone(), params));
        }
        self.ddl(stmts).await
    }

    /// Runs the journaled steps that have not run yet, in order. Returns when all are done.
    pub async fn resume_schema(&self) -> Result<()> {
        let _one_at_a_time = self.schema_guard().await?;
        let planned = self.planned_steps().await?;
        let mut fresh: HashSet<ObjectId> = HashSet::new();
        let mut group: Vec<Stmt> = Vec::new();
        for Planned { id, number, step } in planned {
            let object = step.object();
            if let SchemaStep::AddTable { .. } = step {
                fresh.insert(object);
            }
            let mark = self.mark(&id, number);
            let concurrently = self.dialect() == Dialect::Postgres
                && matches!(step, SchemaStep::AddIndex { .. })
                && !fresh.contains(&object);
            if concurrently {
                if let SchemaStep::AddIndex { index, .. } = step {
                    self.index_concurrently(&index.name(object), step.sql(self.dialect(), true)).await?;
                }
                self.ddl(vec![mark]).await?;
                continue;
            }
            let guarded = !matches!(step, SchemaStep::AddColumn { .. } | SchemaStep::DropColumn { .. });
            let ddl = Stmt::own(Verb::Other, step.sql(self.dialect(), false), Vec::new());
            if self.dialect() == Dialect::Sqlite && guarded {
                // These may be repeated as they are; together they cost one flush of the disk.
                group.push(ddl);
                group.push(mark);
                continue;
            }
            self.ddl(std::mem::take(&mut group)).await?;
            if self.is_done_already(&step).await? {
                self.ddl(vec![mark]).await?;
            } else {
                self.ddl(vec![ddl, mark]).await?;
            }
        }
        self.ddl(group).await
    }

    async fn planned_steps(&self) -> Result<Vec<Planned>> {
        let sql = "SELECT id, step, body FROM schema_step WHERE state = 'planned' ORDER BY at, id, step";
        let rows = self.query(&Stmt::own(Verb::Select, sql, Vec::new())).await?;
        rows.iter()
            .map(|row| {
                let step = serde_json::from_str(row.text(2)?.unwrap_or_default())
                    .map_err(|e| StoreError::Migrations(format!("a journaled step cannot be read: {e}")))?;
                Ok(Planned { id: row.get_text(0)?, number: row.get_i64(1)?, step })
            })
            .collect()
    }

    fn mark(&self, id: &str, number: i64) -> Stmt {
        let p = |n| self.dialect().placeholder(n);
        Stmt::own(
            Verb::Write,
            format!("UPDATE schema_step SET state = 'done' WHERE id = {} AND step = {}", p(1), p(2)),
            vec![Param::Text(id.to_owned()), Param::Int(number)],
        )
    }

    /// Whether a step that SQLite cannot guard has been run before.
    async fn is_done_already(&self, step: &SchemaStep) -> Result<bool> {
        let (column, there_means_done) = match step {
            SchemaStep::AddColumn { column, .. } => (&column.name, true),
            SchemaStep::DropColumn { column, .. } => (column, false),
            _ => return Ok(false),
        };
        if self.dialect() == Dialect::Postgres {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM pragma_table_xinfo(?1) WHERE name = ?2";
        let params = vec![Param::Text(step.object().table()), Param::Text(column.clone())];
        let there = !self.query(&Stmt::own(Verb::Select, sql, params)).await?.is_empty();
        Ok(there == there_means_done)
    }
}
