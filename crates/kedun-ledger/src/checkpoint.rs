//! Checkpoints: the signed head of the log; anchors: a head kept somewhere else.

use crate::encoding::{decimal, hash_from_base64, to_base64};
use crate::ratchet::CERTIFICATE_MARK;
use crate::tree::{Hash, MAX_SIZE};
use crate::{LedgerError, Result, SignedNote, Signer};

const PART: &str = "checkpoint";
const TIME: &str = "kedun-time ";
const CHAIN: &str = "kedun-chain ";
const ANCHOR: &str = "anchor ";
const MAX_PLACE: usize = 200;

/// The head of the log at one size (the text of a C2SP tlog-checkpoint with two extension lines).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, which is the name of its signing keys.
    pub origin: String,
    /// The number of events.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// When the head was taken, microseconds since 1970 UTC.
    pub at: i64,
    /// The head of the chain over them.
    pub chain: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n{TIME}{}\n{CHAIN}{}\n",
            self.origin,
            self.size,
            to_base64(&self.root),
            self.at,
            to_base64(&self.chain)
        )
    }

    /// The signed note, with a line of each signer.
    pub fn sign(&self, signers: &[&Signer]) -> Result<SignedNote> {
        let text = self.text();
        let lines = signers.iter().map(|signer| signer.sign(&text)).collect();
        let note = SignedNote::new(text, lines)?;
        // An origin with a line break would sign another head than this one.
        if Self::parse(&note)? == *self { Ok(note) } else { Err(LedgerError::malformed(PART)) }
    }

    /// Reads the text of a note, without looking at its signatures; unknown extension lines are passed over.
    pub fn parse(note: &SignedNote) -> Result<Self> {
        let missing = || LedgerError::malformed(PART);
        let mut lines = note.text().lines();
        let origin = lines.next().filter(|line| *line != CERTIFICATE_MARK).ok_or_else(missing)?.to_owned();
        let size: u64 = decimal(lines.next().ok_or_else(missing)?, PART)?;
        if size > MAX_SIZE {
            return Err(LedgerError::TooLarge { part: PART, limit: MAX_SIZE });
        }
        let root = hash_from_base64(lines.next().ok_or_else(missing)?, PART)?;
        let (mut at, mut chain) = (None, None);
        for line in lines {
            if let Some(value) = line.strip_prefix(TIME) {
                set_once(&mut at, decimal(value, PART)?)?;
            } else if let Some(value) = line.strip_prefix(CHAIN) {
                set_once(&mut chain, hash_from_base64(value, PART)?)?;
            }
        }
        Ok(Self { origin, size, root, at: at.ok_or_else(missing)?, chain: chain.ok_or_else(missing)? })
    }

    /// The anchor to be kept at `place`.
    pub fn anchor(&self, place: &str) -> Anchor {
        Anchor { size: self.size, root: self.root, at: self.at, place: place.to_owned() }
    }
}

fn set_once<T>(slot: &mut Option<T>, value: T) -> Result<()> {
    if slot.replace(value).is_some() { Err(LedgerError::malformed(PART)) } else { Ok(()) }
}

/// A head of the log that was kept outside of it; it is believed because of where it was kept, not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The number of events.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// When the head was taken, microseconds since 1970 UTC.
    pub at: i64,
    /// Where it was kept, up to 200 bytes in one line.
    pub place: String,
}

impl Anchor {
    /// The line `anchor <size> <base64 root> <time> <place>`, without a line break.
    pub fn to_line(&self) -> String {
        let mut place: String = self.place.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        while place.len() > MAX_PLACE {
            place.pop();
        }
        format!("{ANCHOR}{} {} {} {place}", self.size, to_base64(&self.root), self.at)
    }

    /// Reads such a line; `None` when the line is not meant as one.
    pub fn from_line(line: &str) -> Option<Result<Self>> {
        let mut parts = line.strip_prefix(ANCHOR)?.splitn(4, ' ');
        let mut next = || parts.next().unwrap_or_default();
        let (size, root, at, place) = (next(), next(), next(), next());
        Some((|| {
            let size = decimal(size, "anchor")?;
            if size > MAX_SIZE || place.len() > MAX_PLACE || place.chars().any(char::is_control) {
                return Err(LedgerError::malformed("anchor"));
            }
            let root = hash_from_base64(root, "anchor")?;
            Ok(Self { size, root, at: decimal(at, "anchor")?, place: place.to_owned() })
        })())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Checkpoint {
        Checkpoint { origin: "log.example/1".into(), size: 12, root: [3; 32], at: -5, chain: [4; 32] }
    }

    #[test]
    fn signs_reads_and_verifies() {
        let signer = Signer::from_seed("log.example/1", &[7; 32]).unwrap();
        let note: SignedNote = head().sign(&[&signer]).unwrap().to_string().parse().unwrap();
        note.verify(signer.verifier()).unwrap();
        assert_eq!(Checkpoint::parse(&note).unwrap(), head());
        assert!(
            head().text().starts_with("log.example/1\n12\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n")
        );
    }

    #[test]
    fn an_origin_with_a_line_break_is_not_signed() {
        let signer = Signer::from_seed("log.example/1", &[7; 32]).unwrap();
        let evil = Checkpoint { origin: "log.example/1\n999".into(), ..head() };
        assert!(evil.sign(&[&signer]).is_err());
    }

    #[test]
    fn other_spellings_are_refused_and_unknown_lines_passed_over() {
        let parse = |text: String| Checkpoint::parse(&SignedNote::new(text, vec![]).unwrap());
        assert_eq!(parse(head().text() + "another-extension 1\n").unwrap(), head());
        assert!(parse(head().text().replace("\n12\n", "\n012\n")).is_err());
        assert!(parse(head().text().replace("\n12\n", "\n+12\n")).is_err());
        assert!(parse(head().text() + "kedun-time 6\n").is_err());
        assert!(parse(head().text().replace("kedun-chain", "x")).is_err());
        assert!(parse("kedun-key/1\n1\n".to_owned()).is_err());
    }

    #[test]
    fn anchors_round_trip_in_one_line() {
        let anchor = head().anchor("mail to the auditor, 3 p.m.");
        assert_eq!(Anchor::from_line(&anchor.to_line()).unwrap().unwrap(), anchor);
        assert!(Anchor::from_line("# a remark").is_none());
        assert!(Anchor::from_line("anchor 1").unwrap().is_err());
        assert!(!head().anchor("two\nlines").to_line().contains('\n'));
    }
}
