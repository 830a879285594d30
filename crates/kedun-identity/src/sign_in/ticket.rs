//! One-time tickets: half-made sign-ins, invitations, the first start.

use kedun_model::{Error, ErrorKind, PersonId, Result};
use kedun_store::Stmt;
use kedun_store::sq::{Expr, ExprTrait, Query};

use crate::Identity;
use crate::token::{new_token, token_hash};

impl Identity {
    /// A ticket that lives for `lifetime` microseconds; only its hash is stored.
    pub(crate) async fn new_ticket(
        &self,
        kind: &'static str,
        person: Option<PersonId>,
        lifetime: i64,
    ) -> Result<String> {
        let token = new_token(self.door.context());
        let store = self.door.store();
        store.housekeeping(vec![self.insert_ticket(kind, &token, person, lifetime)]).await?;
        Ok(token)
    }

    pub(crate) fn insert_ticket(
        &self,
        kind: &'static str,
        token: &str,
        person: Option<PersonId>,
        lifetime: i64,
    ) -> Stmt {
        let statement = Query::insert()
            .into_table("sign_in_ticket")
            .columns(["org", "hash", "kind", "person_id", "expires_at"])
            .values_panic([
                self.org().0.into(),
                token_hash(kind, token).to_vec().into(),
                kind.into(),
                person.map(|p| p.0).into(),
                self.now().saturating_add(lifetime).into(),
            ])
            .to_owned();
        self.door.store().dialect().insert(&statement)
    }

    /// The person a living ticket of this kind is for.
    ///
    /// # Errors
    /// `auth.ticket` when it is unknown, used or too old.
    pub(crate) async fn ticket_person(&self, kind: &'static str, ticket: &str) -> Result<PersonId> {
        let query = Query::select()
            .column("person_id")
            .from("sign_in_ticket")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("hash").eq(token_hash(kind, ticket).to_vec()))
            .and_where(Expr::col("kind").eq(kind))
            .and_where(Expr::col("used_at").is_null())
            .and_where(Expr::col("expires_at").gt(self.now()))
            .to_owned();
        let rows = self.select(&query).await?;
        let row = rows.first().ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "auth.ticket"))?;
        Ok(PersonId(row.opt_uuid(0)?.unwrap_or_default()))
    }

    /// The statement that uses the ticket up; it changes one row, once.
    pub(crate) fn spend_ticket(&self, kind: &'static str, ticket: &str) -> Stmt {
        let now = self.now();
        let statement = Query::update()
            .table("sign_in_ticket")
            .value("used_at", now)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("hash").eq(token_hash(kind, ticket).to_vec()))
            .and_where(Expr::col("kind").eq(kind))
            .and_where(Expr::col("used_at").is_null())
            .and_where(Expr::col("expires_at").gt(now))
            .to_owned();
        self.door.store().dialect().update(&statement)
    }

    /// The statement that makes all open tickets of a kind for `person` useless.
    pub(crate) fn void_tickets(&self, kind: &'static str, person: PersonId) -> Stmt {
        let statement = Query::update()
            .table("sign_in_ticket")
            .value("used_at", self.now())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .and_where(Expr::col("kind").eq(kind))
            .and_where(Expr::col("used_at").is_null())
            .to_owned();
        self.door.store().dialect().update(&statement)
    }
}
