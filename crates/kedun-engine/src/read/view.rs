//! Records as a caller may see them: each field whole, masked or absent.

use std::collections::HashMap;
use std::sync::Arc;

use kedun_guard::{Denied, Grant, RecordFacts};
use kedun_model::{
    Action, Caller, FieldDef, FieldKind, FieldLevel, ObjectId, PersonId, RecordId, Result, Value,
};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::names::{Titles, referred};
use super::row::{Cell, RecordRow};
use crate::access::DirectoryEntry;
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::seal::SubjectKeys;
use crate::value_format::{format_time, value_to_json, value_to_text};

/// What a caller sees of one field of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldView {
    /// The value. A reference is `{id, object, title, access}`, a person `{id, name}`.
    Value(Json),
    Masked {
        /// The masked form; none where nothing of the value is left or may show.
        text: Option<String>,
        /// Whether the caller may have it shown for a purpose.
        revealable: bool,
        reason: MaskReason,
    },
}

/// Why a field is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskReason {
    /// Shown on demand, for a purpose.
    OnDemand,
    /// The caller's rights give the masked form and no more.
    Policy,
    /// The person's data were erased.
    Erased,
}

/// An id with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
}

/// A partner company as a caller sees it: a reference to its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Company {
    pub id: Uuid,
    /// None where the caller may not see it, or it has none.
    pub title: Option<String>,
    /// Whether the caller may open the company's record.
    pub access: bool,
}

/// A record as one caller sees it. Serialises to the form the API answers with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordView {
    pub id: RecordId,
    pub object: Arc<str>,
    pub version: u64,
    /// The title, or its masked form.
    pub title: Option<String>,
    /// By key, in the order of the definition; fields of level none are absent.
    #[serde(serialize_with = "as_map")]
    pub values: Vec<(Arc<str>, FieldView)>,
    pub owner: Option<Named>,
    pub unit: Option<Named>,
    pub team: Option<Named>,
    /// The partner company it is assigned to.
    pub partner: Option<Company>,
    #[serde(serialize_with = "as_time")]
    pub created_at: i64,
    pub created_by: Named,
    #[serde(serialize_with = "as_time")]
    pub updated_at: i64,
    pub updated_by: Named,
    #[serde(serialize_with = "as_opt_time")]
    pub deleted_at: Option<i64>,
    pub source: Option<String>,
    /// What the caller may do with the record.
    pub can: Vec<Action>,
}

impl RecordView {
    /// The view of a field; none where the caller does not see it or did not ask for it.
    pub fn value(&self, key: &str) -> Option<&FieldView> {
        self.values.iter().find(|(k, _)| &**k == key).map(|(_, v)| v)
    }
}

impl Serialize for FieldView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            FieldView::Value(json) => json.serialize(serializer),
            FieldView::Masked { text, revealable, reason } => {
                let mut map = serializer.serialize_map(Some(5))?;
                map.serialize_entry("masked", &true)?;
                map.serialize_entry("text", text)?;
                map.serialize_entry("revealable", revealable)?;
                map.serialize_entry("reason", reason)?;
                let ask = (*reason == MaskReason::Policy).then_some("security_admin");
                map.serialize_entry("ask", &ask)?;
                map.end()
            }
        }
    }
}

fn as_map<S: Serializer>(values: &[(Arc<str>, FieldView)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(values.iter().map(|(k, v)| (&**k, v)))
}

fn as_time<S: Serializer>(micros: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_time(*micros))
}

fn as_opt_time<S: Serializer>(micros: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    match micros {
        Some(micros) => as_time(micros, serializer),
        None => serializer.serialize_none(),
    }
}

/// The actions on a record that a view tells of, besides reading it.
const DEEDS: [Action; 6] =
    [Action::Update, Action::Delete, Action::Restore, Action::Reveal, Action::Share, Action::Transfer];

/// The caller's grants on one object: the one that reads, and those for what else may be done.
pub(crate) struct Rights {
    pub read: Grant,
    deeds: Vec<(Action, Grant)>,
    /// A reveal waits for a step of the caller's alone.
    reveal_after_step: bool,
}

