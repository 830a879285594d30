//! Tests of the engine on both databases.

#[cfg(test)]
mod evidence_anchor;
#[cfg(test)]
mod evidence_log;
#[cfg(test)]
mod evidence_support;
#[cfg(test)]
mod evidence_tamper;
