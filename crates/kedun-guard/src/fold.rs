//! Folds what is known of the call into a guard's condition; the rest is a [`Pred`].
//!
//! Negation is pushed to the comparisons. There an open comparison may be taken for true:
//! without a `not` above it, raising it can never turn the whole from "not false" to false
//! or back, and only falsehood lets a row pass.

use std::net::IpAddr;

use kedun_model::{Caller, PrincipalKind};
use uuid::Uuid;

use crate::expr::{Range, Type};
use crate::obligation::factor_age;
use crate::{Column, CompareOp, ContextAttr, Expr, Literal, Operand, Pred, PrincipalRow};

/// What is known of the call.
#[derive(Debug, Clone)]
pub(crate) struct CallContext {
    network: Option<IpAddr>,
    hour: i64,
    second_factor_age: Option<i64>,
    kind: PrincipalKind,
    clearance: i16,
    region: Option<String>,
    unit: Option<Uuid>,
    person: Uuid,
}

impl CallContext {
    /// The call of `caller` seen as that of `principal`, at `now`.
    pub(crate) fn new(caller: &Caller, principal: &PrincipalRow, utc_offset_s: i32, now: i64) -> CallContext {
        let local_s = now.div_euclid(1_000_000).saturating_add(i64::from(utc_offset_s));
        CallContext {
            network: caller.network.trim().parse::<IpAddr>().ok().map(|a| a.to_canonical()),
            hour: local_s.div_euclid(3600).rem_euclid(24),
            second_factor_age: factor_age(caller, now).map(|us| us / 1_000_000),
            kind: principal.kind,
            clearance: principal.clearance,
            region: principal.region.clone(),
            unit: principal.unit.map(|u| u.0),
            person: principal.id.0,
        }
    }

    /// The attribute as a constant; none where it is absent.
    pub(crate) fn value(&self, attr: ContextAttr) -> Option<Literal> {
        match attr {
            ContextAttr::Network => self.network.map(|a| Literal::Text(a.to_string())),
            ContextAttr::Hour => Some(Literal::Int(self.hour)),
            ContextAttr::SecondFactorAge => self.second_factor_age.map(Literal::Int),
            ContextAttr::Kind => Some(Literal::Text(kind_code(self.kind).to_owned())),
            ContextAttr::Clearance => Some(Literal::Int(i64::from(self.clearance))),
            ContextAttr::Region => self.region.clone().map(Literal::Text),
            ContextAttr::Unit => self.unit.map(Literal::Id),
            ContextAttr::Person => Some(Literal::Id(self.person)),
        }
    }
}

/// The stable code of a kind of principal.
pub(crate) fn kind_code(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::User => "user",
        PrincipalKind::Partner => "partner",
        PrincipalKind::Client => "client",
        PrincipalKind::System => "system",
    }
}

/// A condition after folding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Folded {
    /// Can never hold: the guard does not apply.
    Never,
    /// Holds, or cannot be told, whatever the record.
    Always,
    /// Depends on the record.
    Rows(Pred),
}

/// Folds the condition; one that is too large to judge always holds.
pub(crate) fn fold(expr: &Expr, call: &CallContext) -> Folded {
    if expr.small() { walk(expr, call, false) } else { Folded::Always }
}

fn walk(expr: &Expr, call: &CallContext, negate: bool) -> Folded {
    match expr {
        Expr::Eq(a, b) => compare(a, CompareOp::Eq, b, call, negate),
        Expr::Ne(a, b) => compare(a, CompareOp::Ne, b, call, negate),
        Expr::Lt(a, b) => compare(a, CompareOp::Lt, b, call, negate),
        Expr::Lte(a, b) => compare(a, CompareOp::Lte, b, call, negate),
        Expr::Gt(a, b) => compare(a, CompareOp::Gt, b, call, negate),
        Expr::Gte(a, b) => compare(a, CompareOp::Gte, b, call, negate),
        Expr::In(operand, list) => member(operand, list, call, negate),
        Expr::Has(operand) => match operand {
            Operand::Ctx(attr) => known(call.value(*attr).is_some() != negate),
            Operand::Col(column) => Folded::Rows(Pred::IsNull { column: *column, negated: !negate }),
            Operand::Lit(_) => known(!negate),
        },
        Expr::And(list) => join(list.iter().map(|e| walk(e, call, negate)), !negate),
        Expr::Or(list) => join(list.iter().map(|e| walk(e, call, negate)), negate),
        Expr::Not(inner) => walk(inner, call, !negate),
    }
}

