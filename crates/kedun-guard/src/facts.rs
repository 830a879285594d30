//! What is known of one record for a decision: its system columns and its shares.

use kedun_model::{PersonId, RecordId, TeamId, UnitId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// With whom a record is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GranteeKind {
    Person,
    Unit,
    Team,
}

impl GranteeKind {
    /// The stable code, as stored.
    pub fn code(self) -> &'static str {
        match self {
            GranteeKind::Person => "person",
            GranteeKind::Unit => "unit",
            GranteeKind::Team => "team",
        }
    }

    /// The kind with this code.
    pub fn parse(code: &str) -> Option<GranteeKind> {
        [GranteeKind::Person, GranteeKind::Unit, GranteeKind::Team].into_iter().find(|k| k.code() == code)
    }
}

/// How much a share gives. Ordered: each level includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareLevel {
    /// Reading, revealing, exporting.
    Read,
    /// Changing as well.
    Write,
    /// Deleting, restoring, sharing on and handing over as well.
    Full,
}

impl ShareLevel {
    const ALL: [ShareLevel; 3] = [ShareLevel::Read, ShareLevel::Write, ShareLevel::Full];

    /// The stored number, 1 to 3; a higher one gives more.
    pub fn number(self) -> i16 {
        match self {
            ShareLevel::Read => 1,
            ShareLevel::Write => 2,
            ShareLevel::Full => 3,
        }
    }

    /// The level with this number.
    pub fn from_number(number: i16) -> Option<ShareLevel> {
        ShareLevel::ALL.into_iter().find(|l| l.number() == number)
    }

    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            ShareLevel::Read => "read",
            ShareLevel::Write => "write",
            ShareLevel::Full => "full",
        }
    }

    /// The level with this code.
    pub fn parse(code: &str) -> Option<ShareLevel> {
        ShareLevel::ALL.into_iter().find(|l| l.code() == code)
    }
}

/// One share of a record; live while `expires_at` is absent or later than the moment asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareFact {
    pub kind: GranteeKind,
    /// The grantee: a person, unit or team.
    pub id: Uuid,
    pub level: ShareLevel,
    /// Microseconds of UTC, exclusive.
    pub expires_at: Option<i64>,
}

/// The columns of a record that decisions rest on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordFacts {
    pub owner: Option<PersonId>,
    pub team: Option<TeamId>,
    pub unit: Option<UnitId>,
    /// The partner's account record.
    pub partner: Option<RecordId>,
    pub classification: i16,
    pub region: Option<String>,
    pub restricted: bool,
    pub erased: bool,
    /// How the record came: `form`, `import`, `api`, `demo`.
    pub source: Option<String>,
    pub shares: Vec<ShareFact>,
}
