//! Whole-server tests through the interface, on both engines.

mod app;
mod moves;
mod sign_in;
