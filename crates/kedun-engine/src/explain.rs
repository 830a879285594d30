//! Why somebody may, or may not, do something with a record; with names for what the guard knows by id.

use kedun_guard::{BranchExplained, Explanation, Fact, Obligation, RecordFacts, Via};
use kedun_ledger::Outcome;
use kedun_model::{
    Action, Assurance, Caller, Capability, Error, FieldLevel, PermSetId, PersonId, RecordId, Result,
    SessionId,
};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::access::DirectoryEntry;
use crate::catalog::CatalogObject;
use crate::door::Door;
use crate::evidence::EventDraft;
use crate::read::view::Named;
use crate::value_format::format_time;

/// The answer to "why".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplanationView {
    /// `allow` or `deny`.
    pub decision: &'static str,
    pub code: &'static str,
    pub action: Action,
    pub person: Named,
    pub branches: Vec<BranchView>,
    /// For a denial, the ways that nearly led there; for those only who may explain others.
    pub nearest: Vec<BranchView>,
    pub guards: Vec<GuardView>,
    pub obligations: Vec<ObligationView>,
    /// The field that was asked for.
    pub field: Option<FieldLevelView>,
}

/// A role by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleName {
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// One way to the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BranchView {
    pub scope: Option<kedun_model::Scope>,
    pub role: Option<RoleName>,
    /// `direct`, `unit` or `team`.
    pub via: &'static str,
    pub granted_by: Option<Named>,
    /// RFC 3339, UTC.
    pub expires_at: Option<String>,
    pub matched: bool,
    pub fact: Fact,
    /// The names of the people and units that the fact mentions, by id.
    pub names: BTreeMap<String, String>,
}

/// One rule that could take the access away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardView {
    /// `label`, `restricted`, `erased` or `guard`.
    pub code: &'static str,
    /// Whether it counts against the record.
    pub matched: bool,
    pub inputs: BTreeMap<String, String>,
}

/// Something to be done first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObligationView {
    pub code: &'static str,
    pub args: BTreeMap<&'static str, i64>,
    pub met: bool,
}

/// How far a field is seen, and who gives that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldLevelView {
    pub key: String,
    pub level: FieldLevel,
    pub from: Option<RoleName>,
}

impl Door {
    /// Why `who` may or may not do `action` with a record, and how far a field of it is seen.
    ///
    /// Everybody may ask for oneself about records one sees; about others, and about records out of
    /// sight, those with the capability to explain others.
    ///
    /// # Errors
    /// `access.explain` without that capability, `not_found`, `person.unknown`, `field.unknown`.
    pub async fn explain(
        &self,
        caller: &Caller,
        who: PersonId,
        object: &str,
        id: RecordId,
        action: Action,
        field: Option<&str>,
    ) -> Result<ExplanationView> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let directory = inner.directory(caller).await?;
        let now = inner.ctx.now();
        let others =
            directory.directory.capabilities(caller.person, now).contains(&Capability::ExplainOthers);
        let own = who == caller.person;
        if !own && !others {
            inner.refused(caller, "access.explain", object.def.id, id).await?;
            return Err(Error::forbidden("access.explain"));
        }
        let facts = self.facts_for(caller, object, id, others).await?;
        let asker = if own { caller.clone() } else { stand_in(caller, who, &directory)? };
        let mut explanation =
            directory.directory.explain(&asker, object.def.id, action, &object.def, &facts, now);
        if !others {
            explanation = explanation.without_near_misses();
        }
        let field = match field {
            None => None,
            Some(key) => Some(field_view(object, &explanation, key, &directory)?),
        };
        let draft = EventDraft::new("access.explain", Outcome::Ok)
            .object(object.def.id)
            .record(id)
            .detail("person", who.to_string())
            .detail("action", action.code())
            .fields(field.iter().map(|f| f.key.as_str()));
        inner.receipt(caller, draft)?.durable().await?;
        Ok(view(explanation, field, &directory))
    }

    /// What decisions about a record rest on; for those who see it, or may explain others.
    async fn facts_for(
        &self,
        caller: &Caller,
        object: &CatalogObject,
        id: RecordId,
        others: bool,
    ) -> Result<RecordFacts> {
        let inner = self.inner();
        let row = inner.stored(object, &[id]).await?.pop().map(|s| s.row);
        let Some(mut row) = row else { return Err(Error::not_found("not_found")) };
        let mut shares = inner.shares_of(object.def.id, &[id]).await?;
        row = row.with_shares(shares.remove(&id).unwrap_or_default());
        if !others {
            let seen = inner.grant(caller, object, Action::Read).await.is_ok_and(|g| g.allows(&row.facts));
            if !seen {
                inner.refused(caller, "access.explain", object.def.id, id).await?;
                return Err(Error::not_found("not_found"));
            }
        }
        Ok(row.facts)
    }
}

