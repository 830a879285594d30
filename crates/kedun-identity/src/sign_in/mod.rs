//! Signing in, the session, and signing out.

mod authenticate;
mod end;
mod enter;
mod list;
mod ticket;

use kedun_model::{Caller, PersonId, SessionId};

pub(crate) use enter::{Entrant, failed, login_key};
pub use list::SessionView;

/// Half an hour without a request ends a session.
pub(crate) const IDLE: i64 = 30 * 60_000_000;
/// Twelve hours end it in any case.
pub(crate) const ABSOLUTE: i64 = 12 * 3_600_000_000;
/// How long the step between password and code may take.
pub(crate) const TICKET: i64 = 5 * 60_000_000;

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The address as text.
    pub network: String,
    /// The browser as it names itself, shortened to 200 characters.
    pub device: String,
}

/// What a right password leads to.
pub enum SignIn {
    /// A session; the token belongs into the cookie.
    Signed(Signed),
    /// A code is needed; the ticket names the half-made sign-in.
    NeedsCode { ticket: String },
}

/// A new session.
pub struct Signed {
    pub token: String,
    pub session: SessionId,
    pub person: PersonId,
}

/// Who a request is from.
#[derive(Debug, Clone)]
pub struct Known {
    pub caller: Caller,
    /// When the session ends in any case, microseconds of UTC.
    pub expires_at: i64,
    /// When it ends unless it is used, microseconds of UTC.
    pub idle_expires_at: i64,
    pub totp_enrolled: bool,
    /// The person's roles demand a second factor.
    pub factor_required: bool,
    pub must_change_password: bool,
}
