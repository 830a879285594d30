//! Who saw a record.

use std::collections::HashSet;

use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Capability, Error, PersonId, Purpose, RecordId, Result};
use kedun_store::EventFilter;

use super::open::Opened;
use super::prepare::{EventDraft, Evidence};
use super::read::person;
use crate::read::point::Point;

const ACTION: &str = "evidence.looks";
const LIMIT: u32 = 100;
/// How far back a count goes, in events.
const COUNTED: u32 = 10_000;

/// Who saw a record: with `evidence_read` each look, for those who may change it their number.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    /// The newest first; `None` when only the numbers may be seen.
    pub items: Option<Vec<Look>>,
    /// The value of `before` for the looks that follow; `None` at the end.
    pub next: Option<u64>,
    /// How many looks are counted: those of this answer, or at most 10,000 where only numbers are given.
    pub count: u64,
    /// By how many different people.
    pub people: u64,
}

/// One look at a record.
#[derive(Debug, Clone)]
pub struct Look {
    pub seq: u64,
    /// Microseconds of UTC.
    pub at: i64,
    /// Who looked; `None` for people who were erased.
    pub person: Option<(PersonId, String)>,
    pub action: String,
    /// Keys of the fields that were shown.
    pub fields: Vec<String>,
    pub purpose: Option<Purpose>,
    /// False when the list may have shown the record, and its event can no longer be read.
    pub confirmed: bool,
}

impl Evidence {
    /// Who saw a record of an object, directly or in a list, before the event `before`.
    ///
    /// # Errors
    /// `forbidden` without `evidence_read` and without the right to change the record;
    /// `object.unknown`; the store's, when the question cannot be written down.
    pub async fn looks(
        &self,
        caller: &Caller,
        object: &str,
        record: RecordId,
        before: Option<u64>,
    ) -> Result<Looks> {
        let door = self.door()?;
        let catalog = door.catalog();
        let object = catalog.require(object)?;
        let (officer, entry) = self.holds(caller, Capability::EvidenceRead).await?;
        let allowed = officer
            || match door.grant(caller, object, Action::Update).await {
                Ok(grant) => matches!(door.point(object, &grant, record, &[]).await?, Point::Visible(_)),
                Err(_not_granted) => false,
            };
        let asked = |outcome| EventDraft::new(ACTION, outcome).object(object.def.id).record(record);
        if !allowed {
            self.commit(caller, asked(Outcome::Refused)).await?;
            let needs = Capability::EvidenceRead.code();
            return Err(Error::forbidden("forbidden").arg("needs", needs));
        }
        let filter = EventFilter {
            org: Some(self.0.org.0),
            before_seq: before,
            action: Some("record.".to_owned()),
            record: Some(record.0),
            outcome: Some(Outcome::Ok),
            ..EventFilter::default()
        };
        let wanted = usize::try_from(if officer { LIMIT } else { COUNTED }).unwrap_or(usize::MAX);
        let mut found = self.confirmed(filter, Some(record), wanted).await?;
        let more = found.len() > wanted;
        found.truncate(wanted);
        let next = found.last().filter(|_| more).map(|(event, _)| event.header.seq);
        // A search shows records of several objects and names none.
        found.retain(|(event, _)| [0, object.def.id.0].contains(&event.header.object));
        let people: HashSet<[u8; 16]> = found.iter().map(|(event, _)| event.header.actor).collect();
        let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let mut looks =
            Looks { items: None, next: None, count: number(found.len()), people: number(people.len()) };
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        self.commit(caller, asked(Outcome::Ok).count("looks", count)).await?;
        if officer {
            looks.next = next;
            let look = |(event, opened)| {
                let event: kedun_store::StoredEvent = event;
                let person = person(&event, &entry);
                let (read, body) = match opened {
                    Opened::Body(open) => (true, open.body),
                    Opened::KeyDestroyed | Opened::Foreign => (false, super::EventBody::default()),
                };
                Look {
                    seq: event.header.seq,
                    at: event.header.at,
                    person,
                    confirmed: event.certain || read,
                    action: event.header.action,
                    fields: body.fields,
                    purpose: body.purpose,
                }
            };
            looks.items = Some(found.into_iter().map(look).collect());
        }
        Ok(looks)
    }
}
