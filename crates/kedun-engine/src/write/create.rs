//! Making a record.

use kedun_guard::RecordFacts;
use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, FieldDef, FieldKind, RecordId, Result, Uniqueness, Value};
use kedun_store::{Changeset, CommitError, Param};
use uuid::Uuid;

use super::check::{check_place, entered, invalid, missing};
use super::columns::{names, texts};
use super::equal::{duplicate, lock};
use super::history::Version;
use super::numbers::MOVED;
use super::partner::{check_partner, company_of};
use super::rules::complete_new;
use super::{ATTEMPTS, Attempt, DUPLICATE, NewRecord, busy};
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;
use crate::read::view::{Named, RecordView};
use crate::seal::{store_key, vault_subject};
use crate::stats::Holder;

const CODE: &str = "record.create";

impl Door {
    /// Makes a record and shows it as the caller sees it.
    ///
    /// # Errors
    /// `invalid` with everything that is wrong, by field; `access.*`; `record.duplicate` where a
    /// value is another record's and the field is strict, or warns and `allow_duplicate` is not set;
    /// `subject.erased` where it belongs to a person whose data were erased; `idempotency.done` where
    /// the same request made a record before.
    pub async fn create(&self, caller: &Caller, object: &str, new: NewRecord) -> Result<RecordView> {
        let catalog = self.catalog();
        let object = catalog.require(object)?;
        for _ in 0..ATTEMPTS {
            match self.inner().try_create(caller, object, &new).await? {
                Attempt::Done(id) => return self.shown(caller, object, id, 1).await,
                Attempt::Again => tokio::task::yield_now().await,
            }
        }
        busy("store.busy")
    }

    /// A record after it was written: as the caller sees it, or its bare outline where the caller
    /// may write it and not read it.
    pub(crate) async fn shown(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        id: RecordId,
        version: u64,
    ) -> Result<RecordView> {
        match self.get(caller, &object.def.key, id).await {
            Err(error)
                if matches!(
                    error.kind,
                    kedun_model::ErrorKind::NotFound | kedun_model::ErrorKind::Forbidden
                ) =>
            {
                let directory = self.directory(caller).await?;
                let who = Named { id: caller.person.0, name: directory.name(caller.person).to_owned() };
                let now = self.context().now();
                Ok(RecordView {
                    id,
                    object: object.def.key.as_str().into(),
                    version,
                    title: None,
                    values: Vec::new(),
                    owner: None,
                    unit: None,
                    team: None,
                    partner: None,
                    created_at: now,
                    created_by: who.clone(),
                    updated_at: now,
                    updated_by: who,
                    deleted_at: None,
                    source: None,
                    can: Vec::new(),
                })
            }
            view => view,
        }
    }
}

/// The columns of a new record besides those of its fields, in the order of [`system`].
pub(crate) const NEW_COLUMNS: [&str; 16] = [
    "org",
    "id",
    "version",
    "owner_id",
    "team_id",
    "unit_id",
    "partner_id",
    "subject_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "source",
    "import_id",
    "purpose",
    "basis",
];

/// The system columns of a new record.
pub(crate) struct Birth<'a> {
    pub facts: &'a RecordFacts,
    pub subject: Uuid,
    pub at: i64,
    pub by: Uuid,
    pub source: &'static str,
    pub import: Option<Uuid>,
    pub purpose: Option<&'a str>,
    pub basis: Option<&'a str>,
}

/// The values of [`NEW_COLUMNS`].
pub(crate) fn system(org: i64, id: RecordId, owner: Uuid, birth: &Birth<'_>) -> Vec<Param> {
    let text = |t: Option<&str>| t.map_or(Param::Null, |t| Param::Text(t.to_owned()));
    let uuid = |id: Option<Uuid>| id.map_or(Param::Null, Param::Uuid);
    // Room for the fields as well.
    let mut row = Vec::with_capacity(64);
    row.extend([
        Param::Int(org),
        Param::Uuid(id.0),
        Param::Int(1),
        Param::Uuid(owner),
        uuid(birth.facts.team.map(|t| t.0)),
        uuid(birth.facts.unit.map(|u| u.0)),
        uuid(birth.facts.partner.map(|p| p.0)),
        Param::Uuid(birth.subject),
        Param::Int(birth.at),
        Param::Uuid(birth.by),
        Param::Int(birth.at),
        Param::Uuid(birth.by),
        text(Some(birth.source)),
        uuid(birth.import),
        text(birth.purpose),
        text(birth.basis),
    ]);
    row
}

/// Whose counters a record of these facts moves.
pub(crate) fn holder(facts: &RecordFacts) -> Holder {
    Holder {
        owner: facts.owner.map(|o| o.0),
        team: facts.team.map(|t| t.0),
        unit: facts.unit.map(|u| u.0),
        partner: facts.partner.map(|p| p.0),
    }
}

