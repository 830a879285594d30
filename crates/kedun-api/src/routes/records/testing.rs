//! The readers of questions about records, for the fuzzer.

use kedun_model::{Error, Filter, ListQuery, Result};
use serde_json::Value;

use super::list::ListBody;
use super::timeline::merge::Place;

/// The question in a parameter `q`.
///
/// # Errors
/// `query.malformed`, `filter.malformed`, `filter.too_deep`.
pub fn list_query(text: &str) -> Result<ListQuery> {
    let body: ListBody = serde_json::from_str(text).ok().ok_or_else(|| Error::invalid("query.malformed"))?;
    body.question()
}

/// A tree of conditions.
///
/// # Errors
/// `filter.malformed`, `filter.too_deep`.
pub fn filter(json: Value) -> Result<Filter> {
    super::filter::parse(json)
}

/// Reads the cursor of a timeline and writes it again; none where nothing follows.
///
/// # Errors
/// `cursor.invalid`.
pub fn timeline_cursor(text: &str) -> Result<Option<String>> {
    Place::read(text)?.write()
}
