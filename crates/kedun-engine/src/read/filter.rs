//! From a tree of conditions to an expression over the columns of a record.
//!
//! Conditions are two-valued: an empty field is not equal to, and not less than, anything, and a
//! negated condition holds for it. So negation is carried down to the conditions.

use std::collections::HashSet;
use std::sync::Arc;

use kedun_arena::RecordKey;
use kedun_guard::Grant;
use kedun_model::{Caller, Error, FieldDef, FieldKind, Filter, FilterOp, Result};
use kedun_store::{in_uuids, sq};
use serde_json::Value as Json;
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use super::candidates::{Candidates, InMemory};
use super::fields::usable;
use super::scoped::{all, any, col};
use super::sort::system;
use super::{operand, sort::KeyKind};
use crate::catalog::CatalogObject;
use crate::door::Inner;

const MAX_DEPTH: usize = 4;
const MAX_CONDITIONS: usize = 50;

/// A filter ready for a query.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// What remains to be asked of the rows.
    pub expr: Option<Expr>,
    /// All rows are among these, found in memory.
    pub ids: Option<Vec<Uuid>>,
    /// What else is asked of the rows in memory; empty where the ids are known.
    pub in_memory: Vec<InMemory>,
    /// Whether an index of a reference finds few rows.
    pub selective: bool,
    /// Key and operator of each condition, for the evidence.
    pub conditions: Vec<(String, String)>,
}

/// What a filter is resolved against.
pub(crate) struct Resolver<'a> {
    pub inner: &'a Arc<Inner>,
    pub caller: &'a Caller,
    pub object: &'a CatalogObject,
    pub grant: &'a Grant,
    pub now: i64,
    /// Whether conditions that many records meet may stay in memory.
    pub walks: bool,
}

