//! The one-time link with which somebody sets a password.

use kedun_ledger::Outcome;
use kedun_model::{Assurance, Caller, Capability, PersonId, Result};
use kedun_store::sq::{Expr, ExprTrait, Query};
use kedun_store::{Changeset, Stmt};

use super::Invite;
use crate::Identity;
use crate::epoch::bump;
use crate::sign_in::{Source, failed};
use crate::token::new_token;

/// An invitation lives for three days.
const INVITE: i64 = 3 * 24 * 3_600_000_000;

impl Identity {
    pub(crate) fn make_invite(&self, person: PersonId) -> (Invite, Stmt) {
        let token = new_token(self.door.context());
        let statement = self.insert_ticket("invite", &token, Some(person), INVITE);
        (Invite { token, expires_at: self.now().saturating_add(INVITE) }, statement)
    }

    /// A new invitation for somebody who lost password or factor: both, and all sessions, end.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn reset_person(&self, caller: &Caller, id: PersonId) -> Result<Invite> {
        self.require(caller, Capability::PeopleManage).await?;
        self.person(caller, id).await?;
        let (invite, ticket) = self.make_invite(id);
        let forget = Query::delete()
            .from_table("credential")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(id.0))
            .to_owned();
        let event = self.event(caller, "people.reset", Outcome::Ok, &[("person", id.to_string())])?;
        let mut changes = Changeset::new(event)
            .exec(self.void_tickets("invite", id))
            .exec(self.void_tickets("totp", id))
            .exec(self.door.store().dialect().delete(&forget))
            .exec(self.end_all(id))
            .exec(ticket);
        for statement in self.delete_factors(id) {
            changes = changes.exec(statement);
        }
        self.commit(changes).await?;
        Ok(invite)
    }

    /// Takes the invitation up: stores the password and makes the person active.
    ///
    /// # Errors
    /// `auth.ticket` when the link is unknown, used or old; `password.*`.
    pub async fn join(&self, token: &str, password: String, source: &Source) -> Result<PersonId> {
        let person = self.ticket_person("invite", token).await?;
        let entrant = self.entrant_by("id", person.0.into()).await?.ok_or_else(failed)?;
        let store = self.password_statement(person, password, entrant.totp.is_some(), false).await?;
        let caller = self.caller_of(&entrant, Assurance::default(), source);
        let activate = Query::update()
            .table("principal")
            .value("status", "active")
            .value("updated_at", self.now())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(person.0))
            .and_where(Expr::col("status").is_in(["pending", "active"]))
            .to_owned();
        let dialect = self.door.store().dialect();
        let event = self.event(&caller, "people.join", Outcome::Ok, &[("person", person.to_string())])?;
        let changes = Changeset::new(event)
            .exec_expect(self.spend_ticket("invite", token), 1, "auth.ticket")
            .exec_expect(dialect.update(&activate), 1, "person.status")
            .exec(store);
        self.commit(bump(changes, dialect, self.org())).await?;
        Ok(person)
    }
}
