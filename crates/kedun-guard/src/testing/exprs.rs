//! Random conditions, most of them sensible, some that cannot be told.

use uuid::Uuid;

use super::random::Random;
use crate::expr::Type;
use crate::{Column, ContextAttr, Expr, Literal, Operand};

/// Addresses that callers come from; the last is not an address.
pub const NETWORKS: [&str; 4] = ["10.0.0.1", "10.9.0.2", "192.168.1.7", "behind a proxy"];
/// Addresses and ranges that conditions name.
const RANGES: [&str; 4] = ["10.0.0.0/8", "192.168.0.0/16", "10.0.0.1", "192.168.1.7"];
/// Regions of records and people.
pub const REGIONS: [&str; 3] = ["CN", "EU", "US"];
/// Sources of records.
pub const SOURCES: [&str; 3] = ["form", "import", "api"];

const COLUMNS: [Column; 9] = [
    Column::Owner,
    Column::Unit,
    Column::Team,
    Column::Partner,
    Column::Classification,
    Column::Region,
    Column::Restricted,
    Column::Erased,
    Column::Source,
];
const ATTRS: [ContextAttr; 8] = [
    ContextAttr::Network,
    ContextAttr::Hour,
    ContextAttr::SecondFactorAge,
    ContextAttr::Kind,
    ContextAttr::Clearance,
    ContextAttr::Region,
    ContextAttr::Unit,
    ContextAttr::Person,
];

/// A condition of at most `depth` levels above its comparisons; `ids` are ids worth naming.
pub fn expr(random: &mut Random, depth: u64, ids: &[Uuid]) -> Expr {
    if depth > 0 && random.chance(60) {
        let parts = 1 + random.below(3);
        let list = |random: &mut Random| (0..parts).map(|_| expr(random, depth - 1, ids)).collect();
        return match random.below(3) {
            0 => Expr::And(list(random)),
            1 => Expr::Or(list(random)),
            _ => Expr::Not(Box::new(expr(random, depth - 1, ids))),
        };
    }
    let left = operand(random);
    match random.below(8) {
        0 => Expr::Has(left),
        1 | 2 => {
            let n = 1 + random.below(3);
            let list = (0..n).map(|_| literal(random, kind(&left), ids)).collect();
            Expr::In(left, list)
        }
        3 => match counterpart(random) {
            Some((column, attr)) if random.chance(50) => {
                compare(random, Operand::Col(column), Operand::Ctx(attr))
            }
            Some((column, attr)) => compare(random, Operand::Ctx(attr), Operand::Col(column)),
            None => Expr::always(),
        },
        _ => {
            let mut right = literal(random, kind(&left), ids);
            // Equality with a range means nothing; only an address will do.
            if right == Literal::Text("10.0.0.0/8".into()) || right == Literal::Text("192.168.0.0/16".into())
            {
                right = Literal::Text("10.9.0.2".into());
            }
            compare(random, left, Operand::Lit(right))
        }
    }
}

fn operand(random: &mut Random) -> Operand {
    if random.chance(65) {
        Operand::Col(random.pick(&COLUMNS).unwrap_or(Column::Region))
    } else {
        Operand::Ctx(random.pick(&ATTRS).unwrap_or(ContextAttr::Kind))
    }
}

fn counterpart(random: &mut Random) -> Option<(Column, ContextAttr)> {
    random.pick(&[
        (Column::Region, ContextAttr::Region),
        (Column::Unit, ContextAttr::Unit),
        (Column::Owner, ContextAttr::Person),
        (Column::Classification, ContextAttr::Clearance),
        (Column::Source, ContextAttr::Kind),
    ])
}

fn kind(operand: &Operand) -> Type {
    match operand {
        Operand::Col(column) => column.kind(),
        Operand::Ctx(attr) => attr.kind(),
        Operand::Lit(_) => Type::Text,
    }
}

fn compare(random: &mut Random, a: Operand, b: Operand) -> Expr {
    let ordered = kind(&a) == Type::Int || kind(&b) == Type::Int || random.chance(3);
    match random.below(if ordered { 6 } else { 2 }) {
        0 => Expr::Eq(a, b),
        1 => Expr::Ne(a, b),
        2 => Expr::Lt(a, b),
        3 => Expr::Lte(a, b),
        4 => Expr::Gt(a, b),
        _ => Expr::Gte(a, b),
    }
}

fn literal(random: &mut Random, kind: Type, ids: &[Uuid]) -> Literal {
    if random.chance(4) {
        return if random.chance(50) { Literal::Int(7) } else { Literal::Text("nonsense".into()) };
    }
    let text =
        |random: &mut Random, list: &[&str]| Literal::Text(random.pick(list).unwrap_or_default().to_owned());
    match kind {
        Type::Bool => Literal::Bool(random.chance(50)),
        Type::Int => Literal::Int(i64::try_from(random.below(4)).unwrap_or(0)),
        Type::Id => Literal::Id(random.pick(ids).unwrap_or_default()),
        Type::Network => text(random, &RANGES),
        Type::Text => match random.below(3) {
            0 => text(random, &REGIONS),
            1 => text(random, &SOURCES),
            _ => text(random, &["user", "partner", "client"]),
        },
    }
}
