//! Showing sealed values whole, for a stated purpose.

use kedun_ledger::Outcome;
use kedun_model::error::FieldError;
use kedun_model::{Action, Caller, Error, FieldDef, FieldId, FieldLevel, Purpose, RecordId, Result};
use serde_json::Value as Json;

use crate::door::Door;
use crate::evidence::EventDraft;
use crate::read::row::Cell;
use crate::read::view::{FieldView, MaskReason};
use crate::value_format::value_to_json;
use crate::write::{invalid, step_up};

const CODE: &str = "record.reveal";
const COPY: &str = "record.copy";

/// The longest note of a purpose in characters.
const MAX_NOTE: usize = 500;

impl Door {
    /// Shows fields of a record whole. The event, with the purpose, is durable before anything is shown.
    /// A value whose key was destroyed comes back as erased.
    ///
    /// # Errors
    /// `step_up.purpose`, `step_up.mfa` and so on for what must be done first; `field.no_reveal` for
    /// fields of which the caller's rights give the masked form only; `field.unknown`, `not_found`,
    /// `access.*`.
    pub async fn reveal(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        fields: &[String],
        purpose: Purpose,
    ) -> Result<Vec<(String, FieldView)>> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let purpose = sound(purpose)?;
        let caller = &Caller { purpose: Some(purpose), ..caller.clone() };
        let (row, grant) = inner.writable(caller, object, Action::Reveal, CODE, id).await?;
        if row.deleted_at.is_some() {
            return Err(Error::not_found("not_found"));
        }

        let unknown =
            |key: &String| FieldError { field: key.clone(), code: "field.unknown".into(), args: Vec::new() };
        let mut wanted: Vec<(usize, &FieldDef)> = Vec::with_capacity(fields.len());
        let mut errors = Vec::new();
        for key in fields {
            match object.def.fields.iter().enumerate().find(|(_, f)| f.key == *key) {
                Some((_, field)) if wanted.iter().any(|(_, f)| f.id == field.id) => {}
                Some((position, field)) if grant.field_level_max(field.id) > FieldLevel::None => {
                    wanted.push((position, field));
                }
                _ => errors.push(unknown(key)),
            }
        }
        invalid(errors)?;
        if wanted.is_empty() {
            return Err(Error::invalid("reveal.nothing"));
        }
        // An open obligation holds the levels at masked, so it is asked for first.
        let ids: Vec<FieldId> = wanted.iter().map(|(_, f)| f.id).collect();
        let steps = grant.missing_for(caller, &row.facts, &ids);
        if !steps.is_empty() {
            return Err(step_up(&steps));
        }
        let levels = grant.levels(&row.facts);
        let hidden: Vec<FieldError> = wanted
            .iter()
            .filter(|(_, f)| levels.get(f.id) < FieldLevel::Read)
            .map(|(_, f)| FieldError {
                field: f.key.clone(),
                code: "field.no_reveal".into(),
                args: Vec::new(),
            })
            .collect();
        if !hidden.is_empty() {
            inner.refused(caller, CODE, object.def.id, id).await?;
            return Err(Error::forbidden("field.no_reveal").with_fields(hidden));
        }

        let keys = inner.subject_keys(&[row.subject]).await?;
        let draft = EventDraft::new(CODE, Outcome::Ok)
            .object(object.def.id)
            .record(id)
            .subjects(vec![row.subject])
            .fields(wanted.iter().map(|(_, f)| f.key.as_str()))
            .purpose(caller.purpose.clone())
            .sensitive();
        let receipt = inner.receipt(caller, draft)?;
        let mut shown = Vec::with_capacity(wanted.len());
        for (position, field) in wanted {
            let view = match (row.cells.get(position), keys.get(&row.subject)) {
                (Some(Cell::Plain(value)), _) => FieldView::Value(value_to_json(value)),
                (Some(Cell::Sealed(sealed)), Some(key)) => {
                    match inner.open_value(key, object.def.id, field.id, id, sealed) {
                        Ok(value) => FieldView::Value(value_to_json(&value)),
                        Err(error) => {
                            tracing::error!(object = %object.def.key, field = %field.key, record = %id,
                                "a sealed value cannot be opened: it was altered or put in another place");
                            receipt.durable().await?;
                            return Err(error);
                        }
                    }
                }
                (Some(Cell::Sealed(_)), None) => {
                    FieldView::Masked { text: None, revealable: false, reason: MaskReason::Erased }
                }
                (None, _) => FieldView::Value(Json::Null),
            };
            shown.push((field.key.clone(), view));
        }
        receipt.durable().await?;
        Ok(shown)
    }

    /// Counts that a revealed value was copied.
    ///
    /// # Errors
    /// `not_found`, `field.unknown`, `access.*` for who may not reveal the field.
    pub async fn copied(&self, caller: &Caller, object: &str, id: RecordId, field: &str) -> Result<()> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let (row, grant) = inner.writable(caller, object, Action::Reveal, COPY, id).await?;
        let known = object.field(field).filter(|f| grant.field_level_max(f.id) > FieldLevel::None);
        let Some(known) = known else {
            return Err(Error::invalid("field.unknown").field(field, "field.unknown"));
        };
        let draft = EventDraft::new(COPY, Outcome::Ok)
            .object(object.def.id)
            .record(id)
            .subjects(vec![row.subject])
            .fields([known.key.as_str()])
            .purpose(caller.purpose.clone());
        inner.receipt(caller, draft)?.durable().await
    }
}

/// A purpose whose code is a code and whose note is not a novel.
fn sound(purpose: Purpose) -> Result<Purpose> {
    let code = purpose.code.trim().to_owned();
    let fits = code.len() <= 64
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let note = purpose.note.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
    if !fits || note.as_ref().is_some_and(|n| n.chars().nth(MAX_NOTE).is_some()) {
        return Err(Error::invalid("purpose.invalid"));
    }
    Ok(Purpose { code, note })
}
