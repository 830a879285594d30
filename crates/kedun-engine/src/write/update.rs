//! Changing a record: its values, and whose it is.

use kedun_guard::{Grant, RecordFacts};
use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, ErrorKind, FieldDef, RecordId, Result, SubjectId, Value};
use kedun_store::{Changeset, CommitError, sq};
use sq::{Expr, ExprTrait};

use super::check::{check_place, entered, invalid, missing};
use super::columns::{Column, texts};
use super::create::holder;
use super::history::{
    OWNER_CHANGE, PARTNER_CHANGE, TEAM_CHANGE, UNIT_CHANGE, Version, changes as differences, moved,
};
use super::parse::{masks, wrong};
use super::partner::{check_partner, company_of};
use super::rules::following;
use super::subject::via;
use super::{ATTEMPTS, Attempt, DUPLICATE, Patch, VERSION_CHANGED, busy, signed};
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;
use crate::read::row::RecordRow;
use crate::read::view::RecordView;
use crate::seal::store_key;

const CODE: &str = "record.update";

impl Door {
    /// Changes a record that is still at `version`, and shows it as the caller sees it afterwards.
    /// Values that are there already change nothing and leave no history.
    ///
    /// # Errors
    /// `invalid` with everything that is wrong; `record.version_changed` with the current version;
    /// `not_found`; `access.*`; `record.duplicate`; `field.masked_value` for the masked form of a value.
    pub async fn update(
        &self,
        caller: &Caller,
        object: &str,
        id: RecordId,
        version: u64,
        patch: Patch,
    ) -> Result<RecordView> {
        let catalog = self.catalog();
        let object = catalog.require(object)?;
        for _ in 0..ATTEMPTS {
            match self.inner().try_update(caller, object, id, version, &patch).await? {
                Attempt::Done(version) => return self.shown(caller, object, id, version).await,
                Attempt::Again => tokio::task::yield_now().await,
            }
        }
        busy("store.busy")
    }
}

/// The error of a version that is no longer current.
pub(crate) fn version_changed(current: u64) -> Error {
    Error::new(ErrorKind::PreconditionFailed, VERSION_CHANGED).arg("current", current)
}

impl Inner {
    /// The values of a record that is about to be changed; its key must be there.
    pub(crate) async fn opened(&self, object: &CatalogObject, row: &RecordRow) -> Result<Vec<Value>> {
        let fields: Vec<&FieldDef> = object.def.fields.iter().collect();
        let keys = self.subject_keys(&[row.subject]).await?;
        self.open_row(object, &fields, row, &keys)?.ok_or_else(|| Error::conflict("subject.erased"))
    }

