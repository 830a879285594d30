//! Who may do what with the evidence.

use std::sync::Arc;

use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, Error, Result};
use kedun_store::Changeset;

use super::prepare::{EventDraft, Evidence};
use crate::access::DirectoryEntry;
use crate::door::Inner;

impl Evidence {
    /// The door this evidence belongs to.
    pub(super) fn door(&self) -> Result<Arc<Inner>> {
        self.0
            .door
            .get()
            .and_then(std::sync::Weak::upgrade)
            .ok_or_else(|| Error::internal("the evidence has no door"))
    }

    /// Whether the caller, and whom it acts for, hold the capability now.
    pub(super) async fn holds(
        &self,
        caller: &Caller,
        capability: Capability,
    ) -> Result<(bool, Arc<DirectoryEntry>)> {
        let entry = self.door()?.directory(caller).await?;
        let now = self.0.ctx.now();
        let held = std::iter::once(caller.person)
            .chain(caller.acting_for)
            .all(|person| entry.directory.capabilities(person, now).contains(&capability));
        Ok((held, entry))
    }

    /// Refuses, with an event of the attempt, unless the caller holds the capability.
    ///
    /// # Errors
    /// `forbidden`.
    pub(super) async fn require(
        &self,
        caller: &Caller,
        capability: Capability,
        action: &'static str,
    ) -> Result<Arc<DirectoryEntry>> {
        let (held, entry) = self.holds(caller, capability).await?;
        if held {
            return Ok(entry);
        }
        let draft = EventDraft::new(action, Outcome::Refused).detail("needs", capability.code());
        self.commit(caller, draft).await?;
        Err(Error::forbidden("forbidden").arg("needs", capability.code()))
    }

    /// Writes an event; what it speaks of may be released when this returns.
    ///
    /// # Errors
    /// `store.unavailable` when it cannot be made durable.
    pub(super) async fn commit(&self, caller: &Caller, draft: EventDraft) -> Result<()> {
        self.0.store.commit(Changeset::new(self.prepare(caller, draft)?)).await?;
        Ok(())
    }
}
