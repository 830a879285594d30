//! Searching the log.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, ObjectId, PersonId, Purpose, RecordId, Result};
use kedun_store::{EventFilter, StoredEvent};

use super::QueryShape;
use super::open::{Keyring, Opened};
use super::prepare::{EventDraft, Evidence};
use crate::access::DirectoryEntry;
use crate::catalog::Catalog;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 500;

/// Which events to show; everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct EvidenceFilter {
    pub person: Option<PersonId>,
    /// The beginning of the action code, such as `record.`.
    pub action: Option<String>,
    /// The key of an object.
    pub object: Option<String>,
    /// Events of this record, and pages that showed it.
    pub record: Option<RecordId>,
    /// Of a record: its own events alone, no pages.
    pub direct: bool,
    /// Not before this moment, microseconds of UTC.
    pub from: Option<i64>,
    /// Before this moment, microseconds of UTC.
    pub to: Option<i64>,
    pub outcome: Option<Outcome>,
    pub sensitive: Option<bool>,
    /// Events before this position.
    pub before: Option<u64>,
    /// How many, at most 500; 0 means 50.
    pub limit: u32,
}

/// Events, the newest first.
#[derive(Debug, Clone, Default)]
pub struct EventPage {
    pub items: Vec<EventView>,
    /// The value of `before` for the events that follow; `None` at the end.
    pub next: Option<u64>,
}

/// An event as people read it. It names fields, never values.
#[derive(Debug, Clone)]
pub struct EventView {
    pub seq: u64,
    /// Microseconds of UTC.
    pub at: i64,
    pub action: String,
    pub outcome: Outcome,
    pub sensitive: bool,
    /// Who acted, and the name; `None` for the program itself and for people who were erased.
    pub person: Option<(PersonId, String)>,
    /// The key of the object.
    pub object: Option<String>,
    pub record: Option<RecordId>,
    /// How many records a page showed.
    pub records_count: u64,
    /// Keys of fields.
    pub fields: Vec<String>,
    pub network: String,
    pub device: String,
    pub purpose: Option<Purpose>,
    pub reason: Option<String>,
    pub counts: Vec<(String, i64)>,
    /// Ids and codes.
    pub details: Vec<(String, String)>,
    pub query: Option<QueryShape>,
    /// False when the key of the body was destroyed, or the event is damaged.
    pub readable: bool,
    /// The body is not the one that was written with this header.
    pub damaged: bool,
}

impl Evidence {
    /// Events that fit the filter. Needs `evidence_read`; the search is an event itself.
    ///
    /// # Errors
    /// `forbidden`; `object.unknown`; the store's, when the search cannot be written down.
    pub async fn events(&self, caller: &Caller, filter: EvidenceFilter) -> Result<EventPage> {
        const ACTION: &str = "evidence.read";
        let entry = self.require(caller, Capability::EvidenceRead, ACTION).await?;
        let catalog = self.door()?.catalog();
        let object = match &filter.object {
            Some(key) => Some(catalog.require(key)?.def.id),
            None => None,
        };
        let limit = match filter.limit {
            0 => DEFAULT_LIMIT,
            limit => limit.min(MAX_LIMIT),
        };
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut stored = self.stored_filter(&filter, object);
        let mut found: Vec<(StoredEvent, Opened)> = Vec::new();
        let actors: Vec<Option<[u8; 16]>> = match filter.person {
            None => vec![None],
            Some(person) => entry
                .pseudonyms
                .iter()
                .filter(|(_, holder)| **holder == person)
                .map(|(pseudonym, _)| Some(*pseudonym))
                .collect(),
        };
        for actor in actors {
            stored.actor = actor;
            found.extend(self.confirmed(stored.clone(), filter.record, wanted).await?);
        }
        found.sort_by_key(|(event, _)| std::cmp::Reverse(event.header.seq));
        let more = found.len() > wanted;
        found.truncate(wanted);
        let next = found.last().filter(|_| more).map(|(event, _)| event.header.seq);

        let mut draft = EventDraft::new(ACTION, Outcome::Ok)
            .query(shape(&filter))
            .count("events", i64::try_from(found.len()).unwrap_or(i64::MAX));
        draft.object = object;
        draft.record = filter.record;
        self.commit(caller, draft).await?;
        let items = found.into_iter().map(|(event, opened)| view(event, opened, &entry, &catalog)).collect();
        Ok(EventPage { items, next })
    }

