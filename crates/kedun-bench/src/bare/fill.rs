//! The same synthetic company in plain tables.

use std::path::Path;

use kedun_testkit::company::{Company, Record};
use rusqlite::params;
use serde_json::Value;

/// Where virtual time begins, in microseconds of UTC: records are changed one after another.
const BEGIN: i64 = 1_750_000_000_000_000;

/// Makes the tables and fills them.
///
/// # Errors
/// When the file cannot be written.
pub fn fill(path: &Path, company: &Company) -> anyhow::Result<()> {
    let mut db = super::connect(path)?;
    db.execute_batch(super::SCHEMA)?;
    let names: Vec<String> = company.accounts().map(|a| text(&a, "name")).collect();
    let team = |owner: i64| -> anyhow::Result<i64> {
        let person = usize::try_from(owner).ok().and_then(|n| company.people().get(n));
        Ok(i64::try_from(person.map_or(0, |p| p.unit))?)
    };
    let name_of = |record: &Record| {
        let account = usize::try_from(number(record, "_account")).unwrap_or(usize::MAX);
        names.get(account).cloned().unwrap_or_default()
    };
    let all = db.transaction()?;
    {
        let mut insert = all.prepare(
            "INSERT INTO contact (name, company, phone, email, id_no, title, owner, team, note, created, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        )?;
        for (at, record) in (BEGIN..).zip(company.contacts()) {
            let owner = number(&record, "_owner");
            insert.execute(params![
                text(&record, "name"),
                name_of(&record),
                optional(&record, "mobile"),
                optional(&record, "email"),
                optional(&record, "id_no"),
                optional(&record, "title"),
                owner,
                team(owner)?,
                optional(&record, "note"),
                at,
            ])?;
        }
        let mut insert = all.prepare(
            "INSERT INTO opportunity (name, company, owner, team, stage, amount, expected_close, created, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?;
        for (at, record) in (BEGIN..).zip(company.opportunities()) {
            let owner = number(&record, "_owner");
            insert.execute(params![
                text(&record, "name"),
                name_of(&record),
                owner,
                team(owner)?,
                text(&record, "stage"),
                number(&record, "amount"),
                optional(&record, "expected_close"),
                at,
            ])?;
        }
    }
    all.commit()?;
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize;")?;
    Ok(())
}

fn text(record: &Record, key: &str) -> String {
    optional(record, key).unwrap_or_default()
}

fn optional(record: &Record, key: &str) -> Option<String> {
    record.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn number(record: &Record, key: &str) -> i64 {
    record.get(key).and_then(Value::as_i64).unwrap_or(0)
}
