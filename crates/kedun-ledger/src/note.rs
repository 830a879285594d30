//! Signed notes (C2SP signed-note): a text, a blank line, and one line for each signature.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use crate::encoding::{from_base64, to_base64};
use crate::{LedgerError, Result};

/// The largest note in bytes that is read.
pub const MAX_NOTE: usize = 64 << 10;

const MAX_SIGNATURES: usize = 16;
const MAX_NAME: usize = 255;
const ED25519_TYPE: u8 = 1;
const SIGNATURE_MARK: &str = "\u{2014} ";
const PART: &str = "signed note";

/// A public key with the name it signs under, written `name+hash+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl VerifierKey {
    /// The Ed25519 key `public` under `name`, which is not empty and has neither blanks nor `+`.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self> {
        if !good_name(name) {
            return Err(LedgerError::BadKey);
        }
        let digest: [u8; 32] = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519_TYPE])
            .chain_update(public)
            .finalize()
            .into();
        let [a, b, c, d, ..] = digest;
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], public })
    }

    /// The name the key signs under, which for a log is its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 32 bytes of the public key.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed: Vec<u8> = std::iter::once(ED25519_TYPE).chain(self.public).collect();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), to_base64(&typed))
    }
}

impl FromStr for VerifierKey {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(LedgerError::BadKey);
        };
        let bytes = from_base64(key, "key").ok().ok_or(LedgerError::BadKey)?;
        let Some((&ED25519_TYPE, public)) = bytes.split_first() else { return Err(LedgerError::BadKey) };
        let key = Self::new(name, public.try_into().ok().ok_or(LedgerError::BadKey)?)?;
        if hex::encode(key.id) == id { Ok(key) } else { Err(LedgerError::BadKey) }
    }
}

fn good_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME
        && !name.chars().any(|c| c == '+' || c.is_whitespace() || c.is_control())
}

/// A private Ed25519 key with its name; the key memory is wiped when it is dropped.
pub struct Signer {
    pair: Ed25519KeyPair,
    key: VerifierKey,
}

impl Signer {
    /// The signer of a 32-byte seed, which the caller keeps sealed and wipes.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok().ok_or(LedgerError::BadKey)?;
        let public = pair.public_key().as_ref().try_into().ok().ok_or(LedgerError::BadKey)?;
        Ok(Self { pair, key: VerifierKey::new(name, public)? })
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.key
    }

    /// A signature line over the text of a note.
    pub fn sign(&self, text: &str) -> SignatureLine {
        SignatureLine {
            name: self.key.name.clone(),
            id: self.key.id,
            signature: self.pair.sign(text.as_bytes()).as_ref().to_vec(),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.key.name).finish()
    }
}

/// One signature of a note; of what algorithm is known only to who knows the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    /// The name of the key.
    pub name: String,
    /// The first four bytes of the hash of name and key.
    pub id: [u8; 4],
    /// The bytes of the signature.
    pub signature: Vec<u8>,
}

/// A text and the signatures over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl SignedNote {
    /// A note over `text`: lines that each end with a newline, none empty, no control characters.
    pub fn new(text: String, signatures: Vec<SignatureLine>) -> Result<Self> {
        let lines = text.strip_suffix('\n').ok_or(LedgerError::malformed(PART))?;
        if lines.split('\n').any(|line| line.is_empty() || line.chars().any(char::is_control)) {
            return Err(LedgerError::malformed(PART));
        }
        if signatures.len() > MAX_SIGNATURES || text.len() > MAX_NOTE {
            return Err(LedgerError::TooLarge { part: PART, limit: 65_536 });
        }
        if signatures.iter().any(|line| !good_name(&line.name) || line.signature.is_empty()) {
            return Err(LedgerError::malformed(PART));
        }
        Ok(Self { text, signatures })
    }

    /// The text that is signed, its last newline included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in the order of their lines.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Adds the signature of somebody else, such as a witness or a key of another algorithm.
    pub fn add(&mut self, line: SignatureLine) -> Result<()> {
        let mut signatures = self.signatures.clone();
        signatures.push(line);
        *self = Self::new(self.text.clone(), signatures)?;
        Ok(())
    }

    /// Accepts when the first signature line under the name and hash of `key` is a valid one; lines of
    /// other keys are passed over.
    pub fn verify(&self, key: &VerifierKey) -> Result<()> {
        let line = self
            .signatures
            .iter()
            .find(|line| line.id == key.id && line.name == key.name)
            .ok_or(LedgerError::BadSignature)?;
        UnparsedPublicKey::new(&ED25519, key.public)
            .verify(self.text.as_bytes(), &line.signature)
            .ok()
            .ok_or(LedgerError::BadSignature)
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.signatures {
            let bytes: Vec<u8> = line.id.iter().chain(&line.signature).copied().collect();
            writeln!(f, "{SIGNATURE_MARK}{} {}", line.name, to_base64(&bytes))?;
        }
        Ok(())
    }
}

