//! Who may do what, with which records, seeing which fields.
//!
//! The whole organisation (people, units, reporting lines, teams, permission
//! sets, assignments, guards) is a [`Directory`], built from plain rows and
//! never changed. [`Directory::compile`] turns a caller, an object and an
//! action into a [`Grant`]: the rows as a small algebra that the engine renders
//! to SQL ([`RowFilter`]), the level of each field, and what must be done first.
//! The same grant answers the point question [`Grant::allows`], and
//! [`Directory::explain`] says why.
//!
//! The rule is `allow = active AND granted AND (OR of branches) AND NOT (OR of
//! guards)`. Nothing is allowed by default. A branch that cannot be resolved is
//! false; a guard that cannot be resolved, or that meets a NULL, denies. There
//! is no administrator who passes by.
//!
//! **Invariant:** this crate does no I/O, knows no SQL and reads no clock; the
//! moment is an argument. A [`Grant`] can be made only here. No value of a
//! business field ever enters: decisions are made from ids, classes and flags.

mod branch;
#[cfg(test)]
mod branch_tests;
mod change;
mod closure;
mod compile;
mod directory;
mod effective;
mod error;
mod explain;
mod expr;
mod facts;
mod fold;
mod grant;
mod levels;
mod obligation;
mod pred;
mod rows;
mod scope_fact;
pub mod seed;
#[cfg(feature = "testing")]
pub mod testing;

pub use branch::{Branch, RowFilter};
pub use compile::Plan;
pub use directory::Directory;
pub use effective::{Effective, Held, Via};
pub use error::{Denied, GuardError};
pub use explain::{BranchExplained, Explanation, Fact, FieldExplained, GuardExplained};
pub use expr::{Column, ContextAttr, Expr, Literal, Operand};
pub use facts::{GranteeKind, RecordFacts, ShareFact, ShareLevel};
pub use grant::Grant;
pub use levels::FieldLevels;
pub use obligation::{Discharged, Obligation, REVEAL_FACTOR_AGE_US};
pub use pred::{CompareOp, Pred};
pub use rows::{
    Assignee, AssignmentRow, DirectoryRows, FieldTarget, GuardEffect, GuardRow, OfficerGroup,
    PermCapabilityRow, PermFieldRow, PermObjectRow, PermSetRow, PrincipalRow, Status, TeamMemberRow, UnitRow,
};
