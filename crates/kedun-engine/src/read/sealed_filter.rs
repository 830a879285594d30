//! Conditions on sealed fields: answered in memory by the arena, or by the blind index while the
//! arena is still filling.

use kedun_arena::{Match, Search, canonical};
use kedun_guard::Grant;
use kedun_model::{Error, FieldDef, FieldLevel, FilterOp, Result, Value};
use kedun_store::in_ints;
use serde_json::Value as Json;

use uuid::Uuid;

use super::filter::{bad_operator, bad_value, texts};
use super::row::Cell;
use super::scoped::{Life, Scoped, col};
use crate::arenas::text_kind;
use crate::catalog::CatalogObject;
use crate::door::Inner;

/// More records than this cannot be looked up for one question.
const MAX_HITS: usize = 100_000;

impl Inner {
    /// The records whose sealed field meets a condition. They are candidates: the caller's grant
    /// still has to be applied.
    pub async fn sealed_matches(
        &self,
        object: &CatalogObject,
        grant: &Grant,
        field: &FieldDef,
        op: FilterOp,
        value: Option<&Json>,
    ) -> Result<Vec<Uuid>> {
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
                let mut ids = Vec::new();
                for text in texts {
                    let search = Search { fields: None, text, mode };
                    let hits = arena.search(&search, &[field.id.0], MAX_HITS);
                    if hits.truncated {
                        return Err(too_broad());
                    }
                    ids.extend(hits.ids.into_iter().map(|key| Uuid::from_bytes(key.0)));
                }
                ids.sort_unstable();
                ids.dedup();
                Ok(ids)
            }
            _ if field.blind_indexed() && mode == Match::Exact => {
                self.blind_matches(object, grant, field, &texts).await
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
    /// `arena.filling` before the arena is complete; `search.too_broad`.
    pub fn list_search(&self, object: &CatalogObject, grant: &Grant, text: &str) -> Result<Vec<Uuid>> {
        let Some(arena) = self.arenas.get(object.def.id) else { return Ok(Vec::new()) };
        if !arena.ready() {
            return Err(Error::unavailable("arena.filling"));
        }
        let allowed = searchable(object, grant);
        let search = Search { fields: None, text: text.to_owned(), mode: Match::Contains };
        let hits = arena.search(&search, &allowed, MAX_HITS);
        if hits.truncated {
            return Err(too_broad());
        }
        Ok(hits.ids.into_iter().map(|key| Uuid::from_bytes(key.0)).collect())
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

fn too_broad() -> Error {
    Error::invalid("search.too_broad").arg("max", MAX_HITS)
}
