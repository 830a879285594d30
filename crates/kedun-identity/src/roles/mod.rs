//! Roles: the sets that are delivered, who holds them, giving and taking them.

mod assign;
mod first_officer;
mod list;
mod members;
mod seed;

use kedun_guard::Directory;
use kedun_model::PersonId;

pub use assign::AssignmentView;
pub use list::{RoleObject, RoleView};
pub use members::{MemberPage, MemberPlace, RoleMember};
pub use seed::SeedReport;

/// The order in which roles are shown: officers first.
pub const ROLE_ORDER: [&str; 8] = [
    "system_admin",
    "security_admin",
    "auditor",
    "privacy_officer",
    "sales_director",
    "sales_manager",
    "sales",
    "partner",
];

/// Whether a role of the person demands a second factor: the offices and the privacy officer.
pub(crate) fn needs_factor(directory: &Directory, person: PersonId, now: i64) -> bool {
    directory
        .effective_permsets(person, now)
        .held
        .iter()
        .filter_map(|held| directory.permset(held.permset))
        .any(|set| set.officer_group.is_some() || set.code == "privacy_officer")
}
