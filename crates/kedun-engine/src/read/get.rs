//! One record.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, RecordId, Result};

use super::fields::all_visible;
use super::view::{RecordView, Rights, Viewer};
use crate::door::Door;
use crate::evidence::EventDraft;

impl Door {
    /// A record with every field the caller sees.
    ///
    /// # Errors
    /// `not_found` for a record that does not exist and for one that is not the caller's to see;
    /// of the latter the evidence keeps a refused attempt. `object.unknown`, `access.*`.
    pub async fn get(&self, caller: &Caller, object: &str, id: RecordId) -> Result<RecordView> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let directory = inner.directory(caller).await?;
        let rights = match Rights::of(inner, caller, object).await {
            Ok(rights) => rights,
            Err(error) => {
                inner.refused(caller, "record.read", object.def.id, id).await?;
                return Err(error);
            }
        };
        let fields = all_visible(object, &rights.read);
        let point = inner.point(object, &rights.read, id, &fields).await?;
        let mut row = inner.found(caller, "record.read", object.def.id, id, point).await?;
        // The body of the event is sealed with the subject's key, so it must be in memory.
        inner.subject_keys(&[row.subject]).await?;
        let receipt = inner.receipt(
            caller,
            EventDraft::new("record.read", Outcome::Ok)
                .object(object.def.id)
                .record(id)
                .subjects(vec![row.subject])
                .fields(fields.iter().map(|f| f.key.as_str())),
        )?;
        inner.fill_shares(object.def.id, std::slice::from_mut(&mut row), rights.grants()).await?;
        let viewer = Viewer::new(inner, &directory, object, &rights, &fields);
        let mut views = viewer.views(caller, std::slice::from_ref(&row)).await?;
        receipt.durable().await?;
        views.pop().ok_or_else(|| Error::internal("a view of one record is missing"))
    }
}
