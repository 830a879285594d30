//! One's own password and second factor.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, ErrorKind, PersonId, Result};
use kedun_store::sq::{Expr, ExprTrait, OnConflict, Query};
use kedun_store::{Changeset, Stmt};

use crate::sign_in::failed;
use crate::{Identity, password, totp};

/// A second factor that waits for its first code.
pub struct TotpSecret {
    /// Base32, for typing.
    pub secret: String,
    /// For the QR code.
    pub uri: String,
}

/// Recovery codes, shown once.
pub struct RecoveryCodes(pub Vec<String>);

/// What factors somebody has.
pub struct Factors {
    pub totp_enrolled_at: Option<i64>,
    pub recovery_codes_left: u64,
    /// The person's roles demand the second factor.
    pub required: bool,
}

impl Identity {
    /// Changes the caller's own password and ends all other sessions.
    ///
    /// # Errors
    /// `auth.failed` when the current one is wrong; `password.*` when the new one is not accepted.
    pub async fn change_password(&self, caller: &Caller, current: String, new: String) -> Result<()> {
        self.limits.code(caller.person.bytes(), self.now())?;
        let entrant = self.entrant_by("id", caller.person.0.into()).await?.ok_or_else(failed)?;
        if !self.passwords.verify(current.clone(), entrant.password.clone()).await? {
            return Err(Error::invalid("auth.failed").field("current", "auth.failed"));
        }
        self.limits.code_accepted(caller.person.bytes());
        if current == new {
            return Err(Error::invalid("password.unchanged").field("new", "password.unchanged"));
        }
        let statement = self.password_statement(caller.person, new, entrant.totp.is_some(), false).await?;
        let event = self.event(caller, "auth.password_changed", Outcome::Ok, &[])?;
        self.commit(Changeset::new(event).exec(statement)).await?;
        self.end_other_sessions(caller).await
    }

