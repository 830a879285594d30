//! Signed notes and everything that is carried in them or beside them: what is read is written the same.

use std::sync::OnceLock;

use kedun_ledger::bundle::{EventsReader, EventsWriter, Notes, read_anchors};
use kedun_ledger::{
    Anchor, Checkpoint, EventHeader, Frontier, KeyCertificate, KeyChain, PageFilter, SignedNote, VerifierKey,
};

use super::Target;
use super::ledger_log::{Log, ORIGIN};
use crate::Seen;
use crate::mutate::Shape;

pub const TARGET: Target = Target {
    name: "notes",
    run,
    shape: Shape::Text,
    words: &[
        "kedun.example/log",
        "kedun-key/1",
        "kedun-time ",
        "kedun-chain ",
        "anchor ",
        "\u{2014} ",
        "\n\n",
        "\n",
        "\r\n",
        "#",
        "AA==",
        "AAAAAAAA",
        "=",
        "+",
        "00",
        "-0",
        "18446744073709551615",
        "9223372036854775807",
        "\t",
        "\u{2028}",
        "KDNEVT1\n",
        "\0\0\0\u{1}",
    ],
    short: 30_000,
    meets: 30,
    longest: 70 << 10,
};

/// Reads the bytes as each of the small formats.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    binary(data, &mut seen);
    let Ok(text) = std::str::from_utf8(data) else { return seen };
    match text.parse::<SignedNote>() {
        Err(error) => seen.note(error.code()),
        Ok(note) => {
            seen.size(note.signatures().len());
            same_note(&note, text);
            signed(&note, &mut seen);
        }
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text, "a key has two spellings");
        seen.note("key");
    }
    if let Some(Ok(anchor)) = Anchor::from_line(text) {
        assert_eq!(
            Anchor::from_line(&anchor.to_line()).and_then(Result::ok),
            Some(anchor),
            "an anchor changed"
        );
        seen.note("anchor");
    }
    let notes: Vec<_> = Notes::new(data).take_while(Result::is_ok).map(Result::unwrap).collect();
    seen.size(notes.len());
    for note in &notes {
        same_note(note, &note.to_string());
    }
    if let Ok(anchors) = read_anchors(data) {
        seen.size(anchors.len());
        let lines: String = anchors.iter().map(|anchor| anchor.to_line() + "\n").collect();
        assert_eq!(read_anchors(lines.as_bytes()).unwrap(), anchors, "anchors changed");
    }
    seen
}

fn same_note(note: &SignedNote, text: &str) {
    assert_eq!(note.to_string(), text, "a note has two spellings");
    let again: SignedNote = text.parse().unwrap();
    assert_eq!(&again, note);
}

/// What a note says; and that it is believed only if it is one that was signed.
fn signed(note: &SignedNote, seen: &mut Seen) {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(Log::sample);
    if let Ok(checkpoint) = Checkpoint::parse(note) {
        seen.note("checkpoint");
        let text = checkpoint.text();
        let again = Checkpoint::parse(&SignedNote::new(text, Vec::new()).unwrap()).unwrap();
        assert_eq!(again, checkpoint, "a checkpoint changed");
    }
    if let Ok(certificate) = KeyCertificate::parse(note) {
        seen.note("certificate");
        assert_eq!(certificate.text(), note.text(), "a certificate has two spellings");
        let (chain, _) = KeyChain::follow(&log.pinned, [Ok(note.clone())]).unwrap();
        let believed = !chain.certificates().is_empty();
        assert_eq!(believed, note.text() == log.certificates[0].text() && note.verify(&log.pinned).is_ok());
        seen.note(believed);
    }
    let ours = log.checkpoints.iter().chain(&log.certificates).any(|known| known.text() == note.text());
    let verified = note.verify(&log.pinned).is_ok();
    assert!(!verified || ours, "a note was believed that nobody signed");
    seen.note(verified);
}

fn binary(data: &[u8], seen: &mut Seen) {
    if let Ok(header) = EventHeader::from_canonical(data) {
        assert_eq!(header.canonical(), data, "a header has two spellings");
        seen.note("header");
    }
    if let Ok(frontier) = Frontier::from_bytes(data) {
        assert_eq!(frontier.to_bytes(), data, "a frontier has two spellings");
        let mut grown = frontier.clone();
        grown.append([1; 32]);
        assert_eq!(grown.size(), frontier.size() + 1);
        assert_ne!(grown.root(), frontier.root());
        assert_eq!(Frontier::from_bytes(&grown.to_bytes()).ok(), Some(grown));
        seen.note("frontier");
    }
    if let Ok(filter) = PageFilter::from_bytes(data) {
        assert_eq!(filter.to_bytes(), data);
        seen.note(filter.might_contain(&[0; 16]));
    }
    let mut events = Vec::new();
    let mut whole = true;
    for event in EventsReader::new(data) {
        match event {
            Ok(event) => events.push(event),
            Err(error) => {
                whole = false;
                seen.note(error.code());
            }
        }
    }
    seen.size(events.len());
    if whole {
        let mut writer = EventsWriter::new(Vec::new()).unwrap();
        events.iter().for_each(|event| writer.push(event).unwrap());
        assert_eq!(writer.into_inner(), data, "a file of events has two spellings");
    }
}

/// One of each.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let log = Log::sample();
    let mut events = EventsWriter::new(Vec::new()).unwrap();
    log.events.iter().take(2).for_each(|event| events.push(event).unwrap());
    let signer = kedun_ledger::Signer::from_seed("witness.example", &[9; 32]).unwrap();
    let mut twice = log.checkpoints[1].clone();
    twice.add(signer.sign(twice.text())).unwrap();
    assert_eq!(log.pinned.name(), ORIGIN);
    vec![
        ("checkpoint", log.checkpoints[0].to_string().into_bytes()),
        ("checkpoint-witnessed", twice.to_string().into_bytes()),
        ("certificate", log.certificates[0].to_string().into_bytes()),
        ("key", log.pinned.to_string().into_bytes()),
        ("anchor", log.outside.to_line().into_bytes()),
        (
            "anchors",
            format!("# kept by mail\n{}\n{}", log.outside.to_line(), log.checkpoints[0]).into_bytes(),
        ),
        ("header", log.events[0].header.canonical()),
        ("frontier", log.frontier.to_bytes()),
        ("page", PageFilter::of(&[[0; 16], [5; 16]]).to_bytes()),
        ("events", events.into_inner()),
    ]
}
