//! The transient search arena: what makes sealed fields searchable without writing anything searchable to disk.
//!
//! An [`Arena`] holds, for one object of one organisation, the normalised plaintext of the fields
//! people search by. Each field is a column of contiguous bytes with a separator between the records,
//! so that a search is one SIMD substring scan. A name is also found by its pinyin, its initials or any
//! mixture of both: the initials are kept, one byte per character, and the rest is computed for the few
//! names whose initials fit. Rows live in segments of 16,384;
//! a changed row is written to the newest segment and its old text is overwritten at once; a segment
//! with more than a quarter of dead rows is compacted.
//!
//! # Invariant
//!
//! The arena is memory and nothing else: it opens no file and no socket, knows no key, no user and no
//! grant, and its `Debug` shows counts. It knows a record as sixteen bytes and a field as a number. What
//! it finds are *candidates*: the caller names the fields the asker may search in, and filters the ids by
//! the asker's grant before anything is shown. Plaintext buffers are zeroed before they are released.

mod arena;
mod initials;
mod kind;
mod normalise;
mod order;
mod pinyin_query;
mod rows;
mod scan;
mod search;
mod secret;
mod segment;
mod syllables;

#[cfg(test)]
mod oracle_tests;

pub use arena::{Arena, RecordKey};
pub use kind::{FieldSpec, TextKind};
pub use normalise::{canonical, normalise};
pub use search::{Hits, Match, Search};
