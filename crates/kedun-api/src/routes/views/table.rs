//! Where views are kept: name and state sealed, each bound to the id of its view.

use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, ObjectId, PersonId, Result, ViewId};
use kedun_store::sq::{self, Expr, ExprTrait};
use kedun_store::{Changeset, Row};
use serde::{Deserialize, Serialize};

use super::{ViewScope, ViewState};
use crate::state::ApiState;

const TABLE: &str = "saved_view";
/// The vault's secret that seals views.
const SECRET: &str = "views";
/// More views of one object are not read.
const MOST: u64 = 1_000;

/// A view as kept.
#[derive(Debug)]
pub struct Stored {
    pub id: ViewId,
    pub owner: PersonId,
    pub name: String,
    pub scope: ViewScope,
    pub role: Option<String>,
    pub standard: bool,
    pub state: ViewState,
}

/// What is sealed of a view.
#[derive(Serialize, Deserialize)]
struct Body {
    name: String,
    state: ViewState,
}

/// All views of an object.
pub async fn all(state: &ApiState, object: ObjectId) -> Result<Vec<Stored>> {
    let select = columns()
        .and_where(of_object(state, object))
        .order_by("created_at", sq::Order::Asc)
        .limit(MOST)
        .to_owned();
    let store = state.door.store();
    store.query(&store.dialect().select(&select)).await?.iter().map(|row| read(state, row)).collect()
}

/// One view of an object.
pub async fn find(state: &ApiState, object: ObjectId, id: ViewId) -> Result<Option<Stored>> {
    let select = columns().and_where(of_object(state, object)).and_where(Expr::col("id").eq(id.0)).to_owned();
    let store = state.door.store();
    store.query(&store.dialect().select(&select)).await?.first().map(|row| read(state, row)).transpose()
}

/// Adds a view.
pub async fn insert(state: &ApiState, caller: &Caller, object: ObjectId, view: &Stored) -> Result<()> {
    let now = state.now();
    let body = sealed(state, view).await?;
    let insert = sq::Query::insert()
        .into_table(TABLE)
        .columns([
            "org",
            "id",
            "object",
            "owner",
            "scope",
            "role",
            "standard",
            "body",
            "created_at",
            "updated_at",
        ])
        .values([
            state.door.org().0.into(),
            view.id.0.into(),
            i64::from(object.0).into(),
            view.owner.0.into(),
            scope_key(view.scope).into(),
            sq::Value::String(view.role.clone()).into(),
            view.standard.into(),
            body.into(),
            now.into(),
            now.into(),
        ])
        .map_err(Error::internal)?
        .to_owned();
    let changes = begin(state, caller, "view.create", object, view)?;
    let changes = one_default(state, object, view, changes);
    commit(state, changes.exec_expect(state.door.store().dialect().insert(&insert), 1, "view.changed")).await
}

/// Replaces a view.
pub async fn replace(state: &ApiState, caller: &Caller, object: ObjectId, view: &Stored) -> Result<()> {
    let body = sealed(state, view).await?;
    let update = sq::Query::update()
        .table(TABLE)
        .value("scope", scope_key(view.scope))
        .value("role", sq::Value::String(view.role.clone()))
        .value("standard", view.standard)
        .value("body", body)
        .value("updated_at", state.now())
        .and_where(of_object(state, object))
        .and_where(Expr::col("id").eq(view.id.0))
        .to_owned();
    let changes = begin(state, caller, "view.update", object, view)?;
    let changes = one_default(state, object, view, changes);
    commit(state, changes.exec_expect(state.door.store().dialect().update(&update), 1, "not_found")).await
}

/// Removes a view.
pub async fn delete(state: &ApiState, caller: &Caller, object: ObjectId, view: &Stored) -> Result<()> {
    let delete = sq::Query::delete()
        .from_table(TABLE)
        .and_where(of_object(state, object))
        .and_where(Expr::col("id").eq(view.id.0))
        .to_owned();
    let changes = begin(state, caller, "view.delete", object, view)?;
    commit(state, changes.exec_expect(state.door.store().dialect().delete(&delete), 1, "not_found")).await
}

fn begin(
    state: &ApiState,
    caller: &Caller,
    action: &'static str,
    object: ObjectId,
    view: &Stored,
) -> Result<Changeset> {
    let draft = EventDraft::new(action, Outcome::Ok)
        .object(object)
        .detail("view", view.id.to_string())
        .detail("scope", scope_key(view.scope));
    Ok(Changeset::new(state.door.evidence().prepare(caller, draft)?)
        .require_epoch(state.door.org(), caller.epoch))
}

async fn commit(state: &ApiState, changes: Changeset) -> Result<()> {
    match state.door.store().commit(changes).await {
        Ok(_) => Ok(()),
        Err(kedun_store::CommitError::Precondition { code: "not_found" }) => {
            Err(Error::not_found("not_found"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Of the views for the same people at most one opens with the list.
fn one_default(state: &ApiState, object: ObjectId, view: &Stored, changes: Changeset) -> Changeset {
    if !view.standard {
        return changes;
    }
    let mut others = sq::Query::update()
        .table(TABLE)
        .value("standard", false)
        .and_where(of_object(state, object))
        .and_where(Expr::col("scope").eq(scope_key(view.scope)))
        .and_where(Expr::col("id").ne(view.id.0))
        .to_owned();
    match view.scope {
        ViewScope::Private => others.and_where(Expr::col("owner").eq(view.owner.0)),
        ViewScope::Shared => &mut others,
        ViewScope::Role => others.and_where(Expr::col("role").eq(view.role.clone().unwrap_or_default())),
    };
    changes.exec(state.door.store().dialect().update(&others))
}

fn columns() -> sq::SelectStatement {
    sq::Query::select().columns(["id", "owner", "scope", "role", "standard", "body"]).from(TABLE).to_owned()
}

fn of_object(state: &ApiState, object: ObjectId) -> Expr {
    Expr::col("org").eq(state.door.org().0).and(Expr::col("object").eq(i64::from(object.0)))
}

fn read(state: &ApiState, row: &Row) -> Result<Stored> {
    let id = ViewId(row.get_uuid(0)?);
    let plain = state.door.open_secret(SECRET, &bound(id), &row.get_blob(5)?)?;
    // The parser's words would quote the view.
    let body: Option<Body> = serde_json::from_slice(&plain).ok();
    let body = body.ok_or_else(|| Error::internal("a view cannot be read"))?;
    let scope = row.get_text(2)?;
    Ok(Stored {
        id,
        owner: PersonId(row.get_uuid(1)?),
        name: body.name,
        scope: [ViewScope::Private, ViewScope::Shared, ViewScope::Role]
            .into_iter()
            .find(|s| scope_key(*s) == scope)
            .ok_or_else(|| Error::internal("a view has an unknown scope"))?,
        role: row.opt_text(3)?,
        standard: row.get_bool(4)?,
        state: body.state,
    })
}

async fn sealed(state: &ApiState, view: &Stored) -> Result<Vec<u8>> {
    let body = Body { name: view.name.clone(), state: view.state.clone() };
    let plain = serde_json::to_vec(&body).ok().ok_or_else(|| Error::internal("a view cannot be written"))?;
    state.door.seal_secret(SECRET, &bound(view.id), &plain).await
}

fn bound(id: ViewId) -> Vec<u8> {
    [b"saved_view".as_slice(), &id.bytes()].concat()
}

fn scope_key(scope: ViewScope) -> &'static str {
    match scope {
        ViewScope::Private => "private",
        ViewScope::Shared => "shared",
        ViewScope::Role => "role",
    }
}
