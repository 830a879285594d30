//! What every write asks first: may the caller, are the values sound, does what they refer to exist.

use std::collections::{HashMap, HashSet};

use kedun_guard::{FieldLevels, Grant, Obligation};
use kedun_model::error::FieldError;
use kedun_model::{
    Action, Caller, Error, ErrorKind, FieldDef, FieldKind, FieldLevel, ObjectId, PersonId, RecordId, Result,
    TeamId, UnitId, Value,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::parse::{parse, wrong};
use super::rules::position;
use crate::access::DirectoryEntry;
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::read::point::Point;
use crate::read::row::RecordRow;

/// Ids of one object that a caller may refer to.
pub(crate) type Visible = HashSet<(ObjectId, Uuid)>;

impl Inner {
    /// The grant for an action; a refusal is in the evidence before it is told.
    pub(crate) async fn grant_for(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        action: Action,
        code: &'static str,
        record: Option<RecordId>,
    ) -> Result<Grant> {
        match self.grant(caller, object, action).await {
            Ok(grant) => Ok(grant),
            Err(error) => {
                if error.kind == ErrorKind::Forbidden {
                    self.refused(caller, code, object.def.id, record.unwrap_or(RecordId::NIL)).await?;
                }
                Err(name_step(error))
            }
        }
    }

    /// A record with all its fields that the caller sees and may do `action` with.
    ///
    /// # Errors
    /// `not_found` where it is not there or not the caller's to see; `access.*` where it is seen and
    /// the action is not given; a step-up where something must be done first.
    pub(crate) async fn writable(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        action: Action,
        code: &'static str,
        id: RecordId,
    ) -> Result<(RecordRow, Grant)> {
        let fields: Vec<&FieldDef> = object.def.fields.iter().collect();
        let read = self.grant_for(caller, object, Action::Read, code, Some(id)).await?;
        let mut row = match self.point(object, &read, id, &fields).await? {
            Point::Visible(row) => *row,
            Point::Refused => {
                self.refused(caller, code, object.def.id, id).await?;
                return Err(Error::not_found("not_found"));
            }
            Point::Missing => return Err(Error::not_found("not_found")),
        };
        let grant = self.grant_for(caller, object, action, code, Some(id)).await?;
        self.fill_shares(object.def.id, std::slice::from_mut(&mut row), [&grant]).await?;
        if !grant.allows(&row.facts) {
            let steps = grant.step_up(&row.facts);
            if !steps.is_empty() {
                return Err(step_up(&steps));
            }
            self.refused(caller, code, object.def.id, id).await?;
            return Err(Error::forbidden("access.no_branch"));
        }
        Ok((row, grant))
    }

    /// Which of these references the caller may make: to living records that the caller reads.
    pub(crate) async fn referable(
        &self,
        caller: &Caller,
        references: &[(ObjectId, Uuid)],
    ) -> Result<Visible> {
        let catalog = self.catalog();
        let mut by_object: HashMap<ObjectId, Vec<RecordId>> = HashMap::new();
        for (object, id) in references {
            by_object.entry(*object).or_default().push(RecordId(*id));
        }
        let mut visible = Visible::new();
        for (object, mut ids) in by_object {
            ids.sort_unstable();
            ids.dedup();
            let Some(target) = catalog.object_by_id(object) else { continue };
            let Ok(grant) = self.grant(caller, target, Action::Read).await else { continue };
            let rows = self.points(target, &grant, &ids, &[]).await?;
            visible.extend(rows.iter().filter(|r| r.deleted_at.is_none()).map(|r| (object, r.id.0)));
        }
        Ok(visible)
    }

    /// What is wrong with what these values refer to.
    pub(crate) async fn check_references(
        &self,
        caller: &Caller,
        directory: &DirectoryEntry,
        entered: &[(&FieldDef, &Value)],
    ) -> Result<Vec<FieldError>> {
        let references: Vec<_> = entered.iter().filter_map(|(f, v)| reference(f, v)).collect();
        let visible =
            if references.is_empty() { Visible::new() } else { self.referable(caller, &references).await? };
        let now = self.ctx.now();
        Ok(entered.iter().filter_map(|(f, v)| broken(f, v, &visible, directory, now)).collect())
    }
}

/// The record that a value refers to.
pub(crate) fn reference(field: &FieldDef, value: &Value) -> Option<(ObjectId, Uuid)> {
    match (&field.kind, value) {
        (FieldKind::Reference { object: Some(object), .. }, Value::Id(id)) => Some((*object, *id)),
        _ => None,
    }
}

/// What is wrong with what a value refers to.
pub(crate) fn broken(
    field: &FieldDef,
    value: &Value,
    visible: &Visible,
    directory: &DirectoryEntry,
    now: i64,
) -> Option<FieldError> {
    let found = match (&field.kind, value) {
        (FieldKind::Reference { object, .. }, Value::Id(id)) => {
            object.is_some_and(|o| visible.contains(&(o, *id)))
        }
        (FieldKind::Person, Value::Id(id)) => directory.directory.person_active(PersonId(*id), now),
        _ => true,
    };
    (!found).then(|| wrong(field, "relation.not_found"))
}

/// What was entered, by position of the field, and everything that is wrong with it.
pub(crate) fn entered(
    object: &CatalogObject,
    levels: &FieldLevels,
    values: &Map<String, Json>,
) -> (Vec<(usize, Value)>, Vec<FieldError>) {
    let mut entered = Vec::with_capacity(values.len());
    let mut errors = Vec::new();
    for (key, json) in values {
        let unknown = || FieldError { field: key.clone(), code: "field.unknown".into(), args: Vec::new() };
        let Some((position, field)) =
            position(object, key).and_then(|p| object.def.fields.get(p).map(|f| (p, f)))
        else {
            errors.push(unknown());
            continue;
        };
        match may_write(field, levels.get(field.id)) {
            Err("field.unknown") => errors.push(unknown()),
            Err(code) => errors.push(wrong(field, code)),
            Ok(()) => match parse(field, json) {
                Ok(value) => entered.push((position, value)),
                Err(error) => errors.push(error),
            },
        }
    }
    (entered, errors)
}

/// Whether a field may be written at this level. One that is not seen at all is not known.
pub(crate) fn may_write(field: &FieldDef, level: FieldLevel) -> Result<(), &'static str> {
    match level {
        FieldLevel::None => Err("field.unknown"),
        _ if field.read_only || matches!(field.kind, FieldKind::AutoNumber { .. }) => Err("field.read_only"),
        FieldLevel::Write => Ok(()),
        FieldLevel::Masked | FieldLevel::Read => Err("field.no_write"),
    }
}