impl FromStr for SignedNote {
    type Err = LedgerError;

    fn from_str(note: &str) -> Result<Self> {
        if note.len() > MAX_NOTE {
            return Err(LedgerError::TooLarge { part: PART, limit: 65_536 });
        }
        let malformed = || LedgerError::malformed(PART);
        let (text, lines) = note.rsplit_once("\n\n").ok_or_else(malformed)?;
        let lines = lines.strip_suffix('\n').ok_or_else(malformed)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n').take(MAX_SIGNATURES + 1) {
            let line = line.strip_prefix(SIGNATURE_MARK).ok_or_else(malformed)?;
            let (name, bytes) = line.split_once(' ').ok_or_else(malformed)?;
            let bytes = from_base64(bytes, PART)?;
            let (id, signature) = bytes.split_first_chunk::<4>().ok_or_else(malformed)?;
            signatures.push(SignatureLine { name: name.to_owned(), id: *id, signature: signature.to_vec() });
        }
        Self::new(format!("{text}\n"), signatures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A public test vector of another implementation of the format.
    const FOREIGN_KEY: &str = "sigsum.org:testonly+8de2c54b+AYzzrIWq3UKJHFrprvJyRMsqVGojEvgAIKrT8q4a9zMU";
    const FOREIGN_NOTE: &str = "sigsum.org:testonly\n23\nHSt6W8ve4/36xAIf04qDOqaKLaKqSOUqKxLNrkK74+g=\n\n\
        \u{2014} sigsum.org:testonly jeLFS4WQDEeTavbiYArHzCQUPXbQ1Y/V8/dKJlBxqOAY4eLhSh3uWNJ8YXp1vs/zR4SDNHI+6UybLmHmFlg/VSf5OAs=\n";

    #[test]
    fn a_foreign_note_verifies() {
        let key: VerifierKey = FOREIGN_KEY.parse().unwrap();
        assert_eq!(key.to_string(), FOREIGN_KEY);
        let note: SignedNote = FOREIGN_NOTE.parse().unwrap();
        assert_eq!(note.to_string(), FOREIGN_NOTE);
        note.verify(&key).unwrap();
        let changed: SignedNote = FOREIGN_NOTE.replace("\n23\n", "\n24\n").parse().unwrap();
        assert!(matches!(changed.verify(&key), Err(LedgerError::BadSignature)));
    }

    #[test]
    fn several_signatures_are_tolerated() {
        let ours = Signer::from_seed("log.example", &[1; 32]).unwrap();
        let witness = Signer::from_seed("witness.example", &[2; 32]).unwrap();
        let text = "log.example\n1\nx\n".to_owned();
        let foreign = SignatureLine { name: "pq.example".into(), id: [9; 4], signature: vec![5; 2_420] };
        let mut note = SignedNote::new(text.clone(), vec![foreign, witness.sign(&text)]).unwrap();
        assert!(note.verify(ours.verifier()).is_err());
        note.add(ours.sign(&text)).unwrap();
        let note: SignedNote = note.to_string().parse().unwrap();
        note.verify(ours.verifier()).unwrap();
        note.verify(witness.verifier()).unwrap();
        assert_eq!(note.signatures().len(), 3);
    }

    #[test]
    fn keys_and_notes_of_a_wrong_shape_are_refused() {
        for text in
            ["", "a", "a+b", "a+00000000+AQ==", "a b+8de2c54b+AYzzrIWq3UKJHFrprvJyRMsqVGojEvgAIKrT8q4a9zMU"]
        {
            assert!(text.parse::<VerifierKey>().is_err(), "{text}");
        }
        assert!(FOREIGN_KEY.replace("8de2", "8de3").parse::<VerifierKey>().is_err());
        for text in [
            "",
            "\n\n",
            "a\n\n",
            "a\n\nb\n",
            "a\n\n\u{2014} n AAAA\n",
            "\n\n\u{2014} n AAAAAAAA\n",
            "a\tb\n\n\u{2014} n AAAAAAAA\n",
        ] {
            assert!(text.parse::<SignedNote>().is_err(), "{text:?}");
        }
        assert!(SignedNote::new("no newline".into(), vec![]).is_err());
        assert!(SignedNote::new("two\n\nparts\n".into(), vec![]).is_err());
    }
}
