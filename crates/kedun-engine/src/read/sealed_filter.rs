//! Conditions on sealed fields: answered in memory by the arena, or by the blind index while the
//! arena is still filling.

use std::sync::Arc;

use kedun_arena::{Match, canonical};
use kedun_guard::Grant;
use kedun_model::{Error, FieldDef, FieldLevel, FilterOp, Result, Value};
use kedun_store::in_ints;
use serde_json::Value as Json;

use uuid::Uuid;

use super::candidates::{Candidates, InMemory};
use super::filter::{bad_operator, bad_value, texts};
use super::row::Cell;
use super::scoped::{Life, Scoped, col};
use crate::arenas::text_kind;
use crate::catalog::CatalogObject;
use crate::door::Inner;

impl Inner {
    /// The records whose sealed field meets a condition. They are candidates: the caller's grant
    /// still has to be applied.
    pub async fn sealed_matches(
        self: &Arc<Self>,
        object: &CatalogObject,
        grant: &Grant,
        field: &FieldDef,
        op: FilterOp,
        value: Option<&Json>,
    ) -> Result<Candidates> {
        let value = value.ok_or_else(|| bad_value(&field.key))?;
        let (mode, texts) = match op {
            FilterOp::Eq => (Match::Exact, vec![text(field, value)?]),
            FilterOp::In => (Match::Exact, texts(&field.key, value)?),
            FilterOp::Contains => (Match::Contains, vec![text(field, value)?]),
            FilterOp::StartsWith => (Match::Prefix, vec![text(field, value)?]),
            FilterOp::EndsWith => (Match::Suffix, vec![text(field, value)?]),
            _ => return Err(bad_operator(&field.key)),
        };
        let arena = self.arenas.get(object.def.id).filter(|_| field.searchable);
        match arena {
            Some(arena) if arena.ready() => {
                let condition = InMemory::new(arena, texts, mode, vec![field.id.0]);
                self.within_reach(object, grant, condition).await
            }
            _ if field.blind_indexed() && mode == Match::Exact => {
                self.blind_matches(object, grant, field, &texts).await.map(Candidates::Few)
            }
            Some(_) => Err(Error::unavailable("arena.filling")),
            None => Err(bad_operator(&field.key)),
        }
    }

    /// The visible records whose field has one of the texts: candidates by token, then opened and compared.
    async fn blind_matches(
        &self,
        object: &CatalogObject,
        grant: &Grant,
        field: &FieldDef,
        texts: &[String],
    ) -> Result<Vec<Uuid>> {
        let Some(kind) = text_kind(&field.kind) else { return Ok(Vec::new()) };
        let tokens = texts.iter().filter_map(|t| self.blind_token(object.def.id, field, t)).collect();
        let wanted: Vec<String> = texts.iter().map(|t| canonical(kind, t)).collect();
        let scoped = Scoped::new(self, object, grant)?;
        let mut select = scoped.scan(Life::Living);
        Scoped::columns(&mut select, &[field]);
        select.and_where(in_ints(scoped.dialect, col(field.id.blind_column()), tokens));
        let rows = self.store.query(&scoped.dialect.select(&select)).await?;
        let rows =
            rows.iter().map(|r| super::row::RecordRow::read(r, &[field])).collect::<Result<Vec<_>>>()?;
        let subjects: Vec<_> = rows.iter().map(|r| r.subject).collect();
        let keys = self.subject_keys(&subjects).await?;
        let mut found = Vec::new();
        for row in &rows {
            let (Some(Cell::Sealed(sealed)), Some(key)) = (row.cells.first(), keys.get(&row.subject)) else {
                continue;
            };
            let value = self.open_value(key, object.def.id, field.id, row.id, sealed)?;
            if let Value::Text(text) = value
                && wanted.contains(&canonical(kind, &text))
            {
                found.push(row.id.0);
            }
        }
        Ok(found)
    }

    /// The records in which the words typed into a list's search field are found, in any field
    /// that the caller may search everywhere.
    ///
    /// # Errors
    /// `arena.filling` before the arena is complete.
    pub async fn list_search(
        self: &Arc<Self>,
        object: &CatalogObject,
        grant: &Grant,
        text: &str,
    ) -> Result<Candidates> {
        let Some(arena) = self.arenas.get(object.def.id) else { return Ok(Candidates::Few(Vec::new())) };
        if !arena.ready() {
            return Err(Error::unavailable("arena.filling"));
        }
        let allowed = searchable(object, grant);
        let condition = InMemory::new(arena, vec![text.to_owned()], Match::Contains, allowed);
        self.within_reach(object, grant, condition).await
    }
}

/// The fields that a caller may search: readable in every row she reaches.
pub(crate) fn searchable(object: &CatalogObject, grant: &Grant) -> Vec<u32> {
    object
        .def
        .fields
        .iter()
        .filter(|f| f.searchable && grant.field_level_min(f.id) >= FieldLevel::Read)
        .map(|f| f.id.0)
        .collect()
}

fn text(field: &FieldDef, value: &Json) -> Result<String> {
    match value.as_str() {
        Some(text) if text.len() <= 4000 => Ok(text.to_owned()),
        _ => Err(bad_value(&field.key)),
    }
}
