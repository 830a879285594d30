//! What happened around a record: follow-ups, changes, reveals, merged by time.
//!
//! Each of the three is read under its own right and in its own order; a cursor remembers
//! how far each was shown.

use std::collections::VecDeque;

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kedun_engine::{EventDraft, EvidenceFilter, FieldView, RecordView};
use kedun_ledger::Outcome;
use kedun_model::{
    Action, Caller, Capability, Error, ErrorKind, FieldLevel, Filter, FilterOp, ListQuery, RecordId, Result, Sort,
};
use kedun_store::{Changeset, EventFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

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

/// How far the timeline was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    limit: u32,
    /// When the first page was asked for: follow-ups made since would move the pages.
    top: i64,
    /// The version before which the history goes on.
    changes: Part<Option<u64>>,
    /// The page of follow-ups that is being shown, and how many of it were.
    follow_ups: Part<(Option<String>, usize)>,
    /// The event before which the reveals go on.
    reveals: Part<Option<u64>>,
}

/// One of the three, as long as it goes on.
type Part<T> = Option<T>;

impl Place {
    fn first(limit: u32, top: i64) -> Place {
        Place { limit, top, changes: Some(None), follow_ups: Some((None, 0)), reveals: Some(None) }
    }

    fn read(cursor: &str) -> Result<Place> {
        let invalid = || Error::invalid("cursor.invalid");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok().ok_or_else(invalid)?;
        serde_json::from_slice(&bytes).ok().ok_or_else(invalid)
    }

    fn write(&self) -> Result<Option<String>> {
        if self.changes.is_none() && self.follow_ups.is_none() && self.reveals.is_none() {
            return Ok(None);
        }
        Ok(Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).map_err(Error::internal)?)))
    }

    fn wanted(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }
}

/// A page of one of the three, the newest first; `more` says that pages follow.
#[derive(Debug, Default)]
struct Run<M> {
    items: VecDeque<Dated>,
    more: M,
}

