use std::collections::BTreeMap;

use super::*;
use crate::{Anchor, Disclosed, EventHeader, LoggedEvent, Outcome, SignedNote, Trust, VerifierKey, commit};

fn event(action: &str, body: Option<Vec<u8>>) -> LoggedEvent {
    let salt = [4; 32];
    let disclosed = body.map(|body| Disclosed { salt, body });
    let header = EventHeader {
        seq: 0,
        at: 0,
        org: 1,
        action: action.into(),
        object: 0,
        outcome: Outcome::Ok,
        actor: [0; 16],
        session: [0; 8],
        policy: 0,
        commitment: commit(&salt, b""),
    };
    LoggedEvent { leaf: header.leaf(), header, chain: None, disclosed }
}

#[test]
fn events_round_trip_with_and_without_body() {
    let events = [event("a", None), event("b", Some(vec![])), event("c", Some(vec![1; 70_000]))];
    let mut writer = EventsWriter::new(Vec::new()).unwrap();
    for event in &events {
        writer.push(event).unwrap();
    }
    let bytes = writer.into_inner();
    let read: Vec<_> = EventsReader::new(bytes.as_slice()).map(Result::unwrap).collect();
    assert_eq!(read, events);
    assert!(EventsReader::new(&bytes[..bytes.len() - 1]).any(|event| event.is_err()));
}

#[test]
fn what_readers_refuse_is_not_written() {
    let mut writer = EventsWriter::new(Vec::new()).unwrap();
    assert!(writer.push(&event(&"x".repeat(129), None)).is_err());
    assert!(writer.push(&event("x", Some(vec![0; MAX_BODY + 1]))).is_err());
    assert!(writer.push(&event(&"x".repeat(128), Some(vec![0; MAX_BODY]))).is_ok());
    assert!(EventsReader::new(writer.into_inner().as_slice()).all(|event| event.is_ok()));
}

#[test]
fn a_claimed_length_takes_no_memory() {
    let mut bytes = b"KDNEVT1\n".to_vec();
    bytes.extend_from_slice(&(16u32 << 20).to_be_bytes());
    bytes.extend_from_slice(&[0; 10]);
    let mut reader = EventsReader::new(bytes.as_slice());
    assert!(matches!(reader.next(), Some(Err(_))));
    assert!(reader.frame_capacity() < 4_096);
    assert!(reader.next().is_none());
    let mut bytes = b"KDNEVT1\n".to_vec();
    bytes.extend_from_slice(&u32::MAX.to_be_bytes());
    assert!(matches!(EventsReader::new(bytes.as_slice()).next(), Some(Err(LedgerError::TooLarge { .. }))));
}

#[test]
fn notes_are_read_one_by_one() {
    let one = "a\nb\n\n\u{2014} n AAAAAAAA\n\u{2014} m AAAAAAAA\n";
    let file = format!("\n{one}\n{one}\n\n{one}");
    let notes: Vec<SignedNote> = Notes::new(file.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(notes.len(), 3);
    assert!(notes.iter().all(|note| note.to_string() == one));
    assert_eq!(Notes::new(&b""[..]).count(), 0);
    for broken in ["a\n", "a\n\n", "a\n\nb\n", "a", "\u{2014} n AAAAAAAA\n"] {
        assert!(Notes::new(broken.as_bytes()).any(|note| note.is_err()), "{broken:?}");
    }
    assert!(Notes::new([0xff, b'\n'].as_slice()).any(|note| note.is_err()));
    assert!(Notes::new("x".repeat(100_000).as_bytes()).any(|note| note.is_err()));
    assert!(Notes::new("x\n".repeat(100_000).as_bytes()).any(|note| note.is_err()));
}

#[test]
fn anchors_are_read_from_lines_and_notes() {
    let head = crate::Checkpoint { origin: "log".into(), size: 5, root: [1; 32], at: 2, chain: [3; 32] };
    let signer = crate::Signer::from_seed("log", &[1; 32]).unwrap();
    let note = head.sign(&[&signer]).unwrap();
    let file = format!(
        "# remark\n{}\n\n{note}\n{}\n",
        head.anchor("paper").to_line(),
        head.anchor("mail").to_line()
    );
    let anchors: Vec<Anchor> = read_anchors(file.as_bytes()).unwrap();
    let places: Vec<_> = anchors.iter().map(|anchor| anchor.place.as_str()).collect();
    assert_eq!(places, ["paper", "signed note", "mail"]);
    assert!(anchors.iter().all(|anchor| anchor.size == 5 && anchor.root == [1; 32]));
    assert!(read_anchors(&b"nonsense\n"[..]).is_err());
}

#[test]
fn an_export_without_a_file_is_unusable() {
    let key: VerifierKey = crate::Signer::from_seed("log", &[1; 32]).unwrap().verifier().clone();
    assert!(matches!(Bundle::open(BTreeMap::new()).err(), Some(LedgerError::FileMissing { file: MANIFEST })));
    let writer = BundleWriter::begin(Vec::new(), "log", &Start::beginning(), 0).unwrap();
    let files: BTreeMap<_, _> = writer.finish([], [], []).unwrap().into_iter().collect();
    let report = Bundle::open(files.clone()).unwrap().verify(&Trust::new(key.clone())).unwrap();
    assert!(report.is_clean(), "{report:?}");
    for name in [EVENTS, CHECKPOINTS, KEYS, ANCHORS] {
        let mut files = files.clone();
        files.remove(name);
        let error = Bundle::open(files).unwrap().verify(&Trust::new(key.clone())).unwrap_err();
        assert_eq!(error.code(), "ledger.file_missing");
    }
    let mut larger = files;
    larger.insert(MANIFEST.into(), vec![b' '; 70_000]);
    assert!(matches!(Bundle::open(larger).err(), Some(LedgerError::TooLarge { .. })));
}
