//! The read path: a grant becomes a query, rows become views, and an answer waits for its evidence.

pub mod aggregate;
pub(crate) mod arms;
pub mod at_hand;
pub(crate) mod candidates;
pub(crate) mod cursor;
pub(crate) mod fields;
pub(crate) mod filter;
mod get;
pub mod history;
pub(crate) mod last_changed;
pub mod list;
pub(crate) mod names;
pub(crate) mod operand;
pub(crate) mod point;
pub(crate) mod receipt;
pub mod related;
pub(crate) mod row;
pub(crate) mod scoped;
pub(crate) mod sealed_filter;
pub(crate) mod shape;
pub(crate) mod shares;
pub(crate) mod sort;
pub mod view;
pub(crate) mod walk;

#[cfg(test)]
mod tests;

pub(crate) use cursor::CURSOR_SECRET;
