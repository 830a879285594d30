//! Ending sessions: one's own, all others of one's own, somebody else's.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, Error, PersonId, Result, SessionId};
use kedun_store::sq::{Expr, ExprTrait, Query, UpdateStatement};
use kedun_store::{Changeset, Stmt};

use crate::Identity;

impl Identity {
    /// Ends the caller's own session.
    ///
    /// # Errors
    /// `unavailable` when it cannot be recorded.
    pub async fn sign_out(&self, caller: &Caller) -> Result<()> {
        let event = self.event(caller, "auth.sign_out", Outcome::Ok, &[])?;
        let statement = self.ending().and_where(Expr::col("id").eq(caller.session.0)).to_owned();
        self.commit(Changeset::new(event).exec(self.door.store().dialect().update(&statement))).await
    }

    /// Ends one session of the caller's own.
    ///
    /// # Errors
    /// `not_found` when the caller has no such living session.
    pub async fn end_own_session(&self, caller: &Caller, session: SessionId) -> Result<()> {
        let event = self.event(caller, "session.end", Outcome::Ok, &[("session", session.to_string())])?;
        let statement = self
            .ending()
            .and_where(Expr::col("id").eq(session.0))
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .to_owned();
        let ended =
            Changeset::new(event).exec_expect(self.door.store().dialect().update(&statement), 1, "not_found");
        self.commit(ended).await.map_err(missing)
    }

    /// Ends all sessions of the caller except the one of this request.
    ///
    /// # Errors
    /// `unavailable` when it cannot be recorded.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<()> {
        let event = self.event(caller, "session.end", Outcome::Ok, &[("which", "others".into())])?;
        let statement = self
            .ending()
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .and_where(Expr::col("id").ne(caller.session.0))
            .to_owned();
        self.commit(Changeset::new(event).exec(self.door.store().dialect().update(&statement))).await
    }

    /// Ends all sessions of somebody.
    ///
    /// # Errors
    /// `forbidden` without the capability to manage sessions.
    pub async fn end_sessions_of(&self, caller: &Caller, person: PersonId) -> Result<()> {
        self.require(caller, Capability::SessionsManage).await?;
        let event = self.event(caller, "session.end", Outcome::Ok, &[("person", person.to_string())])?;
        self.commit(Changeset::new(event).exec(self.end_all(person))).await
    }

    /// The statement that ends all sessions of `person`.
    pub(crate) fn end_all(&self, person: PersonId) -> Stmt {
        let statement = self.ending().and_where(Expr::col("person_id").eq(person.0)).to_owned();
        self.door.store().dialect().update(&statement)
    }

    fn ending(&self) -> UpdateStatement {
        Query::update()
            .table("session")
            .value("ended_at", self.now())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("ended_at").is_null())
            .to_owned()
    }
}

fn missing(error: Error) -> Error {
    if error.code == "not_found" { Error::not_found("not_found") } else { error }
}
