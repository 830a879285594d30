//! Statements for a page or a count in the chosen shape.

use kedun_guard::Branch;
use kedun_model::{FieldDef, Result};
use kedun_store::{Stmt, in_uuids, sq};
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use super::row::SYSTEM;
use super::scoped::{Life, Scoped, T, col};
use super::shape::Shape;
use super::sort::Key;

/// The name of the united arms, and of the page, within a query.
const P: &str = "p";

/// Everything that says which rows, besides the grant.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub life: Life,
    pub filter: Option<&'a Expr>,
    pub ids: Option<&'a [Uuid]>,
}

/// In which order, after which row, how many.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    pub keys: &'a [Key],
    pub id_descending: bool,
    pub after: Option<&'a Expr>,
    pub limit: u64,
}

/// The position of the sort keys in a row of a page.
pub(crate) fn keys_at(fields: &[&FieldDef]) -> usize {
    SYSTEM.len() + fields.len()
}

impl Scoped<'_> {
    /// One page of records: system columns, fields, then the values of the sort keys.
    pub fn page(
        &self,
        shape: &Shape,
        rows: &Rows<'_>,
        page: &Page<'_>,
        fields: &[&FieldDef],
    ) -> Result<Option<Stmt>> {
        let arms = match shape {
            Shape::Nothing => return Ok(None),
            Shape::Scan | Shape::Lookup => {
                let mut select = self.found(shape, rows);
                Scoped::columns(&mut select, fields);
                for key in page.keys {
                    select.column((T, key.column.clone()));
                }
                page.apply(&mut select);
                return Ok(Some(self.dialect.select(&select)));
            }
            Shape::Arms(arms) => arms,
        };
        if let [single] = arms.as_slice() {
            let mut select = self.arm(single, rows);
            Scoped::columns(&mut select, fields);
            for key in page.keys {
                select.column((T, key.column.clone()));
            }
            page.apply(&mut select);
            return Ok(Some(self.dialect.select(&select)));
        }
        // Each arm gives its first rows by keys and id alone; the union drops what came twice.
        let names: Vec<sq::DynIden> =
            (0..page.keys.len()).map(|i| sq::DynIden::from(format!("k{i}"))).collect();
        let pieces = arms.iter().map(|branch| {
            let mut arm = self.arm(branch, rows);
            for (key, name) in page.keys.iter().zip(&names) {
                arm.expr_as(col(key.column.clone()), name.clone());
            }
            arm.expr_as(col("id"), "id");
            page.apply(&mut arm);
            arm
        });
        let mut united = unite(pieces, &names);
        for (key, name) in page.keys.iter().zip(&names) {
            key.order(&mut united, Expr::col(name.clone()));
        }
        united.order_by("id", page.id_order()).limit(page.limit);

        let mut select = sq::Query::select();
        Scoped::columns(&mut select, fields);
        for name in &names {
            select.column((P, name.clone()));
        }
        let same = col("org").eq(self.org()).and(col("id").eq(Expr::col((P, "id"))));
        select.from_subquery(united, P).join_as(sq::JoinType::InnerJoin, self.record_table(), T, same);
        for (key, name) in page.keys.iter().zip(&names) {
            key.order(&mut select, Expr::col((P, name.clone())));
        }
        select.order_by((P, "id"), page.id_order());
        Ok(Some(self.dialect.select(&select)))
    }

    /// How many rows there are, counted up to `cap`.
    pub fn counted(&self, shape: &Shape, rows: &Rows<'_>, cap: u64) -> Option<Stmt> {
        let count = sq::Query::select()
            .expr(Expr::col(sq::Asterisk).count())
            .from_subquery(self.id_rows(shape, rows, cap)?, P)
            .to_owned();
        Some(self.dialect.select(&count))
    }

    /// The ids of up to `cap` rows, in no order.
    pub fn ids(&self, shape: &Shape, rows: &Rows<'_>, cap: u64) -> Option<Stmt> {
        Some(self.dialect.select(&self.id_rows(shape, rows, cap)?))
    }

    fn id_rows(&self, shape: &Shape, rows: &Rows<'_>, cap: u64) -> Option<sq::SelectStatement> {
        let mut select = match shape {
            Shape::Nothing => return None,
            Shape::Scan | Shape::Lookup => {
                let mut select = self.found(shape, rows);
                select.column((T, "id"));
                select
            }
            Shape::Arms(arms) => unite(
                arms.iter().map(|branch| {
                    let mut arm = self.arm(branch, rows);
                    arm.expr_as(col("id"), "id").limit(cap);
                    arm
                }),
                &[],
            ),
        };
        select.limit(cap);
        Some(select)
    }

    /// The rows of a scan or a look-up.
    fn found(&self, shape: &Shape, rows: &Rows<'_>) -> sq::SelectStatement {
        let mut select = match (shape, rows.ids) {
            (Shape::Lookup, Some(ids)) => self.among(rows.life, ids.to_vec()),
            (_, ids) => {
                let mut select = self.scan(rows.life);
                if let Some(ids) = ids {
                    // So many that testing each row is cheaper than looking each up.
                    let id = super::scoped::fenced("id");
                    select.and_where(in_uuids(self.dialect, id, ids.to_vec()));
                }
                select
            }
        };
        if let Some(filter) = rows.filter {
            select.and_where(filter.clone());
        }
        select
    }

    fn arm(&self, branch: &Branch, rows: &Rows<'_>) -> sq::SelectStatement {
        let mut select = self.by_branch(rows.life, branch);
        if let Some(ids) = rows.ids {
            select.and_where(in_uuids(self.dialect, super::scoped::fenced("id"), ids.to_vec()));
        }
        if let Some(filter) = rows.filter {
            select.and_where(filter.clone());
        }
        select
    }
}

impl Page<'_> {
    fn id_order(&self) -> sq::Order {
        if self.id_descending { sq::Order::Desc } else { sq::Order::Asc }
    }

    fn apply(&self, select: &mut sq::SelectStatement) {
        if let Some(after) = self.after {
            select.and_where(after.clone());
        }
        for key in self.keys {
            key.order(select, col(key.column.clone()));
        }
        select.order_by((T, "id"), self.id_order()).limit(self.limit);
    }
}

/// The union of selects that give the columns `names` and the id, each once. Each is wrapped, so
/// that it keeps its own order and limit on both engines.
fn unite(pieces: impl Iterator<Item = sq::SelectStatement>, names: &[sq::DynIden]) -> sq::SelectStatement {
    let wrap = |(i, piece): (usize, sq::SelectStatement)| {
        let mut select = sq::Query::select();
        for name in names {
            select.column(name.clone());
        }
        select.column("id").from_subquery(piece, format!("a{i}"));
        select
    };
    let mut pieces = pieces.enumerate().map(wrap);
    let Some(mut first) = pieces.next() else { return sq::Query::select() };
    for piece in pieces {
        first.union(sq::UnionType::Distinct, piece);
    }
    let mut united = sq::Query::select();
    for name in names {
        united.column(name.clone());
    }
    united.column("id").from_subquery(first, "u");
    united
}