/// The required fields that are empty.
pub(crate) fn missing<'a>(
    object: &'a CatalogObject,
    values: &'a [Value],
) -> impl Iterator<Item = FieldError> + 'a {
    object
        .def
        .fields
        .iter()
        .zip(values)
        .filter(|(field, value)| {
            let given = field.read_only || matches!(field.kind, FieldKind::AutoNumber { .. });
            field.required && !given && value.is_null()
        })
        .map(|(field, _)| wrong(field, "field.required"))
}

/// What is wrong with the people and places a record is given to.
pub(crate) fn check_place(
    directory: &DirectoryEntry,
    owner: Option<PersonId>,
    unit: Option<UnitId>,
    team: Option<TeamId>,
    now: i64,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut check = |key: &str, good: bool| {
        if !good {
            errors.push(FieldError {
                field: key.to_owned(),
                code: "relation.not_found".into(),
                args: Vec::new(),
            });
        }
    };
    check("_owner", owner.is_none_or(|id| directory.directory.person_active(id, now)));
    check("_unit", unit.is_none_or(|id| directory.directory.unit(id).is_some()));
    check("_team", team.is_none_or(|id| directory.team_names.contains_key(&id)));
    errors
}

/// All that is wrong, as one error; none if nothing is.
pub(crate) fn invalid(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() { Ok(()) } else { Err(Error::invalid("invalid").with_fields(errors)) }
}

/// The error that names the first step to be taken, and all of them.
pub(crate) fn step_up(steps: &[Obligation]) -> Error {
    let all: Vec<&str> = steps.iter().map(|s| s.code()).collect();
    let (code, age) = match steps.first() {
        Some(Obligation::RequireMfa { max_age_us }) => ("step_up.mfa", Some(max_age_us / 1_000_000)),
        Some(Obligation::RequirePurpose) => ("step_up.purpose", None),
        Some(Obligation::RequireApproval { .. }) => ("step_up.approval", None),
        Some(Obligation::RequireDevice) | None => ("step_up.device", None),
    };
    let error = Error::new(ErrorKind::StepUp, code).arg("steps", all.join(","));
    match age {
        Some(age) => error.arg("max_age", age),
        None => error,
    }
}

/// A refused grant with open obligations, under the code of the first of them.
pub(crate) fn name_step(mut error: Error) -> Error {
    if error.kind == ErrorKind::StepUp && error.code == "access.step_up" {
        let steps =
            error.args.iter().find(|(name, _)| name == "steps").map(|(_, v)| v.clone()).unwrap_or_default();
        error.code = match steps.split(',').next() {
            Some("mfa") => "step_up.mfa".into(),
            Some("purpose") => "step_up.purpose".into(),
            Some("approval") => "step_up.approval".into(),
            _ => "step_up.device".into(),
        };
    }
    error
}
