//! Events: the public header that is hashed, and what a use case hands to the store.

use sha2::{Digest, Sha256};

use crate::encoding::{Cursor, put_framed};
use crate::tree::{Hash, leaf_hash};
use crate::{LedgerError, PageFilter, Result};

/// The longest action code in bytes that an export may carry.
pub const MAX_ACTION: usize = 128;

const VERSION: u8 = 1;
const PART: &str = "event header";

/// How the action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Ok,
    /// Not allowed.
    Refused,
    /// Allowed but not done.
    Failed,
}

impl Outcome {
    /// The number that is hashed and stored.
    pub fn to_byte(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Refused => 1,
            Self::Failed => 2,
        }
    }

    /// The outcome of a stored number; `None` for numbers never written.
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Ok),
            1 => Some(Self::Refused),
            2 => Some(Self::Failed),
            _ => None,
        }
    }
}

/// The public header of an event: hashed in clear, so it holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventHeader {
    /// The position in the log, from 0, without gaps.
    pub seq: u64,
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// The organisation.
    pub org: i64,
    /// A stable code such as `record.read`.
    pub action: String,
    /// The object (table) concerned, 0 for none.
    pub object: u32,
    /// How the action ended.
    pub outcome: Outcome,
    /// The pseudonym of who acted; the map to a person is kept, and erasable, elsewhere.
    pub actor: [u8; 16],
    /// A short reference to the session.
    pub session: [u8; 8],
    /// The access epoch the decision was made under.
    pub policy: u64,
    /// The commitment to salt and body, see [`commit`].
    pub commitment: [u8; 32],
}

impl EventHeader {
    /// The one byte string of this header: a version byte, then every field at fixed width, big endian,
    /// the action preceded by its 32-bit length.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(98 + self.action.len());
        self.canonical_into(&mut out);
        out
    }

    pub(crate) fn canonical_into(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.at.to_be_bytes());
        out.extend_from_slice(&self.org.to_be_bytes());
        put_framed(out, self.action.as_bytes());
        out.extend_from_slice(&self.object.to_be_bytes());
        out.push(self.outcome.to_byte());
        out.extend_from_slice(&self.actor);
        out.extend_from_slice(&self.session);
        out.extend_from_slice(&self.policy.to_be_bytes());
        out.extend_from_slice(&self.commitment);
    }

    /// Reads what [`canonical`](Self::canonical) wrote and refuses anything else, surplus bytes included.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self> {
        let mut cursor = Cursor::new(bytes, PART);
        if cursor.u8()? != VERSION {
            return Err(LedgerError::malformed(PART));
        }
        let header = Self {
            seq: cursor.u64()?,
            at: cursor.i64()?,
            org: cursor.i64()?,
            action: std::str::from_utf8(cursor.framed(MAX_ACTION)?)
                .ok()
                .ok_or(LedgerError::malformed(PART))?
                .to_owned(),
            object: cursor.u32()?,
            outcome: Outcome::from_byte(cursor.u8()?).ok_or(LedgerError::malformed(PART))?,
            actor: cursor.array()?,
            session: cursor.array()?,
            policy: cursor.u64()?,
            commitment: cursor.array()?,
        };
        cursor.end()?;
        Ok(header)
    }

    /// The leaf of the tree: SHA-256(0x00 ‖ canonical).
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.canonical())
    }
}

/// The commitment SHA-256(0x02 ‖ salt ‖ body): without the salt no body can be guessed from it.
pub fn commit(salt: &[u8; 32], body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([2u8]).chain_update(salt).chain_update(body).finalize().into()
}