    fn stored_filter(&self, filter: &EvidenceFilter, object: Option<ObjectId>) -> EventFilter {
        EventFilter {
            org: Some(self.0.org.0),
            before_seq: filter.before,
            from_at: filter.from,
            before_at: filter.to,
            action: filter.action.clone(),
            object: object.map(|id| id.0),
            record: filter.record.map(|id| id.0),
            direct: filter.direct,
            sensitive: filter.sensitive,
            outcome: filter.outcome,
            ..EventFilter::default()
        }
    }

    /// Events with their bodies, more than `wanted` if there are more; pages that did not show the
    /// record after all are left out. A page that can no longer be read stays.
    pub(super) async fn confirmed(
        &self,
        mut filter: EventFilter,
        record: Option<RecordId>,
        wanted: usize,
    ) -> Result<Vec<(StoredEvent, Opened)>> {
        let mut found = Vec::new();
        let chunk = wanted.saturating_add(1).max(50);
        filter.limit = u32::try_from(chunk).unwrap_or(u32::MAX);
        loop {
            let events = self.0.store.events(&filter).await?;
            let last = events.last().map(|event| event.header.seq);
            let full = events.len() >= chunk;
            let keyring: Keyring = self.0.keyring(events.iter()).await?;
            for event in events {
                let opened = self.0.open(&keyring, &event);
                let fits = match (&opened, record) {
                    (Opened::Body(body), Some(record)) if !event.certain => body.lists(record),
                    _ => true,
                };
                if fits {
                    found.push((event, opened));
                }
            }
            filter.before_seq = last;
            if found.len() > wanted || !full {
                return Ok(found);
            }
        }
    }
}

/// Who acted, by the directory.
pub(super) fn person(event: &StoredEvent, entry: &DirectoryEntry) -> Option<(PersonId, String)> {
    let person = *entry.pseudonyms.get(&event.header.actor)?;
    Some((person, entry.name(person).to_owned()))
}

fn view(event: StoredEvent, opened: Opened, entry: &DirectoryEntry, catalog: &Catalog) -> EventView {
    let person = person(&event, entry);
    let damaged = matches!(opened, Opened::Foreign);
    let (readable, body) = match opened {
        Opened::Body(open) => (true, open.body),
        Opened::KeyDestroyed | Opened::Foreign => (false, super::EventBody::default()),
    };
    EventView {
        seq: event.header.seq,
        at: event.header.at,
        outcome: event.header.outcome,
        sensitive: event.sensitive,
        person,
        object: catalog.object_by_id(ObjectId(event.header.object)).map(|o| o.def.key.clone()),
        record: event.record.map(RecordId::from_bytes),
        records_count: event.records,
        action: event.header.action,
        fields: body.fields,
        network: body.network,
        device: body.device,
        purpose: body.purpose,
        reason: body.reason,
        counts: body.counts,
        details: body.details,
        query: body.query,
        readable,
        damaged,
    }
}

/// What was searched by, without what was searched for.
fn shape(filter: &EvidenceFilter) -> QueryShape {
    let given = [
        ("person", "eq", filter.person.is_some()),
        ("action", "starts_with", filter.action.is_some()),
        ("object", "eq", filter.object.is_some()),
        ("record", "eq", filter.record.is_some()),
        ("at", "gte", filter.from.is_some()),
        ("at", "lt", filter.to.is_some()),
        ("outcome", "eq", filter.outcome.is_some()),
        ("sensitive", "eq", filter.sensitive.is_some()),
    ];
    QueryShape {
        conditions: given
            .into_iter()
            .filter(|(_, _, given)| *given)
            .map(|(key, operator, _)| (key.to_owned(), operator.to_owned()))
            .collect(),
        ..QueryShape::default()
    }
}
