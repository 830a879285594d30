//! What must be done before an action, instead of a plain no.

use kedun_model::{Action, Caller, DataClass};
use serde::{Deserialize, Serialize};

/// How old the second factor may be for a reveal of a P3 field, in microseconds (10 minutes).
pub const REVEAL_FACTOR_AGE_US: i64 = 600_000_000;

/// A step to be taken first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obligation {
    /// A second factor no older than this, in microseconds.
    RequireMfa { max_age_us: i64 },
    /// A purpose, named with the request.
    RequirePurpose,
    /// The consent of so many other people.
    RequireApproval { n: u8 },
    /// A device that the organisation trusts.
    RequireDevice,
}

impl Obligation {
    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Obligation::RequireMfa { .. } => "mfa",
            Obligation::RequirePurpose => "purpose",
            Obligation::RequireApproval { .. } => "approval",
            Obligation::RequireDevice => "device",
        }
    }

    /// Whether the caller has done it at the moment `now`.
    pub fn met(self, caller: &Caller, discharged: Discharged, now: i64) -> bool {
        match self {
            Obligation::RequireMfa { max_age_us } => {
                factor_age(caller, now).is_some_and(|age| age <= max_age_us)
            }
            Obligation::RequirePurpose => caller.purpose.as_ref().is_some_and(|p| !p.code.trim().is_empty()),
            Obligation::RequireApproval { n } => discharged.approvals >= n,
            Obligation::RequireDevice => discharged.trusted_device,
        }
    }
}

/// What has been done that a caller does not carry; nothing unless somebody vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Discharged {
    /// How many other people have consented to exactly this action.
    pub approvals: u8,
    /// Whether the device of the session is trusted.
    pub trusted_device: bool,
}

/// The age of the second factor in microseconds; a factor given in the future counts as none.
pub(crate) fn factor_age(caller: &Caller, now: i64) -> Option<i64> {
    let age = now.checked_sub(caller.assurance.second_factor_at?)?;
    (age >= 0).then_some(age)
}

/// What the class of a field alone demands of the action.
pub(crate) fn class_rule(action: Action, class: DataClass) -> &'static [Obligation] {
    const PURPOSE: &[Obligation] = &[Obligation::RequirePurpose];
    const BOTH: &[Obligation] =
        &[Obligation::RequireMfa { max_age_us: REVEAL_FACTOR_AGE_US }, Obligation::RequirePurpose];
    match (action, class) {
        (Action::Reveal, DataClass::P3) => BOTH,
        (Action::Reveal, DataClass::P2) => PURPOSE,
        _ => &[],
    }
}