/// What a use case hands to the store: everything but the position, which the store assigns at commit.
#[derive(Clone, PartialEq, Eq)]
pub struct PreparedEvent {
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// The organisation.
    pub org: i64,
    /// A stable code such as `record.read`, at most [`MAX_ACTION`] bytes.
    pub action: String,
    /// The object (table) concerned, 0 for none.
    pub object: u32,
    /// How the action ended.
    pub outcome: Outcome,
    /// The pseudonym of who acted.
    pub actor: [u8; 16],
    /// A short reference to the session.
    pub session: [u8; 8],
    /// The access epoch the decision was made under.
    pub policy: u64,
    /// The commitment to salt and body, see [`commit`].
    pub commitment: [u8; 32],
    /// The one record concerned: a column to search by, not hashed.
    pub record: Option<[u8; 16]>,
    /// The ids of a page of records: used for the page filter alone.
    pub records: Vec<[u8; 16]>,
    /// The encrypted body with its salt inside.
    pub sealed_body: Vec<u8>,
    /// Whether the head of the log is to be signed right after this event.
    pub sensitive: bool,
}

impl PreparedEvent {
    /// The header this event has at position `seq`.
    pub fn header(&self, seq: u64) -> EventHeader {
        EventHeader {
            seq,
            at: self.at,
            org: self.org,
            action: self.action.clone(),
            object: self.object,
            outcome: self.outcome,
            actor: self.actor,
            session: self.session,
            policy: self.policy,
            commitment: self.commitment,
        }
    }

    /// The filter over the records of a page, `None` when the event lists none.
    pub fn page_filter(&self) -> Option<PageFilter> {
        (!self.records.is_empty()).then(|| PageFilter::of(&self.records))
    }
}

impl std::fmt::Debug for PreparedEvent {
    // Record ids and bodies stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreparedEvent")
            .field("action", &self.action)
            .field("object", &self.object)
            .field("outcome", &self.outcome)
            .field("records", &self.records.len())
            .field("sealed_bytes", &self.sealed_body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> EventHeader {
        EventHeader {
            seq: 7,
            at: 1_763_900_000_000_000,
            org: 3,
            action: "record.read".into(),
            object: 42,
            outcome: Outcome::Refused,
            actor: [0x11; 16],
            session: [0x22; 8],
            policy: 9,
            commitment: commit(&[0x33; 32], b"body"),
        }
    }

    #[test]
    fn canonical_bytes_and_leaf_are_fixed_for_ever() {
        // Computed by an independent program from the written format.
        assert_eq!(hex::encode(header().commitment), GOLDEN_COMMITMENT);
        assert_eq!(hex::encode(header().canonical()), GOLDEN_CANONICAL);
        assert_eq!(hex::encode(header().leaf()), GOLDEN_LEAF);
    }

    const GOLDEN_COMMITMENT: &str = "6ad24036f3151a690be3fbabc21fe0a11d013d305db048d5b963c57149044dee";
    const GOLDEN_CANONICAL: &str = concat!(
        "01000000000000000700064441f8eb580000000000000000030000000b7265636f72642e72656164",
        "0000002a0111111111111111111111111111111111222222222222222200000000000000096ad240",
        "36f3151a690be3fbabc21fe0a11d013d305db048d5b963c57149044dee",
    );
    const GOLDEN_LEAF: &str = "9d48e78542521720b73fff1d93681187ccd1c8bb02ef611509d75964407412bb";

    #[test]
    fn canonical_round_trips_and_refuses_the_rest() {
        let bytes = header().canonical();
        assert_eq!(EventHeader::from_canonical(&bytes).unwrap(), header());
        for cut in 0..bytes.len() {
            assert!(EventHeader::from_canonical(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(EventHeader::from_canonical(&longer).is_err());
        let mut other_version = bytes;
        other_version[0] = 2;
        assert!(EventHeader::from_canonical(&other_version).is_err());
    }

    #[test]
    fn every_field_changes_the_leaf() {
        let base = header();
        let changes: [fn(&mut EventHeader); 10] = [
            |h| h.seq += 1,
            |h| h.at += 1,
            |h| h.org += 1,
            |h| h.action.push('x'),
            |h| h.object += 1,
            |h| h.outcome = Outcome::Ok,
            |h| h.actor[0] ^= 1,
            |h| h.session[0] ^= 1,
            |h| h.policy += 1,
            |h| h.commitment[0] ^= 1,
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut changed = base.clone();
            change(&mut changed);
            assert_ne!(changed.leaf(), base.leaf(), "change {number}");
        }
    }
}
