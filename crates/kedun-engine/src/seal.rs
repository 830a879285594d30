//! Sealing and opening the fields of a record, and the keys for it.

use std::collections::HashMap;
use std::sync::Arc;

use kedun_model::{Error, FieldDef, FieldId, ObjectId, RecordId, Result, SubjectId, Value};
use kedun_vault::{FieldCtx, KeyRow, Sealed, SubjectKey, Vault, VaultError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::arenas::text_kind;
use crate::door::Inner;

/// The place of a record's history among its sealed values; no field has this number.
const HISTORY_FIELD: FieldId = FieldId(0);

/// Of a million values about 16 share a token: enough to hide in, few enough to open each.
const BLIND_BITS: u8 = 16;
const BLIND_GENERATION: u32 = 1;

/// The keys of some subjects. Erased ones are missing.
pub(crate) type SubjectKeys = HashMap<SubjectId, Arc<SubjectKey>>;

/// What one version of a record changed; sealed with the record's key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HistoryBody {
    /// The version that came of it; a body moved to another version is refused.
    pub version: u64,
    pub changes: Vec<FieldChange>,
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FieldChange {
    pub field: u32,
    pub from: Value,
    pub to: Value,
}

/// The vault's form of a subject.
pub(crate) fn vault_subject(subject: SubjectId) -> kedun_vault::SubjectId {
    kedun_vault::SubjectId(subject.bytes())
}

/// The store's form of a key.
pub(crate) fn store_key(row: KeyRow) -> kedun_store::KeyRow {
    kedun_store::KeyRow {
        subject: row.subject.0,
        generation: row.generation,
        epoch: row.epoch,
        wrapped: row.wrapped,
        commitment: row.commitment,
        created_at: row.created_at,
    }
}

pub(crate) fn vault_key(row: kedun_store::KeyRow) -> KeyRow {
    KeyRow {
        subject: kedun_vault::SubjectId(row.subject),
        generation: row.generation,
        epoch: row.epoch,
        wrapped: row.wrapped,
        commitment: row.commitment,
        created_at: row.created_at,
    }
}

/// A failure of the vault as a use case reports it; its texts carry no secret.
pub(crate) fn vault_error(error: VaultError) -> Error {
    Error::internal(format!("{}: {error}", error.code()))
}

impl Inner {
    pub fn vault_org(&self) -> kedun_vault::OrgId {
        kedun_vault::OrgId(self.org.0)
    }

    /// The keys of `ids`, each once: from memory, and the rest by one query. A subject whose key
    /// was destroyed is missing in the answer.
    pub async fn subject_keys(&self, ids: &[SubjectId]) -> Result<SubjectKeys> {
        self.unwrapped(ids, Vault::unwrap_key).await
    }

    /// As [`Inner::subject_keys`] for a pass over many records: what is unwrapped is not kept.
    pub async fn subject_keys_once(&self, ids: &[SubjectId]) -> Result<SubjectKeys> {
        self.unwrapped(ids, Vault::unwrap_key_once).await
    }

    async fn unwrapped(
        &self,
        ids: &[SubjectId],
        unwrap: fn(&Vault, kedun_vault::OrgId, &KeyRow) -> kedun_vault::Result<Arc<SubjectKey>>,
    ) -> Result<SubjectKeys> {
        let mut keys = SubjectKeys::with_capacity(ids.len());
        let mut missing = Vec::new();
        for id in ids {
            if keys.contains_key(id) {
                continue;
            }
            match self.vault.cached(&vault_subject(*id)) {
                Some(key) => {
                    keys.insert(*id, key);
                }
                None => missing.push(*id),
            }
        }
        if missing.is_empty() {
            return Ok(keys);
        }
        missing.sort_unstable();
        missing.dedup();
        let mut newest: HashMap<[u8; 16], kedun_store::KeyRow> = HashMap::new();
        for row in self.store.keys_for(&missing).await? {
            match newest.get(&row.subject) {
                Some(known) if known.generation >= row.generation => {}
                _ => {
                    newest.insert(row.subject, row);
                }
            }
        }
        let org = self.vault_org();
        for (subject, row) in newest {
            let key = unwrap(&self.vault, org, &vault_key(row)).map_err(vault_error)?;
            keys.insert(SubjectId::from_bytes(subject), key);
        }
        Ok(keys)
    }

    /// Seals a value for its place.
    pub fn seal_value(
        &self,
        key: &SubjectKey,
        object: ObjectId,
        field: FieldId,
        record: RecordId,
        value: &Value,
    ) -> Result<Sealed> {
        let ctx = self.field_ctx(key, object, field, record);
        let plain = zeroize::Zeroizing::new(encode(value)?);
        self.vault.seal(key, &ctx, &plain).map_err(vault_error)
    }

    /// Opens a value in its place.
    pub fn open_value(
        &self,
        key: &SubjectKey,
        object: ObjectId,
        field: FieldId,
        record: RecordId,
        sealed: &[u8],
    ) -> Result<Value> {
        let ctx = self.field_ctx(key, object, field, record);
        decode(self.vault.open_field(key, &ctx, sealed).map_err(vault_error)?.as_bytes())
    }

    /// Seals what a version of a record changed.
    pub fn seal_history(
        &self,
        key: &SubjectKey,
        object: ObjectId,
        record: RecordId,
        body: &HistoryBody,
    ) -> Result<Sealed> {
        let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(256));
        ciborium::into_writer(body, &mut *plain).map_err(Error::internal)?;
        let ctx = self.field_ctx(key, object, HISTORY_FIELD, record);
        self.vault.seal(key, &ctx, &plain).map_err(vault_error)
    }

    /// Opens what [`Inner::seal_history`] sealed for this version.
    pub fn open_history(
        &self,
        key: &SubjectKey,
        object: ObjectId,
        record: RecordId,
        version: u64,
        sealed: &[u8],
    ) -> Result<HistoryBody> {
        let ctx = self.field_ctx(key, object, HISTORY_FIELD, record);
        let plain = self.vault.open_field(key, &ctx, sealed).map_err(vault_error)?;
        let body: HistoryBody = ciborium::from_reader(plain.as_bytes()).map_err(|_text_may_hold_values| {
            Error::internal("a sealed history is not in the expected form")
        })?;
        if body.version == version {
            Ok(body)
        } else {
            Err(Error::internal("a sealed history stands at another version than its own"))
        }
    }

    /// The blind-index token of a sealed field's text; none for text without a canonical form.
    /// Tokens collide on purpose: candidates are opened and compared.
    pub fn blind_token(&self, object: ObjectId, field: &FieldDef, text: &str) -> Option<i64> {
        Some(self.form_token(object, field, &blind_form(field, text)?))
    }

    /// The token of a [`blind_form`].
    pub(crate) fn form_token(&self, object: ObjectId, field: &FieldDef, form: &str) -> i64 {
        let token = self.vault.blind_index(
            self.vault_org(),
            object.0,
            field.id.0,
            "eq",
            BLIND_GENERATION,
            form.as_bytes(),
            BLIND_BITS,
        );
        i64::from(token)
    }

    fn field_ctx(&self, key: &SubjectKey, object: ObjectId, field: FieldId, record: RecordId) -> FieldCtx {
        FieldCtx {
            org: self.vault_org(),
            object: object.0,
            field: field.0,
            record: record.bytes(),
            subject: key.subject(),
        }
    }
}

