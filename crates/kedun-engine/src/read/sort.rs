//! The order of a list: up to three keys, then the id, with empty values last.

use kedun_guard::Grant;
use kedun_model::{Error, FieldDef, FieldId, FieldKind, Result, Sort, Value};
use kedun_store::sq;
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use super::fields::usable;
use super::scoped::{any, col};
use crate::catalog::CatalogObject;

/// The most keys of an order.
const MAX_KEYS: usize = 3;

/// One key, resolved to its column.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub column: sq::DynIden,
    pub kind: KeyKind,
    pub descending: bool,
    pub nullable: bool,
}

/// How the values of a key are read and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Int,
    Date,
    Time,
    Bool,
    Text,
    Id,
}

/// A resolved order.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    /// By columns.
    Columns {
        keys: Vec<Key>,
        id_descending: bool,
        /// Whether it is the order of the indexes of owner, team, unit: last changed first.
        natural: bool,
    },
    /// By a sealed field that the arena holds.
    Arena { field: FieldId, descending: bool },
}

/// The order asked for; last changed first unless something is.
///
/// # Errors
/// `sort.too_many_keys`, `field.unknown`, `field.not_filterable`, `field.not_sortable`.
pub(crate) fn resolve(object: &CatalogObject, grant: &Grant, sort: &[Sort]) -> Result<Order> {
    if sort.len() > MAX_KEYS {
        return Err(Error::invalid("sort.too_many_keys").arg("max", MAX_KEYS));
    }
    let mut keys: Vec<Key> = Vec::new();
    for part in sort {
        if let Some((column, kind, nullable)) = system(&part.field) {
            keys.push(Key { column: sq::DynIden::from(column), kind, descending: part.descending, nullable });
            continue;
        }
        let field = usable(object, grant, &part.field)?;
        if field.sealed() {
            if !field.searchable || sort.len() > 1 {
                return Err(not_sortable(field));
            }
            return Ok(Order::Arena { field: field.id, descending: part.descending });
        }
        let kind = kind(field).ok_or_else(|| not_sortable(field))?;
        keys.push(Key {
            column: sq::DynIden::from(field.id.column()),
            kind,
            descending: part.descending,
            nullable: true,
        });
    }
    let updated = |descending| Key {
        column: sq::DynIden::from("updated_at"),
        kind: KeyKind::Time,
        descending,
        nullable: false,
    };
    if keys.is_empty() {
        return Ok(Order::Columns { keys: vec![updated(true)], id_descending: false, natural: true });
    }
    if let ([single], [asked]) = (keys.as_slice(), sort) {
        if asked.field == "_updated_at" {
            // Read backwards, the index gives the ids backwards too.
            let descending = single.descending;
            return Ok(Order::Columns { id_descending: !descending, keys, natural: descending });
        }
        // The index of a field goes on with the time of the last change and the id; an order that
        // does the same can be read from it.
        let descending = single.descending;
        keys.push(updated(!descending));
        return Ok(Order::Columns { keys, id_descending: descending, natural: false });
    }
    Ok(Order::Columns { keys, id_descending: false, natural: false })
}

fn not_sortable(field: &FieldDef) -> Error {
    Error::invalid("field.not_sortable").field(&field.key, "field.not_sortable")
}

/// The column of a system field.
pub(crate) fn system(key: &str) -> Option<(&'static str, KeyKind, bool)> {
    Some(match key {
        "_owner" => ("owner_id", KeyKind::Id, true),
        "_unit" => ("unit_id", KeyKind::Id, true),
        "_team" => ("team_id", KeyKind::Id, true),
        "_partner" => ("partner_id", KeyKind::Id, true),
        "_import" => ("import_id", KeyKind::Id, true),
        "_created_at" => ("created_at", KeyKind::Time, false),
        "_updated_at" => ("updated_at", KeyKind::Time, false),
        "_deleted_at" => ("deleted_at", KeyKind::Time, true),
        _ => return None,
    })
}

fn kind(field: &FieldDef) -> Option<KeyKind> {
    Some(match field.kind {
        FieldKind::Integer | FieldKind::Money | FieldKind::Percent => KeyKind::Int,
        FieldKind::Boolean => KeyKind::Bool,
        FieldKind::Date => KeyKind::Date,
        FieldKind::DateTime => KeyKind::Time,
        FieldKind::Reference { .. } | FieldKind::Person => KeyKind::Id,
        FieldKind::MultiSelect { .. } | FieldKind::LongText { .. } => return None,
        _ => KeyKind::Text,
    })
}