/// Somebody else as a caller of whom nothing but the rights is known.
fn stand_in(caller: &Caller, who: PersonId, directory: &DirectoryEntry) -> Result<Caller> {
    let person = directory.directory.person(who).ok_or_else(|| Error::not_found("person.unknown"))?;
    Ok(Caller {
        person: who,
        kind: person.kind,
        pseudonym: [0; 16],
        session: SessionId::NIL,
        acting_for: None,
        assurance: Assurance::default(),
        network: String::new(),
        device: String::new(),
        purpose: None,
        ..caller.clone()
    })
}

fn role(directory: &DirectoryEntry, id: PermSetId) -> Option<RoleName> {
    directory.directory.permset(id).map(|p| RoleName {
        code: p.code.clone(),
        zh: p.zh.clone(),
        en: p.en.clone(),
    })
}

fn field_view(
    object: &CatalogObject,
    explanation: &Explanation,
    key: &str,
    directory: &DirectoryEntry,
) -> Result<FieldLevelView> {
    let field =
        object.field(key).ok_or_else(|| Error::invalid("field.unknown").field(key, "field.unknown"))?;
    let told = explanation.fields.iter().find(|f| f.field == field.id);
    Ok(FieldLevelView {
        key: field.key.clone(),
        level: told.map_or(FieldLevel::None, |t| t.level),
        from: told.and_then(|t| t.from).and_then(|id| role(directory, id)),
    })
}

fn branch(told: BranchExplained, directory: &DirectoryEntry) -> BranchView {
    let mut names = BTreeMap::new();
    for value in told.fact.args.values() {
        if let Ok(id) = uuid::Uuid::parse_str(value) {
            let name = directory
                .names
                .get(&PersonId(id))
                .or_else(|| directory.unit_names.get(&kedun_model::UnitId(id)))
                .or_else(|| directory.team_names.get(&kedun_model::TeamId(id)));
            if let Some(name) = name {
                names.insert(value.clone(), name.clone());
            }
        }
    }
    BranchView {
        scope: told.scope,
        role: role(directory, told.permset),
        via: match told.via {
            Via::Direct => "direct",
            Via::Unit(_) => "unit",
            Via::Team(_) => "team",
        },
        granted_by: told.granted_by.map(|id| Named { id: id.0, name: directory.name(id).to_owned() }),
        expires_at: told.expires_at.map(format_time),
        matched: told.matched,
        fact: told.fact,
        names,
    }
}

fn view(told: Explanation, field: Option<FieldLevelView>, directory: &DirectoryEntry) -> ExplanationView {
    let obligation = |o: &Obligation| {
        let args = match o {
            Obligation::RequireMfa { max_age_us } => BTreeMap::from([("max_age", max_age_us / 1_000_000)]),
            Obligation::RequireApproval { n } => BTreeMap::from([("n", i64::from(*n))]),
            Obligation::RequirePurpose | Obligation::RequireDevice => BTreeMap::new(),
        };
        ObligationView { code: o.code(), args, met: false }
    };
    ExplanationView {
        decision: if told.decision { "allow" } else { "deny" },
        code: told.code,
        action: told.action,
        person: Named { id: told.person.0, name: directory.name(told.person).to_owned() },
        obligations: told.missing.iter().map(obligation).collect(),
        branches: told.branches.into_iter().map(|b| branch(b, directory)).collect(),
        nearest: told.nearest.into_iter().map(|b| branch(b, directory)).collect(),
        guards: told
            .guards
            .into_iter()
            .map(|g| GuardView { code: g.rule, matched: g.applies, inputs: g.inputs })
            .collect(),
        field,
    }
}
