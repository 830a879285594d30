//! The first security administrator. Roles are given by security administrators alone, and a new
//! installation has none: as long as that is so, the system administrator may name one, another
//! person, once.

use kedun_guard::Assignee;
use kedun_ledger::Outcome;
use kedun_model::{AssignmentId, Caller, Capability, Error, PersonId, Result};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, Query};

use crate::Identity;
use crate::epoch::bump;

const ROLE: &str = "security_admin";

impl Identity {
    /// Whether nobody who may work gives roles.
    ///
    /// # Errors
    /// Fails when the directory cannot be read.
    pub async fn needs_security_admin(&self, caller: &Caller) -> Result<bool> {
        let entry = self.door.directory(caller).await?;
        let now = self.now();
        let people = entry.directory.people();
        Ok(!people.iter().any(|p| entry.directory.capabilities(p.id, now).contains(&Capability::RolesManage)))
    }

    /// Names the first security administrator.
    ///
    /// # Errors
    /// `forbidden` without the capability to manage people; `role.officer_exists` when somebody gives
    /// roles already; `person.self`; `role.refused` for somebody who holds another office; `not_found`.
    pub async fn name_security_admin(&self, caller: &Caller, person: PersonId) -> Result<()> {
        self.require(caller, Capability::PeopleManage).await?;
        if person == caller.person {
            return Err(Error::forbidden("person.self"));
        }
        if !self.needs_security_admin(caller).await? {
            return Err(Error::conflict("role.officer_exists"));
        }
        let entry = self.door.directory(caller).await?;
        entry.directory.person(person).ok_or_else(|| Error::not_found("not_found"))?;
        let roles = self.role_ids().await?;
        let role = roles.get(ROLE).copied().ok_or_else(|| Error::internal("the roles are not installed"))?;
        let held = entry.directory.effective_permsets(person, self.now()).held;
        if !entry.directory.officer_conflicts(held.iter().map(|h| h.permset).chain([role])).is_empty() {
            return Err(Error::forbidden("role.refused"));
        }
        let dialect = self.door.store().dialect();
        // Two administrators at once: the second finds the first one's officer.
        let given = Query::select()
            .column("id")
            .from("assignment")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("permset_id").eq(role.0))
            .and_where(Expr::col("assignee_id").eq(person.0))
            .to_owned();
        let id = AssignmentId(self.door.context().new_uuid());
        let event =
            self.event(caller, "role.first_officer", Outcome::Ok, &[("person", person.to_string())])?;
        let changes = Changeset::new(event)
            .require_epoch(self.org(), caller.epoch)
            .require_rows(dialect.select(&given), 0, "role.officer_exists")
            .exec(self.insert_assignment(
                id,
                Assignee::Person(person),
                role,
                Some(caller.person),
                "first officer",
                None,
            ));
        self.commit(bump(changes, dialect, self.org())).await
    }
}
