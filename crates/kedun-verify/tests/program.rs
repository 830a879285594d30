//! The program as its user runs it: output and exit status.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

use std::path::Path;
use std::process::{Command, Output};

use kedun_ledger::bundle::{BundleWriter, EVENTS, MANIFEST};
use kedun_ledger::{
    Anchor, Chain, Checkpoint, EventHeader, Frontier, LoggedEvent, Outcome, Signer, Start, commit,
};

const ORIGIN: &str = "kedun.example/log";

/// Writes an export of `count` events by `actor`; returns the public key and the anchor of its end.
fn export(dir: &Path, count: u64, actor: u8) -> (String, Anchor) {
    let signer = Signer::from_seed(ORIGIN, &[7; 32]).unwrap();
    let (mut frontier, mut chain) = (Frontier::new(), Chain::new());
    let mut bundle =
        BundleWriter::begin(Vec::new(), ORIGIN, &Start::beginning(), 1_763_900_000_000_000).unwrap();
    for seq in 0..count {
        let header = EventHeader {
            seq,
            at: 1_763_900_000_000_000,
            org: 1,
            action: "record.read".into(),
            object: 1,
            outcome: Outcome::Ok,
            actor: [actor; 16],
            session: [0; 8],
            policy: 1,
            commitment: commit(&[1; 32], b"x"),
        };
        let leaf = header.leaf();
        let head = chain.append(&leaf);
        frontier.append(leaf);
        bundle.event(&LoggedEvent { header, leaf, chain: Some(head), disclosed: None }).unwrap();
    }
    let head = Checkpoint {
        origin: ORIGIN.into(),
        size: count,
        root: frontier.root(),
        at: 1_763_900_000_000_000,
        chain: chain.head(),
    };
    let files = bundle.finish([head.sign(&[&signer])], [], []).unwrap();
    for (name, content) in files {
        std::fs::write(dir.join(name), content).unwrap();
    }
    (signer.verifier().to_string(), head.anchor("paper"))
}

fn run(dir: &Path, more: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, .. } =
        Command::new(env!("CARGO_BIN_EXE_kedun-verify")).arg(dir).args(more).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

#[test]
fn a_good_export_exits_with_0_and_says_what_it_did_not_show() {
    let dir = tempfile::tempdir().unwrap();
    let (key, anchor) = export(dir.path(), 50, 1);
    let (status, text) = run(dir.path(), &["--key", &key]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("Events      50, numbers 0 up to 49"), "{text}");
    assert!(text.contains("1 of 1 checkpoints hold"), "{text}");
    assert!(text.contains("2025-11-23T12:13:20Z"), "{text}");
    assert!(text.contains("Found: nothing wrong"), "{text}");
    assert!(text.contains("No anchor from outside"), "{text}");

    let (key_file, anchors) = (dir.path().join("pinned.txt"), dir.path().join("kept.txt"));
    std::fs::write(&key_file, format!("{key}\n")).unwrap();
    std::fs::write(&anchors, format!("# kept in the safe\n{}\n", anchor.to_line())).unwrap();
    let (status, text) =
        run(dir.path(), &["--key", key_file.to_str().unwrap(), "--anchors", anchors.to_str().unwrap()]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("1 of 1 anchors you brought hold"), "{text}");
    assert!(!text.contains("No anchor from outside"), "{text}");
}

#[test]
fn a_rebuilt_log_is_clean_without_anchors_and_exits_with_1_with_them() {
    let (honest, forged) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (key, anchor) = export(honest.path(), 50, 1);
    export(forged.path(), 50, 2);
    assert_eq!(run(forged.path(), &["--key", &key]).0, Some(0));
    let anchors = honest.path().join("kept.txt");
    std::fs::write(&anchors, anchor.to_line() + "\n").unwrap();
    let (status, text) = run(forged.path(), &["--key", &key, "--anchors", anchors.to_str().unwrap()]);
    assert_eq!(status, Some(1));
    assert!(text.contains("evidence.anchor_mismatch (1)"), "{text}");
}

#[test]
fn an_edited_event_exits_with_1_and_is_named_in_json() {
    let dir = tempfile::tempdir().unwrap();
    let (key, _) = export(dir.path(), 50, 1);
    let path = dir.path().join(EVENTS);
    let mut events = std::fs::read(&path).unwrap();
    let place = events.len() - 80;
    events[place] ^= 1;
    std::fs::write(&path, events).unwrap();
    let (status, json) = run(dir.path(), &["--key", &key, "--json"]);
    assert_eq!(status, Some(1));
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["clean"], false);
    assert_eq!(report["problems"][0], serde_json::json!({ "kind": "edited_event", "seq": 49 }));
    assert_eq!(report["problems"][1]["kind"], "file_differs_from_manifest");
}

#[test]
fn input_that_cannot_be_read_exits_with_2() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(dir.path(), &["--key", "nonsense"]).0, Some(2));
    let (key, _) = export(dir.path(), 5, 1);
    assert_eq!(run(&dir.path().join("nowhere"), &["--key", &key]).0, Some(2));
    assert_eq!(run(dir.path(), &["--key", &key, "--anchors", "nowhere"]).0, Some(2));
    assert_eq!(run(dir.path(), &[]).0, Some(2));
    let path = dir.path().join(EVENTS);
    let events = std::fs::read(&path).unwrap();
    std::fs::write(&path, &events[..events.len() - 1]).unwrap();
    let (status, text) = run(dir.path(), &["--key", &key]);
    assert_eq!(status, Some(2));
    assert!(text.contains("events is not well formed"), "{text}");
    std::fs::write(dir.path().join(MANIFEST), "{}").unwrap();
    let (status, json) = run(dir.path(), &["--key", &key, "--json"]);
    assert_eq!(status, Some(2));
    assert!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["error"].is_string());
}
