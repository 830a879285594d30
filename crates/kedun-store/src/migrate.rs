//! Migrations: numbered lists of steps, each journaled, each run once.

use std::collections::{HashMap, HashSet};

use crate::{Dialect, Result, StoreError};

/// A change of the fixed tables that a release brings.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Unique over all crates: store 1–99, identity 100–199, engine 200–299, flow 300–399,
    /// connect 400–499, api 500–599. Applied in this order.
    pub id: u32,
    pub name: &'static str,
    /// The statements, one a step; steps may be appended, but never changed once released.
    pub steps: fn(Dialect) -> Vec<String>,
    /// The tables that may be written without evidence through [`crate::Store::housekeeping`].
    pub housekeeping: &'static [&'static str],
}

/// A step that has not been applied yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub migration: u32,
    pub name: &'static str,
    pub number: usize,
    pub sql: String,
}

/// All migrations in order, the store's own first; refuses two of one number.
pub(crate) fn ordered(given: Vec<Migration>) -> Result<Vec<Migration>> {
    let mut all = crate::migrations::own();
    all.extend(given);
    all.sort_by_key(|m| m.id);
    for pair in all.windows(2) {
        if let [a, b] = pair
            && a.id == b.id
        {
            return Err(StoreError::Migrations(format!("{} is used by {} and {}", a.id, a.name, b.name)));
        }
    }
    Ok(all)
}

/// The tables that may be written without evidence.
pub(crate) fn housekeeping_tables(all: &[Migration]) -> Result<HashSet<&'static str>> {
    let tables: HashSet<_> = all.iter().flat_map(|m| m.housekeeping.iter().copied()).collect();
    if let Some(table) = tables.iter().find(|t| t.starts_with("o_")) {
        return Err(StoreError::Migrations(format!("{table} holds records and cannot be housekeeping")));
    }
    Ok(tables)
}

/// The steps that the journal does not know as done; `done` maps a migration to its finished steps.
pub(crate) fn pending(dialect: Dialect, all: &[Migration], done: &HashMap<u32, HashSet<usize>>) -> Vec<Step> {
    all.iter()
        .flat_map(|m| {
            (m.steps)(dialect).into_iter().enumerate().map(|(number, sql)| Step {
                migration: m.id,
                name: m.name,
                number,
                sql,
            })
        })
        .filter(|step| !done.get(&step.migration).is_some_and(|steps| steps.contains(&step.number)))
        .collect()
}

/// The journal's id of a migration.
pub(crate) fn journal_id(migration: u32) -> String {
    format!("m{migration}")
}

/// The migration of a journal id; `None` for those of the schema planner.
pub(crate) fn parse_journal_id(id: &str) -> Option<u32> {
    id.strip_prefix('m')?.parse().ok()
}

impl Step {
    pub(crate) fn failed(&self, cause: impl std::fmt::Display) -> StoreError {
        StoreError::Migration {
            id: self.migration,
            name: self.name,
            step: self.number,
            cause: cause.to_string(),
        }
    }
}
