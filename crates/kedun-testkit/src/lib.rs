//! A synthetic company, for `kedun demo`, tests and benchmarks.
//!
//! [`company::Company`] makes units, people, accounts, contacts, leads, opportunities and follow-ups from a
//! seed, one at a time: a company of ten million contacts needs no more memory than one of ten. Numbers
//! pass the checks that real ones pass. [`canaries`] makes strings that must never be found where they
//! do not belong.
//!
//! # Invariant
//!
//! The same seed and size give the same company on every machine, and record `n` does not depend on how
//! many records there are before it have been made. All of it is invented; a name or a
//! number may be somebody's by chance, so nothing made here is ever dialled. Mail goes to `.example`, which
//! no server answers for. This crate knows no other part of Kedun.

mod canary;
pub mod company;
#[cfg(feature = "db")]
pub mod db;
mod draw;
mod numbers;

pub use canary::{Canary, canaries};
pub use numbers::{bank_card, is_credit_code, is_id_card, is_luhn, is_mobile};
