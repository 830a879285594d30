//! Whole-server tests through the interface, on both engines.
#![cfg(test)]

mod app;
mod canary;
mod gates;
mod imports;
mod matrix;
mod moves;
mod oracle;
mod partners;
mod records;
mod repeated;
mod roles;
mod sign_in;
mod tamper;
mod walker;
