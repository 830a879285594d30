//! Sums and counts by groups, over exactly the rows a list would show.

use std::collections::{BTreeSet, HashMap};

use kedun_ledger::Outcome;
use kedun_model::{
    Caller, Error, FieldDef, FieldKind, Filter, ObjectId, PersonId, RecordId, Result, TeamId, UnitId, Value,
};
use kedun_store::{Row, in_uuids, sq};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sq::{Expr, ExprTrait};

use super::fields::usable;
use super::filter::Resolver;
use super::row::plain_value;
use super::scoped::{Life, Scoped, T, fenced};
use super::shape::{Question, Shape, choose};
use crate::access::DirectoryEntry;
use crate::door::Door;
use crate::evidence::{EventDraft, QueryShape};
use crate::value_format::value_to_json;

const MAX_GROUPS: u64 = 1_000;
const MAX_KEYS: usize = 3;
const MAX_MEASURES: usize = 8;

/// A question for sums and counts.
#[derive(Debug, Clone, Deserialize)]
pub struct AggregateQuery {
    /// Keys of plain fields with options, references or people, or `_owner`, `_unit`, `_team`.
    #[serde(default)]
    pub group_by: Vec<String>,
    pub measures: Vec<Measure>,
    #[serde(default)]
    pub filter: Option<Filter>,
}

/// One number per group.
#[derive(Debug, Clone, Deserialize)]
pub struct Measure {
    pub op: MeasureOp,
    /// The field summed; none for a count.
    #[serde(default)]
    pub field: Option<String>,
}

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureOp {
    Count,
    Sum,
}

/// The groups, largest first.
#[derive(Debug, Serialize)]
pub struct Aggregation {
    pub rows: Vec<AggregateRow>,
    /// Whether there are more groups than are given.
    pub truncated: bool,
}

/// One group.
#[derive(Debug, Serialize)]
pub struct AggregateRow {
    /// As in a record's view: an option's key, a reference, a person; null for empty.
    pub keys: Vec<Json>,
    pub values: Vec<i64>,
}

/// A resolved key of a group.
enum Key<'a> {
    Field(&'a FieldDef),
    Owner,
    Unit,
    Team,
}

impl Door {
    /// Sums and counts over the records the caller may read.
    ///
    /// # Errors
    /// `aggregate.*` for a question out of bounds, `field.not_groupable`, `field.not_summable`,
    /// those of filters, `access.*`.
    pub async fn aggregate(
        &self,
        caller: &Caller,
        object: &str,
        query: &AggregateQuery,
    ) -> Result<Aggregation> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        inner.keep_stats(object);
        let directory = inner.directory(caller).await?;
        let grant = inner.grant(caller, object, kedun_model::Action::Read).await?;
        if query.group_by.len() > MAX_KEYS || query.measures.is_empty() || query.measures.len() > MAX_MEASURES
        {
            return Err(Error::invalid("aggregate.size").arg("keys", MAX_KEYS).arg("measures", MAX_MEASURES));
        }
        let keys = query
            .group_by
            .iter()
            .map(|key| Key::resolve(key, |key| usable(object, &grant, key)))
            .collect::<Result<Vec<_>>>()?;
        let resolver = Resolver { inner, caller, object, grant: &grant, now: inner.ctx.now(), walks: false };
        let filter = resolver.resolve(query.filter.as_ref()).await?;

        let scoped = Scoped::new(inner, object, &grant)?;
        let branches = &grant.rows().branches;
        let shape = choose(&Question {
            branches,
            estimate: inner.stats.estimate(object.def.id, branches),
            natural: false,
            indexed: false,
            filtered: true,
            selective: filter.selective,
            ids: filter.ids.as_ref().map(Vec::len),
            limit: u64::MAX,
        });
        let mut more: Vec<Expr> = filter.expr.into_iter().collect();
        if let (false, Some(ids)) = (shape == Shape::Lookup, &filter.ids) {
            more.push(in_uuids(scoped.dialect, fenced("id"), ids.clone()));
        }
        let found = match (&shape, &filter.ids) {
            (Shape::Nothing, _) => None,
            (Shape::Lookup, Some(ids)) => Some(scoped.among(Life::Living, ids.clone())),
            (Shape::Arms(_), _) => {
                let summed = query.measures.iter().filter_map(|m| object.field(m.field.as_deref()?));
                let names = keys.iter().map(Key::column).chain(summed.map(|field| field.id.column()));
                let names: BTreeSet<String> = names.chain(["id".to_owned()]).collect();
                let names: Vec<String> = names.into_iter().collect();
                scoped.apart(Life::Living, &names, &std::mem::take(&mut more))
            }
            _ => Some(scoped.scan(Life::Living)),
        };
        let Some(mut select) = found else {
            return self.nothing(caller, object.def.id, query, &filter.conditions).await;
        };
        for condition in more {
            select.and_where(condition);
        }
        for key in &keys {
            select.column((T, key.column())).group_by_col((T, key.column()));
        }
        for measure in &query.measures {
            let value = match (measure.op, &measure.field) {
                (MeasureOp::Count, _) => Expr::col(sq::Asterisk).count(),
                (MeasureOp::Sum, Some(field)) => sum(usable(object, &grant, field)?)?,
                (MeasureOp::Sum, None) => return Err(Error::invalid("aggregate.size")),
            };
            select.expr(value);
        }
        select.limit(MAX_GROUPS + 1);
        let receipt = inner.receipt(caller, event(object.def.id, query, &filter.conditions))?;
        let found = inner.store.query(&scoped.dialect.select(&select)).await?;