    /// The statement that stores a new password after checking it.
    pub(crate) async fn password_statement(
        &self,
        person: PersonId,
        new: String,
        with_factor: bool,
        must_change: bool,
    ) -> Result<Stmt> {
        let query = Query::select()
            .columns(["login", "name"])
            .from("principal")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(person.0))
            .to_owned();
        let rows = self.select(&query).await?;
        let (login, name) = match rows.first() {
            Some(row) => (row.get_text(0)?, row.get_text(1)?),
            None => (String::new(), String::new()),
        };
        password::check_new(&new, with_factor, &[&login, &name])?;
        let hash = self.passwords.hash(new).await?;
        Ok(self.store_password(person, hash, must_change))
    }

    pub(crate) fn store_password(&self, person: PersonId, hash: String, must_change: bool) -> Stmt {
        let statement = Query::insert()
            .into_table("credential")
            .columns(["org", "person_id", "password_hash", "changed_at", "must_change"])
            .values_panic([
                self.org().0.into(),
                person.0.into(),
                hash.into(),
                self.now().into(),
                must_change.into(),
            ])
            .on_conflict(
                OnConflict::columns(["org", "person_id"])
                    .update_columns(["password_hash", "changed_at", "must_change"])
                    .to_owned(),
            )
            .to_owned();
        self.door.store().dialect().insert(&statement)
    }

    /// Begins a second factor; it counts only after the first right code.
    ///
    /// # Errors
    /// `factor.enrolled` when there is one already.
    pub async fn begin_totp(&self, caller: &Caller) -> Result<TotpSecret> {
        if self.factors(caller).await?.totp_enrolled_at.is_some() {
            return Err(Error::conflict("factor.enrolled"));
        }
        let secret = self.door.context().random::<20>();
        let event = self.event(caller, "auth.factor_begun", Outcome::Ok, &[("factor", "totp".into())])?;
        self.commit(Changeset::new(event).exec(self.store_totp(caller.person, &secret, None).await?)).await?;
        let name = self.login_of(caller.person).await?;
        Ok(TotpSecret { secret: totp::base32(&secret), uri: totp::uri("Kedun", &name, &secret) })
    }

    /// Completes it with the first code, and gives recovery codes.
    ///
    /// # Errors
    /// `auth.code` when the code is wrong, `factor.not_begun`, `limited`.
    pub async fn confirm_totp(&self, caller: &Caller, code: &str) -> Result<RecoveryCodes> {
        let now = self.now();
        self.limits.code(caller.person.bytes(), now)?;
        let (secret, last, enrolled) =
            self.totp_row(caller.person).await?.ok_or_else(|| Error::conflict("factor.not_begun"))?;
        if enrolled {
            return Err(Error::conflict("factor.enrolled"));
        }
        let step = totp::verify(&secret, code, now, last)
            .ok_or_else(|| Error::invalid("auth.code").field("code", "auth.code"))?;
        self.limits.code_accepted(caller.person.bytes());
        let (codes, statements) = self.new_recovery_codes(caller.person);
        let enrol = Query::update()
            .table("totp")
            .value("enrolled_at", now)
            .value("last_step", step)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .to_owned();
        let session = self.factor_given(caller, now);
        let event = self.event(caller, "auth.factor_enrolled", Outcome::Ok, &[("factor", "totp".into())])?;
        let mut changes =
            Changeset::new(event).exec(self.door.store().dialect().update(&enrol)).exec(session);
        for statement in statements {
            changes = changes.exec(statement);
        }
        self.commit(changes).await?;
        Ok(RecoveryCodes(codes))
    }

    /// New recovery codes; the old ones stop working.
    ///
    /// # Errors
    /// `step_up.mfa` without a second factor of the last ten minutes.
    pub async fn renew_recovery_codes(&self, caller: &Caller) -> Result<RecoveryCodes> {
        self.require_fresh_factor(caller)?;
        let (codes, statements) = self.new_recovery_codes(caller.person);
        let event = self.event(caller, "auth.factor_codes", Outcome::Ok, &[])?;
        let mut changes = Changeset::new(event);
        for statement in statements {
            changes = changes.exec(statement);
        }
        self.commit(changes).await?;
        Ok(RecoveryCodes(codes))
    }

    /// Takes the second factor away.
    ///
    /// # Errors
    /// `factor.required` when a role demands it; `step_up.mfa` without a fresh one.
    pub async fn remove_totp(&self, caller: &Caller) -> Result<()> {
        if self.factors(caller).await?.required {
            return Err(Error::forbidden("factor.required"));
        }
        self.require_fresh_factor(caller)?;
        let event = self.event(caller, "auth.factor_removed", Outcome::Ok, &[("factor", "totp".into())])?;
        let mut changes = Changeset::new(event);
        for statement in self.delete_factors(caller.person) {
            changes = changes.exec(statement);
        }
        self.commit(changes).await
    }

    /// The caller's factors.
    ///
    /// # Errors
    /// Fails when the store cannot be read.
    pub async fn factors(&self, caller: &Caller) -> Result<Factors> {
        let totp = Query::select()
            .column("enrolled_at")
            .from("totp")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .to_owned();
        let left = Query::select()
            .column("hash")
            .from("recovery_code")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .and_where(Expr::col("used_at").is_null())
            .to_owned();
        let enrolled = match self.select(&totp).await?.first() {
            Some(row) => row.opt_i64(0)?,
            None => None,
        };
        let entry = self.door.directory(caller).await?;
        Ok(Factors {
            totp_enrolled_at: enrolled,
            recovery_codes_left: u64::try_from(self.select(&left).await?.len()).unwrap_or(0),
            required: crate::roles::needs_factor(&entry.directory, caller.person, self.now()),
        })
    }

    /// Proves again who sits there; what needs a fresh factor may be done for ten minutes.
    ///
    /// # Errors
    /// `auth.failed` or `auth.code`; `factor.none` when a code is needed and there is no factor; `limited`.
    pub async fn step_up(
        &self,
        caller: &Caller,
        password: Option<String>,
        code: Option<&str>,
    ) -> Result<i64> {
        let now = self.now();
        self.limits.code(caller.person.bytes(), now)?;
        let entrant = self.entrant_by("id", caller.person.0.into()).await?.ok_or_else(failed)?;
        let mut changes = Changeset::new(self.event(caller, "auth.step_up", Outcome::Ok, &[])?);
        if let Some(password) = password
            && !self.passwords.verify(password, entrant.password.clone()).await?
        {
            return Err(Error::invalid("auth.failed").field("password", "auth.failed"));
        }
        let code = code.ok_or_else(|| Error::invalid("auth.code").field("code", "field.required"))?;
        let (secret, last) = entrant.totp.clone().ok_or_else(|| Error::conflict("factor.none"))?;
        let spent = match totp::verify(&secret, code, now, last) {
            Some(step) => Some(self.use_step(caller.person, step)),
            None => self.recovery_statement(caller.person, code).await?,
        };
        let spent = spent.ok_or_else(|| Error::invalid("auth.code").field("code", "auth.code"))?;
        changes = changes.exec_expect(spent, 1, "auth.code_used").exec(self.factor_given(caller, now));
        self.commit(changes).await?;
        self.limits.code_accepted(caller.person.bytes());
        Ok(now)
    }

    fn require_fresh_factor(&self, caller: &Caller) -> Result<()> {
        let age = kedun_guard::REVEAL_FACTOR_AGE_US;
        match caller.assurance.second_factor_at {
            Some(at) if self.now().saturating_sub(at) <= age => Ok(()),
            _ => Err(Error::new(ErrorKind::StepUp, "step_up.mfa").arg("max_age", age / 1_000_000)),
        }
    }

    pub(crate) fn factor_given(&self, caller: &Caller, now: i64) -> Stmt {
        let statement = Query::update()
            .table("session")
            .value("second_factor_at", now)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(caller.session.0))
            .to_owned();
        self.door.store().dialect().update(&statement)
    }

    /// The statement that uses a code's step up; it changes one row, once per step.
    pub(crate) fn use_step(&self, person: PersonId, step: i64) -> Stmt {
        let statement = Query::update()
            .table("totp")
            .value("last_step", step)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .and_where(Expr::col("last_step").lt(step))
            .to_owned();
        self.door.store().dialect().update(&statement)
    }

    /// The statement that uses a recovery code up, if `code` is one that is left.
    pub(crate) async fn recovery_statement(&self, person: PersonId, code: &str) -> Result<Option<Stmt>> {
        let hash = totp::recovery_hash(&person.bytes(), code).to_vec();
        let query = Query::select()
            .column("hash")
            .from("recovery_code")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .and_where(Expr::col("hash").eq(hash.clone()))
            .and_where(Expr::col("used_at").is_null())
            .to_owned();
        if self.select(&query).await?.is_empty() {
            return Ok(None);
        }
        let statement = Query::update()
            .table("recovery_code")
            .value("used_at", self.now())
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .and_where(Expr::col("hash").eq(hash))
            .and_where(Expr::col("used_at").is_null())
            .to_owned();
        Ok(Some(self.door.store().dialect().update(&statement)))
    }

    /// The statement that stores a second factor; the secret is sealed with a key of the vault.
    pub(crate) async fn store_totp(
        &self,
        person: PersonId,
        secret: &[u8],
        enrolled_at: Option<i64>,
    ) -> Result<Stmt> {
        let sealed = self.door.seal_secret("totp", &person.bytes(), secret).await?;
        let statement = Query::insert()
            .into_table("totp")
            .columns(["org", "person_id", "secret", "enrolled_at", "last_step"])
            .values_panic([
                self.org().0.into(),
                person.0.into(),
                sealed.into(),
                enrolled_at.into(),
                0i64.into(),
            ])
            .on_conflict(
                OnConflict::columns(["org", "person_id"])
                    .update_columns(["secret", "enrolled_at", "last_step"])
                    .to_owned(),
            )
            .to_owned();
        Ok(self.door.store().dialect().insert(&statement))
    }

    pub(crate) fn open_totp(&self, person: PersonId, sealed: &[u8]) -> Result<Vec<u8>> {
        Ok(self.door.open_secret("totp", &person.bytes(), sealed)?.to_vec())
    }

    async fn totp_row(&self, person: PersonId) -> Result<Option<(Vec<u8>, i64, bool)>> {
        let query = Query::select()
            .columns(["secret", "last_step", "enrolled_at"])
            .from("totp")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .to_owned();
        match self.select(&query).await?.first() {
            Some(row) => {
                let secret = self.open_totp(person, &row.get_blob(0)?)?;
                Ok(Some((secret, row.get_i64(1)?, row.opt_i64(2)?.is_some())))
            }
            None => Ok(None),
        }
    }

    pub(crate) fn new_recovery_codes(&self, person: PersonId) -> (Vec<String>, Vec<Stmt>) {
        let dialect = self.door.store().dialect();
        let clear = Query::delete()
            .from_table("recovery_code")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(person.0))
            .to_owned();
        let mut statements = vec![dialect.delete(&clear)];
        let mut codes = Vec::with_capacity(totp::RECOVERY_CODES);
        for _ in 0..totp::RECOVERY_CODES {
            let code = totp::recovery_code(self.door.context().random());
            let insert = Query::insert()
                .into_table("recovery_code")
                .columns(["org", "person_id", "hash"])
                .values_panic([
                    self.org().0.into(),
                    person.0.into(),
                    totp::recovery_hash(&person.bytes(), &code).to_vec().into(),
                ])
                .to_owned();
            statements.push(dialect.insert(&insert));
            codes.push(code);
        }
        (codes, statements)
    }

    pub(crate) fn delete_factors(&self, person: PersonId) -> Vec<Stmt> {
        let dialect = self.door.store().dialect();
        ["totp", "totp_next", "recovery_code"]
            .into_iter()
            .map(|table| {
                let statement = Query::delete()
                    .from_table(table)
                    .and_where(Expr::col("org").eq(self.org().0))
                    .and_where(Expr::col("person_id").eq(person.0))
                    .to_owned();
                dialect.delete(&statement)
            })
            .collect()
    }

    pub(crate) async fn login_of(&self, person: PersonId) -> Result<String> {
        let query = Query::select()
            .column("login")
            .from("principal")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(person.0))
            .to_owned();
        match self.select(&query).await?.first() {
            Some(row) => Ok(row.get_text(0)?),
            None => Err(Error::not_found("not_found")),
        }
    }
}

impl Identity {
    /// Sets the caller's own language.
    ///
    /// # Errors
    /// Fails when the store cannot be written.
    pub async fn set_locale(&self, caller: &Caller, locale: &str) -> Result<()> {
        let statement = Query::update()
            .table("principal")
            .value("locale", locale)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(caller.person.0))
            .to_owned();
        let event = self.event(caller, "people.locale", Outcome::Ok, &[])?;
        self.commit(Changeset::new(event).exec(self.door.store().dialect().update(&statement))).await
    }
}
