//! The identities that a sealed value is bound to.

/// A data subject: the person whose key seals a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SubjectId(pub [u8; 16]);

/// An organisation (tenant).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OrgId(pub i64);

/// The one place in which a sealed field may be opened again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldCtx {
    pub org: OrgId,
    /// The number of the object type, which survives renaming.
    pub object: u32,
    /// The number of the field, which survives renaming.
    pub field: u32,
    pub record: [u8; 16],
    pub subject: SubjectId,
}