impl Resolver<'_> {
    /// Resolves a filter.
    ///
    /// # Errors
    /// `filter.too_deep`, `filter.too_long`, `filter.operator`, `filter.value`, `field.unknown`,
    /// `field.not_filterable`, `search.too_broad`, `arena.filling`.
    pub async fn resolve(&self, filter: Option<&Filter>) -> Result<Resolved> {
        let mut resolved = Resolved::default();
        let Some(filter) = filter else { return Ok(resolved) };
        measure(filter, 1, &mut 0)?;
        let mut rest = Vec::new();
        let parts = match filter {
            Filter::And(parts) => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        for part in parts {
            if let Filter::Field { field, op, value } = part {
                if let Some(found) = self.sealed(field, *op, value.as_ref(), &mut resolved.conditions).await?
                {
                    match found {
                        Candidates::Many(condition) if !self.walks => resolved.narrow(condition.named()?),
                        found => resolved.meet(found),
                    }
                    continue;
                }
                resolved.selective |= self.selects_few(field, *op);
            }
            rest.push(Box::pin(self.tree(part, false, &mut resolved.conditions)).await?);
        }
        resolved.expr = rest.into_iter().reduce(|a, b| a.and(b));
        Ok(resolved)
    }

    async fn tree(&self, filter: &Filter, negate: bool, seen: &mut Vec<(String, String)>) -> Result<Expr> {
        match filter {
            Filter::And(parts) | Filter::Or(parts) => {
                let mut list = Vec::with_capacity(parts.len());
                for part in parts {
                    list.push(Box::pin(self.tree(part, negate, seen)).await?);
                }
                let conjunction = matches!(filter, Filter::And(_)) != negate;
                Ok(if conjunction { all(list) } else { any(list) })
            }
            Filter::Not(part) => Box::pin(self.tree(part, !negate, seen)).await,
            Filter::Field { field, op, value } => {
                if let Some(found) = self.sealed(field, *op, value.as_ref(), seen).await? {
                    let ids = match found {
                        Candidates::Few(ids) => ids,
                        Candidates::Many(condition) => condition.named()?,
                    };
                    let found = in_uuids(self.inner.store.dialect(), col("id"), ids);
                    return Ok(if negate { found.not() } else { found });
                }
                seen.push((field.clone(), op_code(*op)));
                self.condition(field, *op, value.as_ref(), negate)
            }
        }
    }

    /// The records that a condition on the text of a sealed field finds; none where the condition
    /// is of another sort.
    async fn sealed(
        &self,
        key: &str,
        op: FilterOp,
        value: Option<&Json>,
        seen: &mut Vec<(String, String)>,
    ) -> Result<Option<Candidates>> {
        if system(key).is_some() || matches!(op, FilterOp::IsEmpty | FilterOp::IsNotEmpty) {
            return Ok(None);
        }
        let field = usable(self.object, self.grant, key)?;
        if !field.sealed() {
            return Ok(None);
        }
        seen.push((key.to_owned(), op_code(op)));
        self.inner.sealed_matches(self.object, self.grant, field, op, value).await.map(Some)
    }

    fn selects_few(&self, key: &str, op: FilterOp) -> bool {
        let reference =
            || self.object.field(key).is_some_and(|f| matches!(f.kind, FieldKind::Reference { .. }));
        op == FilterOp::Eq && (key == "_import" || reference())
    }

    fn condition(&self, key: &str, op: FilterOp, value: Option<&Json>, negate: bool) -> Result<Expr> {
        let (column, kind) = match system(key) {
            Some((column, kind, _)) => (col(column), Kind::Key(kind)),
            None => {
                let field = usable(self.object, self.grant, key)?;
                (col(field.id.column()), Kind::of(field))
            }
        };
        if matches!(op, FilterOp::IsEmpty | FilterOp::IsNotEmpty) {
            let empty = (op == FilterOp::IsEmpty) != negate;
            return Ok(if empty { column.is_null() } else { column.is_not_null() });
        }
        let (op, flip) = match op {
            FilterOp::Ne => (FilterOp::Eq, true),
            FilterOp::NotIn => (FilterOp::In, true),
            op => (op, false),
        };
        let value = value.ok_or_else(|| bad_value(key))?;
        let holds = match kind {
            Kind::Text => self.text(key, column.clone(), op, value)?,
            Kind::Options(field) => self.options(key, field, column.clone(), op, value)?,
            Kind::Set(field) => self.set(key, field, &column, op, value)?,
            Kind::Key(KeyKind::Id) => self.ids(key, column.clone(), op, value)?,
            Kind::Key(kind) => self.ordered(key, kind, column.clone(), op, value)?,
        };
        Ok(if negate != flip { holds.not().or(column.is_null()) } else { holds })
    }

    fn text(&self, key: &str, column: Expr, op: FilterOp, value: &Json) -> Result<Expr> {
        Ok(match op {
            FilterOp::Eq => column.eq(text(key, value)?),
            FilterOp::In => column.is_in(texts(key, value)?),
            FilterOp::Contains => like(column, "%", text(key, value)?, "%"),
            FilterOp::StartsWith => like(column, "", text(key, value)?, "%"),
            FilterOp::EndsWith => like(column, "%", text(key, value)?, ""),
            _ => return Err(bad_operator(key)),
        })
    }

    fn options(&self, key: &str, field: &FieldDef, column: Expr, op: FilterOp, value: &Json) -> Result<Expr> {
        Ok(match op {
            FilterOp::Eq => column.eq(option(key, field, text(key, value)?)?),
            FilterOp::In => {
                let keys = texts(key, value)?;
                for text in &keys {
                    option(key, field, text)?;
                }
                column.is_in(keys)
            }
            _ => return Err(bad_operator(key)),
        })
    }

    /// A set of options is stored as a JSON array of their keys.
    fn set(&self, key: &str, field: &FieldDef, column: &Expr, op: FilterOp, value: &Json) -> Result<Expr> {
        let keys = match op {
            FilterOp::Eq | FilterOp::Contains => vec![text(key, value)?.to_owned()],
            FilterOp::In => texts(key, value)?,
            _ => return Err(bad_operator(key)),
        };
        let mut ways = Vec::with_capacity(keys.len());
        for text in &keys {
            let quoted = format!("\"{}\"", option(key, field, text)?);
            ways.push(like(column.clone(), "%", &quoted, "%"));
        }
        Ok(any(ways))
    }

    fn ids(&self, key: &str, column: Expr, op: FilterOp, value: &Json) -> Result<Expr> {
        let id = |value: &Json| match value.as_str() {
            Some("me") => Ok(self.caller.person.0),
            Some(text) => Uuid::parse_str(text).ok().ok_or_else(|| bad_value(key)),
            None => Err(bad_value(key)),
        };
        Ok(match op {
            FilterOp::Eq => column.eq(id(value)?),
            FilterOp::In => {
                let ids = operand::list(key, value)?.iter().map(id).collect::<Result<Vec<_>>>()?;
                in_uuids(self.inner.store.dialect(), column, ids)
            }
            _ => return Err(bad_operator(key)),
        })
    }

    fn ordered(&self, key: &str, kind: KeyKind, column: Expr, op: FilterOp, value: &Json) -> Result<Expr> {
        if kind == KeyKind::Bool {
            return match (op, value.as_bool()) {
                (FilterOp::Eq, Some(b)) => Ok(column.eq(b)),
                (FilterOp::Eq, None) => Err(bad_value(key)),
                _ => Err(bad_operator(key)),
            };
        }
        let span = |value: &Json| operand::span(key, kind, value, self.now, self.inner.utc_offset_s);
        Ok(match op {
            FilterOp::Eq => within(&column, span(value)?),
            FilterOp::In => {
                let mut ways = Vec::new();
                for value in operand::list(key, value)? {
                    ways.push(within(&column, span(value)?));
                }
                any(ways)
            }
            FilterOp::Lt => column.lt(span(value)?.0),
            FilterOp::Lte => column.lte(span(value)?.1),
            FilterOp::Gt => column.gt(span(value)?.1),
            FilterOp::Gte => column.gte(span(value)?.0),
            FilterOp::Between => match value {
                Json::Array(ends) => match ends.as_slice() {
                    [from, to] => within(&column, (span(from)?.0, span(to)?.1)),
                    _ => return Err(bad_value(key)),
                },
                value => within(&column, span(value)?),
            },
            _ => return Err(bad_operator(key)),
        })
    }
}

