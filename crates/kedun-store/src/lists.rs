//! Membership in a list of any length with one parameter, so that the text of
//! the statement, and with it its cached plan, does not depend on the length.
//!
//! sea-query carries the list as its array value through a custom expression;
//! SQLite then reads it through the table-valued function `rarray`, PostgreSQL
//! as an array. Both can use an index on the column.

use sea_query as sq;
use sea_query::{ArrayType, Value};
use uuid::Uuid;

use crate::Dialect;

/// `column` is one of `ids`; false for every row when `ids` is empty.
pub fn in_uuids(dialect: Dialect, column: impl Into<sq::Expr>, ids: Vec<Uuid>) -> sq::SimpleExpr {
    among(dialect, column.into(), ArrayType::Uuid, ids.into_iter().map(|id| Value::Uuid(Some(id))).collect())
}

/// `column` is one of `ints`; false for every row when `ints` is empty.
pub fn in_ints(dialect: Dialect, column: impl Into<sq::Expr>, ints: Vec<i64>) -> sq::SimpleExpr {
    among(
        dialect,
        column.into(),
        ArrayType::BigInt,
        ints.into_iter().map(|n| Value::BigInt(Some(n))).collect(),
    )
}

/// `column` is one of `texts`; false for every row when `texts` is empty.
pub fn in_texts(dialect: Dialect, column: impl Into<sq::Expr>, texts: Vec<String>) -> sq::SimpleExpr {
    among(
        dialect,
        column.into(),
        ArrayType::String,
        texts.into_iter().map(|s| Value::String(Some(s))).collect(),
    )
}

fn among(dialect: Dialect, column: sq::Expr, kind: ArrayType, items: Vec<Value>) -> sq::Expr {
    let list = sq::Expr::Value(Value::Array(kind, Some(Box::new(items))));
    let template = match dialect {
        Dialect::Sqlite => "(? IN rarray(?))",
        Dialect::Postgres => "($1 = ANY($2))",
    };
    sq::Expr::cust_with_exprs(template, [column, list])
}
