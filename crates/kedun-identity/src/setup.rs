//! The first start: a one-time link names the first administrator, who sets a password
//! and a second factor and types the recovery kit back before anything else works.

use kedun_guard::Assignee;
use kedun_ledger::Outcome;
use kedun_model::{AssignmentId, Assurance, Caller, Error, PersonId, PrincipalKind, Result, SessionId};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, OnConflict, Query};

use crate::people::NewPerson;
use crate::sign_in::{Entrant, Signed, Source, failed};
use crate::{Identity, TotpSecret, password, totp};

/// How far the first start has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupState {
    /// Nobody has been named.
    Needed,
    /// Somebody has been named and has not yet proved factor and recovery kit.
    Unconfirmed,
    Done,
}

/// What the page of the first start sends.
#[derive(Clone)]
pub struct SetupStart {
    pub org_name: String,
    pub name: String,
    pub login: String,
    pub password: String,
    pub locale: String,
}

const LINK: i64 = 24 * 3_600_000_000;

impl Identity {
    /// How far the first start has come.
    ///
    /// # Errors
    /// Fails when the store cannot be read.
    pub async fn setup_state(&self) -> Result<SetupState> {
        if self.setting("setup_done").await?.is_some() {
            return Ok(SetupState::Done);
        }
        Ok(if self.setting("setup_person").await?.is_some() {
            SetupState::Unconfirmed
        } else {
            SetupState::Needed
        })
    }

