//! Who asks, for whom, how surely, from where and what for. Made in one place
//! from the request; a required argument of every use case.

use serde::{Deserialize, Serialize};

use crate::{OrgId, PersonId, SessionId};

/// What kind of principal somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// An employee.
    User,
    /// Somebody of another company, confined to what is shared or of that company.
    Partner,
    /// An application.
    Client,
    /// The program itself, for jobs it starts.
    System,
}

/// How surely we know who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assurance {
    /// When the password was given, microseconds of UTC.
    pub password_at: Option<i64>,
    /// When a second factor was given, microseconds of UTC.
    pub second_factor_at: Option<i64>,
}

/// What a look at personal data is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// A key of the list of purposes, such as `call_customer`.
    pub code: String,
    /// Words of the caller's own; sealed in the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The one who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    pub org: OrgId,
    pub person: PersonId,
    pub kind: PrincipalKind,
    /// The 16-byte pseudonym that stands for this employment in the evidence.
    pub pseudonym: [u8; 16],
    pub session: SessionId,
    /// Whom the caller acts for, if for somebody else (an application for its user).
    pub acting_for: Option<PersonId>,
    pub assurance: Assurance,
    /// The source address as text, sealed in events.
    pub network: String,
    /// The device as the browser describes it, shortened; sealed in events.
    pub device: String,
    pub purpose: Option<Purpose>,
    /// The access epoch that was read with the session at the start of the request.
    pub epoch: u64,
    /// The version of the directory (people, units, roles) at that moment.
    pub directory: u64,
}
