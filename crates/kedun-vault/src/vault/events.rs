//! Sealed bodies of events of the evidence log.
//!
//! Which key opens a body follows from whom the event is about, and the blob
//! says which it is:
//!
//! ```text
//! 0xC3 1  subject ‖ envelope                        one person: their key
//! 0xC3 2  commitment ‖ n ‖ n × (subject ‖ generation ‖ length ‖ wrapped key) ‖ envelope
//!                                                   several: a key of the event, wrapped for each
//! 0xC3 3  length ‖ name of the secret ‖ envelope    nobody, or too many: the month's key
//! ```
//!
//! Everything before the envelope is authenticated with it. The body is
//! readable as long as one of its keys is.

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use super::Vault;
use super::secrets::SECRET_GENERATION;
use crate::aead_key::AeadKey;
use crate::envelope::{self, Header};
use crate::error::{Result, VaultError};
use crate::framing::Framed;
use crate::ids::{OrgId, SubjectId};
use crate::key_bytes::KeyBytes;
use crate::plain::Plain;
use crate::subject_key::SubjectKey;
use crate::wrap::{self, COMMITMENT_LEN};

/// The most people for whom an event's key is wrapped; with more, the month's key seals it.
pub const MAX_EVENT_SUBJECTS: usize = 16;

const FORMAT: u8 = 0xC3;
const ONE: u8 = 1;
const SEVERAL: u8 = 2;
const SECRET: u8 = 3;

/// The generation in the envelope of a body with a key of its own.
const EVENT_GENERATION: u32 = 0;

/// Who an event is about; decides which key seals its body.
#[derive(Clone, Copy)]
pub struct EventKeys<'a> {
    pub org: OrgId,
    /// The keys of the people concerned; a subject named twice counts once.
    pub subjects: &'a [Arc<SubjectKey>],
    /// The name of the month's audit secret, used with no or too many subjects.
    pub secret: &'a str,
}

/// The keys that can open a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EventReaders {
    /// Any one of these subject keys, each of the given generation.
    Subjects(Vec<(SubjectId, u32)>),
    /// The secret of this name.
    Secret(String),
}

/// A sealed event body; it has no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedEvent(Vec<u8>);

impl SealedEvent {
    /// Takes bytes from storage after checking their form.
    pub fn from_db(bytes: Vec<u8>) -> Result<Self> {
        Blob::of(&bytes)?;
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

    /// Which keys to look for before opening it.
    pub fn readers(&self) -> Result<EventReaders> {
        let blob = Blob::of(&self.0)?;
        Ok(match blob.kind {
            Kind::One { subject, generation } => EventReaders::Subjects(vec![(subject, generation)]),
            Kind::Several { wraps, .. } => {
                EventReaders::Subjects(wraps.iter().map(|w| (w.subject, w.generation)).collect())
            }
            Kind::Secret(name) => EventReaders::Secret(name.to_owned()),
        })
    }
}

impl fmt::Debug for SealedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedEvent({} bytes)", self.0.len())
    }
}

