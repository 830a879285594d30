//! Password, then code. The answer to a wrong password takes as long and says the
//! same as the answer to an unknown login.

use kedun_ledger::Outcome;
use kedun_model::{Assurance, Caller, Error, ErrorKind, PersonId, PrincipalKind, Result, SessionId};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, JoinType, Query};

use super::{ABSOLUTE, SignIn, Signed, Source, TICKET};
use crate::directory::principal_kind;
use crate::setup::SetupState;
use crate::token::{new_token, token_hash};
use crate::{Identity, totp};

/// What is read of somebody who wants to enter.
pub(crate) struct Entrant {
    pub person: PersonId,
    pub kind: PrincipalKind,
    pub pseudonym: [u8; 16],
    pub may_enter: bool,
    pub password: Option<String>,
    pub totp: Option<(Vec<u8>, i64)>,
}

impl Identity {
    /// Compares the password; leads to a session, or to the question for a code.
    ///
    /// # Errors
    /// `auth.failed` for a wrong password and an unknown login alike, `limited` after too many tries.
    pub async fn sign_in(&self, login: &str, password: String, source: &Source) -> Result<SignIn> {
        let key = login_key(login);
        let now = self.now();
        self.limits.sign_in(&key, &source.network, now)?;
        let entrant = self.entrant_by("login_key", key.clone().into()).await?;
        let stored = entrant.as_ref().and_then(|e| e.password.clone());
        let right = self.passwords.verify(password, stored).await?;
        // Whoever was named by the first start enters when it is confirmed, and not round it.
        let open = self.setup_state().await? == SetupState::Done;
        let Some(entrant) = entrant.filter(|e| right && open && e.may_enter) else {
            self.note_failure(None, source, "password").await?;
            return Err(failed());
        };
        self.limits.signed_in(&key, &source.network);
        if entrant.totp.is_some() {
            return Ok(SignIn::NeedsCode {
                ticket: self.new_ticket("totp", Some(entrant.person), TICKET).await?,
            });
        }
        let assurance = Assurance { password_at: Some(now), second_factor_at: None };
        Ok(SignIn::Signed(self.open_session(&entrant, assurance, source).await?))
    }

    /// Completes a sign-in with a six-digit code or a recovery code.
    ///
    /// # Errors
    /// `auth.ticket` when the ticket is unknown or old, `auth.code` when the code is wrong, `limited`.
    pub async fn sign_in_code(&self, ticket: &str, code: &str, source: &Source) -> Result<Signed> {
        let now = self.now();
        let person = self.ticket_person("totp", ticket).await?;
        let entrant =
            self.entrant_by("id", person.0.into()).await?.filter(|e| e.may_enter).ok_or_else(failed)?;
        self.limits.code(person.bytes(), now)?;
        let (secret, last_step) = entrant.totp.clone().ok_or_else(failed)?;
        let consumed = match totp::verify(&secret, code, now, last_step) {
            Some(step) => Some(self.use_step(person, step)),
            None => self.recovery_statement(person, code).await?,
        };
        let Some(consumed) = consumed else {
            self.note_failure(Some(&entrant), source, "code").await?;
            return Err(Error::new(ErrorKind::Unauthenticated, "auth.code"));
        };
        self.limits.code_accepted(person.bytes());
        let assurance = Assurance { password_at: Some(now), second_factor_at: Some(now) };
        let caller = self.caller_of(&entrant, assurance, source);
        let event = self.event(&caller, "auth.factor_used", Outcome::Ok, &[])?;
        // Both are spent in one commit: neither the code nor the ticket works twice.
        let changes = Changeset::new(event).exec_expect(consumed, 1, "auth.code_used").exec_expect(
            self.spend_ticket("totp", ticket),
            1,
            "auth.ticket",
        );
        self.commit(changes).await.map_err(|e| if e.kind == ErrorKind::Conflict { failed() } else { e })?;
        self.open_session(&entrant, assurance, source).await
    }

