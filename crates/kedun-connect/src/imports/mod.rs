//! Importing a file: upload, mapping, a check without effect, the import itself, and taking it back.
//!
//! A file is sealed piece by piece while it arrives, under a key of its own that is destroyed
//! with it; it lies nowhere in clear. Checking and importing are jobs that run under the rights
//! their person has at that moment. A batch and the mark that it is in are one commit, so an
//! import that is broken off goes on where it stopped and stores nothing twice.

mod caller;
mod check;
mod control;
mod handlers;
mod mapping;
mod pass;
mod plan;
mod rejected;
mod relations;
mod row;
mod run;
mod sealed;
mod stage;
mod store;
mod subjects;
mod suggest;
mod sweep;
mod synonyms;
mod template;
mod types;
mod undo;
mod upload;
mod view;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use kedun_engine::Door;
use kedun_flow::JobHandler;
use kedun_model::{Caller, Error, ImportId, OrgId, Result};

use crate::sheet::Limits;

pub use mapping::{MappingRequest, Relation};
pub use rejected::RejectedRows;
pub use store::migrations;
pub use types::{
    Column, Counts, FileChoice, FileDetails, ImportState, Mapping, OnMatch, Options, Outcome, Progress,
    ReasonCount, SampleChange, SampleRow,
};
pub use upload::Upload;
pub use view::ImportView;

/// How imports are kept.
#[derive(Debug, Clone)]
pub struct ImportConfig {
    /// Where the sealed files lie; made if it is not there.
    pub dir: PathBuf,
    pub limits: Limits,
}

impl ImportConfig {
    /// Files in `dir`, within the limits that Kedun ships with.
    pub fn in_dir(dir: PathBuf) -> Self {
        ImportConfig { dir, limits: Limits::default() }
    }
}

/// The use cases of imports. Cheap to clone.
#[derive(Clone)]
pub struct Imports(pub(crate) Arc<Inner>);

/// What the use cases share; behind [`Imports`].
pub struct Inner {
    pub(crate) door: Door,
    pub(crate) config: ImportConfig,
}

impl std::ops::Deref for Imports {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Imports {
    /// The use cases over `door`.
    pub fn new(door: Door, config: ImportConfig) -> Self {
        Imports(Arc::new(Inner { door, config }))
    }

    /// What does the jobs of imports, and sweeps files whose time is over while it lives; to be called
    /// inside a runtime.
    pub fn handlers(&self) -> Vec<Arc<dyn JobHandler>> {
        handlers::all(self)
    }
}

impl Inner {
    pub(crate) fn now(&self) -> i64 {
        self.door.context().now()
    }

    pub(crate) fn org(&self) -> OrgId {
        self.door.org()
    }

    /// The import, if it is the caller's own.
    ///
    /// # Errors
    /// `not_found` for everybody else's.
    pub(crate) async fn own(&self, caller: &Caller, id: ImportId) -> Result<row::ImportRow> {
        match self.load(id).await? {
            Some(import) if import.person == caller.person && caller.acting_for.is_none() => Ok(import),
            _ => Err(Error::not_found("not_found")),
        }
    }

    pub(crate) fn file_path(&self, id: ImportId) -> PathBuf {
        self.config.dir.join(format!("{id}.file"))
    }

    pub(crate) fn rejects_path(&self, id: ImportId) -> PathBuf {
        self.config.dir.join(format!("{id}.rejects"))
    }
}

/// A count for a signed column or an event.
pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A length as a count.
pub(crate) fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
