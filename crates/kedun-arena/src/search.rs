//! What is asked of an arena and what it answers.

use crate::arena::RecordKey;
use std::fmt;

/// Where in a field's text the searched text must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    /// Anywhere.
    Contains,
    /// At the beginning.
    Prefix,
    /// At the end, as the last four digits of a telephone number.
    Suffix,
    /// The whole text; pinyin does not count.
    Exact,
}

/// A search over one arena.
#[derive(Clone, PartialEq, Eq)]
pub struct Search {
    /// The fields to look in; `None` looks in all the caller allows.
    pub fields: Option<Vec<u32>>,
    /// What to look for, as it was typed; each field normalises it by its kind.
    pub text: String,
    /// Where it must stand.
    pub mode: Match,
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("fields", &self.fields)
            .field("text_bytes", &self.text.len())
            .field("mode", &self.mode)
            .finish()
    }
}

/// The records found: candidates, in no meaningful order, each once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The ids, at most as many as the limit.
    pub ids: Vec<RecordKey>,
    /// Whether there are more than the limit.
    pub truncated: bool,
}

impl fmt::Debug for Hits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hits").field("ids", &self.ids.len()).field("truncated", &self.truncated).finish()
    }
}
