//! Wiring: configuration, the order in which the parts are opened, the commands.
//!
//! **Invariant:** no rule of the product lives here; a test that starts a whole
//! server starts it through [`boot`].

pub mod boot;
pub mod commands;
pub mod config;
pub mod demo;
pub mod outside;
pub mod say;
