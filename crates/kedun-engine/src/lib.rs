//! The door: the only way in and out for records.
//!
//! A use case names a [`Caller`](kedun_model::Caller) and asks the [`Door`]. The door compiles a
//! grant, builds the query from it, opens the sealed values the grant allows, masks the others,
//! counts and writes the evidence, and releases an answer only when that evidence is durable.
//! Objects and fields are metadata ([`Catalog`]); their records lie in real tables with
//! generated names.
//!
//! **Invariant:** this crate knows no noun of a CRM, no HTTP and no SQL text. No query on a table
//! of records can be built but through a grant (`read::scoped`), save the question whether an id
//! [is a company](Door::is_company); no change is committed without an event, and no plaintext of
//! a sealed field leaves except in a view that a grant allowed.

pub mod access;
mod arena_fill;
mod arenas;
pub mod catalog;
mod deep_check;
mod door;
mod door_secrets;
pub mod evidence;
mod explain;
mod forms;
pub mod migrations;
pub mod read;
mod reveal;
mod seal;
mod search;
mod stats;
#[cfg(feature = "testing")]
pub mod testing;
mod value_format;
mod vault_rows;
pub mod write;

pub use access::{DirectoryEntry, DirectorySource};
pub use arenas::Arenas;
pub use catalog::{Catalog, CatalogObject};
pub use deep_check::DeepReport;
pub use door::{Door, DoorConfig, system_caller};
pub use evidence::{
    AnchorConfig, EventBody, EventDraft, EventPage, EventView, Evidence, EvidenceFilter, EvidenceHead,
    EvidenceState, Looks, QueryShape, VerifyOptions, VerifyReport,
};
pub use explain::{BranchView, ExplanationView, FieldLevelView, GuardView, ObligationView, RoleName};
pub use migrations::migrations;
pub use read::aggregate::{AggregateQuery, AggregateRow, Aggregation, Measure, MeasureOp};
pub use read::at_hand::AtHand;
pub use read::history::{ChangeView, HistoryEntry, HistoryPage};
pub use read::list::{Count, ListPage};
pub use read::related::RelatedGroup;
pub use read::view::{FieldView, MaskReason, Named, RecordView};
pub use search::{MatchedField, SearchGroup, SearchItem};
pub use value_format::{format_date, format_time, parse_date, parse_time, value_to_json};
pub use vault_rows::{OpenVaultError, open_vault};
pub use write::{
    BatchReport, DuplicateHint, ImportBatch, ImportRow, NewRecord, NewShare, OnMatch, Patch, RelationMatch,
    RowMatch, RowOutcome, Rule, ShareView, Source, TitledRecord, UndoProgress, UndoReport,
};