    /// A new one-time link for the first start; those given before stop working.
    ///
    /// # Errors
    /// `setup.done` when there is an administrator already.
    pub async fn setup_token(&self) -> Result<String> {
        if self.setup_state().await? == SetupState::Done {
            return Err(Error::conflict("setup.done"));
        }
        let dialect = self.door.store().dialect();
        let void = Query::update()
            .table("sign_in_ticket")
            .value("used_at", self.now())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("kind").eq("setup"))
            .to_owned();
        self.door.store().housekeeping(vec![dialect.update(&void)]).await?;
        self.new_ticket("setup", None, LINK).await
    }

    /// Names the first administrator.
    ///
    /// # Errors
    /// `auth.ticket`, `setup.done`, `password.*`, 422.
    pub async fn setup_begin(&self, token: &str, start: SetupStart) -> Result<TotpSecret> {
        self.ticket_person("setup", token).await?;
        if self.setup_state().await? == SetupState::Done {
            return Err(Error::conflict("setup.done"));
        }
        for (field, text) in [("org_name", &start.org_name), ("name", &start.name), ("login", &start.login)] {
            if text.trim().is_empty() {
                return Err(Error::invalid("invalid").field(field, "field.required"));
            }
        }
        password::check_new(&start.password, true, &[&start.login, &start.name, &start.org_name])?;
        let hash = self.passwords.hash(start.password.clone()).await?;
        let person = PersonId(self.door.context().new_uuid());
        let secret = self.door.context().random::<20>();
        let new = NewPerson {
            name: start.name,
            login: start.login.clone(),
            kind: PrincipalKind::User,
            unit: None,
            manager: None,
            title: None,
            email: None,
            company: None,
            valid_until: None,
            locale: start.locale,
        };
        let roles = self.role_ids().await?;
        let role = roles
            .get("system_admin")
            .copied()
            .ok_or_else(|| Error::internal("the roles are not installed"))?;
        let dialect = self.door.store().dialect();
        let event =
            self.event(&self.system_caller(), "setup.begin", Outcome::Ok, &[("person", person.to_string())])?;
        let mut changes = Changeset::new(event);
        for table in ["principal", "credential", "totp", "assignment"] {
            // An attempt that was never confirmed leaves nobody behind.
            let clear =
                Query::delete().from_table(table).and_where(Expr::col("org").eq(self.org().0)).to_owned();
            changes = changes.exec(dialect.delete(&clear));
        }
        let assignment = AssignmentId(self.door.context().new_uuid());
        let changes = changes
            .exec(self.insert_person(person, &new, "active"))
            .exec(self.store_password(person, hash, false))
            .exec(self.store_totp(person, &secret, None).await?)
            .exec(self.insert_assignment(
                assignment,
                Assignee::Person(person),
                role,
                None,
                "first start",
                None,
            ))
            .exec(self.put_setting("org_name", start.org_name.trim()))
            .exec(self.put_setting("setup_person", &person.to_string()));
        self.commit(crate::epoch::bump(changes, dialect, self.org())).await?;
        Ok(TotpSecret { secret: totp::base32(&secret), uri: totp::uri("Kedun", &start.login, &secret) })
    }

    /// Ends the first start: the code proves the factor; that the recovery kit was typed back
    /// right was checked by the caller of this function, which alone knows the root key.
    ///
    /// # Errors
    /// `auth.ticket`, `auth.code`, `setup.not_begun`.
    pub async fn setup_confirm(&self, token: &str, code: &str, source: &Source) -> Result<Signed> {
        self.ticket_person("setup", token).await?;
        let person = self.setting("setup_person").await?.ok_or_else(|| Error::conflict("setup.not_begun"))?;
        let person: PersonId = person.parse().map_err(Error::internal)?;
        let now = self.now();
        self.limits.code(person.bytes(), now)?;
        let secret = self.pending_totp(person).await?;
        let step = totp::verify(&secret, code, now, 0)
            .ok_or_else(|| Error::invalid("auth.code").field("code", "auth.code"))?;
        let entrant = self.entrant_by("id", person.0.into()).await?.ok_or_else(failed)?;
        let enrol = Query::update()
            .table("totp")
            .value("enrolled_at", now)
            .value("last_step", step)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .to_owned();
        let event =
            self.event(&self.system_caller(), "setup.done", Outcome::Ok, &[("person", person.to_string())])?;
        let changes = Changeset::new(event)
            .exec_expect(self.spend_ticket("setup", token), 1, "auth.ticket")
            .exec(self.door.store().dialect().update(&enrol))
            .exec(self.put_setting("setup_done", "1"));
        self.commit(changes).await?;
        let assurance = Assurance { password_at: Some(now), second_factor_at: Some(now) };
        self.open_session(&entrant, assurance, source).await
    }

    async fn pending_totp(&self, person: PersonId) -> Result<Vec<u8>> {
        let query = Query::select()
            .column("secret")
            .from("totp")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .to_owned();
        match self.select(&query).await?.first() {
            Some(row) => self.open_totp(person, &row.get_blob(0)?),
            None => Err(Error::conflict("setup.not_begun")),
        }
    }

    /// A setting of the installation.
    ///
    /// # Errors
    /// Fails when the store cannot be read.
    pub async fn setting(&self, name: &'static str) -> Result<Option<String>> {
        let query = Query::select()
            .column("value")
            .from("setting")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("name").eq(name))
            .to_owned();
        match self.select(&query).await?.first() {
            Some(row) => Ok(Some(row.get_text(0)?)),
            None => Ok(None),
        }
    }

    pub(crate) fn put_setting(&self, name: &str, value: &str) -> kedun_store::Stmt {
        let insert = Query::insert()
            .into_table("setting")
            .columns(["org", "name", "value"])
            .values_panic([self.org().0.into(), name.into(), value.into()])
            .on_conflict(OnConflict::columns(["org", "name"]).update_column("value").to_owned())
            .to_owned();
        self.door.store().dialect().insert(&insert)
    }

    /// The program itself, for what it does before anybody is named.
    pub fn system_caller(&self) -> Caller {
        let nobody = Entrant {
            person: PersonId::NIL,
            kind: PrincipalKind::System,
            pseudonym: [0; 16],
            may_enter: false,
            password: None,
            totp: None,
        };
        let source = Source { network: String::new(), device: String::new() };
        let mut caller = self.caller_of(&nobody, Assurance::default(), &source);
        caller.session = SessionId::NIL;
        caller
    }
}
