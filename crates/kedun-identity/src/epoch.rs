//! The access epoch: a number that every change of rights raises in its own commit.

use kedun_model::OrgId;
use kedun_store::sq::{Expr, ExprTrait, Query};
use kedun_store::{Changeset, Dialect};

/// Raises the epoch and the version of the directory.
pub(crate) fn bump(changes: Changeset, dialect: Dialect, org: OrgId) -> Changeset {
    let statement = Query::update()
        .table("authz_epoch")
        .value("n", Expr::col("n").add(1))
        .value("directory", Expr::col("directory").add(1))
        .and_where(Expr::col("org").eq(org.0))
        .to_owned();
    changes.exec_expect(dialect.update(&statement), 1, "access.changed")
}
