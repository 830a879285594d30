//! Scanning the columns.

use crate::arena::RecordKey;
use crate::kind::TextKind;
use crate::normalise::query_form;
use crate::pinyin_query::PinyinQuery;
use crate::rows::Rows;
use crate::search::{Hits, Match};
use crate::segment::{BitSet, Column, SEPARATOR, Segment};
use memchr::memmem::Finder;

/// A search compiled for one column.
pub(crate) struct ColumnScan {
    column: usize,
    needles: Vec<Needle>,
    pinyin: Option<PinyinQuery>,
}

struct Needle {
    finder: Finder<'static>,
    /// The separators before the text in the needle: the text begins so much after the hit.
    lead: usize,
}

impl Needle {
    fn new(text: &str, mode: Match) -> Self {
        let mut bytes = Vec::with_capacity(text.len().saturating_add(2));
        if matches!(mode, Match::Prefix | Match::Exact) {
            bytes.push(SEPARATOR);
        }
        let lead = bytes.len();
        bytes.extend_from_slice(text.as_bytes());
        if matches!(mode, Match::Suffix | Match::Exact) {
            bytes.push(SEPARATOR);
        }
        Self { finder: Finder::new(&bytes).into_owned(), lead }
    }

    /// Calls `hit` with each slot that contains the needle, once and ascending, until it returns false.
    fn scan(&self, column: &Column, mut hit: impl FnMut(usize) -> bool) {
        let bytes = column.bytes();
        let mut from = 0;
        let mut slot = 0;
        while let Some(found) = bytes.get(from..).and_then(|rest| self.finder.find(rest)) {
            let at = from.saturating_add(found).saturating_add(self.lead);
            slot = column.slot_at(at, slot);
            if !hit(slot) {
                return;
            }
            // The next hit may begin with the separator that ends this text.
            let Some(range) = column.range(slot) else { return };
            from = range.end;
        }
    }
}

impl ColumnScan {
    /// Compiles the search for a text as it was typed, or returns `None` when the column cannot contain it.
    pub(crate) fn new(column: usize, kind: TextKind, text: &str, mode: Match) -> Option<Self> {
        let text = query_form(kind, text)?;
        let mut needles = vec![Needle::new(&text, mode)];
        let mut pinyin = None;
        if kind == TextKind::Name && mode != Match::Exact {
            if text.contains(' ') {
                needles.push(Needle::new(&text.replace(' ', ""), mode));
            }
            pinyin = PinyinQuery::new(&text, mode);
        }
        Some(Self { column, needles, pinyin })
    }

    fn scan(&self, segment: &Segment, mut hit: impl FnMut(usize) -> bool) {
        let Some(column) = segment.column(self.column) else { return };
        for needle in &self.needles {
            needle.scan(column, &mut hit);
        }
        if let Some(pinyin) = &self.pinyin {
            pinyin.scan(column, hit);
        }
    }
}

/// Returns the records that match one of the scans and are wanted, at most `limit`.
pub(crate) fn run(
    rows: &Rows,
    scans: &[ColumnScan],
    limit: usize,
    wanted: impl Fn(&RecordKey) -> bool,
) -> Hits {
    let mut hits = Hits::default();
    let mut found = BitSet::default();
    for segment in rows.segments() {
        found.clear();
        let room = limit.saturating_sub(hits.ids.len());
        let mut count = 0_usize;
        for scan in scans {
            scan.scan(segment, |slot| {
                if segment.is_live(slot) && segment.key(slot).is_some_and(&wanted) && found.insert(slot) {
                    count = count.saturating_add(1);
                }
                count <= room
            });
            if count > room {
                break;
            }
        }
        hits.ids.extend(found.iter().filter_map(|slot| segment.key(slot)).take(room));
        if count > room {
            hits.truncated = true;
            break;
        }
    }
    hits
}

/// Returns all records whose text in a column is exactly `text`, which is normalised.
pub(crate) fn exact(rows: &Rows, column: usize, text: &str) -> Vec<RecordKey> {
    let needles = vec![Needle::new(text, Match::Exact)];
    run(rows, &[ColumnScan { column, needles, pinyin: None }], usize::MAX, |_| true).ids
}
