//! Writes without evidence, to tables that hold nothing about anybody's data.

use std::collections::HashSet;

use crate::dialect::Verb;
use crate::{Result, Stmt, StoreError};

/// Refuses every statement that is not a write to one of the registered tables.
pub(crate) fn check(tables: &HashSet<&'static str>, stmts: &[Stmt]) -> Result<()> {
    for stmt in stmts {
        if stmt.verb != Verb::Write {
            return Err(StoreError::Refused("housekeeping only inserts, updates and deletes"));
        }
        let table = target(&stmt.sql)
            .ok_or(StoreError::Refused("the table of a housekeeping statement is unclear"))?;
        if table.starts_with("o_") {
            return Err(StoreError::Refused("records are changed with evidence only"));
        }
        if !tables.contains(table) {
            return Err(StoreError::Refused("the table is not registered for writes without evidence"));
        }
    }
    Ok(())
}

/// The table that a built statement writes to.
fn target(sql: &str) -> Option<&str> {
    let rest = ["INSERT INTO ", "REPLACE INTO ", "UPDATE ", "DELETE FROM "]
        .iter()
        .find_map(|p| sql.strip_prefix(p))?;
    let (name, after) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => rest.split_at(rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?),
    };
    // A schema-qualified name could point anywhere.
    (!after.starts_with('.')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, sq};

    fn tables() -> HashSet<&'static str> {
        HashSet::from(["job"])
    }

    #[test]
    fn only_registered_tables_are_written() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let delete = |table: &'static str| dialect.delete(sq::Query::delete().from_table(table));
            assert!(check(&tables(), &[delete("job")]).is_ok());
            assert!(check(&tables(), &[delete("job"), delete("event")]).is_err());
            assert!(check(&tables(), &[delete("o_4k2")]).is_err());
            let insert =
                sq::Query::insert().into_table("job").columns(["id"]).values_panic([1.into()]).to_owned();
            assert!(check(&tables(), &[dialect.insert(&insert)]).is_ok());
            let update = sq::Query::update().table("principal").value("id", 1).to_owned();
            assert!(check(&tables(), &[dialect.update(&update)]).is_err());
            let elsewhere = sq::Query::delete().from_table(("kedun_keys", "job")).to_owned();
            assert!(check(&tables(), &[dialect.delete(&elsewhere)]).is_err());
            let select = sq::Query::select().column("id").from("job").to_owned();
            assert!(check(&tables(), &[dialect.select(&select)]).is_err());
        }
    }
}
