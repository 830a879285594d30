//! Tests of the engine on both databases.

#[cfg(test)]
mod dba;
#[cfg(test)]
mod evidence_anchor;
#[cfg(test)]
mod evidence_canary;
#[cfg(test)]
mod evidence_log;
#[cfg(test)]
mod evidence_support;
#[cfg(test)]
mod evidence_tamper;
#[cfg(test)]
mod office;
#[cfg(test)]
mod records_broad;
#[cfg(test)]
mod records_find;
#[cfg(test)]
mod records_import;
#[cfg(test)]
mod records_partner;
#[cfg(test)]
mod records_sealed;
#[cfg(test)]
mod records_write;
