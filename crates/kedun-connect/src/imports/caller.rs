//! The caller of a job: its person, with the rights of this moment.

use kedun_engine::access::Epoch;
use kedun_engine::system_caller;
use kedun_model::{Action, Assurance, Caller, Error, ImportId, JobId, PersonId, Result, SessionId};
use kedun_store::NewJob;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Inner;

/// What a job is given: no right, only whom to ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub import: Uuid,
    pub session: Uuid,
    pub password_at: Option<i64>,
    pub second_factor_at: Option<i64>,
}

impl Inner {
    /// A job for an import, to be queued with the move that asks for it.
    pub(crate) fn job(&self, caller: &Caller, import: ImportId, kind: &str) -> Result<NewJob> {
        let payload = Payload {
            import: import.0,
            session: caller.session.0,
            password_at: caller.assurance.password_at,
            second_factor_at: caller.assurance.second_factor_at,
        };
        Ok(NewJob {
            id: JobId(self.door.context().new_uuid()),
            org: self.org(),
            kind: kind.to_owned(),
            payload: serde_json::to_vec(&payload).map_err(Error::internal)?,
            created_by: caller.person,
            run_at: self.now(),
        })
    }

    /// The person of a job as a caller of this moment, who may still import.
    ///
    /// # Errors
    /// `import.person_left`; `import.not_allowed`; a step-up when the factor has become too old.
    pub(crate) async fn caller_now(
        &self,
        person: PersonId,
        payload: &Payload,
        object: &str,
    ) -> Result<Caller> {
        let epoch = Epoch::read(self.door.store(), self.org()).await?;
        let mut caller = Caller {
            person,
            session: SessionId(payload.session),
            assurance: Assurance {
                password_at: payload.password_at,
                second_factor_at: payload.second_factor_at,
            },
            epoch: epoch.epoch,
            directory: epoch.directory,
            ..system_caller(self.org())
        };
        let entry = self.door.directory(&caller).await?;
        let left = || Error::forbidden("import.person_left");
        let principal = entry.directory.person(person).ok_or_else(left)?;
        if !entry.directory.person_active(person, self.now()) {
            return Err(left());
        }
        caller.kind = principal.kind;
        caller.pseudonym = entry
            .pseudonyms
            .iter()
            .find(|(_, p)| **p == person)
            .map(|(pseudonym, _)| *pseudonym)
            .ok_or_else(left)?;
        self.door.grant(&caller, object, Action::Import).await.map_err(|error| match error.kind {
            kedun_model::ErrorKind::Forbidden => {
                Error::forbidden("import.not_allowed").with_internal(error.code)
            }
            _ => error,
        })?;
        Ok(caller)
    }
}
