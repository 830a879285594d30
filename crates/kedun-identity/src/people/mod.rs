//! People: taking on, changing and moving, stopping, ending; the invitation with
//! which somebody sets the first password.

mod change;
mod create;
mod end;
mod invite;
mod list;

use kedun_model::{PersonId, PrincipalKind, RecordId, UnitId};

pub use change::PersonPatch;
pub use end::Ended;
pub use list::PersonFilter;

/// Somebody new.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub name: String,
    pub login: String,
    pub kind: PrincipalKind,
    pub unit: Option<UnitId>,
    pub manager: Option<PersonId>,
    pub title: Option<String>,
    pub email: Option<String>,
    /// The partner's account record; required for partners.
    pub company: Option<RecordId>,
    /// The moment from which on the account is dead; required for partners.
    pub valid_until: Option<i64>,
    pub locale: String,
}

/// A one-time link to set a password.
#[derive(Debug, Clone)]
pub struct Invite {
    pub token: String,
    pub expires_at: i64,
}

/// A person as administrators see one.
#[derive(Debug, Clone)]
pub struct PersonView {
    pub id: PersonId,
    pub name: String,
    pub login: String,
    pub kind: PrincipalKind,
    pub status: String,
    pub unit: Option<UnitId>,
    pub manager: Option<PersonId>,
    pub company: Option<RecordId>,
    pub title: Option<String>,
    pub email: Option<String>,
    pub locale: String,
    pub valid_until: Option<i64>,
    pub version: i64,
    pub created_at: i64,
    pub last_sign_in_at: Option<i64>,
    pub second_factor: bool,
}
