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
mod sign_in;
mod repeated;
mod roles;
mod tamper;
mod walker;
