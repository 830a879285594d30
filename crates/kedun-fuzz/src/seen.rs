//! What a run of a target met, as a number: inputs that meet something new are worth keeping.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The outcomes of one run, in order. It stands in for coverage where nothing is instrumented.
#[derive(Debug, Clone, Default)]
pub struct Seen(DefaultHasher);

impl Seen {
    /// Notes a word, such as the code of an error.
    pub fn note(&mut self, what: impl Hash) {
        what.hash(&mut self.0);
    }

    /// Notes the magnitude of a count.
    pub fn size(&mut self, count: usize) {
        count.checked_ilog2().hash(&mut self.0);
    }

    /// The number of what was met.
    pub fn number(&self) -> u64 {
        self.0.finish()
    }
}
