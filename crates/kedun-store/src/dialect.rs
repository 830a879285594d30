//! The two dialects, and statements with their parameters.

use std::fmt;
use std::sync::Arc;

use sea_query as sq;
use uuid::Uuid;

/// Which SQL an engine speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// The value of one parameter. A list is one parameter, whatever its length.
#[derive(Clone, PartialEq)]
pub enum Param {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Blob(Vec<u8>),
    Uuid(Uuid),
    Uuids(Vec<Uuid>),
    Ints(Vec<i64>),
    Texts(Vec<String>),
}

impl Param {
    /// The bytes this parameter takes in a batch, about.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Param::Null | Param::Bool(_) => 1,
            Param::Int(_) | Param::Float(_) => 8,
            Param::Text(text) => text.len(),
            Param::Blob(bytes) => bytes.len(),
            Param::Uuid(_) => 16,
            Param::Uuids(ids) => ids.len() * 16,
            Param::Ints(ints) => ints.len() * 8,
            Param::Texts(texts) => texts.iter().map(String::len).sum(),
        }
    }
}

impl From<Param> for sq::Value {
    fn from(param: Param) -> Self {
        use sq::Value;
        let array = |kind, items: Vec<Value>| Value::Array(kind, Some(Box::new(items)));
        match param {
            Param::Null => Value::String(None),
            Param::Bool(b) => b.into(),
            Param::Int(n) => n.into(),
            Param::Float(x) => x.into(),
            Param::Text(text) => text.into(),
            Param::Blob(bytes) => bytes.into(),
            Param::Uuid(id) => id.into(),
            Param::Uuids(ids) => array(sq::ArrayType::Uuid, ids.into_iter().map(Value::from).collect()),
            Param::Ints(ints) => array(sq::ArrayType::BigInt, ints.into_iter().map(Value::from).collect()),
            Param::Texts(texts) => array(sq::ArrayType::String, texts.into_iter().map(Value::from).collect()),
        }
    }
}

impl fmt::Debug for Param {
    // Values stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Param::Null => "Null",
            Param::Bool(_) => "Bool",
            Param::Int(_) => "Int",
            Param::Float(_) => "Float",
            Param::Text(_) => "Text",
            Param::Blob(_) => "Blob",
            Param::Uuid(_) => "Uuid",
            Param::Uuids(_) => "Uuids",
            Param::Ints(_) => "Ints",
            Param::Texts(_) => "Texts",
        })
    }
}

/// What a statement does, as far as the store must tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Select,
    Write,
    Other,
}

/// A statement with its parameters, made by [`Dialect`].
#[derive(Clone)]
pub struct Stmt {
    pub(crate) sql: Arc<str>,
    pub(crate) params: Vec<Param>,
    pub(crate) verb: Verb,
    /// Why it cannot be bound; told when it is run.
    pub(crate) fault: Option<&'static str>,
}

impl Stmt {
    /// A statement of the store's own, written by hand.
    pub(crate) fn own(verb: Verb, sql: impl Into<Arc<str>>, params: Vec<Param>) -> Self {
        Stmt { sql: sql.into(), params, verb, fault: None }
    }

    /// The text of the statement, with placeholders in place of values.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn weight(&self) -> usize {
        self.sql.len() + self.params.iter().map(Param::weight).sum::<usize>()
    }
}

impl fmt::Debug for Stmt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stmt").field("sql", &self.sql).field("params", &self.params).finish_non_exhaustive()
    }
}

macro_rules! build {
    ($dialect:expr, $statement:expr) => {
        match $dialect {
            Dialect::Sqlite => $statement.build(sq::SqliteQueryBuilder),
            Dialect::Postgres => $statement.build(sq::PostgresQueryBuilder),
        }
    };
}

impl Dialect {
    /// The statement of a SELECT.
    pub fn select(&self, statement: &sq::SelectStatement) -> Stmt {
        finish(Verb::Select, build!(self, statement))
    }

    /// The statement of a SELECT with common table expressions.
    pub fn with(&self, statement: &sq::WithQuery) -> Stmt {
        finish(Verb::Select, build!(self, statement))
    }

