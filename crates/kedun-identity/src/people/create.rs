//! Taking somebody on.

use kedun_ledger::Outcome;
use kedun_model::error::FieldError;
use kedun_model::{Caller, Capability, Error, PersonId, PrincipalKind, Result};
use kedun_store::Changeset;
use kedun_store::Stmt;
use kedun_store::sq::{Expr, ExprTrait, Query};

use super::{Invite, NewPerson};
use crate::Identity;
use crate::directory::kind_code;
use crate::epoch::bump;
use crate::sign_in::login_key;

impl Identity {
    /// Makes a person without rights and without a password, and an invitation to set one.
    ///
    /// # Errors
    /// `forbidden`; 422 with the fields that are wrong: a partner needs a company and an end.
    pub async fn create_person(&self, caller: &Caller, new: NewPerson) -> Result<(PersonId, Invite)> {
        self.require(caller, Capability::PeopleManage).await?;
        check(&new, self.now())?;
        self.check_place(caller, None, new.unit, new.manager).await?;
        self.check_company(caller, new.kind, new.company).await?;
        let taken = Query::select()
            .column("id")
            .from("principal")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("login_key").eq(login_key(&new.login)))
            .to_owned();
        if !self.select(&taken).await?.is_empty() {
            return Err(Error::conflict("person.login_taken").field("login", "person.login_taken"));
        }
        let id = PersonId(self.door.context().new_uuid());
        let dialect = self.door.store().dialect();
        let (invite, ticket) = self.make_invite(id);
        let event = self.event(caller, "people.create", Outcome::Ok, &[("person", id.to_string())])?;
        let changes = Changeset::new(event)
            .require_epoch(self.org(), caller.epoch)
            .require_rows(dialect.select(&taken), 0, "person.login_taken")
            .exec(self.insert_person(id, &new, "pending"))
            .exec(ticket);
        self.commit(bump(changes, dialect, self.org())).await?;
        Ok((id, invite))
    }

    pub(crate) fn insert_person(&self, id: PersonId, new: &NewPerson, status: &str) -> Stmt {
        let now = self.now();
        let pseudonym = self.door.context().random::<16>();
        let statement = Query::insert()
            .into_table("principal")
            .columns([
                "org",
                "id",
                "kind",
                "name",
                "login",
                "login_key",
                "status",
                "unit_id",
                "manager_id",
                "company_id",
                "title",
                "email",
                "locale",
                "clearance",
                "valid_until",
                "pseudonym",
                "version",
                "created_at",
                "updated_at",
            ])
            .values_panic([
                self.org().0.into(),
                id.0.into(),
                kind_code(new.kind).into(),
                new.name.trim().into(),
                new.login.trim().into(),
                login_key(&new.login).into(),
                status.into(),
                new.unit.map(|u| u.0).into(),
                new.manager.map(|m| m.0).into(),
                new.company.map(|c| c.0).into(),
                new.title.clone().into(),
                new.email.clone().into(),
                new.locale.clone().into(),
                0i64.into(),
                new.valid_until.into(),
                pseudonym.to_vec().into(),
                1i64.into(),
                now.into(),
                now.into(),
            ])
            .to_owned();
        self.door.store().dialect().insert(&statement)
    }
}

fn check(new: &NewPerson, now: i64) -> Result<()> {
    let mut wrong = Vec::new();
    let mut field = |name: &str, code: &'static str| {
        wrong.push(FieldError { field: name.to_owned(), code: code.into(), args: Vec::new() });
    };
    if new.name.trim().is_empty() {
        field("name", "field.required");
    } else if new.name.chars().count() > 100 {
        field("name", "field.too_long");
    }
    let login = new.login.trim();
    if login.is_empty() {
        field("login", "field.required");
    } else if login.chars().count() > 100 || login.chars().any(|c| c.is_whitespace() || c.is_control()) {
        field("login", "person.login_form");
    }
    if new.kind == PrincipalKind::Partner {
        if new.company.is_none() {
            field("company", "field.required");
        }
        if new.valid_until.is_none() {
            field("valid_until", "field.required");
        }
    }
    if new.valid_until.is_some_and(|until| until <= now) {
        field("valid_until", "person.end_in_past");
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid("invalid").with_fields(wrong)) }
}