impl Inner {
    async fn try_create(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        new: &NewRecord,
    ) -> Result<Attempt<RecordId>> {
        let grant = self.grant_for(caller, object, Action::Create, CODE, None).await?;
        let directory = self.directory(caller).await?;
        let now = self.ctx.now();
        let owner = new.owner.unwrap_or_else(|| grant.person());
        let mut errors = check_place(&directory, Some(owner), new.unit, new.team, now);
        errors.extend(check_partner(&directory, new.partner));
        let person = directory.directory.person(owner);
        let theirs = company_of(&directory, [owner, grant.person()]);
        let facts = RecordFacts {
            owner: Some(owner),
            unit: new.unit.or_else(|| person.and_then(|p| p.unit)),
            team: new.team,
            partner: new.partner.or(theirs),
            source: Some(new.source.code().to_owned()),
            ..RecordFacts::default()
        };
        if errors.is_empty() && !grant.allows(&facts) {
            self.refused(caller, CODE, object.def.id, RecordId::NIL).await?;
            return Err(Error::forbidden("access.no_branch"));
        }
        if errors.is_empty() && facts.partner != theirs {
            self.may_assign(caller, object, &RecordFacts { partner: theirs, ..facts.clone() }, &facts)
                .await?;
        }
        let (given, wrong) = entered(object, &grant.levels(&facts), &new.values);
        errors.extend(wrong);
        let mut values = vec![Value::Null; object.def.fields.len()];
        for (position, value) in given {
            if let Some(slot) = values.get_mut(position) {
                *slot = value;
            }
        }
        complete_new(self.writes.rules.get().map_or(&[], Vec::as_slice), object, &mut values);
        // Of a field that is wrong it is not said that it is missing as well.
        let absent: Vec<_> =
            missing(object, &values).filter(|m| !errors.iter().any(|e| e.field == m.field)).collect();
        errors.extend(absent);
        let set: Vec<(&FieldDef, &Value)> = object.def.fields.iter().zip(&values).collect();
        errors.extend(self.check_references(caller, &directory, &set).await?);
        invalid(errors)?;

        let guards = self.unique(object, &set, new.allow_duplicate, None).await?;
        let mut taken = Vec::new();
        for (field, slot) in object.def.fields.iter().zip(&mut values) {
            if matches!(field.kind, FieldKind::AutoNumber { .. }) {
                let numbers = self.take_numbers(field, 1).await?;
                *slot = numbers.value(field, 0);
                taken.push(numbers);
            }
        }

        let id = RecordId(self.ctx.new_uuid());
        let subject = self.subject(object, id, &values).await?;
        let sealing = self.sealing(id, subject, true).await?;
        let birth = Birth {
            facts: &facts,
            subject: subject.0,
            at: now,
            by: caller.person.0,
            source: new.source.code(),
            import: None,
            purpose: new.purpose.as_deref(),
            basis: new.basis.as_deref(),
        };
        let mut row = system(self.org.0, id, owner.0, &birth);
        let mut columns: Vec<String> = NEW_COLUMNS.map(str::to_owned).to_vec();
        columns.extend(names(&object.def.fields));
        for (field, value) in object.def.fields.iter().zip(&values) {
            self.field_values(object, field, &sealing.key, id, value, &mut row)?;
        }

        let keys =
            object.def.fields.iter().zip(&values).filter(|(_, v)| !v.is_null()).map(|(f, _)| f.key.as_str());
        let draft = EventDraft::new(CODE, Outcome::Ok)
            .object(object.def.id)
            .record(id)
            .subjects(vec![subject])
            .fields(keys)
            .detail("owner", owner.to_string());
        let mut changes =
            Changeset::new(self.evidence.prepare(caller, draft)?).require_epoch(self.org, caller.epoch);
        if let Some(once) = &new.once {
            changes = changes.once(self.store.dialect(), once, id.0, now);
        }
        for (lock, stmt, count) in guards {
            changes = changes.lock(lock).require_rows(stmt, count, DUPLICATE);
        }
        for numbers in &taken {
            changes = self.keep_numbers(changes, numbers);
        }
        changes = changes.insert(object.def.id.table(), columns, vec![row]);
        let version = Version {
            record: id,
            version: 1,
            at: now,
            action: "create",
            changes: Vec::new(),
            import: None,
            key: &sealing.key,
        };
        changes = self.with_history(changes, caller, object, version)?.touched(object.def.id.0, vec![id.0]);
        let is_new = sealing.new.is_some();
        if let Some(row) = sealing.new {
            changes = changes.add_key(store_key(row));
        }
        match self.store.commit(changes).await {
            Ok(_) => {}
            Err(error) => {
                if is_new {
                    self.vault.forget(&vault_subject(subject));
                }
                return match error {
                    CommitError::Precondition { code: MOVED | DUPLICATE } => Ok(Attempt::Again),
                    other => Err(Inner::commit_error(other)),
                };
            }
        }
        self.index(object, id, 1, Some(texts(object, &values)));
        self.stats.moved(object.def.id, holder(&facts), 1);
        Ok(Attempt::Done(id))
    }

    /// Refuses values that another record has, and gives the conditions under which that stays so:
    /// lock, query and number of rows of each strict field.
    pub(crate) async fn unique(
        &self,
        object: &CatalogObject,
        set: &[(&FieldDef, &Value)],
        allow: bool,
        own: Option<RecordId>,
    ) -> Result<Vec<(i64, kedun_store::Stmt, u64)>> {
        let mut guards = Vec::new();
        for (field, value) in set {
            let strict = match field.unique {
                Uniqueness::Strict => true,
                Uniqueness::Warn if !allow => false,
                Uniqueness::Warn | Uniqueness::None => continue,
            };
            let equal = match self.equal(object, field, &[value]).await {
                // Nobody is kept from working because duplicates cannot be looked for yet.
                Err(error) if !strict && error.code == "arena.filling" => continue,
                equal => equal?,
            };
            if equal.found.iter().any(|(_, row)| Some(row.id) != own) {
                return Err(duplicate(field));
            }
            if let (true, Some((stmt, count))) = (strict, equal.guard) {
                guards.push((lock(field), stmt, count));
            }
        }
        Ok(guards)
    }
}
