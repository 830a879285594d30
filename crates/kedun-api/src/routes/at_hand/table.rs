//! Where favourites are kept: who keeps the id of which record.

use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, ObjectId, PersonId, RecordId, Result};
use kedun_store::sq::{self, Expr, ExprTrait};
use kedun_store::{Changeset, Stmt};

use crate::state::ApiState;

pub const ADD: &str = "favourite.add";
const REMOVE: &str = "favourite.remove";
const TABLE: &str = "favourite";

/// What a person keeps, the latest first.
pub async fn kept(state: &ApiState, person: PersonId) -> Result<Vec<(ObjectId, RecordId)>> {
    let select = sq::Query::select()
        .columns(["object", "record"])
        .from(TABLE)
        .and_where(of_person(state, person))
        .order_by("created_at", sq::Order::Desc)
        .order_by("record", sq::Order::Asc)
        .to_owned();
    let store = state.door.store();
    let rows = store.query(&store.dialect().select(&select)).await?;
    rows.iter()
        .map(|row| {
            let object = u32::try_from(row.get_i64(0)?).map_err(Error::internal)?;
            Ok((ObjectId(object), RecordId(row.get_uuid(1)?)))
        })
        .collect()
}

/// Keeps a record.
pub async fn add(state: &ApiState, caller: &Caller, object: ObjectId, id: RecordId) -> Result<()> {
    let key = ["org", "person", "object", "record"];
    let insert = sq::Query::insert()
        .into_table(TABLE)
        .columns(key.into_iter().chain(["created_at"]))
        .values([
            state.door.org().0.into(),
            caller.person.0.into(),
            i64::from(object.0).into(),
            id.0.into(),
            state.now().into(),
        ])
        .map_err(Error::internal)?
        .on_conflict(sq::OnConflict::columns(key).do_nothing().to_owned())
        .to_owned();
    commit(state, caller, ADD, object, id, state.door.store().dialect().insert(&insert)).await
}

/// Keeps a record no longer.
pub async fn remove(state: &ApiState, caller: &Caller, object: ObjectId, id: RecordId) -> Result<()> {
    let delete = sq::Query::delete()
        .from_table(TABLE)
        .and_where(of_person(state, caller.person))
        .and_where(Expr::col("object").eq(i64::from(object.0)))
        .and_where(Expr::col("record").eq(id.0))
        .to_owned();
    commit(state, caller, REMOVE, object, id, state.door.store().dialect().delete(&delete)).await
}

fn of_person(state: &ApiState, person: PersonId) -> Expr {
    Expr::col("org").eq(state.door.org().0).and(Expr::col("person").eq(person.0))
}

async fn commit(
    state: &ApiState,
    caller: &Caller,
    action: &'static str,
    object: ObjectId,
    id: RecordId,
    stmt: Stmt,
) -> Result<()> {
    let draft = EventDraft::new(action, Outcome::Ok).object(object).record(id);
    let changes = Changeset::new(state.door.evidence().prepare(caller, draft)?)
        .require_epoch(state.door.org(), caller.epoch)
        .exec(stmt);
    state.door.store().commit(changes).await?;
    Ok(())
}
