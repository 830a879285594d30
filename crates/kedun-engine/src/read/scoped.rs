//! The only place where a query on a table of records is made: from a grant.
//!
//! A row is visible where a branch reaches it and no guard hits it. A guard that meets NULL
//! denies: `NOT NULL` is not true. Without a branch nothing is visible; there is no empty predicate.

use kedun_guard::{Branch, Column, CompareOp, Grant, GranteeKind, Literal, Pred, ShareLevel};
use kedun_model::{Error, FieldDef, Result};
use kedun_store::{Dialect, Stmt, in_uuids, sq};
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use super::row::SYSTEM;
use crate::catalog::CatalogObject;
use crate::door::Inner;

/// The name of the table of records within a query.
pub(crate) const T: &str = "t";

/// Above so many ids a list travels as one parameter.
const LITERAL_IDS: usize = 500;

/// Which records: living ones or those in the recycle bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Living,
    Deleted,
}

/// Queries on the records of one object that a grant allows. Borrowing the grant is the point:
/// without one there is none of this.
#[derive(Clone, Copy)]
pub(crate) struct Scoped<'a> {
    pub dialect: Dialect,
    org: i64,
    pub object: &'a CatalogObject,
    pub grant: &'a Grant,
}

impl<'a> Scoped<'a> {
    /// Queries on `object` under `grant`.
    ///
    /// # Errors
    /// `internal` when the grant is for another object.
    pub fn new(inner: &Inner, object: &'a CatalogObject, grant: &'a Grant) -> Result<Self> {
        if grant.object() != object.def.id {
            return Err(Error::internal("a grant was used for another object than its own"));
        }
        Ok(Scoped { dialect: inner.store.dialect(), org: inner.org.0, object, grant })
    }

    pub(super) fn org(&self) -> i64 {
        self.org
    }

    pub(super) fn record_table(&self) -> String {
        self.object.def.id.table()
    }

    /// A SELECT without columns over the rows of `life` that no guard hits, reached by `reach`.
    fn rows(&self, life: Life, fence: bool, reach: Expr) -> sq::SelectStatement {
        let mut select = sq::Query::select();
        select.from_as(self.object.def.id.table(), T).and_where(col("org").eq(self.org));
        match life {
            // Fenced, so that no index of living rows answers it: the rows are to be found by id.
            Life::Living if fence => select.and_where(fenced("deleted_at").is_null()),
            Life::Living => select.and_where(col("deleted_at").is_null()),
            Life::Deleted => select.and_where(col("deleted_at").is_not_null()),
        };
        select.and_where(reach);
        for guard in &self.grant.rows().guards {
            select.and_where(pred(guard).not());
        }
        select
    }

    /// All visible rows, found by whatever else is asked of them: the conditions of the branches
    /// are fenced from the indexes of their columns.
    pub fn scan(&self, life: Life) -> sq::SelectStatement {
        let reach = any(self.grant.rows().branches.iter().map(|b| self.branch(b, true)));
        self.rows(life, false, reach)
    }

    /// The columns `names` of all visible rows that meet `more`, each row once: for sums over what a sparse
    /// viewer sees. Each branch is read by the index of its column and leaves out what those before it
    /// reach; neither engine does that by itself for an OR of them.
    pub fn apart(&self, life: Life, names: &[String], more: &[Expr]) -> Option<sq::SelectStatement> {
        // What is shared goes last, so that the others need not ask for the shares of each row.
        let mut branches: Vec<&Branch> = self.grant.rows().branches.iter().collect();
        branches.sort_by_key(|branch| matches!(branch, Branch::Shared { .. }));
        let mut pieces = branches.iter().enumerate().map(|(n, branch)| {
            let mut select = self.by_branch(life, branch);
            for name in names {
                select.column((T, name.clone()));
            }
            for other in branches.iter().take(n) {
                let reached = [self.branch(other, true), Expr::val(false)];
                select.and_where(Expr::from(sq::Func::coalesce(reached)).not());
            }
            for condition in more {
                select.and_where(condition.clone());
            }
            select
        });
        let mut united = pieces.next()?;
        for piece in pieces {
            united.union(sq::UnionType::All, piece);
        }
        Some(sq::Query::select().from_subquery(united, T).to_owned())
    }

