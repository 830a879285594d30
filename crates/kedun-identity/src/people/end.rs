//! Suspending, resuming, ending. An end is one commit: status, sessions, open
//! invitations and the epoch; ownership stays until it is handed over.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, Error, PersonId, Result};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, Query};

use crate::Identity;
use crate::epoch::bump;

/// What an end leaves behind.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Living records that still belong to the person: object key and number.
    pub owned: Vec<(String, u64)>,
}

impl Identity {
    /// Stops somebody for now; sessions end at once.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `person.self`, `person.status`.
    pub async fn suspend_person(&self, caller: &Caller, id: PersonId, reason: &str) -> Result<()> {
        self.set_status(caller, id, "people.suspend", &["active"], "suspended", reason).await
    }

    /// Lets somebody in again.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `person.status`.
    pub async fn resume_person(&self, caller: &Caller, id: PersonId, reason: &str) -> Result<()> {
        self.set_status(caller, id, "people.resume", &["suspended"], "active", reason).await
    }

    /// Ends somebody's employment; the very next request is refused.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `person.self`, `person.status`, 422 without a reason.
    pub async fn end_person(&self, caller: &Caller, id: PersonId, reason: &str) -> Result<Ended> {
        self.set_status(caller, id, "people.end", &["active", "suspended", "pending"], "left", reason)
            .await?;
        Ok(Ended { owned: self.door.owned_by(id).await? })
    }

    async fn set_status(
        &self,
        caller: &Caller,
        id: PersonId,
        action: &'static str,
        from: &[&'static str],
        to: &'static str,
        reason: &str,
    ) -> Result<()> {
        self.require(caller, Capability::PeopleManage).await?;
        if id == caller.person {
            return Err(Error::forbidden("person.self"));
        }
        if reason.trim().is_empty() {
            return Err(Error::invalid("invalid").field("reason", "field.required"));
        }
        self.person(caller, id).await?;
        let statement = Query::update()
            .table("principal")
            .value("status", to)
            .value("updated_at", self.now())
            .value("version", Expr::col("version").add(1))
            .value("end_reason", reason.trim())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("status").is_in(from.iter().copied()))
            .to_owned();
        let dialect = self.door.store().dialect();
        let event = self.event(caller, action, Outcome::Ok, &[("person", id.to_string())])?;
        let mut changes = Changeset::new(event).require_epoch(self.org(), caller.epoch).exec_expect(
            dialect.update(&statement),
            1,
            "person.status",
        );
        if to != "active" {
            changes = changes
                .exec(self.end_all(id))
                .exec(self.void_tickets("invite", id))
                .exec(self.void_tickets("totp", id));
        }
        self.commit(bump(changes, dialect, self.org())).await
    }
}