        let mut groups = Vec::with_capacity(found.len());
        for row in &found {
            let key_values =
                keys.iter().enumerate().map(|(i, key)| key.read(row, i)).collect::<Result<Vec<_>>>()?;
            let values = (0..query.measures.len())
                .map(|i| Ok(row.opt_i64(keys.len() + i)?.unwrap_or(0)))
                .collect::<Result<Vec<i64>>>()?;
            groups.push((key_values, values));
        }
        let cap = usize::try_from(MAX_GROUPS).map_err(Error::internal)?;
        let truncated = groups.len() > cap;
        groups.truncate(cap);
        groups.sort_by(|a, b| b.1.cmp(&a.1));

        let mut wanted: HashMap<ObjectId, Vec<RecordId>> = HashMap::new();
        for (values, _) in &groups {
            let cells = keys.iter().zip(values).filter_map(|(key, value)| match key {
                Key::Field(field) => Some((&field.kind, value)),
                _ => None,
            });
            super::names::referred(&mut wanted, cells);
        }
        let titles = inner.titles(caller, wanted).await?;
        let rows = groups
            .into_iter()
            .map(|(key_values, values)| AggregateRow {
                keys: keys.iter().zip(&key_values).map(|(key, v)| key.show(v, &directory, &titles)).collect(),
                values,
            })
            .collect();
        receipt.durable().await?;
        Ok(Aggregation { rows, truncated })
    }

    /// The answer to a question that can find nothing; it is evidenced all the same.
    async fn nothing(
        &self,
        caller: &Caller,
        object: ObjectId,
        query: &AggregateQuery,
        conditions: &[(String, String)],
    ) -> Result<Aggregation> {
        self.inner().receipt(caller, event(object, query, conditions))?.durable().await?;
        // Without a group there is one row, of zeros, as everywhere.
        let rows = if query.group_by.is_empty() {
            vec![AggregateRow { keys: Vec::new(), values: vec![0; query.measures.len()] }]
        } else {
            Vec::new()
        };
        Ok(Aggregation { rows, truncated: false })
    }
}

fn event(object: ObjectId, query: &AggregateQuery, conditions: &[(String, String)]) -> EventDraft {
    let summed = query.measures.iter().filter_map(|m| m.field.clone());
    EventDraft::new("record.aggregate", Outcome::Ok)
        .object(object)
        .fields(query.group_by.iter().cloned().chain(summed))
        .query(QueryShape { conditions: conditions.to_vec(), ..QueryShape::default() })
}

/// The sum of a plain number. PostgreSQL sums 64-bit integers as decimals, so the type is named.
fn sum(field: &FieldDef) -> Result<Expr> {
    let number = matches!(field.kind, FieldKind::Integer | FieldKind::Money | FieldKind::Percent);
    if field.sealed() || !number {
        return Err(Error::invalid("field.not_summable").field(&field.key, "field.not_summable"));
    }
    Ok(Expr::col((T, field.id.column())).sum().cast_as("BIGINT"))
}

impl<'a> Key<'a> {
    fn resolve(key: &str, usable: impl FnOnce(&str) -> Result<&'a FieldDef>) -> Result<Key<'a>> {
        match key {
            "_owner" => return Ok(Key::Owner),
            "_unit" => return Ok(Key::Unit),
            "_team" => return Ok(Key::Team),
            _ => {}
        }
        let field = usable(key)?;
        let groupable = matches!(
            field.kind,
            FieldKind::Select { .. } | FieldKind::Reference { .. } | FieldKind::Person | FieldKind::Boolean
        );
        if field.sealed() || !groupable {
            return Err(Error::invalid("field.not_groupable").field(key, "field.not_groupable"));
        }
        Ok(Key::Field(field))
    }

    fn column(&self) -> String {
        match self {
            Key::Field(field) => field.id.column(),
            Key::Owner => "owner_id".to_owned(),
            Key::Unit => "unit_id".to_owned(),
            Key::Team => "team_id".to_owned(),
        }
    }

    fn read(&self, row: &Row, i: usize) -> Result<Value> {
        match self {
            Key::Field(field) => plain_value(row, i, &field.kind),
            _ => Ok(row.opt_uuid(i)?.map_or(Value::Null, Value::Id)),
        }
    }

    fn show(&self, value: &Value, directory: &DirectoryEntry, titles: &super::names::Titles) -> Json {
        let Value::Id(id) = value else { return value_to_json(value) };
        let name = match self {
            Key::Owner => directory.name(PersonId(*id)),
            Key::Unit => directory.unit_names.get(&UnitId(*id)).map_or("", String::as_str),
            Key::Team => directory.team_names.get(&TeamId(*id)).map_or("", String::as_str),
            Key::Field(field) => match &field.kind {
                FieldKind::Reference { to, object } => {
                    let title = object.and_then(|object| titles.get(object, *id));
                    return json!({ "id": id, "object": to, "title": title.flatten(), "access": title.is_some() });
                }
                _ => directory.name(PersonId(*id)),
            },
        };
        json!({ "id": id, "name": name })
    }
}