    /// The statement of an INSERT. SQLite takes at most 32,766 parameters in one statement,
    /// PostgreSQL 65,535: a long list of rows must be cut.
    pub fn insert(&self, statement: &sq::InsertStatement) -> Stmt {
        finish(Verb::Write, build!(self, statement))
    }

    /// The statement of an UPDATE.
    pub fn update(&self, statement: &sq::UpdateStatement) -> Stmt {
        finish(Verb::Write, build!(self, statement))
    }

    /// The statement of a DELETE.
    pub fn delete(&self, statement: &sq::DeleteStatement) -> Stmt {
        finish(Verb::Write, build!(self, statement))
    }

    /// The `n`-th placeholder, from 1.
    pub(crate) fn placeholder(self, n: usize) -> String {
        match self {
            Dialect::Sqlite => format!("?{n}"),
            Dialect::Postgres => format!("${n}"),
        }
    }

    /// An INSERT of one row, `table` and `columns` being names of the store's own.
    pub(crate) fn insert_sql(self, table: &str, columns: &[&str]) -> String {
        let places: Vec<String> = (1..=columns.len()).map(|n| self.placeholder(n)).collect();
        format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "))
    }
}

fn finish(verb: Verb, (sql, values): (String, sq::Values)) -> Stmt {
    let mut fault = None;
    let params = values
        .0
        .into_iter()
        .map(|value| {
            param(value).unwrap_or_else(|reason| {
                fault = Some(reason);
                Param::Null
            })
        })
        .collect();
    Stmt { sql: sql.into(), params, verb, fault }
}

fn param(value: sq::Value) -> Result<Param, &'static str> {
    use sq::Value;
    fn some<T>(value: Option<T>, wrap: impl FnOnce(T) -> Param) -> Param {
        value.map_or(Param::Null, wrap)
    }
    Ok(match value {
        Value::Bool(v) => some(v, Param::Bool),
        Value::TinyInt(v) => some(v, |n| Param::Int(n.into())),
        Value::SmallInt(v) => some(v, |n| Param::Int(n.into())),
        Value::Int(v) => some(v, |n| Param::Int(n.into())),
        Value::BigInt(v) => some(v, Param::Int),
        Value::TinyUnsigned(v) => some(v, |n| Param::Int(n.into())),
        Value::SmallUnsigned(v) => some(v, |n| Param::Int(n.into())),
        Value::Unsigned(v) => some(v, |n| Param::Int(n.into())),
        Value::BigUnsigned(None) => Param::Null,
        Value::BigUnsigned(Some(n)) => {
            Param::Int(i64::try_from(n).ok().ok_or("a number is larger than a 64-bit signed integer")?)
        }
        Value::Float(v) => some(v, |n| Param::Float(n.into())),
        Value::Double(v) => some(v, Param::Float),
        Value::String(v) => some(v, Param::Text),
        Value::Char(v) => some(v, |c| Param::Text(c.to_string())),
        Value::Bytes(v) => some(v, Param::Blob),
        Value::Uuid(v) => some(v, Param::Uuid),
        Value::Array(kind, items) => list(&kind, items.map(|items| *items).unwrap_or_default())?,
        Value::Enum(_) => return Err("database enums are not used; store the key as text"),
    })
}

/// The transport of lists through sea-query: its array value, which both builders
/// hand over untouched as one parameter.
fn list(kind: &sq::ArrayType, items: Vec<sq::Value>) -> Result<Param, &'static str> {
    use sq::Value;
    let wrong = "a list holds something else than its type says";
    match kind {
        sq::ArrayType::Uuid => items
            .into_iter()
            .map(|v| if let Value::Uuid(Some(id)) = v { Ok(id) } else { Err(wrong) })
            .collect::<Result<_, _>>()
            .map(Param::Uuids),
        sq::ArrayType::BigInt => items
            .into_iter()
            .map(|v| if let Value::BigInt(Some(n)) = v { Ok(n) } else { Err(wrong) })
            .collect::<Result<_, _>>()
            .map(Param::Ints),
        sq::ArrayType::String => items
            .into_iter()
            .map(|v| if let Value::String(Some(s)) = v { Ok(s) } else { Err(wrong) })
            .collect::<Result<_, _>>()
            .map(Param::Texts),
        _ => Err("lists are of uuids, 64-bit integers or texts"),
    }
}