    /// The visible rows among `ids`.
    pub fn among(&self, life: Life, ids: Vec<Uuid>) -> sq::SelectStatement {
        let reach = any(self.grant.rows().branches.iter().map(|b| self.branch(b, true)));
        let mut select = self.rows(life, true, reach);
        select.and_where(in_uuids(self.dialect, col("id"), ids));
        select
    }

    /// The ids of living rows that the branches reach, guards aside, up to `cap` and some twice:
    /// candidates that another query judges. None where nothing is reached.
    pub fn reached(&self, cap: u64) -> Option<Stmt> {
        let mut pieces = self.grant.rows().branches.iter().map(|branch| {
            let mut select = sq::Query::select();
            let by_id = matches!(branch, Branch::Shared { .. });
            let deleted = if by_id { fenced("deleted_at") } else { col("deleted_at") };
            select
                .column((T, "id"))
                .from_as(self.object.def.id.table(), T)
                .and_where(col("org").eq(self.org))
                .and_where(deleted.is_null())
                .and_where(self.branch(branch, false));
            select
        });
        let mut united = pieces.next()?;
        for piece in pieces {
            united.union(sq::UnionType::All, piece);
        }
        united.limit(cap);
        Some(self.dialect.select(&united))
    }

    /// The visible rows that one branch reaches, found by the index of its column.
    pub fn by_branch(&self, life: Life, branch: &Branch) -> sq::SelectStatement {
        let by_id = matches!(branch, Branch::Shared { .. });
        self.rows(life, by_id, self.branch(branch, false))
    }

    /// Rows by id whatever the branches say: to be judged by [`Grant::allows`] before anything
    /// of them is used. For `read::point` only.
    pub(super) fn unjudged(&self, ids: &[Uuid]) -> sq::SelectStatement {
        let mut select = sq::Query::select();
        select.from_as(self.object.def.id.table(), T).and_where(col("org").eq(self.org));
        match ids {
            [id] => select.and_where(col("id").eq(*id)),
            ids => select.and_where(in_uuids(self.dialect, col("id"), ids.to_vec())),
        };
        select
    }

    /// Adds the columns of a record with these fields.
    pub fn columns(select: &mut sq::SelectStatement, fields: &[&FieldDef]) {
        for name in SYSTEM {
            select.column((T, name));
        }
        for field in fields {
            select.column((T, field.id.column()));
        }
    }

    /// The condition of a branch. With `fence` no index of its column is used.
    fn branch(&self, branch: &Branch, fence: bool) -> Expr {
        let column = |name: &'static str| if fence { fenced(name) } else { col(name) };
        match branch {
            Branch::All => Expr::val(true),
            Branch::Owners(ids) => self.one_of(column("owner_id"), ids.iter().map(|id| id.0)),
            Branch::Teams(ids) => self.one_of(column("team_id"), ids.iter().map(|id| id.0)),
            Branch::Units(ids) => self.one_of(column("unit_id"), ids.iter().map(|id| id.0)),
            Branch::Partner(id) => column("partner_id").eq(id.0),
            Branch::Shared { grantees, min_level } => self.shared(grantees, *min_level, fence),
            Branch::AllOf(parts) if parts.is_empty() => Expr::val(false),
            Branch::AllOf(parts) => all(parts.iter().map(|b| self.branch(b, fence))),
        }
    }

