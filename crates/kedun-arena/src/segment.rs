//! A segment: up to 16,384 rows, one column of contiguous text per field.

use crate::arena::RecordKey;
use crate::initials::Initials;
use crate::kind::TextKind;
use crate::secret::SecretBytes;

/// Stands before the first text of a column and after each; no normal form contains it.
pub(crate) const SEPARATOR: u8 = 0x1F;
/// Overwrites the text of a dead row; occurs in no UTF-8 text.
pub(crate) const WIPED: u8 = 0xFF;
/// A segment with a longer column takes no more rows, so that positions fit `u32`.
const FULL_BYTES: usize = 16 << 20;

/// The texts of one field: separator, text, separator, text, … separator.
pub(crate) struct Column {
    bytes: SecretBytes,
    /// The position of the separator after each row's text.
    ends: Vec<u32>,
    /// For names, what a pinyin search looks at first.
    initials: Option<Initials>,
}

impl Column {
    fn new(name: bool) -> Self {
        let mut bytes = SecretBytes::default();
        bytes.push(SEPARATOR);
        Self { bytes, ends: Vec::new(), initials: name.then(Initials::new) }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    pub(crate) fn initials(&self) -> Option<&Initials> {
        self.initials.as_ref()
    }

    /// Returns where the text of `slot` begins and ends.
    pub(crate) fn range(&self, slot: usize) -> Option<std::ops::Range<usize>> {
        let end = position(*self.ends.get(slot)?);
        let start = match slot.checked_sub(1) {
            Some(before) => position(*self.ends.get(before)?).saturating_add(1),
            None => 1,
        };
        Some(start..end)
    }

    pub(crate) fn text(&self, slot: usize) -> &[u8] {
        self.range(slot).and_then(|range| self.bytes().get(range)).unwrap_or(&[])
    }

    /// Returns the slot whose text contains `at`, which lies in the text of `from` or of a later slot.
    ///
    /// Hits come in ascending order, so the slot is near: doubling steps beat a search of the whole.
    pub(crate) fn slot_at(&self, at: usize, from: usize) -> usize {
        let mut low = from;
        let mut step = 1_usize;
        while self.ends.get(low.saturating_add(step)).is_some_and(|&end| position(end) < at) {
            low = low.saturating_add(step);
            step = step.saturating_mul(2);
        }
        let high = low.saturating_add(step).saturating_add(1).min(self.ends.len());
        let near = self.ends.get(low..high).unwrap_or(&[]);
        low.saturating_add(near.partition_point(|&end| position(end) < at))
    }

    fn push(&mut self, text: &str) {
        if let Some(initials) = &mut self.initials {
            initials.push(text);
        }
        self.bytes.extend(text.as_bytes());
        // A column is closed at 16 MiB and a text has at most 2 MiB.
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        self.bytes.push(SEPARATOR);
    }

    fn wipe(&mut self, slot: usize) {
        if let Some(range) = self.range(slot) {
            self.bytes.fill(range, WIPED);
        }
        if let Some(initials) = &mut self.initials {
            initials.wipe(slot);
        }
    }

    fn shrink(&mut self) {
        self.bytes.shrink();
        self.ends.shrink_to_fit();
        if let Some(initials) = &mut self.initials {
            initials.shrink();
        }
    }

    fn memory(&self) -> usize {
        let initials = self.initials.as_ref().map_or(0, Initials::memory);
        self.bytes.capacity() + self.ends.capacity() * 4 + initials
    }
}

fn position(end: u32) -> usize {
    usize::try_from(end).unwrap_or(usize::MAX)
}

/// Rows in the order of their arrival, dead ones included until the segment is compacted.
pub(crate) struct Segment {
    keys: Vec<RecordKey>,
    live: BitSet,
    dead: usize,
    columns: Vec<Column>,
}

impl Segment {
    /// Makes an empty segment with a column per kind.
    pub(crate) fn new(kinds: &[TextKind]) -> Self {
        Self {
            keys: Vec::new(),
            live: BitSet::default(),
            dead: 0,
            columns: kinds.iter().map(|kind| Column::new(*kind == TextKind::Name)).collect(),
        }
    }

    /// Returns the number of rows, dead ones included.
    pub(crate) fn slots(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn dead(&self) -> usize {
        self.dead
    }

    pub(crate) fn key(&self, slot: usize) -> Option<&RecordKey> {
        self.keys.get(slot)
    }

    pub(crate) fn column(&self, column: usize) -> Option<&Column> {
        self.columns.get(column)
    }

    pub(crate) fn is_live(&self, slot: usize) -> bool {
        self.live.contains(slot)
    }

    pub(crate) fn live_slots(&self) -> impl Iterator<Item = usize> + '_ {
        self.live.iter()
    }

