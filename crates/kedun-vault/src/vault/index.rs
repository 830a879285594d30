//! Blind indexes: keyed hashes by which an equal value is found without opening any.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::hmac;
use parking_lot::RwLock;

use super::Vault;
use crate::framing::Framed;
use crate::ids::OrgId;
use crate::kdf;
use crate::key_bytes::KeyBytes;

/// Derived keys are kept up to this many; beyond it the map starts anew.
const MAX_KEPT: usize = 4096;

/// Organisation, object, field, generation, and whether the token is exact.
type Place = (OrgId, u32, u32, u32, bool);

/// The keys of one place by index name; a field has few indexes.
type Named = Vec<(Box<str>, Arc<hmac::Key>)>;

/// The index root and the keys derived from it so far.
pub(super) struct IndexKeys {
    root: KeyBytes,
    kept: RwLock<HashMap<Place, Named>>,
}

impl Vault {
    /// A token of `bits` bits (1 to 32; more count as 32) for a value in canonical form.
    ///
    /// Short tokens collide on purpose: the caller opens the candidates and
    /// compares. Equal values give equal tokens only within one organisation,
    /// object, field, index name and generation.
    #[expect(clippy::too_many_arguments, reason = "each one separates the key space of an index")]
    pub fn blind_index(
        &self,
        org: OrgId,
        object: u32,
        field: u32,
        index_name: &str,
        generation: u32,
        canonical: &[u8],
        bits: u8,
    ) -> u32 {
        let tag = self.index.token((org, object, field, generation, false), index_name, canonical);
        let word = tag.first_chunk::<4>().copied().map_or(0, u32::from_be_bytes);
        match bits {
            0 => 0,
            1..=31 => word >> (32 - u32::from(bits)),
            _ => word,
        }
    }

    /// A 128-bit token for uniqueness, where the planner accepts that equal values show as equal.
    pub fn exact_index(
        &self,
        org: OrgId,
        object: u32,
        field: u32,
        index_name: &str,
        generation: u32,
        canonical: &[u8],
    ) -> [u8; 16] {
        let tag = self.index.token((org, object, field, generation, true), index_name, canonical);
        tag.first_chunk::<16>().copied().unwrap_or_default()
    }
}

impl IndexKeys {
    pub(super) fn new(index_root: &[u8]) -> Self {
        let info = Framed::new("kedun/index-root/v1").into_bytes();
        Self { root: kdf::derive(index_root, &info), kept: RwLock::new(HashMap::new()) }
    }

    fn token(&self, place: Place, name: &str, canonical: &[u8]) -> [u8; 32] {
        kdf::tag32(&hmac::sign(&self.key(place, name), canonical))
    }

    fn key(&self, place: Place, name: &str) -> Arc<hmac::Key> {
        if let Some(key) = self.kept.read().get(&place).and_then(|named| find(named, name)) {
            return key;
        }
        let (org, object, field, generation, exact) = place;
        let label = if exact { "kedun/exact-index/v1" } else { "kedun/blind-index/v1" };
        let info = Framed::new(label)
            .i64(org.0)
            .u32(object)
            .u32(field)
            .part(name.as_bytes())
            .u32(generation)
            .into_bytes();
        let raw = kdf::derive(self.root.as_bytes(), &info);
        let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, raw.as_bytes()));
        let mut kept = self.kept.write();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        let named = kept.entry(place).or_default();
        if find(named, name).is_none() {
            named.push((name.into(), Arc::clone(&key)));
        }
        key
    }
}

fn find(named: &[(Box<str>, Arc<hmac::Key>)], name: &str) -> Option<Arc<hmac::Key>> {
    named.iter().find(|(known, _)| known.as_ref() == name).map(|(_, key)| Arc::clone(key))
}
