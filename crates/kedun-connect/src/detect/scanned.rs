//! A text prepared for scanning.

use std::ops::Range;

use crate::coerce::clean_char;

/// The characters of a text, narrowed, with the place of each.
pub(super) struct Scanned {
    chars: Vec<char>,
    offsets: Vec<usize>,
    length: usize,
}

impl Scanned {
    pub fn new(text: &str) -> Self {
        let mut chars = Vec::with_capacity(text.len());
        let mut offsets = Vec::with_capacity(text.len());
        for (offset, c) in text.char_indices() {
            chars.push(clean_char(c));
            offsets.push(offset);
        }
        Scanned { chars, offsets, length: text.len() }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at `index`, or a zero outside the text.
    pub fn at(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or('\0')
    }

    /// The character before `index`, or a zero.
    pub fn before(&self, index: usize) -> char {
        index.checked_sub(1).map_or('\0', |before| self.at(before))
    }

    pub fn slice(&self, range: Range<usize>) -> &[char] {
        self.chars.get(range).unwrap_or_default()
    }

    /// The letters right before `index`, in lower case, at most 12.
    pub fn word_before(&self, index: usize) -> String {
        let start = index.saturating_sub(12);
        let letters: Vec<char> =
            self.slice(start..index).iter().rev().copied().take_while(char::is_ascii_alphabetic).collect();
        letters.iter().rev().map(char::to_ascii_lowercase).collect()
    }

    /// Places of characters as bytes of the text.
    pub fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        let byte = |index: usize| self.offsets.get(index).copied().unwrap_or(self.length);
        byte(range.start)..byte(range.end)
    }
}
