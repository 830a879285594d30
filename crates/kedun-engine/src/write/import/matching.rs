//! Finding the records that rows of a file are about, and those that their cells refer to.

use std::collections::HashMap;

use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, FieldLevel, RecordId, Result, Value};

use crate::door::Door;
use crate::evidence::EventDraft;
use crate::read::fields::usable;
use crate::read::row::RecordRow;
use crate::write::check::name_step;

/// How many values are asked for at a time.
const CHUNK: usize = 1_000;

/// The records that one row agrees with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowMatch {
    /// Those the caller sees, with their versions.
    pub visible: Vec<(RecordId, u64)>,
    /// How many there are besides.
    pub hidden: u32,
}

/// The record that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationMatch {
    One(RecordId),
    /// None that the caller sees.
    None,
    Ambiguous,
}

impl Door {
    /// The living records that rows agree with: by the first of `by` in which any record agrees.
    /// Each row gives one value per field of `by`, in that order.
    ///
    /// # Errors
    /// `field.unknown`, `field.not_filterable` for fields the caller cannot read everywhere, `access.*`,
    /// `arena.filling`.
    pub async fn match_rows(
        &self,
        caller: &Caller,
        object: &str,
        by: &[&str],
        rows: &[Vec<Value>],
    ) -> Result<Vec<RowMatch>> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        inner.grant(caller, object, Action::Import).await.map_err(name_step)?;
        let read = inner.grant(caller, object, Action::Read).await.map_err(name_step)?;
        let mut matches = vec![RowMatch::default(); rows.len()];
        for (position, key) in by.iter().enumerate() {
            let field = usable(object, &read, key)?;
            let open: Vec<usize> = (0..rows.len())
                .filter(|i| matches.get(*i).is_some_and(|m| m.visible.is_empty() && m.hidden == 0))
                .collect();
            for chunk in open.chunks(CHUNK) {
                let values: Vec<&Value> = chunk
                    .iter()
                    .map(|i| rows.get(*i).and_then(|row| row.get(position)).unwrap_or(&Value::Null))
                    .collect();
                let (places, mut found): (Vec<usize>, Vec<RecordRow>) =
                    inner.equal(object, field, &values).await?.found.into_iter().unzip();
                inner.fill_shares(object.def.id, &mut found, [&read]).await?;
                for (place, record) in places.into_iter().zip(found) {
                    let Some(hit) = chunk.get(place).and_then(|i| matches.get_mut(*i)) else { continue };
                    if read.allows(&record.facts) {
                        hit.visible.push((record.id, record.version));
                    } else {
                        hit.hidden += 1;
                    }
                }
            }
        }
        let draft = EventDraft::new("import.match", Outcome::Ok)
            .object(object.def.id)
            .fields(by.iter().copied())
            .count("rows", i64::try_from(rows.len()).unwrap_or(i64::MAX));
        inner.receipt(caller, draft)?.durable().await?;
        Ok(matches)
    }

    /// The living records that texts name by a field, among those the caller sees.
    ///
    /// # Errors
    /// As [`Door::match_rows`].
    pub async fn match_relation(
        &self,
        caller: &Caller,
        object: &str,
        by: &str,
        texts: &[String],
    ) -> Result<Vec<RelationMatch>> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let read = inner.grant(caller, object, Action::Read).await.map_err(name_step)?;
        let field = usable(object, &read, by)?;
        if read.field_level_min(field.id) < FieldLevel::Read {
            return Err(Error::forbidden("field.not_filterable"));
        }
        let mut matches = vec![RelationMatch::None; texts.len()];
        let mut distinct: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, text) in texts.iter().enumerate() {
            distinct.entry(text.trim()).or_default().push(i);
        }
        let asked: Vec<(&str, Vec<usize>)> = distinct.into_iter().filter(|(t, _)| !t.is_empty()).collect();
        for chunk in asked.chunks(CHUNK) {
            let values: Vec<Value> = chunk.iter().map(|(text, _)| Value::Text((*text).to_owned())).collect();
            let refs: Vec<&Value> = values.iter().collect();
            let (places, mut found): (Vec<usize>, Vec<RecordRow>) =
                inner.equal(object, field, &refs).await?.found.into_iter().unzip();
            inner.fill_shares(object.def.id, &mut found, [&read]).await?;
            for (place, record) in places.into_iter().zip(found) {
                if !read.allows(&record.facts) {
                    continue;
                }
                for i in chunk.get(place).into_iter().flat_map(|(_, rows)| rows) {
                    if let Some(hit) = matches.get_mut(*i) {
                        *hit = match *hit {
                            RelationMatch::None => RelationMatch::One(record.id),
                            RelationMatch::One(id) if id == record.id => RelationMatch::One(id),
                            RelationMatch::One(_) | RelationMatch::Ambiguous => RelationMatch::Ambiguous,
                        };
                    }
                }
            }
        }
        let draft = EventDraft::new("import.match", Outcome::Ok)
            .object(object.def.id)
            .fields([by])
            .count("rows", i64::try_from(texts.len()).unwrap_or(i64::MAX));
        inner.receipt(caller, draft)?.durable().await?;
        Ok(matches)
    }
}
