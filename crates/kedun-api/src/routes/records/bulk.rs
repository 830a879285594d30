//! One change of many records: each is changed by itself, under its own event and version.

use axum::Json;
use axum::extract::State;
use kedun_engine::Patch;
use kedun_model::{Action, Caller, Error, ErrorKind, ListQuery, PersonId, RecordId, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::filter::{self, FilterTree};
use crate::json::{ApiJson, ApiPath, present};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// The most records of one request.
const MAX: usize = 500;
const PAGE: u32 = 200;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    Delete,
    Restore,
    Transfer,
    Update,
}

impl BulkAction {
    fn needs(self) -> Action {
        match self {
            BulkAction::Delete => Action::Delete,
            BulkAction::Restore => Action::Restore,
            BulkAction::Transfer => Action::Transfer,
            BulkAction::Update => Action::Update,
        }
    }
}

/// A change of many records. They are named by `ids` or by `filter`, by exactly one of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkBody {
    /// At most 500
    pub ids: Option<Vec<Uuid>>,
    /// The first 500 that it finds, the last changed first; `{"and": []}` finds all
    #[schema(value_type = Option<FilterTree>)]
    pub filter: Option<Value>,
    pub action: BulkAction,
    /// Of `update`: by key of the field
    #[schema(value_type = Option<Object>)]
    pub values: Option<Map<String, Value>>,
    /// Of `transfer`: the new owner
    pub owner: Option<Uuid>,
    /// Of `transfer`: the partner company they are assigned to; null for none
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    pub partner: Option<Option<Uuid>>,
}

/// A record that stayed as it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkFailure {
    pub id: Uuid,
    /// The code of the problem
    pub code: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// How many were changed
    pub done: u64,
    pub failed: Vec<BulkFailure>,
    /// The filter finds more than the 500 that were tried
    pub more: bool,
}

/// Changes many records, each for itself: what cannot be done with one does not stop the others.
#[utoipa::path(post, path = "/records/{object}/bulk", tag = "records", params(("object" = String, Path)),
    request_body = BulkBody,
    responses((status = 200, body = BulkResult), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 422, body = crate::Problem)))]
pub async fn change_many(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
    ApiJson(body): ApiJson<BulkBody>,
) -> Answer<Json<BulkResult>> {
    let caller = signed.caller();
    let deed = Deed::of(&body)?;
    // Whoever may do it with no record at all is told so at once.
    match state.door.grant(caller, &object, body.action.needs()).await {
        Err(error) if error.kind != ErrorKind::StepUp => return Err(error.into()),
        _ => {}
    }
    let work = Work { state: &state, caller, object: &object, deed };
    let mut result = BulkResult { done: 0, failed: Vec::new(), more: false };
    let targets = match (body.ids, body.filter) {
        (Some(ids), None) => Targets::named(ids)?,
        (None, Some(filter)) => {
            let (targets, more) = work.found(filter).await?;
            result.more = more;
            targets
        }
        _ => return Err(Error::invalid("bulk.target").into()),
    };
    work.run(targets, &mut result).await;
    Ok(Json(result))
}

/// What is done with each record.
enum Deed {
    Delete,
    Restore,
    Change(Patch),
}

impl Deed {
    fn of(body: &BulkBody) -> Result<Deed> {
        let needless = |field: &str| Err(Error::invalid("bulk.needless").field(field, "bulk.needless"));
        let missing = |field: &str| Err(Error::invalid("invalid").field(field, "field.required"));
        let place = body.owner.is_some() || body.partner.is_some();
        let placed = if body.owner.is_some() { "owner" } else { "partner" };
        match (body.action, &body.values, place) {
            (BulkAction::Update, _, true) => needless(placed),
            (BulkAction::Update, Some(values), false) if !values.is_empty() => {
                Ok(Deed::Change(Patch { values: values.clone(), ..Patch::default() }))
            }
            (BulkAction::Update, ..) => missing("values"),
            (_, Some(_), _) => needless("values"),
            (BulkAction::Transfer, None, true) => Ok(Deed::Change(Patch {
                owner: body.owner.map(PersonId),
                partner: body.partner.map(|p| p.map(RecordId)),
                ..Patch::default()
            })),
            (BulkAction::Transfer, None, false) => missing("owner"),
            (_, _, true) => needless(placed),
            (BulkAction::Delete, ..) => Ok(Deed::Delete),
            (BulkAction::Restore, ..) => Ok(Deed::Restore),
        }
    }
}

/// Records, with their version where it is known.
struct Targets(Vec<(RecordId, Option<u64>)>);

