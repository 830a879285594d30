//! The first letters of Chinese names, one byte per character: a tenth of the work of a pinyin search.

use crate::secret::SecretBytes;
use crate::segment::{SEPARATOR, WIPED};
use crate::syllables::Syllables;
use std::ops::Range;

/// Stands for a character whose readings begin with different letters.
pub(crate) const AMBIGUOUS: u8 = 0x01;
/// Stands for a character that is neither ASCII nor Chinese.
pub(crate) const OTHER: u8 = 0x02;
/// The position is kept for every so many rows, the others are counted off from there.
const STRIDE: usize = 64;

/// Per row the initials of its text; empty for a text without a Chinese character.
pub(crate) struct Initials {
    bytes: SecretBytes,
    /// Where the initials of rows 0, 64, 128, … begin.
    marks: Vec<u32>,
    rows: usize,
}

impl Initials {
    pub(crate) fn new() -> Self {
        let mut bytes = SecretBytes::default();
        bytes.push(SEPARATOR);
        Self { bytes, marks: Vec::new(), rows: 0 }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    pub(crate) fn push(&mut self, text: &str) {
        if self.rows.is_multiple_of(STRIDE) {
            // Initials are shorter than the text, whose length fits.
            self.marks.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        }
        self.rows = self.rows.saturating_add(1);
        let syllables = Syllables::get();
        if !text.is_ascii() && text.chars().any(|c| syllables.set_of(u32::from(c), false) != 0) {
            for (place, c) in text.chars().enumerate() {
                self.bytes.push(syllables.initial(c, place == 0));
            }
        }
        self.bytes.push(SEPARATOR);
    }

    /// Returns the row whose initials contain the byte at `at`, and where they end.
    pub(crate) fn row_at(&self, at: usize) -> Option<(usize, usize)> {
        let block = self.marks.partition_point(|&mark| position(mark) <= at).checked_sub(1)?;
        let start = position(*self.marks.get(block)?);
        let before = memchr::memchr_iter(SEPARATOR, self.bytes().get(start..at)?).count();
        let length = memchr::memchr(SEPARATOR, self.bytes().get(at..)?)?;
        Some((block * STRIDE + before, at.saturating_add(length)))
    }

    pub(crate) fn wipe(&mut self, row: usize) {
        if let Some(range) = self.range(row) {
            self.bytes.fill(range, WIPED);
        }
    }

    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink();
        self.marks.shrink_to_fit();
    }

    pub(crate) fn memory(&self) -> usize {
        self.bytes.capacity().saturating_add(self.marks.capacity().saturating_mul(4))
    }

    fn range(&self, row: usize) -> Option<Range<usize>> {
        let mark = position(*self.marks.get(row / STRIDE)?);
        let mut ends = memchr::memchr_iter(SEPARATOR, self.bytes().get(mark..)?).map(|end| mark + end);
        let start = match (row % STRIDE).checked_sub(1) {
            Some(before) => ends.nth(before)?.saturating_add(1),
            None => mark,
        };
        Some(start..ends.next()?)
    }
}

fn position(mark: u32) -> usize {
    usize::try_from(mark).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_position_belongs_to_its_row() {
        let texts = ["王小明", "", "bob", "张三 tom", "单立", "é王"];
        let mut initials = Initials::new();
        (0..300).for_each(|n| initials.push(texts[n % texts.len()]));
        for row in 0..300 {
            let range = initials.range(row).unwrap();
            let expected: &[u8] = [&b"wxm"[..], b"", b"", b"zs tom", b"\x01l", b"\x02w"][row % texts.len()];
            assert_eq!(&initials.bytes()[range.clone()], expected, "{row}");
            for at in range.clone() {
                assert_eq!(initials.row_at(at), Some((row, range.end)));
            }
        }
        initials.wipe(66);
        assert_eq!(&initials.bytes()[initials.range(66).unwrap()], b"\xff\xff\xff");
        assert_eq!(&initials.bytes()[initials.range(69).unwrap()], b"zs tom");
    }
}
