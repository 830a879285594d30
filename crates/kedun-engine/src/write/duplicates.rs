//! Looking for duplicates: that there is one and whose it is, and the record only to those who see it.

use std::collections::HashMap;

use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, FieldLevel, ObjectId, RecordId, Result, Uniqueness};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::check::name_step;
use super::parse::parse;
use crate::door::Door;
use crate::evidence::EventDraft;
use crate::read::view::Named;

/// How many matches are told per field.
const TOLD: usize = 10;

/// Another record with the same value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DuplicateHint {
    pub object: String,
    /// The key of the field that agrees.
    pub field: String,
    pub owner: Option<Named>,
    /// The record, if the caller may see it.
    pub record: Option<TitledRecord>,
}

/// A record by its title, which may be masked or hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TitledRecord {
    pub id: RecordId,
    pub title: Option<String>,
}

impl Door {
    /// The living records that agree with `values` in a field that is to be unique, without `exclude`.
    /// Fields the caller may not write are not looked at, and neither are values that are none.
    ///
    /// # Errors
    /// `access.*` for those who may neither create nor change records of the object.
    pub async fn check_duplicates(
        &self,
        caller: &Caller,
        object: &str,
        values: &Map<String, Json>,
        exclude: Option<RecordId>,
    ) -> Result<Vec<DuplicateHint>> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let action = if exclude.is_some() { Action::Update } else { Action::Create };
        let grant = inner.grant(caller, object, action).await.map_err(name_step)?;
        let mut found = Vec::new();
        let mut looked = Vec::new();
        for (key, json) in values {
            let Some(field) = object.field(key).filter(|f| f.unique != Uniqueness::None) else { continue };
            if grant.field_level_max(field.id) < FieldLevel::Write {
                continue;
            }
            let Ok(value) = parse(field, json) else { continue };
            if value.is_null() {
                continue;
            }
            looked.push(field.key.clone());
            let equal = inner.equal(object, field, &[&value]).await?;
            let rows = equal.found.into_iter().map(|(_, row)| row).filter(|row| Some(row.id) != exclude);
            found.extend(rows.take(TOLD).map(|row| (field.key.clone(), row)));
        }
        let count = i64::try_from(found.len()).map_err(Error::internal)?;
        let draft = EventDraft::new("record.duplicates", Outcome::Ok)
            .object(object.def.id)
            .fields(looked)
            .count("matches", count);
        let receipt = inner.receipt(caller, draft)?;
        let directory = inner.directory(caller).await?;
        let mut wanted: HashMap<ObjectId, Vec<RecordId>> = HashMap::new();
        wanted.insert(object.def.id, found.iter().map(|(_, row)| row.id).collect());
        let titles = inner.titles(caller, wanted).await?;
        let hints = found
            .into_iter()
            .map(|(field, row)| DuplicateHint {
                object: object.def.key.clone(),
                field,
                owner: row.facts.owner.map(|id| Named { id: id.0, name: directory.name(id).to_owned() }),
                record: titles
                    .get(object.def.id, row.id.0)
                    .map(|title| TitledRecord { id: row.id, title: title.map(str::to_owned) }),
            })
            .collect();
        receipt.durable().await?;
        Ok(hints)
    }
}
