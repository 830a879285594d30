//! Searching across objects: candidates from the arenas, filtered by the grant in SQL, shown masked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kedun_arena::{Match, RecordKey};
use kedun_guard::Grant;
use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, FieldDef, FieldLevel, RecordId, Result};
use serde::Serialize;

use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::{EventDraft, QueryShape};
use crate::read::candidates::InMemory;
use crate::read::row::{Cell, RecordRow};
use crate::seal::SubjectKeys;
use crate::value_format::value_to_text;

/// How many records of one object are shown at most.
const MOST: usize = 50;
/// The longest text that is searched for, in characters.
const LONGEST: usize = 100;

/// What was found of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchGroup {
    pub object: String,
    pub items: Vec<SearchItem>,
    /// Whether there are more.
    pub more: bool,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchItem {
    pub id: RecordId,
    pub object: String,
    /// The title, or its masked form.
    pub title: Option<String>,
    /// The field that matched, or another one that helps to tell records apart; masked where it is sealed.
    pub subtitle: Option<String>,
    pub matched: MatchedField,
}

/// Where the text was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchedField {
    pub field: String,
}

impl Door {
    /// Finds records by a fragment of their searchable fields: names, pinyin and initials, telephone
    /// numbers by any digits, addresses of mail. Only fields that the caller reads in every record
    /// within reach are searched. The evidence keeps the length and kind of the text, never the text.
    ///
    /// # Errors
    /// `search.too_long`; `arena.filling` right after the start; `object.unknown`.
    pub async fn search(
        &self,
        caller: &Caller,
        text: &str,
        objects: Option<&[&str]>,
        limit: usize,
    ) -> Result<Vec<SearchGroup>> {
        let inner = self.inner();
        let text = text.trim();
        if text.chars().nth(LONGEST).is_some() {
            return Err(Error::invalid("search.too_long").arg("max", LONGEST));
        }
        let wide = !text.is_ascii();
        if text.chars().count() < if wide { 1 } else { 2 } {
            return Ok(Vec::new());
        }
        let catalog = inner.catalog();
        for key in objects.unwrap_or_default() {
            catalog.require(key)?;
        }
        let limit = limit.clamp(1, MOST);
        let mut groups = Vec::new();
        let mut shown = Vec::new();
        let mut keys_searched = Vec::new();
        for object in catalog.objects() {
            if objects.is_some_and(|list| !list.contains(&object.def.key.as_str())) {
                continue;
            }
            let Ok(grant) = inner.grant(caller, object, Action::Read).await else { continue };
            if let Some((group, searched)) = inner.search_object(object, &grant, text, limit).await? {
                shown.extend(group.items.iter().map(|item| item.id));
                keys_searched.extend(searched);
                if !group.items.is_empty() {
                    groups.push(group);
                }
            }
        }
        let length = i64::try_from(text.chars().count()).map_err(Error::internal)?;
        let found = i64::try_from(shown.len()).map_err(Error::internal)?;
        let draft = EventDraft::new("record.search", Outcome::Ok)
            .records(shown)
            .fields(keys_searched)
            .query(QueryShape { search: true, ..QueryShape::default() })
            .count("length", length)
            .count("shown", found)
            .detail("kind", kind(text));
        inner.receipt(caller, draft)?.durable().await?;
        Ok(groups)
    }
}

/// What sort of text was typed.
fn kind(text: &str) -> &'static str {
    let digits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '));
    let ascii = text.is_ascii();
    match (digits, ascii) {
        (true, _) => "digits",
        (false, true) if text.contains('@') => "mail",
        (false, true) => "latin",
        (false, false) => "wide",
    }
}

