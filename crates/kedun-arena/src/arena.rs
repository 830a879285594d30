//! The arena itself.

use crate::kind::{FieldSpec, TextKind};
use crate::normalise::{canonical, normalise};
use crate::order;
use crate::rows::{Rows, SEGMENT_SLOTS};
use crate::scan::{self, ColumnScan};
use crate::search::{Hits, Search};
use parking_lot::RwLock;
use std::collections::HashSet;
use std::fmt;
use std::hash::BuildHasher;
use zeroize::Zeroizing;

/// Rows written while readers wait.
const BATCH: usize = 1024;

/// The id of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(pub [u8; 16]);

impl From<[u8; 16]> for RecordKey {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The searchable texts of one object of one organisation, in memory only.
///
/// Readers run concurrently; a writer makes them wait for at most 1,024 rows.
pub struct Arena {
    fields: Vec<FieldSpec>,
    state: RwLock<State>,
}

struct State {
    rows: Rows,
    ready: bool,
    /// What has been written or removed since the arena began to fill, which the fill must not undo.
    written: HashSet<(RecordKey, usize)>,
    removed: HashSet<RecordKey>,
}

/// A record's id and the texts it gets, normalised.
type Row = (RecordKey, Vec<(usize, Zeroizing<String>)>);

impl Arena {
    /// Makes an empty arena for the given fields; it is not ready until [`Arena::set_ready`] says so.
    #[must_use]
    pub fn new(fields: Vec<FieldSpec>) -> Self {
        Self::with_segment_slots(fields, SEGMENT_SLOTS)
    }

    pub(crate) fn with_segment_slots(fields: Vec<FieldSpec>, slots: usize) -> Self {
        let rows = Rows::new(fields.iter().map(|spec| spec.kind).collect(), slots);
        let state = State { rows, ready: false, written: HashSet::new(), removed: HashSet::new() };
        Self { fields, state: RwLock::new(state) }
    }

    /// Returns the fields it was made for.
    #[must_use]
    pub fn fields(&self) -> &[FieldSpec] {
        &self.fields
    }

    /// Adds a record or changes the fields named; `None` empties a field, unknown fields are ignored.
    pub fn upsert(&self, id: RecordKey, fields: &[(u32, Option<&str>)]) {
        let row = self.row(id, fields);
        self.state.write().write(&row);
    }