impl Vault {
    /// Seals the body of an event, bound to the organisation and to `aad` (the event's public header).
    pub fn seal_event(&self, keys: EventKeys<'_>, aad: &[u8], body: &[u8]) -> Result<SealedEvent> {
        let subjects = distinct(keys)?;
        let mut out = vec![FORMAT];
        match subjects.as_slice() {
            [only] => {
                out.push(ONE);
                out.extend_from_slice(&only.subject.0);
                self.append_body(out, &only.key, only.generation, keys.org, aad, body)
            }
            [_, _, ..] if subjects.len() <= MAX_EVENT_SUBJECTS => {
                let key = KeyBytes::random(self.entropy.as_ref());
                let purpose = event_purpose(keys.org, aad);
                out.push(SEVERAL);
                out.extend_from_slice(&wrap::commitment(key.as_bytes(), &purpose));
                out.push(u8::try_from(subjects.len()).unwrap_or(u8::MAX));
                for subject in subjects {
                    let bound = reader_purpose(&purpose, &subject.subject, subject.generation);
                    let wrapped =
                        wrap::wrap(&subject.key, self.suite, &bound, key.as_bytes(), self.entropy.as_ref())?;
                    out.extend_from_slice(&subject.subject.0);
                    out.extend_from_slice(&subject.generation.to_be_bytes());
                    out.push(u8::try_from(wrapped.len()).unwrap_or(u8::MAX));
                    out.extend_from_slice(&wrapped);
                }
                self.append_body(out, &AeadKey::new(key), EVENT_GENERATION, keys.org, aad, body)
            }
            _ => {
                let secret = self.find_secret(keys.secret)?;
                out.push(SECRET);
                out.push(u8::try_from(keys.secret.len()).map_err(|_long| VaultError::SecretShape)?);
                out.extend_from_slice(keys.secret.as_bytes());
                self.append_body(out, secret.sealing(), SECRET_GENERATION, keys.org, aad, body)
            }
        }
    }

    /// Opens the body of an event. `find` returns the key of a subject of the
    /// given generation, or nothing when it was destroyed; with no key left the
    /// answer is [`VaultError::KeyDestroyed`].
    pub fn open_event(
        &self,
        org: OrgId,
        find: &dyn Fn(&SubjectId, u32) -> Option<Arc<SubjectKey>>,
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Plain> {
        let blob = Blob::of(sealed)?;
        match &blob.kind {
            Kind::One { subject, generation } => {
                let key = reader(find, org, subject, *generation)?.ok_or(VaultError::KeyDestroyed)?;
                blob.open(&key.key, *generation, org, aad)
            }
            Kind::Several { commitment, wraps } => {
                let purpose = event_purpose(org, aad);
                for wrapped in wraps {
                    let Some(key) = reader(find, org, &wrapped.subject, wrapped.generation)? else {
                        continue;
                    };
                    let bound = reader_purpose(&purpose, &wrapped.subject, wrapped.generation);
                    let mut event = KeyBytes::zeroed();
                    wrap::unwrap_into(&key.key, &bound, wrapped.wrapped, event.as_mut())?;
                    if !wrap::same(&wrap::commitment(event.as_bytes(), &purpose), commitment) {
                        return Err(VaultError::Commitment);
                    }
                    return blob.open(&AeadKey::new(event), EVENT_GENERATION, org, aad);
                }
                Err(VaultError::KeyDestroyed)
            }
            Kind::Secret(name) => {
                let secret = self.find_secret(name)?;
                blob.open(secret.sealing(), SECRET_GENERATION, org, aad)
            }
        }
    }

    fn append_body(
        &self,
        mut out: Vec<u8>,
        key: &AeadKey,
        generation: u32,
        org: OrgId,
        aad: &[u8],
        body: &[u8],
    ) -> Result<SealedEvent> {
        let bind = |header: &Header| body_aad(header, &out, org, aad);
        let sealed = envelope::seal(key, self.suite, generation, bind, body, self.entropy.as_ref())?;
        out.extend_from_slice(sealed.as_bytes());
        Ok(SealedEvent(out))
    }
}

/// A parsed blob: what precedes the envelope, and the envelope.
struct Blob<'a> {
    kind: Kind<'a>,
    front: &'a [u8],
    envelope: &'a [u8],
}

enum Kind<'a> {
    One { subject: SubjectId, generation: u32 },
    Several { commitment: &'a [u8], wraps: Vec<Wrap<'a>> },
    Secret(&'a str),
}

struct Wrap<'a> {
    subject: SubjectId,
    generation: u32,
    wrapped: &'a [u8],
}