fn known(truth: bool) -> Folded {
    if truth { Folded::Always } else { Folded::Never }
}

/// The conjunction (`all`) or disjunction of the parts.
fn join(parts: impl Iterator<Item = Folded>, all: bool) -> Folded {
    let mut rest = Vec::new();
    for part in parts {
        match part {
            Folded::Never if all => return Folded::Never,
            Folded::Always if !all => return Folded::Always,
            Folded::Never | Folded::Always => {}
            Folded::Rows(pred) => rest.push(pred),
        }
    }
    if rest.len() > 1 {
        return Folded::Rows(if all { Pred::And(rest) } else { Pred::Or(rest) });
    }
    rest.pop().map_or(known(all), Folded::Rows)
}

enum Side {
    Known(Literal, Option<Type>),
    Column(Column),
    Absent,
}

fn side(operand: &Operand, call: &CallContext) -> Side {
    match operand {
        Operand::Lit(literal) => Side::Known(literal.clone(), None),
        Operand::Col(column) => Side::Column(*column),
        Operand::Ctx(attr) => match call.value(*attr) {
            Some(value) => Side::Known(value, Some(attr.kind())),
            None => Side::Absent,
        },
    }
}

fn compare(a: &Operand, op: CompareOp, b: &Operand, call: &CallContext, negate: bool) -> Folded {
    let op = if negate { op.negated() } else { op };
    match (side(a, call), side(b, call)) {
        (Side::Known(x, kind_x), Side::Known(y, kind_y)) => {
            let truth = kind_x.or(kind_y).and_then(|kind| compare_known(&x, op, &y, kind));
            truth.map_or(Folded::Always, known)
        }
        (Side::Column(column), Side::Known(value, _)) => compare_column(column, op, &value),
        (Side::Known(value, _), Side::Column(column)) => compare_column(column, op.flipped(), &value),
        (Side::Absent, _) | (_, Side::Absent) | (Side::Column(_), Side::Column(_)) => Folded::Always,
    }
}

fn compare_known(x: &Literal, op: CompareOp, y: &Literal, kind: Type) -> Option<bool> {
    if !ordered_fits(op, kind) {
        return None;
    }
    if kind == Type::Network {
        return Some(op.holds(&address(x)?, &address(y)?));
    }
    Some(op.holds(&x.to_type(kind)?, &y.to_type(kind)?))
}

fn compare_column(column: Column, op: CompareOp, value: &Literal) -> Folded {
    if !ordered_fits(op, column.kind()) {
        return Folded::Always;
    }
    match value.to_type(column.kind()) {
        Some(value) => Folded::Rows(Pred::Compare { column, op, value }),
        None => Folded::Always,
    }
}

fn ordered_fits(op: CompareOp, kind: Type) -> bool {
    matches!(op, CompareOp::Eq | CompareOp::Ne) || kind == Type::Int
}

fn address(literal: &Literal) -> Option<IpAddr> {
    match literal {
        Literal::Text(text) => text.trim().parse::<IpAddr>().ok().map(|a| a.to_canonical()),
        _ => None,
    }
}

fn member(operand: &Operand, list: &[Literal], call: &CallContext, negate: bool) -> Folded {
    let kind = match operand {
        Operand::Ctx(attr) => attr.kind(),
        Operand::Col(column) => column.kind(),
        Operand::Lit(_) => return Folded::Always,
    };
    let values: Option<Vec<Literal>> = list.iter().map(|l| l.to_type(kind)).collect();
    let Some(mut values) = values else {
        return Folded::Always;
    };
    if values.is_empty() {
        return known(negate);
    }
    match side(operand, call) {
        Side::Column(column) => {
            values.sort();
            values.dedup();
            Folded::Rows(Pred::In { column, values, negated: negate })
        }
        Side::Known(value, _) if kind == Type::Network => match address(&value) {
            Some(address) => {
                let inside = values.iter().any(|v| match v {
                    Literal::Text(text) => Range::parse(text).is_some_and(|r| r.contains(address)),
                    _ => false,
                });
                known(inside != negate)
            }
            None => Folded::Always,
        },
        Side::Known(value, _) => known(values.contains(&value) != negate),
        Side::Absent => Folded::Always,
    }
}
