//! Numbers that the engine gives, such as `SJ-000123`: from a counter that moves in the same changeset.

use std::collections::HashMap;

use kedun_model::{FieldDef, FieldKind, Result, Value};
use kedun_store::{Changeset, sq};
use parking_lot::Mutex;
use sq::{Expr, ExprTrait};

use super::signed;
use crate::door::Inner;

pub(crate) const MOVED: &str = "sequence.moved";

/// The next number of each counter that this node has not handed out yet.
#[derive(Default)]
pub(crate) struct Numbers(Mutex<HashMap<String, i64>>);

/// Numbers taken from a counter, to be committed with the records that carry them.
pub(crate) struct Taken {
    name: String,
    first: i64,
    count: i64,
}

impl Inner {
    /// Takes `count` numbers of a field. Numbers of a change that fails are never used.
    pub(crate) async fn take_numbers(&self, field: &FieldDef, count: usize) -> Result<Taken> {
        let name = format!("field.{}", field.id.0);
        let select = sq::Query::select()
            .column("next")
            .from("number_sequence")
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("name").eq(name.as_str()))
            .to_owned();
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        let stored = rows.first().map(|row| row.get_i64(0)).transpose()?.unwrap_or(1);
        let count = signed(u64::try_from(count).unwrap_or(u64::MAX))?;
        let mut kept = self.writes.numbers.0.lock();
        let next = kept.entry(name.clone()).or_insert(stored);
        let first = std::cmp::Ord::max(stored, *next);
        *next = first + count;
        Ok(Taken { name, first, count })
    }

    /// Moves the counter past the numbers taken; fails with [`MOVED`] where it is past them already.
    pub(crate) fn keep_numbers(&self, changes: Changeset, taken: &Taken) -> Changeset {
        let dialect = self.store.dialect();
        let insert = sq::Query::insert()
            .into_table("number_sequence")
            .columns(["org", "name", "next"])
            .values_panic([self.org.0.into(), taken.name.as_str().into(), 1_i64.into()])
            .on_conflict(sq::OnConflict::columns(["org", "name"]).do_nothing().to_owned())
            .to_owned();
        let update = sq::Query::update()
            .table("number_sequence")
            .value("next", taken.first + taken.count)
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("name").eq(taken.name.as_str()))
            .and_where(Expr::col("next").lte(taken.first))
            .to_owned();
        changes.exec(dialect.insert(&insert)).exec_expect(dialect.update(&update), 1, MOVED)
    }
}

impl Taken {
    /// The `i`-th number as the field shows it.
    pub fn value(&self, field: &FieldDef, i: usize) -> Value {
        let FieldKind::AutoNumber { prefix, digits } = &field.kind else { return Value::Null };
        let number = self.first + i64::try_from(i).unwrap_or(i64::MAX);
        Value::Text(format!("{prefix}{number:0width$}", width = usize::from(*digits)))
    }
}
