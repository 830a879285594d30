//! Changing a person: name and title, and the move to another unit or manager,
//! which acts on the next request because the epoch rises with it.

use kedun_guard::Assignee;
use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, Error, ErrorKind, PersonId, PrincipalKind, RecordId, Result, UnitId};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, Query};

use crate::Identity;
use crate::epoch::bump;

/// What is to change; an absent field stays, an inner `None` clears.
#[derive(Debug, Clone, Default)]
pub struct PersonPatch {
    pub name: Option<String>,
    pub title: Option<Option<String>>,
    pub unit: Option<Option<UnitId>>,
    pub manager: Option<Option<PersonId>>,
    pub valid_until: Option<Option<i64>>,
    /// The account that an outside partner belongs to.
    pub company: Option<RecordId>,
}

impl Identity {
    /// Changes the person whose version is `version`.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `record.version_changed`, `person.reports_to_itself`; 422 with the fields that are wrong.
    pub async fn change_person(
        &self,
        caller: &Caller,
        id: PersonId,
        version: i64,
        patch: PersonPatch,
    ) -> Result<()> {
        self.require(caller, Capability::PeopleManage).await?;
        let before = self.person(caller, id).await?;
        let unit = patch.unit.unwrap_or(before.unit);
        let manager = patch.manager.unwrap_or(before.manager);
        self.check_place(caller, Some(id), unit, manager).await?;
        if let Some(unit) = unit.filter(|_| unit != before.unit) {
            // A unit may hold roles: a move must not bring what could not be given.
            let entry = self.door.directory(caller).await?;
            entry.directory.check_placement(caller.person, id, Assignee::Unit(unit), self.now())?;
        }
        let company = patch.company.or(before.company);
        if company != before.company {
            self.check_company(caller, before.kind, company).await?;
        }
        if before.kind == PrincipalKind::Partner && patch.valid_until == Some(None) {
            return Err(Error::invalid("invalid").field("valid_until", "field.required"));
        }
        let name = patch.name.unwrap_or(before.name);
        if name.trim().is_empty() {
            return Err(Error::invalid("invalid").field("name", "field.required"));
        }
        let statement = Query::update()
            .table("principal")
            .value("name", name.trim())
            .value("title", patch.title.unwrap_or(before.title))
            .value("unit_id", unit.map(|u| u.0))
            .value("manager_id", manager.map(|m| m.0))
            .value("company_id", company.map(|c| c.0))
            .value("valid_until", patch.valid_until.unwrap_or(before.valid_until))
            .value("version", version.saturating_add(1))
            .value("updated_at", self.now())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("version").eq(version))
            .to_owned();
        let moved = unit != before.unit || manager != before.manager || company != before.company;
        let action = if moved { "people.move" } else { "people.update" };
        let mut details = vec![("person", id.to_string())];
        if let Some(unit) = unit.filter(|_| moved) {
            details.push(("unit", unit.to_string()));
        }
        if let Some(company) = company.filter(|_| company != before.company) {
            details.push(("company", company.to_string()));
        }
        let event = self.event(caller, action, Outcome::Ok, &details)?;
        let dialect = self.door.store().dialect();
        let changes = Changeset::new(event).require_epoch(self.org(), caller.epoch).exec_expect(
            dialect.update(&statement),
            1,
            "record.version_changed",
        );
        self.commit(bump(changes, dialect, self.org())).await.map_err(|e| match &*e.code {
            "record.version_changed" => Error::new(ErrorKind::PreconditionFailed, "record.version_changed")
                .arg("current", before.version),
            _ => e,
        })
    }

    /// Whether somebody of this kind may belong to the company: outside partners to an account that
    /// is there, others to none.
    pub(crate) async fn check_company(
        &self,
        caller: &Caller,
        kind: PrincipalKind,
        company: Option<RecordId>,
    ) -> Result<()> {
        let Some(company) = company else { return Ok(()) };
        let code = if kind != PrincipalKind::Partner {
            "person.no_partner"
        } else if self.door.is_company(caller, company).await? {
            return Ok(());
        } else {
            "relation.not_found"
        };
        Err(Error::invalid("invalid").field("company", code))
    }

    /// Whether unit and manager exist and no reporting line becomes a circle.
    pub(crate) async fn check_place(
        &self,
        caller: &Caller,
        person: Option<PersonId>,
        unit: Option<UnitId>,
        manager: Option<PersonId>,
    ) -> Result<()> {
        let entry = self.door.directory(caller).await?;
        if let Some(unit) = unit
            && !entry.unit_names.contains_key(&unit)
        {
            return Err(Error::invalid("invalid").field("unit", "relation.not_found"));
        }
        if let Some(manager) = manager {
            if !entry.names.contains_key(&manager) {
                return Err(Error::invalid("invalid").field("manager", "relation.not_found"));
            }
            if let Some(person) = person {
                entry.directory.check_manager_change(person, Some(manager)).map_err(|e| {
                    Error::invalid("person.reports_to_itself")
                        .field("manager", "person.reports_to_itself")
                        .with_internal(e)
                })?;
            }
        }
        Ok(())
    }
}
