//! The living sessions of a person.

use kedun_model::{Caller, Capability, PersonId, Result, SessionId};
use kedun_store::sq::{Expr, ExprTrait, JoinType, Order, Query};

use super::IDLE;
use crate::Identity;

/// A living session.
#[derive(Debug, Clone)]
pub struct SessionView {
    pub id: SessionId,
    /// The one this request came with.
    pub current: bool,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub network: String,
    pub device: String,
}

impl Identity {
    /// The caller's own living sessions, newest first.
    ///
    /// # Errors
    /// Fails when the store cannot be read.
    pub async fn own_sessions(&self, caller: &Caller) -> Result<Vec<SessionView>> {
        self.sessions(caller, caller.person).await
    }

    /// The living sessions of somebody.
    ///
    /// # Errors
    /// `forbidden` without the capability to manage sessions.
    pub async fn sessions_of(&self, caller: &Caller, person: PersonId) -> Result<Vec<SessionView>> {
        self.require(caller, Capability::SessionsManage).await?;
        self.sessions(caller, person).await
    }

    async fn sessions(&self, caller: &Caller, person: PersonId) -> Result<Vec<SessionView>> {
        let now = self.now();
        let query = Query::select()
            .columns([
                ("s", "id"),
                ("s", "created_at"),
                ("s", "expires_at"),
                ("s", "network"),
                ("s", "device"),
                ("v", "seen_at"),
            ])
            .from_as("session", "s")
            .join_as(
                JoinType::LeftJoin,
                "session_seen",
                "v",
                Expr::col(("v", "org"))
                    .equals(("s", "org"))
                    .and(Expr::col(("v", "session_id")).equals(("s", "id"))),
            )
            .and_where(Expr::col(("s", "org")).eq(self.org().0))
            .and_where(Expr::col(("s", "person_id")).eq(person.0))
            .and_where(Expr::col(("s", "ended_at")).is_null())
            .and_where(Expr::col(("s", "expires_at")).gt(now))
            .order_by(("s", "created_at"), Order::Desc)
            .limit(200)
            .to_owned();
        let mut sessions = Vec::new();
        for row in self.select(&query).await? {
            let created_at = row.get_i64(1)?;
            let last_seen_at = row.opt_i64(5)?.unwrap_or(created_at);
            if now >= last_seen_at.saturating_add(IDLE) {
                continue;
            }
            let id = SessionId(row.get_uuid(0)?);
            sessions.push(SessionView {
                id,
                current: id == caller.session,
                created_at,
                last_seen_at,
                expires_at: row.get_i64(2)?,
                network: row.get_text(3)?,
                device: row.get_text(4)?,
            });
        }
        Ok(sessions)
    }
}
