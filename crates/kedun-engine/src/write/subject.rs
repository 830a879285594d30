//! Whose key seals a record: its own, or that of the subject it belongs to.

use std::collections::HashMap;
use std::sync::Arc;

use kedun_model::{Error, FieldKind, RecordId, Result, SubjectId, SubjectRule, Value};
use kedun_store::{Changeset, sq};
use kedun_vault::SubjectKey;
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use super::history::{Version, write_history};
use super::rules::position;
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::seal::vault_subject;

/// A key to seal with, and its row where it is new.
pub(crate) struct Sealing {
    pub key: Arc<SubjectKey>,
    pub new: Option<kedun_vault::KeyRow>,
}

/// The field through which a record of these values belongs to somebody, and the record it refers to.
pub(crate) fn via(object: &CatalogObject, values: &[Value]) -> Option<(kedun_model::ObjectId, Uuid)> {
    let SubjectRule::Via(keys) = &object.def.subject else { return None };
    keys.iter().find_map(|key| {
        let position = position(object, key)?;
        let field = object.def.fields.get(position)?;
        let FieldKind::Reference { object: Some(target), .. } = &field.kind else { return None };
        Some((*target, values.get(position)?.as_id()?))
    })
}

impl Inner {
    /// The subjects behind references, by object and record.
    pub(crate) async fn subjects_via(
        &self,
        references: &[(kedun_model::ObjectId, Uuid)],
    ) -> Result<HashMap<(kedun_model::ObjectId, Uuid), SubjectId>> {
        let catalog = self.catalog();
        let mut by_object: HashMap<kedun_model::ObjectId, Vec<Uuid>> = HashMap::new();
        for (object, id) in references {
            by_object.entry(*object).or_default().push(*id);
        }
        let mut subjects = HashMap::new();
        for (object, ids) in by_object {
            let Some(target) = catalog.object_by_id(object) else { continue };
            for (id, subject) in self.subjects_of(target, &ids).await? {
                subjects.insert((object, id), subject);
            }
        }
        Ok(subjects)
    }

    /// The subject that a record of these values belongs to.
    pub(crate) async fn subject(
        &self,
        object: &CatalogObject,
        record: RecordId,
        values: &[Value],
    ) -> Result<SubjectId> {
        match via(object, values) {
            Some(reference) => {
                let found = self.subjects_via(&[reference]).await?;
                found.get(&reference).copied().ok_or_else(|| Error::invalid("relation.not_found"))
            }
            None => Ok(SubjectId(record.0)),
        }
    }

    /// The key of a subject; a new one where `record` is its own subject and has none yet.
    ///
    /// # Errors
    /// `subject.erased` where the subject's key was destroyed: nothing can be written of it any more.
    pub(crate) async fn sealing(
        &self,
        record: RecordId,
        subject: SubjectId,
        is_new: bool,
    ) -> Result<Sealing> {
        if is_new && subject.0 == record.0 {
            let (row, key) = self
                .vault
                .new_subject_key(self.vault_org(), vault_subject(subject), self.ctx.now())
                .map_err(crate::seal::vault_error)?;
            return Ok(Sealing { key, new: Some(row) });
        }
        match self.subject_keys(&[subject]).await?.remove(&subject) {
            Some(key) => Ok(Sealing { key, new: None }),
            None if subject.0 == record.0 && !is_new && self.never_keyed(subject).await? => {
                Box::pin(self.sealing(record, subject, true)).await
            }
            None => Err(Error::conflict("subject.erased")),
        }
    }

    /// Whether no record is sealed by the subject: it has lost no key, it never had one.
    async fn never_keyed(&self, subject: SubjectId) -> Result<bool> {
        for object in self.catalog().objects() {
            let select = sq::Query::select()
                .column("id")
                .from(object.def.id.table())
                .and_where(Expr::col("org").eq(self.org.0))
                .and_where(Expr::col("subject_id").eq(subject.0))
                .limit(1)
                .to_owned();
            if !self.store.query(&self.store.dialect().select(&select)).await?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Seals the history of a record anew, because its subject changes.
    pub(crate) async fn reseal_history(
        &self,
        mut changes: Changeset,
        object: &CatalogObject,
        record: RecordId,
        from: &SubjectKey,
        to: &SubjectKey,
    ) -> Result<Changeset> {
        let here = || {
            Expr::col("org")
                .eq(self.org.0)
                .and(Expr::col("object").eq(i64::from(object.def.id.0)))
                .and(Expr::col("record").eq(record.0))
        };
        let select = sq::Query::select()
            .columns(["version", "body"])
            .from("record_history")
            .and_where(here())
            .to_owned();
        for row in self.store.query(&self.store.dialect().select(&select)).await? {
            let version = row.get_u64(0)?;
            let body = self.open_history(from, object.def.id, record, version, &row.get_blob(1)?)?;
            let sealed = self.seal_history(to, object.def.id, record, &body)?;
            let update = sq::Query::update()
                .table("record_history")
                .value("body", sealed.into_bytes())
                .and_where(here())
                .and_where(Expr::col("version").eq(row.get_i64(0)?))
                .to_owned();
            changes = changes.exec_expect(self.store.dialect().update(&update), 1, super::VERSION_CHANGED);
        }
        Ok(changes)
    }

    /// Adds one version to the history.
    pub(crate) fn with_history(
        &self,
        changes: Changeset,
        caller: &kedun_model::Caller,
        object: &CatalogObject,
        version: Version<'_>,
    ) -> Result<Changeset> {
        Ok(write_history(changes, vec![self.history_row(caller, object, version)?]))
    }
}
