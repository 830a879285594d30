//! A log written as the product writes it, to be tampered with.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use kedun_ledger::bundle::{Bundle, BundleWriter};
use kedun_ledger::{
    Anchor, Chain, Checkpoint, Disclosed, EventHeader, Frontier, KeyRatchet, LoggedEvent, Outcome, Problem,
    Report, Result, SignedNote, Signer, Start, Trust, VerifierKey, commit, verify_stream,
};

pub const ORIGIN: &str = "kedun.example/log";
pub const T0: i64 = 1_763_900_000_000_000;
/// How often the sample log signs its head.
pub const EVERY: u64 = 100;

/// A log with everything that proves it.
#[derive(Clone)]
pub struct Log {
    pub events: Vec<LoggedEvent>,
    pub checkpoints: Vec<SignedNote>,
    pub certificates: Vec<SignedNote>,
    pub anchors: Vec<Anchor>,
    pub pinned: VerifierKey,
}

/// What happened, before it is written to a log.
pub fn happenings(count: u64) -> Vec<(EventHeader, Disclosed)> {
    (0..count)
        .map(|seq| {
            let mut salt = [0x5a; 32];
            salt[..8].copy_from_slice(&seq.to_be_bytes());
            let body = format!("what happened at {seq}").into_bytes();
            let header = EventHeader {
                seq,
                at: T0 + i64::try_from(seq).unwrap() * 1_000_000,
                org: 1,
                action: if seq % 3 == 0 { "record.read" } else { "record.update" }.into(),
                object: u32::try_from(seq % 5).unwrap(),
                outcome: Outcome::Ok,
                actor: [u8::try_from(seq % 7).unwrap(); 16],
                session: [2; 8],
                policy: 3,
                commitment: commit(&salt, &body),
            };
            (header, Disclosed { salt, body })
        })
        .collect()
}

/// Writes a log with a checkpoint each hundred events; `keys` are the sizes at which a new key takes over.
pub fn write(happened: &[(EventHeader, Disclosed)], keys: &[u64]) -> Log {
    let mut ratchet = KeyRatchet::first(ORIGIN, &seed(0)).unwrap();
    let pinned = ratchet.signer().verifier().clone();
    let (mut frontier, mut chain) = (Frontier::new(), Chain::new());
    let mut log = Log { events: vec![], checkpoints: vec![], certificates: vec![], anchors: vec![], pinned };
    for (seq, (header, disclosed)) in happened.iter().enumerate() {
        let header = EventHeader { seq: u64::try_from(seq).unwrap(), ..header.clone() };
        let leaf = header.leaf();
        let head = chain.append(&leaf);
        frontier.append(leaf);
        let at = header.at;
        log.events.push(LoggedEvent { header, leaf, chain: Some(head), disclosed: Some(disclosed.clone()) });
        let size = frontier.size();
        if size % EVERY == 0 || seq + 1 == happened.len() {
            let checkpoint =
                Checkpoint { origin: ORIGIN.into(), size, root: frontier.root(), at, chain: head };
            log.checkpoints.push(checkpoint.sign(&[ratchet.signer()]).unwrap());
            if size % 500 == 0 {
                log.anchors.push(checkpoint.anchor("auditor's mailbox"));
            }
        }
        if keys.contains(&size) {
            let (next, certificate) =
                ratchet.advance(&seed(log.certificates.len() + 1), at, size, frontier.root()).unwrap();
            ratchet = next;
            log.certificates.push(certificate);
        }
    }
    log
}

pub fn seed(number: usize) -> [u8; 32] {
    [u8::try_from(number).unwrap() + 1; 32]
}

pub fn signer(number: usize) -> Signer {
    Signer::from_seed(ORIGIN, &seed(number)).unwrap()
}

/// The log that most tests damage.
pub fn sample() -> Log {
    write(&happenings(2_000), &[500, 1_000, 1_500])
}

impl Log {
    pub fn verify(&self, outside: &[Anchor]) -> Report {
        self.verify_from(Start::beginning(), outside)
    }

    pub fn verify_from(&self, start: Start, outside: &[Anchor]) -> Report {
        verify_stream(
            &Trust::new(self.pinned.clone()).with_anchors(outside.to_vec()),
            start,
            self.certificates.iter().cloned().map(Ok),
            &[],
            self.events.iter().cloned().map(Ok),
            self.checkpoints.iter().cloned().map(Ok),
        )
        .unwrap()
    }

    pub fn problems(&self) -> Vec<Problem> {
        self.verify(&[]).problems
    }

    pub fn seal(&mut self, place: usize) {
        let event = &mut self.events[place];
        event.leaf = event.header.leaf();
    }

    /// Computes the stored leaves and chain anew, as somebody with write access to the store would.
    pub fn relink(&mut self) {
        let mut chain = Chain::new();
        for event in &mut self.events {
            event.leaf = event.header.leaf();
            event.chain = Some(chain.append(&event.leaf));
        }
    }

    pub fn renumber(&mut self) {
        for (seq, event) in self.events.iter_mut().enumerate() {
            event.header.seq = u64::try_from(seq).unwrap();
        }
    }

    pub fn bundle(&self) -> BTreeMap<String, Vec<u8>> {
        let mut writer = BundleWriter::begin(Vec::new(), ORIGIN, &Start::beginning(), T0).unwrap();
        for event in &self.events {
            writer.event(event).unwrap();
        }
        writer
            .finish(
                self.checkpoints.iter().cloned().map(Ok),
                self.certificates.iter().cloned().map(Ok),
                self.anchors.iter().cloned(),
            )
            .unwrap()
            .into_iter()
            .collect()
    }
}

pub fn verify_bundle(files: BTreeMap<String, Vec<u8>>, pinned: &VerifierKey) -> Result<Report> {
    Bundle::open(files)?.verify(&Trust::new(pinned.clone()))
}
