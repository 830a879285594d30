//! The receipt of a read: its event, submitted before values are opened and awaited before they leave.

use kedun_ledger::Outcome;
use kedun_model::{Caller, ObjectId, RecordId, Result};
use kedun_store::{Changeset, Pending};

use crate::door::Inner;
use crate::evidence::EventDraft;

/// The evidence of a read that is on its way.
#[must_use = "an answer may not leave before its receipt"]
pub(crate) struct Receipt(Pending);

impl Receipt {
    /// Waits until the evidence is durable; without it nothing is released.
    pub async fn durable(self) -> Result<()> {
        self.0.await?;
        Ok(())
    }
}

impl Inner {
    /// Submits the event of a read.
    pub fn receipt(&self, caller: &Caller, draft: EventDraft) -> Result<Receipt> {
        Ok(Receipt(self.store.submit(Changeset::new(self.evidence.prepare(caller, draft)?))))
    }

    /// Writes down that somebody asked for an existing record that is not hers, and waits for it:
    /// the answer "not found" takes as long as an answer.
    pub async fn refused(
        &self,
        caller: &Caller,
        action: &'static str,
        object: ObjectId,
        record: RecordId,
    ) -> Result<()> {
        let draft = EventDraft::new(action, Outcome::Refused).object(object).record(record);
        self.receipt(caller, draft)?.durable().await
    }
}