impl Targets {
    fn named(mut ids: Vec<Uuid>) -> Result<Targets> {
        if ids.len() > MAX {
            return Err(Error::invalid("bulk.size").arg("max", MAX));
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(Targets(ids.into_iter().map(|id| (RecordId(id), None)).collect()))
    }
}

struct Work<'a> {
    state: &'a ApiState,
    caller: &'a Caller,
    object: &'a str,
    deed: Deed,
}

impl Work<'_> {
    /// The records that a filter finds, and whether it finds more.
    async fn found(&self, filter: Value) -> Result<(Targets, bool)> {
        let title = self.state.door.catalog().require(self.object)?.def.title.clone();
        let mut query = ListQuery {
            filter: match filter::parse(filter)? {
                kedun_model::Filter::And(parts) if parts.is_empty() => None,
                filter => Some(filter),
            },
            fields: vec![title],
            limit: Some(PAGE),
            deleted: matches!(self.deed, Deed::Restore),
            ..ListQuery::default()
        };
        let mut targets = Vec::new();
        loop {
            let page = self.state.door.list(self.caller, self.object, &query).await?;
            targets.extend(page.items.iter().map(|item| (item.id, Some(item.version))));
            query.cursor = page.next;
            if targets.len() > MAX || query.cursor.is_none() {
                break;
            }
        }
        let more = targets.len() > MAX || query.cursor.is_some();
        targets.truncate(MAX);
        Ok((Targets(targets), more))
    }

    async fn run(&self, targets: Targets, result: &mut BulkResult) {
        let mut down = None;
        for (id, version) in targets.0 {
            // With a store that cannot write there is no use in trying the others.
            let outcome = match &down {
                Some(code) => Err(Error::unavailable(String::clone(code))),
                None => self.one(id, version).await,
            };
            match outcome {
                Ok(()) => result.done += 1,
                Err(error) => {
                    if error.kind == ErrorKind::Internal {
                        tracing::error!(%error, "one of many changes failed");
                    }
                    let code = error.code.into_owned();
                    if error.kind == ErrorKind::Unavailable {
                        down.get_or_insert_with(|| code.clone());
                    }
                    result.failed.push(BulkFailure { id: id.0, code });
                }
            }
        }
    }

    async fn one(&self, id: RecordId, version: Option<u64>) -> Result<()> {
        let door = &self.state.door;
        let version = match version {
            Some(version) => version,
            None => door.get(self.caller, self.object, id).await?.version,
        };
        match &self.deed {
            Deed::Delete => door.delete(self.caller, self.object, id, version).await.map(drop),
            Deed::Restore => door.restore(self.caller, self.object, id, version).await.map(drop),
            Deed::Change(patch) => {
                door.update(self.caller, self.object, id, version, patch.clone()).await.map(drop)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deed(body: Value) -> Result<Deed> {
        Deed::of(&serde_json::from_value(body).expect("a body"))
    }

    #[test]
    fn each_action_takes_what_it_needs_and_nothing_else() {
        let owner = Uuid::from_bytes([1; 16]);
        assert!(matches!(deed(json!({"action": "delete"})), Ok(Deed::Delete)));
        assert!(matches!(deed(json!({"action": "restore"})), Ok(Deed::Restore)));
        assert!(matches!(deed(json!({"action": "transfer", "owner": owner})), Ok(Deed::Change(_))));
        let taken = deed(json!({"action": "transfer", "partner": null}));
        assert!(matches!(taken, Ok(Deed::Change(Patch { owner: None, partner: Some(None), .. }))));
        assert!(matches!(deed(json!({"action": "update", "values": {"level": "a"}})), Ok(Deed::Change(_))));
        for bad in [
            json!({"action": "delete", "owner": owner}),
            json!({"action": "delete", "values": {}}),
            json!({"action": "restore", "partner": owner}),
            json!({"action": "transfer"}),
            json!({"action": "transfer", "owner": owner, "values": {"level": "a"}}),
            json!({"action": "update"}),
            json!({"action": "update", "values": {}}),
            json!({"action": "update", "values": {"level": "a"}, "owner": owner}),
        ] {
            assert!(deed(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_more_than_five_hundred() {
        let ids = |n: u128| (0..n).map(Uuid::from_u128).collect::<Vec<_>>();
        assert_eq!(Targets::named(ids(500)).expect("accepted").0.len(), 500);
        assert!(Targets::named(ids(501)).is_err());
        assert_eq!(Targets::named(vec![Uuid::nil(), Uuid::nil()]).expect("accepted").0.len(), 1);
    }
}
