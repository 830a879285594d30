//! The vocabulary of access: what can be done, on which records, how far a field is seen.

use serde::{Deserialize, Serialize};

/// What may be done with records of an object. Each is granted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Read,
    Create,
    Update,
    Delete,
    Restore,
    Reveal,
    Import,
    Export,
    Share,
    Transfer,
}

impl Action {
    pub const ALL: [Action; 10] = [
        Action::Read,
        Action::Create,
        Action::Update,
        Action::Delete,
        Action::Restore,
        Action::Reveal,
        Action::Import,
        Action::Export,
        Action::Share,
        Action::Transfer,
    ];

    /// The stable code, as stored and as sent.
    pub fn code(self) -> &'static str {
        match self {
            Action::Read => "read",
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Restore => "restore",
            Action::Reveal => "reveal",
            Action::Import => "import",
            Action::Export => "export",
            Action::Share => "share",
            Action::Transfer => "transfer",
        }
    }

    /// The action with this code.
    pub fn parse(code: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|a| a.code() == code)
    }
}

/// Which records a grant covers, seen from the viewer. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Records the viewer owns.
    Own,
    /// Records of a team the viewer belongs to.
    Team,
    /// Records whose responsible unit is the viewer's.
    Unit,
    /// Records whose responsible unit is the viewer's or below it.
    UnitBelow,
    /// Records owned by the viewer or by somebody who reports to the viewer, at any depth.
    Subordinates,
    /// Records shared with the viewer, the viewer's unit or team.
    Shared,
    /// Records of the viewer's partner company.
    PartnerCompany,
    /// All records.
    All,
}

impl Scope {
    pub const ALL: [Scope; 8] = [
        Scope::Own,
        Scope::Team,
        Scope::Unit,
        Scope::UnitBelow,
        Scope::Subordinates,
        Scope::Shared,
        Scope::PartnerCompany,
        Scope::All,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Scope::Own => "own",
            Scope::Team => "team",
            Scope::Unit => "unit",
            Scope::UnitBelow => "unit_below",
            Scope::Subordinates => "subordinates",
            Scope::Shared => "shared",
            Scope::PartnerCompany => "partner_company",
            Scope::All => "all",
        }
    }

    pub fn parse(code: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// How far a field is seen. Ordered: each level includes the ones before it.
///
/// Of a sealed field, `Read` means: may be revealed with a purpose (and is shown at once only
/// where the field is `open`); `Masked` means: the masked form and never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum FieldLevel {
    /// As if the field did not exist.
    #[default]
    None,
    /// The masked form only; refused in filter, sort, search, group and formula.
    Masked,
    Read,
    Write,
}

impl FieldLevel {
    pub fn code(self) -> &'static str {
        match self {
            FieldLevel::None => "none",
            FieldLevel::Masked => "masked",
            FieldLevel::Read => "read",
            FieldLevel::Write => "write",
        }
    }

    pub fn parse(code: &str) -> Option<FieldLevel> {
        [FieldLevel::None, FieldLevel::Masked, FieldLevel::Read, FieldLevel::Write]
            .into_iter()
            .find(|l| l.code() == code)
    }
}

/// What may be done apart from records. Split so that no one officer holds them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// People, units, reporting lines, teams: see and change (system administrator).
    PeopleManage,
    /// The directory of colleagues: names and units.
    DirectoryRead,
    /// Roles and assignments: change (security administrator).
    RolesManage,
    /// Roles and assignments: see.
    RolesRead,
    /// Sessions and factors of others: end and reset (security administrator).
    SessionsManage,
    /// Objects and fields, settings of the installation (system administrator).
    SettingsManage,
    /// The evidence log: search and see bodies without customer values (auditor, privacy officer).
    EvidenceRead,
    /// Verify the log and export a bundle (auditor).
    EvidenceExport,
    /// Explain any person's access, not just one's own (security administrator, auditor, privacy officer).
    ExplainOthers,
    /// Data classes, imports' lawful bases and other privacy registers (privacy officer).
    PrivacyRead,
}

impl Capability {
    pub const ALL: [Capability; 10] = [
        Capability::PeopleManage,
        Capability::DirectoryRead,
        Capability::RolesManage,
        Capability::RolesRead,
        Capability::SessionsManage,
        Capability::SettingsManage,
        Capability::EvidenceRead,
        Capability::EvidenceExport,
        Capability::ExplainOthers,
        Capability::PrivacyRead,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Capability::PeopleManage => "people_manage",
            Capability::DirectoryRead => "directory_read",
            Capability::RolesManage => "roles_manage",
            Capability::RolesRead => "roles_read",
            Capability::SessionsManage => "sessions_manage",
            Capability::SettingsManage => "settings_manage",
            Capability::EvidenceRead => "evidence_read",
            Capability::EvidenceExport => "evidence_export",
            Capability::ExplainOthers => "explain_others",
            Capability::PrivacyRead => "privacy_read",
        }
    }

    pub fn parse(code: &str) -> Option<Capability> {
        Capability::ALL.into_iter().find(|c| c.code() == code)
    }
}
