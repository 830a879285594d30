//! For tests of this crate and of others: what an office is made of ([`office`]), and what the door makes of a
//! stranger's question, cursor and value, without record and evidence.

pub mod office;

use kedun_model::error::FieldError;
use kedun_model::{Caller, FieldDef, ListQuery, ObjectId, Result, Value};
use serde_json::Value as Json;

use crate::door::Door;
pub use crate::read::cursor::Place;

/// The columns that every record has.
pub const SYSTEM_COLUMNS: &[&str] = &crate::read::row::SYSTEM;

/// Resolves a question as [`Door::list`] does and runs its statement; tells the text of the statement, empty
/// where nothing can be visible, and the number of rows it found.
///
/// # Errors
/// As [`Door::list`].
pub async fn statement(
    door: &Door,
    caller: &Caller,
    object: &str,
    query: &ListQuery,
) -> Result<(String, usize)> {
    door.list_statement(caller, object, query).await
}

/// The cursor for a place, bound to person, object and question.
///
/// # Errors
/// The vault's.
pub fn write_cursor(
    door: &Door,
    caller: &Caller,
    object: ObjectId,
    question: &[u8],
    place: &Place,
) -> Result<String> {
    door.inner().write_cursor(caller, object, question, place)
}

/// The place of a cursor.
///
/// # Errors
/// `cursor.invalid` for one that is foreign, stale or made up.
pub fn read_cursor(
    door: &Door,
    caller: &Caller,
    object: ObjectId,
    question: &[u8],
    cursor: &str,
) -> Result<Place> {
    door.inner().read_cursor(caller, object, question, cursor)
}

/// The value of what was sent for a field.
///
/// # Errors
/// What is wrong with it.
pub fn value(field: &FieldDef, json: &Json) -> Result<Value, FieldError> {
    crate::write::parse::parse(field, json)
}

/// Counts the records of each owner, team and unit, by which lists and searches choose their statements.
///
/// # Errors
/// The store's; `object.unknown`.
pub async fn count_owners(door: &Door, object: &str) -> Result<()> {
    let inner = door.inner();
    let object = inner.catalog().require(object)?.def.id;
    inner.stats.refresh(&inner.store, inner.org.0, object, inner.ctx.now()).await
}
