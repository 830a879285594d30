//! The language of guards: comparisons, membership, presence, and, or, not.
//! A strict subset of Cedar's expressions over a closed list of attributes.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::GuardError;

/// The deepest nesting that is accepted.
const MAX_DEPTH: usize = 8;
/// The most nodes that are accepted.
const MAX_NODES: usize = 64;

/// What is known of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextAttr {
    /// The source address; compared with addresses or, by `in`, with ranges such as `10.0.0.0/8`.
    Network,
    /// The hour of the organisation's clock, 0 to 23.
    Hour,
    /// Seconds since the second factor; absent without one.
    SecondFactorAge,
    /// `user`, `partner`, `client` or `system`.
    Kind,
    Clearance,
    /// The principal's region; absent without one.
    Region,
    /// The principal's unit; absent without one.
    Unit,
    /// The principal.
    Person,
}

/// A system column of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Owner,
    Unit,
    Team,
    Partner,
    Classification,
    Region,
    Restricted,
    Erased,
    Source,
}

/// The type of a value in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    Int,
    Id,
    Text,
    Network,
}

impl ContextAttr {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            ContextAttr::Network => "network",
            ContextAttr::Hour => "hour",
            ContextAttr::SecondFactorAge => "second_factor_age",
            ContextAttr::Kind => "kind",
            ContextAttr::Clearance => "clearance",
            ContextAttr::Region => "region",
            ContextAttr::Unit => "unit",
            ContextAttr::Person => "person",
        }
    }

    pub(crate) fn kind(self) -> Type {
        match self {
            ContextAttr::Network => Type::Network,
            ContextAttr::Hour | ContextAttr::SecondFactorAge | ContextAttr::Clearance => Type::Int,
            ContextAttr::Kind | ContextAttr::Region => Type::Text,
            ContextAttr::Unit | ContextAttr::Person => Type::Id,
        }
    }
}

impl Column {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Column::Owner => "owner",
            Column::Unit => "unit",
            Column::Team => "team",
            Column::Partner => "partner",
            Column::Classification => "classification",
            Column::Region => "region",
            Column::Restricted => "restricted",
            Column::Erased => "erased",
            Column::Source => "source",
        }
    }

    pub(crate) fn kind(self) -> Type {
        match self {
            Column::Owner | Column::Unit | Column::Team | Column::Partner => Type::Id,
            Column::Classification => Type::Int,
            Column::Region | Column::Source => Type::Text,
            Column::Restricted | Column::Erased => Type::Bool,
        }
    }
}

/// A constant. An id is written as the text of a UUID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Id(Uuid),
    Text(String),
}

impl Literal {
    /// The constant as a value of `kind`, if it can be one.
    pub(crate) fn to_type(&self, kind: Type) -> Option<Literal> {
        match (self, kind) {
            (Literal::Bool(_), Type::Bool) | (Literal::Int(_), Type::Int) | (Literal::Id(_), Type::Id) => {
                Some(self.clone())
            }
            (Literal::Text(text), Type::Id) => Uuid::parse_str(text).ok().map(Literal::Id),
            (Literal::Text(_), Type::Text) => Some(self.clone()),
            (Literal::Id(id), Type::Text) => Some(Literal::Text(id.as_hyphenated().to_string())),
            (Literal::Text(text), Type::Network) => Range::parse(text).map(|_| self.clone()),
            _ => None,
        }
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    Ctx(ContextAttr),
    Col(Column),
    Lit(Literal),
}

impl Operand {
    fn kind(&self) -> Option<Type> {
        match self {
            Operand::Ctx(attr) => Some(attr.kind()),
            Operand::Col(column) => Some(column.kind()),
            Operand::Lit(_) => None,
        }
    }
}

/// A condition. In JSON: `{"and":[{"eq":[{"col":"region"},{"lit":"EU"}]},{"has":{"ctx":"unit"}}]}`.
///
/// A comparison with something absent is neither true nor false; `and`, `or` and `not` carry
/// that on as SQL does, and a condition that ends so counts as true, that is, against the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    Eq(Operand, Operand),
    Ne(Operand, Operand),
    Lt(Operand, Operand),
    Lte(Operand, Operand),
    Gt(Operand, Operand),
    Gte(Operand, Operand),
    In(Operand, Vec<Literal>),
    Has(Operand),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
}

impl Expr {
    /// The condition that always holds.
    pub fn always() -> Expr {
        Expr::And(Vec::new())
    }

    /// Whether the condition is small enough and compares only what can be compared.
    ///
    /// A guard that fails here denies wherever it applies; so it is refused before it is saved.
    pub fn validate(&self) -> Result<(), GuardError> {
        if !self.small() {
            return Err(bad("guard.too_large"));
        }
        self.check()
    }

    /// Whether depth and size are within bounds.
    pub(crate) fn small(&self) -> bool {
        let mut level: Vec<&Expr> = vec![self];
        let mut nodes = 0;
        for _ in 0..MAX_DEPTH {
            nodes += level.len();
            if nodes > MAX_NODES {
                return false;
            }
            level = level.iter().flat_map(|e| e.children()).collect();
            if level.is_empty() {
                return true;
            }
        }
        false
    }

    fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::And(list) | Expr::Or(list) => list.iter().collect(),
            Expr::Not(inner) => vec![inner],
            _ => Vec::new(),
        }
    }

    fn check(&self) -> Result<(), GuardError> {
        match self {
            Expr::Eq(a, b) | Expr::Ne(a, b) => comparable(a, b, false),
            Expr::Lt(a, b) | Expr::Lte(a, b) | Expr::Gt(a, b) | Expr::Gte(a, b) => comparable(a, b, true),
            Expr::In(operand, list) => {
                let kind = operand.kind().ok_or(bad("guard.constant"))?;
                if list.is_empty() || list.len() > 500 {
                    return Err(bad("guard.list_size"));
                }
                if list.iter().all(|l| l.to_type(kind).is_some()) { Ok(()) } else { Err(bad("guard.type")) }
            }
            Expr::Has(Operand::Lit(_)) => Err(bad("guard.constant")),
            Expr::Has(_) => Ok(()),
            Expr::And(list) | Expr::Or(list) => list.iter().try_for_each(Expr::check),
            Expr::Not(inner) => inner.check(),
        }
    }
}

fn bad(code: &'static str) -> GuardError {
    GuardError::BadExpression { code }
}

fn comparable(a: &Operand, b: &Operand, ordered: bool) -> Result<(), GuardError> {
    if let (Operand::Col(_), Operand::Col(_)) = (a, b) {
        return Err(bad("guard.two_columns"));
    }
    let kind = a.kind().or(b.kind()).ok_or(bad("guard.constant"))?;
    let fits = |o: &Operand| match o {
        Operand::Lit(Literal::Text(text)) if kind == Type::Network => text.parse::<IpAddr>().is_ok(),
        Operand::Lit(literal) => literal.to_type(kind).is_some(),
        other => other.kind() == Some(kind),
    };
    if !fits(a) || !fits(b) || (ordered && kind != Type::Int) {
        return Err(bad("guard.type"));
    }
    Ok(())
}

/// A range of network addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    base: IpAddr,
    bits: u32,
}

impl Range {
    /// Reads `192.0.2.1`, `10.0.0.0/8` or `2001:db8::/32`.
    pub(crate) fn parse(text: &str) -> Option<Range> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let base: IpAddr = address.trim().parse().ok()?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Range { base, bits })
    }

    /// Whether the address lies in the range.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                u32::from(base) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                u128::from(base) & mask == u128::from(address) & mask
            }
            _ => false,
        }
    }
}
