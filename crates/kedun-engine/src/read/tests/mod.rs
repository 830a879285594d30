//! Tests of the read path against an oracle in memory, on both engines.

mod cursors;
mod differential;
mod door_only;
mod fixture;
mod listing;
mod masks;
mod oracle;
mod plans;
mod reading;