impl Rights {
    /// The grants of a caller on an object; without one for reading there is nothing.
    pub async fn of(inner: &Inner, caller: &Caller, object: &CatalogObject) -> Result<Rights> {
        let directory = inner.directory(caller).await?;
        let now = inner.ctx.now();
        let read = inner.grants.grant(&directory, caller, object, Action::Read, now)?;
        let mut deeds = Vec::with_capacity(DEEDS.len());
        let mut reveal_after_step = false;
        for action in DEEDS {
            match inner.grants.grant(&directory, caller, object, action, now) {
                Ok(grant) => deeds.push((action, grant)),
                Err(Denied { missing, .. }) if action == Action::Reveal => {
                    reveal_after_step = !missing.is_empty()
                }
                Err(_) => {}
            }
        }
        Ok(Rights { read, deeds, reveal_after_step })
    }

    /// All grants; shares must be known where one of them rests on shares.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        std::iter::once(&self.read).chain(self.deeds.iter().map(|(_, g)| g))
    }

    /// What the caller may do with a record.
    fn can(&self, row: &RecordRow) -> Vec<Action> {
        let deleted = row.deleted_at.is_some();
        let fits = |action: Action| match action {
            Action::Restore => deleted,
            Action::Read => true,
            _ => !deleted,
        };
        std::iter::once(Action::Read)
            .chain(
                self.deeds
                    .iter()
                    .filter(|(action, grant)| fits(*action) && grant.allows(&row.facts))
                    .map(|(action, _)| *action),
            )
            .collect()
    }

    fn may_reveal(&self, facts: &RecordFacts) -> bool {
        let granted = self.deeds.iter().find(|(a, _)| *a == Action::Reveal);
        granted.map_or(self.reveal_after_step, |(_, grant)| {
            grant.allows(facts) || !grant.step_up(facts).is_empty()
        })
    }
}

/// What views are made with, for one object and one caller.
pub(crate) struct Viewer<'a> {
    pub inner: &'a Inner,
    pub directory: &'a DirectoryEntry,
    pub object: &'a CatalogObject,
    pub rights: &'a Rights,
    pub fields: &'a [&'a FieldDef],
    uniform: Vec<Option<FieldLevel>>,
    keys: Vec<Arc<str>>,
    object_key: Arc<str>,
}

