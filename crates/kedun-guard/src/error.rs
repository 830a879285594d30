//! The failures of this crate, each with a stable code.

use kedun_model::{Error, ErrorKind};

use crate::Obligation;

/// Why no grant was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Denied {
    /// `access.unknown_person`, `access.inactive`, `access.expired`, `access.no_permission`,
    /// `access.partner`, `access.guard`, `access.step_up`, `access.object_mismatch`,
    /// `access.plan_expired`.
    pub code: &'static str,
    /// What would open the way; filled with `access.step_up` only.
    pub missing: Vec<Obligation>,
}

impl Denied {
    pub(crate) fn new(code: &'static str) -> Denied {
        Denied { code, missing: Vec::new() }
    }

    pub(crate) fn step_up(missing: Vec<Obligation>) -> Denied {
        Denied { code: "access.step_up", missing }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Error {
        if denied.missing.is_empty() {
            return Error::new(ErrorKind::Forbidden, denied.code);
        }
        let steps: Vec<&str> = denied.missing.iter().map(|o| o.code()).collect();
        Error::new(ErrorKind::StepUp, denied.code).arg("steps", steps.join(","))
    }
}

/// Why rows are not a directory, or a change of it is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    #[error("two rows of {table} have the same id")]
    DuplicateId { table: &'static str },
    #[error("the person is not known")]
    UnknownPerson,
    #[error("the unit is not known")]
    UnknownUnit,
    #[error("the permission set is not known")]
    UnknownPermSet,
    #[error("a unit cannot lie below itself")]
    UnitCycle,
    #[error("nobody can report to himself, at any distance")]
    ManagerCycle,
    #[error("the granter may not give roles")]
    MayNotGrant,
    #[error("nobody may give to himself")]
    ToOneself,
    #[error("two offices that exclude each other would meet in one person")]
    OfficersMeet,
    #[error("an outside partner cannot hold this role")]
    NotForPartners,
    #[error("the condition is not well formed")]
    BadExpression { code: &'static str },
}

impl GuardError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            GuardError::DuplicateId { .. } => "directory.duplicate_id",
            GuardError::UnknownPerson => "directory.unknown_person",
            GuardError::UnknownUnit => "directory.unknown_unit",
            GuardError::UnknownPermSet => "directory.unknown_role",
            GuardError::UnitCycle => "unit.cycle",
            GuardError::ManagerCycle => "people.manager_cycle",
            GuardError::MayNotGrant => "role.may_not_grant",
            GuardError::ToOneself => "role.to_oneself",
            GuardError::OfficersMeet => "role.officers_meet",
            GuardError::NotForPartners => "role.not_for_partners",
            GuardError::BadExpression { code } => code,
        }
    }
}

impl From<GuardError> for Error {
    fn from(error: GuardError) -> Error {
        let kind = match error {
            GuardError::MayNotGrant | GuardError::ToOneself => ErrorKind::Forbidden,
            GuardError::DuplicateId { .. } => ErrorKind::Internal,
            GuardError::UnknownPerson | GuardError::UnknownUnit | GuardError::UnknownPermSet => {
                ErrorKind::NotFound
            }
            GuardError::UnitCycle
            | GuardError::ManagerCycle
            | GuardError::OfficersMeet
            | GuardError::NotForPartners
            | GuardError::BadExpression { .. } => ErrorKind::Invalid,
        };
        Error::new(kind, error.code())
    }
}
