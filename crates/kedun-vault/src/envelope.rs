//! The envelope of one sealed value ("KF1").
//!
//! ```text
//! 0      1  format, 0xC1
//! 1      1  cipher suite
//! 2      1  padding class (low half); flags, none defined (high half)
//! 3      4  generation of the key, big-endian
//! 7      n  nonce, as long as the suite says
//! …      m  ciphertext of the padded plaintext
//! end   16  tag
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use zeroize::Zeroizing;

use crate::aead_key::AeadKey;
use crate::entropy::Entropy;
use crate::error::{Result, VaultError};
use crate::padding;
use crate::plain::Plain;
use crate::suite::{self, TAG_LEN};

/// The longest plaintext of one sealed value: 16 MiB.
pub const MAX_PLAINTEXT: usize = 16 * 1024 * 1024;

pub(crate) const HEADER_LEN: usize = 7;
const FORMAT: u8 = 0xC1;
const MAX_CLASS: u8 = 7;

/// The bytes before the nonce, which are authenticated with everything else.
pub(crate) type Header = [u8; HEADER_LEN];

/// A ciphertext; it has no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Takes bytes from storage after checking that they look like an envelope of a known suite.
    pub fn from_db(bytes: Vec<u8>) -> Result<Self> {
        Parts::of(&bytes)?;
        Ok(Self(bytes))
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes to store.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The generation of the key that opens this value.
    pub fn generation(&self) -> Result<u32> {
        generation_of(&self.0)
    }
}

/// The generation in the header of an envelope.
pub(crate) fn generation_of(sealed: &[u8]) -> Result<u32> {
    Ok(Parts::of(sealed)?.generation)
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Seals `plaintext`; `aad` is given the header and returns what to bind it to.
pub(crate) fn seal(
    key: &AeadKey,
    suite_id: u8,
    generation: u32,
    aad: impl FnOnce(&Header) -> Vec<u8>,
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Sealed> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(VaultError::TooLong(plaintext.len()));
    }
    let (suite, context) = key.context(suite_id)?;
    let (class, capacity) = padding::class_of(plaintext.len());
    let header = header(suite_id, class, generation);
    let nonce_end = HEADER_LEN + suite.nonce_len();

    // The capacity is exact, so no reallocation leaves plaintext behind.
    let mut out = Vec::with_capacity(nonce_end + capacity + 1 + TAG_LEN);
    out.extend_from_slice(&header);
    out.resize(nonce_end, 0);
    if let Some(nonce) = out.get_mut(HEADER_LEN..) {
        entropy.fill(nonce);
    }
    out.extend_from_slice(plaintext);
    padding::pad(&mut out, plaintext.len());

    let (front, body) = out.split_at_mut_checked(nonce_end).ok_or(VaultError::Malformed("an envelope"))?;
    let nonce = front.get(HEADER_LEN..).ok_or(VaultError::Malformed("an envelope"))?;
    let tag = context.seal(nonce, &aad(&header), body)?;
    out.extend_from_slice(&tag);
    Ok(Sealed(out))
}

/// Opens an envelope with a key of generation `generation`.
pub(crate) fn open(
    key: &AeadKey,
    generation: u32,
    aad: impl FnOnce(&Header) -> Vec<u8>,
    sealed: &[u8],
) -> Result<Plain> {
    let parts = Parts::of(sealed)?;
    if parts.generation != generation {
        return Err(VaultError::WrongGeneration { sealed: parts.generation, key: generation });
    }
    let (_, context) = key.context(parts.suite)?;
    let mut out = Zeroizing::new(vec![0; parts.body.len()]);
    context.open(parts.nonce, &aad(&parts.header), parts.body, parts.tag, &mut out)?;
    let len = padding::unpadded_len(&out, parts.class)?;
    out.truncate(len);
    Ok(Plain::new(out))
}

struct Parts<'a> {
    header: Header,
    suite: u8,
    class: u8,
    generation: u32,
    nonce: &'a [u8],
    body: &'a [u8],
    tag: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self> {
        let bad = || VaultError::Malformed("a sealed value");
        let (header, rest) = bytes.split_first_chunk::<HEADER_LEN>().ok_or_else(bad)?;
        let [format, suite, class, g0, g1, g2, g3] = *header;
        if format != FORMAT || class > MAX_CLASS {
            return Err(bad());
        }
        let (_, cipher) = suite::by_id(suite)?;
        let (nonce, rest) = rest.split_at_checked(cipher.nonce_len()).ok_or_else(bad)?;
        let (body, tag) = rest.split_last_chunk::<TAG_LEN>().ok_or_else(bad)?;
        if body.is_empty() || body.len() > MAX_PLAINTEXT + 1 {
            return Err(bad());
        }
        let generation = u32::from_be_bytes([g0, g1, g2, g3]);
        Ok(Self { header: *header, suite, class, generation, nonce, body, tag })
    }
}

fn header(suite: u8, class: u8, generation: u32) -> Header {
    let [g0, g1, g2, g3] = generation.to_be_bytes();
    [FORMAT, suite, class, g0, g1, g2, g3]
}