/// An item, when it happened, and where its part goes on after it.
#[derive(Debug)]
struct Dated {
    at: i64,
    item: TimelineItem,
    /// The version or the event; nothing for a follow-up.
    mark: Option<u64>,
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
        let before = place.changes.unwrap_or(Some(0));
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
            let item =
                TimelineItem { record: Some(view.into()), ..TimelineItem::new("follow_up", when::text(at), by) };
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
    async fn reveals_of_officer(&self, before: Option<u64>, limit: u32) -> Result<Run<bool>> {
        let filter = EvidenceFilter {
            action: Some(REVEAL.to_owned()),
            object: Some(self.object.to_owned()),
            record: Some(self.id),
            outcome: Some(Outcome::Ok),
            before,
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
    async fn reveals_of_owner(&self, before: Option<u64>, limit: u32) -> Result<Run<bool>> {
        let door = &self.state.door;
        let object = door.catalog().require(self.object)?.def.id;
        let filter = EventFilter {
            org: Some(door.org().0),
            before_seq: before,
            action: Some(REVEAL.to_owned()),
            object: Some(object.0),
            record: Some(self.id.0),
            outcome: Some(Outcome::Ok),
            limit,
            ..EventFilter::default()
        };
        let events = door.store().events(&filter).await?;
        let shown = i64::try_from(events.len()).map_err(Error::internal)?;
        let draft =
            EventDraft::new("evidence.looks", Outcome::Ok).object(object).record(self.id).count("looks", shown);
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

fn merge(
    mut place: Place,
    mut changes: Run<bool>,
    mut follow_ups: Run<Option<String>>,
    mut reveals: Run<bool>,
) -> Result<TimelinePage> {
    let mut items = Vec::with_capacity(place.wanted());
    let mut told = 0;
    while items.len() < place.wanted() {
        // Beyond the end of a part's page only its next one knows what is newer.
        let ended = [
            changes.items.is_empty() && changes.more,
            follow_ups.items.is_empty() && follow_ups.more.is_some(),
            reveals.items.is_empty() && reveals.more,
        ];
        if ended.contains(&true) {
            break;
        }
        let head = |items: &VecDeque<Dated>| items.front().map(|dated| dated.at);
        // Of things at the same moment the first in this order comes first.
        let heads = [head(&follow_ups.items), head(&reveals.items), head(&changes.items)];
        let newest = heads.iter().flatten().max().copied();
        let from = match newest {
            None => break,
            newest if newest == head(&follow_ups.items) => &mut follow_ups.items,
            newest if newest == head(&reveals.items) => &mut reveals.items,
            _ => &mut changes.items,
        };
        let Some(dated) = from.pop_front() else { break };
        match (dated.item.kind, dated.mark) {
            ("follow_up", _) => told += 1,
            ("reveal", mark) => place.reveals = Some(mark),
            (_, mark) => place.changes = Some(mark),
        }
        items.push(dated.item);
    }
    if changes.items.is_empty() && !changes.more {
        place.changes = None;
    }
    if reveals.items.is_empty() && !reveals.more {
        place.reveals = None;
    }
    place.follow_ups = match place.follow_ups {
        Some((cursor, skip)) if !follow_ups.items.is_empty() => Some((cursor, skip + told)),
        Some(_) => follow_ups.more.map(|next| (Some(next), 0)),
        None => None,
    };
    Ok(TimelinePage { items, next: place.write()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(kind: &'static str, at: i64, mark: Option<u64>) -> Dated {
        Dated { at, item: TimelineItem::new(kind, when::text(at), None), mark }
    }

    fn run<M>(items: Vec<Dated>, more: M) -> Run<M> {
        Run { items: items.into(), more }
    }

    fn kinds(page: &TimelinePage) -> Vec<(&'static str, String)> {
        page.items.iter().map(|i| (i.kind, i.at.clone())).collect()
    }

    #[test]
    fn three_parts_become_one_and_go_on_where_they_stopped() {
        let changes = || vec![dated("change", 50, Some(3)), dated("change", 20, Some(2)), dated("created", 10, Some(1))];
        let follow_ups = || vec![dated("follow_up", 60, None), dated("follow_up", 30, None)];
        let reveals = || vec![dated("reveal", 40, Some(9))];
        let first = merge(
            Place::first(4, 100),
            run(changes(), false),
            run(follow_ups(), None),
            run(reveals(), false),
        )
        .expect("merged");
        let expected: Vec<_> =
            [("follow_up", 60), ("change", 50), ("reveal", 40), ("follow_up", 30)].map(|(k, at)| (k, when::text(at))).into();
        assert_eq!(kinds(&first), expected);
        let place = Place::read(first.next.as_deref().expect("a cursor")).expect("reads");
        assert_eq!(
            place,
            Place { limit: 4, top: 100, changes: Some(Some(3)), follow_ups: None, reveals: None }
        );
        let rest: Vec<Dated> = changes().into_iter().skip(1).collect();
        let second = merge(place, run(rest, false), Run::default(), Run::default()).expect("merged");
        let expected: Vec<_> = [("change", 20), ("created", 10)].map(|(k, at)| (k, when::text(at))).into();
        assert_eq!(kinds(&second), expected);
        assert_eq!(second.next, None);
    }

    #[test]
    fn a_page_of_follow_ups_that_is_shown_in_part_is_asked_for_again() {
        let follow_ups = vec![dated("follow_up", 60, None), dated("follow_up", 30, None), dated("follow_up", 20, None)];
        let page =
            merge(Place::first(2, 100), Run::default(), run(follow_ups, Some("c".into())), Run::default()).expect("merged");
        let place = Place::read(page.next.as_deref().expect("a cursor")).expect("reads");
        assert_eq!(place.follow_ups, Some((None, 2)));
        let page = merge(place, Run::default(), run(vec![dated("follow_up", 20, None)], Some("c".into())), Run::default())
            .expect("merged");
        let place = Place::read(page.next.as_deref().expect("a cursor")).expect("reads");
        assert_eq!(place.follow_ups, Some((Some("c".into()), 0)));
    }

    #[test]
    fn a_made_up_cursor_is_refused() {
        for bad in ["", "x", "e30", "!!"] {
            assert_eq!(Place::read(bad).expect_err("refused").code, "cursor.invalid");
        }
    }
}