impl Inner {
    /// What one object has to show, and the fields looked in; none where there is nothing to look in.
    async fn search_object(
        self: &Arc<Self>,
        object: &CatalogObject,
        grant: &Grant,
        text: &str,
        limit: usize,
    ) -> Result<Option<(SearchGroup, Vec<String>)>> {
        let Some(arena) = self.arenas.get(object.def.id) else { return Ok(None) };
        let held = |f: &&FieldDef| arena.fields().iter().any(|spec| spec.field == f.id.0);
        let readable = |f: &&FieldDef| grant.field_level_min(f.id) >= FieldLevel::Read;
        let mut allowed: Vec<&FieldDef> = object.def.fields.iter().filter(held).filter(readable).collect();
        if allowed.is_empty() {
            return Ok(None);
        }
        if !arena.ready() {
            return Err(Error::unavailable("arena.filling"));
        }
        // What the title says is told first.
        allowed.sort_by_key(|f| f.key != object.def.title);
        let keys = allowed.iter().map(|f| f.key.clone()).collect();
        let (fields, helps) = display(object, &allowed);
        let condition = |fields: Vec<u32>| {
            InMemory::new(Arc::clone(&arena), vec![text.to_owned()], Match::Contains, fields)
        };
        let everywhere = condition(allowed.iter().map(|f| f.id.0).collect());
        let candidates = self.within_reach(object, grant, everywhere).await?;
        let (rows, more) = self.last_changed(object, grant, candidates, &fields, limit).await?;
        let shown: HashSet<RecordKey> = rows.iter().map(|row| RecordKey(row.id.bytes())).collect();
        let mut matched: HashMap<RecordKey, &str> = HashMap::new();
        for field in &allowed {
            for id in condition(vec![field.id.0]).among(&shown) {
                matched.entry(id).or_insert(&field.key);
            }
        }
        let mut group = SearchGroup { object: object.def.key.clone(), items: Vec::new(), more };
        let subjects: Vec<_> = rows.iter().map(|r| r.subject).collect();
        let subject_keys = self.subject_keys(&subjects).await?;
        let show =
            |row: &RecordRow, key: &str| self.found_text(object, grant, &fields, row, key, &subject_keys);
        for row in &rows {
            // A record that was changed this moment may match no longer.
            let Some(hit) = matched.get(&RecordKey(row.id.bytes())).copied() else { continue };
            let beside = if hit == object.def.title { helps } else { Some(hit) };
            group.items.push(SearchItem {
                id: row.id,
                object: object.def.key.clone(),
                title: show(row, &object.def.title)?,
                subtitle: beside.map(|key| show(row, key)).transpose()?.flatten(),
                matched: MatchedField { field: hit.to_owned() },
            });
        }
        Ok(Some((group, keys)))
    }

    /// The text of a field in a result: whole where it is open to the caller, else masked.
    fn found_text(
        &self,
        object: &CatalogObject,
        grant: &Grant,
        fields: &[&FieldDef],
        row: &RecordRow,
        key: &str,
        keys: &SubjectKeys,
    ) -> Result<Option<String>> {
        let found = fields.iter().zip(&row.cells).find(|(field, _)| field.key == key);
        let Some((field, cell)) = found else { return Ok(None) };
        let level = grant.level(&row.facts, field.id);
        if level == FieldLevel::None {
            return Ok(None);
        }
        let value = match (cell, keys.get(&row.subject)) {
            (Cell::Plain(value), _) => value.clone(),
            (Cell::Sealed(sealed), Some(key)) => {
                self.open_value(key, object.def.id, field.id, row.id, sealed)?
            }
            (Cell::Sealed(_), None) => return Ok(None),
        };
        if value.is_null() {
            return Ok(None);
        }
        let text = value_to_text(&value);
        let whole = level >= FieldLevel::Read && !field.revealed_on_demand();
        Ok(Some(if whole { text } else { field.mask.apply(&text) }))
    }
}

/// The fields a result is made of, and the key of the one shown beside a matching title.
fn display<'a>(object: &'a CatalogObject, allowed: &[&'a FieldDef]) -> (Vec<&'a FieldDef>, Option<&'a str>) {
    let mut fields: Vec<&FieldDef> = allowed.to_vec();
    if let Some(title) = object.def.title_field()
        && !fields.iter().any(|f| f.id == title.id)
    {
        fields.push(title);
    }
    let helps = allowed.iter().find(|f| f.in_list && f.key != object.def.title).map(|f| f.key.as_str());
    (fields, helps)
}
