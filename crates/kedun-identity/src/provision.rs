//! A whole organisation at once: for the synthetic company and for tests. Only into an
//! installation where nobody has been named.

use kedun_guard::Assignee;
use kedun_ledger::Outcome;
use kedun_model::{AssignmentId, Error, PersonId, PrincipalKind, RecordId, Result, TeamId, UnitId};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, Query};

use crate::Identity;
use crate::epoch::bump;
use crate::people::NewPerson;
use crate::setup::SetupState;

/// A unit; its parent stands before it in the list.
#[derive(Debug, Clone)]
pub struct ProvisionUnit {
    pub name_zh: String,
    pub name_en: String,
    pub parent: Option<usize>,
}

/// A person.
#[derive(Clone)]
pub struct ProvisionPerson {
    pub name: String,
    pub login: String,
    pub kind: PrincipalKind,
    /// An index into the units.
    pub unit: Option<usize>,
    /// An index into the people.
    pub manager: Option<usize>,
    pub title: Option<String>,
    /// Codes of roles.
    pub roles: Vec<String>,
    /// The secret of a second factor that is set up already.
    pub totp: Option<Vec<u8>>,
    pub valid_until: Option<i64>,
    pub locale: String,
}

/// An organisation.
#[derive(Clone, Default)]
pub struct Provision {
    pub org_name: String,
    /// The password of everybody; accepted as it is.
    pub password: String,
    pub units: Vec<ProvisionUnit>,
    pub people: Vec<ProvisionPerson>,
    /// Teams: name and indexes of people.
    pub teams: Vec<(String, Vec<usize>)>,
}

impl Identity {
    /// Makes the organisation and ends the first start; returns the ids of units and people in order.
    ///
    /// # Errors
    /// `setup.done` when somebody has been named already.
    pub async fn provision(&self, plan: Provision) -> Result<(Vec<UnitId>, Vec<PersonId>)> {
        if self.setup_state().await? != SetupState::Needed {
            return Err(Error::conflict("setup.done"));
        }
        let dialect = self.door.store().dialect();
        let context = self.door.context();
        let units: Vec<UnitId> = plan.units.iter().map(|_| UnitId(context.new_uuid())).collect();
        let people: Vec<PersonId> = plan.people.iter().map(|_| PersonId(context.new_uuid())).collect();
        let roles = self.role_ids().await?;
        let hash = self.passwords.hash(plan.password.clone()).await?;
        let event = self.event(&self.system_caller(), "setup.provision", Outcome::Ok, &[])?;
        let mut changes = Changeset::new(event);
        for (sort, (unit, id)) in plan.units.iter().zip(&units).enumerate() {
            let parent = unit.parent.and_then(|p| units.get(p)).copied();
            let names = (unit.name_zh.clone(), unit.name_en.clone());
            changes = changes.exec(self.insert_unit(*id, parent, &names, i64::try_from(sort).unwrap_or(0)));
        }
        for (person, id) in plan.people.iter().zip(&people) {
            let new = NewPerson {
                name: person.name.clone(),
                login: person.login.clone(),
                kind: person.kind,
                unit: person.unit.and_then(|u| units.get(u)).copied(),
                manager: person.manager.and_then(|m| people.get(m)).copied(),
                title: person.title.clone(),
                email: None,
                company: None,
                valid_until: person.valid_until,
                locale: person.locale.clone(),
            };
            changes = changes.exec(self.insert_person(*id, &new, "active")).exec(self.store_password(
                *id,
                hash.clone(),
                false,
            ));
            if let Some(secret) = &person.totp {
                changes = changes.exec(self.store_totp(*id, secret, Some(self.now())).await?);
            }
            for code in &person.roles {
                let role =
                    roles.get(code).copied().ok_or_else(|| Error::internal(format!("no role {code}")))?;
                let assignment = AssignmentId(context.new_uuid());
                let assignee = Assignee::Person(*id);
                changes = changes.exec(self.insert_assignment(
                    assignment,
                    assignee,
                    role,
                    None,
                    "provisioned",
                    None,
                ));
            }
        }
        for (name, members) in &plan.teams {
            let team = TeamId(context.new_uuid());
            let insert = Query::insert()
                .into_table("team")
                .columns(["org", "id", "name", "version"])
                .values_panic([self.org().0.into(), team.0.into(), name.clone().into(), 1i64.into()])
                .to_owned();
            changes = changes.exec(dialect.insert(&insert));
            for member in members.iter().filter_map(|m| people.get(*m)) {
                let insert = Query::insert()
                    .into_table("team_member")
                    .columns(["org", "team_id", "person_id"])
                    .values_panic([self.org().0.into(), team.0.into(), member.0.into()])
                    .to_owned();
                changes = changes.exec(dialect.insert(&insert));
            }
        }
        changes =
            changes
                .exec(self.put_setting("org_name", &plan.org_name))
                .exec(self.put_setting(
                    "setup_person",
                    &people.first().copied().unwrap_or(PersonId::NIL).to_string(),
                ))
                .exec(self.put_setting("setup_done", "1"));
        self.commit(bump(changes, dialect, self.org())).await?;
        Ok((units, people))
    }

    /// Names the company that an outside partner belongs to.
    ///
    /// # Errors
    /// `not_found` when there is no such partner.
    pub async fn set_partner_company(&self, person: PersonId, company: RecordId) -> Result<()> {
        let dialect = self.door.store().dialect();
        let update = Query::update()
            .table("principal")
            .value("company_id", company.0)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(person.0))
            .and_where(Expr::col("kind").eq("partner"))
            .to_owned();
        let details = [("person", person.to_string())];
        let event = self.event(&self.system_caller(), "people.company", Outcome::Ok, &details)?;
        let changes = Changeset::new(event).exec_expect(dialect.update(&update), 1, "not_found");
        self.commit(bump(changes, dialect, self.org())).await
    }

    /// A caller for work that the program does in the name of a person, with that person's
    /// rights of this moment.
    ///
    /// # Errors
    /// `unauthenticated` when the person may no longer enter.
    pub async fn caller_for(&self, person: PersonId) -> Result<kedun_model::Caller> {
        let entrant = self
            .entrant_by("id", person.0.into())
            .await?
            .filter(|e| e.may_enter)
            .ok_or_else(crate::sign_in::failed)?;
        let source = crate::Source { network: String::new(), device: "job".to_owned() };
        let mut caller = self.caller_of(&entrant, kedun_model::Assurance::default(), &source);
        let query = Query::select()
            .columns(["n", "directory"])
            .from("authz_epoch")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        if let Some(row) = self.select(&query).await?.first() {
            caller.epoch = row.get_u64(0)?;
            caller.directory = row.get_u64(1)?;
        }
        Ok(caller)
    }
}
