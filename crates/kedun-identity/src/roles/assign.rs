//! Giving and taking roles. Nobody gives to himself; two offices never meet in one person.

use kedun_guard::{Assignee, Via};
use kedun_ledger::Outcome;
use kedun_model::{AssignmentId, Caller, Capability, Error, PermSetId, PersonId, Result};
use kedun_store::sq::{Expr, ExprTrait, Query};
use kedun_store::{Changeset, Stmt};

use crate::Identity;
use crate::epoch::bump;

/// A role that a person holds, and through whom.
#[derive(Debug, Clone)]
pub struct AssignmentView {
    pub assignment: AssignmentId,
    pub role: PermSetId,
    pub via: Via,
    pub granted_by: Option<PersonId>,
    pub reason: String,
    pub expires_at: Option<i64>,
}

impl Identity {
    /// What a person holds.
    ///
    /// # Errors
    /// `forbidden` unless it is the caller or the caller may see roles.
    pub async fn roles_of(&self, caller: &Caller, person: PersonId) -> Result<Vec<AssignmentView>> {
        if person != caller.person {
            self.require(caller, Capability::RolesRead).await?;
        }
        let entry = self.door.directory(caller).await?;
        let reasons = self.reasons().await?;
        Ok(entry
            .directory
            .effective_permsets(person, self.now())
            .held
            .into_iter()
            .map(|held| AssignmentView {
                assignment: held.assignment,
                role: held.permset,
                via: held.via,
                granted_by: held.granted_by,
                reason: reasons.get(&held.assignment).cloned().unwrap_or_default(),
                expires_at: held.expires_at,
            })
            .collect())
    }

    /// Gives a role to a person, a unit or a team.
    ///
    /// # Errors
    /// `forbidden`, `role.*` when the rules of separation refuse, 422 without a reason or with an end in the past.
    pub async fn assign_role(
        &self,
        caller: &Caller,
        assignee: Assignee,
        role: PermSetId,
        reason: &str,
        expires_at: Option<i64>,
    ) -> Result<AssignmentId> {
        self.require(caller, Capability::RolesManage).await?;
        if reason.trim().is_empty() {
            return Err(Error::invalid("invalid").field("reason", "field.required"));
        }
        if expires_at.is_some_and(|at| at <= self.now()) {
            return Err(Error::invalid("invalid").field("expires_at", "person.end_in_past"));
        }
        let entry = self.door.directory(caller).await?;
        entry.directory.check_assignment(caller.person, assignee, role, self.now())?;
        let id = AssignmentId(self.door.context().new_uuid());
        let event = self.event(
            caller,
            "role.assign",
            Outcome::Ok,
            &[
                ("assignment", id.to_string()),
                ("role", role.to_string()),
                ("to", assignee_id(assignee).to_string()),
            ],
        )?;
        let changes = Changeset::new(event)
            .require_epoch(self.org(), caller.epoch)
            .exec(self.insert_assignment(id, assignee, role, Some(caller.person), reason.trim(), expires_at));
        self.commit(bump(changes, self.door.store().dialect(), self.org())).await?;
        Ok(id)
    }

    pub(crate) fn insert_assignment(
        &self,
        id: AssignmentId,
        assignee: Assignee,
        role: PermSetId,
        granted_by: Option<PersonId>,
        reason: &str,
        expires_at: Option<i64>,
    ) -> Stmt {
        let kind = match assignee {
            Assignee::Person(_) => "person",
            Assignee::Unit(_) => "unit",
            Assignee::Team(_) => "team",
        };
        let insert = Query::insert()
            .into_table("assignment")
            .columns([
                "org",
                "id",
                "assignee_kind",
                "assignee_id",
                "permset_id",
                "granted_by",
                "reason",
                "expires_at",
                "created_at",
            ])
            .values_panic([
                self.org().0.into(),
                id.0.into(),
                kind.into(),
                assignee_id(assignee).into(),
                role.0.into(),
                granted_by.map(|p| p.0).into(),
                reason.into(),
                expires_at.into(),
                self.now().into(),
            ])
            .to_owned();
        self.door.store().dialect().insert(&insert)
    }

    /// Takes a role back; acts on the next request.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn revoke_role(&self, caller: &Caller, assignment: AssignmentId) -> Result<()> {
        self.require(caller, Capability::RolesManage).await?;
        let delete = Query::delete()
            .from_table("assignment")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(assignment.0))
            .to_owned();
        let dialect = self.door.store().dialect();
        let event =
            self.event(caller, "role.revoke", Outcome::Ok, &[("assignment", assignment.to_string())])?;
        let changes = Changeset::new(event).require_epoch(self.org(), caller.epoch).exec_expect(
            dialect.delete(&delete),
            1,
            "not_found",
        );
        self.commit(bump(changes, dialect, self.org()))
            .await
            .map_err(|e| if e.code == "not_found" { Error::not_found("not_found") } else { e })
    }

    async fn reasons(&self) -> Result<std::collections::HashMap<AssignmentId, String>> {
        let query = Query::select()
            .columns(["id", "reason"])
            .from("assignment")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        self.select(&query)
            .await?
            .iter()
            .map(|row| Ok((AssignmentId(row.get_uuid(0)?), row.get_text(1)?)))
            .collect()
    }
}

fn assignee_id(assignee: Assignee) -> uuid::Uuid {
    match assignee {
        Assignee::Person(id) => id.0,
        Assignee::Unit(id) => id.0,
        Assignee::Team(id) => id.0,
    }
}
