//! Putting another second factor in the place of one's own: the old one, or a recovery code, is
//! given first, and the old one goes on working until the new one has proved itself.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Error, Result};
use kedun_store::sq::{Expr, ExprTrait, OnConflict, Query};
use kedun_store::{Changeset, Stmt};

use crate::sign_in::failed;
use crate::{Identity, RecoveryCodes, TotpSecret, totp};

/// How long the new factor may wait for its first code.
const WAIT: i64 = 10 * 60 * 1_000_000;

impl Identity {
    /// Begins a replacement with a code of the factor that is to go, or a recovery code.
    ///
    /// # Errors
    /// `factor.none` when there is nothing to replace; `auth.code`, `auth.code_used`, `limited`.
    pub async fn begin_replacement(&self, caller: &Caller, code: &str) -> Result<TotpSecret> {
        let now = self.now();
        self.limits.code(caller.person.bytes(), now)?;
        let entrant = self.entrant_by("id", caller.person.0.into()).await?.ok_or_else(failed)?;
        let (old, last) = entrant.totp.ok_or_else(|| Error::conflict("factor.none"))?;
        let (spent, by) = match totp::verify(&old, code, now, last) {
            Some(step) => (Some(self.use_step(caller.person, step)), "totp"),
            None => (self.recovery_statement(caller.person, code).await?, "recovery_code"),
        };
        let Some(spent) = spent else {
            let event = self.event(caller, "auth.factor_replacement", Outcome::Refused, &[])?;
            self.commit(Changeset::new(event)).await?;
            return Err(Error::invalid("auth.code").field("code", "auth.code"));
        };
        let secret = self.door.context().random::<20>();
        let event = self.event(caller, "auth.factor_replacement", Outcome::Ok, &[("by", by.to_owned())])?;
        let changes = Changeset::new(event)
            .exec_expect(spent, 1, "auth.code_used")
            .exec(self.keep_next(caller, &secret).await?);
        self.commit(changes).await?;
        self.limits.code_accepted(caller.person.bytes());
        let login = self.login_of(caller.person).await?;
        Ok(TotpSecret { secret: totp::base32(&secret), uri: totp::uri("Kedun", &login, &secret) })
    }

    /// Completes it with the first code of the new factor: the old one and its recovery codes stop
    /// working, and all other sessions end.
    ///
    /// # Errors
    /// `factor.not_begun` when this session began none in the last ten minutes; `auth.code`, `limited`.
    pub async fn confirm_replacement(&self, caller: &Caller, code: &str) -> Result<RecoveryCodes> {
        let now = self.now();
        self.limits.code(caller.person.bytes(), now)?;
        let query = Query::select()
            .column("secret")
            .from("totp_next")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .and_where(Expr::col("session_id").eq(caller.session.0))
            .and_where(Expr::col("begun_at").gt(now.saturating_sub(WAIT)))
            .to_owned();
        let rows = self.select(&query).await?;
        let row = rows.first().ok_or_else(|| Error::conflict("factor.not_begun"))?;
        let sealed = row.get_blob(0)?;
        let secret = self.open_totp(caller.person, &sealed)?;
        let step = totp::verify(&secret, code, now, 0)
            .ok_or_else(|| Error::invalid("auth.code").field("code", "auth.code"))?;
        self.limits.code_accepted(caller.person.bytes());
        let dialect = self.door.store().dialect();
        let replace = Query::update()
            .table("totp")
            .value("secret", sealed.clone())
            .value("enrolled_at", now)
            .value("last_step", step)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .to_owned();
        let taken = Query::delete()
            .from_table("totp_next")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person_id").eq(caller.person.0))
            .and_where(Expr::col("secret").eq(sealed))
            .to_owned();
        let (codes, statements) = self.new_recovery_codes(caller.person);
        let event = self.event(caller, "auth.factor_replaced", Outcome::Ok, &[("factor", "totp".into())])?;
        let mut changes = Changeset::new(event)
            .exec_expect(dialect.delete(&taken), 1, "factor.not_begun")
            .exec_expect(dialect.update(&replace), 1, "factor.none")
            .exec(self.factor_given(caller, now));
        for statement in statements {
            changes = changes.exec(statement);
        }
        self.commit(changes).await?;
        self.end_other_sessions(caller).await?;
        Ok(RecoveryCodes(codes))
    }

    /// The statement that keeps the factor that waits for its first code.
    async fn keep_next(&self, caller: &Caller, secret: &[u8]) -> Result<Stmt> {
        let sealed = self.door.seal_secret("totp", &caller.person.bytes(), secret).await?;
        let insert = Query::insert()
            .into_table("totp_next")
            .columns(["org", "person_id", "secret", "session_id", "begun_at"])
            .values_panic([
                self.org().0.into(),
                caller.person.0.into(),
                sealed.into(),
                caller.session.0.into(),
                self.now().into(),
            ])
            .on_conflict(
                OnConflict::columns(["org", "person_id"])
                    .update_columns(["secret", "session_id", "begun_at"])
                    .to_owned(),
            )
            .to_owned();
        Ok(self.door.store().dialect().insert(&insert))
    }
}
