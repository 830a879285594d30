//! The daily change of the signing key, so that a stolen key says nothing about the days before it.
//!
//! Each key is introduced by a certificate that the key before it signed, and that holds the head of
//! the log at that moment. The old private key is erased right after. A thief of today's key can
//! therefore sign neither another history up to the hand-over nor another certificate for it.

use crate::encoding::{decimal, hash_from_base64, to_base64};
use crate::tree::{Hash, MAX_SIZE};
use crate::{Checkpoint, LedgerError, Problem, Result, SignedNote, Signer, VerifierKey};

pub(crate) const CERTIFICATE_MARK: &str = "kedun-key/1";
const PART: &str = "key certificate";

/// The most certificates a verifier reads: 130 years of daily keys.
pub(crate) const MAX_CERTIFICATES: usize = 50_000;

/// The statement "from this size on, this key signs", made by the key before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCertificate {
    /// The name of the log and of all its keys.
    pub origin: String,
    /// The number of the new key; the pinned first key has 0.
    pub index: u64,
    /// When the new key came into use, microseconds since 1970 UTC.
    pub at: i64,
    /// The number of events at the hand-over.
    pub size: u64,
    /// The root of the tree at the hand-over.
    pub root: Hash,
    /// The new key.
    pub key: VerifierKey,
}

impl KeyCertificate {
    /// The text that the key before signs.
    pub fn text(&self) -> String {
        format!(
            "{CERTIFICATE_MARK}\n{}\n{}\n{}\n{}\n{}\n{}\n",
            self.origin,
            self.index,
            self.at,
            self.size,
            to_base64(&self.root),
            self.key
        )
    }

    /// Reads the text of a note, without looking at its signatures.
    pub fn parse(note: &SignedNote) -> Result<Self> {
        let mut lines = note.text().lines();
        let mut next = || lines.next().ok_or(LedgerError::malformed(PART));
        if next()? != CERTIFICATE_MARK {
            return Err(LedgerError::malformed(PART));
        }
        let certificate = Self {
            origin: next()?.to_owned(),
            index: decimal(next()?, PART)?,
            at: decimal(next()?, PART)?,
            size: decimal(next()?, PART)?,
            root: hash_from_base64(next()?, PART)?,
            key: next()?.parse()?,
        };
        if lines.next().is_some()
            || certificate.size > MAX_SIZE
            || certificate.key.name() != certificate.origin
        {
            return Err(LedgerError::malformed(PART));
        }
        Ok(certificate)
    }
}

/// The key in use. The caller stores its number and (sealed) seed, and erases the seed it replaces.
#[derive(Debug)]
pub struct KeyRatchet {
    index: u64,
    signer: Signer,
}

impl KeyRatchet {
    /// The first key of a log; its public half is what verifiers pin.
    pub fn first(origin: &str, seed: &[u8; 32]) -> Result<Self> {
        Self::resume(origin, 0, seed)
    }

    /// The key in use when the process last stopped.
    pub fn resume(origin: &str, index: u64, seed: &[u8; 32]) -> Result<Self> {
        Ok(Self { index, signer: Signer::from_seed(origin, seed)? })
    }

    /// The number of the key, 0 for the first.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The key in use.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Hands over to the key of `next_seed` at the head (`size`, `root`) of the log: signs its certificate and drops
    /// the old private key. The certificate must be stored before the old seed is erased.
    pub fn advance(self, next_seed: &[u8; 32], at: i64, size: u64, root: Hash) -> Result<(Self, SignedNote)> {
        let origin = self.signer.verifier().name().to_owned();
        let index = self.index.checked_add(1).ok_or(LedgerError::BadKey)?;
        let next = Self::resume(&origin, index, next_seed)?;
        let key = next.signer.verifier().clone();
        if key == *self.signer.verifier() {
            return Err(LedgerError::BadKey);
        }
        let text = KeyCertificate { origin, index, at, size, root, key }.text();
        let line = self.signer.sign(&text);
        Ok((next, SignedNote::new(text, vec![line])?))
    }
}

/// The keys of a log as far as certificates lead from the pinned one.
#[derive(Clone, Debug)]
pub struct KeyChain {
    pinned: VerifierKey,
    certificates: Vec<KeyCertificate>,
}

impl KeyChain {
    /// Follows certificates from the pinned first key and stops at the first that does not hold.
    pub fn follow(
        pinned: &VerifierKey,
        notes: impl IntoIterator<Item = Result<SignedNote>>,
    ) -> Result<(Self, Vec<Problem>)> {
        let mut chain = Self { pinned: pinned.clone(), certificates: Vec::new() };
        for (count, note) in notes.into_iter().enumerate() {
            if count >= MAX_CERTIFICATES {
                return Err(LedgerError::TooLarge { part: PART, limit: 50_000 });
            }
            let note = note?;
            let certificate = KeyCertificate::parse(&note)?;
            if !chain.accepts(&note, &certificate) {
                return Ok((chain, vec![Problem::BadKeyCertificate { index: certificate.index }]));
            }
            chain.certificates.push(certificate);
        }
        Ok((chain, Vec::new()))
    }