impl<'a> Blob<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self> {
        let mut rest = bytes;
        if byte(&mut rest)? != FORMAT {
            return Err(bad());
        }
        let kind = match byte(&mut rest)? {
            ONE => {
                let subject = SubjectId(*chunk::<16>(&mut rest)?);
                let generation = envelope::generation_of(rest)?;
                Kind::One { subject, generation }
            }
            SEVERAL => {
                let commitment = take(&mut rest, COMMITMENT_LEN)?;
                let count = usize::from(byte(&mut rest)?);
                if !(2..=MAX_EVENT_SUBJECTS).contains(&count) {
                    return Err(bad());
                }
                let wraps = (0..count).map(|_| Wrap::read(&mut rest)).collect::<Result<_>>()?;
                Kind::Several { commitment, wraps }
            }
            SECRET => {
                let len = usize::from(byte(&mut rest)?);
                let name = std::str::from_utf8(take(&mut rest, len)?).map_err(|_not_utf8| bad())?;
                Kind::Secret(name)
            }
            _ => return Err(bad()),
        };
        let front = bytes.get(..bytes.len() - rest.len()).ok_or_else(bad)?;
        Ok(Self { kind, front, envelope: rest })
    }

    fn open(&self, key: &AeadKey, generation: u32, org: OrgId, aad: &[u8]) -> Result<Plain> {
        envelope::open(key, generation, |header| body_aad(header, self.front, org, aad), self.envelope)
    }
}

impl<'a> Wrap<'a> {
    fn read(rest: &mut &'a [u8]) -> Result<Self> {
        let subject = SubjectId(*chunk::<16>(rest)?);
        let generation = u32::from_be_bytes(*chunk::<4>(rest)?);
        let len = usize::from(byte(rest)?);
        Ok(Self { subject, generation, wrapped: take(rest, len)? })
    }
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8]> {
    let (first, after) = rest.split_at_checked(len).ok_or_else(bad)?;
    *rest = after;
    Ok(first)
}

fn chunk<'a, const N: usize>(rest: &mut &'a [u8]) -> Result<&'a [u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>().ok_or_else(bad)?;
    *rest = after;
    Ok(first)
}

fn byte(rest: &mut &[u8]) -> Result<u8> {
    chunk::<1>(rest).map(|[byte]| *byte)
}

fn bad() -> VaultError {
    VaultError::Malformed("a sealed event")
}

/// The subjects' keys without repetitions; all must be of the event's organisation.
fn distinct<'a>(keys: EventKeys<'a>) -> Result<Vec<&'a Arc<SubjectKey>>> {
    let mut found: Vec<&Arc<SubjectKey>> = Vec::with_capacity(keys.subjects.len());
    for key in keys.subjects {
        if key.org != keys.org {
            return Err(VaultError::WrongSubject);
        }
        if found.len() <= MAX_EVENT_SUBJECTS && !found.iter().any(|known| known.subject == key.subject) {
            found.push(key);
        }
    }
    Ok(found)
}

fn reader(
    find: &dyn Fn(&SubjectId, u32) -> Option<Arc<SubjectKey>>,
    org: OrgId,
    subject: &SubjectId,
    generation: u32,
) -> Result<Option<Arc<SubjectKey>>> {
    let Some(key) = find(subject, generation) else { return Ok(None) };
    let fits = key.org == org && key.subject == *subject;
    if !fits {
        return Err(VaultError::WrongSubject);
    }
    if key.generation != generation {
        return Err(VaultError::WrongGeneration { sealed: generation, key: key.generation });
    }
    Ok(Some(key))
}

fn event_purpose(org: OrgId, aad: &[u8]) -> Vec<u8> {
    Framed::new("kedun/event-key/v1").i64(org.0).part(aad).into_bytes()
}

fn reader_purpose(event: &[u8], subject: &SubjectId, generation: u32) -> Vec<u8> {
    Framed::new("kedun/event-reader/v1").part(event).part(&subject.0).u32(generation).into_bytes()
}

fn body_aad(header: &Header, front: &[u8], org: OrgId, aad: &[u8]) -> Vec<u8> {
    Framed::new("kedun/event/v1").part(header).part(front).i64(org.0).part(aad).into_bytes()
}
