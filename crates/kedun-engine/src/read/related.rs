//! What refers to a record, object by object, each under the caller's own grant on it.

use kedun_ledger::Outcome;
use kedun_model::{Caller, FieldLevel, Filter, FilterOp, ListQuery, RecordId, Result};
use serde::Serialize;
use serde_json::Value as Json;

use super::list::Count;
use super::view::{RecordView, Rights};
use crate::door::Door;
use crate::evidence::EventDraft;

/// The most records of a group; the rest is a list with a filter.
const PER_GROUP: u32 = 10;

/// The records of one object that refer by one field.
#[derive(Debug, Serialize)]
pub struct RelatedGroup {
    pub object: String,
    /// The key of the referring field.
    pub field: String,
    pub count: Count,
    pub items: Vec<RecordView>,
}

impl Door {
    /// The records that refer to a record which the caller may read. Objects the caller may not
    /// read, and fields she does not see everywhere, are left out; empty groups stay.
    ///
    /// # Errors
    /// As [`Door::get`].
    pub async fn related(&self, caller: &Caller, object: &str, id: RecordId) -> Result<Vec<RelatedGroup>> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let target = catalog.require(object)?;
        let rights = Rights::of(inner, caller, target).await?;
        let point = inner.point(target, &rights.read, id, &[]).await?;
        inner.found(caller, "record.related", target.def.id, id, point).await?;
        let receipt = inner.receipt(
            caller,
            EventDraft::new("record.related", Outcome::Ok).object(target.def.id).record(id),
        )?;
        let mut groups = Vec::new();
        for (other, field) in catalog.references_to(target) {
            let Ok(grant) = inner.grant(caller, other, kedun_model::Action::Read).await else { continue };
            if grant.field_level_min(field.id) < FieldLevel::Read {
                continue;
            }
            let query = ListQuery {
                filter: Some(Filter::Field {
                    field: field.key.clone(),
                    op: FilterOp::Eq,
                    value: Some(Json::String(id.to_string())),
                }),
                limit: Some(PER_GROUP),
                count: true,
                ..ListQuery::default()
            };
            let page = self.list(caller, &other.def.key, &query).await?;
            groups.push(RelatedGroup {
                object: other.def.key.clone(),
                field: field.key.clone(),
                count: page.count.unwrap_or(Count { n: 0, capped: false }),
                items: page.items,
            });
        }
        receipt.durable().await?;
        Ok(groups)
    }
}
