//! People and how we know it is them: the organisation tree, roles and their
//! gift, passwords and second factors, sessions, the first start, leaving.
//!
//! Every change here bumps the access epoch in its own commit, so that a move,
//! a role or an end acts on the next request; a decision made before it cannot
//! commit after it.
//!
//! **Invariant:** this crate knows neither HTTP nor the nouns of sales. It never
//! holds a password or token longer than the comparison takes; what is stored
//! of them is a hash. It reads no record table.

mod account;
mod directory;
mod epoch;
mod limits;
mod password;
mod people;
mod provision;
mod replace_totp;
mod roles;
mod setup;
mod sign_in;
mod tables;
mod teams;
mod token;
mod totp;
mod units;

use std::sync::Arc;

use kedun_engine::{Door, EventDraft};
use kedun_ledger::{Outcome, PreparedEvent};
use kedun_model::{Caller, Capability, Error, OrgId, Result};
use kedun_store::sq::SelectStatement;
use kedun_store::{Changeset, Row};

pub use account::{Factors, RecoveryCodes, TotpSecret};
pub use directory::TableDirectory;
pub use people::{Ended, Invite, NewPerson, PersonFilter, PersonPatch, PersonView};
pub use provision::{Provision, ProvisionPerson, ProvisionUnit};
pub use roles::{
    AssignmentView, MemberPage, MemberPlace, ROLE_ORDER, RoleMember, RoleObject, RoleView, SeedReport,
};
pub use setup::{SetupStart, SetupState};
pub use sign_in::{Known, SessionView, SignIn, Signed, Source};
pub use tables::migrations;
pub use teams::TeamView;
pub use totp::{code as totp_code, step_of as totp_step};
pub use units::UnitView;

/// The use cases of this crate.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

/// What all clones of an [`Identity`] share.
pub struct Inner {
    pub(crate) door: Door,
    pub(crate) limits: limits::Limits,
    pub(crate) passwords: password::Passwords,
}

impl std::ops::Deref for Identity {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Identity {
    /// The use cases over `door`; at most `parallel_hashes` passwords are hashed at once.
    ///
    /// # Errors
    /// Fails when the parameters of the password hash are not accepted (a defect).
    pub fn new(door: Door, parallel_hashes: usize) -> Result<Self> {
        let passwords = password::Passwords::new(parallel_hashes)?;
        Ok(Identity(Arc::new(Inner { door, limits: limits::Limits::default(), passwords })))
    }
}

impl Inner {
    pub(crate) fn now(&self) -> i64 {
        self.door.context().now()
    }

    pub(crate) fn org(&self) -> OrgId {
        self.door.org()
    }

    pub(crate) async fn select(&self, statement: &SelectStatement) -> Result<Vec<Row>> {
        let store = self.door.store();
        Ok(store.query(&store.dialect().select(statement)).await?)
    }

    pub(crate) async fn commit(&self, changes: Changeset) -> Result<()> {
        self.door.store().commit(changes).await?;
        Ok(())
    }

    /// Whether `caller` holds `capability` now.
    ///
    /// # Errors
    /// `forbidden` if not.
    pub(crate) async fn require(&self, caller: &Caller, capability: Capability) -> Result<()> {
        let entry = self.door.directory(caller).await?;
        if entry.directory.capabilities(caller.person, self.now()).contains(&capability) {
            Ok(())
        } else {
            Err(Error::forbidden("forbidden").arg("needs", capability.code()))
        }
    }

    /// The event of an administrative act; `details` hold ids and codes only.
    pub(crate) fn event(
        &self,
        caller: &Caller,
        action: &'static str,
        outcome: Outcome,
        details: &[(&str, String)],
    ) -> Result<PreparedEvent> {
        let mut draft = EventDraft::new(action, outcome).sensitive();
        for (name, value) in details {
            draft = draft.detail(*name, value.clone());
        }
        self.door.evidence().prepare(caller, draft)
    }
}
