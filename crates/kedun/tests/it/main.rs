//! Whole-server tests through the interface, on both engines.

mod app;
mod moves;
mod records;
mod sign_in;
mod walker;
