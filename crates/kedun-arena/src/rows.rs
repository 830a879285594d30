//! The rows of an arena: segments, and where each record is.

use crate::arena::RecordKey;
use crate::kind::TextKind;
use crate::segment::Segment;
use hashbrown::HashTable;
use std::hash::{BuildHasher, RandomState};
use zeroize::Zeroizing;

/// Rows per segment; also how far the segment's number stands to the left in a location.
pub(crate) const SEGMENT_SLOTS: usize = 1 << 14;
/// The index is split so that one growth step moves a small part of it while readers wait.
const SHARDS: usize = 64;
/// Fewer dead rows than this are not worth a compaction.
const FEW_DEAD: usize = 16;

/// The normalised texts of a change: column and text, empty when the field has been emptied.
pub(crate) type Patch = [(usize, Zeroizing<String>)];

/// A segment's number times 16,384 plus the slot in it.
type Location = u32;

pub(crate) struct Rows {
    kinds: Vec<TextKind>,
    slots_per_segment: usize,
    segments: Vec<Segment>,
    /// The segment that takes new rows.
    tail: usize,
    /// Numbers of segments that have been emptied.
    free: Vec<usize>,
    hasher: RandomState,
    shards: Vec<HashTable<Location>>,
    len: usize,
}

impl Rows {
    pub(crate) fn new(kinds: Vec<TextKind>, slots_per_segment: usize) -> Self {
        Self {
            slots_per_segment: slots_per_segment.clamp(1, SEGMENT_SLOTS),
            segments: vec![Segment::new(&kinds)],
            kinds,
            tail: 0,
            free: Vec::new(),
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| HashTable::new()).collect(),
            len: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(crate) fn memory(&self) -> usize {
        let index: usize = self.shards.iter().map(HashTable::allocation_size).sum();
        self.segments.iter().map(Segment::memory).sum::<usize>()
            + index
            + SHARDS * size_of::<HashTable<Location>>()
    }

    /// Returns the segment and the slot of a record.
    pub(crate) fn find(&self, id: RecordKey) -> Option<(&Segment, usize)> {
        let (segment, slot) = split(self.location(id)?);
        Some((self.segments.get(segment)?, slot))
    }

    /// Adds the record or changes the columns named in `patch`.
    pub(crate) fn put(&mut self, id: RecordKey, patch: &Patch) {
        let changed =
            |column: usize| patch.iter().rev().find(|(c, _)| *c == column).map(|(_, text)| text.as_str());
        let Some(old) = self.location(id) else {
            let location = self.append(id, |column| changed(column).unwrap_or(""));
            self.insert(id, location);
            self.len = self.len.saturating_add(1);
            return;
        };
        let (number, slot) = split(old);
        let Some(segment) = self.segments.get(number) else { return };
        if patch.iter().all(|(c, _)| changed(*c).is_none_or(|text| segment.text(slot, *c) == text)) {
            return;
        }
        let row: Vec<Zeroizing<String>> = (0..self.kinds.len())
            .map(|c| Zeroizing::new(changed(c).unwrap_or_else(|| segment.text(slot, c)).to_owned()))
            .collect();
        if let Some(segment) = self.segments.get_mut(number) {
            segment.kill(slot);
        }
        let new = self.append(id, |column| row.get(column).map_or("", |text| text.as_str()));
        self.relocate(id, old, new);
        self.compact_if_worthwhile(number);
    }

    /// Removes the record, overwriting its texts, and returns whether it was there.
    pub(crate) fn remove(&mut self, id: RecordKey) -> bool {
        let Some(location) = self.location(id) else { return false };
        let hash = self.hasher.hash_one(id);
        if let Some(shard) = self.shards.get_mut(shard_of(hash))
            && let Ok(entry) = shard.find_entry(hash, |&l| l == location)
        {
            entry.remove();
        }
        let (number, slot) = split(location);
        if let Some(segment) = self.segments.get_mut(number) {
            segment.kill(slot);
        }
        self.len = self.len.saturating_sub(1);
        self.compact_if_worthwhile(number);
        true
    }

    fn location(&self, id: RecordKey) -> Option<Location> {
        let hash = self.hasher.hash_one(id);
        self.shards.get(shard_of(hash))?.find(hash, |&l| key_at(&self.segments, l) == Some(&id)).copied()
    }

    fn insert(&mut self, id: RecordKey, location: Location) {
        let hash = self.hasher.hash_one(id);
        if let Some(shard) = self.shards.get_mut(shard_of(hash)) {
            shard.insert_unique(hash, location, |&l| {
                key_at(&self.segments, l).map_or(0, |key| self.hasher.hash_one(key))
            });
        }
    }

    fn relocate(&mut self, id: RecordKey, old: Location, new: Location) {
        let hash = self.hasher.hash_one(id);
        if let Some(found) = self.shards.get_mut(shard_of(hash)).and_then(|s| s.find_mut(hash, |&l| l == old))
        {
            *found = new;
        }
    }

    fn append<'a>(&mut self, id: RecordKey, text: impl Fn(usize) -> &'a str) -> Location {
        if self.segments.get(self.tail).is_none_or(|s| s.is_full(self.slots_per_segment)) {
            if let Some(full) = self.segments.get_mut(self.tail) {
                full.shrink();
            }
            self.tail = self.free.pop().unwrap_or_else(|| {
                self.segments.push(Segment::new(&self.kinds));
                self.segments.len().saturating_sub(1)
            });
        }
        let slot = self.segments.get_mut(self.tail).map_or(0, |segment| segment.push(id, text));
        join(self.tail, slot)
    }

    /// Rewrites a segment of which more than a quarter is dead; one that is half empty joins the tail.
    fn compact_if_worthwhile(&mut self, number: usize) {
        let Some(segment) = self.segments.get_mut(number) else { return };
        if segment.dead() < FEW_DEAD || segment.dead().saturating_mul(4) <= segment.slots() {
            return;
        }
        let old = std::mem::replace(segment, Segment::new(&self.kinds));
        let few = old.slots().saturating_sub(old.dead()).saturating_mul(2) <= self.slots_per_segment;
        let joins_tail = few && number != self.tail;
        for slot in old.live_slots() {
            let Some(&id) = old.key(slot) else { continue };
            let new = if joins_tail {
                self.append(id, |column| old.text(slot, column))
            } else {
                let fresh = self.segments.get_mut(number);
                join(number, fresh.map_or(0, |s| s.push(id, |column| old.text(slot, column))))
            };
            self.relocate(id, join(number, slot), new);
        }
        if joins_tail {
            self.free.push(number);
        } else if number != self.tail
            && let Some(segment) = self.segments.get_mut(number)
        {
            segment.shrink();
        }
    }
}

fn key_at(segments: &[Segment], location: Location) -> Option<&RecordKey> {
    let (segment, slot) = split(location);
    segments.get(segment)?.key(slot)
}

fn split(location: Location) -> (usize, usize) {
    let location = usize::try_from(location).unwrap_or(usize::MAX);
    (location / SEGMENT_SLOTS, location % SEGMENT_SLOTS)
}

fn join(segment: usize, slot: usize) -> Location {
    // Four billion rows do not fit a machine's memory long before they do not fit here.
    u32::try_from(segment.saturating_mul(SEGMENT_SLOTS).saturating_add(slot)).unwrap_or(u32::MAX)
}

// The table takes its bucket from the low bits and its tag from the highest seven.
fn shard_of(hash: u64) -> usize {
    usize::try_from((hash >> 40) % 64).unwrap_or(0)
}