    /// Does the same for many records, letting readers in between.
    pub fn upsert_batch<'a, F>(&self, rows: impl IntoIterator<Item = (RecordKey, F)>)
    where
        F: AsRef<[(u32, Option<&'a str>)]>,
    {
        self.in_batches(rows, State::write);
    }

    /// Adds records read from storage while changes keep coming in.
    ///
    /// What [`Arena::upsert`] or [`Arena::remove`] has done since the arena was made or cleared is newer
    /// and stays. Once the arena is ready this does nothing.
    pub fn fill_batch<'a, F>(&self, rows: impl IntoIterator<Item = (RecordKey, F)>)
    where
        F: AsRef<[(u32, Option<&'a str>)]>,
    {
        self.in_batches(rows, State::fill);
    }

    /// Removes a record and overwrites its texts at once.
    pub fn remove(&self, id: RecordKey) {
        let mut state = self.state.write();
        state.rows.remove(id);
        if !state.ready {
            state.removed.insert(id);
        }
    }

    /// Removes all records; the arena is not ready afterwards.
    pub fn clear(&self) {
        let mut state = self.state.write();
        state.rows = Rows::new(self.fields.iter().map(|spec| spec.kind).collect(), SEGMENT_SLOTS);
        state.ready = false;
        state.forget_changes();
    }

    /// Returns the number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.state.read().rows.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the bytes allocated for texts, ids and the index.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.state.read().rows.memory()
    }

    /// Whether it holds all records, so that finding nothing means there is nothing.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.state.read().ready
    }

    /// Says that all records have been filled in, or that they have to be filled in again.
    pub fn set_ready(&self, ready: bool) {
        let mut state = self.state.write();
        state.ready = ready;
        state.forget_changes();
    }

    /// Returns the records with the text in one of the fields asked for that is also allowed.
    ///
    /// `allowed` are the fields the asker may search in: a field outside of it is never looked at,
    /// because an answer would tell its content. Text without a letter or digit finds nothing.
    #[must_use]
    pub fn search(&self, search: &Search, allowed: &[u32], limit: usize) -> Hits {
        let scans = self.scans(search, allowed);
        scan::run(&self.state.read().rows, &scans, limit, |_| true)
    }

    /// Returns those of `among` that [`Arena::search`] would find, in no meaningful order.
    #[must_use]
    pub fn search_among<S: BuildHasher>(
        &self,
        search: &Search,
        allowed: &[u32],
        among: &HashSet<RecordKey, S>,
    ) -> Vec<RecordKey> {
        let scans = self.scans(search, allowed);
        scan::run(&self.state.read().rows, &scans, usize::MAX, |key| among.contains(key)).ids
    }

    fn scans(&self, search: &Search, allowed: &[u32]) -> Vec<ColumnScan> {
        let asked = |field: u32| search.fields.as_ref().is_none_or(|fields| fields.contains(&field));
        self.fields
            .iter()
            .enumerate()
            .filter(|(_, spec)| allowed.contains(&spec.field) && asked(spec.field))
            .filter_map(|(column, spec)| ColumnScan::new(column, spec.kind, &search.text, search.mode))
            .collect()
    }

    /// Returns `ids` ordered by the normalised text of a field, those without a text last.
    ///
    /// Chinese is ordered by its pinyin, syllable by syllable; equal texts are ordered by id. With a
    /// field the arena does not hold, the order stays as it is.
    #[must_use]
    pub fn sorted(&self, field: u32, ids: &[RecordKey], descending: bool) -> Vec<RecordKey> {
        match self.column(field) {
            Some((column, kind)) => order::sorted(&self.state.read().rows, column, kind, ids, descending),
            None => ids.to_vec(),
        }
    }

    /// Returns the records whose field has the same canonical text.
    #[must_use]
    pub fn duplicates(&self, field: u32, text: &str) -> Vec<RecordKey> {
        let Some((column, kind)) = self.column(field) else { return Vec::new() };
        let text = Zeroizing::new(canonical(kind, text));
        if text.is_empty() {
            return Vec::new();
        }
        scan::exact(&self.state.read().rows, column, &text)
    }

    fn column(&self, field: u32) -> Option<(usize, TextKind)> {
        self.fields.iter().enumerate().find(|(_, s)| s.field == field).map(|(column, s)| (column, s.kind))
    }

    fn row(&self, id: RecordKey, fields: &[(u32, Option<&str>)]) -> Row {
        let texts = fields.iter().filter_map(|(field, text)| {
            let (column, kind) = self.column(*field)?;
            Some((column, Zeroizing::new(text.map_or_else(String::new, |text| normalise(kind, text)))))
        });
        (id, texts.collect())
    }

    fn in_batches<'a, F>(&self, rows: impl IntoIterator<Item = (RecordKey, F)>, write: fn(&mut State, &Row))
    where
        F: AsRef<[(u32, Option<&'a str>)]>,
    {
        let mut rows = rows.into_iter().map(|(id, fields)| self.row(id, fields.as_ref()));
        let mut batch: Vec<Row> = Vec::with_capacity(BATCH);
        loop {
            // Normalising is done before the lock is taken.
            batch.extend(rows.by_ref().take(BATCH));
            if batch.is_empty() {
                return;
            }
            let mut state = self.state.write();
            batch.drain(..).for_each(|row| write(&mut state, &row));
        }
    }
}

impl State {
    fn write(&mut self, (id, texts): &Row) {
        self.rows.put(*id, texts);
        if !self.ready {
            self.written.extend(texts.iter().map(|(column, _)| (*id, *column)));
        }
    }

    fn fill(&mut self, (id, texts): &Row) {
        if self.ready || self.removed.contains(id) {
            return;
        }
        let untouched = texts.iter().filter(|(column, _)| !self.written.contains(&(*id, *column)));
        let texts: Vec<_> = untouched.cloned().collect();
        self.rows.put(*id, &texts);
    }

    fn forget_changes(&mut self) {
        self.written = HashSet::new();
        self.removed = HashSet::new();
    }
}

impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.read();
        f.debug_struct("Arena")
            .field("fields", &self.fields.len())
            .field("records", &state.rows.len())
            .field("memory_bytes", &state.rows.memory())
            .field("ready", &state.ready)
            .finish()
    }
}
