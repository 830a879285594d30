//! The targets, one parser or family of parsers each.

mod books;
pub mod bundle;
pub mod cells;
pub mod csv;
pub mod cursor;
pub mod envelope;
pub mod filter;
pub mod headers;
pub mod keyfile;
mod ledger_log;
pub mod notes;
mod office;
mod sheets;
mod sql;
mod vault;
pub mod xlsx;

use crate::Seen;
use crate::mutate::Shape;

pub use ledger_log::{pack, unpack};

/// A parser under attack.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    /// Hands bytes to the parser and asserts what must hold; panics when it does not.
    pub run: fn(&[u8]) -> Seen,
    /// How inputs are built, so that changes get past the first check.
    pub shape: Shape,
    /// Pieces of the format.
    pub words: &'static [&'static str],
    /// Executions of the short run.
    pub short: u64,
    /// Different things that the short run meets at least: inputs that all end at the same check prove nothing.
    pub meets: usize,
    /// The longest input that changes make, in bytes.
    pub longest: usize,
}

/// All targets.
pub const ALL: &[Target] = &[
    csv::TARGET,
    xlsx::TARGET,
    cells::TARGET,
    filter::TARGET,
    cursor::TARGET,
    envelope::TARGET,
    notes::TARGET,
    bundle::TARGET,
    headers::TARGET,
    keyfile::TARGET,
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

#[cfg(test)]
mod tests;
