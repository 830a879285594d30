//! The write path: every use case becomes a changeset with its event, bound to the access epoch
//! under which it was decided, and to the version of the record it was decided on.

mod check;
mod columns;
mod create;
mod delete;
mod duplicates;
mod equal;
mod history;
mod import;
mod maintenance;
mod numbers;
mod owned;
pub(crate) mod parse;
mod partner;
mod restore;
mod rules;
mod share;
mod subject;
mod tables;
mod update;

use std::sync::OnceLock;

use kedun_model::{Error, ErrorKind, PersonId, RecordId, Result, TeamId, UnitId};
use kedun_store::{CommitError, Once};
use serde_json::{Map, Value as Json};

use crate::arenas::Texts;
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};

pub use duplicates::{DuplicateHint, TitledRecord};
pub use history::{OWNER_CHANGE, PARTNER_CHANGE, TEAM_CHANGE, UNIT_CHANGE};
pub use import::{
    BatchReport, ImportBatch, ImportRow, OnMatch, RelationMatch, RowMatch, RowOutcome, UndoProgress,
    UndoReport,
};
pub use rules::Rule;
pub use share::{NewShare, ShareView};

pub(crate) use check::{invalid, step_up};
pub(crate) use columns::{searched, text, texts};
pub(crate) use maintenance::{Stored, records};
pub(crate) use numbers::Numbers;
pub(crate) use tables::import_tables;

/// The state of the write path besides the store.
#[derive(Default)]
pub(crate) struct WriteState {
    /// What is filled in where nothing was entered.
    pub rules: OnceLock<Vec<Rule>>,
    pub numbers: Numbers,
}

/// How a record came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// Entered by a person.
    #[default]
    Form,
    Import,
    Api,
    /// Made by `kedun demo`.
    Demo,
}

impl Source {
    /// The stable code, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Source::Form => "form",
            Source::Import => "import",
            Source::Api => "api",
            Source::Demo => "demo",
        }
    }
}

/// A record to be made. The owner is the caller unless named; unit and partner company are the
/// owner's unless named.
#[derive(Debug, Clone, Default)]
pub struct NewRecord {
    /// By key of the field, in the form of the API.
    pub values: Map<String, Json>,
    pub owner: Option<PersonId>,
    pub team: Option<TeamId>,
    pub unit: Option<UnitId>,
    /// The partner company it is assigned to: the record of that company.
    pub partner: Option<RecordId>,
    pub source: Source,
    pub purpose: Option<String>,
    pub basis: Option<String>,
    /// Whether a value that another record has may be entered where the field only warns.
    pub allow_duplicate: bool,
    /// The request that asks for it, where it must act once: refused as `idempotency.done` where it did.
    pub once: Option<Once>,
}

/// A change of a record. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    /// By key of the field, in the form of the API; null empties a field.
    pub values: Map<String, Json>,
    /// With the owner the unit moves to the owner's, unless it is named.
    pub owner: Option<PersonId>,
    pub unit: Option<Option<UnitId>>,
    pub team: Option<Option<TeamId>>,
    /// With an outside partner as old or new owner the company moves to the new owner's, unless it
    /// is named.
    pub partner: Option<Option<RecordId>>,
    pub allow_duplicate: bool,
}

/// How often a write is tried again when another one came first.
const ATTEMPTS: usize = 12;

pub(crate) const VERSION_CHANGED: &str = "record.version_changed";
pub(crate) const DUPLICATE: &str = "record.duplicate";

/// What came of one attempt.
pub(crate) enum Attempt<T> {
    Done(T),
    /// Another change came first; what was decided is to be decided anew.
    Again,
}

impl Door {
    /// Sets what is filled in where nothing was entered; once, when the door is opened.
    pub fn set_rules(&self, rules: Vec<Rule>) {
        if self.inner().writes.rules.set(rules).is_err() {
            tracing::warn!("the rules of the door were set before and stay as they are");
        }
    }
}

impl Inner {
    /// A refused commit as the use case reports it.
    pub(crate) fn commit_error(error: CommitError) -> Error {
        match error {
            CommitError::Precondition { code: VERSION_CHANGED } => {
                Error::new(ErrorKind::PreconditionFailed, VERSION_CHANGED)
            }
            other => other.into(),
        }
    }

    /// Puts what a record says now into its object's arena; `None` takes the record out.
    pub(crate) fn index(&self, object: &CatalogObject, record: RecordId, version: u64, texts: Option<Texts>) {
        self.arenas.apply(object.def.id, record, version, texts);
    }
}

/// The result of attempts that never came through.
pub(crate) fn busy<T>(code: &'static str) -> Result<T> {
    Err(Error::conflict(code))
}

/// A number for a signed column.
pub(crate) fn signed(n: u64) -> Result<i64> {
    i64::try_from(n).map_err(Error::internal)
}