impl<'a> Viewer<'a> {
    pub fn new(
        inner: &'a Inner,
        directory: &'a DirectoryEntry,
        object: &'a CatalogObject,
        rights: &'a Rights,
        fields: &'a [&'a FieldDef],
    ) -> Self {
        // Most grants give a field the same level everywhere: then it need not be found row by row.
        let uniform = fields
            .iter()
            .map(|f| {
                let level = rights.read.field_level_max(f.id);
                (level == rights.read.field_level_min(f.id)).then_some(level)
            })
            .collect();
        Viewer {
            inner,
            directory,
            object,
            rights,
            fields,
            uniform,
            keys: fields.iter().map(|f| Arc::from(f.key.as_str())).collect(),
            object_key: Arc::from(object.def.key.as_str()),
        }
    }

    /// The views of visible rows: keys, values, names, masks.
    pub async fn views(&self, caller: &Caller, rows: &[RecordRow]) -> Result<Vec<RecordView>> {
        let subjects: Vec<_> = rows
            .iter()
            .filter(|r| r.cells.iter().any(|c| matches!(c, Cell::Sealed(_))))
            .map(|r| r.subject)
            .collect();
        let keys = self.inner.subject_keys(&subjects).await?;
        let mut wanted: HashMap<ObjectId, Vec<RecordId>> = HashMap::new();
        let companies = self.inner.companies().map(|object| object.def.id);
        for row in rows {
            let cells = self.fields.iter().zip(&row.cells).filter_map(|(field, cell)| match cell {
                Cell::Plain(value) => Some((&field.kind, value)),
                Cell::Sealed(_) => None,
            });
            referred(&mut wanted, cells);
            if let (Some(object), Some(company)) = (companies, row.facts.partner) {
                wanted.entry(object).or_default().push(company);
            }
        }
        let titles = self.inner.titles(caller, wanted).await?;
        rows.iter()
            .map(|row| {
                let partner = row.facts.partner.map(|company| {
                    let title = companies.and_then(|object| titles.get(object, company.0));
                    Company {
                        id: company.0,
                        title: title.flatten().map(str::to_owned),
                        access: title.is_some(),
                    }
                });
                Ok(RecordView { partner, ..self.view(row, &keys, &titles)? })
            })
            .collect()
    }

    fn view(&self, row: &RecordRow, keys: &SubjectKeys, titles: &Titles) -> Result<RecordView> {
        let mut values = Vec::with_capacity(self.fields.len());
        let mut title = None;
        let may_reveal = std::cell::OnceCell::new();
        for (position, (field, cell)) in self.fields.iter().zip(&row.cells).enumerate() {
            let level = self.level(position, field, &row.facts);
            // Out of the bin nothing is revealed.
            let reveal =
                || *may_reveal.get_or_init(|| row.deleted_at.is_none() && self.rights.may_reveal(&row.facts));
            let value = match cell {
                _ if level == FieldLevel::None => continue,
                Cell::Plain(value) => Some(value.clone()),
                Cell::Sealed(sealed) => match keys.get(&row.subject) {
                    Some(key) => {
                        Some(self.inner.open_value(key, self.object.def.id, field.id, row.id, sealed)?)
                    }
                    None => None,
                },
            };
            let view = self.field(field, level, value.as_ref(), &row.facts, titles, &reveal);
            if field.key == self.object.def.title {
                title = match &view {
                    FieldView::Value(Json::String(text)) => Some(text.clone()),
                    FieldView::Value(_) => None,
                    FieldView::Masked { text, .. } => text.clone(),
                };
            }
            if let Some(key) = self.keys.get(position) {
                values.push((Arc::clone(key), view));
            }
        }
        Ok(RecordView {
            id: row.id,
            object: Arc::clone(&self.object_key),
            version: row.version,
            title,
            values,
            owner: row.facts.owner.map(|id| self.person(id)),
            unit: row.facts.unit.map(|id| Named {
                id: id.0,
                name: self.directory.unit_names.get(&id).cloned().unwrap_or_default(),
            }),
            team: row.facts.team.map(|id| Named {
                id: id.0,
                name: self.directory.team_names.get(&id).cloned().unwrap_or_default(),
            }),
            partner: None,
            created_at: row.created_at,
            created_by: self.person(row.created_by),
            updated_at: row.updated_at,
            updated_by: self.person(row.updated_by),
            deleted_at: row.deleted_at,
            source: row.facts.source.clone(),
            can: self.rights.can(row),
        })
    }

    fn level(&self, position: usize, field: &FieldDef, facts: &RecordFacts) -> FieldLevel {
        match self.uniform.get(position).copied().flatten() {
            Some(level) if !facts.erased => level,
            _ => self.rights.read.level(facts, field.id),
        }
    }

    fn person(&self, id: PersonId) -> Named {
        Named { id: id.0, name: self.directory.name(id).to_owned() }
    }

    /// What is shown of one value. `value` is none where its key was destroyed.
    pub fn field(
        &self,
        field: &FieldDef,
        level: FieldLevel,
        value: Option<&Value>,
        facts: &RecordFacts,
        titles: &Titles,
        may_reveal: &dyn Fn() -> bool,
    ) -> FieldView {
        let Some(value) = value else {
            return FieldView::Masked { text: None, revealable: false, reason: MaskReason::Erased };
        };
        if value.is_null() {
            // That nothing was entered may be known to whoever sees the field at all, once erased not.
            return if facts.erased && field.sealed() {
                FieldView::Masked { text: None, revealable: false, reason: MaskReason::Erased }
            } else {
                FieldView::Value(Json::Null)
            };
        }
        let readable = level >= FieldLevel::Read;
        if readable && !field.revealed_on_demand() {
            return FieldView::Value(self.whole(&field.kind, value, titles));
        }
        let reason = match (facts.erased, readable) {
            (true, _) => MaskReason::Erased,
            (false, true) => MaskReason::OnDemand,
            (false, false) => MaskReason::Policy,
        };
        let text = match field.kind {
            // The id behind a reference says as much as the reference.
            FieldKind::Reference { .. } | FieldKind::Person => None,
            _ => Some(field.mask.apply(&value_to_text(value))),
        };
        FieldView::Masked { text, revealable: reason == MaskReason::OnDemand && may_reveal(), reason }
    }

    fn whole(&self, kind: &FieldKind, value: &Value, titles: &Titles) -> Json {
        match (kind, value) {
            (FieldKind::Person, Value::Id(id)) => {
                json!({ "id": id, "name": self.directory.name(PersonId(*id)) })
            }
            (FieldKind::Reference { to, object }, Value::Id(id)) => {
                let title = object.and_then(|object| titles.get(object, *id));
                json!({ "id": id, "object": to, "title": title.flatten(), "access": title.is_some() })
            }
            _ => value_to_json(value),
        }
    }
}
