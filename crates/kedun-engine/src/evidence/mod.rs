//! The evidence log: events are prepared here, with a sealed body, and committed with the change
//! or before the answer they speak of. The log is signed, anchored outside, searched, verified
//! and exported here.

pub mod anchors;
mod body;
mod checkpoint;
mod clock_watch;
mod export;
mod finding;
mod looks;
mod migrations;
mod notes;
mod open;
mod prepare;
mod proof;
mod read;
mod rights;
mod run;
mod scan;
mod secrets;
mod signing_keys;
mod start_check;
mod verify;

pub use anchors::{Anchor, AnchorConfig, AnchorError, AnchorStatus, AnchoredHead};
pub use body::{EventBody, QueryShape, WITHHELD};
pub use export::{ExportSummary, Folder, PUBLIC_KEY};
pub use finding::{Finding, FoundBy};
pub use looks::{Look, Looks};
pub(crate) use migrations::migration;
pub use prepare::{EventDraft, Evidence};
pub use proof::{CheckpointView, EventProof, EvidenceHead};
pub use read::{EventPage, EventView, EvidenceFilter};
pub use run::EvidenceTasks;
pub use start_check::EvidenceState;
pub use verify::{Bodies, VerifyOptions, VerifyReport};
