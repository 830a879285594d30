//! What happened around a record: follow-ups, changes, reveals, merged by time.
//!
//! Each of the three is read under its own right and in its own order; a cursor remembers
//! how far each was shown.

pub(super) mod merge;

use axum::Json;
use axum::extract::State;
use kedun_engine::{EventDraft, EvidenceFilter, FieldView, RecordView};
use kedun_ledger::Outcome;
use kedun_model::{
    Action, Caller, Capability, Error, ErrorKind, FieldLevel, Filter, FilterOp, ListQuery, RecordId, Result,
    Sort,
};
use kedun_store::{Changeset, EventFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use self::merge::{Dated, Place, Run, merge};
use super::history::{FieldChange, HistoryItem};
use super::view::Record;
use crate::json::{ApiPath, ApiQuery};
use crate::problem::Answer;
use crate::routes::session::NamedId;
use crate::session::Signed;
use crate::state::ApiState;
use crate::when;

/// The object whose records are conversations, and its field that says when.
const FOLLOW_UP: &str = "follow_up";
const FOLLOW_UP_AT: &str = "at";
const REVEAL: &str = "record.reveal";
const LIMIT: u32 = 30;
/// No more than a page of the history holds, so that one page of each part is enough.
const MAX_LIMIT: u32 = 50;

/// Which part of the timeline.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineParams {
    /// `next` of the page before
    pub cursor: Option<String>,
    /// 1 to 50; 30 if absent
    pub limit: Option<u32>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineItem {
    /// `follow_up`, `created`, `change`, `deleted`, `restored`, `undone`, `reveal`
    pub kind: &'static str,
    pub at: String,
    /// Null for people who were erased
    pub by: Option<NamedId>,
    /// Of a follow-up: the record
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Of a change: the version it made
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Of a change: the fields that the caller sees
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<FieldChange>>,
    /// Of a reveal, for those who read the evidence: keys of the fields
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// Of a reveal, for those who read the evidence: the code of the purpose
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

/// A page of the timeline, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelinePage {
    pub items: Vec<TimelineItem>,
    /// The cursor of the page that follows; null on the last one
    pub next: Option<String>,
}

/// Follow-ups, changes and, for the owner and those who read the evidence, reveals of a record.
#[utoipa::path(get, path = "/records/{object}/{id}/timeline", tag = "records",
    params(("object" = String, Path), ("id" = Uuid, Path), TimelineParams),
    responses((status = 200, body = TimelinePage), (status = 403, body = crate::Problem),
        (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn record_timeline(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    ApiQuery(params): ApiQuery<TimelineParams>,
) -> Answer<Json<TimelinePage>> {
    let place = match params.cursor {
        Some(cursor) => Place::read(&cursor)?,
        None => Place::first(params.limit.unwrap_or(LIMIT), state.now()),
    };
    if !(1..=MAX_LIMIT).contains(&place.limit) {
        return Err(Error::invalid("list.limit").arg("max", MAX_LIMIT).into());
    }
    let around = Around { state: &state, caller: signed.caller(), object: &object, id };
    // The history comes first: it tells whether the record is the caller's to see at all.
    let changes = around.changes(&place).await?;
    let follow_ups = around.follow_ups(&place).await?;
    let reveals = around.reveals(&place).await?;
    Ok(Json(merge(place, changes, follow_ups, reveals)?))
}

struct Around<'a> {
    state: &'a ApiState,
    caller: &'a Caller,
    object: &'a str,
    id: RecordId,
}

impl Around<'_> {
    async fn changes(&self, place: &Place) -> Result<Run<bool>> {
        // The access check is the history's, so it is asked even when nothing is left of it.
        let before = Some(place.changes.unwrap_or(0));
        let page = self.state.door.history(self.caller, self.object, self.id, before).await?;
        if place.changes.is_none() {
            return Ok(Run::default());
        }
        let items = page
            .items
            .into_iter()
            .map(|entry| {
                let entry = HistoryItem::from(entry);
                let kind = match entry.action.as_str() {
                    "create" | "import" if entry.version == 1 => "created",
                    "delete" => "deleted",
                    "restore" => "restored",
                    "undo" => "undone",
                    _ => "change",
                };
                Dated {
                    at: kedun_engine::parse_time(&entry.at).unwrap_or_default(),
                    mark: Some(entry.version),
                    item: TimelineItem {
                        version: Some(entry.version),
                        changes: Some(entry.changes),
                        ..TimelineItem::new(kind, entry.at, Some(entry.by))
                    },
                }
            })
            .collect();
        Ok(Run { items, more: page.next.is_some() })
    }

    async fn follow_ups(&self, place: &Place) -> Result<Run<Option<String>>> {
        let Some((cursor, skip)) = place.follow_ups.clone() else { return Ok(Run::default()) };
        let catalog = self.state.door.catalog();
        let target = catalog.require(self.object)?;
        let referring = catalog.references_to(target).find(|(other, _)| other.def.key == FOLLOW_UP);
        let Some((object, field)) = referring else { return Ok(Run::default()) };
        let grant = match self.state.door.grant(self.caller, FOLLOW_UP, Action::Read).await {
            Ok(grant) => grant,
            Err(error) if error.kind == ErrorKind::Unavailable => return Err(error),
            Err(_) => return Ok(Run::default()),
        };
        // To know which records refer to this one is to read the field in all of them.
        if grant.field_level_min(field.id) < FieldLevel::Read {
            return Ok(Run::default());
        }
        let at = object.field(FOLLOW_UP_AT).filter(|f| grant.field_level_min(f.id) >= FieldLevel::Read);
        let condition = |field: &str, op, value: String| Filter::Field {
            field: field.to_owned(),
            op,
            value: Some(Value::String(value)),
        };
        let query = ListQuery {
            filter: Some(Filter::And(vec![
                condition(&field.key, FilterOp::Eq, self.id.to_string()),
                condition("_created_at", FilterOp::Lte, when::text(place.top)),
            ])),
            sort: vec![Sort { field: at.map_or("_created_at", |f| &f.key).to_owned(), descending: true }],
            limit: Some(place.limit),
            cursor,
            ..ListQuery::default()
        };
        let page = self.state.door.list(self.caller, FOLLOW_UP, &query).await?;
        let items = page.items.into_iter().skip(skip).map(|view| {
            let at = moment(&view);
            let by = Some(view.created_by.clone().into());
            let item = TimelineItem {
                record: Some(view.into()),
                ..TimelineItem::new("follow_up", when::text(at), by)
            };
            Dated { at, item, mark: None }
        });
        Ok(Run { items: items.collect(), more: page.next })
    }

    async fn reveals(&self, place: &Place) -> Result<Run<bool>> {
        let Some(before) = place.reveals else { return Ok(Run::default()) };
        let directory = self.state.door.directory(self.caller).await?;
        let held = directory.directory.capabilities(self.caller.person, self.state.now());
        if held.contains(&Capability::EvidenceRead) {
            return self.reveals_of_officer(before, place.limit).await;
        }
        let record = self.state.door.get(self.caller, self.object, self.id).await?;
        if record.owner.is_none_or(|owner| owner.id != self.caller.person.0) {
            return Ok(Run::default());
        }
        self.reveals_of_owner(before, place.limit).await
    }

    /// With fields and purposes, from the bodies of the events.
    async fn reveals_of_officer(&self, before: u64, limit: u32) -> Result<Run<bool>> {
        let filter = EvidenceFilter {
            action: Some(REVEAL.to_owned()),
            object: Some(self.object.to_owned()),
            record: Some(self.id),
            direct: true,
            outcome: Some(Outcome::Ok),
            before: Some(before),
            limit,
            ..EvidenceFilter::default()
        };
        let page = self.state.door.evidence().events(self.caller, filter).await?;
        let items = page.items.into_iter().map(|event| {
            let by = event.person.map(|(id, name)| NamedId { id: id.0, name });
            let item = TimelineItem {
                fields: Some(event.fields),
                purpose: event.purpose.map(|p| p.code),
                ..TimelineItem::new("reveal", when::text(event.at), by)
            };
            Dated { at: event.at, item, mark: Some(event.seq) }
        });
        Ok(Run { items: items.collect(), more: page.next.is_some() })
    }

    /// Who and when, from the headers of the events alone.
    async fn reveals_of_owner(&self, before: u64, limit: u32) -> Result<Run<bool>> {
        let door = &self.state.door;
        let object = door.catalog().require(self.object)?.def.id;
        let filter = EventFilter {
            org: Some(door.org().0),
            before_seq: Some(before),
            action: Some(REVEAL.to_owned()),
            object: Some(object.0),
            record: Some(self.id.0),
            direct: true,
            outcome: Some(Outcome::Ok),
            limit,
            ..EventFilter::default()
        };
        let events = door.store().events(&filter).await?;
        let shown = i64::try_from(events.len()).map_err(Error::internal)?;
        let draft = EventDraft::new("evidence.looks", Outcome::Ok)
            .object(object)
            .record(self.id)
            .count("looks", shown);
        door.store().commit(Changeset::new(door.evidence().prepare(self.caller, draft)?)).await?;
        let directory = door.directory(self.caller).await?;
        let more = !events.is_empty() && u32::try_from(events.len()).map_err(Error::internal)? >= limit;
        let items = events.into_iter().map(|event| {
            let person = directory.pseudonyms.get(&event.header.actor);
            let by = person.map(|id| NamedId { id: id.0, name: directory.name(*id).to_owned() });
            let item = TimelineItem::new("reveal", when::text(event.header.at), by);
            Dated { at: event.header.at, item, mark: Some(event.header.seq) }
        });
        Ok(Run { items: items.collect(), more })
    }
}

impl TimelineItem {
    fn new(kind: &'static str, at: String, by: Option<NamedId>) -> Self {
        TimelineItem { kind, at, by, record: None, version: None, changes: None, fields: None, purpose: None }
    }
}

/// When a follow-up was: what it says itself, else when it was written down.
fn moment(view: &RecordView) -> i64 {
    let said = match view.value(FOLLOW_UP_AT) {
        Some(FieldView::Value(Value::String(text))) => kedun_engine::parse_time(text),
        _ => None,
    };
    said.unwrap_or(view.created_at)
}