    async fn try_update(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        id: RecordId,
        version: u64,
        patch: &Patch,
    ) -> Result<Attempt<u64>> {
        let (before, row, levels_of) = self.before(caller, object, id, patch).await?;
        if row.version != version {
            return Err(version_changed(row.version));
        }
        let directory = self.directory(caller).await?;
        let now = self.ctx.now();
        let after = placed(&row.facts, patch, &directory);
        let mut errors =
            check_place(&directory, patch.owner, patch.unit.flatten(), patch.team.flatten(), now);
        // A company that is named already may stay, although no partner belongs to it any more.
        errors.extend(check_partner(
            &directory,
            patch.partner.flatten().filter(|p| row.facts.partner != Some(*p)),
        ));
        if errors.is_empty() {
            self.may_place(caller, object, &row, &after, levels_of.as_ref()).await?;
        }

        let mut values = before.clone();
        let mut given = Vec::new();
        if let Some(grant) = &levels_of {
            let mut wrongs;
            (given, wrongs) = entered(object, &grant.levels(&row.facts), &patch.values);
            // The level must hold for the record as it is and as it becomes.
            if after != row.facts {
                let (_, more) = entered(object, &grant.levels(&after), &patch.values);
                wrongs.extend(more);
                wrongs.dedup();
            }
            errors.extend(wrongs);
        }
        for (position, value) in &given {
            let (Some(field), Some(slot)) = (object.def.fields.get(*position), values.get_mut(*position))
            else {
                continue;
            };
            if masks(field, value, slot) {
                errors.push(wrong(field, "field.masked_value"));
            } else {
                slot.clone_from(value);
            }
        }
        let changed = |position: usize| values.get(position) != before.get(position);
        let follow = following(self.writes.rules.get().map_or(&[], Vec::as_slice), object, &values, changed);
        for (position, value) in follow {
            if !given.iter().any(|(entered, _)| *entered == position)
                && let Some(slot) = values.get_mut(position)
            {
                *slot = value;
            }
        }
        let set: Vec<(&FieldDef, &Value)> = object
            .def
            .fields
            .iter()
            .zip(values.iter().zip(&before))
            .filter(|(_, (new, old))| new != old)
            .map(|(field, (new, _))| (field, new))
            .collect();
        let emptied: Vec<_> = missing(object, &values)
            .filter(|m| {
                set.iter().any(|(f, _)| f.key == m.field) && !errors.iter().any(|e| e.field == m.field)
            })
            .collect();
        errors.extend(emptied);
        errors.extend(self.check_references(caller, &directory, &set).await?);
        invalid(errors)?;
        if set.is_empty() && after == row.facts {
            return Ok(Attempt::Done(version));
        }
        let guards = self.unique(object, &set, patch.allow_duplicate, Some(id)).await?;

        let mut differing = differences(&object.def.fields, &before, &values);
        differing.extend(moved(OWNER_CHANGE, row.facts.owner.map(|o| o.0), after.owner.map(|o| o.0)));
        differing.extend(moved(UNIT_CHANGE, row.facts.unit.map(|u| u.0), after.unit.map(|u| u.0)));
        differing.extend(moved(TEAM_CHANGE, row.facts.team.map(|t| t.0), after.team.map(|t| t.0)));
        differing.extend(moved(PARTNER_CHANGE, row.facts.partner.map(|p| p.0), after.partner.map(|p| p.0)));

        // Only a change of relation gives a record to another person.
        let subject = if via(object, &values) == via(object, &before) {
            row.subject
        } else {
            self.subject(object, id, &values).await?
        };
        let sealing = self.sealing(id, subject, false).await?;
        let moves_subject = subject != row.subject;
        let mut columns: Vec<Column> = Vec::new();
        for (field, value) in object.def.fields.iter().zip(&values) {
            // Under another subject's key everything sealed is sealed anew.
            if set.iter().any(|(f, _)| f.id == field.id) || (moves_subject && field.sealed()) {
                self.field_columns(object, field, &sealing.key, id, value, &mut columns)?;
            }
        }
        let next = version + 1;
        let mut draft = EventDraft::new(CODE, Outcome::Ok)
            .object(object.def.id)
            .record(id)
            .subjects(vec![subject])
            .fields(set.iter().map(|(f, _)| f.key.as_str()));
        for (name, to) in [
            ("owner", (after.owner != row.facts.owner).then(|| after.owner.map(|o| o.to_string()))),
            ("unit", (after.unit != row.facts.unit).then(|| after.unit.map(|u| u.to_string()))),
            ("team", (after.team != row.facts.team).then(|| after.team.map(|t| t.to_string()))),
            ("partner", (after.partner != row.facts.partner).then(|| after.partner.map(|p| p.to_string()))),
        ] {
            if let Some(to) = to {
                draft = draft.detail(name, to.unwrap_or_default());
            }
        }
        let mut changes =
            Changeset::new(self.evidence.prepare(caller, draft)?).require_epoch(self.org, caller.epoch);
        for (lock, stmt, count) in guards {
            changes = changes.lock(lock).require_rows(stmt, count, DUPLICATE);
        }
        let update = self.update_record(object, id, version, next, now, caller, &after, subject, columns)?;
        changes = changes.exec_expect(update, 1, VERSION_CHANGED);
        if moves_subject {
            let old = self.subject_keys(&[row.subject]).await?.remove(&row.subject);
            let old = old.ok_or_else(|| Error::conflict("subject.erased"))?;
            changes = self.reseal_history(changes, object, id, &old, &sealing.key).await?;
        }
        let history = Version {
            record: id,
            version: next,
            at: now,
            action: "update",
            changes: differing,
            import: None,
            key: &sealing.key,
        };
        changes = self.with_history(changes, caller, object, history)?.touched(object.def.id.0, vec![id.0]);
        if let Some(row) = sealing.new {
            changes = changes.add_key(store_key(row));
        }
        match self.store.commit(changes).await {
            Ok(_) => {}
            Err(CommitError::Precondition { code: DUPLICATE }) => return Ok(Attempt::Again),
            // Who came first decides the version that is told.
            Err(CommitError::Precondition { code: VERSION_CHANGED }) => {
                let current = self.stored(object, &[id]).await?.first().map_or(version, |s| s.row.version);
                return Err(version_changed(current));
            }
            Err(other) => return Err(Inner::commit_error(other)),
        }
        self.index(object, id, next, Some(texts(object, &values)));
        if after != row.facts {
            self.stats.moved(object.def.id, holder(&row.facts), -1);
            self.stats.moved(object.def.id, holder(&after), 1);
        }
        Ok(Attempt::Done(next))
    }