/// The form of a text that its blind-index token is made of, on which two values are the same; none for
/// text without one.
pub(crate) fn blind_form(field: &FieldDef, text: &str) -> Option<Zeroizing<String>> {
    let form = Zeroizing::new(kedun_arena::canonical(text_kind(&field.kind)?, text));
    (!form.is_empty()).then_some(form)
}

/// A value as it is sealed: a byte for its kind, then its bytes, so that a sealed date stays a date.
fn encode(value: &Value) -> Result<Vec<u8>> {
    let (tag, rest) = match value {
        Value::Null => (0, Vec::new()),
        Value::Bool(b) => (1, vec![u8::from(*b)]),
        Value::Int(n) => (2, n.to_be_bytes().to_vec()),
        Value::Text(s) => {
            let mut out = Vec::with_capacity(s.len() + 1);
            out.push(3);
            out.extend_from_slice(s.as_bytes());
            return Ok(out);
        }
        Value::Date(d) => (4, d.to_be_bytes().to_vec()),
        Value::Time(t) => (5, t.to_be_bytes().to_vec()),
        Value::Id(id) => (6, id.as_bytes().to_vec()),
        Value::List(keys) => (7, serde_json::to_vec(keys).map_err(Error::internal)?),
    };
    let mut out = Vec::with_capacity(rest.len() + 1);
    out.push(tag);
    out.extend_from_slice(&rest);
    Ok(out)
}

fn decode(bytes: &[u8]) -> Result<Value> {
    let bad = || Error::internal("a sealed value is not in the expected form");
    let (tag, rest) = bytes.split_first().ok_or_else(bad)?;
    Ok(match tag {
        0 => Value::Null,
        1 => Value::Bool(rest == [1]),
        2 => Value::Int(i64::from_be_bytes(*rest.as_array().ok_or_else(bad)?)),
        3 => Value::Text(std::str::from_utf8(rest).ok().ok_or_else(bad)?.to_owned()),
        4 => Value::Date(i32::from_be_bytes(*rest.as_array().ok_or_else(bad)?)),
        5 => Value::Time(i64::from_be_bytes(*rest.as_array().ok_or_else(bad)?)),
        6 => Value::Id(Uuid::from_slice(rest).ok().ok_or_else(bad)?),
        7 => Value::List(serde_json::from_slice(rest).ok().ok_or_else(bad)?),
        _ => return Err(bad()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_comes_back() {
        for value in [
            Value::Null,
            Value::Bool(true),
            Value::Bool(false),
            Value::Int(-7),
            Value::Text("王小明".to_owned()),
            Value::Date(-1),
            Value::Time(1_763_900_000_000_000),
            Value::Id(Uuid::from_u128(9)),
            Value::List(vec!["a".to_owned(), "b".to_owned()]),
        ] {
            assert_eq!(decode(&encode(&value).unwrap()).unwrap(), value);
        }
        assert!(decode(&[]).is_err());
        assert!(decode(&[2, 0]).is_err());
        assert!(decode(&[9]).is_err());
    }
}
