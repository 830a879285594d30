//! What is left of a guard when the call is known: a condition on columns of the record.

use crate::{Column, Literal, RecordFacts};

/// How a column is compared with a constant. Order is asked of integers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
}

impl CompareOp {
    /// The comparison that holds exactly where this one does not.
    pub(crate) fn negated(self) -> CompareOp {
        match self {
            CompareOp::Eq => CompareOp::Ne,
            CompareOp::Ne => CompareOp::Eq,
            CompareOp::Lt => CompareOp::Gte,
            CompareOp::Lte => CompareOp::Gt,
            CompareOp::Gt => CompareOp::Lte,
            CompareOp::Gte => CompareOp::Lt,
        }
    }

    /// The comparison with its sides exchanged.
    pub(crate) fn flipped(self) -> CompareOp {
        match self {
            CompareOp::Eq => CompareOp::Eq,
            CompareOp::Ne => CompareOp::Ne,
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Lte => CompareOp::Gte,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Gte => CompareOp::Lte,
        }
    }

    /// Whether the comparison holds of two values of one type.
    pub(crate) fn holds<T: Ord>(self, a: &T, b: &T) -> bool {
        match self {
            CompareOp::Eq => a == b,
            CompareOp::Ne => a != b,
            CompareOp::Lt => a < b,
            CompareOp::Lte => a <= b,
            CompareOp::Gt => a > b,
            CompareOp::Gte => a >= b,
        }
    }
}

/// A condition on columns. Rendered to SQL as it stands, it has SQL's three values: a row passes
/// a guard only where the guard is false, so that NULL denies. Lists are never empty, and the
/// constant has the type of the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pred {
    Compare {
        column: Column,
        op: CompareOp,
        value: Literal,
    },
    In {
        column: Column,
        values: Vec<Literal>,
        negated: bool,
    },
    /// `column IS NULL`, or `IS NOT NULL` where negated.
    IsNull {
        column: Column,
        negated: bool,
    },
    And(Vec<Pred>),
    Or(Vec<Pred>),
}

impl Pred {
    pub(crate) fn is(column: Column) -> Pred {
        Pred::Compare { column, op: CompareOp::Eq, value: Literal::Bool(true) }
    }

    /// The truth of the condition for a record; none where a NULL leaves it open.
    pub fn evaluate(&self, facts: &RecordFacts) -> Option<bool> {
        match self {
            Pred::Compare { column, op, value } => {
                let actual = column_value(*column, facts)?;
                Some(op.holds(&actual, value))
            }
            Pred::In { column, values, negated } => {
                let actual = column_value(*column, facts)?;
                Some(values.contains(&actual) != *negated)
            }
            Pred::IsNull { column, negated } => Some(column_value(*column, facts).is_none() != *negated),
            // The first False of a conjunction decides it, whatever is open beside it; a disjunction likewise.
            Pred::And(list) => decided(list.iter().map(|p| p.evaluate(facts)), false),
            Pred::Or(list) => decided(list.iter().map(|p| p.evaluate(facts)), true),
        }
    }

    /// Whether the condition counts against the record: true, or open.
    pub fn hits(&self, facts: &RecordFacts) -> bool {
        self.evaluate(facts) != Some(false)
    }
}

/// `by` if any part is `by`; otherwise none if any part is open; otherwise the opposite of `by`.
fn decided(parts: impl Iterator<Item = Option<bool>>, by: bool) -> Option<bool> {
    let mut open = false;
    for part in parts {
        match part {
            Some(truth) if truth == by => return Some(by),
            Some(_) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(!by) }
}

/// The value of a column; none for NULL.
pub(crate) fn column_value(column: Column, facts: &RecordFacts) -> Option<Literal> {
    match column {
        Column::Owner => facts.owner.map(|id| Literal::Id(id.0)),
        Column::Unit => facts.unit.map(|id| Literal::Id(id.0)),
        Column::Team => facts.team.map(|id| Literal::Id(id.0)),
        Column::Partner => facts.partner.map(|id| Literal::Id(id.0)),
        Column::Classification => Some(Literal::Int(i64::from(facts.classification))),
        Column::Region => facts.region.clone().map(Literal::Text),
        Column::Restricted => Some(Literal::Bool(facts.restricted)),
        Column::Erased => Some(Literal::Bool(facts.erased)),
        Column::Source => facts.source.clone().map(Literal::Text),
    }
}
