//! Where a page ended, as an opaque text for the next request.
//!
//! It may hold the value of a field, so it is sealed; it is bound to the person, the object and
//! the question, so that it serves for nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kedun_model::{Caller, Error, ObjectId, Result, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::door::Inner;
use crate::seal::vault_error;

/// The vault's secret that seals cursors.
pub(crate) const CURSOR_SECRET: &str = "cursor";

/// The place after which the next page begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Place {
    /// The sort keys of the last row, its id last.
    Keys(Vec<Value>, Uuid),
    /// The number of rows already given, for orders that are made in memory.
    Offset(u32),
}

impl Inner {
    /// The cursor for a place. `question` is everything the next request must repeat.
    pub fn write_cursor(
        &self,
        caller: &Caller,
        object: ObjectId,
        question: &[u8],
        place: &Place,
    ) -> Result<String> {
        let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(64));
        ciborium::into_writer(place, &mut *plain).map_err(Error::internal)?;
        let bound = bound(caller, object, question);
        let sealed = self.vault.seal_with_secret(CURSOR_SECRET, &bound, &plain).map_err(vault_error)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed.as_bytes()))
    }

    /// The place of a cursor, or `cursor.invalid` for one that is foreign, stale or made up.
    pub fn read_cursor(
        &self,
        caller: &Caller,
        object: ObjectId,
        question: &[u8],
        cursor: &str,
    ) -> Result<Place> {
        let invalid = || Error::invalid("cursor.invalid");
        if cursor.len() > 8192 {
            return Err(invalid());
        }
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok().ok_or_else(invalid)?;
        let bound = bound(caller, object, question);
        let plain = self.vault.open_with_secret(CURSOR_SECRET, &bound, &sealed).ok().ok_or_else(invalid)?;
        ciborium::from_reader(plain.as_bytes()).ok().ok_or_else(invalid)
    }
}

fn bound(caller: &Caller, object: ObjectId, question: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(question.len() + 32);
    out.extend_from_slice(&caller.person.bytes());
    out.extend_from_slice(&object.0.to_be_bytes());
    out.extend_from_slice(question);
    out
}
