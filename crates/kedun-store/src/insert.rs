//! Many rows for one table.

use std::fmt::Write as _;

use crate::{Dialect, Param, Result, StoreError};

/// Rows to be inserted; SQLite takes them one by one through one compiled statement, which needs no journal
/// of its own to be taken back, PostgreSQL many in one statement.
#[derive(Clone)]
pub(crate) struct Insert {
    pub table: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Param>>,
}

impl Insert {
    /// # Errors
    /// `refused` when a row has more or fewer values than there are columns.
    pub fn fits(&self) -> Result<()> {
        if self.rows.iter().all(|row| row.len() == self.columns.len()) {
            Ok(())
        } else {
            Err(StoreError::Refused("a row has another number of values than there are columns"))
        }
    }

    /// The statement for `rows` rows.
    pub fn sql(&self, dialect: Dialect, rows: usize) -> String {
        let mut sql = format!("INSERT INTO \"{}\" (", self.table);
        for (position, column) in self.columns.iter().enumerate() {
            // A String takes every write.
            let _ = write!(sql, "{}\"{column}\"", if position == 0 { "" } else { ", " });
        }
        sql.push_str(") VALUES ");
        let mut place = 0;
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for position in 0..self.columns.len() {
                place += 1;
                let _ =
                    write!(sql, "{}{}", if position == 0 { "" } else { ", " }, dialect.placeholder(place));
            }
            sql.push(')');
        }
        sql
    }

    /// The bytes it adds to a batch, about.
    pub fn weight(&self) -> usize {
        self.rows.iter().flatten().map(Param::weight).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_places() {
        let mut insert = Insert {
            table: "o_1".to_owned(),
            columns: vec!["org".to_owned(), "action".to_owned()],
            rows: vec![vec![Param::Int(1), Param::Null]],
        };
        assert_eq!(insert.sql(Dialect::Sqlite, 1), r#"INSERT INTO "o_1" ("org", "action") VALUES (?1, ?2)"#);
        assert_eq!(
            insert.sql(Dialect::Postgres, 2),
            r#"INSERT INTO "o_1" ("org", "action") VALUES ($1, $2), ($3, $4)"#
        );
        assert!(insert.fits().is_ok());
        insert.rows.push(vec![Param::Int(2)]);
        assert!(insert.fits().is_err());
    }
}