    /// Membership in a list. Literal lists are filled up to a power of two, so that there are few
    /// different statements.
    fn one_of(&self, column: Expr, ids: impl ExactSizeIterator<Item = Uuid>) -> Expr {
        let mut ids: Vec<Uuid> = ids.collect();
        match ids.as_slice() {
            [] => Expr::val(false),
            [id] => column.eq(*id),
            [.., last] if ids.len() <= LITERAL_IDS => {
                let last = *last;
                ids.resize(ids.len().next_power_of_two(), last);
                column.is_in(ids)
            }
            _ => in_uuids(self.dialect, column, ids),
        }
    }

    /// The record has a live share for one of the grantees.
    fn shared(&self, grantees: &[(GranteeKind, Uuid)], level: ShareLevel, correlated: bool) -> Expr {
        if grantees.is_empty() {
            return Expr::val(false);
        }
        let s = |name: &'static str| Expr::col(("s", name));
        let mut select = sq::Query::select();
        select
            .column(("s", "record_id"))
            .from_as("share", "s")
            .and_where(s("org").eq(self.org))
            .and_where(s("object").eq(i64::from(self.object.def.id.0)))
            .and_where(s("level").gte(level.number()))
            .and_where(s("expires_at").is_null().or(s("expires_at").gt(self.grant.at())))
            .and_where(any(grantees
                .iter()
                .map(|(kind, id)| s("grantee_kind").eq(kind.code()).and(s("grantee_id").eq(*id)))));
        if correlated {
            select.and_where(s("record_id").equals((T, "id")));
            Expr::exists(select)
        } else {
            col("id").in_subquery(select)
        }
    }
}

/// A column of the record.
pub(crate) fn col(name: impl Into<sq::DynIden>) -> Expr {
    Expr::col((T, name.into()))
}

/// A column of the record that no index answers for.
pub(crate) fn fenced(name: &'static str) -> Expr {
    sq::Func::coalesce([col(name), col(name)]).into()
}

/// One of them holds; none of nothing.
pub(crate) fn any(list: impl IntoIterator<Item = Expr>) -> Expr {
    list.into_iter().reduce(|a, b| a.or(b)).unwrap_or_else(|| Expr::val(false))
}

/// Each of them holds; of nothing too.
pub(crate) fn all(list: impl IntoIterator<Item = Expr>) -> Expr {
    list.into_iter().reduce(|a, b| a.and(b)).unwrap_or_else(|| Expr::val(true))
}

fn column_name(column: Column) -> &'static str {
    match column {
        Column::Owner => "owner_id",
        Column::Unit => "unit_id",
        Column::Team => "team_id",
        Column::Partner => "partner_id",
        Column::Classification => "classification",
        Column::Region => "region",
        Column::Restricted => "restricted",
        Column::Erased => "erased",
        Column::Source => "source",
    }
}

fn literal(value: &Literal) -> Expr {
    match value {
        Literal::Bool(b) => Expr::val(*b),
        Literal::Int(n) => Expr::val(*n),
        Literal::Id(id) => Expr::val(*id),
        Literal::Text(s) => Expr::val(s.as_str()),
    }
}

/// A guard's condition as it stands, with SQL's three values.
fn pred(pred_: &Pred) -> Expr {
    match pred_ {
        Pred::Compare { column, op, value } => {
            let (left, right) = (col(column_name(*column)), literal(value));
            match op {
                CompareOp::Eq => left.eq(right),
                CompareOp::Ne => left.ne(right),
                CompareOp::Lt => left.lt(right),
                CompareOp::Lte => left.lte(right),
                CompareOp::Gt => left.gt(right),
                CompareOp::Gte => left.gte(right),
            }
        }
        Pred::In { column, values, negated } => {
            let left = col(column_name(*column));
            let values = values.iter().map(literal);
            if *negated { left.is_not_in(values) } else { left.is_in(values) }
        }
        Pred::IsNull { column, negated: false } => col(column_name(*column)).is_null(),
        Pred::IsNull { column, negated: true } => col(column_name(*column)).is_not_null(),
        Pred::And(list) => all(list.iter().map(pred)),
        Pred::Or(list) => any(list.iter().map(pred)),
    }
}