impl Resolved {
    /// Adds a condition on records that were found in memory, or are to be.
    pub fn meet(&mut self, found: Candidates) {
        match found {
            Candidates::Few(ids) => self.narrow(ids),
            Candidates::Many(condition) => {
                self.in_memory.push(condition);
                if let Some(ids) = self.ids.take() {
                    self.narrow(ids);
                }
            }
        }
    }

    /// All rows are among `ids` too.
    fn narrow(&mut self, ids: Vec<Uuid>) {
        let mut among: HashSet<RecordKey> = ids.iter().map(|id| RecordKey(*id.as_bytes())).collect();
        for condition in self.in_memory.drain(..) {
            among = condition.among(&among);
        }
        let known = self.ids.take().unwrap_or(ids);
        self.ids = Some(known.into_iter().filter(|id| among.contains(&RecordKey(*id.as_bytes()))).collect());
    }
}

/// How the conditions on a column are read.
enum Kind<'a> {
    Text,
    Options(&'a FieldDef),
    Set(&'a FieldDef),
    Key(KeyKind),
}

impl<'a> Kind<'a> {
    fn of(field: &'a FieldDef) -> Self {
        match field.kind {
            FieldKind::Integer | FieldKind::Money | FieldKind::Percent => Kind::Key(KeyKind::Int),
            FieldKind::Boolean => Kind::Key(KeyKind::Bool),
            FieldKind::Date => Kind::Key(KeyKind::Date),
            FieldKind::DateTime => Kind::Key(KeyKind::Time),
            FieldKind::Reference { .. } | FieldKind::Person => Kind::Key(KeyKind::Id),
            FieldKind::Select { .. } => Kind::Options(field),
            FieldKind::MultiSelect { .. } => Kind::Set(field),
            _ => Kind::Text,
        }
    }
}

fn within(column: &Expr, (from, to): (i64, i64)) -> Expr {
    if from == to { column.clone().eq(from) } else { column.clone().between(from, to) }
}

/// Case counts only beyond ASCII, on both engines.
fn like(column: Expr, before: &str, text: &str, after: &str) -> Expr {
    let mut pattern = String::with_capacity(text.len() + 4);
    pattern.push_str(before);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push_str(after);
    Expr::from(sq::Func::lower(column)).like(sq::LikeExpr::new(pattern).escape('\\'))
}

fn text<'v>(key: &str, value: &'v Json) -> Result<&'v str> {
    match value.as_str() {
        Some(text) if text.len() <= 4000 => Ok(text),
        _ => Err(bad_value(key)),
    }
}

pub(crate) fn texts(key: &str, value: &Json) -> Result<Vec<String>> {
    operand::list(key, value)?.iter().map(|v| text(key, v).map(str::to_owned)).collect()
}

fn option<'v>(key: &str, field: &FieldDef, text: &'v str) -> Result<&'v str> {
    let options = match &field.kind {
        FieldKind::Select { options } | FieldKind::MultiSelect { options } => options.as_slice(),
        _ => &[],
    };
    if options.iter().any(|o| o.key == text) {
        Ok(text)
    } else {
        Err(Error::invalid("field.not_an_option").field(key, "field.not_an_option"))
    }
}

fn measure(filter: &Filter, depth: usize, conditions: &mut usize) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::invalid("filter.too_deep").arg("max", MAX_DEPTH));
    }
    match filter {
        Filter::And(parts) | Filter::Or(parts) => {
            parts.iter().try_for_each(|part| measure(part, depth + 1, conditions))
        }
        Filter::Not(part) => measure(part, depth + 1, conditions),
        Filter::Field { .. } => {
            *conditions += 1;
            if *conditions > MAX_CONDITIONS {
                return Err(Error::invalid("filter.too_long").arg("max", MAX_CONDITIONS));
            }
            Ok(())
        }
    }
}

fn op_code(op: FilterOp) -> String {
    match op {
        FilterOp::Eq => "eq",
        FilterOp::Ne => "ne",
        FilterOp::In => "in",
        FilterOp::NotIn => "not_in",
        FilterOp::Lt => "lt",
        FilterOp::Lte => "lte",
        FilterOp::Gt => "gt",
        FilterOp::Gte => "gte",
        FilterOp::Between => "between",
        FilterOp::Contains => "contains",
        FilterOp::StartsWith => "starts_with",
        FilterOp::EndsWith => "ends_with",
        FilterOp::IsEmpty => "is_empty",
        FilterOp::IsNotEmpty => "is_not_empty",
    }
    .to_owned()
}

pub(crate) fn bad_value(key: &str) -> Error {
    Error::invalid("filter.value").field(key, "filter.value")
}

pub(crate) fn bad_operator(key: &str) -> Error {
    Error::invalid("filter.operator").field(key, "filter.operator")
}
