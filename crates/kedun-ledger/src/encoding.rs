//! Reading length-framed bytes without ever indexing, and base64 of hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::tree::Hash;
use crate::{LedgerError, Result};

/// A cursor over bytes that fails with the name of what is being read.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    part: &'static str,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], part: &'static str) -> Self {
        Self { rest: bytes, part }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(LedgerError::malformed(self.part))?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(LedgerError::malformed(self.part))?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// A 32-bit length, at most `limit`, and that many bytes.
    pub(crate) fn framed(&mut self, limit: usize) -> Result<&'a [u8]> {
        let part = self.part;
        let count = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        if count > limit {
            return Err(LedgerError::TooLarge { part, limit: u64::try_from(limit).unwrap_or(u64::MAX) });
        }
        self.take(count)
    }

    pub(crate) fn end(self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(LedgerError::malformed(self.part)) }
    }
}

/// Appends a 32-bit length and the bytes; longer input than 4 GiB cannot exist in one value here.
pub(crate) fn put_framed(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn from_base64(text: &str, part: &'static str) -> Result<Vec<u8>> {
    STANDARD.decode(text).ok().ok_or(LedgerError::malformed(part))
}

pub(crate) fn hash_from_base64(text: &str, part: &'static str) -> Result<Hash> {
    from_base64(text, part)?.try_into().ok().ok_or(LedgerError::malformed(part))
}

/// A decimal number in its only spelling: no sign for zero or above, no leading zero.
pub(crate) fn decimal<T: std::str::FromStr + ToString>(text: &str, part: &'static str) -> Result<T> {
    let value: T = text.parse().ok().ok_or(LedgerError::malformed(part))?;
    if value.to_string() == text { Ok(value) } else { Err(LedgerError::malformed(part)) }
}