    /// The record as it is, and the grant under which its values are changed; a mere handing over
    /// needs none.
    async fn before(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        id: RecordId,
        patch: &Patch,
    ) -> Result<(Vec<Value>, RecordRow, Option<Grant>)> {
        let moves =
            patch.owner.is_some() || patch.unit.is_some() || patch.team.is_some() || patch.partner.is_some();
        let action = if patch.values.is_empty() && moves { Action::Transfer } else { Action::Update };
        let (row, grant) = self.writable(caller, object, action, CODE, id).await?;
        if row.deleted_at.is_some() {
            return Err(Error::not_found("not_found"));
        }
        let values = self.opened(object, &row).await?;
        Ok((values, row, (action == Action::Update).then_some(grant)))
    }

    /// Whether the caller may turn the record into one of `after`: not out of reach, and not without
    /// the right to hand over.
    async fn may_place(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        row: &RecordRow,
        after: &RecordFacts,
        update: Option<&Grant>,
    ) -> Result<()> {
        if *after == row.facts {
            return Ok(());
        }
        let transfer = self.grant_for(caller, object, Action::Transfer, CODE, Some(row.id)).await?;
        let mut judged = row.clone();
        self.fill_shares(object.def.id, std::slice::from_mut(&mut judged), [&transfer]).await?;
        let after = RecordFacts { shares: judged.facts.shares.clone(), ..after.clone() };
        let held = update.is_none_or(|grant| grant.allows(&judged.facts));
        if held && transfer.allows_write(&judged.facts, &after) {
            return Ok(());
        }
        self.refused(caller, CODE, object.def.id, row.id).await?;
        Err(Error::forbidden("access.no_transfer"))
    }

    /// The UPDATE of a living record that is at `version`.
    #[expect(clippy::too_many_arguments, reason = "the columns of one statement")]
    pub(crate) fn update_record(
        &self,
        object: &CatalogObject,
        id: RecordId,
        version: u64,
        next: u64,
        at: i64,
        caller: &Caller,
        facts: &RecordFacts,
        subject: SubjectId,
        columns: Vec<Column>,
    ) -> Result<kedun_store::Stmt> {
        let owner = facts.owner.ok_or_else(|| Error::internal("a record without an owner"))?;
        let mut update = sq::Query::update();
        update
            .table(object.def.id.table())
            .value("version", signed(next)?)
            .value("updated_at", at)
            .value("updated_by", caller.person.0)
            .value("owner_id", owner.0)
            .value("unit_id", sq::Value::Uuid(facts.unit.map(|u| u.0)))
            .value("team_id", sq::Value::Uuid(facts.team.map(|t| t.0)))
            .value("partner_id", sq::Value::Uuid(facts.partner.map(|p| p.0)))
            .value("subject_id", subject.0);
        for (column, value) in columns {
            update.value(column, value);
        }
        update
            .and_where(Expr::col("org").eq(self.org.0))
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("version").eq(signed(version)?))
            .and_where(Expr::col("deleted_at").is_null());
        Ok(self.store.dialect().update(&update))
    }
}

/// The facts of a record after a patch. With the owner the unit moves, and from or to an outside
/// partner the company, unless they are named.
fn placed(before: &RecordFacts, patch: &Patch, directory: &crate::access::DirectoryEntry) -> RecordFacts {
    let mut after = before.clone();
    if let Some(owner) = patch.owner {
        if before.owner != Some(owner) {
            after.unit = directory.directory.person(owner).and_then(|p| p.unit);
            let (from, to) = (company_of(directory, before.owner), company_of(directory, [owner]));
            if from.is_some() || to.is_some() {
                after.partner = to;
            }
        }
        after.owner = Some(owner);
    }
    if let Some(unit) = patch.unit {
        after.unit = unit;
    }
    if let Some(team) = patch.team {
        after.team = team;
    }
    if let Some(partner) = patch.partner {
        after.partner = partner;
    }
    after
}
