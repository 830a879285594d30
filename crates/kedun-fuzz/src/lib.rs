//! Hostile input for every parser that meets strangers.
//!
//! A [`Target`] takes any bytes, hands them to a parser of the product and asserts what must hold of the
//! outcome: that what is written is read back, that nothing forged is believed, that output is bounded by
//! input. It panics when that does not hold. [`drive`] feeds a target with its [`seeds`] and with changes of them that
//! know the format ([`mutate`]); `fuzz/` feeds the same targets from libFuzzer.
//!
//! # Invariant
//!
//! A target is a function of its bytes: it reads no clock, no network and no state that an earlier input left,
//! so that a failing input fails again. No expectation of a target is computed by the parser it judges.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a target fails by panicking"
)]

pub mod drive;
pub mod mutate;
mod random;
pub mod seeds;
mod seen;
pub mod targets;

pub use random::Random;
pub use seen::Seen;
pub use targets::{ALL, Target, target};
