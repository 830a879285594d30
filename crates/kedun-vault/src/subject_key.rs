//! The key of one person.

use std::fmt;

use crate::aead_key::AeadKey;
use crate::framing::Framed;
use crate::ids::{OrgId, SubjectId};

/// An unwrapped subject key with its prepared cipher contexts; wiped when the last holder drops it.
pub struct SubjectKey {
    pub(crate) org: OrgId,
    pub(crate) subject: SubjectId,
    pub(crate) generation: u32,
    pub(crate) commitment: [u8; 32],
    pub(crate) key: AeadKey,
}

impl SubjectKey {
    /// The organisation it belongs to.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The person it belongs to.
    pub fn subject(&self) -> SubjectId {
        self.subject
    }

    /// Which of the person's keys it is, counted from 1.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// What a wrapped subject key is bound to.
    pub(crate) fn purpose(org: OrgId, subject: &SubjectId, generation: u32) -> Vec<u8> {
        Framed::new("kedun/dek/v1").i64(org.0).part(&subject.0).u32(generation).into_bytes()
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectKey")
            .field("subject", &self.subject)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}
