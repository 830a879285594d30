//! Where the directory comes from.

use std::collections::HashMap;

use futures::future::BoxFuture;
use kedun_guard::Directory;
use kedun_model::{OrgId, PersonId, Result, TeamId, UnitId};
use kedun_store::Store;

/// Loads the organisation's people, units, roles and guards. Implemented by whoever owns their
/// tables, so that the door does not know them.
pub trait DirectorySource: Send + Sync {
    /// Reads everything on one snapshot, with the directory's version at that moment.
    fn load<'a>(&'a self, store: &'a Store, org: OrgId) -> BoxFuture<'a, Result<DirectoryEntry>>;
}

/// The directory at one version, and the names that views show.
pub struct DirectoryEntry {
    /// The version it was loaded at, as in [`kedun_model::Caller::directory`].
    pub version: u64,
    pub directory: Directory,
    pub names: HashMap<PersonId, String>,
    pub unit_names: HashMap<UnitId, String>,
    pub team_names: HashMap<TeamId, String>,
    /// Whom a pseudonym of the evidence stands for; erased people are missing.
    pub pseudonyms: HashMap<[u8; 16], PersonId>,
}

impl DirectoryEntry {
    /// The name of a person; empty when the person is not known.
    pub fn name(&self, person: PersonId) -> &str {
        self.names.get(&person).map_or("", String::as_str)
    }
}

impl std::fmt::Debug for DirectoryEntry {
    // Names of people stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DirectoryEntry")
            .field("version", &self.version)
            .field("people", &self.names.len())
            .finish_non_exhaustive()
    }
}
