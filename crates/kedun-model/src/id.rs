//! Typed ids. Records, people and everything else made at run time carry a
//! UUID v7; objects and fields carry small numbers from a sequence, because
//! they become names of tables and columns and part of what is authenticated
//! with each sealed value.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The organisation (tenant) that owns a row; the first part of every primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrgId(pub i64);

/// The organisation of an installation that holds a single company.
pub const DEFAULT_ORG: OrgId = OrgId(1);

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The 16 bytes of the id, as stored and as authenticated.
            pub fn bytes(&self) -> [u8; 16] { *self.0.as_bytes() }
            /// The id with these 16 bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self { Self(Uuid::from_bytes(bytes)) }
            /// The id that no row has.
            pub const NIL: Self = Self(Uuid::nil());
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.as_hyphenated().fmt(f) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> std::result::Result<Self, Self::Err> { Uuid::parse_str(s).map(Self) }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
    )*};
}

uuid_id! {
    /// A row of any business object.
    RecordId;
    /// A principal: a person, an outside partner or an application.
    PersonId;
    /// A unit of the organisation tree.
    UnitId;
    /// A team across units.
    TeamId;
    /// A set of permissions (a role).
    PermSetId;
    /// The gift of a permission set to a person, unit or team.
    AssignmentId;
    /// A sign-in on one device.
    SessionId;
    /// The natural person (or record without one) whose key seals values.
    SubjectId;
    /// A piece of long work.
    JobId;
    /// One import of a file.
    ImportId;
    /// A saved view of a list.
    ViewId;
    /// A guard: a rule that takes access away.
    GuardId;
}

/// The number of a business object; names its table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectId(pub u32);

/// The number of a field, unique over all objects; names its column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldId(pub u32);

impl ObjectId {
    /// The generated name of the object's table, such as `o_4k2`.
    pub fn table(self) -> String {
        format!("o_{}", base36(self.0))
    }
}

impl FieldId {
    /// The generated name of the field's column, such as `f_9x`.
    pub fn column(self) -> String {
        format!("f_{}", base36(self.0))
    }

    /// The generated name of the column with the field's blind index.
    pub fn blind_column(self) -> String {
        format!("b_{}", base36(self.0))
    }
}

fn base36(mut n: u32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit(n % 36, 36).unwrap_or('0'));
        n /= 36;
        if n == 0 {
            break;
        }
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tables_are_base36_of_the_number() {
        assert_eq!(ObjectId(0).table(), "o_0");
        assert_eq!(ObjectId(35).table(), "o_z");
        assert_eq!(ObjectId(36).table(), "o_10");
        assert_eq!(FieldId(46_655).column(), "f_zzz");
    }
}