    /// Returns the text of a live row, empty when it has none.
    pub(crate) fn text(&self, slot: usize, column: usize) -> &str {
        self.columns.get(column).and_then(|c| std::str::from_utf8(c.text(slot)).ok()).unwrap_or("")
    }

    pub(crate) fn is_full(&self, slots: usize) -> bool {
        self.keys.len() >= slots || self.columns.iter().any(|c| c.bytes.len() >= FULL_BYTES)
    }

    /// Adds a row whose texts are given by column and returns its slot.
    pub(crate) fn push<'a>(&mut self, key: RecordKey, text: impl Fn(usize) -> &'a str) -> usize {
        let slot = self.keys.len();
        self.keys.push(key);
        self.live.insert(slot);
        for (number, column) in self.columns.iter_mut().enumerate() {
            column.push(text(number));
        }
        slot
    }

    /// Overwrites the row and counts it dead.
    pub(crate) fn kill(&mut self, slot: usize) {
        if !self.live.remove(slot) {
            return;
        }
        self.dead = self.dead.saturating_add(1);
        if let Some(key) = self.keys.get_mut(slot) {
            *key = RecordKey([0; 16]);
        }
        for column in &mut self.columns {
            column.wipe(slot);
        }
    }

    /// Releases room that a segment which takes no more rows does not need.
    pub(crate) fn shrink(&mut self) {
        self.keys.shrink_to_fit();
        self.live.words.shrink_to_fit();
        for column in &mut self.columns {
            column.shrink();
        }
    }

    pub(crate) fn memory(&self) -> usize {
        let columns: usize = self.columns.iter().map(Column::memory).sum();
        let fixed = size_of::<Self>().saturating_add(self.columns.capacity() * size_of::<Column>());
        self.keys.capacity() * size_of::<RecordKey>() + self.live.words.capacity() * 8 + columns + fixed
    }
}

/// A set of small numbers, one bit each.
#[derive(Default)]
pub(crate) struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// Adds `n` and returns whether it was new.
    pub(crate) fn insert(&mut self, n: usize) -> bool {
        let (word, bit) = (n / 64, 1_u64 << (n % 64));
        if word >= self.words.len() {
            self.words.resize(word.saturating_add(1), 0);
        }
        self.words.get_mut(word).is_some_and(|w| {
            let new = *w & bit == 0;
            *w |= bit;
            new
        })
    }

    /// Removes `n` and returns whether it was there.
    pub(crate) fn remove(&mut self, n: usize) -> bool {
        let bit = 1_u64 << (n % 64);
        self.words.get_mut(n / 64).is_some_and(|w| {
            let there = *w & bit != 0;
            *w &= !bit;
            there
        })
    }

    pub(crate) fn contains(&self, n: usize) -> bool {
        self.words.get(n / 64).is_some_and(|w| w & (1_u64 << (n % 64)) != 0)
    }

    pub(crate) fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Returns the members in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(number, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = usize::try_from(left.trailing_zeros()).ok().filter(|&bit| bit < 64)?;
                left &= left.wrapping_sub(1);
                Some(number * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_position_belongs_to_its_row() {
        let texts = ["", "a", "bcd", "", "", "王小明", "x"];
        let mut segment = Segment::new(&[TextKind::Text]);
        for text in texts {
            segment.push(RecordKey([1; 16]), |_| text);
        }
        let column = segment.column(0).unwrap();
        for from in 0..texts.len() {
            for slot in from..texts.len() {
                for at in column.range(slot).unwrap() {
                    assert_eq!(column.slot_at(at, from), slot, "{at} from {from}");
                }
            }
        }
    }

    #[test]
    fn a_dead_row_leaves_no_text() {
        let mut segment = Segment::new(&[TextKind::Name, TextKind::Phone]);
        segment.push(RecordKey([7; 16]), |column| ["secret", "13812345678"][column]);
        segment.push(RecordKey([8; 16]), |column| ["other", "1"][column]);
        segment.kill(0);
        for number in 0..2 {
            let bytes = segment.column(number).unwrap().bytes();
            assert!(
                memchr::memmem::find(bytes, b"s").is_none() && memchr::memmem::find(bytes, b"38").is_none()
            );
        }
        assert_eq!(segment.key(0), Some(&RecordKey([0; 16])));
        assert_eq!(
            (segment.text(1, 0), segment.dead(), segment.live_slots().collect::<Vec<_>>()),
            ("other", 1, vec![1])
        );
    }
}