    fn accepts(&self, note: &SignedNote, next: &KeyCertificate) -> bool {
        let (key, index, size, at) = match self.certificates.last() {
            Some(last) => (&last.key, last.index, last.size, last.at),
            None => (&self.pinned, 0, 0, i64::MIN),
        };
        next.origin == self.pinned.name()
            && index.checked_add(1) == Some(next.index)
            && next.size >= size
            && next.at >= at
            && note.verify(key).is_ok()
    }

    /// The certificates that hold, in order.
    pub fn certificates(&self) -> &[KeyCertificate] {
        &self.certificates
    }

    /// Reads a checkpoint and accepts it when a key that was in use at its size signed it.
    pub fn checkpoint(&self, note: &SignedNote) -> Result<Checkpoint> {
        let checkpoint = Checkpoint::parse(note)?;
        if checkpoint.origin != self.pinned.name() {
            return Err(LedgerError::BadSignature);
        }
        // At the very size of a hand-over both keys may sign; several hand-overs can share a size.
        let below = self.certificates.partition_point(|certificate| certificate.size < checkpoint.size);
        let at_size = self.certificates.iter().skip(below).take_while(|c| c.size == checkpoint.size);
        let before = below.checked_sub(1).and_then(|place| self.certificates.get(place));
        let first = before.map_or(&self.pinned, |certificate| &certificate.key);
        std::iter::once(first)
            .chain(at_size.map(|certificate| &certificate.key))
            .find(|key| note.verify(key).is_ok())
            .map(|_| checkpoint)
            .ok_or(LedgerError::BadSignature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "log.example/1";

    fn head(size: u64) -> Checkpoint {
        Checkpoint { origin: ORIGIN.into(), size, root: [1; 32], at: 0, chain: [2; 32] }
    }

    fn three_keys() -> (Vec<Signer>, Vec<SignedNote>, VerifierKey) {
        let first = KeyRatchet::first(ORIGIN, &[1; 32]).unwrap();
        let pinned = first.signer().verifier().clone();
        let (second, to_second) = first.advance(&[2; 32], 10, 100, [5; 32]).unwrap();
        let (third, to_third) = second.advance(&[3; 32], 20, 200, [6; 32]).unwrap();
        assert_eq!(third.index(), 2);
        let signers = [1, 2, 3].map(|seed| Signer::from_seed(ORIGIN, &[seed; 32]).unwrap());
        (signers.into(), vec![to_second, to_third], pinned)
    }

    #[test]
    fn each_key_signs_only_in_its_own_stretch() {
        let (signers, notes, pinned) = three_keys();
        let (chain, problems) = KeyChain::follow(&pinned, notes.into_iter().map(Ok)).unwrap();
        assert!(problems.is_empty());
        let good = |key: usize, size| chain.checkpoint(&head(size).sign(&[&signers[key]]).unwrap()).is_ok();
        let table: Vec<Vec<bool>> =
            [50, 100, 150, 200, 250].map(|size| (0..3).map(|key| good(key, size)).collect()).into();
        assert_eq!(
            table,
            [
                [true, false, false],
                [true, true, false],
                [false, true, false],
                [false, true, true],
                [false, false, true]
            ]
        );
        let other = Checkpoint { origin: "log.example/2".into(), ..head(50) };
        assert!(chain.checkpoint(&other.sign(&[&signers[0]]).unwrap()).is_err());
    }

    #[test]
    fn a_stolen_later_key_cannot_move_its_own_hand_over() {
        let (signers, notes, pinned) = three_keys();
        let mut forged = KeyCertificate::parse(&notes[1]).unwrap();
        forged.size = 0;
        let text = forged.text();
        let forged = SignedNote::new(text.clone(), vec![signers[2].sign(&text)]).unwrap();
        let (chain, problems) =
            KeyChain::follow(&pinned, [notes[0].clone(), forged].into_iter().map(Ok)).unwrap();
        assert_eq!(chain.certificates().len(), 1);
        assert!(matches!(problems.as_slice(), [Problem::BadKeyCertificate { index: 2 }]));
    }

    #[test]
    fn a_gap_in_the_certificates_ends_the_chain() {
        let (_, notes, pinned) = three_keys();
        let (chain, problems) = KeyChain::follow(&pinned, [Ok(notes[1].clone())]).unwrap();
        assert!(chain.certificates().is_empty());
        assert_eq!(problems.len(), 1);
        assert!(KeyRatchet::first(ORIGIN, &[1; 32]).unwrap().advance(&[1; 32], 0, 0, [0; 32]).is_err());
    }
}
