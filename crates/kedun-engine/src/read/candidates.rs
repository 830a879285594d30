//! What the arena finds, brought down to what the caller can reach.
//!
//! A fragment of a name is in many records, of which a salesperson sees a few. Looking each of them up to
//! judge it costs the more the larger the company is, and refusing a question because too many match
//! would tell about the records of others. So what is found in memory is first cut down to the rows
//! that the branches of the grant reach, as their indexes tell them. All of this only narrows: the
//! query that reads the rows judges each by the whole grant.

use std::collections::HashSet;
use std::sync::Arc;

use kedun_arena::{Arena, Match, RecordKey, Search};
use kedun_guard::{Branch, Grant};
use kedun_model::{Error, Result};
use uuid::Uuid;

use super::scoped::Scoped;
use crate::catalog::CatalogObject;
use crate::door::Inner;

/// Up to so many records are looked up one by one.
pub(crate) const MAX_LOOKUPS: usize = 2_000;
/// So few are not worth asking what the caller reaches.
const FEW: usize = 64;
/// A caller who reaches more records than this is asked about the records in their order instead.
const MAX_REACH: u64 = 20_000;
/// More records than this are not handed to a statement.
const MAX_HITS: usize = 100_000;

/// A condition that is answered in memory: one of the texts stands in one of the fields.
#[derive(Debug, Clone)]
pub(crate) struct InMemory {
    arena: Arc<Arena>,
    searches: Vec<Search>,
    fields: Vec<u32>,
}

/// The records that meet a condition, as far as it is wise to name them.
pub(crate) enum Candidates {
    Few(Vec<Uuid>),
    /// So many that going through what the caller sees finds a page sooner.
    Many(InMemory),
}

impl InMemory {
    pub fn new(arena: Arc<Arena>, texts: Vec<String>, mode: Match, fields: Vec<u32>) -> Self {
        let searches = texts.into_iter().map(|text| Search { fields: None, text, mode }).collect();
        InMemory { arena, searches, fields }
    }

    /// The records that meet the condition; none where there are more than `limit`.
    fn all(&self, limit: usize) -> Option<HashSet<RecordKey>> {
        let mut found = HashSet::new();
        for search in &self.searches {
            let hits = self.arena.search(search, &self.fields, limit);
            found.extend(hits.ids);
            if hits.truncated || found.len() > limit {
                return None;
            }
        }
        Some(found)
    }

    /// Those of `ids` that meet the condition.
    pub fn among(&self, ids: &HashSet<RecordKey>) -> HashSet<RecordKey> {
        self.searches.iter().flat_map(|s| self.arena.search_among(s, &self.fields, ids)).collect()
    }

    /// The records that meet the condition, to be named in a statement.
    ///
    /// # Errors
    /// `search.too_broad`.
    pub fn named(&self) -> Result<Vec<Uuid>> {
        self.all(MAX_HITS).map(ids).ok_or_else(|| Error::invalid("search.too_broad").arg("max", MAX_HITS))
    }
}

impl Inner {
    /// The records that meet a condition and that the caller may reach.
    pub async fn within_reach(
        self: &Arc<Self>,
        object: &CatalogObject,
        grant: &Grant,
        condition: InMemory,
    ) -> Result<Candidates> {
        self.keep_stats(object);
        let found = condition.all(MAX_LOOKUPS);
        if let Some(found) = &found
            && found.len() <= FEW
        {
            return Ok(Candidates::Few(found.iter().map(uuid).collect()));
        }
        let Some(reach) = self.reached(object, grant).await? else {
            return Ok(found.map_or(Candidates::Many(condition), |found| Candidates::Few(ids(found))));
        };
        let within = match found {
            Some(found) => found.into_iter().filter(|id| reach.contains(id)).collect(),
            None => condition.among(&reach),
        };
        // A page of fifty meets one that matches every (reach / within) rows.
        let looked_up = within.len().saturating_mul(within.len());
        Ok(if within.len() > FEW && looked_up > reach.len().saturating_mul(100) {
            Candidates::Many(condition)
        } else {
            Candidates::Few(ids(within))
        })
    }

    /// The living records that the branches of a grant reach, its guards aside; none where they are
    /// many, or their number is not known yet.
    async fn reached(&self, object: &CatalogObject, grant: &Grant) -> Result<Option<HashSet<RecordKey>>> {
        let branches = &grant.rows().branches;
        let estimate = self.stats.estimate(object.def.id, branches);
        if branches.contains(&Branch::All) || estimate.is_none_or(|(_, reach)| reach > MAX_REACH) {
            return Ok(None);
        }
        // Shares are in no estimate.
        let cap = MAX_REACH * 2;
        let Some(stmt) = Scoped::new(self, object, grant)?.reached(cap + 1) else {
            return Ok(Some(HashSet::new()));
        };
        let rows = self.store.query(&stmt).await?;
        if u64::try_from(rows.len()).map_err(Error::internal)? > cap {
            return Ok(None);
        }
        rows.iter().map(|row| Ok(RecordKey(*row.get_uuid(0)?.as_bytes()))).collect::<Result<_>>().map(Some)
    }
}

fn uuid(key: &RecordKey) -> Uuid {
    Uuid::from_bytes(key.0)
}

fn ids(keys: HashSet<RecordKey>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = keys.iter().map(uuid).collect();
    // Neighbours lie on the same page.
    ids.sort_unstable();
    ids
}