impl Key {
    /// Orders a query by this key, `column` being its expression there.
    pub fn order(&self, select: &mut sq::SelectStatement, column: Expr) {
        let order = if self.descending { sq::Order::Desc } else { sq::Order::Asc };
        if self.nullable {
            select.order_by_expr_with_nulls(column, order, sq::NullOrdering::Last);
        } else {
            select.order_by_expr(column, order);
        }
    }

    /// The value of the key in a row.
    pub fn read(&self, row: &kedun_store::Row, i: usize) -> Result<Value> {
        Ok(match self.kind {
            KeyKind::Int => row.opt_i64(i)?.map(Value::Int),
            KeyKind::Time => row.opt_i64(i)?.map(Value::Time),
            KeyKind::Date => match row.opt_i64(i)? {
                Some(days) => Some(Value::Date(i32::try_from(days).map_err(Error::internal)?)),
                None => None,
            },
            KeyKind::Bool => row.opt_bool(i)?.map(Value::Bool),
            KeyKind::Text => row.opt_text(i)?.map(Value::Text),
            KeyKind::Id => row.opt_uuid(i)?.map(Value::Id),
        }
        .unwrap_or(Value::Null))
    }

    /// Whether a value of a cursor can be one of this key.
    fn fits(&self, value: &Value) -> bool {
        match value {
            Value::Null => self.nullable,
            Value::Int(_) => self.kind == KeyKind::Int,
            Value::Time(_) => self.kind == KeyKind::Time,
            Value::Date(_) => self.kind == KeyKind::Date,
            Value::Bool(_) => self.kind == KeyKind::Bool,
            Value::Text(_) => self.kind == KeyKind::Text,
            Value::Id(_) => self.kind == KeyKind::Id,
            Value::List(_) => false,
        }
    }

    /// Rows strictly after `value` by this key alone; none where there can be no such row.
    fn after(&self, value: &Value) -> Option<Expr> {
        let column = col(self.column.clone());
        let bound = bind(value)?;
        let beyond = if self.descending { column.clone().lt(bound) } else { column.clone().gt(bound) };
        Some(if self.nullable { beyond.or(column.is_null()) } else { beyond })
    }

    fn same(&self, value: &Value) -> Expr {
        let column = col(self.column.clone());
        match bind(value) {
            Some(bound) => column.eq(bound),
            None => column.is_null(),
        }
    }
}

/// The value as a parameter; none for null.
pub(crate) fn bind(value: &Value) -> Option<Expr> {
    Some(match value {
        Value::Null | Value::List(_) => return None,
        Value::Bool(b) => Expr::val(*b),
        Value::Int(n) | Value::Time(n) => Expr::val(*n),
        Value::Date(d) => Expr::val(*d),
        Value::Text(s) => Expr::val(s.as_str()),
        Value::Id(id) => Expr::val(*id),
    })
}

/// The rows that come after the one with these keys and this id.
///
/// # Errors
/// `cursor.invalid` when the values do not fit the keys.
pub(crate) fn after(keys: &[Key], id_descending: bool, values: &[Value], id: Uuid) -> Result<Expr> {
    if keys.len() != values.len() || !keys.iter().zip(values).all(|(k, v)| k.fits(v)) {
        return Err(Error::invalid("cursor.invalid"));
    }
    let mut ways = Vec::with_capacity(keys.len() + 1);
    let mut prefix: Option<Expr> = None;
    for (key, value) in keys.iter().zip(values) {
        if let Some(beyond) = key.after(value) {
            ways.push(match &prefix {
                Some(prefix) => prefix.clone().and(beyond),
                None => beyond,
            });
        }
        let same = key.same(value);
        prefix = Some(match prefix {
            Some(prefix) => prefix.and(same),
            None => same,
        });
    }
    let beyond = if id_descending { col("id").lt(id) } else { col("id").gt(id) };
    ways.push(match prefix {
        Some(prefix) => prefix.and(beyond),
        None => beyond,
    });
    let after = any(ways);
    // Said once more for the first key alone, so that an index can begin at the right place.
    Ok(match (keys.first(), values.first().and_then(bind)) {
        (Some(first), Some(bound)) if !first.nullable => {
            let column = col(first.column.clone());
            let from = if first.descending { column.lte(bound) } else { column.gte(bound) };
            from.and(after)
        }
        _ => after,
    })
}
