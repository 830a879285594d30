//! Tests of the engine on both databases.

mod evidence_anchor;
mod evidence_log;
mod evidence_support;
mod evidence_tamper;
