//! From the cookie to the caller, in one query, on every request. Status, validity and
//! the access epoch are read with the session, so nothing about rights is remembered.

use kedun_model::{Assurance, Caller, Error, ErrorKind, PersonId, Result, SessionId};
use kedun_store::sq::{Expr, ExprTrait, JoinType, OnConflict, Query};

use super::{IDLE, Known, Source};
use crate::Identity;
use crate::directory::principal_kind;
use crate::token::token_hash;

/// How exact the time of the last request is kept.
const SEEN_EVERY: i64 = 60_000_000;

impl Identity {
    /// The caller whose session has this token.
    ///
    /// # Errors
    /// `unauthenticated` when there is no such living session, or the person may no longer enter.
    pub async fn authenticate(&self, token: &str, source: &Source) -> Result<Known> {
        let now = self.now();
        let query = Query::select()
            .columns([
                ("s", "id"),
                ("s", "person_id"),
                ("s", "expires_at"),
                ("s", "password_at"),
                ("s", "second_factor_at"),
                ("s", "ended_at"),
                ("s", "created_at"),
                ("v", "seen_at"),
                ("p", "kind"),
                ("p", "status"),
                ("p", "valid_until"),
                ("p", "pseudonym"),
                ("e", "n"),
                ("e", "directory"),
                ("t", "enrolled_at"),
                ("c", "must_change"),
            ])
            .from_as("session", "s")
            .join_as(
                JoinType::InnerJoin,
                "principal",
                "p",
                Expr::col(("p", "org"))
                    .equals(("s", "org"))
                    .and(Expr::col(("p", "id")).equals(("s", "person_id"))),
            )
            .join_as(JoinType::InnerJoin, "authz_epoch", "e", Expr::col(("e", "org")).equals(("s", "org")))
            .join_as(
                JoinType::LeftJoin,
                "session_seen",
                "v",
                Expr::col(("v", "org"))
                    .equals(("s", "org"))
                    .and(Expr::col(("v", "session_id")).equals(("s", "id"))),
            )
            .join_as(
                JoinType::LeftJoin,
                "totp",
                "t",
                Expr::col(("t", "org"))
                    .equals(("s", "org"))
                    .and(Expr::col(("t", "person_id")).equals(("s", "person_id"))),
            )
            .join_as(
                JoinType::LeftJoin,
                "credential",
                "c",
                Expr::col(("c", "org"))
                    .equals(("s", "org"))
                    .and(Expr::col(("c", "person_id")).equals(("s", "person_id"))),
            )
            .and_where(Expr::col(("s", "token_hash")).eq(token_hash("session", token).to_vec()))
            .to_owned();
        let rows = self.select(&query).await?;
        let row = rows.first().ok_or_else(unknown)?;
        let seen = row.opt_i64(7)?.unwrap_or(row.get_i64(6)?);
        let expires_at = row.get_i64(2)?;
        let alive = row.opt_i64(5)?.is_none() && now < expires_at && now < seen.saturating_add(IDLE);
        let active = row.get_text(9)? == "active" && row.opt_i64(10)?.is_none_or(|until| now < until);
        if !alive || !active {
            return Err(unknown());
        }
        let session = SessionId(row.get_uuid(0)?);
        let person = PersonId(row.get_uuid(1)?);
        let caller = Caller {
            org: self.org(),
            person,
            kind: principal_kind(&row.get_text(8)?)?,
            pseudonym: row.get_array::<16>(11)?,
            session,
            acting_for: None,
            assurance: Assurance { password_at: row.opt_i64(3)?, second_factor_at: row.opt_i64(4)? },
            network: source.network.clone(),
            device: source.device.clone(),
            purpose: None,
            epoch: u64::try_from(row.get_i64(12)?).map_err(Error::internal)?,
            directory: u64::try_from(row.get_i64(13)?).map_err(Error::internal)?,
        };
        if now >= seen.saturating_add(SEEN_EVERY) {
            self.note_seen(session, now).await?;
        }
        let entry = self.door.directory(&caller).await?;
        let factor_required = crate::roles::needs_factor(&entry.directory, person, now);
        Ok(Known {
            caller,
            expires_at,
            idle_expires_at: std::cmp::min(expires_at, now.saturating_add(IDLE)),
            totp_enrolled: row.opt_i64(14)?.is_some(),
            factor_required,
            must_change_password: row.opt_bool(15)?.unwrap_or(false),
        })
    }

    async fn note_seen(&self, session: SessionId, now: i64) -> Result<()> {
        let store = self.door.store();
        let statement = Query::insert()
            .into_table("session_seen")
            .columns(["org", "session_id", "seen_at"])
            .values_panic([self.org().0.into(), session.0.into(), now.into()])
            .on_conflict(OnConflict::columns(["org", "session_id"]).update_column("seen_at").to_owned())
            .to_owned();
        store.housekeeping(vec![store.dialect().insert(&statement)]).await?;
        Ok(())
    }
}

fn unknown() -> Error {
    Error::new(ErrorKind::Unauthenticated, "unauthenticated")
}
