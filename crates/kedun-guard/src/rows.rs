//! The plain rows a directory is built from, as they lie in the tables.

use kedun_model::{
    Action, AssignmentId, Capability, DataClass, FieldId, FieldLevel, GuardId, ObjectId, PermSetId, PersonId,
    PrincipalKind, RecordId, Scope, TeamId, UnitId,
};
use serde::{Deserialize, Serialize};

use crate::{Expr, Obligation};

/// Where somebody stands with the organisation; only `Active` may do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Works here.
    Active,
    /// Stopped for now.
    Suspended,
    /// Has left.
    Left,
    /// Invited, has not yet come.
    Pending,
}

impl Status {
    const ALL: [Status; 4] = [Status::Active, Status::Suspended, Status::Left, Status::Pending];

    /// The stable code, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Left => "left",
            Status::Pending => "pending",
        }
    }

    /// The status with this code.
    pub fn parse(code: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// A person, an outside partner or an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalRow {
    pub id: PersonId,
    pub kind: PrincipalKind,
    pub status: Status,
    pub unit: Option<UnitId>,
    pub manager: Option<PersonId>,
    /// The account record of the partner's company.
    pub company: Option<RecordId>,
    /// The highest classification of records that may be seen.
    pub clearance: i16,
    pub region: Option<String>,
    /// Microseconds of UTC; from this moment on the principal may do nothing.
    pub valid_until: Option<i64>,
}

/// A unit of the organisation tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    pub id: UnitId,
    pub parent: Option<UnitId>,
}

/// A person in a team, until `valid_until` (microseconds of UTC, exclusive).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMemberRow {
    pub team: TeamId,
    pub person: PersonId,
    pub valid_until: Option<i64>,
}

/// The offices that nobody may hold two of (三员分立).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficerGroup {
    System,
    Security,
    Audit,
}

impl OfficerGroup {
    /// The stable code, as stored.
    pub fn code(self) -> &'static str {
        match self {
            OfficerGroup::System => "system",
            OfficerGroup::Security => "security",
            OfficerGroup::Audit => "audit",
        }
    }

    /// The group with this code.
    pub fn parse(code: &str) -> Option<OfficerGroup> {
        [OfficerGroup::System, OfficerGroup::Security, OfficerGroup::Audit]
            .into_iter()
            .find(|g| g.code() == code)
    }
}

/// A set of permissions (a role).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermSetRow {
    pub id: PermSetId,
    pub code: String,
    pub zh: String,
    pub en: String,
    pub builtin: bool,
    pub officer_group: Option<OfficerGroup>,
}

/// One action on one object by one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermObjectRow {
    pub permset: PermSetId,
    pub object: ObjectId,
    pub action: Action,
    pub scope: Scope,
}

/// Which fields a level is for. Within one permission set the more exact target wins:
/// `Field`, then `ClassWithin`, then `Class`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldTarget {
    /// This field.
    Field(FieldId),
    /// All fields of the class, except those that are off by default.
    Class(DataClass),
    /// As `Class`, on records reached by this scope.
    ClassWithin(DataClass, Scope),
}

impl FieldTarget {
    /// The stable text, as stored: `field:12`, `class:p2` or `class:p3@own`.
    pub fn code(self) -> String {
        match self {
            FieldTarget::Field(id) => format!("field:{}", id.0),
            FieldTarget::Class(class) => format!("class:{}", class_code(class)),
            FieldTarget::ClassWithin(class, scope) => format!("class:{}@{}", class_code(class), scope.code()),
        }
    }

    /// The target with this text.
    pub fn parse(code: &str) -> Option<FieldTarget> {
        if let Some(number) = code.strip_prefix("field:") {
            return number.parse().ok().map(|n| FieldTarget::Field(FieldId(n)));
        }
        let class = code.strip_prefix("class:")?;
        match class.split_once('@') {
            None => class_parse(class).map(FieldTarget::Class),
            Some((class, scope)) => Some(FieldTarget::ClassWithin(class_parse(class)?, Scope::parse(scope)?)),
        }
    }
}

fn class_code(class: DataClass) -> &'static str {
    match class {
        DataClass::P0 => "p0",
        DataClass::P1 => "p1",
        DataClass::P2 => "p2",
        DataClass::P3 => "p3",
    }
}

fn class_parse(code: &str) -> Option<DataClass> {
    [DataClass::P0, DataClass::P1, DataClass::P2, DataClass::P3].into_iter().find(|c| class_code(*c) == code)
}

/// How far a permission set lets fields be seen. Of two rows for one target the lower counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermFieldRow {
    pub permset: PermSetId,
    pub object: ObjectId,
    pub target: FieldTarget,
    pub level: FieldLevel,
}

/// A capability of a permission set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermCapabilityRow {
    pub permset: PermSetId,
    pub capability: Capability,
}

/// To whom a permission set is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    Person(PersonId),
    /// Everybody whose unit is this one; not those of units below it.
    Unit(UnitId),
    Team(TeamId),
}

/// The gift of a permission set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentRow {
    pub id: AssignmentId,
    pub assignee: Assignee,
    pub permset: PermSetId,
    /// Absent for what the installation itself gave.
    pub granted_by: Option<PersonId>,
    pub reason: String,
    /// Microseconds of UTC, exclusive.
    pub expires_at: Option<i64>,
}

/// What a guard does where its condition holds or cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardEffect {
    Deny,
    RequireMfa { max_age_us: i64 },
    RequirePurpose,
    RequireApproval { n: u8 },
    RequireDevice,
}

impl GuardEffect {
    /// What must be done first; none for `Deny`.
    pub fn obligation(self) -> Option<Obligation> {
        match self {
            GuardEffect::Deny => None,
            GuardEffect::RequireMfa { max_age_us } => Some(Obligation::RequireMfa { max_age_us }),
            GuardEffect::RequirePurpose => Some(Obligation::RequirePurpose),
            GuardEffect::RequireApproval { n } => Some(Obligation::RequireApproval { n }),
            GuardEffect::RequireDevice => Some(Obligation::RequireDevice),
        }
    }
}

/// A rule that takes access away.
///
/// Without `field_class` it takes rows: denied, or hidden until the obligation is met. With
/// `field_class` it takes fields: `Deny` leaves level none, an unmet obligation at most masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardRow {
    pub id: GuardId,
    /// All objects if absent.
    pub object: Option<ObjectId>,
    /// All actions if empty.
    pub actions: Vec<Action>,
    pub field_class: Option<DataClass>,
    pub when: Expr,
    pub effect: GuardEffect,
    pub enabled: bool,
}

/// Everything a directory is built from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DirectoryRows {
    pub principals: Vec<PrincipalRow>,
    pub units: Vec<UnitRow>,
    pub team_members: Vec<TeamMemberRow>,
    pub permsets: Vec<PermSetRow>,
    pub perm_objects: Vec<PermObjectRow>,
    pub perm_fields: Vec<PermFieldRow>,
    pub perm_capabilities: Vec<PermCapabilityRow>,
    pub assignments: Vec<AssignmentRow>,
    pub guards: Vec<GuardRow>,
    /// Seconds east of UTC of the organisation's clock, for guards that name the hour.
    pub utc_offset_s: i32,
}
