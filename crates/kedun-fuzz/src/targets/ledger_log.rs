//! A small log written as the product writes it, and its export as one text of bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kedun_ledger::bundle::{BundleWriter, MANIFEST, Manifest};
use kedun_ledger::{
    Anchor, Chain, Checkpoint, Disclosed, EventHeader, Frontier, KeyRatchet, LoggedEvent, Outcome,
    SignedNote, Start, VerifierKey, commit,
};
use sha2::{Digest, Sha256};

pub const ORIGIN: &str = "kedun.example/log";
const T0: i64 = 1_763_900_000_000_000;
/// Events of the log; a checkpoint follows each fourth, and the key changes after the eighth.
pub const EVENTS: u64 = 14;

/// A log with all that proves it.
pub struct Log {
    pub events: Vec<LoggedEvent>,
    pub checkpoints: Vec<SignedNote>,
    pub certificates: Vec<SignedNote>,
    pub anchors: Vec<Anchor>,
    /// The head of the whole log, kept outside.
    pub outside: Anchor,
    pub pinned: VerifierKey,
    pub frontier: Frontier,
}

impl Log {
    /// The log of all runs.
    pub fn sample() -> Log {
        let mut ratchet = KeyRatchet::first(ORIGIN, &[1; 32]).unwrap();
        let pinned = ratchet.signer().verifier().clone();
        let (mut frontier, mut chain) = (Frontier::new(), Chain::new());
        let (mut events, mut checkpoints, mut certificates, mut anchors) = (vec![], vec![], vec![], vec![]);
        let mut outside = None;
        for seq in 0..EVENTS {
            let event = event(seq, &mut chain);
            frontier.append(event.leaf);
            let (at, size) = (event.header.at, frontier.size());
            events.push(event);
            if size % 4 == 0 || size == EVENTS {
                let head = Checkpoint {
                    origin: ORIGIN.into(),
                    size,
                    root: frontier.root(),
                    at,
                    chain: chain.head(),
                };
                checkpoints.push(head.sign(&[ratchet.signer()]).unwrap());
                if size == 4 {
                    anchors.push(head.anchor("auditor's mailbox"));
                }
                outside = Some(head.anchor("outside"));
            }
            if size == 8 {
                let (next, certificate) = ratchet.advance(&[2; 32], at, size, frontier.root()).unwrap();
                ratchet = next;
                certificates.push(certificate);
            }
        }
        Log { events, checkpoints, certificates, anchors, outside: outside.unwrap(), pinned, frontier }
    }

    /// The files of the export.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut writer = BundleWriter::begin(Vec::new(), ORIGIN, &Start::beginning(), T0).unwrap();
        for event in &self.events {
            writer.event(event).unwrap();
        }
        let notes = |notes: &[SignedNote]| notes.iter().cloned().map(Ok).collect::<Vec<_>>();
        let files =
            writer.finish(notes(&self.checkpoints), notes(&self.certificates), self.anchors.iter().cloned());
        files.unwrap().into_iter().collect()
    }
}

fn event(seq: u64, chain: &mut Chain) -> LoggedEvent {
    let mut salt = [0x5a; 32];
    salt[..8].copy_from_slice(&seq.to_be_bytes());
    let body = format!("what happened at {seq}").into_bytes();
    let header = EventHeader {
        seq,
        at: T0 + i64::try_from(seq).unwrap() * 1_000_000,
        org: 1,
        action: "record.read".into(),
        object: 3,
        outcome: Outcome::Ok,
        actor: [7; 16],
        session: [2; 8],
        policy: 3,
        commitment: commit(&salt, &body),
    };
    let leaf = header.leaf();
    let chain = chain.append(&leaf);
    let disclosed = seq.is_multiple_of(2).then_some(Disclosed { salt, body });
    LoggedEvent { header, leaf, chain: Some(chain), disclosed }
}

/// Gives the manifest sizes and hashes of the files as they are, as somebody who changes files would.
pub fn describe_anew(files: &mut BTreeMap<String, Vec<u8>>) -> bool {
    let Some(mut manifest) =
        files.get(MANIFEST).and_then(|json| serde_json::from_slice::<Manifest>(json).ok())
    else {
        return false;
    };
    for entry in &mut manifest.files {
        let Some(content) = files.get(&entry.name) else { return false };
        entry.bytes = u64::try_from(content.len()).unwrap();
        entry.sha256 = Sha256::digest(content).iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
    }
    files.insert(MANIFEST.to_owned(), serde_json::to_vec(&manifest).unwrap());
    true
}

/// Files as one text of bytes: the name, a zero, the length of the content in 32 bits (big endian), the content.
pub fn pack<'a>(files: impl IntoIterator<Item = (&'a String, &'a Vec<u8>)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, content) in files {
        out.extend_from_slice(name.as_bytes());
        out.push(0);
        out.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
        out.extend_from_slice(content);
    }
    out
}

/// The files of such a text; a length that is too large takes all that is left.
pub fn unpack(mut bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    while let Some(end) = bytes.iter().position(|byte| *byte == 0) {
        let name = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let Some((length, rest)) = bytes[end + 1..].split_first_chunk::<4>() else { break };
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap().min(rest.len());
        files.push((name, rest[..length].to_vec()));
        bytes = &rest[length..];
        if files.len() >= 16 {
            break;
        }
    }
    files
}