    /// Makes the session row and its token.
    pub(crate) async fn open_session(
        &self,
        entrant: &Entrant,
        assurance: Assurance,
        source: &Source,
    ) -> Result<Signed> {
        let now = self.now();
        let token = new_token(self.door.context());
        let session = SessionId(self.door.context().new_uuid());
        let mut caller = self.caller_of(entrant, assurance, source);
        caller.session = session;
        let dialect = self.door.store().dialect();
        let insert = Query::insert()
            .into_table("session")
            .columns([
                "org",
                "id",
                "token_hash",
                "person_id",
                "created_at",
                "expires_at",
                "password_at",
                "second_factor_at",
                "network",
                "device",
            ])
            .values_panic([
                self.org().0.into(),
                session.0.into(),
                token_hash("session", &token).to_vec().into(),
                entrant.person.0.into(),
                now.into(),
                now.saturating_add(ABSOLUTE).into(),
                assurance.password_at.into(),
                assurance.second_factor_at.into(),
                source.network.clone().into(),
                source.device.clone().into(),
            ])
            .to_owned();
        let seen = Query::update()
            .table("principal")
            .value("last_sign_in_at", now)
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(entrant.person.0))
            .to_owned();
        let event = self.event(&caller, "auth.sign_in", Outcome::Ok, &[("session", session.to_string())])?;
        self.commit(Changeset::new(event).exec(dialect.insert(&insert)).exec(dialect.update(&seen))).await?;
        Ok(Signed { token, session, person: entrant.person })
    }

    /// A caller of this person outside of any session.
    pub(crate) fn caller_of(&self, entrant: &Entrant, assurance: Assurance, source: &Source) -> Caller {
        Caller {
            org: self.org(),
            person: entrant.person,
            kind: entrant.kind,
            pseudonym: entrant.pseudonym,
            session: SessionId::NIL,
            acting_for: None,
            assurance,
            network: source.network.clone(),
            device: source.device.clone(),
            purpose: None,
            epoch: 0,
            directory: 0,
        }
    }

    /// The one with this login key or id.
    pub(crate) async fn entrant_by(
        &self,
        column: &'static str,
        value: kedun_store::sq::Value,
    ) -> Result<Option<Entrant>> {
        let now = self.now();
        let query = Query::select()
            .columns([
                ("p", "id"),
                ("p", "kind"),
                ("p", "status"),
                ("p", "valid_until"),
                ("p", "pseudonym"),
                ("c", "password_hash"),
                ("t", "secret"),
                ("t", "last_step"),
                ("t", "enrolled_at"),
            ])
            .from_as("principal", "p")
            .join_as(
                JoinType::LeftJoin,
                "credential",
                "c",
                Expr::col(("c", "org"))
                    .equals(("p", "org"))
                    .and(Expr::col(("c", "person_id")).equals(("p", "id"))),
            )
            .join_as(
                JoinType::LeftJoin,
                "totp",
                "t",
                Expr::col(("t", "org"))
                    .equals(("p", "org"))
                    .and(Expr::col(("t", "person_id")).equals(("p", "id"))),
            )
            .and_where(Expr::col(("p", "org")).eq(self.org().0))
            .and_where(Expr::col(("p", column)).eq(value))
            .to_owned();
        let rows = self.select(&query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let person = PersonId(row.get_uuid(0)?);
        let enrolled = row.opt_i64(8)?.is_some();
        let totp = match (row.opt_blob(6)?, row.opt_i64(7)?) {
            (Some(sealed), Some(step)) if enrolled => Some((self.open_totp(person, &sealed)?, step)),
            _ => None,
        };
        Ok(Some(Entrant {
            person,
            kind: principal_kind(&row.get_text(1)?)?,
            pseudonym: row.get_array::<16>(4)?,
            may_enter: row.get_text(2)? == "active" && row.opt_i64(3)?.is_none_or(|until| now < until),
            password: row.opt_text(5)?,
            totp,
        }))
    }

    /// A failed try is evidence too; the login that was typed is not kept, it may be a password.
    async fn note_failure(&self, entrant: Option<&Entrant>, source: &Source, step: &str) -> Result<()> {
        let nobody = Entrant {
            person: PersonId::NIL,
            kind: PrincipalKind::User,
            pseudonym: [0; 16],
            may_enter: false,
            password: None,
            totp: None,
        };
        let caller = self.caller_of(entrant.unwrap_or(&nobody), Assurance::default(), source);
        let event =
            self.event(&caller, "auth.sign_in_failed", Outcome::Refused, &[("step", step.to_owned())])?;
        self.commit(Changeset::new(event)).await
    }
}

/// The form in which logins are compared.
pub(crate) fn login_key(login: &str) -> String {
    login.trim().to_lowercase()
}

pub(crate) fn failed() -> Error {
    Error::new(ErrorKind::Unauthenticated, "auth.failed")
}
