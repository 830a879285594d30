//! The receipt of a read: its event, submitted before values are opened and awaited before they leave.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, ObjectId, RecordId, Result};
use kedun_store::{Changeset, Pending};

use super::point::Point;
use super::row::RecordRow;
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

    /// The record that was found; or `not_found`, after the attempt was written down: as refused
    /// where there is such a record, as failed where there is none. Both wait for the log, so that
    /// not even the time of the answer tells them apart.
    pub async fn found(
        &self,
        caller: &Caller,
        action: &'static str,
        object: ObjectId,
        id: RecordId,
        point: Point,
    ) -> Result<RecordRow> {
        match point {
            Point::Visible(row) => return Ok(*row),
            Point::Refused => self.refused(caller, action, object, id).await?,
            Point::Missing => {
                let draft = EventDraft::new(action, Outcome::Failed).object(object).record(id);
                self.receipt(caller, draft)?.durable().await?;
            }
        }
        Err(Error::not_found("not_found"))
    }

    /// Writes down that somebody was refused, and waits for it.
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
